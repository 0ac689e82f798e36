"""A declaration and a registered person: every code, and what may be concluded."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass import messages
from vaxpass.identity import (
    BirthMatch,
    Declared,
    IdentityCode,
    IdentityField,
    IdentityFinding,
    MrzCode,
    NameLevel,
    NumberMatch,
    Registered,
    compare,
)

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=300)
REGISTERED = Registered(
    name="Nguyễn Văn An",
    date_of_birth="1990-06-05",
    number="001090000001",
    old_number="012345678",
    phone="0701234567",
    sex="M",
)
DECLARED = Declared("Nguyễn Văn An", "1990-06-05", "001090000001", "0701234567", "M")
# The interface: an addition is a minor release, anything else a major one.
CODES = """
name.diacritics name.truncated name.split name.spelling name.order name.incomplete name.surplus
name.typo name.different name.encoding name.missing name.not_registered name.not_comparable
dob.month_only dob.year_only dob.day_month_swapped dob.typo dob.different dob.spreadsheet_number
dob.two_digit_year dob.malformed dob.missing dob.not_registered
id.leading_zeros id.old_cmnd id.checks_fail id.typo id.different id.spreadsheet_number id.letters
id.malformed id.missing id.not_registered id.other_document id.other_passport
phone.old_prefix phone.shared phone.different phone.malformed
sex.different
nationality.different
""".split()
MRZ_CODES = """
mrz.lines mrz.letters mrz.document mrz.name mrz.birth
mrz.check_number mrz.check_birth mrz.check_expiry mrz.check_optional mrz.check_whole
mrz.expired
""".split()
# What may stand beside an equal comparison.
BESIDE = {"id.checks_fail", "phone.old_prefix", "phone.shared", "phone.different", "phone.malformed"}
BESIDE |= {"sex.different"}


def test_the_lists_are_complete() -> None:
    assert [code.value for code in IdentityCode] == CODES
    assert [code.value for code in MrzCode] == MRZ_CODES


@pytest.mark.parametrize("code", IdentityCode)
def test_a_code_names_its_field(code: IdentityCode) -> None:
    assert code.value.startswith(f"{code.field}.")
    assert code.field in IdentityField
    assert code.name == code.value.upper().replace(".", "_")


# code -> a declaration that has it, and whether that is plausible
CASES = {
    "name.diacritics": (replace(DECLARED, name="NGUYEN VAN AN"), True),
    "name.order": (replace(DECLARED, name="An Nguyễn Văn"), True),
    "name.typo": (replace(DECLARED, name="Nguyễn Văn Anh"), True),
    "name.incomplete": (replace(DECLARED, name="Nguyễn An"), True),
    "name.surplus": (replace(DECLARED, name="Nguyễn Văn An Anh"), True),
    "name.split": (replace(DECLARED, name="NguyễnVăn An"), True),
    "name.encoding": (replace(DECLARED, name="NguyÔn V¨n An"), True),
    "name.different": (replace(DECLARED, name="Trần Thị Bình"), False),
    "name.missing": (replace(DECLARED, name=""), False),
    "dob.day_month_swapped": (replace(DECLARED, date_of_birth="06/05/1990"), True),
    "dob.year_only": (replace(DECLARED, date_of_birth="01/01/1990"), True),
    "dob.month_only": (replace(DECLARED, date_of_birth="06/1990"), True),
    "dob.typo": (replace(DECLARED, date_of_birth="15/06/1990"), True),
    "dob.different": (replace(DECLARED, date_of_birth="24/12/1990"), False),
    "dob.spreadsheet_number": (replace(DECLARED, date_of_birth="33029"), False),
    "dob.two_digit_year": (replace(DECLARED, date_of_birth="5/6/90"), False),
    "dob.malformed": (replace(DECLARED, date_of_birth="5 Juno 1990"), False),
    "dob.missing": (replace(DECLARED, date_of_birth=""), False),
    "id.old_cmnd": (replace(DECLARED, number="012345678"), True),
    "id.leading_zeros": (replace(DECLARED, number="1090000001"), True),
    "id.typo": (replace(DECLARED, number="001090000002"), True),
    "id.different": (replace(DECLARED, number="079090999999"), False),
    "id.missing": (replace(DECLARED, number="", phone=""), False),
    "id.spreadsheet_number": (replace(DECLARED, number="1.09E+09", phone=""), False),
    "id.letters": (replace(DECLARED, number="OO1090000001", phone=""), False),
    "id.malformed": (replace(DECLARED, number="12345", phone=""), False),
    "phone.old_prefix": (replace(DECLARED, phone="+84 120 1234567"), True),
    "phone.shared": (replace(DECLARED, phone_shared_by=3), True),
    "phone.different": (replace(DECLARED, phone="0912345678"), True),
    "phone.malformed": (replace(DECLARED, phone="113"), True),
}


@pytest.mark.parametrize(("code", "case"), CASES.items())
def test_a_declaration_has_its_one_code(code: str, case: tuple[Declared, bool]) -> None:
    declared, plausible = case
    found = compare(declared, REGISTERED)
    assert [str(each) for each in found.codes] == [code]
    assert found.equal is (code in BESIDE)
    assert found.plausible is plausible


def test_the_other_codes() -> None:
    unregistered = replace(REGISTERED, number="", old_number="")
    assert compare(DECLARED, unregistered).codes == (IdentityCode.ID_NOT_REGISTERED,)
    woman = replace(DECLARED, sex="Nữ")
    assert compare(woman, REGISTERED).codes == ("id.checks_fail", "sex.different")
    assert compare(woman, replace(REGISTERED, sex="")).findings == (
        IdentityFinding(IdentityCode.ID_CHECKS_FAIL, "sex"),
    )
    assert compare(DECLARED, replace(REGISTERED, name="")).codes == ("name.not_registered",)
    assert compare(DECLARED, replace(REGISTERED, date_of_birth="x")).codes == ("dob.not_registered",)
    others = "name.not_registered dob.not_registered id.not_registered id.checks_fail sex.different"
    # Those of travel documents are tested with them.
    assert set(CASES) | {*others.split()} == set(CODES) - {
        "name.truncated",
        "name.spelling",
        "name.not_comparable",
        "id.other_document",
        "id.other_passport",
        "nationality.different",
    }


def test_the_same_in_other_forms_is_equal_without_a_code() -> None:
    declared = Declared(
        normalize("NFD", "NGUYỄN  VĂN AN"), "05/06/1990", "001 090 000 001", "+84701234567", "Nam"
    )
    found = compare(declared, REGISTERED)
    assert (found.equal, found.plausible, found.codes) == (True, True, ())
    assert (found.name, found.birth, found.number) == (
        NameLevel.EXACT,
        BirthMatch.EQUAL,
        NumberMatch.EQUAL,
    )


@pytest.mark.parametrize(
    "name",
    [
        "Ông Nguyễn Văn An",
        "BÀ NGUYỄN VĂN AN",
        "Mr. Nguyễn Văn An",
        "chị  Nguyễn  Văn An.",
        "Nguyễn Văn An.",
    ],
)
def test_a_title_is_no_part_of_a_declared_name(name: str) -> None:
    found = compare(replace(DECLARED, name=name), REGISTERED)
    assert (found.equal, found.codes) == (True, ())


def test_two_titles_or_a_title_in_the_register_make_no_equal_names() -> None:
    titled = replace(REGISTERED, name="Ông Nguyễn Văn An")
    assert not compare(DECLARED, titled).equal
    assert not compare(replace(DECLARED, name="Bà Nguyễn Văn An"), titled).equal
    assert compare(replace(DECLARED, name="Ông Nguyễn Văn An"), titled).equal
    # A word that is a title elsewhere is a name where no family name follows.
    assert not compare(
        replace(DECLARED, name="Ông Ích Khiêm"), replace(REGISTERED, name="Ích Khiêm")
    ).equal
    assert not compare(replace(DECLARED, name="Anh An"), replace(REGISTERED, name="An")).equal


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Nguyễn Văn An (con bà Lan)", "name.surplus"),
        ("Ông Nguyễn Văn An (Hà Nội)", "name.surplus"),
        ("NGUYEN VAN AN (con ba Lan", "name.diacritics name.surplus"),
        ("BA NGUYEN VAN AN", "name.diacritics"),
        ("An Nguyen Van", "name.diacritics name.order"),
        ("Nguyen An", "name.diacritics name.incomplete"),
        ("Nguyễn V. An", "name.incomplete"),
        ("1. Nguyễn Văn An", "name.surplus"),
        ("1) Nguyễn Văn An", "name.surplus"),
        ("Nguyễn Văn \u0410n", "name.encoding"),
        ("Nguyễn Văn An 1990", "name.surplus"),
        ("Nguyễn Văn An *", "name.surplus"),
        ("Ông: Nguyễn Văn An", "name.surplus"),
        ("Nguyễn V. An Bình", "name.different"),
        ("Nguyễn Văn An An", "name.surplus"),
        ("Nguyeãn Vaên An", "name.encoding"),
        ("Nguyá»…n VÄƒn An", "name.encoding"),
        ("Nguy?n V?n An", "name.encoding"),
        ("TrÇn ThÞ B×nh", "name.different name.encoding"),
    ],
)
def test_all_that_is_wrong_with_a_name_is_told_at_once(name: str, codes: str) -> None:
    found = compare(replace(DECLARED, name=name), REGISTERED)
    assert " ".join(found.codes) == codes
    assert not found.equal
    assert found.name is not NameLevel.EXACT


@pytest.mark.parametrize(
    "number", ["CCCD 001090000001", "'001090000001", "001.090.000.001", "Số CCCD: 001 090 000 001"]
)
def test_signs_and_the_name_of_the_card_are_no_part_of_a_number(number: str) -> None:
    assert compare(replace(DECLARED, number=number), REGISTERED).equal


def test_a_malformed_number_that_resembles_the_registered_one_has_both_codes() -> None:
    found = compare(replace(DECLARED, number="0010900000011"), REGISTERED)
    assert found.codes == ("id.typo", "id.malformed")


def test_another_old_number_has_both_codes() -> None:
    found = compare(replace(DECLARED, number="987654321"), REGISTERED)
    assert found.codes == ("id.old_cmnd", "id.different")
    assert not found.plausible


@pytest.mark.parametrize("number", ["", "12345", "012345678"])
def test_without_a_number_to_compare_the_phone_must_speak_for_it(number: str) -> None:
    unmapped = replace(REGISTERED, old_number="")
    declared = replace(DECLARED, number=number)
    assert compare(declared, unmapped).plausible
    assert not compare(declared, unmapped).equal
    assert not compare(replace(declared, phone="0912345678"), unmapped).plausible
    assert not compare(replace(declared, name="Nguyễn An"), unmapped).plausible
    assert not compare(replace(declared, date_of_birth="1990"), unmapped).plausible


def test_a_typo_in_the_number_and_another_one_are_not_plausible() -> None:
    declared = replace(DECLARED, number="001090000002")
    assert not compare(replace(declared, name="Nguyễn Văn Anh"), REGISTERED).plausible
    assert not compare(replace(declared, date_of_birth="15/06/1990"), REGISTERED).plausible


def test_codes_are_in_the_order_of_the_list() -> None:
    everything = Declared("Trần", "x", "079085999999", "1", "F", 2)
    codes = compare(everything, REGISTERED).codes
    assert list(codes) == sorted(codes, key=list(IdentityCode).index)
    assert len(codes) == 7


TEXTS = st.text(max_size=20)
NAMES = st.sampled_from(["Nguyễn Văn An", "NGUYEN VAN AN", "An Nguyễn Văn", "Nguyễn An", "Lê Bình", ""])
BIRTHS = st.sampled_from(
    ["1990-06-05", "05/06/1990", "1990-05-06", "1990", "1990-02-30", "1985-12-24", ""]
)
NUMBERS = st.sampled_from(["001090000001", "001090000002", "1090000001", "012345678", "12", ""])
PHONES = st.sampled_from(["0701234567", "01201234567", "0912345678", "1", ""])
SEXES = st.sampled_from(["M", "Nam", "Nữ", ""])


def people(texts: bool) -> st.SearchStrategy[tuple[str, str, str, str, str]]:
    if texts:
        return st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
    return st.tuples(NAMES, BIRTHS, NUMBERS, PHONES, SEXES)


def registered(name: str, birth: str, number: str, phone: str, sex: str) -> Registered:
    return Registered(name, birth, number, "", phone, sex)


@given(people(False), people(False))
@_SETTINGS
def test_what_may_be_concluded_does_not_depend_on_who_declares(
    one: tuple[str, str, str, str, str], other: tuple[str, str, str, str, str]
) -> None:
    there, back = (
        compare(Declared(*one), registered(*other)),
        compare(Declared(*other), registered(*one)),
    )
    assert (there.equal, there.name, there.birth) == (back.equal, back.name, back.birth)


@pytest.mark.slow
@given(people(True) | people(False), people(True) | people(False))
@_SETTINGS
def test_whatever_is_declared_the_answer_is_in_order(
    one: tuple[str, str, str, str, str], other: tuple[str, str, str, str, str]
) -> None:
    found = compare(Declared(*one), registered(*other))
    assert compare(Declared(*one), registered(*other)) == found
    assert len(set(found.codes)) == len(found.codes)
    assert list(found.codes) == sorted(found.codes, key=list(IdentityCode).index)
    # No code of the three that decide: then, and only then, it is equal.
    assert found.equal is (not {str(code) for code in found.codes} - BESIDE)
    assert found.plausible or not found.equal
    name, birth, number, phone, sex = (normalize("NFD", text) for text in one)
    form = Declared(name, birth, number, phone, sex)
    assert compare(form, registered(*other)) == found
    for finding in found.findings:
        for language in messages.LANGUAGES:
            said = finding.message(language)
            assert "?" not in said
            assert not any(text in said for text in other if len(text) >= 8), (
                "nothing registered is told"
            )
