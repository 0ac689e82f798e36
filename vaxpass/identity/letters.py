"""Write a name in the letters of a machine-readable zone (ICAO Doc 9303, part 3).

The form of Unicode makes no difference: composed, decomposed, and the mixture of Windows-1258.

Where the tables of ICAO leave a choice, Ä, Ö and Ü become AE, OE and UE, Å becomes AA, and Ñ becomes N.
Cyrillic letters follow the general column of the table. Some languages write a few of them in another
way (Г, И, Х), but a name does not say its language. Arabic and Greek letters are refused: each state
romanises such names in its own way, so no table gives what stands in the passport.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category, normalize

from vaxpass.errors import NameLettersError

LONGEST: Final = 80
"""The largest number of letters of a machine-readable name in a certificate (EU DCC schema 1.3)."""
_LONGEST_READ: Final = 512
"""Room for 80 letters with several marks each; longer texts are refused unread."""
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHABET: Final = _CAPITALS + "<"

SPACES: Final = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
APOSTROPHES: Final = "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\uff07"
INVISIBLE: Final = "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
STOPS: Final = ".\u00b7\u2024\uff0e"

# Letters that Unicode does not decompose.
_LATIN: Final = {
    "Æ": "AE",
    "Ø": "OE",
    "Œ": "OE",
    "ẞ": "SS",
    "ß": "SS",
    "Þ": "TH",
    "Ĳ": "IJ",
    "Đ": "D",
    "Ð": "D",
    "Ɖ": "D",  # looks like the two above, and records have it instead of them
    "Ħ": "H",
    "ı": "I",
    "Ŀ": "L",
    "Ł": "L",
    "Ŋ": "N",
    "Ŧ": "T",
}
# Letters with a mark that become two letters.
_MARKED: Final = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA"}
_CYRILLIC: Final = dict(
    pair.split("=")
    for pair in (
        "А=A Б=B В=V Г=G Д=D Е=E Ё=E Ж=ZH З=Z И=I Й=I К=K Л=L М=M Н=N О=O П=P Р=R С=S Т=T У=U Ф=F"
        " Х=KH Ц=TS Ч=CH Ш=SH Щ=SHCH Ъ=IE Ы=Y Ь= Э=E Ю=IU Я=IA"
        " Ѐ=E Ђ=D Ѓ=G Є=IE Ѕ=DZ І=I Ї=I Ј=J Љ=LJ Њ=NJ Ћ=C Ќ=K Ѝ=I Ў=U Џ=DZ Ґ=G Ѫ=U Ѵ=Y"
    ).split()
)


def _both_cases(table: dict[str, str]) -> dict[str, str]:
    return table | {key.lower(): value for key, value in table.items() if len(key.lower()) == 1}


_SIGNS: Final = dict.fromkeys(SPACES + HYPHENS + ",<", "<") | dict.fromkeys(
    APOSTROPHES + STOPS + INVISIBLE, ""
)
_SIMPLE: Final = _both_cases(_LATIN) | _both_cases({letter: letter for letter in _CAPITALS}) | _SIGNS
_ALL: Final = _SIMPLE | _both_cases(_MARKED) | _both_cases(_CYRILLIC)
# One call of `str.translate` is enough for most names. It keeps the diaeresis and the ring: a text with
# them is then read letter by letter.
_QUICK: Final = str.maketrans(
    _SIMPLE | {chr(mark): "" for mark in range(0x300, 0x370) if mark not in (0x308, 0x30A)}
)


def to_icao(name: str) -> str:
    """A name in capitals A to Z, its parts separated by one `<`; at most 80 characters.

    Marks, apostrophes and full stops are dropped; spaces, hyphens and commas separate. A text without
    letters gives an empty text. Implements the transliteration of ICAO Doc 9303, part 3.

    Raises `NameLettersError` where a character has no such form or the result is too long: a name is
    never cut off.

    >>> to_icao("Đặng Thị Ánh-Tuyết")
    'DANG<THI<ANH<TUYET'
    >>> to_icao("d'Ärmel Ørsted")
    'DAERMEL<OERSTED'
    """
    if len(name) > _LONGEST_READ:
        raise NameLettersError(())
    written = normalize("NFD", name).translate(_QUICK)
    # Stripping leaves nothing of a text that has only these letters: faster than a pattern.
    if written.strip(_ALPHABET):
        written = _by_letter(name)
    if "<<" in written or written[:1] == "<" or written[-1:] == "<":
        written = "<".join(part for part in written.split("<") if part)
    if len(written) > LONGEST:
        raise NameLettersError(())
    return written


def icao_or_none(name: str) -> str | None:
    """Like `to_icao`, but None instead of the error: for tables with many rows.

    >>> icao_or_none("Trần"), icao_or_none("Αθηνά")
    ('TRAN', None)
    """
    try:
        return to_icao(name)
    except NameLettersError:
        return None


def _by_letter(name: str) -> str:
    written, unknown = [], []
    for letter in normalize("NFC", name):
        found = _letter(letter)
        if found is None:
            unknown.append(letter)
        else:
            written.append(found)
    if unknown:
        raise NameLettersError(tuple(dict.fromkeys(unknown)))
    return "".join(written)


def _letter(letter: str) -> str | None:
    """The letters for one character, None where it has none."""
    if letter in _ALL:
        return _ALL[letter]
    if category(letter) in ("Mn", "Me", "Cf"):
        return ""
    parts = normalize("NFD", letter)
    if len(parts) > 1:
        # The first of several marks may belong to the letter: an umlaut with an accent.
        head = normalize("NFC", parts[:2])
        return _ALL.get(head, _SIMPLE.get(parts[0]))
    parts = normalize("NFKD", letter)  # ligatures, wide letters and the like
    if parts == letter:
        return None
    found = [_letter(part) for part in parts]
    return None if None in found else "".join(part for part in found if part)
