"""Why a rule is not met, in words: the certificate's own values, and days on which it is met."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import pytest

from tests.support.rule_judging import (
    clock,
    deciding,
    judge,
    on,
    payload,
    plus,
    reason,
    sentences,
    var,
    why,
)
from tests.support.world import NOW
from vaxpass import Status
from vaxpass.rules import RuleCode, SkippedRule
from vaxpass.rules.explain import explain

V, T, R = "payload.v.0.", "payload.t.0.", "payload.r.0."
DT, SC, FR = V + "dt", T + "sc", R + "fr"
VACCINES = "external.valueSets.vaccines-covid-19-names"


class Case(NamedTuple):
    """A rule that is not met, the certificate, and what is said."""

    name: str
    why: RuleCode
    logic: object
    english: str
    vietnamese: str
    content: dict[str, Any] = payload()
    at: datetime = NOW


NEVER = ("No other day would change that.", "Đổi sang ngày khác cũng không thay đổi điều này.")

CASES = [
    Case(
        "dose_too_old",
        RuleCode.DOSE_TOO_OLD,
        {"not-after": [clock(), plus(DT, 90)]},
        "Dose 2 of 2, given on 12 January 2026, was 140 days ago; Austria accepts at most 90 days."
        " It met this rule until 11 April 2026.",
        "Mũi 2/2 tiêm ngày 12/1/2026, cách đây 140 ngày; Áo chỉ chấp nhận tối đa 90 ngày."
        " Chứng nhận đáp ứng quy định này đến hết ngày 11/4/2026.",
    ),
    Case(
        "dose_too_new",
        RuleCode.DOSE_TOO_NEW,
        {"not-before": [clock(), plus(DT, 14)]},
        "Dose 2 of 2, given on 25 May 2026, was 7 days ago; Austria accepts it after 14 days."
        " It will meet this rule from 8 June 2026 on.",
        "Mũi 2/2 tiêm ngày 25/5/2026, cách đây 7 ngày; Áo chỉ chấp nhận sau 14 ngày."
        " Chứng nhận sẽ đáp ứng quy định này từ ngày 8/6/2026.",
        payload(dt="2026-05-25"),
    ),
    Case(
        "dose_ahead",
        RuleCode.DOSE_AHEAD,
        {"not-before": [clock(), plus(DT, 14)]},
        "Dose 2 of 2 is dated 20 June 2026, which has not come yet; Austria does not accept that."
        " It will meet this rule from 4 July 2026 on.",
        "Mũi 2/2 ghi ngày 20/6/2026 là ngày chưa đến; Áo không chấp nhận điều đó."
        " Chứng nhận sẽ đáp ứng quy định này từ ngày 4/7/2026.",
        payload(dt="2026-06-20"),
    ),
    Case(
        "sample_too_old",
        RuleCode.SAMPLE_TOO_OLD,
        {"not-after": [clock(), plus(SC, 24, "hour")]},
        "The sample, taken on 30 May 2026, 01:00 UTC, was 47 hours ago; Austria accepts at most 24"
        " hours. It met this rule until 31 May 2026, 01:00 UTC.",
        "Mẫu xét nghiệm lấy ngày 30/5/2026 lúc 01:00 UTC, cách đây 47 giờ; Áo chỉ chấp nhận tối đa 24"
        " giờ. Chứng nhận đáp ứng quy định này đến ngày 31/5/2026 lúc 01:00 UTC.",
        payload("t"),
    ),
    Case(
        "sample_too_new",
        RuleCode.SAMPLE_TOO_NEW,
        {"not-before": [clock(), plus(SC, 72, "hour")]},
        "The sample, taken on 30 May 2026, 01:00 UTC, was 47 hours ago; Austria accepts it after 72"
        " hours. It will meet this rule from 2 June 2026, 01:00 UTC on.",
        "Mẫu xét nghiệm lấy ngày 30/5/2026 lúc 01:00 UTC, cách đây 47 giờ; Áo chỉ chấp nhận sau 72"
        " giờ. Chứng nhận sẽ đáp ứng quy định này từ ngày 2/6/2026 lúc 01:00 UTC.",
        payload("t"),
    ),
    Case(
        "sample_ahead",
        RuleCode.SAMPLE_AHEAD,
        {"not-before": [clock(), plus(SC, 0, "hour")]},
        "The sample is dated 1 June 2026, 08:00 UTC, which has not come yet; Austria does not accept"
        " that. It will meet this rule from 1 June 2026, 08:00 UTC on.",
        "Mẫu xét nghiệm ghi ngày 1/6/2026 lúc 08:00 UTC là thời điểm chưa đến; Áo không chấp nhận"
        " điều đó. Chứng nhận sẽ đáp ứng quy định này từ ngày 1/6/2026 lúc 08:00 UTC.",
        payload("t", sc="2026-06-01T08:00:00Z"),
    ),
    Case(
        "positive_too_old",
        RuleCode.POSITIVE_TOO_OLD,
        {"not-after": [clock(), plus(FR, 90)]},
        "The first positive test, on 1 February 2026, was 120 days ago; Austria accepts at most 90"
        " days. It met this rule until 1 May 2026.",
        "Kết quả dương tính đầu tiên ngày 1/2/2026, cách đây 120 ngày; Áo chỉ chấp nhận tối đa 90"
        " ngày. Chứng nhận đáp ứng quy định này đến hết ngày 1/5/2026.",
        payload("r"),
    ),
    Case(
        "positive_too_new",
        RuleCode.POSITIVE_TOO_NEW,
        {"not-before": [clock(), plus(FR, 180)]},
        "The first positive test, on 1 February 2026, was 120 days ago; Austria accepts it after 180"
        " days. It will meet this rule from 31 July 2026 on.",
        "Kết quả dương tính đầu tiên ngày 1/2/2026, cách đây 120 ngày; Áo chỉ chấp nhận sau 180 ngày."
        " Chứng nhận sẽ đáp ứng quy định này từ ngày 31/7/2026.",
        payload("r"),
    ),
    Case(
        "positive_ahead",
        RuleCode.POSITIVE_AHEAD,
        {"not-before": [clock(), plus(FR, 180)]},
        "The first positive test is dated 1 July 2026, which has not come yet; Austria does not"
        " accept that. It will meet this rule from 28 December 2026 on.",
        "Kết quả dương tính đầu tiên ghi ngày 1/7/2026 là ngày chưa đến; Áo không chấp nhận điều đó."
        " Chứng nhận sẽ đáp ứng quy định này từ ngày 28/12/2026.",
        payload("r", fr="2026-07-01"),
    ),
    Case(
        "date_passed",
        RuleCode.DATE_PASSED,
        {"not-after": [clock(), plus(R + "du")]},
        "Certificate valid until: 31 July 2026. For Austria that counted until 30 July 2026."
        " It met this rule until 30 July 2026.",
        "Chứng nhận có giá trị đến: ngày 31/7/2026. Đối với Áo, điều này chỉ có giá trị đến hết ngày"
        " 30/7/2026. Chứng nhận đáp ứng quy định này đến hết ngày 30/7/2026.",
        payload("r"),
        on("2026-08-15T09:30:00Z"),
    ),
    Case(
        "date_not_reached",
        RuleCode.DATE_NOT_REACHED,
        {"not-before": [clock(), plus(R + "df", 11)]},
        "Certificate valid from: 30 May 2026. For Austria that counts only from 10 June 2026 on."
        " It will meet this rule from 10 June 2026 on.",
        "Chứng nhận có giá trị từ: ngày 30/5/2026. Đối với Áo, điều này chỉ có giá trị từ ngày"
        " 10/6/2026. Chứng nhận sẽ đáp ứng quy định này từ ngày 10/6/2026.",
        payload("r", df="2026-05-30"),
    ),
    Case(
        "date_too_late",
        RuleCode.DATE_TOO_LATE,
        {"not-after": [plus(R + "du"), plus(R + "df", 30)]},
        "Certificate valid until: 31 July 2026. Austria asks for 14 March 2026 at the latest. "
        + NEVER[0],
        "Chứng nhận có giá trị đến: ngày 31/7/2026. Áo yêu cầu muộn nhất là ngày 14/3/2026. "
        + NEVER[1],
        payload("r"),
    ),
    Case(
        "date_too_early",
        RuleCode.DATE_TOO_EARLY,
        {"not-before": [plus(DT), plus("2026-02-01")]},
        "Date of vaccination: 12 January 2026. Austria asks for 1 February 2026 at the earliest. "
        + NEVER[0],
        "Ngày tiêm: ngày 12/1/2026. Áo yêu cầu sớm nhất là ngày 1/2/2026. " + NEVER[1],
    ),
    Case(
        "date_impossible",
        RuleCode.DATE_IMPOSSIBLE,
        {"not-after": [clock(), plus(DT, 90)]},
        "Date of vaccination: 2026-00-10. There is no such day, so Austria can't count from it. "
        + NEVER[0],
        "Ngày tiêm: 2026-00-10. Không có ngày như vậy nên Áo không thể tính từ đó. " + NEVER[1],
        payload(dt="2026-00-10"),
    ),
    Case(
        "not_accepted",
        RuleCode.NOT_ACCEPTED,
        {"in": [var(V + "mp"), ["EU/1/20/1507", "EU/1/21/1529"]]},
        "Vaccine: Comirnaty. Austria accepts only Spikevax, Vaxzevria. " + NEVER[0],
        "Vắc xin: Comirnaty. Áo chỉ chấp nhận Spikevax, Vaxzevria. " + NEVER[1],
    ),
    Case(
        "not_listed",
        RuleCode.NOT_LISTED,
        {"in": [var(V + "mp"), var(VACCINES)]},
        "Vaccine: Abdala-2. That is not on the list of what Austria accepts. " + NEVER[0],
        "Vắc xin: Abdala-2. Giá trị này không có trong danh mục mà Áo chấp nhận. " + NEVER[1],
        payload(mp="Abdala-2"),
    ),
    Case(
        "excluded",
        RuleCode.EXCLUDED,
        {"!": [{"===": [var(V + "co"), "VN"]}]},
        "Country of the certificate: Viet Nam. Austria does not accept that. " + NEVER[0],
        "Nước ghi trên chứng nhận: Việt Nam. Áo không chấp nhận giá trị này. " + NEVER[1],
    ),
    Case(
        "series_incomplete",
        RuleCode.SERIES_INCOMPLETE,
        {">=": [var(V + "dn"), var(V + "sd")]},
        "This is dose 1 of 2; Austria asks for a complete series. " + NEVER[0],
        "Đây là mũi 1/2; Áo yêu cầu tiêm đủ liệu trình. " + NEVER[1],
        payload(dn=1),
    ),
    Case(
        "number_low",
        RuleCode.NUMBER_LOW,
        {">": [var(V + "dn"), 2]},
        "Dose: 2. Austria asks for 3 or more. " + NEVER[0],
        "Mũi tiêm: 2. Áo yêu cầu từ 3 trở lên. " + NEVER[1],
    ),
    Case(
        "number_high",
        RuleCode.NUMBER_HIGH,
        {"<": [var(V + "sd"), 2]},
        "Doses in the series: 2. Austria asks for 1 or fewer. " + NEVER[0],
        "Số mũi của liệu trình: 2. Áo yêu cầu không quá 1. " + NEVER[1],
    ),
    Case(
        "missing",
        RuleCode.MISSING,
        {"in": [var(V + "ma"), ["ORG-100030215"]]},
        "Manufacturer: not stated. Austria asks for it. " + NEVER[0],
        "Nhà sản xuất: không ghi. Áo yêu cầu có thông tin này. " + NEVER[1],
        payload(ma=...),
    ),
    Case(
        "no_vaccination",
        RuleCode.NO_VACCINATION,
        {"if": [var("payload.v.0"), True, False]},
        "The certificate is not one of vaccination, which Austria asks for. " + NEVER[0],
        "Đây không phải chứng nhận tiêm chủng, loại mà Áo yêu cầu. " + NEVER[1],
        payload("t"),
    ),
    Case(
        "no_test",
        RuleCode.NO_TEST,
        {"if": [var("payload.t"), True, False]},
        "The certificate is not one of a test, which Austria asks for. " + NEVER[0],
        "Đây không phải chứng nhận xét nghiệm, loại mà Áo yêu cầu. " + NEVER[1],
    ),
    Case(
        "no_recovery",
        RuleCode.NO_RECOVERY,
        {"if": [{"!": [var("payload.r.0")]}, False, True]},
        "The certificate is not one of recovery, which Austria asks for. " + NEVER[0],
        "Đây không phải chứng nhận khỏi bệnh, loại mà Áo yêu cầu. " + NEVER[1],
    ),
    Case(
        "several_events",
        RuleCode.SEVERAL_EVENTS,
        {"!": [var("payload.v.1")]},
        "The certificate states several events; Austria accepts one only. " + NEVER[0],
        "Chứng nhận ghi nhiều sự kiện; Áo chỉ chấp nhận một. " + NEVER[1],
        payload() | {"v": payload()["v"] * 2},
    ),
    Case(
        "described",
        RuleCode.DESCRIBED,
        False,
        'Austria asks for what this certificate does not show: "One dose is enough". ' + NEVER[0],
        "Áo yêu cầu điều mà chứng nhận này không thể hiện: “One dose is enough”. " + NEVER[1],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_reason_is_told_in_whole_sentences(case: Case) -> None:
    found = why(case.logic, case.content, case.at)
    assert found.reason.code is case.why
    assert found.message("en") == case.english
    assert found.message("vi") == case.vietnamese


UNSPOKEN: dict[str, Any] = {"Description": []}
OTHER = [
    (
        RuleCode.UNDESCRIBED,
        {"logic": False, **UNSPOKEN},
        "A rule of Austria is not met, and it does not say in words what it asks for (GR-AT-0001)."
        f" {NEVER[0]}",
        "Một quy định của Áo không được đáp ứng và không ghi rõ bằng lời yêu cầu gì (GR-AT-0001)."
        f" {NEVER[1]}",
    ),
    (
        RuleCode.INVALIDATED,
        {"logic": False, "Type": "Invalidation", "Country": "VN"},
        'Viet Nam, which issued the certificate, has declared it invalid: "One dose is enough".'
        f" {NEVER[0]}",
        "Việt Nam, nước cấp chứng nhận, đã tuyên bố chứng nhận không còn giá trị: “One dose is"
        f" enough”. {NEVER[1]}",
    ),
    (
        RuleCode.INVALIDATED_UNDESCRIBED,
        {"logic": False, "Type": "Invalidation", "Country": "VN", **UNSPOKEN},
        "Viet Nam, which issued the certificate, has declared it invalid and gives no reason"
        f" (GR-AT-0001). {NEVER[0]}",
        "Việt Nam, nước cấp chứng nhận, đã tuyên bố chứng nhận không còn giá trị mà không nêu lý do"
        f" (GR-AT-0001). {NEVER[1]}",
    ),
    (
        RuleCode.OPEN_ENGINE,
        {"logic": True, "Engine": "OTHER"},
        "A rule of Austria is written for another program and was not judged (GR-AT-0001).",
        "Một quy định của Áo được viết cho chương trình khác nên không được xét (GR-AT-0001).",
    ),
    (
        RuleCode.OPEN_SCHEMA,
        {"logic": True, "SchemaVersion": "2.0.0"},
        "A rule of Austria is made for certificates of another format version and was not judged"
        " (GR-AT-0001).",
        "Một quy định của Áo dành cho chứng nhận thuộc phiên bản định dạng khác nên không được xét"
        " (GR-AT-0001).",
    ),
    (
        RuleCode.OPEN_EVALUATION,
        {"logic": {"all": [1]}},
        "A rule of Austria can't be applied to this certificate (GR-AT-0001).",
        "Không thể áp dụng một quy định của Áo cho chứng nhận này (GR-AT-0001).",
    ),
    (
        RuleCode.OPEN_RESULT,
        {"logic": 1},
        "A rule of Austria gives no clear answer (GR-AT-0001).",
        "Một quy định của Áo không cho câu trả lời rõ ràng (GR-AT-0001).",
    ),
]


@pytest.mark.parametrize(
    ("code", "of", "english", "vietnamese"), OTHER, ids=[each[0] for each in OTHER]
)
def test_what_names_the_rule_only_is_told_in_whole_sentences(
    code: RuleCode, of: dict[str, Any], english: str, vietnamese: str
) -> None:
    found = why(**of)
    assert found.reason.code is code
    assert found.status is (Status.OPEN if code.startswith("rule.open") else Status.FAIL)
    assert (found.message("en"), found.message("vi")) == (english, vietnamese)


@pytest.mark.parametrize(
    ("country", "english", "vietnamese"),
    [
        (
            "FR",
            "A rule of France could not be read (R-1).",
            "Không đọc được một quy định của Pháp (R-1).",
        ),
        # Whose it is can't be read: it may be one of the country that is asked about.
        (
            None,
            "A rule of France could not be read (R-1).",
            "Không đọc được một quy định của Pháp (R-1).",
        ),
    ],
)
def test_a_skipped_rule_is_told(country: str | None, english: str, vietnamese: str) -> None:
    gone = SkippedRule("list", "R-1", country, "it is damaged")
    (only,) = explain(judge(deciding(True, Country="FR"), country="FR", skipped=(gone,)))
    assert (only.rule, only.status, only.reason.code) == (None, Status.OPEN, RuleCode.SKIPPED)
    assert (only.message("en"), only.message("vi")) == (english, vietnamese)


def test_every_code_is_held_by_a_case() -> None:
    held = {case.why for case in CASES} | {each[0] for each in OTHER} | {RuleCode.SKIPPED}
    met = {RuleCode.MET_UNTIL, RuleCode.MET_FROM, RuleCode.MET_BETWEEN, RuleCode.MET_NEVER}
    assert held | met == set(RuleCode)


# --- the words of the rule ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "english", "vietnamese"),
    [
        ({"vi": "Một mũi.", "en": "One."}, "One", "Một mũi"),
        ({"de": "Eine.", "en": "One."}, "One", "One"),
        ({"de": "Eine."}, "Eine", "Eine"),
        ({"vi": "Một mũi."}, "Một mũi", "Một mũi"),
        ({"en": "  One...  "}, "One", "One"),
        ({"en": "...", "de": "Eine."}, "Eine", "Eine"),
    ],
)
def test_a_rule_is_told_in_the_language_or_in_english_or_in_any(
    texts: dict[str, str], english: str, vietnamese: str
) -> None:
    found = why(False, Description=[{"lang": name, "desc": text} for name, text in texts.items()])
    assert f'show: "{english}". ' in found.message("en")
    assert f"hiện: “{vietnamese}”. " in found.message("vi")


@pytest.mark.parametrize("text", ["", " ", "...", " . "])
def test_a_rule_that_describes_itself_by_nothing_is_not_quoted(text: str) -> None:
    described = [{"lang": "en", "desc": text}]
    assert why(False, Description=described).reason.code is RuleCode.UNDESCRIBED
    found = why(False, Description=described, Type="Invalidation", Country="VN")
    assert found.reason.code is RuleCode.INVALIDATED_UNDESCRIBED


EVIL = "a\x1b[2J\x07\u202eb\x9b{x}{0}%s"
SHOWN = "a<U+001B>[2J<U+0007><U+202E>b<U+009B>{x}{0}%s"


def test_what_could_steer_a_terminal_is_made_harmless() -> None:
    content = payload(mp=EVIL, co=EVIL)
    for logic in (
        {"===": [var(V + "mp"), EVIL + "!"]},
        {"in": [var(V + "co"), [EVIL + "!"]]},
        {"!": [{"===": [var(V + "mp"), EVIL]}]},
    ):
        for language in ("en", "vi"):
            told = why(logic, content).message(language)
            assert SHOWN in told
            assert told.isprintable()
    told = why(False, Description=[{"lang": "en", "desc": EVIL}]).message()
    assert told.isprintable()
    assert "{x}{0}%s" in told
    gone = SkippedRule("list", EVIL, None, "it is damaged")
    (only,) = explain(judge(deciding(True), skipped=(gone,)))
    assert only.message().isprintable()
    impossible = payload(dt="2026-13-01\x1b[2J")
    assert why({"not-after": [clock(), plus(DT)]}, impossible).message().isprintable()


def test_a_value_of_any_length_leaves_a_sentence_that_can_be_read() -> None:
    assert len(reason({"===": [var(V + "mp"), "x"]}, payload(mp="y" * 4000))) < 500


# --- all together ------------------------------------------------------------------------------


def test_what_failed_is_told_before_what_is_open() -> None:
    rules = (
        deciding({"all": []}, Identifier="GR-XA-0001"),
        deciding(False, Identifier="GR-XA-0002"),
        deciding(1, Identifier="GR-XA-0003"),
        deciding(False, Identifier="GR-VN-0001", Country="VN", Type="Invalidation"),
    )
    gone = SkippedRule("list", "GR-XA-0004", "XA", "it is damaged")
    found = list(explain(judge(*rules, skipped=(gone,))))
    assert [each.rule.identifier if each.rule else None for each in found] == (
        ["GR-XA-0002", "GR-VN-0001", "GR-XA-0001", "GR-XA-0003", None]
    )
    assert [each.status for each in found] == [Status.FAIL] * 2 + [Status.OPEN] * 3


def test_what_passed_is_not_told() -> None:
    assert list(explain(judge(deciding(True)))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_sentence_begins_with_a_capital_and_ends_with_a_full_stop(case: Case) -> None:
    found = why(case.logic, case.content, case.at)
    for language in ("en", "vi"):
        for told in sentences(found.message(language)):
            assert told[0].isupper() or told[0].isdigit()
            assert told.endswith(".")
