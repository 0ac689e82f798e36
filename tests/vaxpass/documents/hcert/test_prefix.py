"""The prefix: spaces inside are data, spaces around are dropped, everything else is refused."""

from __future__ import annotations

import pytest

from tests.support.world import World
from vaxpass.codes import Code, NoteCode, Outcome, Stage, Status
from vaxpass.documents.hcert.decode import unprefix
from vaxpass.encoding import base45
from vaxpass.findings import Note, StageError

SPACE = Note(NoteCode.PREFIX_SURROUNDING_SPACE)


def refusal(text: str) -> Code:
    notes: list[Note] = []
    with pytest.raises(StageError) as caught:
        unprefix(text, notes)
    assert notes == []
    return caught.value.problem.code


@pytest.mark.parametrize("body", ["NCF", "N CF", "N  CF", "A $%*+-./:", "HC1:HC1:", ":"])
def test_what_follows_the_prefix_is_left_as_it_is(body: str) -> None:
    notes: list[Note] = []
    assert unprefix("HC1:" + body, notes) == body
    assert notes == []


@pytest.mark.parametrize(
    "text",
    [
        " HC1:N  CF",
        "HC1:N  CF ",
        "HC1:N  CF\n",
        "HC1:N  CF\r\n",
        "\tHC1:N  CF\t",
        "HC1: N  CF",
        "HC1:\nN  CF",
        "\n\n HC1:  N  CF \r\n\n",
        "\u00a0HC1:N  CF\u2003",
        "\u3000HC1:N  CF\u2028",
    ],
)
def test_space_around_is_dropped_with_a_warning_and_space_inside_is_kept(text: str) -> None:
    notes: list[Note] = []
    assert unprefix(text, notes) == "N  CF"
    assert notes == [SPACE]


def test_a_certificate_with_space_around_is_accepted_with_the_warning(world: World) -> None:
    verdict = world.verify("  " + world.issue() + "\r\n")
    assert verdict
    assert verdict.notes == (SPACE,)


def test_dropping_the_space_around_loses_no_data(world: World) -> None:
    # A last group with a space at its end is too big for its bytes, and no zlib stream starts with one.
    for first in base45.ALPHABET:
        for text in (first + " ", first + first + " "):
            with pytest.raises(StageError) as caught:
                base45.decode(text)
            assert caught.value.problem.code is Code.BASE45_OVERFLOW
    assert not world.issue().removeprefix("HC1:").startswith(" ")


@pytest.mark.parametrize("text", ["HC2:NCF", "HL0:NCF", "HC0:", "HCA:NCF", " HC2:NCF\n", "HC9:"])
def test_another_version_of_the_container_is_called_so(text: str) -> None:
    code = Code.PREFIX_MISSING if text.startswith("HL") else Code.PREFIX_UNSUPPORTED_VERSION
    assert refusal(text) is code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "H",
        "HC1",
        "hc1:NCF",
        "Hc1:NCF",
        "HC1;NCF",
        "HC 1:NCF",
        "HC1 :NCF",
        "HC:NCF",
        "HC12:NCF",
        "NCF",
        ":HC1:NCF",
        "xHC1:NCF",
        "ＨＣ１：NCF",  # full-width letters
        "НС1:NCF",  # Cyrillic letters
        "HC١:NCF",
        "\0HC1:NCF",
        "\ufeffHC1:NCF",
        "\u200bHC1:NCF",
        "\ud800HC1:NCF",
        "\ud800",
    ],
)
def test_a_text_without_the_prefix_is_no_certificate(world: World, text: str) -> None:
    assert refusal(text) is Code.PREFIX_MISSING
    verdict = world.verify(text)
    assert (verdict.outcome, verdict.code) == (Outcome.OTHER, Code.PREFIX_MISSING)
    assert {check.status for check in verdict.checks[1:]} == {Status.SKIPPED}


@pytest.mark.parametrize("text", ["HC1:", " HC1:", "HC1: ", "HC1:\n"])
def test_nothing_after_the_prefix_is_no_compressed_data(world: World, text: str) -> None:
    verdict = world.verify(text)
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.DEFLATE_NOT_COMPRESSED)
    assert verdict.check(Stage.BASE45).status is Status.PASS


@pytest.mark.parametrize(
    "odd", ["\u00a0", "\u2003", "\u3000", "\u200b", "\t", "\n", "\0", "\x1b", "\ud800", "a"]
)
def test_inside_the_text_only_the_plain_space_is_data(world: World, odd: str) -> None:
    text = world.issue()
    verdict = world.verify(text[:50] + odd + text[50:])
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.BASE45_CHARACTER)


@pytest.mark.parametrize("odd", ["\0", "\u200b", "\ufeff", "\ud800"])
def test_at_the_ends_what_is_no_space_is_refused(world: World, odd: str) -> None:
    assert world.verify(world.issue() + odd).code is Code.BASE45_CHARACTER
    assert world.verify(odd + world.issue()).code is Code.PREFIX_MISSING


def test_the_prefix_is_taken_away_once(world: World) -> None:
    verdict = world.verify("HC1:" + world.issue())
    assert not verdict
    assert verdict.check(Stage.PREFIX).status is Status.PASS
