"""Texts of health passports are found wherever they stand, and no line of a list is passed over."""

from __future__ import annotations

import quopri
import textwrap
from urllib.parse import quote

import pytest

from tests.support.health_cards import Issuer
from tests.support.links import link
from tests.support.world import World
from vaxpass.documents import find_texts, is_whole, looks_like_inside, search, unframed


@pytest.fixture(scope="module")
def text(world: World) -> str:
    # Of two blanks in a row at the end of a line both are lost, which nothing can find again.
    return next(issued for issued in iter(world.issue, "") if "  " not in issued)


@pytest.fixture(scope="module")
def other(world: World) -> str:
    return world.issue(key=world.ps256)


def texts(body: str, *, prose: bool = False) -> list[str]:
    return [found.text.rstrip() for found in find_texts(body, prose=prose)]


def wrapped(text: str, width: int, quoted: str = "", end: str = "\n") -> str:
    return end.join(quoted + text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize("width", [30, 60, 72, 76, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", ["", "> ", ">> ", "    ", "| "])
def test_a_wrapped_text_is_put_together(text: str, width: int, end: str, quoted: str) -> None:
    assert texts(wrapped(text, width, quoted, end)) == [text]
    assert texts(f"Dear Sir,{end}{end}{wrapped(text, width, quoted, end)}{end}{end}regards") == [text]


def test_blanks_that_were_lost_where_lines_end_are_found_again(text: str) -> None:
    assert texts("\n".join(line.strip() for line in wrapped(text, 60).split("\n"))) == [text]
    assert texts(textwrap.fill(text, 72, break_on_hyphens=False)) == [text]
    assert texts(textwrap.fill(text, 72, break_long_words=False, break_on_hyphens=False)) == [text]


def test_several_wrapped_texts_are_told_apart(text: str, other: str) -> None:
    assert texts(wrapped(text, 76) + "\n" + wrapped(other, 76)) == [text, other]
    assert texts(wrapped(text, 76) + "\n\n" + wrapped(other, 60) + "\nREGARDS\nJOHN") == [text, other]


@pytest.mark.parametrize(
    "around",
    [
        '"{}"',
        "'{}'",
        "“{}”",
        "<{}>",
        "`{}`",
        "Passport: {}",
        "My code is {}. Thank you",
        "HERE: {}. THANK YOU, AN",
        "1,An,{}",
        '1;"An";"{}"',
        "> {}",
        '{{"message": "{}"}}',
    ],
)
def test_what_stands_around_a_text_is_taken_off(text: str, around: str) -> None:
    assert texts(around.format(text)) == [text]


def test_a_text_in_a_link_is_found(text: str) -> None:
    for safe in ("", "/", ":/$+*"):
        assert texts(f"https://example.org/wallet#{quote(text, safe=safe)}") == [text]
    assert texts(f"see https://example.org/?c={quote(text, safe='')}&a=b, please") == [text]
    assert texts("c=" + quote(text, safe=" ").replace(" ", "+")) == [text]


def test_escapes_and_quoted_printable_are_undone(text: str) -> None:
    assert texts(quopri.encodestring(text.encode()).decode()) == [text]
    assert texts(text.replace("/", "\\/")) == [text]
    assert texts(text.replace("*", "\\*").replace("-", "\\-").replace(".", "\\.")) == [text]


def test_two_texts_on_one_line_are_two(text: str, other: str) -> None:
    assert texts(f"{text} {other}") == [text, other]
    assert texts(f"{text}\t{other}") == [text, other]
    assert texts(f"HC1:DAMAGED {other}") == ["HC1:DAMAGED", other]


def test_a_damaged_text_is_given_too(text: str, other: str) -> None:
    damaged = f"{text[:50]}!{text[51:]}"
    assert texts(f"{damaged}\n{other}\n") == [damaged, other]
    assert texts(f"{other}\n{damaged}\n") == [other, damaged]
    (found,) = texts(wrapped(text[:70] + "A" + text[70:], 76))
    assert found == text[:70] + "A" + text[70:]
    assert texts("HC1:A\nHC1:B\n") == ["HC1:A", "HC1:B"]


def test_a_line_of_something_else_in_a_list_is_given(text: str, other: str) -> None:
    for line in ("nonsense", "https://example.org", "hello world", text[4:], text.lower()):
        assert texts(f"{text}\n{line}\n{other}\n") == [text, line, other]
    assert texts(f"{text}\n\nnonsense\n") == [text, "nonsense"]


def test_what_may_be_a_passport_is_never_passed_over(text: str) -> None:
    for line in (text[4:], text.lower(), "ＨＣ１：" + text[4:]):
        for prose in (False, True):
            assert texts(f"Dear Sir,\n\n{text}\n\nand\n{line}\n", prose=prose) == [text, line]


def test_letters_around_a_text_are_no_lines_of_a_list(text: str) -> None:
    assert texts(f"Attached is a file\n{text}\n") == [text]
    assert texts(f"{text}\nregards\n", prose=True) == [text]
    assert texts("Our codes begin with HC1: as the others\nSo we call them HC1:.\n") == []


def test_the_line_of_a_text_is_told(text: str, other: str) -> None:
    body = f"\n\r\n{text}\r\n\rname\x1e{other}"
    assert [(found.text.rstrip(), found.line) for found in find_texts(body)] == [
        (text, 3),
        ("name", 5),
        (other, 5),
    ]


def test_a_single_line_is_given_whatever_it_is() -> None:
    assert texts("\ufeff]Q1https://example.org\r\n") == ["https://example.org"]
    assert texts("") == texts(" \r\n\x03 ") == []


@pytest.mark.parametrize("before", ["", "\x02", "]Q1", "\x02]Q3", "\ufeff", "\0\x1e"])
@pytest.mark.parametrize(
    "after", ["", "\r", "\r\n", "\t", "\x03", "\x03\r\n", "\x1e\x04", "\0", "\x1d"]
)
def test_framing_of_hand_scanners_is_taken_off(text: str, other: str, before: str, after: str) -> None:
    assert unframed(before + text + after) == text
    assert texts(before + text + after) == [text]
    assert texts(f"{before}{text}{after or chr(10)}{before}{other}{after}") == [text, other]


def test_parts_of_a_passport_are_recognised(text: str) -> None:
    assert is_whole(text)
    assert not is_whole(text[:-1])
    assert looks_like_inside(text[4:])
    assert not looks_like_inside("april/passport-0001.png")


def test_a_search_ends_whatever_it_looks_at() -> None:
    """Each of these would take minutes if every candidate were tried."""
    for body in ("HC1:" * 50_000, "\n".join(("HC1:", *["A"] * 80)) * 200, "HC1:" + "=%41\\" * 50_000):
        assert find_texts(body)


def test_a_search_that_takes_too_long_still_gives_what_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = world.issue()
    line = " ".join(["HC1:" + "A" * 40] * 9)
    monkeypatch.setattr(search, "_WORK", 500)
    found = [each.text for each in find_texts(f"{line}\n{text}\n{text}\n")]
    assert found[-2:] == [text, text]
    assert " ".join(found[:-2]).count("HC1:") == 9


def test_very_many_passports_on_one_line_are_all_found(world: World) -> None:
    text = world.issue()
    assert [each.text for each in find_texts(" ".join([text] * 3000))] == [text] * 3000


def test_marks_without_a_text_between_them_are_one_damaged_text(text: str) -> None:
    assert len(find_texts("HC1:" * 100_000)) == 1
    assert len(find_texts("see HC1%3A, " * 10_000 + "HC1:")) <= 1
    first, second = find_texts("HC1:AB " * 1000 + text)
    assert (first.text[:7], second.text) == ("HC1:AB ", text)


def test_a_colon_that_alone_is_encoded_is_a_colon(text: str) -> None:
    assert texts(text.replace("HC1:", "HC1%3A")) == [text]
    assert texts(f"https://example.org/?c={text.replace('HC1:', 'HC1%3a')}") == [text]


def test_two_blanks_that_became_one_are_two(world: World) -> None:
    found: list[str] = []
    while len(found) < 3:
        text = world.issue()
        if text.count("  ") in (1, 2) and "   " not in text and not text.endswith(" "):
            found.append(text)
            single = text.replace("  ", " ")
            assert texts(single) == [text]
            assert texts(f"My code: {single}\nBye\n") == [text]
            assert texts("\n".join(single[at : at + 60] for at in range(0, len(single), 60))) == [text]


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


class TestHealthCards:
    """SMART Health Cards are found where they stand, as digits and as JWS."""

    def test_within_a_line(self, issuer: Issuer) -> None:
        apple = f"https://redirect.health.apple.com/SMARTHealthCard/#{issuer.text()[5:]}"
        viewer = f"https://viewer.example.org/#{issuer.text()}"
        for card in (issuer.text(), issuer.card(), viewer, apple):
            for body in (f"My card: {card}", f"Dear Sir,\nsee {card}, please.\nYours"):
                assert [found.text for found in find_texts(body)] == [card]

    def test_wrapped_and_quoted(self, issuer: Issuer) -> None:
        card = issuer.text()
        lines = [card[place : place + 72] for place in range(0, len(card), 72)]
        for mark in ("", "> "):
            body = "\n".join(f"{mark}{line}" for line in ("Hello", *lines, "bye"))
            assert [(found.text, found.line) for found in find_texts(body)] == [(card, 2)]

    def test_in_a_table(self, issuer: Issuer) -> None:
        cards = [issuer.text(), issuer.card()]
        body = "name,card\n" + "".join(f"A,{card}\n" for card in cards)
        assert [found.text for found in find_texts(body)] == cards

    def test_beside_other_passports(self, issuer: Issuer, world: World) -> None:
        both = [world.issue(), issuer.text()]
        assert [found.text for found in find_texts("\n".join(both))] == both

    def test_other_tokens_are_not_taken(self) -> None:
        token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.QUJDREVG"
        assert find_texts(f"Dear Sir,\nyour key is {token}\nYours\n", prose=True) == ()

    def test_a_long_body_ends_soon(self) -> None:
        body = ("shc:/" + "5" * 30 + " ") * 20_000 + ("ey" + "a" * 12 + ".") * 20_000
        assert len(find_texts(body)) >= 1


def test_health_links_in_a_letter_a_table_and_a_sentence_are_found(text: str) -> None:
    one, two = link(), link("vhlink://", label="two")
    sentence = f"See {one}, or <https://viewer.example.org/#{two}>."
    assert [each.text for each in find_texts(sentence)] == [one, two]
    assert [each.text for each in find_texts(sentence, prose=True)] == [one, two]
    letter = f"Dear Sir,\n\n> my records: {one}\n{text}\nand {two}\nThank you.\n"
    found = find_texts(letter)
    assert [(each.text, each.line) for each in found] == [(one, 3), (text, 4), (two, 5)]
    assert [each.text for each in find_texts(f"name,link\nA,{one}\nB,{two}\n")] == [one, two]


def test_a_health_link_that_is_a_line_is_given_as_it_stands() -> None:
    for whole in (link(), "https://viewer.example.org/x?y=1#" + link(), f'{{"a": "{link()}"}}'):
        (found,) = find_texts(whole)
        assert found.text in (whole, link())
    assert find_texts("Links begin with shlink:/ and\nwith vhlink:/abc, a short one.") == ()
