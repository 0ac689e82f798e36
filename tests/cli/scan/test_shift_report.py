"""The report of a shift: a table that is up to date, a picture to print, no data of travellers."""

from __future__ import annotations

import csv
import io
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from vaxpass_cli.scan.desk.shift import Shift
from vaxpass_cli.scan.run import asked_to_end
from vaxpass_cli.scan.shift_report import ShiftFiles, picture

from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import Code, Outcome

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGAN = datetime(2026, 6, 1, 7, 50, tzinfo=ZONE)
DEMO = ("--trust-list", ROOT / "trust_lists" / "demo.json", "--test-keys")
PASSPORTS = ROOT / "examples" / "passports"
EXPIRED = (PASSPORTS / "expired.txt").read_bytes()


class Office:
    """A shift with its files; `now` and what was complained about can be looked at."""

    def __init__(self, counts: Path | None = None) -> None:
        self.now = BEGAN
        self.shift = Shift(BEGAN)
        self.complaints: list[str] = []
        self.files = ShiftFiles(
            self.shift, counts=counts, clock=lambda: self.now, complain=self.complaints.append
        )

    def judge(self, outcome: Outcome = Outcome.ACCEPTED, code: str = "") -> None:
        self.now += timedelta(minutes=10)
        self.shift.count(self.now, outcome, code)
        self.files.keep()


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_the_table_is_written_after_each_verdict_and_the_picture_at_the_end(tmp_path: Path) -> None:
    office = Office()
    office.shift.list_made_at = BEGAN - timedelta(days=3)
    office.files.go_on(str(tmp_path), "en")
    table = tmp_path / "shift-20260601-0750.csv"
    assert [row["count"] for row in rows(table)] == ["0"]
    office.judge()
    office.judge(Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    assert rows(table) == [
        {
            "begin": "2026-06-01T07:50:00+07:00",
            "end": "2026-06-01T08:10:00+07:00",
            "trust_list": "2026-05-29T07:50:00+07:00",
            "hour": "2026-06-01T08:00:00+07:00",
            "outcome": outcome,
            "code": code,
            "reason": reason,
            "count": "1",
        }
        for outcome, code, reason in (
            ("accepted", "", ""),
            ("rejected", "validity.expired", "The document has expired."),
        )
    ]
    assert list(tmp_path.glob("*.png")) == []
    assert office.files.end() == tmp_path / "shift-20260601-0750.png"


def test_a_report_never_replaces_that_of_another_shift(tmp_path: Path) -> None:
    for _ in range(3):
        office = Office()
        office.files.go_on(str(tmp_path), "en")
        office.files.end()
    names = [f"shift-20260601-0750{number}" for number in ("", "-2", "-3")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.{kind}" for name in names for kind in ("csv", "png")
    )


def test_a_desk_that_starts_anew_within_a_shift_goes_on_with_its_report(tmp_path: Path) -> None:
    office = Office()
    office.files.go_on(str(tmp_path / "a"), "en")
    office.judge()
    office.files.go_on(str(tmp_path / "a"), "vi")
    office.judge()
    (table,) = (tmp_path / "a").iterdir()
    assert rows(table)[0]["count"] == "2"
    office.files.go_on(str(tmp_path / "b"), "vi")
    assert list((tmp_path / "a").iterdir()) == []
    assert rows(tmp_path / "b" / table.name)[0]["count"] == "2"
    office.files.go_on("", "vi")
    assert office.files.end() is None


def test_a_folder_that_is_gone_is_told_once_and_the_desk_goes_on(tmp_path: Path) -> None:
    office = Office(tmp_path / "stick" / "counts.csv")
    office.files.go_on(str(tmp_path / "stick"), "en")
    office.judge()
    (tmp_path / "stick").rename(tmp_path / "pulled")
    (tmp_path / "stick").touch()  # nothing can be written below a file
    office.judge()
    office.judge()
    assert len(office.complaints) == 1
    assert "written again after the next verdict" in office.complaints[0]
    (tmp_path / "stick").unlink()
    office.judge()
    assert rows(next((tmp_path / "stick").glob("shift-*.csv")))[0]["count"] == "4"
    assert (tmp_path / "stick" / "counts.csv").exists()


def busy_shift(codes: list[str]) -> Shift:
    shift = Shift(BEGAN)
    for number in range(5000):
        code = codes[number % len(codes)] if number % 3 == 0 else ""
        outcome = list(Outcome)[number % 6] if code else Outcome.ACCEPTED
        shift.count(BEGAN + timedelta(minutes=number / 2), outcome, code)
    return shift


def ink_below(page: Image.Image, top: int) -> bool:
    """Whether anything is drawn between a height and the edge of the page."""
    lowest, _ = page.crop((0, top, page.width, page.height)).convert("L").getextrema()
    return float(str(lowest)) < 250


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    "shift",
    [lambda: Shift(BEGAN), lambda: busy_shift(["validity.expired"]), lambda: busy_shift([*Code])],
)
def test_the_picture_is_a_page_of_a4_on_which_everything_fits(
    shift: Callable[[], Shift], language: str
) -> None:
    data = picture(shift(), BEGAN + timedelta(hours=42), language)
    page = Image.open(io.BytesIO(data))
    inches = [size / dpi for size, dpi in zip(page.size, page.info["dpi"], strict=True)]
    assert inches == pytest.approx([8.27, 11.69], abs=0.01)
    assert len(data) < 500_000
    # Below the rows is a gap, then the last line, then the edge of the paper.
    assert not ink_below(page.crop((0, 0, page.width, page.height - 115)), page.height - 128)
    assert not ink_below(page, page.height - 70)


def test_outcomes_differ_in_the_picture_without_their_colours() -> None:
    """Each row has its sign, its word and its number."""
    grey = []
    for outcome in (Outcome.ACCEPTED, Outcome.REJECTED):
        shift = Shift(BEGAN)
        shift.count(BEGAN, outcome, "")
        data = picture(shift, BEGAN, "en")
        grey.append(Image.open(io.BytesIO(data)).convert("1").tobytes())
    assert grey[0] != grey[1]


def test_the_command_writes_it_without_names(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    source = PASSPORTS / "expired.txt"
    ran = run(
        *("scan", "--source", source, "--view", "none", "--report", tmp_path / "reports"),
        *("--at", "2026-11-23T12:00:00Z", "--tz", "Asia/Ho_Chi_Minh", *DEMO),
    )
    assert (ran.code, ran.err) == (0, "")
    folder = tmp_path / "reports"
    assert sorted(path.name for path in folder.iterdir()) == [
        "shift-20261123-1900.csv",
        "shift-20261123-1900.png",
    ]
    text = (folder / "shift-20261123-1900.csv").read_text("utf-8-sig")
    assert [row["code"] for row in rows(folder / "shift-20261123-1900.csv")] == ["validity.expired"]
    assert not {"NGUYEN", "DANG", "expired.txt"} & set(text.upper().split('"'))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_report_is_written_when_the_system_ends_the_desk(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    reports = tmp_path / "reports"

    def end_when_it_was_judged() -> None:
        for turn in range(200):
            if turn % 20 == 0:  # a file that comes before the watch has begun is not looked at
                (incoming / f"{turn}.txt").write_bytes(EXPIRED)
            threading.Event().wait(0.1)
            tables = [path.read_text("utf-8-sig") for path in reports.glob("*.csv")]
            if any('"rejected"' in table for table in tables):
                break
        os.kill(os.getpid(), signal.SIGTERM)

    helper = threading.Thread(target=end_when_it_was_judged)
    helper.start()
    before = signal.getsignal(signal.SIGTERM)
    ran = run("scan", "--source", f"watch:{incoming}", "--view", "none", "--report", reports, *DEMO)
    helper.join()
    assert ran.code == 0
    assert len(list(reports.glob("*.png"))) == 1
    assert [row["outcome"] for row in rows(next(reports.glob("*.csv")))] == ["rejected"]
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_are_noted_and_passed_on_to_a_view(name: str) -> None:
    number = signal.Signals[name]
    seen: list[int] = []
    before = signal.signal(number, lambda given, _: seen.append(given))
    try:
        with asked_to_end() as asked:
            os.kill(os.getpid(), number)
            assert asked.to_end
        os.kill(os.getpid(), number)
    finally:
        signal.signal(number, before)
    assert seen == [number, number]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with asked_to_end() as asked:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not asked.to_end
    finally:
        signal.signal(signal.SIGHUP, before)
