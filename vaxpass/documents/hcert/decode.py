"""Text -> Base45 text: the context identifier (HCERT specification 1.0.8, section 3).

`HC1:` stands before the Base45 text and names the container and its version.


TODO-MERGED: Text -> unverified certificate: every step from the QR code's text to the payload, none of trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.codes import Code, NoteCode
from vaxpass.crypto import cose
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.cwt import Kind
from vaxpass.encoding import base45, deflate
from vaxpass.encoding.cbor import Value
from vaxpass.errors import DecodeError
from vaxpass.findings import Note, StageError
from vaxpass.policy import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from vaxpass.documents.hcert.dcc.model import Certificate


PREFIX: Final = "HC1:"

_OTHER_VERSION: Final = re.compile(r"HC[0-9A-Z]:")


def unprefix(text: str, notes: list[Note]) -> str:
    """Take `HC1:` away.

    Spaces and line ends around the text are dropped: valid Base45 can't end in a space nor can a
    certificate's begin with one, while spaces inside it are data and stay.

    >>> unprefix("HC1:NCF", [])
    'NCF'

    Raises `StageError` with `prefix.missing` or `prefix.unsupported_version`.
    """
    if not text.startswith(PREFIX) or text[-1].isspace() or text[4:5].isspace():
        stripped = text.strip()
        if not stripped.startswith(PREFIX):
            if _OTHER_VERSION.match(stripped):
                raise StageError.of(Code.PREFIX_UNSUPPORTED_VERSION)
            raise StageError.of(Code.PREFIX_MISSING)
        notes.append(Note(NoteCode.PREFIX_SURROUNDING_SPACE))
        return stripped[len(PREFIX) :].strip()
    return text[len(PREFIX) :]


class UnverifiedContent(NamedTuple):
    """What a certificate says, when nobody has checked that it is true."""

    payload: dict[str, Value]
    """As decoded, tags removed. Not to be changed."""

    @property
    def kind(self) -> Kind | None:
        """What it attests; None where it attests nothing or several things."""
        return cwt.kind_of(self.payload)

    @property
    def certificate(self) -> Certificate:
        """The typed certificate, read leniently."""
        from vaxpass.documents.hcert.dcc.model import Certificate  # noqa: PLC0415 - not needed for a verdict

        return Certificate.from_payload(self.payload)


@dataclass(frozen=True, slots=True)
class Unverified:
    """A text that could be decoded. Its signature was not looked at.

    The content is reached only through `without_verification()`, so that reading it unverified is a
    deliberate act that can be searched for.
    """

    message: cose.Message
    claims: cwt.Claims
    notes: tuple[Note, ...]
    _payload: dict[str, Value]

    def without_verification(self) -> UnverifiedContent:
        """The content, although nothing vouches for it."""
        return UnverifiedContent(self._payload)


def decode(text: str, limits: Limits = DEFAULT_LIMITS) -> Unverified:
    """Decode a text without verifying it.

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


def read(text: str, limits: Limits) -> Unverified:
    """`decode` for this package: raises `StageError`."""
    notes: list[Note] = []
    base45_text = unprefix(text, notes)
    if len(PREFIX) + len(base45_text) > limits.characters:
        raise StageError.of(Code.BASE45_TOO_LONG)
    compressed = base45.decode(base45_text)
    cose_bytes = deflate.inflate(compressed, limits.inflated)
    message = cose.parse(cose_bytes, limits, notes)
    claims = cwt.parse(message.payload, limits, notes)
    payload = cwt.open_hcert(claims.hcert, notes)
    return Unverified(message, claims, tuple(notes), payload)
