"""Codes are looked up, remarked on and named; no code decides a verdict."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import catalogue, world
from tests.support.world import World
from vaxpass import Certificate, Note, NoteCode
from vaxpass.display import escape_for_display
from vaxpass.documents import valueset_codes
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.proper_names import NAMES
from vaxpass.documents.valuesets import BUILT_IN
from vaxpass.messages import LANGUAGES

VACCINATION: Final[dict[str, Any]] = world.VACCINATION.to_payload()
TEST: Final[dict[str, Any]] = world.TEST.to_payload()
RECOVERY: Final[dict[str, Any]] = world.RECOVERY.to_payload()
UNKNOWN: Final = NoteCode.VALUESETS_UNKNOWN_CODE
CODED: Final = [
    *(("v", key) for key in ("tg", "vp", "mp", "ma", "co")),
    *(("t", key) for key in ("tg", "tt", "ma", "tr", "co")),
    *(("r", key) for key in ("tg", "co")),
]
# Codes that are names.
SAME: Final = ("Abdala", "BBIBP-CorV", "Hayat-Vax")
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


def remarks(payload: dict[str, Any]) -> list[Note]:
    assert schema.check_reading(payload, []) == [], "value sets are asked only after the schema"
    notes: list[Note] = []
    BUILT_IN.check(payload, notes)
    return notes


@pytest.mark.parametrize("good", [VACCINATION, TEST, RECOVERY])
def test_known_codes_give_no_remark(good: dict[str, Any]) -> None:
    assert remarks(good) == []


@pytest.mark.parametrize(("group", "key"), CODED)
def test_an_unknown_code_is_remarked_on_with_its_path(group: str, key: str) -> None:
    assert remarks(payload_with(group, **{key: "QQ"})) == [Note(UNKNOWN, f"$.{group}[0].{key}")]


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
@settings(max_examples=100, derandomize=True, deadline=None)
def test_no_code_stops_the_check(codes: dict[str, str]) -> None:
    payload = payload_with("v", **codes)
    notes: list[Note] = []
    if not schema.check_reading(payload, []):
        BUILT_IN.check(payload, notes)
    paths = {f"$.v[0].{key}" for key in (*codes, "ma")}
    assert {warned.path for warned in notes} <= paths
    assert len(notes) <= len(codes) + 1


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
    expected = [Note(NoteCode.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma")] * contradictory
    assert remarks(payload_with("v", mp=product, ma=holder)) == expected


@pytest.mark.parametrize("fields", [{"mp": "NEW-1"}, {"ma": "ORG-1"}])
def test_what_is_unknown_contradicts_nothing(fields: dict[str, str]) -> None:
    assert [warned.code for warned in remarks(payload_with("v", **fields))] == [UNKNOWN]


def test_remarks_on_codes_matter_to_people_and_never_decide(world: World) -> None:
    odd = Certificate.from_payload(payload_with("v", mp="NEW-1", ma="ORG-1", vp="X"))
    verdict = world.verify(world.issue(odd))
    assert verdict
    assert {warned.code for warned in verdict.notes} == {UNKNOWN}
    assert not any(warned.code.formal for warned in verdict.notes)


@pytest.mark.parametrize(("product", "holder", "prophylaxis"), VIETNAM)
def test_the_vaccines_of_viet_nam_are_known_and_named(
    product: str, holder: str, prophylaxis: str
) -> None:
    assert remarks(payload_with("v", mp=product, ma=holder, vp=prophylaxis)) == []
    for field, code in (("mp", product), ("v.ma", holder), ("vp", prophylaxis)):
        assert BUILT_IN.display(field, code) not in ("", code) or code in SAME


@pytest.mark.parametrize(
    ("field", "code", "shown"),
    [
        ("tg", "840539006", "COVID-19"),
        ("mp", "EU/1/20/1528", "Comirnaty"),
        ("mp", " EU/1/20/1528 ", "Comirnaty"),
        ("v.ma", "ORG-100031184", "Moderna Biotech Spain S.L."),
        ("t.ma", "1232", "Abbott Rapid Diagnostics, Panbio COVID-19 Ag Rapid Test"),
        ("t.ma", "2052", "SD BIOSENSOR Inc, STANDARD Q COVID-19 Ag Test Nasal"),
        ("co", "AT", "Austria"),
        ("r.co", "XK", "Kosovo"),
        ("vp", "1119349007", "mRNA vaccine"),
        ("tr", "260415000", "not detected"),
        ("tt", "LP217198-3", "rapid antigen test"),
        ("mp", "NEW-1", "NEW-1"),
        ("v.ma", "", ""),
        ("v.ma", "1232", "1232"),
        ("co", "XA", "XA"),
        ("tt", " odd ", " odd "),
    ],
)
def test_a_code_is_shown_by_its_name_or_as_it_is(field: str, code: str, shown: str) -> None:
    assert BUILT_IN.display(field, code) == shown


@pytest.mark.parametrize(
    ("field", "code", "shown"),
    [
        ("co", "AT", "Áo"),
        ("co", "DE", "Đức"),
        ("co", "VN", "Việt Nam"),
        ("co", "CH", "Thụy Sĩ"),
        ("co", "LU", "Luxembourg"),
        ("co", "XA", "XA"),
        ("tg", "840539006", "COVID-19"),
        ("vp", " 1119349007", "vắc xin mRNA"),
        ("tr", "260373001", "dương tính"),
        ("tr", "260415000", "âm tính"),
        ("mp", "EU/1/20/1528", "Comirnaty"),
        ("v.ma", "ORG-100001699", "AstraZeneca AB"),
        ("mp", "NEW-1", "NEW-1"),
    ],
)
def test_vietnamese_names_are_shown_and_where_there_are_none_english_ones(
    field: str, code: str, shown: str
) -> None:
    assert BUILT_IN.display(field, code, "vi") == shown


@pytest.mark.parametrize(("field", "language"), [("ma", "en"), ("x", "en"), ("mp", "fr"), ("mp", "")])
def test_a_field_that_may_mean_two_things_and_an_unknown_language_are_refused(
    field: str, language: str
) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        BUILT_IN.display(field, "1232", language)


@pytest.mark.parametrize("set_id", BUILT_IN.ids)
def test_every_code_has_an_english_name_and_every_name_a_code(set_id: str) -> None:
    known = {*BUILT_IN.codes(set_id), *former(set_id)}
    proper = NAMES.get(set_id)
    assert known == (proper.keys() if proper else translated(set_id, "en").keys())


def translated(set_id: str, language: str) -> dict[str, str]:
    """The names of a set in the catalogue."""
    prefix = "country." if set_id == valueset_codes.COUNTRIES else f"valueset.{set_id}."
    return {
        key.removeprefix(prefix): texts[0]
        for key, texts in catalogue.texts(language).items()
        if key.startswith(prefix)
    }


def test_every_country_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        assert translated(valueset_codes.COUNTRIES, language).keys() == set(
            BUILT_IN.codes("country-2-codes")
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_printable_composed_and_without_spaces_around(language: str) -> None:
    sets = [*NAMES.values(), *(translated(each, language) for each in BUILT_IN.ids)]
    for code, name in [pair for each in sets for pair in each.items()]:
        assert name == name.strip() != "", code
        assert "  " not in name
        assert name == escape_for_display(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_countries_have_the_same_name(language: str) -> None:
    countries = translated(valueset_codes.COUNTRIES, language)
    assert len(set(countries.values())) == len(countries)


def test_the_sets_are_the_published_ones() -> None:
    sizes = {each: len(BUILT_IN.codes(each)) for each in BUILT_IN.ids}
    assert sizes == {
        "country-2-codes": 250,
        "disease-agent-targeted": 1,
        "covid-19-lab-test-manufacturer-and-name": 88,
        "covid-19-lab-result": 2,
        "covid-19-lab-test-type": 2,
        "vaccines-covid-19-auth-holders": 30,
        "vaccines-covid-19-names": 38,
        "sct-vaccines-covid-19": 9,
    }


def test_the_sets_are_those_that_rules_are_tested_with(shared: Path) -> None:
    newest = json.loads((shared / "vectors/rules/valuesets.json").read_bytes())["46eefc095d"]
    for set_id in BUILT_IN.ids:
        assert sorted(BUILT_IN.codes(set_id)) == sorted(newest[set_id])


def test_every_device_of_a_published_list_is_known(shared: Path) -> None:
    lists = json.loads((shared / "vectors/rules/valuesets.json").read_bytes()).values()
    devices = {code for each in lists for code in each["covid-19-lab-test-manufacturer-and-name"]}
    for code in devices:
        assert remarks(payload_with("t", ma=code)) == []
        assert BUILT_IN.display("t.ma", code) != code


def test_a_device_that_is_not_on_the_list_any_more_is_known() -> None:
    assert "2052" not in BUILT_IN.codes("covid-19-lab-test-manufacturer-and-name")
    assert remarks(payload_with("t", ma="2052")) == []


def test_no_code_is_there_twice() -> None:
    for each in valueset_codes.SETS:
        codes = (*each.codes, *each.former)
        assert len(set(codes)) == len(codes)
        assert each.inactive <= set(codes)


def test_the_sets_hold_well_formed_codes() -> None:
    countries = set(BUILT_IN.codes("country-2-codes"))
    assert all(re.fullmatch("[A-Z]{2}", code) for code in countries)
    assert {"VN", "DE", "GR", "XK"} <= countries
    assert not {"XA", "ZZ", "EU", "EL"} & countries
    devices = "covid-19-lab-test-manufacturer-and-name"
    assert all(code.isdigit() for code in (*BUILT_IN.codes(devices), *former(devices)))
    for each in valueset_codes.SETS:
        assert all(code == code.strip() != "" for code in each.codes)
    holders = {holder for holder in valueset_codes.REGISTERED.values() if holder}
    assert holders <= set(BUILT_IN.codes("vaccines-covid-19-auth-holders")), "else nobody would see it"


def former(set_id: str) -> tuple[str, ...]:
    return next(each.former for each in valueset_codes.SETS if each.id == set_id)
