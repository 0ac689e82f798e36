"""The equality of `vaxpass.identity` as text, so that a table can be joined on it; empty for nothing.

Two statements agree on a level where their keys are the same and not empty. These functions are the
definition; a program that works on many rows may compute the same keys in its own way.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from vaxpass.identity import name_key, name_letters, name_plain, parse_birth, read_phone
from vaxpass.identity.digits import digits

_WITHOUT_ZEROS: Final = (8, 10, 11)
_LENGTHS: Final = (9, 12)


class NameKeys(NamedTuple):
    """A name on two levels: names with the same `exact` are `NameLevel.EXACT`.

    Where `letters` or `plain` are the same, they are at least `NameLevel.LETTERS`.
    """

    exact: str
    letters: str
    plain: str


def name_keys(name: str) -> NameKeys:
    """The keys of a full name, all empty where there is no letter in it.

    >>> name_keys("Nguyễn  Bảo Duy")
    NameKeys(exact='nguyễn bảo duy', letters='NGUYEN<BAO<DUY', plain='nguyen bao duy')
    """
    exact = name_key(name)
    if not exact:
        return NameKeys("", "", "")
    return NameKeys(exact, name_letters(name), name_plain(name))


def birth_key(text: str) -> str:
    """A date of birth, complete or partial, as a certificate has it; empty where there is no such date.

    >>> birth_key("6/5/1990"), birth_key("1990-00-00"), birth_key("31/02/1990")
    ('1990-05-06', '1990', '')
    """
    born = parse_birth(text)
    return str(born) if born and born.exists else ""


def digits_key(text: str) -> str:
    """The digits of an identity number, of any length; empty where it is none.

    >>> digits_key("001 090 000 001"), digits_key("CMND")
    ('001090000001', '')
    """
    return digits(text) or ""


def phone_key(text: str) -> str:
    """A phone number in today's form; empty where it is none.

    >>> phone_key("+84 120 123 4567")
    '0701234567'
    """
    phone = read_phone(text)
    return phone.number if phone else ""


def lookups(declared: str) -> tuple[str, ...]:
    """The registered numbers that declared digits may mean: the same, or with the zeros put back.

    >>> lookups("001090000001"), lookups("1090000001"), lookups("12345678"), lookups("123")
    (('001090000001',), ('001090000001',), ('000012345678', '012345678'), ())
    """
    if len(declared) in _LENGTHS:
        return (declared,)
    if len(declared) not in _WITHOUT_ZEROS:
        return ()
    longest = declared.zfill(12)
    return (longest, declared.zfill(9)) if len(declared) == 8 else (longest,)


def numbers(registered: str, old: str) -> tuple[str, ...]:
    """The numbers by which a person is found, from the digits of the current and the old number.

    An old number counts only beside a current one: without that the register does not say whose it is.

    >>> numbers("001090000001", "012345678"), numbers("", "012345678")
    (('001090000001', '012345678'), ())
    """
    if not registered:
        return ()
    return tuple(dict.fromkeys(each for each in (registered, old) if len(each) in _LENGTHS))
