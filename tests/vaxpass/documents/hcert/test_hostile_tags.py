"""Hostile input: tags are inert data wherever they stand; no content of theirs is ever computed."""

from __future__ import annotations

import cbor2
import pytest

from tests.support.handmade import good, head, header, payload_with, raw_map, with_hcert
from tests.support.world import VACCINATION, World, claims, forge
from vaxpass import Code, Outcome, Stage
from vaxpass.encoding.cbor import Tagged

_TAGS: dict[int, object] = {
    2: b"\1\0",
    3: b"\1\0",
    4: [-1, 15],
    5: [-1, 15],
    25: 0,
    28: [1],
    29: 0,
    30: [1, 0],
    35: "(",
    36: "Content-Type: text/plain",
    37: bytes(16),
    100: 1,
    256: ["aaaa", "bbbb"],
    258: [1, 1],
    260: b"\x7f\0\0\1",
    261: "127.0.0.1/8",
    1004: "2021-01-01",
    43000: [1, 2],
    55799: "x",
    2**32: "x",
}


@pytest.mark.parametrize("number", _TAGS)
def test_unknown_tags_are_inert_data(world: World, number: int) -> None:
    extra = cbor2.CBORTag(number, _TAGS[number])
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=payload_with(extra=extra))))
    assert verdict
    assert verdict.unverified is not None
    kept = verdict.unverified.without_verification().payload["extra"]
    assert isinstance(kept, Tagged)
    assert kept.number == number


@pytest.mark.parametrize("number", _TAGS)
@pytest.mark.parametrize("field", ["mp", "dn", "dt", "co", "ci"])
def test_unknown_tags_make_no_value_of_a_field(world: World, number: int, field: str) -> None:
    extra = cbor2.CBORTag(number, _TAGS[number])
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=payload_with({field: extra}))))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_TYPE)
    assert verdict.check(Stage.SCHEMA).problem is not None
    assert [c.problem.path for c in verdict.checks if c.problem] == [f"$.v[0].{field}"]


@pytest.mark.parametrize("number", [*_TAGS, 0, 1, 18, 61, 2**63, 2**63 + 61])
def test_a_tag_around_claims_or_kinds_is_no_structure(world: World, number: int) -> None:
    signer = world.es256.signer()
    tag = head(6, number)
    assert world.verify(forge(signer, tag + cbor2.dumps(claims()))).code is Code.CWT_STRUCTURE
    kinds = with_hcert(tag + cbor2.dumps({1: VACCINATION.to_payload()}))
    assert world.verify(forge(signer, kinds)).code is Code.PAYLOAD_STRUCTURE


@pytest.mark.parametrize("number", _TAGS)
def test_no_tag_is_needed_in_a_protected_header(world: World, number: int) -> None:
    parts = header(world.es256.signer()) | {99: cbor2.CBORTag(number, _TAGS[number])}
    verdict = world.verify(forge(world.es256.signer(), claims(), protected=parts))
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.COSE_HEADER_INVALID)


@pytest.mark.parametrize("number", _TAGS)
def test_a_tag_in_the_unprotected_header_is_not_looked_into(world: World, number: int) -> None:
    extra: dict[object, object] = {99: cbor2.CBORTag(number, _TAGS[number])}
    assert world.verify(forge(world.es256.signer(), claims(), unprotected=extra))


@pytest.mark.parametrize(
    "tags",
    [
        "d1",  # 17, COSE_Mac0
        "d862",  # 98, COSE_Sign
        "d83d",  # 61 around an array
        "d2d2",
        "d83dd83dd2",
        "d2d83d",
        "d2d83dd2",
        "d9d9f7d2",
        "d0",
        "c0",
        "db8000000000000012",  # not 18, but 2^63 + 18
        "db800000000000003dd2",
        "d83ddb8000000000000012",
    ],
)
def test_other_tags_around_the_message_are_the_wrong_structure(world: World, tags: str) -> None:
    verdict = world.verify(good(world).text(bytes.fromhex(tags)))
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.COSE_STRUCTURE)


@pytest.mark.parametrize("tags", ["d2", "d812", "d90012", "da00000012", "db0000000000000012"])
def test_tag_18_may_be_spelled_in_any_length(world: World, tags: str) -> None:
    verdict = world.verify(good(world).text(bytes.fromhex(tags)))
    assert verdict
    assert verdict.notes == ()


def test_a_tag_far_above_around_a_time_is_not_tag_1(world: World) -> None:
    times = claims(exp=...)
    body = raw_map(*times.items(), (4, cbor2.CBORTag(2**63 + 1, 1_800_000_000)))
    assert world.verify(forge(world.es256.signer(), body)).code is Code.CWT_EXP_INVALID


def test_shared_references_do_not_make_a_tree_that_explodes(world: World) -> None:
    # Each level refers twice to the one before: 2^12 leaves, were references followed.
    bomb: object = ["a"]
    for level in range(12):
        bomb = [cbor2.CBORTag(28, bomb)] if level == 0 else [bomb, cbor2.CBORTag(29, level - 1)]
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=payload_with(extra=bomb))))
    assert verdict.code in (Code.CWT_CBOR_TOO_DEEP, None)
    if verdict.unverified is not None:
        kept = verdict.unverified.without_verification().payload["extra"]
        assert repr(kept).count("'a'") <= 1
