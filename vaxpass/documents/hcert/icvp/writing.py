"""What an ICVP must be before it is signed (WHO smart-icvp 0.3.0, `ICVPMin`, REQ-DE-01 to REQ-DE-27).

Reading is lenient, writing is not: only generation E is issued, with every field that it requires, a
product of the catalogue, and dates in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from vaxpass.codes import Code
from vaxpass.documents.hcert.icvp.catalogue import find
from vaxpass.documents.hcert.icvp.checks import IN_FORCE_SINCE, VERSIONS
from vaxpass.documents.hcert.icvp.model import Generation, VaccinationCertificate
from vaxpass.findings import Problem

_IN_FORCE: Final = date.fromisoformat(IN_FORCE_SINCE)
_FURTHEST_EAST: Final = timedelta(hours=14)
_LONGEST: Final = 80
_COUNTRY: Final = re.compile("[A-Z]{3}")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
SEXES: Final = ("male", "female", "other", "unknown")
"""The words for the field `s` (HL7 FHIR, administrative gender)"""
_REQUIRED: Final = (
    ("name", "$.n"),
    ("birth_date", "$.dob"),
    ("sex", "$.s"),
    ("nationality", "$.nt"),
    ("vaccine", "$.vx.vp"),
    ("date", "$.vx.dv"),
    ("batch", "$.vx.bo"),
    ("issued_on", "$.d"),
    ("version", "$.v"),
)
_OPTIONAL: Final = (
    ("document_number", "$.id"),
    ("document_type", "$.dt"),
    ("guardian", "$.gn"),
    ("clinician", "$.vx.cn"),
    ("issuer", "$.vx.is"),
)
_EARLIER: Final = (
    *("brand", "disease_code", "manufacturer", "manufacturer_id", "dose", "valid_from"),
    "valid_until",
)
"""The fields that generation E does not have"""


def check_writing(certificate: VaccinationCertificate, issued_at: datetime) -> list[Problem]:
    """Everything that stands against signing a certificate; empty where nothing does.

    `issued_at` (aware) is the time of issue; the date of issue that the certificate states must not be
    after its day in any time zone.

    >>> [str(problem.path) for problem in check_writing(
    ...     VaccinationCertificate(name="An", nationality="VN"), datetime(2026, 10, 1, tzinfo=UTC))]
    ['$.dob', '$.s', '$.vx.vp', '$.vx.dv', '$.vx.bo', '$.d', '$.vx.is', '$.nt']
    """
    found = list(_check_fields(certificate))
    return found or list(_check_dates(certificate, issued_at))


def _check_fields(certificate: VaccinationCertificate) -> Iterator[Problem]:
    if certificate.generation is not Generation.E:
        yield Problem(Code.SCHEMA_FORMAT, "$")
    for name, path in _REQUIRED:
        if not getattr(certificate, name):
            yield Problem(Code.SCHEMA_REQUIRED, path)
    if not certificate.clinician and not certificate.issuer:
        yield Problem(Code.SCHEMA_REQUIRED, "$.vx.is")
    for name, path in (*_REQUIRED, *_OPTIONAL):
        value = getattr(certificate, name)
        if value is None or value == "":
            continue
        if value != value.strip():
            yield Problem(Code.SCHEMA_FORMAT, path)
        elif len(value) > _LONGEST:
            yield Problem(Code.SCHEMA_LENGTH, path)
        elif not _has_form(name, value):
            yield Problem(Code.SCHEMA_FORMAT, path)
    if any(getattr(certificate, name) is not None for name in _EARLIER):
        yield Problem(Code.SCHEMA_FORMAT, "$.vx")


def _has_form(name: str, value: str) -> bool:
    if name in ("birth_date", "date", "issued_on"):
        return _day(value) is not None
    if name == "sex":
        return value in SEXES
    if name == "nationality":
        return _COUNTRY.fullmatch(value) is not None
    if name == "version":
        return value in VERSIONS
    return name != "vaccine" or find(value) is not None


def _check_dates(certificate: VaccinationCertificate, issued_at: datetime) -> Iterator[Problem]:
    """Birth, dose, date of issue and time of issue follow each other."""
    born, given, issued = map(_day, (certificate.birth_date, certificate.date, certificate.issued_on))
    # The day of the issuer may be ahead of that in UTC.
    today = (issued_at.astimezone(UTC) + _FURTHEST_EAST).date()
    if born is None or given is None or issued is None:
        return
    if given < born:
        yield Problem(Code.SCHEMA_DATES, "$.vx.dv")
    if not max(given, _IN_FORCE) <= issued <= today:
        yield Problem(Code.SCHEMA_DATES, "$.d")


def _day(text: str | None) -> date | None:
    """A whole date of the calendar; None for anything else."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
