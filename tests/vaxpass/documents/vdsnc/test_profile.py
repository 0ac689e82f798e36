"""What the profiles of ICAO require of a seal, and what its dates say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.seals import DATA, TEST_DATA, Csca, changed
from tests.support.world import NOW
from vaxpass import Code, NoteCode, Outcome, TrustList, Verdict, Verifier

CSCA = Csca.create()
SIGNER = CSCA.issue()
VERIFIER = Verifier(TrustList([CSCA.trusted()]))


def verify(data: dict[str, Any]) -> Verdict:
    return VERIFIER.verify(SIGNER.seal(data), at=NOW)


REQUIRED = [
    *((DATA, f"hdr.{name}") for name in ("v", "is")),
    *((DATA, f"msg.{name}") for name in ("uvci", "pid", "ve", "pid.n")),
    *((DATA, f"msg.ve.0.{name}") for name in ("des", "nam", "vd")),
    *((DATA, f"msg.ve.0.vd.1.{name}") for name in ("dvc", "seq", "ctr", "lot")),
    *((TEST_DATA, f"msg.{name}") for name in ("utci", "pid", "sp", "dat", "tr")),
    *((TEST_DATA, f"msg.pid.{name}") for name in ("n", "dt", "dn")),
    *((TEST_DATA, f"msg.{name}") for name in ("sp.spn", "sp.ctr", "dat.sc", "dat.ri", "tr.tc", "tr.r")),
]


@pytest.mark.parametrize(("data", "place"), REQUIRED)
def test_a_required_field_must_be_there(data: dict[str, Any], place: str) -> None:
    for missing in (..., None):
        verdict = verify(changed(data, place, missing))
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_REQUIRED)
    path = verdict.checks[-1].problem
    assert verify(changed(data, place, [["x"]])).outcome is Outcome.REJECTED
    assert path is None or path.path


@pytest.mark.parametrize("place", ["msg.uvci", "msg.pid.n", "msg.ve", "msg.ve.0.nam", "msg.ve.0.vd"])
def test_an_empty_one_is_a_missing_one(place: str) -> None:
    empty: object = [] if place.endswith(("ve", "vd")) else " "
    assert verify(changed(DATA, place, empty)).code is Code.SCHEMA_REQUIRED


@pytest.mark.parametrize(
    ("data", "place"),
    [
        *(
            (DATA, f"msg.{name}")
            for name in ("pid.sex", "pid.i", "pid.dob", "ve.0.dis", "ve.0.vd.0.adm")
        ),
        (DATA, "msg.ve.0.vd.1.dvn"),
        *((TEST_DATA, f"msg.{name}") for name in ("pid.dob", "sp.cd", "tr.m")),
    ],
)
def test_other_fields_may_be_missing(data: dict[str, Any], place: str) -> None:
    assert verify(changed(data, place, ...)), place


def test_without_a_number_of_a_document_the_birth_date_is_required() -> None:
    data = changed(changed(DATA, "msg.pid.i", ...), "msg.pid.dob", ...)
    assert verify(data).code is Code.SCHEMA_REQUIRED


@pytest.mark.parametrize(
    ("data", "place", "value"),
    [
        (DATA, "msg.pid.dob", "1990"),
        (DATA, "msg.ve.0.vd.0.dvc", "04.01.2026"),
        (DATA, "msg.ve.0.vd.0.dvc", "2026-02-30"),
        (DATA, "msg.ve.0.vd.0.dvc", "2026-01-04T10:00:00Z"),
        (DATA, "msg.ve.0.vd.1.dvn", "soon"),
        (TEST_DATA, "msg.dat.sc", "2026-05-30T25:00:00Z"),
        (TEST_DATA, "msg.dat.ri", "yesterday"),
    ],
)
def test_a_date_is_written_as_the_profile_says(data: dict[str, Any], place: str, value: str) -> None:
    assert verify(changed(data, place, value)).code is Code.SCHEMA_FORMAT


@pytest.mark.parametrize("number", [1, 2, 0, 99, "1", " 3 ", 2.0])
def test_the_number_of_a_dose_may_be_text(number: object) -> None:
    assert verify(changed(DATA, "msg.ve.0.vd.0.seq", number))


@pytest.mark.parametrize("number", [-1, 100, "one", "\u0661", 1.5, True, [], {}])
def test_what_is_no_number_of_a_dose_is_refused(number: object) -> None:
    assert verify(changed(DATA, "msg.ve.0.vd.0.seq", number)).code is Code.SCHEMA_TYPE


def test_an_unknown_version_and_further_fields_are_remarks() -> None:
    verdict = verify(changed(changed(DATA, "hdr.v", 2), "msg.note", "x"))
    assert verdict
    codes = {note.code for note in verdict.notes}
    assert codes >= {NoteCode.SCHEMA_VERSION_UNKNOWN, NoteCode.SCHEMA_EXTRA_FIELD}


@pytest.mark.parametrize(
    ("data", "place", "value", "code"),
    [
        (DATA, "msg.pid.dob", "2026-01-20", NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH),
        (DATA, "msg.pid.dob", "2027-01-01", NoteCode.SCHEMA_BIRTH_AHEAD),
        (DATA, "msg.ve.0.vd.1.dvc", "2026-06-03", NoteCode.SCHEMA_ENTRY_AHEAD),
        (TEST_DATA, "msg.dat.sc", "2026-06-03", NoteCode.SCHEMA_ENTRY_AHEAD),
        (TEST_DATA, "msg.dat.ri", "2026-05-01", NoteCode.SCHEMA_ENTRY_AFTER_ISSUE),
    ],
)
def test_dates_that_cannot_be_right_are_said(
    data: dict[str, Any], place: str, value: str, code: NoteCode
) -> None:
    assert code in {note.code for note in verify(changed(data, place, value)).notes}
    assert code not in {note.code for note in verify(data).notes}


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ("negative", None),
        ("Normal ", None),
        ("positive", Code.CONTENT_DETECTED),
        ("ABNORMAL", Code.CONTENT_DETECTED),
        ("not negative", Code.CONTENT_RESULT_UNKNOWN),
        ("260415000", Code.CONTENT_RESULT_UNKNOWN),
    ],
)
def test_only_a_result_that_is_known_to_be_negative_needs_no_look(
    result: str, code: Code | None
) -> None:
    verdict = verify(changed(TEST_DATA, "msg.tr.r", result))
    assert verdict.code is code
    assert verdict.outcome is (Outcome.GENUINE if code else Outcome.ACCEPTED)


def test_a_code_that_is_not_known_is_said() -> None:
    data = changed(changed(DATA, "msg.ve.0.dis", "9Z99"), "msg.ve.0.des", "XM0000")
    verdict = verify(data)
    assert verdict
    said = [note.path for note in verdict.notes if note.code is NoteCode.VALUESETS_UNKNOWN_CODE]
    assert said == ["$.msg.ve[0].dis", "$.msg.ve[0].des"]
    wider = verify(changed(DATA, "msg.ve.0.dis", "1D47.0"))
    assert NoteCode.VALUESETS_UNKNOWN_CODE not in {note.code for note in wider.notes}


def test_a_dose_that_was_given_in_another_country_is_a_formal_remark() -> None:
    places = [note.path for note in verify(DATA).notes]
    assert places == ["$.msg.ve[0].vd[1].ctr"]
    assert all(note.code.formal for note in verify(DATA).notes)
