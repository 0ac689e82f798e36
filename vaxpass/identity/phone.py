"""Phone numbers of Viet Nam -> one form, whatever the country code and however old the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaxpass.identity.digits import digits

# In 2018 mobile numbers of eleven digits lost one: their first four digits became three.
_CHANGED: Final = dict(
    pair.split("=")
    for pair in (
        "0120=070 0121=079 0122=077 0126=076 0128=078 0123=083 0124=084 0125=085 0127=081 0129=082"
        " 0162=032 0163=033 0164=034 0165=035 0166=036 0167=037 0168=038 0169=039"
        " 0186=056 0188=058 0199=059"
    ).split()
)
_LENGTHS: Final = (10, 11)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in today's form."""

    number: str
    """Digits, the first of them 0"""
    old_prefix: bool = False
    """True where it was written as before the change of 2018"""


def read_phone(text: str) -> Phone | None:
    """The number in a text, None where it is none of Viet Nam's.

    >>> read_phone("+84 120 123 4567")
    Phone(number='0701234567', old_prefix=True)
    >>> read_phone("0084 (0)912.345.678"), read_phone("912345678"), read_phone("12")
    (Phone(number='0912345678', old_prefix=False), Phone(number='0912345678', old_prefix=False), None)

    A first 0 that a spreadsheet took away is put back.
    """
    found = digits(text.strip().removeprefix("+"))
    if not found:
        return None
    found = found.removeprefix("00")
    if found.startswith("84") and len(found) > 10:
        found = found[2:]
    if not found.startswith("0"):
        found = "0" + found
    if len(found) not in _LENGTHS:
        return None
    if len(found) == 11 and (now := _CHANGED.get(found[:4])):
        return Phone(now + found[4:], True)
    # Eleven digits are right for a landline (02) alone.
    return Phone(found) if len(found) == 10 or found.startswith("02") else None
