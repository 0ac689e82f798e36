"""Places everything on the drawn screen, in units of 1280 x 720.

The plate of a verdict is like a traffic light: each outcome has its own colour, shape, word and place.
Details, summary and help are tables of two columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaxpass import Outcome
from vaxpass_cli.output.plates import Plate
from vaxpass_cli.scan.screen import Finding, Screen, State
from vaxpass_cli.scan.window import colours
from vaxpass_cli.scan.window.boxes import HEIGHT, WIDTH, Box, Fill, Layout, Line, Sign, Words
from vaxpass_cli.scan.window.lettering import Lettering, drawable, spelled
from vaxpass_cli.scan.window.wrapping import (
    flow,
    largest,
    least_height,
    line_height,
    shortened,
    wrapped,
)

_SIZES: Final = (30, 28, 26, 24, 22, 20, 19, 18, 17, 16, 15, 14, 13, 12)
_GAP: Final = 24

# Heights, widths and margins, in units of the layout.
_BAR: Final = 54
_TEST: Final = 42
_KEYS: Final = 42
_MESSAGE: Final = 118
_ALERT: Final = 124
_MARGIN: Final = 24
_PLATE: Final = 300
_WORD: Final = 122
_WORD_LOW: Final = 92
_BELOW: Final = 34
"""What a line below the word adds"""
_STRIP: Final = 48
_SPECIMEN: Final = 44
_NOTES: Final = 104
_NOTES_LOW: Final = 54
_LOW: Final = 144
"""Height of the lowest part of a page: what to do next, and the camera's picture"""
_LOW_ALONE: Final = 88
_LOW_DETAILS: Final = 68
_ROOMY: Final = 310
"""Height from which on a page has room for the camera's picture"""
_SMALL: Final = 15
"""The size of letters that is too small where something else can be left out"""
_THUMB: Final = 256
_VERDICT_MARGIN: Final = 32
_SHAPE: Final = 176
_OUTLINE: Final = 96
_PLACES: Final = (
    (Outcome.REJECTED,),
    (Outcome.UNDECIDED, Outcome.UNREADABLE, Outcome.OTHER, Outcome.GENUINE),
    (Outcome.ACCEPTED,),
)


def table(rows: Sequence[tuple[str, str]], lettering: Lettering, box: Box, most: int) -> list[Line]:
    """The rows with the largest letters that fit, at most `most`. A row without a value is a title.

    Where they don't fit with the smallest letters, rows without a label join the one above, and then
    long texts end in an ellipsis.
    """
    spelled_rows = [(spelled(label), spelled(value)) for label, value in rows]
    joined = _joined(spelled_rows)
    sizes = [size for size in _SIZES if size <= most]
    for each in (spelled_rows, joined):
        lines = _fitting(each, lettering, box, sizes)
        if all(line.box.bottom <= box.bottom for line in lines):
            return lines
    lines = _set(joined, lettering, box, _SIZES[-1], most=1)
    return [line for line in lines if line.box.bottom <= box.bottom]


def _fitting(
    rows: Sequence[tuple[str, str]], lettering: Lettering, box: Box, sizes: Sequence[int]
) -> list[Line]:
    return largest(sizes, lambda size: _set(rows, lettering, box, size, most=6), box.bottom)


def _joined(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows, with those that go on with the one above in one line with it."""
    found: list[tuple[str, str]] = []
    for label, value in rows:
        if found and not label and value and found[-1][1]:
            found[-1] = found[-1][0], f"{found[-1][1]}; {value}"
        else:
            found.append((label, value))
    return found


def _set(
    rows: Sequence[tuple[str, str]], lettering: Lettering, box: Box, size: int, most: int
) -> list[Line]:
    labels = [lettering.width(label, size, bold=False) for label, value in rows if value]
    first = min(max(labels, default=0), box.width * 45 // 100)
    second = box.left + first + _GAP
    lines: list[Line] = []
    top = box.top
    for label, value in rows:
        if not value:
            top += size // 2 if lines else 0
            added = _column(lettering, label, Box(box.left, top, box.width, 0), size, most, title=True)
        else:
            added = _column(lettering, label, Box(box.left, top, first, 0), size, most)
            added += _column(lettering, value, Box(second, top, box.right - second, 0), size, most)
        lines += added
        top = max((line.box.bottom for line in added), default=top)
    return lines


def _column(
    lettering: Lettering, text: str, place: Box, size: int, most: int, *, title: bool = False
) -> list[Line]:
    height = line_height(size)
    lines: list[Line] = []
    parts = wrapped(lettering, text, size, place.width, bold=title)
    for text_line in shortened(lettering, parts, size, place.width, bold=title, most=most):
        width = min(place.width, lettering.width(text_line, size, bold=title))
        box = Box(place.left, place.top + len(lines) * height, width, height)
        lines.append(Line(box, text_line, size, title, colours.INK))
    return lines


@dataclass(frozen=True, slots=True)
class Verdict:
    """The parts of a layout that show a verdict."""

    fills: tuple[Fill, ...] = ()
    lines: tuple[Line, ...] = ()
    signs: tuple[Sign, ...] = ()
    picture: Box | None = None


def verdict(screen: Screen, lettering: Lettering, body: Box, *, camera: bool) -> Verdict:
    """Place the finding of a screen in `body`; `camera`: with a small picture of the camera."""
    finding = screen.finding
    if finding is None:
        return Verdict()
    outcome = finding.plate.outcome
    plate, letters = colours.PLATES[outcome], colours.LETTERS[outcome]
    left = body.left + _PLATE
    high = _WORD_LOW if screen.show_details else _WORD
    band = Box(left, body.top, body.right - left, high + _BELOW if finding.plate.below else high)
    fills = [
        Fill(body, colours.PAPER),
        Fill(Box(body.left, body.top, _PLATE, body.height), plate),
        Fill(band, plate),
    ]
    words = [Words(spelled(finding.plate.word), 84, 63, letters, bold=True, most=1)]
    if finding.plate.below:
        words.append(Words(spelled(finding.plate.below), 36, 30, letters, bold=True, most=1))
    lines = flow(lettering, words, band.inset(_VERDICT_MARGIN, 0), down=0.5)
    rest = Box(left, band.bottom, band.width, body.bottom - band.bottom)
    if finding.specimen:
        mark = Box(rest.left, rest.top, rest.width, _SPECIMEN)
        fills.append(Fill(mark, colours.TEST))
        specimen = Words(spelled(finding.specimen), 30, 18, colours.WHITE, bold=True, most=1)
        lines += flow(lettering, (specimen,), mark.inset(_VERDICT_MARGIN, 0), down=0.5)
        rest = Box(rest.left, mark.bottom, rest.width, rest.height - _SPECIMEN)
    notes = (*finding.notes, screen.trouble) if screen.trouble else finding.notes
    if notes:
        high = _NOTES_LOW if screen.show_details else _NOTES
        warned = _warnings(notes, lettering, Box(rest.left, rest.top + 6, rest.width, high))
        low = warned[-1].box.bottom + 6
        fills.append(Fill(Box(rest.left, rest.top, rest.width, low - rest.top), colours.WARNING))
        lines += warned
        rest = Box(rest.left, low, rest.width, rest.bottom - low)
    strip = Box(rest.left, rest.bottom - _STRIP, rest.width, _STRIP)
    fills.append(Fill(strip, colours.SHADE))
    lines += _strip(screen, finding, lettering, strip)
    page = Box(rest.left, rest.top, rest.width, rest.height - _STRIP).inset(_VERDICT_MARGIN, 14)
    picture = None
    if screen.overlay:
        lines += table(screen.overlay, lettering, page, 28)
    else:
        thumb = camera and not screen.show_details and page.height >= _ROOMY
        thumb = thumb and _is_legible(finding, lettering, page)
        if thumb:
            picture = Box(page.right - _THUMB, page.bottom - _LOW, _THUMB, _LOW)
        lines += _page(screen, finding, lettering, page, fills, thumb=thumb)
    signs = _signs(finding.plate, Box(body.left, body.top, _PLATE, body.height))
    return Verdict(tuple(fills), tuple(lines), signs, picture)


def _strip(screen: Screen, finding: Finding, lettering: Lettering, strip: Box) -> list[Line]:
    """The line with the state, the number of waiting verdicts and the seconds that are left."""
    left_over = "" if screen.seconds_left is None else f"{screen.seconds_left} s"
    status = "    ".join(part for part in (finding.place, left_over) if part)
    inner = strip.inset(_VERDICT_MARGIN, 2)
    words = Words(spelled(status), 26, 16, colours.INK, bold=True, most=1)
    right = flow(lettering, (words,), inner, align=1.0, down=0.5)
    free = right[0].box.left - inner.left - _VERDICT_MARGIN if right else inner.width
    title = Words(spelled(screen.title), 21, 13, colours.INK_SOFT, most=1)
    return right + flow(lettering, (title,), Box(inner.left, inner.top, free, inner.height), down=0.5)


def _warnings(notes: tuple[str, ...], lettering: Lettering, strip: Box) -> list[Line]:
    words = [Words(spelled(f"! {text}"), 23, 12, colours.INK, bold=True) for text in notes]
    inner = strip.inset(_VERDICT_MARGIN, 0)
    high = max(inner.height, least_height(lettering, words, inner.width))
    return flow(lettering, words, Box(inner.left, inner.top, inner.width, high))


def _page(
    screen: Screen,
    finding: Finding,
    lettering: Lettering,
    page: Box,
    fills: list[Fill],
    *,
    thumb: bool,
) -> list[Line]:
    """The holder and the reason; below them, in a box, what to do next."""
    # Without advice the reason takes its place.
    reason, advice = (finding.reason, finding.advice) if finding.advice else ("", finding.reason)
    low = _LOW if thumb else _LOW_DETAILS if screen.show_details else _LOW_ALONE
    width = page.width - _THUMB - 20 if thumb else page.width
    plate = Box(page.left, page.bottom - low, width, low)
    lines: list[Line] = []
    if advice:
        fills.append(Fill(plate, colours.WHITE))
        accent = Box(plate.left, plate.top, 10, plate.height)
        fills.append(Fill(accent, colours.PLATES[finding.plate.outcome]))
        words = Words(spelled(advice), 32, 14, colours.INK, bold=True)
        lines += flow(lettering, (words,), plate.inset(28, 4), down=0.5)
    upper = Box(page.left, page.top, page.width, page.height - low - 12)
    if not screen.show_details:
        return lines + flow(
            lettering, _texts(finding, reason, 64, lettering, upper, finding.facts), upper
        )
    texts = _texts(finding, reason, 36, lettering, upper, ())
    # Holder and reason are more important than details: they get their room first.
    high = max(upper.height * 45 // 100, least_height(lettering, texts, upper.width))
    top = flow(lettering, texts, Box(upper.left, upper.top, upper.width, min(high, upper.height)))
    begin = (top[-1].box.bottom if top else upper.top) + 8
    rest = Box(upper.left, begin, upper.width, upper.bottom - begin)
    rows = [(finding.code, finding.path), *finding.details] if finding.code else finding.details
    return lines + top + table(rows, lettering, rest, 22)


def _is_legible(finding: Finding, lettering: Lettering, page: Box) -> bool:
    """Whether holder and reason are in letters of a good size above the camera's picture."""
    reason = finding.reason if finding.advice else ""
    upper = Box(page.left, page.top, page.width, page.height - _LOW - 12)
    return _texts(finding, reason, 64, lettering, upper, finding.facts)[0].least > _SMALL


def _texts(
    finding: Finding, reason: str, size: int, lettering: Lettering, box: Box, known: Sequence[str]
) -> list[Words]:
    """The holder and the reason. The name is largest: as written, else in machine-readable letters.

    `known` are the facts that are shown: the rows of the details have them, too.
    """
    local = spelled(finding.name) if drawable(finding.name) else ""
    name, machine = (local, finding.machine_name) if local else (finding.machine_name, "")
    share = 50 if name or finding.born else 75

    def texts(name_least: int, machine_least: int, least: int) -> list[Words]:
        facts = (Words(spelled(fact), size * 44 // 100, least, colours.INK) for fact in known)
        return [
            Words(spelled(finding.family), size * 44 // 100, least, colours.INK_SOFT),
            Words(name, size, name_least, colours.INK, bold=True),
            Words(spelled(machine), size * 48 // 100, machine_least, colours.INK_SOFT),
            Words(spelled(finding.born), size * 55 // 100, least, colours.INK, gap=4),
            *facts,
            Words(spelled(reason), size * share // 100, least, colours.INK, bold=True, gap=14),
        ]

    for least in ((max(24, size * 47 // 100), 17, max(18, size * 3 // 8)), (24, 15, 19)):
        legible = texts(*least)
        if least_height(lettering, legible, box.width) <= box.height:
            return legible
    return texts(18, 13, _SMALL)


def _signs(found: Plate, plate: Box) -> tuple[Sign, ...]:
    outcome = found.outcome
    limited = outcome is Outcome.ACCEPTED and bool(found.below)
    colour, letters = colours.PLATES[outcome], colours.LETTERS[outcome]
    dim = colours.between(colour, letters, 0.35)
    third = plate.height // len(_PLACES)
    signs = []
    for number, outcomes in enumerate(_PLACES):
        solid = outcome in outcomes
        size = _SHAPE if solid else _OUTLINE
        middle = plate.left + plate.width // 2, plate.top + third * number + third // 2
        box = Box(middle[0] - size // 2, middle[1] - size // 2, size, size)
        shape = outcome if solid else outcomes[0]
        signs.append(Sign(shape, box, letters if solid else dim, colour, solid, limited))
    return tuple(signs)


def layout(screen: Screen, lettering: Lettering, *, camera: bool) -> Layout:
    """The layout of a screen; `camera` says whether it has the camera's picture."""
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
        body = _alerts(screen, lettering, body, fills, lines)
        place = body.inset(4 * _MARGIN, _MARGIN)
        message = (
            Words(spelled(screen.title), 56, 30, colours.WHITE, bold=True),
            Words(spelled(screen.hint), 36, 24, colours.AMBER, gap=16),
        )
        lines += flow(lettering, message, place, align=0.5, down=0.5)
    else:
        body = _alerts(screen, lettering, body, fills, lines)
        picture = Box(0, body.top, WIDTH, body.height - _MESSAGE).inset(0, 8)
        lines += _message(screen, lettering, Box(0, body.bottom - _MESSAGE, WIDTH, _MESSAGE), fills)
    guide = screen.state is State.SEARCHING and screen.finding is None
    return Layout(colours.NIGHT, tuple(fills), tuple(lines), shown.signs, picture, guide)


def _alerts(
    screen: Screen, lettering: Lettering, body: Box, fills: list[Fill], lines: list[Line]
) -> Box:
    """What must be known before a code is shown, in large letters at the top; gives the free rest."""
    top = body.top
    for alert in screen.alerts:
        plate = Box(body.left, top, body.width, _ALERT)
        fills.append(Fill(plate, colours.AMBER))
        words = Words(spelled(alert), 44, 22, colours.INK, bold=True)
        lines += flow(lettering, (words,), plate.inset(2 * _MARGIN, 6), down=0.5)
        top = plate.bottom + 4
    return Box(body.left, top, body.width, body.bottom - top)


def _frame(screen: Screen, lettering: Lettering) -> tuple[list[Fill], list[Line], int]:
    """Badges at the top and keys at the bottom; gives also where the space between them begins."""
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
    """The state of the desk, or a hint, in large letters below the picture."""
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
