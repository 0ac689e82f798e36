"""Shows the screens of the desk as text in a terminal of 80 columns or more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome
from vaxpass_cli.output.plates import COLOURS
from vaxpass_cli.scan.screen import Finding, Screen, State

if TYPE_CHECKING:
    from vaxpass_cli.scan.feeds.events import FrameRead

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
_SPECIMEN: Final = "bold white on magenta"
_WARNING: Final = "bold yellow"


class TerminalView:
    """Shows screens in a terminal. Keys are read from `Keyboard`."""

    def __init__(self, console: Console) -> None:
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
            self._live.update(of(screen), refresh=True)

    def key(self) -> str | None:
        """None: `Keyboard` reads the keys, because hand scanners type on the same keyboard."""
        return None

    def close(self) -> None:
        """Restore the terminal, without the last screen. May be called more than once."""
        self._last = None
        self._live.update("")
        self._live.stop()


def of(screen: Screen) -> RenderableType:
    """A screen as text."""
    parts: list[RenderableType] = [Text("  ·  ".join(screen.badges), style="bold")]
    if screen.test_mode:
        parts.append(_band(screen.test_mode, _SPECIMEN))
    parts.append("")
    finding = screen.finding
    if finding:
        parts.append(_verdict(finding, screen))
    elif screen.overlay:
        parts.append(Panel(_table(screen.overlay), padding=(1, 2)))
    elif screen.trouble:
        trouble = Text(f"! {screen.trouble}", style=_WARNING)
        parts.append(Panel(trouble, border_style="yellow", padding=(1, 2)))
    else:
        lines: list[RenderableType] = [Align.center(Text(screen.title, style="bold"))]
        if screen.hint:
            lines += ["", Align.center(Text(f"! {screen.hint}", style=_WARNING))]
        colour = "blue" if screen.state is State.READING else ""
        parts.append(Panel(Group(*lines), border_style=colour, padding=(2, 2)))
    parts += ["", Text(screen.keys, style="dim")]
    return Group(*parts)


def _verdict(finding: Finding, screen: Screen) -> Panel:
    plate = finding.plate
    place = _PLACES[plate.outcome]
    words = filter(None, (f"{plate.symbol}  {plate.word}", plate.below))
    bar = Group(*(Align(Text(f"  {line}  "), place) for line in words))
    around = (0 if plate.below else 1, 0)
    parts: list[RenderableType] = [Padding(bar, around, style=_LOUD[plate.outcome])]
    if finding.specimen:
        parts.append(_band(finding.specimen, _SPECIMEN))
    parts.append("")
    parts += [_table(screen.overlay)] if screen.overlay else _texts(finding, screen)
    left = "" if screen.seconds_left is None else f"{screen.seconds_left} s"
    foot = "  ·  ".join(filter(None, (screen.title, finding.place, left)))
    return Panel(
        Group(*parts), border_style=COLOURS[plate.outcome], padding=(0, 1), subtitle=Text(f" {foot} ")
    )


def _texts(finding: Finding, screen: Screen) -> list[RenderableType]:
    notes = (*finding.notes, screen.trouble) if screen.trouble else finding.notes
    parts: list[RenderableType] = [Text(f"! {warning}", style=_WARNING) for warning in notes]
    parts += [Text(finding.name, style="bold")] if finding.name else []
    parts += [Text(text) for text in (finding.machine_name, finding.born) if text]
    if parts:
        parts.append("")
    parts.append(Text(finding.reason))
    if finding.advice:
        parts.append(Text(f"→ {finding.advice}", style="bold"))
    if screen.show_details:
        code = ((finding.code, ""),) if finding.code else ()
        parts += ["", _table((*code, *finding.details))]
    return parts


def _band(text: str, style: str) -> RenderableType:
    return Padding(Align.center(Text(text)), style=style)


def _table(rows: tuple[tuple[str, str], ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(label, style="" if value else "bold"), Text(value))
    return table
