"""A mapping file that an office only has to complete: `match --suggest-mapping`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from vaxpass import messages
from vaxpass.encoding.vietnamese import is_syllable
from vaxpass_cli.records import headers
from vaxpass_cli.records.columns import Layout
from vaxpass_cli.records.headers import Source

_SURE: Final = 0.9
_LEAST: Final = 3
_NUMBER: Final = re.compile(r"'?\d{9}|'?\d{11,12}")
_PHONE: Final = re.compile(r"(\+84|84|0)[\d .-]{8,13}")
_DATE: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4})|(\d{4})-\d{1,2}-\d{1,2}")
_FIRST_DOSE: Final = 2021
"""Nobody in the country was vaccinated before"""
_WORDS: Final = 2


def suggest(
    path: Path, layout: Layout, header: Sequence[str], rows: Sequence[Sequence[str]], language: str
) -> str:
    """A table of a mapping file. Columns that are not known are comments, with the heads of the file.

    `rows` are the first rows below the header: a column is guessed by them where nothing else fits.
    """
    known = headers.known(header, layout.role)
    taken = {
        place
        for found in known.values()
        if isinstance(found, Source)
        for places in found.alternatives
        for place in places
    }
    guessed = _by_content(header, rows, taken)
    lines = [f"# {json.dumps(path.name, ensure_ascii=False)}", f"[{layout.role}]"]
    unknown = []
    for column in layout.columns:
        found = known.get(column)
        if isinstance(found, Source):
            if found.is_plain:
                lines.append(f"{column} = {_quoted(header[found.alternatives[0][0]])}")
            else:
                heads = [_quoted(header[place]) for places in found.alternatives for place in places]
                said = messages.text("suggest.several", language, heads=", ".join(heads))
                lines.append(f"# {column}: {said}")
        elif found is not None:
            said = messages.text("suggest.choose", language)
            lines += [f"# {column} = {_quoted(head)}  # {said}" for head in found.heads]
        elif column in guessed:
            said = messages.text("suggest.guessed", language)
            lines.append(f"{column} = {_quoted(header[guessed[column]])}  # {said}")
        else:
            unknown.append(column)
    for column in unknown:
        needed = "suggest.required" if column in layout.required else "suggest.optional"
        lines.append(f'# {column} = ""  # {messages.text(needed, language)}')
    free = [
        _quoted(head)
        for place, head in enumerate(header)
        if place not in {*taken, *guessed.values()} and head.strip()
    ]
    if unknown and free:
        lines.append(f"# {messages.text('suggest.free', language, heads=', '.join(free))}")
    return "\n".join(lines) + "\n"


def _quoted(head: str) -> str:
    return json.dumps(head.strip(), ensure_ascii=False)


def _by_content(
    header: Sequence[str], rows: Sequence[Sequence[str]], taken: set[int]
) -> dict[str, int]:
    """Columns that only one column of the file can be, by what is in it."""
    tests: dict[str, Callable[[str], object]] = {
        "id_number": _NUMBER.fullmatch,
        "full_name": _is_name,
        "phone": _PHONE.fullmatch,
        "date_of_birth": lambda cell: 0 < _year(cell) < _FIRST_DOSE,
        "vaccinated_on": lambda cell: _year(cell) >= _FIRST_DOSE,
    }
    found: dict[str, list[int]] = {}
    for place, head in enumerate(header):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        if place in taken or headers.is_running_number(head) or len(cells) < _LEAST:
            continue
        for column, test in tests.items():
            if sum(bool(test(cell)) for cell in cells) >= _SURE * len(cells):
                found.setdefault(column, []).append(place)
                break
    return {column: places[0] for column, places in found.items() if len(places) == 1}


def _is_name(cell: str) -> bool:
    words = cell.split()
    return len(words) >= _WORDS and not cell.isascii() and all(map(is_syllable, words))


def _year(cell: str) -> int:
    found = _DATE.match(cell)
    return int(found[1] or found[2]) if found else 0
