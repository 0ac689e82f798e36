"""A card in several codes at the desk: shown one after the other, at once, in part, or mixed."""

from __future__ import annotations

import pytest
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.parts import Parts
from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import Ended, FrameRead, Reading, TextRead

from tests.support.health_cards import AT, Issuer, immunization, patient, payload
from vaxpass import Code, Outcome, Verifier, messages

np = pytest.importorskip("numpy")


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


class Place:
    """A desk that knows the issuer, and the verdicts that it gave."""

    def __init__(self, issuer: Issuer) -> None:
        self.given: list[Judged] = []
        verifier = Verifier(issuer.trust())
        around = Surroundings(
            judge=lambda text, at: verifier.verify(text, at=at),
            clock=lambda: AT,
            badges=lambda *_: (),
            secret=b"a secret of this shift",
        )
        self.desk = Desk(around, on_verdict=self.given.append)

    def see(self, now: float, *texts: str) -> Screen:
        corners = (((0, 0), (9, 0), (9, 9), (0, 9)),) * len(texts)
        reading = Reading(texts, corners, None, None)
        self.desk.handle(now, FrameRead(np.zeros((8, 8), np.uint8), reading, now))
        return self.desk.screen(now)

    @property
    def outcomes(self) -> list[Outcome]:
        return [judged.outcome for judged in self.given]


@pytest.fixture
def place(issuer: Issuer) -> Place:
    return Place(issuer)


def test_the_parts_of_a_card_that_was_judged_are_not_kept(issuer: Issuer) -> None:
    first, second = issuer.parts(2)
    parts = Parts(lambda _: True)
    assert len(parts.take(0, [first, second])) == 1
    parts.late(100)
    assert first not in repr(vars(parts))


def test_parts_one_after_the_other_are_one_verdict(place: Place, issuer: Issuer) -> None:
    first, second, third = issuer.parts(3)
    assert place.see(0, third).hint == messages.text("scan.hint.parts", "en", read=1, total=3)
    assert place.see(1, first).hint == messages.text("scan.hint.parts", "en", read=2, total=3)
    assert place.given == []
    finding = place.see(2, second).finding
    assert finding is not None
    assert finding.name == "Đặng Thị Ánh"
    assert place.outcomes == [Outcome.ACCEPTED]


def test_parts_in_one_picture_are_one_verdict(place: Place, issuer: Issuer) -> None:
    parts = issuer.parts(3)
    for frame in range(40):
        place.see(frame / 10, *parts)
    assert place.outcomes == [Outcome.ACCEPTED]


def test_the_last_part_that_stays_in_view_is_not_judged_again(place: Place, issuer: Issuer) -> None:
    parts = issuer.parts(3)
    for number, part in enumerate(parts):
        place.see(number, part)
    for second in range(3, 40):
        place.see(second, parts[-1])
    assert place.outcomes == [Outcome.ACCEPTED]


def test_a_part_alone_is_undecided_after_a_while_and_once(place: Place, issuer: Issuer) -> None:
    part = issuer.parts(3)[1]
    for second in range(40):
        place.see(second, part)
    (judged,) = place.given
    assert (judged.outcome, judged.code) == (Outcome.UNDECIDED, Code.JWS_PART)
    assert judged.verdict is not None
    assert "1, 3" in judged.verdict.reason()


def test_parts_of_two_travellers_are_never_joined(place: Place, issuer: Issuer) -> None:
    other = payload(patient(birthDate="1951-01-20"), immunization(lotNumber="OTHER"))
    mine, theirs = issuer.parts(3), issuer.parts(3, other)
    for now, part in enumerate((mine[0], theirs[1], mine[2])):
        place.see(now, part)
    assert place.given == []
    place.see(4, mine[1])
    assert place.outcomes == [Outcome.ACCEPTED]
    assert place.given[0].verdict is not None
    document = place.given[0].verdict.document
    assert document is not None
    assert document.holder.birth_date == "1990-02-28"


def test_the_next_traveller_with_parts_is_not_mixed_with_the_one_before(
    place: Place, issuer: Issuer
) -> None:
    # All but the signature is the same: only that tells whose part the last one is.
    for now, part in enumerate((*issuer.parts(3), *issuer.parts(3))):
        place.see(3 * now, part)
    assert set(place.outcomes) == {Outcome.ACCEPTED}


def test_parts_from_a_hand_scanner_are_joined_too(place: Place, issuer: Issuer) -> None:
    for now, part in enumerate(reversed(issuer.parts(3))):
        place.desk.handle(now, TextRead(Source(f"line {now}", part)))
    assert place.outcomes == [Outcome.ACCEPTED]


def test_what_is_left_at_the_end_is_judged(place: Place, issuer: Issuer) -> None:
    place.desk.handle(0, TextRead(Source("line 1", issuer.parts(3)[0])))
    assert place.given == []
    place.desk.handle(1, Ended())
    assert [judged.code for judged in place.given] == [Code.JWS_PART]


def test_a_whole_card_is_judged_at_once(place: Place, issuer: Issuer) -> None:
    place.see(0, issuer.parts(3)[0])
    place.see(1, issuer.text())
    assert place.outcomes == [Outcome.ACCEPTED]


def test_a_part_is_forgotten_when_it_is_long_out_of_sight(issuer: Issuer) -> None:
    parts = Parts(lambda _: True)
    first, second = issuer.parts(2)
    assert parts.take(0, [first]) == []
    assert parts.late(100) == []
    assert parts.take(101, [second]) == []
    assert parts.progress == (1, 2)
