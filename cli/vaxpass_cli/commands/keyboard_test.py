"""`vaxpass keyboard-test`: tests whether a scanner that types works with this keyboard layout."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from vaxpass import messages, qr
from vaxpass.documents import unframed
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import images
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan.keyboard.layouts import TEST_TEXT, US, find_test
from vaxpass_cli.scan.keyboard.tty import Keyboard

_PATIENCE: Final = 120.0


def keyboard_test(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    read: Annotated[bool, typer.Option("--read")] = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Print a code that holds every character of a health passport, and judge how it arrives."""
    console = Console()
    if read:
        return _read(console, lang)
    if out is None:
        drawn = images.half_blocks(qr.png(TEST_TEXT, error_correction="M", scale=1))
        # Scanners want dark on light, whatever the colours of the terminal are.
        console.print(Text(drawn, style="#000000 on #ffffff"))
    elif out.suffix.lower() == ".svg":
        out.write_text(qr.svg(TEST_TEXT, error_correction="M"), encoding="utf-8")
    elif out.suffix.lower() == ".png":
        out.write_bytes(qr.png(TEST_TEXT, error_correction="M", scale=8))
    else:
        raise UsageError("error.picture_name", path=out)
    console.print(messages.text("keyboard.how", lang))
    return Exit.OK


def judge_layout_test(typed: str, language: str) -> tuple[bool, list[str]]:
    """Whether scanning works where the keyboard test code arrives so, and what to say about it.

    >>> judge_layout_test(TEST_TEXT, "en")
    (True, ['Every character arrives as it is: the scanner works with this computer.'])
    """
    line = unframed(typed)
    if line == TEST_TEXT:
        return True, [messages.text("keyboard.whole", language)]
    found = find_test(line)
    if found is None:
        return False, [
            messages.text("keyboard.other", language),
            messages.text("keyboard.remedy", language),
        ]
    sentences = []
    if found.layout is not US:
        name = messages.text(f"keyboard.layout.{found.layout.name}", language)
        sentences.append(messages.text("keyboard.layout", language, layout=name))
    if found.caps:
        sentences.append(messages.text("keyboard.caps", language))
    if not found.lost:
        return True, [*sentences, messages.text("keyboard.repaired", language)]
    lost = " ".join(messages.text("keyboard.space", language) if c == " " else c for c in found.lost)
    return False, [
        *sentences,
        messages.text("keyboard.lost", language, lost=lost),
        messages.text("keyboard.remedy", language),
    ]


def _read(console: Console, language: str) -> int:
    typed = _scanned(console, language)
    if not typed:
        console.print(messages.text("keyboard.none", language))
        return Exit.NOT_ACCEPTED
    works, sentences = judge_layout_test(typed, language)
    for sentence in sentences:
        console.print(Text(sentence))
    if works:
        console.print(messages.text("keyboard.unfit", language))
    return Exit.OK if works else Exit.NOT_ACCEPTED


def _scanned(console: Console, language: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(4 * len(TEST_TEXT))
    console.print(messages.text("keyboard.waiting", language))
    ends = time.monotonic() + _PATIENCE
    with Keyboard() as keyboard, contextlib.suppress(KeyboardInterrupt):
        while time.monotonic() < ends:
            keyboard.wait(0.1)
            keys, texts = keyboard.poll(time.monotonic())
            if texts:
                return texts[0]
            if "escape" in keys:
                break
    return ""
