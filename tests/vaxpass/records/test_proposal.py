"""A proposal of a facility is followed where it is clear and can be read, and else refused with why."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.identity import IdentityCode
from vaxpass.records import (
    FIELDS,
    IssueCode,
    Proposal,
    ProposalCode,
    Record,
    correct_record,
)

TODAY = date(2026, 1, 1)
RECORD = Record(
    "R1",
    "Hà Nội",
    "Trạm Y tế",
    "NGUYEN VAN AN",
    "1/2/1980",
    "Nam",
    "001080000001",
    "0912345678",
    "Pfizer",
    "1",
    "2",
    "2021-06-01",
    "B 012",
)


def refused(*proposals: Proposal, record: Record = RECORD) -> list[tuple[str, ...]]:
    return [tuple(map(str, each)) for each in correct_record([record], proposals, TODAY).refused]


def test_what_can_be_read_is_followed_and_the_rest_stays_as_written() -> None:
    done = correct_record(
        [RECORD],
        [
            Proposal("full_name", "NGUYEN VAN AN", "Nguyễn Văn Ân"),
            Proposal("dose", "01", "2"),
            Proposal("sex", "M", "Nam"),
        ],
        TODAY,
    )
    assert done.record == RECORD._replace(full_name="Nguyễn Văn Ân", dose="2")
    assert done.changes == (
        ("full_name", "NGUYEN VAN AN", "Nguyễn Văn Ân"),
        ("dose", "1", "2"),
    )
    assert done.refused == ((), (), ())
    assert done.followed == 3


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("date_of_birth", "1980-02-01", "1/3/1980"),
        ("id_number", "1080000001", "001080000002"),
        ("id_number", "001 080 000 001", "012345678"),
        ("phone", "912345678", "0912345679"),
        ("vaccinated_on", "1/6/2021", "2021-07-01"),
        ("vaccine", "PFIZER", "AstraZeneca"),
        ("batch", "B 012", "B 013"),
        ("sex", "M", "Nữ"),
    ],
)
def test_what_was_written_may_come_back_as_a_spreadsheet_shows_it(
    column: str, written: str, value: str
) -> None:
    record = RECORD._replace(sex="") if column == "sex" else RECORD
    written = "" if column == "sex" else written
    done = correct_record([record], [Proposal(column, written, value)], TODAY)
    assert done.refused == ((),)
    assert done.record == record._replace(**{column: value})


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("date_of_birth", "31/2/1980", IssueCode.DOB_INVALID),
        ("date_of_birth", "2/1/2026", IssueCode.DOB_AFTER_DOSE),
        ("id_number", "123", IdentityCode.ID_MALFORMED),
        ("id_number", "001081000001", IdentityCode.ID_CHECKS_FAIL),
        ("id_number", "001180000001", IdentityCode.ID_CHECKS_FAIL),
        ("full_name", "0912", IssueCode.NAME_LETTERS),
        ("sex", "x", ProposalCode.SEX_UNREADABLE),
        ("phone", "12", IdentityCode.PHONE_MALFORMED),
        ("vaccine", "no such thing", IssueCode.VACCINE_UNKNOWN),
        ("dose", "12", IssueCode.DOSE_INVALID),
        ("vaccinated_on", "2/1/2026", IssueCode.DATE_FUTURE),
        ("vaccinated_on", "2021", IssueCode.DATE_INVALID),
        ("batch", "x" * 401, ProposalCode.VALUE_TOO_LONG),
        ("record_id", "R2", ProposalCode.RECORD_WORD),
        ("colour", "red", ProposalCode.COLUMN_UNKNOWN),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_reason(
    column: str, value: str, code: ProposalCode | IssueCode | IdentityCode
) -> None:
    proposal = Proposal(column, getattr(RECORD, column, ""), value)
    done = correct_record([RECORD], [proposal], TODAY)
    assert done.refused == ((code,),)
    assert (done.record, done.changes) == (RECORD, ())
    assert code.message("vi") != code.message("en")


def test_a_number_has_to_fit_the_date_and_the_sex_that_stand_there_afterwards() -> None:
    number = Proposal("id_number", RECORD.id_number, "001381000001")
    others = (Proposal("date_of_birth", "1/2/1980", "1/2/2081"), Proposal("sex", "Nam", "Nữ"))
    assert refused(number) == [("id.checks_fail",)]
    fitting = Proposal("id_number", RECORD.id_number, "001181000001")
    birth = Proposal("date_of_birth", "1/2/1980", "1/2/1981")
    for proposals in permutations((fitting, birth, others[1])):
        assert refused(*proposals) == [(), (), ()]
    # A date that is refused does not count.
    assert refused(number, others[0]) == [("id.checks_fail",), ("dob.after_dose",)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("id_number", "1080000001", "id.malformed"),
        ("date_of_birth", "1/2/80", "dob.two_digit_year"),
        ("vaccine", "Pfizerr", "vaccine.unknown"),
    ],
)
def test_what_can_not_be_read_is_refused_where_it_was_written_before_too(
    column: str, value: str, code: str
) -> None:
    record = RECORD._replace(**{column: value})
    assert refused(Proposal(column, value, value), record=record) == [(code,)]


def test_a_number_that_is_confirmed_may_contradict_another_column() -> None:
    record = RECORD._replace(sex="Nữ")
    number = RECORD.id_number
    assert refused(Proposal("id_number", number, number), record=record) == [()]


def test_that_a_value_does_not_fit_another_column_is_not_its_fault() -> None:
    record = RECORD._replace(vaccinated_on="1921-06-01", doses="1")
    assert refused(
        Proposal("date_of_birth", "1/2/1980", "1/3/1980"), Proposal("dose", "1", "2"), record=record
    ) == [(), ()]


def test_a_record_that_was_changed_since_is_not_overwritten() -> None:
    assert refused(Proposal("full_name", "Trần Văn An", "Trần Văn Ân")) == [("value.changed",)]
    assert refused(Proposal("date_of_birth", "", "1/3/1980")) == [("value.changed",)]
    # What it says already is nobody's conflict.
    assert refused(Proposal("date_of_birth", "", "1980-02-01")) == [()]


def test_different_values_for_one_column_are_all_refused_and_the_same_twice_is_fine() -> None:
    one, same, other = (
        Proposal("date_of_birth", "1/2/1980", value) for value in ("1/3/1980", "1980-03-01", "1/4/1980")
    )
    assert refused(one, same) == [(), ()]
    name = Proposal("full_name", RECORD.full_name, "Nguyễn An")
    assert refused(one, other, same, name) == [*[("value.conflict",)] * 3, ()]


@pytest.mark.parametrize("word", ["withdraw", "WITHDRAW", "rút", "RÚT", "Rut", " ru\u0301t. "])
def test_a_word_withdraws_the_record_and_nothing_else_in_it_is_changed(word: str) -> None:
    dose = Proposal("dose", "1", "2")
    done = correct_record([RECORD], [dose, Proposal("record_id", "R1", word)], TODAY)
    assert done.record is None
    assert done.changes == (("record_id", "R1", ""),)
    assert done.refused == ((ProposalCode.RECORD_WITHDRAWN,), ())
    again = correct_record([], [dose, Proposal("record_id", "R1", word)], TODAY)
    assert (again.record, again.changes) == (None, ())
    assert again.refused == ((ProposalCode.RECORD_UNKNOWN,), ())


def test_of_several_records_with_one_identifier_none_is_corrected() -> None:
    dose = Proposal("dose", "1", "2")
    done = correct_record([RECORD, RECORD._replace(dose="3")], [dose], TODAY)
    assert (done.record, done.changes) == (None, ())
    assert done.refused == ((ProposalCode.RECORD_SEVERAL,),)


_TEXT = st.text(max_size=12) | st.sampled_from(
    ["1", "2", "Nam", "1/3/1980", "Pfizer", "rút", "012345678"]
)
_PROPOSALS = st.lists(
    st.builds(Proposal, st.sampled_from(FIELDS), st.sampled_from(RECORD) | _TEXT, _TEXT), max_size=6
)


@given(proposals=_PROPOSALS, seed=st.randoms(use_true_random=False))
def test_following_twice_changes_nothing_more_and_order_makes_no_difference(
    proposals: list[Proposal], seed: Random
) -> None:
    done = correct_record([RECORD], proposals, TODAY)
    assert len(done.refused) == len(proposals)
    mixed = list(proposals)
    seed.shuffle(mixed)
    other = correct_record([RECORD], mixed, TODAY)
    assert (other.record, other.changes) == (done.record, done.changes)
    again = correct_record([done.record] if done.record else [], proposals, TODAY)
    assert (again.record, again.changes) == (done.record, ())
    before = [not each for each in done.refused]
    assert all(not each for each, followed in zip(again.refused, before, strict=True) if followed)
