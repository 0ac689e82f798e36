"""Whatever a certificate and a rule hold: a verdict, its reasons, and a calendar."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.certlogic_expressions import Maker
from tests.support.rule_judging import RECENT, WAITING, austrian, payload, var, verifier
from tests.support.world import END, NOW, START, World, claims, forge
from vaxpass import Outcome, Stage, Status
from vaxpass.journey import calendar
from vaxpass.rules import Rule

pytestmark = pytest.mark.slow

PATHS = {
    "n": "payload.v.0.dn",
    "m": "payload.v.0.sd",
    "d": "external.validationClock",
    "e": "payload.v.0.dt",
    "w.d": "payload.dob",
    "dates.0": "external.exp",
    "l": "payload.v",
    "dates": "payload.t",
    "t": "payload.v.0.mp",
    "u": "payload.v.0.ci",
    "o": "payload",
    "7": "external.valueSets.vaccines-covid-19-names",
}


def placed(expression: Any) -> Any:
    """A random expression that looks at a certificate."""
    if isinstance(expression, list):
        return [placed(item) for item in expression]
    if isinstance(expression, dict):
        if list(expression) == ["var"] and isinstance(expression["var"], str):
            return {"var": PATHS.get(expression["var"], expression["var"])}
        return {name: placed(item) for name, item in expression.items()}
    return expression


SENSIBLE: tuple[Any, ...] = (
    True,
    RECENT,
    {"or": [WAITING, {"===": [var("payload.v.0.mp"), "EU/1/20/1525"]}]},
    {"!": [{"in": [var("payload.v.0.ma"), ["ORG-100030215", ""]]}]},
)


def hostile_rule(seed: int) -> Rule:
    chance = random.Random(seed)
    strange = chance.choice((0.0, 0.02, 0.1, 0.4))
    random_logic = placed(Maker(chance, strange).truth(chance.randrange(1, 5)))
    logic = chance.choice((random_logic, random_logic, *SENSIBLE))
    return austrian(
        logic,
        chance.randrange(3),
        Type=chance.choice((*["Acceptance"] * 4, "Invalidation")),
        Country="AT" if chance.random() < 0.9 else "VN",
        Description=chance.choice(([], [{"lang": "en", "desc": "A\x1b[2J{x}"}], None)),
        ValidFrom=chance.choice((*["2021-01-01"] * 3, "2026-05-31T23:59:59.999Z")),
        SchemaVersion=chance.choice((*["1.0.0"] * 9, "1.3.1")),
    )


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(("2026-01-12", "2021-02-30", "2021", "2026-13-01", "EU/1/20/1528", "\x1b[2J"))
    | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
texts = st.text(max_size=12) | st.sampled_from(("EU/1/20/1528", "ORG-100030215", " ", "\x1b[2J{x}"))
dates = st.sampled_from(
    ("2026-01-12", "2026-02-30", "2025-12-31", "2024-02-29", "2026-05-31T10:00:00Z")
)
# What the schema lets through, now and then; where it does not, rules are not asked.
fitting = st.fixed_dictionaries(
    {},
    optional={
        "dn": st.sampled_from((1, 2, 2.0, 3)),
        "sd": st.sampled_from((1, 2, 2.0, 9)),
        "dt": dates,
        "sc": dates,
        "fr": dates,
        "mp": texts,
        "ma": texts,
        "ci": texts,
        "zz": values,
    },
)
fields = st.sampled_from(("dn", "sd", "dt", "mp", "ma", "vp", "tg", "ci", "is", "co", "zz"))
around = st.sampled_from(("v", "t", "r", "ver", "dob", "nam", "x"))
nothing: dict[str, Any] = {}
contents = st.tuples(st.sampled_from("vvtr"), fitting, st.just(nothing)) | st.tuples(
    st.sampled_from("vtr"),
    fitting | st.dictionaries(fields, values, max_size=3),
    st.just(nothing) | st.dictionaries(around, values, max_size=1),
)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    # The world is the same for all examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(contents, st.lists(st.integers(0, 2**32), min_size=1, max_size=4), st.integers(0, 2**32))
def test_no_certificate_and_no_rule_make_it_stumble(
    world: World, content: tuple[str, dict[str, Any], dict[str, Any]], seeds: list[int], seed: int
) -> None:
    group, changed, beside = content
    hostile = payload(group, **changed) | beside
    text = forge(world.es256.signer(), claims(hcert={1: hostile}))
    judged = verifier(world, *map(hostile_rule, seeds))
    at = START + timedelta(seconds=random.Random(seed).randrange(30_000_000))
    verdict = judged.verify(text, at=at, destination="AT", today=NOW)
    status = verdict.check(Stage.RULES).status
    assert bool(verdict) is (verdict.outcome is Outcome.ACCEPTED)
    if verdict:
        assert status is Status.PASS
        assert verdict.admission
    if status in (Status.FAIL, Status.OPEN):
        assert verdict.admission is not None
        assert verdict.admission.status is status
    for language in ("en", "vi"):
        told = verdict.explain(language)
        assert told
        assert all(sentence and sentence.isprintable() for sentence in told)
    # What schema and rules say of the payload does not depend on whether it is asked again.
    again = judged.verify(text, at=at, destination="AT", today=NOW)
    assert (again.checks, again.explain()) == (
        verdict.checks,
        told if language == "en" else verdict.explain(),
    )
    if verdict.unverified is not None:
        spans = calendar(judged, verdict.unverified, "AT", start=START, end=END, today=NOW)
        assert (spans[0].start, spans[-1].end) == (START, END)
        for span in spans:
            assert (
                judged.verify_decoded(
                    verdict.unverified, at=span.start, destination="AT", today=NOW
                ).code
                is span.verdict.code
            )
