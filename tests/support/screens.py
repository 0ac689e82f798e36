"""Screens of every state, with invented people: what the views are tested with."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from vaxpass_cli.io.sources import Source
from vaxpass_cli.output.advice import advice
from vaxpass_cli.output.plates import plate_of
from vaxpass_cli.scan.desk.desk import buttons_of, finding_of
from vaxpass_cli.scan.desk.screen import Finding, Screen, State
from vaxpass_cli.scan.desk.screen import Shown as OtherDocument
from vaxpass_cli.scan.desk.shift import help_lines
from vaxpass_cli.scan.desk.status import tried
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import Tried

from tests.support.family_documents import verdict_of
from tests.support.world import NOW, make_world
from vaxpass import Code, Outcome, messages
from vaxpass.messages import sentence
from vaxpass.rules import RuleCode
from vaxpass.rules.wording import Amount, Country, Day, RuleReason, Shown, Until, Value

LANGUAGES = ("en", "vi")
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana Hubertine Kunigunde Adelheid"
VIETNAMESE = "Nguyễn-Phước Tôn Nữ Ngọc Huyền Trân Quỳnh Như Đặng Thị Ánh Tuyết Hoàng Thùy Ái Nguyệt Vỹ"
HEBREW = "בן־דוד מרים"
ARABIC = "عبد الرحمن بن محمد الخطيب"
THAI = "ศิริพร ตั้งจิตรเจริญ"
CHINESE = "欧阳 娜娜"
MACHINE = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF<FEATHERSTONEHAUGH<<MAXIMILIANA<HUBERTINE<K"
NO_FONT = "\U0010ff00\U0010ff01\U0010ff02"  # private letters, which no font of a system has
FIELDS = {"on": "2026-05-01", "age": "21", "limit": "14", "made": "2026-05-11"}


def screen(state: State, language: str, **changes: object) -> Screen:
    """A screen as the desk makes it."""
    empty = Screen(
        state=state,
        title=messages.text(f"scan.{state.value}", language),
        badges=(
            messages.text("scan.arrival_no_rules", language, place="VN"),
            messages.text("scan.policy_strict", language),
            messages.text("scan.list_age", language, days=12),
            messages.text("scan.offline", language),
        ),
        keys=messages.text("scan.keys", language),
    )
    return replace(empty, language=language, **changes)  # type: ignore[arg-type]


def with_buttons(shown: Screen) -> Screen:
    """The screen with the buttons that the desk gives it."""
    buttons = buttons_of(
        shown.state,
        shown.language,
        overlay=bool(shown.overlay),
        details=shown.show_details,
        trouble=bool(shown.trouble),
        mute=False,
    )
    return replace(shown, buttons=buttons)


def finding(outcome: Outcome, code: Code | None, language: str, **changes: object) -> Finding:
    """A finding with the real sentences."""
    reason = sentence(code.value, language, "", FIELDS) if code else ""
    found = Finding(
        plate=plate_of(outcome, language, rules_asked=True),
        family=messages.text("family.hcert", language),
        facts=(details(language)[0][1],),
        name="Đặng Thị Ánh Tuyết",
        machine_name="DANG<<THI<ANH<TUYET",
        born=f"{messages.text('panel.born', language)}: 1988-09-21",
        reason=reason,
        advice=advice(outcome, code.value if code else "", language),
        code=code.value if code else "",
        details=details(language),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def details(language: str) -> tuple[tuple[str, str], ...]:
    """Rows as long as real ones."""
    vaccination = (
        f"{messages.text('panel.vaccination', language)}, COVID-19,"
        f" {messages.text('panel.dose', language, dose=2, doses=2)},"
        " Comirnaty, Biontech Manufacturing GmbH, 2026-01-14"
    )
    return (
        (messages.text("panel.certificate", language), vaccination),
        (messages.text("panel.issuer", language), "Ministry of Health of the Invented Republic (XA)"),
        (
            messages.text("panel.signer", language),
            "XA, 3q2+7wECAwQ=, EC P-256, demo trust list of 2026-05-20",
        ),
        (
            messages.text("panel.validity", language),
            messages.text("panel.from_until", language, start="2026-01-15", end="2027-01-15"),
        ),
        (messages.text("panel.checked", language), "2026-06-01T08:15:00Z"),
        (messages.text("panel.source", language), "camera"),
    )


def refused_by_rules(language: str) -> str:
    """A reason as long as those of rules are."""
    values: dict[str, Value] = {
        "dose": Shown("2"),
        "doses": Shown("2"),
        "date": Day(1614729600000.0),
        "age": Amount(634, "day"),
        "country": Country("AT"),
        "limit": Amount(270, "day"),
        "until": Until(1638057600000.0),
    }
    parts = (
        RuleReason(why, values).message(language) for why in (RuleCode.DOSE_TOO_OLD, RuleCode.MET_UNTIL)
    )
    return " ".join(parts)


def judged(name: str, code: Code | None) -> Judged:
    """The verdict about a document of a family, as the desk has it."""
    return Judged(Source("camera", None), verdict_of(name, made_once(), code), NOW)


made_once = cache(make_world)
# What the screens of the families say: each family once, with what is usual for it.
CODES = {
    "icvp": None,
    "smart-health-card": None,
    "vds-nc": Code.VALIDITY_SIGNER_EXPIRED,
    "vds-nc-test": None,
    "divoc": Code.SIGNATURE_MISMATCH,
    "health-link": Code.CONTENT_LINK_NOT_OPENED,
    "medication": Code.TRUST_KEY_UNKNOWN,
    "ddcc": Code.TRUST_TEST_KEY,
}


def screens(language: str) -> dict[str, Screen]:
    """Screens of every kind, by what is special in them."""

    def shown(outcome: Outcome, code: Code | None, **changes: object) -> Screen:
        return screen(
            State.VERDICT,
            language,
            seconds_left=12,
            finding=finding(outcome, code, language, **changes),
        )

    here = messages.text("scan.arrival", language, place="AT")
    austria = (here, *screen(State.VERDICT, language).badges[1:])
    expired = shown(Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    specimen = messages.text("panel.test", language)
    nobody = {"family": "", "facts": (), "name": "", "machine_name": "", "born": "", "details": ()}
    test_mode = messages.text("scan.test_mode", language)
    unknown = (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
    hint = messages.text("scan.hint.brighter", language)
    accepted = (Outcome.ACCEPTED, None)
    country = messages.country("AT", language)
    admitted = messages.text("outcome.admitted", language, country=country)
    families = {
        f"family_{name}": screen(
            State.VERDICT,
            language,
            finding=finding_of(judged(name, code), 0, language),
            seconds_left=12,
        )
        for name, code in CODES.items()
    }
    every = families | {
        "searching": screen(State.SEARCHING, language),
        "searching_test_mode": screen(State.SEARCHING, language, test_mode=test_mode),
        "searching_blocked": screen(
            State.SEARCHING,
            language,
            title=messages.text("scan.blocked", language),
            test_mode=test_mode,
            alerts=(
                messages.text("scan.alert.list_stale", language, days=131, limit=14),
                messages.text("scan.alert.test_mode", language),
            ),
        ),
        "clear_blocked": screen(
            State.CLEAR, language, alerts=(messages.text("scan.alert.no_keys", language),)
        ),
        "reading": screen(State.READING, language),
        "reading_hint": screen(State.READING, language, hint=hint),
        "clear": screen(State.CLEAR, language),
        "trouble": screen(
            State.SEARCHING, language, trouble=messages.text("scan.trouble.lost", language)
        ),
        "trouble_tried": screen(
            State.SEARCHING,
            language,
            trouble=messages.text("scan.trouble.absent", language),
            tried=tried(Tried("Integrated Camera", ("USB 2.0 Camera",)), language),
            alerts=(messages.text("scan.alert.clock", language),),
        ),
        "help": screen(State.SEARCHING, language, overlay=help_lines(language, window=True)),
        "help_over_verdict": replace(expired, overlay=help_lines(language, window=True)),
        "accepted": replace(shown(*accepted, reason=admitted), badges=austria),
        "accepted_as_genuine": shown(
            *accepted,
            plate=plate_of(Outcome.ACCEPTED, language, rules_asked=False),
            reason=sentence("outcome.accepted", language, "", {}),
        ),
        "genuine": shown(Outcome.GENUINE, Code.CONTENT_DETECTED),
        "genuine_unknown_result": shown(Outcome.GENUINE, Code.CONTENT_RESULT_UNKNOWN),
        "accepted_specimen": replace(
            shown(
                *accepted,
                reason=sentence("outcome.specimen", language, "", {}),
                specimen=specimen,
                place=messages.text("scan.place", language, waiting=2),
            ),
            test_mode=test_mode,
        ),
        "rejected": expired,
        "rejected_details": replace(expired, show_details=True),
        "rejected_everything": replace(
            shown(
                Outcome.REJECTED,
                Code.SIGNATURE_MISMATCH,
                name=LONG,
                machine_name=MACHINE,
                specimen=specimen,
                notes=(
                    sentence("trust.list_aging", language, "", FIELDS),
                    messages.text("panel.unverified", language),
                ),
                place=messages.text("scan.place", language, waiting=12),
            ),
            test_mode=test_mode,
            show_details=True,
        ),
        "rules": replace(
            shown(Outcome.REJECTED, Code.RULES_FAILED, reason=refused_by_rules(language)),
            badges=(
                here,
                messages.text("scan.offline", language),
            ),
        ),
        "undecided": shown(*unknown, notes=(messages.text("panel.unverified", language),)),
        "other": shown(Outcome.OTHER, Code.PREFIX_MISSING, **nobody),
        "unreadable": shown(Outcome.UNREADABLE, Code.DEFLATE_TRUNCATED, **nobody),
        "long_name": shown(*unknown, name=LONG, machine_name=MACHINE),
        "vietnamese_name": shown(*accepted, name=VIETNAMESE, machine_name=MACHINE),
        "one_word": shown(*unknown, name="Abcdefgh" * 11, machine_name="ABCDEFGH" * 11),
        "hebrew": shown(*accepted, name=HEBREW, machine_name="BEN<DAVID<<MIRIAM"),
        "thai": shown(*unknown, name=THAI, machine_name="TANGCHITCHAROEN<<SIRIPHON"),
        "chinese": shown(*accepted, name=CHINESE, machine_name="OUYANG<<NANA"),
        "others": replace(
            shown(*accepted, reason=admitted),
            badges=austria,
            others=(
                OtherDocument(
                    plate_of(Outcome.REJECTED, language, rules_asked=True), details(language)[0][1]
                ),
                OtherDocument(
                    plate_of(Outcome.ACCEPTED, language, rules_asked=True),
                    messages.text("family.vds-nc", language),
                ),
            ),
        ),
        "arabic": shown(
            Outcome.REJECTED, Code.VALIDITY_EXPIRED, name=ARABIC, machine_name="ALKHATIB<<ABDULRAHMAN"
        ),
        "no_font": shown(*accepted, name=NO_FONT, machine_name="MASARAM<<GONDI"),
        "no_name": shown(
            *unknown, name=messages.text("panel.not_stated", language), machine_name="", born=""
        ),
    }
    return {name: with_buttons(made) for name, made in every.items()}
