"""Text -> unverified certificate: every step from the QR code's text to the payload, none of trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vaxpass import base45, cose, cwt, deflate, hcert
from vaxpass.cbor import Value
from vaxpass.codes import Code
from vaxpass.errors import DecodeError
from vaxpass.findings import StageError, Warned
from vaxpass.hcert import Kind
from vaxpass.limits import DEFAULT_LIMITS, Limits
from vaxpass.prefix import PREFIX, unprefix

if TYPE_CHECKING:
    from vaxpass.model import Certificate


class UnverifiedContent(NamedTuple):
    """What a certificate says, when nobody has checked that it is true."""

    payload: dict[str, Value]
    """As decoded, tags removed. Not to be changed."""

    @property
    def kind(self) -> Kind | None:
        """What it attests; None where it attests nothing or several things."""
        return hcert.kind_of(self.payload)

    @property
    def certificate(self) -> Certificate:
        """The typed certificate, read leniently."""
        from vaxpass.model import Certificate  # noqa: PLC0415 - not needed for a verdict

        return Certificate.from_payload(self.payload)


@dataclass(frozen=True, slots=True)
class Unverified:
    """A text that could be decoded. Its signature was not looked at.

    The content is reached only through `without_verification()`, so that reading it unverified is a
    deliberate act that can be searched for.
    """

    message: cose.Message
    claims: cwt.Claims
    warnings: tuple[Warned, ...]
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
    warnings: list[Warned] = []
    base45_text = unprefix(text, warnings)
    if len(PREFIX) + len(base45_text) > limits.characters:
        raise StageError.of(Code.BASE45_TOO_LONG)
    compressed = base45.decode(base45_text)
    cose_bytes = deflate.inflate(compressed, limits.inflated)
    message = cose.parse(cose_bytes, limits, warnings)
    claims = cwt.parse(message.payload, limits, warnings)
    payload = hcert.open_hcert(claims.hcert, warnings)
    return Unverified(message, claims, tuple(warnings), payload)
