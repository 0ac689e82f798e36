"""How fast and how right is `vaxpass match`? python benchmarks/matching.py [--records N --people N].

Makes records and a register of people who do not exist (a million and five million unless told) in a
temporary folder, matches them with two processors and 2 GB for the database in a process of its own,
and prints:

- the time of each stage and of everything, from the two CSV files to the written results and lists;
  how many records and how many people that is a second; the most resident memory of the process;
- for each kind of error what became of its records, and of those whose person is in the register the
  share that was led to that person (recall); and of all that were led to somebody, the share of the
  right ones (precision). Led to a person is: matched; a mismatch in which name and date are not of
  somebody else; or the only suggestion. The same for matched records alone, which may be issued.

Making the files is not part of the time. What the system has in its cache is left as it is.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass_cli.records import inputs
from vaxpass_cli.records.columns import RECORDS, REGISTRY
from vaxpass_cli.records.engine import Engine, parquet, user_csv
from vaxpass_cli.records.match import results, stages
from vaxpass_cli.records.run_folder import open_run_folder

from vaxpass.identity import Declared, Registered, compare
from vaxpass.records import MatchStatus
from vaxpass.testing.synthetic import Kind, Size, Truth, make_world, write_world

_NOBODY: Final = frozenset(
    "name.different name.missing dob.different dob.missing dob.malformed".split()
)


def measure(folder: Path, threads: int, gigabytes: float) -> None:
    """Match, print figures as JSON, and keep the pairs for looking at them."""
    begin = last = time.perf_counter()
    times: dict[str, float] = defaultdict(float)
    with open_run_folder(folder / "out", stages.OUTPUTS, {}) as work:
        database = Engine(work.scratch / "spill", gigabytes=gigabytes, threads=threads)
        tables = [
            inputs.open_input(
                folder / f"{layout.role}.csv", layout, {}, "utf-8", database, work.scratch
            )
            for layout in (RECORDS, REGISTRY)
        ]
        given = stages.Given(tables[0], tables[1], datetime.now(UTC).date(), gigabytes)
        for step in stages.run(database, work, given):
            times[step.name] += time.perf_counter() - last
            last = time.perf_counter()
        copied = time.perf_counter()
        shutil.copytree(work.part("pairs"), folder / "pairs")
        last = time.perf_counter()
        results.finish(database, work, "en", tables, as_csv=False)
        times["writing"] = time.perf_counter() - last
        total = time.perf_counter() - begin - (last - copied)
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"times": times, "total": total, "gigabytes": peak}))


class Led(NamedTuple):
    """A record and a person."""

    record_id: str
    person_id: str


class Holder(NamedTuple):
    """A mismatch, and the person who has its number."""

    record_id: str
    person_id: str
    codes: str


class Candidate(NamedTuple):
    """A record with a suggestion, and a person whom it may mean."""

    record_id: str
    person_id: str
    declared_name: str
    declared_birth: str
    declared_number: str
    declared_phone: str
    declared_sex: str
    name: str
    birth: str
    number: str
    old_number: str
    phone: str
    sex: str


class Outcome(NamedTuple):
    """The result of a record, and the truth."""

    record_id: str
    status: str
    person_id: str
    kind: str


def led_to(database: Engine, folder: Path) -> dict[str, str]:
    """For each record that is led to a person, which one."""
    done = parquet(folder / "out" / "results.parquet")
    pairs = parquet(folder / "pairs" / "**" / "*.parquet")
    found = dict(database.rows(Led, f"FROM {done} WHERE person_id IS NOT NULL"))
    holders = (
        f"FROM (SELECT record_id, p.person_id, array_to_string(codes, ' ') AS codes FROM {done} d"
        f" JOIN {pairs} p USING (record_id) WHERE status = 'MISMATCH' AND holds = 1)"
    )
    for holder in database.rows(Holder, holders):
        if not _NOBODY & set(holder.codes.split()):
            found[holder.record_id] = holder.person_id
    columns = {
        "declared_name": "r.full_name",
        "declared_birth": "r.date_of_birth",
        "declared_number": "r.id_number",
        "declared_phone": "r.phone",
        "declared_sex": "r.sex",
        "name": "p.full_name",
        "birth": "p.date_of_birth",
        "number": "p.id_number",
        "old_number": "p.old_id_number",
        "phone": "p.phone",
        "sex": "p.sex",
    }
    texts = ", ".join(f"coalesce({column}, '') AS {name}" for name, column in columns.items())
    suggested = (
        f"FROM (SELECT record_id, p.person_id, {texts} FROM {done} d"
        f" JOIN {pairs} p USING (record_id) JOIN records r USING (record_id)"
        " WHERE suggested = 1 AND holds = 0)"
    )
    for row in database.rows(Candidate, suggested):
        declared = Declared(
            row.declared_name,
            row.declared_birth,
            row.declared_number,
            row.declared_phone,
            row.declared_sex,
        )
        registered = Registered(row.name, row.birth, row.number, row.old_number, row.phone, row.sex)
        if compare(declared, registered).plausible:
            found[row.record_id] = row.person_id
    return found


def judge(folder: Path) -> None:
    """Print what became of each kind of error."""
    database = Engine(folder / "spill", gigabytes=4, threads=2)
    for name, columns in (("records", RECORDS.columns), ("truth", Truth._fields)):
        table = user_csv(
            folder / f"{name}.csv",
            delimiter=",",
            columns=len(columns),
            max_line_bytes=1 << 16,
            rejects=f"rejected_{name}",
        )
        renamed = ", ".join(f"c{place} AS {column}" for place, column in enumerate(columns))
        database.run(f"CREATE TABLE {name} AS SELECT {renamed} FROM {table}")
    led = led_to(database, folder)
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    issued: Counter[bool] = Counter()
    done = parquet(folder / "out" / "results.parquet")
    outcomes = (
        f"FROM (SELECT record_id, status, t.person_id, kind FROM {done} JOIN truth t USING (record_id))"
    )
    for row in database.rows(Outcome, outcomes):
        truth = row.person_id or ""
        statuses[row.kind][row.status] += 1
        person = led.get(row.record_id)
        if person is not None:
            (right if person == truth else wrong)[row.kind] += 1
            if row.status == MatchStatus.MATCHED:
                issued[person == truth] += 1
    heads = " ".join(f"{status:>9}" for status in MatchStatus)
    print(f"{'kind':16}{'records':>9} {heads}    right wrong   recall precision")
    absent = statuses[Kind.ABSENT].total()
    for kind in Kind:
        nobody = absent if kind is Kind.ABSENT else 0
        _line(kind, statuses[kind], right[kind], wrong[kind], nobody)
    everything = sum(statuses.values(), Counter[str]())
    _line("all", everything, right.total(), wrong.total(), absent)
    print(f"matched and right {issued[True]:,}, matched and wrong {issued[False]:,}")


def _line(kind: str, statuses: Counter[str], right: int, wrong: int, absent: int) -> None:
    cells = " ".join(f"{statuses[status]:9,}" for status in MatchStatus)
    known = statuses.total() - absent
    recall = f"{right / known:8.4f}" if known else f"{'-':>8}"
    precision = f"{right / (right + wrong):9.6f}" if right + wrong else f"{'-':>9}"
    print(f"{kind:16}{statuses.total():9,} {cells} {right:8,} {wrong:5,} {recall} {precision}")


def main() -> None:
    """Make, match, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", type=float, default=2.0)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure, asked.threads, asked.memory)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        write_world(make_world(Size(asked.records, asked.people), asked.seed), folder)
        print(f"made the files in {time.perf_counter() - begin:.0f} s")
        child = [sys.executable, __file__, "--measure", name]
        child += ["--threads", str(asked.threads), "--memory", str(asked.memory)]
        ran = subprocess.run(child, check=True, capture_output=True, text=True)  # noqa: S603
        figures = json.loads(ran.stdout)
        for stage, seconds in figures["times"].items():
            print(f"{stage:10}{seconds:7.1f} s")
        total = figures["total"]
        print(
            f"{'all':10}{total:7.1f} s: {asked.records / total:,.0f} records and"
            f" {asked.people / total:,.0f} people a second; at most {figures['gigabytes']:.2f} GB"
        )
        judge(folder)


if __name__ == "__main__":
    main()
