"""Issuing yellow cards: what is refused, and what exactly is written."""

from __future__ import annotations

import zlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World
from tests.support.yellow_cards import ISSUED, STAMARIL, YELLOW_CARD, yellow_card
from vaxpass import Code, EncodeError, Problem, VaccinationCertificate
from vaxpass.documents.hcert.icvp.catalogue import products
from vaxpass.documents.hcert.icvp.checks import check_writing
from vaxpass.documents.hcert.icvp.model import Generation
from vaxpass.encoding import base45


def claims_of(text: str) -> dict[Any, Any]:
    """The claims of a text, read with other tools than the encoder's where there are any."""
    message = cbor2.loads(zlib.decompress(base45.decode(text.removeprefix("HC1:"))))
    assert isinstance(message, cbor2.CBORTag)
    found: dict[Any, Any] = cbor2.loads(message.value[2])
    return found


def changed(**changes: Any) -> VaccinationCertificate:
    return replace(YELLOW_CARD, **changes)


def problems(**changes: Any) -> list[Problem]:
    return check_writing(changed(**changes), ISSUED)


def test_the_claims_are_those_of_generation_e(world: World) -> None:
    claims = claims_of(yellow_card(world))
    assert claims == {
        1: "VN",
        6: int(ISSUED.timestamp()),
        4: int((ISSUED + timedelta(days=180)).timestamp()),
        -260: {
            -6: {
                "n": "Nguyễn Bảo Duy",
                "dob": "1990-05-06",
                "s": "male",
                "nt": "VNM",
                "id": "001090012345",
                "dt": "NI",
                "vx": {
                    "vp": STAMARIL,
                    "dv": "2026-03-01",
                    "bo": "YF-7",
                    "cn": "Trung tâm Kiểm dịch Y tế",
                    "is": "Ministry of Health",
                },
                "v": "1",
                "d": "2026-03-02",
            }
        },
    }


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("name", "$.n"),
        ("birth_date", "$.dob"),
        ("sex", "$.s"),
        ("nationality", "$.nt"),
        ("vaccine", "$.vx.vp"),
        ("date", "$.vx.dv"),
        ("batch", "$.vx.bo"),
        ("issued_on", "$.d"),
        ("version", "$.v"),
    ],
)
@pytest.mark.parametrize("value", [None, ""])
def test_without_a_required_field_nothing_is_signed(
    world: World, field: str, path: str, value: str | None
) -> None:
    with pytest.raises(EncodeError) as refused:
        yellow_card(world, changed(**{field: value}))
    found = [(problem.code, problem.path) for problem in refused.value.problems]
    assert found == [(Code.SCHEMA_REQUIRED, path)]


def test_a_clinician_or_an_issuer_is_enough_and_one_of_them_is_required() -> None:
    assert not problems(clinician=None)
    assert not problems(issuer=None)
    assert problems(clinician=None, issuer=None) == [Problem(Code.SCHEMA_REQUIRED, "$.vx.is")]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sex": "M"}, "$.s"),
        ({"nationality": "VN"}, "$.nt"),
        ({"nationality": "vnm"}, "$.nt"),
        ({"birth_date": "1990"}, "$.dob"),
        ({"date": "2026-02-30"}, "$.vx.dv"),
        ({"date": "20260301"}, "$.vx.dv"),
        ({"date": "2026-03-01T10:00:00Z"}, "$.vx.dv"),
        ({"vaccine": "YellowFeverProduct0"}, "$.vx.vp"),
        ({"vaccine": "EU/1/20/1528"}, "$.vx.vp"),
        ({"vaccine": "XM0N24"}, "$.vx.vp"),
        ({"version": "2"}, "$.v"),
        ({"name": " Duy"}, "$.n"),
        ({"name": "Duy\x1b[31m"}, "$.n"),
        ({"batch": "A\u202eB"}, "$.vx.bo"),
        ({"guardian": "Mai\n"}, "$.gn"),
    ],
)
def test_what_has_another_form_is_refused(changes: dict[str, str], path: str) -> None:
    found = problems(**changes)
    assert [(problem.code, problem.path) for problem in found] == [(Code.SCHEMA_FORMAT, path)]


def test_a_text_that_is_too_long_is_refused() -> None:
    assert problems(name="A" * 81) == [Problem(Code.SCHEMA_LENGTH, "$.n")]
    assert not problems(name="A" * 80)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"birth_date": "2026-03-02"}, "$.vx.dv"),
        ({"date": "2026-03-03", "issued_on": "2026-03-02"}, "$.d"),
        ({"issued_on": "2026-03-03"}, "$.d"),
        ({"date": "2025-09-01", "issued_on": "2025-09-18"}, "$.d"),
    ],
    ids=["dose before birth", "dose after issue", "issue in the future", "before the treaty"],
)
def test_dates_out_of_order_are_refused(changes: dict[str, str], path: str) -> None:
    assert problems(**changes) == [Problem(Code.SCHEMA_DATES, path)]


def test_a_dose_of_long_ago_gets_a_certificate_now() -> None:
    assert not problems(date="1999-01-01")


def test_the_day_of_issue_may_be_that_of_a_place_far_in_the_east() -> None:
    card = changed(issued_on="2026-03-03")
    assert not check_writing(card, datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert check_writing(card, datetime(2026, 3, 2, 9, 59, tzinfo=UTC))


@pytest.mark.parametrize("generation", [each for each in Generation if each is not Generation.E])
def test_earlier_generations_are_read_and_not_issued(world: World, generation: Generation) -> None:
    with pytest.raises(EncodeError) as refused:
        yellow_card(world, generation=generation)
    assert [problem.path for problem in refused.value.problems] == ["$"]


def test_a_field_of_an_earlier_generation_is_not_dropped_in_silence() -> None:
    assert problems(manufacturer="Sanofi") == [Problem(Code.SCHEMA_FORMAT, "$.vx")]


def test_every_product_of_the_catalogue_can_be_issued() -> None:
    for product in products():
        assert not problems(vaccine=product.id)


@given(st.data())
def test_what_is_written_is_read_again_as_the_same(world: World, data: st.DataObject) -> None:
    texts = st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=40
    )
    names = ("name", "batch", "clinician", "issuer", "document_number", "guardian")
    card = changed(**{name: data.draw(texts) for name in names})
    if check_writing(card, ISSUED):
        return
    payload = claims_of(yellow_card(world, card))[-260][-6]
    assert VaccinationCertificate.from_payload(payload) == card


@given(st.data())
def test_checking_never_raises(data: st.DataObject) -> None:
    anything = (
        st.none() | st.text(max_size=12) | st.sampled_from(["2026-13-01", "0000-00-00", "\ud800"])
    )
    changes = {
        each.name: data.draw(anything)
        for each in fields(VaccinationCertificate)
        if each.name != "generation"
    }
    found = problems(**changes)
    assert all(problem.code.value.startswith("schema.") for problem in found)
