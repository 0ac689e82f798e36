"""What all certificates of a run have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from vaxpass.crypto.certificate import SignerCertificate
from vaxpass.errors import IssuingError
from vaxpass.hcert import Kind
from vaxpass.issuing.plausible import Codes, DoseText, GivenDose, given_dose
from vaxpass.issuing.vaccines import BUILT_IN, Vaccines
from vaxpass.model import Vaccination

DISEASE: Final = "840539006"
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an issuer chooses for a run.

    `issuer` is the name under `is`. `country` (ISO 3166-1 alpha-2) is that of vaccination and issuer;
    empty, it is that of the signer's certificate. `hours_east` is the local time by which a day
    counts (Viet Nam's is UTC+7).
    """

    issuer: str
    country: str = ""
    months: int = 12
    vaccines: Vaccines = BUILT_IN
    hours_east: int = 7


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions, and what follows from them for a signer at a time.

    `today` is the day after which no vaccination can have been.

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
    def of(cls, certificate: SignerCertificate, at: datetime, conditions: Conditions) -> Terms:
        """The terms of a run at `at`: never longer than the signer's certificate.

        Raises `IssuingError` where the certificate is not in force, may not sign vaccinations, or names
        no country, and where the name of the issuer is empty or longer than 80 characters.
        """
        country = conditions.country or certificate.country or ""
        if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
            raise IssuingError("the signer's certificate names no country, and none was given")
        if not conditions.issuer.strip() or len(conditions.issuer) > _LONGEST:
            raise IssuingError(f"the name of the issuer must have 1 to {_LONGEST} characters")
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

    def read(self, text: DoseText) -> GivenDose | Codes:
        """The dose that a record states, or everything that is wrong with it."""
        return given_dose(text, self.vaccines, self.today)

    def vaccination(self, given: GivenDose, uvci: str) -> Vaccination:
        """The entry of a certificate for a dose."""
        return Vaccination(
            disease=DISEASE,
            prophylaxis=given.vaccine.prophylaxis,
            product=given.vaccine.product,
            holder=given.vaccine.holder,
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
