"""What is to be corrected in a record: from the lists of `vaxpass match`, and the refusals of `issue`.

Lists hold what the record declares and what its facility may know, and nothing of the register.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.identity import IdentityCode, Place
from vaxpass.records import IssueCode, MatchCode, column_of, says_more
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.records import cleaning_list
from vaxpass_cli.records.cleaning_list import ListLine
from vaxpass_cli.records.engine import Engine, literal
from vaxpass_cli.records.match.results import file_name

_LISTS: Final = "cleaning"
_INDEX: Final = "index.csv"
_RESULTS: Final = "results.parquet"
_REFUSED: Final = "refused.csv"
_ENDINGS: Final = (cleaning_list.SUFFIX, ".csv")
_OF_THE_REGISTER: Final = frozenset(
    (
        IdentityCode.NAME_NOT_REGISTERED,
        IdentityCode.DOB_NOT_REGISTERED,
        IdentityCode.ID_NOT_REGISTERED,
        MatchCode.NUMBER_TWICE,
    )
)
"""What no facility can correct"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a record."""

    field: str
    """The column of the record"""
    codes: tuple[str, ...]
    advice: str = ""
    """What to do, in the language of the list"""

    @property
    def place(self) -> Place:
        """Where it is corrected: in the record, or in the register."""
        known = [code for each in self.codes if (code := code_of(each))]
        return Place.REGISTER if known and _OF_THE_REGISTER.issuperset(known) else Place.RECORD

    def sentences(self, language: str) -> list[str]:
        """What to do, in this language where every code has a sentence here."""
        codes = [code_of(each) for each in self.codes]
        # How many people share a phone stands in the list alone.
        if not codes or None in codes or IdentityCode.PHONE_SHARED in codes:
            return [self.advice] if self.advice else []
        return list(dict.fromkeys(code.message(language) for code in codes if code))


@dataclass(frozen=True, slots=True)
class Case:
    """A record: what it declares (None where no list has it), and all that is to be corrected in it."""

    record: str
    line: ListLine | None
    status: str | None
    """Of the match; None where it is not known"""
    problems: tuple[Problem, ...]
    refusals: tuple[Problem, ...]
    """Why no passport was issued"""

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, each once."""
        every = (code for each in (*self.problems, *self.refusals) for code in each.codes)
        return tuple(dict.fromkeys(every))

    @property
    def is_wrong(self) -> bool:
        """Whether something stands against a passport."""
        return bool(self.problems or self.refusals) or self.status not in (None, "MATCHED")


def code_of(text: str) -> IdentityCode | MatchCode | IssueCode | None:
    """The code with this text; None where this release has none.

    >>> code_of("name.typo"), code_of("?")
    (<IdentityCode.NAME_TYPO: 'name.typo'>, None)
    """
    for codes in (IdentityCode, MatchCode, IssueCode):
        if text in set(codes):
            return codes(text)
    return None


class _Result(NamedTuple):
    status: str
    province: str
    facility: str


def find(matches: Path, record: str, issued: Path | None = None) -> Case:
    """The case of a record. `issued` is a folder of `vaxpass issue`.

    Raises `UsageError` where the folders are none of these commands, or nothing is known of the record.
    """
    result = _result(matches / _RESULTS, record)
    status = result.status if result else None
    lines = list(_lines(matches, record, result))
    refused = tuple(_refusals(issued, record)) if issued else ()
    if not lines and status is None and not refused:
        raise UsageError("error.explain.no_such_record", folder=matches)
    problems = tuple(Problem(each.field, tuple(each.codes.split()), each.advice) for each in lines)
    known = {code for each in problems for code in each.codes}
    # Why it was refused is only told beside that where it says more.
    others = tuple(each for each in refused if any(says_more(code, known) for code in each.codes))
    return Case(record, lines[0] if lines else None, status, problems, others)


def _lines(folder: Path, record: str, result: _Result | None) -> Iterator[ListLine]:
    lists = folder / _LISTS
    if not (lists / _INDEX).is_file():
        raise UsageError("error.explain.no_lists", folder=folder)
    # A country has thousands of lists: with the results only those of the facility are read.
    names = f"{file_name(result.province)}/{file_name(result.facility)}*" if result else "*/*"
    for path in sorted(lists.glob(names)):
        if path.suffix in _ENDINGS:
            yield from (each.line for each in cleaning_list.read(path) if each.line.record_id == record)


def _result(results: Path, record: str) -> _Result | None:
    if not results.is_file():
        return None
    with tempfile.TemporaryDirectory() as spill:
        engine = Engine(Path(spill), gigabytes=0.5, threads=1)
        try:
            source = f"FROM read_parquet({literal(str(results))}) WHERE record_id = {literal(record)}"
            return next(engine.rows(_Result, source), None)
        finally:
            engine.close()


def _refusals(folder: Path, record: str) -> Iterator[Problem]:
    path = folder / _REFUSED
    if not path.is_file():
        raise UsageError("error.explain.not_issued", folder=folder)
    with encodings.open_text(path) as file:
        try:
            for row in Reader(file):
                if row.get("record_id") != record:
                    continue
                for code in row.get("codes", "").split():
                    known = code_of(code)
                    column = column_of(known) if known else "record_id"
                    yield Problem(column, (code,), row.get("sentences", ""))
        except csv.Error:
            raise UsageError("error.list_damaged", path=path) from None
