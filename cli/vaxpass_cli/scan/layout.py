"""Screen -> where everything stands, in units of 1280 x 720. The verdict has a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vaxpass_cli.scan import colours
from vaxpass_cli.scan.boxes import HEIGHT, WIDTH, Box, Fill, Layout, Line, Words
from vaxpass_cli.scan.flow import flow, line_height
from vaxpass_cli.scan.lettering import Lettering, spelled
from vaxpass_cli.scan.screen import Screen, State
from vaxpass_cli.scan.table import table
from vaxpass_cli.scan.verdict_layout import Verdict, verdict

_BAR: Final = 54
_TEST: Final = 42
_KEYS: Final = 42
_MESSAGE: Final = 118
_MARGIN: Final = 24


def layout(screen: Screen, lettering: Lettering, *, camera: bool) -> Layout:
    """The picture of a screen; `camera` says whether there is a camera's picture to be shown."""
    fills, lines, top = _frame(screen, lettering)
    body = Box(0, top, WIDTH, HEIGHT - _KEYS - top)
    picture = None
    shown = Verdict()
    if screen.finding:
        shown = verdict(screen, lettering, body, camera=camera)
        fills += shown.fills
        lines += shown.lines
        picture = shown.picture
    elif screen.overlay:
        inside = Box(WIDTH // 2 - 380, body.top, 760, body.height).inset(0, 2 * _MARGIN)
        rows = table(screen.overlay, lettering, inside, 30)
        low = max(line.box.bottom for line in rows)
        panel = Box(inside.left, inside.top, inside.width, low - inside.top)
        fills.append(Fill(panel.inset(-40, -_MARGIN), colours.PAPER))
        lines += rows
    elif screen.trouble:
        lines += _trouble(screen, lettering, body, fills)
    elif screen.state is State.CLEAR or not camera:
        place = body.inset(4 * _MARGIN, _MARGIN)
        message = (
            Words(spelled(screen.title), 56, 30, colours.WHITE, bold=True),
            Words(spelled(screen.hint), 36, 24, colours.AMBER, gap=16),
        )
        lines += flow(lettering, message, place, align=0.5, down=0.5)
    else:
        picture = Box(0, body.top, WIDTH, body.height - _MESSAGE).inset(0, 8)
        lines += _message(screen, lettering, Box(0, body.bottom - _MESSAGE, WIDTH, _MESSAGE), fills)
    guide = screen.state is State.SEARCHING and screen.finding is None
    return Layout(colours.NIGHT, tuple(fills), tuple(lines), shown.signs, picture, guide)


def _frame(screen: Screen, lettering: Lettering) -> tuple[list[Fill], list[Line], int]:
    """Badges at the top, keys at the bottom; and where the space between them begins."""
    keys = Box(0, HEIGHT - _KEYS, WIDTH, _KEYS)
    fills = [Fill(Box(0, 0, WIDTH, _BAR), colours.BAR), Fill(keys, colours.BAR)]
    help_line = Words(spelled(screen.keys), 20, 10, colours.QUIET, most=1)
    lines = flow(lettering, (help_line,), keys.inset(_MARGIN, 2), align=0.5, down=0.5)
    lines += _badges(screen.badges, lettering, fills)
    if not screen.test_mode:
        return fills, lines, _BAR
    band = Box(0, _BAR, WIDTH, _TEST)
    fills.append(Fill(band, colours.TEST))
    words = Words(spelled(screen.test_mode), 28, 16, colours.WHITE, bold=True, most=1)
    lines += flow(lettering, (words,), band.inset(_MARGIN, 0), align=0.5, down=0.5)
    return fills, lines, band.bottom


def _badges(badges: Sequence[str], lettering: Lettering, fills: list[Fill]) -> list[Line]:
    texts = [spelled(badge) for badge in badges]
    gap, padding = 10, 12
    for size in (21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10):
        widths = [lettering.width(text, size, bold=True) for text in texts]
        if sum(widths) + len(widths) * (gap + 2 * padding) <= WIDTH - 2 * gap:
            break
    lines = []
    left = gap
    for text, width in zip(texts, widths if texts else (), strict=True):
        box = Box(left, 8, width + 2 * padding, _BAR - 16)
        if box.right > WIDTH:
            break
        fills.append(Fill(box, colours.BADGE))
        top = box.top + (box.height - line_height(size)) // 2
        place = Box(box.left + padding, top, width, line_height(size))
        lines.append(Line(place, text, size, True, colours.WHITE))
        left = box.right + gap
    return lines


def _message(screen: Screen, lettering: Lettering, strip: Box, fills: list[Fill]) -> list[Line]:
    """What the desk does, or better, what would help it, in large letters below the picture."""
    reading = screen.state is State.READING
    fills.append(Fill(strip, colours.READING if reading else colours.SEARCHING))
    if not screen.hint:
        title = Words(spelled(screen.title), 46, 24, colours.WHITE, bold=True)
        return flow(lettering, (title,), strip.inset(_MARGIN, 8), align=0.5, down=0.5)
    texts = (
        Words(spelled(screen.title), 22, 16, colours.QUIET),
        Words(spelled(screen.hint), 44, 22, colours.AMBER, bold=True),
    )
    return flow(lettering, texts, strip.inset(_MARGIN, 4), align=0.5, down=0.5)


def _trouble(screen: Screen, lettering: Lettering, body: Box, fills: list[Fill]) -> list[Line]:
    plate = body.inset(2 * _MARGIN, 3 * _MARGIN)
    fills.append(Fill(plate, colours.PAPER))
    fills.append(Fill(Box(plate.left, plate.top, 28, plate.height), colours.AMBER))
    words = Words(spelled(screen.trouble), 54, 26, colours.INK, bold=True)
    return flow(lettering, (words,), plate.inset(4 * _MARGIN, _MARGIN), down=0.5)
