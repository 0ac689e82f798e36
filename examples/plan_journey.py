"""Where a passport admits its holder, and why not: python examples/plan_journey.py FILE [vi]."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from vaxpass import Policy, Verifier, decode, read_trust_list
from vaxpass.journey import Leg, calendar, travel
from vaxpass.rules import RuleBook, read_rules

trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo.json")
rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo-rules.json")
# The keys of the demonstration are test keys; leave the policy out for real passports.
verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules))
passport = decode(Path(sys.argv[1]).read_text(encoding="utf-8"))
language = sys.argv[2] if len(sys.argv) > 2 else "en"

today = datetime(2026, 2, 20, 12, tzinfo=UTC)
legs = [
    Leg("AT", datetime(2026, 3, 1, 12, tzinfo=UTC)),
    Leg("IT", datetime(2026, 8, 20, 12, tzinfo=UTC)),
]
for leg, verdict in (
    (stop.leg, stop.verdict) for stop in travel(verifier, passport, legs, today=today)
):
    print(
        f"{leg.destination} {leg.at:%Y-%m-%d}: {verdict.outcome}",
        *verdict.explain(language),
        sep="\n  ",
    )

end = datetime(2027, 1, 1, tzinfo=UTC)
for span in calendar(verifier, passport, "IT", start=today, end=end, today=today):
    print(f"IT {span.start:%Y-%m-%d} to {span.end:%Y-%m-%d}: {span.verdict.outcome}")
