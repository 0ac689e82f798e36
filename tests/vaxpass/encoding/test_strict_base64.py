"""Base64 as strict as each format asks for: what is taken, and what is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.encoding import strict_base64


@given(st.binary(max_size=200))
def test_what_is_encoded_is_decoded_again(data: bytes) -> None:
    standard, url = strict_base64.encode(data), strict_base64.encode_url(data)
    assert standard == base64.b64encode(data).decode()
    assert strict_base64.decode(standard) == data
    assert strict_base64.decode(standard.encode()) == data
    assert strict_base64.decode_url(url) == data
    assert strict_base64.decode_url(url.encode()) == data
    assert strict_base64.decode_any(standard) == strict_base64.decode_any(url) == data


@pytest.mark.parametrize(
    "text",
    ["aGk", "aGk==", "a", "=", "aG k=", "aGk=\n", "aGk=aGk=", "__8=", "aGk!", "%", "aGkﾀ", "aG=k"],
)
def test_the_standard_alphabet_is_padded_and_has_no_foreign_character(text: str) -> None:
    with pytest.raises(ValueError, match=r"^this is not Base64$"):
        strict_base64.decode(text)


@pytest.mark.parametrize("text", [" aG\r\nk= ", "a G k =", "\taGk=\n"])
def test_white_space_is_allowed_only_where_it_is_said(text: str) -> None:
    assert strict_base64.decode(text, spaces=True) == b"hi"
    assert strict_base64.decode(text.encode(), spaces=True) == b"hi"
    assert strict_base64.decode_any(text, spaces=True) == b"hi"
    with pytest.raises(ValueError, match="Base64"):
        strict_base64.decode_any(text)


@pytest.mark.parametrize(
    "text", ["aGk=", "aGl", "//8", "__9", "a", "aG k", "aGk\n", "=", "aGkﾀ", "aGk!", "aGkaGk=="]
)
def test_url_safe_text_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="Base64url"):
        strict_base64.decode_url(text)


@pytest.mark.parametrize("text", ["__8", "_/8=", "//8", "//8==", "__8==="])
def test_either_alphabet_is_taken_with_any_padding(text: str) -> None:
    assert strict_base64.decode_any(text) == b"\xff\xff"


@pytest.mark.parametrize("text", ["a", "__8!", "%", "_ _8", "__8ﾀ", "=__8"])
def test_either_alphabet_has_no_foreign_character(text: str) -> None:
    with pytest.raises(ValueError, match="Base64"):
        strict_base64.decode_any(text)
