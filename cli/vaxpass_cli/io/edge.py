"""The edge of the tool: all text that it writes passes here before it reaches a terminal.

Names of files, lists and facilities come from others. Escape sequences and controls of direction in
them could hide, move or forge what stands on a screen; here they are shown by their numbers, whoever
wrote the text and wherever it goes. What draws on a terminal itself, with colours, does it through
`output.screen`, which escapes its texts in the same way.

This module does not need typer.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final, NamedTuple, TextIO

from vaxpass import messages
from vaxpass.display import escape_for_display

_BREAKS: Final = frozenset("\n\t")
_PARTS: Final = re.compile(r"([\n\t])")


def escaped(text: str) -> str:
    """A text without anything that a terminal obeys, but for the ends of its lines and tabulators.

    >>> escaped("a\\x1b[2J\\n")
    'a<U+001B>[2J\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        part if part in _BREAKS else escape_for_display(part, longest=len(part))
        for part in _PARTS.split(text)
        if part
    )


class Message(NamedTuple):
    """A sentence for people: its key in the catalogue and the values of its fields.

    >>> Message("error.no_file", {"path": "a.json"}).text("en")
    'a.json: there is no such file.'
    """

    key: str
    values: Mapping[str, object]

    def text(self, language: str) -> str:
        """The sentence in a language."""
        return messages.text(self.key, language, **self.values)


def complain(line: str) -> None:
    """Write a line about a problem or a note to standard error; it stays one line."""
    sys.stderr.write(f"vaxpass: {escape_for_display(line, longest=len(line))}\n")


def beep() -> None:
    """Let a terminal at standard error sound; does nothing where there is none."""
    if sys.stderr.isatty():
        stream = raw(sys.stderr)
        stream.write("\a")
        stream.flush()


class Escaped:
    """A stream of texts that escapes what is written to it.

    It has no `buffer`: bytes would pass by.
    """

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    @property
    def encoding(self) -> str:
        """The encoding of the stream."""
        return self.raw.encoding

    @property
    def errors(self) -> str | None:
        """What becomes of letters that the encoding does not have."""
        return self.raw.errors

    @property
    def closed(self) -> bool:
        """Whether the stream is closed."""
        return self.raw.closed

    def write(self, text: str) -> int:
        """Write a text, escaped."""
        self.raw.write(escaped(text))
        return len(text)

    def flush(self) -> None:
        """Let everything reach the terminal or file."""
        self.raw.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """The number of the file that it writes to."""
        return self.raw.fileno()

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True


def raw(stream: TextIO) -> TextIO:
    """The stream below an escaped one, for programs that escape their texts themselves."""
    return stream.raw if isinstance(stream, Escaped) else stream


@contextmanager
def kept() -> Iterator[None]:
    """Escape everything that is written to the standard streams in a `with` block.

    A program that was started from an icon may have no streams: then what is written is dropped.
    """
    before = sys.stdout, sys.stderr
    with ExitStack() as stack:
        streams = [_stream(stream, stack) for stream in before]
        sys.stdout, sys.stderr = map(Escaped, streams)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


def _stream(stream: TextIO | None, stack: ExitStack) -> TextIO:
    if stream is None:
        return stack.enter_context(open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123 - no path
    # A terminal that can't show a letter of a name must not stop the verdict.
    stream.reconfigure(errors="replace")  # type: ignore[attr-defined,unused-ignore]
    return stream


def is_read() -> bool:
    """Whether people may see what is written to standard error.

    A program that was started from an icon has no streams, or its desktop keeps them for a journal.
    """
    if sys.__stderr__ is None:
        return False
    try:
        return not stat.S_ISSOCK(os.fstat(sys.stderr.fileno()).st_mode)
    except (OSError, ValueError):  # no file of the system
        return True
