"""Issues an EU DCC or an ICVP: checks a certificate, signs it, and encodes it as text for a QR code.

The steps of `decode` beside this module, in reverse.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vaxpass.codes import OUTSIDE_OWN_PERIOD, Code
from vaxpass.crypto import cose
from vaxpass.crypto.signer import Signer
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.dcc import dates, schema
from vaxpass.documents.hcert.dcc.model import Certificate
from vaxpass.documents.hcert.decode import PREFIX
from vaxpass.encoding import base45, deflate
from vaxpass.encoding.cbor import Value
from vaxpass.errors import ArgumentError, EncodeError, require, require_aware
from vaxpass.findings import Problem

if TYPE_CHECKING:
    from vaxpass.documents.hcert.icvp.model import VaccinationCertificate


def encode(
    certificate: Certificate | VaccinationCertificate,
    signer: Signer,
    *,
    issuer: str,
    issued_at: datetime,
    expires_at: datetime,
) -> str:
    """Issue a certificate: its `HC1:` text, ready for a QR code (HCERT specification 1.0.8, section 3).

    A `Certificate` becomes an EU DCC, a `VaccinationCertificate` an ICVP, WHO's digital yellow card.

    `issuer` is the country of the issuer (ISO 3166-1 alpha-2). The times are aware and cut to whole
    seconds. The certificate is checked strictly: an EU DCC by the version of the schema that it states,
    an ICVP as generation E of smart-icvp, with a product of WHO's catalogue. What a verifier would
    remark as impossible is refused too: a birth or an entry after the time of issue, an entry before
    birth.

    Raises `EncodeError` where the certificate breaks the schema or its dates can't be right, and
    `ArgumentError` where a time is naive or before 1970, the end lies before the beginning, the
    issuer is empty, or an argument is of another type.

    >>> from datetime import UTC
    >>> from vaxpass.testing import Authority
    >>> from vaxpass import Person, Recovery, decode
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> signer = Authority.create("VN", valid_from=start, days=730).issue_signer(days=730).signer()
    >>> dates = ("2021-05-01", "2021-05-12", "2021-10-28")
    >>> recovery = Recovery("840539006", *dates, "VN", "MoH", "URN:UVCI:01:VN:1#1")
    >>> passport = Certificate(Person("Nguyễn", "NGUYEN", "Duy", "DUY"), "1990", (recovery,))
    >>> text = encode(passport, signer, issuer="VN", issued_at=start, expires_at=start.replace(month=6))
    >>> decode(text).without_verification().certificate == passport
    True
    """
    require("issuer", issuer, str)
    for name, moment in (("issued_at", issued_at), ("expires_at", expires_at)):
        require_aware(name, moment)
    if issued_at.timestamp() < 0:
        raise ArgumentError("`issued_at` lies before 1970")
    if expires_at < issued_at:
        raise ArgumentError("`expires_at` lies before `issued_at`")
    if not issuer:
        raise ArgumentError("`issuer` is empty")
    payload, problems = _checked(certificate, issued_at)
    if problems:
        raise EncodeError(tuple(problems))
    claims = cwt.build(issuer, int(issued_at.timestamp()), int(expires_at.timestamp()), payload)
    message = cose.build(claims, signer.algorithm, signer.kid, signer.sign)
    return PREFIX + base45.encode(deflate.deflate(message))


def _checked(
    certificate: Certificate | VaccinationCertificate, issued_at: datetime
) -> tuple[Value, list[Problem]]:
    """Claim -260 of a certificate, and everything that stands against signing it."""
    if not isinstance(certificate, Certificate):
        from vaxpass.documents.hcert.icvp.checks import check_writing  # noqa: PLC0415
        from vaxpass.documents.hcert.icvp.model import VaccinationCertificate  # noqa: PLC0415 - few need it

        require("certificate", certificate, Certificate, VaccinationCertificate)
        return {cwt.ICVP: certificate.to_payload()}, check_writing(certificate, issued_at)
    payload = certificate.to_payload()
    problems = schema.check_writing(payload) or [
        Problem(Code.SCHEMA_DATES, note.path)
        for note in dates.check_dates(payload, issued_at.timestamp(), issued_at)
        if note.code not in OUTSIDE_OWN_PERIOD
    ]
    return cwt.close_hcert(payload), problems
