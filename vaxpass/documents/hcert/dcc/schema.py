"""The schema of the EU DCC (1.0.0 to 1.3.3): what is wrong with a payload, and what is unusual.

A payload is checked by the version that it states, or by 1.3.0 where that version was not published.
There is one set of rules and two ways to apply it: reading tolerates what real issuers are known to
write and makes a note; writing refuses it. Both refuse what a machine or a person could misunderstand:
control characters in a machine-readable name, digits other than 0 to 9, several entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from vaxpass.codes import Code, NoteCode
from vaxpass.documents.times import is_day
from vaxpass.encoding import cbor
from vaxpass.findings import Note, Problem


class Report:
    """Collects the problems and notes of a payload.

    `strict` is for writing: what reading tolerates is then a problem.
    """

    __slots__ = ("notes", "problems", "strict")

    def __init__(self, notes: list[Note], *, strict: bool) -> None:
        self.strict = strict
        self.notes = notes
        self.problems: list[Problem] = []

    def refuse(self, code: Code, path: str) -> None:
        """Add a problem: the certificate breaks the schema."""
        self.problems.append(Problem(code, path))

    def remark(self, remark: NoteCode, path: str) -> None:
        """Add a note: something is unusual."""
        self.notes.append(Note(remark, path))

    def tolerate(self, remark: NoteCode, code: Code, path: str) -> None:
        """Add a note when reading, a problem when writing."""
        if self.strict:
            self.refuse(code, path)
        else:
            self.remark(remark, path)


Rule: TypeAlias = Callable[[cbor.Value, str, Report], None]
"""Checks one value: gets the value, its path and where to report."""

HIGHEST_DOSE: Final = 2**31 - 1
"""No schema since 1.3.0 bounds the number of doses; this keeps hostile numbers out."""

# A text that is empty after these are stripped has no other letters: faster than a pattern, which also
# takes time at import. The patterns below are compiled when they are first needed.
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MACHINE_NAME: Final = _LETTERS + "<"
_UVCI_PREFIX: Final = "URN:UVCI:"
_UVCI_LETTERS: Final = _LETTERS + "0123456789/#:"
_LONGEST_COUNTRY: Final = 10
_CENTURIES: Final = ("19", "20")
_VERSION: Final = r"[0-9]+\.[0-9]+\.[0-9]+"
_BIRTH_PATTERN: Final = r"((19|20)[0-9]{2}(-[0-9]{2}){0,2})?"
# Not every Python refuses the hour 24.
_HOUR: Final = r"([01][0-9]|2[0-3])"
_MOMENT: Final = (
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_HOUR}:[0-9]{{2}}(:[0-9]{{2}}([.,][0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}(:?[0-5][0-9])?)?"
)
_RFC3339: Final = (
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_HOUR}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)
_PUBLISHED: Final = frozenset(
    ("1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3")
)


_LONGEST_CODE: Final = 80  # no schema says; this is the limit of other texts since 1.3.0
_RESULT_TIME: Final = "dr"  # a field that 1.2.0 took away
_GROUPS: Final = ("v", "t", "r")
_KNOWN_AT_TOP: Final = frozenset(("ver", "dob", "nam", *_GROUPS))


# Rules for single values. They ask for the good case first, because every certificate passes here.


def text_within(longest: int) -> Rule:
    """A text of at most `longest` characters."""

    def text(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str:
            report.refuse(Code.SCHEMA_TYPE, path)
        elif not value:
            report.remark(NoteCode.SCHEMA_EMPTY, path)
        else:
            if len(value) > longest:
                report.tolerate(NoteCode.SCHEMA_TOO_LONG, Code.SCHEMA_LENGTH, path)
            if value[0] == " " or value[-1] == " ":
                report.remark(NoteCode.SCHEMA_UNTRIMMED, path)

    return text


def machine_name_within(longest: int) -> Rule:
    """A name in the letters of a machine-readable zone, of at most `longest` characters."""
    text = text_within(longest)

    def machine_name(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str or not value or len(value) > longest:
            text(value, path, report)
        if isinstance(value, str) and value.strip(_MACHINE_NAME):
            if value.isprintable():
                report.tolerate(NoteCode.SCHEMA_NAME_LETTERS, Code.SCHEMA_FORMAT, path)
            else:
                report.refuse(Code.SCHEMA_FORMAT, path)

    return machine_name


def country(value: cbor.Value, path: str, report: Report) -> None:
    """A country code: by the schema one to ten capital letters."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not value:
        report.tolerate(NoteCode.SCHEMA_EMPTY, Code.SCHEMA_FORMAT, path)
    elif len(value) > _LONGEST_COUNTRY or value.strip(_LETTERS):
        report.refuse(Code.SCHEMA_FORMAT, path)


def uvci_within(longest: int) -> Rule:
    """The identifier of a certificate (UVCI), of at most `longest` characters."""
    text = text_within(longest)

    def uvci(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str or not value or len(value) > longest or " " in value:
            text(value, path, report)
        if isinstance(value, str):
            if not value.startswith(_UVCI_PREFIX):
                report.remark(NoteCode.SCHEMA_UVCI_PREFIX, path)
            if value.strip(_UVCI_LETTERS):
                report.remark(NoteCode.SCHEMA_UVCI_LETTERS, path)
            if value[-2:-1] != "#":
                report.remark(NoteCode.SCHEMA_UVCI_CHECKSUM, path)

    return uvci


def dose_up_to(highest: int) -> Rule:
    """A number of doses, at most `highest`."""

    def dose(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is int and 0 < value <= highest:
            return
        if type(value) is float and value.is_integer():
            report.tolerate(NoteCode.SCHEMA_DOSE_FLOAT, Code.SCHEMA_TYPE, path)
        elif type(value) is not int:
            report.refuse(Code.SCHEMA_TYPE, path)
            return
        if not 0 <= value <= highest:
            report.refuse(Code.SCHEMA_RANGE, path)
        elif value == 0:
            report.tolerate(NoteCode.SCHEMA_DOSE_ZERO, Code.SCHEMA_RANGE, path)

    return dose


def _may_exist(text: str) -> bool:
    """Whether a day or a part of one is in the calendar; an unknown part is missing or 00."""
    year, month, day = (*text.split("-"), "00", "00")[:3]
    return is_day(f"{year}-{'01' if month == '00' else month}-{'01' if day == '00' else day}")


def _is_moment(text: str, form: str) -> bool:
    if not re.fullmatch(form, text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def day(value: cbor.Value, path: str, report: Report) -> None:
    """A date that exists, YYYY-MM-DD."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not is_day(value):
        if _is_moment(value, _MOMENT):
            report.tolerate(NoteCode.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def moment(value: cbor.Value, path: str, report: Report) -> None:
    """A date and time, RFC 3339."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not _is_moment(value, _RFC3339):
        if _is_moment(value, _MOMENT):
            report.tolerate(NoteCode.SCHEMA_TIME_FORM, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def outdated_moment(value: cbor.Value, path: str, report: Report) -> None:
    """A time that the schema no longer has: an extra field. Writing also checks its form."""
    if report.strict:
        moment(value, path, report)
    report.remark(NoteCode.SCHEMA_EXTRA_FIELD, path)


def birth_date(*, partial: bool, empty: bool) -> Rule:
    """A date of birth.

    `partial`: by the schema, day and month may be missing. `empty`: it may be unknown. Reading
    tolerates both in every version.
    """

    def birth(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str:
            report.refuse(Code.SCHEMA_TYPE, path)
        elif value.startswith(_CENTURIES) and is_day(value):
            return
        elif re.fullmatch(_BIRTH_PATTERN, value):
            allowed = partial if value else empty
            if value and not _may_exist(value):
                if partial or len(value) < len("YYYY-MM-DD"):
                    report.tolerate(NoteCode.SCHEMA_BIRTH_IMPOSSIBLE, Code.SCHEMA_FORMAT, path)
                else:
                    report.refuse(Code.SCHEMA_FORMAT, path)
            elif len(value) < len("YYYY-MM-DD") or "-00" in value:
                if allowed:
                    report.remark(NoteCode.SCHEMA_DATE_PARTIAL, path)
                else:
                    report.tolerate(NoteCode.SCHEMA_DATE_PARTIAL, Code.SCHEMA_FORMAT, path)
        elif value.startswith(_CENTURIES) and _is_moment(value, _MOMENT):
            report.tolerate(NoteCode.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)

    return birth


def version(value: cbor.Value, path: str, report: Report) -> None:
    """The version of the schema, three numbers; a note where it was not published."""
    if type(value) is str and value in _PUBLISHED:
        return
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif re.fullmatch(_VERSION, value):
        report.remark(NoteCode.SCHEMA_VERSION_UNKNOWN, path)
    else:
        report.refuse(Code.SCHEMA_FORMAT, path)


class _Group:
    """The rules for the fields of one map of the certificate; `place` is its path."""

    def __init__(self, place: str, required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> None:
        self.place = place
        self.fields = tuple(
            (key, rule, key in required, f"{place}.{key}")
            for key, rule in (*required.items(), *optional.items())
        )

    def check(self, item: Mapping[str, cbor.Value], report: Report) -> None:
        """Check all fields, and make a note where there are others."""
        if self.check_fields(item, report) != len(item):
            # The name of an extra field may be personal data; only the place is reported.
            report.remark(NoteCode.SCHEMA_EXTRA_FIELD, self.place)

    def check_fields(self, item: Mapping[str, cbor.Value], report: Report) -> int:
        """Check the fields that the schema has, and return how many of them are present."""
        known = 0
        for key, rule, required, path in self.fields:
            value = item.get(key)
            if value is not None:
                known += 1
                rule(value, path, report)
            elif required:
                known += key in item
                report.refuse(Code.SCHEMA_REQUIRED, path)
            elif key in item:
                known += 1
                report.tolerate(NoteCode.SCHEMA_NULL, Code.SCHEMA_TYPE, path)
        return known


class _Version:
    """The rules of one version of the schema, or of several that are the same."""

    def __init__(
        self, *, longest: int, highest_dose: int, birth: Rule, result_time: Rule, centre_required: bool
    ) -> None:
        text, code = text_within(longest), text_within(_LONGEST_CODE)
        machine_name, dose = machine_name_within(longest), dose_up_to(highest_dose)
        stated = {"tg": code, "co": country, "is": text, "ci": uvci_within(longest)}
        centre = {"tc": text}
        test = {"tt": code, "sc": moment, "tr": code}
        # The name of a test has no limit before 1.3.0, and later that of a code.
        test_optional = {"nm": code, "ma": code, _RESULT_TIME: result_time}
        self.top = _Group("$", {"ver": version, "dob": birth}, {})
        self.name = _Group(
            "$.nam", {}, {"fn": text, "fnt": machine_name, "gn": text, "gnt": machine_name}
        )
        self.entries = {
            "v": _Group(
                "$.v[0]",
                stated | {"vp": code, "mp": code, "ma": code, "dn": dose, "sd": dose, "dt": day},
                {},
            ),
            "t": _Group(
                "$.t[0]",
                stated | test | (centre if centre_required else {}),
                test_optional | ({} if centre_required else centre),
            ),
            "r": _Group("$.r[0]", stated | {"fr": day, "df": day, "du": day}, {}),
        }


def _before_1_3(birth: Rule, result_time: Rule) -> _Version:
    return _Version(
        longest=50, highest_dose=9, birth=birth, result_time=result_time, centre_required=True
    )


_BIRTH: Final = birth_date(partial=True, empty=False)
_BIRTH_1_3: Final = birth_date(partial=True, empty=True)
_V1_0: Final = _before_1_3(birth_date(partial=False, empty=False), moment)
_V1_1: Final = _before_1_3(_BIRTH, moment)
_V1_2: Final = _before_1_3(_BIRTH, outdated_moment)
_V1_3: Final = _Version(
    longest=80,
    highest_dose=HIGHEST_DOSE,
    birth=_BIRTH_1_3,
    result_time=outdated_moment,
    centre_required=False,
)
_EARLIER: Final = {"1.0.0": _V1_0, "1.0.1": _V1_0, "1.1.0": _V1_1, "1.2.0": _V1_2, "1.2.1": _V1_2}


def check_reading(payload: Mapping[str, cbor.Value], notes: list[Note]) -> list[Problem]:
    """The problems of a payload that was decoded; what is tolerated is added to `notes`.

    >>> check_reading({"ver": "1.3.0", "nam": {"fnt": "A", "gnt": "B"}, "dob": "1990"}, [])[0].code
    <Code.SCHEMA_GROUP_MISSING: 'schema.group_missing'>
    """
    report = Report(notes, strict=False)
    _check(payload, report)
    return report.problems


def check_writing(payload: Mapping[str, cbor.Value]) -> list[Problem]:
    """The problems of a payload that is to be issued.

    It is checked strictly by the version that it states. As in 1.3.2, either `fnt` or `gnt` is enough.
    """
    report = Report([], strict=True)
    _check(payload, report)
    return report.problems


def check_writing_name(name: cbor.Value) -> list[Problem]:
    """The problems of the value of `nam` alone, as `check_writing` finds them in version 1.3."""
    report = Report([], strict=True)
    _check_name(name, _V1_3.name, report)
    return report.problems


def check_writing_birth(born: cbor.Value) -> list[Problem]:
    """The problems of the value of `dob` alone, as `check_writing` finds them in version 1.3."""
    report = Report([], strict=True)
    _BIRTH_1_3(born, "$.dob", report)
    return report.problems


def _check(payload: Mapping[str, cbor.Value], report: Report) -> None:
    stated = payload.get("ver")
    rules = _EARLIER.get(stated, _V1_3) if isinstance(stated, str) else _V1_3
    rules.top.check_fields(payload, report)
    if not _KNOWN_AT_TOP.issuperset(payload):
        report.remark(NoteCode.SCHEMA_EXTRA_FIELD, "$")
    _check_name(payload.get("nam"), rules.name, report)
    group = _only_group(payload, report)
    if group is not None:
        _check_entry(payload[group], group, rules.entries[group], report)


def _check_name(name: cbor.Value, rules: _Group, report: Report) -> None:
    if isinstance(name, dict):
        rules.check(name, report)
        if name.get("fnt") is None and name.get("gnt") is None:
            report.refuse(Code.SCHEMA_REQUIRED, "$.nam.fnt")
        if len(name) < len(rules.fields):
            for key, _, _, path in rules.fields:
                if key not in name:
                    report.remark(NoteCode.SCHEMA_NAME_MISSING, path)
    else:
        report.refuse(Code.SCHEMA_REQUIRED if name is None else Code.SCHEMA_TYPE, "$.nam")


def _only_group(payload: Mapping[str, cbor.Value], report: Report) -> str | None:
    filled = []
    for group in _GROUPS:
        entries = payload.get(group)
        if entries == []:
            report.tolerate(NoteCode.SCHEMA_EMPTY, Code.SCHEMA_LENGTH, f"$.{group}")
        elif entries is not None:
            filled.append(group)
        elif group in payload:
            report.tolerate(NoteCode.SCHEMA_NULL, Code.SCHEMA_TYPE, f"$.{group}")
    if len(filled) == 1:
        return filled[0]
    report.refuse(Code.SCHEMA_SEVERAL_GROUPS if filled else Code.SCHEMA_GROUP_MISSING, "$")
    return None


def _check_entry(entries: cbor.Value, group: str, rules: _Group, report: Report) -> None:
    if not isinstance(entries, list):
        report.refuse(Code.SCHEMA_TYPE, f"$.{group}")
        return
    if len(entries) > 1:
        report.refuse(Code.SCHEMA_SEVERAL_ENTRIES, f"$.{group}")
        return
    entry = entries[0]
    if not isinstance(entry, dict):
        report.refuse(Code.SCHEMA_TYPE, f"$.{group}[0]")
        return
    rules.check(entry, report)
    if group == "v" and not report.problems and entry["dn"] > entry["sd"]:
        report.remark(NoteCode.SCHEMA_DOSE_ORDER, "$.v[0].dn")
