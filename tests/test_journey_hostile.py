"""Whatever a certificate and a rule hold: a verdict, its reasons, and a calendar."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.certlogic_expressions import Maker
from tests.rule_judging import payload
from tests.test_journey import austrian, verifier
from tests.world import END, NOW, START, World, claims, forge
from vaxpass import (
    Outcome,
    Rule,
    Stage,
    Status,
    calendar,
)

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


def hostile_rule(seed: int) -> Rule:
    chance = random.Random(seed)
    logic = placed(Maker(chance, chance.choice((0.02, 0.1, 0.4))).truth(4))
    return austrian(
        logic,
        chance.randrange(3),
        Type=chance.choice(("Acceptance", "Acceptance", "Invalidation")),
        Country="AT" if chance.random() < 0.9 else "VN",
        Description=chance.choice(([], [{"lang": "en", "desc": "A\x1b[2J{x}"}], None)),
        ValidFrom=chance.choice(("2021-01-01T00:00:00Z", "2026-05-31T23:59:59.999Z")),
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
fields = st.sampled_from(("dn", "sd", "dt", "mp", "ma", "vp", "tg", "ci", "is", "co", "zz"))
contents = st.tuples(
    st.sampled_from("vtr"),
    st.dictionaries(fields, values, max_size=3),
    st.dictionaries(st.sampled_from(("v", "t", "r", "ver", "dob", "nam", "x")), values, max_size=1),
)


@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    # The world is the same for all examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(contents, st.lists(st.integers(0, 2**32), min_size=1, max_size=4), st.integers(0, 2**32))
def test_no_certificate_and_no_rule_make_it_stumble(
    world: World, content: tuple[str, dict[str, Any], dict[str, Any]], seeds: list[int], seed: int
) -> None:
    group, changed, around = content
    hostile = payload(group, **changed) | around
    text = forge(world.es256.signer(), claims(hcert={1: hostile}))
    judged = verifier(world, *map(hostile_rule, seeds))
    at = START + timedelta(seconds=random.Random(seed).randrange(30_000_000))
    verdict = judged.verify(text, at=at, arrival="AT", today=NOW)
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
    again = judged.verify(text, at=at, arrival="AT", today=NOW)
    assert (again.checks, again.explain()) == (
        verdict.checks,
        told if language == "en" else verdict.explain(),
    )
    if verdict.unverified is not None:
        spans = calendar(judged, verdict.unverified, "AT", start=START, end=END, today=NOW)
        assert (spans[0].start, spans[-1].end) == (START, END)
        for span in spans:
            assert (
                judged.judge(verdict.unverified, at=span.start, arrival="AT", today=NOW).code
                is span.verdict.code
            )
