"""The age of a trust list is part of the verdict, and the clock is not believed blindly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.support.trust_lists import ENTRY, listed
from tests.support.world import NOW, VACCINATION, World, trusted
from vaxpass import (
    ArgumentError,
    Code,
    NoteCode,
    Outcome,
    Policy,
    Stage,
    TrustList,
    TrustListError,
    Verdict,
    Verifier,
    read_trust_list,
)
from vaxpass.trust import TrustedKey, write_trust_list

DAY = timedelta(days=1)


def judged(world: World, age: timedelta, policy: Policy | None = None) -> Verdict:
    trust = TrustList(world.trust, made_at=NOW - age)
    return Verifier(trust, policy or Policy()).verify(world.issue(), at=NOW)


@pytest.mark.parametrize("age", [timedelta(0), DAY, 2 * DAY])
def test_a_young_list_is_not_spoken_of(world: World, age: timedelta) -> None:
    verdict = judged(world, age)
    assert verdict
    assert verdict.notes == ()


@pytest.mark.parametrize("age", [2 * DAY + timedelta(seconds=1), 14 * DAY])
def test_an_ageing_list_warns_with_its_age(world: World, age: timedelta) -> None:
    verdict = judged(world, age)
    assert verdict
    (warned,) = verdict.notes
    assert warned.code is NoteCode.TRUST_LIST_AGING
    assert f"{age.days} days old" in warned.message()
    assert not warned.code.formal


def test_a_stale_list_decides_nothing(world: World) -> None:
    verdict = judged(world, 15 * DAY)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_LIST_STALE)
    assert "15 days old; more than 14 days" in verdict.reason()
    assert verdict.check(Stage.SIGNATURE).status == "pass"


def test_what_is_certain_goes_before_the_age_of_the_list(world: World) -> None:
    trust = TrustList(world.trust, made_at=NOW - 15 * DAY)
    verdict = Verifier(trust).verify(world.issue(VACCINATION), at=NOW + 365 * DAY)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)


def test_the_policy_sets_both_ages(world: World) -> None:
    policy = Policy(list_warns_after=10 * DAY, list_stale_after=100 * DAY)
    assert judged(world, 10 * DAY, policy).notes == ()
    assert judged(world, 99 * DAY, policy)
    assert judged(world, 101 * DAY, policy).code is Code.TRUST_LIST_STALE


def test_a_clock_before_the_making_of_the_list_is_noticed(world: World) -> None:
    verdict = judged(world, timedelta(minutes=-5, seconds=-1))
    assert [w.code for w in verdict.notes] == [NoteCode.TRUST_CLOCK_BEHIND]
    assert "2026-06-01 00:05 UTC" in verdict.notes[0].message()
    assert judged(world, timedelta(minutes=-5)).notes == ()


def test_two_lists_are_as_old_as_the_older(world: World) -> None:
    both = TrustList(world.trust, made_at=NOW) | TrustList([], made_at=NOW - 15 * DAY)
    assert both.made_at == NOW - 15 * DAY
    assert (TrustList([]) | TrustList([], made_at=NOW)).made_at == NOW


def test_an_expired_signer_counts_only_where_presence_on_the_list_does(world: World) -> None:
    key = world.authority.issue_signer(days=100)
    trust = TrustList([TrustedKey.of(key.certificate, "list")])
    text = world.issue(key=key)
    at = NOW
    assert at.timestamp() > (key.certificate.not_after or 0)
    policy = Policy(test_keys=True)
    assert Verifier(trust, policy).verify(text, at=at).code is Code.VALIDITY_SIGNER_EXPIRED
    policy = Policy(test_keys=True, expired_signers=True)
    verdict = Verifier(trust, policy).verify(text, at=at)
    assert verdict
    assert NoteCode.VALIDITY_EXPIRED_SIGNER_LISTED in [w.code for w in verdict.notes]


IMPOSSIBLE: Final = [
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "yesterday",
    5,
    ["2026"],
    {},
]


@pytest.mark.parametrize("created", IMPOSSIBLE)
def test_a_list_that_was_made_at_no_time_of_utc_is_refused(created: object) -> None:
    with pytest.raises(TrustListError, match="time of creation"):
        read_trust_list(listed(ENTRY, created=created), source="list")
    trust = read_trust_list(listed({**ENTRY, "created": created}), source="list")
    assert [entry.reason for entry in trust.skipped] == ["created is not a time"]


NO_TIMES = [
    NOW.replace(tzinfo=None),
    *map(datetime.fromisoformat, ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")),
]


@pytest.mark.parametrize("made_at", NO_TIMES)
def test_no_list_is_made_with_a_time_that_can_not_be_compared(world: World, made_at: datetime) -> None:
    with pytest.raises(ArgumentError, match=r"made_at|time at which a list was made"):
        TrustList(world.trust, made_at=made_at)
    (key, *_) = world.trust
    with pytest.raises(ArgumentError, match=r"made_at|time at which a list was made"):
        TrustList([replace(key, made_at=made_at)])


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_list_of_any_year_can_be_verified_with(world: World, year: str) -> None:
    data = write_trust_list(world.trust, source="list", test=False)
    dated = data.replace(b'"created": null', f'"created": "{year}-06-01T00:00:00Z"'.encode())
    verifier = Verifier(read_trust_list(dated, source="list"), Policy(test_keys=True))
    verdict = verifier.verify(world.issue(), at=NOW)
    found = [verdict.code, *(note.code for note in verdict.notes)]
    assert (Code.TRUST_LIST_STALE if year == "0001" else NoteCode.TRUST_CLOCK_BEHIND) in found
    for at in (datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert not verifier.verify(world.issue(), at=at)


def test_every_key_of_a_written_list_keeps_its_age(world: World) -> None:
    old = TrustList([trusted(world.es256)], made_at=NOW - 20 * DAY)
    both = old | TrustList([trusted(world.ps256)], made_at=NOW)
    data = write_trust_list(both, source="both", test=False, made_at=both.made_at)
    again = read_trust_list(data, source="file")
    assert [key.made_at for key in again] == [NOW - 20 * DAY, NOW]
    assert again.made_at == NOW - 20 * DAY


@pytest.mark.parametrize(("age", "named"), [(2, False), (3, True), (99, True)])
def test_with_an_unknown_issuer_the_age_of_an_old_list_is_named(
    world: World, age: int, named: bool
) -> None:
    trust = TrustList([trusted(world.ps256)], made_at=NOW - age * DAY)
    verdict = Verifier(trust).verify(world.issue(), at=NOW)
    assert verdict.code is Code.TRUST_KEY_UNKNOWN
    assert (f"{age} days old" in verdict.reason()) is named
    assert (f"{age} ngày" in verdict.reason("vi")) is named
    # The age counts from today, whatever the day that is asked about.
    verdict = Verifier(trust).verify(world.issue(), at=NOW, today=NOW + 500 * DAY)
    assert f"{500 + age} days old" in verdict.reason()
