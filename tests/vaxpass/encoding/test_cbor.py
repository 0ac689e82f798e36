"""CBOR: what is well formed is read, the same by every cbor2, and the rest is refused by reason."""

from __future__ import annotations

import tracemalloc

import cbor2
import pytest

from tests.support.handmade import head, indefinite, raw_map
from tests.support.work import at_most_calls
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused

DEPTH = 16


def reason(data: bytes, depth: int = DEPTH) -> str:
    """Why the bytes are refused; the scan, which names the reasons, must say the same."""
    with pytest.raises(Refused) as by_scan:
        cbor.scan(data, depth)
    with pytest.raises(Refused) as caught:
        cbor.loads(data, depth)
    assert caught.value.reason == by_scan.value.reason
    return caught.value.reason


@pytest.mark.parametrize("opening", ["81", "9f", "a100", "bf00", "c1", "d9d9f7"])
@pytest.mark.parametrize("depth", [1, 16])
def test_nesting_is_allowed_up_to_the_depth_and_not_beyond(opening: str, depth: int) -> None:
    start = bytes.fromhex(opening)
    closing = b"\xff" if opening in ("9f", "bf00") else b""
    cbor.loads(start * depth + b"\0" + closing * depth, depth)
    assert reason(start * (depth + 1) + b"\0" + closing * (depth + 1), depth) == cbor.TOO_DEEP
    assert reason(start * 100_000, depth) == cbor.TOO_DEEP


def test_at_depth_nought_nothing_may_hold_anything() -> None:
    assert cbor.loads(b"\x61a", 0) == ("a", False)
    for data in (b"\x81\0", b"\xa1\0\0", b"\xc1\0", b"\x9f\0\xff"):
        assert reason(data, 0) == cbor.TOO_DEEP


@pytest.mark.parametrize("length", [24, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1])
@pytest.mark.parametrize("major", [2, 3, 4, 5])
@pytest.mark.parametrize("before", [b"", b"\x81", b"\xa1\0", b"\x9f", b"\x5f"])
def test_a_huge_declared_length_costs_nothing(major: int, length: int, before: bytes) -> None:
    data = before + head(major, length) + b"abc"
    tracemalloc.start()
    try:
        with at_most_calls(1000):
            assert reason(data) == cbor.INVALID
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize(
    "data",
    [
        raw_map((1, 0), (1, 0)),
        raw_map(("a", 0), ("b", 0), ("a", 1)),
        raw_map((-1, 0), (-1, 0)),
        b"\xbf\x01\x00\x01\x00\xff",
        b"\xa2\x01\x00\x18\x01\x00",  # 1 in one byte and in two
        b"\xa2\x19\x00\x01\x00\x1b\x00\x00\x00\x00\x00\x00\x00\x01\x00",
        b"\xa2\x20\x00\x38\x00\x00",  # -1
        b"\xa2\x61a\x00\x78\x01a\x00",
        b"\xa2\x61a\x00\x7f\x61a\xff\x00",
        b"\xa2\x60\x00\x7f\xff\x00",
        b"\xa1\x00\x82\xa0" + raw_map((7, 0), (7, 0)),
    ],
)
def test_a_key_that_stands_twice_is_refused_however_it_is_spelled(data: bytes) -> None:
    assert reason(data) == cbor.DUPLICATE_KEY


def test_keys_of_different_types_are_different_keys() -> None:
    value = {1: "a", "1": "b", -1: "c", "": "d", 0: "e"}
    assert cbor.loads(cbor.dumps(value), DEPTH) == (value, False)
    assert cbor.scan(cbor.dumps(value), DEPTH) == []


@pytest.mark.parametrize(
    "key",
    [
        "f93c00",  # 1.0
        "fa3f800000",
        "fb3ff0000000000000",
        "f94400",  # 4.0
        "f97e00",  # NaN
        "f5",
        "f4",
        "f6",
        "f7",
        "e1",  # simple value 1
        "f8ff",
        "4101",
        "80",
        "8101",
        "a0",
        "c101",
        "c24101",  # 1 as a big number
        "d81801",
        "c06161",
        "d9d9f701",
    ],
)
@pytest.mark.parametrize("start", ["a1", "bf", "a20000", "82a0a1"])
def test_keys_other_than_integers_and_text_are_refused(start: str, key: str) -> None:
    data = bytes.fromhex(start + key + "00" + ("ff" if start == "bf" else ""))
    assert reason(data) == cbor.KEY_TYPE


@pytest.mark.parametrize("key", ["5f4101ff", "5fff", "9fff", "bfff"])
def test_keys_of_indefinite_length_are_refused_unless_they_are_text(key: str) -> None:
    # Well-formed, so that either reason may be given.
    assert reason(b"\xa1" + bytes.fromhex(key) + b"\0") in (cbor.KEY_TYPE, cbor.INVALID)
    assert cbor.loads(b"\xa1\x7f\x61a\x61b\xff\0", DEPTH) == ({"ab": 0}, False)


@pytest.mark.parametrize("rest", [b"\0", b"\xff", b"\xf6", b"\xa0", b"abc"])
@pytest.mark.parametrize(
    "item", [b"\0", b"\x61a", b"\x80", b"\xa0", b"\x9f\xff", b"\xbf\xff", b"\xc1\0"]
)
def test_nothing_may_follow_the_item(item: bytes, rest: bytes) -> None:
    assert reason(item + rest) == cbor.TRAILING


@pytest.mark.parametrize("first", [m << 5 | short for m in range(8) for short in (28, 29, 30)])
def test_reserved_heads_are_refused(first: int) -> None:
    assert reason(bytes([first])) == cbor.INVALID
    assert reason(bytes([0x81, first]) + bytes(16)) == cbor.INVALID


@pytest.mark.parametrize(
    "data",
    [
        "",
        "ff",  # a break with nothing to end
        "1f",
        "3f",
        "df00",  # no indefinite form exists of integers and tags
        "81ff",
        "a1ff",
        "a100ff",
        "bf00ff",  # a key without its value
        "c1ff",
        "c1",
        "82",
        "8201",
        "a1",
        "a101",
        "9f",
        "9f01",
        "bf",
        "bf0101",
        "5f",
        "7f",
        "5f41",
        "5f6161ff",  # text in a byte string
        "7f4161ff",
        "5f00ff",
        "5f5f4161ffff",  # indefinite within indefinite
        "7f7f6161ffff",
        "18",
        "1900",
        "1a000000",
        "1b00000000000000",
        "f9",
        "f900",
        "fa000000",
        "fb00000000000000",
        "f8",
        "f800",  # simple values below 32 in their long form
        "f814",
        "f81f",
        "d8",
        "41",
        "61",
    ],
)
def test_what_is_not_well_formed_is_invalid(data: str) -> None:
    assert reason(bytes.fromhex(data)) == cbor.INVALID


@pytest.mark.parametrize(
    "text",
    [
        "61ff",
        "61c3",  # cut short
        "62c080",  # overlong
        "63eda080",  # a surrogate
        "64f4908080",  # beyond Unicode
        "7f61c361a9ff",  # a letter torn apart between two pieces
        "a161ff00",
        "8161ff",
        "c061ff",
    ],
)
def test_text_that_is_not_utf8_is_invalid(text: str) -> None:
    assert reason(bytes.fromhex(text)) == cbor.INVALID


def test_every_truncation_of_an_item_is_invalid() -> None:
    value = {1: "VN", 4: 1700000000, -260: {1: {"v": [{"dn": 2, "mp": "é" * 30}], "x": 1.5, "y": b"z"}}}
    for data in (cbor.dumps(value), indefinite(value), b"\xd2" + cbor.dumps(value)):
        assert {reason(data[:length]) for length in range(len(data))} == {cbor.INVALID}


def test_the_first_thing_wrong_gives_the_reason() -> None:
    assert reason(raw_map((1, 0), (1, 0)) + b"\0") == cbor.DUPLICATE_KEY
    assert reason(b"\x82" + b"\xa1\xf5\x00" + b"\xff") == cbor.KEY_TYPE


def test_integers_are_exact_at_their_ends() -> None:
    for value in (0, 23, 24, 2**63, 2**64 - 1, -1, -24, -25, -(2**63), -(2**64)):
        assert cbor.loads(cbor2.dumps(value), 0) == (value, False)
