"""The report of a shift as files: a table that is kept up to date, and at the end a picture to print.

Both hold counts and nothing about travellers.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

import vaxpass
from vaxpass import Outcome, VaxpassError, messages
from vaxpass_cli import fonts
from vaxpass_cli.errors import UsageError, told
from vaxpass_cli.io import atomic
from vaxpass_cli.output.plates import SYMBOLS
from vaxpass_cli.scan.desk.screen import Alert
from vaxpass_cli.scan.desk.shift import Shift, outcome_word, reason_of


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name the file in errors of the system that name none, such as that of a full disk."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


class ShiftFiles:
    """The files of one shift: `counts`, a table that programs read, and the report in a folder.

    `shift-YYYYMMDD-HHMM.csv` and, at the end, `.png` are named after the begin of the shift. A desk
    must not stop because a disk is full or a stick is gone: until a file can be written again that is
    one of its `alerts`, and `complain` is called with the sentence once.
    """

    def __init__(
        self,
        shift: Shift,
        *,
        counts: Path | None,
        clock: Callable[[], datetime],
        complain: Callable[[str], None],
    ) -> None:
        self._shift = shift
        self._counts = counts
        self._clock = clock
        self._complain = complain
        self._report: Path | None = None
        self._language = "en"
        self._written: int | None = None
        self._trouble: OSError | UsageError | VaxpassError | None = None

    def alerts(self, language: str) -> tuple[Alert, ...]:
        """That the last counts are not written, for the screen of the desk; empty where they are."""
        if self._trouble is None:
            return ()
        reason = told(self._trouble, language)
        return (Alert(messages.text("scan.report.unwritten", language, reason=reason), blocks=False),)

    def go_on(self, folder: str, language: str) -> None:
        """Write the report to `folder` from now on; empty: write none. A desk calls it where it starts.

        Raises `OSError` or `UsageError` where nothing can be written there: before a shift, not after.
        """
        before = self._report
        self._language = language
        if not folder:
            self._report = None
        elif before is None or before.parent != Path(folder):
            self._report = _free_name(Path(folder), self._shift.began)
        self._write()
        if before and before != self._report:
            # A shift has one report: else its verdicts would be counted twice.
            before.unlink(missing_ok=True)

    def keep(self) -> None:
        """Write the tables where a verdict came since the last time."""
        if self._shift.total == self._written:
            return
        try:
            self._write()
        except (OSError, UsageError, VaxpassError) as error:
            self._written = self._shift.total
            is_new, self._trouble = self._trouble is None, error
            if is_new:
                for alert in self.alerts(self._language):
                    self._complain(alert.text)

    def end(self) -> Path | None:
        """Write the tables and the picture; gives the path of the picture, None where none is wanted.

        Raises `OSError` or `UsageError` where they can't be written.
        """
        self._write()
        if self._report is None:
            return None
        path = self._report.with_suffix(".png")
        drawn = picture(self._shift, self._clock(), self._language)
        with _naming(path):
            atomic.write(path, [drawn])
        return path

    def _write(self) -> None:
        if self._counts:
            with _naming(self._counts):
                atomic.write(self._counts, [self._shift.to_csv().encode()])
        if self._report:
            table = self._shift.to_report_csv(self._clock(), self._language)
            # A spreadsheet knows UTF-8 by the byte order mark.
            with _naming(self._report):
                atomic.write(self._report, [table.encode("utf-8-sig")])
        self._written = self._shift.total
        self._trouble = None


def _free_name(folder: Path, began: datetime) -> Path:
    """The name of the table, which no report of another desk or an earlier shift has."""
    stem = f"shift-{began:%Y%m%d-%H%M}"
    path = folder / f"{stem}.csv"
    number = 1
    while path.exists() or path.with_suffix(".png").exists():
        number += 1
        path = folder / f"{stem}-{number}.csv"
    return path


# --- the picture -------------------------------------------------------------------------------------

_DPI: Final = 200
_WIDTH, _HEIGHT = 1654, 2339
"""A4, upright, in pixels"""
_EDGE: Final = 130
_BLACK, _GREY, _PALE, _WHITE = "#111111", "#555555", "#DDDDDD", "#FFFFFF"
_BAR: Final = "#3A4A5A"
_COLOURS: Final = {
    Outcome.ACCEPTED: "#00806B",
    Outcome.GENUINE: "#1F5FBF",
    Outcome.REJECTED: "#B00020",
    Outcome.UNDECIDED: "#FFB000",
    Outcome.OTHER: "#8A8A8A",
    Outcome.UNREADABLE: "#55657A",
}
"""The colour of a bar; the sign and the word beside it say the same"""
_MOST_HOURS: Final = 24
_HOUR: Final = timedelta(hours=1)


def picture(shift: Shift, end: datetime, language: str) -> bytes:
    """The report as a page of A4 to print, as a PNG file: counts by outcome, reason and hour.

    `end` is aware, in the zone of the desk.
    """
    page = _Page()
    page.heading(shift, end, language)
    counts = shift.by_outcome()
    page.title(messages.text("scan.report.outcomes", language))
    for outcome in Outcome:
        page.outcome(outcome, outcome_word(outcome, language), counts[outcome], shift.total)
    if shift.total:
        page.title(messages.text("scan.summary.hours", language))
        columns = _hours(shift)
        if len(columns) > _MOST_HOURS:
            page.small(messages.text("scan.report.last_hours", language, count=_MOST_HOURS))
        page.hours(columns[-_MOST_HOURS:])
    else:
        page.small(messages.text("scan.report.none", language))
    if reasons := shift.by_code():
        page.title(messages.text("scan.report.reasons", language))
        named = [(reason_of(code, language), code, count) for code, count in reasons]
        page.reasons(named, messages.text("scan.report.further", language))
    page.footer(f"{messages.text('scan.report.private', language)} vaxpass {vaxpass.__version__}")
    file = io.BytesIO()
    page.image.save(file, "PNG", dpi=(_DPI, _DPI))
    return file.getvalue()


def _hours(shift: Shift) -> list[tuple[datetime, int]]:
    """The count of each hour from the first with a verdict to the last, also where it is 0."""
    counted = dict(shift.by_hour())
    hour, last = min(counted), max(counted)
    found = []
    while hour <= last:
        found.append((hour, counted.get(hour, 0)))
        hour += _HOUR
    return found


def _font(points: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    path = fonts.BOLD if bold else fonts.REGULAR
    return ImageFont.truetype(str(path), round(points * _DPI / 72))


class _Page:
    """A page that is filled from above."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (_WIDTH, _HEIGHT), _WHITE)
        self._draw = ImageDraw.Draw(self.image)
        self._y = 110
        self._text = _font(10.5)
        self._bold = _font(10.5, bold=True)
        self._small = _font(8.5)

    def heading(self, shift: Shift, end: datetime, language: str) -> None:
        """What it is, of when, by which list, and how many verdicts."""
        title = messages.text("scan.report.title", language)
        self._draw.text((_EDGE, self._y), title, _BLACK, _font(24, bold=True))
        total = f"{messages.text('scan.summary.total', language)}: {shift.total}"
        place = (_WIDTH - _EDGE, self._y + 22)
        self._draw.text(place, total, _BLACK, _font(15, bold=True), anchor="ra")
        self._y += 104
        form = "%Y-%m-%d %H:%M"
        period = messages.text(
            "scan.report.period", language, begin=f"{shift.began:{form}}", end=f"{end:{form}}"
        )
        self._line(f"{period} ({end:%Z})" if end.tzname() else period)
        made_at = shift.list_made_at
        if made_at is None:
            self._line(messages.text("scan.report.list_no_age", language))
        else:
            age = messages.text("amount.day", language, count=max(0, (end - made_at).days))
            date = made_at.astimezone(end.tzinfo).date()
            self._line(messages.text("scan.report.list", language, date=date, age=age))

    def _line(self, text: str) -> None:
        self._draw.text((_EDGE, self._y), text, _BLACK, self._text)
        self._y += 46

    def title(self, text: str) -> None:
        """The title of a part, with a line above it."""
        self._y += 26
        self._draw.line((_EDGE, self._y, _WIDTH - _EDGE, self._y), _GREY, 2)
        self._draw.text((_EDGE, self._y + 16), text, _BLACK, _font(13, bold=True))
        self._y += 78

    def small(self, text: str) -> None:
        """A remark."""
        self._draw.text((_EDGE, self._y), text, _GREY, self._small)
        self._y += 44

    def outcome(self, outcome: Outcome, word: str, count: int, total: int) -> None:
        """The row of an outcome: sign, word, bar, number and share."""
        middle = self._y + 22
        self._draw.text((_EDGE + 20, middle), SYMBOLS[outcome], _BLACK, _font(13, bold=True), "mm")
        self._draw.text((_EDGE + 56, middle), word, _BLACK, self._fitting(word, 560), "lm")
        share = f"{count}   ({100 * count / total:.0f} %)" if total else "0"
        self._bar(760, middle, 500, count / total if total else 0, share, _COLOURS[outcome])
        self._y += 58

    def _fitting(self, text: str, width: int) -> ImageFont.FreeTypeFont:
        """The bold letters, smaller where the text would not fit."""
        needed = self._bold.getlength(text)
        return self._bold if needed <= width else _font(10.5 * width / needed, bold=True)

    def reasons(self, rows: Sequence[tuple[str, str, int]], further: str) -> None:
        """The rows of the reasons: sentence with its code below, bar and number.

        Where the page is full, `further` stands for those that are left, with their number.
        """
        most = rows[0][2]
        for place, (sentence, code, count) in enumerate(rows):
            lines = _wrapped(sentence, self._text, 760)
            top, height = self._y, 38 * len(lines) + 34
            needed = height if place + 1 == len(rows) else height + 14 + 38
            if top + needed > _HEIGHT - 130:
                self._draw.text((_EDGE, top), further, _BLACK, self._text)
                left = str(sum(count for *_, count in rows[place:]))
                self._draw.text((940, top), left, _BLACK, self._bold)
                return
            for number, line in enumerate(lines):
                self._draw.text((_EDGE, top + 38 * number), line, _BLACK, self._text)
            self._draw.text((_EDGE, top + height - 34), code, _GREY, self._small)
            self._bar(940, top + height // 2, 450, count / most, str(count), _BAR)
            self._y += height + 14

    def _bar(self, x: int, middle: int, width: int, part: float, label: str, colour: str) -> None:
        end = x + round(width * part)
        if part:
            self._draw.rectangle((x, middle - 16, max(end, x + 3), middle + 16), colour, _BLACK, 2)
        else:
            self._draw.line((x, middle - 16, x, middle + 16), _BLACK, 2)
        self._draw.text((end + 18, middle), label, _BLACK, self._bold, anchor="lm")

    def hours(self, columns: Sequence[tuple[datetime, int]]) -> None:
        """A column for each hour, with its number above and the hour below."""
        most = max(count for _, count in columns)
        step = min(110, (_WIDTH - 2 * _EDGE) // len(columns))
        height = 260
        ground = self._y + 40 + height
        self._draw.line((_EDGE, ground, _EDGE + step * len(columns), ground), _BLACK, 2)
        for place, (hour, count) in enumerate(columns):
            left = _EDGE + place * step
            middle = left + step // 2
            top = ground - round(height * count / most)
            if count:
                sides = (left + step // 6, top, left + step - step // 6, ground)
                self._draw.rectangle(sides, _BAR, _BLACK, 2)
            self._draw.text((middle, top - 6), str(count), _BLACK, self._small, anchor="mb")
            self._draw.text((middle, ground + 10), f"{hour:%H}", _BLACK, self._small, anchor="ma")
        self._y = ground + 60

    def footer(self, text: str) -> None:
        """The last line of the page."""
        self._draw.text((_EDGE, _HEIGHT - 110), text, _GREY, self._small)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that fit, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
