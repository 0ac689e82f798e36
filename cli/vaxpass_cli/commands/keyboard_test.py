"""`vaxpass keyboard-test`: tests whether a scanner that types works with this keyboard layout."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from vaxpass import qr
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import images
from vaxpass_cli.scan.keyboard.layouts import TEST_TEXT, US, find_test, strip_symbology
from vaxpass_cli.scan.keyboard.tty import Keyboard

_PATIENCE: Final = 120.0
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "how": (
        "Scan this code with the hand scanner while `vaxpass keyboard-test --read` waits for it.",
        "Hãy quét mã này bằng máy quét cầm tay trong khi `vaxpass keyboard-test --read` đang chờ.",
    ),
    "waiting": (
        "Scan the keyboard test code now. Escape ends the test.",
        "Hãy quét mã thử bàn phím ngay bây giờ. Phím Escape kết thúc việc thử.",
    ),
    "none": ("Nothing was scanned.", "Chưa quét được gì."),
    "other": (
        "This was not the keyboard test code, or nearly nothing of it arrived.",
        "Đây không phải mã thử bàn phím, hoặc gần như không có gì đến nơi.",
    ),
    "whole": (
        "Every character arrives as it is: the scanner works with this computer.",
        "Mọi ký tự đều đến đúng: máy quét dùng được với máy tính này.",
    ),
    "layout": (
        "The keyboard layout of this computer is: {layout}. The scanner types for a US keyboard.",
        "Bố cục bàn phím của máy tính này là: {layout}. Máy quét gõ theo bàn phím Mỹ.",
    ),
    "caps": ("Caps Lock is on: switch it off.", "Caps Lock đang bật: hãy tắt đi."),
    "repaired": (
        "vaxpass repairs this: scanning works.",
        "vaxpass tự sửa được điều này: có thể quét bình thường.",
    ),
    "lost": ("These characters are lost: {lost}", "Các ký tự này bị mất: {lost}"),
    "space": ("space", "dấu cách"),
    "remedy": (
        "Set the scanner to the keyboard of this computer's language, or to a serial port (USB-COM)"
        " and use `--source serial:PORT`; or set the computer to the US layout, without an input"
        " method such as Telex or VNI.",
        "Hãy đặt máy quét theo bàn phím của máy tính này, hoặc sang cổng nối tiếp (USB-COM) và dùng"
        " `--source serial:PORT`; hoặc đặt máy tính sang bố cục Mỹ, không bật bộ gõ Telex hay VNI.",
    ),
}


def keyboard_test(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the code here (.png, .svg) instead of showing it."
        ),
    ] = None,
    read: Annotated[
        bool, typer.Option("--read", help="Wait for the code to be scanned, and judge what arrives.")
    ] = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Print a code that holds every character of a health passport, and judge how it arrives.

    Exit code of --read 0: scanning works; 1: characters are lost; 2: wrong use.
    """
    console = Console(highlight=False)
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
        raise UsageError(f"{out}: the name of the picture must end in .png or .svg.")
    console.print(_say("how", lang))
    return Exit.OK


def judge_layout_test(typed: str, language: str) -> tuple[bool, list[str]]:
    """Whether scanning works where the keyboard test code arrives so, and what to say about it.

    >>> judge_layout_test(TEST_TEXT, "en")
    (True, ['Every character arrives as it is: the scanner works with this computer.'])
    """
    line = strip_symbology(typed)
    if line == TEST_TEXT:
        return True, [_say("whole", language)]
    found = find_test(line)
    if found is None:
        return False, [_say("other", language), _say("remedy", language)]
    sentences = []
    if found.layout is not US:
        name = found.layout.vietnamese if language == "vi" else found.layout.name
        sentences.append(_say("layout", language, layout=name))
    if found.caps:
        sentences.append(_say("caps", language))
    if not found.lost:
        return True, [*sentences, _say("repaired", language)]
    lost = " ".join(_say("space", language) if c == " " else c for c in found.lost)
    return False, [*sentences, _say("lost", language, lost=lost), _say("remedy", language)]


def _read(console: Console, language: str) -> int:
    typed = _scanned(console, language)
    if not typed:
        console.print(_say("none", language))
        return Exit.NOT_ACCEPTED
    works, sentences = judge_layout_test(typed, language)
    for sentence in sentences:
        console.print(Text(sentence))
    return Exit.OK if works else Exit.NOT_ACCEPTED


def _scanned(console: Console, language: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(4 * len(TEST_TEXT))
    console.print(_say("waiting", language))
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


def _say(name: str, language: str, **values: str) -> str:
    english, vietnamese = _WORDS[name]
    return (vietnamese if language == "vi" else english).format(**values)
