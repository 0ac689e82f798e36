"""CertLogic as an attack: whatever the expression, a value or an error, soon and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest

from tests.support.certlogic_nesting import WRAPS, bounded, levels, outcome
from vaxpass.certlogic import (
    FAILED,
    CertLogicError,
    Json,
    breakpoints,
    compile_all,
    decide,
    desugar,
    evaluate,
)
from vaxpass.certlogic.compiler import source_of
from vaxpass.certlogic.limits import (
    DEEPEST,
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_NODES,
    MOST_TEXT,
    check_size,
)

pytestmark = pytest.mark.slow

_ACCUMULATOR: Final[Json] = {"var": "accumulator"}
_CURRENT: Final[Json] = {"var": "current"}


# Size


@pytest.mark.parametrize("name", WRAPS)
def test_nested_operators_are_written_and_walked_once(name: str) -> None:
    """However deep, the source grows as the expression does."""
    sizes = []
    for depth in (8, 16, 32):
        expression: Json = {"var": "x"}
        for _ in range(depth):
            expression = WRAPS[name](expression)
        if levels(expression) <= DEEPEST:
            sizes.append(len(source_of([expression])))
    assert all(late < 2.5 * early for early, late in pairwise(sizes)), sizes


_LARGEST: Final[list[tuple[int, Callable[[int], Json]]]] = [
    (MOST_NODES - 1, lambda count: [1] * count),
    (MOST_NODES - 3, lambda count: {"and": [1] * count}),
    (LONGEST_TEXT, lambda count: "x" * count),
    (LONGEST_TEXT, lambda count: {"var": "x" * count}),
    (LONGEST_TEXT, lambda count: {"x" * count: [1]}),
    (1000, lambda bits: 2**bits - 1),
]


@pytest.mark.parametrize(("largest", "of_size"), _LARGEST)
def test_an_expression_may_hold_so_much_and_no_more(
    largest: int, of_size: Callable[[int], Json]
) -> None:
    check_size(of_size(largest))
    with pytest.raises(CertLogicError, match="too l"):
        check_size(of_size(largest + 1))
    with bounded():
        outcome(of_size(largest))
        assert outcome(of_size(largest + 1)) is FAILED


def test_texts_are_bounded_together_too() -> None:
    count = MOST_TEXT // LONGEST_TEXT
    check_size(["x" * LONGEST_TEXT] * count)
    with pytest.raises(CertLogicError, match="too long"):
        check_size(["x" * LONGEST_TEXT] * (count + 1))


def test_a_list_in_many_places_is_refused_before_it_is_taken_apart() -> None:
    """`or` desugared holds the same parts again and again, up to 2**n times."""
    expression: Json = [1] * (MOST_NODES // 2)
    for _ in range(14):
        expression = {"or": [expression, 1]}
    check_size(expression)
    with bounded():
        doubled = desugar(expression)
        assert outcome(doubled) is FAILED
    with pytest.raises(CertLogicError, match="too large"):
        check_size(doubled)


def test_or_in_or_is_bounded() -> None:
    expression: Json = {"var": "x"}
    for _ in range(60):
        expression = (
            {"or": [expression, expression]} if levels(expression) < 9 else {"or": [expression, 0]}
        )
    with bounded():
        assert outcome(desugar(expression), {"x": 1}) is FAILED
    wide: Json = {"or": [{"===": [{"var": "x"}, number]} for number in range(2000)]}
    with bounded():
        assert outcome(desugar(wide), {"x": 1999}) is FAILED, "2,000 branches are 4,000 levels"
    fitting: Json = {"or": [{"===": [{"var": "x"}, number]} for number in range(50)]}
    assert outcome(desugar(fitting), {"x": 49}) is True


@pytest.mark.parametrize("steps", [17, 500, 2000, LONGEST_TEXT // 2])
def test_paths_of_many_steps(steps: int) -> None:
    deep: Json = 7
    for _ in range(steps):
        deep = {"a": deep}
    path: Json = {"var": ".".join("a" * steps)}
    with bounded():
        assert outcome(path, deep) == 7
        assert outcome(path, None) is None
        assert outcome({"+": [path, 1]}, deep) == 8
        assert outcome({"===": [path, 7]}, deep) is True
        assert outcome({"plusTime": [path, 1, "day"]}, deep) is FAILED
    inside: Json = {"var": "current." + ".".join("a" * steps)}
    if steps < LONGEST_TEXT // 2 - 10:
        assert outcome({"reduce": [[{"var": ""}], inside, 0]}, deep) == 7


def test_many_long_paths_take_no_more_than_their_text() -> None:
    paths: list[Json] = [{"var": f"{number}." + ".".join("a" * 2000)} for number in range(100)]
    with bounded():
        assert outcome([*paths], {}) == [None] * 100


def test_huge_numbers() -> None:
    for number in (2**999, -(2**999), 1e308, -1e308, LARGEST_NUMBER + 1):
        assert outcome({"+": [number, 1]}) is FAILED
        assert outcome({"<": [number, {"var": "x"}]}, {"x": 10**5000}) is (number < 10**5000)
        assert outcome({"===": [number, number]}) is True
        assert outcome({"extractFromUVCI": ["a:b", number]}) is None
        for unit in ("day", "hour", "month", "year"):
            assert (
                str(outcome({"plusTime": [{"var": "d"}, number, unit]}, {"d": "2021"})) == "impossible"
            )


# `reduce` without end

_HUNDRED: Final[Json] = [*range(100)]
_SEARCH: Final[Json] = {"in": [{"var": ""}, {"var": "l"}]}
_TAKE_APART: Final[Json] = {"extractFromUVCI": [{"var": "t"}, 9]}
_NEVER_ENDING: Final[dict[str, Json]] = {
    "a hundred cubed": {
        "reduce": [
            _HUNDRED,
            {"reduce": [_HUNDRED, {"reduce": [_HUNDRED, {"+": [_ACCUMULATOR, 1]}, 0]}, 0]},
            0,
        ]
    },
    "long operations": {"reduce": [{"var": "l"}, {"and": [1] * 20_000}, 0]},
    "long literal arrays": {"reduce": [{"var": "l"}, [*range(20_000)], 0]},
    "growing arrays": {"reduce": [{"var": "l"}, [_ACCUMULATOR, *range(20_000)], 0]},
    "long paths": {"reduce": [{"var": "l"}, {"var": "current." + "a." * 2000}, 0]},
    "long lists searched": {
        "reduce": [
            {"var": "l"},
            {"if": [{"in": [1, {"var": "accumulator"}]}, _ACCUMULATOR, _ACCUMULATOR]},
            {"var": "l"},
        ]
    },
    "texts taken apart": {
        "reduce": [
            {"var": "l"},
            {"if": [{"extractFromUVCI": [_ACCUMULATOR, 9]}, _ACCUMULATOR, _ACCUMULATOR]},
            {"var": "t"},
        ],
    },
    "searched without reduce": {"and": [{"!": [{"in": [1, {"var": "l"}]}]}] * 2000},
    "searched for objects": [_SEARCH] * 3000,
    "taken apart without reduce": [_TAKE_APART] * 4000,
}


@pytest.mark.parametrize("name", _NEVER_ENDING)
def test_evaluation_stops_in_the_end(name: str) -> None:
    data: Json = {"l": [0] * 60_000, "t": ":" * 60_000}
    with bounded():
        with pytest.raises(CertLogicError, match="too many steps"):
            evaluate(_NEVER_ENDING[name], data)
        assert compile_all([_NEVER_ENDING[name], 1])(data) == (FAILED, 1)


def test_accumulators_that_double_hold_what_they_hold_once() -> None:
    doubled: Json = {"reduce": [{"var": "l"}, [_ACCUMULATOR, _ACCUMULATOR], 1]}
    whole: Json = {"reduce": [{"var": "l"}, {"var": ""}, 1]}
    for expression in (doubled, whole):
        with bounded():
            (compiled,) = compile_all([expression])({"l": [0] * 20_000})
            evaluated = evaluate(expression, {"l": [0] * 20_000})
            assert type(compiled) is type(evaluated)
            assert bool(compiled)
            assert compile_all([{"===": [expression, expression]}])({"l": [0] * 100}) == (False,)
            assert compile_all([{"in": [1, [expression]]}])({"l": [0] * 10_000}) == (False,)
    sums: Json = {"reduce": [{"var": "l"}, {"+": [_ACCUMULATOR, _ACCUMULATOR]}, 1]}
    assert outcome(sums, {"l": [0] * 53}) == 2**53
    assert outcome(sums, {"l": [0] * 54}) is FAILED


def test_many_expressions_each_have_their_own_steps() -> None:
    one: Json = {"reduce": [{"var": "l"}, {"+": [_ACCUMULATOR, 1]}, 0]}
    data: Json = {"l": [0] * 9000}
    assert compile_all([one] * 20)(data) == (9000,) * 20


def test_the_fewer_steps_the_sooner_it_ends() -> None:
    one: Json = {"reduce": [{"var": "l"}, {"+": [_ACCUMULATOR, 1]}, 0]}
    assert evaluate(one, {"l": [0] * 10}, steps=1000) == 10
    with pytest.raises(CertLogicError, match="too many steps"):
        evaluate(one, {"l": [0] * 1000}, steps=1000)


def test_points_in_time_without_number_are_not_looked_for() -> None:
    now: list[Json] = [{"plusTime": [{"var": "now"}, months, "month"]} for months in range(1500)]
    dates: list[Json] = [{"plusTime": ["2021", days, "day"]} for days in range(1500)]
    with bounded():
        assert breakpoints({"before": [[*now], [*dates]]}, {"now": "2021"}, "now") is None


@pytest.mark.parametrize(
    "expression", [{"if": [1]}, {"if": [1, 2]}, {"and": [1]}, {"!": []}, {"in": [1]}]
)
def test_what_is_not_well_formed_was_decided_by_nothing(expression: Json) -> None:
    assert decide(expression, {}) == ()
