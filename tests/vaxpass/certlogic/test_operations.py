"""CertLogic 1.3.3 in small cases: operations on numbers, arrays and texts, walked and compiled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.certlogic_values import fails, shape, value
from vaxpass.certlogic import FAILED, Json, Moment, compile_all, desugar, validate

_BROKEN: Json = {"no": ["such operator"]}


# Comparisons


@pytest.mark.parametrize(
    ("operator", "results"),
    [
        ("<", [True, False, False]),
        (">", [False, False, True]),
        ("<=", [True, True, False]),
        (">=", [False, True, True]),
    ],
)
def test_comparisons(operator: str, results: list[bool]) -> None:
    named = {"<": "before", ">": "after", "<=": "not-after", ">=": "not-before"}[operator]
    for right, result in zip([3, 2, 1], results, strict=True):
        assert value({operator: [2, right]}) is result
        assert value({operator: [{"var": "x"}, right]}, {"x": 2.0}) is result
        dates: list[Json] = [{"plusTime": [f"200{year}", 0, "day"]} for year in (2, right)]
        assert value({named: dates}) is result
    for operands in ([1, 1, 2], [2, 1, 1], [1, 2, 3], [3, 2, 1], [1, 1, 1], [1, 3, 2]):
        pairs = [value({operator: operands[:2]}), value({operator: operands[1:]})]
        assert value({operator: [*operands]}) is all(pairs)
        dates = [{"plusTime": [f"200{year}", 0, "day"]} for year in operands]
        assert value({named: dates}) is all(pairs)


@pytest.mark.parametrize("other", [True, "1", 0.5, None, [1], {}])
def test_only_whole_numbers_are_compared_and_added(other: Json) -> None:
    data: Json = {"x": other}
    for operator in ("<", ">", "<=", ">=", "+"):
        assert fails({operator: [{"var": "x"}, 1]}, data)
        assert fails({operator: [1, {"var": "x"}]}, data)
    for operator in ("<", ">", "<=", ">="):
        for operands in ([1, 2, {"var": "x"}], [2, 1, {"var": "x"}], [2, {"var": "x"}, 1]):
            assert fails({operator: operands}, data), "also where the first two have decided"


@pytest.mark.parametrize("other", ["2021-01-01", 1, None, True, []])
def test_only_date_times_are_compared_as_such(other: Json) -> None:
    early, late = ({"plusTime": [year, 0, "day"]} for year in ("2001", "2002"))
    for operator in ("before", "after", "not-before", "not-after"):
        for operands in (
            [early, {"var": "x"}],
            [{"var": "x"}, early],
            [early, late, {"var": "x"}],
            [late, early, {"var": "x"}],
        ):
            assert fails({operator: operands}, {"x": other})
        assert fails({operator: [1, 2]})
    assert fails({"<": [early, late]})


def test_sums() -> None:
    assert shape(value({"+": [{"var": "x"}, 1]}, {"x": 1.0})) == ("int", 2)
    assert value({"+": [2**53 - 1, 1]}) == 2**53
    assert fails({"+": [2**53, 1]})
    assert fails({"+": [{"var": "x"}, -1]}, {"x": -(2**53)})


def test_in_needs_an_array() -> None:
    for items in ("text", None, {"a": 1}, 1):
        assert fails({"in": ["a", {"var": "x"}]}, {"x": items})
    assert value({"in": ["a", []]}) is False
    assert value({"in": [{"var": "x"}, ["a", "b"]]}, {"x": ["a"]}) is False


# reduce


def test_reduce() -> None:
    total: Json = {"+": [{"var": "accumulator"}, {"var": "current.n"}]}
    over: Json = {"reduce": [{"var": "l"}, total, {"var": "start"}]}
    assert value(over, {"l": [{"n": 1}, {"n": 2}], "start": 10}) == 13
    assert value(over, {"l": [], "start": "start"}) == "start"
    assert value(over, {"l": None, "start": "start"}) == "start"
    assert value({"reduce": [[], _BROKEN, 1]}) == 1
    assert fails({"reduce": [[1], _BROKEN, 1]})
    assert fails({"reduce": [[1], 1, _BROKEN]})
    others: list[Json] = ["text", 1, {}, True]
    for other in others:
        assert fails({"reduce": [{"var": "x"}, 1, 1]}, {"x": other})


def test_a_lambda_sees_only_the_accumulator_and_the_current_item() -> None:
    assert value({"reduce": [[1], {"var": "x"}, 0]}, {"x": 1, "current": {"x": 2}}) is None
    inner: Json = {"reduce": [{"var": "current"}, {"var": "current"}, {"var": "accumulator"}]}
    assert value({"reduce": [[[], [1, 2], []], inner, 0]}) == 2


def test_a_date_time_goes_through_lambdas_arrays_and_branches() -> None:
    date: Json = {"plusTime": [{"var": "current"}, 1, "year"]}
    latest: Json = {"if": [{"after": [date, {"var": "accumulator"}]}, date, {"var": "accumulator"}]}
    found = value({"reduce": [["2021", "2023-02", "2022"], latest, {"plusTime": ["1999", 0, "day"]}]})
    assert str(found) == "2024-02-28T00:00:00.000Z"
    inside: Any = value({"if": [1, [{"plusTime": ["1970-01-01", 0, "day"]}], 0]})
    assert isinstance(inside[0], Moment)
    assert fails({"plusTime": [{"plusTime": ["2021", 0, "day"]}, 0, "day"]})


# extractFromUVCI


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("URN:UVCI:01:NL:187/37#4", ["01", "NL", "187", "37", "4", None]),
        ("01:NL", ["01", "NL", None]),
        ("urn:uvci:01", ["urn", "uvci", "01", None]),
        ("URN:UVCI:URN:UVCI:a", ["URN", "UVCI", "a", None]),
        ("URN:UVCI:", ["", None]),
        ("", ["", None]),
        ("a//b#:", ["a", "", "b", "", "", None]),
        (None, [None, None]),
    ],
)
def test_parts_of_a_certificate_s_number(text: Json, parts: list[str | None]) -> None:
    data: Json = {"x": text}
    assert [value({"extractFromUVCI": [{"var": "x"}, n]}, data) for n in range(len(parts))] == parts
    assert value({"extractFromUVCI": [{"var": "x"}, -1]}, data) is None


def test_the_index_is_written_out_and_the_number_is_text() -> None:
    assert value({"extractFromUVCI": ["a:b", 1.0]}) == "b"
    indices: list[Json] = ["1", True, None, 0.5, {"var": "x"}]
    for index in indices:
        assert fails({"extractFromUVCI": ["a:b", index]}, {"x": 1})
        assert validate({"extractFromUVCI": ["a:b", index]})
    assert fails({"extractFromUVCI": [1, 0]})
    assert fails({"extractFromUVCI": [[], -1]})


# Names of operators and `or`


def test_or_is_written_with_if() -> None:
    a: Json = {"var": "a"}
    b: Json = {"var": "b"}
    c: Json = {"var": "c"}
    assert desugar({"or": [a]}) == a
    assert desugar({"or": [a, b, c]}) == {"if": [a, a, {"if": [b, b, c]}]}
    assert desugar({"!": [{"or": [a, {"or": [b, c]}]}]}) == {"!": [{"if": [a, a, {"if": [b, b, c]}]}]}
    assert value(desugar([{"or": [{"var": "x"}, "other"]}]), {"x": 0}) == ["other"]
    others: list[Json] = [1, {"or": []}, {"or": 1}, {"or": [1], "if": []}, {"var": "or"}, None]
    for untouched in others:
        assert desugar(untouched) == untouched


def test_desugaring_leaves_the_expression_as_it_was() -> None:
    expression: Json = {"and": [{"or": [1, 2]}, [{"or": [3, 4]}]]}
    desugar(expression)
    assert expression == {"and": [{"or": [1, 2]}, [{"or": [3, 4]}]]}


def test_several_expressions_have_their_values_in_order() -> None:
    assert compile_all([])({}) == ()
    values = compile_all([{"var": "x"}, _BROKEN, {"+": [{"var": "x"}, 1]}, None])({"x": 1})
    assert values == (1, FAILED, 2, FAILED)
    assert repr(values[1]) == "FAILED"
