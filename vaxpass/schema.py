"""Payload -> what breaks the schema of the EU DCC (1.0.0 to 1.3.3).

A payload is judged by the version that it names, or by 1.3.0 where that was not published. One set of
rules, two ways to apply it: reading tolerates what real issuers are known to write and reports it as a
warning; writing refuses it. What a machine or a person could misunderstand is refused by both: control
characters in a machine-readable name, digits other than 0 to 9, several entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vaxpass import cbor
from vaxpass.codes import Code, Remark
from vaxpass.findings import Problem, Warned
from vaxpass.schema_values import (
    HIGHEST_DOSE,
    Report,
    Rule,
    birth_date,
    country,
    day,
    dose_up_to,
    machine_name_within,
    moment,
    outdated_moment,
    text_within,
    uvci_within,
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
    """The problems of a payload that is to be issued, by its version with the names of 1.3.2."""
    report = Report([], strict=True)
    _check(payload, report)
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


_LONGEST_CODE: Final = 80  # no schema says; this is the limit of other texts since 1.3.0
_RESULT_TIME: Final = "dr"  # a field that 1.2.0 took away
_GROUPS: Final = ("v", "t", "r")
_KNOWN_AT_TOP: Final = frozenset(("ver", "dob", "nam", *_GROUPS))


class _Version:
    """The rules of one version of the schema, or of several that do not differ."""

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
_V1_0: Final = _before_1_3(birth_date(partial=False, empty=False), moment)
_V1_1: Final = _before_1_3(_BIRTH, moment)
_V1_2: Final = _before_1_3(_BIRTH, outdated_moment)
_V1_3: Final = _Version(
    longest=80,
    highest_dose=HIGHEST_DOSE,
    birth=birth_date(partial=True, empty=True),
    result_time=outdated_moment,
    centre_required=False,
)
_EARLIER: Final = {"1.0.0": _V1_0, "1.0.1": _V1_0, "1.1.0": _V1_1, "1.2.0": _V1_2, "1.2.1": _V1_2}


def _check(payload: Mapping[str, cbor.Value], report: Report) -> None:
    stated = payload.get("ver")
    rules = _EARLIER.get(stated, _V1_3) if isinstance(stated, str) else _V1_3
    rules.top.check_fields(payload, report)
    if not _KNOWN_AT_TOP.issuperset(payload):
        report.remark(Remark.SCHEMA_EXTRA_FIELD, "$")
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
                    report.remark(Remark.SCHEMA_NAME_MISSING, path)
    else:
        report.refuse(Code.SCHEMA_REQUIRED if name is None else Code.SCHEMA_TYPE, "$.nam")


def _only_group(payload: Mapping[str, cbor.Value], report: Report) -> str | None:
    filled = []
    for group in _GROUPS:
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
        report.remark(Remark.SCHEMA_DOSE_ORDER, "$.v[0].dn")
