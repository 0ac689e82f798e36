"""Payload -> what breaks the schema of the EU DCC (1.0.0 to 1.3.3).

One set of rules, two ways to apply it. Reading tolerates what real issuers are known to write and
reports it as a warning; writing refuses it. What a machine or a person could misunderstand is refused
by both: control characters in a machine-readable name, digits other than 0 to 9, several entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vaxpass import cbor
from vaxpass.codes import Code, Remark
from vaxpass.findings import Problem, Warned
from vaxpass.schema_values import (
    Report,
    Rule,
    birth,
    country,
    day,
    dose,
    machine_name,
    moment,
    text,
    uvci,
    version,
)


def check_reading(payload: Mapping[str, cbor.Value], warnings: list[Warned]) -> list[Problem]:
    """The problems of a payload that was read; what is tolerated goes to `warnings`.

    >>> check_reading({"ver": "1.3.0", "nam": {"fnt": "A", "gnt": "B"}, "dob": "1990"}, [])[0].code
    <Code.SCHEMA_GROUP_MISSING: 'schema.group_missing'>
    """
    report = Report(warnings, strict=False)
    _check(payload, report)
    return report.problems


def check_writing(payload: Mapping[str, cbor.Value]) -> list[Problem]:
    """The problems of a payload that is to be issued, by schema 1.3.0 with the names of 1.3.2."""
    report = Report([], strict=True)
    _check(payload, report)
    return report.problems


def check_writing_name(name: cbor.Value) -> list[Problem]:
    """The problems of the value of `nam` alone, by the same rules as `check_writing`."""
    report = Report([], strict=True)
    _check_name(name, report)
    return report.problems


def check_writing_birth(born: cbor.Value) -> list[Problem]:
    """The problems of the value of `dob` alone, by the same rules as `check_writing`."""
    report = Report([], strict=True)
    birth(born, "$.dob", report)
    return report.problems


class _Group:
    """The fields of one map of the certificate, and where it stands."""

    def __init__(self, place: str, required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> None:
        self.place = place
        self.fields = tuple(
            (key, rule, key in required, f"{place}.{key}")
            for key, rule in (*required.items(), *optional.items())
        )

    def check(self, item: Mapping[str, cbor.Value], report: Report) -> None:
        """Judge all fields, and remark where there are others."""
        if self.check_fields(item, report) != len(item):
            # The name of an extra field may be personal data; only its place is told.
            report.remark(Remark.SCHEMA_EXTRA_FIELD, self.place)

    def check_fields(self, item: Mapping[str, cbor.Value], report: Report) -> int:
        """Judge the fields of this map; gives how many of them are there."""
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
        return known


_STATED: Final = {"tg": text, "co": country, "is": text, "ci": uvci}
_VACCINATION: Final = _Group(
    "$.v[0]",
    _STATED | {"vp": text, "mp": text, "ma": text, "dn": dose, "sd": dose, "dt": day},
    {},
)
_TEST: Final = _Group(
    "$.t[0]",
    _STATED | {"tt": text, "sc": moment, "tr": text},
    {"tc": text, "nm": text, "ma": text, "dr": moment},
)
_RECOVERY: Final = _Group("$.r[0]", _STATED | {"fr": day, "df": day, "du": day}, {})
_ENTRIES: Final = {"v": _VACCINATION, "t": _TEST, "r": _RECOVERY}
_NAME: Final = _Group("$.nam", {}, {"fn": text, "fnt": machine_name, "gn": text, "gnt": machine_name})


_TOP: Final = _Group("$", {"ver": version, "dob": birth}, {})
_KNOWN_AT_TOP: Final = frozenset(("ver", "dob", "nam", *_ENTRIES))
_RESULT_TIME: Final = "dr"  # a field that schema 1.2.0 took away


def _check(payload: Mapping[str, cbor.Value], report: Report) -> None:
    _TOP.check_fields(payload, report)
    if not _KNOWN_AT_TOP.issuperset(payload):
        report.remark(Remark.SCHEMA_EXTRA_FIELD, "$")
    _check_name(payload.get("nam"), report)
    group = _only_group(payload, report)
    if group is not None:
        _check_entry(payload, group, report)


def _check_name(name: cbor.Value, report: Report) -> None:
    if isinstance(name, dict):
        _NAME.check(name, report)
        if name.get("fnt") is None and name.get("gnt") is None:
            report.refuse(Code.SCHEMA_REQUIRED, "$.nam.fnt")
        if len(name) < len(_NAME.fields):
            for key, _, _, path in _NAME.fields:
                if key not in name:
                    report.remark(Remark.SCHEMA_NAME_MISSING, path)
    else:
        report.refuse(Code.SCHEMA_REQUIRED if name is None else Code.SCHEMA_TYPE, "$.nam")


def _only_group(payload: Mapping[str, cbor.Value], report: Report) -> str | None:
    filled = []
    for group in _ENTRIES:
        entries = payload.get(group)
        if entries == []:
            report.tolerate(Remark.SCHEMA_EMPTY, Code.SCHEMA_LENGTH, f"$.{group}")
        elif entries is not None:
            filled.append(group)
        elif group in payload:
            report.tolerate(Remark.SCHEMA_NULL, Code.SCHEMA_TYPE, f"$.{group}")
    if len(filled) == 1:
        return filled[0]
    report.refuse(Code.SCHEMA_SEVERAL_GROUPS if filled else Code.SCHEMA_GROUP_MISSING, "$")
    return None


def _check_entry(payload: Mapping[str, cbor.Value], group: str, report: Report) -> None:
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
