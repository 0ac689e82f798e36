"""Read the machine-readable zone of a passport or identity card (ICAO Doc 9303, parts 3 to 6).

Every check digit must hold. Nothing in the lines is signed, so they prove nothing: they only say whose
document it claims to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from vaxpass.display import without_content
from vaxpass.errors import ArgumentError, VaxpassError, require
from vaxpass.identity.birth import BirthDate
from vaxpass.identity.codes import MrzCode

_LONGEST_LINE: Final = 100
"""Longer lines are refused unread."""
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {letter: value for value, letter in enumerate("0123456789" + _LETTERS)} | {"<": 0}
_WEIGHTS: Final = (7, 3, 1)
# Certificates of crew members (AC), identity cards, passports and visas.
_DOCUMENTS: Final = ("A", "C", "I", "P", "V")
_VISA: Final = "V"
_CENTURY: Final = 100


class MrzError(VaxpassError):
    """Raised where lines are not a correct machine-readable zone; `code` says why.

    The message has nothing of the lines: they are personal data.
    """

    def __init__(self, code: MrzCode) -> None:
        super().__init__(f"{code}: {code.message()}")
        self.args = (code,)
        self.code = code


class MrzForm(StrEnum):
    """The size of the document, which decides the form of the lines.

    >>> MrzForm("TD3")
    <MrzForm.TD3: 'TD3'>
    """

    TD1 = "TD1"
    """Three lines of 30 characters: cards (ICAO Doc 9303, part 5)"""
    TD2 = "TD2"
    """Two lines of 36 characters (part 6)"""
    TD3 = "TD3"
    """Two lines of 44 characters: passports (part 4)"""
    MRV_A = "MRV-A"
    """Two lines of 44 characters: visas (part 7). No digit checks all of them."""
    MRV_B = "MRV-B"
    """Two lines of 36 characters: visas (part 7)"""


_FORMS: Final[dict[tuple[int, ...], MrzForm]] = {
    (30, 30, 30): MrzForm.TD1,
    (36, 36): MrzForm.TD2,
    (44, 44): MrzForm.TD3,
}
_VISAS: Final = {MrzForm.TD2: MrzForm.MRV_B, MrzForm.TD3: MrzForm.MRV_A}


@dataclass(frozen=True, slots=True)
class MachineReadableZone:
    """The fields of a machine-readable zone, without their fillers.

    >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    >>> zone = parse_mrz(lines)
    >>> zone.state, zone.birth, zone.sex, zone.expiry
    ('VNM', '900506', 'M', '300101')
    """

    __repr__ = without_content

    form: MrzForm
    document: str
    """P for a passport, V for a visa, with a second letter where there is one"""
    state: str
    """The state that issued it: three letters, but D for Germany"""
    names: str
    """Family name, `<<`, given names; words separated by `<`"""
    truncated: bool
    """Whether the name fills its field, so that a part may be missing"""
    number: str
    """Of the document"""
    nationality: str
    """Like `state`"""
    birth: str
    """Date of birth, YYMMDD, with `<` for what is not known"""
    sex: str
    """M, F, or empty"""
    expiry: str
    """Last day of validity, YYMMDD"""
    optional: str = ""
    """What the state added, such as the number of an identity card"""

    @property
    def family_name(self) -> str:
        """The part of `names` before `<<`."""
        return self.names.partition("<<")[0]

    @property
    def given_names(self) -> str:
        """The part of `names` after `<<`; empty where there is only one name."""
        return self.names.partition("<<")[2].strip("<")

    def born_near(self, year: int) -> BirthDate:
        """The date of birth, in the century that is closest to `year`: the zone does not say it.

        >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM0505066M3001019" + "<" * 15 + "2"
        >>> zone = parse_mrz(lines)
        >>> str(zone.born_near(2005)), str(zone.born_near(1910))
        ('2005-05-06', '1905-05-06')
        """
        short, month, day = (int(self.birth[at : at + 2].replace("<", "") or 0) for at in (0, 2, 4))
        if self.birth.startswith("<"):
            return BirthDate()
        closest = min((short + 1900, short + 2000), key=lambda full: abs(full - year))
        return BirthDate(closest, month, day if month else 0)

    def expired_before(self, day: date) -> date | None:
        """The last day of validity where it lies before `day`; None where it does not or is not known.

        The century is the one that brings it closest to `day`.

        >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
        >>> zone = parse_mrz(lines)
        >>> zone.expired_before(date(2030, 1, 1)), str(zone.expired_before(date(2030, 1, 2)))
        (None, '2030-01-01')
        """
        if not self.expiry.isdigit():
            return None
        if isinstance(day, datetime):  # which is a date, and can't be compared with one
            day = day.date()
        short, month, of_month = (int(self.expiry[at : at + 2]) for at in (0, 2, 4))
        full = min(
            (day.year - day.year % _CENTURY + short + shift for shift in (-_CENTURY, 0, _CENTURY)),
            key=lambda year: abs(year - day.year),
        )
        try:
            last = date(full, month, of_month)
        except ValueError:
            return None
        return last if last < day else None


def check_digit(text: str) -> str:
    """The check digit (ICAO Doc 9303, part 3) of a text of capitals A to Z, digits and `<`.

    Raises `ArgumentError` for any other character.

    >>> check_digit("L898902C3")
    '6'
    """
    try:
        values = [_VALUES[letter] for letter in text]
    except KeyError:
        raise ArgumentError("a character has no place in a machine-readable zone") from None
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def parse_mrz(lines: Sequence[str]) -> MachineReadableZone:
    """Read two or three lines. Small letters and spaces around a line make no difference.

    Raises `MrzError` where the lines do not have the form of ICAO Doc 9303 or a check digit is wrong,
    and `ArgumentError` where they are no texts.

    >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    >>> zone = parse_mrz(lines)
    >>> zone.family_name, zone.given_names, zone.number, str(zone.born_near(1990))
    ('NGUYEN', 'BAO<DUY', 'N1234567', '1990-05-06')
    """
    require("lines", lines, Sequence)
    for line in lines:
        require("lines", line, str)
    if len(lines) not in (2, 3) or any(len(line) > _LONGEST_LINE for line in lines):
        raise MrzError(MrzCode.LINES)
    read = [line.strip().upper() for line in lines]
    form = _FORMS.get(tuple(map(len, read)))
    if form is None:
        raise MrzError(MrzCode.LINES)
    if any(letter not in _VALUES for line in read for letter in line) or not "".join(lines).isascii():
        raise MrzError(MrzCode.LETTERS)
    if not read[0].startswith(_DOCUMENTS) or (read[0][0] == _VISA and form is MrzForm.TD1):
        raise MrzError(MrzCode.DOCUMENT)
    return _read_td1(read) if form is MrzForm.TD1 else _read_two_lines(read, form)


def _read_two_lines(lines: list[str], form: MrzForm) -> MachineReadableZone:
    first, second = lines
    if first[0] == _VISA:
        form, number, optional = _VISAS[form], second[:9], second[28:]
        _check(number, second[9], MrzCode.CHECK_NUMBER)
    elif form is MrzForm.TD3:
        number, optional = second[:9], second[28:42]
        _check(optional, second[42], MrzCode.CHECK_OPTIONAL, may_be_empty=True)
        _check(second[:9], second[9], MrzCode.CHECK_NUMBER)
    else:
        number, optional = _long_number(second[:9], second[9], second[28:35])
    _check_dates(second[13:19], second[19], second[21:27], second[27])
    if first[0] != _VISA:
        _check(second[:10] + second[13:20] + second[21:-1], second[-1], MrzCode.CHECK_WHOLE)
    return MachineReadableZone(
        form=form,
        document=first[:2].rstrip("<"),
        state=first[2:5].rstrip("<"),
        names=_names(first[5:]),
        truncated=_is_full(first[5:]),
        number=number.rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        birth=second[13:19],
        sex=_sex(second[20]),
        expiry=second[21:27],
        optional=optional.strip("<"),
    )


def _read_td1(lines: list[str]) -> MachineReadableZone:
    first, second, third = lines
    number, optional = _long_number(first[5:14], first[14], first[15:])
    _check_dates(second[:6], second[6], second[8:14], second[14])
    whole = first[5:] + second[:7] + second[8:15] + second[18:29]
    _check(whole, second[29], MrzCode.CHECK_WHOLE)
    return MachineReadableZone(
        form=MrzForm.TD1,
        document=first[:2].rstrip("<"),
        state=first[2:5].rstrip("<"),
        names=_names(third),
        truncated=_is_full(third),
        number=number.rstrip("<"),
        nationality=second[15:18].rstrip("<"),
        birth=second[:6],
        sex=_sex(second[7]),
        expiry=second[8:14],
        optional="<".join(part for part in (optional.strip("<"), second[18:29].strip("<")) if part),
    )


def _check(text: str, digit: str, code: MrzCode, *, may_be_empty: bool = False) -> None:
    if may_be_empty and digit == "<" and not text.strip("<"):
        return
    if check_digit(text) != digit:
        raise MrzError(code)


def _long_number(number: str, digit: str, optional: str) -> tuple[str, str]:
    """Number and optional field. A number too long for its field continues in the optional one.

    There its check digit follows it.
    """
    rest = optional.partition("<")[0]
    if digit == "<" and len(rest) > 1:
        number, digit, optional = number + rest[:-1], rest[-1], optional[len(rest) :]
    _check(number, digit, MrzCode.CHECK_NUMBER)
    return number, optional


def _check_dates(birth: str, birth_digit: str, expiry: str, expiry_digit: str) -> None:
    _check(birth, birth_digit, MrzCode.CHECK_BIRTH)
    _check(expiry, expiry_digit, MrzCode.CHECK_EXPIRY)
    pairs = birth[:2], birth[2:4], birth[4:]
    if any(pair != "<<" and not pair.isdigit() for pair in pairs):
        raise MrzError(MrzCode.BIRTH)


def _names(field: str) -> str:
    names = field.rstrip("<")
    if not names or names.startswith("<") or names.strip(_LETTERS + "<"):
        raise MrzError(MrzCode.NAME)
    return names


def _is_full(field: str) -> bool:
    # A name may be cut at a separator, which then looks like a filler at the end.
    names = field.rstrip("<")
    return len(field) - len(names) < (2 if "<<" in names else 3)


def _sex(letter: str) -> str:
    return letter if letter in ("M", "F") else ""
