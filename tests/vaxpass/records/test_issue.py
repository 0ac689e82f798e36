"""From a record to a passport: what is issued is what the record says, and verifies."""

from __future__ import annotations

import dataclasses
import string
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.issuing_data import AT, GOOD, SECRET, passports
from tests.support.world import START, World
from vaxpass import Certificate, Kind, NoteCode, decode, encode
from vaxpass.crypto import Algorithm
from vaxpass.documents.hcert.dcc.uvci import checksum
from vaxpass.documents.valuesets import BUILT_IN as VALUE_SETS
from vaxpass.encoding import base45
from vaxpass.encoding.deflate import inflate
from vaxpass.identity import to_icao
from vaxpass.records import (
    BUILT_IN,
    Attested,
    Conditions,
    IssueCode,
    Issued,
    IssuePolicy,
    IssuingError,
    Passports,
    Record,
    Refused,
    StatedDose,
    Terms,
    UvciMaker,
    check_course,
    checksum_holds,
    read_vaccines,
)
from vaxpass.testing import Authority

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạấầẩẫậằắẳẵặèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
PARTIAL = {NoteCode.SCHEMA_DATE_PARTIAL, NoteCode.SCHEMA_NAME_MISSING, NoteCode.SCHEMA_DOSE_ORDER}
NAMES = st.lists(
    st.text(VIETNAMESE, min_size=1, max_size=9).map(str.title), min_size=1, max_size=5
).map(" ".join)
DAYS = st.dates(date(2021, 6, 1), date(2022, 6, 1)).map(date.isoformat)
DOSES = st.sampled_from(
    [
        (name, str(dose), str(max(dose, each.series)))
        for each in BUILT_IN.vaccines
        for name in (each.product, *each.names)
        for dose in range(1, each.series + 2)
    ]
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    vaccine, dose, doses = draw(DOSES)
    born = draw(st.dates(date(1920, 1, 1), date(2016, 1, 1)))
    return GOOD._replace(
        record_id=draw(st.text(string.printable.strip(), min_size=1, max_size=30)).strip() or "R",
        full_name=draw(NAMES),
        date_of_birth=draw(st.sampled_from([f"{born:%Y-%m-%d}", f"{born:%d/%m/%Y}", f"{born:%Y}"])),
        vaccine=vaccine,
        dose=dose,
        doses=doses,
        vaccinated_on=draw(DAYS),
    )


@pytest.mark.slow
@settings(max_examples=150)
@given(records(), st.sampled_from(["es256", "ps256"]), st.integers(1, 9))
def test_what_is_issued_verifies_and_is_the_record(
    world: World, record: Record, key: str, version: int
) -> None:
    issuing = passports(getattr(world, key))
    issued = issuing.issue(record, version)
    assert isinstance(issued, Issued)
    verdict = world.verify(issued.text, AT + timedelta(days=1))
    assert verdict, verdict.reason()
    assert verdict.certificate is not None
    # The same certificate as the general way makes, which checks it strictly.
    certificate = issuing.certificate(record, version)
    assert verdict.certificate == certificate
    person = verdict.certificate.person
    written = (person.family_name_icao, person.given_name_icao)
    assert "<".join(filter(None, written)) == to_icao(record.full_name)
    assert checksum_holds(issued.uvci)
    assert verdict.certificate.entries[0].uvci == issued.uvci
    assert not verdict.notes or {each.code for each in verdict.notes} <= PARTIAL


class Fixed:
    """A signer whose signature does not change."""

    algorithm = Algorithm.ES256
    kid = b"12345678"

    def sign(self, data: bytes) -> bytes:
        return bytes(64)


@given(records())
def test_the_quick_way_writes_the_bytes_of_the_general_one(world: World, record: Record) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("Bộ Y tế"))
    issuing = Passports(Fixed(), UvciMaker("VN", SECRET), terms)
    issued, certificate = issuing.issue(record), issuing.certificate(record)
    assert isinstance(issued, Issued)
    assert isinstance(certificate, Certificate)
    times = {"issued_at": terms.issued_at, "expires_at": terms.expires_at}
    general = encode(certificate, Fixed(), issuer="VN", **times)
    assert message(issued.text) == message(general)


def message(text: str) -> bytes:
    return inflate(base45.decode(text[4:]), 9999)


def test_the_same_record_gets_the_same_identifier_and_another_one_another(world: World) -> None:
    first, second = passports(world.es256), passports(world.ps256, AT + timedelta(days=9))
    found = {
        (record, version): passport.uvci
        for record in ("R1", "R2", "R 1")
        for version in (1, 2)
        for issuing in (first, second)
        if isinstance(passport := issuing.issue(GOOD._replace(record_id=record), version), Issued)
    }
    assert len(set(found.values())) == len(found) == 6
    # Other content changes nothing: a correction is told by its version.
    other = first.issue(GOOD._replace(full_name="Lê Hòa"))
    assert isinstance(other, Issued)
    assert other.uvci == found["R1", 1]
    other_key = UvciMaker("VN", bytes(32))
    assert other_key.make("R1") != found["R1", 1]
    assert other_key.key_id != UvciMaker("VN", SECRET).key_id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"record_id": " "}, IssueCode.RECORD_NO_ID),
        ({"full_name": " "}, IssueCode.NAME_MISSING),
        ({"full_name": "Nguyễn 阮"}, IssueCode.NAME_LETTERS),
        ({"full_name": "Nguyễn ..."}, IssueCode.NAME_LETTERS),
        ({"full_name": "... Nguyễn"}, IssueCode.NAME_LETTERS),
        ({"full_name": "Nguyễn " + "A" * 81}, IssueCode.NAME_TOO_LONG),
        ({"full_name": "Nguyễn " + "ß" * 41}, IssueCode.NAME_TOO_LONG),
        ({"date_of_birth": ""}, IssueCode.DOB_MISSING),
        ({"date_of_birth": "31/02/1990"}, IssueCode.DOB_INVALID),
        ({"date_of_birth": "1890-01-01"}, IssueCode.DOB_INVALID),
        ({"date_of_birth": "2021-09-07"}, IssueCode.DOB_AFTER_DOSE),
        ({"date_of_birth": "2022"}, IssueCode.DOB_AFTER_DOSE),
        ({"vaccine": "Aspirin"}, IssueCode.VACCINE_UNKNOWN),
        ({"vaccine": ""}, IssueCode.VACCINE_MISSING),
        ({"dose": ""}, IssueCode.DOSE_MISSING),
        ({"dose": "0"}, IssueCode.DOSE_INVALID),
        ({"dose": "10"}, IssueCode.DOSE_INVALID),
        ({"doses": ""}, IssueCode.DOSES_MISSING),
        ({"doses": "²"}, IssueCode.DOSES_INVALID),
        ({"dose": "3"}, IssueCode.DOSE_SERIES),
        ({"dose": "1", "doses": "1"}, IssueCode.DOSE_SERIES),
        ({"dose": "2", "doses": "3"}, IssueCode.DOSE_SERIES),
        ({"vaccinated_on": ""}, IssueCode.DATE_MISSING),
        ({"vaccinated_on": "2021-09"}, IssueCode.DATE_INVALID),
        ({"vaccinated_on": "2020-11-30"}, IssueCode.DATE_TOO_EARLY),
        ({"vaccine": "Abdala", "doses": "3", "vaccinated_on": "2021-03-08"}, IssueCode.DATE_TOO_EARLY),
        ({"vaccinated_on": "2026-06-02"}, IssueCode.DATE_FUTURE),
    ],
)
def test_what_can_not_be_right_is_refused_with_its_reason(
    world: World, change: dict[str, str], code: IssueCode
) -> None:
    found = passports(world.es256).issue(GOOD._replace(**change))
    assert found == Refused(change.get("record_id", "R1"), (code,))


def test_every_reason_is_told(world: World) -> None:
    bad = GOOD._replace(full_name="", date_of_birth="x", vaccine="x", dose="", vaccinated_on="")
    found = passports(world.es256).issue(bad)
    assert isinstance(found, Refused)
    assert len(found.codes) == 5


def test_a_day_counts_where_the_person_is(world: World) -> None:
    # Already the second of June in Viet Nam.
    late = passports(world.es256, datetime(2026, 6, 1, 17, 30, tzinfo=START.tzinfo))
    assert isinstance(late.issue(GOOD._replace(vaccinated_on="2026-06-02")), Issued)


@pytest.mark.parametrize(("dose", "doses"), [("1", "1"), ("2", "1"), ("2", "2")])
def test_a_booster_after_a_single_dose_is_written_in_both_ways(
    world: World, dose: str, doses: str
) -> None:
    record = GOOD._replace(vaccine="Janssen", dose=dose, doses=doses)
    assert isinstance(passports(world.es256).issue(record), Issued)


def test_validity_is_a_year_and_never_longer_than_the_signer(world: World) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("MoH"))
    assert terms.expires_at == datetime(2027, 6, 1, tzinfo=START.tzinfo)
    leap = Terms.of(
        world.es256.certificate, datetime(2026, 8, 31, tzinfo=AT.tzinfo), Conditions("M", months=6)
    )
    assert leap.expires_at.date() == date(2027, 2, 28)
    short = world.authority.issue_signer(days=200)
    assert Terms.of(short.certificate, AT, Conditions("MoH")).expires_at == START + timedelta(days=200)
    issued = passports(short).issue(GOOD)
    assert isinstance(issued, Issued)
    assert decode(issued.text).claims.expires_at == START + timedelta(days=200)


def test_a_signer_that_may_not_sign_is_refused(world: World) -> None:
    tests_only = world.authority.issue_signer(days=200, kinds=[Kind.TEST]).certificate
    nowhere = Authority.create("VN", valid_from=START, days=9).issued.certificate
    for certificate, at, conditions in (
        (tests_only, AT, Conditions("MoH")),
        (world.es256.certificate, START - timedelta(days=1), Conditions("MoH")),
        (world.es256.certificate, START + timedelta(days=731), Conditions("MoH")),
        (world.es256.certificate, AT, Conditions(" ")),
        (world.es256.certificate, AT, Conditions("M" * 81)),
        (world.es256.certificate, AT, Conditions("MoH", country="vn")),
        (dataclasses.replace(nowhere, country=None), START, Conditions("MoH")),
    ):
        with pytest.raises(IssuingError):
            Terms.of(certificate, at, conditions)


@pytest.mark.parametrize(
    ("own", "others", "codes"),
    [
        (("2", "2021-09-06"), [("1", "2021-08-01")], ()),
        (("1", "2021-08-01"), [("2", "2021-09-06"), ("3", "2022-01-01")], ()),
        (("2", "2021-09-06"), [("1", "2021-09-06")], (IssueCode.DOSE_ORDER,)),
        (("1", "2021-10-06"), [("2", "06/09/2021")], (IssueCode.DOSE_ORDER,)),
        (("2", "2021-09-06"), [("2", "2021-12-06")], (IssueCode.DOSE_REPEATED,)),
        (("2", "2021-09-06"), [("2", "rubbish"), ("x", "2021-12-06")], (IssueCode.DOSE_REPEATED,)),
        (("x", "2021-09-06"), [("2", "2021-12-06")], ()),
    ],
)
def test_the_doses_of_a_person_come_one_after_the_other(
    own: tuple[str, str], others: list[tuple[str, str]], codes: tuple[IssueCode, ...]
) -> None:
    assert check_course(StatedDose(*own), [StatedDose(*each) for each in others]) == codes


@pytest.mark.parametrize(
    ("policy", "status", "attested", "codes"),
    [
        (IssuePolicy(), "MATCHED", Attested.YES, ()),
        (IssuePolicy(), None, Attested.YES, (IssueCode.MATCH_MISSING,)),
        (IssuePolicy(), "matched", Attested.YES, (IssueCode.MATCH_UNKNOWN,)),
        (IssuePolicy(), "NO_ID", Attested.NO, (IssueCode.MATCH_NO_ID, IssueCode.ATTESTATION_MISSING)),
        (IssuePolicy(allow_unmatched=True), "MISMATCH", Attested.YES, ()),
        (IssuePolicy(allow_unattested=True), "MATCHED", Attested.NO, ()),
        (
            IssuePolicy(allow_unmatched=True, allow_unattested=True),
            "NOT_FOUND",
            Attested.ALTERED,
            (IssueCode.ATTESTATION_ALTERED,),
        ),
    ],
)
def test_the_policy(
    policy: IssuePolicy, status: str | None, attested: Attested, codes: tuple[IssueCode, ...]
) -> None:
    assert policy.refusals(status, attested) == codes


def test_the_checksum_notices_every_typo() -> None:
    good = UvciMaker("VN", SECRET).make("R1")
    assert checksum_holds(good)
    place = good.index("#") - 5
    for letter in "0123456789ABCDEF":
        changed = good[:place] + letter + good[place + 1 :]
        assert checksum_holds(changed) == (changed == good)
    for end in ("", "#", "#?"):
        assert not checksum_holds(good.partition("#")[0] + end)
    with pytest.raises(ValueError, match="capital letters"):
        checksum("urn:uvci")
    with pytest.raises(ValueError, match="32 bytes"):
        UvciMaker("VN", bytes(31))


@pytest.mark.parametrize(
    "change",
    [
        *({"record_id": "R2"}, {"province": "1"}, {"facility": "1"}, {"sex": ""}, {"phone": ""}),
        *({"id_number": ""}, {"batch": ""}, {"date_of_birth": "1990-05-06"}, {"vaccine": "Vaxzevria"}),
        *({"dose": "02"}, {"doses": " 2"}, {"vaccinated_on": "06/09/2021"}),
        *({"full_name": "Nguye\u0302\u0303n  Thi\u0323 Ba\u0309o Duye\u0302n\u200b"},),
    ],
)
def test_spelling_and_what_a_passport_does_not_have_change_no_content(
    world: World, change: dict[str, str]
) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("Bộ Y tế"))
    later = Terms.of(world.ps256.certificate, AT + timedelta(days=9), Conditions("Cục", "LA", 3))
    assert terms.content(GOOD) == later.content(GOOD._replace(**change)) is not None


@pytest.mark.parametrize(
    "change",
    [
        *({"full_name": "Nguyễn Thị Bảo Duyen"}, {"full_name": "NGUYỄN THỊ BẢO DUYÊN"}),
        *({"date_of_birth": "1990"}, {"vaccine": "Pfizer"}, {"dose": "3", "doses": "3"}),
        *({"doses": "1", "dose": "1"}, {"vaccinated_on": "2021-09-07"}, {"full_name": ""}),
    ],
)
def test_whatever_a_passport_says_is_its_content(world: World, change: dict[str, str]) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("Bộ Y tế"))
    assert terms.content(GOOD) != terms.content(GOOD._replace(**change))


def test_a_yellow_card_has_the_batch_and_the_place_as_content(world: World) -> None:
    terms = Terms.of(world.es256.certificate, AT, Conditions("Bộ Y tế"))
    card = GOOD._replace(vaccine="Stamaril", vaccinated_on="1/3/2026", sex="Nữ")
    content = terms.content(card)
    assert content == terms.content(
        card._replace(sex="F", phone="", dose="", vaccinated_on="2026-03-01")
    )
    for change in ({"batch": "X"}, {"facility": "X"}, {"sex": "M"}, {"id_number": "001090000001"}):
        assert content != terms.content(card._replace(**change))


def test_a_person_has_one_pseudonym_which_only_the_key_gives() -> None:
    maker = UvciMaker("VN", SECRET)
    assert maker.number("079190000001") == maker.number(" 79 190 000 001.0\t") != ""
    assert maker.number("") == maker.number(" \t") == maker.person("") == ""
    assert maker.number("không có") == maker.number("kho\u0302ng co\u0301 ")
    assert len({maker.number("1"), maker.person("1"), UvciMaker("VN", bytes(32)).number("1")}) == 3
    assert maker.make("R1") == maker.make("\tR1\u200b")


def test_every_built_in_vaccine_has_codes_of_the_value_sets() -> None:
    names = {"vaccines-covid-19-names": "product", "vaccines-covid-19-auth-holders": "manufacturer"}
    names["sct-vaccines-covid-19"] = "prophylaxis"
    for set_id, field in names.items():
        for each in BUILT_IN.vaccines:
            assert getattr(each, field) in VALUE_SETS.codes(set_id)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"{}", b"[1]", b"[" * 9999, b'[{"product": "A"}]'),
        b'[{"product": "A", "holder": "B", "prophylaxis": "C", "series": 0, "names": []}]',
        b'[{"product": "A", "holder": "B", "prophylaxis": "C", "series": 1, "names": [""]}]',
        b'[{"product": "A", "holder": "B", "prophylaxis": "C", "series": 1, "names": ["-"]}]',
        b'[{"product": "A", "holder": "B", "prophylaxis": "C", "series": 1, "names": [], "x": 1}]',
        b'[{"product": "A", "holder": "B", "prophylaxis": "C", "series": 1, "names": ["x"]},'
        b' {"product": "D", "holder": "B", "prophylaxis": "C", "series": 1, "names": ["X"]}]',
    ],
)
def test_a_table_that_says_nothing_clear_is_refused(data: bytes) -> None:
    with pytest.raises(IssuingError):
        read_vaccines(data)


def test_only_the_chosen_table_counts(world: World) -> None:
    table = read_vaccines(
        b'[{"product": "CoronaVac", "holder": "Sinovac-Biotech", "prophylaxis": "1157024006",'
        b' "series": 2, "names": ["Sinovac"], "first_used": "2021-01-01"}]'
    )
    terms = Terms.of(world.es256.certificate, AT, Conditions("MoH", vaccines=table))
    issuing = Passports(world.es256.signer(), UvciMaker("VN", SECRET), terms)
    assert isinstance(issuing.issue(GOOD._replace(vaccine="SINOVAC")), Issued)
    assert issuing.issue(GOOD) == Refused("R1", (IssueCode.VACCINE_UNKNOWN,))
