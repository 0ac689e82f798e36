"""Tags are inert: no number makes anything but a `Tagged` of it, with any version of cbor2."""

from __future__ import annotations

import pytest

from tests.support.cbor_reading import DEPTH, needs_fast_path, scanned, shape, usual
from tests.support.handmade import head
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Tagged

# All that a version of cbor2 knows lies here, and some that none does.
NUMBERS = (*range(1101), 43000, 55799, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, 2**64 - 1)
INNER = {
    "text": ("61" + "31", "1"),
    "date-time": ("7432303133" + b"-03-21T20:04:00Z".hex(), "2013-03-21T20:04:00Z"),
    "integer": ("00", 0),
    "bytes": ("44" + "c0a80001", b"\xc0\xa8\0\1"),
    "two integers": ("820103", [1, 3]),
    "map": ("a1" + "18" + "20" + "01", {32: 1}),
    "null": ("f6", None),
}


@pytest.mark.parametrize("inner", INNER)
def test_every_tag_stays_what_it_is(inner: str) -> None:
    encoded, value = bytes.fromhex(INNER[inner][0]), INNER[inner][1]
    for number in NUMBERS:
        data = head(6, number) + encoded
        expected = (shape(Tagged(number, value)), True)
        assert usual(data) == expected, number
        assert scanned(data) == expected, number


@pytest.mark.parametrize("before", ["81", "a100", "9f", "bf00", "a16161", "8200"])
def test_tags_are_found_wherever_they_stand(before: str) -> None:
    closing = b"\xff" if before in ("9f", "bf00") else b""
    for number in NUMBERS:
        data = bytes.fromhex(before) + head(6, number) + b"\x61a" + closing
        value, tagged = cbor.loads(data, DEPTH)
        assert tagged
        assert repr(Tagged(number, "a")) in repr(value), number


@needs_fast_path
def test_the_fast_way_decodes_no_tag_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned_instead = (object(), True)
    monkeypatch.setattr(cbor, "_loads_after_scan", lambda *_: scanned_instead)
    for number in NUMBERS:
        for encoded, _ in INNER.values():
            data = head(6, number) + bytes.fromhex(encoded)
            assert cbor.loads(data, DEPTH) is scanned_instead, number
            assert cbor.loads(b"\x82\x00" + data, DEPTH) is scanned_instead, number


@pytest.mark.parametrize("following", [1, 2, 4, 8])
@pytest.mark.parametrize("number", [0, 1, 2, 4, 18, 28, 35, 61])
def test_the_length_of_a_tags_number_changes_nothing(number: int, following: int) -> None:
    data = head(6, number, following) + b"\x61a"
    assert usual(data) == scanned(data) == (shape(Tagged(number, "a")), True)


@pytest.mark.parametrize("number", [0, 1, 2, 18, 35, 61, 55799])
def test_a_tag_far_above_is_not_taken_for_a_small_one(number: int) -> None:
    value, tagged = cbor.loads(head(6, 2**63 + number) + b"\0", DEPTH)
    assert tagged
    assert value == Tagged(2**63 + number, 0)


@pytest.mark.parametrize(
    "data",
    [
        "d81c81d81d00",  # an array that holds itself
        "82d81c8101d81d00",
        "d81d00",  # a reference to nothing
        "d901008263616263d81900",  # string references
        "d823785c" + b"(".hex() * 92,  # an expression that can't be compiled
        "d82363282b2a",
        "c4821b7fffffffffffffff01",  # 10^(2^63)
        "c5821b7fffffffffffffff01",
        "d81e820100",  # 1/0
        "c0" + "6161",  # not a date
        "c1" + "fb7ff0000000000000",  # infinite
        "d825" + "4161",  # not a UUID
        "d9010482" + "0101",
        "d90102" + "820101",
        "c3" + "58ff" + "ff" * 255,
    ],
)
def test_tags_with_content_that_would_be_dangerous_or_wrong_are_read_like_any(data: str) -> None:
    # Some are not well formed; what is, comes out as it went in.
    answer = usual(bytes.fromhex(data))
    assert answer == scanned(bytes.fromhex(data))
    assert answer == cbor.INVALID or "('tag', " in repr(answer)


def test_a_shared_reference_shares_nothing() -> None:
    value, _ = cbor.loads(bytes.fromhex("82d81c8101d81d00"), DEPTH)
    assert shape(value) == shape([Tagged(28, [1]), Tagged(29, 0)])


def test_the_scan_lists_each_tag_with_its_place() -> None:
    assert cbor.scan(bytes.fromhex("82c100d9d9f7c26101"), DEPTH) == [
        cbor.TagHead(1, 2, 1),
        cbor.TagHead(3, 6, 55799),
        cbor.TagHead(6, 7, 2),
    ]


def test_bytes_that_look_like_a_tag_inside_a_string_are_left_alone() -> None:
    data = b"\x82\x44\xc1\x00\xd8\x1c\xc1\x63\x61\x62\x63"
    assert usual(data) == (shape([b"\xc1\x00\xd8\x1c", Tagged(1, "abc")]), True)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Tagged(0, "2021-01-01T00:00:00Z"), "2021-01-01T00:00:00Z"),
        (Tagged(1, 5), 5),
        (Tagged(1, 5.5), 5.5),
        ({"a": [Tagged(0, "x")]}, {"a": ["x"]}),
        ((Tagged(0, "x"),), ["x"]),
        (Tagged(0, 5), Tagged(0, 5)),
        (Tagged(1, "x"), Tagged(1, "x")),
        (Tagged(1, True), Tagged(1, True)),
        (Tagged(2, b"\1"), Tagged(2, b"\1")),
        (Tagged(1, Tagged(1, 5)), Tagged(1, Tagged(1, 5))),
    ],
)
def test_only_tags_that_say_how_to_read_text_and_numbers_are_dropped(
    value: object, plain: object
) -> None:
    assert cbor.without_tags(value) == plain
