"""What the decision costs: schema, value sets and rules, beside certlogic-js where it is there.

    python benchmarks/decision.py RULES [--certlogic-js FOLDER] [--rounds N]

RULES is a file or folder of published rules, or a file of records with a rule and its `logic` a line
(gateway-dev.jsonl of the shared data). FOLDER holds the npm package certlogic-js; node must be on the
path. Prints medians and quartiles of rounds that alternate between the measured things, and ratios of
the same run: compare those, not the times of this machine with those of another.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from vaxpass import Certificate, Person, Policy, TrustList, Vaccination, Verifier, decode, encode
from vaxpass.certlogic import CertLogicError, compile_all, desugar, evaluate
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.valuesets import BUILT_IN
from vaxpass.rules import Rule, RuleBook, RuleSet, Subject, read_rules
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey

AT: Final = datetime(2022, 6, 15, 12, tzinfo=UTC)
_LARGEST: Final = 30
"""Rules of one country for one kind of certificate: the most that were published at a time."""
_CALLS: Final = 300

_NODE: Final = """
const { evaluate } = require(process.argv[1]);
const { rules, context, calls } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const once = () => rules.map((r) => { try { return evaluate(r, context) } catch (e) { return null } });
for (let i = 0; i < calls; i++) once();
const start = process.hrtime.bigint();
for (let i = 0; i < calls; i++) once();
console.log(Number(process.hrtime.bigint() - start) / 1000 / calls);
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rules", type=Path)
    parser.add_argument("--certlogic-js", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    rules = _read(options.rules)
    book = RuleBook(rules)
    text, verifier = _certificate(book)
    unverified = decode(text)
    subject = Subject.of(unverified)
    payload = unverified.without_verification().payload
    countries = book.countries

    started = time.perf_counter()
    for country in countries:
        book.judge(subject, country, at=AT)
    compiling = (time.perf_counter() - started) * 1e3
    applied = {c: book.judge(subject, c, at=AT).rules for c in countries}
    print(f"{len(rules.rules)} rules of {len(countries)} countries; for this certificate and day")
    print(
        f"{sum(map(len, applied.values()))} apply, at most {max(map(len, applied.values()))} at once."
    )
    print(f"Selecting and compiling all of them: {compiling:.1f} ms, once.\n")

    largest = max(countries, key=lambda c: len(applied[c]))
    logics = _many([desugar(rule.logic) for c in countries for rule in applied[c]])
    context = book.context(subject, largest, at=AT)
    compiled = compile_all(logics)

    def everywhere() -> None:
        for country in countries:
            _ = book.judge(subject, country, at=AT).status

    def decision() -> None:
        schema.check_reading(payload, [])
        BUILT_IN.check(payload, [])
        _ = book.judge(Subject.of(unverified), largest, at=AT).status

    measured: dict[str, Callable[[], object]] = {
        "verification without a country": lambda: verifier.verify(text, at=AT),
        f"verification with arrival in {largest} ({len(applied[largest])} rules)": (
            lambda: verifier.verify(text, at=AT, destination=largest)
        ),
        "the decision alone: schema, value sets, subject, rules": decision,
        f"{len(logics)} rules, compiled": lambda: compiled(context),
        f"{len(logics)} rules, walked": lambda: [_try(logic, context) for logic in logics],
        f"all {len(countries)} countries": everywhere,
    }
    times = _measure(measured, options.rounds)
    for name, samples in times.items():
        print(f"{name:58} {_shown(samples)}")
    bare, arriving = (statistics.median(samples) for samples in list(times.values())[:2])
    walked, thirty = (
        statistics.median(list(times.values())[4]),
        statistics.median(list(times.values())[3]),
    )
    print(f"\nA country adds {arriving - bare:.1f} us to a verification: {arriving / bare:.3f} of it.")
    print(f"Compiled rules take {thirty / walked:.3f} of the time of walking them.")
    if options.certlogic_js:
        _beside_node(options.certlogic_js, logics, context, thirty)


def _read(path: Path) -> RuleSet:
    if path.suffix == ".jsonl":
        found: dict[tuple[str, ...], Rule] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            rule: dict[str, Any] = record.get("rule") or {}
            if "Identifier" in rule:
                whole = {"Description": [], "AffectedFields": [], "Logic": record.get("logic"), **rule}
                key = (rule["Country"], rule["Identifier"], rule["Version"])
                found.setdefault(key, Rule.from_json(whole))
        return RuleSet(tuple(found.values()))
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return RuleSet.union([read_rules(file.read_bytes(), source=file.name) for file in files])


def _certificate(book: RuleBook) -> tuple[str, Verifier]:
    start = datetime(2022, 1, 1, tzinfo=UTC)
    authority = Authority.create("VN", valid_from=start, days=730)
    key = authority.issue_signer(valid_from=start, days=700)
    entry = Vaccination(
        *("840539006", "1119349007", "EU/1/20/1528", "ORG-100030215"),
        dose=2,
        doses=2,
        date="2022-02-01",
        country="VN",
        issuer="MoH",
        uvci="URN:UVCI:01:VN:1234567890#A",
    )
    person = Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY")
    certificate = Certificate(person, "1990-05-06", (entry,))
    end = datetime(2023, 1, 1, tzinfo=UTC)
    text = encode(certificate, key.signer(), issuer="VN", issued_at=start, expires_at=end)
    trust = TrustList([TrustedKey.of(key.certificate, "benchmark")])
    return text, Verifier(trust, Policy(test_keys=True), rules=book)


def _many(logics: list[Any]) -> list[Any]:
    """As many rules as the largest country had, real ones, repeated where there are too few."""
    return (logics * (_LARGEST // max(1, len(logics)) + 1))[:_LARGEST]


def _try(logic: Any, context: Any) -> object:
    try:
        return evaluate(logic, context)
    except CertLogicError:  # some published rules have no value
        return None


def _measure(measured: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, call in measured.items():
            started = time.perf_counter()
            for _ in range(_CALLS):
                call()
            times[name].append((time.perf_counter() - started) / _CALLS * 1e6)
    return times


def _shown(samples: list[float]) -> str:
    low, middle, high = statistics.quantiles(samples, n=4)
    return f"{middle:8.1f} us  ({low:.1f} to {high:.1f})"


def _beside_node(folder: Path, logics: list[Any], context: Any, own: float) -> None:
    given = json.dumps({"rules": logics, "context": context, "calls": 20 * _CALLS})
    command = ["node", "-e", _NODE, str(folder.resolve())]
    ran = subprocess.run(  # noqa: S603 - the user named the folder
        command, input=given, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        sys.exit(f"certlogic-js could not be run: {ran.stderr.strip().splitlines()[-1]}")
    theirs = float(ran.stdout)
    print(f"certlogic-js takes {theirs:.1f} us for the same rules: {theirs / own:.1f} times as long.")


if __name__ == "__main__":
    main()
