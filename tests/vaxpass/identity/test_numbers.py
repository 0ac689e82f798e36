"""Identity numbers and phones: their forms, what they contradict, how far two of them agree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity import (
    PROVINCES,
    BirthDate,
    NumberKind,
    NumberMatch,
    NumberProblem,
    Sex,
    check_number,
    compare_numbers,
    number_defect,
    parse_sex,
    read_number,
    read_phone,
)
from vaxpass.identity.numbers import digits

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)
CCCD = "001090000001"
NUMBERS = st.text("0123456789", min_size=7, max_size=13) | st.sampled_from([CCCD, "012345678"])


def test_there_are_63_provinces_between_001_and_096() -> None:
    assert len(PROVINCES) == len(set(PROVINCES.values())) == 63
    assert all("001" <= code <= "096" and len(code) == 3 for code in PROVINCES)
    assert list(PROVINCES) == sorted(PROVINCES)
    assert (PROVINCES["001"], PROVINCES["079"]) == ("Hà Nội", "Thành phố Hồ Chí Minh")


@pytest.mark.parametrize(
    "text",
    [
        CCCD,
        "001 090 000 001",
        "001.090.000.001",
        "'001090000001",
        "001090000001.0",
        " ００１０９００００００１ ",
    ],
)
def test_the_digits_of_a_number_are_read_through_its_signs(text: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.number, number.kind) == (CCCD, NumberKind.CCCD)


@pytest.mark.parametrize(
    "text", ["", "1234", "0010900000012", "1.09E+11", "B1234567", "٠٠١٠٩٠٠٠٠٠٠١", "0" * 99, "1,5"]
)
def test_anything_but_nine_or_twelve_digits_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "province", "year", "sex"),
    [
        ("001090000001", "001", 1990, Sex.MALE),
        ("079185000001", "079", 1985, Sex.FEMALE),
        ("096205000001", "096", 2005, Sex.MALE),
        ("096305000001", "096", 2005, Sex.FEMALE),
        ("096400000001", "096", 2100, Sex.MALE),
        ("096500000001", "096", 2100, Sex.FEMALE),
    ],
)
def test_a_number_says_where_when_and_as_what_its_holder_was_born(
    text: str, province: str, year: int, sex: Sex
) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.province, number.birth_year, number.sex) == (province, year, sex)


def test_an_old_number_says_nothing_about_its_holder() -> None:
    number = read_number("012345678")
    assert number is not None
    assert (number.kind, number.province, number.birth_year, number.sex) == (
        NumberKind.CMND,
        None,
        None,
        None,
    )
    assert check_number(number, BirthDate(1990), Sex.MALE) == ()


@pytest.mark.parametrize(
    ("text", "birth", "sex", "problems"),
    [
        (CCCD, None, None, []),
        (CCCD, BirthDate(1990, 5, 6), Sex.MALE, []),
        (CCCD, BirthDate(), None, []),
        (CCCD, BirthDate(1991), Sex.MALE, [NumberProblem.BIRTH_YEAR]),
        (CCCD, BirthDate(2090), None, [NumberProblem.BIRTH_YEAR]),
        (CCCD, BirthDate(1990), Sex.FEMALE, [NumberProblem.SEX]),
        ("000190000001", BirthDate(1985), Sex.MALE, list(NumberProblem)),
        ("097090000001", None, None, [NumberProblem.PROVINCE]),
        ("003090000001", None, None, [NumberProblem.PROVINCE]),
        ("101090000001", None, None, []),  # born abroad
        ("001490000001", None, None, [NumberProblem.BIRTH_YEAR]),
    ],
)
def test_a_number_is_checked_against_itself_the_date_and_the_sex(
    text: str, birth: BirthDate | None, sex: Sex | None, problems: list[NumberProblem]
) -> None:
    number = read_number(text)
    assert number is not None
    assert list(check_number(number, birth, sex)) == problems


@pytest.mark.parametrize(
    ("text", "sex"),
    [(text, Sex.MALE) for text in ("M", "m", "Male", " NAM ")]
    + [(text, Sex.FEMALE) for text in ("F", "female", "Nữ", "NU", "nu\u031b\u0303")]
    + [(text, None) for text in ("", "0", "1", "X", "?", "other")],
)
def test_a_sex_is_read_only_where_it_is_certain(text: str, sex: Sex | None) -> None:
    assert parse_sex(text) is sex


@pytest.mark.parametrize(
    ("declared", "registered", "old", "match"),
    [
        (CCCD, "001 090 000 001", "", NumberMatch.EQUAL),
        ("012345678", "012345678", "", NumberMatch.EQUAL),
        ("1090000001", CCCD, "", NumberMatch.LEADING_ZEROS),
        ("79090000001", "079090000001", "", NumberMatch.LEADING_ZEROS),
        ("12345678", "012345678", "", NumberMatch.LEADING_ZEROS),
        ("012345678", CCCD, "012345678", NumberMatch.OLD),
        ("12345678", CCCD, "012345678", NumberMatch.OLD),
        ("012345678", CCCD, "", NumberMatch.OLD_UNMAPPED),
        ("012345678", CCCD, "012345679", NumberMatch.TYPO),
        ("012345678", CCCD, "987654321", NumberMatch.DIFFERENT),
        ("001090000002", CCCD, "", NumberMatch.TYPO),
        ("010090000001", CCCD, "", NumberMatch.TYPO),
        ("0010900000011", CCCD, "", NumberMatch.TYPO),
        ("00190000001", CCCD, "", NumberMatch.TYPO),
        ("079190000002", CCCD, "", NumberMatch.DIFFERENT),
        ("12345", CCCD, "", NumberMatch.MALFORMED),
        ("abc", CCCD, "", NumberMatch.MALFORMED),
        ("12345", "12345", "", NumberMatch.MALFORMED),
        ("", CCCD, "", NumberMatch.MISSING),
        ("  ", "", "", NumberMatch.MISSING),
        (CCCD, "", "", NumberMatch.NOT_REGISTERED),
        ("abc", "", "", NumberMatch.NOT_REGISTERED),
    ],
)
def test_a_declared_number_agrees_so_far(
    declared: str, registered: str, old: str, match: NumberMatch
) -> None:
    assert compare_numbers(declared, registered, old) is match


@given(NUMBERS, NUMBERS)
@_SETTINGS
def test_only_the_same_digits_are_equal(declared: str, registered: str) -> None:
    match = compare_numbers(declared, registered)
    well_formed = len(declared) in (9, 12)
    assert (match is NumberMatch.EQUAL) is (declared == registered and well_formed)
    assert (compare_numbers(registered, declared) is NumberMatch.EQUAL) is (match is NumberMatch.EQUAL)


@given(st.text(max_size=45), st.text(max_size=45), st.text(max_size=45))
@_SETTINGS
def test_no_text_raises(declared: str, registered: str, old: str) -> None:
    assert compare_numbers(declared, registered, old) in NumberMatch
    assert parse_sex(declared) in (None, *Sex)
    phone = read_phone(declared)
    assert phone is None or phone.number.isdigit()


# The change of 2018, written out.
_CHANGED = {
    **{
        f"0{old}": f"0{new}"
        for old, new in zip((120, 121, 122, 126, 128), (70, 79, 77, 76, 78), strict=True)
    },
    **{
        f"0{old}": f"0{new}"
        for old, new in zip((123, 124, 125, 127, 129), (83, 84, 85, 81, 82), strict=True)
    },
    **{f"016{last}": f"03{last}" for last in range(2, 10)},
    **{"0186": "056", "0188": "058", "0199": "059"},
}


@pytest.mark.parametrize(("old", "new"), _CHANGED.items())
def test_an_old_prefix_is_read_as_the_new_one(old: str, new: str) -> None:
    for text in (
        f"{old}1234567",
        f"+84{old[1:]}1234567",
        f"{old[1:]}1234567",
        f"84 {old[1:]} 123.4567",
    ):
        phone = read_phone(text)
        assert phone is not None
        assert (phone.number, phone.old_prefix) == (f"{new}1234567", True)
    today = read_phone(f"{new}1234567")
    assert today is not None
    assert (today.number, today.old_prefix) == (f"{new}1234567", False)


@pytest.mark.parametrize(
    "text",
    ["0841234567", "841234567", "+84841234567", "84841234567", "0084 (0)84 123-4567", "841234567.0"],
)
def test_a_phone_has_one_form(text: str) -> None:
    phone = read_phone(text)
    assert phone is not None
    assert (phone.number, phone.old_prefix) == ("0841234567", False)


@pytest.mark.parametrize("text", ["024 3826 1234", "02438261234"])
def test_a_landline_keeps_its_eleven_digits(text: str) -> None:
    phone = read_phone(text)
    assert phone is not None
    assert phone.number == "02438261234"


@pytest.mark.parametrize(
    "text", ["", "12", "abc", "0912345678 / 0912345679", "01501234567", "09123456789"]
)
def test_what_is_no_phone_of_viet_nam_is_none(text: str) -> None:
    assert read_phone(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("001090000001/012345678", "012345678 - 001090000001", "001090000001\n012345678"),
        *("CCCD: 001090000001; CMND: 012345678", "001090000001 (012345678)"),
        *("001090000001 (CCCD)", "001090000001 CCCD"),
    ],
)
def test_of_both_numbers_of_a_person_the_citizens_number_is_read(text: str) -> None:
    assert digits(text) == "001090000001"


@pytest.mark.parametrize(
    "text",
    [
        *("001090000001/001090000002", "012345678/012345679", "001090000001/01234567"),
        *("001090000001/0912345678", "001090000001/012345678/012345679", "001090000001 x"),
    ],
)
def test_of_other_numbers_beside_each_other_none_is_read(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("001090000001", None),
        ("CCCD 001090000001", None),
        ("Số CCCD: 001 090 000 001", None),
        ("'001090000001", None),
        ("012345678", None),
        ("", "blank"),
        (" - ", "blank"),
        *((text, "blank") for text in ("0", "Không có", "chưa cấp", "Mất CCCD", "#N/A", "*")),
        ("000000000000", None),
        ("không 1", "malformed"),
        ("1.09E+09", "spreadsheet_number"),
        ("1,08E+09", "spreadsheet_number"),
        ("9.2e+10", "spreadsheet_number"),
        ("1.080000011E+09", "spreadsheet_number"),
        ("O01090000001", "letters"),
        ("00l090000001", "letters"),
        ("OOl O9O OOO OO1", "malformed"),  # hardly any digit is left
        ("C1234567", "malformed"),
        ("B12345678", "malformed"),
        ("1090000001", "malformed"),
        ("x" * 50, "malformed"),
    ],
)
def test_it_is_told_why_a_text_is_no_number(text: str, defect: str | None) -> None:
    found = number_defect(text)
    assert (found and found.value) == defect


@given(st.text(max_size=45) | st.text("0123456789OlI.,E+ ", max_size=16))
@_SETTINGS
def test_a_number_has_a_defect_exactly_where_it_is_not_read(text: str) -> None:
    assert (number_defect(text) is None) is (read_number(text) is not None)
