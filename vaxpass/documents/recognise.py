"""The list of families: recognises a text and decodes it with the family that it belongs to."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.documents.divoc.family import DIVOC
from vaxpass.documents.family import Family, Unverified
from vaxpass.documents.hcert.decode import HCERT
from vaxpass.documents.named import HEALTH_LINK, NAMED
from vaxpass.documents.shc import SMART_HEALTH_CARD
from vaxpass.documents.vdsnc import VDS_NC
from vaxpass.errors import DecodeError, require
from vaxpass.findings import Problem, StageError
from vaxpass.policy import DEFAULT_LIMITS, Limits

FAMILIES: Final[tuple[Family, ...]] = (
    HCERT,
    SMART_HEALTH_CARD,
    HEALTH_LINK,
    VDS_NC,
    DIVOC,
    *NAMED,
)
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


def decode(text: str, limits: Limits = DEFAULT_LIMITS) -> Unverified:
    """Decode a text of any family, without verifying it.

    Raises `DecodeError`, whose `problem.code` names the stage and the reason: `prefix.missing` where no
    family recognises the text. Raises `ArgumentError` where the text is no `str` or the limits are
    no `Limits`.

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
    require("text", text, str)
    require("limits", limits, Limits)
    family = recognise(text)
    if family is None:
        raise DecodeError(Problem(Code.PREFIX_MISSING))
    try:
        return family.read(text, limits)
    except StageError as error:
        raise DecodeError(error.problem) from None
