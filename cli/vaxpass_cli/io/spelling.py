"""A fingerprint that two people compare by voice: letters in groups, with the ICAO spelling alphabet.

The first 100 bits of a SHA-256 are written in Base32 (RFC 4648: A to Z and 2 to 7, so neither 0 and O
nor 1 and I can be confused), as five groups of four. Whoever wants another key with the same groups
must try about 2^100 keys; 80 bits would do, and the fifth group is the margin. Letters are read as in
ICAO Annex 10, Volume II, 5.2.1.3.
"""

from __future__ import annotations

import base64
from typing import Final, NamedTuple

from vaxpass.crypto import PublicKey, fingerprint

_GROUPS: Final = 5
_SIZE: Final = 4
_LETTERS: Final = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa "
    "Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
).split()
_DIGITS: Final = {"2": "Two", "3": "Three", "4": "Four", "5": "Five", "6": "Six", "7": "Seven"}
_WORDS: Final = {word[0]: word for word in _LETTERS} | _DIGITS


class Group(NamedTuple):
    """Four letters of a fingerprint, and how they are read out."""

    letters: str
    """Such as `K7AQ`"""
    words: str
    """Such as `Kilo Seven Alfa Quebec`"""


def spelled(key: PublicKey) -> tuple[Group, ...]:
    """The fingerprint of a key (SHA-256 of its SubjectPublicKeyInfo), to be read out and compared."""
    return groups(bytes.fromhex(fingerprint(key)))


def groups(sha256: bytes) -> tuple[Group, ...]:
    """The same of any SHA-256 (32 bytes).

    >>> groups(bytes.fromhex("57c100" + 29 * "00"))[0]
    Group(letters='K7AQ', words='Kilo Seven Alfa Quebec')
    """
    text = base64.b32encode(sha256).decode()
    parts = (text[start : start + _SIZE] for start in range(0, _GROUPS * _SIZE, _SIZE))
    return tuple(Group(part, " ".join(_WORDS[letter] for letter in part)) for part in parts)


def in_line(found: tuple[Group, ...]) -> str:
    """The groups in one line: `K7AQ-BCDE-...`."""
    return "-".join(group.letters for group in found)


def to_read_out(found: tuple[Group, ...]) -> str:
    """The groups, each on a line of its own with its words."""
    return "\n".join(f"  {group.letters}  {group.words}" for group in found)
