"""Differences between a record and the register that a machine or a habit makes, and nobody's error.

Software drops marks and zeros, turns days and months round and writes names in another order; an old
card has an old number. Where a record differs from the one person with its number by nothing else, the
office that keeps the register can confirm many records at once (`vaxpass.records.confirmation`).

The rules are narrow. What one person could have meant differently from another is no mechanical cause,
even where the two are probably the same person: it is corrected, or confirmed by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias
from unicodedata import normalize

from vaxpass.identity import (
    BirthMatch,
    Declared,
    IdentityCode,
    NameLevel,
    NumberMatch,
    NumberProblem,
    Registered,
    check_number,
    compare,
    name_key,
    name_plain,
    parse_birth,
    read_number,
)
from vaxpass.records.match import digits_key, possible_numbers

_Causes: TypeAlias = tuple[IdentityCode, ...]

MECHANICAL_CAUSES: Final = (
    IdentityCode.NAME_DIACRITICS,
    IdentityCode.NAME_ORDER,
    IdentityCode.DOB_DAY_MONTH_SWAPPED,
    IdentityCode.ID_LEADING_ZEROS,
    IdentityCode.ID_OLD_CMND,
)
"""All codes that `mechanical_causes` may give, in its order"""
# A passport does not need the phone either: a record that matches may have another one.
_OF_PHONES: Final = (
    IdentityCode.PHONE_OLD_PREFIX,
    IdentityCode.PHONE_SHARED,
    IdentityCode.PHONE_DIFFERENT,
    IdentityCode.PHONE_MALFORMED,
)
_ALLOWED: Final = frozenset((*MECHANICAL_CAUSES, *_OF_PHONES))
_SAME_LETTERS: Final = frozenset((NameLevel.TONES, NameLevel.LETTERS))
_COMBINING: Final = dict.fromkeys(range(0x300, 0x370))


def mechanical_causes(declared: Declared, registered: Registered) -> tuple[IdentityCode, ...]:
    """Why a record differs from a person, where every difference is mechanical; else empty.

    Also empty where nothing differs. `registered` must be the only person with the record's number.
    Never raises. The causes, each with what it demands:

    - `name.diacritics`: the declared name has no mark at all, or none but the stroke of its đ, and its
      letters are those of the registered name without marks. A name that has some marks and lacks one
      may be another name: Hoa, Hòa.
    - `name.order`: the same parts, none more and none less; without marks if all marks are missing.
    - `dob.day_month_swapped`: with day and month exchanged it is the registered day of the calendar.
    - `id.leading_zeros`: with zeros in front it can only be one number, and that is this person's.
    - `id.old_cmnd`: the register itself says that it is this person's old number.

    Phone numbers don't count. Another sex, and a number that contradicts the rest of the declaration,
    are differences that are not mechanical.

    >>> person = Registered("Nguyễn Văn An", "1990-06-05", "001090000001")
    >>> found = mechanical_causes(Declared("AN NGUYEN VAN", "06/05/1990", "1090000001"), person)
    >>> [str(code) for code in found]
    ['name.diacritics', 'name.order', 'dob.day_month_swapped', 'id.leading_zeros']
    >>> mechanical_causes(Declared("Nguyễn Văn Ân", "5/6/1990", "001090000001"), person)
    ()
    """
    found = compare(declared, registered)
    if found.equal or not _ALLOWED.issuperset(found.codes):
        return ()
    of_fields = (
        _of_name(declared.name, registered.name, found.name),
        _of_birth(registered, found.birth),
        _of_number(declared, registered, found.number),
    )
    causes: list[IdentityCode] = []
    for of_field in of_fields:
        if of_field is None:
            return ()
        causes += of_field
    return tuple(causes)


def _of_name(declared: str, registered: str, level: NameLevel) -> _Causes | None:
    """The causes of a name; None where it differs otherwise."""
    if level is NameLevel.EXACT:
        return ()
    own = name_key(declared)
    if level in _SAME_LETTERS:
        return (IdentityCode.NAME_DIACRITICS,) if own in _without_marks(registered) else None
    if level is NameLevel.ORDER:
        parts = sorted(own.split())
        if parts == sorted(name_key(registered).split()):
            return (IdentityCode.NAME_ORDER,)
        if any(parts == sorted(plain.split()) for plain in _without_marks(registered)):
            return (IdentityCode.NAME_DIACRITICS, IdentityCode.NAME_ORDER)
    return None


def _without_marks(registered: str) -> Iterator[str]:
    """The keys of a name as software leaves it that drops all marks, or all but the stroke of đ."""
    yield name_plain(registered)
    yield normalize("NFC", normalize("NFD", name_key(registered)).translate(_COMBINING))


def _of_birth(registered: Registered, match: BirthMatch) -> _Causes | None:
    if match is BirthMatch.EQUAL:
        return ()
    born = parse_birth(registered.date_of_birth)
    if match is BirthMatch.DAY_MONTH_SWAPPED and born and born.exists:
        return (IdentityCode.DOB_DAY_MONTH_SWAPPED,)
    return None


def _of_number(declared: Declared, registered: Registered, match: NumberMatch) -> _Causes | None:
    if match is NumberMatch.EQUAL:
        return ()
    if match not in (NumberMatch.LEADING_ZEROS, NumberMatch.OLD):
        return None
    own = digits_key(declared.number)
    current, old = digits_key(registered.number), digits_key(registered.old_number)
    meant = [number for number in possible_numbers(own) if _can_exist(number)]
    if meant != [current if match is NumberMatch.LEADING_ZEROS else old]:
        return None
    zeros = (IdentityCode.ID_LEADING_ZEROS,) if meant != [own] else ()
    return (*zeros, IdentityCode.ID_OLD_CMND) if match is NumberMatch.OLD else zeros


def _can_exist(number: str) -> bool:
    found = read_number(number)
    return found is not None and NumberProblem.PROVINCE not in check_number(found)
