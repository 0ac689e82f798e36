"""One record's case in the cleaning lists of a match.

The lists hold what the facility declared and the codes that it may be told, nothing of the register; so
there is nothing of it here either. Their headings are in the language of the run: columns go by place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.identity import Declared, IdentityCode
from vaxpass_cli import statement
from vaxpass_cli.failure import Wrong

_COLUMNS: Final = (
    "record_id full_name date_of_birth sex id_number phone vaccine dose vaccinated_on"
    " status field codes advice"
).split()
_INDEX: Final = "index.csv"
_CODES: Final = frozenset(map(str, IdentityCode))


@dataclass(frozen=True, slots=True)
class Case:
    """A record that was not matched: what it declares, and what may be told about it."""

    record: str
    declared: Declared
    status: str
    codes: tuple[str, ...]
    advice: str
    """Sentences for all codes, in the language of the lists"""

    def sentences(self, language: str) -> list[str]:
        """What to do, in this language where every code has a sentence here."""
        if self.codes and all(code in _CODES and code != "phone.shared" for code in self.codes):
            return [IdentityCode(code).message(language) for code in self.codes]
        return [self.advice] if self.advice else []


def find(folder: Path, record: str) -> Case:
    """The case of a record. Raises `Wrong` where the lists have none."""
    lists = folder / "cleaning"
    if not (lists / _INDEX).is_file():
        raise Wrong(f"{folder}: there are no cleaning lists; name the folder that vaxpass match wrote.")
    for path in sorted(lists.glob("*/*.csv")):
        for row in _rows(path):
            if row.get("record_id") == record:
                return _case(row)
    raise Wrong(
        f"{folder}: no cleaning list has this record. It may be matched, or stand in rejected.csv."
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = csv.reader(file)
        next(lines, None)
        try:
            for line in lines:
                if len(line) != len(_COLUMNS):
                    raise Wrong(f"{path}: this is no cleaning list that can be read here.")
                yield dict(zip(_COLUMNS, map(_plain, line), strict=True))
        except csv.Error:
            raise Wrong(f"{path}: the list is damaged.") from None


def _plain(cell: str) -> str:
    # Cells that a spreadsheet would take for a formula have this in front.
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def _case(row: dict[str, str]) -> Case:
    return Case(
        row["record_id"],
        statement.declared(row),
        row["status"],
        tuple(row["codes"].split()),
        row["advice"],
    )
