"""Text from a certificate is harmless wherever it is shown, and names stay as they are written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.display import escape_for_display

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
JOINERS = "\u200c\u200d"
LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Zs", "Po", "Pd", "Mn", "Mc"])
# Each of these hides, moves or obeys instead of being seen.
CONTROLS = st.sampled_from([*map(chr, (*range(32), *range(127, 160))), *BIDI, "\ud800", "\u2028"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Eve\x1b[2J", "Eve<U+001B>[2J"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\x00b\r\nc\td", "a<U+0000>b<U+000D><U+000A>c<U+0009>d"),
        ("\x7f", "<U+007F>"),
        ("abc\u202edcba", "abc<U+202E>dcba"),
        ("\u2066x\u2069", "<U+2066>x<U+2069>"),
        ("\u200e\u200f\u061c", "<U+200E><U+200F><U+061C>"),
        ("a\u2028b\u2029c\u0085d", "a<U+2028>b<U+2029>c<U+0085>d"),
        ("\ud83d", "<U+D83D>"),
        ("\ue000", "<U+E000>"),
        ("\uffff", "<U+FFFF>"),
        ("\U000e0041", "<U+E0041>"),
        ("\ufeffx", "<U+FEFF>x"),
        ("a\u200bb", "a<U+200B>b"),
        ("a\u00adb", "a<U+00AD>b"),
    ],
)
def test_what_is_hidden_or_obeyed_is_shown_by_its_number(text: str, shown: str) -> None:
    assert escape_for_display(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        "",
        "NGUYEN<<BAO<DUY",
        "Đặng Thị Ánh Tuyết",
        unicodedata.normalize("NFD", "Đặng Thị Ánh Tuyết"),
        "سالم نور كرم",
        "מִרְיָם",
        "សុខ សុភាព",
        "नेपा\u200dली क\u094d\u200cष",
        "می\u200cخواهم",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f44d\U0001f3fd \u2764\ufe0f",
        "O’Connor-Müller, Jr.",
        "李小龍　ひろし",
    ],
)
def test_names_of_every_script_are_unharmed(name: str) -> None:
    assert escape_for_display(name) == name


@given(st.text(LETTERS | CONTROLS | st.sampled_from(JOINERS) | st.characters(), max_size=120))
@settings(max_examples=250, derandomize=True, deadline=None)
def test_the_result_never_holds_a_control_a_surrogate_or_a_bidi_control(text: str) -> None:
    shown = escape_for_display(text)
    hidden = {"Cc", "Cs", "Zl", "Zp"}
    assert not [c for c in shown if unicodedata.category(c) in hidden or c in BIDI]
    shown.encode("utf-8")


@given(st.text(LETTERS | CONTROLS, max_size=60), st.integers(1, 80))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_nothing_else_is_changed(text: str, longest: int) -> None:
    kept = text if len(text) <= longest else text[: longest - 1] + "…"
    seen = [unicodedata.category(c)[0] != "C" and c != "\u2028" for c in kept]
    expected = "".join(c if s else f"<U+{ord(c):04X}>" for c, s in zip(kept, seen, strict=True))
    assert escape_for_display(text, longest) == expected


@given(st.text(max_size=60))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_what_was_made_printable_stays_as_it_is(text: str) -> None:
    once = escape_for_display(text)
    assert escape_for_display(once, longest=10_000) == once


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert escape_for_display("A" * 200) == "A" * 200
    assert escape_for_display("A" * 201) == "A" * 199 + "…"
    assert escape_for_display("A" * 10**6, longest=3) == "AA…"
