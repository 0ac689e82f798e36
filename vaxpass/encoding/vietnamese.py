"""Vietnamese text that was read in the wrong encoding: find it, and read it again.

Offices still write TCVN3 (fonts such as .VnTime), VNI and windows-1258, and programs read such bytes as
Latin letters of Western Europe (windows-1252). UTF-8 is read so, too, and saved as UTF-8 once more. The
letters are then wrong, but none is lost: `reread` gives the right ones.

No list of words or names decides. A Vietnamese syllable has a fixed form: an initial, one of some 160
rimes and at most one tone, in its place; a rime that ends in c, ch, p or t has one of two tones. A text
is damaged where it has what no name has (signs, control characters or capitals within a word, or
sequences that are no syllable), and another reading gives nothing but syllables. So names of other
languages stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final
from unicodedata import category, normalize

__all__ = [
    "Misreading",
    "is_damaged",
    "is_syllable",
    "latin",
    "misreading_of",
    "repaired",
    "reread",
]


class Misreading(StrEnum):
    """What a text was, before it was read as windows-1252.

    >>> Misreading("vni") is Misreading.VNI
    True
    """

    UTF8_TWICE = "utf-8-twice"
    """UTF-8, which was saved as UTF-8 once more"""
    WINDOWS_1258 = "windows-1258"
    """The code page of Windows for Vietnamese, with combining tones"""
    TCVN3 = "tcvn3"
    """TCVN 5712:1993, VN3: a byte for each letter, as fonts such as .VnTime show them"""
    VNI = "vni"
    """VNI for Windows: a vowel, followed by a byte for its marks"""


# --- syllables ---------------------------------------------------------------------------------------

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED_TONES: Final = "\u0301\u0323"
_ONSETS: Final = "b c ch d đ gi g gh h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây"
    " e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu"
    " iê iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn"
    " oăng oăt oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt"
    " u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy"
    " uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu"
    " y ynh yt yên yêm yêng yêt yêu"
)
_SYLLABLE: Final = re.compile(f"({'|'.join(_ONSETS.split())}|)({'|'.join(_RIMES.split())})")
_STOPPED: Final = re.compile("(?:c|ch|p|t)$")
_LONGEST_SYLLABLE: Final = 14
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def is_syllable(word: str) -> bool:
    """Whether a word has the form of one Vietnamese syllable; case and form of Unicode do not count.

    >>> [is_syllable(word) for word in ("Nguyễn", "ĐỨC", "An", "NguyÔn", "Müller", "Hồp", "Hộp")]
    [True, True, True, False, False, False, True]
    """
    return len(word) <= _LONGEST_SYLLABLE and _is_syllable(word)


@lru_cache(maxsize=1 << 14)
def _is_syllable(word: str) -> bool:
    letters: list[str] = []
    tones: list[tuple[str, int]] = []
    for part in normalize("NFD", word.lower()):
        if part in _TONES:
            tones.append((part, len(letters) - 1))
        elif category(part) == "Mn" and letters:
            letters[-1] += part
        else:
            letters.append(part)
    found = _SYLLABLE.fullmatch(normalize("NFC", "".join(letters)))
    if found is None or len(tones) > 1:
        return False
    onset, rime = found.groups()
    stopped = bool(_STOPPED.search(rime))
    if not tones:
        # A bare word such as "Phuc" has lost its tone, and is a syllable all the same.
        return word.isascii() or not stopped
    tone, place = tones[0]
    return place - len(onset) in _bearers(rime) and (not stopped or tone in _STOPPED_TONES)


@lru_cache(maxsize=256)
def _bearers(rime: str) -> tuple[int, ...]:
    """The places of a rime where its tone may stand."""
    marked = [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]
    if marked:
        return (marked[-1],)
    vowels = len(rime) - len(rime.lstrip("aeiouy"))
    if rime in ("oa", "oe", "uy"):  # the old spelling and the new one
        return (0, 1)
    second = vowels > 2 or (vowels == 2 and len(rime) > vowels)
    return (1,) if second else (0,)


# --- readings ----------------------------------------------------------------------------------------


def _page(name: str) -> str:
    """The letters of a code page; a byte without one is the control character with its number."""
    return "".join(
        found if (found := bytes([byte]).decode(name, "ignore")) else chr(byte) for byte in range(256)
    )


_WESTERN: Final = _page("cp1252")
_VIETNAMESE: Final = _page("cp1258")
_BYTES: Final[tuple[Mapping[str, int], ...]] = tuple(
    # A control character beside the page's own letter for that byte: some programs read Latin-1.
    {chr(byte): byte for byte in range(256)} | {letter: byte for byte, letter in enumerate(page)}
    for page in (_WESTERN, _VIETNAMESE)
)
_TCVN3: Final = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3_LETTERS: Final = {
    first + place: letter for first, letters in _TCVN3.items() for place, letter in enumerate(letters)
}
# The marks that follow a vowel in VNI, by the byte: tone alone, circumflex and breve with their tones.
_VNI_TONES: Final = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_CIRCUMFLEX: Final = dict(zip("âáàåãä", ("", *_VNI_TONES.values()), strict=True))
_VNI_BREVE: Final = dict(zip("êéèúüë", ("", *_VNI_TONES.values()), strict=True))
_VNI_ALONE: Final = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))
_VNI_VOWELS: Final = "aeouyôö"


def _vni_letters() -> Mapping[str, str]:
    letters = dict(_VNI_ALONE)
    for vowel in _VNI_VOWELS:
        plain = _VNI_ALONE.get(vowel, vowel)
        marks = dict(_VNI_TONES)
        if vowel in "aeo":
            marks |= {byte: f"\u0302{tone}" for byte, tone in _VNI_CIRCUMFLEX.items()}
        if vowel == "a":
            marks |= {byte: f"\u0306{tone}" for byte, tone in _VNI_BREVE.items()}
        letters |= {vowel + byte: normalize("NFC", plain + mark) for byte, mark in marks.items()}
    # The vowel gives the case of the letter: of the mark, some programs change it.
    capitals = {
        key[0].upper() + mark: letter.upper()
        for key, letter in letters.items()
        for mark in {key[1:], key[1:].upper()}
    }
    mixed = {key[0] + key[1:].upper(): letter for key, letter in letters.items()}
    return letters | mixed | capitals


_VNI: Final = _vni_letters()
_VNI_SEQUENCE: Final = re.compile(
    "|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)) + "|[^\x00-\x7f]"
)
_LOST_SPACE: Final = re.compile("([ÃĂ])(?: (?= )|(?= |$))")
_SMALL: Final = re.compile("[a-z]")
_LONGEST: Final = 1 << 20


def latin(data: bytes) -> str:
    """Bytes as windows-1252. Nothing is lost: a byte that it does not have is a control character.

    >>> latin(b"L\\xaa \\x81")
    'Lª \\x81'
    """
    return data.decode("latin-1").translate(_TO_WESTERN)


_TO_WESTERN: Final = {byte: _WESTERN[byte] for byte in range(0x80, 0xA0)}


def reread(text: str, was: Misreading) -> str | None:
    """Read a text again that was read as windows-1252 (UTF-8 also as windows-1258); composed (NFC).

    None where it holds a letter that it could not have then, and where nothing changes.

    >>> reread("NguyÔn V¨n An", Misreading.TCVN3), reread("Nguyeãn Vaên An", Misreading.VNI)
    ('Nguyễn Văn An', 'Nguyễn Văn An')
    >>> reread("VÄƒn", Misreading.UTF8_TWICE), reread("Văn", Misreading.TCVN3)
    ('Văn', None)
    """
    if text.isascii() or len(text) > _LONGEST:
        return None
    if was is Misreading.VNI:
        return _vni(text)
    for known in _BYTES if was is Misreading.UTF8_TWICE else _BYTES[:1]:
        try:
            data = bytes(known[letter] for letter in text)
        except KeyError:
            found = None
        else:
            found = _decoded(data, was)
        if found is None and was is Misreading.UTF8_TWICE:
            # The second byte of "à" is a no-break space; some programs make a space or nothing of it.
            mended = _LOST_SPACE.sub("\\1\xa0", text)
            if mended != text and not _LOST_SPACE.sub("", text).isascii():
                found = reread(mended, was)
        if found is not None and found != text:
            return found
    return None


def _decoded(data: bytes, was: Misreading) -> str | None:
    if was is Misreading.UTF8_TWICE:
        try:
            return normalize("NFC", data.decode())
        except UnicodeDecodeError:
            return None
    if was is Misreading.WINDOWS_1258:
        return normalize("NFC", "".join(_VIETNAMESE[byte] for byte in data))
    letters = [chr(byte) if byte < 0x80 else _TCVN3_LETTERS.get(byte, "") for byte in data]
    return _in_capitals("".join(letters)) if all(letters) else None


def _in_capitals(text: str) -> str:
    """TCVN3 has no capitals with tones: a font shows the small letters as capitals.

    >>> _in_capitals("LÊ áI Ư"), _in_capitals("Lê Thị út"), _in_capitals("Trạm y tế ấp 1")
    ('LÊ ÁI Ư', 'Lê Thị Út', 'Trạm y tế ấp 1')
    """
    words = _LETTERS.findall(text)
    if not _SMALL.search(text) and any(map(_has_capitals, words)):
        return text.upper()
    text = _LETTERS.sub(
        lambda word: (
            word[0].upper() if _has_capitals(word[0]) and not _SMALL.search(word[0]) else word[0]
        ),
        text,
    )
    small = [word for word in words if word[0].islower()]
    # A name whose parts all begin with a capital, but for those that have none.
    if small and len(small) < len(words) and not any(word[0].isascii() for word in small):
        text = _LETTERS.sub(lambda word: word[0][0].upper() + word[0][1:], text)
    return text


def _has_capitals(word: str) -> bool:
    return sum(map(str.isupper, word)) > 1


def _vni(text: str) -> str | None:
    lost = False

    def letter(found: re.Match[str]) -> str:
        nonlocal lost
        known = _VNI.get(found[0], "")
        lost |= not known
        return known

    read = _VNI_SEQUENCE.sub(letter, text)
    return None if lost or read == text else read


# --- damage ------------------------------------------------------------------------------------------

_OLDER: Final = (Misreading.TCVN3, Misreading.VNI, Misreading.WINDOWS_1258)
_LETTER: Final = r"[^\W\d_]"
_LOST: Final = re.compile(
    # Two marks in front of a name were a word, such as Đỗ.
    f"{_LETTER}\\?+{_LETTER}|\\?{_LETTER}|{_LETTER}\\?+(?= +[\\w?])|^ *\\?\\? +{_LETTER}|\ufffd"
)
_SIGNS: Final = "\x80-\x9f¡¢£¤¥¦§¨©«¬®¯°±²³µ¶¸¹»¼½¾¿×÷†‡ˆ‰‹›•˜™…„€ª\xad"
_SIGN: Final = re.compile(f"[{_SIGNS}º]")
_INSIDE: Final = re.compile(f"{_LETTER}[\x80-\x9f¢£¤¥¦§¨©¬®±¶¹²³¼½¾¿÷†‡‰‹›•™]{_LETTER}")
_CAPITAL_INSIDE: Final = re.compile("[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]")
# Sequences of names of other languages, which VNI and TCVN3 have as well: Loïc, Raphaël, Lü.
_ELSEWHERE: Final = re.compile("[aeou][ïë]|^[ln]ü", re.IGNORECASE)
_WORDS_OF_A_NAME: Final = 3
_LONGEST_NAME: Final = 400


def is_damaged(text: str) -> bool:
    """Whether a name has letters that no name has, so that a file damaged it and nobody erred.

    True for what `repaired` can read again, and for letters that are lost: question marks within words,
    U+FFFD, signs between letters. Never raises.

    >>> [is_damaged(name) for name in ("NguyÔn V¨n An", "Nguy?n V?n An", "Nguyễn Văn An", "Müller")]
    [True, True, False, False]
    """
    if text.isascii() and "?" not in text:
        return False
    if len(text) > _LONGEST_NAME:
        return False
    return bool(_LOST.search(text) or _INSIDE.search(text) or _readings(text))


_ALIKE: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo"
)
"""Cyrillic and Greek letters that look like Latin ones"""
_OTHER_SCRIPT: Final = re.compile("[\u0370-\u052f]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def _in_latin(text: str) -> str | None:
    """A name with its letters of another script as the Latin ones that they look like.

    None where it has none, no Latin letter beside them, or such as look like no Latin letter.

    >>> _in_latin("Nguyễn Văn \u0410n") == "Nguyễn Văn An", _in_latin("Иван"), _in_latin("An")
    (True, None, None)
    """
    if not _OTHER_SCRIPT.search(text) or not _LATIN.search(text):
        return None
    read = normalize("NFC", normalize("NFD", text).translate(_ALIKE))
    return None if _OTHER_SCRIPT.search(read) else read


def repaired(text: str) -> str | None:
    """A name as it was before it was read in the wrong encoding; None where that is not so, or unclear.

    The result is composed (NFC). Never raises.

    >>> repaired("Nguyeãn Vaên An"), repaired("Nguyá»…n VÄƒn An")
    ('Nguyễn Văn An', 'Nguyễn Văn An')
    >>> print(repaired("Nguyễn Văn An"), repaired("José Müller"))
    None None
    """
    found = _readings(text)
    return found[0] if len(found) == 1 else None


def _readings(text: str) -> list[str]:
    """What a damaged name may have been; empty for a name that is right or lost."""
    if text.isascii() or len(text) > _LONGEST_NAME:
        return []
    text = normalize("NFC", text)
    latin_letters = _in_latin(text)
    if latin_letters is not None:
        return [latin_letters]
    twice = reread(text, Misreading.UTF8_TWICE)
    # A letter and a sign that are one character in UTF-8 stand in no name.
    if twice is not None and _is_name(twice):
        return [twice]
    strange = [word for word in _words(text) if not is_syllable(word)]
    strong = any(_SIGN.search(word) or _CAPITAL_INSIDE.search(word) for word in strange)
    if not strong:
        strange = [word for word in strange if not _ELSEWHERE.search(word)]
    enough = strong or len(strange) > 1 or (strange and len(text.split()) >= _WORDS_OF_A_NAME)
    if not enough:
        return []
    read = (reread(text, was) for was in _OLDER)
    return list(dict.fromkeys(each for each in read if each and _is_vietnamese(each, every=not strong)))


def misreading_of(texts: Iterable[str]) -> Misreading | None:
    """What the texts of a file were, before they were read as windows-1252; None where they are right.

    Give cells or lines of one file, headers included; some thousand are looked at. More certain than
    `repaired`, because all texts count together.

    >>> misreading_of(["Hä vµ tªn", "Hå ChÝ D©n", "An"]).value
    'tcvn3'
    >>> print(misreading_of(["Họ và tên", "Hồ Chí Dân"]), misreading_of(["José", "Müller"]))
    None None
    """
    chosen = dict.fromkeys(islice((text for text in texts if not text.isascii()), _MOST_TEXTS))
    words: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    for text in chosen:
        parts = _words(normalize("NFC", text))
        words.update(parts)
        whole = reread(text, Misreading.UTF8_TWICE)
        # Its letters may be signs that divide words.
        if whole is not None and _is_name(whole):
            twice.update(parts)
    right = dict.fromkeys(Misreading, 0)
    right[Misreading.UTF8_TWICE] = twice.total()
    for word, times in words.items():
        for was in _right_as(word):
            right[was] += times - twice[word] if was is Misreading.UTF8_TWICE else times
    as_is = sum(times for word, times in words.items() if is_syllable(word) or not _is_western(word))
    best = max(Misreading, key=right.__getitem__)
    enough = right[best] >= _SHARE_READ * words.total() and as_is <= _SHARE_AS_IS * right[best]
    if not words or not enough:
        return None
    # A few letters may be read in two ways: then nobody knows what they were.
    equal = [was for was in _OLDER if was is not best and right[was] == right[best]]
    if best in _OLDER and any(
        reread(text, was) != reread(text, best) for was in equal for text in chosen
    ):
        return None
    return best


# The words of names are few, and they are looked at as cells, as lines, and in the next file.
@lru_cache(maxsize=1 << 14)
def _right_as(word: str) -> tuple[Misreading, ...]:
    """The misreadings by which a word has a form that names have."""
    found = []
    for was in Misreading:
        read = reread(word, was)
        if read is None:
            right = was is not Misreading.UTF8_TWICE and _same(word, was)
        elif was is Misreading.UTF8_TWICE:
            right = _is_name(read)
        else:
            right = all(map(_is_part, _words(read)))
        if right:
            found.append(was)
    return tuple(found)


_MOST_TEXTS: Final = 5_000
_SHARE_READ: Final = 0.75
"""Of the words with other letters than those of ASCII; the rest may be foreign names and typos"""
_SHARE_AS_IS: Final = 0.6
"""Of a damaged text some words are syllables by chance"""


def _same(word: str, was: Misreading) -> bool:
    """Whether a word is a syllable that this reading does not change."""
    return was is Misreading.WINDOWS_1258 and is_syllable(word) and _is_western(word)


def _is_western(word: str) -> bool:
    return all(letter in _BYTES[0] for letter in word)


def _words(text: str) -> list[str]:
    """The words with other letters than those of ASCII; signs within them belong to them."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


_WORD: Final = re.compile(f"[^\\W\\d_{_SIGNS}]*(?:[{_SIGNS}][^\\W\\d_]*)+|{_LETTER}+")


def _is_part(word: str) -> bool:
    """Whether it may stand in a Vietnamese name: a syllable, or the initial of one."""
    return len(word) == 1 or is_syllable(word)


def _is_vietnamese(text: str, *, every: bool) -> bool:
    """Whether its words are syllables: those with letters beyond ASCII, or every one of them."""
    if _SIGN.search(text):
        return False
    words = _LETTERS.findall(text) if every else _words(text)
    return bool(words) and all(map(_is_part, words))


def _is_name(text: str) -> bool:
    """Whether it has letters beyond ASCII and no signs."""
    return not text.isascii() and all(category(letter)[0] in "LMZPN" for letter in text)
