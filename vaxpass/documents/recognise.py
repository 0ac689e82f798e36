"""The list of families: recognises a text and decodes it with the family that it belongs to."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.documents.divoc import DIVOC
from vaxpass.documents.family import Family, Unverified
from vaxpass.documents.hcert.decode import HCERT
from vaxpass.documents.link import HEALTH_LINK
from vaxpass.documents.named import NAMED
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


# All control characters but tab and the ends of lines: a text has none of them.
_NO_TEXT: Final = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"


def text_of(code: str | bytes) -> str:
    """The content of a code as the text that families read.

    Bytes are told apart before anything is decoded. Those that are UTF-8 without control characters are
    that text. All others are a binary code, of which each letter stands for a byte: U+0000 to U+00FF.

    >>> text_of(b"HC1:NCF"), text_of(bytes([80, 75, 3, 4, 255])) == "PK" + chr(3) + chr(4) + chr(255)
    ('HC1:NCF', True)
    """
    if isinstance(code, str):
        return code
    if code.translate(None, _NO_TEXT) == code:
        try:
            return code.decode()
        except UnicodeDecodeError:
            pass
    return code.decode("latin-1")


def recognise(text: str, families: tuple[Family, ...] = FAMILIES) -> Family | None:
    """The family of a text; None where none of `families` recognises it.

    >>> recognise("HC1:NCF").name, recognise("https://example.org")
    ('hcert', None)
    """
    for family in families:
        if family.recognises(text):
            return family
    return None


def decode(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Unverified:
    """Decode a text of any family, or the bytes of a code (`text_of`), without verifying it.

    Raises `DecodeError`, whose `problem.code` names the stage and the reason: `prefix.missing` where no
    family recognises the text. Raises `ArgumentError` where the text is neither `str` nor `bytes`, or
    the limits are no `Limits`.

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
    require("text", text, str, bytes)
    require("limits", limits, Limits)
    text = text_of(text)
    family = recognise(text)
    if family is None:
        raise DecodeError(Problem(Code.PREFIX_MISSING))
    try:
        return family.read(text, limits)
    except StageError as error:
        raise DecodeError(error.problem) from None
