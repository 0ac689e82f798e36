"""The operations on evaluated operands (CertLogic 1.3.3), for the evaluator and compiled expressions.

All raise `CertLogicError` where an operand is of the wrong type. Date-times are milliseconds since 1970
(UTC).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.limits import LARGEST_NUMBER
from vaxpass.certlogic.values import Moment, Value, integer, same

_UVCI_PREFIX: Final = "URN:UVCI:"
_SEPARATORS: Final = re.compile("[/#:]")
CHARACTERS_A_STEP: Final = 16
"""Characters of a text that count as one step."""


class Budget:
    """The steps that an evaluation has left."""

    __slots__ = ("steps",)

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self, steps: int) -> None:
        """Take steps; raises `CertLogicError` where not enough are left."""
        self.steps -= steps
        if self.steps < 0:
            raise CertLogicError("the evaluation takes too many steps")


def number(value: Value) -> int:
    """An operand of a comparison or an addition, which must be a whole number."""
    found = integer(value)
    if found is None:
        raise CertLogicError("an operand must be a whole number")
    return found


def add(left: Value, right: Value) -> int:
    """`+`: the sum of two whole numbers; raises `CertLogicError` beyond `LARGEST_NUMBER`."""
    total = number(left) + number(right)
    if abs(total) > LARGEST_NUMBER:
        raise CertLogicError("a sum is too large")
    return total


def contains(value: Value, items: Value, budget: Budget) -> bool:
    """`in`: whether an array has a value, compared as `===` does."""
    if type(items) is not list:
        raise CertLogicError("the right side of `in` must be an array")
    budget.spend(len(items))
    if type(value) is str:
        return value in items
    return any(same(value, item) for item in items)


def moment(value: Value) -> float:
    """An operand that must be a date-time, in milliseconds."""
    if type(value) is not Moment:
        raise CertLogicError("an operand must be a date-time")
    return value.ms


def plus_time(value: Value, amount: int, unit: str) -> float:
    """`plusTime`: a date as text, shifted by an amount of a unit, in milliseconds."""
    if type(value) is not str:
        raise CertLogicError("the date of `plusTime` must be text")
    return times.shift(times.parse(value), amount, unit)


def date_of_birth(value: Value) -> float:
    """`dccDateOfBirth`: a date of birth as text, in milliseconds."""
    if type(value) is not str:
        raise CertLogicError("a date of birth must be text")
    return times.parse_birth(value)


def extract_from_uvci(value: Value, index: int, budget: Budget) -> str | None:
    """`extractFromUVCI`: the part of a UVCI at an index; None where there is no such part.

    >>> extract_from_uvci("URN:UVCI:01:NL:187/37512422923", 2, Budget(100))
    '187'
    """
    if value is not None and type(value) is not str:
        raise CertLogicError("a certificate's number must be text")
    if value is None or index < 0:
        return None
    budget.spend(len(value) // CHARACTERS_A_STEP)
    parts = _SEPARATORS.split(value.removeprefix(_UVCI_PREFIX))
    return parts[index] if index < len(parts) else None


def fold(
    items: Value,
    combine: Callable[[Value, Value], Value],
    start: Callable[[], Value],
    cost: int,
    budget: Budget,
) -> Value:
    """`reduce`: combine all items, from the value of `start` on. An item takes `cost` steps."""
    if items is None:
        return start()
    if type(items) is not list:
        raise CertLogicError("the operand of `reduce` must be an array")
    result = start()
    for item in items:
        budget.spend(cost)
        result = combine(result, item)
    return result
