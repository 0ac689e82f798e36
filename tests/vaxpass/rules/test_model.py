"""A rule: every published one is read and stays the same; what is none is refused with the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rule_data import RULE, VALUES, in_lower_case, published, rule
from vaxpass.encoding.strict_json import DEEPEST, LONGEST, MOST_NODES
from vaxpass.rules import Rule


def test_every_field_is_read() -> None:
    found = rule(Region=" BY ")
    assert found == Rule(
        identifier="VR-XA-0005",
        type="Acceptance",
        country="XA",
        region="BY",
        version=(1, 0, 11),
        schema_version=(1, 3, 0),
        engine="CERTLOGIC",
        engine_version=(0, 7, 5),
        certificate_type="Vaccination",
        descriptions={"de": "Eine Dosis.", "en": "One dose is enough."},
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime(2027, 1, 1, tzinfo=UTC),
        affected_fields=("v.0", "v.0.dn"),
        logic=RULE["Logic"],
    )
    assert {found} == {rule(Region="BY")}
    assert found.to_json() == published(Region="BY")


def test_every_published_rule_is_read_and_stays_the_same(shared: Path) -> None:
    lines = (shared / "vectors" / "rules" / "rules-testdata.jsonl").read_text().splitlines()
    for item in (json.loads(line)["rule"] for line in lines):
        found = Rule.from_json(item)
        assert Rule.from_json(found.to_json()) == found
        assert Rule.from_json(in_lower_case(item)) == found
        assert found.to_json()["Logic"] == item["Logic"]
        assert found.identifier == item["Identifier"]
    assert len(lines) == 86


@pytest.mark.parametrize("identifier", ["BNR-DE-0300", "MA-DE-0101", "IB2-DE-0200", "TR-DX-0002"])
def test_identifiers_of_other_kinds_are_kept(identifier: str) -> None:
    assert rule(Identifier=identifier).identifier == identifier


def test_names_are_kept_as_they_are_written() -> None:
    assert rule(Country="el").country == "EL"
    assert rule(Engine="CertLogic").engine == "CertLogic"
    assert rule(Type="Booster notification").type == "Booster notification"
    assert rule(CertificateType="recovery").certificate_type == "Recovery"


@pytest.mark.parametrize("region", [..., None, "", "  "])
def test_without_a_region_it_is_empty(region: Any) -> None:
    assert rule(Region=region).region == ""
    assert "Region" not in rule(Region=region).to_json()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-06-02T00:00:00+01:00", datetime(2022, 6, 2, tzinfo=timezone(timedelta(hours=1)))),
        ("2022-06-02T00:00:00.000+0000", datetime(2022, 6, 2, tzinfo=UTC)),
        ("2022-06-02T01:02:03.25Z", datetime(2022, 6, 2, 1, 2, 3, 250_000, tzinfo=UTC)),
        ("2022-06-02T01:02:03", datetime(2022, 6, 2, 1, 2, 3, tzinfo=UTC)),
        ("2022-06-02", datetime(2022, 6, 2, tzinfo=UTC)),
        # A day that is none is one of the next month: a published rule begins so.
        ("2022-02-31T17:00:00Z", datetime(2022, 3, 3, 17, tzinfo=UTC)),
    ],
)
def test_times_are_read_with_offsets_and_fractions(text: str, moment: datetime) -> None:
    found = rule(ValidFrom=text)
    assert (found.valid_from, found.valid_from.tzinfo) == (moment, UTC)
    assert Rule.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("listed", "texts"),
    [
        (..., {}),
        (None, {}),
        ([], {}),
        ("text", {}),
        ([{"lang": "DE", "desc": "Ja."}], {"de": "Ja."}),
        ([{"lang": "en", "desc": "One."}, {"lang": "en", "desc": "Two."}], {"en": "One."}),
        ([5, {"lang": 5, "desc": "x"}, {"lang": "en"}, {"lang": "e n", "desc": "x"}], {}),
        ([{"lang": "en", "desc": "\u202eone\n two\x1b"}], {"en": "<U+202E>one two<U+001B>"}),
    ],
)
def test_descriptions_that_cannot_be_read_are_left_out(listed: Any, texts: dict[str, str]) -> None:
    found = rule(Description=listed)
    assert found.descriptions == texts
    assert Rule.from_json(found.to_json()) == found


def test_a_description_is_given_in_the_language_else_in_english_else_in_any() -> None:
    assert rule().description("DE") == "Eine Dosis."
    assert rule().description("vi") == "One dose is enough."
    assert rule(Description=[{"lang": "fr", "desc": "Une dose."}]).description("vi") == "Une dose."
    assert rule(Description=...).description("en") == ""


@pytest.mark.parametrize("text", ["a" * 5000, "\x1b" * 600, "a" * 999 + "\x1b", "\n".join("ab" * 900)])
def test_a_long_description_is_cut_and_stays_as_it_was_cut(text: str) -> None:
    found = rule(Description=[{"lang": "en", "desc": text}])
    assert 0 < len(found.description("en")) <= 1000
    assert Rule.from_json(found.to_json()) == found


def test_logic_may_be_a_text_of_json() -> None:
    assert rule(Logic=json.dumps(RULE["Logic"])) == rule()
    assert rule(Logic="apple").logic == "apple"
    assert rule(Logic=None).logic is None


def nested(depth: int) -> object:
    value: object = True
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("logic", [nested(DEEPEST), [True] * (MOST_NODES - 1), "x" * LONGEST])
def test_logic_within_the_bounds_is_kept(logic: object) -> None:
    assert rule(Logic=logic).logic == logic


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Identifier": ...}, "Identifier is missing"),
        ({"Identifier": 5}, "Identifier is missing or not text"),
        ({"Identifier": "VR\x1b"}, "not plain text"),
        ({"Identifier": "V" * 81}, "too long"),
        ({"identifier": "VR-XA-0005"}, "two spellings"),
        ({"Country": "X"}, "Country is not the code"),
        ({"Country": "X1"}, "Country is not the code"),
        ({"Region": 5}, "Region"),
        ({"Region": "BY\u202e"}, "can't be shown"),
        ({"Type": " "}, "Type is empty"),
        ({"Version": "1.0.x"}, "Version is not a version"),
        ({"Version": "1.0.0.0"}, "Version is not a version"),
        ({"Version": 1}, "Version is not a version"),
        ({"Version": "٣.0.0"}, "Version is not a version"),
        ({"SchemaVersion": ...}, "SchemaVersion is not a version"),
        ({"Engine": None}, "Engine is missing"),
        ({"EngineVersion": ""}, "EngineVersion is not a version"),
        ({"CertificateType": "Pet"}, "CertificateType is not one"),
        ({"ValidFrom": "soon"}, "ValidFrom is not a time"),
        ({"ValidFrom": 5}, "ValidFrom is not a time"),
        ({"ValidTo": "2021-13-01T00:00:00Z"}, "ValidTo is not a time"),
        ({"ValidTo": "9999-12-31T23:59:59-01:00"}, "ValidTo is not a time"),
        ({"ValidTo": "2026-W01-1"}, "ValidTo is not a time"),
        ({"Logic": ...}, "Logic is missing"),
        ({"Logic": "{"}, "not valid JSON"),
        ({"Logic": "[" * 100_000}, "not valid JSON"),
        ({"Logic": '{"a": 1, "a": 2}'}, "a name twice"),
        ({"Logic": float("nan")}, "not finite"),
        ({"Logic": "[1e999]"}, "not finite"),
        ({"Logic": nested(DEEPEST + 1)}, "nested more than 100"),
        ({"Logic": [True] * MOST_NODES}, "more than 50000 parts"),
        ({"Logic": "[" + " " * LONGEST + "]"}, "characters"),
        ({"Logic": ["x" * LONGEST, "y"]}, "characters"),
        ({"Logic": {5: 1}}, "not JSON"),
        ({"Logic": [b""]}, "not JSON"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rule(**changes)


def test_a_change_of_what_was_read_or_written_does_not_reach_the_rule() -> None:
    item = published(Logic={"and": [True]})
    found = Rule.from_json(item)
    item["Logic"]["and"].append(False)
    written: Any = found.to_json()
    written["Logic"]["and"].append(False)
    assert found.logic == {"and": [True]}


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from([*RULE, "Region"]), VALUES, max_size=3))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_whatever_the_fields_hold_it_is_a_rule_that_stays_the_same_or_refused(
    changes: dict[str, Any],
) -> None:
    try:
        found = rule(**changes)
    except ValueError:
        return
    assert Rule.from_json(json.loads(json.dumps(found.to_json()))) == found
