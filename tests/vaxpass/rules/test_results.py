"""What a rule says of a certificate, what rules say together, and what they see."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.rule_data import rule
from tests.support.rule_judging import book, judge, payload, subject, var
from tests.support.world import NOW
from vaxpass import Code, Status
from vaxpass.rules import Admission, RuleBook, RuleCode, RuleSet, SkippedRule

NEVER: dict[str, Any] = {"===": [1, 2]}
UNKNOWN_OPERATOR: dict[str, Any] = {"!==": [1, 2]}


def applied(admission: Admission) -> list[str]:
    return [f"{each.identifier}@{'.'.join(map(str, each.version))}" for each in admission.rules]


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    return {"Identifier": f"GR-XA-{number:04}", "CertificateType": "General"} | changes


# --- what a rule says --------------------------------------------------------------------------


def result(admission: Admission) -> tuple[Status, RuleCode | None]:
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
        assert result(admission) == (Status.OPEN, RuleCode.OPEN_ENGINE)
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
    assert (found, why) == (status, RuleCode.OPEN_SCHEMA if status is Status.OPEN else None)


def test_a_certificate_without_a_version_leaves_every_rule_open() -> None:
    content = payload()
    del content["ver"]
    assert result(judge(rule(Logic=NEVER), of=subject(content))) == (Status.OPEN, RuleCode.OPEN_SCHEMA)


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
    why = RuleCode.OPEN_RESULT if logic == [] else RuleCode.OPEN_EVALUATION
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
    assert result(judge(rule(Logic=logic))) == (Status.OPEN, RuleCode.OPEN_RESULT)


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
    assert result(half) == (Status.OPEN, RuleCode.OPEN_EVALUATION)


def test_what_json_does_not_know_is_left_out() -> None:
    who = subject(payload(a=b"\x00", b=float("nan"), c=float("inf"), d={1: "x"}, dn=True))
    entry = who.payload["v"][0]  # type: ignore[index]
    assert isinstance(entry, dict)
    assert not {"a", "b", "c"} & entry.keys()
    assert entry["d"] == {"1": "x"}
    # True is not the number one.
    assert result(judge(rule(), of=who)) == (Status.OPEN, RuleCode.OPEN_EVALUATION)


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
