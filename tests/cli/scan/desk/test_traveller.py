"""What a traveller shows until the next one comes: the best document is on show, all are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.machine import Timing
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.desk.traveller import Judged, holder_of
from vaxpass_cli.scan.feeds.events import TextRead

from tests.support.rule_data import rule
from tests.support.rule_judging import austrian, clock, payload, plus, var, verifier
from tests.support.world import (
    DETECTED,
    NOW,
    START,
    World,
    claims,
    forge,
    make_world,
)
from vaxpass import Outcome, decode
from vaxpass.journey import verify_together
from vaxpass.rules import Rule

WORLD = make_world()
OTHER_PERSON = {"nam": {"fn": "Trần", "fnt": "TRAN", "gn": "An", "gnt": "AN"}, "dob": "1970-01-01"}
RULES = (
    austrian({"if": [var("payload.v.0"), {"if": [var("payload.t.0"), True, False]}, False]}, 1),
    rule(
        Country="AT",
        Identifier="TR-AT-0001",
        CertificateType="Test",
        Logic={"not-after": [clock(), plus("payload.t.0.sc", 72, "hour")]},
    ),
)


def text_of(group: str, world: World = WORLD, *, of_other: bool = False, **entry: object) -> str:
    content = {**payload(group, **entry), **(OTHER_PERSON if of_other else {})}
    return forge(world.es256.signer(), claims(hcert={1: content}))


DOSE, SAMPLE, RECOVERY = text_of("v"), text_of("t"), text_of("r")
OLD_SAMPLE = text_of("t", sc="2026-05-20T08:00:00+07:00")
POSITIVE = text_of("t", tr=DETECTED)
EXPIRED = forge(WORLD.es256.signer(), claims(hcert={1: payload("v")}, exp=int(START.timestamp()) + 9))
FORGED = forge(
    make_world().es256.signer(),
    claims(hcert={1: payload("r")}),
    protected={1: -7, 4: WORLD.es256.signer().kid},
)
UNKNOWN = text_of("v", make_world())
TRAN = text_of("v", of_other=True)
TRANS_SAMPLE = text_of("t", of_other=True)
LINK, NOTHING = "https://example.org", Source("photo.png", None, "picture.no_code")


class Counter:
    """A desk with rules or without, and what was shown at it."""

    def __init__(self, *rules: Rule, timing: Timing | None = None) -> None:
        self.given: list[Judged] = []
        self.now = 0.0
        self.judge = judge = verifier(WORLD, *rules)
        self.destination = destination = "AT" if rules else None
        around = Surroundings(
            judge=lambda text, at: judge.verify(text, at=at, destination=destination),
            clock=lambda: NOW,
            badges=lambda *_: (),
            secret=b"a secret of this shift",
            camera=False,
            together=lambda documents, at: verify_together(
                judge, documents, at=at, destination=destination
            ),
        )
        self.desk = Desk(around, on_verdict=self.given.append, timing=timing)

    def show(self, *shown: str | Source, after: float = 0.1) -> Screen:
        for each in shown:
            self.now += after
            source = each if isinstance(each, Source) else Source("a", each)
            self.desk.handle(self.now, TextRead(source))
        return self.desk.screen(self.now)

    def accepts(self, texts: Sequence[str]) -> bool:
        """Whether these documents of one holder are accepted, alone or together."""
        return bool(texts) and bool(
            verify_together(
                self.judge, [decode(text) for text in texts], at=NOW, destination=self.destination
            )
        )

    def wait(self, seconds: float) -> Screen:
        self.now += seconds
        self.desk.handle(self.now, None)
        return self.desk.screen(self.now)

    def next(self) -> Screen:
        self.desk.press(self.now, "space")
        return self.desk.screen(self.now)


def plate(screen: Screen) -> Outcome | None:
    return screen.finding.plate.outcome if screen.finding else None


def listed(screen: Screen) -> list[Outcome]:
    return [other.plate.outcome for other in screen.others]


def test_a_second_document_of_the_holder_joins_the_first_at_once() -> None:
    screen = Counter().show(EXPIRED, DOSE)
    assert plate(screen) is Outcome.ACCEPTED
    assert listed(screen) == [Outcome.REJECTED]
    assert "expired" in screen.others[0].text
    assert "EU Digital COVID Certificate" in screen.others[0].text


def test_a_worse_one_is_listed_and_replaces_nothing() -> None:
    screen = Counter().show(DOSE, EXPIRED, UNKNOWN, LINK, NOTHING)
    assert plate(screen) is Outcome.ACCEPTED
    assert listed(screen) == [
        Outcome.REJECTED,
        Outcome.UNDECIDED,
        Outcome.OTHER,
        Outcome.UNREADABLE,
    ]
    assert screen.others[3].text == "No code was found in the picture."


def test_of_two_equally_good_ones_the_last_is_on_show() -> None:
    screen = Counter().show(DOSE, SAMPLE)
    assert screen.finding is not None
    assert "Test" in screen.finding.facts[0]
    assert "Vaccination" in screen.others[0].text


def test_what_was_shown_before_the_passport_is_listed_with_it() -> None:
    screen = Counter().show(LINK, NOTHING, DOSE)
    assert plate(screen) is Outcome.ACCEPTED
    assert listed(screen) == [Outcome.OTHER, Outcome.UNREADABLE]


def test_another_holder_is_the_next_traveller_and_never_mixed_in() -> None:
    counter = Counter()
    screen = counter.show(DOSE, TRAN)
    assert screen.finding is not None
    assert "Bảo Duy" in screen.finding.name
    assert screen.others == ()
    screen = counter.wait(1.5)
    assert screen.finding is not None
    assert screen.finding.name == "Trần An"
    assert screen.others == ()


def test_a_document_of_one_who_waits_joins_that_one() -> None:
    counter = Counter()
    counter.show(DOSE, TRAN, SAMPLE, text_of("t", of_other=True))
    screen = counter.next()
    assert screen.finding is not None
    assert screen.finding.name == "Trần An"
    assert len(screen.others) == 1
    assert counter.next().finding is None


def test_next_ends_the_traveller_with_everything_that_was_shown() -> None:
    counter = Counter()
    counter.show(DOSE, LINK, EXPIRED)
    assert counter.next().state is State.CLEAR
    screen = counter.show(UNKNOWN, after=3)
    assert plate(screen) is Outcome.UNDECIDED
    assert screen.others == ()


def test_the_time_begins_again_where_a_document_joins() -> None:
    counter = Counter()
    counter.show(DOSE)
    counter.show(SAMPLE, after=4)
    assert counter.wait(4.5).finding is not None
    assert counter.wait(0.6).finding is None


def test_what_names_nobody_keeps_no_verdict_on_show_and_is_seen_after_it() -> None:
    counter = Counter()
    counter.show(DOSE)
    counter.show(NOTHING, after=4)
    screen = counter.wait(1.1)
    assert plate(screen) is Outcome.UNREADABLE, "it may be another person's"
    assert screen.others == ()
    assert plate(counter.wait(14)) is Outcome.UNREADABLE
    assert plate(counter.wait(2)) is None


def test_the_next_holder_takes_over_what_names_nobody_with_the_one_before() -> None:
    counter = Counter()
    counter.show(DOSE, LINK, TRAN)
    screen = counter.wait(2)
    assert screen.finding is not None
    assert screen.finding.name == "Trần An"


@pytest.mark.parametrize(
    ("bad", "said"),
    [(FORGED, "signature"), (POSITIVE, "infection")],
    ids=["forged", "positive"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_forged_or_positive_is_never_hidden(bad: str, said: str, turned: bool) -> None:
    counter = Counter()
    screen = counter.show(*((bad, DOSE) if turned else (DOSE, bad)))
    assert plate(screen) is Outcome.ACCEPTED
    assert screen.finding is not None
    assert said in screen.finding.notes[0]
    assert screen.finding.notes[0].startswith("Another document that was shown: ")
    assert plate(counter.wait(6)) is Outcome.ACCEPTED, "it stays as long as one that is not accepted"


def test_a_vaccination_and_a_test_are_admitted_together() -> None:
    counter = Counter(*RULES)
    screen = counter.show(DOSE)
    assert plate(screen) is Outcome.REJECTED
    screen = counter.show(SAMPLE)
    finding = screen.finding
    assert finding is not None
    assert (finding.plate.outcome, finding.plate.word) == (Outcome.ACCEPTED, "ACCEPTED")
    assert "together meet the entry rules of Austria: Vaccination, Test" in finding.reason
    assert (finding.advice, finding.code, finding.path) == ("", "", "")
    assert len(finding.facts) == 2
    assert listed(screen) == [Outcome.ACCEPTED]
    assert counter.wait(5.1).finding is None, "as an accepted one"
    assert [judged.outcome for judged in counter.given] == [Outcome.REJECTED, Outcome.REJECTED]
    assert counter.desk.shift.total == 2, "each document is counted"


@pytest.mark.parametrize("turned", [False, True])
def test_a_test_that_is_too_old_is_the_reason_not_that_there_is_none(turned: bool) -> None:
    documents = (DOSE, OLD_SAMPLE)
    screen = Counter(*RULES).show(*(reversed(documents) if turned else documents))
    assert screen.finding is not None
    assert screen.finding.plate.outcome is Outcome.REJECTED
    assert "72 hours" in screen.finding.reason
    assert screen.finding.code == "rules.failed"
    assert screen.finding.advice


def test_the_reason_is_that_of_the_document_on_show() -> None:
    """What is worst of all and came first does not speak for it."""
    counter = Counter(*RULES)
    finding = counter.show(EXPIRED, OLD_SAMPLE, RECOVERY).finding
    shown = counter.given[-1].verdict
    assert finding is not None
    assert shown is not None
    assert finding.reason == shown.reason("en")


def test_anothers_test_does_not_complete_a_vaccination() -> None:
    counter = Counter(*RULES)
    counter.show(DOSE, text_of("t", of_other=True))
    assert plate(counter.desk.screen(counter.now)) is Outcome.REJECTED
    assert plate(counter.wait(2)) is Outcome.REJECTED


def test_a_forged_test_completes_nothing_and_a_good_one_beside_it_does() -> None:
    counter = Counter(*RULES)
    screen = counter.show(DOSE, FORGED)
    assert plate(screen) is Outcome.REJECTED
    screen = counter.show(SAMPLE)
    assert plate(screen) is Outcome.ACCEPTED
    assert screen.finding is not None
    assert "signature" in screen.finding.notes[0]


def test_details_stay_open_while_the_same_document_is_on_show() -> None:
    counter = Counter()
    counter.show(DOSE)
    counter.desk.press(counter.now, "d")
    assert counter.show(EXPIRED).show_details
    assert not counter.show(SAMPLE).show_details


def test_the_words_follow_the_language_and_what_waits() -> None:
    counter = Counter(*RULES)
    before = counter.show(DOSE, OLD_SAMPLE)
    assert before == counter.desk.screen(counter.now)
    counter.desk.press(counter.now, "l")
    after = counter.desk.screen(counter.now)
    assert after.finding != before.finding
    assert after.others != before.others
    waits = counter.show(TRAN)
    assert waits.finding is not None
    assert waits.finding.place


SHOWN: dict[str, Callable[[], str | Source]] = {
    "dose": lambda: DOSE,
    "sample": lambda: SAMPLE,
    "old": lambda: OLD_SAMPLE,
    "positive": lambda: POSITIVE,
    "expired": lambda: EXPIRED,
    "forged": lambda: FORGED,
    "unknown": lambda: UNKNOWN,
    "other person": lambda: TRAN,
    "link": lambda: LINK,
    "nothing": lambda: NOTHING,
}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(SHOWN)), st.sampled_from([0.1, 0.6, 3.0])), max_size=8),
    st.booleans(),
)
def test_each_document_is_counted_once_and_what_is_on_show_is_the_best(
    steps: list[tuple[str, float]], with_rules: bool
) -> None:
    counter = Counter(*(RULES if with_rules else ()))
    order = list(Outcome)
    ranks = [*order[:2], Outcome.UNDECIDED, Outcome.REJECTED, *order[4:]]
    for name, after in steps:
        screen = counter.show(SHOWN[name](), after=after)
        best = plate(screen)
        assert best is not None
        assert all(ranks.index(best) <= ranks.index(each) for each in listed(screen))
    assert counter.desk.shift.total == len(counter.given)
    counter.wait(1000)
    assert counter.next().others == ()


OF: dict[str, dict[str, str]] = {
    "Nguyễn Bảo Duy": {
        "dose": DOSE,
        "sample": SAMPLE,
        "old": OLD_SAMPLE,
        "recovery": RECOVERY,
        "expired": EXPIRED,
        "forged": FORGED,
        "unknown": UNKNOWN,
    },
    "Trần An": {"of another": TRAN, "sample of another": TRANS_SAMPLE},
}
STEPS = [*((holder, name) for holder, texts in OF.items() for name in texts), ("", "link")]
STEPS += [("", "nothing"), ("", "wait"), ("", "next")]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([0.1, 1.5, 6.0])), max_size=10),
    st.booleans(),
)
def test_accepted_is_shown_only_for_what_the_same_holder_has_shown(
    steps: list[tuple[tuple[str, str], float]], with_rules: bool
) -> None:
    counter = Counter(*(RULES if with_rules else ()))
    held: dict[str, list[str]] = {}
    for (holder, name), after in steps:
        screen = counter.wait(after)
        if name == "next":
            if screen.finding:
                held.pop(screen.finding.name, None)
            screen = counter.next()
        if screen.state is not State.VERDICT:
            held = {}
        if holder:
            held.setdefault(holder, []).append(OF[holder][name])
            screen = counter.show(OF[holder][name], after=0)
        elif name in SHOWN:
            screen = counter.show(SHOWN[name](), after=0)
        shown = counter.desk._shown
        named = map(holder_of, shown.documents) if shown else ()
        assert len({each.full_name for each in named if each}) <= 1
        if plate(screen) is Outcome.ACCEPTED:
            assert screen.finding is not None
            assert counter.accepts(held.get(screen.finding.name, []))
