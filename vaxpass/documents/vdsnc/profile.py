"""The form of a seal: what its profile requires, and what its dates say (ICAO TR VDS-NC, section 3.2).

Fields that the profile requires must be there and of their kind. Lengths and letters are not judged:
real issuers write longer names of centres than the profile has room for, and the signature is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.documents.countries import alpha_2
from vaxpass.documents.times import is_day, next_day
from vaxpass.findings import Note, Problem

_MOST_DOSES: Final = 100
_VERSION: Final = 1
_DAY: Final = len("YYYY-MM-DD")
_KNOWN: Final = {
    "$.hdr": frozenset(("t", "v", "is")),
    "$.msg": frozenset(("uvci", "utci", "pid", "ve", "sp", "dat", "tr", "opt")),
    "$.msg.pid": frozenset(("n", "dob", "sex", "i", "ai", "dt", "dn")),
}


class _Report:
    """Collects the problems and notes of a seal."""

    __slots__ = ("notes", "problems")

    def __init__(self, notes: list[Note]) -> None:
        self.notes = notes
        self.problems: list[Problem] = []

    def refuse(self, code: Code, path: str) -> None:
        self.problems.append(Problem(code, path))

    def object(self, parent: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
        """A required object; an empty one where it is missing, with its problem."""
        value = parent.get(name)
        if isinstance(value, dict):
            extra = _KNOWN.get(f"{path}.{name}")
            if extra is not None and not extra.issuperset(value):
                self.notes.append(Note(NoteCode.SCHEMA_EXTRA_FIELD, f"{path}.{name}"))
            return value
        self.refuse(Code.SCHEMA_REQUIRED if value is None else Code.SCHEMA_TYPE, f"{path}.{name}")
        return {}

    def objects(self, parent: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Any]]:
        """Each of a required list of objects, with its path."""
        value = parent.get(name)
        if not isinstance(value, list) or len(value) > _MOST_DOSES:
            self.refuse(Code.SCHEMA_REQUIRED if value is None else Code.SCHEMA_TYPE, f"{path}.{name}")
            return
        if not value:
            self.refuse(Code.SCHEMA_REQUIRED, f"{path}.{name}")
        for number, item in enumerate(value):
            place = f"{path}.{name}[{number}]"
            if isinstance(item, dict):
                yield place, item
            else:
                self.refuse(Code.SCHEMA_TYPE, place)

    def text(self, parent: Mapping[str, Any], name: str, path: str, *, required: bool = True) -> str:
        """A text; empty where it is missing, which is a problem where it is required."""
        value = parent.get(name)
        if value is None or value == "":
            if required:
                self.refuse(Code.SCHEMA_REQUIRED, f"{path}.{name}")
            return ""
        if not isinstance(value, str):
            self.refuse(Code.SCHEMA_TYPE, f"{path}.{name}")
            return ""
        if required and not value.strip():
            self.refuse(Code.SCHEMA_REQUIRED, f"{path}.{name}")
        return value

    def day(self, parent: Mapping[str, Any], name: str, path: str, *, required: bool = True) -> None:
        """A date that exists, YYYY-MM-DD."""
        value = self.text(parent, name, path, required=required)
        if value and not is_day(value):
            self.refuse(Code.SCHEMA_FORMAT, f"{path}.{name}")

    def moment(self, parent: Mapping[str, Any], name: str, path: str) -> None:
        """A date, or a date and time of ISO 8601."""
        value = self.text(parent, name, path)
        if value and not (is_day(value) or _is_moment(value)):
            self.refuse(Code.SCHEMA_FORMAT, f"{path}.{name}")

    def country(self, parent: Mapping[str, Any], name: str, path: str) -> None:
        """A state by its code in ICAO 9303-3."""
        value = self.text(parent, name, path)
        if value and alpha_2(value) is None:
            self.refuse(Code.SCHEMA_FORMAT, f"{path}.{name}")


def check(data: Mapping[str, Any], kind: Kind, notes: list[Note]) -> list[Problem]:
    """The problems of a seal's header and message by the profile of its kind; adds to `notes`.

    >>> check({"hdr": {"v": 1, "is": "UTO"}, "msg": {}}, Kind.VDS_TEST, [])[0].path
    '$.msg.utci'
    """
    report = _Report(notes)
    header = report.object(data, "hdr", "$")
    version = header.get("v")
    if version is None or type(version) not in (int, float):
        report.refuse(Code.SCHEMA_REQUIRED if version is None else Code.SCHEMA_TYPE, "$.hdr.v")
    elif version != _VERSION:
        notes.append(Note(NoteCode.SCHEMA_VERSION_UNKNOWN, "$.hdr.v"))
    report.country(header, "is", "$.hdr")
    message = report.object(data, "msg", "$")
    (_check_vaccination if kind is Kind.VDS_VACCINATION else _check_test)(message, report)
    return report.problems


def _check_vaccination(message: Mapping[str, Any], report: _Report) -> None:
    report.text(message, "uvci", "$.msg")
    person = _check_person(message, report)
    if not person.get("i"):
        report.day(person, "dob", "$.msg.pid")  # without a document's number it is required
    for path, event in report.objects(message, "ve", "$.msg"):
        report.text(event, "des", path)
        report.text(event, "nam", path)
        report.text(event, "dis", path, required=False)
        for place, dose in report.objects(event, "vd", path):
            report.day(dose, "dvc", place)
            report.day(dose, "dvn", place, required=False)
            report.text(dose, "ctr", place)
            report.text(dose, "lot", place)
            report.text(dose, "adm", place, required=False)
            if dose.get("seq") is None:
                report.refuse(Code.SCHEMA_REQUIRED, f"{place}.seq")
            elif dose_number(dose["seq"]) is None:
                report.refuse(Code.SCHEMA_TYPE, f"{place}.seq")


def _check_test(message: Mapping[str, Any], report: _Report) -> None:
    report.text(message, "utci", "$.msg")
    person = _check_person(message, report)
    report.text(person, "dt", "$.msg.pid")
    report.text(person, "dn", "$.msg.pid")
    provider = report.object(message, "sp", "$.msg")
    report.text(provider, "spn", "$.msg.sp")
    report.text(provider, "ctr", "$.msg.sp")
    dates = report.object(message, "dat", "$.msg")
    report.moment(dates, "sc", "$.msg.dat")
    report.moment(dates, "ri", "$.msg.dat")
    result = report.object(message, "tr", "$.msg")
    report.text(result, "tc", "$.msg.tr")
    report.text(result, "r", "$.msg.tr")
    report.text(result, "m", "$.msg.tr", required=False)


def _check_person(message: Mapping[str, Any], report: _Report) -> Mapping[str, Any]:
    person = report.object(message, "pid", "$.msg")
    if person:
        report.text(person, "n", "$.msg.pid")
    for name in ("sex", "i", "ai", "dt", "dn"):
        if person.get(name) is not None:
            report.text(person, name, "$.msg.pid", required=False)
    report.day(person, "dob", "$.msg.pid", required=False)
    return person


def dose_number(value: object) -> int | None:
    """The number of a dose, which some issuers write as text; None where it is none.

    >>> dose_number(2), dose_number("1"), dose_number("one")
    (2, 1, None)
    """
    if isinstance(value, str):
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
            return None
        value = int(digits)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value < 100 else None


def check_dates(data: Mapping[str, Any], kind: Kind, at: datetime) -> list[Note]:
    """What can't be right in the dates of a seal whose form is right.

    `at` is aware; `next_day` says why a day more counts.
    """
    message = data["msg"]
    born = message["pid"].get("dob") or ""
    ahead = next_day(at.date()).isoformat()
    notes = []
    if born > ahead:
        notes.append(Note(NoteCode.SCHEMA_BIRTH_AHEAD, "$.msg.pid.dob"))
    for path, day in _days(message, kind):
        if day < born:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH, path))
        if day > ahead:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_AHEAD, path))
    if kind is Kind.VDS_TEST and message["dat"]["ri"][:_DAY] < message["dat"]["sc"][:_DAY]:
        notes.append(Note(NoteCode.SCHEMA_ENTRY_AFTER_ISSUE, "$.msg.dat.sc"))
    return notes


def _days(message: Mapping[str, Any], kind: Kind) -> Iterator[tuple[str, str]]:
    """The days of all doses, or of the sample."""
    if kind is Kind.VDS_TEST:
        yield "$.msg.dat.sc", message["dat"]["sc"][:_DAY]
        return
    for number, event in enumerate(message["ve"]):
        for place, dose in enumerate(event["vd"]):
            yield f"$.msg.ve[{number}].vd[{place}].dvc", dose["dvc"]


def countries(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The places that name a country, each with what it names; the form need not be right."""
    message = data.get("msg")
    if not isinstance(message, dict):
        return
    provider = message.get("sp")
    if isinstance(provider, dict) and isinstance(provider.get("ctr"), str):
        yield "$.msg.sp.ctr", provider["ctr"]
    for number, event in enumerate(_listed(message.get("ve"))):
        for place, dose in enumerate(_listed(event.get("vd"))):
            if isinstance(dose.get("ctr"), str):
                yield f"$.msg.ve[{number}].vd[{place}].ctr", dose["ctr"]


def _listed(value: object) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [item if isinstance(item, dict) else {} for item in items[:_MOST_DOSES]]


def _is_moment(text: str) -> bool:
    if not is_day(text[:_DAY]) or text[_DAY : _DAY + 1] not in ("T", "t", " "):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return text.isascii()
