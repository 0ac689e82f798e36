"""Separate typed characters into keys of a person and texts of a hand scanner, by their speed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from vaxpass.documents import CONTROLS, unframed

LONGEST: Final = 8000
"""Largest length of a text. Of a longer text one character more is kept, which shows its length."""

ENDS: Final = "\r\n\t" + CONTROLS
"""The characters that end a text: those of the keyboard, and those that scanners put around it."""
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCANNED: Final = 4  # characters in a burst that only a scanner can type
_NAMES: Final = {
    " ": "space",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x1b": "escape",
    "\x7f": "backspace",
    "\b": "backspace",
}
_SEQUENCES: Final = {"\x1bOP": "f1", "\x1b[11~": "f1", "\x1b[[A": "f1"}
_SEQUENCE: Final = re.compile(r"\x1b(?:\[\[?[0-9;]*[A-Za-z~]|O[A-Za-z])")


class Frames:
    """Texts in a stream of characters; one of `ENDS` or a pause of `pause` seconds ends a text.

    JSON ends with its last bracket: it may be written in several lines.

    >>> frames = Frames()
    >>> frames.take("HC1:AB\\rHC1:C", now=1.0), frames.take("", now=1.5)
    (['HC1:AB'], ['HC1:C'])
    """

    def __init__(self, pause: float = 0.2) -> None:
        self._pause = pause
        self._text = self._open = ""
        self._last = 0.0

    def take(self, characters: str, now: float) -> list[str]:
        """Take the characters that came, perhaps none, at a time in seconds; gives complete texts."""
        texts = []
        if self.waits and now - self._last >= self._pause:
            texts.append(f"{self._open}{self._text}"[: LONGEST + 1].rstrip("\n"))
            self._text = self._open = ""
        if characters:
            self._last = now
            *whole, rest = re.split(f"[{ENDS}]", self._text + characters)
            for line in whole:
                text = f"{self._open}{line}"[: LONGEST + 1]
                is_open = len(text) <= LONGEST and _is_open_json(text)
                self._open = f"{text}\n" if is_open else ""
                texts += [text] if text and not is_open else []
            self._text = rest[: LONGEST + 1]
        return texts

    @property
    def waits(self) -> bool:
        """Whether a text has begun and not ended."""
        return bool(self._text or self._open)


def _is_open_json(text: str) -> bool:
    """Whether a text begins as JSON and has brackets that are not closed yet."""
    if not unframed(text).startswith(("{", "[")):
        return False
    signs = Counter(_STRING.sub("", text))
    return signs["{"] + signs["["] > signs["}"] + signs["]"] - text.startswith("]")


class Wedge:
    """Separates what a keyboard types: single keys of a person, and bursts of a hand scanner.

    `slowest` is the largest time in seconds between two of its first characters. Afterwards it may
    become slower: a text that has begun ends after `pause` seconds. What follows a text without a pause
    is the scanner's, too: a code must not press keys. `exact`: the times are those of the keys, and not
    those of looks at the keyboard. Then two different keys in a burst are a text already.
    """

    def __init__(self, pause: float = 0.3, slowest: float = 0.05, *, exact: bool = False) -> None:
        self._frames = Frames(pause)
        self._slowest = slowest
        self._exact = exact
        self._burst = ""
        self._last = 0.0
        self._scanned = False

    def take(self, characters: str, now: float) -> tuple[list[str], list[str]]:
        """Take the characters that were typed, perhaps none, at a time in seconds.

        Gives the names of keys (`space`, `enter`, `escape`, `f1`, `q` ...) and complete texts.
        """
        keys: list[str] = []
        texts = self._frames.take("", now)
        if now - self._last > self._slowest:
            keys += self._keys()
            self._scanned = False
        if characters:
            self._last = now
        if self.reads:
            texts += self._frames.take(characters, now)
            self._scanned = True
            return keys, [text for text in texts if text.strip()]
        self._burst += characters
        if self._is_text():
            burst, self._burst = _SEQUENCE.sub("", self._burst), ""
            texts += self._frames.take(burst, now)
            self._scanned = True
        self._burst = self._burst[: LONGEST + 1]
        return keys, [text for text in texts if text.strip()]

    @property
    def is_open(self) -> bool:
        """Whether characters wait for the next ones, which show who types them."""
        return bool(self._burst)

    @property
    def reads(self) -> bool:
        """Whether the last character is of a hand scanner: its text goes on, or has just ended."""
        return self._scanned or self._frames.waits

    def _is_text(self) -> bool:
        """Whether only a hand scanner types such a burst. A key that is held down types one, too."""
        typed = _SEQUENCE.sub("", self._burst).strip(ENDS)
        if self._exact:
            return bool(typed) and len(set(self._burst)) > 1
        return len(typed) >= _SCANNED and len(set(typed)) > 1

    def _keys(self) -> list[str]:
        """The names of the keys in the burst that has ended."""
        names = []
        burst, self._burst = self._burst, ""
        while burst:
            found = _SEQUENCE.match(burst)
            key = found.group() if found else burst[0]
            burst = burst[len(key) :]
            name = _SEQUENCES.get(key) if found else _NAMES.get(key, key.lower())
            if name and name.isprintable():
                names.append(name)
        return names
