"""What the dates of a certificate say: what can't be right, and what is not in force by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.world import NOW, RECOVERY, START, TEST, VACCINATION, World, claims, forge
from vaxpass import Certificate, Code, EncodeError, NoteCode, Outcome, Policy, Problem, Stage, encode
from vaxpass.documents.hcert.dcc.dates import check_dates

GROUPS = {"v": VACCINATION, "t": TEST, "r": RECOVERY}


def payload(group: str, born: str = "1990-05-06", **changes: object) -> dict[str, Any]:
    found: dict[str, Any] = GROUPS[group].to_payload()
    found["dob"] = born
    found[group][0].update(changes)
    return found


def codes(found: dict[str, Any], at: datetime = NOW, issued: datetime = START) -> list[tuple[str, str]]:
    return [(note.code.value, note.path) for note in check_dates(found, issued.timestamp(), at)]


@pytest.mark.parametrize("group", GROUPS)
def test_dates_that_can_be_right_have_no_note(group: str) -> None:
    for born in ("1990-05-06", "1990-05", "1990", "1990-05-00", "1990-00-00", ""):
        assert codes(payload(group, born)) == []


@pytest.mark.parametrize(
    ("born", "found"),
    [
        ("2026-01-01", []),
        ("2026-01-02", []),
        ("2026-01-03", ["schema.birth_ahead"]),
        ("2026-02", ["schema.birth_ahead"]),
        ("2050", ["schema.birth_ahead"]),
        ("2050-00-00", ["schema.birth_ahead"]),
        ("2026", []),
    ],
)
def test_nobody_is_born_after_the_time_of_issue(born: str, found: list[str]) -> None:
    entry = payload("v", born, dt="2026-01-02")
    assert [code for code, path in codes(entry) if path == "$.dob"] == found


@pytest.mark.parametrize(("group", "field"), [("v", "dt"), ("t", "sc"), ("r", "fr")])
@pytest.mark.parametrize(
    ("born", "day", "found"),
    [
        ("1990-05-06", "1990-05-06", None),
        ("1990-05-06", "1990-05-05", "schema.entry_before_birth"),
        ("1990-05", "1990-05-01", None),
        ("1990-05", "1990-04-30", "schema.entry_before_birth"),
        ("1990", "1989-12-31", "schema.entry_before_birth"),
        ("", "1901-01-01", None),
        # Issued on 1 January: a day later is the same day somewhere.
        ("1990", "2026-01-02", None),
        ("1990", "2026-01-03", "schema.entry_after_issue"),
        # Judged on 1 June.
        ("1990", "2026-06-02", "schema.entry_after_issue"),
        ("1990", "2026-06-03", "schema.entry_ahead"),
        ("1990", "2034-01-01", "schema.entry_ahead"),
    ],
)
def test_an_entry_lies_between_birth_and_issue(
    group: str, field: str, born: str, day: str, found: str | None
) -> None:
    for written in (day, day + "T10:00:00Z"):
        entry = payload(group, born, **{field: written})
        if group == "r":
            entry["r"][0] |= {"df": max(day, "2026-01-01"), "du": "2099-01-01"}
        of_period = ("schema.period_order", "validity.period_ahead")
        told = [each for each in codes(entry) if each[0] not in of_period]
        assert told == ([(found, f"$.{group}[0].{field}")] if found else [])


@pytest.mark.parametrize(
    ("begin", "end", "today", "found"),
    [
        ("2026-06-01", "2026-06-01", NOW, ""),
        ("2026-06-02", "2026-07-01", NOW, "validity.period_ahead"),
        ("2026-02-01", "2026-05-31", NOW, "validity.period_over"),
        ("2026-02-01", "2026-01-31", NOW, "schema.period_order validity.period_over"),
        ("2026-08-01", "2026-07-01", NOW, "schema.period_order validity.period_ahead"),
        ("2025-11-30", "2026-07-01", NOW, "schema.period_order"),
        # The day is that of the time zone in which the time is given.
        ("2026-02-01", "2026-05-31", NOW.astimezone(timezone(timedelta(hours=-5))), ""),
        (
            "2026-06-02",
            "2026-07-01",
            NOW.replace(hour=18).astimezone(timezone(timedelta(hours=7))),
            "",
        ),
    ],
)
def test_a_recovery_counts_in_its_own_period(begin: str, end: str, today: datetime, found: str) -> None:
    told = [code for code, _ in codes(payload("r", df=begin, du=end), today)]
    assert told == found.split()


def recovery(begin: str, end: str) -> Certificate:
    return Certificate.from_payload(payload("r", df=begin, du=end))


@pytest.mark.parametrize(("begin", "end"), [("2026-01-01", "2026-05-31"), ("2026-07-01", "2026-12-31")])
def test_outside_of_its_own_period_nobody_says_that_it_is_in_force(
    world: World, begin: str, end: str
) -> None:
    text = world.issue(recovery(begin, end))
    verdict = world.verify(text)
    (note,) = verdict.notes
    assert note.code in (NoteCode.VALIDITY_PERIOD_AHEAD, NoteCode.VALIDITY_PERIOD_OVER)
    assert not note.code.formal
    for language in ("en", "vi"):
        assert (end if note.code is NoteCode.VALIDITY_PERIOD_OVER else begin) in note.message(language)
    assert "not in force" in verdict.reason()
    assert "không có hiệu lực" in verdict.reason("vi")


def test_a_policy_may_refuse_what_is_outside_of_its_own_period(world: World) -> None:
    text = world.issue(recovery("2026-01-01", "2026-05-31"))
    policy = Policy(own_period=True)
    verdict = world.verify(text, policy=policy)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_OWN_PERIOD)
    assert verdict.check(Stage.VALIDITY).problem == Problem(Code.VALIDITY_OWN_PERIOD, "$.r[0].du")
    assert world.verify(text, datetime(2026, 5, 31, 23, tzinfo=UTC), policy)
    assert world.verify(world.issue(), policy=policy)


def test_impossible_dates_of_a_genuine_passport_are_remarks(world: World) -> None:
    for born, code in (("1990-13-45", "birth_impossible"), ("2050-01-01", "birth_ahead")):
        hcert = {1: payload("v", born)}
        verdict = world.verify(forge(world.es256.signer(), claims(hcert=hcert)))
        assert verdict, "the schema of the EU DCC accepts it"
        assert f"schema.{code}" in [note.code.value for note in verdict.notes]
        assert not any(note.code.formal for note in verdict.notes if note.path == "$.dob")


@pytest.mark.parametrize(
    "born",
    ["1991-02-29", "1990-13-01", "1990-00-13-", "1990-13", "1990-02-30", "1990-04-31", "1990-13-00"],
)
def test_a_date_of_birth_that_is_in_no_calendar_is_not_signed(world: World, born: str) -> None:
    with pytest.raises(EncodeError) as caught:
        world.issue(replace(VACCINATION, date_of_birth=born))
    assert caught.value.problems == (Problem(Code.SCHEMA_FORMAT, "$.dob"),)


@pytest.mark.parametrize("born", ["1992-02-29", "1990", "1990-02", ""])
def test_a_date_of_birth_that_may_be_right_is_signed(world: World, born: str) -> None:
    assert world.verify(world.issue(replace(VACCINATION, date_of_birth=born)))


@pytest.mark.parametrize(
    ("certificate", "path"),
    [
        (replace(VACCINATION, date_of_birth="2025-12-13"), "$.v[0].dt"),
        (replace(VACCINATION, date_of_birth="2026"), "$.v[0].dt"),
        (Certificate.from_payload(payload("v", dt="2026-01-03")), "$.v[0].dt"),
        (Certificate.from_payload(payload("t", sc="2026-01-03T00:00:00Z")), "$.t[0].sc"),
        (recovery("2026-05-01", "2026-04-01"), "$.r[0].df"),
    ],
)
def test_what_a_verifier_would_call_impossible_is_not_signed(
    world: World, certificate: Certificate, path: str
) -> None:
    with pytest.raises(EncodeError) as caught:
        world.issue(certificate)
    assert caught.value.problems == (Problem(Code.SCHEMA_DATES, path),)


def test_a_recovery_may_be_issued_before_its_period(world: World) -> None:
    signer = world.es256.signer()
    text = encode(
        recovery("2026-02-01", "2026-07-31"), signer, issuer="VN", issued_at=START, expires_at=NOW
    )
    assert world.verify(text).notes == ()


def test_the_last_day_of_the_calendar_does_no_harm() -> None:
    end = datetime.max.replace(tzinfo=UTC, microsecond=0)
    assert codes(payload("v"), end, end) == []
