"""From a record to a signed passport.

`Conditions` are what an issuer chooses for a run, `Terms` what follows for a signer at a time.
`Passports` signs records on these terms. Whether a record may get a passport at all is decided before,
by `vaxpass.records.policy`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass.codes import Kind
from vaxpass.crypto import cose
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.signer import Signer
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.hcert.dcc.model import Certificate, Person, Vaccination
from vaxpass.documents.hcert.decode import PREFIX
from vaxpass.documents.hcert.encode import encode
from vaxpass.encoding import base45, cbor, deflate
from vaxpass.errors import IssuingError
from vaxpass.records.codes import IssueCode
from vaxpass.records.content import (
    BUILT_IN,
    Codes,
    Dose,
    DoseText,
    Vaccines,
    born_after,
    read_birth,
    read_day,
    read_dose,
    read_name,
)
from vaxpass.records.record import Record
from vaxpass.records.uvci import UvciMaker

_DISEASE: Final = "840539006"
_MAX_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an issuer chooses for a run.

    `issuer` is the name in the certificate's field `is`, `months` how long passports are valid.
    `country` (ISO 3166-1 alpha-2) is that of vaccination and issuer; where it is empty, that of the
    signer's certificate. `hours_east` is the offset from UTC of the local calendar (Viet Nam: 7).

    >>> Conditions("Ministry of Health").months
    12
    """

    issuer: str
    country: str = ""
    months: int = 12
    vaccines: Vaccines = BUILT_IN
    hours_east: int = 7


@dataclass(frozen=True, slots=True)
class Terms:
    """What all passports of a run have in common: conditions applied to a signer and a time.

    `issued_at` and `expires_at` are aware, in UTC and whole seconds; `today` is the local day of issue,
    the last possible day of vaccination.

    >>> from vaxpass.crypto.authority import Authority
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> signer = Authority.create("VN", valid_from=start, days=200).issue_signer(days=200)
    >>> Terms.of(signer.certificate, start, Conditions("Ministry of Health")).expires_at.isoformat()
    '2026-07-20T00:00:00+00:00'
    """

    country: str
    issuer: str
    issued_at: datetime
    expires_at: datetime
    today: date
    vaccines: Vaccines

    @classmethod
    def of(cls, certificate: SignerKey, at: datetime, conditions: Conditions) -> Terms:
        """The terms of a run at `at` (aware): never longer than the signer's certificate.

        Raises `IssuingError` where the certificate is not in force, may not sign vaccinations or names
        no country, and where the name of the issuer is empty or longer than 80 characters.
        """
        country = conditions.country or certificate.country or ""
        if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
            raise IssuingError("the signer's certificate names no country, and none was given")
        if not conditions.issuer.strip() or len(conditions.issuer) > _MAX_CHARACTERS:
            raise IssuingError(f"the name of the issuer must have 1 to {_MAX_CHARACTERS} characters")
        if Kind.VACCINATION not in certificate.kinds:
            raise IssuingError("the signer's certificate is not for vaccinations")
        if certificate.not_before is None or certificate.not_after is None:
            raise IssuingError("the signer has a bare key and no certificate")
        begin = at.astimezone(UTC).replace(microsecond=0)
        if not certificate.not_before <= begin.timestamp() <= certificate.not_after:
            raise IssuingError("the signer's certificate is not in force at the time of issue")
        last = datetime.fromtimestamp(certificate.not_after, UTC)
        end = min(_months_later(begin, conditions.months), last)
        local = (begin + timedelta(hours=conditions.hours_east)).date()
        return cls(country, conditions.issuer, begin, end, local, conditions.vaccines)

    def read_dose(self, text: DoseText) -> Dose | Codes:
        """The dose that a record states, or the codes of everything that is wrong with it."""
        return read_dose(text, self.vaccines, self.today)

    def vaccination(self, given: Dose, uvci: str) -> Vaccination:
        """The entry of a certificate for a dose; `uvci` is the certificate's identifier."""
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
    """A signed passport: `uvci` is its identifier, `text` what its QR code holds (`HC1:...`)."""

    record_id: str
    version: int
    uvci: str
    text: str


class Refused(NamedTuple):
    """A record that gets no passport, and every reason for it."""

    record_id: str
    codes: Codes


class Passports:
    """Issues passports with one signer, on one set of terms.

    The certificates follow the EU's DCC schema 1.3. Whether a record may get a passport at all is not
    decided here: see `IssuePolicy`.

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
        """Sign the passport of a record, or give the codes of everything that is wrong with it.

        `version` is 1, and one more for each correction; it changes the identifier.
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

    def certificate(self, record: Record, version: int = 1) -> Certificate | Refused:
        """The certificate of a record, not signed, or the codes of everything that is wrong with it."""
        if not record.record_id.strip():
            return Refused(record.record_id, (IssueCode.RECORD_NO_ID,))
        person, born = read_name(record.full_name), read_birth(record.date_of_birth)
        dose = self._terms.read_dose(
            DoseText(record.vaccine, record.dose, record.doses, record.vaccinated_on)
        )
        codes: Codes = ()
        if not isinstance(person, Person):
            codes += person
        if not isinstance(born, str):
            codes += born
        if not isinstance(dose, Dose):
            codes += dose
        elif isinstance(born, str) and born_after(born, dose.date):
            codes += (IssueCode.DOB_AFTER_DOSE,)
        if codes or isinstance(person, tuple) or isinstance(born, tuple):
            return Refused(record.record_id, codes)
        assert isinstance(dose, Dose)  # noqa: S101 - else there are codes
        uvci = self._maker.make(record.record_id, version=version)
        return Certificate(person, born, (self._terms.vaccination(dose, uvci),))


# Placeholders for the values of a record: none of them can be part of another value of a certificate.
_PLACEHOLDER: Final = Person("a mark \u2460", "A<MARK", "a mark \u2461", "B<MARK")
_BORN: Final = "1919-09-19"
_DAY: Final = "1919-09-18"
_UVCI: Final = "URN:UVCI:01:XX:MARK#M"
_NAME_HEAD: Final = cbor.dumps(_PLACEHOLDER.to_payload())[:1]  # a map of four fields
_CACHE_SIZE: Final = 1 << 16
"""Entries of each cache: a few dozen megabytes at most"""


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

    What is the same in many certificates is checked and encoded once: everything about a dose, a name,
    a date of birth. A text is put together from these pieces. Where they belong is found in what
    `cwt.build` makes of a certificate with placeholders: so a certificate is described in one place.
    """

    __slots__ = ("_build", "_frame", "_sign", "_terms", "_today")

    def __init__(self, signer: Signer, terms: Terms) -> None:
        self._build = cose.Builder(signer.algorithm, signer.kid).build
        self._sign = signer.sign
        self._terms = terms
        self._today = terms.today.isoformat()
        self._frame = lru_cache(_CACHE_SIZE)(self._make_frame)

    def text(self, record: Record, uvci: str) -> str | None:
        """The signed text of a record; None where `Passports.certificate` has to say what is wrong."""
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
    """The encoded map `nam` of a name of two words or more; None for others."""
    # Few family names and given names make many full names: so the halves are cached.
    family, _, given = full_name.partition(" ")
    one, other = _family(family), _given(given)
    return _NAME_HEAD + one + other if one and other else None


@lru_cache(_CACHE_SIZE)
def _family(family: str) -> bytes | None:
    # Other white space than the space parts words too.
    return _half(f"{family} A", "g") if len(family.split()) == 1 else None


@lru_cache(_CACHE_SIZE)
def _given(given: str) -> bytes | None:
    return _half(f"A {given}", "f") if given.split() else None


def _half(full_name: str, without: str) -> bytes | None:
    """The encoded fields of `nam` whose keys do not begin with `without`, without the map's head."""
    person = read_name(full_name)
    if not isinstance(person, Person):
        return None
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
