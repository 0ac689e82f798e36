"""The columns of records and register: our names, and the names that a mapping file gives them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn, TypeAlias
from unicodedata import normalize

from vaxpass.records import FIELDS
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
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
_SHOWN_HEADS: Final = 20
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


def find(path: Path, header: Sequence[str], layout: Layout, mapping: Mapping[str, str]) -> Places:
    """Find our columns in the header of a file.

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
        _missing(path, header, layout, missing)
    return found


def _missing(path: Path, header: Sequence[str], layout: Layout, missing: Sequence[str]) -> NoReturn:
    names = (" ".join(each.split()) for each in header if each.strip())
    running = next((each for each in header if headers.is_running_number(each)), "")
    key = "error.columns.running" if running and layout.key in missing else "error.columns.missing"
    raise UsageError(
        key,
        path=path,
        column=", ".join(missing),
        columns=", ".join(each[:_SHOWN_HEAD] for each in islice(names, _SHOWN_HEADS)),
        running=running.strip(),
    )


def _plain(name: str) -> str:
    return normalize("NFC", name).strip().casefold()
