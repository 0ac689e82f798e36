"""The summary of a shift: counts, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from vaxpass_cli.scan.desk.shift import Shift, reason_of, summary_lines

from vaxpass import Code, Outcome

START = datetime(2026, 6, 1, 7, 50, tzinfo=UTC)


def make_shift() -> Shift:
    shift = Shift(START)
    shift.count(START, Outcome.ACCEPTED, "")
    shift.count(START + timedelta(minutes=20), Outcome.ACCEPTED, "")
    shift.count(START + timedelta(minutes=30), Outcome.REJECTED, "validity.expired")
    shift.count(START + timedelta(minutes=40), Outcome.REJECTED, "validity.expired")
    shift.count(START + timedelta(minutes=50), Outcome.UNDECIDED, "trust.key_unknown")
    return shift


def test_counts_by_outcome_reason_and_hour_add_up() -> None:
    shift = make_shift()
    assert shift.total == 5
    assert sum(shift.by_outcome().values()) == 5
    assert shift.by_code() == [("validity.expired", 2), ("trust.key_unknown", 1)]
    assert [count for _, count in shift.by_hour()] == [1, 4]


def test_the_table_has_a_line_for_each_hour_outcome_and_reason() -> None:
    assert make_shift().to_csv().replace('"', "").splitlines() == [
        "hour,outcome,code,count",
        "2026-06-01T07:00:00+00:00,accepted,,1",
        "2026-06-01T08:00:00+00:00,accepted,,1",
        "2026-06-01T08:00:00+00:00,rejected,validity.expired,2",
        "2026-06-01T08:00:00+00:00,undecided,trust.key_unknown,1",
    ]


def test_the_summary_names_every_outcome_also_those_that_did_not_occur() -> None:
    lines = dict(summary_lines(make_shift(), "en"))
    assert [lines[word] for word in ("ACCEPTED", "REJECTED", "UNDECIDED", "UNREADABLE")] == [
        "2",
        "2",
        "1",
        "0",
    ]
    assert lines["The document has expired."] == "2"
    assert lines["LOOK AT RESULT OR CONTENT"] == "0"


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_summary_has_a_sentence_for_every_reason_and_no_code(language: str) -> None:
    """Also for those of a code that names values: the summary is about many passports."""
    shift = Shift(START)
    for code in (*Code, "picture.no_code", "pdf.password", "text.keyboard_layout"):
        sentence = reason_of(code, language)
        assert " " in sentence
        assert not re.search("[{}?]", sentence), sentence
        shift.count(START, Outcome.REJECTED, code)
    shown = "".join(label for label, _ in summary_lines(shift, language))
    assert not any(code in shown for code in Code)
