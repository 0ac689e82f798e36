"""Declaration and vaccination slip beside each other: what to correct, and where."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        ({"date_of_birth": ""}, "dob.missing", "declaration"),
        ({"number": ""}, "id.missing", "declaration"),
        ({"number": "1090000001"}, "id.leading_zeros", "declaration"),
        ({"number": "012345678"}, "id.old_cmnd", "declaration"),
        ({"number": "0010900"}, "id.malformed", "declaration"),
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
    assert "nothing to correct" in ran.out


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


HEADINGS = (
    *("record", "full name", "date of birth", "sex", "identity number", "phone", "vaccine", "dose"),
    *("vaccinated on", "Status", "field to correct", "Code", "what to do"),
)


@pytest.fixture
def matched(tmp_path: Path) -> Path:
    """Cleaning lists as `vaxpass match` writes them."""
    place = tmp_path / "matched" / "cleaning" / "Ha-Noi-6ac69a" / "TYT-1-38116f.csv"
    place.parent.mkdir(parents=True)
    (place.parent.parent / "index.csv").write_text("province,facility,file,cases\n", encoding="utf-8")
    vaccine = ("Comirnaty", "2", "2021-08-01")
    rows = [
        list(HEADINGS),
        ["R1", *SLIP.values(), "", "'+84912345678", *vaccine, "MISMATCH", "x", "name.diacritics", "Y."],
        ["R2", "A B", "", "", "", "", *vaccine, "NOT_FOUND", "x", "register.number_unknown", "Do Z."],
    ]
    rows[1][3:5] = "M", SLIP["id_number"]
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return tmp_path / "matched"


def test_a_case_of_a_match_is_told_without_anything_of_the_register(run: Run, matched: Path) -> None:
    ran = run("explain-record", "--matches", matched, "--record", "R1", "--lang", "vi")
    assert ran.code == 1
    for part in ("Nguyễn Văn An", "+84912345678", "Các chữ cái của họ tên khớp", "MISMATCH"):
        assert part in ran.out
    assert "'" not in ran.out
    # A code that only the match knows comes with its own sentence.
    assert "Do Z." in run("explain-record", "--matches", matched, "--record", "R2").out


def test_a_record_of_a_match_can_stand_for_the_slip(run: Run, matched: Path) -> None:
    ran = run("explain-record", "--matches", matched, "--record", "R1", *DECLARED, "--json")
    found = json.loads(ran.out)
    assert found["fields"][0]["slip"] == SLIP["full_name"]
    assert found["case"]["codes"] == ["name.diacritics"]
    assert [each["code"] for each in found["corrections"]] == [
        *("name.diacritics", "dob.day_month_swapped")
    ]


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
    assert "no cleaning list has this record" in ran.err
