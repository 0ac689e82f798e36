"""What a desk is made of: by which rules it judges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.start import surroundings_of

from tests.support.paths import ROOT
from vaxpass import Outcome

_TENTH_DAY = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "document", "is_asked"),
    [
        ("VN", "yellow-card", True),
        ("VN", "vaccination-es256", False),
        ("", "yellow-card", False),
    ],
)
def test_without_rules_of_the_country_only_those_that_hold_everywhere_are_asked(
    country: str, document: str, is_asked: bool
) -> None:
    chosen = Settings(
        trust_list=(str(ROOT / "trust_lists" / "demo.json"),), test_keys=True, destination=country
    )
    desk = surroundings_of(chosen, lambda: _TENTH_DAY, fixed=True)
    text = (ROOT / "examples" / "passports" / f"{document}.txt").read_text(encoding="ascii")
    verdict = desk.judge(text, _TENTH_DAY)
    assert verdict.outcome is Outcome.ACCEPTED
    assert (verdict.admission is not None) is is_asked
