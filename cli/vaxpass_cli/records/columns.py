"""The columns of records and register: their own names, and those that a mapping file gives them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import normalize

from vaxpass_cli.errors import UsageError


@dataclass(frozen=True)
class Layout:
    """The columns of one of the two tables."""

    role: str
    """Its name in a mapping file"""
    columns: tuple[str, ...]
    """The first of them tells rows apart"""
    required: frozenset[str]

    @property
    def key(self) -> str:
        """The column that tells rows apart."""
        return self.columns[0]


RECORDS: Final = Layout(
    "records",
    tuple(
        "record_id province facility full_name date_of_birth sex id_number phone vaccine dose doses"
        " vaccinated_on batch".split()
    ),
    frozenset(("record_id", "full_name", "date_of_birth", "id_number")),
)
REGISTRY: Final = Layout(
    "registry",
    tuple(
        "person_id id_number old_id_number full_name date_of_birth sex phone province".split(),
    ),
    frozenset(("person_id", "full_name", "date_of_birth", "id_number")),
)
_LARGEST: Final = 65_536


def read_mapping(path: Path | None) -> Mapping[str, Mapping[str, str]]:
    """The file of `--mapping`: for each of the two tables, our name of a column -> the file's name."""
    if path is None:
        return {}
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    try:
        parsed = tomllib.loads(data.decode("utf-8-sig")) if len(data) <= _LARGEST else None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("error.mapping.not_toml", path=path, reason=error) from None
    if parsed is None:
        raise UsageError("error.mapping.too_large", path=path, most=_LARGEST)
    for layout in (RECORDS, REGISTRY):
        table = parsed.pop(layout.role, {})
        if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
            raise UsageError("error.mapping.lines", path=path, role=layout.role)
        for column in table.keys() - set(layout.columns):
            raise UsageError(
                "error.mapping.no_column",
                path=path,
                role=layout.role,
                column=column,
                columns=", ".join(layout.columns),
            )
        parsed[f" {layout.role}"] = table
    for name in (name for name in parsed if not name.startswith(" ")):
        raise UsageError("error.mapping.unknown", path=path, name=name)
    return {role.strip(): table for role, table in parsed.items()}


def find(
    path: Path, header: Sequence[str], layout: Layout, mapping: Mapping[str, str]
) -> Mapping[str, int]:
    """Our columns -> their places in a file. Capitals and spaces around a name make no difference."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(_plain(name), []).append(place)
    found = {}
    for column in layout.columns:
        name = mapping.get(column, column)
        at = places.get(_plain(name), [])
        if len(at) > 1:
            raise UsageError("error.columns.twice", path=path, column=name, times=len(at))
        if at:
            found[column] = at[0]
        elif column in mapping or column in layout.required:
            there = ", ".join(each.strip()[:40] for each in header[:20])
            raise UsageError("error.columns.missing", path=path, column=name, columns=there)
    return found


def _plain(name: str) -> str:
    return normalize("NFC", name).strip().casefold()
