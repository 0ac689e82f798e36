"""What the content of a whole file says about it: damaged by a program, or as people wrote it.

docs/matching.md has the limits and their reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.edge import Message
from vaxpass_cli.records.columns import Layout
from vaxpass_cli.records.engine import Engine, literal
from vaxpass_cli.records.tables import Row, UnreadableLine

_LEAST_UNREADABLE: Final = 5
_LEAST_LOST: Final = 3
_LEAST_MONTH_FIRST: Final = 5
_LEAST_EMPTY: Final = 6
_SHARE: Final = 0.1
# Of Python and RE2 alike. They hold in texts in any form of Unicode.
_LETTER: Final = f"[A-Za-z\u00c0-{chr(0x1EFF)}]"
_LOST: Final = rf"{_LETTER}\?+{_LETTER}|(^|[^\w?])\?+{_LETTER}|{_LETTER}\?+ +({_LETTER}|\?)" "|\ufffd"
_SPREADSHEET_NUMBER: Final = r"^\s*[0-9]([.,][0-9]+)?[eE]\+?[0-9]+\s*$"
_TWO_PARTS: Final = r"^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*\d{2,4}"
_FILLED: Final = "[1-9]|\\pL"
"""Of RE2 alone. Programs write a zero where a formula has no value."""
_NEEDED: Final = {"full_name": "names", "date_of_birth": "births", "id_number": "identities"}
_DAYS: Final = ("date_of_birth", "vaccinated_on")
_MONTHS: Final = 12


class Unreadable(NamedTuple):
    """How many lines of a file are no rows, and the first of them."""

    lines: int
    first: int


class _Found(NamedTuple):
    rows: int
    names: int
    births: int
    identities: int
    lost: int
    numbers: int
    day_first_1: int
    month_first_1: int
    day_first_2: int
    month_first_2: int


def diagnose(
    path: Path,
    relation: str,
    layout: Layout,
    engine: Engine,
    unreadable: Unreadable,
    rows: Iterable[Row | UnreadableLine] | None,
) -> Sequence[Message]:
    """Look at all rows of a file; gives notes. Raises `UsageError` where the file is damaged."""
    days = [day if day in layout.columns else "''" for day in _DAYS]
    counts = [
        "count(*) AS rows",
        *(
            f"count_if(regexp_matches({column}, {literal(_FILLED)})) AS {name}"
            for column, name in _NEEDED.items()
        ),
        f"coalesce(count_if(regexp_matches(full_name, {literal(_LOST)})), 0) AS lost",
        f"coalesce(count_if(regexp_matches(id_number, {literal(_SPREADSHEET_NUMBER)})), 0) AS numbers",
    ]
    for place, day in enumerate(days, 1):
        first, second = (
            f"TRY_CAST(regexp_extract({day}, {literal(_TWO_PARTS)}, {part}) AS INTEGER)"
            for part in (1, 2)
        )
        swapped = f"{second} > {_MONTHS} AND {first} <= {_MONTHS}"
        counts.append(f"coalesce(count_if({first} > {_MONTHS}), 0) AS day_first_{place}")
        counts.append(f"coalesce(count_if({swapped}), 0) AS month_first_{place}")
    (found,) = engine.rows(_Found, f"FROM (SELECT {', '.join(counts)} FROM ({relation}))")
    total = found.rows + unreadable.lines
    if unreadable.lines >= _LEAST_UNREADABLE and unreadable.lines > _SHARE * total:
        raise UsageError(
            "error.damaged.rows", path=path, count=unreadable.lines, rows=total, line=unreadable.first
        )
    if found.lost >= _LEAST_LOST and found.lost > _SHARE * found.rows:
        line = _line(rows, re.compile(_LOST).search)
        raise UsageError("error.damaged.names", path=path, count=found.lost, rows=found.rows, line=line)
    pairs = (
        (found.day_first_1, found.month_first_1),
        (found.day_first_2, found.month_first_2),
    )
    for column, (day_first, month_first) in zip(_DAYS, pairs, strict=True):
        if not day_first and month_first >= _LEAST_MONTH_FIRST and month_first > _SHARE * found.rows:
            line = _line(rows, _is_month_first)
            raise UsageError("error.damaged.month_first", path=path, column=column, line=line)
    for column, name in _NEEDED.items():
        if found.rows >= _LEAST_EMPTY and not getattr(found, name) and column != "id_number":
            raise UsageError("error.damaged.empty", path=path, column=column, count=found.rows)
    notes = []
    if found.rows >= _LEAST_EMPTY and not found.identities:
        # A list of children may have none.
        notes.append(
            Message("reading.empty", {"path": path, "column": "id_number", "count": found.rows})
        )
    if found.numbers:
        notes.append(Message("reading.spreadsheet_numbers", {"path": path, "count": found.numbers}))
    return notes


def _is_month_first(cell: str) -> bool:
    parts = re.match(_TWO_PARTS, cell)
    return parts is not None and int(parts[1]) <= _MONTHS < int(parts[2])


def _line(rows: Iterable[Row | UnreadableLine] | None, is_it: Callable[[str], object]) -> int:
    """The line of the first row with such a cell; 1 where rows have no lines."""
    for row in rows or ():
        if isinstance(row, Row) and any(map(is_it, row.cells)):
            return row.line
    return 1
