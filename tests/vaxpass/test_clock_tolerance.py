"""The tolerance for clocks: so much before the time of issue, in every family that states one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support import divoc_documents as divoc
from tests.support import links
from tests.support.health_cards import ISSUED as CARD_ISSUED
from tests.support.health_cards import Issuer, payload
from tests.support.who_documents import DDCC_VACCINATION, PAYLOADS, sign
from tests.support.world import NOW, World
from vaxpass import Code, Policy, TrustList, Verifier

EXACT = timedelta(0)
USUAL = Policy().clock_tolerance
SECOND = timedelta(seconds=1)
FROM = int(NOW.timestamp())
Made = tuple[str, TrustList, datetime]


def of_link(world: World) -> Made:
    return sign(world.es256.signer(), [{"u": links.link()}], 5, iat=FROM), world.trust, NOW


def of_card(_: World) -> Made:
    issuer = Issuer.create()
    return issuer.text(payload()), issuer.trust(), CARD_ISSUED


def of_divoc(_: World) -> Made:
    pytest.importorskip("pyld")
    made = divoc.document()
    made["issuanceDate"] = "2026-06-01T00:00:00Z"
    return json.dumps(divoc.signed(made)), divoc.trust(), NOW


FAMILIES: dict[str, Callable[[World], Made]] = {
    "EU DCC": lambda world: (world.issue(), world.trust, datetime(2026, 1, 1, tzinfo=UTC)),
    "ICVP": lambda world: (
        sign(world.es256.signer(), PAYLOADS["C"], iat=FROM),
        world.trust,
        NOW,
    ),
    "DDCC": lambda world: (
        sign(world.es256.signer(), DDCC_VACCINATION, 3, iat=FROM),
        world.trust,
        NOW,
    ),
    "signed link": of_link,
    "SMART Health Card": of_card,
    "DIVOC": of_divoc,
}


@pytest.mark.parametrize("tolerance", [EXACT, USUAL, timedelta(hours=1)])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_document_is_valid_so_much_before_its_time_of_issue_and_not_a_second_more(
    family: str, tolerance: timedelta, world: World
) -> None:
    text, trust, issued = FAMILIES[family](world)
    verifier = Verifier(trust, Policy(clock_tolerance=tolerance))

    def code(at: datetime) -> Code | None:
        return verifier.verify(text, at=at).code

    assert code(issued - tolerance - SECOND) is Code.VALIDITY_NOT_YET
    assert code(issued - tolerance) is not Code.VALIDITY_NOT_YET
    assert code(issued) is not Code.VALIDITY_NOT_YET


@pytest.mark.parametrize("tolerance", [EXACT, USUAL, timedelta(hours=1)])
def test_nothing_is_added_to_the_end(tolerance: timedelta, world: World) -> None:
    policy = Policy(clock_tolerance=tolerance)
    issuer = Issuer.create()
    ends = {
        sign(world.es256.signer(), PAYLOADS["C"], exp=FROM): world.trust,
        issuer.text(payload(exp=FROM + 86400)): issuer.trust(),
    }
    for text, end in zip(ends, (NOW, NOW + timedelta(days=1)), strict=True):
        verifier = Verifier(ends[text], policy)
        over = (Code.VALIDITY_EXPIRED, Code.VALIDITY_SEAL_EXPIRED)
        assert verifier.verify(text, at=end).code not in over
        assert verifier.verify(text, at=end + SECOND).code in over


def test_the_usual_tolerance_is_five_minutes() -> None:
    assert timedelta(minutes=5) == USUAL
