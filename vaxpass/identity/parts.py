"""The parts of a full name: titles before it, notes behind it, family name and given names.

Which part is the family name depends on the people: Kinh, Khmer, Chăm and Gia Rai names begin with
it, Ê Đê names end with it, and names of other peoples of the highlands have none. `docs/identity.md`
has the rule and its sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass.identity.letters import APOSTROPHES
from vaxpass.identity.names import name_key, name_plain

VIETNAMESE_TITLES: Final = "ông bà cụ anh chị em cháu bé cô chú bác".split()
"""As `name_key` writes them. Each of them may also be part of a name."""
_MARKED_TITLES: Final = {name_plain(title): title for title in VIETNAMESE_TITLES}
OTHER_TITLES: Final = "mr mrs ms miss mister madam dr".split()
FAMILIES: Final = (
    # The most common family names of Viet Nam, without marks.
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong"
    " dinh lam phung mai to ha ta luong luu chau tang thai cao quach la kieu nghiem tong mac ong"
    " thach kim son danh giang sung lo quang cam vi ma vang thao nong hua chu"
    # Of Gia Rai and other peoples whose names begin with the family name.
    " ksor kpa siu nay ro rah rcham rmah rlan ayun dieu dam po"
).split()
"""Words that may begin a full name, without marks"""
CLANS: Final = (
    "nie mlo eban ksor ecam kbuor adrong bya bkrong kman ayun hwing hmok ktla knul enuol kriang krieng"
    " kpor hdok mjao kdoh"
).split()
"""Family names that stand at the end (Ê Đê), without marks"""
_ALWAYS_MARKED: Final = frozenset(
    "nguyen tran pham huynh hoang dang bui duong dinh doan trinh truong".split()
)
_CLANS_OF_TWO: Final = frozenset((("e", "ban"), ("buon", "ya"), ("buon", "krong"), ("b", "krong")))
_FAMILIES_OF_TWO: Final = frozenset(("ro", "rah"))
"""First words of family names that have two: Rơ Châm, Rah Lan"""
_UNDIVIDED: Final = frozenset(("y", "h", "k", "ka", "a"))
"""Words before the names of people who have no family name; they tell women from men"""
_PREFIXED: Final = re.compile(f"[HhKkYy][{re.escape(APOSTROPHES)}]")
_NOTE: Final = re.compile(r"[(\[{（][^()\[\]{}（）]*(?:[)\]}）]|$)|[0-9*:;/\\#_\"=+|)\]}）]+")
_ENDS: Final = ".,-"


@dataclass(frozen=True, slots=True)
class SplitName:
    """A full name in two parts, as a certificate has them (EU DCC schema 1.3, `nam`).

    >>> SplitName("Nguyễn", "Văn An").given
    'Văn An'
    """

    family: str
    """Field `fn`; the whole name where it can't be divided"""
    given: str
    """Field `gn`: middle and given names"""


class TitleWords(NamedTuple):
    """The words by which a title before a name is known, as keys of names have them.

    >>> title_words().always[0]
    'mr'
    """

    always: tuple[str, ...]
    """Titles wherever two more words follow"""
    sometimes: tuple[str, ...]
    """Titles where the next word is one of `families`, or the last one of `clans`"""
    families: tuple[str, ...]
    """Without marks"""
    clans: tuple[str, ...]
    """Without marks"""


def title_words() -> TitleWords:
    """What `without_title` goes by, for programs that do the same in another language, such as SQL.

    >>> "ông" in title_words().sometimes, "nguyen" in title_words().families
    (True, True)
    """
    return TitleWords(*map(tuple, (OTHER_TITLES, VIETNAMESE_TITLES, FAMILIES, CLANS)))


def without_title(full: str) -> str:
    """A full name without a title before it: Ông, Bà, Anh, Mr and the like.

    Titles may be parts of names, so a Vietnamese one is only taken off where a family name and more
    follow. Words are separated by one space; full stops and commas at the ends are removed.

    >>> without_title("Ông Nguyễn Văn An."), without_title("Mrs. Lê Hoa")
    ('Nguyễn Văn An', 'Lê Hoa')
    >>> without_title("Ông Ích Khiêm"), without_title("Anh Thư"), without_title("Bà Lan")
    ('Ông Ích Khiêm', 'Anh Thư', 'Bà Lan')
    """
    words = normalize("NFC", full).split()
    if words:
        # A word of signs alone is not taken away: nobody knows what it stands for.
        words[0] = words[0].lstrip(_ENDS) or words[0]
        words[-1] = words[-1].rstrip(_ENDS) or words[-1]
    if len(words) > 2 and _is_title(name_key(words[0]), words[1:]):
        words = words[1:]
    return " ".join(words)


def _is_title(first: str, rest: Sequence[str]) -> bool:
    following = name_plain(" ".join(rest)).split()
    if len(following) < 2 or first in OTHER_TITLES:
        return len(following) > 1
    return first in VIETNAMESE_TITLES and (following[0] in FAMILIES or following[-1] in CLANS)


def title_without_marks(full: str) -> str:
    """Like `without_title`, for a name that was written without any mark: BA NGUYEN THI LAN.

    Many words are a title only with their marks, so two names must not be equal because of this.

    >>> title_without_marks("BA NGUYEN THI LAN"), title_without_marks("BA VAN DAT")
    ('NGUYEN THI LAN', 'BA VAN DAT')
    """
    first, _, rest = full.strip().partition(" ")
    marked = _MARKED_TITLES.get(first.lower()) if full.isascii() else None
    bare = without_title(f"{marked} {rest}") if marked else ""
    return bare if bare and not bare.startswith(f"{marked} ") else full


def lacks_marks(full: str) -> bool:
    """Whether a name was surely written without its marks: its family name always has some.

    >>> lacks_marks("NGUYEN VAN AN"), lacks_marks("Phan Anh Thi"), lacks_marks("Nguyễn Anh Thi")
    (True, False, False)
    """
    return full.isascii() and split_name(full).family.lower() in _ALWAYS_MARKED


def without_note(full: str) -> str:
    """A name without what stands in brackets, and without digits and signs, which are no part of it.

    The name as it is where nothing would be left.

    >>> without_note("Nguyễn Văn An (con bà Lan)")
    'Nguyễn Văn An'
    >>> without_note("1. Nguyễn Văn An *"), without_note("(?)")
    ('. Nguyễn Văn An', '(?)')
    """
    if not _NOTE.search(full):
        return full
    bare = " ".join(_NOTE.sub(" ", full).split())
    return bare if name_key(bare) else full


def split_name(full: str) -> SplitName:
    """Split a full name of Viet Nam into family name and given names.

    The first word is the family name, all others are given names. Exceptions:

    - an Ê Đê name ends with the family name, and begins with another word: Y Ban Niê;
    - a Gia Rai family name may have two words, and a given name with H' follows it: Rơ Châm H'Yơn;
    - a name with the prefix Y, H', K', Ka or A and without such a family name is not divided, and
      neither is a single word: `given` is empty.

    Letters of the result are composed (NFC), its words are separated by one space, and a title before
    the name is left out.

    >>> split_name("Nguyễn Bảo  Duy")
    SplitName(family='Nguyễn', given='Bảo Duy')
    >>> split_name("Y Ban Niê"), split_name("Ksor H'Bŭt").family, split_name("K'Brơi").family
    (SplitName(family='Niê', given='Y Ban'), 'Ksor', "K'Brơi")
    """
    words = normalize("NFC", full).split()
    # Nearly all names begin with a family name, and issuing reads millions of them.
    if len(words) > 1 and _is_usual(words[0]) and words[-1][-1] not in _ENDS:
        return SplitName(words[0], " ".join(words[1:]))
    words = without_title(full).split()
    if len(words) > 1 and words[0] in ("H", "K"):
        words[:2] = [f"{words[0]}'{words[1]}"]
    place = _family(words)
    family, given = " ".join(words[place]), [*words[: place.start], *words[place.stop :]]
    return SplitName(family, " ".join(given))


@lru_cache(1 << 12)
def _is_usual(first: str) -> bool:
    """Whether the first word of a name is its family name, whatever follows."""
    plain = name_plain(first)
    is_family = plain in FAMILIES and plain not in (*_UNDIVIDED, *_FAMILIES_OF_TWO)
    return is_family and name_key(first) not in VIETNAMESE_TITLES and first[0] not in _ENDS


def _family(words: Sequence[str]) -> slice:
    """The place of the family name among the words; all of them where the name is not divided."""
    plain = [name_plain(word) for word in words]
    if len(words) < 2:
        return slice(0, len(words))
    prefixed = plain[0] in _UNDIVIDED or bool(_PREFIXED.match(words[0]))
    if prefixed or (plain[0] not in FAMILIES and plain[0] not in CLANS):
        # The prefix Y is not the given name: a word of it follows.
        first = 2 if plain[0] in _UNDIVIDED else 1
        for place in range(first, len(words)):
            if plain[place] in CLANS or tuple(plain[place : place + 2]) in _CLANS_OF_TWO:
                return slice(place, len(words))
        if prefixed:
            return slice(0, len(words))
    two = len(words) > 2 and (plain[0] in _FAMILIES_OF_TWO or tuple(plain[:2]) in _CLANS_OF_TWO)
    return slice(0, 2 if two else 1)
