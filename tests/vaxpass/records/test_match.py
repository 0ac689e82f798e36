"""One record and the persons whom it may mean: every status, every code, and what may be told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity import Declared, IdentityCode, Registered, compare
from vaxpass.records import DOSE_TWICE, MatchCode, MatchField, MatchStatus, decide

PERSON = Registered("Nguyễn Văn An", "1990-06-05", "001090000001", "012345678", "0701234567", "M")
RECORD = Declared("Nguyễn Văn An", "1990-06-05", "001090000001", "0701234567", "M")
STRANGER = Registered("Trần Thị Bình", "1971-12-24", "001090000001", "", "0912345678", "F")
_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)
# The interface: an addition is a minor release, anything else a major one.
STATUSES = "MATCHED MISMATCH AMBIGUOUS NOT_FOUND NO_ID".split()
CODES = "register.number_unknown register.number_twice records.dose_twice".split()


def test_the_lists_are_complete() -> None:
    assert [status.value for status in MatchStatus] == STATUSES
    assert [code.value for code in MatchCode] == CODES
    assert not {*MatchCode} & {*map(str, IdentityCode)}


def test_only_an_equal_record_is_matched_and_it_has_no_codes() -> None:
    made = decide(RECORD, [PERSON])
    assert (made.status, made.codes, made.field, made.facility_codes) == (
        MatchStatus.MATCHED,
        (),
        None,
        (),
    )
    # What stands beside the three that decide is no ground to refuse.
    other = replace(RECORD, phone="0912345678", sex="F")
    assert decide(other, [PERSON]).status is MatchStatus.MATCHED


@pytest.mark.parametrize(
    ("record", "field", "codes"),
    [
        (replace(RECORD, name="NGUYEN VAN AN"), "name", "name.diacritics"),
        (replace(RECORD, name="An Nguyễn Văn"), "name", "name.order"),
        (replace(RECORD, name="Nguyễn An"), "name", "name.incomplete"),
        (replace(RECORD, name="Nguyễn Văn Anh"), "name", "name.typo"),
        (replace(RECORD, name="Nguyễn Văn An (con bà Lan)"), "name", "name.surplus"),
        (
            replace(RECORD, name="An Nguyen Van", date_of_birth="5/6/90"),
            "name",
            "name.diacritics name.order dob.two_digit_year",
        ),
        (replace(RECORD, name=""), "name", "name.missing"),
        (replace(RECORD, date_of_birth="06/05/1990"), "dob", "dob.day_month_swapped"),
        (replace(RECORD, date_of_birth="1990"), "dob", "dob.year_only"),
        (replace(RECORD, date_of_birth="15/06/1990"), "dob", "dob.typo"),
        (replace(RECORD, date_of_birth="x"), "dob", "dob.malformed"),
        (replace(RECORD, number="012345678"), "id", "id.old_cmnd"),
        (replace(RECORD, number="1090000001"), "id", "id.leading_zeros"),
        (
            replace(RECORD, name="NGUYEN VAN AN", number="012345678"),
            "id",
            "name.diacritics id.old_cmnd",
        ),
    ],
)
def test_a_holder_of_the_number_who_disagrees_is_a_mismatch(
    record: Declared, field: str, codes: str
) -> None:
    made = decide(record, [PERSON])
    assert made.status is MatchStatus.MISMATCH
    assert made.field == field
    assert " ".join(made.codes) == " ".join(made.facility_codes) == codes


def test_several_holders_of_a_number_are_ambiguous_even_where_one_is_equal() -> None:
    made = decide(RECORD, [PERSON, STRANGER])
    assert made.status is MatchStatus.AMBIGUOUS
    assert made.codes == made.facility_codes == (MatchCode.NUMBER_TWICE,)
    assert made.field is MatchField.ID
    assert decide(RECORD, [PERSON, PERSON]).status is MatchStatus.AMBIGUOUS


def test_the_same_dose_twice_is_ambiguous() -> None:
    assert DOSE_TWICE.status is MatchStatus.AMBIGUOUS
    assert DOSE_TWICE.field is MatchField.DOSE


def test_a_number_that_nobody_has_is_not_found() -> None:
    made = decide(replace(RECORD, number="079090999999"), [])
    assert (made.status, made.field) == (MatchStatus.NOT_FOUND, MatchField.ID)
    assert made.codes == made.facility_codes == (MatchCode.NUMBER_UNKNOWN,)
    old = decide(replace(RECORD, number="987654321"), [])
    assert old.codes == (MatchCode.NUMBER_UNKNOWN, IdentityCode.ID_OLD_CMND)


@pytest.mark.parametrize(
    ("number", "code"), [("", "id.missing"), ("12345", "id.malformed"), ("x", "id.malformed")]
)
def test_a_record_without_a_number_has_no_id(number: str, code: str) -> None:
    made = decide(replace(RECORD, number=number, phone=""), [])
    assert made.status is MatchStatus.NO_ID
    assert [str(each) for each in made.codes] == [str(each) for each in made.facility_codes] == [code]


def test_what_is_wrong_with_a_record_alone_is_told_whoever_is_meant() -> None:
    record = Declared("", "30/02/1990", "079190999999", "113", "M", 2)
    assert " ".join(decide(record, []).facility_codes) == (
        "register.number_unknown name.missing dob.malformed id.checks_fail phone.shared phone.malformed"
    )


def test_a_resembling_person_is_suggested_and_never_matched() -> None:
    slip = replace(RECORD, number="001090000002")
    made = decide(slip, [], [PERSON])
    assert (made.status, made.suggestion, made.candidate_count) == (
        MatchStatus.NOT_FOUND,
        (IdentityCode.ID_TYPO,),
        1,
    )
    assert made.facility_codes == (IdentityCode.ID_TYPO,)
    phone = decide(replace(RECORD, number=""), [], [PERSON])
    assert (phone.status, phone.suggestion) == (MatchStatus.NO_ID, (IdentityCode.ID_MISSING,))


def test_of_several_resembling_persons_none_is_suggested() -> None:
    twin = replace(PERSON, number="001090000012")
    made = decide(replace(RECORD, number="001090000002"), [], [PERSON, twin])
    assert (made.suggestion, made.candidate_count) == ((), 2)
    assert made.facility_codes == (MatchCode.NUMBER_UNKNOWN,)


def test_who_is_not_plausible_is_not_suggested() -> None:
    assert decide(replace(RECORD, number=""), [], [STRANGER]).candidate_count == 0


def test_where_the_number_is_anothers_the_right_person_may_be_suggested() -> None:
    record = replace(RECORD, number="001090000002")
    stranger = replace(STRANGER, number="001090000002")
    made = decide(record, [stranger], [PERSON])
    assert (made.status, made.candidate_count) == (MatchStatus.MISMATCH, 1)
    # A holder who is probably the person leaves nothing to suggest.
    assert decide(replace(RECORD, name="Nguyễn An"), [PERSON], [PERSON]).candidate_count == 0


def test_of_a_stranger_with_the_number_only_the_name_is_told() -> None:
    made = decide(RECORD, [STRANGER])
    assert " ".join(made.codes) == "name.different dob.different phone.different sex.different"
    assert " ".join(made.facility_codes) == "name.different"
    # Not even that the dates agree, nor that they do not; what is wrong in itself is told.
    malformed = decide(replace(RECORD, date_of_birth="x", phone="113"), [STRANGER])
    assert " ".join(malformed.facility_codes) == "name.different dob.malformed phone.malformed"


def test_phone_and_sex_of_the_register_are_never_told() -> None:
    made = decide(replace(RECORD, name="Nguyễn An", phone="0912345678"), [PERSON])
    assert " ".join(made.codes) == "name.incomplete phone.different"
    assert " ".join(made.facility_codes) == "name.incomplete"


def test_of_a_person_who_is_only_suggested_no_name_is_told() -> None:
    record = replace(RECORD, name="Nguyên Văn An", number="001090000002")
    made = decide(record, [], [PERSON])
    assert " ".join(made.suggestion) == "name.diacritics id.typo"
    assert " ".join(made.facility_codes) == "id.typo"


def test_a_name_that_surely_lacks_its_marks_is_told_without_a_look_at_the_register() -> None:
    record = replace(RECORD, name="NGUYEN VAN AN", number="001090000002")
    nobody, somebody = decide(record, []), decide(record, [], [PERSON])
    same = decide(record, [], [replace(PERSON, name="NGUYEN VAN AN")])
    assert " ".join(nobody.facility_codes) == "register.number_unknown name.diacritics"
    assert " ".join(somebody.facility_codes) == "name.diacritics id.typo"
    assert somebody.facility_codes == same.facility_codes


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Nguyễn",
        "Nguyễn Văn",
        "Nguyễn Trần Lê Phạm Văn Thị An Anh Bình",
        "Nguyễn Văn (An Anh Bình Chi)",
        "N V An",
    ],
)
def test_a_date_is_not_told_for_a_name_that_many_people_have(name: str) -> None:
    told = {
        decide(replace(RECORD, name=name, date_of_birth=day), [PERSON]).facility_codes
        for day in ("1990-06-05", "1990-05-06", "1990-06-06", "1990-12-24")
    }
    assert len(told) == 1
    (codes,) = told
    assert codes
    assert not any(code.startswith("dob.") for code in codes)


def test_what_the_register_lacks_is_told_so_that_nobody_looks_for_an_own_error() -> None:
    made = decide(RECORD, [replace(PERSON, date_of_birth="")])
    assert " ".join(made.codes) == " ".join(made.facility_codes) == "dob.not_registered"


def test_a_damaged_name_is_no_match_and_nobody_erred() -> None:
    made = decide(replace(RECORD, name="NguyÔn V¨n An"), [PERSON])
    assert made.status is MatchStatus.MISMATCH
    assert " ".join(made.facility_codes) == "name.encoding"
    lost = decide(replace(RECORD, name="Nguy?n V?n An", date_of_birth="1990"), [PERSON])
    assert " ".join(lost.facility_codes) == "name.encoding"


NAMES = st.sampled_from(
    [
        *("Nguyễn Văn An", "NGUYEN VAN AN", "Nguyễn An", "Nguyễn", "Trần Bình", "", "@"),
        *("Ông Nguyễn Văn An", "Nguyễn Văn An (x)", "NguyÔn V¨n An"),
    ]
)
BIRTHS = st.sampled_from(["1990-06-05", "06/05/1990", "1990", "1971-12-24", "x", ""])
NUMBERS = st.sampled_from(["001090000001", "001090000002", "1090000001", "012345678", "12", ""])
PHONES = st.sampled_from(["0701234567", "01201234567", "0912345678", "1", ""])
SEXES = st.sampled_from(["M", "F", ""])
DECLARED = st.builds(Declared, NAMES, BIRTHS, NUMBERS, PHONES, SEXES, st.integers(0, 2))
REGISTERED = st.builds(Registered, NAMES, BIRTHS, NUMBERS, NUMBERS, PHONES, SEXES)


@given(DECLARED, st.lists(REGISTERED, max_size=2), st.lists(REGISTERED, max_size=3))
@_SETTINGS
def test_whatever_is_declared_the_decision_is_in_order(
    declared: Declared, holders: list[Registered], others: list[Registered]
) -> None:
    made = decide(declared, holders, others)
    assert made == decide(declared, holders[::-1], others[::-1])
    assert (made.status is MatchStatus.MATCHED) is (
        len(holders) == 1 and compare(declared, holders[0]).equal
    )
    assert (made.status is MatchStatus.MATCHED) is (not made.codes) is (made.field is None)
    assert bool(made.facility_codes) is (made.status is not MatchStatus.MATCHED)
    # Of the holder of a number who is not named well nothing is told but what is wrong by itself.
    if not {"name.different", "name.incomplete", "name.missing", "name.encoding"} & {*made.codes}:
        assert not {*made.facility_codes} - {*made.codes, *made.suggestion}
    assert len({*made.facility_codes}) == len(made.facility_codes)
    assert not {"phone.different", "sex.different"} & {*map(str, made.facility_codes)}
    assert bool(made.suggestion) is (made.candidate_count == 1)


@given(DECLARED, REGISTERED, REGISTERED)
@_SETTINGS
def test_what_is_told_of_a_stranger_does_not_depend_on_the_strangers_data(
    declared: Declared, one: Registered, other: Registered
) -> None:
    first, second = decide(declared, [one]), decide(declared, [other])
    if "name.different" in first.facility_codes and "name.different" in second.facility_codes:
        assert first.facility_codes == second.facility_codes
