"""The types that every family of health documents shares, and through which the verifier sees them.

A family is a package beside this module. Its `__init__` has the `Family`, which recognises a text; its
`decode`, imported with the first such text, turns it into an `Unverified`: what was signed and with
which key, the times, what the document attests, and how its content is checked. `recognise` lists the
families.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from vaxpass.codes import Kind, Stage
from vaxpass.crypto.cose import Algorithm
from vaxpass.display import Json, rfc3339, without_content
from vaxpass.encoding import cbor, strict_base64
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem
from vaxpass.policy import Limits, Policy

if TYPE_CHECKING:
    from vaxpass.documents.document import Document
    from vaxpass.documents.hcert.dcc.model import Certificate
    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.trust.model import TrustedKey, TrustList


class Family(NamedTuple):
    """How the documents of a family are recognised and decoded.

    >>> from vaxpass.documents import FAMILIES
    >>> [family.name for family in FAMILIES][:3]
    ['hcert', 'smart-health-card', 'health-link']
    """

    name: str
    recognises: Callable[[str], bool]
    """Whether a text looks like this family. The text may have white space around it.

    Of a binary code each letter of the text stands for a byte (`vaxpass.documents.text_of`)."""
    read: Callable[[str, Limits], Unverified]
    """Decodes a text that was recognised; raises `StageError` where it is not readable."""
    stages: tuple[Stage, ...]
    """The stages of `read`, in their order."""
    is_lenient: bool = False
    """Whether the issuer may be a participant of a network: a code that ISO 3166-1 leaves to users."""


class SignedMessage(Protocol):
    """The signature of a document and what it is over, not verified.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> message = decode(Path("examples/passports/expired.txt").read_text()).message
    >>> message.algorithm.name, len(message.signature)
    ('ES256', 64)
    """

    @property
    def algorithm(self) -> Algorithm | None:
        """The algorithm that the document names; None where nobody signed it."""

    @property
    def kid(self) -> bytes | None:
        """The kid that the document names, a hint at the signer; None where it names none."""

    @property
    def signature(self) -> bytes:
        """The signature in the form of COSE and JWS: r and s joined, or the bytes of RSA."""

    @property
    def signed(self) -> bytes:
        """The bytes that are signed."""


class Message(NamedTuple):
    """A `SignedMessage`, for families whose envelope says no more; without values nobody signed it.

    >>> Message().algorithm is None
    True
    """

    algorithm: Algorithm | None = None
    kid: bytes | None = None
    signature: bytes = b""
    signed: bytes = b""


class Claims(NamedTuple):
    """The issuer and the times of a document, as it states them (RFC 8392, section 3.1).

    All times are seconds since 1970 in UTC.

    >>> Claims("VN", 1767225600, 1769817600, None).expires_at.isoformat()
    '2026-01-31T00:00:00+00:00'
    """

    iss: str | None
    """The issuer, mostly a country (ISO 3166-1 alpha-2); None where it is not stated."""
    iat: int | float | None
    """The time of issue; None where it is not stated."""
    exp: int | float | None
    """The end of the validity; None where it is not stated."""
    nbf: int | float | None
    """The beginning of the validity; None where it is not stated."""

    @property
    def issued_at(self) -> datetime | None:
        """`iat` as an aware time in UTC, cut to seconds."""
        return None if self.iat is None else datetime.fromtimestamp(int(self.iat), UTC)

    @property
    def expires_at(self) -> datetime | None:
        """`exp` as an aware time in UTC, cut to seconds."""
        return None if self.exp is None else datetime.fromtimestamp(int(self.exp), UTC)

    @property
    def valid_from(self) -> datetime | None:
        """`nbf` as an aware time in UTC, cut to seconds."""
        return None if self.nbf is None else datetime.fromtimestamp(int(self.nbf), UTC)


class UnverifiedContent(Protocol):
    """The content of a document, not verified.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> content = decode(Path("examples/passports/expired.txt").read_text()).without_verification()
    >>> content.payload["ver"], content.certificate.entries[0].dose
    ('1.3.0', 2)
    """

    @property
    def payload(self) -> dict[str, Value]:
        """The payload as decoded, without CBOR tags. Do not change it."""

    @property
    def kind(self) -> Kind | None:
        """What it attests; None where it attests nothing or several things."""

    @property
    def certificate(self) -> Certificate | None:
        """The EU DCC, typed and read leniently; None in other families."""

    @property
    def document(self) -> Document:
        """What it says, in the shape that all families share."""


class Content(NamedTuple):
    """An `UnverifiedContent` that is no EU DCC."""

    payload: dict[str, Value]
    """The payload as decoded. Do not change it."""
    kind: Kind | None
    document: Document

    def __repr__(self) -> str:
        return without_content(self)

    @property
    def certificate(self) -> None:
        """None: it is no EU DCC."""
        return


@dataclass(frozen=True, slots=True)
class Unverified(ABC):
    """A decoded document whose signature was not checked.

    The content is reached only through `without_verification()`, so that a search finds every place
    that uses it unverified.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> unverified = decode(Path("examples/passports/tampered.txt").read_text())
    >>> unverified.claims.iss, unverified.without_verification().certificate.person.given_name
    ('VN', 'Thị Ánh Tuyết')
    """

    __repr__ = without_content

    message: SignedMessage
    claims: Claims
    notes: tuple[Note, ...]
    """What was unusual while it was decoded."""
    family: Family

    @property
    @abstractmethod
    def kind(self) -> Kind | None:
        """What it attests, not verified; None where that is nothing or several things."""

    @abstractmethod
    def without_verification(self) -> UnverifiedContent:
        """The content, although it is not verified."""

    @abstractmethod
    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """The keys of `trust` that may have signed it; empty where its signer is not on the list."""

    def countries(self, but: str | None = None) -> Sequence[tuple[str, str]]:
        """The places of the content that name a country (as in `$.v[0].co`), each with what it names.

        They are compared with the signer's country; those that name just `but` are left out. None in a
        family whose entries name no country.
        """
        del but
        return ()

    @abstractmethod
    def check_usage(self, signer: TrustedKey, policy: Policy) -> Problem | Note | None:
        """The problem where `signer` may not sign such a document; a note where it is only unusual."""

    def check_signer(self, signer: TrustedKey, trust: TrustList, at: datetime) -> Problem | None:
        """The problem of the stage `validity` beside the times of the claims and of the signer.

        That is what only the family knows: a revoked signer, or a content that is not in force at `at`
        (aware). It is asked where those times are right. A family that asks no more keeps this.
        """
        del signer, trust, at
        return None

    def weigh(self, problem: Problem, at: datetime) -> Problem:
        """What a problem of the stage `validity` means in this family at `at` (aware); mostly itself.

        The end of a certificate's validity is not the end of a vaccination that counts for life.
        """
        del at
        return problem

    def check_revoked(self, signer: TrustedKey, trust: TrustList) -> Problem | bool:
        """The problem where a list of `trust` revokes the document; else whether there is one for it.

        The stores of the verifier are asked apart. A family without lists of its own keeps this.
        """
        del signer, trust
        return False

    def for_rules(self) -> Mapping[str, Value] | None:
        """The payload as business rules read it; None where no rules are written for the family."""
        return None

    @abstractmethod
    def check_form(self, notes: list[Note]) -> list[Problem]:
        """The problems of the content by the schema of the family; adds notes to `notes`."""

    @abstractmethod
    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Compare the codes of the content with `value_sets`; adds notes to `notes`.

        The verifier calls it only where `check_form` found no problem.
        """

    def check_dates(self, at: datetime) -> list[Note]:
        """What can't be right in the dates of the content, and what is not in force at `at` (aware).

        The verifier calls it only where `check_form` found no problem. A family whose content has no
        dates keeps this.
        """
        del at
        return []

    @abstractmethod
    def check_content(self) -> Problem | None:
        """The problem where a person or the rules of a destination must look at what it says.

        It has a code of the stage `content`, and its path names the field. The verifier calls it only
        where `check_form` found no problem.
        """

    def to_dict(self, signer: TrustedKey | None = None) -> dict[str, Json]:
        """The document as plain JSON (docs/json.md): `header`, `claims`, `certificate` and `document`.

        With its `signer` the issuer is told as the trust list knows it (`Document.issued_by`). Bytes
        are in standard Base64, times in RFC 3339 in UTC. Nothing in it is verified.
        """
        message, claims, content = self.message, self.claims, self.without_verification()
        document = content.document if signer is None else content.document.issued_by(signer)
        return {
            "header": {
                "algorithm": None if message.algorithm is None else message.algorithm.name,
                "kid": None if message.kid is None else strict_base64.encode(message.kid),
            },
            "claims": {
                "iss": claims.iss,
                "iat": rfc3339(claims.issued_at) if claims.issued_at else None,
                "exp": rfc3339(claims.expires_at) if claims.expires_at else None,
            },
            "certificate": _plain(content.payload),
            "document": document.to_dict(),
        }


def _plain(value: Value) -> Json:
    """A decoded value as JSON. A value that JSON does not have is written as text or an object."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return strict_base64.encode(value)
    if isinstance(value, cbor.Tagged):
        return {"tag": value.number, "value": _plain(value.value)}
    return str(value)
