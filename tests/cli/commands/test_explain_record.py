"""Declaration and vaccination slip beside each other: what to correct, and where."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.records import cleaning_list
from vaxpass_cli.records.cleaning_list import ListLine
from vaxpass_cli.records.issue.worker import RefusedRow

from tests.support.command import Run
from vaxpass.identity import Declared, IdentityCode, Place, explain

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=300)
GOOD = Declared("Nguyễn Văn An", "1990-05-06", "001090000001", "0912345678", "M")
SWAPPED = {Place.DECLARATION: Place.SLIP, Place.SLIP: Place.DECLARATION, Place.EITHER: Place.EITHER}


def changed(**values: object) -> Declared:
    fields = {name: getattr(GOOD, name) for name in Declared.__slots__} | values
    return Declared(**fields)


@pytest.mark.parametrize(
    ("values", "code", "place"),
    [
        ({"name": "NGUYEN VAN AN"}, "name.diacritics", "declaration"),
        ({"name": "Nguyên Văn Ăn"}, "name.diacritics", "either"),
        ({"name": "Nguyễn An"}, "name.incomplete", "declaration"),
        ({"name": "Nguyễn Văn An (con bà Lan)"}, "name.surplus", "declaration"),
        ({"name": "NguyÔn V¨n An"}, "name.encoding", "declaration"),
        ({"name": "NguyễnVăn An"}, "name.split", "either"),
        ({"name": "An Nguyễn Văn"}, "name.order", "either"),
        ({"name": "Nguyễn Văn Anh"}, "name.typo", "either"),
        ({"name": "Trần Thị Bé"}, "name.different", "either"),
        ({"name": " "}, "name.missing", "declaration"),
        ({"date_of_birth": "1990"}, "dob.year_only", "declaration"),
        ({"date_of_birth": "01/01/1990"}, "dob.year_only", "declaration"),
        ({"date_of_birth": "1990-05"}, "dob.month_only", "declaration"),
        ({"date_of_birth": "1990-06-05"}, "dob.day_month_swapped", "either"),
        ({"date_of_birth": "1990-05-07"}, "dob.typo", "either"),
        ({"date_of_birth": "1990-12-24"}, "dob.different", "either"),
        ({"date_of_birth": "31/02/1990"}, "dob.malformed", "declaration"),
        ({"date_of_birth": "May"}, "dob.malformed", "declaration"),
        ({"date_of_birth": "6/5/90"}, "dob.two_digit_year", "declaration"),
        ({"date_of_birth": "32999"}, "dob.spreadsheet_number", "declaration"),
        ({"date_of_birth": ""}, "dob.missing", "declaration"),
        ({"number": ""}, "id.missing", "declaration"),
        ({"number": "1090000001"}, "id.leading_zeros", "declaration"),
        ({"number": "012345678"}, "id.old_cmnd", "declaration"),
        ({"number": "0010900"}, "id.malformed", "declaration"),
        ({"number": "1.09E+09"}, "id.spreadsheet_number", "declaration"),
        ({"number": "OO1090000001"}, "id.letters", "declaration"),
        ({"number": "001090000002"}, "id.typo", "either"),
        ({"number": "001090765432"}, "id.different", "either"),
        ({"phone": "0912345679"}, "phone.different", "either"),
        ({"phone": "12"}, "phone.malformed", "declaration"),
        ({"phone_shared_by": 4}, "phone.shared", "declaration"),
    ],
)
def test_each_error_is_found_where_it_is(values: dict[str, object], code: str, place: str) -> None:
    (found,) = explain(changed(**values), GOOD).corrections
    assert (found.code, found.place) == (code, place)
    (turned,) = explain(GOOD, changed(**values)).corrections
    assert (turned.code, turned.place) == (code, SWAPPED[found.place])
    for language in ("en", "vi"):
        assert "register" not in found.message(language)


def test_a_number_is_checked_against_its_own_side_s_birth_and_sex() -> None:
    found = explain(changed(date_of_birth="1991-05-06"), GOOD).corrections
    assert [(each.code, each.place) for each in found] == [
        (IdentityCode.DOB_TYPO, Place.EITHER),
        (IdentityCode.ID_CHECKS_FAIL, Place.DECLARATION),
    ]


def test_old_phone_prefixes_are_the_same_number() -> None:
    found = explain(changed(phone="01201234567"), changed(phone="0701234567"))
    assert [each.code for each in found.corrections] == ["phone.old_prefix"]
    assert [each.agrees for each in found.fields] == [True] * 5


def test_phone_and_sex_need_not_be_stated_and_cards_of_two_kinds_are_not_compared() -> None:
    found = explain(changed(phone="", sex="", number="012345678"), GOOD)
    assert [each.agrees for each in found.fields] == [True, True, None, None, None]
    assert [each.code for each in found.corrections] == ["id.old_cmnd"]


@pytest.mark.parametrize("name", ["Ông Nguyễn Văn An", "Nguyễn Văn An."])
def test_a_title_on_either_side_is_no_disagreement(name: str) -> None:
    assert not explain(changed(name=name), GOOD).corrections
    assert not explain(GOOD, changed(name=name)).corrections


TEXTS = st.text(max_size=30) | st.text("0123456789/-. ", max_size=14)
STATEMENTS = st.builds(
    Declared,
    TEXTS | st.sampled_from([GOOD.name, "NGUYEN VAN AN"]),
    TEXTS | st.sampled_from([GOOD.date_of_birth, "1990"]),
    TEXTS | st.sampled_from([GOOD.number, "1090000001"]),
    TEXTS,
    TEXTS | st.sampled_from(["M", "Nữ"]),
)


@given(STATEMENTS, STATEMENTS)
@_SETTINGS
def test_anything_can_be_compared_and_the_order_only_turns_the_places(
    one: Declared, other: Declared
) -> None:
    found = {(each.code, each.place) for each in explain(one, other).corrections}
    turned = {(each.code, SWAPPED[each.place]) for each in explain(other, one).corrections}
    assert found == turned
    # What is not the same, or can't be read, is never passed over.
    for each in explain(one, other).fields:
        needed = each.field in ("name", "dob", "id")
        if each.agrees is False or (needed and each.agrees is None):
            assert each.field in {code.field for code, _ in found}
    assert all(each.message("vi") and each.place.message() for each in explain(one, other).corrections)


@given(STATEMENTS)
@_SETTINGS
def test_a_statement_never_disagrees_with_itself(one: Declared) -> None:
    assert all(each.agrees is not False for each in explain(one, one).fields)
    assert all(each.place is not Place.EITHER for each in explain(one, one).corrections)


# The command.

DECLARED = (
    *("--declared", "full_name=NGUYEN VAN AN", "--declared", "date_of_birth=05/06/1990"),
    *("--declared", "id_number=001090000001"),
)
SLIP = {"full_name": "Nguyễn Văn An", "date_of_birth": "06/05/1990", "id_number": "001090000001"}


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    path = tmp_path / "slip.json"
    path.write_text(json.dumps(SLIP | {"vaccine": "Comirnaty", "dose": 2}), encoding="utf-8")
    return path


def test_the_table_and_the_corrections_are_in_both_languages(run: Run, slip: Path) -> None:
    ran = run("explain-record", *DECLARED, "--slip", slip, "--lang", "both")
    assert (ran.code, ran.err) == (1, "")
    assert max(map(len, ran.out.splitlines())) <= 80
    told = " ".join(ran.out.split())
    for part in (
        *("NGUYEN VAN AN", "Nguyễn Văn An", "name.diacritics", "dob.day_month_swapped"),
        "Correct it where it was declared: in the app or on the portal.",
        "Hãy sửa ở nơi đã khai: trên ứng dụng hoặc cổng thông tin.",
        "Day and month of the date of birth are swapped",
    ):
        assert part in told


def test_where_nothing_is_to_be_corrected_the_code_is_0(run: Run, slip: Path) -> None:
    ran = run("explain-record", "--declared", slip, "--slip", slip)
    assert ran.code == 0
    assert "Declaration and slip agree" in ran.out
    assert "Whether the population register agrees" in " ".join(ran.out.split())


def test_pairs_change_what_a_file_says_and_unicode_forms_agree(run: Run, slip: Path) -> None:
    name = normalize("NFD", SLIP["full_name"])
    ran = run(
        *("explain-record", "--declared", slip, "--declared", f"full_name={name}"),
        *("--slip", slip, "--slip", "date_of_birth="),
    )
    assert ran.code == 1
    assert "dob.missing" in ran.out
    assert "name." not in ran.out


def test_json_says_the_same(run: Run, slip: Path) -> None:
    ran = run("explain-record", *DECLARED, "--slip", slip, "--json")
    found = json.loads(ran.out)
    assert list(found) == ["fields", "corrections", "case"]
    assert found["fields"][0] == {
        **{"field": "name", "declared": "NGUYEN VAN AN", "slip": SLIP["full_name"]},
        "agrees": False,
    }
    assert [(each["code"], each["where"]) for each in found["corrections"]] == [
        ("name.diacritics", "declaration"),
        ("dob.day_month_swapped", "either"),
    ]
    assert list(found["corrections"][0]["messages"]) == ["en"]


VACCINE = {"vaccine": "Comirnaty", "dose": "2", "vaccinated_on": "2021-08-01"}


def line(record: str, field: str, codes: str, advice: str, **values: str) -> ListLine:
    columns = dict.fromkeys(ListLine._fields, "") | VACCINE | values
    columns |= {"record_id": record, "field": field, "codes": codes, "advice": advice}
    return ListLine(**columns | {"written": columns.get(field, "")})


@pytest.fixture
def matched(tmp_path: Path) -> Path:
    """Cleaning lists as `vaxpass match` writes them."""
    place = tmp_path / "matched" / "cleaning" / "Ha-Noi-6ac69a" / "TYT-1-38116f.xlsx"
    place.parent.mkdir(parents=True)
    (place.parent.parent / "index.csv").write_text("province,facility,file,cases\n", encoding="utf-8")
    person = SLIP | {"phone": "+84912345678", "sex": "M"}
    lines = [
        line("R1", "full_name", "name.diacritics", "Y.", **person),
        line("R1", "date_of_birth", "dob.typo", "Z.", **person),
        line("R1", "vaccine", "vaccine.unknown", "V.", **person),
        line("R2", "id_number", "register.number_unknown", "Do Z.", full_name="A B"),
        line("R3", "id_number", "id.not_registered", "", full_name="Lê Hoa"),
        line("R4", "phone", "phone.shared", "Shared with 3.", full_name="Lê Hoa"),
        line("R5", "full_name", "name.of_tomorrow", "Ask.", full_name="Lê Hoa"),
    ]
    cleaning_list.write(place, lines, "vi")
    return tmp_path / "matched"


@pytest.fixture
def issued(tmp_path: Path) -> Path:
    """The refusals of `vaxpass issue`."""
    folder = tmp_path / "issued"
    folder.mkdir()
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = Writer(file)
        writer.row(RefusedRow._fields)
        writer.row(RefusedRow("R1", "HN", "A", "match.mismatch dose.repeated", "Said.", ""))
        writer.row(RefusedRow("R8", "HN", "A", "date.future", "Said.", ""))
    return folder


def test_a_case_of_a_match_is_told_whole_and_without_anything_of_the_register(
    run: Run, matched: Path
) -> None:
    ran = run("explain-record", "--matches", matched, "--record", "R1", "--lang", "vi")
    assert ran.code == 1
    told = " ".join(ran.out.split())
    for part in (
        *("Nguyễn Văn An", "+84912345678", "Các chữ cái của họ tên khớp", "name.diacritics"),
        *("dob.typo", "vaccine.unknown", "Cơ sở tiêm chủng cần sửa hồ sơ tiêm"),
    ):
        assert part in told
    # A code that only the match knows has a sentence in this language, too.
    other = run("explain-record", "--matches", matched, "--record", "R2").out
    assert "No person of the register has this identity number" in other


def test_what_the_register_lacks_is_not_to_be_corrected_by_the_facility(
    run: Run, matched: Path
) -> None:
    told = " ".join(run("explain-record", "--matches", matched, "--record", "R3").out.split())
    assert "The entry in the population register has to be changed" in told
    assert "The facility that vaccinated has to correct" not in told


@pytest.mark.parametrize(("record", "said"), [("R4", "Shared with 3."), ("R5", "Ask.")])
def test_what_only_the_list_knows_is_told_in_its_words(
    run: Run, matched: Path, record: str, said: str
) -> None:
    assert said in run("explain-record", "--matches", matched, "--record", record).out


def test_a_record_of_a_match_can_stand_for_the_slip(run: Run, matched: Path) -> None:
    ran = run("explain-record", "--matches", matched, "--record", "R1", *DECLARED, "--json")
    found = json.loads(ran.out)
    assert found["fields"][0]["slip"] == SLIP["full_name"]
    assert found["case"]["codes"] == ["name.diacritics", "dob.typo", "vaccine.unknown"]
    assert [(each["field"], each["where"]) for each in found["case"]["corrections"]] == [
        ("full_name", "record"),
        ("date_of_birth", "record"),
        ("vaccine", "record"),
    ]
    assert [(each["code"], each["where"]) for each in found["corrections"]] == [
        ("name.diacritics", "declaration"),
        ("dob.day_month_swapped", "either_record"),
    ]


def test_beside_a_mismatch_nobody_reads_that_there_is_nothing_to_correct(
    run: Run, matched: Path, slip: Path
) -> None:
    ran = run("explain-record", "--declared", slip, "--matches", matched, "--record", "R1")
    assert ran.code == 1
    assert "agree, and neither" not in ran.out
    assert "What follows has to be corrected in both" in " ".join(ran.out.split())


def test_a_refusal_of_issue_is_told_where_it_says_more(run: Run, matched: Path, issued: Path) -> None:
    lists = ("--matches", matched, "--issued", issued)
    ran = run("explain-record", *lists, "--record", "R1", "--json")
    case = json.loads(ran.out)["case"]
    assert [each["codes"] for each in case["refusals"]] == [["match.mismatch"], ["dose.repeated"]]
    # No list has this record: it was matched, and refused afterwards.
    ran = run("explain-record", *lists, "--record", "R8")
    assert ran.code == 1
    assert "The date of vaccination is in the future" in ran.out


def text_of(path: Path) -> str:
    """The text of a document that has one page."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    (page,) = document
    return normalize("NFC", " ".join(page.get_textpage().get_text_bounded().split()))


def test_the_sheet_for_the_citizen_is_one_page_that_only_the_owner_reads(
    run: Run, matched: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sheet.pdf"
    ran = run(
        *("explain-record", "--matches", matched, "--record", "R1", *DECLARED),
        *("--sheet", out, "--where", "Trạm y tế phường 1, 8-11 giờ"),
    )
    assert ran.code == 1
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = text_of(out)
    for part in (
        *("Những điều cần sửa", "What to bring", "Trạm y tế phường 1, 8-11 giờ", "NGUYEN VAN AN", "R1"),
        *("Ngày và tháng sinh bị đảo chỗ", "Vắc xin / Vaccine"),
    ):
        assert part in told
    # Neither the number nor a date of birth is printed.
    assert "001090000001" not in told
    assert "1990" not in told


def test_a_sheet_has_room_for_everything_on_one_page(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    ran = run(
        *("explain-record", "--declared", "full_name=" + "Nguyễn Thị " * 12 + "阮"),
        *("--declared", "date_of_birth=1/2/80", "--declared", "id_number=9.2E+10"),
        *("--declared", "phone=12", "--slip", "full_name=An (x)", "--slip", "date_of_birth=29252"),
        *("--slip", "id_number=OO1080000011", "--slip", "phone=01201234567", "--slip", "sex=F"),
        *("--declared", "sex=M", "--sheet", out, "--where", "Trạm y tế " * 30),
    )
    assert ran.code == 1
    assert "Tờ này không ghi thông tin nào" in text_of(out)


def test_where_nothing_is_wrong_no_sheet_is_written(run: Run, slip: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    ran = run("explain-record", "--declared", slip, "--slip", slip, "--sheet", out)
    assert ran.code == 0
    assert not out.exists()
    assert "no sheet" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--slip"),
        (("--slip", "full_name=A"), "--declared"),
        (("--declared", "name=A", "--slip", "full_name=A"), "'name' is not known"),
        (("--declared", "full_name= ", "--slip", "full_name=A"), "nothing is stated"),
        (("--declared", "missing.json", "--slip", "full_name=A"), "is neither a file nor"),
        (("--declared", "README.md", "--slip", "full_name=A"), "not a JSON object"),
        (("--matches", "docs", "--record", "R1"), "no cleaning lists"),
        (("--matches", "docs", "--slip", "full_name=A"), "belong together"),
        (("--issued", "docs", "--slip", "full_name=A"), "--issued needs"),
        (("--where", "x", "--slip", "full_name=A"), "--where needs"),
    ],
)
def test_wrong_use_ends_with_a_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run("explain-record", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_number_that_is_no_text_is_refused_for_it_may_have_lost_its_zeros(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "slip.json"
    path.write_text('{"full_name": "A", "id_number": 1090000001}', encoding="utf-8")
    ran = run("explain-record", "--declared", path, "--slip", path)
    assert ran.code == 2
    assert "id_number must be text" in ran.err
    assert "1090000001" not in ran.err


def test_a_record_that_is_in_no_list_is_told(run: Run, matched: Path) -> None:
    ran = run("explain-record", "--matches", matched, "--record", "R9")
    assert ran.code == 2
    assert "nothing is known of this record" in ran.err
