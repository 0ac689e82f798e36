"""A shift that goes on while its settings change."""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest
from vaxpass_cli.scan import session, shift_report
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.feeds.events import FilesGiven, FrameRead, Input, KeyPressed, SettingsChanged
from vaxpass_cli.scan.session import Session
from vaxpass_cli.scan.settings import Settings, load

from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import messages


class _Staff:
    """A view in which somebody does one thing after the other; keeps what was shown before each."""

    def __init__(self, *inputs: Input) -> None:
        self.seen: list[Screen] = []
        self.refused: list[str] = []
        self._inputs = list(inputs)

    def show(self, screen: Screen, _frame: FrameRead | None) -> None:
        self.seen.append(screen)

    def inputs(self, _now: float) -> Sequence[Input]:
        return [self._inputs.pop(0)] if self._inputs and self.seen else []

    def refuse(self, sentence: str, settings: Settings) -> None:
        self.refused.append(sentence)

    def beep(self) -> None:
        """Nothing is heard here."""

    def close(self) -> None:
        """Nothing is open here."""


def test_settings_of_no_use_are_told_and_not_kept_and_the_shift_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = str(tmp_path / "gone.json")
    staff = _Staff(SettingsChanged({"trust_list": (gone,)}), KeyPressed("q"))
    monkeypatch.setattr(session, "view_of", lambda *_, **__: staff)
    listed = str(ROOT / "trust_lists" / "demo.json")
    chosen = Settings().with_options(lang="en", source=f"watch:{tmp_path}", trust_list=(listed,))
    config = tmp_path / "config.toml"
    working = Session(chosen, config=config)
    working.work()
    assert len(staff.refused) == 1
    assert gone in staff.refused[0]
    assert working.chosen.trust_list == (listed,)
    assert not config.exists()


def test_a_zone_that_is_changed_within_a_shift_counts_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wait = SettingsChanged({"tz": "Asia/Ho_Chi_Minh", "source": f"watch:{tmp_path}"})
    again = SettingsChanged({"theme": "dark"})
    staff = _Staff(wait, again, KeyPressed("q"))
    monkeypatch.setattr(session, "view_of", lambda *_, **__: staff)
    chosen = Settings().with_options(
        tz="UTC",
        lang="en",
        source=f"watch:{tmp_path}",
        trust_list=(str(ROOT / "trust_lists" / "demo.json"),),
    )
    config = tmp_path / "config.toml"
    Session(chosen, at="2026-06-01T20:00:00+00:00", config=config).work()
    days = [badge for screen in staff.seen for badge in screen.badges if badge.startswith("As of")]
    assert days[0] == "As of 2026-06-01"
    assert days[-1] == "As of 2026-06-02"
    assert (load(config).tz, load(config).theme) == ("Asia/Ho_Chi_Minh", "dark")


Deeds = Generator[Input | None, Screen, Screen]


class _Watchful(_Staff):
    """A view in which somebody looks at each screen, and then does something or nothing."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self._deeds = deeds
        next(deeds)

    def inputs(self, _now: float) -> Sequence[Input]:
        done = self._deeds.send(self.seen[-1]) if self.seen else None
        return [done] if done else []


def until(is_there: Callable[[Screen], bool]) -> Deeds:
    for _ in range(2000):
        screen = yield None
        if is_there(screen):
            return screen
    raise AssertionError


def judged(given: Input) -> Deeds:
    """Something is given, its verdict is shown and closed."""
    yield given
    yield from until(lambda screen: screen.state is State.VERDICT)
    return (yield KeyPressed("space"))


def test_a_report_that_can_not_be_written_is_told_in_the_view_until_it_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A desk that was started from an icon has no terminal."""
    stick, gone = tmp_path / "stick", FilesGiven((tmp_path / "gone.txt",))
    told: list[tuple[str, ...]] = []

    def shift() -> Deeds:
        yield from until(lambda screen: screen.state is State.SEARCHING)
        assert list(stick.glob("*.csv"))
        stick.rename(tmp_path / "pulled")
        stick.touch()  # nothing can be written below a file
        yield from judged(gone)
        told.append((yield from until(lambda screen: str(stick) in str(screen.alerts))).alerts)
        yield KeyPressed("l")
        told.append((yield from until(lambda screen: screen.language != "en")).alerts)
        stick.unlink()
        yield from judged(gone)
        told.append((yield from until(lambda screen: screen.state is State.SEARCHING)).alerts)
        return (yield KeyPressed("q"))

    staff = _Watchful(shift())
    monkeypatch.setattr(session, "view_of", lambda *_, **__: staff)
    (tmp_path / "incoming").mkdir()
    chosen = Settings().with_options(
        lang="en",
        source=f"watch:{tmp_path / 'incoming'}",
        trust_list=(str(ROOT / "trust_lists" / "demo.json"),),
        report=str(stick),
    )
    working = Session(chosen, at="2026-11-23T20:00:00+00:00", config=tmp_path / "config.toml")
    working.work()
    sentences = [
        messages.text("scan.report.unwritten", language, reason="").split(":")[0]
        for language in ("en", "vi")
    ]
    for sentence, alerts in zip(sentences, told, strict=False):
        assert any(alert.startswith(sentence) and str(stick) in alert for alert in alerts)
    assert not any(alert.startswith(tuple(sentences)) for alert in told[2])
    assert capsys.readouterr().err.count(sentences[0]) == 1
    working.report()
    assert len(list(stick.glob("*.png"))) == 1


def test_the_counts_are_told_where_the_report_finds_no_room(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def write(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(shift_report, "picture", lambda *_: b"")
    # The tables found room, the picture does not.
    monkeypatch.setattr(shift_report.ShiftFiles, "_write", lambda _: None)
    monkeypatch.setattr("vaxpass_cli.io.atomic.write", write)
    source = ROOT / "examples" / "passports" / "expired.txt"
    listed = ROOT / "trust_lists" / "demo.json"
    ran = run(
        "scan", "--source", source, "--view", "none", "--trust-list", listed, "--report", tmp_path
    )
    assert ran.code == 2
    assert "Verdicts" in ran.out
    assert ".png: there is no room left on the disk." in ran.err
