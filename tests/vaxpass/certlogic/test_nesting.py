"""CertLogic nested as deep as can be, and deeper, also where the caller is deep already."""

from __future__ import annotations

import json
import sys
from functools import partial

import pytest

from tests.support.certlogic_nesting import (
    CALLS,
    LEAVES,
    WRAPS,
    bounded,
    called,
    deepest,
    levels,
    outcome,
)
from tests.support.certlogic_values import shape, walked
from tests.support.work import at_most_calls
from vaxpass.certlogic import (
    FAILED,
    CertLogicError,
    Json,
    breakpoints,
    compile_all,
    decide,
    desugar,
    evaluate,
    validate,
)
from vaxpass.certlogic.limits import (
    DEEPEST,
    check_size,
)

pytestmark = pytest.mark.slow

# Nesting


@pytest.mark.parametrize("name", WRAPS)
@pytest.mark.parametrize("leaf", LEAVES, ids=repr)
def test_the_deepest_nesting_of_each_operator(name: str, leaf: Json) -> None:
    expression = deepest(WRAPS[name], leaf)
    assert DEEPEST - 6 <= levels(expression) <= DEEPEST
    check_size(expression)
    with at_most_calls(CALLS):
        outcome(expression, {"x": 1})
        outcome(desugar(expression), {"x": 1})
    deeper = WRAPS[name](expression)
    with pytest.raises(CertLogicError, match="deep"):
        evaluate(deeper, {"x": 1})
    assert compile_all([deeper, 1])({"x": 1}) == (FAILED, 1)
    assert [issue.message for issue in validate(deeper)] == ["the expression is nested too deeply"]


@pytest.mark.parametrize("name", WRAPS)
def test_nesting_without_end_is_refused_everywhere(name: str) -> None:
    expression: Json = 1
    for _ in range(20_000):
        expression = WRAPS[name](expression)
    with bounded():
        assert outcome(expression) is FAILED
        assert desugar(expression) is expression


@pytest.mark.parametrize("name", WRAPS)
@pytest.mark.parametrize("below", [100, 300, 600, 800, 900])
def test_a_caller_that_is_deep_already_gets_nothing_but_the_defined_errors(
    name: str, below: int
) -> None:
    assert sys.getrecursionlimit() == 1000, "pytest itself is some dozen frames deep"
    expression = desugar(deepest(WRAPS[name], {"var": "x"}))
    at_ease = walked(expression, {"x": 1})
    seen = called(below, lambda: walked(expression, {"x": 1}))
    assert seen in (at_ease, ("failed",))
    found = called(below, lambda: shape(compile_all([expression])({"x": 1})[0]))
    assert found in (at_ease, ("failed",))
    for function in (
        lambda: validate(expression),
        lambda: desugar(expression),
        lambda: decide(expression, {"x": 1}),
        lambda: breakpoints(expression, {"x": 1}, "now"),
    ):
        called(below, function)


def test_some_hundred_frames_change_nothing() -> None:
    for name, wrap in WRAPS.items():
        expression = desugar(deepest(wrap, {"var": "x"}))
        at_ease = walked(expression, {"x": 1})
        function = compile_all([expression])
        assert called(200, partial(walked, expression, {"x": 1})) == at_ease, name
        (found,) = called(200, partial(function, {"x": 1}))
        assert shape(found) == at_ease, name


def test_cyclic_objects_are_nested_without_end() -> None:
    cyclic: list[Json] = []
    cyclic.append(cyclic)
    loop: dict[str, Json] = {}
    loop["!"] = [loop]
    for expression in (cyclic, loop):
        assert compile_all([expression])(None) == (FAILED,)
        assert validate(expression)


def test_deep_json_as_a_parser_gives_it() -> None:
    text = '{"!":[' * 300 + "1" + "]}" * 300
    assert outcome(json.loads(text)) is FAILED
