"""What a document says, in one shape for every family: who holds it, what it attests, who issued it.

Each family gives a `Document` of its content. Texts and dates are as the document has them; a field
that it lacks is None. Nothing here says whether any of it is true: the verdict does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from vaxpass.codes import IssuerType, Kind
from vaxpass.display import Json, rfc3339, without_content

if TYPE_CHECKING:
    from vaxpass.trust.model import TrustedKey

__all__ = ["Document", "Event", "EventType", "Holder", "Issuer", "Link", "Term"]


class EventType(StrEnum):
    """What an event of a document is.

    >>> EventType("vaccination")
    <EventType.VACCINATION: 'vaccination'>
    """

    VACCINATION = "vaccination"
    TEST = "test"
    RECOVERY = "recovery"
    MEDICATION = "medication"


@dataclass(frozen=True, slots=True)
class Term:
    """A code, and its name where the family knows it.

    `system` says what kind of code it is: a field of the EU DCC's value sets (`mp`, `v.ma`), in which
    `ValueSets.display` finds the name, or another system (`icd11`, `cvx`, `snomed`, `icvp`).

    >>> Term("183", "yellow fever vaccine", "cvx").code
    '183'
    """

    code: str | None
    name: str | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The person whom a document is about.

    >>> Holder(family_name="Nguyễn", given_name="Bảo Duy").full_name
    'Nguyễn Bảo Duy'
    """

    __repr__ = without_content

    name: str | None = None
    """The whole name, where the document does not divide it, or as it writes it"""
    family_name: str | None = None
    given_name: str | None = None
    family_name_icao: str | None = None
    """In the letters of a machine-readable zone (ICAO 9303-3), with `<` between the words"""
    given_name_icao: str | None = None
    birth_date: str | None = None
    """YYYY-MM-DD, YYYY-MM or YYYY"""
    age: str | None = None
    """In years at the time of issue, where the document states no date of birth"""
    sex: str | None = None
    """As the document writes it"""
    nationality: str | None = None
    """ISO 3166-1, alpha-2 or alpha-3"""
    document_type: str | None = None
    document_number: str | None = None
    """Of the identity document that the certificate names"""
    guardian: str | None = None

    @property
    def full_name(self) -> str | None:
        """The name as written, family name first; else in machine-readable letters; else None."""
        if self.name:
            return self.name
        written = [name for name in (self.family_name, self.given_name) if name]
        if not written:
            icao = (self.family_name_icao, self.given_name_icao)
            written = [name.replace("<", " ") for name in icao if name]
        return " ".join(written) or None

    @property
    def machine_name(self) -> str | None:
        """The name in machine-readable letters: `DANG<<THI<ANH<TUYET`; None without any."""
        icao = (self.family_name_icao, self.given_name_icao)
        return "<<".join(name for name in icao if name) or None


@dataclass(frozen=True, slots=True)
class Event:
    """One vaccination, test, recovery or medication of a document.

    >>> Event(EventType.VACCINATION, date="2026-09-01", batch="X1").batch
    'X1'
    """

    __repr__ = without_content

    type: EventType
    date: str | None = None
    """Of the vaccination, of the sample, or of the first positive test: a date or a time, as written"""
    disease: Term | None = None
    vaccine: Term | None = None
    """The kind of vaccine or prophylaxis"""
    product: Term | None = None
    manufacturer: Term | None = None
    dose: int | None = None
    doses: int | None = None
    batch: str | None = None
    dosage: str | None = None
    """Of a medicine, in words"""
    test_type: Term | None = None
    result: Term | None = None
    performer: str | None = None
    """Who gave or took it: a clinician or a laboratory"""
    centre: str | None = None
    country: str | None = None
    """ISO 3166-1; where it was given or taken"""
    issuer: str | None = None
    """Who answers for this event, where it is stated for each"""
    valid_from: str | None = None
    """From when it counts (YYYY-MM-DD)"""
    valid_until: str | None = None
    """Until when it counts (YYYY-MM-DD); see `lifelong`"""
    lifelong: bool = False
    """Whether it counts for life by the rules of its family"""
    status: str | None = None
    """Where it is not completed or final: what it is instead"""
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a document.

    >>> Issuer(name="State of Louisiana", type=IssuerType.GOVERNMENT).type.value
    'government'
    """

    name: str | None = None
    country: str | None = None
    """ISO 3166-1"""
    identifier: str | None = None
    """The claim `iss`, a URL or a DID, as the document states it"""
    type: IssuerType | None = None
    """None where the trust list does not say what it is"""


@dataclass(frozen=True, slots=True)
class Link:
    """A health link: where the content of a document lies. Its key is not in here.

    >>> Link("vhl", "example.org", passcode=True).passcode
    True
    """

    form: str
    """`shl` (SMART Health Link, HL7) or `vhl` (Verifiable Health Link, IHE)"""
    host: str
    """The server that has the content"""
    label: str | None = None
    passcode: bool = False
    """Whether the holder has to give a passcode"""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says.

    >>> document = Document("hcert", Kind.TEST, Holder(birth_date="1990"))
    >>> document.holder.birth_date, document.events
    ('1990', ())
    """

    __repr__ = without_content

    family: str
    """The name of its family; every health link is `health-link`, whether an issuer signed it or not"""
    kind: Kind | None
    holder: Holder
    events: tuple[Event, ...] = ()
    issuer: Issuer = Issuer()
    issued_at: datetime | None = None
    issued_on: str | None = None
    """The day of issue that the content states apart from the time of its signature (YYYY-MM-DD)"""
    valid_from: datetime | None = None
    """None where it states no other beginning than the time of issue"""
    valid_until: datetime | None = None
    """None where it states no end"""
    version: str | None = None
    """Of its format, as stated or as told by its form"""
    identifier: str | None = None
    link: Link | None = None

    def issued_by(self, signer: TrustedKey) -> Document:
        """The same with what the trust list knows of the issuer: it counts more than its own word."""
        listed, own = signer.issuer, self.issuer
        country = own.country or signer.country
        if listed is None:
            return replace(self, issuer=replace(own, country=country))
        return replace(
            self, issuer=Issuer(listed.name or own.name, country, own.identifier, listed.type)
        )

    def to_dict(self) -> dict[str, Json]:
        """The document as plain JSON (docs/json.md), without what it lacks. It is personal data.

        >>> Document("hcert", Kind.TEST, Holder(birth_date="1990")).to_dict()["holder"]
        {'birth_date': '1990'}
        """
        found = _plain(asdict(self))
        assert isinstance(found, dict)  # noqa: S101 - of a dataclass
        return found


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        said = {name: _plain(item) for name, item in value.items() if item not in (None, False, "", ())}
        return {name: item for name, item in said.items() if item != {}}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, StrEnum):
        return value.value
    return value if isinstance(value, bool | int | float | str) else None
