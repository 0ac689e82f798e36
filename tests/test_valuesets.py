"""Codes are looked up and remarked on; no code decides a verdict."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import world
from tests.world import World
from vaxpass import Certificate, Remark, Warned, schema, valueset_codes, valuesets

VACCINATION: Final[dict[str, Any]] = world.VACCINATION.to_payload()
TEST: Final[dict[str, Any]] = world.TEST.to_payload()
RECOVERY: Final[dict[str, Any]] = world.RECOVERY.to_payload()
UNKNOWN: Final = Remark.VALUESETS_UNKNOWN_CODE
CODED: Final = [
    *(("v", key) for key in ("tg", "vp", "mp", "ma", "co")),
    *(("t", key) for key in ("tg", "tt", "ma", "tr", "co")),
    *(("r", key) for key in ("tg", "co")),
]
# The vaccines that Viet Nam used.
VIETNAM: Final = [
    ("EU/1/21/1529", "ORG-100001699", "29061000087103"),
    ("EU/1/20/1528", "ORG-100030215", "1119349007"),
    ("EU/1/20/1507", "ORG-100031184", "1119349007"),
    ("EU/1/20/1525", "ORG-100001417", "29061000087103"),
    ("Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"),
    ("Hayat-Vax", "ORG-100023050", "1157024006"),
    ("Abdala", "CIGB", "28531000087107"),
    ("BBIBP-CorV", "ORG-100020693", "1157024006"),
]


def payload_with(group: str, **fields: object) -> dict[str, Any]:
    good = {"v": VACCINATION, "t": TEST, "r": RECOVERY}[group]
    return good | {group: [good[group][0] | fields]}


def remarks(payload: dict[str, Any]) -> list[Warned]:
    assert schema.check_reading(payload, []) == [], "value sets are asked only after the schema"
    warnings: list[Warned] = []
    valuesets.check(payload, warnings)
    return warnings


@pytest.mark.parametrize("good", [VACCINATION, TEST, RECOVERY])
def test_known_codes_give_no_remark(good: dict[str, Any]) -> None:
    assert remarks(good) == []


@pytest.mark.parametrize(("group", "key"), CODED)
def test_an_unknown_code_is_remarked_on_with_its_path(group: str, key: str) -> None:
    assert remarks(payload_with(group, **{key: "QQ"})) == [Warned(UNKNOWN, f"$.{group}[0].{key}")]


@pytest.mark.parametrize(("group", "key"), CODED)
def test_an_empty_code_is_the_matter_of_the_schema(group: str, key: str) -> None:
    assert remarks(payload_with(group, **{key: ""})) == []


@pytest.mark.parametrize(("group", "key"), [c for c in CODED if c[1] not in ("co", "ma")])
def test_spaces_around_a_code_do_not_make_it_unknown(group: str, key: str) -> None:
    code = payload_with(group)[group][0][key]
    assert remarks(payload_with(group, **{key: f" {code} "})) == []


def test_every_unknown_code_is_told() -> None:
    payload = payload_with("v", tg="1", vp="2", mp="3", ma="4", co="XA")
    assert [w.path for w in remarks(payload)] == [f"$.v[0].{k}" for k in ("tg", "vp", "mp", "ma", "co")]


def test_an_optional_code_may_be_absent_or_null() -> None:
    assert remarks(payload_with("t", ma=None)) == []
    assert "ma" not in TEST["t"][0]


@given(st.dictionaries(st.sampled_from("tg vp mp ma".split()), st.text(max_size=80)))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_no_code_stops_the_check(codes: dict[str, str]) -> None:
    payload = payload_with("v", **codes)
    warnings: list[Warned] = []
    if not schema.check_reading(payload, []):
        valuesets.check(payload, warnings)
    paths = {f"$.v[0].{key}" for key in (*codes, "ma")}
    assert {warned.path for warned in warnings} <= paths
    assert len(warnings) <= len(codes) + 1


@pytest.mark.parametrize(
    ("product", "holder", "contradictory"),
    [
        ("EU/1/20/1528", "ORG-100030215", False),
        ("EU/1/20/1528 ", "ORG-100030215", False),
        ("EU/1/21/1529", "ORG-100030215", True),
        (" EU/1/21/1529", "ORG-100030215 ", True),
        ("BBIBP-CorV", "ORG-100010771", False),
        ("BBIBP-CorV", "ORG-100030215", False),
    ],
)
def test_product_and_holder_may_contradict_each_other(
    product: str, holder: str, contradictory: bool
) -> None:
    expected = [Warned(Remark.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma")] * contradictory
    assert remarks(payload_with("v", mp=product, ma=holder)) == expected


@pytest.mark.parametrize("fields", [{"mp": "NEW-1"}, {"ma": "ORG-1"}])
def test_what_is_unknown_contradicts_nothing(fields: dict[str, str]) -> None:
    assert [warned.code for warned in remarks(payload_with("v", **fields))] == [UNKNOWN]


@pytest.mark.parametrize("result", ["260373001", " 260373001"])
def test_a_detected_infection_is_remarked_on(result: str) -> None:
    expected = [Warned(Remark.VALUESETS_INFECTION_DETECTED, "$.t[0].tr")]
    assert remarks(payload_with("t", tr=result)) == expected


def test_remarks_on_codes_matter_to_people_and_never_decide(world: World) -> None:
    odd = Certificate.from_payload(payload_with("v", mp="NEW-1", ma="ORG-1", vp="X"))
    verdict = world.verify(world.issue(odd))
    assert verdict
    assert {warned.code for warned in verdict.warnings} == {UNKNOWN}
    assert not any(warned.code.formal for warned in verdict.warnings)


@pytest.mark.parametrize(("product", "holder", "prophylaxis"), VIETNAM)
def test_the_vaccines_of_viet_nam_are_known_and_named(
    product: str, holder: str, prophylaxis: str
) -> None:
    assert remarks(payload_with("v", mp=product, ma=holder, vp=prophylaxis)) == []
    for field, code in (("mp", product), ("ma", holder), ("vp", prophylaxis)):
        assert valuesets.display(field, code)


@pytest.mark.parametrize(
    ("field", "code", "shown"),
    [
        ("tg", "840539006", "COVID-19"),
        ("mp", "EU/1/20/1528", "Comirnaty"),
        ("mp", " EU/1/20/1528 ", "Comirnaty"),
        ("ma", "ORG-100031184", "Moderna Biotech Spain S.L."),
        ("vp", "1119349007", "mRNA vaccine"),
        ("tr", "260415000", "not detected"),
        ("tt", "LP217198-3", "rapid antigen test"),
        ("mp", "NEW-1", "NEW-1"),
        ("ma", "", ""),
        ("tt", " odd ", " odd "),
    ],
)
def test_a_code_is_shown_by_its_name_or_as_it_is(field: str, code: str, shown: str) -> None:
    assert valuesets.display(field, code) == shown


def test_the_sets_hold_well_formed_codes() -> None:
    assert len(valueset_codes.COUNTRIES) >= 249
    assert all(re.fullmatch("[A-Z]{2}", code) for code in valueset_codes.COUNTRIES)
    assert {"VN", "DE", "XK"} <= valueset_codes.COUNTRIES
    assert not {"XA", "ZZ", "EU"} & valueset_codes.COUNTRIES
    assert all(code.isdigit() for code in valueset_codes.DEVICES)
    for codes in (valueset_codes.PRODUCTS, valueset_codes.HOLDERS, valueset_codes.PROPHYLAXES):
        assert all(code == code.strip() != "" for code in codes)
    holders = {holder for _, holder in valueset_codes.PRODUCTS.values() if holder}
    assert holders <= valueset_codes.HOLDERS.keys(), "else a contradiction would go unseen"
