"""Decodes a DIVOC certificate, and judges what its signature protects (W3C Verifiable Credentials 1.1).

The proof is a detached JWS (RFC 7797) over a canonical form of the certificate, which `linked_data`
gives. What it does not protect is judged by `forms` and `readings`: no certificate is accepted on the
word of its signature alone.
"""

from __future__ import annotations

import re
import struct
from binascii import crc32
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents.divoc import forms, readings
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.family import Claims, Content, Family, Message, Unverified
from vaxpass.encoding import deflate, strict_base64, strict_json
from vaxpass.encoding.strict_json import Json
from vaxpass.findings import Note, Problem, StageError
from vaxpass.trust.model import DIVOC as USAGE

if TYPE_CHECKING:
    from vaxpass.documents.divoc.forms import Form
    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.encoding.cbor import Value
    from vaxpass.policy import Limits, Policy
    from vaxpass.trust.model import TrustedKey, TrustList

_ALGORITHMS: Final = {
    "RsaSignature2018": ("PS256", Algorithm.PS256),
    "Ed25519Signature2018": ("EdDSA", Algorithm.EDDSA),
}
_ARCHIVE: Final = "PK\x03\x04"
_BASE64: Final = "B64:"
_LONGEST: Final = 4 * 65536 // 3 + 64
_MOST_VALUES: Final = 400
"""A certificate has some 60 values, each with a comma or a colon, and more of both in its texts"""
_DAY: Final = timedelta(days=1)
_BIRTH: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
"""India has only the year of many people"""
_AGE: Final = re.compile(r"\d{1,3}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedDivoc(Unverified):
    """A DIVOC certificate, decoded and not verified."""

    _payload: dict[str, Json]
    _form: Form
    _method: str
    """Its verification method: a DID, mostly with a fragment"""

    @property
    def kind(self) -> Kind:
        """A vaccination."""
        return Kind.DIVOC

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        payload: dict[str, Value] = dict(self._payload)
        return Content(payload, self.kind, _document_of(payload, self.claims))

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """The keys of the verification method: of the DID with its fragment, or of the DID alone."""
        named = (self._method, self._method.partition("#")[0])
        return [key for key in trust.with_usage(USAGE) if key.issuer and key.issuer.identifier in named]

    def check_usage(self, signer: TrustedKey, policy: Policy) -> None:
        """Nothing: keys for DIVOC have no restrictions."""

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Check that the signature allows no other reading than the one that is shown."""
        subject = self._payload["credentialSubject"]
        who = subject.get("id") if isinstance(subject, dict) else None
        if not forms.is_absolute(who):
            return [Problem(Code.SCHEMA_HOLDER_UNPROTECTED, "$.credentialSubject")]
        place = forms.missing(self._payload, self._form) or readings.doubtful(self._payload, self._form)
        return [Problem(Code.SCHEMA_UNPROTECTED, place)] if place else []

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Nothing: it has no codes. Its vaccine is on a list, or `check_form` says so."""

    def check_dates(self, at: datetime) -> list[Note]:
        """Compare the date of vaccination with that of issue and with `at`."""
        given = _time(_event(self._payload).get("date"))
        if given is None:
            return []
        notes, place = [], "$.evidence[0].date"
        if given > at + _DAY:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_AHEAD, place))
        issued = self.claims.issued_at
        if issued is not None and given > issued + _DAY:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_AFTER_ISSUE, place))
        return notes

    def check_content(self) -> None:
        """Nothing: a vaccination is not for a person to weigh."""


def read(text: str, limits: Limits, family: Family) -> UnverifiedDivoc:
    """Decode a certificate: the bytes of its archive as letters, `B64:` and Base64, or JSON.

    `family` is that of the result. Raises `StageError` with a code of the stages `prefix`, `archive`
    and `payload`; `prefix.divoc` where the extra that it needs is not installed.
    """
    payload = _payload_of(_json_of(text, limits), limits)
    form = forms.check(payload)
    proof = payload["proof"]
    assert isinstance(proof, dict)  # noqa: S101 - by `forms.check`
    method, issuer = str(proof["verificationMethod"]), str(payload["issuer"])
    issued = _time(payload.get("issuanceDate"))
    claims = Claims(issuer, None if issued is None else issued.timestamp(), None, None)
    return UnverifiedDivoc(_proof_of(payload, proof), claims, (), family, payload, form, method)


def _json_of(text: str, limits: Limits) -> bytes:
    bare = text.lstrip()
    if bare.startswith("{"):
        return bare.encode("utf-8", "replace")
    if len(bare) > _LONGEST:
        raise StageError.of(Code.ARCHIVE_TOO_LARGE)
    try:
        if bare.startswith(_ARCHIVE):
            data = bare.encode("latin-1")
        else:
            data = strict_base64.decode(bare.removeprefix(_BASE64), spaces=True)
    except ValueError:
        raise StageError.of(Code.ARCHIVE_STRUCTURE) from None
    return certificate_in(data, limits.inflated)


def _payload_of(data: bytes, limits: Limits) -> dict[str, Json]:
    try:
        value = strict_json.read(data.decode(), largest=limits.inflated, most=_MOST_VALUES)
    except ValueError:
        raise StageError.of(Code.PAYLOAD_STRUCTURE) from None
    if not isinstance(value, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    return value


def _proof_of(payload: Mapping[str, Json], proof: Mapping[str, Json]) -> Message:
    header, _, rest = str(proof["jws"]).partition("..")
    name, algorithm = _ALGORITHMS[str(proof["type"])]
    try:
        said = strict_json.read(strict_base64.decode_url(header))
        signature = strict_base64.decode_url(rest)
    except ValueError:
        raise StageError.of(Code.PAYLOAD_PROOF) from None
    if said != {"alg": name, "b64": False, "crit": ["b64"]} or said["b64"] is not False:
        raise StageError.of(Code.PAYLOAD_PROOF)
    subject = payload["credentialSubject"]
    named = isinstance(subject, dict) and forms.is_absolute(subject.get("id"))
    try:
        from vaxpass.documents.divoc import linked_data  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise StageError.of(Code.PREFIX_DIVOC) from None
    try:
        signed = linked_data.signed_bytes(payload, header, holder_is_named=named)
    except Exception:
        # Nothing that `forms.check` lets through is known to do that; what it raises is another's.
        raise StageError.of(Code.PAYLOAD_FORM_UNKNOWN, "$") from None
    return Message(algorithm, str(proof["verificationMethod"]).encode(), signature, signed)


def _event(payload: Mapping[str, Value]) -> Mapping[object, Value]:
    events = payload.get("evidence")
    event = events[0] if isinstance(events, list) and events else None
    return event if isinstance(event, dict) else {}


def _time(value: object) -> datetime | None:
    """A date, or a time of a day, as an aware time; a date begins in UTC."""
    if not isinstance(value, str) or not (readings.is_date(value) or readings.is_date_time(value)):
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _document_of(payload: Mapping[str, Value], claims: Claims) -> Document:
    said, event = payload.get("credentialSubject"), _event(payload)
    subject: Mapping[object, Value] = said if isinstance(said, dict) else {}
    facility, verifier = event.get("facility"), event.get("verifier")
    place = facility if isinstance(facility, dict) else {}
    address = place.get("address")
    code = _text(address, "addressCountry")
    who = _text(subject, "id")
    dose, doses = event.get("dose"), event.get("totalDoses")
    vaccination = Event(
        EventType.VACCINATION,
        date=_text(event, "date"),
        disease=Term(None, _text(event, "prophylaxis")) if _text(event, "prophylaxis") else None,
        product=Term(None, _text(event, "vaccine")) if _text(event, "vaccine") else None,
        manufacturer=Term(None, _text(event, "manufacturer")) if _text(event, "manufacturer") else None,
        vaccine=Term(_text(event, "icd11Code"), None, "icd11") if _text(event, "icd11Code") else None,
        dose=dose if isinstance(dose, int) else None,
        doses=doses if isinstance(doses, int) else None,
        batch=_text(event, "batch"),
        performer=_text(verifier, "name"),
        centre=_text(place, "name"),
        country=code if code and _COUNTRY.fullmatch(code) else None,
        identifier=_text(event, "certificateId"),
    )
    holder = Holder(
        name=_text(subject, "name"),
        birth_date=_birth(subject),
        age=None if _birth(subject) else _age(subject),
        sex=_text(subject, "gender"),
        nationality=_text(subject, "nationality"),
        document_type=who.rpartition(":")[0] if who else None,
        document_number=who.rpartition(":")[2] if who else None,
    )
    return Document(
        "divoc",
        Kind.DIVOC,
        holder,
        (vaccination,),
        Issuer(identifier=claims.iss),
        issued_at=claims.issued_at,
        identifier=_text(event, "certificateId"),
    )


def _birth(subject: Mapping[object, Value]) -> str | None:
    born = _text(subject, "dob")
    return born if born and _BIRTH.fullmatch(born) else None


def _age(subject: Mapping[object, Value]) -> str | None:
    value = subject.get("age")
    years = str(value) if isinstance(value, int) else _text(subject, "age")
    return years if years and _AGE.fullmatch(years) else None


def _text(part: object, name: str) -> str | None:
    """A text of a part; None where there is none, or only a dash in its place."""
    value = part.get(name) if isinstance(part, Mapping) else None
    return value.strip() if isinstance(value, str) and value.strip() not in ("", "-") else None


# --- The ZIP archive (PKWARE APPNOTE 6.3): one member, in one part, not encrypted ---------------------

_MAGIC: Final = b"PK\x03\x04"
_MEMBER: Final = b"certificate.json"
_LARGEST: Final = 65536
"""Bytes of the archive. A QR code holds at most 2,953."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000  # of any kind, and with hidden headers
_STORED: Final = 0
_DEFLATED: Final = 8


class _Member(NamedTuple):
    """What the directory of an archive says of its member."""

    method: int
    checksum: int
    packed: int
    unpacked: int
    name: bytes


def certificate_in(data: bytes, limit: int) -> bytes:
    """The content of `certificate.json`, at most `limit` bytes.

    Raises `StageError` with a code of the stage `archive`: where the archive is damaged, divided,
    encrypted or of another kind; where it is too large; and where it holds something else.
    """
    if len(data) > _LARGEST:
        raise StageError.of(Code.ARCHIVE_TOO_LARGE)
    try:
        member, directory = _directory(data)
    except (struct.error, ValueError):
        raise StageError.of(Code.ARCHIVE_STRUCTURE) from None
    if member is None or member.name != _MEMBER:
        raise StageError.of(Code.ARCHIVE_NOT_DIVOC)
    if member.unpacked > limit:
        raise StageError.of(Code.ARCHIVE_TOO_LARGE)
    try:
        return _content(data[:directory], member)
    except (struct.error, ValueError):
        raise StageError.of(Code.ARCHIVE_STRUCTURE) from None


def _directory(data: bytes) -> tuple[_Member | None, int]:
    """The only member, and where the directory begins; no member where there is not just one."""
    place = data.rfind(b"PK\x05\x06")
    if place < 0:
        raise ValueError("the archive has no end")
    _, disk, first_disk, here, entries, size, start, comment = _END.unpack_from(data, place)
    end = place + _END.size + comment
    # A scanner or an editor may have added the end of a line.
    if end > len(data) or data[end:].strip(b"\r\n") or start + size != place:
        raise ValueError("the parts of the archive do not lie where it says")
    if disk or first_disk or here != entries:
        raise ValueError("the archive is divided")
    if entries != 1:
        return None, start
    (signature, _, _, flags, method, _, _, checksum, packed, unpacked, name, extra, note, disk, _, _,
     offset) = _CENTRAL.unpack_from(data, start)  # fmt: skip
    if signature != b"PK\x01\x02" or _CENTRAL.size + name + extra + note != size:
        raise ValueError("the directory of the archive is damaged")
    # Sizes of 2^32 - 1 stand for larger ones elsewhere (ZIP64): they never fit.
    if flags & _ENCRYPTED or method not in (_STORED, _DEFLATED) or disk or offset:
        raise ValueError("the archive is written in a way that no issuer uses")
    begin = start + _CENTRAL.size
    return _Member(method, checksum, packed, unpacked, data[begin : begin + name]), start


def _content(data: bytes, member: _Member) -> bytes:
    """The content of the member; `data` is the archive up to its directory."""
    signature, _, flags, method, *_, name, extra = _LOCAL.unpack_from(data)
    begin = _LOCAL.size
    if signature != _MAGIC or method != member.method or flags & _ENCRYPTED:
        raise ValueError("the member is another one than the directory says")
    if data[begin : begin + name] != member.name:
        raise ValueError("the member has another name than the directory says")
    begin += name + extra
    packed = data[begin : begin + member.packed]
    if len(packed) != member.packed:
        raise ValueError("the member ends too early")
    try:
        content = packed if method == _STORED else deflate.inflate_raw(packed, member.unpacked)
    except StageError:
        raise ValueError("the member does not unpack to what the directory says") from None
    if len(content) != member.unpacked or crc32(content) != member.checksum:
        raise ValueError("the member is damaged")
    return content
