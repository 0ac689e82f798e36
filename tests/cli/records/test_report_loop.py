"""`vaxpass report`: what came of the loop, week by week, and in which zone times are told."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.issuing_data import many
from tests.support.progress_worlds import AT, Case, Inputs
from vaxpass.display import rfc3339

_MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
_WHEN = ("--at", "2026-06-01T09:00:00Z")


def world(folder: Path, *issued_at: datetime, **more: Any) -> Inputs:
    cases = [
        Case(record, issued_at=at, **more)
        for record, at in zip(many(len(issued_at)), issued_at, strict=True)
    ]
    return Inputs(folder, cases)


def audit(path: Path, rows: Sequence[tuple[datetime, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("at by list list_sha256 record_id column before after".split())
        writer.writerows((rfc3339(at), "An", "a.xlsx", "ab", key, "dose", "1", "2") for at, key in rows)
    return path


def loop(run: Run, world: Inputs, *more: object) -> dict[str, Any]:
    ran = run(*world.arguments, "--json", *_WHEN, "--tz", "UTC", *more)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)["loop"]
    return found


def test_a_week_without_anything_is_told_with_0(run: Run, tmp_path: Path) -> None:
    weeks = loop(run, world(tmp_path / "w", _MONDAY, _MONDAY + timedelta(weeks=2)))["weeks"]
    assert [(week["week"], week["issued"]) for week in weeks] == [
        ("2026-W19", 1),
        ("2026-W20", 0),
        ("2026-W21", 1),
        ("2026-W22", 0),
        ("2026-W23", 0),
    ]
    assert weeks[0]["starts"] == "2026-05-04"


def test_a_week_begins_on_monday_in_the_zone_of_the_report(run: Run, tmp_path: Path) -> None:
    given = world(tmp_path / "w", _MONDAY - timedelta(hours=6))
    assert loop(run, given)["weeks"][0]["starts"] == "2026-04-27"
    ran = run(*given.arguments, "--json", *_WHEN, "--tz", "Asia/Ho_Chi_Minh")
    found = json.loads(ran.out)["loop"]
    assert found["zone"] == "UTC+07:00"
    assert found["weeks"][0]["starts"] == "2026-05-04"


def test_what_is_long_ago_or_not_yet_is_counted_beside_the_weeks(run: Run, tmp_path: Path) -> None:
    long_ago, not_yet = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    given = world(tmp_path / "w", long_ago, _MONDAY, not_yet)
    weeks = loop(run, given, "--tz", "Asia/Ho_Chi_Minh")["weeks"]
    assert [week["starts"] for week in (weeks[0], weeks[-1])] == [None, None]
    assert len(weeks) <= 55
    assert sum(week["issued"] for week in weeks) == 3


def test_confirmed_and_replaced_passports_are_told_apart(run: Run, tmp_path: Path) -> None:
    given = world(tmp_path / "w", _MONDAY, passports=2, confirmed="office: name.diacritics")
    weeks = loop(run, given)["weeks"]
    counts = [(week["issued"], week["confirmed"], week["reissued"]) for week in weeks]
    assert counts == [(1, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0)]


def test_corrections_are_counted_with_what_became_of_their_records(run: Run, tmp_path: Path) -> None:
    given = world(tmp_path / "w", *[_MONDAY] * 3)
    given.cases = [
        *given.cases[:1],
        replace(given.cases[1], attested="not_attested"),
        replace(given.cases[2], status="MISMATCH", issuing="refused", passports=0),
    ]
    given = Inputs(tmp_path / "again", given.cases)
    keys = [case.record.record_id for case in given.cases]
    rows = [(_MONDAY, key) for key in [*keys, keys[0], "of another list"]]
    found = loop(run, given, "--audit", audit(tmp_path / "audit.csv", rows))
    assert [week["corrected"] for week in found["weeks"]] == [5, 0, 0, 0, 0]
    names = ("corrected_records", "corrected_records_matched", "corrected_records_through")
    assert [found[name] for name in names] == [3, 2, 1]


def test_an_audit_trail_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    given = world(tmp_path / "w", _MONDAY)
    for content in (b"a,b\n1,2\n", b"\xff\xfe\x00", b""):
        (tmp_path / "audit.csv").write_bytes(content)
        ran = run(*given.arguments, "--audit", tmp_path / "audit.csv")
        assert (ran.code, ran.out) == (2, "")
        assert "not an audit trail" in ran.err
    ran = run(*given.arguments, "--audit", tmp_path / "nowhere.csv")
    assert ran.code == 2
    assert "there is no such file" in ran.err


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 June 2026, 16:00 UTC+07:00"), ("vi", "ngày 1/6/2026 lúc 16:00 UTC+07:00")],
)
def test_times_are_told_in_the_zone_of_the_reader(
    run: Run, tmp_path: Path, language: str, said: str
) -> None:
    given = world(tmp_path / "w", AT)
    ran = run(*given.arguments, *_WHEN, "--tz", "Asia/Ho_Chi_Minh", "--lang", language)
    assert ran.code == 0
    assert said in ran.out
    assert said in (tmp_path / "w" / "report.html").read_text(encoding="utf-8")
    ran = run(*given.arguments, *_WHEN, "--tz", "Asia/Ho_Chi_Minh", "--json")
    assert json.loads(ran.out)["made_at"] == "2026-06-01T09:00:00Z"
