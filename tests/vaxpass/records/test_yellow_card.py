"""Records of yellow fever and polio become yellow cards; those of COVID-19 stay EU DCCs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.issuing_data import AT, GOOD, SECRET
from tests.support.world import World
from tests.support.yellow_cards import STAMARIL
from vaxpass import Certificate, VaccinationCertificate
from vaxpass.codes import Kind
from vaxpass.crypto.authority import Authority
from vaxpass.documents.hcert.icvp.catalogue import products
from vaxpass.documents.hcert.icvp.checks import check_writing
from vaxpass.records import (
    Conditions,
    IssueCode,
    Issued,
    IssuingError,
    Passports,
    Record,
    Refused,
    Terms,
    UvciMaker,
    read_vaccines,
)
from vaxpass.records.yellow_card import find_products, read_card

YELLOW = GOOD._replace(
    record_id="Y1",
    facility="Trung tâm Kiểm dịch Y tế",
    sex="Nữ",
    vaccine="Stamaril",
    dose="",
    doses="",
    vaccinated_on="15/03/2026",
    batch=" YF-7 ",
)
TODAY = date(2026, 6, 1)
NATIONAL = Conditions("Bộ Y tế", nationality="VNM")


def passports(world: World, conditions: Conditions = NATIONAL) -> Passports:
    key = world.es256
    terms = Terms.of(key.certificate, AT, conditions)
    return Passports(key.signer(), UvciMaker("VN", SECRET), terms)


def test_a_record_of_yellow_fever_becomes_a_yellow_card(world: World) -> None:
    issuing = passports(world)
    assert issuing.certificate(YELLOW) == VaccinationCertificate(
        name="Nguyễn Thị Bảo Duyên",
        birth_date="1990-05-06",
        sex="female",
        nationality="VNM",
        document_number="079190000001",
        document_type="NI",
        vaccine=STAMARIL,
        date="2026-03-15",
        batch="YF-7",
        clinician="Trung tâm Kiểm dịch Y tế",
        issuer="Bộ Y tế",
        issued_on="2026-06-01",
    )
    issued = issuing.issue(YELLOW)
    assert isinstance(issued, Issued)
    assert issued.text.startswith("HC1:")
    assert issued.uvci == UvciMaker("VN", SECRET).make("Y1")


def test_a_record_of_covid_19_stays_an_eu_dcc(world: World) -> None:
    with_option, without = passports(world), passports(world, Conditions("Bộ Y tế"))
    assert isinstance(with_option.certificate(GOOD), Certificate)
    assert with_option.certificate(GOOD) == without.certificate(GOOD)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"batch": " "}, [IssueCode.BATCH_MISSING]),
        ({"batch": "1" * 81}, [IssueCode.BATCH_MISSING]),
        ({"facility": ""}, [IssueCode.FACILITY_MISSING]),
        ({"sex": "1"}, [IssueCode.SEX_MISSING]),
        ({"id_number": ""}, [IssueCode.NATIONALITY_MISSING]),
        ({"id_number": "012345678"}, [IssueCode.NATIONALITY_MISSING]),
        ({"id_number": "C1234567"}, [IssueCode.NATIONALITY_MISSING]),
        ({"date_of_birth": "1990"}, [IssueCode.DOB_INCOMPLETE]),
        ({"date_of_birth": ""}, [IssueCode.DOB_MISSING]),
        ({"date_of_birth": "16/03/2026"}, [IssueCode.DOB_AFTER_DOSE]),
        ({"vaccinated_on": "31/02/2026"}, [IssueCode.DATE_INVALID]),
        ({"vaccinated_on": "02/06/2026"}, [IssueCode.DATE_FUTURE]),
        ({"vaccine": "sốt vàng"}, [IssueCode.VACCINE_SEVERAL]),
        ({"vaccine": "BIOPOLIO"}, [IssueCode.VACCINE_SEVERAL]),
        ({"full_name": "Αθηνά"}, [IssueCode.NAME_LETTERS]),
        ({"batch": "", "facility": ""}, [IssueCode.BATCH_MISSING, IssueCode.FACILITY_MISSING]),
        ({"record_id": " "}, [IssueCode.RECORD_NO_ID]),
    ],
)
def test_what_a_yellow_card_lacks_is_a_reason(
    world: World, changes: dict[str, str], codes: list[IssueCode]
) -> None:
    found = passports(world).issue(YELLOW._replace(**changes))
    assert isinstance(found, Refused)
    assert list(found.codes) == codes


def test_a_nationality_is_never_inferred(world: World) -> None:
    found = passports(world, Conditions("Bộ Y tế")).issue(YELLOW)
    assert isinstance(found, Refused)
    assert found.codes == (IssueCode.NATIONALITY_MISSING,)


@pytest.mark.parametrize("nationality", ["VN", "vnm", "VIET NAM", "VN1"])
def test_a_nationality_is_a_code_of_three_letters(world: World, nationality: str) -> None:
    with pytest.raises(IssuingError):
        passports(world, Conditions("Bộ Y tế", nationality=nationality))


def test_a_key_for_covid_19_only_signs_no_yellow_card() -> None:
    authority = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=900)
    key = authority.issue_signer(days=700, kinds=frozenset({Kind.VACCINATION}))
    terms = Terms.of(key.certificate, AT, NATIONAL)
    issuing = Passports(key.signer(), UvciMaker("VN", SECRET), terms)
    assert isinstance(issuing.issue(GOOD), Issued)
    found = issuing.issue(YELLOW)
    assert isinstance(found, Refused)
    assert found.codes == (IssueCode.SIGNER_COVID_ONLY,)


def test_an_own_table_of_vaccines_comes_first(world: World) -> None:
    table = read_vaccines(
        b'[{"product": "Stamaril", "holder": "X", "prophylaxis": "1", "series": 1, "names": ["YF"]}]'
    )
    own = passports(world, dataclasses.replace(NATIONAL, vaccines=table))
    found = own.certificate(YELLOW._replace(dose="1", doses="1"))
    assert isinstance(found, Certificate)


def test_every_product_is_found_by_its_whole_name_and_by_its_identifier() -> None:
    for each in products():
        assert find_products(each.id) == (each,)
        whole = f"{each.name or each.vaccine} {each.presentation} {each.manufacturer}"
        assert find_products(whole.upper()) == (each,)


def test_no_vaccine_against_covid_19_is_taken_for_one_of_the_catalogue() -> None:
    for each in Conditions("").vaccines.vaccines:
        for name in (each.product, *each.names):
            assert find_products(name) is None


def test_the_day_of_issue_is_the_local_one(world: World) -> None:
    late = datetime(2026, 6, 1, 20, tzinfo=UTC)  # in Viet Nam it is the next day
    key = world.es256
    issuing = Passports(
        key.signer(), UvciMaker("VN", SECRET), Terms.of(key.certificate, late, NATIONAL)
    )
    found = issuing.certificate(YELLOW._replace(vaccinated_on="02/06/2026"))
    assert isinstance(found, VaccinationCertificate)
    assert found.issued_on == "2026-06-02"
    assert isinstance(issuing.issue(YELLOW), Issued)


@pytest.mark.parametrize("hidden", ["\x1b", "YF\x1b[2J", "YF\u202e7"])
def test_a_batch_or_facility_with_hidden_characters_is_not_signed(hidden: str) -> None:
    for field, code in (("batch", IssueCode.BATCH_MISSING), ("facility", IssueCode.FACILITY_MISSING)):
        record = YELLOW._replace(**{field: hidden})
        assert read_card(record, issuer="Bộ Y tế", nationality="VNM", today=TODAY) == (code,)


@given(
    st.builds(
        Record,
        *[st.text(max_size=90)] * 4,
        st.sampled_from(["6/5/1990", "1990", "", "x"]),
        st.sampled_from(["Nam", "nữ", "", "1"]),
        st.sampled_from(["001090012345", "1", ""]) | st.text(max_size=12),
        st.text(max_size=3),
        st.sampled_from(["Stamaril", "opv", STAMARIL]),
        st.text(max_size=3),
        st.text(max_size=3),
        st.sampled_from(["15/03/2026", "1/1/2030", "", "2026-05-01"]),
        st.text(max_size=90),
    )
)
def test_a_record_that_is_read_can_be_signed(record: Record) -> None:
    found = read_card(record, issuer="Bộ Y tế", nationality="VNM", today=TODAY)
    if isinstance(found, VaccinationCertificate):
        assert not check_writing(found, AT)
    else:
        assert found
