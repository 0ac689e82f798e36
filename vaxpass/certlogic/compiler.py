"""Several expressions -> one Python function that evaluates them all.

How it is guaranteed that no text of a rule becomes program text: the source that is compiled is put
together from the fixed pieces in `writer.py` and from names made of a letter and a counter. Whatever an
expression says, its texts, numbers, paths and lists, is handed over as an object under such a name. The
operators are looked up, never written. `tests/vaxpass/certlogic/test_source.py` takes the source of
hostile expressions apart token by token, and the function sees no built-ins.
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
    """In the place of a value: the expression could not be evaluated. There is one object of it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "FAILED"


FAILED: Final = Failed()

Compiled: TypeAlias = Callable[[Json], "tuple[Value | Failed, ...]"]


def compile_all(expressions: Sequence[Json]) -> Compiled:
    """One function that gives the values of all expressions for a context, `FAILED` where one has none.

    It gives what `evaluate` gives, expression by expression, and never raises; an expression that is
    larger than the limits allow is always `FAILED`. Steps are counted more coarsely: within `reduce`
    all branches count, taken or not.

    >>> compile_all([{"+": [{"var": "x"}, 1]}, {"no": ["such operator"]}])({"x": 1})
    (2, FAILED)
    """
    try:
        writer = _written(expressions)
        code = compile(writer.source(), "<certlogic>", "exec")
    except (RecursionError, MemoryError, SyntaxError):
        # Python's own limits on nesting. Walking the trees gives the same.
        return _walking(expressions)
    names: dict[str, object] = {"__builtins__": {}, **_HELPERS, **writer.constants}
    exec(code, names)  # noqa: S102 - built from fixed pieces, see above
    return cast("Compiled", names["judge"])


def source_of(expressions: Sequence[Json]) -> str:
    """The source that `compile_all` compiles, for those who want to see it."""
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
    """A date-time for arithmetic that raises where there is none: None can't be added or compared."""
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
    """The last operand of `and`: a date-time has no truth and raises."""
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
