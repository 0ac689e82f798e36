"""Which rules apply to a certificate, and what their results mean together."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.rule_data import rule
from tests.rule_judging import book, judge, payload, subject, var
from tests.world import NOW
from vaxpass import (
    Admission,
    Code,
    RuleBook,
    RuleSet,
    SkippedRule,
    Status,
    Subject,
    Why,
    decode,
    read_rules,
)

TICK = timedelta(microseconds=1)
NEVER: dict[str, Any] = {"===": [1, 2]}
UNKNOWN_OPERATOR: dict[str, Any] = {"!==": [1, 2]}
LATER = "2026-09-01T00:00:00Z"


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


# --- what a rule says --------------------------------------------------------------------------


def result(admission: Admission) -> tuple[Status, Why | None]:
    (only,) = admission.results
    return only.status, only.why_open


@pytest.mark.parametrize("engine", ["CERTLOGIC", "CertLogic", "certlogic"])
def test_the_engine_is_known_by_its_name_in_any_letters(engine: str) -> None:
    assert result(judge(rule(Engine=engine))) == (Status.PASS, None)
    assert result(judge(rule(Engine=engine, Logic=NEVER))) == (Status.FAIL, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"Engine": "JSONLOGIC"},
        {"Engine": "CERTLOGIC2"},
        {"EngineVersion": "1.0.1"},
        {"EngineVersion": "1.1.0"},
        {"EngineVersion": "2.0.0"},
    ],
)
def test_what_is_written_for_another_engine_stays_open(changes: dict[str, str]) -> None:
    for logic in (True, False, NEVER):
        admission = judge(rule(Logic=logic, **changes))
        assert result(admission) == (Status.OPEN, Why.OPEN_ENGINE)
        assert admission.code is Code.RULES_OPEN
    assert result(judge(rule(EngineVersion="1.0.0"))) == (Status.PASS, None)


@pytest.mark.parametrize(
    ("certificate", "asked", "status"),
    [
        ("1.3.0", "1.3.0", Status.PASS),
        ("1.3.0", "1.2.9", Status.PASS),
        ("1.10.0", "1.9.0", Status.PASS),
        ("1.3.0", "1.3.1", Status.OPEN),
        ("1.3.0", "1.4.0", Status.OPEN),
        ("1.9.0", "1.10.0", Status.OPEN),
        ("1.3.0", "2.0.0", Status.OPEN),
        ("2.0.0", "1.3.0", Status.OPEN),
        ("2.0.0", "2.0.0", Status.PASS),
        (" 1.3.0 ", "1.3.0", Status.PASS),
        (None, "1.0.0", Status.OPEN),
        ("", "1.0.0", Status.OPEN),
        ("1.3", "1.0.0", Status.OPEN),
        ("one", "1.0.0", Status.OPEN),
        (13, "1.0.0", Status.OPEN),
    ],
)
def test_a_rule_for_a_later_or_another_schema_stays_open(
    certificate: object, asked: str, status: Status
) -> None:
    found, why = result(judge(rule(SchemaVersion=asked), of=subject(payload() | {"ver": certificate})))
    assert (found, why) == (status, Why.OPEN_SCHEMA if status is Status.OPEN else None)


def test_a_certificate_without_a_version_leaves_every_rule_open() -> None:
    content = payload()
    del content["ver"]
    assert result(judge(rule(Logic=NEVER), of=subject(content))) == (Status.OPEN, Why.OPEN_SCHEMA)


def test_certificates_of_more_versions_than_are_remembered_are_judged_alike() -> None:
    made = book(rule(SchemaVersion="1.50.0"))
    for _ in range(2):
        for minor in range(100):
            admission = made.judge(subject(payload() | {"ver": f"1.{minor}.0"}), "XA", at=NOW)
            assert admission.status is (Status.PASS if minor >= 50 else Status.OPEN)


@pytest.mark.parametrize(
    "logic",
    [
        UNKNOWN_OPERATOR,
        {"==": [1, 1]},
        {"plus-time": ["2026-01-01", 1, "day"]},
        {"and": [True]},
        {},
        [],
        {">": ["2", 1]},
        {"in": [1, 1]},
        {"after": [{"plusTime": [var("payload.v.0.zz"), 0, "day"]}, {"plusTime": ["2026", 0, "day"]}]},
        {"if": [{"plusTime": ["2026-01-01", 0, "day"]}, True, False]},
        {"reduce": [[1], {"var": 1}, 0]},
        {"all": [[1], True]},
    ],
)
def test_what_cannot_be_evaluated_stays_open(logic: object) -> None:
    # An empty list is a value, though no answer; all others are none.
    why = Why.OPEN_RESULT if logic == [] else Why.OPEN_EVALUATION
    assert result(judge(rule(Logic=logic))) == (Status.OPEN, why)


@pytest.mark.parametrize(
    "logic",
    [
        1,
        0,
        "true",
        "",
        [True],
        var("payload.v.0.zz"),
        var("payload.v.0"),
        var("payload.v.0.dn"),
        {"plusTime": ["2026-01-01", 0, "day"]},
        {"and": [True, "x"]},
        {"or": [0, ""]},
    ],
)
def test_what_is_neither_true_nor_false_stays_open(logic: object) -> None:
    assert result(judge(rule(Logic=logic))) == (Status.OPEN, Why.OPEN_RESULT)


def test_or_is_understood() -> None:
    for one, other in ((True, False), (False, True), (True, True), (False, False)):
        expected = Status.PASS if one or other else Status.FAIL
        assert result(judge(rule(Logic={"or": [one, other]})))[0] is expected
    assert judge(rule(Logic={"or": [False, {"or": [False, {"or": [False, True]}]}]}))
    assert judge(rule(Logic={"if": [{"or": [var("payload.t.0"), var("payload.v.0")]}, True, False]}))
    # What follows the first true one is not looked at.
    assert judge(rule(Logic={"or": [True, UNKNOWN_OPERATOR]}))


# --- what they say together --------------------------------------------------------------------


def test_a_failure_goes_before_what_is_open() -> None:
    failed, unknown = rule(**numbered(1, Logic=NEVER)), rule(**numbered(2, Logic=UNKNOWN_OPERATOR))
    foreign = rule(**numbered(0, Engine="OTHER"))
    gone = SkippedRule("list", "GR-XA-0009", "XA", "it is damaged")
    admission = judge(failed, unknown, foreign, skipped=(gone,))
    assert admission.status is Status.FAIL
    assert admission.code is Code.RULES_FAILED
    assert [each.status for each in admission.results] == [Status.OPEN, Status.FAIL, Status.OPEN]
    assert judge(rule(**numbered(1)), unknown).code is Code.RULES_OPEN
    assert not judge(rule(**numbered(1)), unknown)


@pytest.mark.parametrize("country", ["XA", "VN", None])
def test_a_skipped_rule_of_the_country_of_the_issuer_or_of_nobody_leaves_it_open(
    country: str | None,
) -> None:
    gone = SkippedRule("list", "GR-XX-0001", country, "it is damaged")
    admission = judge(rule(), skipped=(gone,))
    assert (admission.status, admission.code) == (Status.OPEN, Code.RULES_OPEN)
    assert admission.skipped == (gone,)
    assert judge(rule(Logic=NEVER), skipped=(gone,)).status is Status.FAIL


def test_a_skipped_rule_of_another_country_is_of_no_concern() -> None:
    gone = SkippedRule("list", "GR-XB-0001", "XB", "it is damaged")
    made = book(rule(), skipped=(gone,))
    assert made.judge(subject(), "XA", at=NOW)
    # The same book must not remember that for the next certificate, whose issuer it concerns.
    assert not made.judge(subject(iss="XB"), "XA", at=NOW)
    assert made.judge(subject(), "XA", at=NOW)
    greek = book(rule(), skipped=(gone._replace(country="EL"),))
    assert not greek.judge(subject(iss="GR"), "XA", at=NOW)


def test_a_country_without_rules_is_unknown() -> None:
    for rules in ((), (rule(Country="XB"),)):
        admission = judge(*rules)
        assert (admission.status, admission.code, admission.known) == (
            Status.OPEN,
            Code.RULES_NONE,
            False,
        )
        assert not admission
    assert judge(rule(), at=datetime(2028, 1, 1, tzinfo=UTC)).code is Code.RULES_NONE
    gone = SkippedRule("list", "rule 1", None, "it is damaged")
    assert judge(skipped=(gone,)).code is Code.RULES_NONE


def test_a_country_whose_rules_say_nothing_of_this_kind_raises_no_objection() -> None:
    admission = judge(rule(CertificateType="Test"))
    assert (admission.rules, admission.known, admission.status) == ((), True, Status.PASS)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        judge(rule(), at=datetime(2026, 6, 1))  # noqa: DTZ001 - it is what is refused


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


# --- what rules see ----------------------------------------------------------------------------


def test_nulls_are_dropped_and_spaces_trimmed_before_rules_look() -> None:
    content = payload(mp="  EU/1/20/1528\t", ma=None, extra=[None, " a ", {"b": None, "c": " d"}])
    content |= {"t": None, "r": []}
    who = subject(content)
    entry = who.payload["v"][0]  # type: ignore[index]
    assert isinstance(entry, dict)
    assert entry["mp"] == "EU/1/20/1528"
    assert "ma" not in entry
    assert entry["extra"] == ["a", {"c": "d"}]
    assert "t" not in who.payload
    assert who.types == {"Vaccination"}
    assert judge(rule(Logic={"in": [var("payload.v.0.mp"), ["EU/1/20/1528"]]}), of=who)
    assert judge(rule(Logic={"if": [var("payload.v.0.ma"), False, True]}), of=who)


def test_doses_that_are_floats_are_whole_numbers() -> None:
    who = subject(payload(dn=2.0, sd=2.0))
    for logic in (
        {">=": [var("payload.v.0.dn"), var("payload.v.0.sd")]},
        {"===": [var("payload.v.0.dn"), 2]},
        {"in": [var("payload.v.0.dn"), [1, 2]]},
    ):
        assert judge(rule(Logic=logic), of=who)
    half = judge(rule(), of=subject(payload(dn=1.5)))
    assert result(half) == (Status.OPEN, Why.OPEN_EVALUATION)


def test_what_json_does_not_know_is_left_out() -> None:
    who = subject(payload(a=b"\x00", b=float("nan"), c=float("inf"), d={1: "x"}, dn=True))
    entry = who.payload["v"][0]  # type: ignore[index]
    assert isinstance(entry, dict)
    assert not {"a", "b", "c"} & entry.keys()
    assert entry["d"] == {"1": "x"}
    # True is not the number one.
    assert result(judge(rule(), of=who)) == (Status.OPEN, Why.OPEN_EVALUATION)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("external.countryCode", "XA"),
        ("external.issuerCountryCode", "VN"),
        ("external.region", "North"),
        ("external.validationClock", "2026-06-01T00:00:00Z"),
        ("external.iat", "2026-01-01T00:00:00Z"),
        ("external.exp", "2027-01-01T00:00:00Z"),
        ("payload.nam.fnt", "NGUYEN"),
    ],
)
def test_rules_see_where_when_and_by_whom(path: str, value: str) -> None:
    assert judge(rule(Logic={"===": [var(path), value]}, Region="North"), region="North")


def test_rules_see_the_kid_and_the_value_sets() -> None:
    who = subject()
    assert judge(rule(Logic={"===": [var("external.kid"), base64.b64encode(who.kid).decode()]}), of=who)
    sets = "external.valueSets.vaccines-covid-19-names"
    assert judge(rule(Logic={"in": [var("payload.v.0.mp"), var(sets)]}))
    admission = RuleBook(
        RuleSet((rule(Logic={"in": [var("payload.v.0.mp"), var(sets)]}),)),
        codes={"vaccines-covid-19-names": ["EU/1/1/1"]},
    ).judge(who, "XA", at=NOW)
    assert admission.status is Status.FAIL


def test_the_clock_is_cut_to_milliseconds() -> None:
    logic = {"===": [var("external.validationClock"), "2026-06-01T00:00:00.001Z"]}
    assert judge(rule(Logic=logic), at=NOW + timedelta(microseconds=1999))


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
