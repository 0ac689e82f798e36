"""Percent-encoding is undone once, and what is none stays."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from vaxpass.encoding import percent


@given(st.text(st.characters(max_codepoint=127)))
def test_what_was_encoded_once_comes_back(text: str) -> None:
    assert percent.decode(quote(text, safe="")) == text


def test_what_is_no_encoding_stays() -> None:
    assert percent.decode("100% %2 %zz %") == "100% %2 %zz %"
    assert percent.decode("%2525") == "%25"
