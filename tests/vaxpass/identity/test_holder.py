"""The holder of a certificate of any family against a travel document: names that are not divided,
numbers of documents, sex, nationality, and letters that a zone can't have."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.travel_documents import TD1, VISA_A, passport
from vaxpass.documents import Holder
from vaxpass.identity import HolderLevel, compare_holder, parse_mrz, same_holder

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)
ZONE = parse_mrz(passport("NGUYEN<<BAO<DUY"))  # M, VNM, N1234567
BORN = "1990-05-06"


def compared(shown: str = "NGUYEN<<BAO<DUY", **said: str) -> tuple[str, list[str]]:
    holder = Holder(**{"name": "Nguyễn Bảo Duy", "birth_date": BORN, **said})
    match = compare_holder(holder, parse_mrz(passport(shown)))
    return str(match.level), [str(code) for code in match.codes]


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Bảo Duy",
        "Bảo Duy Nguyễn",
        "NGUYEN  BAO DUY",
        "Nguyễn, Bảo Duy",
        "NGUYEN<<BAO<DUY",
        " nguyễn bảo-duy ",
    ],
)
def test_an_undivided_name_agrees_in_any_division(name: str) -> None:
    assert compared(name=name) == ("equal", [])


@pytest.mark.parametrize(
    ("name", "level", "codes"),
    [
        ("Duy Nguyễn Bảo", "plausible", ["name.split"]),
        ("BAO DUY  NGUYEN", "plausible", ["name.order"]),  # two blanks divide it
        ("Nguyễn Duy", "plausible", ["name.incomplete"]),
        ("Nguyễn Bảo Duyy", "plausible", ["name.typo"]),
        ("Trần Thị Hoa", "different", ["name.different"]),
        ("", "different", ["name.missing"]),
        ("--", "different", ["name.missing"]),
    ],
)
def test_an_undivided_name_that_deviates(name: str, level: str, codes: list[str]) -> None:
    assert compared(name=name) == (level, codes)


def test_national_letters_of_an_undivided_name_have_all_their_forms() -> None:
    for shown in ("MUELLER<<GUENTHER", "MULLER<<GUNTHER", "MUXXLLER<<GUNTHER"):
        assert compared(shown, name="Günther Müller")[0] == "equal"
    assert compared("MUELLER<<GUENTHER", name="Gunther Muller") == ("plausible", ["name.spelling"])


def test_an_undivided_long_name_is_compared_as_far_as_the_zone_goes() -> None:
    written = "Cong Tang Ton Nu Thi Thanh Huong Giang Minh Nguyet Anh"
    shown = "CONG<TANG<TON<NU<<THI<THANH<HUONG<GIANG<MINH<NGUYET<ANH"
    assert compared(shown, name=written) == ("equal", ["name.truncated"])


@pytest.mark.parametrize(
    "name",
    [
        "山田 花子",
        "김민수",
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ",
        "בן דוד",
        "สมชาย ใจดี",
        "Νguyễn Bảo Duy",
        "王 Bảo Duy",
    ],
)
def test_letters_without_a_form_are_not_comparable_and_never_another_person(name: str) -> None:
    assert compared(name=name) == ("plausible", ["name.not_comparable"])
    holder = Holder(family_name=name.split(maxsplit=1)[0], given_name="Bảo Duy", birth_date=BORN)
    assert compare_holder(holder, ZONE).level is HolderLevel.PLAUSIBLE
    # The date of birth still can say that it is another person.
    assert compared(name=name, birth_date="1971-01-02")[0] == "different"


def test_with_a_machine_readable_name_it_is_comparable_whatever_the_letters() -> None:
    holder = Holder(None, "山田", "花子", "YAMADA", "HANAKO", BORN)
    assert compare_holder(holder, parse_mrz(passport("YAMADA<<HANAKO"))).level is HolderLevel.EQUAL
    assert compare_holder(holder, ZONE).level is HolderLevel.DIFFERENT


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"document_number": "N1234567"}, []),
        ({"document_number": "n 123-4567"}, []),
        ({"document_number": "X1"}, ["id.other_document"]),
        ({"document_number": "X1", "document_type": "P"}, ["id.other_document"]),
        (
            {"document_number": "X1", "document_type": "PPN", "nationality": "VNM"},
            ["id.other_passport"],
        ),
        ({"document_number": "X1", "document_type": "P", "nationality": "VN"}, ["id.other_passport"]),
        ({"document_number": "X1", "document_type": "NI", "nationality": "VN"}, ["id.other_document"]),
        ({"sex": "male"}, []),
        ({"sex": "F"}, ["sex.different"]),
        ({"sex": "other"}, []),
        ({"nationality": "VN"}, []),
        ({"nationality": "VNM"}, []),
        ({"nationality": "Vietnamese"}, []),
        ({"nationality": "FRA"}, ["nationality.different"]),
    ],
)
def test_what_else_both_state_is_compared_and_decides_nothing_alone(
    said: dict[str, str], codes: list[str]
) -> None:
    assert compared(**said) == ("plausible" if codes else "equal", codes)


def test_two_deviations_are_another_person_but_another_document_is_none() -> None:
    assert compared(name="Nguyễn Bảo Duyy", sex="F")[0] == "different"
    assert compared(sex="F", nationality="FR")[0] == "different"
    passports = {"document_number": "X1", "document_type": "P", "nationality": "VN"}
    assert compared(name="Nguyễn Bảo Duyy", **passports)[0] == "different"
    assert compared(name="Nguyễn Bảo Duyy", document_number="X1")[0] == "plausible"


def test_the_number_of_a_card_may_stand_in_the_optional_field() -> None:
    zone = parse_mrz(passport("NGUYEN<<BAO<DUY", optional="001090000001"))
    holder = Holder("Nguyễn Bảo Duy", birth_date=BORN, document_number="001090000001")
    assert compare_holder(holder, zone).level is HolderLevel.EQUAL


def test_the_number_of_a_visa_is_no_number_of_a_passport() -> None:
    holder = Holder("Anna Maria Eriksson", birth_date="1940-09-07", document_number="L898902C3")
    assert compare_holder(holder, parse_mrz(VISA_A)).level is HolderLevel.EQUAL
    card = replace(holder, birth_date="1974-08-12", document_number="D23145890")
    assert compare_holder(card, parse_mrz(TD1)).level is HolderLevel.EQUAL


@given(st.permutations(["Nguyễn", "Bảo", "Duy"]))
@_SETTINGS
def test_the_same_words_are_never_another_person(words: list[str]) -> None:
    assert compared(name=" ".join(words))[0] in ("equal", "plausible")


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=12), st.text(max_size=12))
@_SETTINGS
def test_whatever_a_certificate_says_there_is_an_answer(name: str, number: str, state: str) -> None:
    said = {"name": name, "document_number": number, "nationality": state, "sex": state}
    level, codes = compared(**said)
    assert level in ("equal", "plausible", "different")
    assert len(set(codes)) == len(codes)


def test_hostile_names_take_no_time() -> None:
    for name in ("Ä " * 256, "ﷺ" * 512, "a " * 5000, "ÖÄÜ" * 100):
        assert compared(name=name)[0] in ("plausible", "different")


def test_every_division_is_tried() -> None:
    words = ["ana", "bea", "cai", "dov"]
    for order in permutations(words):
        for place in range(1, 4):
            shown = f"{'<'.join(order[:place])}<<{'<'.join(order[place:])}".upper()
            assert compared(shown, name=" ".join(order)) == ("equal", [])
            assert compared(shown, name=" ".join((*order[place:], *order[:place])))[0] == "equal"


def test_a_nationality_is_the_same_however_it_is_written() -> None:
    german = passport("NGUYEN<<BAO<DUY")
    zone = replace(parse_mrz(german), nationality="D", state="D")
    for written in ("DEU", "DE", "d"):
        holder = Holder("Bảo Duy Nguyễn", birth_date=BORN, nationality=written)
        assert compare_holder(holder, zone).level is HolderLevel.EQUAL
    for written, shown in (("HKG", "CHN"), ("GB", "GBN"), ("RKS", "XK")):
        holder = Holder("Bảo Duy Nguyễn", birth_date=BORN, nationality=written)
        assert compare_holder(holder, replace(zone, nationality=shown)).codes == ()


DUY = Holder(
    family_name="Nguyễn",
    given_name="Bảo Duy",
    family_name_icao="NGUYEN",
    given_name_icao="BAO<DUY",
    birth_date=BORN,
)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"family_name": "Nguyen", "given_name": "BAO DUY"}, True),
        ({"birth_date": "1990-05-06T00:00:00Z"}, True),
        ({"family_name_icao": None, "given_name_icao": None}, True),
        ({"given_name_icao": "BAO DUY"}, True),
        ({"given_name_icao": "BAO"}, False),
        ({"given_name_icao": "BAODUY"}, False),
        ({"family_name_icao": "BAO<DUY", "given_name_icao": "NGUYEN"}, False),
        ({"given_name": None, "given_name_icao": None}, False),
        ({"birth_date": "1990-06-05"}, False),
        ({"birth_date": "1990-05"}, False),
        ({"birth_date": None}, False),
    ],
)
def test_only_exact_agreement_makes_two_documents_one_holders(
    changes: dict[str, str | None], same: bool
) -> None:
    other = replace(DUY, **changes)
    assert same_holder(DUY, other) is same
    assert same_holder(other, DUY) is same


def test_a_name_that_is_not_divided_is_of_the_same_holder_in_any_order() -> None:
    for name in ("Nguyễn Bảo Duy", "Bảo Duy Nguyễn", "NGUYEN  BAO DUY"):
        assert same_holder(DUY, Holder(name=name, birth_date=BORN))
    assert not same_holder(DUY, Holder(name="Nguyễn Duy", birth_date=BORN))


@pytest.mark.parametrize("name", [None, "", "--", "张伟"])
def test_without_a_readable_name_nobody_is_the_same(name: str | None) -> None:
    nobody = Holder(name=name, birth_date=BORN)
    assert not same_holder(nobody, nobody)
    assert not same_holder(DUY, nobody)


def test_a_part_that_can_not_be_compared_is_not_taken_for_none() -> None:
    one = Holder(family_name="张", given_name="Wei", birth_date=BORN)
    other = Holder(family_name="李", given_name="Wei", birth_date=BORN)
    assert not same_holder(one, other)
    assert not same_holder(one, Holder(given_name="Wei", birth_date=BORN))
    assert not same_holder(one, Holder(name="Wei", birth_date=BORN))


def test_twins_with_the_same_words_in_their_names_are_two_holders() -> None:
    one, other = (Holder(name=name, birth_date=BORN) for name in ("NGUYEN BAO DUY", "NGUYEN DUY BAO"))
    assert same_holder(one, one)
    assert not same_holder(one, other)
    assert not same_holder(other, DUY)


def test_a_name_that_fills_its_field_may_have_been_cut() -> None:
    whole = "NGUYENPHUCHOANG  THIENKIMCONGTANGTONNUX"
    assert len(whole) == 39
    assert not same_holder(Holder(name=whole, birth_date=BORN), Holder(name=whole, birth_date=BORN))
    family, given = whole.split("  ")
    cut = Holder(family_name=family, given_name=given, birth_date=BORN)
    assert not same_holder(cut, cut)
    shorter = Holder(name=whole[:-1], birth_date=BORN)
    assert same_holder(shorter, shorter)
    for length, same in ((79, True), (80, False)):
        divided = Holder(family_name_icao="A" * length, given_name_icao="B", birth_date=BORN)
        assert same_holder(divided, divided) is same


def test_the_same_year_of_birth_proves_nothing() -> None:
    year = replace(DUY, birth_date="1990")
    assert not same_holder(year, year)
