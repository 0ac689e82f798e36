"""Payload -> what breaks the schema of the EU DCC (1.0.0 to 1.3.3).

One set of rules, two ways to apply it. Reading tolerates what real issuers are known to write and
reports it as a warning; writing refuses it. What a machine or a person could misunderstand is refused
by both: control characters in a machine-readable name, digits other than 0 to 9, several entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, TypeAlias

from vaxpass import cbor
from vaxpass.codes import Code, Remark
from vaxpass.findings import Problem, Warned


def check_reading(payload: Mapping[str, cbor.Value], warnings: list[Warned]) -> list[Problem]:
    """The problems of a payload that was read; what is tolerated goes to `warnings`.

    >>> check_reading({"ver": "1.3.0", "nam": {"fnt": "A", "gnt": "B"}, "dob": "1990"}, [])[0].code
    <Code.SCHEMA_GROUP_MISSING: 'schema.group_missing'>
    """
    report = _Report(warnings, strict=False)
    _check(payload, report)
    return report.problems


def check_writing(payload: Mapping[str, cbor.Value]) -> list[Problem]:
    """The problems of a payload that is to be issued, by schema 1.3.0 with the names of 1.3.2."""
    report = _Report([], strict=True)
    _check(payload, report)
    return report.problems


class _Report:
    __slots__ = ("problems", "strict", "warnings")

    def __init__(self, warnings: list[Warned], *, strict: bool) -> None:
        self.strict = strict
        self.warnings = warnings
        self.problems: list[Problem] = []

    def refuse(self, code: Code, path: str) -> None:
        self.problems.append(Problem(code, path))

    def remark(self, remark: Remark, path: str) -> None:
        self.warnings.append(Warned(remark, path))

    def tolerate(self, remark: Remark, code: Code, path: str) -> None:
        """A warning when reading, a refusal when writing."""
        if self.strict:
            self.refuse(code, path)
        else:
            self.remark(remark, path)


_Rule: TypeAlias = Callable[[cbor.Value, str, _Report], None]

_LONGEST_TEXT: Final = 80
_HIGHEST_DOSE: Final = 2**31 - 1
# Text that loses everything when these are stripped consists of nothing else: faster than a pattern,
# and patterns cost time at import. Those below are compiled when first needed.
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MACHINE_NAME: Final = _LETTERS + "<"
_UVCI_PREFIX: Final = "URN:UVCI:"
_UVCI_LETTERS: Final = _LETTERS + "0123456789/#:"
_LONGEST_COUNTRY: Final = 10
_VERSION: Final = r"[0-9]+\.[0-9]+\.[0-9]+"
_BIRTH: Final = r"((19|20)[0-9]{2}(-[0-9]{2}){0,2})?"
_MOMENT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?"
)
_STRICT_MOMENT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_PUBLISHED: Final = frozenset(
    ("1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3")
)


def _text(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not value:
        report.remark(Remark.SCHEMA_EMPTY, path)
    else:
        if len(value) > _LONGEST_TEXT:
            report.tolerate(Remark.SCHEMA_TOO_LONG, Code.SCHEMA_LENGTH, path)
        if value[0] == " " or value[-1] == " ":
            report.remark(Remark.SCHEMA_UNTRIMMED, path)


# The rules below ask for the good case first: they judge every certificate.


def _machine_name(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str or not value or len(value) > _LONGEST_TEXT:
        _text(value, path, report)
    if isinstance(value, str) and value.strip(_MACHINE_NAME):
        if value.isprintable():
            report.tolerate(Remark.SCHEMA_NAME_LETTERS, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def _country(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not value:
        report.tolerate(Remark.SCHEMA_EMPTY, Code.SCHEMA_FORMAT, path)
    elif len(value) > _LONGEST_COUNTRY or value.strip(_LETTERS):
        report.refuse(Code.SCHEMA_FORMAT, path)


def _uvci(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str or not value or len(value) > _LONGEST_TEXT or " " in value:
        _text(value, path, report)
    if isinstance(value, str):
        if not value.startswith(_UVCI_PREFIX):
            report.remark(Remark.SCHEMA_UVCI_PREFIX, path)
        if value.strip(_UVCI_LETTERS):
            report.remark(Remark.SCHEMA_UVCI_LETTERS, path)
        if value[-2:-1] != "#":
            report.remark(Remark.SCHEMA_UVCI_CHECKSUM, path)


def _dose(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is int and 0 < value <= _HIGHEST_DOSE:
        return
    if type(value) is float and value.is_integer():
        report.tolerate(Remark.SCHEMA_DOSE_FLOAT, Code.SCHEMA_TYPE, path)
    elif type(value) is not int:
        report.refuse(Code.SCHEMA_TYPE, path)
        return
    if not 0 <= value <= _HIGHEST_DOSE:
        report.refuse(Code.SCHEMA_RANGE, path)
    elif value == 0:
        report.tolerate(Remark.SCHEMA_DOSE_ZERO, Code.SCHEMA_RANGE, path)


def _is_day(text: str) -> bool:
    # fromisoformat also reads other forms of ISO 8601.
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    if not re.fullmatch(_MOMENT, text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _day(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not _is_day(value):
        if _is_moment(value):
            report.tolerate(Remark.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def _moment(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not _is_moment(value) or (report.strict and not re.fullmatch(_STRICT_MOMENT, value)):
        report.refuse(Code.SCHEMA_FORMAT, path)


def _birth(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif value.startswith(("19", "20")) and _is_day(value):
        return
    elif re.fullmatch(_BIRTH, value):
        if len(value) < len("YYYY-MM-DD") or "-00" in value:
            report.remark(Remark.SCHEMA_DATE_PARTIAL, path)
    elif _is_moment(value):
        report.tolerate(Remark.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
    else:
        report.refuse(Code.SCHEMA_FORMAT, path)


def _version(value: cbor.Value, path: str, report: _Report) -> None:
    if type(value) is str and value in _PUBLISHED:
        return
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif re.fullmatch(_VERSION, value):
        report.remark(Remark.SCHEMA_VERSION_UNKNOWN, path)
    else:
        report.refuse(Code.SCHEMA_FORMAT, path)


class _Group:
    """The fields of one map of the certificate, and where it stands."""

    def __init__(
        self, place: str, required: Mapping[str, _Rule], optional: Mapping[str, _Rule]
    ) -> None:
        self.place = place
        self.fields = tuple(
            (key, rule, key in required, f"{place}.{key}")
            for key, rule in (*required.items(), *optional.items())
        )

    def check(self, item: Mapping[str, cbor.Value], report: _Report) -> None:
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
                report.tolerate(Remark.SCHEMA_NULL, Code.SCHEMA_TYPE, path)
        if known != len(item):
            # The name of an extra field may be personal data; only its place is told.
            report.remark(Remark.SCHEMA_EXTRA_FIELD, self.place)


_STATED: Final = {"tg": _text, "co": _country, "is": _text, "ci": _uvci}
_VACCINATION: Final = _Group(
    "$.v[0]",
    _STATED | {"vp": _text, "mp": _text, "ma": _text, "dn": _dose, "sd": _dose, "dt": _day},
    {},
)
_TEST: Final = _Group(
    "$.t[0]",
    _STATED | {"tt": _text, "sc": _moment, "tr": _text},
    {"tc": _text, "nm": _text, "ma": _text, "dr": _moment},
)
_RECOVERY: Final = _Group("$.r[0]", _STATED | {"fr": _day, "df": _day, "du": _day}, {})
_ENTRIES: Final = {"v": _VACCINATION, "t": _TEST, "r": _RECOVERY}
_NAME: Final = _Group(
    "$.nam", {}, {"fn": _text, "fnt": _machine_name, "gn": _text, "gnt": _machine_name}
)


def _inside(value: cbor.Value, path: str, report: _Report) -> None:
    """The rule of fields that are looked into elsewhere."""


_TOP: Final = _Group(
    "$", {"ver": _version, "dob": _birth, "nam": _inside}, dict.fromkeys(_ENTRIES, _inside)
)
_RESULT_TIME: Final = "dr"  # a field that schema 1.2.0 took away


def _check(payload: Mapping[str, cbor.Value], report: _Report) -> None:
    _TOP.check(payload, report)
    _check_name(payload.get("nam"), report)
    group = _only_group(payload, report)
    if group is not None:
        _check_entry(payload, group, report)


def _check_name(name: cbor.Value, report: _Report) -> None:
    if isinstance(name, dict):
        _NAME.check(name, report)
        if name.get("fnt") is None and name.get("gnt") is None:
            report.refuse(Code.SCHEMA_REQUIRED, "$.nam.fnt")
        if len(name) < len(_NAME.fields):
            for key, _, _, path in _NAME.fields:
                if key not in name:
                    report.remark(Remark.SCHEMA_NAME_MISSING, path)
    elif name is not None:
        report.refuse(Code.SCHEMA_TYPE, "$.nam")


def _only_group(payload: Mapping[str, cbor.Value], report: _Report) -> str | None:
    filled = []
    for group in _ENTRIES:
        entries = payload.get(group)
        if entries == []:
            report.tolerate(Remark.SCHEMA_EMPTY, Code.SCHEMA_LENGTH, f"$.{group}")
        elif entries is not None:
            filled.append(group)
    if len(filled) == 1:
        return filled[0]
    report.refuse(Code.SCHEMA_SEVERAL_GROUPS if filled else Code.SCHEMA_GROUP_MISSING, "$")
    return None


def _check_entry(payload: Mapping[str, cbor.Value], group: str, report: _Report) -> None:
    entries = payload[group]
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
    _ENTRIES[group].check(entry, report)
    if group == "t":
        if _RESULT_TIME in entry and _is_late(payload):
            report.remark(Remark.SCHEMA_EXTRA_FIELD, f"$.t[0].{_RESULT_TIME}")
    elif group == "v" and not report.problems and entry["dn"] > entry["sd"]:
        report.remark(Remark.SCHEMA_DOSE_ORDER, "$.v[0].dn")


def _is_late(payload: Mapping[str, cbor.Value]) -> bool:
    version = payload.get("ver")
    return isinstance(version, str) and version not in ("1.0.0", "1.0.1", "1.1.0")
