"""Which family a text belongs to: the first step, before anything is decoded."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.documents.family import Family, Unverified
from vaxpass.documents.hcert.decode import HCERT
from vaxpass.errors import DecodeError
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS, Limits

FAMILIES: Final[tuple[Family, ...]] = (HCERT,)
"""Every family that is known here, in the order in which they are asked. A new one is a line here."""


def recognise(text: str, families: tuple[Family, ...] = FAMILIES) -> Family | None:
    """The family of a text; None where none of `families` knows it.

    >>> recognise("HC1:NCF").name, recognise("https://example.org")
    ('hcert', None)
    """
    for family in families:
        if family.recognises(text):
            return family
    return None


def read(text: str, limits: Limits, families: tuple[Family, ...] = FAMILIES) -> Unverified:
    """Decode a text of any family.

    Raises `StageError`, with `prefix.missing` where no family recognises the text.
    """
    family = recognise(text, families)
    if family is None:
        raise StageError.of(Code.PREFIX_MISSING)
    return family.read(text, limits)


def decode(text: str, limits: Limits = DEFAULT_LIMITS) -> Unverified:
    """Decode a text of any family without verifying it.

    Raises `DecodeError`, whose `problem.code` names the stage and the reason.

    >>> try:
    ...     decode("https://example.org")
    ... except DecodeError as error:
    ...     print(error.problem.code)
    prefix.missing
    """
    try:
        return read(text, limits)
    except StageError as error:
        raise DecodeError(error.problem) from None
