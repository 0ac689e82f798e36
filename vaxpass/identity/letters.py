"""Write a name in the letters of a machine-readable zone (ICAO Doc 9303, part 3), and read it there.

`to_icao` writes one form. `spellings` gives all that the tables of section 6 allow: the
state that makes a travel document may choose another one than the issuer of a certificate.

The form of Unicode makes no difference: composed, decomposed, and the mixture of Windows-1258.

Where the tables of ICAO leave a choice, Ä, Ö and Ü become AE, OE and UE, Å becomes AA, and Ñ becomes N.
Cyrillic letters follow the general column of the table. Some languages write a few of them in another
way (Г, И, Х), but a name does not say its language. `to_icao` refuses Arabic and Greek letters: each
state romanises such names in its own way, so no table says which form stands in the passport.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias
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
    "Ƀ": "B",  # of Ê Đê and other peoples of the highlands; the table of ICAO has no form of it
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


# --- every form that a letter may have ---------------------------------------------------------------

Forms: TypeAlias = tuple[str, ...]
"""What may stand in a machine-readable zone for one letter of a name."""
Spellings: TypeAlias = tuple[Forms, ...]
"""The forms of each letter of a name, in order."""

_OTHERS: Final = dict(
    pair.split("=")
    for pair in (
        "Ä=A Å=A Ñ=NXX Ö=O Ü=UXX,U Ø=O"
        # By language: Belarusian, Bulgarian, Macedonian, Serbian, Ukrainian.
        " Ё=IO Є=YE Ї=YI Ѓ=GJ Ќ=KJ Џ=DJ Г=H Ж=Z И=Y Й=Y Х=H Ц=C Ч=C Ш=S Щ=SHT Ю=YU Я=YA Ғ=GJ"
    ).split()
)
"""Forms beside that of `to_icao`. The table lacks O for Ø and GJ for Ѓ, but passports have them."""
_ARABIC: Final = dict(
    pair.split("=")
    for pair in (
        "ء=XE آ=XAA أ=XAE ؤ=U إ=I ئ=XI ا=A ب=B ة=XAH,XTA ت=T ث=XTH ج=J ح=XH خ=XKH د=D ذ=XDH ر=R ز=Z"
        " س=S ش=XSH ص=XSS ض=XDZ ط=XTT ظ=XZZ ع=E غ=G ف=F ق=Q ك=K ل=L م=M ن=N ه=H و=W ى=XAY ي=Y"
        " ٱ=XXA ٹ=XXT ټ=XRT پ=P ځ=XKE څ=XXH چ=XC ڈ=XXD ډ=XDR ڑ=XXR ړ=XRR ږ=XRX ژ=XJ ښ=XXS ڤ=V ڥ=XF"
        " ک=XKK ګ=XXK ڭ=XNG گ=XGG ں=XNN ڼ=XXN ھ=XDO ۀ=XYH ہ=XXG ۂ=XGE ۃ=XTG ی=XYA,XAY,Y ۍ=XXY ې=Y"
        " ے=XYB ۓ=XBE ـ= ڜ= ڢ= ڧ= ڨ="
    ).split()
)
_SHADDA: Final = "\u0651"
_ALWAYS: Final = ("<",)
_PERHAPS: Final = ("<", "")


def _table() -> dict[str, Forms]:
    table = _ALL | _both_cases({"Ñ": "N", "Ғ": "G", "Һ": "C"}) | _ARABIC
    forms = {letter: tuple(form.split(",")) for letter, form in table.items()}
    for letter, others in _both_cases(_OTHERS).items():
        forms[letter] += tuple(others.split(","))
    return (
        forms
        | dict.fromkeys(SPACES + "<", _ALWAYS)
        | dict.fromkeys(HYPHENS + APOSTROPHES + STOPS + ",", _PERHAPS)
    )


_FORMS: Final = _table()
# Where only the letters of a zone are known: what may be one letter, or may have been one.
_LOOSE: Final = {
    "A": ("A", "AE", "AA"),
    "AA": ("AA", "A"),
    "AE": ("AE", "A"),
    "N": ("N", "NXX"),
    "NXX": ("NXX", "N"),
    "O": ("O", "OE"),
    "OE": ("OE", "O"),
    "U": ("U", "UE", "UXX"),
    "UE": ("UE", "U", "UXX"),
    "UXX": ("UXX", "UE", "U"),
}
_LOOSE_LETTER: Final = re.compile("NXX|UXX|A[AE]|[OU]E|.")


def spellings(name: str) -> Spellings | None:
    """All forms that a name may have in a machine-readable zone; None where a letter has none.

    They are those of ICAO Doc 9303, part 3, section 6, for Latin, Cyrillic and Arabic letters, whatever
    the language. A space separates (`<`); a hyphen, an apostrophe, a full stop or a comma separates or
    is left out.

    >>> [includes(spellings("Müller"), form) for form in ("MUELLER", "MULLER", "MUXXLLER", "MILLER")]
    [True, True, True, False]
    >>> spellings("Αθηνά") is None
    True
    """
    if len(name) > _LONGEST_READ:
        return None
    found: list[Forms] = []
    for letter in normalize("NFC", name):
        if letter == _SHADDA and found:
            found[-1] += tuple(form * 2 for form in found[-1])
            continue
        forms = _forms(letter)
        if forms is None:
            return None
        found += forms
    return _separated(found)


def loose_spellings(written: str) -> Spellings:
    """All forms of the names that may be behind machine-readable letters.

    >>> includes(loose_spellings("MULLER"), "MUELLER"), includes(loose_spellings("MUELLER"), "MULLER")
    (True, True)
    """
    return tuple(_LOOSE.get(part, (part,)) for part in _LOOSE_LETTER.findall(written))


def includes(names: Spellings, written: str, *, cut: bool = False) -> bool:
    """Whether machine-readable letters are one of the spellings; with `cut` also the beginning of one.

    >>> includes(spellings("Jörg"), "JOE"), includes(spellings("Jörg"), "JOE", cut=True)
    (False, True)
    """
    places = {0}  # how much of `written` the letters so far may fill
    for forms in names:
        if cut and any(form.startswith(written[at:]) for at in places for form in forms):
            return True
        places = {at + len(form) for at in places for form in forms if written.startswith(form, at)}
    return len(written) in places


def _forms(letter: str) -> Spellings | None:
    if letter in _FORMS:
        return (_FORMS[letter],)
    if category(letter) in ("Mn", "Me", "Cf"):
        return ()
    parts = normalize("NFD", letter)
    if len(parts) > 1:
        forms = _FORMS.get(normalize("NFC", parts[:2])) or _FORMS.get(parts[0])
        return (forms,) if forms else None
    parts = normalize("NFKD", letter)
    if parts == letter:
        return None
    found: list[Forms] = []
    for part in parts:
        forms_of_part = _forms(part)
        if forms_of_part is None:
            return None
        found += forms_of_part
    return tuple(found)


def _separated(letters: list[Forms]) -> Spellings:
    """One separator where several signs follow each other, none at the ends."""
    found: list[Forms] = []
    for forms in letters:
        if forms == ("",):
            continue
        if forms in (_ALWAYS, _PERHAPS):
            if not found:
                continue
            if found[-1] in (_ALWAYS, _PERHAPS):
                found[-1] = _ALWAYS if _ALWAYS in (forms, found[-1]) else _PERHAPS
                continue
        found.append(forms)
    if found and found[-1] in (_ALWAYS, _PERHAPS):
        found.pop()
    return tuple(found)
