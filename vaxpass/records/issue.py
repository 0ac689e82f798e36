"""Sign the passport of a record.

`Conditions` are what an issuer chooses for a run. `Terms` are what follows from them for a signer at a
time. `Passports` signs records on these terms. `vaxpass.records.policy` decides before that whether a
record may get a passport at all.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto import cose
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.signer import Signer
from vaxpass.display import without_content
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.hcert.dcc.model import Certificate, Person, Vaccination
from vaxpass.documents.hcert.decode import PREFIX
from vaxpass.documents.hcert.encode import encode
from vaxpass.documents.hcert.icvp.model import VaccinationCertificate
from vaxpass.encoding import base45, cbor, deflate
from vaxpass.encoding.vietnamese import is_damaged, is_syllable
from vaxpass.errors import IssuingError
from vaxpass.identity import SplitName, split_name
from vaxpass.records.codes import IssueCode
from vaxpass.records.content import (
    Codes,
    Dose,
    DoseText,
    born_after,
    read_birth,
    read_day,
    read_dose,
    read_name,
)
from vaxpass.records.corrections import Content, read_content
from vaxpass.records.record import Record
from vaxpass.records.uvci import UvciMaker
from vaxpass.records.vaccines import BUILT_IN, Vaccines
from vaxpass.records.yellow_card import is_yellow_card, read_card

_CONTENT_PREFIX: Final = b"vaxpass passport content 1\0"
_ANY_STATE: Final = "XXX"
_DISEASE: Final = "840539006"
_STATE: Final = re.compile("[A-Z]{3}")
_MAX_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an issuer chooses for a run.

    >>> Conditions("Ministry of Health").months
    12
    """

    issuer: str
    """The name in the certificate's field `is`: 1 to 80 characters"""
    country: str = ""
    """Where the doses were given, and of the issuer (ISO 3166-1 alpha-2); if empty, that of the
    signer's certificate"""
    months: int = 12
    """How long passports are valid"""
    vaccines: Vaccines = BUILT_IN
    """The products that passports are issued for"""
    hours_east: int = 7
    """The offset of the local calendar from UTC, in hours; Viet Nam has 7"""
    nationality: str = ""
    """The nationality that yellow cards state of holders of a citizen's number (ISO 3166-1 alpha-3);
    without it no yellow card is issued, because records do not have it"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all passports of a run have in common: conditions applied to a signer and a time.

    >>> from vaxpass.testing import Authority
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> signer = Authority.create("VN", valid_from=start, days=200).issue_signer(days=200)
    >>> Terms.of(signer.certificate, start, Conditions("Ministry of Health")).expires_at.isoformat()
    '2026-07-20T00:00:00+00:00'
    """

    country: str
    """ISO 3166-1 alpha-2"""
    issuer: str
    """The name in the certificate's field `is`"""
    issued_at: datetime
    """Aware, in UTC and whole seconds; the same for `expires_at`"""
    expires_at: datetime
    today: date
    """The local day of issue: the last possible day of vaccination"""
    vaccines: Vaccines
    nationality: str = ""
    """That of `Conditions`"""
    covid_only: bool = False
    """Whether the signer is restricted to some kinds of COVID-19 certificates"""

    @classmethod
    def of(cls, certificate: SignerKey, at: datetime, conditions: Conditions) -> Terms:
        """The terms of a run at the time `at`, which must be aware.

        Passports end with the signer's certificate at the latest. Raises `IssuingError` where the
        certificate is not in force, may not sign vaccinations or names no country, and where the name
        of the issuer is empty or longer than 80 characters.
        """
        country = conditions.country or certificate.country or ""
        if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
            raise IssuingError("failure.issuing.no_country")
        if not conditions.issuer.strip() or len(conditions.issuer) > _MAX_CHARACTERS:
            raise IssuingError("failure.issuing.issuer_length", most=_MAX_CHARACTERS)
        if Kind.VACCINATION not in certificate.kinds:
            raise IssuingError("failure.issuing.not_for_vaccination")
        if certificate.not_before is None or certificate.not_after is None:
            raise IssuingError("failure.issuing.bare_key")
        if conditions.nationality and not _STATE.fullmatch(conditions.nationality):
            raise IssuingError("failure.issuing.nationality")
        begin = at.astimezone(UTC).replace(microsecond=0)
        if not certificate.not_before <= begin.timestamp() <= certificate.not_after:
            raise IssuingError("failure.issuing.signer_not_in_force")
        last = datetime.fromtimestamp(certificate.not_after, UTC)
        end = min(_months_later(begin, conditions.months), last)
        local = (begin + timedelta(hours=conditions.hours_east)).date()
        covid_only = not certificate.kinds >= DCC_KINDS
        return cls(
            *(country, conditions.issuer, begin, end, local, conditions.vaccines),
            nationality=conditions.nationality,
            covid_only=covid_only,
        )

    def read_dose(self, text: DoseText) -> Dose | Codes:
        """Read the dose of a record, by `read_dose` of `vaxpass.records.content`."""
        return read_dose(text, self.vaccines, self.today)

    def is_yellow_card(self, vaccine: str) -> bool:
        """Whether a record of this vaccine becomes a yellow card of WHO, and no EU DCC.

        >>> from vaxpass.testing import Authority
        >>> start = datetime(2026, 1, 1, tzinfo=UTC)
        >>> signer = Authority.create("VN", valid_from=start, days=200).issue_signer(days=200)
        >>> terms = Terms.of(signer.certificate, start, Conditions("Ministry of Health"))
        >>> terms.is_yellow_card("Stamaril"), terms.is_yellow_card("Pfizer")
        (True, False)
        """
        return is_yellow_card(vaccine, self.vaccines)

    def yellow_card(self, record: Record) -> VaccinationCertificate | Codes:
        """The yellow card of a record, or everything that is wrong with the record."""
        if self.covid_only:
            return (IssueCode.SIGNER_COVID_ONLY,)
        return read_card(record, issuer=self.issuer, nationality=self.nationality, today=self.today)

    def content(self, record: Record) -> bytes | None:
        """SHA-256 of what the passport of a record says; None where none can be issued.

        It says the same whatever the identifier, the issuer, the country and the time, and however the
        record is written. What the passport does not have, such as the phone, makes no difference.

        >>> from vaxpass.testing import Authority
        >>> start = datetime(2026, 1, 1, tzinfo=UTC)
        >>> signer = Authority.create("VN", valid_from=start, days=200).issue_signer(days=200)
        >>> terms = Terms.of(signer.certificate, start, Conditions("Ministry of Health"))
        >>> record = Record("1", full_name="Lê Hòa", date_of_birth="6/5/1990", vaccine="Pfizer",
        ...     dose="2", doses="2", vaccinated_on="2021-09-06")
        >>> same = record._replace(date_of_birth="1990-05-06", vaccine="COMIRNATY", phone="0901234567")
        >>> terms.content(record) == terms.content(same)
        True
        >>> terms.content(record) == terms.content(record._replace(full_name="Lê Hoà"))
        False
        """
        plain = record.canonical._replace(vaccine=record.vaccine)
        values = (
            self._yellow_values(plain) if self.is_yellow_card(plain.vaccine) else self._values(plain)
        )
        return hashlib.sha256(_CONTENT_PREFIX + cbor.dumps(values)).digest() if values else None

    def _values(self, record: Record) -> list[cbor.Value] | None:
        person, born = read_name(record.full_name), read_birth(record.date_of_birth)
        given = self.read_dose(
            DoseText(record.vaccine, record.dose, record.doses, record.vaccinated_on)
        )
        if not isinstance(person, Person) or not isinstance(born, str) or not isinstance(given, Dose):
            return None
        product = given.vaccine
        return [
            *(_DISEASE, person.family_name, person.given_name, born),
            *(product.prophylaxis, product.product, product.manufacturer),
            *(given.dose, given.doses, given.date),
        ]

    def _yellow_values(self, record: Record) -> list[cbor.Value] | None:
        # Issuer and nationality are conditions of a run.
        card = read_card(record, issuer="", nationality=_ANY_STATE, today=self.today)
        if not isinstance(card, VaccinationCertificate):
            return None
        return [
            *(card.vaccine, card.name, card.birth_date, card.sex, card.document_number),
            *(card.date, card.batch, card.clinician),
        ]

    def vaccination(self, given: Dose, uvci: str) -> Vaccination:
        """The entry for a dose; `uvci` is the identifier of the certificate."""
        return Vaccination(
            disease=_DISEASE,
            prophylaxis=given.vaccine.prophylaxis,
            product=given.vaccine.product,
            manufacturer=given.vaccine.manufacturer,
            dose=given.dose,
            doses=given.doses,
            date=given.date,
            country=self.country,
            issuer=self.issuer,
            uvci=uvci,
        )


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = moment.day
    while True:  # 31 January and one month: the last day of February
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


class Issued(NamedTuple):
    """A signed passport.

    >>> Issued("1", 1, UvciMaker("VN", bytes(32)).make("1"), "HC1:...").version
    1
    """

    record_id: str
    version: int
    """1, and one more for each correction"""
    uvci: str
    """The identifier of the certificate"""
    text: str
    """The text of its QR code (`HC1:...`)"""

    def __repr__(self) -> str:
        return without_content(self)


class Refused(NamedTuple):
    """A record that gets no passport, with every reason.

    >>> Refused("1", (IssueCode.DATE_FUTURE,)).codes[0].value
    'date.future'
    """

    record_id: str
    codes: Codes


class Passports:
    """Signs passports with one signer, on one set of terms.

    The certificates follow EU DCC schema 1.3 in the container of HCERT specification 1.0.8. Records of
    vaccines against yellow fever and polio that the table of vaccines does not have become yellow cards
    of WHO (ICVP, smart-icvp 0.3.0) in the same container. Whether a record may get a passport at all is
    decided by `IssuePolicy`.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> from vaxpass import decode
    >>> from vaxpass.records import Conditions
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> key = Authority.create("VN", valid_from=start, days=800).issue_signer(days=800)
    >>> passports = Passports(
    ...     key.signer(), UvciMaker("VN", bytes(32)),
    ...     Terms.of(key.certificate, start, Conditions("MoH")))
    >>> record = Record("1", "79", "79001", "Nguyễn Bảo Duy", "6/5/1990", vaccine="Pfizer",
    ...     dose="2", doses="2", vaccinated_on="2021-09-06")
    >>> issued = passports.issue(record)
    >>> decode(issued.text).without_verification().certificate == passports.certificate(record)
    True
    >>> passports.issue(record._replace(vaccinated_on="2031-09-06")).codes
    (<IssueCode.DATE_FUTURE: 'date.future'>,)
    """

    __slots__ = ("_encoder", "_maker", "_signer", "_terms")

    def __init__(self, signer: Signer, maker: UvciMaker, terms: Terms) -> None:
        self._signer = signer
        self._maker = maker
        self._terms = terms
        self._encoder = _QuickEncoder(signer, terms)

    def issue(self, record: Record, version: int = 1) -> Issued | Refused:
        """Sign the passport of a record, or say with codes what is wrong with the record.

        `version` is 1, and one more for each correction; it changes the identifier. Raises
        `SignerError` where the key can't be used.
        """
        if not record.record_id.strip():
            return Refused(record.record_id, (IssueCode.RECORD_NO_ID,))
        uvci = self._maker.make(record.record_id, version=version)
        text = self._encoder.text(record, uvci)
        if text is not None:
            return Issued(record.record_id, version, uvci, text)
        certificate = self.certificate(record, version)
        if isinstance(certificate, Refused):
            return certificate
        text = encode(
            certificate,
            self._signer,
            issuer=self._terms.country,
            issued_at=self._terms.issued_at,
            expires_at=self._terms.expires_at,
        )
        return Issued(record.record_id, version, uvci, text)

    def certificate(
        self, record: Record, version: int = 1
    ) -> Certificate | VaccinationCertificate | Refused:
        """The unsigned certificate of a record, or the codes of what is wrong with the record."""
        if not record.record_id.strip():
            return Refused(record.record_id, (IssueCode.RECORD_NO_ID,))
        if self._terms.is_yellow_card(record.vaccine):
            card = self._terms.yellow_card(record)
            return Refused(record.record_id, card) if isinstance(card, tuple) else card
        found = read_content(record, self._terms.today, self._terms.vaccines)
        if not isinstance(found, Content):
            return Refused(record.record_id, found)
        uvci = self._maker.make(record.record_id, version=version)
        return Certificate(found.person, found.born, (self._terms.vaccination(found.dose, uvci),))


# Placeholders for the values of a record. None of them can occur in another value of a certificate.
_PLACEHOLDER: Final = Person("a mark \u2460", "A<MARK", "a mark \u2461", "B<MARK")
_BORN: Final = "1919-09-19"
_DAY: Final = "1919-09-18"
_UVCI: Final = "URN:UVCI:01:XX:MARK#M"
_NAME_HEAD: Final = cbor.dumps(_PLACEHOLDER.to_payload())[:1]  # a map of four fields
_SOME_FAMILY: Final = "Nguyen"
_SOME_GIVEN: Final = "An"
"""Beside which the other half of a name can be read"""
_SOME_LAST_FAMILY: Final = "Kbuor"
_CACHE_SIZE: Final = 1 << 16
"""Entries of each cache; a cache has a few dozen megabytes at most"""


class _Frame(NamedTuple):
    """The encoded claims of a certificate before, between and after the values of a record."""

    first_used: str
    before_name: bytes
    before_birth: bytes
    before_day: bytes
    before_uvci: bytes
    after: bytes


class _QuickEncoder:
    """Makes the same texts as `vaxpass.encode` for many records on the same terms, much faster.

    Parts that many certificates share (a dose, a name, a date of birth) are checked and encoded once,
    and the claims are joined from these parts. Their places are found in what `cwt.build` makes of a
    certificate with placeholders, so that the form of a certificate is defined in one place.
    """

    __slots__ = ("_build", "_frame", "_sign", "_terms", "_today")

    def __init__(self, signer: Signer, terms: Terms) -> None:
        self._build = cose.Builder(signer.algorithm, signer.kid).build
        self._sign = signer.sign
        self._terms = terms
        self._today = terms.today.isoformat()
        self._frame = lru_cache(_CACHE_SIZE)(self._make_frame)

    def text(self, record: Record, uvci: str) -> str | None:
        """The signed text of a record; None where something is wrong with the record."""
        frame = self._frame(record.vaccine, record.dose, record.doses)
        names, born = _names(record.full_name), _born(record.date_of_birth)
        given = _day(record.vaccinated_on)
        if frame is None or names is None or born is None or given is None:
            return None
        first_used, before_name, before_birth, before_day, before_uvci, after = frame
        day, coded_day = given
        if not first_used <= day <= self._today or born_after(born[0], day) or not record.record_id:
            return None
        claims = b"".join(
            (
                *(before_name, names, before_birth, born[1], before_day, coded_day),
                *(before_uvci, cbor.dumps(uvci), after),
            )
        )
        return PREFIX + base45.encode(deflate.store(self._build(claims, self._sign)))

    def _make_frame(self, vaccine: str, dose: str, doses: str) -> _Frame | None:
        terms = self._terms
        given = terms.read_dose(DoseText(vaccine, dose, doses, self._today))
        if not isinstance(given, Dose):
            return None
        entry = terms.vaccination(given._replace(date=_DAY), _UVCI)
        payload = Certificate(_PLACEHOLDER, _BORN, (entry,)).to_payload()
        if schema.check_writing(payload):
            return None
        begin, end = int(terms.issued_at.timestamp()), int(terms.expires_at.timestamp())
        rest = cwt.build(terms.country, begin, end, cwt.close_hcert(payload))
        before_name, _, rest = rest.partition(cbor.dumps(payload["nam"]))
        before_birth, _, rest = rest.partition(cbor.dumps(_BORN))
        before_day, _, rest = rest.partition(cbor.dumps(_DAY))
        before_uvci, _, after = rest.partition(cbor.dumps(_UVCI))
        first = given.vaccine.first_used.isoformat()
        return _Frame(first, before_name, before_birth, before_day, before_uvci, after)


def _names(full_name: str) -> bytes | None:
    """The encoded map `nam` of a name that is divided; None for others."""
    # Many full names share few family names and given names: so the halves are cached.
    # Whether a file has damaged a name is seen in all its words together.
    if not all(map(_is_whole, full_name.split())) and is_damaged(full_name):
        return None
    family, _, given = full_name.partition(" ")
    if not _begins_with_family(family, given.partition(" ")[0]):
        name = split_name(full_name)
        family, given = name.family, name.given
    one, other = _family(family), _given(given)
    return _NAME_HEAD + one + other if one and other else None


@lru_cache(_CACHE_SIZE)
def _is_whole(word: str) -> bool:
    """Whether a word is one that no misreading gives."""
    return is_syllable(word) and not is_damaged(word)


@lru_cache(_CACHE_SIZE)
def _begins_with_family(first: str, second: str) -> bool:
    """Whether a name with these words is divided behind the first, however it goes on."""
    # A name that may end with the family name is one that does so with the commonest of these.
    # The rest is compared too: after a title that is also a family name, the next may be equal to it.
    rests = (f"{second} {last}" for last in (_SOME_GIVEN, _SOME_LAST_FAMILY))
    return all(split_name(f"{first} {rest}") == SplitName(first, rest) for rest in rests)


@lru_cache(_CACHE_SIZE)
def _family(family: str) -> bytes | None:
    person = read_name(f"{family} {_SOME_GIVEN}")
    return _half(person, "g") if isinstance(person, Person) and person.family_name == family else None


@lru_cache(_CACHE_SIZE)
def _given(given: str) -> bytes | None:
    person = read_name(f"{_SOME_FAMILY} {given}")
    return _half(person, "f") if isinstance(person, Person) and person.given_name == given else None


def _half(person: Person, without: str) -> bytes | None:
    """The encoded fields of `nam` whose keys do not begin with `without`, without the map's head."""
    fields = {key: value for key, value in person.to_payload().items() if key[0] != without}
    return None if schema.check_writing_name(fields) else cbor.dumps(fields)[1:]


@lru_cache(_CACHE_SIZE)
def _born(text: str) -> tuple[str, bytes] | None:
    born = read_birth(text)
    if not isinstance(born, str) or schema.check_writing_birth(born):
        return None
    return born, cbor.dumps(born)


@lru_cache(_CACHE_SIZE)
def _day(text: str) -> tuple[str, bytes] | None:
    day = read_day(text)
    return (day.isoformat(), cbor.dumps(day.isoformat())) if day else None
