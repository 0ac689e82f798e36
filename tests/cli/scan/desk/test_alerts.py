"""What must be known before a code is shown: in the words of the desk, before anybody is scanned."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.status import Destination, alerts_of, badges
from vaxpass_cli.scan.feeds.events import TextRead

from tests.support.command import Run
from tests.support.world import NOW, World, trusted
from vaxpass import Policy, TrustList, messages
from vaxpass.trust import TrustedKey
from vaxpass.trust.formats import native

OLD = NOW - timedelta(days=131)


def said(trust: TrustList, policy: Policy | None = None, at: datetime = NOW) -> list[tuple[str, bool]]:
    return [(alert.text, alert.blocks) for alert in alerts_of(trust, policy or Policy())(at, "en")]


def listed(world: World, made_at: datetime | None) -> TrustList:
    return TrustList([trusted(world.es256)], made_at=made_at)


def test_a_list_that_is_too_old_to_decide_is_told(world: World) -> None:
    [(text, blocks)] = said(listed(world, OLD))
    assert blocks
    assert "TOO OLD: 131 days; at most 14" in text
    assert not any(blocks for _, blocks in said(listed(world, NOW - timedelta(days=14))))
    assert said(listed(world, OLD), Policy(list_stale_after=timedelta(days=200))) == []


def test_a_list_that_will_soon_be_too_old_is_to_be_renewed(world: World) -> None:
    assert said(listed(world, NOW - timedelta(days=10))) == []
    [(text, blocks)] = said(listed(world, NOW - timedelta(days=11)))
    last = (NOW + timedelta(days=3)).date().isoformat()
    assert (text.startswith("RENEW THE TRUST LIST"), last in text, blocks) == (True, True, False)
    aging = TrustList([trusted(world.ps256)], made_at=NOW - timedelta(days=13))
    assert len(said(TrustList.merge(listed(world, NOW), aging))) == 1
    assert said(listed(world, None)) == []


def test_a_clock_from_before_this_program_is_told(world: World) -> None:
    past = datetime(2019, 5, 1, tzinfo=UTC)
    [(text, blocks)] = said(listed(world, None), at=past)
    assert (text.startswith("CHECK THE CLOCK"), "2019-05-01" in text, blocks) == (True, True, False)
    # A time that somebody chose is not that of a clock.
    assert alerts_of(listed(world, None), Policy(), fixed=True)(past, "en") == ()


def test_a_list_without_keys_is_told() -> None:
    [(text, blocks)] = said(TrustList([]))
    assert blocks
    assert text.startswith("NO TRUSTED KEYS")


def test_a_list_without_signers_or_with_test_keys_only_is_told(world: World) -> None:
    authority = TrustedKey.of(world.es256.certificate, "x", usage="SCA")
    [(text, _)] = said(TrustList([replace(authority, test=False)]))
    assert text.startswith("NO TRUSTED KEYS")
    tests = TrustList([trusted(world.es256, test=True)], made_at=NOW)
    [(text, blocks)] = said(tests)
    assert (text.startswith("ONLY TEST KEYS"), blocks) == (True, True)
    assert said(tests, Policy(test_keys=True))[0][0].startswith("TEST MODE")


@pytest.mark.parametrize(
    "policy",
    [Policy(expired_signers=True), Policy(covid_signers=True), Policy(seals_without_usage=True)],
)
def test_a_desk_that_is_not_strict_says_so(world: World, policy: Policy) -> None:
    lenient = messages.text("scan.policy_lenient", "en")
    place = Destination("", "", with_rules=False)
    trust = listed(world, NOW)
    assert lenient not in badges(trust, Policy(), place, NOW, "en", fixed=False)
    assert lenient in badges(trust, policy, place, NOW, "en", fixed=False)


def test_one_old_list_among_others_is_named_and_does_not_block(world: World) -> None:
    old = TrustList([trusted(world.ps256)], made_at=OLD)
    [(text, blocks)] = said(TrustList.merge(listed(world, NOW), old))
    assert not blocks
    assert "the test world" in text


def test_a_wrong_clock_and_test_keys_are_told(world: World) -> None:
    [(text, _)] = said(listed(world, NOW + timedelta(days=3)))
    assert text.startswith("CHECK THE CLOCK")
    [(text, blocks)] = said(listed(world, NOW), Policy(test_keys=True))
    assert (text.startswith("TEST MODE"), blocks) == (True, False)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_desk_does_not_invite_to_scan_while_nobody_can_be_accepted(
    world: World, language: str
) -> None:
    trust = listed(world, OLD)
    around = Surroundings(
        judge=lambda text, at: world.verify(text, at=at),
        clock=lambda: NOW,
        badges=lambda *_: (),
        alerts=alerts_of(trust, Policy()),
        secret=b"a secret of this shift",
        camera=False,
    )
    desk = Desk(around, on_verdict=lambda _: None, language=language)
    desk.handle(0, None)
    before = desk.screen(0)
    assert before.title == messages.text("scan.blocked", language)
    assert len(before.alerts) == 1
    desk.handle(1, TextRead(Source("a", world.issue())))
    assert desk.screen(1).alerts == ()
    desk.press(2, "space")
    assert len(desk.screen(2).alerts) == 1


def test_without_a_view_it_is_told_on_standard_error(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    (tmp_path / "list.json").write_bytes(native.write(listed(world, OLD), source="x", test=False))
    options = ("--view", "none", "--json", "-t", tmp_path / "list.json", "--at", NOW.isoformat())
    ran = run("scan", "--source", "-", *options, stdin=b"")
    assert "THE TRUST LIST IS TOO OLD" in ran.err
    (row,) = map(json.loads, ran.out.splitlines())
    assert row["code"] == "text.none"
