"""The columns of records and register: our names, and the names that a mapping file gives them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn, TypeAlias
from unicodedata import normalize

from vaxpass import messages
from vaxpass.encoding.vietnamese import is_syllable
from vaxpass.records import FIELDS
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.edge import Message
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.records import headers
from vaxpass_cli.records.headers import Source, Unclear


@dataclass(frozen=True)
class Layout:
    """The columns of one of the two tables of a user: records or register."""

    role: str
    """Its name in a mapping file"""
    columns: tuple[str, ...]
    """Our names; the first column is the key, with a different value in each row"""
    required: frozenset[str]
    names: tuple[str, ...]
    """The columns that name something: they are read in the form of `canonical_text`"""

    @property
    def key(self) -> str:
        """The column with a different value in each row."""
        return self.columns[0]


RECORDS: Final = Layout(
    "records",
    FIELDS,
    frozenset(("record_id", "full_name", "date_of_birth", "id_number")),
    ("record_id", "province", "facility"),
)
REGISTRY: Final = Layout(
    "registry",
    tuple(
        "person_id id_number old_id_number full_name date_of_birth sex phone province".split(),
    ),
    frozenset(("person_id", "full_name", "date_of_birth", "id_number")),
    ("person_id", "province"),
)
_MAX_BYTES: Final = 65_536
_SHOWN_HEAD: Final = 40
_VALUE: Final = re.compile(r"\d{5}|\d[/.-]\d+[/.-]\d")
"""Stands in no name of a column: a number or a day"""
_LOST_HEAD: Final = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd")
_SHOWN_HEADS: Final = 20
_CELLS: Final = re.compile("[,;\t|]")
Places: TypeAlias = Mapping[str, Source]
"""Where each of our columns is in a file; those that it lacks are absent"""


def read_mapping(path: Path | None) -> Mapping[str, Mapping[str, str]]:
    """Read the file of `--mapping`: for each table, the file's name of a column by our name.

    Raises `UsageError` where it can't be read or has unknown names.
    """
    if path is None:
        return {}
    data = read_bounded(path, _MAX_BYTES)
    if len(data) > _MAX_BYTES:
        raise UsageError("error.mapping.too_large", path=path, most=_MAX_BYTES)
    try:
        tables = tomllib.loads(encodings.text_in(path, data))
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.mapping.not_toml", path=path, detail=error) from None
    layouts = {layout.role: layout for layout in (RECORDS, REGISTRY)}
    for role, table in tables.items():
        if role not in layouts:
            raise UsageError("error.mapping.unknown", path=path, name=role)
        if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
            raise UsageError("error.mapping.lines", path=path, role=role)
        for column in table.keys() - set(layouts[role].columns):
            raise UsageError(
                "error.mapping.no_column",
                path=path,
                role=role,
                column=column,
                columns=", ".join(layouts[role].columns),
            )
    return tables


def find(
    path: Path, header: Sequence[str], layout: Layout, mapping: Mapping[str, str], line: int = 1
) -> Places:
    """Find our columns in the header of a file, which is in this line.

    A mapped name counts first, then our own names, then the heads that are known (`headers`). Raises
    `UsageError` where required or mapped columns are missing, all of them at once, and where several
    heads may be the same column.
    """
    named: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        named.setdefault(_plain(name), []).append(place)
    guessed = headers.known(header, layout.role)
    found: dict[str, Source] = {}
    missing = []
    for column in layout.columns:
        name = mapping.get(column, column)
        at = named.get(_plain(name), [])
        if len(at) > 1:
            raise UsageError("error.columns.twice", path=path, column=name, times=len(at))
        if at:
            found[column] = Source(((at[0],),))
        elif column in mapping:
            missing.append(name)
        elif column in guessed:
            guess = guessed[column]
            if isinstance(guess, Unclear):
                heads = ", ".join(each.strip()[:_SHOWN_HEAD] for each in guess.heads)
                raise UsageError("error.columns.unclear", path=path, column=column, heads=heads)
            found[column] = guess
        elif column in layout.required:
            missing.append(column)
    if missing:
        _missing(path, header, layout, missing, line)
    return found


def _missing(
    path: Path, header: Sequence[str], layout: Layout, missing: Sequence[str], line: int
) -> NoReturn:
    filled = [each for each in header if each.strip()]
    if len(filled) == 1 and len(headers.known(_CELLS.split(filled[0]), layout.role)) > 1:
        raise UsageError("error.columns.quoted", path=path, line=line)
    if any(_VALUE.search(each) for each in header):
        # A row of the list: what is in it may be personal, and is not shown.
        raise UsageError("error.no_header", path=path)
    if any(_LOST_HEAD.search(each) for each in header):
        raise UsageError("error.damaged.heads", path=path, line=line)
    running = next((each for each in header if headers.is_running_number(each)), "")
    key = "error.columns.running" if running and layout.key in missing else "error.columns.missing"
    raise UsageError(
        key,
        path=path,
        column=", ".join(missing),
        columns=_shown(filled),
        running=running.strip(),
    )


def _shown(heads: Iterable[str]) -> str:
    names = (" ".join(each.split())[:_SHOWN_HEAD] for each in heads)
    return ", ".join(islice(names, _SHOWN_HEADS))


def absent(path: Path, header: Sequence[str], layout: Layout, places: Places) -> Iterator[Message]:
    """Says which columns a file lacks where it has heads that are not known: one of them may be meant.

    Else each record would lack a value that the list has.
    """
    used = {place for found in places.values() for each in found.alternatives for place in each}
    left = [head for place, head in enumerate(header) if place not in used and headers.is_of_use(head)]
    columns = [column for column in layout.columns if column not in places]
    if columns and left:
        values = {"path": path, "columns": ", ".join(columns), "heads": _shown(left)}
        yield Message("reading.absent", values)


def _plain(name: str) -> str:
    return normalize("NFC", name).strip().casefold()


# --- a mapping file that an office only has to complete ----------------------------------------------

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
