"""Keys of a person and texts of a hand scanner are told apart by their pace."""

from __future__ import annotations

import json
import math
import os
import signal
import sys

import pytest
from vaxpass_cli.scan.feeds.texts import typed
from vaxpass_cli.scan.keyboard.layouts import LAYOUTS, Caps
from vaxpass_cli.scan.keyboard.tty import SLOWEST, Keyboard
from vaxpass_cli.scan.keyboard.wedge import LONGEST, Frames, Wedge

from tests.support.world import World
from vaxpass.documents import CONTROLS

_NAMED = (" ", "q", "\x1b", "\r", "\t", "\x7f", "\x1bOP", "\x1b[11~", "\x1b[[A", "D", "?")
_NAMELESS = ("\x1b[A", "\x01")


def play(
    typed: list[tuple[float, str]], until: float = 0.0, slowest: float = 0.05
) -> tuple[list[str], list[str]]:
    """Feed a wedge at these times, and look at it every 10 ms meanwhile."""
    wedge = Wedge(slowest=slowest)
    keys: list[str] = []
    texts: list[str] = []
    looks = ((n / 100, "") for n in range(int(100 * until)))
    events = sorted([*typed, *looks], key=lambda event: event[0])
    for now, characters in events:
        more_keys, more_texts = wedge.take(characters, now)
        keys += more_keys
        texts += more_texts
    return keys, texts


def test_single_keys_have_names() -> None:
    typed = [*_NAMED, *_NAMELESS]
    keys, texts = play([(n / 4, key) for n, key in enumerate(typed)], until=5)
    assert keys == ["space", "q", "escape", "enter", "tab", "backspace", "f1", "f1", "f1", "d", "?"]
    assert texts == []


@pytest.mark.parametrize("end", ["\r", "\n", "\t", "", "\r\n", "\n\r", "\t\r", "\x03\r\n", *CONTROLS])
@pytest.mark.parametrize("pace", [0.0, 0.005, 0.02, 0.04])
@pytest.mark.parametrize("sign", ["", "]Q1"])
def test_a_burst_is_a_text(sign: str, end: str, pace: float) -> None:
    text = f"{sign}HC1:6BF  OXN%TS"
    keys = [(1 + n * pace, character) for n, character in enumerate(text + end)]
    assert play(keys, until=3) == ([], [text])


@pytest.mark.parametrize("end", ["\r", "\r\n", ""])
@pytest.mark.parametrize("look", [0.01, 0.03, 0.05, 0.06])
def test_a_slow_scanner_is_understood_where_the_keyboard_is_looked_at_seldom(
    look: float, end: str
) -> None:
    text = "HC1:6BF  OXN%TS"
    given: dict[float, str] = {}
    for n, character in enumerate(text + end):
        seen = 1 + math.ceil((n + 1) * 0.04 / look) * look
        given[seen] = given.get(seen, "") + character
    assert play(list(given.items()), until=3, slowest=SLOWEST) == ([], [text])


def test_a_key_after_a_text_is_a_key() -> None:
    assert play([(1.0, "HC1:AB\r"), (1.04, "\n"), (1.5, "\r"), (2.0, "q")], until=3) == (
        ["enter", "q"],
        ["HC1:AB"],
    )


@pytest.mark.parametrize("caps", Caps)
def test_what_a_layout_did_to_a_slow_burst_is_undone(caps: Caps, world: World) -> None:
    text = world.issue()
    for layout in LAYOUTS[:4]:
        arrived = layout.typed(f"]Q1{text}", caps) + "\r\n"
        given = [(1 + n * 0.04, character) for n, character in enumerate(arrived)]
        keys, (burst,) = play(given, until=30)
        assert keys == []
        assert typed(burst).text == text


@pytest.mark.parametrize("end", ["\r", ""])
def test_what_follows_a_text_without_a_pause_is_no_key(end: str) -> None:
    """A code may hold a line break and the letter of a key."""
    keys = [(1 + n * 0.02, character) for n, character in enumerate(f"HC1:6BF\rq\n \nq{end}")]
    assert play(keys, until=3) == ([], ["HC1:6BF", "q", "q"])


def test_a_scanner_that_pauses_after_its_start_is_understood() -> None:
    typed = [(1.0, "HC1:"), (1.2, "ABC"), (1.4, "DEF\r")]
    assert play(typed, until=3) == ([], ["HC1:ABCDEF"])


def test_two_texts_at_once_and_keys_around_them() -> None:
    typed = [(1.0, "q"), (2.0, "HC1:AB\rHC1:CD\r\n"), (3.0, " ")]
    assert play(typed, until=4) == (["q", "space"], ["HC1:AB", "HC1:CD"])


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("sign", ["", "]Q1"])
@pytest.mark.parametrize("text", [[{"data": {"n": 'A "[{" B'}, "sig": {}}], {"a": [1, 2], "b": "}"}])
def test_json_in_several_lines_is_one_text(text: object, sign: str, end: str) -> None:
    written = sign + json.dumps(text, indent=2).replace("\n", end)
    frames = Frames()
    (found,) = frames.take(f"{written}{end}", now=1.0)
    assert json.loads(found.removeprefix(sign)) == text
    assert not frames.waits
    assert frames.take(f"HC1:A{end}", now=1.1) == ["HC1:A"]


def test_json_that_does_not_end_is_given_after_a_pause() -> None:
    frames = Frames()
    assert frames.take('{"data": {\r', now=1.0) == []
    assert frames.take("", now=1.1) == []
    assert frames.take("HC1:A\r", now=2.0) == ['{"data": {', "HC1:A"]
    assert not frames.waits


def test_json_that_never_ends_is_told_as_too_long() -> None:
    frames = Frames()
    found = [text for n in range(LONGEST) for text in frames.take("[[\r", now=1 + n / 1000)]
    assert len(found[0]) == LONGEST + 1


def test_enter_after_a_text_is_no_key() -> None:
    keys, texts = play([(1.0, "HC1:AB"), (1.01, "\r"), (1.5, "\r")], until=3)
    assert texts == ["HC1:AB"]
    assert keys == ["enter"]


def test_a_key_that_is_held_down_is_keys() -> None:
    typed = [(1 + n / 30, "s") for n in range(40)]
    keys, texts = play(typed, until=4)
    assert set(keys) == {"s"}
    assert texts == []


def test_a_key_is_there_at_once() -> None:
    wedge = Wedge()
    assert wedge.take("q", 1.0) == ([], [])
    assert wedge.take("", 1.06) == (["q"], [])


def test_a_text_that_is_too_long_can_be_told() -> None:
    for characters in ("AB" * LONGEST, "AB" * LONGEST + "\r"):
        keys, texts = play([(1.0, characters)], until=3)
        assert [len(text) for text in texts] == [LONGEST + 1]
        assert keys == []
    whole = "AB" * (LONGEST // 2)
    assert play([(1.0, whole + "\r")], until=2)[1] == [whole]


def test_memory_stays_bounded_while_characters_pour_in() -> None:
    frames, wedge = Frames(), Wedge()
    for n in range(2000):
        assert frames.take("x" * 1000, n / 1000) == []
        assert wedge.take("xy" * 500, n / 1000) == ([], [])
    assert len(frames.take("\r", 2.0)[0]) == LONGEST + 1


def test_where_standard_input_is_no_terminal_there_are_no_keys() -> None:
    with Keyboard() as keyboard:
        assert keyboard.poll(1.0) == ([], [])
        keyboard.wait(0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="the terminal of Windows has no modes")
class TestTerminal:
    @pytest.fixture
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> object:
        import pty  # noqa: PLC0415

        master, slave = pty.openpty()
        with os.fdopen(slave, "r", closefd=True) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            yield master
        os.close(master)

    def test_it_reads_long_texts_and_restores_the_mode(self, terminal: int) -> None:
        import termios  # noqa: PLC0415

        before = termios.tcgetattr(sys.stdin.fileno())
        text = "HC1:" + "Ö B" * 2000
        data = (text + "\r").encode()
        texts: list[str] = []
        with Keyboard() as keyboard:
            mode = termios.tcgetattr(sys.stdin.fileno())
            assert not mode[3] & (termios.ECHO | termios.ICANON)
            for start in range(0, len(data), 1001):  # through the middle of letters
                os.write(terminal, data[start : start + 1001])
                keyboard.wait(1.0)
                texts += keyboard.poll(1.0 + start / 1e6)[1]
        assert texts == [text]
        assert termios.tcgetattr(sys.stdin.fileno()) == before

    def test_signals_restore_the_mode(self, terminal: int) -> None:
        import termios  # noqa: PLC0415

        before = termios.tcgetattr(sys.stdin.fileno())
        handlers = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGTSTP, signal.SIGCONT)}

        def work() -> None:
            with Keyboard():
                signal.raise_signal(signal.SIGCONT)
                assert termios.tcgetattr(sys.stdin.fileno()) != before
                signal.raise_signal(signal.SIGTERM)

        with pytest.raises(SystemExit, match=str(128 + signal.SIGTERM)):
            work()
        assert termios.tcgetattr(sys.stdin.fileno()) == before
        assert {number: signal.getsignal(number) for number in handlers} == handlers
