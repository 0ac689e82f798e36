"""The rules of WHO for yellow cards (ICVP.DT.1, ICVP.DT.2), and rules of countries for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.rule_data import published, rule
from tests.support.rule_judging import subject as passport
from tests.support.yellow_cards import IPV, ISSUED, POLIO_CARD, YELLOW_CARD
from vaxpass import VaccinationCertificate
from vaxpass.codes import Code, Status
from vaxpass.documents.hcert.icvp.catalogue import products
from vaxpass.rules import (
    Admission,
    Rule,
    RuleBook,
    RuleCode,
    RuleSet,
    SkippedRule,
    Subject,
    explain,
    read_rules,
)
from vaxpass.rules.worldwide import PRODUCTS, RULES, codes

ALL_DAY = {"ValidFrom": "2020-01-01T00:00:00Z", "ValidTo": "2040-01-01T00:00:00Z"}


def card(certificate: VaccinationCertificate = YELLOW_CARD, **changes: Any) -> Subject:
    payload: Any = replace(certificate, **changes).for_rules()
    begin = ISSUED.timestamp()
    return Subject(payload, b"", begin, begin, "VN", frozenset(("ICVP",)), (1, 0, 0))


def judge(subject: Subject, day: str, *rules: Rule, to: str = "AO", **more: Any) -> Admission:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return RuleBook(RuleSet(rules, **more)).judge(subject, to, at=at)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-03-01", Status.FAIL),
        ("2026-03-10T23:59:59", Status.FAIL),
        ("2026-03-11", Status.PASS),
        ("2027-03-11", Status.PASS),
        ("2099-12-31", Status.PASS),
    ],
)
def test_yellow_fever_counts_from_the_tenth_day_for_life(day: str, status: Status) -> None:
    assert judge(card(date="2026-03-01"), day).status is status


def test_the_reason_says_from_when_it_counts() -> None:
    admission = judge(card(date="2026-03-01"), "2026-03-05")
    assert admission.code is Code.RULES_FAILED
    (found,) = explain(admission)
    assert found.rule is not None
    assert (found.rule.identifier, found.reason.code) == ("ICVP.DT.1", RuleCode.DATE_NOT_REACHED)
    assert found.message("en") == (
        "Date of vaccination: 1 March 2026. For WHO (International Health Regulations) that counts "
        "only from 11 March 2026 on. It will meet this rule from 11 March 2026 on."
    )
    assert "từ ngày 11/3/2026" in found.message("vi")


def test_polio_counts_at_once_where_the_product_is_listed() -> None:
    assert judge(card(POLIO_CARD, date="2026-03-01"), "2026-03-01")


@pytest.mark.parametrize("vaccine", ["YellowFeverProduct0", "EU/1/20/1528", None])
def test_a_product_that_is_not_listed_does_not_meet_the_table(vaccine: str | None) -> None:
    admission = judge(card(vaccine=vaccine), "2027-01-01")
    assert admission.status is Status.FAIL
    (found,) = explain(admission)
    assert found.reason.code in (RuleCode.NOT_LISTED, RuleCode.MISSING)


def test_every_listed_product_meets_its_table() -> None:
    assert codes()[PRODUCTS] == [product.id for product in products()]
    for product in products():
        assert judge(card(vaccine=product.id), "2027-01-01"), product.id


@pytest.mark.parametrize("date", ["", "soon", "2026-02", None])
def test_without_a_date_that_can_be_read_nobody_is_admitted(date: str | None) -> None:
    assert not judge(card(date=date), "2026-01-01")


@pytest.mark.parametrize("to", ["AO", "EL", "xa", "WHO", ""])
def test_they_hold_at_every_destination(to: str) -> None:
    assert [each.identifier for each in judge(card(), "2027-01-01", to=to).rules] == [
        "ICVP.DT.1",
        "ICVP.DT.2",
    ]


def test_they_are_read_from_their_published_form_as_the_same() -> None:
    for each in RULES:
        assert Rule.from_json(each.to_json()) == each


@pytest.mark.parametrize("kind", ["General", "Vaccination", "Test", "Recovery"])
@pytest.mark.parametrize("type_", ["Acceptance", "Invalidation"])
def test_rules_for_the_eu_dcc_never_apply_to_a_yellow_card(kind: str, type_: str) -> None:
    never = rule(Country="VN", CertificateType=kind, Type=type_, Logic=False, **ALL_DAY)
    assert judge(card(), "2027-01-01", never, to="VN")


def test_rules_for_a_yellow_card_never_apply_to_an_eu_dcc() -> None:
    never = rule(CertificateType="ICVP", Logic=False, **ALL_DAY)
    always = rule(Identifier="GR-XA-0001", CertificateType="General", Logic=True, **ALL_DAY)
    admission = judge(passport(), "2026-06-01", never, always, to="XA")
    assert admission
    assert admission.rules == (always,)
    # A country that only has rules for yellow cards says nothing about other certificates.
    assert judge(passport(), "2026-06-01", never, to="XA").code is Code.RULES_NONE


def test_a_country_may_ask_for_more() -> None:
    never = rule(Identifier="YC-XA-0001", CertificateType="icvp", Logic=False, **ALL_DAY)
    admission = judge(card(), "2027-01-01", never, to="XA")
    assert not admission
    assert [each.identifier for each in admission.rules] == ["ICVP.DT.1", "ICVP.DT.2", "YC-XA-0001"]
    assert judge(card(), "2027-01-01", never, to="XB")


def test_a_rule_that_could_not_be_read_leaves_it_open_unless_it_is_for_the_eu_dcc() -> None:
    unread = SkippedRule("list", "VR-XA-0001", "XA", "Logic is missing")
    assert judge(card(), "2027-01-01", to="XA", skipped=(unread,))
    other = unread._replace(entry="YC-XA-0001")
    assert judge(card(), "2027-01-01", to="XA", skipped=(other,)).status is Status.OPEN


@pytest.mark.parametrize(
    ("day", "to", "admitted"),
    [
        ("2026-03-28", "XD", False),
        ("2026-03-29", "XD", True),
        ("2027-03-01", "XD", True),
        ("2027-03-02", "XD", False),
        ("2027-03-02", "XE", True),
    ],
)
def test_the_example_asks_for_polio_within_weeks_and_months(day: str, to: str, admitted: bool) -> None:
    rules = read_rules(Path("examples/rules/polio-rules.json").read_bytes(), source="polio")
    assert not rules.skipped
    admission = judge(card(POLIO_CARD, vaccine=IPV, date="2026-03-01"), day, *rules.rules, to=to)
    assert bool(admission) is admitted
    assert judge(card(), day, *rules.rules, to=to)


def test_the_world_is_not_in_the_list_of_countries() -> None:
    assert RuleBook(RuleSet((Rule.from_json(published()),))).countries == ("XA",)
