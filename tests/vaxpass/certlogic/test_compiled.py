"""CertLogic: what is compiled gives what is walked, whatever the expression and the context.

All examples are the same in every run.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certlogic_expressions import Maker, anything, context
from tests.support.certlogic_values import shape, walked
from vaxpass.certlogic import (
    CertLogicError,
    Json,
    Moment,
    Value,
    compile_all,
    compiler,
    desugar,
    evaluate,
    validate,
)

pytestmark = pytest.mark.slow

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
# What is raised for the form of an expression, not for what it meets.
_STRUCTURAL = (
    "this is not an expression",
    "an operation must have a list of operands",
    "an operation has too few or too many operands",
    "an operand is missing",
    "an operand must be written as a whole number",
    "there is no such unit of time",
    "the path of `var` must be text",
    "there is no such operator",
)


def agree(expressions: list[Json], data: Json) -> tuple[object, ...]:
    """Assert that walking gives what compiling gives, singly and in one function; the shapes."""
    wanted = tuple(walked(expression, data) for expression in expressions)
    assert tuple(shape(value) for value in compile_all(expressions)(data)) == wanted
    for expression, value in zip(expressions, wanted, strict=True):
        assert shape(compile_all([expression])(data)[0]) == value
    return wanted


@settings(_SETTINGS, max_examples=500)
@given(st.randoms(use_true_random=False), st.integers(1, 5), st.sampled_from([0.0, 0.05, 0.3]))
def test_what_is_compiled_gives_what_is_walked(random: Random, depth: int, strange: float) -> None:
    maker = Maker(random, strange)
    agree([maker.expression(depth) for _ in range(random.randrange(1, 5))], context(random))


@settings(_SETTINGS, max_examples=300)
@given(st.lists(anything, max_size=4), anything)
def test_so_it_does_for_any_json(expressions: list[Json], data: Json) -> None:
    agree(expressions, data)


@pytest.mark.parametrize("strange", [0.0, 0.02, 0.2])
def test_so_it_does_for_many_expressions_most_of_which_have_values(strange: float) -> None:
    random = Random(20211)
    kinds: Counter[object] = Counter()
    for _ in range(1500):
        maker = Maker(random, strange)
        expressions = [maker.expression(random.randrange(1, 6)) for _ in range(3)]
        data: Json = context(random)
        wanted = [walked(expression, data) for expression in expressions]
        got = compile_all(expressions)(data)
        assert [shape(value) for value in got] == wanted, (expressions, data)
        kinds.update(type(value).__name__ for value in got)
    assert min(kinds[name] for name in ("bool", "int", "str", "list", "Moment", "NoneType")) > 50
    assert 300 < kinds["Failed"] < 3500


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_one_function_serves_many_contexts(depth: int) -> None:
    random = Random(depth)
    maker = Maker(random, 0.05)
    expressions = [maker.expression(depth + 2) for _ in range(60)]
    function = compile_all(expressions)
    for data in [context(random) for _ in range(40)]:
        wanted = [walked(expression, data) for expression in expressions]
        assert [shape(value) for value in function(data)] == wanted


def test_so_does_the_way_around_python_s_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SyntaxError("too many nested parentheses")

    monkeypatch.setattr(compiler, "compile", refuse, raising=False)
    random = Random(7)
    for _ in range(200):
        expressions = [Maker(random, 0.1).expression(4) for _ in range(3)]
        data = context(random)
        wanted = [walked(expression, data) for expression in expressions]
        assert [shape(value) for value in compile_all(expressions)(data)] == wanted


def raised(expression: Json, data: Json) -> str | None:
    try:
        value: Value = evaluate(expression, data)
    except CertLogicError as error:
        return str(error)
    assert isinstance(value, bool | int | float | str | list | dict | Moment | None)
    return None


@_SETTINGS
@given(anything, anything)
def test_nothing_else_is_raised_and_validation_raises_nothing(expression: Json, data: Json) -> None:
    message = raised(expression, data)
    if not validate(expression):
        assert message not in _STRUCTURAL


@_SETTINGS
@given(st.randoms(use_true_random=False), st.sampled_from([0.0, 0.1]))
def test_what_is_well_formed_fails_only_for_what_it_meets(random: Random, strange: float) -> None:
    expression = Maker(random, strange).expression(4)
    if not validate(expression):
        assert raised(expression, context(random)) not in _STRUCTURAL
    else:
        assert strange


def test_structural_errors_are_those_that_are_raised() -> None:
    expressions: list[Json] = [
        None,
        {"!": {}},
        {"+": [1]},
        {"if": [1]},
        {"plusTime": ["2021", "1", "day"]},
        {"plusTime": ["2021", 1, "days"]},
        {"var": 1},
        {"or": [1]},
    ]
    for expression, message in zip(expressions, _STRUCTURAL, strict=True):
        assert raised(expression, None) == message
        assert validate(expression)


@_SETTINGS
@given(anything, anything)
def test_evaluating_changes_nothing(expression: Json, data: Json) -> None:
    before = repr((expression, data))
    walked(expression, data)
    compile_all([expression])(data)
    desugar(expression)
    validate(expression)
    assert repr((expression, data)) == before


@_SETTINGS
@given(anything, anything)
def test_an_expression_without_or_is_desugared_to_itself(expression: Json, data: Json) -> None:
    if "or" not in repr(expression):
        assert walked(desugar(expression), data) == walked(expression, data)
    else:
        agree([desugar(expression)], data)
