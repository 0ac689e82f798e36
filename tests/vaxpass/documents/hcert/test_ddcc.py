"""DDCC are read in all the places where their fields were, and judged by signature and times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import find_shared
from tests.support.who_documents import DDCC_TEST as TEST
from tests.support.who_documents import DDCC_VACCINATION as VACCINATION
from tests.support.who_documents import changed, sign
from tests.support.world import NOW, World, forge
from vaxpass import (
    Code,
    Kind,
    NoteCode,
    Outcome,
    Stage,
    Status,
    TrustList,
    Verdict,
    Verifier,
    decode,
)

DAY = timedelta(days=1)


def judged(world: World, payload: object, key: int = 3, at: Any = NOW) -> Verdict:
    return world.verify(sign(world.es256.signer(), payload, key), at)


def nested(payload: dict[str, Any]) -> dict[str, Any]:
    """The form of later drafts, in which the event has its own map."""
    inside = ("vaccine", "brand", "manufacturer", "lot", "date", "dose", "country", "centre", "disease")
    dose = {name: payload[name] for name in inside} | {
        "totalDoses": 2,
        "practitioner": {"value": "Nurse"},
    }
    person = {name: payload[name] for name in ("name", "birthDate", "sex")}
    period = {"start": payload["valid_from"], "end": payload["valid_until"]}
    sealed = {
        "hcid": {"value": "H1"},
        "issuer": {"identifier": {"value": "Ministry of Health"}},
        "period": period,
    }
    identifier = {"value": payload["identifier"]}
    return {**person, "identifier": identifier, "vaccination": dose, "certificate": sealed}


def test_all_forms_say_the_same(world: World) -> None:
    issuer: dict[Any, Any] = {1: "XXA"}
    among_claims: dict[Any, Any] = {**VACCINATION, **issuer}
    bare = forge(world.es256.signer(), among_claims)
    verdicts = [
        judged(world, VACCINATION),
        judged(world, [VACCINATION]),
        judged(world, nested(VACCINATION)),
        world.verify(bare),
        world.verify(forge(world.es256.signer(), {**nested(VACCINATION), **issuer})),
    ]
    said = []
    for verdict in verdicts:
        assert verdict, verdict.code
        assert verdict.kind is Kind.DDCC_VACCINATION
        assert verdict.document is not None
        said.append(verdict.document)
    first = said[0]
    assert (first.family, first.holder.full_name, first.holder.sex) == (
        "ddcc",
        "Nguyễn Thị An",
        "female",
    )
    assert (first.holder.document_number, first.identifier) == ("C1234567", "H1")
    assert first.issuer.name == "Ministry of Health"
    (event,) = first.events
    assert (event.date, event.batch, event.dose, event.doses) == ("2026-02-01", "L1", 1, 2)
    assert event.vaccine is not None
    assert (event.vaccine.code, event.vaccine.system) == ("1119349007", "snomed")
    assert (event.valid_from, event.valid_until) == ("2026-02-01", "2026-12-31")
    for other in said[1:]:
        assert (other.holder, other.events, other.identifier) == (first.holder, first.events, "H1")


def test_a_negative_test_is_accepted_and_shown(world: World) -> None:
    verdict = judged(world, TEST, 4)
    assert verdict
    assert verdict.kind is Kind.DDCC_TEST
    assert verdict.document is not None
    assert verdict.document.holder.document_number == "C1234567"
    (event,) = verdict.document.events
    assert (event.centre, event.date) == ("Laboratory", "2026-05-30T08:00:00Z")
    assert event.test_type is not None
    assert event.test_type.system == "loinc"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ({"code": "260373001"}, Code.CONTENT_DETECTED),
        ({"code": " 10828004"}, Code.CONTENT_DETECTED),
        ("260373001", Code.CONTENT_DETECTED),
        ({"code": "LA6577-6"}, None),
        ({"code": "?"}, Code.CONTENT_RESULT_UNKNOWN),
        ({"display": "Not detected"}, Code.CONTENT_RESULT_UNKNOWN),
        (7, Code.CONTENT_RESULT_UNKNOWN),
        (..., Code.CONTENT_RESULT_UNKNOWN),
    ],
)
def test_a_person_looks_at_a_result_that_is_not_negative(
    world: World, result: object, code: Code | None
) -> None:
    verdict = judged(world, changed(TEST, "test.result", result), 4)
    assert verdict.code is code
    assert verdict.outcome is (Outcome.GENUINE if code else Outcome.ACCEPTED)
    assert code is None or verdict.check(Stage.CONTENT).status is Status.OPEN


def test_its_own_period_counts(world: World) -> None:
    for payload in (VACCINATION, nested(VACCINATION)):
        text = sign(world.es256.signer(), payload, 3, iat=..., exp=...)
        assert world.verify(text, NOW.replace(month=12, day=31, hour=23))
        assert world.verify(text, NOW.replace(year=2027, month=1, day=1)).code is Code.VALIDITY_EXPIRED
        assert world.verify(text, NOW.replace(month=1, day=31)).code is Code.VALIDITY_NOT_YET


def test_one_without_a_name_among_the_claims_is_one_too(world: World) -> None:
    verdict = world.verify(forge(world.es256.signer(), changed(VACCINATION, "name")))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_INCOMPLETE)


@pytest.mark.parametrize(
    ("payload", "path"),
    [(VACCINATION, "date"), (nested(VACCINATION), "vaccination.date"), (TEST, "test.date")],
)
def test_an_event_in_the_future_is_a_remark_that_matters(
    world: World, payload: dict[str, Any], path: str
) -> None:
    for days, remarks in ((1, False), (2, True)):
        verdict = judged(world, changed(payload, path, (NOW + timedelta(days=days)).date().isoformat()))
        assert (NoteCode.SCHEMA_ENTRY_AHEAD in {note.code for note in verdict.notes}) is remarks
    assert not NoteCode.SCHEMA_ENTRY_AHEAD.formal


def test_a_number_of_a_dose_may_be_text(world: World) -> None:
    document = judged(world, changed(VACCINATION, "dose", "1")).document
    assert document is not None
    assert document.events[0].dose == 1


@pytest.mark.parametrize("path", ["name", "date"])
@pytest.mark.parametrize("value", [..., None, "", 7, cbor2.undefined])
def test_a_name_and_the_date_must_be_there(world: World, path: str, value: object) -> None:
    verdict = judged(world, changed(VACCINATION, path, value))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_INCOMPLETE)


@pytest.mark.parametrize("payload", [{}, [], [VACCINATION, TEST], "text", None, {"name": "An"}])
def test_what_holds_no_event_is_named_only(world: World, payload: object) -> None:
    verdict = judged(world, payload)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PAYLOAD_DDCC)


def test_business_rules_are_not_asked(world: World) -> None:
    text = sign(world.es256.signer(), VACCINATION, 3)
    verdict = Verifier(world.trust).verify(text, at=NOW, destination="VN")
    assert verdict.check(Stage.RULES).code is Code.RULES_NOT_FOR_KIND


VALUES: Any = st.recursive(
    st.one_of(
        st.none(), st.just(cbor2.undefined), st.booleans(), st.integers(), st.floats(), st.text()
    ),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["code", "value", "identifier", "date", "result"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([VACCINATION, TEST]), st.data())
def test_no_value_makes_it_raise(world: World, payload: dict[str, Any], data: Any) -> None:
    path = data.draw(st.sampled_from(sorted({*payload, "certificate", "vaccination", "meta"})))
    verdict = judged(world, changed(payload, path, data.draw(VALUES)), 3)
    assert verdict.to_dict()
    for language in ("en", "vi"):
        assert verdict.explain(language)


@pytest.mark.parametrize(
    ("name", "kind", "holder"),
    [
        ("WHOQR1Contents", Kind.DDCC_VACCINATION, "Eddie Murphy"),
        ("WHOQR2Contents", Kind.DDCC_VACCINATION, "EddieMurphy"),
        ("WHOSingaporePCRContents", Kind.DDCC_TEST, "TAN CHEN CHEN"),
    ],
)
def test_the_examples_of_who_are_read(name: str, kind: Kind, holder: str) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("the public test data is not here")
    place = shared / "vectors" / "who" / "gdhcn-validator" / f"{name}.txt"
    text = place.read_text("utf-8").strip()
    found = decode(text).without_verification()
    assert (found.kind, found.document.holder.full_name) == (kind, holder)
    assert found.document.events
    verdict = Verifier(TrustList([])).verify(text, at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
