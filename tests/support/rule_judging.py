"""Certificates as rules see them, and books of a few rules, for the tests of the decision."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from tests.support.rule_data import rule
from tests.support.world import NOW, RECOVERY, TEST, VACCINATION, World, claims, forge, with_later_entry
from vaxpass import Verifier, decode
from vaxpass.crypto import KeySigner
from vaxpass.crypto.authority import Authority
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.rules import Admission, Rule, RuleBook, RuleSet, SkippedRule, Subject
from vaxpass.rules.explain import Explanation, explain

_AUTHORITY: Final = Authority.create("VN", valid_from=NOW, days=365)
_SIGNER: Final[KeySigner] = _AUTHORITY.issue_signer(days=30).signer()

ONE_DOSE: Final = [{"lang": "en", "desc": "One dose is enough."}]
_ENTRIES: Final = {
    group: with_later_entry(each)
    for group, each in {"v": VACCINATION, "t": TEST, "r": RECOVERY}.items()
}


def plus(what: str, amount: int = 0, unit: str = "day") -> dict[str, Any]:
    """A date that is written out, or (with a dot) read from the context, and shifted."""
    return {"plusTime": [{"var": what} if "." in what else what, amount, unit]}


def clock(amount: int = 0, unit: str = "day") -> dict[str, Any]:
    """The clock, shifted."""
    return plus("external.validationClock", amount, unit)


def on(text: str) -> datetime:
    return datetime.fromisoformat(text)


def var(path: str) -> dict[str, Any]:
    return {"var": path}


def payload(group: str = "v", **changes: Any) -> dict[str, Any]:
    """The payload of a good certificate with some fields of its entry changed; `...` leaves one out."""
    found: dict[str, Any] = copy.deepcopy(_ENTRIES[group].to_payload())
    entry = found[group][0]
    for name, value in changes.items():
        if value is ...:
            entry.pop(name, None)
        else:
            entry[name] = value
    return found


def subject(content: Mapping[str, Any] | None = None, **changes: Any) -> Subject:
    """A certificate on its real way: as a signed text, decoded."""
    text = forge(_SIGNER, claims(hcert={1: payload() if content is None else content}, **changes))
    return Subject.of(decode(text))


def book(
    *rules: Rule, skipped: tuple[SkippedRule, ...] = (), value_sets: ValueSets = BUILT_IN
) -> RuleBook:
    return RuleBook(RuleSet(rules, skipped), value_sets)


def judge(
    *rules: Rule,
    of: Subject | None = None,
    country: str = "XA",
    region: str = "",
    at: datetime = NOW,
    skipped: tuple[SkippedRule, ...] = (),
) -> Admission:
    """What these rules say of a certificate."""
    found = book(*rules, skipped=skipped)
    return found.judge(of or subject(), country, at=at, region=region)


def deciding(logic: object, **changes: Any) -> Rule:
    """A rule for every kind of certificate with this logic."""
    return rule(Logic=logic, CertificateType="General", **changes)


def why(
    logic: object, content: dict[str, Any] | None = None, at: datetime = NOW, **of: Any
) -> Explanation:
    """The one thing that is in the way where Austria has this rule."""
    changes = {"Country": "AT", "Identifier": "GR-AT-0001", "Description": ONE_DOSE} | of
    others = deciding(True, Country="AT", Identifier="GR-AT-0009")
    admission = judge(deciding(logic, **changes), others, of=subject(content), country="AT", at=at)
    (only,) = explain(admission)
    return only


def reason(*case: Any, **of: Any) -> str:
    """That in English, without the days on which the rule is met."""
    return why(*case, **of).reason.message("en")


def sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=\.) ", text)


DT = "payload.v.0.dt"
RECENT = {"not-after": [clock(), plus(DT, 270)]}
WAITING = {"not-before": [clock(), plus(DT, 14)]}


def austrian(logic: object, number: int = 1, **changes: Any) -> Rule:
    return deciding(logic, **({"Country": "AT", "Identifier": f"VR-AT-{number:04}"} | changes))


def verifier(world: World, *rules: Rule, skipped: tuple[SkippedRule, ...] = ()) -> Verifier:
    return Verifier(world.trust, rules=book(*rules, skipped=skipped))
