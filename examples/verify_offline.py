"""Verify a passport offline: python examples/verify_offline.py examples/passports/NAME.txt."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from vaxpass import Policy, Verifier, read_trust_list
from vaxpass.display import escape_for_display

trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo.json")
text = Path(sys.argv[1]).read_text(encoding="utf-8")
# The keys of the demonstration are test keys; leave the policy out for real passports.
verdict = Verifier(trust, Policy(test_keys=True)).verify(text, at=datetime.now(UTC))
print(verdict.outcome, "-", verdict.reason())
if verdict.certificate:
    holder = verdict.certificate.person
    print(
        "Holder:", escape_for_display(f"{holder.family_name or ''} {holder.given_name or ''}".strip())
    )
