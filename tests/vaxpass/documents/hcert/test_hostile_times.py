"""Hostile input: times that are none, and a tag around a time."""

from __future__ import annotations

import math

import cbor2
import pytest

from tests.support.world import END, START, VACCINATION, World, claims, forge
from vaxpass import Code, NoteCode, Outcome
from vaxpass.findings import Note

_NO_TIMES: dict[str, object] = {
    "NaN": math.nan,
    "infinite": math.inf,
    "minus infinite": -math.inf,
    "1e300": 1e300,
    "2^63": 2**63,
    "2^64-1": 2**64 - 1,
    "10^30": 10**30,
    "-10^30": -(10**30),
    "negative": -1,
    "-0.5": -0.5,
    "text": "2027-01-01",
    "digits": str(int(END.timestamp())),
    "null": None,
    "true": True,
    "false": False,
    "undefined": cbor2.undefined,
    "milliseconds": int(END.timestamp()) * 1000,
    "milliseconds as float": END.timestamp() * 1000,
    "bytes": b"\x65\0\0\0",
    "array": [int(END.timestamp())],
    "map": {},
    "tag 0": cbor2.CBORTag(0, "2027-01-01T00:00:00Z"),
    "tag 1 around text": cbor2.CBORTag(1, "2027-01-01"),
    "tag 1 around NaN": cbor2.CBORTag(1, math.nan),
    "tag 1 around true": cbor2.CBORTag(1, True),
    "tag 1 around milliseconds": cbor2.CBORTag(1, int(END.timestamp()) * 1000),
    "tag 1 twice": cbor2.CBORTag(1, cbor2.CBORTag(1, int(END.timestamp()))),
    "tag 4": cbor2.CBORTag(4, [0, int(END.timestamp())]),
    "tag 1004": cbor2.CBORTag(1004, "2027-01-01"),
}
_INVALID = {
    "exp": Code.CWT_EXP_INVALID,
    "iat": Code.CWT_IAT_INVALID,
    "nbf": Code.CWT_NBF_INVALID,
}


@pytest.mark.parametrize("what", _NO_TIMES)
@pytest.mark.parametrize("name", _INVALID)
def test_what_is_no_time_is_an_invalid_claim(world: World, name: str, what: str) -> None:
    body = claims(VACCINATION, **{name: _NO_TIMES[what]})
    verdict = world.verify(forge(world.es256.signer(), body))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, _INVALID[name])


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("seconds", [int(START.timestamp()), START.timestamp() + 0.5])
def test_tag_1_around_a_time_is_accepted_with_a_warning(
    world: World, name: str, seconds: float
) -> None:
    if name == "exp":
        seconds += 300 * 86400
    tagged = cbor2.CBORTag(1, seconds)
    verdict = world.verify(forge(world.es256.signer(), claims(VACCINATION, **{name: tagged})))
    assert verdict
    assert Note(NoteCode.CWT_TAGGED_TIME, name) in verdict.notes


def test_a_tagged_time_still_decides(world: World) -> None:
    tagged = cbor2.CBORTag(1, int(START.timestamp()) + 1)
    verdict = world.verify(forge(world.es256.signer(), claims(exp=tagged)))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)


def test_an_end_before_the_beginning_is_never_valid(world: World) -> None:
    text = forge(world.es256.signer(), claims(exp=int(START.timestamp()) - 1))
    for at in (START, END):
        assert not world.verify(text, at)
