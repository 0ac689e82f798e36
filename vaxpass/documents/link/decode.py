"""Health links: a text that says where the content of a document lies, and has the key to it.

The form is that of SMART Health Links (HL7 SMART Health Cards & Links, STU 1), which Verifiable Health
Links take over (IHE VHL 1.0.0): `shlink:/` or `vhlink:/` and the Base64url of a JSON object. A link is
never opened here. Its key is not shown: whoever has it can read what the link leads to.

A link by itself is signed by nobody. Within an HCERT it is signed: `vaxpass.documents.hcert.link`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.display import Json, rfc3339, without_content
from vaxpass.documents.document import Document, Holder, Issuer, Link
from vaxpass.documents.family import Claims, Family, Message, Unverified
from vaxpass.documents.link.texts import MARK
from vaxpass.documents.times import seconds_of
from vaxpass.encoding import percent, strict_base64, strict_json
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import Limits, Policy

if TYPE_CHECKING:
    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.trust.model import TrustedKey, TrustList

SHL: Final = "shl"
"""The form of SMART Health Links (HL7)"""
VHL: Final = "vhl"
"""The form of Verifiable Health Links (IHE)"""

_TEXT: Final = re.compile(r"[\w+/=-]+", re.ASCII)
_SCHEMES: Final = {"shlink": SHL, "vhlink": VHL}
_URL: Final = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(?P<port>:[0-9]{1,5})?"
    r"(?P<path>(?:[/?][!-\[\]-~]*)?)",
    re.ASCII | re.IGNORECASE,
)
"""An address that means the same to everybody (RFC 3986): no user, no blank, no backslash"""
_SEARCH: Final = re.compile(r"/List/_search\b", re.ASCII | re.IGNORECASE)
_LONGEST_URL: Final = 2048
_LONGEST_LABEL: Final = 80
_MOST_FLAGS: Final = 16
_MOST_VALUES: Final = 256
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class HealthLink:
    """A health link as it was read. Its key is in it and is not shown.

    >>> text = '{"url": "https://example.org/x", "key": "%s", "flag": "P"}' % ("A" * 43)
    >>> link = read_link("shlink:/" + strict_base64.encode_url(text.encode()), 8192)
    >>> link.form, link.host, link.passcode, link.faults
    ('shl', 'example.org', True, ())
    """

    __repr__ = without_content

    form: str
    """`SHL` or `VHL`: the member `type`, else the scheme of the text"""
    host: str | None
    """The server, with its port where one is stated; None where the address can't be read"""
    label: str | None
    passcode: bool
    """Whether the holder has to give a passcode (flag `P`)"""
    expires_at: datetime | None
    is_secure: bool
    """Whether the address is one of https"""
    needs_network: bool
    """Whether it asks a server of a trust network (IHE VHL), which answers only to its members"""
    faults: tuple[Problem, ...]
    """What breaks the form"""
    notes: tuple[Note, ...]
    """What is unusual about it, and what whoever opens it has to know"""
    key: bytes | None = field(repr=False)
    """The key of the files that it leads to (32 bytes). Never show it."""

    def to_payload(self) -> dict[str, Value]:
        """What may be shown of it: neither its key nor its address, which open the content."""
        found: dict[str, Value] = {
            "form": self.form,
            "host": self.host,
            "label": self.label,
            "passcode": self.passcode,
            "expires_at": None if self.expires_at is None else rfc3339(self.expires_at),
        }
        return {name: value for name, value in found.items() if value is not None}

    def check_expiry(self, at: datetime) -> Note | None:
        """The note where the link itself has expired at `at` (aware)."""
        end = self.expires_at
        if end is None or at <= end:
            return None
        on = end.astimezone(at.tzinfo).date().isoformat()
        return Note(NoteCode.VALIDITY_LINK_EXPIRED, "$.exp", {"on": on})


def read_link(text: str, longest: int) -> HealthLink:
    """Read a link: with its scheme and whatever stands before it, or its Base64url alone.

    Unknown members are ignored, as both specifications ask. What breaks the form is among
    `HealthLink.faults`. Raises `ValueError` where the text has no JSON object, or more than `longest`
    characters. The error does not have the text.
    """
    if len(text) > longest:
        raise ValueError("the link is too long")
    text = text.strip()
    mark = MARK.match(text)
    scheme = mark[1].lower() if mark else None
    inner = _plain(text[mark.end() :]) if mark else text
    if not _TEXT.fullmatch(inner):
        raise ValueError("the link is not Base64url")
    try:
        body: Json = strict_json.read(
            strict_base64.decode_any(inner).decode(), largest=longest, most=_MOST_VALUES
        )
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ValueError("the link holds no JSON object")  # noqa: TRY004 - of data
    return _of_members(body, scheme)


def _plain(inner: str) -> str:
    """What follows the scheme, without percent-encoding and what the address of a page adds."""
    for _ in range(2):
        inner = percent.decode(inner)
    return inner.strip().partition("&")[0]


def _of_members(body: Mapping[str, Json], scheme: str | None) -> HealthLink:
    url, end, stated = body.get("url"), body.get("exp"), body.get("type")
    address = _URL.fullmatch(url) if isinstance(url, str) and len(url) <= _LONGEST_URL else None
    key = _key(body.get("key"))
    expires_at = None if end is None else _time(end)
    flags, label = body.get("flag", ""), body.get("label")
    wrong = {
        "url": address is None,
        "key": key is None,
        "exp": end is not None and expires_at is None,
        "flag": not _are_flags(flags),
        "label": label is not None and not isinstance(label, str),
    }
    network = address is not None and _SEARCH.search(address["path"]) is not None
    passcode = isinstance(flags, str) and "P" in flags
    is_secure = address is not None and address["scheme"].lower() == "https"
    is_long = isinstance(label, str) and len(label) > _LONGEST_LABEL
    unusual = (
        (is_long, NoteCode.SCHEMA_TOO_LONG, "label"),
        (body.get("v", 1) != 1, NoteCode.SCHEMA_VERSION_UNKNOWN, "v"),
        (passcode, NoteCode.CONTENT_LINK_PASSCODE, "flag"),
        (network, NoteCode.CONTENT_LINK_NETWORK, "url"),
        (address is not None and not is_secure, NoteCode.SCHEMA_LINK_NOT_HTTPS, "url"),
    )
    return HealthLink(
        form=stated if stated in (SHL, VHL) else _SCHEMES.get(scheme or "", VHL if network else SHL),
        host=None if address is None else (address["host"] + (address["port"] or "")).lower(),
        label=label[:_LONGEST_LABEL] if isinstance(label, str) else None,
        passcode=passcode,
        expires_at=expires_at,
        is_secure=is_secure,
        needs_network=network,
        faults=tuple(Problem(Code.SCHEMA_LINK, f"$.{name}") for name, is_it in wrong.items() if is_it),
        notes=tuple(Note(code, f"$.{name}") for is_it, code, name in unusual if is_it),
        key=key,
    )


def _are_flags(flags: Json) -> bool:
    """Whether flags are text, and none excludes another: a file by itself (U) has no passcode (P)."""
    return isinstance(flags, str) and len(flags) <= _MOST_FLAGS and not {"U", "P"} <= set(flags)


def _key(value: Json) -> bytes | None:
    """The 32 bytes of a key. It is to be written without padding; published links have it with."""
    if not isinstance(value, str):
        return None
    try:
        key = strict_base64.decode_url(value.removesuffix("="))
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _time(value: Json) -> datetime | None:
    """A time in seconds since 1970, or in milliseconds, as published links have it."""
    seconds = seconds_of(value)
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


class LinkContent(NamedTuple):
    """What a health link says of itself, not verified; what it leads to is not in it."""

    links: tuple[HealthLink, ...]
    """Mostly one; empty where it can't be read"""
    claims: Claims
    issuer: Issuer = Issuer()

    def __repr__(self) -> str:
        return without_content(self)

    @property
    def payload(self) -> dict[str, Value]:
        """What may be shown of the first link: neither its key nor its address."""
        return self.links[0].to_payload() if self.links else {}

    @property
    def kind(self) -> Kind:
        """A link."""
        return Kind.HEALTH_LINK

    @property
    def certificate(self) -> None:
        """None: it is no EU DCC."""
        return

    @property
    def document(self) -> Document:
        """What it says, in the shape that all families share. It names no holder."""
        first = self.links[0] if self.links else None
        link = None
        if first is not None:
            link = Link(first.form, first.host or "", first.label, first.passcode, first.expires_at)
        claims = self.claims
        return Document(
            "health-link",
            self.kind,
            Holder(),
            issuer=self.issuer,
            issued_at=claims.issued_at,
            valid_from=claims.valid_from,
            valid_until=claims.expires_at,
            link=link,
        )


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedLink(Unverified):
    """A health link by itself. Nobody signed it, so that no key can verify it."""

    links: tuple[HealthLink, ...]

    @property
    def kind(self) -> Kind:
        """A link."""
        return Kind.HEALTH_LINK

    def without_verification(self) -> LinkContent:
        """What the link says of itself."""
        return LinkContent(self.links, self.claims)

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """None: raises `StageError` with `prefix.health_link`."""
        raise StageError.of(Code.PREFIX_HEALTH_LINK)

    def check_usage(self, signer: TrustedKey, policy: Policy) -> None:
        """Nothing: it has no signer."""

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """What breaks the form of a link."""
        del notes
        return [problem for link in self.links for problem in link.faults]

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Nothing: a link has no codes."""

    def check_content(self) -> None:
        """Nothing: it is never verified."""


def read(text: str, limits: Limits, family: Family) -> UnverifiedLink:
    """Read a link by itself, as a document of `family`.

    Raises `StageError` with `prefix.health_link` where it can't be read.
    """
    try:
        link = read_link(text, limits.characters)
    except ValueError:
        raise StageError.of(Code.PREFIX_HEALTH_LINK) from None
    return UnverifiedLink(Message(), Claims(None, None, None, None), link.notes, family, (link,))
