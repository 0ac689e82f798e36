"""What is read, against the schema of the payload's own version: equal but for named points."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dcc_payloads import (
    REMOVED,
    TEST,
    VACCINATION,
    VALUES,
    Path,
    Payload,
    changed,
    good,
    paths,
    payloads,
    reads,
    writable,
    writes,
)
from tests.support.dcc_reading import TOLERATED, disagreement, read
from tests.support.dcc_schema import VERSIONS, errors, own_version
from tests.support.dcc_sharpened import READING, sharpened
from vaxpass import Code, Note, NoteCode

pytestmark = pytest.mark.slow

ANY_VERSION: Final = payloads((*VERSIONS, "1.0.4"))


@given(ANY_VERSION)
@settings(max_examples=1000, derandomize=True, deadline=None)
def test_reading_agrees_with_the_schema_of_the_own_version(payload: Payload) -> None:
    assert disagreement(payload) is None


@given(ANY_VERSION)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_what_is_read_without_a_remark_the_schema_allows(payload: Payload) -> None:
    if read(payload) == ([], []):
        assert errors(VERSIONS[own_version(payload)], payload) == []


@given(ANY_VERSION)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_writing_agrees_with_the_sharpened_schema_of_the_own_version(payload: Payload) -> None:
    assert writes(payload) == writable(payload)
    assert reads(payload) or not writes(payload)


# The last of each that differ.
@pytest.mark.parametrize("version", ["1.0.1", "1.1.0", "1.2.1", "1.3.1", "1.3.3"])
def test_each_single_change_agrees_with_the_schema_of_the_version(version: str) -> None:
    for payload in good(version):
        for path in paths(payload):
            for value in (REMOVED, *VALUES):
                found = changed(payload, path, value)
                assert disagreement(found) is None, (path, value)
                assert writes(found) == writable(found), (path, value)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_good_payload_of_each_version_gives_no_remark_and_is_allowed(version: str) -> None:
    for payload in good(version):
        assert errors(VERSIONS[version], payload) == []
        assert read(payload) == ([], [])
        assert writes(payload)


SHARPENED: Final[list[tuple[str, Payload, Path, object]]] = [
    ("a pattern fits the whole text, a line end included", VACCINATION, ("nam", "fnt"), "A\n"),
    ("a pattern fits the whole text, a line end included", TEST, ("t", 0, "co"), "xVNx"),
    ("a pattern fits the whole text, a line end included", VACCINATION, ("dob",), "1990\n"),
    ("digits are 0 to 9", VACCINATION, ("dob",), "19٩٠"),
    ("digits are 0 to 9", VACCINATION, ("ver",), "1.٣.0"),
    ("the parts of the version are parted by dots", VACCINATION, ("ver",), "1x3x0"),
    ("doses are bounded", VACCINATION, ("v", 0, "sd"), 2**31),
    ("there is no leap second", TEST, ("t", 0, "sc"), "2016-12-31T23:59:60Z"),
    ("there is exactly one group", good("1.2.1")[0], ("t",), TEST["t"]),
    ("there is exactly one group", good("1.0.0")[1], ("t",), REMOVED),
    ("a group has exactly one entry", good("1.0.0")[0], ("v",), VACCINATION["v"] * 2),
]


@pytest.mark.parametrize(("difference", "base", "path", "value"), SHARPENED)
def test_each_sharpening_refuses_what_the_published_schema_allows(
    difference: str, base: Payload, path: Path, value: object
) -> None:
    payload = changed(base, path, value)
    published = VERSIONS[own_version(payload)]
    assert errors(published, payload) == []
    assert errors(sharpened(published, [difference]), payload) != [], "this alone explains it"
    assert not reads(payload)
    assert not writes(payload)


def test_there_is_no_sharpening_without_an_example() -> None:
    assert {case[0] for case in SHARPENED} == set(READING)


DEVIATIONS: Final[list[tuple[str, int, Path, object, NoteCode]]] = [
    ("1.3.0", 0, ("t",), None, NoteCode.SCHEMA_NULL),
    ("1.0.0", 1, ("t", 0, "nm"), None, NoteCode.SCHEMA_NULL),
    ("1.0.0", 1, ("t", 0, "dr"), None, NoteCode.SCHEMA_NULL),
    ("1.3.0", 0, ("r",), [], NoteCode.SCHEMA_EMPTY),
    ("1.0.0", 2, ("r", 0, "co"), "", NoteCode.SCHEMA_EMPTY),
    ("1.2.1", 1, ("t", 0, "tc"), "K" * 51, NoteCode.SCHEMA_TOO_LONG),
    ("1.3.0", 1, ("t", 0, "tc"), "K" * 81, NoteCode.SCHEMA_TOO_LONG),
    ("1.0.0", 0, ("v", 0, "is"), "K" * 51, NoteCode.SCHEMA_TOO_LONG),
    ("1.1.0", 0, ("v", 0, "ci"), "URN:UVCI:" + "K" * 40 + "#1", NoteCode.SCHEMA_TOO_LONG),
    ("1.0.1", 0, ("nam", "fnt"), "K" * 51, NoteCode.SCHEMA_TOO_LONG),
    ("1.2.0", 0, ("nam", "gn"), "K" * 51, NoteCode.SCHEMA_TOO_LONG),
    ("1.0.0", 0, ("v", 0, "dt"), "2021-05-01T00:00:00", NoteCode.SCHEMA_DATE_TIME),
    ("1.0.0", 0, ("dob",), "1978-01-26T00:00:00", NoteCode.SCHEMA_DATE_TIME),
    ("1.0.0", 0, ("dob",), "1963", NoteCode.SCHEMA_DATE_PARTIAL),
    ("1.0.1", 0, ("dob",), "1963-00", NoteCode.SCHEMA_DATE_PARTIAL),
    ("1.2.1", 0, ("dob",), "", NoteCode.SCHEMA_DATE_PARTIAL),
    ("1.3.0", 1, ("t", 0, "sc"), "2021-01-01T10:00:00", NoteCode.SCHEMA_TIME_FORM),
    ("1.3.0", 1, ("t", 0, "sc"), "2021-01-01 10:00:00Z", NoteCode.SCHEMA_TIME_FORM),
    ("1.0.0", 1, ("t", 0, "dr"), "2021-01-01T10:00+0700", NoteCode.SCHEMA_TIME_FORM),
    ("1.3.0", 0, ("nam", "fnt"), "Nguyen", NoteCode.SCHEMA_NAME_LETTERS),
    ("1.3.1", 0, ("nam", "fnt"), REMOVED, NoteCode.SCHEMA_NAME_MISSING),
    ("1.0.0", 0, ("v", 0, "dn"), 0, NoteCode.SCHEMA_DOSE_ZERO),
]


@pytest.mark.parametrize(("version", "kind", "path", "value", "remark"), DEVIATIONS)
def test_each_tolerated_deviation_is_read_and_told(
    version: str, kind: int, path: Path, value: object, remark: NoteCode
) -> None:
    payload = changed(good(version)[kind], path, value)
    assert errors(VERSIONS[version], payload) != []
    problems, notes = read(payload)
    assert problems == []
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert Note(remark, f"${where}") in notes


def test_there_is_no_toleration_without_an_example() -> None:
    assert {case[-1] for case in DEVIATIONS} == set(TOLERATED)


@pytest.mark.parametrize(
    ("version", "kind", "path", "value", "code"),
    [
        ("1.2.1", 0, ("v", 0, "dn"), 10, Code.SCHEMA_RANGE),
        ("1.0.0", 0, ("v", 0, "sd"), 10.0, Code.SCHEMA_RANGE),
        ("1.3.0", 0, ("v", 0, "dn"), 10, None),
        ("1.0.4", 0, ("v", 0, "dn"), 10, None),
        ("1.2.1", 1, ("t", 0, "tc"), REMOVED, Code.SCHEMA_REQUIRED),
        ("1.2.1", 1, ("t", 0, "tc"), None, Code.SCHEMA_REQUIRED),
        ("1.2.1", 1, ("t", 0, "tc"), "", None),
        ("1.3.0", 1, ("t", 0, "tc"), REMOVED, None),
        ("1.0.1", 0, ("dob",), "1990-02-31", Code.SCHEMA_FORMAT),
        ("1.1.0", 0, ("dob",), "1990-02-31", None),
        ("1.0.0", 0, ("dob",), "1815-08-24T00:00:00", Code.SCHEMA_FORMAT),
        ("1.3.0", 0, ("dob",), "1815-08-24T00:00:00", Code.SCHEMA_FORMAT),
        ("1.1.0", 1, ("t", 0, "dr"), "yesterday", Code.SCHEMA_FORMAT),
        ("1.2.0", 1, ("t", 0, "dr"), "yesterday", None),
        ("1.3.0", 1, ("t", 0, "sc"), "2021-01-01T24:00:00Z", Code.SCHEMA_FORMAT),
    ],
)
def test_what_a_version_demands_is_demanded_of_that_version_alone(
    version: str, kind: int, path: Path, value: object, code: Code | None
) -> None:
    problems, _ = read(changed(good(version)[kind], path, value))
    assert problems == ([] if code is None else [code])


@given(st.sampled_from(list(VERSIONS)), st.text(max_size=90))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_text_as_a_name_agrees_in_every_version(version: str, name: str) -> None:
    payload = changed(good(version)[0], ("nam", "fnt"), name)
    assert disagreement(payload) is None
