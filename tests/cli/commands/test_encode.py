"""`vaxpass encode` signs a yellow card of WHO from JSON, and says what is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.yellow_cards import YELLOW_CARD
from vaxpass import VaccinationCertificate, decode

CARD = YELLOW_CARD.to_payload()


Sign = Callable[[object], Ran]


@pytest.fixture
def sign(run: Run, tmp_path: Path) -> Sign:
    """Signs a JSON value with keys of a new authority."""
    keys = tmp_path / "keys"
    run("keys", "new", "--out", str(keys))

    def signed(value: object) -> Ran:
        file = tmp_path / "card.json"
        file.write_text(json.dumps(value), "utf-8")
        key, cert = str(keys / "dsc.key.pem"), str(keys / "dsc.pem")
        return run("encode", str(file), "--key", key, "--cert", cert)

    return signed


def test_a_card_is_signed_as_it_is(sign: Sign) -> None:
    done = sign(CARD)
    assert done.code == 0, done.err
    content = decode(done.out.strip()).without_verification()
    assert content.payload == CARD
    assert VaccinationCertificate.from_payload(content.payload) == YELLOW_CARD


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CARD.items() if name not in names}


DOSE: Any = CARD["vx"]


@pytest.mark.parametrize(
    ("card", "code", "said"),
    [
        (without("vx"), 1, "Vaccine product"),
        (without("nt"), 1, "Nationality"),
        (without("v"), 1, "Version of the format"),
        ({**CARD, "vx": {**DOSE, "bo": 7}}, 2, "vx.bo"),
        ({**CARD, "vx": {**DOSE, "tg": "1D47"}}, 2, "vx.tg"),
        ({**CARD, "vx": [DOSE]}, 2, "vx"),
        ({**CARD, "ntl": "VNM"}, 2, "ntl"),
        ({**without("vx", "v"), "v": {**DOSE, "dt": "2026-03-01"}}, 2, "v"),
    ],
)
def test_what_is_wrong_is_said_of_a_card(sign: Sign, card: object, code: int, said: str) -> None:
    """What lacks `vx` was told what an EU DCC needs."""
    done = sign(card)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "machine-readable" not in done.err
