"""Shows the screens of the desk as text in a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from rich.align import Align
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome
from vaxpass_cli.io import edge
from vaxpass_cli.output.plates import COLOURS
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan.desk.screen import Finding, Screen, State

if TYPE_CHECKING:
    from vaxpass_cli.scan.feeds.events import FrameRead, Input
    from vaxpass_cli.scan.settings import Settings

_LOUD: Final = {
    Outcome.ACCEPTED: "bold white on green",
    Outcome.GENUINE: "bold white on blue",
    Outcome.REJECTED: "bold white on red",
    Outcome.UNDECIDED: "bold black on yellow",
    Outcome.OTHER: "bold black on cyan",
    Outcome.UNREADABLE: "bold white on magenta",
}
_PLACES: Final[dict[Outcome, Literal["left", "center", "right"]]] = {
    Outcome.ACCEPTED: "right",
    Outcome.GENUINE: "center",
    Outcome.REJECTED: "left",
    Outcome.UNDECIDED: "center",
    Outcome.OTHER: "center",
    Outcome.UNREADABLE: "center",
}
_WIDEST, _COLUMNS = 34, 70
_SPECIMEN: Final = "bold white on magenta"
_WARNING: Final = "bold yellow"
_ALERT: Final = "bold black on yellow"


class TerminalView:
    """Shows screens in a terminal. Keys are read from `Keyboard`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # The alternate screen leaves no name behind in the terminal's history. Standard output stays
        # what it is: JSON lines go there while the view is on standard error.
        self._live = Live(
            console=console,
            auto_refresh=False,
            screen=console.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._last: Screen | None = None

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen if it changed. The camera's picture can't be shown here."""
        if screen != self._last:
            self._last = screen
            self._live.update(fitted(screen, self._console), refresh=True)

    def inputs(self, now: float) -> Sequence[Input]:
        """Nothing: `Keyboard` reads what is typed."""
        return ()

    def beep(self) -> None:
        """Ring the terminal's bell."""
        edge.beep()

    def refuse(self, sentence: str, settings: Settings) -> None:
        """Nothing: no settings are changed here."""

    def close(self) -> None:
        """Restore the terminal, without the last screen. May be called more than once."""
        self._last = None
        self._live.update("")
        self._live.stop()


# How soon a part is left out where a terminal is too low: the largest first, 0 never.
_KEPT, _KEYS, _BADGES, _BORN, _FAMILY, _NOTES, _FACTS = 0, 1, 2, 3, 4, 10, 30
_SPACE, _MACHINE, _OTHERS, _ROWS = 40, 50, 60, 100
_ALL: Final = 10_000


class _Part(NamedTuple):
    shown: RenderableType
    rank: int = _KEPT


def fitted(screen: Screen, console: Console) -> RenderableType:
    """A screen as text that fits into the terminal: what is least important is left out."""
    parts = _parts(screen)
    cuts = sorted({part.rank for part in (*parts, *_inside(screen))} - {_KEPT}, reverse=True)
    for cut in (_ALL, *cuts):
        shown = of(screen, cut)
        if len(console.render_lines(shown, pad=False)) < console.height:
            break
    return shown


def of(screen: Screen, cut: int = _ALL) -> RenderableType:
    """A screen as text, without the parts whose rank is `cut` or more."""
    return Group(*(part.shown for part in _parts(screen, cut) if part.rank < cut))


def _parts(screen: Screen, cut: int = _ALL) -> list[_Part]:
    parts = [_Part(Text("  ·  ".join(screen.badges), style="bold"), _BADGES)]
    if screen.test_mode:
        parts.append(_Part(_band(screen.test_mode, _SPECIMEN)))
    parts.append(_Part("", _SPACE))
    finding = screen.finding
    if finding:
        parts.append(_Part(_verdict(finding, screen, cut)))
    elif screen.overlay:
        parts.append(_Part(Panel(_group(_rows(screen.overlay), cut), padding=(0, 2))))
    elif screen.trouble:
        told = Group(Text(f"! {screen.trouble}", style=_WARNING), *map(Text, screen.tried))
        parts.append(_Part(Panel(told, border_style="yellow", padding=(1, 2))))
    else:
        parts += [_Part(Padding(Text(f"! {alert}"), (0, 2), style=_ALERT)) for alert in screen.alerts]
        lines: list[RenderableType] = [Align.center(Text(screen.title, style="bold"))]
        if screen.hint:
            lines += ["", Align.center(Text(f"! {screen.hint}", style=_WARNING))]
        colour = "blue" if screen.state is State.READING else ""
        parts.append(_Part(Panel(Group(*lines), border_style=colour, padding=(1, 2))))
    return [*parts, _Part("", _SPACE), _Part(Text(screen.keys, style="dim"), _KEYS)]


def _inside(screen: Screen) -> list[_Part]:
    """The parts within the panel of a screen."""
    if screen.overlay:
        return _rows(screen.overlay)
    return _texts(screen.finding, screen) if screen.finding else []


def _verdict(finding: Finding, screen: Screen, cut: int) -> Panel:
    plate = finding.plate
    place = _PLACES[plate.outcome]
    words = filter(None, (f"{plate.symbol}  {plate.word}", plate.below))
    bar = Group(*(Align(Text(f"  {line}  "), place) for line in words))
    around = (0 if plate.below else 1, 0)
    parts: list[RenderableType] = [Padding(bar, around, style=_LOUD[plate.outcome])]
    if finding.specimen:
        parts.append(_band(finding.specimen, _SPECIMEN))
    parts.append(_group(_inside(screen), cut))
    left = "" if screen.seconds_left is None else f"{screen.seconds_left} s"
    foot = "  ·  ".join(filter(None, (screen.title, finding.place, left)))
    return Panel(
        Group(*parts), border_style=COLOURS[plate.outcome], padding=(0, 1), subtitle=Text(f" {foot} ")
    )


def _texts(finding: Finding, screen: Screen) -> list[_Part]:
    """The texts of a verdict in the order in which they are needed: who, why, and what to do."""
    # The rows of the details have the facts, too.
    facts = () if screen.show_details else finding.facts
    parts = [_Part("", _SPACE)]
    parts += [_Part(Text(finding.family), _FAMILY)] if finding.family else []
    parts += [_Part(Text(finding.name, style="bold"))] if finding.name else []
    parts += [_Part(Text(finding.born), _BORN)] if finding.born else []
    parts += [_Part(Text(fact), _FACTS + number) for number, fact in enumerate(facts)]
    parts.append(_Part(Text(finding.reason, style="bold")))
    if finding.advice:
        parts.append(_Part(Text(f"→ {finding.advice}", style="bold")))
    notes = (*finding.notes, screen.trouble) if screen.trouble else finding.notes
    parts += [
        _Part(Text(f"! {note}", style=_WARNING), _NOTES + number) for number, note in enumerate(notes)
    ]
    if finding.machine_name:
        parts.append(_Part(Text(finding.machine_name), _MACHINE))
    for number, other in enumerate(screen.others):
        line = Text(f"{other.plate.symbol} {other.plate.word}", style=COLOURS[other.plate.outcome])
        line.stylize("bold")
        line = Text().append_text(line).append(f"  {other.text}")
        parts.append(_Part(line, _OTHERS + number))
    if screen.show_details:
        code = ((finding.code, finding.path),) if finding.code else ()
        parts += [_Part("", _SPACE), *_rows((*code, *finding.details))]
    return parts


def _group(parts: list[_Part], cut: int) -> RenderableType:
    """The parts that are kept; an ellipsis says that some of the rows are not."""
    kept: list[RenderableType] = [part.shown for part in parts if part.rank < cut]
    is_cut = any(part.rank >= max(cut, _ROWS) for part in parts)
    return Group(*kept, "…") if is_cut else Group(*kept)


def _rows(rows: tuple[tuple[str, str], ...]) -> list[_Part]:
    """A table of two columns; its last row is left out first."""
    width = max((cell_len(label) for label, value in rows if value), default=0)
    values = max((cell_len(value) for _, value in rows), default=0)
    most = max(_WIDEST, _COLUMNS - values)
    parts = []
    for number, (label, value) in enumerate(rows):
        table = Table.grid(padding=(0, 2))
        table.add_column(width=min(width, most) if value else None)
        table.add_column(overflow="fold")
        table.add_row(Text(label, style="" if value else "bold"), Text(value))
        parts.append(_Part(table, _ROWS + number))
    return parts


def _band(text: str, style: str) -> RenderableType:
    return Padding(Align.center(Text(text)), style=style)
