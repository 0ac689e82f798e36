"""Every form that ICAO Doc 9303, part 3, allows of a letter is that letter; others are not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.travel_documents import passport
from tests.support.world import holder_of
from vaxpass import Certificate, Person
from vaxpass.identity import HolderLevel, HolderMatch, compare_holder, parse_mrz, to_icao
from vaxpass.identity.letters import includes, loose_spellings, spellings

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)
BORN = "1990-05-06"
# Section 6, table A (the letters that lose more than a mark), B and C.
FORMS = {
    "Ä": "AE A", "Å": "AA A", "Æ": "AE", "Ð": "D", "Ñ": "N NXX", "Ö": "OE O", "Ø": "OE O",
    "Ü": "UE UXX U", "Þ": "TH", "Đ": "D", "Ħ": "H", "İ": "I", "ı": "I", "Ĳ": "IJ", "Ŀ": "L", "Ł": "L",
    "Ŋ": "N", "Œ": "OE", "Ŧ": "T", "ẞ": "SS", "ß": "SS", "Ő": "O", "Ű": "U", "Ů": "U", "Ç": "C",
    "Ё": "E IO", "Ђ": "D", "Є": "IE YE", "Ѕ": "DZ", "І": "I", "Ї": "I YI", "Ј": "J", "Љ": "LJ",
    "Њ": "NJ", "Ќ": "K KJ", "Ў": "U", "Џ": "DZ DJ", "А": "A", "Б": "B", "В": "V", "Г": "G H", "Д": "D",
    "Е": "E", "Ж": "ZH Z", "З": "Z", "И": "I Y", "Й": "I Y", "К": "K", "Л": "L", "М": "M", "Н": "N",
    "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH H", "Ц": "TS C",
    "Ч": "CH C", "Ш": "SH S", "Щ": "SHCH SHT", "Ъ": "IE", "Ы": "Y", "Э": "E", "Ю": "IU YU",
    "Я": "IA YA", "Ѫ": "U", "Ѵ": "Y", "Ґ": "G", "Ғ": "G GJ", "Һ": "C",
    "ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B",
    "ة": "XTA XAH", "ث": "XTH", "ح": "XH", "خ": "XKH", "ذ": "XDH", "ش": "XSH", "ص": "XSS", "ض": "XDZ",
    "ط": "XTT", "ظ": "XZZ", "ع": "E", "غ": "G", "ى": "XAY", "ٱ": "XXA", "پ": "P", "چ": "XC", "ژ": "XJ",
    "گ": "XGG", "ۀ": "XYH", "ۓ": "XBE",
}  # fmt: skip
LETTERS = st.sampled_from([*"ABEILNORSTU", *FORMS, "ễ", "ź"])


def holder(person: Person, shown: str, born: str = BORN) -> HolderMatch:
    return compare_holder(
        holder_of(Certificate(person, BORN, ())),
        parse_mrz(passport(shown, born[2:4] + born[5:7] + born[8:])),
    )


@pytest.mark.parametrize(("letter", "forms"), FORMS.items())
def test_each_form_of_a_letter_is_that_letter_and_no_other_is(letter: str, forms: str) -> None:
    known = forms.split()
    for form in {each for all_forms in FORMS.values() for each in all_forms.split()}:
        person = Person(
            family_name=f"R{letter}M", given_name="Pim", family_name_icao="", given_name_icao=""
        )
        agrees = holder(person, f"R{form}M<<PIM").level is HolderLevel.EQUAL
        assert agrees is (form in known), form


@pytest.mark.parametrize("letter", [each for each in FORMS if each.lower() != each])
def test_a_small_letter_has_the_forms_of_its_capital(letter: str) -> None:
    assert spellings(letter.lower()) == spellings(letter)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("O'Brien", ["OBRIEN", "O<BRIEN"]),
        ("D’Arc", ["DARC", "D<ARC"]),
        ("Anne-Marie", ["ANNE<MARIE", "ANNEMARIE"]),
        ("Anne - Marie", ["ANNE<MARIE"]),
        ("J.R. Roe", ["JR<ROE", "J<R<ROE"]),
        ("عبّاس", ["EBBAS", "EBAS"]),
        ("فضّة", ["FXDZXDZXAH", "FXDZXAH"]),
        ("مُحَمَّد", ["MXHMMD", "MXHMD"]),
        ("Ǆ", ["DZ"]),
        ("U\u0308ber", ["UEBER", "UBER", "UXXBER"]),
        ("Ǖ", ["UE", "U", "UXX"]),
    ],
)
def test_signs_and_marks_are_read(written: str, forms: list[str]) -> None:
    found = spellings(written)
    assert found is not None
    assert all(includes(found, form) for form in forms)
    assert not includes(found, forms[0] + "E")


@pytest.mark.parametrize("written", ["Αθηνά", "王", "A1", "A" * 513])
def test_what_the_tables_lack_has_no_spellings(written: str) -> None:
    assert spellings(written) is None


MUELLER = Person("Müller", "MULLER", "Günther Jörg", "GUNTHER<JORG")
MULLER = Person(None, "MULLER", None, "GUNTHER<JORG")
PLAIN = Person("MULLER", "MULLER", "GUNTHER JORG", "GUNTHER<JORG")


@pytest.mark.parametrize(
    "shown", ["MUELLER<<GUENTHER<JOERG", "MULLER<<GUENTHER<JORG", "MUXXLLER<<GUNTHER<JOERG"]
)
def test_with_the_national_form_it_is_the_same_name_without_it_perhaps(shown: str) -> None:
    assert holder(MUELLER, shown) == HolderMatch(HolderLevel.EQUAL, ())
    for person in (MULLER, PLAIN):
        match = holder(person, shown)
        assert (match.level, match.codes) == (HolderLevel.PLAUSIBLE, ("name.spelling",))


def test_a_guess_at_letters_and_a_typo_in_the_date_are_too_much() -> None:
    assert holder(MUELLER, "MUELLER<<GUENTHER<JOERG", "1990-05-16").level is HolderLevel.PLAUSIBLE
    for person in (MULLER, PLAIN):
        match = holder(person, "MUELLER<<GUENTHER<JOERG", "1990-05-16")
        assert (match.level, match.codes) == (HolderLevel.DIFFERENT, ("name.spelling", "dob.typo"))


def test_the_machine_readable_name_of_the_issuer_is_enough() -> None:
    assert holder(Person("محمد", "MOHAMED", "علي", "ALI"), "MOHAMED<<ALI").level is HolderLevel.EQUAL
    assert holder(Person("محمد", "MOHAMED", "علي", "ALI"), "MXHMD<<ELY").level is HolderLevel.EQUAL


@pytest.mark.parametrize(
    ("shown", "level", "codes"),
    [
        ("GUENTHER<JOERG<<MUELLER", "plausible", ["name.order"]),
        ("MUELLER<<GUENTHER", "plausible", ["name.incomplete"]),
        ("MUELLER<<GUENTHER<JOERGE", "plausible", ["name.typo"]),
        ("MUELLER<GUENTHER<<JOERG", "plausible", ["name.split"]),
        ("MILLER<<GUENTHER<JOERG", "plausible", ["name.typo"]),
        ("MAIER<<GUENTHER<JOERG", "different", ["name.different"]),
        ("SCHMIDT<<ANNA", "different", ["name.different"]),
    ],
)
def test_other_deviations_are_told_beside_the_forms_of_letters(
    shown: str, level: str, codes: list[str]
) -> None:
    match = holder(MUELLER, shown)
    assert (str(match.level), [str(code) for code in match.codes]) == (level, codes)


def test_without_national_letters_the_order_may_differ_too() -> None:
    assert holder(MULLER, "GUENTHER<JOERG<<MUELLER").codes == ("name.order",)
    assert holder(Person(None, "MULLER<GUNTHER", None, "JORG"), "MUELLER<<GUENTHER<JOERG").codes == (
        "name.spelling",
    )


@pytest.mark.parametrize(
    ("one", "other"), [("MAEL", "MAL"), ("JOEL", "JOL"), ("SAMUEL", "SAMUL"), ("AARON", "ARON")]
)
def test_two_letters_are_one_only_where_the_national_letter_stands(one: str, other: str) -> None:
    for said, shown in ((one, other), (other, one)):
        person = Person(f"Lê {said.title()}", f"LE<{said}", "Hòa", "HOA")
        assert holder(person, f"LE<{shown}<<HOA").codes == ("name.typo",)
        assert holder(person, f"LE<{said}<<HOA").level is HolderLevel.EQUAL


@pytest.mark.parametrize("shown", ["OBRIEN<<ANNE<MARIE", "O<BRIEN<<ANNEMARIE", "O<BRIEN<<ANNE<MARIE"])
def test_apostrophes_and_hyphens_are_no_typing_errors(shown: str) -> None:
    assert (
        holder(Person("O'Brien", "OBRIEN", "Anne-Marie", "ANNE<MARIE"), shown).level
        is HolderLevel.EQUAL
    )
    machine_only = holder(Person(None, "OBRIEN", None, "ANNE<MARIE"), shown, "1990-05-16")
    assert machine_only.level is HolderLevel.PLAUSIBLE
    assert "name.typo" not in machine_only.codes


def test_a_name_that_was_cut_may_have_any_form() -> None:
    long = Person(
        "Österreicher-Lüdenscheidt",
        "OSTERREICHER<LUDENSCHEIDT",
        "Günther Jörg Änne",
        "GUNTHER<JORG<ANNE",
    )
    match = holder(long, "OESTERREICHER<LUEDENSCHEIDT<<GUENTHER<JOERG<AENNE")
    assert (match.level, match.codes) == (HolderLevel.EQUAL, ("name.truncated",))
    match = holder(long, "OESTERREICHER<LUEDENSCHEIDT<<MARTIN<JOERG<AENNE")
    assert match.level is HolderLevel.DIFFERENT


@given(st.lists(LETTERS, min_size=1, max_size=8), st.data())
@_SETTINGS
def test_whatever_forms_a_state_chooses_it_is_the_same_person(
    letters: list[str], data: st.DataObject
) -> None:
    written = "".join(letters)
    chosen = [
        data.draw(st.sampled_from((FORMS.get(each) or to_icao(each)).split())) for each in letters
    ]
    person = Person(written, None, "Pim", "PIM")
    assert holder(person, "".join(chosen) + "<<PIM").level is HolderLevel.EQUAL


@given(st.text("AEOUNX", min_size=1, max_size=7), st.text("AEOUNX", min_size=1, max_size=7))
@_SETTINGS
def test_names_of_plain_letters_are_equal_only_where_they_are_the_same(one: str, other: str) -> None:
    """The national form is known by its one letter with a mark; all others stand for themselves."""
    person = Person(f"Ế{one}", f"E{one}", "Pim", "PIM")
    assert (holder(person, f"E{other}<<PIM").level is HolderLevel.EQUAL) is (one == other)


@given(st.text("AEOUNX", min_size=1, max_size=7), st.text("AEOUNX", min_size=1, max_size=7))
@_SETTINGS
def test_what_may_be_behind_plain_letters_is_seen_from_both_sides(one: str, other: str) -> None:
    assert includes(loose_spellings(one), one)
    if includes(loose_spellings(one), other) and len(one) == len(other):
        assert includes(loose_spellings(other), one)


def test_hostile_names_take_no_time() -> None:
    many = spellings("Å" * 80)
    assert many is not None
    assert not includes(many, "A" * 160 + "B")
    assert all(includes(many, "A" * length) is (80 <= length <= 160) for length in range(70, 170))


def test_all_pairs_of_forms_are_accepted_together() -> None:
    for forms in product(("OE", "O"), ("UE", "UXX", "U"), ("AE", "A")):
        person = Person("Özkül", "OZKUL", "Ätna", "ATNA")
        shown = f"{forms[0]}ZK{forms[1]}L<<{forms[2]}TNA"
        assert holder(person, shown).level is HolderLevel.EQUAL
