"""Vietnamese texts as old fonts and programs leave them. The tables are not those of the library."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

# TCVN 5712:1993 (VN3), each row a vowel with its tones: grave, hook, tilde, acute, dot below.
_TCVN3_ROWS: Final = {
    "a": "B5 B6 B7 B8 B9",
    "ă": "BB BC BD BE C6",
    "â": "C7 C8 C9 CA CB",
    "e": "CC CE CF D0 D1",
    "ê": "D2 D3 D4 D5 D6",
    "i": "D7 D8 DC DD DE",
    "o": "DF E1 E2 E3 E4",
    "ô": "E5 E6 E7 E8 E9",
    "ơ": "EA EB EC ED EE",
    "u": "EF F1 F2 F3 F4",
    "ư": "F5 F6 F7 F8 F9",
    "y": "FA FB FC FD FE",
}
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_TCVN3: Final = {
    normalize("NFC", vowel + tone): int(code, 16)
    for vowel, codes in _TCVN3_ROWS.items()
    for tone, code in zip(_TONES, codes.split(), strict=True)
} | dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True))
# VNI: the byte after a vowel, for its mark and tone (none, acute, grave, hook, tilde, dot below).
_VNI_MARKS: Final = {
    "": " F9 F8 FB F5 EF",
    "\u0302": "E2 E1 E0 E5 E3 E4",
    "\u0306": "EA E9 E8 FA FC EB",
}
_VNI_TONES: Final = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_VNI_ALONE: Final = {
    "í": 0xED, "ì": 0xEC, "ỉ": 0xE6, "ĩ": 0xF3, "ị": 0xF2, "ỵ": 0xEE, "đ": 0xF1,
}  # fmt: skip
_NO_CAPITALS: Final = {letter.upper(): letter for letter in _TCVN3 if len(letter.upper()) == 1}


def tcvn3(text: str) -> bytes:
    """The bytes of a text in TCVN3; capitals with tones become small, as it has none."""
    return bytes(
        _TCVN3[letter]
        if letter in _TCVN3
        else _TCVN3[_NO_CAPITALS[letter]]
        if letter in _NO_CAPITALS
        else ord(letter)
        for letter in normalize("NFC", text)
    )


def vni(text: str) -> bytes:
    """The bytes of a text in VNI."""
    return b"".join(map(_vni_letter, normalize("NFC", text)))


def _vni_letter(letter: str) -> bytes:
    if letter.isascii():
        return letter.encode()
    small = letter.lower()
    shift = 0 if letter == small else 0x20
    if small in _VNI_ALONE:
        return bytes([_VNI_ALONE[small] - shift])
    vowel, *marks = list(normalize("NFD", small))
    base = vowel.upper().encode() if shift else vowel.encode()
    if "\u031b" in marks:  # ơ and ư are letters of their own
        marks.remove("\u031b")
        base = bytes([{"o": 0xF4, "u": 0xF6}[vowel] - shift])
    tone = "".join(mark for mark in marks if mark in _TONES)
    mark = "".join(mark for mark in marks if mark not in _TONES)
    codes = dict(zip(_VNI_TONES, _VNI_MARKS[mark].split(" "), strict=True))
    return base + (bytes([int(codes[tone], 16) - shift]) if codes[tone] else b"")


def windows_1258(text: str) -> bytes:
    """The bytes of a text in windows-1258: marked vowels, and tones that follow them."""
    written = []
    for letter in normalize("NFC", text):
        try:
            written.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            parts = normalize("NFD", letter)
            tone = "".join(mark for mark in parts if mark in _TONES)
            vowel = normalize("NFC", "".join(part for part in parts if part not in _TONES))
            written.append((vowel + tone).encode("cp1258"))
    return b"".join(written)


def as_latin(data: bytes) -> str:
    """Bytes as a program shows them that takes them for windows-1252."""
    return "".join(
        found if (found := bytes([byte]).decode("cp1252", "ignore")) else chr(byte) for byte in data
    )
