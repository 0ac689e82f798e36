"""Record -> certificate -> signed text: the way that all passports of a run take."""

from __future__ import annotations

from typing import NamedTuple

from vaxpass.crypto.signer import Signer
from vaxpass.encoder import encode
from vaxpass.issuing.codes import IssueCode
from vaxpass.issuing.plausible import Codes, DoseText, GivenDose, birth, born_after, holder
from vaxpass.issuing.quick import QuickEncoder
from vaxpass.issuing.record import Record
from vaxpass.issuing.terms import Terms
from vaxpass.issuing.uvci import UvciMaker
from vaxpass.model import Certificate, Person


class Issued(NamedTuple):
    """A signed passport."""

    record_id: str
    version: int
    uvci: str
    text: str


class Refused(NamedTuple):
    """A record that gets no passport, and every reason that was found."""

    record_id: str
    codes: Codes


class Passports:
    """Issues passports under one signer and one set of terms.

    Whether a record may have one at all is not asked here: see `vaxpass.issuing.policy`.

    >>> from datetime import UTC, datetime
    >>> from vaxpass import Authority, decode
    >>> from vaxpass.issuing import Conditions
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
        self._encoder = QuickEncoder(signer, terms)

    def issue(self, record: Record, version: int = 1) -> Issued | Refused:
        """Sign the passport of a record, or say why it can't have one."""
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
        """The certificate of a record, not signed, or everything that is wrong with it."""
        if not record.record_id.strip():
            return Refused(record.record_id, (IssueCode.RECORD_NO_ID,))
        person, born = holder(record.full_name), birth(record.date_of_birth)
        dose = self._terms.read(
            DoseText(record.vaccine, record.dose, record.doses, record.vaccinated_on)
        )
        codes: Codes = ()
        if not isinstance(person, Person):
            codes += person
        if not isinstance(born, str):
            codes += born
        if not isinstance(dose, GivenDose):
            codes += dose
        elif isinstance(born, str) and born_after(born, dose.date):
            codes += (IssueCode.DOB_AFTER_DOSE,)
        if codes or isinstance(person, tuple) or isinstance(born, tuple):
            return Refused(record.record_id, codes)
        assert isinstance(dose, GivenDose)  # noqa: S101 - else there are codes
        uvci = self._maker.make(record.record_id, version=version)
        return Certificate(person, born, (self._terms.vaccination(dose, uvci),))
