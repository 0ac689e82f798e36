"""Travel documents: what their lines say, and whether a certificate is of the same person."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.travel_documents import TD1, TD2, TD3, VISA_A, VISA_B, passport
from tests.support.world import VACCINATION, holder_of
from vaxpass import Certificate, Person, VaxpassError
from vaxpass.identity import (
    BirthDate,
    HolderLevel,
    MachineReadableZone,
    MrzCode,
    MrzError,
    MrzForm,
    check_digit,
    compare_holder,
    parse_mrz,
    to_icao,
)

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)


def certificate(fnt: str | None, gnt: str | None, birth: str | None) -> Certificate:
    return Certificate(Person(family_name_icao=fnt, given_name_icao=gnt), birth, VACCINATION.entries)


@pytest.mark.parametrize("lines", [TD3, TD2, TD1])
def test_the_specimens_are_read(lines: tuple[str, ...]) -> None:
    zone = parse_mrz(lines)
    assert (zone.family_name, zone.given_names) == ("ERIKSSON", "ANNA<MARIA")
    assert (zone.state, zone.nationality, zone.sex) == ("UTO", "UTO", "F")
    assert (zone.birth, zone.expiry) == ("740812", "120415")
    assert zone.born_near(1974) == BirthDate(1974, 8, 12)
    assert not zone.truncated


def test_the_three_sizes_are_told_apart() -> None:
    zones = [parse_mrz(lines) for lines in (TD1, TD2, TD3)]
    assert [zone.form for zone in zones] == [MrzForm.TD1, MrzForm.TD2, MrzForm.TD3]
    assert [zone.document for zone in zones] == ["I", "I", "P"]
    assert [zone.number for zone in zones] == ["D23145890", "D23145890", "L898902C3"]
    assert [zone.optional for zone in zones] == ["", "", "ZE184226B"]


@pytest.mark.parametrize(
    ("lines", "form", "optional"),
    [(VISA_A, MrzForm.MRV_A, "6ZE184226B"), (VISA_B, MrzForm.MRV_B, "")],
)
def test_visas_are_read(lines: tuple[str, ...], form: MrzForm, optional: str) -> None:
    zone = parse_mrz(lines)
    assert (zone.form, zone.document, zone.names) == (form, "V", "ERIKSSON<<ANNA<MARIA")
    assert (zone.number, zone.birth, zone.expiry) == ("L8988901C", "400907", "961210")
    assert zone.optional == optional


@pytest.mark.parametrize(
    ("expiry", "day", "expired"),
    [
        ("260131", date(2026, 1, 31), None),
        ("260131", date(2026, 2, 1), date(2026, 1, 31)),
        ("991231", date(2026, 1, 1), date(1999, 12, 31)),
        ("991231", date(2060, 1, 1), None),
        ("010101", date(2099, 6, 1), None),
        ("311231", date(2026, 1, 1), None),
        ("260231", date(2027, 1, 1), None),
        ("<<<<<<", date(2027, 1, 1), None),
        ("000229", date(2001, 1, 1), date(2000, 2, 29)),
    ],
)
def test_a_document_that_has_expired_says_so(expiry: str, day: date, expired: date | None) -> None:
    zone = parse_mrz(passport("LE<<AN", expiry=expiry))
    assert zone.expired_before(day) == expired
    # A type checker takes a time for a date.
    assert zone.expired_before(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) == expired


def test_small_letters_and_spaces_around_make_no_difference() -> None:
    assert parse_mrz([f" {line.lower()}\n" for line in TD3]) == parse_mrz(TD3)


def test_a_long_number_goes_on_in_the_next_field() -> None:
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}<".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    whole = first[5:] + second[:7] + second[8:15] + second[18:29]
    zone = parse_mrz([first, second + check_digit(whole), TD1[2]])
    assert (zone.number, zone.optional) == (number, "")


def test_the_number_of_the_identity_card_is_in_the_optional_field() -> None:
    assert parse_mrz(passport("NGUYEN<<AN", optional="001090000001")).optional == "001090000001"


def test_a_birth_of_which_only_the_year_is_known_is_read() -> None:
    zone = parse_mrz(passport("NGUYEN<<AN", "60<<<<"))
    assert zone.born_near(1960) == BirthDate(1960)
    assert parse_mrz(passport("NGUYEN<<AN", "<<<<<<")).born_near(1960) == BirthDate()


@pytest.mark.parametrize(
    ("year", "resolved"), [(1930, 1919), (1990, 2019), (2019, 2019), (1900, 1919), (0, 1919)]
)
def test_the_century_is_that_which_is_closest(year: int, resolved: int) -> None:
    assert parse_mrz(passport("LE<<AN", "190506")).born_near(year).year == resolved


def changed(lines: tuple[str, ...], line: int, place: int, letter: str) -> list[str]:
    result = list(lines)
    result[line] = result[line][:place] + letter + result[line][place + 1 :]
    return result


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "mrz.lines"),
        (TD3[:1], "mrz.lines"),
        ((*TD3, ""), "mrz.lines"),
        ((TD3[0], TD2[1]), "mrz.lines"),
        (("<" * 10**6, "<"), "mrz.lines"),
        (TD1[:2], "mrz.lines"),
        (changed(TD3, 0, 6, "Ä"), "mrz.letters"),
        (changed(TD3, 0, 6, " "), "mrz.letters"),
        (changed(TD3, 1, 6, "ı"), "mrz.letters"),
        (changed(TD3, 0, 0, "X"), "mrz.document"),
        (changed(TD1, 0, 0, "V"), "mrz.document"),
        (changed(VISA_A, 1, 0, "M"), "mrz.check_number"),
        (changed(VISA_B, 1, 13, "8"), "mrz.check_birth"),
        (changed(TD3, 0, 5, "<"), "mrz.name"),
        (changed(TD3, 0, 6, "0"), "mrz.name"),
        (passport("NGUYEN<<AN", "9A0506"), "mrz.birth"),
        (changed(TD3, 1, 0, "M"), "mrz.check_number"),
        (changed(TD3, 1, 13, "8"), "mrz.check_birth"),
        (changed(TD3, 1, 21, "2"), "mrz.check_expiry"),
        (changed(TD3, 1, 28, "Y"), "mrz.check_optional"),
        (changed(TD3, 1, 43, "1"), "mrz.check_whole"),
        (changed(TD2, 1, 30, "1"), "mrz.check_whole"),
        (changed(TD1, 1, 29, "7"), "mrz.check_whole"),
        (changed(TD1, 0, 14, "8"), "mrz.check_number"),
    ],
)
def test_other_lines_are_refused_and_the_error_says_why(lines: list[str], code: str) -> None:
    with pytest.raises(MrzError, match=f"^{code}: ") as caught:
        parse_mrz(lines)
    assert caught.value.code == MrzCode(code)
    assert isinstance(caught.value, VaxpassError)
    assert "ERIKSSON" not in str(caught.value)
    assert caught.value.code.message("vi")


@pytest.mark.slow
@given(st.lists(st.text(max_size=50) | st.text("AI<P09", min_size=30, max_size=44), max_size=4))
@_SETTINGS
def test_any_lines_are_read_or_refused(lines: list[str]) -> None:
    with contextlib.suppress(MrzError):
        assert parse_mrz(lines).names


@given(
    st.text("0123456789", min_size=1, max_size=44), st.integers(0, 43), st.sampled_from("0123456789")
)
@_SETTINGS
def test_a_check_digit_catches_every_change_of_one_digit(text: str, place: int, digit: str) -> None:
    place %= len(text)
    other = text[:place] + digit + text[place + 1 :]
    assert (check_digit(other) == check_digit(text)) is (other == text)


@pytest.mark.parametrize("lines", [TD3, TD2, TD1])
def test_no_digit_under_a_check_digit_can_be_another(lines: tuple[str, ...]) -> None:
    tried = 0
    for line, text in enumerate(lines):
        for place, letter in enumerate(text):
            for other in "0123456789":
                if letter.isdigit() and other != letter:
                    tried += 1
                    with pytest.raises(MrzError):
                        parse_mrz(changed(lines, line, place, other))
    assert tried > 150


WHOLE = parse_mrz(passport("NGUYEN<<BAO<DUY"))


@pytest.mark.parametrize(
    ("fnt", "gnt", "birth", "level", "codes"),
    [
        ("NGUYEN", "BAO<DUY", "1990-05-06", "equal", []),
        ("NGUYEN<", "bao-duy", "1990-05-06", "equal", []),
        ("NGUYEN", "BAO<DUY", "1990-05-06T00:00:00Z", "equal", []),
        ("NGUYEN", "BAO<DUY", "1990-05", "plausible", ["dob.month_only"]),
        ("NGUYEN", "BAO<DUY", "1990", "plausible", ["dob.year_only"]),
        ("NGUYEN", "BAO<DUY", "1990-00", "plausible", ["dob.year_only"]),
        ("NGUYEN", "BAO<DUY", "1990-01-01", "plausible", ["dob.year_only"]),
        ("NGUYEN", "BAO<DUY", "", "plausible", ["dob.missing"]),
        ("NGUYEN", "BAO<DUY", None, "plausible", ["dob.missing"]),
        ("NGUYEN", "BAO<DUY", "soon 1990", "plausible", ["dob.malformed"]),
        ("NGUYEN", "BAO<DUY", "1990-06-05", "plausible", ["dob.day_month_swapped"]),
        ("NGUYEN", "BAO<DUY", "1990-05-16", "plausible", ["dob.typo"]),
        ("NGUYEN", "BAO<DUY", "1985-12-24", "different", ["dob.different"]),
        ("NGUYEN", "BAO<DUY", "1985", "different", ["dob.different"]),
        ("NGUYEN<BAO", "DUY", "1990-05-06", "plausible", ["name.split"]),
        ("BAO<DUY", "NGUYEN", "1990-05-06", "plausible", ["name.order"]),
        ("NGUYEN", "DUY", "1990-05-06", "plausible", ["name.incomplete"]),
        ("NGUYEN", None, "1990-05-06", "plausible", ["name.incomplete"]),
        ("NGUYEN", "BAO<DUYY", "1990-05-06", "plausible", ["name.typo"]),
        ("NGUYEN", "BAO<DUYY", "1990", "plausible", ["name.typo", "dob.year_only"]),
        ("NGUYEN", "BAO<DUYY", "1990-05-16", "different", ["name.typo", "dob.typo"]),
        ("TRAN", "THI<BINH", "1990-05-06", "different", ["name.different"]),
        (None, None, "1990-05-06", "different", ["name.missing"]),
    ],
)
def test_a_certificate_is_compared_with_a_passport(
    fnt: str | None, gnt: str | None, birth: str | None, level: str, codes: list[str]
) -> None:
    match = compare_holder(holder_of(certificate(fnt, gnt, birth)), WHOLE)
    assert (str(match.level), [str(code) for code in match.codes]) == (level, codes)
    for finding in match.findings:
        assert finding.message("vi") != finding.message("en")


def test_without_a_machine_readable_name_it_is_made_from_the_other() -> None:
    person = Person(family_name="Nguyễn", given_name="Bảo Duy")
    assert (
        compare_holder(holder_of(Certificate(person, "1990-05-06", ())), WHOLE).level
        is HolderLevel.EQUAL
    )


def test_a_single_name_fills_one_side() -> None:
    zone = parse_mrz(passport("SUHARTO"))
    for single in (
        certificate("SUHARTO", None, "1990-05-06"),
        certificate(None, "SUHARTO", "1990-05-06"),
    ):
        assert compare_holder(holder_of(single), zone).level is HolderLevel.EQUAL


LONG = "CONGTANGTONNU<<NGUYEN<PHUC<THI<HOANG<THUY<LINH"


@pytest.mark.parametrize(
    ("shown", "level", "codes"),
    [
        (LONG, "equal", ["name.truncated"]),
        # Parts shortened by the state so that each begins: ICAO leaves the way open.
        ("CONGTANGTONNU<<NGUYEN<PHUC<THI<H<THUY<L", "plausible", ["name.truncated"]),
        ("CONGTANGTONNU<<NGUYEN<PHUC<VAN<HOANG<TH", "different", ["name.different"]),
    ],
)
def test_a_name_that_fills_its_field_is_compared_as_far_as_it_goes(
    shown: str, level: str, codes: list[str]
) -> None:
    zone = parse_mrz(passport(shown))
    assert zone.truncated
    fnt, gnt = LONG.split("<<")
    match = compare_holder(holder_of(certificate(fnt, gnt, "1990-05-06")), zone)
    assert (str(match.level), [str(code) for code in match.codes]) == (level, codes)


def test_a_name_of_just_39_letters_is_equal_without_a_remark() -> None:
    given = "B" * 32
    zone = parse_mrz(passport(f"NGUYE<<{given}"))
    match = compare_holder(holder_of(certificate("NGUYE", given, "1990-05-06")), zone)
    assert (match.level, match.codes) == (HolderLevel.EQUAL, ())


@pytest.mark.parametrize("family", ["A" * 37, "A" * 38])
def test_a_cut_that_falls_between_two_names_is_one(family: str) -> None:
    zone = parse_mrz(passport(f"{family}<<AN"))
    match = compare_holder(holder_of(certificate(family, "AN", "1990-05-06")), zone)
    assert (match.level, match.codes) == (HolderLevel.EQUAL, ("name.truncated",))


def test_a_shorter_name_is_not_taken_for_the_beginning_of_a_longer_one() -> None:
    zone = parse_mrz(passport("NGUYEN<<BAO"))
    match = compare_holder(holder_of(certificate("NGUYEN", "BAO<DUY", "1990-05-06")), zone)
    assert (match.level, match.codes) == (HolderLevel.PLAUSIBLE, ("name.incomplete",))


PARTS = st.lists(
    st.sampled_from("Nguyễn Đặng Thị Ánh Bảo Tuyết Nghiêng".split()), min_size=1, max_size=9
)


@pytest.mark.slow
@given(PARTS, PARTS, st.dates().filter(lambda day: 1900 <= day.year <= 2099))
@_SETTINGS
def test_what_is_issued_for_a_name_equals_the_passport_of_the_same_person(
    family: list[str], given_names: list[str], born: object
) -> None:
    fnt, gnt = to_icao(" ".join(family)), to_icao(" ".join(given_names))
    birth = str(born)
    zone = parse_mrz(passport(f"{fnt}<<{gnt}", birth[2:4] + birth[5:7] + birth[8:]))
    match = compare_holder(holder_of(certificate(fnt, gnt, birth)), zone)
    assert match.level is HolderLevel.EQUAL
    assert bool(match.codes) is (len(f"{fnt}<<{gnt}") > 39)


@pytest.mark.slow
@given(
    st.none() | st.text(max_size=30),
    st.none() | st.text(max_size=30),
    st.none() | st.text(max_size=12) | st.text("0123456789-", max_size=10),
    st.sampled_from([WHOLE, parse_mrz(passport(LONG)), parse_mrz(passport("LE<<AN", "<<<<<<"))]),
)
@_SETTINGS
def test_no_certificate_raises(
    fnt: str | None, gnt: str | None, birth: str | None, zone: MachineReadableZone
) -> None:
    match = compare_holder(holder_of(certificate(fnt, gnt, birth)), zone)
    assert match.codes or match.level is HolderLevel.EQUAL
