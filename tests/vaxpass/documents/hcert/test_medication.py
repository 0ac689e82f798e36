"""Statements about medicines (claim -7) are shown, and judged by signature and times."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.who_documents import changed, sign
from tests.support.world import END, NOW, World
from vaxpass import Code, Kind, Outcome, Verdict
from vaxpass.documents import EventType

LINE: dict[str, Any] = {
    "m": "A10BA02",
    "es": "2026-01-10",
    "ee": "2026-12-31",
    "da": "2026-01-09",
    "d": "1 tablet a day",
    "r": "Diabetes",
    "a": "taking",
}


def judged(world: World, payload: object, at: Any = NOW) -> Verdict:
    return world.verify(sign(world.es256.signer(), payload, -7), at)


def test_a_line_is_shown(world: World) -> None:
    verdict = judged(world, LINE)
    assert verdict
    assert verdict.kind is Kind.MEDICATION
    document = verdict.document
    assert document is not None
    (event,) = document.events
    assert event.type is EventType.MEDICATION
    assert event.product is not None
    assert event.disease is not None
    assert (event.product.code, event.dosage, event.disease.name) == (
        "A10BA02",
        "1 tablet a day",
        "Diabetes",
    )
    assert (event.valid_from, event.valid_until, event.status) == ("2026-01-10", "2026-12-31", "taking")
    assert document.holder.full_name is None


def test_a_patient_with_lines_is_shown(world: World) -> None:
    verdict = judged(world, {"n": "An", "dob": "1990", "id": "C1", "m": [LINE, {"m": "B01AC06"}]})
    assert verdict
    assert verdict.document is not None
    assert (verdict.document.holder.full_name, len(verdict.document.events)) == ("An", 2)


def test_its_envelope_ends_like_any_other(world: World) -> None:
    assert judged(world, LINE, END.replace(day=2)).code is Code.VALIDITY_EXPIRED


@pytest.mark.parametrize("value", [None, "", 7, [], [{}], [{"m": "X"}, {"d": "no name"}]])
def test_a_medicine_must_be_named(world: World, value: object) -> None:
    verdict = judged(world, changed(LINE, "m", value))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_INCOMPLETE)


@pytest.mark.parametrize("payload", [{}, [], "text", None, {"d": "1 tablet"}, [LINE, LINE]])
def test_what_holds_no_medicine_is_named_only(world: World, payload: object) -> None:
    verdict = judged(world, payload)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PAYLOAD_MEDICATION)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(LINE)),
    st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.integers(), max_size=2)),
)
def test_no_value_makes_it_raise(world: World, name: str, value: object) -> None:
    assert judged(world, changed(LINE, name, value)).to_dict()
