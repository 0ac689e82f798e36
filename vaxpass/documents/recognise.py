"""The list of families: recognises a text and decodes it with the family that it belongs to."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.documents.family import Family, Unverified
from vaxpass.documents.hcert.decode import HCERT
from vaxpass.errors import DecodeError
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS, Limits

FAMILIES: Final[tuple[Family, ...]] = (HCERT,)
"""Every family, in the order in which they are asked. A new family is a further entry."""


def recognise(text: str, families: tuple[Family, ...] = FAMILIES) -> Family | None:
    """The family of a text; None where none of `families` recognises it.

    >>> recognise("HC1:NCF").name, recognise("https://example.org")
    ('hcert', None)
    """
    for family in families:
        if family.recognises(text):
            return family
    return None


def read(text: str, limits: Limits, families: tuple[Family, ...] = FAMILIES) -> Unverified:
    """Decode a text of any of `families`; raises `StageError` where it is not readable.

    The code is `prefix.missing` where no family recognises the text.
    """
    family = recognise(text, families)
    if family is None:
        raise StageError.of(Code.PREFIX_MISSING)
    return family.read(text, limits)


def decode(text: str, limits: Limits = DEFAULT_LIMITS) -> Unverified:
    """Decode a text of any family, without verifying it.

    Raises `DecodeError`, whose `problem.code` names the stage and the reason.

    >>> from pathlib import Path
    >>> unverified = decode(Path("examples/passports/expired.txt").read_text())
    >>> unverified.family.name, unverified.claims.iss, unverified.kind.value
    ('hcert', 'VN', 'eu-dcc.vaccination')
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
