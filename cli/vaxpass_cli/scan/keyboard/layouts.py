"""Keyboard layouts, and the repair of texts that a hand scanner typed with a wrong one.

A hand scanner types as on a US keyboard; where the system has another layout, other characters arrive.
The tables follow xkeyboard-config; the German, French and Vietnamese ones for Windows follow CLDR.
"""

from __future__ import annotations

import difflib
import itertools
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from vaxpass.documents import is_whole, recognise, unframed
from vaxpass.documents.hcert import PREFIX
from vaxpass.encoding import base45
from vaxpass_cli.scan.keyboard.wedge import ENDS

# Name | dead keys; then the characters of the keys of a US keyboard, without and with Shift.
_TABLE: Final = """\
US |
1234567890-= qwertyuiop[] asdfghjkl; zxcvbnm,./
!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL: ZXCVBNM<>?
German | ´`
1234567890ß´ qwertzuiopü+ asdfghjklö yxcvbnm,.-
!"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖ YXCVBNM;:_
Swiss German | ^¨`
1234567890'^ qwertzuiopü¨ asdfghjklö yxcvbnm,.-
+"*ç%&/()=?` QWERTZUIOPè! ASDFGHJKLé YXCVBNM;:_
Swiss French | ^¨`
1234567890'^ qwertzuiopè¨ asdfghjklé yxcvbnm,.-
+"*ç%&/()=?` QWERTZUIOPü! ASDFGHJKLö YXCVBNM;:_
French | ^¨
&é"'(-è_çà)= azertyuiop^$ qsdfghjklm wxcvbn,;:!
1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM WXCVBN?./§
Belgian | ^¨
&é"'(§è!çà)- azertyuiop^$ qsdfghjklm wxcvbn,;:=
1234567890°_ AZERTYUIOP¨* QSDFGHJKLM WXCVBN?./+
Spanish | `^
1234567890'¡ qwertyuiop`+ asdfghjklñ zxcvbnm,.-
!"·$%&/()=?¿ QWERTYUIOP^* ASDFGHJKLÑ ZXCVBNM;:_
Latin American | ´¨
1234567890'¿ qwertyuiop´+ asdfghjklñ zxcvbnm,.-
!"#$%&/()=?¡ QWERTYUIOP¨* ASDFGHJKLÑ ZXCVBNM;:_
Italian |
1234567890'ì qwertyuiopè+ asdfghjklò zxcvbnm,.-
!"£$%&/()=?^ QWERTYUIOPé* ASDFGHJKLç ZXCVBNM;:_
Portuguese | ´`
1234567890'« qwertyuiop+´ asdfghjklç zxcvbnm,.-
!"#$%&/()=?» QWERTYUIOP*` ASDFGHJKLÇ ZXCVBNM;:_
Brazilian | ´`¨
1234567890-= qwertyuiop´[ asdfghjklç zxcvbnm,.;
!@#$%¨&*()_+ QWERTYUIOP`{ ASDFGHJKLÇ ZXCVBNM<>:
Swedish or Finnish | ´¨^`
1234567890+´ qwertyuiopå¨ asdfghjklö zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÖ ZXCVBNM;:_
Norwegian | ¨^`
1234567890+\\ qwertyuiopå¨ asdfghjklø zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLØ ZXCVBNM;:_
Danish | ´¨^`
1234567890+´ qwertyuiopå¨ asdfghjklæ zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÆ ZXCVBNM;:_
Icelandic |
1234567890ö- qwertyuiopð' asdfghjklæ zxcvbnm,.þ
!"#$%&/()=Ö_ QWERTYUIOPÐ? ASDFGHJKLÆ ZXCVBNM;:Þ
Czech | ´ˇ
+ěščřžýáíé=´ qwertzuiopú) asdfghjklů yxcvbnm,.-
1234567890%ˇ QWERTZUIOP/( ASDFGHJKL" YXCVBNM?:_
Slovak | ´ˇ
+ľščťžýáíé=´ qwertzuiopúä asdfghjklô yxcvbnm,.-
1234567890%ˇ QWERTZUIOP/( ASDFGHJKL" YXCVBNM?:_
Hungarian |
123456789öüó qwertzuiopőú asdfghjklé yxcvbnm,.-
'"+!%/=()ÖÜÓ QWERTZUIOPŐÚ ASDFGHJKLÉ YXCVBNM?:_
Croatian, Serbian or Slovenian |
1234567890'+ qwertzuiopšđ asdfghjklč yxcvbnm,.-
!"#$%&/()=?* QWERTZUIOPŠĐ ASDFGHJKLČ YXCVBNM;:_
Turkish |
1234567890*- qwertyuıopğü asdfghjklş zxcvbnmöç.
!'^+%&/()=?_ QWERTYUIOPĞÜ ASDFGHJKLŞ ZXCVBNMÖÇ:
Dutch | ¨~^
1234567890/° qwertyuiop¨* asdfghjkl+ zxcvbnm,.-
!"#$%&_()'?~ QWERTYUIOP^| ASDFGHJKL± ZXCVBNM;:=
Lithuanian |
ąčęėįšųū„“-ž qwertyuiop[] asdfghjkl; zxcvbnm,./
ĄČĘĖĮŠŲŪ()_Ž QWERTYUIOP{} ASDFGHJKL: ZXCVBNM<>?
Canadian French | ¸^^¨
1234567890-= qwertyuiop^¸ asdfghjkl; zxcvbnm,.é
!"/$%?&*()_+ QWERTYUIOP^¨ ASDFGHJKL: ZXCVBNM'.É
Vietnamese |
ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫ qwertyuiopươ asdfghjkl; zxcvbnm,./
ĂÂÊÔ%^&*(Đ_+ QWERTYUIOPƯƠ ASDFGHJKL: ZXCVBNM<>?
Vietnamese (Windows) |
ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫ qwertyuiopươ asdfghjkl; zxcvbnm,./
ĂÂÊÔ\u0300\u0309\u0303\u0301\u0323Đ_+ QWERTYUIOPƯƠ ASDFGHJKL: ZXCVBNM<>?
Russian |
1234567890-= йцукенгшщзхъ фывапролдж ячсмитьбю.
!"№;%:?*()_+ ЙЦУКЕНГШЩЗХЪ ФЫВАПРОЛДЖ ЯЧСМИТЬБЮ,
Ukrainian |
1234567890-= йцукенгшщзхї фівапролдж ячсмитьбю.
!"№;%:?*()_+ ЙЦУКЕНГШЩЗХЇ ФІВАПРОЛДЖ ЯЧСМИТЬБЮ,
Bulgarian |
1234567890-. ,уеишщксдзц; ьяаожгтнвм юйъэфхпрлб
!?+"%=:/–№$€ ыУЕИШЩКСДЗЦ§ ѝЯАОЖГТНВМ ЮЙЪЭФХПРЛБ
Greek | ´¨
1234567890-= ;ςερτυθιοπ[] ασδφγηξκλ´ ζχψωβνμ,./
!@#$%^&*()_+ :ΣΕΡΤΥΘΙΟΠ{} ΑΣΔΦΓΗΞΚΛ¨ ΖΧΨΩΒΝΜ<>?
"""
MARKS: Final = {
    "`": "\u0300",
    "´": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "¸": "\u0327",
}
"""The sign of each dead key, and the mark that it puts on the next letter."""


class Caps(StrEnum):
    """Which keys Caps Lock changes: it depends on the system and on the layout."""

    OFF = ""
    LETTERS = "letters"
    ALL = "all keys"
    MOST = "all keys but two"  # the German layout of Windows does not change = and / of a US keyboard


_SPARED: Final = (11, 43)


@dataclass(frozen=True)
class Layout:
    """A layout: 44 keys in the order of a US keyboard, without and with Shift.

    The catalogue has its name in every language, under `keyboard.layout.` and `name`.
    """

    name: str
    plain: str
    shifted: str
    dead: str = ""

    def image(self, caps: Caps = Caps.OFF) -> Mapping[str, str]:
        """What arrives for each character of a US keyboard; for a dead key its sign."""
        return _image(self, caps)

    def typed(self, text: str, caps: Caps = Caps.OFF) -> str:
        """What arrives for a text of such characters. Dead keys work as on Windows.

        >>> next(layout for layout in LAYOUTS if layout.name == "French").typed("HC1:")
        'HC&M'
        """
        image = self.image(caps)
        arrived: list[str] = []
        dead = ""
        for sign in map(image.__getitem__, text):
            if dead:
                joined = unicodedata.normalize("NFC", sign + MARKS[dead])
                if sign == " ":
                    arrived.append(dead)
                elif len(joined) == 1:
                    arrived.append(joined)
                else:
                    arrived += (dead, sign)
                dead = ""
            elif sign in self.dead:
                dead = sign
            else:
                arrived.append(sign)
        return "".join(arrived) + dead


@cache
def _image(layout: Layout, caps: Caps) -> Mapping[str, str]:
    found = {" ": " "}
    for key, (lower, upper) in enumerate(zip(layout.plain, layout.shifted, strict=True)):
        arrive = (upper, lower) if _turned(layout, key, caps) else (lower, upper)
        found.update(zip((US.plain[key], US.shifted[key]), arrive, strict=True))
    return found


def _turned(layout: Layout, key: int, caps: Caps) -> bool:
    if caps is Caps.LETTERS:
        return layout.plain[key] != layout.shifted[key] == layout.plain[key].upper()
    return caps is Caps.ALL or (caps is Caps.MOST and key not in _SPARED)


def _layouts() -> tuple[Layout, ...]:
    lines = _TABLE.splitlines()
    found = []
    for head, plain, shifted in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, dead = (part.strip() for part in head.split("|"))
        found.append(Layout(name, plain.replace(" ", ""), shifted.replace(" ", ""), dead))
    return tuple(found)


LAYOUTS: Final = _layouts()
US: Final = LAYOUTS[0]
TEST_TEXT: Final = "VAXPASS:" + base45.ALPHABET
"""The text of the keyboard test code: every character of a health passport, in a known order"""
LOST: Final = "text.keyboard_layout"
UNFIT: Final = "text.keyboard_unfit"
"""A code that no keyboard carries: with bytes that are no text, or with signs that did not arrive"""

_TEST_BEGINS: Final = "VAXPASS"
# Some scanners type first what kind of code they read: QR or Aztec.
_IDENTIFIERS: Final = (*(f"]Q{n}" for n in range(7)), *(f"]z{n}" for n in "0123456789ABC"))
_ALPHABET: Final = frozenset(base45.ALPHABET)
_SIGNS: Final = {mark: sign for sign, mark in MARKS.items()}
_AFTER: Final = (
    ("shc:/", frozenset(string.digits + "/")),
    ("shlink:/", frozenset(string.ascii_letters + string.digits + "-_/")),
    ("vhlink:/", frozenset(string.ascii_letters + string.digits + "-_/")),
)
"""How SMART Health Cards and bare links begin, and what may follow"""
_PREFIXES: Final = tuple(
    (write(begin), signs) for begin, signs in _AFTER for write in (str.lower, str.upper)
)
_SHORTEST_CARD: Final = 40
_MOST_SPACES: Final = 3
_MOST_GUESSES: Final = 3000
_MEMBER: Final = "certificate.json"
"""What every archive of DIVOC has in it, twice, between bytes that no key stands for"""
_ARCHIVE: Final = re.compile(r"PK(?:[^ -~]|$)")
_SHORTEST_JSON: Final = 60
_FEWEST_MEMBERS: Final = 3
_VARIANTS: Final = tuple((layout, caps) for caps in Caps for layout in LAYOUTS)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text that was read."""

    text: str
    layout: str | None = None
    """Name of the layout that was undone; None where the text is as it arrived"""
    problem: str | None = None
    """Code of an input (`sources.Source`) where there is no text; `text` is then as it arrived"""


def repair(text: str) -> Repaired:
    """Undo a wrong keyboard layout. A text that does not look like a damaged code is not changed.

    A repaired text is accepted where it can be decompressed, which has a checksum; else where it is the
    only possible one.

    >>> repair("HC&M-BFOXN").text
    'HC1:6BFOXN'
    """
    clean = unframed(text)
    if clean.startswith(PREFIX) and _ALPHABET.issuperset(clean):
        return Repaired(clean)
    test = find_test(clean)
    if test:
        return Repaired(clean, problem="keyboard.fails" if test.lost else "keyboard.works")
    line = text.strip(ENDS)
    if is_unfit(clean):
        return Repaired(clean, problem=UNFIT)
    if card := _card(line):
        return card
    certain: dict[str, str] = {}
    doubtful = foreign = False
    for layout, caps, image in _images():
        body = _body(line, layout, image)
        if body is None:
            continue
        name = f"{layout.name}, Caps Lock" if caps else layout.name
        guesses = _undo(body, layout, image)
        if guesses is None:
            # After a correct prefix, only letters with accents come from a keyboard.
            foreign |= not (body.startswith(PREFIX) and body.isascii())
            continue
        guess = next(filter(is_whole, guesses.all()), None)
        if guess is not None:
            return Repaired(guess, name)
        doubtful |= guesses.doubtful
        certain.setdefault(guesses.first, name)
    if len(certain) == 1 and not doubtful:
        return Repaired(*certain.popitem())
    return Repaired(clean, problem=LOST if certain or foreign else None)


def _card(line: str) -> Repaired | None:
    """A SMART Health Card or a bare link with its layout undone; None where the line is neither.

    A card is `shc:/` and digits (HL7 SMART Health Cards, numeric QR), so that few layouts change it
    beyond repair. A link is `shlink:/` or `vhlink:/` and Base64url. What the layout makes of the text
    that is found must be the line itself.
    """
    clean = unframed(line)
    if any(
        clean.lower().startswith(begin) and set(clean[len(begin) :]) <= signs for begin, signs in _AFTER
    ):
        return None
    found: dict[str, str] = {}
    changed = False
    for layout, caps, image in _images():
        for prefix, signs in _PREFIXES:
            body = _body(line, layout, image, prefix)
            if body is None:
                continue
            begin = prefix.lower()
            changed |= not body.lower().startswith(begin)
            arrive = Counter(image[sign] for sign in signs)
            source = {image[sign]: sign for sign in signs if arrive[image[sign]] == 1}
            after = "".join(source.get(sign, "?") for sign in body[len(begin) :])
            if len(body) >= _SHORTEST_CARD and layout.typed(prefix + after, caps) == body:
                found.setdefault(begin + after, f"{layout.name}, Caps Lock" if caps else layout.name)
    if len(found) == 1:
        return Repaired(*found.popitem())
    return Repaired(clean, problem=LOST) if changed and len(clean) >= _SHORTEST_CARD else None


def is_unfit(line: str) -> bool:
    """Whether a line is what a keyboard left of an archive or of JSON.

    >>> is_unfit("PK"), is_unfit("PKcertificate.json"), is_unfit("HC1:6BFOXN")
    (True, True, False)
    """
    if _ARCHIVE.match(line):
        return True
    members, signs = _traces()
    if any(member in line for member in members):
        return recognise(line) is None
    if len(line) < _SHORTEST_JSON or recognise(line) is not None:
        return False
    return any(
        line.startswith(begin) and min(line.count(colon), line.count(comma)) >= _FEWEST_MEMBERS
        for begin, colon, comma in signs
    )


@cache
def _images() -> tuple[tuple[Layout, Caps, Mapping[str, str]], ...]:
    return tuple((layout, caps, layout.image(caps)) for layout, caps in _VARIANTS)


@cache
def _traces() -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """How the name in every archive arrives, and the signs of JSON, in each layout.

    Signs that stand for themselves prove nothing: that may be other JSON.
    """
    members = frozenset(layout.typed(_MEMBER, caps) for layout, caps in _VARIANTS)
    signs = {tuple(layout.typed(sign, caps) for sign in "{:,") for layout, caps in _VARIANTS}
    return members, frozenset(each for each in signs if each[:2] != ("{", ":"))


@dataclass(frozen=True, slots=True)
class TypedTest:
    """The layout that explains best how the keyboard test code arrived.

    `lost` are the characters that arrive as other ones or not at all; where there are none, scanning
    works.
    """

    layout: Layout
    caps: Caps
    lost: str


def find_test(line: str) -> TypedTest | None:
    """Recognise the keyboard test code in a text that arrived; None where it is something else."""
    best: TypedTest | None = None
    for layout, caps in _VARIANTS:
        start = line.find(layout.typed(_TEST_BEGINS, caps), 0, len(_TEST_BEGINS) + 3)
        if start < 0 or len(line) > 2 * len(TEST_TEXT):
            continue
        lost = ambiguous(layout.image(caps)) | _missing(layout.typed(TEST_TEXT, caps), line[start:])
        if best is None or len(lost) < len(best.lost):
            best = TypedTest(layout, caps, "".join(sorted(lost)))
    return best


def _missing(expected: str, arrived: str) -> frozenset[str]:
    """The characters of the test code that did not arrive as expected."""
    blocks = difflib.SequenceMatcher(None, expected, arrived, autojunk=False).get_matching_blocks()
    whole = {place for block in blocks for place in range(block.a, block.a + block.size)}
    return frozenset(c for place, c in enumerate(TEST_TEXT) if place not in whole)


def ambiguous(image: Mapping[str, str]) -> frozenset[str]:
    """The characters of a health passport that arrive as another one of them."""
    count = Counter(image[character] for character in _ALPHABET)
    return frozenset(character for character in _ALPHABET if count[image[character]] > 1)


def _body(line: str, layout: Layout, image: Mapping[str, str], begin: str = PREFIX) -> str | None:
    """The line from its prefix on; None where it does not begin as `begin` arrives with this layout."""
    # A dead key may be joined with the next character.
    prefix = "".join(image[character] for character in begin)
    prefix = prefix.rstrip(layout.dead) if layout.dead else prefix
    start = line.find(prefix, 0, len(prefix) + 3)
    if start < 0:
        return None
    # A dead key may have removed the beginning of the scanner's sign.
    lead = line[:start]
    leads = {"".join(image[c] for c in sign) for sign in _IDENTIFIERS} if start else {""}
    return line[start:] if any(full.endswith(lead) for full in leads) else None


@dataclass(frozen=True, slots=True)
class _Guesses:
    """A text with its layout undone. After the characters at `dead`, a space may be missing."""

    first: str
    dead: tuple[int, ...]
    doubtful: bool

    def all(self) -> Iterator[str]:
        """The text without a space added, then with one, with two ..."""
        ways = (itertools.combinations(self.dead, n) for n in range(_MOST_SPACES + 1))
        for places in itertools.islice(itertools.chain.from_iterable(ways), _MOST_GUESSES):
            cuts = (0, *(place + 1 for place in places), len(self.first))
            yield " ".join(self.first[a:b] for a, b in itertools.pairwise(cuts))


def _undo(body: str, layout: Layout, image: Mapping[str, str]) -> _Guesses | None:
    """The text that was typed; None where a character can't come from this layout."""
    source = {image[character]: character for character in reversed(base45.ALPHABET)}
    out: list[str] = []
    dead: list[int] = []
    for arrived in body:
        characters = _sources(arrived, source)
        if characters is None:
            return None
        out += characters
        if arrived in layout.dead:
            dead.append(len(out) - 1)
    unclear = {image[character] for character in ambiguous(image)}
    doubtful = not unclear.isdisjoint(body) or any(sign in source for sign in layout.dead)
    typed = "".join(out)
    return _Guesses(typed, tuple(dead), doubtful) if typed.startswith(PREFIX) else None


def _sources(arrived: str, source: dict[str, str]) -> list[str] | None:
    if arrived in source:
        return [source[arrived]]
    parts = unicodedata.decomposition(arrived).split()
    if len(parts) != 2:
        return None
    letter, mark = (chr(int(part, 16)) for part in parts)
    # A mark that is a character comes after its letter, a dead key before it.
    first, last = (letter, mark) if mark in source else (_SIGNS.get(mark, mark), letter)
    one, other = _sources(first, source), _sources(last, source)
    return None if one is None or other is None else one + other
