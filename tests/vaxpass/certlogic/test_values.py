"""CertLogic 1.3.3 in small cases: values, paths and branches, walked and compiled."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.certlogic_values import fails, shape, value
from vaxpass.certlogic import Json, compile_all, validate

_BROKEN: Final[Json] = {"no": ["such operator"]}
_FALSY: Final[list[Json]] = [False, None, "", 0, 0.0, [], {}]
_TRUTHY: Final[list[Json]] = [True, "0", "false", " ", 1, -1, 0.5, [0], [None], {"": None}]


# Literals and arrays


@pytest.mark.parametrize("literal", ["", "text", 0, -1, 1.0, 2**53, True, False, [], ["a", 1, [True]]])
def test_literals_are_themselves(literal: Json) -> None:
    assert shape(value(literal)) == shape(literal)


@pytest.mark.parametrize("other", [None, 0.5, float("nan"), float("inf"), {}, {"+": [1, 1], "!": [1]}])
def test_anything_else_is_no_expression(other: Json) -> None:
    assert fails(other)
    assert fails([other])
    assert [issue.expression for issue in validate([other])] == [other]


def test_the_items_of_an_array_are_evaluated() -> None:
    assert value([{"var": "x"}, [{"+": [{"var": "x"}, 1]}]], {"x": 1}) == [1, [2]]
    assert fails([1, _BROKEN])


def test_an_array_that_was_given_can_be_changed_without_harm() -> None:
    function = compile_all([[1, 2], {"if": [True, ["a"], 0]}])
    for given in function(None):
        assert isinstance(given, list)
        given.clear()
    assert function(None) == ([1, 2], ["a"])


# Truth


@pytest.mark.parametrize(("values", "truth"), [(_FALSY, False), (_TRUTHY, True)])
def test_truth(values: list[Json], truth: bool) -> None:
    for item in values:
        data: Json = {"x": item}
        assert value({"if": [{"var": "x"}, "yes", "no"]}, data) == ("yes" if truth else "no")
        assert value({"!": [{"var": "x"}]}, data) is not truth
        assert shape(value({"and": [{"var": "x"}, "last"]}, data)) == shape("last" if truth else item)
        assert shape(value({"and": ["first", {"var": "x"}]}, data)) == shape(item)


@pytest.mark.parametrize("date", [{"plusTime": ["2021", 0, "day"]}, {"dccDateOfBirth": ["2021-13"]}])
def test_a_date_time_has_no_truth(date: Json) -> None:
    for way in (date, {"if": [{"var": "x"}, 1, date]}):
        assert fails({"if": [way, 1, 2]})
        assert fails({"!": [way]})
        assert fails({"and": [way, 1]})
        assert fails({"and": [1, way]})
        assert fails({"and": [1, way, 1]})
        assert value({"and": [0, way]}) == 0
        assert value({"!": [[way]]}) is False, "an array that holds one has"


# Equality


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (1.0, True, False),
        (True, True, True),
        (True, False, False),
        ("1", 1, False),
        ("a", "a", True),
        ("", 0, False),
        (None, None, True),
        (None, False, False),
        (0.5, 0.5, True),
        ([], [], False),
        ([1], [1], False),
        ({}, {}, False),
    ],
)
def test_equality_is_that_of_types_and_of_one_and_the_same_array(
    left: Json, right: Json, same: bool
) -> None:
    data: Json = {"left": left, "right": right}
    variables: list[Json] = [{"var": "left"}, {"var": "right"}]
    assert value({"===": variables}, data) is same
    assert value({"===": variables[::-1]}, data) is same
    assert value({"===": [variables[0], variables[0]]}, data) is True
    assert value({"in": [{"var": "left"}, [{"var": "right"}]]}, data) is same
    if not isinstance(right, dict | None) and right != 0.5:
        assert value({"===": [variables[0], right]}, data) is same
        assert value({"===": [right, variables[0]]}, data) is same
        assert value({"in": [variables[0], [right, "other"]]}, data) is same


def test_an_array_that_is_written_out_is_a_new_one_each_time() -> None:
    assert value({"===": [[1], [1]]}) is False
    # The inner `reduce` meets the array of the outer one's last round with that of this one.
    again: Json = {"===": [{"var": "accumulator"}, {"var": "current"}]}
    inner: Json = {
        "reduce": [[[7]], {"if": [again, "same", {"var": "current"}]}, {"var": "accumulator"}]
    }
    assert value({"reduce": [[1, 2], inner, 0]}) == [7]


def test_the_context_of_a_lambda_is_one_and_the_same() -> None:
    assert value({"reduce": [[1], {"===": [{"var": ""}, {"var": ""}]}, 0]}) is True
    assert value({"reduce": [[1], {"var": ""}, 0]}) == {"accumulator": 0, "current": 1}


def test_a_date_time_is_the_same_only_as_itself() -> None:
    date: Json = {"plusTime": ["2021", 0, "day"]}
    accumulator: Json = {"var": "accumulator"}
    assert value({"===": [date, date]}) is False
    assert value({"reduce": [[1], {"===": [accumulator, accumulator]}, date]}) is True


# Paths


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", "everything"),
        ("a.b", 1),
        ("a.c", None),
        ("a.b.c", None),
        ("n.x", None),
        ("l.0", "first"),
        ("l.1.x", 2),
        ("l.2", None),
        ("l.-1", None),
        ("l.x", None),
        ("l.01", {"x": 2}),
        ("l.1st.x", 2),
        ("t.0", None),
        ("t.length", None),
        ("l.length", None),
        ("7", "seven"),
        ("7th", "seven"),
        ("a..b", None),
        (".", None),
        ("__class__", None),
        (".".join("a" * 2000), None),
        ("d" + ".d" * 40, "deep"),
    ],
)
def test_paths(path: str, found: Json) -> None:
    deep: Json = "deep"
    for _ in range(41):
        deep = {"d": deep}
    assert isinstance(deep, dict)
    data: Json = {
        "a": {"b": 1},
        "n": None,
        "l": ["first", {"x": 2}],
        "t": "text",
        "7": "seven",
        **deep,
    }
    assert value({"var": path}, data) == (data if found == "everything" else found)
    found_again: Json = {"reduce": [[{"var": ""}], {"var": f"current.{path}".rstrip(".")}, 0]}
    if path and not path.endswith("."):
        assert value(found_again, data) == found


@pytest.mark.parametrize("data", [None, 1, "text", [1], True])
def test_any_context_can_be_looked_into(data: Json) -> None:
    assert value({"var": ""}, data) == data
    assert value({"var": "a.b"}, data) is None


@pytest.mark.parametrize("path", [None, 1, [], ["a"], {"var": "a"}])
def test_a_path_must_be_text(path: Json) -> None:
    assert fails({"var": path}, {"a": 1})
    assert validate({"var": path})


# `if` and `and`


def test_if_looks_only_at_the_branch_that_is_taken() -> None:
    assert value({"if": [1, "yes", _BROKEN]}) == "yes"
    assert value({"if": [0, _BROKEN, "no"]}) == "no"
    assert fails({"if": [1, _BROKEN, "no"]})
    assert fails({"if": [_BROKEN, 1, 2]})


def test_and_gives_the_first_falsy_operand_and_looks_no_further() -> None:
    assert value({"and": [1, "", _BROKEN]}) == ""
    assert value({"and": [1, [], "x"]}) == []
    assert value({"and": [1, "a", "last"]}) == "last"
    assert fails({"and": [1, _BROKEN]})


@pytest.mark.parametrize(
    "expression",
    [
        {"if": []},
        {"if": [1, 2]},
        {"and": []},
        {"and": [1]},
        {"!": []},
        {"===": [1]},
        {"===": [1, 1, 1]},
        {"in": [1]},
        {"+": [1]},
        {"+": [1, 2, 3]},
        {"<": [1]},
        {"<": [1, 2, 3, 4]},
        {"before": []},
        {"reduce": [[]]},
        {"reduce": [[1], 1]},
        {"extractFromUVCI": ["a"]},
        {"plusTime": ["2021"]},
        {"plusTime": ["2021", 1]},
        {"if": {}},
        {"!": True},
        {"or": [1, 2]},
        {"==": [1, 1]},
        {"all": [[], 1]},
        {"": [1]},
    ],
)
def test_an_operation_needs_its_operands(expression: Json) -> None:
    assert fails(expression)
    assert validate(expression)
