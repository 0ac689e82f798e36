"""The demonstration world of a desk: a test list, a rule, and the text of a passport it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from vaxpass import (
    Certificate,
    Outcome,
    Person,
    Policy,
    Vaccination,
    Verifier,
    encode,
    messages,
    read_trust_list,
)
from vaxpass.rules import Json, Rule, RuleBook, RuleSet, read_rules, write_rules
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey, write_trust_list
from vaxpass_cli.io import atomic
from vaxpass_cli.scan.setup.choices import FOLDER, Choices
from vaxpass_cli.scan.setup.found import FoundList, FoundRules, Vouched

_NAME: Final = "demonstration"
_LIST, _RULES, _PASSPORT = "trust-list.json", "rules.json", "passport.txt"
_VALID: Final = timedelta(days=365)
_DOSE_AGO: Final = timedelta(days=60)
_MARGIN: Final = timedelta(days=1)
_COMPLETE: Final[Json] = {
    "if": [
        {"var": "payload.v.0"},
        {">=": [{"var": "payload.v.0.dn"}, {"var": "payload.v.0.sd"}]},
        True,
    ]
}
"""CertLogic: where there is a vaccination, its series is complete"""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a desk can be tried with."""

    choices: Choices
    """For `set_up`: the list and the rules of the demonstration, test keys allowed"""
    text: str
    """The text of a passport of an invented person that this desk accepts: show it as a QR code"""


def demonstration(country: str, at: datetime, *, folder: Path | None = None) -> Demonstration:
    """Make a demonstration world with new keys, valid for a year, in the data folder or `folder`.

    `country` is the code of the desk's country, for which there is a rule; empty for none. The private
    key is never written. A world that is there and whose passport is accepted at `at` is used again.
    """
    place = (folder or atomic.configuration()) / FOLDER / _NAME
    found = _made(place, country, at)
    if found is None:
        for name, data in _files(country, at.astimezone(UTC).replace(microsecond=0)).items():
            atomic.write(place / name, [data])
        found = _made(place, country, at)
    if found is None:
        raise ValueError("the demonstration world is not accepted")
    return found


def _files(country: str, at: datetime) -> dict[str, bytes]:
    """The files of a new world."""
    start, end = at - _DOSE_AGO, at + _VALID
    days = (_DOSE_AGO + _VALID).days
    authority = Authority.create("VN", valid_from=start, days=days)
    issued = authority.issue_signer(days=days)
    source = messages.text("scan.setup.demonstration", "en")
    listed = write_trust_list(
        [TrustedKey.of(issued.certificate, source, test=True)], source=source, test=True
    )
    dose = Vaccination(
        disease="840539006",
        prophylaxis="1119349007",
        product="EU/1/20/1528",
        manufacturer="ORG-100030215",
        dose=2,
        doses=2,
        date=start.date().isoformat(),
        country="VN",
        issuer="TEST Ministry of Health",
        uvci="URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF",
    )
    person = Person("Specimen", "SPECIMEN", "Demo", "DEMO")
    text = encode(
        Certificate(person, "1988-02-29", (dose,)),
        issued.signer(),
        issuer="VN",
        issued_at=at - _MARGIN,
        expires_at=end,
    )
    files = {_LIST: listed, _PASSPORT: text.encode()}
    if country:
        files[_RULES] = write_rules(RuleSet((_rule(country, start, end),)), source=source)
    return files


def _rule(country: str, start: datetime, end: datetime) -> Rule:
    said = {each: messages.text("scan.setup.demonstration_rule", each) for each in messages.LANGUAGES}
    return Rule(
        identifier=f"VR-{country}-0001",
        type="Acceptance",
        country=country,
        region="",
        version=(1, 0, 0),
        schema_version=(1, 0, 0),
        engine="CERTLOGIC",
        engine_version=(0, 7, 5),
        certificate_type="Vaccination",
        descriptions=said,
        valid_from=start,
        valid_to=end,
        affected_fields=("v.0.dn", "v.0.sd"),
        logic=_COMPLETE,
    )


def _made(place: Path, country: str, at: datetime) -> Demonstration | None:
    """The world that is there; None where there is none, or its passport would not be accepted."""
    try:
        trust = read_trust_list((place / _LIST).read_bytes(), source=_NAME)
        rules = read_rules((place / _RULES).read_bytes(), source=_NAME) if country else None
        text = (place / _PASSPORT).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules) if rules else None)
    verdict = verifier.verify(text, at=at, destination=country or None)
    if verdict.outcome is not Outcome.ACCEPTED:
        return None
    found = FoundList(
        place / _LIST,
        messages.text("scan.setup.demonstration", "en"),
        Vouched.UNSIGNED,
        keys=len(trust),
        verifying=len(trust),
        test_keys=len(trust),
        made_at=None,
        at=at,
        usable_for=Policy().list_stale_after,
    )
    listed = (FoundRules(place / _RULES, 1, (country,), Vouched.UNSIGNED, None, at),) if rules else ()
    choices = Choices(country, (found,), listed, test_keys=True)
    return Demonstration(choices, text)
