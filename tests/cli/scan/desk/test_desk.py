"""The desk: events and keys in, a screen out."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows
from vaxpass_cli.output.advice import advice
from vaxpass_cli.scan.desk.desk import Desk, Surroundings, finding_of
from vaxpass_cli.scan.desk.machine import Timing
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import (
    Ended,
    Event,
    FrameRead,
    Hint,
    InTrouble,
    Reading,
    Recovered,
    TextRead,
    Tried,
    Trouble,
)
from vaxpass_cli.scan.feeds.texts import typed

from tests.support import divoc_documents as divoc
from tests.support import links
from tests.support.family_documents import DOCUMENTS, verdict_of
from tests.support.world import DETECTED, NOW, PERSON, World, claims, forge, make_world, of_result
from vaxpass import Code, Outcome, Verifier, messages
from vaxpass.documents import EventType

np = pytest.importorskip("numpy")
CORNERS = ((10, 10), (90, 10), (90, 90), (10, 90))


class Place:
    """A desk, its time, and the verdicts that it gave."""

    def __init__(
        self,
        world: World,
        *,
        timing: Timing | None = None,
        language: str = "en",
        window: bool = False,
    ) -> None:
        self.given: list[Judged] = []
        self.days = 0
        around = Surroundings(
            judge=lambda text, at: world.verify(text, at=at),
            clock=lambda: NOW + timedelta(days=self.days),
            badges=lambda _, language: (messages.text("scan.offline", language),),
            secret=b"a secret of this shift",
            window=window,
        )
        self.desk = Desk(around, on_verdict=self.given.append, timing=timing, language=language)

    def see(self, now: float, *texts: str, located: bool = False, hint: Hint | None = None) -> Screen:
        reading = Reading(texts, (CORNERS,) * len(texts), CORNERS if located else None, hint)
        return self.handle(now, FrameRead(np.zeros((8, 8), np.uint8), reading, now))

    def handle(self, now: float, event: Event | None = None) -> Screen:
        self.desk.handle(now, event)
        return self.desk.screen(now)

    def press(self, now: float, *keys: str) -> Screen:
        for key in keys:
            self.desk.press(now, key)
        return self.desk.screen(now)


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)


def test_a_good_passport_is_shown_with_name_and_birth_and_no_advice(place: Place, world: World) -> None:
    screen = place.see(0, world.issue())
    finding = screen.finding
    assert finding is not None
    assert screen.state is State.VERDICT
    assert (finding.plate.outcome, finding.plate.word) == (Outcome.ACCEPTED, "ACCEPTED AS GENUINE")
    assert finding.name == f"{PERSON.family_name} {PERSON.given_name}"
    assert finding.machine_name == "NGUYEN<<BAO<DUY"
    assert finding.born == "Date of birth: 1990-05-06"
    assert finding.family == "EU Digital COVID Certificate"
    assert finding.facts == ("Vaccination, COVID-19, Comirnaty, dose 2 of 2, 2025-12-12",)
    assert finding.advice == ""
    assert finding.code == ""


def test_a_binary_code_that_a_camera_reads_is_judged(place: Place, world: World) -> None:
    archive = divoc.archive(divoc.signed(divoc.document())).decode("latin-1")
    finding = place.see(0, archive).finding
    assert finding is not None
    assert (finding.code, finding.name) == ("trust.key_unknown", "Test Person One")
    assert finding.born == "Date of birth: not stated; 41 years old when it was issued"
    # It goes before a passport's verdict as every document does.
    assert len(place.given) == 1


def test_what_a_keyboard_left_of_an_archive_says_what_to_do(place: Place) -> None:
    finding = place.handle(0, TextRead(typed("PKcertificate.json"))).finding
    assert finding is not None
    assert finding.code == "text.keyboard_unfit"
    assert "can't carry" in finding.reason
    assert "serial mode" in finding.advice


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_family_is_told_with_what_is_needed_at_a_glance(
    name: str, language: str, world: World
) -> None:
    judged = Judged(Source("camera", None), verdict_of(name, world), NOW)
    finding = finding_of(judged, 0, language)
    document = DOCUMENTS[name]
    assert finding.family == document_rows.family(document, language)
    assert finding.facts
    said = " ".join(finding.facts)
    assert (document.holder.document_number or "") in said
    for event in document.events:
        date = document_rows.date_of(event, NOW, language) or ""
        assert date in said or event.type is EventType.RECOVERY
    assert (finding.name == "") is (finding.born == "") is (document.link is not None)
    assert "None" not in said
    rows = dict(finding.details)
    assert messages.text("panel.born", language) not in rows, "it stands above"


def test_an_expired_one_says_why_and_what_to_do(place: Place, world: World) -> None:
    place.days = 400
    finding = place.see(0, world.issue()).finding
    assert finding is not None
    assert finding.plate.outcome is Outcome.REJECTED
    assert finding.code == "validity.expired"
    assert "2027-01-01" in finding.reason
    assert finding.advice.startswith("Ask for a document that is in force")


def test_what_nobody_vouches_for_is_marked(place: Place) -> None:
    stranger = make_world().issue()
    finding = place.see(0, stranger).finding
    assert finding is not None
    assert finding.plate.outcome is Outcome.UNDECIDED
    assert (
        finding.advice == "The issuer is not on the list: send the traveller to secondary inspection."
    )
    assert finding.notes[0].startswith("This name was not verified")


def test_of_a_link_that_nobody_vouches_for_no_name_is_spoken_of(place: Place) -> None:
    finding = place.see(0, links.link()).finding
    assert finding is not None
    assert not finding.name
    assert finding.notes[0] == "The following was not verified."


def test_a_genuine_link_is_told_where_rules_are_asked_too(world: World) -> None:
    text = forge(world.es256.signer(), claims(hcert={5: links.link()}))
    verdict = Verifier(world.trust).verify(text, at=NOW, destination="AT")
    assert verdict.code is Code.RULES_NOT_FOR_KIND
    finding = finding_of(Judged(Source("camera", text), verdict, NOW), 0, "en")
    assert finding.plate.outcome is Outcome.UNDECIDED
    assert finding.notes[0].startswith("This is a genuine link to health data, signed by Viet Nam.")


def test_it_is_told_once_however_long_it_is_in_view(place: Place, world: World) -> None:
    text = world.issue()
    for step in range(100):
        place.see(step / 10, text)
    assert [judged.outcome for judged in place.given] == [Outcome.ACCEPTED]
    assert place.desk.shift.total == 1


def test_a_code_of_something_else_is_told_only_where_no_passport_is_meant(
    place: Place, world: World
) -> None:
    link = "https://example.org/"
    finding = place.see(0, link, world.issue()).finding
    assert finding is not None
    assert finding.plate.outcome is Outcome.ACCEPTED
    place.see(0.2, link)
    assert len(place.given) == 1
    screen = place.see(1.5, link)
    assert screen.finding is not None
    assert screen.finding.plate.outcome is Outcome.ACCEPTED, "it does not replace the passport"
    assert [other.plate.outcome for other in screen.others] == [Outcome.OTHER]
    finding = place.see(5.1, link).finding
    assert finding is not None
    assert (finding.plate.outcome, finding.code) == (Outcome.OTHER, "prefix.missing")
    assert finding.advice.startswith("Ask for the code of the health passport")


def test_a_poster_in_the_background_is_told_once_and_takes_no_verdict_away(
    place: Place, world: World
) -> None:
    poster, passport = "https://example.org/poster", world.issue()
    for step in range(20):
        place.see(step / 10, poster)
    place.press(2, "space")
    for step in range(30):
        place.see(2 + step / 10, passport, poster)
    for step in range(100):
        screen = place.see(5 + step / 10, poster)
        assert screen.finding is None or screen.finding.plate.outcome is Outcome.ACCEPTED
    assert [judged.code for judged in place.given] == ["prefix.missing", ""]


def test_space_closes_the_verdict_and_forgets_the_holder(place: Place, world: World) -> None:
    place.see(0, world.issue())
    screen = place.press(1, "space")
    assert screen.state is State.CLEAR
    assert screen.finding is None
    gc.collect()
    kept = [o for o in gc.get_objects() if isinstance(o, Judged) and o not in place.given]
    assert kept == []


def test_the_text_itself_is_not_kept(place: Place, world: World) -> None:
    place.see(0, world.issue())
    assert place.given[0].source.text is None


def test_an_unplugged_camera_clears_the_verdict_and_says_so(place: Place, world: World) -> None:
    place.see(0, world.issue())
    screen = place.handle(1, InTrouble(Trouble.LOST))
    assert screen.finding is None
    assert "unplugged" in screen.trouble
    screen = place.handle(3, Recovered())
    assert screen.trouble == ""
    assert screen.state is State.SEARCHING


def test_a_camera_in_trouble_is_named_with_the_others_and_what_works_without_it(place: Place) -> None:
    screen = place.handle(0, InTrouble(Trouble.ABSENT, Tried("Desk camera", ("Lid", "A\x1b"))))
    assert screen.tried[:2] == (
        "Camera tried: Desk camera.",
        "Other cameras that were found: Lid, A<U+001B>.",
    )
    assert "hand scanner" in screen.tried[2]
    assert place.handle(1, InTrouble(Trouble.ABSENT, Tried("0"))).tried[:2] == (
        "Camera tried: 0.",
        "No other camera was found.",
    )
    assert place.handle(2, Recovered()).tried == ()


def test_what_a_hand_scanner_read_stays_while_more_is_told_of_a_trouble(
    place: Place, world: World
) -> None:
    place.handle(0, InTrouble(Trouble.ABSENT, Tried("0")))
    assert place.handle(1, TextRead(Source("hand scanner", world.issue()))).finding
    screen = place.handle(2, InTrouble(Trouble.ABSENT, Tried("0", ("Lid",))))
    assert screen.finding
    assert "Lid" in screen.tried[1]


def test_what_is_given_again_is_judged_again(place: Place, world: World) -> None:
    text = world.issue()
    for second in range(3):
        place.handle(second / 10, TextRead(Source("a.png", text), again=True))
    assert len(place.given) == 3
    place.handle(0.5, TextRead(Source("hand scanner", text)))
    assert len(place.given) == 3


def test_help_comes_after_a_second_of_a_code_that_is_not_read(place: Place) -> None:
    screen = place.see(0, located=True, hint=Hint.CLOSER)
    assert (screen.state, screen.hint) == (State.READING, "")
    for step in range(1, 12):
        screen = place.see(step / 10, located=True, hint=Hint.CLOSER)
    assert screen.hint == "Bring the code closer to the camera."
    for step in range(12, 40):
        screen = place.see(step / 10, located=True)
    assert screen.hint.startswith("The code can't be read yet")


def test_a_dark_picture_is_told_without_a_code(place: Place) -> None:
    assert "too dark" in place.see(0, hint=Hint.BRIGHTER).hint
    assert place.see(5).hint == ""


def test_keys_switch_language_details_sound_help_and_summary(place: Place, world: World) -> None:
    place.see(0, world.issue())
    screen = place.press(0.1, "l", "d", "m")
    assert screen.finding is not None
    assert screen.finding.plate.word == "CHẤP NHẬN LÀ THẬT"
    assert screen.show_details
    assert screen.finding.details
    assert "Tắt âm" in screen.badges
    assert place.press(0.2, "h").overlay[0] == ("Các phím", "")
    summary = dict(place.press(0.3, "s").overlay)
    assert summary["CHẤP NHẬN"] == "1"
    assert place.press(0.4, "escape").overlay == ()
    assert place.press(0.5, "x", "").state is State.VERDICT


def test_the_help_names_the_keys_that_only_a_window_has(world: World) -> None:
    def keys(window: bool) -> list[str]:
        desk = Place(world, window=window).desk
        desk.press(0.0, "h")
        return [key for key, does in desk.screen(0.0).overlay if does]

    assert keys(window=False) == ["Space, Enter", *"DSLMHQ"]
    assert set(keys(window=True)) - set(keys(window=False)) == {"C", "O", "P", "F11", "Ctrl+V"}


def test_the_buttons_are_those_of_what_can_be_done(place: Place, world: World) -> None:
    def keys(screen: Screen) -> str:
        return " ".join(button.key for button in screen.buttons)

    assert keys(place.handle(0, None)) == "s l m c o p h"
    screen = place.press(0, "m")
    assert screen.buttons[2].label == "Sound on"
    assert keys(place.press(0, "h")) == "escape"
    assert keys(place.handle(1, InTrouble(Trouble.ABSENT))) == "escape"
    assert keys(place.press(1, "escape")) == "c o p l h"
    place.handle(2, Recovered())
    screen = place.see(2, world.issue())
    assert keys(screen) == "space d l h"
    assert screen.buttons[1].label == "Details"
    assert place.press(2, "d").buttons[1].label == "Less"
    vietnamese = place.press(2, "l").buttons
    assert [button.label for button in vietnamese][2:] == ["English", "Trợ giúp"]


def test_it_is_said_that_a_file_is_being_read(place: Place) -> None:
    place.desk.reads_files = True
    assert place.handle(1, None).hint == "The file is being read. Escape ends it."


@pytest.mark.parametrize("key", ["escape", "space", "enter"])
def test_staff_end_the_reading_of_a_file_where_no_verdict_is_shown(place: Place, key: str) -> None:
    place.desk.reads_files = True
    screen = place.handle(1, None)
    assert next((each.key, each.label) for each in screen.buttons) == ("escape", "Stop reading")
    place.desk.press(1.1, key)
    assert place.desk.wants_no_more
    screen = place.handle(1.2, None)
    assert screen.hint == "Reading was ended. What was not read yet is not judged."
    assert "escape" not in [each.key for each in screen.buttons]
    assert place.handle(30, None).hint == ""


def test_a_verdict_of_a_file_is_closed_before_its_reading_is_ended(place: Place, world: World) -> None:
    place.desk.reads_files = True
    place.see(1, world.issue())
    place.desk.press(1.5, "space")
    assert not place.desk.wants_no_more
    place.desk.press(2, "h")
    place.desk.press(2.1, "escape")
    assert not place.desk.wants_no_more
    place.see(3, world.issue(key=world.ps256))
    place.desk.press(3.1, "escape")
    assert place.desk.wants_no_more


def test_details_are_hidden_again_for_the_next_traveller(place: Place, world: World) -> None:
    place.see(0, world.issue())
    assert place.press(0.1, "d").show_details
    place.press(0.2, "space")
    place.handle(1)
    assert not place.see(5, world.issue(key=world.ps256)).show_details


def test_a_source_without_a_text_is_told_with_its_reason(place: Place) -> None:
    finding = place.handle(0, TextRead(Source("photo.png", None, "picture.no_code"))).finding
    assert finding is not None
    assert (finding.plate.outcome, finding.code) == (Outcome.UNREADABLE, "picture.no_code")
    assert finding.reason == "No code was found in the picture."


def test_at_the_end_the_last_verdict_is_still_shown(place: Place, world: World) -> None:
    place.see(0, world.issue())
    place.handle(1, Ended())
    assert place.desk.ended
    assert not place.desk.idle
    place.handle(6)
    place.handle(7)
    assert place.desk.idle


def test_a_countdown_is_shown_in_the_last_minute_only(world: World) -> None:
    place = Place(world, timing=Timing(accepted=120))
    assert place.see(0, world.issue()).seconds_left is None
    assert place.handle(61).seconds_left == 59


def test_every_reason_has_advice_in_both_languages() -> None:
    for code in Code:
        english, vietnamese = (advice(code.outcome, code.value, language) for language in ("en", "vi"))
        assert english
        assert vietnamese
        assert english != vietnamese


def test_every_hint_and_every_trouble_has_its_sentence() -> None:
    for name in (*(f"hint.{hint}" for hint in Hint), *(f"trouble.{trouble}" for trouble in Trouble)):
        for language in messages.LANGUAGES:
            assert messages.text(f"scan.{name}", language).endswith(".")


def test_a_positive_test_shows_its_result_without_a_key(place: Place, world: World) -> None:
    finding = place.see(0, world.issue(of_result(DETECTED))).finding
    assert finding is not None
    assert (finding.plate.outcome, finding.plate.word) == (Outcome.GENUINE, "LOOK AT THE RESULT")
    assert any("DETECTED, 2025-12-30" in note for note in finding.notes)
    assert finding.advice.startswith("Look at the result")
    place.handle(6)
    assert place.desk.screen(6).finding is not None, "it stays longer than an accepted one"
