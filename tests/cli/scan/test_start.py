"""What a desk is made of: by which rules it judges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.start import surroundings_of

from tests.support.paths import ROOT
from vaxpass import Outcome
from vaxpass.crypto import signature

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


@pytest.mark.parametrize("document", ["yellow-card", "vaccination-es256"])
def test_without_rules_of_the_country_a_document_is_verified_once(
    document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []

    def look(*given: object, **named: object) -> object:
        looked.append(given)
        return signature.verify(*given, **named)  # type: ignore[arg-type]

    chosen = Settings(
        trust_list=(str(ROOT / "trust_lists" / "demo.json"),), test_keys=True, destination="VN"
    )
    desk = surroundings_of(chosen, lambda: _TENTH_DAY, fixed=True)
    text = (ROOT / "examples" / "passports" / f"{document}.txt").read_text(encoding="ascii")
    monkeypatch.setattr("vaxpass.verify.verify_signature", look)
    assert desk.judge(text, _TENTH_DAY).outcome is Outcome.ACCEPTED
    assert len(looked) == 1


@pytest.mark.parametrize("text", ["HC1:NCF", "https://example.org", ""])
def test_without_rules_of_the_country_what_is_no_document_has_its_reason(text: str) -> None:
    listed = str(ROOT / "trust_lists" / "demo.json")
    codes = []
    for country in ("VN", ""):
        desk = surroundings_of(
            Settings(trust_list=(listed,), destination=country), lambda: _TENTH_DAY, fixed=True
        )
        codes.append(desk.judge(text, _TENTH_DAY).code)
    assert codes[0] == codes[1]
