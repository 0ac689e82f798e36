"""Writing holds to the schema of the EU DCC and a little more; reading tolerates what issuers wrote."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings

from tests.support.dcc_payloads import (
    GOOD,
    RECOVERY,
    REMOVED,
    TEST,
    VACCINATION,
    Path,
    Payload,
    changed,
    payloads,
    reads,
    writable,
    writes,
)
from tests.support.dcc_schema import VERSIONS, errors
from tests.support.dcc_sharpened import READING, WRITING, sharpened
from vaxpass import Code, Note, NoteCode
from vaxpass.documents.hcert.dcc import schema

pytestmark = pytest.mark.slow

PUBLISHED: Final = VERSIONS["1.3.3"]


@given(payloads())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_writing_refuses_exactly_what_the_schema_refuses_and_the_named_differences(
    payload: Payload,
) -> None:
    assert writes(payload) == writable(payload)


@given(payloads())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_nothing_is_written_that_the_published_schema_refuses(payload: Payload) -> None:
    if writes(payload):
        assert errors(PUBLISHED, payload) == []


@given(payloads())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_whatever_may_be_written_is_also_read(payload: Payload) -> None:
    assert reads(payload) or not writes(payload)


@pytest.mark.parametrize(
    ("difference", "good", "path", "value"),
    [
        ("doses are integers, not integral floats", VACCINATION, ("v", 0, "dn"), 1.0),
        ("codes are no longer than other texts", VACCINATION, ("v", 0, "mp"), "A" * 81),
        ("codes are no longer than other texts", TEST, ("t", 0, "tt"), "A" * 81),
        ("a date of birth is in the calendar", VACCINATION, ("dob",), "1991-02-29"),
        ("a date of birth is in the calendar", VACCINATION, ("dob",), "1991-13"),
        (
            "the time of the result, gone since 1.2.0, is a time where it is given",
            TEST,
            ("t", 0, "dr"),
            "yesterday",
        ),
        (
            "the time of the result, gone since 1.2.0, is a time where it is given",
            TEST,
            ("t", 0, "dr"),
            None,
        ),
    ],
)
def test_each_difference_refuses_what_the_published_schema_allows(
    difference: str, good: Payload, path: Path, value: object
) -> None:
    payload = changed(good, path, value)
    assert errors(PUBLISHED, payload) == []
    assert errors(sharpened(PUBLISHED, [difference]), payload) != [], (
        "this difference alone explains it"
    )
    assert not writes(payload)


def test_there_is_no_difference_without_an_example() -> None:
    (mark,) = (
        mark
        for mark in test_each_difference_refuses_what_the_published_schema_allows.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )
    assert {case[0] for case in mark.args[1]} == set(WRITING) - set(READING)


@pytest.mark.parametrize("offset", ["+05:60", "+05:99", "-00:60"])
def test_an_offset_has_at_most_59_minutes(offset: str) -> None:
    payload = changed(TEST, ("t", 0, "sc"), "2021-01-01T10:00:00" + offset)
    assert errors(PUBLISHED, payload) != []
    assert [p.code for p in schema.check_writing(payload)] == [Code.SCHEMA_FORMAT]


# What real issuers wrote: refused when writing, by the first code; read with the remark.
@pytest.mark.parametrize(
    ("good", "path", "value", "code", "remark"),
    [
        (VACCINATION, ("t",), None, Code.SCHEMA_TYPE, NoteCode.SCHEMA_NULL),
        (VACCINATION, ("r",), [], Code.SCHEMA_LENGTH, NoteCode.SCHEMA_EMPTY),
        (VACCINATION, ("nam", "gn"), None, Code.SCHEMA_TYPE, NoteCode.SCHEMA_NULL),
        (TEST, ("t", 0, "ma"), None, Code.SCHEMA_TYPE, NoteCode.SCHEMA_NULL),
        (TEST, ("t", 0, "tc"), "A" * 81, Code.SCHEMA_LENGTH, NoteCode.SCHEMA_TOO_LONG),
        (VACCINATION, ("v", 0, "dn"), 1.0, Code.SCHEMA_TYPE, NoteCode.SCHEMA_DOSE_FLOAT),
        (VACCINATION, ("v", 0, "dn"), 0, Code.SCHEMA_RANGE, NoteCode.SCHEMA_DOSE_ZERO),
        (VACCINATION, ("v", 0, "co"), "", Code.SCHEMA_FORMAT, NoteCode.SCHEMA_EMPTY),
        (VACCINATION, ("nam", "fnt"), "Nguyen", Code.SCHEMA_FORMAT, NoteCode.SCHEMA_NAME_LETTERS),
        (
            VACCINATION,
            ("v", 0, "dt"),
            "2021-05-01T00:00:00Z",
            Code.SCHEMA_FORMAT,
            NoteCode.SCHEMA_DATE_TIME,
        ),
        (RECOVERY, ("r", 0, "fr"), "2021-05-01T00:00", Code.SCHEMA_FORMAT, NoteCode.SCHEMA_DATE_TIME),
        (RECOVERY, ("dob",), "1990-05-06T00:00:00", Code.SCHEMA_FORMAT, NoteCode.SCHEMA_DATE_TIME),
    ],
)
def test_reading_tolerates_what_writing_refuses(
    good: Payload, path: Path, value: object, code: Code, remark: NoteCode
) -> None:
    payload = changed(good, path, value)
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert [(p.code, p.path) for p in schema.check_writing(payload)] == [(code, f"${where}")]
    notes: list[Note] = []
    assert schema.check_reading(payload, notes) == []
    assert Note(remark, f"${where}") in notes


@pytest.mark.parametrize(
    ("good", "path", "value", "code"),
    [
        (VACCINATION, ("nam", "fnt"), "NGUYEN\n", Code.SCHEMA_FORMAT),
        (VACCINATION, ("nam", "gnt"), "A\u202eB", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "٢٠٢١-٠١-٠١", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "2021-02-29", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "2021-02-29T00:00:00Z", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dn"), True, Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "dn"), 1.5, Code.SCHEMA_TYPE),
        pytest.param(VACCINATION, ("v", 0, "dn"), 10**4900, Code.SCHEMA_RANGE, id="10**4900"),
        (VACCINATION, ("v", 0, "dn"), 1e300, Code.SCHEMA_RANGE),
        (VACCINATION, ("v", 0, "dn"), float("nan"), Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "dn"), float("inf"), Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "sd"), -1, Code.SCHEMA_RANGE),
        (VACCINATION, ("v", 0, "co"), "vn", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "ci"), REMOVED, Code.SCHEMA_REQUIRED),
        (VACCINATION, ("v", 0), "x", Code.SCHEMA_TYPE),
        (VACCINATION, ("v",), {"0": {}}, Code.SCHEMA_TYPE),
        (VACCINATION, ("v",), VACCINATION["v"] * 2, Code.SCHEMA_SEVERAL_ENTRIES),
        (VACCINATION, ("t",), TEST["t"], Code.SCHEMA_SEVERAL_GROUPS),
        (VACCINATION, ("v",), REMOVED, Code.SCHEMA_GROUP_MISSING),
        (VACCINATION, ("v",), [], Code.SCHEMA_GROUP_MISSING),
        (VACCINATION, ("nam",), {}, Code.SCHEMA_REQUIRED),
        (VACCINATION, ("dob",), "90", Code.SCHEMA_FORMAT),
        (VACCINATION, ("dob",), 1990, Code.SCHEMA_TYPE),
        (VACCINATION, ("ver",), "1.3", Code.SCHEMA_FORMAT),
        (TEST, ("t", 0, "sc"), "2021-05-01", Code.SCHEMA_FORMAT),
    ],
)
def test_both_refuse_what_could_be_misunderstood(
    good: Payload, path: Path, value: object, code: Code
) -> None:
    payload = changed(good, path, value)
    assert code in [p.code for p in schema.check_writing(payload)]
    assert [p.code for p in schema.check_reading(payload, [])] == [code]


@pytest.mark.parametrize(
    ("path", "value", "remark", "where"),
    [
        (("ver",), "1.0.4", NoteCode.SCHEMA_VERSION_UNKNOWN, "$.ver"),
        (("dob",), "1990", NoteCode.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("dob",), "1990-00-00", NoteCode.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("dob",), "", NoteCode.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("nam", "gn"), "", NoteCode.SCHEMA_EMPTY, "$.nam.gn"),
        (("nam", "gn"), REMOVED, NoteCode.SCHEMA_NAME_MISSING, "$.nam.gn"),
        (("v", 0, "mp"), "EU/1/20/1528 ", NoteCode.SCHEMA_UNTRIMMED, "$.v[0].mp"),
        (("v", 0, "dn"), 3, NoteCode.SCHEMA_DOSE_ORDER, "$.v[0].dn"),
        (("v", 0, "ci"), "01:VN:A#B", NoteCode.SCHEMA_UVCI_PREFIX, "$.v[0].ci"),
        (("v", 0, "ci"), "URN:UVCI:a#B", NoteCode.SCHEMA_UVCI_LETTERS, "$.v[0].ci"),
        (("v", 0, "ci"), "URN:UVCI:AB", NoteCode.SCHEMA_UVCI_CHECKSUM, "$.v[0].ci"),
        (("meta",), {"passport": "C0"}, NoteCode.SCHEMA_EXTRA_FIELD, "$"),
        (("nam", "x"), 1, NoteCode.SCHEMA_EXTRA_FIELD, "$.nam"),
    ],
)
def test_what_the_schema_allows_may_still_be_remarked_on(
    path: Path, value: object, remark: NoteCode, where: str
) -> None:
    payload = changed(VACCINATION, path, value)
    notes: list[Note] = []
    assert schema.check_reading(payload, notes) == []
    assert notes == [Note(remark, where)]
    assert writes(payload)


@pytest.mark.parametrize(("version", "late"), [("1.0.0", False), ("1.1.0", False), ("1.3.0", True)])
def test_the_time_of_the_result_is_extra_only_after_it_was_taken_away(version: str, late: bool) -> None:
    payload = changed(changed(TEST, ("ver",), version), ("t", 0, "dr"), "2021-01-01T10:00:00Z")
    notes: list[Note] = []
    assert schema.check_reading(payload, notes) == []
    assert notes == [Note(NoteCode.SCHEMA_EXTRA_FIELD, "$.t[0].dr")] * late


def test_a_good_payload_gives_no_remark_at_all() -> None:
    notes: list[Note] = []
    for payload in GOOD:
        assert schema.check_reading(payload, notes) == []
    assert notes == []
