"""`--tz`: the zone in which times and dates are told, and which a time without a zone means."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.settings import Settings

from tests.support.check_desk import Desk, make_desk
from tests.support.command import Run
from tests.support.world import START, World
from vaxpass.trust.formats import native

HANOI = "Asia/Ho_Chi_Minh"


@pytest.fixture
def trust(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "list.json"
    path.write_bytes(native.write(world.trust, source="the test world", test=False))
    return path


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return make_desk(run, world, tmp_path, monkeypatch)


def test_the_hour_and_the_days_are_those_of_the_zone(run: Run, trust: Path, world: World) -> None:
    early = (START - timedelta(hours=1)).isoformat()
    asked = ("verify", world.issue(), "-t", trust, "--test-keys", "--at", early)
    utc, local = (" ".join(run(*asked, *tz).out.split()) for tz in ((), ("--tz", HANOI)))
    assert "not valid before 2026-01-01 00:00 UTC." in utc
    assert "Judged at 2025-12-31T23:00:00Z" in utc
    assert "not valid before 2026-01-01 07:00 UTC+07:00." in local
    assert "Judged at 2026-01-01T06:00:00+07:00" in local
    west = " ".join(run(*asked, "--tz", "America/Lima").out.split())
    assert "Valid 2025-12-31 19:00 UTC-05:00 to 2026-12-31" in west


def test_a_time_without_a_zone_is_one_of_the_zone(run: Run, trust: Path, world: World) -> None:
    asked = ("verify", world.issue(), "-t", trust, "--test-keys", "--json")
    at = ("--at", "2026-01-01T06:00:00")
    codes = [json.loads(run(*asked, *at, *tz).out)["code"] for tz in ((), ("--tz", HANOI))]
    assert codes == [None, "validity.not_yet"]


@pytest.mark.parametrize(
    "name", ["Asia/Nowhere", "../../etc/passwd", "Asia", "+07:00", "\0", "a" * 300]
)
def test_what_is_no_zone_is_a_sentence(run: Run, trust: Path, world: World, name: str) -> None:
    ran = run("verify", world.issue(), "-t", trust, "--tz", name)
    assert (ran.code, ran.out) == (2, "")
    assert "is not a time zone" in ran.err
    with pytest.raises(UsageError):
        options.zone(name)


def test_a_journey_is_told_in_the_zone(desk: Desk) -> None:
    ran = desk.check(desk.text, "--to", "AT:2026-02-01T00:30", "--when", "--tz", HANOI)
    told = " ".join(ran.out.replace("│", " ").split())
    assert "UTC+07:00" in told
    assert " UTC " not in told
    (leg,) = desk.report(desk.text, "--to", "AT:2026-02-01T00:30", "--tz", HANOI)["legs"]
    assert leg["at"] == "2026-01-31T17:30:00Z"


def test_the_zone_of_the_machine_is_that_of_the_desk() -> None:
    assert options.zone(Settings().tz) is None
    now = options.moment(None, None)
    assert now.utcoffset() == datetime.now().astimezone().utcoffset()
    # A script must mean the same on every machine.
    assert options.moment("2026-06-01T12:00:00", None) == datetime.fromisoformat("2026-06-01T12:00Z")


@pytest.mark.parametrize("typed", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_time_that_no_calendar_has_is_a_sentence(typed: str) -> None:
    for hours in (7, -7):
        zone = timezone(timedelta(hours=hours))
        at = f"{typed}{'+' if hours > 0 else '-'}07:00"
        if (hours > 0) is typed.startswith("0"):
            with pytest.raises(UsageError):
                options.moment(at, zone)
        else:
            assert options.moment(at, zone).isoformat() == at


@pytest.mark.parametrize(("minutes", "code"), [(9, "validity.not_yet"), (10, None), (1440, None)])
def test_the_tolerance_for_clocks_is_an_option(
    run: Run, trust: Path, world: World, minutes: int, code: str | None
) -> None:
    early = (START - timedelta(minutes=10)).isoformat()
    asked = ("verify", world.issue(), "-t", trust, "--test-keys", "--json", "--at", early)
    assert json.loads(run(*asked).out)["code"] == "validity.not_yet"
    assert json.loads(run(*asked, "--clock-tolerance", minutes).out)["code"] == code


def test_the_tolerance_counts_for_entry_rules_too(desk: Desk, world: World) -> None:
    early = (START - timedelta(minutes=10)).isoformat()
    asked = (world.issue(), "--to", "AT", "--json")
    for tolerance, code in ((5, "validity.not_yet"), (10, None)):
        (line,) = desk.check(*asked, "--clock-tolerance", tolerance, at=early).out.splitlines()
        assert json.loads(line)["legs"][0]["code"] == code


def test_a_tolerance_of_more_than_a_day_is_refused(run: Run, trust: Path, world: World) -> None:
    ran = run("verify", world.issue(), "-t", trust, "--clock-tolerance", 1441)
    assert ran.code == 2
    assert Settings().with_options(clock_tolerance=1440).clock_tolerance == 1440
    with pytest.raises(UsageError):
        Settings().with_options(clock_tolerance=1441)
