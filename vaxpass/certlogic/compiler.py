"""Compiles several expressions into one Python function that evaluates them all.

No text of a rule becomes program text. The source consists of the fixed pieces in `writer` and of
names made of a letter and a counter. The texts, numbers, paths and lists of an expression are passed
as objects under such names; operators are looked up in a table.
`tests/vaxpass/certlogic/test_source.py` checks the source of hostile expressions token by token, and
the function has no built-ins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, cast

from vaxpass.certlogic import operations, times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.evaluator import evaluate
from vaxpass.certlogic.limits import STEPS, check_size
from vaxpass.certlogic.operations import Budget
from vaxpass.certlogic.values import Json, Moment, Value, integer, same, step, walk
from vaxpass.certlogic.writer import Writer


class Failed:
    """The type of `FAILED`, which stands for the value of an expression that can't be evaluated.

    >>> FAILED
    FAILED
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "FAILED"

    def __reduce__(self) -> str:
        # A copy from another process is the same object: `is` compares with it.
        return "FAILED"


FAILED: Final = Failed()
"""The only object of its type."""

Compiled: TypeAlias = Callable[[Json], "tuple[Value | Failed, ...]"]
"""A compiled function: from a context to the values of its expressions, in their order."""


def compile_all(expressions: Sequence[Json]) -> Compiled:
    """A function from a context to the values of all expressions, `FAILED` where one has none.

    Its values are those of `evaluate`, and it never raises. An expression that exceeds a limit of
    `vaxpass.certlogic.limits` is always `FAILED`. Steps are counted more coarsely: in `reduce` all
    branches count.

    >>> compile_all([{"+": [{"var": "x"}, 1]}, {"no": ["such operator"]}])({"x": 1})
    (2, FAILED)
    """
    try:
        writer = _written(expressions)
        code = compile(writer.source(), "<certlogic>", "exec")
    except (RecursionError, MemoryError, SyntaxError):
        # Python limits the nesting of source. Walking the trees gives the same values.
        return _walking(expressions)
    names: dict[str, object] = {"__builtins__": {}, **_HELPERS, **writer.constants}
    exec(code, names)  # noqa: S102 - built from fixed pieces, see above
    return cast("Compiled", names["judge"])


def source_of(expressions: Sequence[Json]) -> str:
    """The source that `compile_all` compiles; raises `CertLogicError` where it is nested too deeply."""
    try:
        return _written(expressions).source()
    except RecursionError:
        raise CertLogicError("there is no room left to go so deep") from None


def _written(expressions: Sequence[Json]) -> Writer:
    writer = Writer()
    for expression in expressions:
        try:
            check_size(expression)
        except CertLogicError:
            writer.add_failed()
        else:
            writer.add(expression)
    return writer


def _walking(expressions: Sequence[Json]) -> Compiled:
    def one(expression: Json, data: Json) -> Value | Failed:
        try:
            return evaluate(expression, data)
        except CertLogicError:
            return FAILED

    return lambda data: tuple(one(expression, data) for expression in expressions)


def _time(value: Value) -> float | None:
    """The milliseconds of a date-time, or None, with which any arithmetic or comparison raises."""
    try:
        return times.parse(value) if type(value) is str else None
    except CertLogicError:
        return None


def _box(ms: float | None) -> Moment:
    if ms is None:
        raise CertLogicError("the date of `plusTime` must be text that is a date")
    return Moment(ms)


def _shift(ms: float | None, amount: int, unit: str) -> float:
    if ms is None:
        raise CertLogicError("the date of `plusTime` must be text that is a date")
    return times.shift(ms, amount, unit)


def _decided(value: Value) -> Value:
    """The last operand of `and`; raises for a date-time, which is neither true nor false."""
    if value:
        return value
    return value


def _member(value: Value, texts: frozenset[str]) -> bool:
    return type(value) is str and value in texts


def _fail() -> Value:
    raise CertLogicError("this is not an expression that can be evaluated")


_HELPERS: Final[dict[str, object]] = {
    "Exception": Exception,
    "FAILED": FAILED,
    "STEPS": STEPS,
    "Budget": Budget,
    "int": int,
    "list": list,
    "str": str,
    "type": type,
    "add": operations.add,
    "birth": operations.date_of_birth,
    "box": _box,
    "dict": dict,
    "contains": operations.contains,
    "decided": _decided,
    "extract": operations.extract_from_uvci,
    "fail": _fail,
    "fold": operations.fold,
    "integer": integer,
    "member": _member,
    "moment": operations.moment,
    "number": operations.number,
    "plus": operations.plus_time,
    "same": same,
    "shift": _shift,
    "step": step,
    "time": _time,
    "walk": walk,
}
