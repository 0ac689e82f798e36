"""Decodes a SMART Health Card (HL7 SMART Health Cards and Links, STU 1).

The steps, each a stage of the verdict: what the text begins with; the JWS (RFC 7515) and its header;
raw DEFLATE (RFC 1951); JSON; the payload, which has an issuer, times and a FHIR bundle.

The key is looked up by issuer and kid in the trust list. A key or an address that a header names is
never used, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from vaxpass.codes import Code, IssuerType, Kind, NoteCode
from vaxpass.crypto.cose import Algorithm
from vaxpass.display import Json
from vaxpass.documents import fhir
from vaxpass.documents.document import Document, Issuer
from vaxpass.documents.family import Claims, Content, Family, Message, Unverified
from vaxpass.documents.shc.texts import LONGEST, characters_of, digits_of, part_of, split
from vaxpass.documents.times import next_day, seconds_of
from vaxpass.encoding import deflate, strict_base64, strict_json
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import Limits, Policy
from vaxpass.trust.model import SHC, TrustedKey, TrustList

if TYPE_CHECKING:
    from vaxpass.documents.valuesets import ValueSets

_LARGEST_HEADER: Final = 4096
_FILE_LENGTH: Final = 32
_FILE_FACTOR: Final = 4
"""How much more than a QR code a file or a card in several codes may hold."""
_BOM: Final = b"\xef\xbb\xbf"
_BUNDLE: Final = "$.vc.credentialSubject.fhirBundle"
_USUAL: Final = frozenset(("alg", "zip", "kid"))
_BY: Final = {
    IssuerType.HEALTH_SYSTEM: NoteCode.USAGE_BY_HEALTH_SYSTEM,
    IssuerType.PHARMACY: NoteCode.USAGE_BY_PHARMACY,
    IssuerType.LABORATORY: NoteCode.USAGE_BY_LABORATORY,
    IssuerType.OTHER: NoteCode.USAGE_BY_OTHER,
    None: NoteCode.USAGE_BY_UNKNOWN,
}


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedCard(Unverified):
    """A SMART Health Card, decoded and not verified."""

    _payload: dict[str, Value]
    _bundle: fhir.Bundle
    _faults: tuple[Problem, ...]
    """What is wrong with its times"""

    @property
    def kind(self) -> Kind:
        """A record of health; the types that a card names are deprecated and not read."""
        return Kind.HEALTH_CARD

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        claims = self.claims
        version = _text(_at(self._payload, "vc", "credentialSubject", "fhirVersion"))
        document = Document(
            family="smart-health-card",
            kind=Kind.HEALTH_CARD,
            holder=self._bundle.holder,
            events=self._bundle.events,
            issuer=Issuer(identifier=claims.iss),
            issued_at=claims.issued_at,
            valid_from=claims.valid_from,
            valid_until=claims.expires_at,
            version=version and f"FHIR {version}",
            identifier=_text(_at(self._payload, "vc", "rid")),
        )
        return Content(self._payload, Kind.HEALTH_CARD, document)

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """The keys of its issuer with its kid; a kid alone finds nothing, for anybody can name it."""
        kid, issuer = self.message.kid, self.claims.iss
        return [
            key
            for key in trust.with_usage(SHC)
            if key.kid == kid and key.issuer is not None and key.issuer.identifier == issuer
        ]

    def check_usage(self, signer: TrustedKey, policy: Policy) -> Note | None:
        """A note where the issuer is no government body, or where that is not known."""
        del policy
        issuer = signer.issuer
        kind = issuer.type if issuer else None
        if kind is IssuerType.GOVERNMENT:
            return None
        name = (issuer.name or issuer.identifier) if issuer else ""
        return Note(_BY[kind], "iss", {"issuer": name})

    def check_revoked(self, signer: TrustedKey, trust: TrustList) -> Problem | bool:
        """Look the identifier of the card up in the lists of revoked cards of its key.

        Brands of one issuer share a key: a list of any of them counts, and of nobody else.
        """
        lists = [cards for cards in trust.revoked_cards if cards.kid == signer.kid]
        if lists:
            of_key = {
                key.issuer.identifier
                for key in trust.with_usage(SHC)
                if key.issuer is not None and key.certificate.der == signer.certificate.der
            }
            lists = [cards for cards in lists if cards.issuer is None or cards.issuer in of_key]
        rid = _text(_at(self._payload, "vc", "rid"))
        for cards in lists:
            if rid is None or rid not in cards.rids:
                continue
            before = cards.rids[rid]
            if before is None or (self.claims.nbf or 0) < before:
                return Problem(Code.REVOCATION_LISTED)
        return bool(lists)

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """The problems of the FHIR bundle; notes what was not read of it."""
        bundle = self._bundle
        notes += bundle.remarks
        if bundle.others and bundle.events:
            named = ", ".join(bundle.others[:5])
            notes.append(Note(NoteCode.SCHEMA_OTHER_RECORDS, f"{_BUNDLE}.entry", {"types": named}))
        version = _at(self._payload, "vc", "credentialSubject", "fhirVersion")
        if not (isinstance(version, str) and version.startswith("4.")):
            path = "$.vc.credentialSubject.fhirVersion"
            notes.append(Note(NoteCode.SCHEMA_VERSION_UNKNOWN, path))
        # Of several the first counts; what leaves a card open must not hide what is against it.
        return [*bundle.problems, *self._faults]

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """The value sets of the EU DCC say nothing about its codes."""

    def check_dates(self, at: datetime) -> list[Note]:
        """Compare the dates of its events with the birth, the time of issue and `at`."""
        ahead = next_day(at.date()).isoformat()
        issued = self.claims.issued_at
        after = next_day(issued.date()).isoformat() if issued else ""
        born = self._bundle.holder.birth_date or ""
        notes = []
        if after and born > after:
            notes.append(Note(NoteCode.SCHEMA_BIRTH_AHEAD, f"{_BUNDLE}.entry"))
        for event, place in zip(self._bundle.events, self._bundle.places, strict=True):
            day = (event.date or "")[:10]
            if not day[:4].isdigit():
                continue
            if day < born[: len(day)]:
                notes.append(Note(NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH, place))
            if day > ahead:
                notes.append(Note(NoteCode.SCHEMA_ENTRY_AHEAD, place))
            elif after and day > after:
                notes.append(Note(NoteCode.SCHEMA_ENTRY_AFTER_ISSUE, place))
        return notes

    def check_content(self) -> Problem | None:
        """The gravest of what a person must look at."""
        return self._bundle.concerns[0] if self._bundle.concerns else None


def read(text: str, limits: Limits, family: Family) -> UnverifiedCard:
    """Decode a card of `family`, in any of its forms.

    Raises `StageError` with a code of the stages `prefix` to `payload`.
    """
    notes: list[Note] = []
    if len(text) > min(LONGEST, _FILE_LENGTH * limits.characters):
        raise StageError.of(Code.JWS_TOO_LONG)
    digits = digits_of(text)
    if digits is None:
        found = split(text)
        if len(found) != 1:
            raise StageError.of(Code.JWS_SEVERAL, number=str(len(found)))
        return _read_jws(found[0].strip().encode(errors="replace"), limits, family, notes)
    if text != text.strip():
        notes.append(Note(NoteCode.PREFIX_SURROUNDING_SPACE))
    if text.lstrip()[:4].lower() == "http":
        notes.append(Note(NoteCode.PREFIX_FROM_LINK))
    if part := part_of(text):
        others = [str(number) for number in range(1, part.total + 1) if number != part.number]
        missing = ", ".join(others if len(others) <= 4 else [*others[:3], "…", others[-1]])
        details = {"part": str(part.number), "parts": str(part.total), "missing": missing}
        raise StageError(Problem(Code.JWS_PART, details=details))
    if digits.startswith("1/1/"):
        digits = digits.removeprefix("1/1/")
    jws = characters_of(digits)
    if jws is None:
        raise StageError.of(Code.JWS_DIGITS)
    return _read_jws(jws, limits, family, notes)


def _read_jws(jws: bytes, limits: Limits, family: Family, notes: list[Note]) -> UnverifiedCard:
    segments = jws.split(b".")
    if len(segments) != 3 or not all(segments):
        raise StageError.of(Code.JWS_STRUCTURE)
    try:
        header, payload, signature = map(strict_base64.decode_url, segments)
    except ValueError:
        raise StageError.of(Code.JWS_STRUCTURE) from None
    kid = _header(header, notes)
    # A QR code holds at most 7,089 digits, which are half as many characters.
    factor = 1 if len(jws) * 2 <= limits.characters else _FILE_FACTOR
    content, has_trailer = deflate.inflate_bare(payload, factor * limits.inflated)
    if has_trailer:
        notes.append(Note(NoteCode.DEFLATE_GZIP_TRAILER))
    value = _json(content, notes)
    message = Message(Algorithm.ES256, kid, signature, segments[0] + b"." + segments[1])
    return _opened(message, value, family, notes)


def _header(data: bytes, notes: list[Note]) -> bytes | None:
    """The kid of a header that asks for nothing else than what is done here."""
    if len(data) > _LARGEST_HEADER:
        raise StageError.of(Code.JWS_HEADER_INVALID)
    try:
        header = strict_json.read(data)
    except ValueError:
        raise StageError.of(Code.JWS_HEADER_INVALID) from None
    if not isinstance(header, Mapping):
        raise StageError.of(Code.JWS_HEADER_INVALID)
    if "crit" in header or "b64" in header:
        raise StageError.of(Code.JWS_CRITICAL_HEADER)
    if header.get("alg") != "ES256":
        raise StageError.of(Code.JWS_ALGORITHM_UNSUPPORTED)
    if header.get("zip") != "DEF":
        raise StageError.of(Code.JWS_NOT_COMPRESSED)
    if set(header) - _USUAL:
        # Such as `jwk`, `jku` or `x5c`: whoever forges a card would name an own key there.
        notes.append(Note(NoteCode.JWS_HEADER_EXTRA))
    kid = header.get("kid")
    if not isinstance(kid, str):
        return None
    try:
        return strict_base64.decode_url(kid)
    except ValueError:
        return kid.encode(errors="replace")


def _json(data: bytes, notes: list[Note]) -> Mapping[str, Json]:
    if data.startswith(_BOM):
        notes.append(Note(NoteCode.JSON_BYTE_ORDER_MARK))
        data = data.removeprefix(_BOM)
    try:
        value = strict_json.read(data.decode())
    except ValueError:
        raise StageError.of(Code.JSON_INVALID) from None
    if not isinstance(value, Mapping):
        raise StageError.of(Code.PAYLOAD_MISSING)
    return value


def _opened(
    message: Message, value: Mapping[str, Json], family: Family, notes: list[Note]
) -> UnverifiedCard:
    credential = value.get("vc")
    if not isinstance(credential, Mapping):
        raise StageError.of(Code.PAYLOAD_MISSING)
    content = _at(credential, "credentialSubject", "fhirBundle")
    if not isinstance(content, Mapping):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    issuer = value.get("iss")
    if not isinstance(issuer, str) or not issuer.startswith("https://"):
        raise StageError.of(Code.PAYLOAD_ISSUER_INVALID)
    issued, end = _time(value, "nbf", notes), _time(value, "exp", notes)
    faults = []
    if issued is None and "nbf" not in value and (issued := _time(value, "iat", notes)) is not None:
        # `nbf` is the time of issue. Cards of Quebec of 2021 had `iat`, as drafts did.
        faults.append(Problem(Code.SCHEMA_INCOMPLETE, "$.nbf"))
    elif issued is None:
        code = Code.SCHEMA_TYPE if "nbf" in value else Code.SCHEMA_REQUIRED
        faults.append(Problem(code, "$.nbf"))
    if end is None and value.get("exp") is not None:
        faults.append(Problem(Code.SCHEMA_TYPE, "$.exp"))
    bundle = fhir.read_bundle(cast("Json", content), _BUNDLE)
    claims = Claims(issuer, issued, end, issued)
    payload = cast("dict[str, Value]", value)
    return UnverifiedCard(message, claims, tuple(notes), family, payload, bundle, tuple(faults))


def _time(payload: Mapping[str, Json], name: str, notes: list[Note]) -> int | float | None:
    """A time in seconds since 1970, fractions allowed; None for all else."""
    value = payload.get(name)
    found = seconds_of(value)
    if found is not None and found != value:
        notes.append(Note(NoteCode.CWT_MILLISECONDS, name))
    return found


def _at(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: object) -> str | None:
    return (value or None) if isinstance(value, str) else None
