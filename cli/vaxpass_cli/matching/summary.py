"""What came out of a run: counts that add up, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from rich.table import Table

from vaxpass.identity import IdentityCode
from vaxpass.matching import MatchCode, MatchStatus
from vaxpass_cli.matching.engine import Engine, quoted
from vaxpass_cli.matching.job import Job
from vaxpass_cli.report import Json
from vaxpass_cli.words import word

VERSION: Final = 1
_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}


@dataclass(frozen=True)
class Summary:
    """The counts of a run. `records` is the sum of `statuses` and `rejected`."""

    version: int
    records: int
    rejected: int
    statuses: Mapping[str, int]
    fields: Mapping[str, int]
    """Records that are not matched, by the field that stands in the way"""
    codes: Mapping[str, int]
    """How many records have a code; a record may have several"""
    suggested: int
    """Records without a holder of their number for which one other person is probable"""
    provinces: Mapping[str, Mapping[str, int]]
    people: int
    people_rejected: int

    def as_json(self) -> dict[str, Json]:
        """As it is written."""
        return asdict(self)


def count(engine: Engine, job: Job, rejected: int, people_rejected: int) -> Summary:
    """Count what is in the results."""
    found = sorted(job.part("results").glob("*.parquet")) if job.done("results") else []
    results = f"read_parquet({quoted(job.part('results') / '*.parquet')})" if found else f"({_NONE})"
    by_status = dict.fromkeys(map(str, MatchStatus), 0) | _counts(engine, results, "status")
    provinces: dict[str, dict[str, int]] = {}
    query = f"SELECT province, status, count(*) FROM {results} GROUP BY ALL ORDER BY ALL"
    for province, status, records in engine.all(query):
        of_province = provinces.setdefault(str(province), dict.fromkeys(map(str, MatchStatus), 0))
        of_province[str(status)] = int(records or 0)
    kept = quoted(job.part("registry-kept") / "*.parquet")
    people = 0
    if job.done("registry-kept"):
        people = engine.number(f"SELECT sum(people) FROM read_parquet({kept})")
    one = f"SELECT count(*) FROM {results} WHERE suggested = 1"
    return Summary(
        version=VERSION,
        records=sum(by_status.values()) + rejected,
        rejected=rejected,
        statuses=by_status,
        fields=_counts(engine, results, "field"),
        codes=_counts(engine, f"(SELECT unnest(codes) AS code FROM {results})", "code"),
        suggested=engine.number(one),
        provinces=provinces,
        people=people + people_rejected,
        people_rejected=people_rejected,
    )


_NONE: Final = (
    "SELECT '' AS province, '' AS status, '' AS field, CAST([] AS VARCHAR[]) AS codes,"
    " 0 AS suggested WHERE false"
)


def _counts(engine: Engine, table: str, column: str) -> dict[str, int]:
    query = (
        f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL"
        " GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    return {str(name): int(records or 0) for name, records in engine.all(query)}


def tables(summary: Summary, language: str) -> Iterator[Table]:
    """The counts for people."""
    table = _table(word("match_status", language), language)
    for status in MatchStatus:
        sentence = status.message(language)
        _row(table, str(status), sentence, summary.statuses[status], summary.records)
    _row(table, "-", word("match_set_aside", language), summary.rejected, summary.records)
    table.add_section()
    _row(table, "", word("match_all", language), summary.records, summary.records)
    yield table
    if summary.codes:
        table = _table(word("match_codes", language), language)
        for code, records in summary.codes.items():
            argument = ("…",) if code == IdentityCode.PHONE_SHARED else ()
            _row(table, code, _CODES[code].message(language, *argument), records, summary.records)
        yield table


def _table(first: str, language: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    table.add_column(word("match_meaning", language))
    table.add_column(word("match_records", language), justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    return table


def _row(table: Table, name: str, meaning: str, records: int, of: int) -> None:
    share = f"{records / of:.1%}".rstrip("%") if of else "-"
    table.add_row(name, meaning, f"{records:,}", share)
