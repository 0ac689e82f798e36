"""Quirks of real certificates: the DCC in them. What is tolerated is accepted and named by a remark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import cbor2
import pytest

from tests.support.handmade import entry_of, hcert_claim, payload_with, without_dots
from tests.support.world import RECOVERY, TEST, VACCINATION, World, claims, forge
from vaxpass import Code, NoteCode, Outcome, Stage, Verdict

Told: TypeAlias = set[tuple[NoteCode, str]]

_NAMES: Final = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Duy", "gnt": "DUY"}
_ENTRY: Final = {"v": VACCINATION, "t": TEST, "r": RECOVERY}


def read(world: World, hcert: object) -> Verdict:
    return world.verify(forge(world.es256.signer(), claims(hcert=hcert)))


def told(verdict: Verdict) -> Told:
    assert verdict, verdict.reason()
    assert len(set(verdict.notes)) == len(verdict.notes), "each is said once"
    return {(warned.code, warned.path) for warned in verdict.notes}


def with_entry(group: str, changes: Mapping[str, object], **top: object) -> dict[int, object]:
    """A certificate of any group, fields of its entry replaced or (with `...`) removed."""
    entry = without_dots({**entry_of(_ENTRY[group]), **changes})
    return hcert_claim(without_dots({**_ENTRY[group].to_payload(), group: [entry], **top}))


def tagged(text: str) -> cbor2.CBORTag:
    return cbor2.CBORTag(0, text)


ENTRIES: dict[str, tuple[str, dict[str, object], Told]] = {
    # Dates
    "tag 0 around a sampling time": (
        "t",
        {"sc": tagged("2025-12-30T01:00:00Z")},
        {(NoteCode.PAYLOAD_TAGGED_VALUE, "")},
    ),
    "tag 0 around a date": ("v", {"dt": tagged("2025-12-12")}, {(NoteCode.PAYLOAD_TAGGED_VALUE, "")}),
    "a time in dt": ("v", {"dt": "2025-12-12T10:11:12Z"}, {(NoteCode.SCHEMA_DATE_TIME, "$.v[0].dt")}),
    "a time with offset in dt": (
        "v",
        {"dt": "2025-12-12T00:00:00.000+07:00"},
        {(NoteCode.SCHEMA_DATE_TIME, "$.v[0].dt")},
    ),
    "a time in fr": ("r", {"fr": "2025-12-01T00:00:00Z"}, {(NoteCode.SCHEMA_DATE_TIME, "$.r[0].fr")}),
    "a time in df": ("r", {"df": "2025-12-12T00:00:00"}, {(NoteCode.SCHEMA_DATE_TIME, "$.r[0].df")}),
    "a time in du": ("r", {"du": "2026-07-31T00:00:00Z"}, {(NoteCode.SCHEMA_DATE_TIME, "$.r[0].du")}),
    "a sampling time without an offset": (
        "t",
        {"sc": "2025-12-30T01:00:00"},
        {(NoteCode.SCHEMA_TIME_FORM, "$.t[0].sc")},
    ),
    "anything in dr, which 1.3.0 does not know": (
        "t",
        {"dr": {"on": ["30 May", 2026]}},
        {(NoteCode.SCHEMA_EXTRA_FIELD, "$.t[0].dr")},
    ),
    # Absent and empty values
    "nm null": ("t", {"nm": None}, {(NoteCode.SCHEMA_NULL, "$.t[0].nm")}),
    "tc null": ("t", {"tc": None}, {(NoteCode.SCHEMA_NULL, "$.t[0].tc")}),
    "ma null": ("t", {"ma": None}, {(NoteCode.SCHEMA_NULL, "$.t[0].ma")}),
    "empty co": ("v", {"co": ""}, {(NoteCode.SCHEMA_EMPTY, "$.v[0].co")}),
    "empty mp": ("v", {"mp": ""}, {(NoteCode.SCHEMA_EMPTY, "$.v[0].mp")}),
    "empty vp": ("v", {"vp": ""}, {(NoteCode.SCHEMA_EMPTY, "$.v[0].vp")}),
    "empty ma of a vaccine": ("v", {"ma": ""}, {(NoteCode.SCHEMA_EMPTY, "$.v[0].ma")}),
    "empty ma of a test": ("t", {"ma": ""}, {(NoteCode.SCHEMA_EMPTY, "$.t[0].ma")}),
    "empty tc": ("t", {"tc": ""}, {(NoteCode.SCHEMA_EMPTY, "$.t[0].tc")}),
    # Text
    "trailing space in mp": ("v", {"mp": "EU/1/20/1528 "}, {(NoteCode.SCHEMA_UNTRIMMED, "$.v[0].mp")}),
    "tc of 81 characters": ("t", {"tc": "K" * 81}, {(NoteCode.SCHEMA_TOO_LONG, "$.t[0].tc")}),
    "tc of 80 characters": ("t", {"tc": "K" * 80}, set()),
    # Doses
    "booster 2/1": ("v", {"dn": 2, "sd": 1}, {(NoteCode.SCHEMA_DOSE_ORDER, "$.v[0].dn")}),
    "booster 3/1": ("v", {"dn": 3, "sd": 1}, {(NoteCode.SCHEMA_DOSE_ORDER, "$.v[0].dn")}),
    "dn 0": ("v", {"dn": 0}, {(NoteCode.SCHEMA_DOSE_ZERO, "$.v[0].dn")}),
    "both 0": (
        "v",
        {"dn": 0, "sd": 0},
        {(NoteCode.SCHEMA_DOSE_ZERO, "$.v[0].dn"), (NoteCode.SCHEMA_DOSE_ZERO, "$.v[0].sd")},
    ),
    "doses as floats": (
        "v",
        {"dn": 1.0, "sd": 2.0},
        {(NoteCode.SCHEMA_DOSE_FLOAT, "$.v[0].dn"), (NoteCode.SCHEMA_DOSE_FLOAT, "$.v[0].sd")},
    ),
    # The certificate's number
    "ci without URN:UVCI:": ("v", {"ci": "01:VN:ABC#1"}, {(NoteCode.SCHEMA_UVCI_PREFIX, "$.v[0].ci")}),
    "ci with lowercase": (
        "v",
        {"ci": "URN:UVCI:01:VN:abc#1"},
        {(NoteCode.SCHEMA_UVCI_LETTERS, "$.v[0].ci")},
    ),
    "ci without checksum": (
        "r",
        {"ci": "URN:UVCI:01:VN:ABC"},
        {(NoteCode.SCHEMA_UVCI_CHECKSUM, "$.r[0].ci")},
    ),
    "ci with all three": (
        "t",
        {"ci": "urn:uvci:01:vn:abc"},
        {
            (NoteCode.SCHEMA_UVCI_PREFIX, "$.t[0].ci"),
            (NoteCode.SCHEMA_UVCI_LETTERS, "$.t[0].ci"),
            (NoteCode.SCHEMA_UVCI_CHECKSUM, "$.t[0].ci"),
        },
    ),
    # Codes
    "unknown vaccine": ("v", {"mp": "NEW-1"}, {(NoteCode.VALUESETS_UNKNOWN_CODE, "$.v[0].mp")}),
    "unknown country": (
        "v",
        {"co": "ZZ"},
        {(NoteCode.VALUESETS_UNKNOWN_CODE, "$.v[0].co"), (NoteCode.TRUST_ENTRY_COUNTRY, "$.v[0].co")},
    ),
    "unknown disease": ("r", {"tg": "1"}, {(NoteCode.VALUESETS_UNKNOWN_CODE, "$.r[0].tg")}),
    "product and holder contradict": (
        "v",
        {"mp": "EU/1/21/1529", "ma": "ORG-100030215"},
        {(NoteCode.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma")},
    ),
    "a field more": ("v", {"batch": "X1"}, {(NoteCode.SCHEMA_EXTRA_FIELD, "$.v[0]")}),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_odd_entries_are_accepted_and_told(world: World, name: str) -> None:
    group, changes, expected = ENTRIES[name]
    verdict = read(world, with_entry(group, changes))
    assert told(verdict) == expected
    assert verdict.certificate is not None
    assert len(verdict.certificate.entries) == 1


TOPS: dict[str, tuple[dict[str, object], Told]] = {
    # Date of birth
    "year": ({"dob": "1990"}, {(NoteCode.SCHEMA_DATE_PARTIAL, "$.dob")}),
    "month": ({"dob": "1990-05"}, {(NoteCode.SCHEMA_DATE_PARTIAL, "$.dob")}),
    "month 00": ({"dob": "1990-00"}, {(NoteCode.SCHEMA_DATE_PARTIAL, "$.dob")}),
    "month and day 00": ({"dob": "1990-00-00"}, {(NoteCode.SCHEMA_DATE_PARTIAL, "$.dob")}),
    "no birth date": ({"dob": ""}, {(NoteCode.SCHEMA_DATE_PARTIAL, "$.dob")}),
    "time of birth": ({"dob": "1990-05-06T00:00:00"}, {(NoteCode.SCHEMA_DATE_TIME, "$.dob")}),
    "tag 0 around dob": ({"dob": tagged("1990-05-06")}, {(NoteCode.PAYLOAD_TAGGED_VALUE, "")}),
    # Groups that are there and empty
    "t null": ({"t": None}, {(NoteCode.SCHEMA_NULL, "$.t")}),
    "t and r null": (
        {"t": None, "r": None},
        {(NoteCode.SCHEMA_NULL, "$.t"), (NoteCode.SCHEMA_NULL, "$.r")},
    ),
    "t empty": ({"t": []}, {(NoteCode.SCHEMA_EMPTY, "$.t")}),
    # Names
    "fn null": ({"nam": _NAMES | {"fn": None}}, {(NoteCode.SCHEMA_NULL, "$.nam.fn")}),
    "gnt null": ({"nam": _NAMES | {"gnt": None}}, {(NoteCode.SCHEMA_NULL, "$.nam.gnt")}),
    "lowercase fnt": (
        {"nam": _NAMES | {"fnt": "Nguyen"}},
        {(NoteCode.SCHEMA_NAME_LETTERS, "$.nam.fnt")},
    ),
    "signs in gnt": ({"nam": _NAMES | {"gnt": "D-U.Y"}}, {(NoteCode.SCHEMA_NAME_LETTERS, "$.nam.gnt")}),
    "fnt ends in <": ({"nam": _NAMES | {"fnt": "NGUYEN<"}}, set()),
    "doubled <": ({"nam": _NAMES | {"gnt": "BAO<<DUY<<"}}, set()),
    "no given names": (
        {"nam": {"fn": "Nguyễn", "fnt": "NGUYEN"}},
        {(NoteCode.SCHEMA_NAME_MISSING, "$.nam.gn"), (NoteCode.SCHEMA_NAME_MISSING, "$.nam.gnt")},
    ),
    "empty given names": (
        {"nam": _NAMES | {"gn": "", "gnt": ""}},
        {(NoteCode.SCHEMA_EMPTY, "$.nam.gn"), (NoteCode.SCHEMA_EMPTY, "$.nam.gnt")},
    ),
    # Other fields and versions
    "meta": ({"meta": {"passportNumber": "X"}}, {(NoteCode.SCHEMA_EXTRA_FIELD, "$")}),
    "ver 1.0.4": ({"ver": "1.0.4"}, {(NoteCode.SCHEMA_VERSION_UNKNOWN, "$.ver")}),
    "ver 1.3.2": ({"ver": "1.3.2"}, set()),
}


@pytest.mark.parametrize("name", TOPS)
def test_odd_documents_are_accepted_and_told(world: World, name: str) -> None:
    top, expected = TOPS[name]
    assert told(read(world, payload_with(None, **top))) == expected


@pytest.mark.parametrize("group", ["v", "t", "r"])
def test_each_group_is_accepted_beside_the_others_as_null(world: World, group: str) -> None:
    others: dict[str, object] = {other: None for other in "vtr" if other != group}
    expected = {(NoteCode.SCHEMA_NULL, f"$.{other}") for other in others}
    assert told(read(world, with_entry(group, {}, **others))) == expected


@pytest.mark.parametrize(
    ("version", "odd"), [("1.0.0", False), ("1.1.0", False), ("1.2.0", True), ("1.3.0", True)]
)
def test_the_time_of_a_result_is_odd_in_later_schemas_only(
    world: World, version: str, odd: bool
) -> None:
    hcert = with_entry("t", {"dr": "2025-12-30T09:00:00Z"}, ver=version)
    assert told(read(world, hcert)) == ({(NoteCode.SCHEMA_EXTRA_FIELD, "$.t[0].dr")} if odd else set())


def test_the_text_in_a_tag_is_kept_as_it_is(world: World) -> None:
    moment = "2025-12-30T08:00:00.123+07:00"
    verdict = read(world, with_entry("t", {"sc": tagged(moment)}))
    assert verdict.unverified is not None
    entries = verdict.unverified.without_verification().payload["t"]
    assert isinstance(entries, list)
    assert entries[0]["sc"] == moment


def test_a_dose_written_as_float_is_read_as_integer(world: World) -> None:
    verdict = read(world, payload_with({"dn": 1.0, "sd": 2.0}))
    assert verdict.certificate is not None
    entry = entry_of(verdict.certificate)
    assert (type(entry["dn"]), entry["dn"], entry["sd"]) == (int, 1, 2)


def test_extra_fields_are_kept_and_their_names_are_not_told(world: World) -> None:
    verdict = read(world, payload_with(meta={"passportNumber": "C0000001"}))
    assert verdict.certificate is not None
    assert verdict.certificate.extra == {"meta": {"passportNumber": "C0000001"}}
    sentences = [w.message(language) for w in verdict.notes for language in ("en", "vi")]
    assert sentences
    assert not any("meta" in text or "C0000001" in text for text in sentences)


# What must be refused

_V, _T, _R = map(entry_of, (VACCINATION, TEST, RECOVERY))


@pytest.mark.parametrize(
    ("top", "code", "path"),
    [
        ({"v": [_V, _V]}, Code.SCHEMA_SEVERAL_ENTRIES, "$.v"),
        ({"v": [_V, {}]}, Code.SCHEMA_SEVERAL_ENTRIES, "$.v"),
        ({"v": [_V, None]}, Code.SCHEMA_SEVERAL_ENTRIES, "$.v"),
        ({"t": [_T]}, Code.SCHEMA_SEVERAL_GROUPS, "$"),
        ({"r": [_R]}, Code.SCHEMA_SEVERAL_GROUPS, "$"),
        ({"t": [_T], "r": [_R]}, Code.SCHEMA_SEVERAL_GROUPS, "$"),
        ({"t": {}}, Code.SCHEMA_SEVERAL_GROUPS, "$"),
        ({"v": None}, Code.SCHEMA_GROUP_MISSING, "$"),
        ({"v": []}, Code.SCHEMA_GROUP_MISSING, "$"),
        ({"v": ...}, Code.SCHEMA_GROUP_MISSING, "$"),
        ({"v": {}}, Code.SCHEMA_TYPE, "$.v"),
        ({"v": "x"}, Code.SCHEMA_TYPE, "$.v"),
        ({"v": [None]}, Code.SCHEMA_TYPE, "$.v[0]"),
        ({"v": [[]]}, Code.SCHEMA_TYPE, "$.v[0]"),
        ({"nam": None}, Code.SCHEMA_REQUIRED, "$.nam"),
        ({"nam": []}, Code.SCHEMA_TYPE, "$.nam"),
        ({"nam": {}}, Code.SCHEMA_REQUIRED, "$.nam.fnt"),
        ({"nam": {"fn": "A", "gn": "B"}}, Code.SCHEMA_REQUIRED, "$.nam.fnt"),
        ({"dob": ...}, Code.SCHEMA_REQUIRED, "$.dob"),
        ({"dob": None}, Code.SCHEMA_REQUIRED, "$.dob"),
        ({"dob": 1990}, Code.SCHEMA_TYPE, "$.dob"),
        ({"ver": ...}, Code.SCHEMA_REQUIRED, "$.ver"),
        ({"ver": "1.3"}, Code.SCHEMA_FORMAT, "$.ver"),
        ({"ver": 1.3}, Code.SCHEMA_TYPE, "$.ver"),
    ],
)
def test_documents_that_can_not_be_told_apart_or_are_incomplete_are_refused(
    world: World, top: dict[str, object], code: Code, path: str
) -> None:
    verdict = read(world, payload_with(None, **top))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, code)
    problem = verdict.check(Stage.SCHEMA).problem
    assert problem is not None
    assert problem.path == path
