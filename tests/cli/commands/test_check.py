"""`vaxpass check`: where a certificate admits its holder, when, and why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.check_desk import AT, RULES, Desk, make_desk, published, squeezed, why_column
from tests.support.command import Run
from tests.support.paths import ROOT
from tests.support.rule_data import data
from tests.support.rule_judging import payload, var
from tests.support.world import DETECTED, NOW, RECOVERY, World, claims, forge, of_result
from tests.support.yellow_cards import yellow_card


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return make_desk(run, world, tmp_path, monkeypatch)


# --- the table ---------------------------------------------------------------------------------


def test_the_table_says_whose_it_is_and_what_each_country_answers(desk: Desk) -> None:
    ran = desk.check(desk.text, "--from", "vn", "--to", "AT", "--to", "it:2026-01-20")
    assert ran.code == 1
    assert ran.err == ""
    assert max(map(len, ran.out.splitlines())) <= 80
    said = squeezed(ran.out)
    for part in (
        "Holder Nguyễn Bảo Duy",
        "TEST - NOT A REAL PASSPORT",
        "Coming from Viet Nam (VN)",
        "Arrival On Answer Why",
        "Austria (AT)",
        "Italy (IT)",
        "✔ admitted",
        "20 January",
    ):
        assert part in said
    assert why_column(ran.out) == (
        "It meets every rule of Austria, until 8 October 2026 if it stays as it is."
        " Dose 2 of 2, given on 12 January 2026, was 8 days ago; Italy accepts it after 14 days. It"
        " will meet this rule from 26 January 2026 on. Vaccine: Comirnaty. Italy accepts only"
        " Spikevax. No other day would change that."
    )


def test_the_table_in_vietnamese(desk: Desk) -> None:
    ran = desk.check(desk.text, "--from", "vn", "--to", "AT", "--to", "IT:2026-01-20", "--lang", "vi")
    assert ran.code == 1
    assert max(map(len, ran.out.splitlines())) <= 80
    said = squeezed(ran.out)
    for part in (
        "Người mang Nguyễn Bảo Duy",
        "Đi từ Việt Nam (VN)",
        "Nơi đến Ngày Kết quả Lý do",
        "Áo (AT)",
    ):
        assert part in said
    assert why_column(ran.out) == (
        "Chứng nhận đáp ứng mọi quy định của Áo, đến hết ngày 8/10/2026 nếu không có gì thay đổi."
        " Mũi 2/2 tiêm ngày 12/1/2026, cách đây 8 ngày; Ý chỉ chấp nhận sau 14 ngày. Chứng nhận sẽ"
        " đáp ứng quy định này từ ngày 26/1/2026. Vắc xin: Comirnaty. Ý chỉ chấp nhận Spikevax."
        " Đổi sang ngày khác cũng không thay đổi điều này."
    )


def test_a_day_is_its_noon_and_a_time_is_itself(desk: Desk) -> None:
    said = squeezed(desk.check(desk.text, "--to", "AT:2026-03-01").out)
    assert "1 March 2026 " in said
    assert "UTC" not in said
    assert "10:30" in squeezed(desk.check(desk.text, "--to", "AT:2026-03-01T10:30").out)
    times = {
        "AT:2026-03-01": "2026-03-01T12:00:00Z",
        "AT:2026-03-01T10:30": "2026-03-01T10:30:00Z",
        "AT:2026-03-01T10:30+07:00": "2026-03-01T03:30:00Z",
        "AT/North:2026-03-01T10:30:15Z": "2026-03-01T10:30:15Z",
        "AT": "2026-06-01T00:00:00Z",
    }
    for asked, at in times.items():
        (leg,) = desk.report(desk.text, "--to", asked)["legs"]
        assert leg["at"] == at
        assert leg["region"] == ("North" if "North" in asked else "")


def test_a_time_with_a_zone_is_shown_in_utc(desk: Desk) -> None:
    for how in (
        ("--to", "AT:2026-03-01T10:30+07:00"),
        ("--to", "AT", "--at", "2026-03-01T10:30+07:00"),
    ):
        ran = desk.check(desk.text, *how, at=None if "--at" in how else AT)
        assert "03:30" in ran.out
        assert "10:30" not in ran.out


def test_a_region_is_judged_and_shown(desk: Desk) -> None:
    ran = desk.check(desk.text, "--to", "AT/North")
    assert ran.code == 1
    assert "(AT), North" in squeezed(ran.out)
    assert "✘ not" in squeezed(ran.out)
    (leg,) = desk.report(desk.text, "--to", "at/north")["legs"]
    assert (leg["country"], leg["region"], leg["code"]) == ("AT", "north", "rules.failed")


def test_a_certificate_that_nobody_vouches_for_is_said_to_be_so(
    desk: Desk, world: World, tmp_path: Path
) -> None:
    other = world.authority.issue_signer(days=700)
    (tmp_path / "list.json").write_bytes(other.certificate.der)
    ran = desk.check(desk.text, "--to", "AT")
    assert ran.code == 1
    assert "The following was not verified." in ran.out
    assert "? not" in squeezed(ran.out)


def test_escapes_in_a_certificate_are_shown_not_obeyed(desk: Desk, world: World) -> None:
    evil = forge(world.es256.signer(), claims(hcert={1: payload(mp="evil\x1b[2J\u202e[bold]")}))
    ran = desk.check(evil, "--to", "IT", "--when")
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert "evil<U+001B>[2J<U+202E>[bold]" in why_column(ran.out).replace(" ", "")


# --- the calendar ------------------------------------------------------------------------------


def test_when_shows_a_plot_and_the_days(desk: Desk) -> None:
    ran = desk.check(
        desk.text, "--to", "AT", "--to", "IT:2026-01-20", "--to", "AT:2026-12-01", "--when"
    )
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line.startswith("Calendar")] == [
        "Calendar: Austria (AT)",
        "Calendar: Italy (IT)",
    ]
    austria = lines[lines.index("Calendar: Austria (AT)") :]
    assert set(austria[1].strip()) == {"█", "·"}
    assert austria[1].strip().startswith("█")
    assert austria[2].count("▲") == 2
    assert austria[3].split()[:3] == ["1", "January", "2026"]
    assert squeezed("\n".join(austria[5:7])) == (
        "1 January 2026 to 8 October 2026 ✔ admitted 9 October 2026 to 31 December 2026 ✘ not admitted"
    )
    vietnamese = desk.check(desk.text, "--to", "AT", "--when", "--lang", "vi").out
    assert "Lịch: Áo (AT)" in vietnamese
    assert "ngày 1/1/2026 đến hết ngày 8/10/2026" in vietnamese


def test_the_days_asked_for_stand_under_their_answers(desk: Desk) -> None:
    for day, mark in (
        ("2026-10-01", "█"),
        ("2026-10-20", "·"),
        ("2026-01-01", "█"),
        ("2026-12-31", "·"),
    ):
        lines = desk.check(desk.text, "--to", f"AT:{day}", "--when").out.splitlines()
        place = lines.index("Calendar: Austria (AT)")
        assert lines[place + 1][lines[place + 2].index("▲")] == mark


@pytest.mark.parametrize("days", [0, 1])
def test_a_certificate_of_a_moment_has_a_calendar(desk: Desk, world: World, days: int) -> None:
    seconds = int(NOW.timestamp())
    text = forge(world.es256.signer(), claims(iat=seconds, exp=seconds + days))
    ran = desk.check(text, "--to", "AT", "--when")
    assert ran.err == ""
    assert ran.code == 0
    assert "Calendar: Austria (AT)" in ran.out


def test_a_rule_that_looks_at_the_clock_otherwise_is_told(desk: Desk) -> None:
    odd = {"if": [{"===": [var("external.validationClock"), "x"]}, False, True]}
    (desk.folder / "rules.json").write_bytes(data(published("AT", 1, odd)))
    ran = desk.check(desk.text, "--to", "AT", "--when")
    assert "A rule looks at the clock in an unusual way" in ran.out
    report = desk.report(desk.text, "--to", "AT", "--when")
    assert report["legs"][0]["good_until"] is None
    assert report["legs"][0]["messages"] == ["It meets every rule of Austria."]
    assert [span["certain"] for span in report["calendars"][0]["spans"]] == [False]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_days_at_the_ends_of_time_are_judged(desk: Desk, day: str) -> None:
    ran = desk.check(desk.text, "--to", f"AT:{day}", "--when")
    assert (ran.code, ran.err) == (1, "")


# --- for machines ------------------------------------------------------------------------------


def test_the_json_has_exactly_the_documented_fields(desk: Desk) -> None:
    found = desk.report(desk.text, "--from", "VN", "--to", "AT", "--to", "IT:2026-01-20", "--when")
    assert list(found) == ["source", "admitted", "from", "legs", "calendars"]
    assert (found["source"], found["admitted"], found["from"]) == ("text", False, "VN")
    austria, italy = found["legs"]
    assert austria == {
        "country": "AT",
        "region": "",
        "at": "2026-06-01T00:00:00Z",
        "outcome": "accepted",
        "code": None,
        "test_key": True,
        "good_until": "2026-10-09T00:00:00Z",
        "messages": ["It meets every rule of Austria, until 8 October 2026 if it stays as it is."],
        "rules": [],
        "warnings": austria["warnings"],
    }
    assert [each["code"] for each in austria["warnings"]] == ["schema.entry_after_issue"]
    assert italy["outcome"] == "rejected"
    assert italy["code"] == "rules.failed"
    assert italy["good_until"] is None
    assert italy["messages"] == [each["message"] for each in italy["rules"]]
    assert italy["rules"][0] == {
        "rule": "VR-IT-0001",
        "version": "1.0.0",
        "status": "fail",
        "code": "rule.dose_too_new",
        "met": "rule.met_from",
        "message": "Dose 2 of 2, given on 12 January 2026, was 8 days ago; Italy accepts it after 14"
        " days. It will meet this rule from 26 January 2026 on.",
    }
    assert [each["country"] for each in found["calendars"]] == ["AT", "IT"]
    assert found["calendars"][0] == {
        "country": "AT",
        "region": "",
        "spans": [
            {
                "start": "2026-01-01T00:00:00Z",
                "end": "2026-10-09T00:00:00Z",
                "outcome": "accepted",
                "code": None,
                "certain": True,
            },
            {
                "start": "2026-10-09T00:00:00.001000Z",
                "end": "2027-01-01T00:00:00Z",
                "outcome": "rejected",
                "code": "rules.failed",
                "certain": True,
            },
        ],
    }
    documented = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    table = documented.partition("`vaxpass check --json`")[2]
    for name in (*found, *austria, *italy["rules"][0], "spans", *found["calendars"][0]["spans"][0]):
        assert f"`{name}`" in table


def test_what_is_open_is_told_to_machines(desk: Desk) -> None:
    (leg,) = desk.report(desk.text, "--to", "FR")["legs"]
    assert (leg["outcome"], leg["code"]) == ("undecided", "rules.open")
    assert leg["rules"] == [
        {
            "rule": "VR-FR-0001",
            "version": "1.0.0",
            "status": "open",
            "code": "rule.open_result",
            "met": None,
            "message": "A rule of France gives no clear answer (VR-FR-0001).",
        }
    ]
    broken = published("FR", 2, True, Version="one")
    (desk.folder / "rules.json").write_bytes(data(*RULES, broken))
    ran = desk.check(desk.text, "--to", "FR", "--json", "--lang", "vi")
    assert "Không dùng được rules.json: VR-FR-0002 nên đã bỏ qua" in ran.err
    (leg,) = json.loads(ran.out)["legs"]
    skipped = leg["rules"][1]
    assert (skipped["rule"], skipped["version"], skipped["code"]) == (None, None, "rule.skipped")
    assert skipped["message"] == "Không đọc được một quy định của Pháp (VR-FR-0002)."


def test_without_a_departure_and_a_calendar_there_is_none(desk: Desk) -> None:
    found = desk.report(desk.text, "--to", "DE")
    assert list(found) == ["source", "admitted", "from", "legs"]
    assert found["from"] is None
    (leg,) = found["legs"]
    assert (leg["outcome"], leg["code"], leg["rules"]) == ("undecided", "rules.none", [])
    assert leg["messages"] == ["No entry rules of Germany are known here for that time."]


def test_a_positive_test_is_left_to_a_person_unless_the_rules_weigh_its_result(
    desk: Desk, world: World, tmp_path: Path
) -> None:
    same = {"===": [var("payload.t.0.tr"), DETECTED]}
    rules = (
        published("XA", 1, {"===": [var("payload.t.0.tg"), "840539006"]}),
        published("XB", 1, same),
        published("XC", 1, {"!": [same]}),
    )
    (tmp_path / "tests.json").write_bytes(data(*rules))
    text = world.issue(of_result(DETECTED))
    for country, code, outcome in (("XA", 3, "genuine"), ("XB", 0, "accepted"), ("XC", 1, "rejected")):
        ran = desk.check(text, "--to", country, "--rules", tmp_path / "tests.json", "--json")
        assert ran.code == code
        (line,) = ran.out.splitlines()
        (leg,) = json.loads(line)["legs"]
        assert leg["outcome"] == outcome


def test_what_a_certificate_says_of_itself_is_told_beside_the_answer_of_the_rules(
    desk: Desk, world: World
) -> None:
    (desk.folder / "rules.json").write_bytes(data(published("XA", 1, True), published("XB", 1, True)))
    ran = desk.check(world.issue(RECOVERY), "--to", "XA:2026-07-01", "--to", "XB:2026-08-02")
    assert ran.code == 0
    assert squeezed(ran.out).count("! ") == 1
    assert "! XB (XB): By its own dates the certificate was valid only until 2026-07-31" in ran.out
    early, late = desk.report(world.issue(RECOVERY), "--to", "XA:2026-07-01", "--to", "XB:2026-08-02")[
        "legs"
    ]
    assert early["warnings"] == []
    assert [each["code"] for each in late["warnings"]] == ["validity.period_over"]


def test_an_infection_that_the_rules_admit_is_told(desk: Desk, world: World) -> None:
    rule = published("XA", 1, {"===": [var("payload.t.0.tr"), DETECTED]})
    (desk.folder / "rules.json").write_bytes(data(rule))
    ran = desk.check(world.issue(of_result(DETECTED)), "--to", "XA", "--lang", "vi")
    assert ran.code == 0
    assert "! Chứng nhận xét nghiệm ghi kết quả dương tính." in ran.out


def test_days_on_which_a_person_must_look_are_not_drawn_as_refused(desk: Desk, world: World) -> None:
    (desk.folder / "rules.json").write_bytes(data(published("XA", 1, True)))
    out = desk.check(world.issue(of_result(DETECTED)), "--to", "XA", "--when").out
    assert "◉◉◉◉◉" in out
    assert "····" not in out
    assert "◉ look at result  · not admitted" in out


# --- yellow cards ------------------------------------------------------------------------------


def test_a_yellow_card_needs_no_rules_of_a_country(run: Run, desk: Desk, world: World) -> None:
    options = ("-t", desk.folder / "list.json", "--test-keys", "--at", AT)
    ran = run("check", yellow_card(world), "--to", "AO", "--when", *options)
    assert (ran.code, ran.err) == (0, "")
    assert "29 August 2026" in squeezed(ran.out)
    assert "The vaccination counts for life" in why_column(ran.out)
    assert "It meets every rule of WHO" in why_column(ran.out)
    assert "No rules of Angola itself" in why_column(ran.out), "nothing of it was asked"
    ran = run("check", yellow_card(world), "--to", "AO:2026-03-05", "--lang", "vi", *options)
    assert ran.code == 1
    assert "từ ngày 11/3/2026" in why_column(ran.out)


def test_other_passports_still_need_them(run: Run, desk: Desk) -> None:
    options = ("-t", desk.folder / "list.json", "--test-keys", "--at", AT)
    ran = run("check", desk.text, "--to", "AO", *options)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "no entry rules" in ran.err


# --- several documents of one holder -----------------------------------------------------------

BOTH = {"if": [var("payload.v.0"), {"if": [var("payload.t.0"), True, False]}, False]}


def of_kind(world: World, group: str, **person: object) -> str:
    return forge(world.es256.signer(), claims(hcert={1: {**payload(group), **person}}))


def test_together_a_vaccination_and_a_test_meet_a_rule_that_needs_both(
    desk: Desk, world: World
) -> None:
    (desk.folder / "rules.json").write_bytes(data(published("XA", 1, BOTH)))
    shown = of_kind(world, "v"), of_kind(world, "t")
    assert desk.check(*shown, "--to", "XA").code == 1
    ran = desk.check(*shown, "--to", "XA", "--together")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("✘") == 2
    assert "Together: " in ran.out
    assert "together meet the entry rules" in why_column(ran.out)
    ran = desk.check(*shown, "--to", "XA", "--together", "--json")
    *alone, line = map(json.loads, ran.out.splitlines())
    assert [each["admitted"] for each in alone] == [False, False]
    assert (ran.code, line["admitted"], line["legs"][0]["counting"]) == (0, True, [0, 1])


def test_together_nobody_is_admitted_by_anothers_document(desk: Desk, world: World) -> None:
    (desk.folder / "rules.json").write_bytes(data(published("XA", 1, BOTH)))
    shown = of_kind(world, "v"), of_kind(world, "t", dob="1990-05-07")
    ran = desk.check(*shown, "--to", "XA", "--together", "--json")
    assert ran.code == 1
    assert len(ran.out.splitlines()) == 2, "each is a holder of its own"


def test_one_document_is_judged_the_same_together_as_alone(desk: Desk) -> None:
    for to in ("AT", "IT", "AT:2026-12-01"):
        asked = (desk.text, "--to", to, "--json")
        assert desk.check(*asked, "--together") == desk.check(*asked)
