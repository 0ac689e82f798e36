"""What is wrong with the content of a record, before anything is issued."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.issuing_data import AT, GOOD, SECRET, passports
from tests.support.world import World
from vaxpass import decode
from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.identity import IdentityCode
from vaxpass.records import (
    BUILT_IN,
    FIELDS,
    Conditions,
    IssueCode,
    MatchCode,
    Passports,
    Record,
    Refused,
    Terms,
    UvciMaker,
    check_content,
    column_of,
    read_vaccines,
)
from vaxpass.records.content import read_name

TODAY: Final = date(2026, 6, 1)
YELLOW: Final = GOOD._replace(
    sex="Nữ", vaccine="Stamaril", dose="", doses="", vaccinated_on="15/03/2026"
)
NO_FACT: Final = dict.fromkeys(("full_name", "date_of_birth", "vaccine", "dose", "doses"), "")


def test_a_good_record_has_nothing_to_correct() -> None:
    assert check_content(GOOD, TODAY) == ()
    assert check_content(YELLOW, TODAY) == ()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert check_content(GOOD._replace(**NO_FACT, vaccinated_on=""), TODAY) == (
        IssueCode.NAME_MISSING,
        IssueCode.DOB_MISSING,
        IssueCode.VACCINE_MISSING,
        IssueCode.DOSE_MISSING,
        IssueCode.DOSES_MISSING,
        IssueCode.DATE_MISSING,
    )


def test_a_yellow_card_is_checked_without_an_issuer() -> None:
    assert check_content(
        YELLOW._replace(date_of_birth="1990", sex="", batch="", facility=" "), TODAY
    ) == (
        IssueCode.DOB_INCOMPLETE,
        IssueCode.SEX_MISSING,
        IssueCode.BATCH_MISSING,
        IssueCode.FACILITY_MISSING,
    )
    assert check_content(YELLOW._replace(vaccine="sốt vàng"), TODAY) == (IssueCode.VACCINE_SEVERAL,)


def test_the_table_of_the_issuer_decides_which_vaccines_are_known() -> None:
    table = read_vaccines(
        b'[{"product": "X", "holder": "Y", "prophylaxis": "1", "series": 1, "names": ["Stamaril"]}]'
    )
    record = YELLOW._replace(dose="1", doses="1", batch="", sex="")
    assert check_content(record, TODAY, table) == ()
    assert check_content(GOOD, TODAY, table) == (IssueCode.VACCINE_UNKNOWN,)


@pytest.mark.parametrize(
    "record",
    [
        GOOD,
        GOOD._replace(**NO_FACT),
        GOOD._replace(date_of_birth="2022", dose="3"),
        GOOD._replace(full_name="Nguyễn 阮", vaccinated_on="2021-02-30"),
        YELLOW,
        YELLOW._replace(batch="", vaccinated_on="2031-01-01"),
        YELLOW._replace(date_of_birth="2026-03-16", full_name=" ".join(["Nguyễn"] * 13)),
    ],
)
def test_a_record_that_passes_is_issued_and_any_other_is_refused_for_the_same(
    world: World, record: Record
) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("Bộ Y tế", nationality="VNM"))
    issuing = Passports(world.es256.signer(), UvciMaker("VN", SECRET), terms)
    given = issuing.certificate(record)
    codes = given.codes if isinstance(given, Refused) else ()
    assert codes == check_content(record, terms.today, BUILT_IN)


@pytest.mark.parametrize("code", [*IdentityCode, *MatchCode, *IssueCode])
def test_every_code_is_about_a_column(code: IdentityCode | MatchCode | IssueCode) -> None:
    assert column_of(code) in FIELDS


def test_a_dose_that_is_there_twice_is_withdrawn_as_a_record() -> None:
    assert column_of(MatchCode.DOSE_TWICE) == "record_id"
    assert column_of(IssueCode.BATCH_MISSING) == "batch"
    assert column_of(IssueCode.FACILITY_MISSING) == "facility"
    assert column_of(IssueCode.DOSES_MISSING) == column_of(IssueCode.DOSE_SERIES) == "doses"
    assert column_of(IssueCode.DATE_FUTURE) == "vaccinated_on"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        (" -- ", "missing"),
        ("12:00:00 AM", "missing"),
        ("29252", "spreadsheet_number"),
        ("44540.0", "spreadsheet_number"),
        ("4.4E+04", "spreadsheet_number"),
        ("01-02-21", "two_digit_year"),
        ("1-Feb-21", "two_digit_year"),
        ("02/13/2021", "invalid"),
        ("30/02/2021", "invalid"),
        ("đã tiêm", "invalid"),
    ],
)
def test_a_date_that_a_spreadsheet_has_spoiled_is_named_as_that(text: str, reason: str) -> None:
    assert check_content(GOOD._replace(date_of_birth=text), TODAY) == (IssueCode(f"dob.{reason}"),)
    assert check_content(GOOD._replace(vaccinated_on=text), TODAY) == (IssueCode(f"date.{reason}"),)
    assert check_content(YELLOW._replace(vaccinated_on=text), TODAY) == (IssueCode(f"date.{reason}"),)


def test_a_dose_needs_a_whole_day() -> None:
    assert check_content(GOOD._replace(vaccinated_on="02/2021"), TODAY) == (IssueCode.DATE_INVALID,)


@pytest.mark.parametrize("name", ["NguyÔn V¨n An", "Nguyeãn Vaên An", "Nguyá»…n An", "Nguy?n An"])
def test_a_name_that_a_file_has_damaged_is_nobodys_error(world: World, name: str) -> None:
    record = GOOD._replace(full_name=name)
    assert check_content(record, TODAY) == (IssueCode.NAME_ENCODING,)
    assert isinstance(passports(world.es256).issue(record), Refused)


WORDS: Final = (
    *(
        "Ông",
        "Bà",
        "Mr",
        "Anh",
        "Bé",
        "Nguyễn",
        "Hồ",
        "Tôn",
        "Nữ",
        "Công",
        "Rơ",
        "Châm",
        "Ksor",
        "Y",
        "H",
    ),
    *(
        "H'Hen",
        "H'Yơn",
        "K'Brơi",
        "K",
        "A",
        "Ka",
        "Ban",
        "Niê",
        "Văn",
        "An",
        "An.",
        "Lan,",
        "Smith",
        "Ông",
    ),
    *("A", "Ông", "Ống", "Nguyễn", ".", "Đức Anh"),
)


@example("Ông Ông Ông")
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join))
def test_a_passport_has_the_parts_of_the_name_that_were_checked(world: World, name: str) -> None:
    issuing, record = passports(world.es256), GOOD._replace(full_name=name)
    issued, expected = issuing.issue(record), issuing.certificate(record)
    if isinstance(issued, Refused):
        assert issued == expected
    else:
        assert decode(issued.text).without_verification().certificate == expected


@pytest.mark.parametrize("name", ["Ông Nguyễn Văn An", "Mrs. Nguyễn Văn An", "Nguyễn Văn An."])
def test_no_passport_has_a_title_in_its_name(name: str) -> None:
    person = read_name(name)
    assert isinstance(person, Person)
    assert (person.family_name, person.given_name) == ("Nguyễn", "Văn An")


def test_a_dose_that_the_name_of_the_vaccine_contradicts_is_not_certified() -> None:
    assert check_content(GOOD._replace(vaccine="AstraZeneca mũi 2"), TODAY) == ()
    for other in ("AstraZeneca mũi 1", "AstraZeneca mũi 1, mũi 2"):
        assert check_content(GOOD._replace(vaccine=other), TODAY) == (IssueCode.DOSE_SERIES,)
