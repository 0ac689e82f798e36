"""What names of vaccines mean, as lists of records write them."""

from __future__ import annotations

import csv
import itertools
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.paths import find_shared
from vaxpass.documents.valueset_codes import HOLDERS, PRODUCTS, PROPHYLAXES, REGISTERED
from vaxpass.documents.valuesets import BUILT_IN as VALUE_SETS
from vaxpass.errors import IssuingError
from vaxpass.records import BUILT_IN, IssueCode, Vaccine, read_count, read_vaccines, yellow_card_key
from vaxpass.records.record import Record
from vaxpass.records.vaccines import _SAYS_NOTHING, vaccine_key
from vaxpass.records.yellow_card import find_products

SHARED: Final = find_shared()
AZ: Final = "EU/1/21/1529"
PFIZER: Final = "EU/1/20/1528"
MODERNA: Final = "EU/1/20/1507"
NAMES: Final = [(name, each) for each in BUILT_IN.vaccines for name in (each.product, *each.names)]
AROUND: Final = (
    *("Vắc xin", "vắc-xin", "vacxin", "Vaccine", "vx.", "COVID-19", "Covid", "phòng", "ngừa"),
    *("phòng ngừa COVID-19", "tiêm", "mũi 2", "(TM)", "®", "hãng", "0,5 ml", "loại", "SARS-CoV-2"),
)


def product(name: str) -> str:
    found = BUILT_IN.read(name)
    return found.product if isinstance(found, Vaccine) else found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("COVID-19 Vaccine AstraZeneca", AZ),
        ("AstraZeneca COVID-19 Vaccine", AZ),
        ("vắc xin phòng Covid-19 của hãng AstraZeneca", AZ),
        ("AstraZeneca (ChAdOx1-S [recombinant])", AZ),
        ("AstraZeneca (Nhật Bản)", AZ),
        ("Oxford/AstraZeneca", AZ),
        ("Astra", AZ),
        ("Comirnaty (Pfizer)", PFIZER),
        ("Pfizer–BioNTech", PFIZER),
        ("COMIRNATY®", PFIZER),
        ("Comirnaty(TM) 0,3ml", PFIZER),
        ("Pfizer BioNTech COVID-19 Vaccine (BNT162b2)", PFIZER),
        ("Spikevax COVID-19 Vaccine Moderna", MODERNA),
        ("Spikevax (tên khác: Moderna)", "vaccine.unknown"),
        ("Vero Cell (Sinopharm)", "BBIBP-CorV"),
        ("COVID-19 Vaccine (Vero Cell), Inactivated", "BBIBP-CorV"),
        ("Vero Cell - Trung Quốc", "BBIBP-CorV"),
        ("Hayat-Vax (Sinopharm, Vero Cell)", "Hayat-Vax"),
        ("Sinopharm Wuhan (Vero Cell)", "WIBP-CorV"),
        ("CoronaVac (Vero Cell) Inactivated", "CoronaVac"),
        ("Covishield (AstraZeneca)", "Covishield"),
        ("J&J", "EU/1/20/1525"),
        ("Ad26.COV2.S", "EU/1/20/1525"),
        ("Sputnik V (Gam-COVID-Vac)", "Sputnik-V"),
        ("Sputnik Light", "Sputnik-Light"),
        ("Abdala (Cuba)", "Abdala"),
        ("Novavax", "EU/1/21/1618"),
    ],
)
def test_a_name_as_lists_write_it_is_its_product(name: str, expected: str) -> None:
    assert product(name) == expected


@pytest.mark.parametrize(
    "name",
    ["Pfizer trẻ em", "Pfizer 5-11 tuổi", "Comirnaty Original/Omicron BA.4-5", "Pfizer bivalent"],
)
def test_presentations_have_the_one_code_that_the_value_set_has_for_the_product(name: str) -> None:
    assert product(name) == PFIZER


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Pfizer/AstraZeneca",
            "AZ + Pfizer",
            "AZ–Pfizer",
            "AstraZeneca và Moderna",
            "Pfizer, Moderna",
        ),
        *("Covaxin (Sinopharm)", "Pfizer hoặc chưa rõ, Moderna", "mũi 1 AZ, mũi 2 Pfizer"),
        *("Vắc xin phòng COVID-19", "COVID-19", "mRNA", "Gamaleya", "Serum Institute of India"),
    ],
)
def test_a_name_of_several_products_or_of_none_in_particular_is_none(name: str) -> None:
    assert product(name) == IssueCode.VACCINE_SEVERAL


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        *(("AstraZenneca", "AstraZeneca"), ("Astra Zenica", "AstraZeneca"), ("Phizer", "Pfizer")),
        *(("Vắc xin Modena", "Moderna"), ("Phai-zơ", ""), ("Nanocovax", ""), ("aspirin", "")),
        *(("không phải Pfizer", "Pfizer"), ("Pfizer lô AB123", "Pfizer"), ("Pfizer Спутник", "Pfizer")),
        *(("AstraZeneca (Ấn Độ)", "AstraZeneca"), ("AstraZeneca bivalent", "AstraZeneca")),
        ("Pfizer " + "COVID-19 " * 40, "Pfizer"),
    ],
)
def test_what_nobody_knows_is_unknown_and_a_person_is_told_what_is_near(
    name: str, nearest: str
) -> None:
    assert product(name) == IssueCode.VACCINE_UNKNOWN
    assert BUILT_IN.find(name) is None
    assert BUILT_IN.nearest(name) == nearest


@pytest.mark.parametrize("name", ["", "  ", "--", "®"])
def test_a_name_without_a_letter_is_missing(name: str) -> None:
    assert product(name) == IssueCode.VACCINE_MISSING
    assert BUILT_IN.nearest(name) == ""


@given(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from([*AROUND, *sorted(_SAYS_NOTHING)]), max_size=3),
    st.lists(st.sampled_from([*AROUND, *sorted(_SAYS_NOTHING)]), max_size=3),
    st.sampled_from([str.upper, str.lower, str.title, str]),
)
def test_words_that_say_nothing_never_change_the_product(
    name: tuple[str, Vaccine], before: list[str], after: list[str], case: type[str]
) -> None:
    text, vaccine = name
    assert BUILT_IN.find(case(" ".join([*before, text, *after]))) == vaccine


def test_two_names_are_their_product_or_none_and_never_another() -> None:
    for (one, first), (other, second) in itertools.product(NAMES, repeat=2):
        for sign in (" ", "/", " + ", " (", "–"):
            found = BUILT_IN.read(one + sign + other)
            if first == second:
                assert found == first, (one, other)
            elif isinstance(found, Vaccine):
                # A name that may stand beside one of another product: `Covishield (AstraZeneca)`.
                assert found in (first, second)
                beside = {vaccine_key(each) for each in found.beside}
                own = {vaccine_key(each) for each in (found.product, *found.names)}
                assert vaccine_key(other if found == first else one) in beside | own, (one, other)


def test_names_written_together_are_not_read_as_another_product() -> None:
    for (one, first), (other, second) in itertools.product(NAMES, repeat=2):
        found = BUILT_IN.find(vaccine_key(one) + vaccine_key(other))
        assert found is None or found in (first, second)


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    found = BUILT_IN.read(text)
    assert (BUILT_IN.find(text) == found) is isinstance(found, Vaccine)
    assert BUILT_IN.nearest(text) in ("", *(name for name, _ in NAMES))


def test_every_code_is_in_the_value_sets() -> None:
    for each in BUILT_IN.vaccines:
        assert each.product in VALUE_SETS.codes(PRODUCTS)
        assert each.manufacturer in VALUE_SETS.codes(HOLDERS)
        assert each.prophylaxis in VALUE_SETS.codes(PROPHYLAXES)
        assert REGISTERED[each.product] in (each.manufacturer, "")


def test_no_name_is_one_of_yellow_fever_or_polio() -> None:
    assert [name for name, _ in NAMES if yellow_card_key(name)] == []


def test_names_of_the_catalogue_of_who_are_read_by_the_same_rule() -> None:
    (stamaril,) = find_products("STAMARIL") or ()
    for name in ("Vắc xin Stamaril", "Stamaril (sốt vàng)", "vắc xin phòng sốt vàng Stamaril®"):
        assert find_products(name) == (stamaril,)
    assert find_products("Stamaril (bại liệt)") == find_products("Stamaril + BIOPOLIO") == ()
    assert find_products("Stamaril + Pfizer") is None
    assert len(find_products("vắc xin phòng bại liệt") or ()) == 49


def test_a_table_of_its_own_is_read_by_the_same_rule() -> None:
    table = read_vaccines(
        b'[{"product": "X-1", "holder": "H", "prophylaxis": "1", "series": 1, '
        b'"names": ["COVID-19 vaccine X"], "beside": ["Maker"]}]'
    )
    (vaccine,) = table.vaccines
    assert [table.find(name) for name in ("X vaccine (Maker)", "X1", "x")] == [vaccine] * 3
    assert table.find("Maker") is table.find("AstraZeneca") is None


def test_products_of_one_table_share_no_name_but_for_words_that_say_nothing() -> None:
    row = '{{"product": "{}", "holder": "H", "prophylaxis": "1", "series": 1, "names": ["{}"]}}'
    rows = f"[{row.format('A', 'COVID-19 Vaccine X')}, {row.format('B', 'X vaccine')}]"
    with pytest.raises(IssuingError, match="X vaccine"):
        read_vaccines(rows.encode())


@pytest.mark.parametrize("beside", ['"Maker"', "[1]", '[""]'])
def test_what_may_stand_beside_a_name_is_a_list_of_texts(beside: str) -> None:
    row = '{"product": "A", "holder": "H", "prophylaxis": "1", "series": 1, "names": [], "beside": '
    row += beside + "}"
    with pytest.raises(IssuingError):
        read_vaccines(f"[{row}]".encode())


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_the_names_of_office_files_are_read() -> None:
    assert SHARED is not None
    with (SHARED / "vectors" / "office" / "probe.csv").open(encoding="utf-8", newline="") as file:
        names = [row["vaccine"] for row in csv.DictReader(file) if row["record_id"].startswith("V")]
    assert [name for name in names if BUILT_IN.find(name) is None] == ["AstraZenneca", "Nanocovax"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            (text, 1)
            for text in ("1", "01", "1.0", "1,0", " 1 ", "Mũi 1", "mũi 01", "M1", "M.1", "m 1", "１")
        ),
        *((text, 2) for text in ("Mũi số 2", "mũi thứ 2", "Mũi thứ hai", "MŨI HAI", "2 mũi", "Liều 2")),
        *((text, 3) for text in ("Mũi 3 (nhắc lại)", "M3 nhắc", "Mũi 3 - bổ sung", "dose 3 booster")),
        *((text, 0) for text in ("0", "00", "Mũi 0")),
        *(
            (text, None)
            for text in ("", "mũi", "mũi nhắc", "nhắc lại", "bổ sung", "nhắc lại 1", "x", "1/2")
        ),
        *((text, None) for text in ("Mũi 1 nhắc lại", "Mũi 2 nhắc lại", "3 nhắc lại", "1 và 2", "²")),
        *((text, None) for text in ("-1", "1.5", "Mũi 1, 2", "1e0", "1" * 41)),
    ],
)
def test_the_number_of_a_dose_is_read_where_it_is_certain(text: str, number: int | None) -> None:
    assert read_count(text) == number
    one, other = Record("1", dose=text), Record("1", dose=str(number))
    assert (one.digest == other.digest) is (number is not None)
