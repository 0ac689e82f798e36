"""SQL makes identifiers canonical as the library does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from vaxpass_cli.records import record_sql
from vaxpass_cli.records.engine import Engine

from vaxpass.records import canonical_text

SPACES = ("", " ", "  ", "\t", "\xa0", " x  ")


class Name(NamedTuple):
    name: str


class Made(NamedTuple):
    name: str
    made: str


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "spill", gigabytes=0.5, threads=1) as opened:
        record_sql.define(opened)
        yield opened


def test_a_canonical_text_is_the_same_in_sql_wherever_a_space_stands(engine: Engine) -> None:
    words = ("R1", "R 1", "Tie\u0302m", "a\u200bb", "~", "\uff32\uff11", "\u202aR1\u202c")
    names = {f"{left}{word}{right}" for word in words for left in SPACES for right in SPACES}
    engine.make_table("names", Name, map(Name, names | {"", " "}))
    select = f"SELECT name, {record_sql.canonical('name')} AS made FROM names"
    found = list(engine.rows(Made, f"FROM ({select})"))
    assert len(found) == len(names) + 2
    for name, made in found:
        assert made == canonical_text(name), repr(name)


def test_wide_digits_and_signs_of_direction_make_no_other_identifier() -> None:
    assert canonical_text("\uff32\uff11") == canonical_text("\u202aR1\u202c") == "R1"
