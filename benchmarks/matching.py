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
from pathlib import Path
from typing import Final

from vaxpass_cli.records import engine, inputs, run_folder
from vaxpass_cli.records.columns import RECORDS, REGISTRY
from vaxpass_cli.records.match import results, stages

from vaxpass.identity import Declared, Registered, compare
from vaxpass.records import MatchStatus
from vaxpass.testing.synthetic import Kind, Size, make_world, write_world

_NOBODY: Final = frozenset(
    "name.different name.missing dob.different dob.missing dob.malformed".split()
)


def measure(folder: Path, threads: int, gigabytes: float) -> None:
    """Match, print figures as JSON, and keep the pairs for looking at them."""
    begin = last = time.perf_counter()
    times: dict[str, float] = defaultdict(float)
    with run_folder.opened(folder / "out", {}) as (work, _):
        database = engine.Engine(work.part(run_folder.SPILL), gigabytes=gigabytes, threads=threads)
        tables = [
            inputs.open_input(folder / f"{layout.role}.csv", layout, {}, "utf-8", database, work.work)
            for layout in (RECORDS, REGISTRY)
        ]
        for step in stages.run(database, work, tables[0], tables[1], gigabytes):
            times[step.name] += time.perf_counter() - last
            last = time.perf_counter()
        copied = time.perf_counter()
        shutil.copytree(work.part("pairs"), folder / "pairs")
        last = time.perf_counter()
        results.finish(database, work, "en", as_csv=False)
        times["writing"] = time.perf_counter() - last
        total = time.perf_counter() - begin - (last - copied)
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"times": times, "total": total, "gigabytes": peak}))


def led_to(database: engine.Engine, folder: Path) -> dict[str, str]:
    """For each record that is led to a person, which one."""
    done = f"read_parquet({engine.quoted(folder / 'out' / 'results.parquet')})"
    pairs = f"read_parquet({engine.quoted(folder / 'pairs' / '**' / '*.parquet')})"
    found: dict[str, str] = {}
    matched = f"SELECT record_id, person_id FROM {done} WHERE person_id IS NOT NULL"
    found |= {str(record): str(person) for record, person in database.rows(matched)}
    holders = (
        f"SELECT record_id, p.person_id, array_to_string(codes, ' ') FROM {done} d"
        f" JOIN {pairs} p USING (record_id) WHERE status = 'MISMATCH' AND holds = 1"
    )
    for record, person, codes in database.rows(holders):
        if not _NOBODY & set(str(codes).split()):
            found[str(record)] = str(person)
    suggested = (
        f"SELECT record_id, p.person_id, r.full_name, r.date_of_birth, r.id_number, r.phone, r.sex,"
        f" p.full_name, p.date_of_birth, p.id_number, p.old_id_number, p.phone, p.sex FROM {done} d"
        f" JOIN {pairs} p USING (record_id) JOIN records r USING (record_id)"
        " WHERE suggested = 1 AND holds = 0"
    )
    for record, person, *rest in database.rows(suggested):
        texts = [str(each or "") for each in rest]
        name, birth, number, phone, sex = texts[:5]
        if compare(Declared(name, birth, number, phone, sex), Registered(*texts[5:])).plausible:
            found[str(record)] = str(person)
    return found


def judge(folder: Path) -> None:
    """Print what became of each kind of error."""
    database = engine.Engine(folder / "spill", gigabytes=4, threads=2)
    for name in ("records", "truth"):
        table = f"read_csv({engine.quoted(folder / f'{name}.csv')}, all_varchar = true, header = true)"
        database.run(f"CREATE TABLE {name} AS SELECT * FROM {table}")
    led = led_to(database, folder)
    done = f"read_parquet({engine.quoted(folder / 'out' / 'results.parquet')})"
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    issued: Counter[bool] = Counter()
    query = f"SELECT record_id, status, t.person_id, kind FROM {done} JOIN truth t USING (record_id)"
    for record, status, truth, kind in database.rows(query):
        statuses[str(kind)][str(status)] += 1
        person = led.get(str(record))
        if person is not None:
            (right if person == truth else wrong)[str(kind)] += 1
            if status == MatchStatus.MATCHED:
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
