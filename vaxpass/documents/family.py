"""What every family of health documents has in common: the seam between reading and judging.

A family is a package of its own beside this module; the EU DCC in its HCERT container is the first. It
turns a text into an `Unverified`, which is all that the verifier knows of it: what was signed and by
which key, its times, what it attests, and how its content is judged. `recognise` lists the families.
"""

from __future__ import annotations

import base64
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from vaxpass.codes import Kind, Stage
from vaxpass.crypto.cose import Algorithm
from vaxpass.display import Json, rfc3339
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem
from vaxpass.policy import Limits

if TYPE_CHECKING:
    from vaxpass.documents.hcert.dcc.model import Certificate
    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.trust.model import TrustedKey, TrustList


class Family(NamedTuple):
    """How a family is recognised and read.

    `recognises` says of a text, white space around it included, whether it is meant to be of this
    family. `read` decodes such a text; it raises `StageError` where that fails. `stages` are the steps
    of `read`, in their order.
    """

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str, Limits], Unverified]
    stages: tuple[Stage, ...]


class SignedMessage(Protocol):
    """What was signed, and how, before anybody checked it."""

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm that the document names."""

    @property
    def kid(self) -> bytes | None:
        """The identifier of the signer's key; None where the document names none."""

    @property
    def signature(self) -> bytes:
        """In the raw form of COSE and JWS: r and s side by side, or the bytes of RSA."""

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""


class Claims(NamedTuple):
    """Who issued a document and for which time, as it says itself.

    `iss` is the issuer, None where none is named. `iat` (issued), `exp` (the end) and `nbf` (the
    beginning, None where it is not stated) are seconds since 1970 in UTC.
    """

    iss: str | None
    iat: int | float
    exp: int | float
    nbf: int | float | None

    @property
    def issued_at(self) -> datetime:
        """`iat` as an aware time in UTC, cut to seconds."""
        return datetime.fromtimestamp(int(self.iat), UTC)

    @property
    def expires_at(self) -> datetime:
        """`exp` as an aware time in UTC, cut to seconds."""
        return datetime.fromtimestamp(int(self.exp), UTC)


class UnverifiedContent(Protocol):
    """What a document says, when nobody has checked that it is true."""

    @property
    def payload(self) -> dict[str, Value]:
        """As decoded, tags removed. Not to be changed."""

    @property
    def kind(self) -> Kind | None:
        """What it attests; None where it attests nothing or several things."""

    @property
    def certificate(self) -> Certificate:
        """The typed certificate, read leniently."""


@dataclass(frozen=True, slots=True)
class Unverified(ABC):
    """A document that could be decoded. Its signature was not looked at.

    The content is reached only through `without_verification()`, so that reading it unverified is a
    deliberate act that can be searched for. `notes` hold what was unusual while it was read.
    """

    message: SignedMessage
    claims: Claims
    notes: tuple[Note, ...]

    @property
    @abstractmethod
    def family(self) -> Family:
        """The family that it belongs to."""

    @property
    @abstractmethod
    def kind(self) -> Kind | None:
        """What it claims to attest; None where that is nothing or several things."""

    @abstractmethod
    def without_verification(self) -> UnverifiedContent:
        """The content, although nothing vouches for it."""

    @abstractmethod
    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """The trusted keys that may have signed it; none where its signer is not known."""

    @abstractmethod
    def check_form(self, notes: list[Note]) -> list[Problem]:
        """What breaks the schema of the family; what is only unusual goes to `notes`."""

    @abstractmethod
    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Compare the codes of the content with those that are known; what is odd goes to `notes`.

        It is asked only where `check_form` found no problem.
        """

    def to_dict(self) -> dict[str, Json]:
        """What it says, unverified, as plain JSON (docs/json.md): `header`, `claims`, `certificate`.

        Bytes are in standard Base64, times as RFC 3339 in UTC.
        """
        message, claims = self.message, self.claims
        return {
            "header": {
                "algorithm": message.algorithm.name,
                "kid": None if message.kid is None else base64.b64encode(message.kid).decode(),
            },
            "claims": {
                "iss": claims.iss,
                "iat": rfc3339(claims.issued_at),
                "exp": rfc3339(claims.expires_at),
            },
            "certificate": _plain(self.without_verification().payload),
        }


def _plain(value: Value) -> Json:
    """Any decoded value as JSON; what JSON can't say is said in words, nothing is left out."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, cbor.Tagged):
        return {"tag": value.number, "value": _plain(value.value)}
    return str(value)
