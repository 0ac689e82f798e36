"""Which rules apply to a certificate, whatever was asked before."""

from __future__ import annotations

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.support.rule_data import rule
from tests.support.rule_judging import book, judge, payload, subject, var
from tests.support.world import NOW
from vaxpass import Code, Status, decode
from vaxpass.rules import Admission, RuleBook, RuleSet, SkippedRule, Subject, read_rules

TICK = timedelta(microseconds=1)
NEVER: dict[str, Any] = {"===": [1, 2]}


def applied(admission: Admission) -> list[str]:
    return [f"{each.identifier}@{'.'.join(map(str, each.version))}" for each in admission.rules]


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    return {"Identifier": f"GR-XA-{number:04}", "CertificateType": "General"} | changes


# --- which rules apply -------------------------------------------------------------------------


def test_the_rules_of_the_country_of_arrival_apply_and_no_others() -> None:
    rules = (rule(Identifier="GR-XA-0001"), rule(Identifier="GR-XB-0001", Country="XB", Logic=NEVER))
    admission = judge(*rules)
    assert applied(admission) == ["GR-XA-0001@1.0.11"]
    assert admission
    assert not judge(*rules, country="XB")


def test_a_country_is_found_however_its_code_is_written() -> None:
    assert judge(rule(), country=" xa ").country == "XA"
    assert judge(rule(), country=" xa ").rules


@pytest.mark.parametrize(("written", "asked"), [("EL", "GR"), ("GR", "EL"), ("UK", "GB"), ("GB", "UK")])
def test_greece_and_the_united_kingdom_are_known_by_both_codes(written: str, asked: str) -> None:
    for country in (written, asked):
        admission = judge(rule(Country=written, Region=written), country=country)
        assert len(admission.rules) == 1
        assert admission.country in ("GR", "GB")


def test_a_region_has_its_own_rules_and_the_country_has_its_own() -> None:
    whole = rule(**numbered(1))
    named_like_the_country = rule(**numbered(2, Region="XA"))
    north = rule(**numbered(3, Region="North"))
    rules = (whole, named_like_the_country, north)
    assert applied(judge(*rules)) == ["GR-XA-0001@1.0.11", "GR-XA-0002@1.0.11"]
    for region in ("North", "NORTH", " north "):
        assert applied(judge(*rules, region=region)) == ["GR-XA-0003@1.0.11"]
    assert applied(judge(*rules, region="xa")) == applied(judge(*rules))
    # Of a region that no rule names nothing is known.
    assert judge(*rules, region="South").code is Code.RULES_NONE


def test_the_issuers_country_may_invalidate() -> None:
    general = rule(Identifier="GR-XA-0001")
    own = rule(Identifier="IR-VN-0001", Country="VN", Type="Invalidation", Logic=NEVER)
    other = rule(Identifier="IR-XB-0001", Country="XB", Type="Invalidation", Logic=NEVER)
    here = rule(Identifier="IR-XA-0001", Country="XA", Type="Invalidation", Logic=NEVER)
    admission = judge(general, own, other, here)
    assert applied(admission) == ["GR-XA-0001@1.0.11", "IR-VN-0001@1.0.11"]
    assert admission.code is Code.RULES_INVALIDATED
    # The region of arrival is not the issuer's matter.
    north = rule(Identifier="GR-XA-0001", Region="N")
    assert judge(north, own, region="N").code is Code.RULES_INVALIDATED
    # Whoever only invalidates has no rules of arrival.
    assert judge(own, country="VN").code is Code.RULES_INVALIDATED
    assert judge(rule(Country="VN", Type="Invalidation"), country="VN").code is Code.RULES_NONE


def test_the_issuer_is_the_claims_country_else_that_of_the_entry() -> None:
    assert subject(iss="DE").issuer == "DE"
    assert subject(iss="Ministry").issuer == "VN"
    assert subject(payload(co="FR"), iss=...).issuer == "FR"
    assert subject(payload(co="France"), iss=...).issuer == ""
    greek = rule(Country="GR", Type="Invalidation", Logic=NEVER)
    assert judge(rule(), greek, of=subject(iss="EL")).code is Code.RULES_INVALIDATED


@pytest.mark.parametrize(("group", "own"), [("v", "Vaccination"), ("t", "Test"), ("r", "Recovery")])
def test_general_rules_apply_and_those_of_the_certificates_own_kind(group: str, own: str) -> None:
    kinds = ("General", "Recovery", "Test", "Vaccination")
    rules = [rule(**numbered(n, CertificateType=kind)) for n, kind in enumerate(kinds)]
    admission = judge(*rules, of=subject(payload(group)))
    assert [each.certificate_type for each in admission.rules] == ["General", own]


def test_the_newest_version_counts_whatever_kind_it_is_for() -> None:
    older = rule(Version="1.0.0", CertificateType="General", Logic=NEVER)
    newer = rule(Version="1.1.0", CertificateType="Test")
    # The newer one took the older one's place, and is not for vaccinations.
    assert judge(older, newer).rules == ()
    assert judge(older, newer).status is Status.PASS


def test_rules_are_valid_from_and_to_their_times_to_the_microsecond() -> None:
    start, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    short = rule(
        Identifier="GR-XA-0001", ValidFrom="2026-02-01T00:00:00Z", ValidTo="2026-03-01T00:00:00Z"
    )
    made = book(rule(Identifier="GR-XA-0002"), short)
    for at, valid in (
        (start - TICK, False),
        (start, True),
        (start + TICK, True),
        (end - TICK, True),
        (end, True),
        (end + TICK, False),
    ):
        assert (short in made.judge(subject(), "XA", at=at).rules) is valid, at
    east = end.astimezone(timezone(timedelta(hours=14)))
    assert short in made.judge(subject(), "XA", at=east).rules


def test_a_rule_of_a_single_instant_is_valid_then() -> None:
    moment = "2026-02-01T00:00:00Z"
    made = book(rule(ValidFrom=moment, ValidTo=moment))
    at = datetime.fromisoformat(moment)
    known = [made.judge(subject(), "XA", at=at + n * TICK).known for n in (-1, 0, 1)]
    assert known == [False, True, False]


def test_a_rule_without_an_end_is_valid_at_the_end_of_time() -> None:
    made = book(rule(ValidTo="9999-12-31T23:59:59.999999Z"))
    last = datetime.max.replace(tzinfo=UTC)
    for at in (last, last - TICK, NOW):
        assert made.judge(subject(), "XA", at=at).known


def test_a_rule_that_ends_before_it_begins_never_applies() -> None:
    made = book(rule(ValidFrom="2026-03-01", ValidTo="2026-02-01"))
    for day in ("2026-01-15", "2026-02-01", "2026-02-15", "2026-03-01", "2026-03-15"):
        assert not made.judge(subject(), "XA", at=datetime.fromisoformat(f"{day}T00:00:00Z")).known


def test_versions_are_compared_as_numbers() -> None:
    versions = ("1.0.9", "1.0.10", "1.0.2")
    assert applied(judge(*(rule(Version=each) for each in versions))) == ["VR-XA-0005@1.0.10"]
    assert applied(judge(*(rule(Version=each) for each in reversed(versions)))) == ["VR-XA-0005@1.0.10"]
    assert applied(judge(rule(Version="2.0.0"), rule(Version="1.99.99"))) == ["VR-XA-0005@2.0.0"]


def test_of_all_versions_the_highest_that_is_valid_then_counts() -> None:
    old = rule(Version="1.0.0", ValidTo="2030-01-01T00:00:00Z")
    new = rule(Version="1.0.1", ValidFrom="2026-05-01T00:00:00Z", ValidTo="2026-07-01T00:00:00Z")
    made = book(new, old)

    def version(month: int) -> tuple[int, ...]:
        (only,) = made.judge(subject(), "XA", at=datetime(2026, month, 15, tzinfo=UTC)).rules
        return only.version

    assert [version(month) for month in (4, 5, 6, 7)] == [(1, 0, 0), (1, 0, 1), (1, 0, 1), (1, 0, 0)]


def test_the_same_identifier_in_another_region_is_another_rule() -> None:
    whole = rule(Version="1.0.0")
    north = rule(Version="2.0.0", Region="North", Logic=NEVER)
    assert judge(whole, north).status is Status.PASS
    assert judge(whole, north, region="North").status is Status.FAIL


def test_rules_of_other_types_are_never_applied() -> None:
    admission = judge(rule(Identifier="GR-XA-0001", Type="Information", Logic=NEVER), rule())
    assert applied(admission) == ["VR-XA-0005@1.0.11"]
    assert judge(rule(Type="Information")).code is Code.RULES_NONE
    assert book(rule(Type="Information")).countries == ()


def test_rules_are_told_in_the_order_of_their_identifiers() -> None:
    rules = [rule(**numbered(n)) for n in range(9)]
    random.Random(7).shuffle(rules)
    assert applied(judge(*rules)) == [f"GR-XA-{n:04}@1.0.11" for n in range(9)]


# --- asked again and again ---------------------------------------------------------------------


def lively() -> RuleSet:
    """Rules of two countries with many versions, times, kinds, regions and issuers."""
    chance = random.Random(11)
    rules = []
    for _ in range(150):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(200))
        end = start + timedelta(days=chance.randrange(90))
        rules.append(
            rule(
                Identifier=f"GR-XA-{chance.randrange(9):04}",
                Country=chance.choice(("XA", "XB", "VN")),
                Type=chance.choice(("Acceptance", "Acceptance", "Invalidation")),
                Region=chance.choice(("", "North")),
                Version=f"1.{chance.randrange(12)}.{chance.randrange(12)}",
                CertificateType=chance.choice(("General", "Vaccination", "Test")),
                SchemaVersion=chance.choice(("1.0.0", "1.3.0", "1.3.1")),
                ValidFrom=start.isoformat(),
                ValidTo=end.isoformat(),
                Logic=chance.choice((True, NEVER, {">": [var("payload.v.0.dn"), 1]})),
            )
        )
    gone = SkippedRule("list", "GR-XB-0001", "XB", "it is damaged")
    return RuleSet(tuple(rules), (gone,))


def questions() -> list[tuple[Subject, str, datetime, str]]:
    chance = random.Random(12)
    subjects = [
        subject(),
        subject(iss="XB"),
        subject(iss="XA"),
        subject(payload("t")),
        subject(payload() | {"ver": "1.3.2"}),
        subject(payload(dn=1)),
    ]
    return [
        (
            chance.choice(subjects),
            chance.choice(("XA", "XB")),
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(300)),
            chance.choice(("", "North")),
        )
        for _ in range(250)
    ]


def answer(made: RuleBook, question: tuple[Subject, str, datetime, str]) -> object:
    who, country, at, region = question
    found = made.judge(who, country, at=at, region=region)
    return found.status, found.code, applied(found), found.results


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    rules, asked = lively(), questions()
    fresh = [answer(RuleBook(rules), question) for question in asked]
    assert len({str(each) for each in fresh}) > 20
    made = RuleBook(rules)
    assert [answer(made, question) for question in asked] == fresh
    assert [answer(made, question) for question in reversed(asked)] == fresh[::-1]


def test_a_book_is_shared_by_threads() -> None:
    rules, asked = lively(), questions()
    expected = [answer(RuleBook(rules), question) for question in asked]
    made = RuleBook(rules)
    with ThreadPoolExecutor(8) as threads:
        runs = [
            threads.submit(lambda: [answer(made, question) for question in asked]) for _ in range(8)
        ]
        for run in runs:
            assert run.result() == expected


def test_the_records_of_another_implementation_agree_in_full(shared: Path) -> None:
    folder = shared / "vectors" / "rules"
    sets = json.loads((folder / "valuesets.json").read_text())
    records = [json.loads(line) for line in (folder / "selection-cwa.jsonl").read_text().splitlines()]
    assert len(records) == 14
    for record in records:
        rules = read_rules(json.dumps(record["rules"]).encode(), source="record")
        assert not rules.skipped
        admission = RuleBook(rules, codes=sets[record["vs"]]).judge(
            Subject.of(decode(record["hc1"])),
            record["countryOfArrival"],
            at=datetime.fromtimestamp(record["validationClock"], UTC),
        )
        counts = Counter(each.status for each in admission.results)
        found = {
            "passed": counts[Status.PASS],
            "failed": counts[Status.FAIL],
            "open": counts[Status.OPEN],
        }
        assert found == record["expected"], record["id"]
