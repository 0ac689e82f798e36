"""Base45: RFC 9285, its examples, and an independent implementation to compare with."""

from __future__ import annotations

import base45 as reference  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.work import at_most_calls
from vaxpass.codes import Code
from vaxpass.encoding import base45
from vaxpass.findings import StageError

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)


def refusal(text: str) -> Code:
    with pytest.raises(StageError) as caught:
        base45.decode(text)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"\xff\xff", "FGW"),
        (b"\xff", "U5"),
        (b"\0", "00"),
        (b"\0\0\0", "00000"),
    ],
)
def test_the_examples_of_the_rfc_and_the_edges(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("value", [*range(0, 65536, 1009), 255, 256, 2024, 2025, 65535])
def test_every_place_of_a_triple_is_computed_like_the_rfc_says(value: int) -> None:
    first, second, third = value % 45, value // 45 % 45, value // 2025
    text = "".join(base45.ALPHABET[digit] for digit in (first, second, third))
    assert base45.decode(text) == value.to_bytes(2, "big")


@_SETTINGS
@given(st.binary(max_size=200))
def test_all_bytes_come_back_and_the_other_implementation_agrees(data: bytes) -> None:
    text = base45.encode(data)
    assert text == reference.b45encode(data).decode()
    assert base45.decode(text) == data


@_SETTINGS
@given(st.text(base45.ALPHABET, max_size=40))
def test_texts_over_the_alphabet_are_judged_like_the_other_implementation_does(text: str) -> None:
    try:
        expected: bytes | None = reference.b45decode(text)
    except ValueError:
        expected = None
    try:
        found: bytes | None = base45.decode(text)
    except StageError:
        found = None
    assert found == expected


@_SETTINGS
@given(st.text(max_size=20))
def test_any_text_is_decoded_as_the_other_implementation_does_or_refused(text: str) -> None:
    try:
        # That package drops line feeds at the end; here they are no part of the alphabet.
        expected = None if text.endswith("\n") else reference.b45decode(text)
    except ValueError:
        expected = None
    try:
        assert base45.decode(text) == expected
    except StageError:
        assert expected is None


@pytest.mark.parametrize("text", ["0", "0000", "BB8B", ":", "000000 "])
def test_one_character_too_many_is_a_wrong_length(text: str) -> None:
    assert refusal(text) is Code.BASE45_LENGTH


@pytest.mark.parametrize(
    "text", ["GGW", ":::", "  $", "V5", "::", "BB8GGW", "GGWBB8", "BB8V5", "BB8  "]
)
def test_a_group_that_is_too_big_for_its_bytes_is_an_overflow(text: str) -> None:
    assert refusal(text) is Code.BASE45_OVERFLOW


@pytest.mark.parametrize(
    "text",
    [
        "bb8",
        "BB8\n",
        "BB8\r",
        "BB8\r\n",
        "BB8\0",
        "BB\t",
        "BB=",
        "BB_",
        "BB\x7f",
        "BB\u0660",
        "BB\uff18",
        "BB\u00a0",
        "BB\u0301",
        "BB\ud800",
        "BB\U0001f600",
        "\ufeffBB8",
        "ſſſ",
        "ΑΒ8",
    ],
)
def test_characters_outside_the_alphabet_are_refused(text: str) -> None:
    assert refusal(text) is Code.BASE45_CHARACTER


def test_only_so_many_characters_are_decoded_and_no_more() -> None:
    assert base45.decode("0" * base45.LONGEST) == bytes(base45.LONGEST // 3 * 2)
    assert refusal("0" * (base45.LONGEST + 1)) is Code.BASE45_TOO_LONG


def test_a_very_long_text_is_refused_before_it_is_looked_at() -> None:
    text = "\ud800" * 50_000_000
    with at_most_calls(200):
        assert refusal(text) is Code.BASE45_TOO_LONG


def test_an_overflow_anywhere_in_a_long_text_is_found() -> None:
    good = base45.encode(bytes(range(256)) * 20)
    assert len(good) % 3 == 0
    for place in range(0, len(good), 3 * 61):
        assert refusal(good[:place] + ":::" + good[place + 3 :]) is Code.BASE45_OVERFLOW
