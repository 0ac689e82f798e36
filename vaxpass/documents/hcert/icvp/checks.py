"""What is wrong with an ICVP, and what is unusual about it.

The requirements are those of smart-icvp 0.3.0: REQ-CC-01 to -11 and REQ-DE-01 to -27, and the tables
ICVP.DT.1 (yellow fever) and ICVP.DT.2 (poliomyelitis). For earlier generations those of their drafts
hold.

`check_form` needs no clock. `check_times` asks what counts on a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from vaxpass.codes import Code, NoteCode
from vaxpass.display import escape_for_display
from vaxpass.documents.family import Claims
from vaxpass.documents.hcert.icvp.catalogue import disease_of, find
from vaxpass.documents.hcert.icvp.model import (
    LEGACY,
    NAMES,
    Generation,
    VaccinationCertificate,
    in_own_names,
)
from vaxpass.documents.times import next_day
from vaxpass.encoding.cbor import Value, is_absent
from vaxpass.findings import Note, Problem

IN_FORCE_SINCE: Final = "2025-09-19"
"""The amended Annex 6 of the International Health Regulations, which the digital form is of"""

VERSIONS: Final = ("1", "1.0", "1.0.0")
"""What `v` may be: the version of the logical model `ICVPMin`"""

_PERIOD: Final = frozenset(("valid_from", "valid_until"))
_DATES: Final = frozenset(("birth_date", "date", "issued_on")) | _PERIOD
_OF_ALL: Final = frozenset(("name", "birth_date", "vaccine", "date", "batch"))
_OF_A: Final = _OF_ALL | {"dose", "disease_code", "manufacturer"}
_OF_C: Final = _OF_ALL | {"sex", "nationality", "version"}
REQUIRED: Final = {
    Generation.A: _OF_A,
    Generation.B: _OF_ALL,
    Generation.C: _OF_C,
    Generation.D: _OF_C,
    Generation.E: _OF_C | {"issued_on"},
}
"""The fields that each generation requires, beside `clinician` or `issuer`"""

_VERSION_LABEL: Final = {"field": "ver"}
"""`v` is the name of a vaccination elsewhere."""
_DATE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)
_PARTIAL: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_LISTED: Final = re.compile(r"[A-Za-z]+Product[0-9a-f]{32}", re.ASCII)
_SEXES: Final = frozenset(("male", "female", "other", "unknown", "m", "f", "x", "o", "u"))
_COUNTRY: Final = re.compile("[A-Za-z]{2,3}", re.ASCII)
_DAY: Final = timedelta(days=1)


def check_form(payload: Mapping[str, Value], notes: list[Note]) -> list[Problem]:
    """The problems of a payload by the requirements of its generation; adds notes to `notes`.

    >>> [problem.path for problem in check_form({"n": "An", "v": "1", "vx": {}}, [])][:3]
    ['$.dob', '$.s', '$.nt']
    """
    certificate = VaccinationCertificate.from_payload(payload)
    problems: list[Problem] = []
    given = list(_given(in_own_names(payload), certificate.generation, notes))
    required = REQUIRED[certificate.generation]
    for path, field, value in given:
        if problem := _check_value(path, field, value, notes, required=field in required):
            problems.append(problem)
    paths = {field: path for path, field, _ in given}
    if not (_said(certificate.clinician) or _said(certificate.issuer)):
        if certificate.generation in LEGACY:
            notes.append(Note(NoteCode.SCHEMA_ISSUER_MISSING, paths["issuer"]))
        else:
            problems.append(Problem(Code.SCHEMA_REQUIRED, paths["issuer"]))
    if problems:
        # The first one counts: what is wrong before what can't be judged.
        return sorted(problems, key=lambda problem: problem.code is Code.SCHEMA_INCOMPLETE)
    if certificate.generation not in LEGACY and _said(certificate.version) not in VERSIONS:
        notes.append(Note(NoteCode.SCHEMA_VERSION_AMBIGUOUS, paths["version"]))
    _remark_codes(certificate, paths, notes)
    problems += _check_order(certificate, paths)
    problems += _check_product(certificate, paths)
    return problems


def _given(
    payload: Mapping[str, Value], generation: Generation, notes: list[Note]
) -> Iterator[tuple[str, str, Value]]:
    """The path, the field and the value of all fields of a generation; None for those not there."""
    holder, place, dose = NAMES[generation]
    group = payload.get(place)
    inside: Mapping[str, Value] = group if isinstance(group, Mapping) else {}
    for name, field in holder.items():
        yield f"$.{name}", field, payload.get(name)
    for name, field in dose.items():
        yield f"$.{place}.{name}", field, inside.get(name)
    if payload.keys() - holder.keys() - {place} or inside.keys() - dose.keys():
        notes.append(Note(NoteCode.SCHEMA_EXTRA_FIELD, "$"))


def _check_value(
    path: str, field: str, value: Value, notes: list[Note], *, required: bool
) -> Problem | None:
    said = _VERSION_LABEL if field == "version" else {}
    if is_absent(value) or (isinstance(value, str) and not value.strip()):
        return Problem(Code.SCHEMA_REQUIRED, path, said) if required else None
    if type(value) is int and field not in _DATES:
        return None
    if not isinstance(value, str):
        return Problem(Code.SCHEMA_TYPE, path, said)
    if value != value.strip():
        notes.append(Note(NoteCode.SCHEMA_UNTRIMMED, path))
    if field == "birth_date":
        return _check_birth(path, value, notes)
    if field not in _DATES:
        return None
    if _day(value) is None:
        # No requirement is about a period, and how it is written is not known: somebody must read it.
        return Problem(Code.SCHEMA_INCOMPLETE if field in _PERIOD else Code.SCHEMA_FORMAT, path)
    if len(value.strip()) > len("YYYY-MM-DD"):
        notes.append(Note(NoteCode.SCHEMA_DATE_TIME, path))
    return None


def _check_birth(path: str, value: str, notes: list[Note]) -> Problem | None:
    if _day(value) is not None:
        return None
    if _PARTIAL.fullmatch(value.strip()) is None:
        return Problem(Code.SCHEMA_FORMAT, path)
    whole = len(value.strip()) == len("YYYY-MM-DD") and "-00" not in value
    notes.append(
        Note(NoteCode.SCHEMA_BIRTH_IMPOSSIBLE if whole else NoteCode.SCHEMA_DATE_PARTIAL, path)
    )
    return None


def _remark_codes(
    certificate: VaccinationCertificate, paths: Mapping[str, str], notes: list[Note]
) -> None:
    sex, nationality = _said(certificate.sex), _said(certificate.nationality)
    if sex and sex.lower() not in _SEXES:
        notes.append(Note(NoteCode.VALUESETS_UNKNOWN_CODE, paths["sex"]))
    if nationality and _COUNTRY.fullmatch(nationality) is None:
        notes.append(Note(NoteCode.VALUESETS_UNKNOWN_CODE, paths["nationality"]))


def _check_order(certificate: VaccinationCertificate, paths: Mapping[str, str]) -> list[Problem]:
    """Birth, dose and issue come in this order; a year comes before all its days."""
    dose, issued = _day(certificate.date), _day(certificate.issued_on)
    born = (certificate.birth_date or "").strip()[:10].partition("-00")[0]
    if dose is None:
        return []
    if dose.isoformat() < born or (issued is not None and dose > issued):
        return [Problem(Code.SCHEMA_DATES, paths["date"])]
    begin, end = _day(certificate.valid_from), _day(certificate.valid_until)
    if begin is not None and end is not None and end < begin:
        return [Problem(Code.SCHEMA_DATES, paths["valid_until"])]
    return []


def _check_product(certificate: VaccinationCertificate, paths: Mapping[str, str]) -> list[Problem]:
    """The product must be one of the catalogue (ICVP.DT.1, ICVP.DT.2; REQ-DE-14).

    A code that is none of the catalogue may be one of a kind of vaccine, or of a vaccination against
    another disease: then nothing is proven, and nothing is wrong.
    """
    if certificate.product is not None:
        return []
    code = _said(certificate.vaccine)
    wrong = _LISTED.fullmatch(code) is not None or code.startswith("YellowFever")
    found = Code.SCHEMA_PRODUCT_UNKNOWN if wrong else Code.SCHEMA_PRODUCT_UNPROVEN
    return [Problem(found, paths["vaccine"])]


def check_codes(certificate: VaccinationCertificate, notes: list[Note]) -> None:
    """Compare disease, manufacturer and second product with the product; adds notes to `notes`.

    They are fields of generation A. From the next one on they follow from the product.
    """
    product = certificate.product
    if product is None:
        return
    stated = disease_of(certificate.disease_code)
    kinds = {stated, disease_of(certificate.vaccine)} - {None, product.disease}
    if kinds or (certificate.disease_code and stated is None):
        notes.append(Note(NoteCode.VALUESETS_PRODUCT_DISEASE, "$.v.tg"))
    named, known = (_letters(text) for text in (certificate.manufacturer, product.manufacturer))
    other = find(certificate.brand)
    if (named and named not in known and known not in named) or other not in (None, product):
        notes.append(Note(NoteCode.VALUESETS_PRODUCT_HOLDER, "$.v.ma"))


def in_force_from(certificate: VaccinationCertificate) -> date | None:
    """The day from which the vaccination counts: so many days after the dose as its disease asks for.

    A later day that the certificate states itself counts. None where no day of the dose is known.

    >>> dose = {"vaccine": "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0", "date": "2026-09-01"}
    >>> in_force_from(VaccinationCertificate(**dose)).isoformat()
    '2026-09-11'
    """
    dose, disease = _day(certificate.date), certificate.disease
    if dose is None:
        return None
    try:
        begin = dose + (disease.days if disease else 0) * _DAY
    except OverflowError:
        begin = date.max
    stated = _day(certificate.valid_from)
    return begin if stated is None else max(begin, stated)


def counts_for_life(certificate: VaccinationCertificate, today: date) -> bool:
    """Whether it attests a vaccination that is in force and counts for life."""
    begin, disease = in_force_from(certificate), certificate.disease
    return disease is not None and disease.lifelong and begin is not None and begin <= today


def check_times(certificate: VaccinationCertificate, today: date) -> Problem | None:
    """The problem of the stage `validity` where it is not in force on a day.

    `today` is in the zone of the check. A dose or a date of issue that lies a day ahead may be of
    another zone.
    """
    _, place, names = NAMES[certificate.generation]
    path = {field: f"$.{place}.{name}" for name, field in names.items()}
    issued, dose = _day(certificate.issued_on), _day(certificate.date)
    if issued is not None and issued > next_day(today):
        return Problem(Code.VALIDITY_NOT_YET, "$.d", {"from": issued.isoformat()})
    begin, end = in_force_from(certificate), _day(certificate.valid_until)
    if begin is not None and begin > (next_day(today) if begin == dose else today):
        return Problem(Code.VALIDITY_NOT_IN_FORCE, path["date"], {"from": begin.isoformat()})
    if end is not None and today > end:
        return Problem(Code.VALIDITY_EXPIRED, path["valid_until"], {"on": end.isoformat()})
    return None


def check_issue(certificate: VaccinationCertificate, claims: Claims) -> list[Note]:
    """Notes about the day of issue: that of the certificate, else that of its envelope."""
    issued = _day(certificate.issued_on)
    if issued is None and claims.iat is not None:
        issued = datetime.fromtimestamp(int(claims.iat), UTC).date()
        dose = _day(certificate.date)
        if dose is not None and dose > next_day(issued):
            _, place, names = NAMES[certificate.generation]
            name = next(name for name, field in names.items() if field == "date")
            return [Note(NoteCode.SCHEMA_ENTRY_AFTER_ISSUE, f"$.{place}.{name}")]
    if issued is not None and issued.isoformat() < IN_FORCE_SINCE:
        return [Note(NoteCode.VALIDITY_BEFORE_RULES)]
    return []


def _day(text: str | None) -> date | None:
    """The day of a date, or of a time; None for everything else."""
    found = _DATE.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None


def _said(text: str | None) -> str:
    return (text or "").strip()


def _letters(text: str | None) -> str:
    return "".join(letter for letter in (text or "").casefold() if letter.isalnum())


# --- what must hold before one is signed ---

_FURTHEST_EAST: Final = timedelta(hours=14)
LONGEST: Final = 80
"""Characters of a text that is signed"""
_ALPHA_3: Final = re.compile("[A-Z]{3}")
_ISSUED_SEXES: Final = ("male", "female", "other", "unknown")
"""The words for the field `s` (HL7 FHIR, administrative gender)"""
_WRITTEN: Final = (
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
    found = list(_check_written_fields(certificate))
    return found or list(_check_written_dates(certificate, issued_at))


def _check_written_fields(certificate: VaccinationCertificate) -> Iterator[Problem]:
    if certificate.generation is not Generation.E:
        yield Problem(Code.SCHEMA_FORMAT, "$")
    for name, path in _WRITTEN:
        if not getattr(certificate, name):
            yield Problem(Code.SCHEMA_REQUIRED, path, _VERSION_LABEL if name == "version" else {})
    if not certificate.clinician and not certificate.issuer:
        yield Problem(Code.SCHEMA_REQUIRED, "$.vx.is")
    for name, path in (*_WRITTEN, *_OPTIONAL):
        value = getattr(certificate, name)
        if value is None or value == "":
            continue
        if not is_plain(value):
            yield Problem(Code.SCHEMA_FORMAT, path)
        elif len(value) > LONGEST:
            yield Problem(Code.SCHEMA_LENGTH, path)
        elif not _is_writable(name, value):
            yield Problem(Code.SCHEMA_FORMAT, path, _VERSION_LABEL if name == "version" else {})
    if any(getattr(certificate, name) is not None for name in _EARLIER):
        yield Problem(Code.SCHEMA_FORMAT, "$.vx")


def is_plain(text: str) -> bool:
    """Whether a text that is signed is shown as it is: nothing hidden in it, no white space around it.

    >>> is_plain("YF-7"), is_plain(" YF-7"), is_plain("YF\x1b")
    (True, False, False)
    """
    return text == text.strip() and text == escape_for_display(text, len(text))


def _is_writable(name: str, value: str) -> bool:
    if name in ("birth_date", "date", "issued_on"):
        return _day(value) is not None and len(value) == len("YYYY-MM-DD")
    if name == "sex":
        return value in _ISSUED_SEXES
    if name == "nationality":
        return _ALPHA_3.fullmatch(value) is not None
    if name == "version":
        return value in VERSIONS
    return name != "vaccine" or find(value) is not None


def _check_written_dates(certificate: VaccinationCertificate, issued_at: datetime) -> Iterator[Problem]:
    """Birth, dose, date of issue and time of issue follow each other."""
    born, given, issued = map(_day, (certificate.birth_date, certificate.date, certificate.issued_on))
    # The day of the issuer may be ahead of that in UTC.
    today = (issued_at.astimezone(UTC) + _FURTHEST_EAST).date()
    if born is None or given is None or issued is None:
        return
    if given < born:
        yield Problem(Code.SCHEMA_DATES, "$.vx.dv")
    if not max(given, date.fromisoformat(IN_FORCE_SINCE)) <= issued <= today:
        yield Problem(Code.SCHEMA_DATES, "$.d")
