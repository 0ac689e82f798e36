"""Compare full names.

The only user of rapidfuzz.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from rapidfuzz.distance import OSA

from vaxpass.identity.letters import (
    APOSTROPHES,
    HYPHENS,
    INVISIBLE,
    LONGEST,
    SPACES,
    STOPS,
    icao_or_none,
)


def edits(one: str, other: str, limit: int) -> int:
    """The smallest number of typos that turn one text into the other; `limit` + 1 where it is larger.

    A typo is a letter too many, a missing letter, a wrong letter, or two neighbours in the wrong order
    (distance of optimal string alignment).

    >>> edits("NGUYEN", "NGUYNE", 2), edits("AN", "BINH", 2)
    (1, 3)
    """
    return OSA.distance(one, other, score_cutoff=limit)


class NameLevel(StrEnum):
    """How far two names agree, the closest first.

    >>> compare_names("Lê Hòa", "LÊ HOÀ") is NameLevel.EXACT
    True
    """

    EXACT = "exact"
    """The same letters; case, form of Unicode, signs and the place of a tone (òa, oà) do not count."""
    TONES = "tones"
    """Only tones differ."""
    LETTERS = "letters"
    """The same in a machine-readable zone: only marks of letters differ."""
    ORDER = "order"
    """The same parts in another order."""
    INCOMPLETE = "incomplete"
    """One of them lacks parts, or has initials instead."""
    TYPO = "typo"
    """One or two typos."""
    DIFFERENT = "different"
    """More than that differs."""
    MISSING = "missing"
    """At least one of them has no letter."""


_PUNCTUATION: Final = str.maketrans(
    dict.fromkeys(SPACES + HYPHENS + ",<", " ") | dict.fromkeys(APOSTROPHES + STOPS + INVISIBLE, "")
)
_ANY_PUNCTUATION: Final = re.compile(r"[^\w ]")
# The old spelling puts the tone on the first of two vowels, the new one on the second.
_OLD_PLACE: Final = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_WITHOUT_TONES: Final = dict.fromkeys(map(ord, _TONES))
_WITHOUT_MARKS: Final = dict.fromkeys(range(0x300, 0x370)) | str.maketrans("đłøıƀ", "dloib")
_SHORT_NAME: Final = 8
"""In a name with fewer letters only one typo is allowed: An and Ba are two names."""
_SHORT_PART: Final = 5


def name_key(name: str) -> str:
    """The form in which names are compared: names with the same key are `NameLevel.EXACT`.

    Small letters, composed (NFC), words separated by one space; empty for a name without letters. The
    prefixes H, K and Y of the highlands are one word with what follows, however they are written:
    H'Hen, H Hen, HHen.

    >>> name_key("HOÀ  Nguyễn") == name_key("Hòa nguyễn")
    True
    >>> name_key("H'Hen Niê") == name_key("H Hen Niê") == "hhen niê"
    True
    """
    if name.isascii():
        key = name.lower()
    else:
        key = normalize("NFC", normalize("NFC", name).casefold())
        # The capitals of these letters look like Đ, and records have them instead of it.
        key = key.replace("ð", "đ").replace("ɖ", "đ")
        if _OLD_PLACE.search(key):
            key = _OLD_PLACE.sub(_new_place, key)
    if _ANY_PUNCTUATION.search(key):
        key = key.translate(_PUNCTUATION)
    key = " ".join(key.split())
    # Files lose the apostrophe, or have a space or a hyphen in its place.
    return key[0] + key[2:] if key[1:2] == " " and key[0] in "hky" else key


def _new_place(vowels: re.Match[str]) -> str:
    letters = normalize("NFD", vowels[0])  # vowel, tone, vowel
    return letters[0] + normalize("NFC", letters[2] + letters[1])


def name_skeleton(name: str) -> str:
    """The key of a name without its tones, with all other marks (â, ơ, đ).

    >>> name_skeleton("Hòa") == name_skeleton("Hoá") == "hoa"
    True
    >>> name_skeleton("Ân") == name_skeleton("An")
    False
    """
    return _skeleton(name_key(name))


def _skeleton(key: str) -> str:
    if key.isascii():
        return key
    return normalize("NFC", normalize("NFD", key).translate(_WITHOUT_TONES))


def name_letters(name: str) -> str:
    """A name in the letters of a machine-readable zone (ICAO Doc 9303, part 3), parts separated by `<`.

    Its key with `<` for the spaces where a letter has no such form.

    >>> name_letters("Nguyễn Văn An"), name_letters("Αθηνά")
    ('NGUYEN<VAN<AN', 'αθηνά')
    """
    return _letters(name, name_key(name))


def name_plain(name: str) -> str:
    """The key of a name without any mark, to compare it with a name that was written without marks.

    >>> name_plain("Đặng Thị Ánh")
    'dang thi anh'
    """
    return _plain(name_key(name))


def _letters(name: str, key: str) -> str:
    return icao_or_none(name) or key.replace(" ", "<")


def _plain(key: str) -> str:
    # A machine-readable zone spells an umlaut with two letters; people leave its mark out.
    return normalize("NFD", key).translate(_WITHOUT_MARKS)


def compare_names(one: str, other: str) -> NameLevel:
    """How far two full names agree. Exchanging the two makes no difference. Never raises.

    >>> compare_names("Nguyễn Văn An", "NGUYEN VAN AN")
    <NameLevel.LETTERS: 'letters'>
    >>> compare_names("Nguyễn Văn An", "An Nguyễn Văn")
    <NameLevel.ORDER: 'order'>
    """
    key = name_key(one)
    if one == other:
        return NameLevel.EXACT if key else NameLevel.MISSING
    other_key = name_key(other)
    if not key or not other_key:
        return NameLevel.MISSING
    if key == other_key:
        return NameLevel.EXACT
    if _skeleton(key) == _skeleton(other_key):
        return NameLevel.TONES
    letters, other_letters = _letters(one, key), _letters(other, other_key)
    if letters == other_letters or _plain(key) == _plain(other_key):
        return NameLevel.LETTERS
    return _compare_parts(letters, other_letters)


def _compare_parts(letters: str, other_letters: str) -> NameLevel:
    parts, other_parts = letters.split("<"), other_letters.split("<")
    if sorted(parts) == sorted(other_parts):
        return NameLevel.ORDER
    if _lacks_parts(parts, other_parts):
        return NameLevel.INCOMPLETE
    if _is_typo(letters, other_letters, parts, other_parts):
        return NameLevel.TYPO
    return NameLevel.DIFFERENT


def has_surplus(one: str, other: str) -> bool:
    """Whether a name has parts that the other one has not, or whole parts for its initials.

    For names of `NameLevel.INCOMPLETE`, to say which of them is too long. False where both lack some.

    >>> has_surplus("Nguyễn Văn An Anh", "Nguyễn Văn An"), has_surplus("Nguyễn V. An", "Nguyễn Văn An")
    (True, False)
    """
    parts, other_parts = (_letters(name, name_key(name)).split("<") for name in (one, other))
    if len(parts) == len(other_parts):
        return all(a == b or len(b) == 1 < len(a) for a, b in zip(parts, other_parts, strict=True))
    return Counter(other_parts) < Counter(parts)


def marks_differ(one: str, other: str) -> bool:
    """Whether a part that two names share has other marks in one of them.

    >>> marks_differ("An Nguyen", "Nguyễn Văn An"), marks_differ("An Nguyễn", "Nguyễn Văn An")
    (True, False)
    """
    parts, others = ({_plain(part): part for part in name_key(name).split()} for name in (one, other))
    return any(plain in others and others[plain] != part for plain, part in parts.items())


def differs_in_spaces(one: str, other: str) -> bool:
    """Whether two names have the same letters, only divided into other parts.

    >>> differs_in_spaces("NguyễnVăn An", "Nguyễn Văn An")
    True
    """
    joined, other_joined = (_letters(name, name_key(name)).replace("<", "") for name in (one, other))
    return joined == other_joined


def knows_name(declared: str, registered: str) -> bool:
    """Whether who declares an incomplete name knows the other one all the same.

    They have the last part (the given name) and another part in common, and few parts were added: a
    list of many names does not know one.

    >>> knows_name("Nguyễn An", "Nguyễn Văn An"), knows_name("Nguyễn Văn", "Nguyễn Văn An")
    (True, False)
    """
    parts, others = (_letters(name, name_key(name)).split("<") for name in (declared, registered))
    shared = (Counter(parts) & Counter(others)).total()
    return shared >= min(2, len(others)) and others[-1] in parts and len(parts) <= len(others) + 2


def _lacks_parts(parts: list[str], other_parts: list[str]) -> bool:
    if len(parts) == len(other_parts):
        pairs = list(zip(parts, other_parts, strict=True))
        # An initial stands for one part. A name that has only initials is not compared.
        return any(len(a) > 1 and a == b for a, b in pairs) and all(
            a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs
        )
    fewer, more = sorted((parts, other_parts), key=len)
    return Counter(fewer) < Counter(more)


def _is_typo(letters: str, other_letters: str, parts: list[str], other_parts: list[str]) -> bool:
    if max(len(letters), len(other_letters)) > LONGEST:
        return False
    limit = 1 if min(len(letters), len(other_letters)) < _SHORT_NAME else 2
    if edits(letters, other_letters, limit) > limit:
        return False
    if len(parts) != len(other_parts):
        return True
    return all(
        a == b or edits(a, b, limit) <= (1 if min(len(a), len(b)) < _SHORT_PART else 2)
        for a, b in zip(parts, other_parts, strict=True)
    )
