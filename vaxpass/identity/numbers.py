"""Numbers as people and spreadsheets write them -> their digits.

TODO-MERGED: The 63 provinces in the first digits of a citizen's number: data.

TODO-MERGED: Phone numbers of Viet Nam -> one form, whatever the country code and however old the number.

TODO-MERGED: Viet Nam's identity numbers: the citizen's of twelve digits (CCCD), the old one of nine (CMND)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

from vaxpass.identity.birth import BirthDate
from vaxpass.identity.letters import APOSTROPHES, HYPHENS, INVISIBLE, SPACES
from vaxpass.identity.names import edits

_LONGEST: Final = 40
_SIGNS: Final = dict.fromkeys(map(ord, SPACES + HYPHENS + APOSTROPHES + INVISIBLE + ".()"))


def digits(text: str) -> str | None:
    """The digits of a number, without the signs that group them; None where there is anything else.

    >>> digits("001 090.000-001"), digits("1.23E+11"), digits("")
    ('001090000001', None, '')

    The `.0` that spreadsheets add to numbers is no digit of theirs.
    """
    if len(text) > _LONGEST:
        return None
    if not text.isascii():
        text = normalize("NFKC", text)
    if not text.isdigit():
        text = text.strip().removesuffix(".0").translate(_SIGNS)
    return text if not text or (text.isascii() and text.isdigit()) else None


PROVINCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "001": "Hà Nội",
        "002": "Hà Giang",
        "004": "Cao Bằng",
        "006": "Bắc Kạn",
        "008": "Tuyên Quang",
        "010": "Lào Cai",
        "011": "Điện Biên",
        "012": "Lai Châu",
        "014": "Sơn La",
        "015": "Yên Bái",
        "017": "Hòa Bình",
        "019": "Thái Nguyên",
        "020": "Lạng Sơn",
        "022": "Quảng Ninh",
        "024": "Bắc Giang",
        "025": "Phú Thọ",
        "026": "Vĩnh Phúc",
        "027": "Bắc Ninh",
        "030": "Hải Dương",
        "031": "Hải Phòng",
        "033": "Hưng Yên",
        "034": "Thái Bình",
        "035": "Hà Nam",
        "036": "Nam Định",
        "037": "Ninh Bình",
        "038": "Thanh Hóa",
        "040": "Nghệ An",
        "042": "Hà Tĩnh",
        "044": "Quảng Bình",
        "045": "Quảng Trị",
        "046": "Thừa Thiên Huế",
        "048": "Đà Nẵng",
        "049": "Quảng Nam",
        "051": "Quảng Ngãi",
        "052": "Bình Định",
        "054": "Phú Yên",
        "056": "Khánh Hòa",
        "058": "Ninh Thuận",
        "060": "Bình Thuận",
        "062": "Kon Tum",
        "064": "Gia Lai",
        "066": "Đắk Lắk",
        "067": "Đắk Nông",
        "068": "Lâm Đồng",
        "070": "Bình Phước",
        "072": "Tây Ninh",
        "074": "Bình Dương",
        "075": "Đồng Nai",
        "077": "Bà Rịa - Vũng Tàu",
        "079": "Thành phố Hồ Chí Minh",
        "080": "Long An",
        "082": "Tiền Giang",
        "083": "Bến Tre",
        "084": "Trà Vinh",
        "086": "Vĩnh Long",
        "087": "Đồng Tháp",
        "089": "An Giang",
        "091": "Kiên Giang",
        "092": "Cần Thơ",
        "093": "Hậu Giang",
        "094": "Sóc Trăng",
        "095": "Bạc Liêu",
        "096": "Cà Mau",
    }
)
"""Code -> name in Vietnamese. The mergers of later years change no number."""


# In 2018 mobile numbers of eleven digits lost one: their first four digits became three.
_CHANGED: Final = dict(
    pair.split("=")
    for pair in (
        "0120=070 0121=079 0122=077 0126=076 0128=078 0123=083 0124=084 0125=085 0127=081 0129=082"
        " 0162=032 0163=033 0164=034 0165=035 0166=036 0167=037 0168=038 0169=039"
        " 0186=056 0188=058 0199=059"
    ).split()
)
_LENGTHS: Final = (10, 11)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in today's form."""

    number: str
    """Digits, the first of them 0"""
    old_prefix: bool = False
    """True where it was written as before the change of 2018"""


def read_phone(text: str) -> Phone | None:
    """The number in a text, None where it is none of Viet Nam's.

    >>> read_phone("+84 120 123 4567")
    Phone(number='0701234567', old_prefix=True)
    >>> read_phone("0084 (0)912.345.678"), read_phone("912345678"), read_phone("12")
    (Phone(number='0912345678', old_prefix=False), Phone(number='0912345678', old_prefix=False), None)

    A first 0 that a spreadsheet took away is put back.
    """
    found = digits(text.strip().removeprefix("+"))
    if not found:
        return None
    found = found.removeprefix("00")
    if found.startswith("84") and len(found) > 10:
        found = found[2:]
    if not found.startswith("0"):
        found = "0" + found
    if len(found) not in _LENGTHS:
        return None
    if len(found) == 11 and (now := _CHANGED.get(found[:4])):
        return Phone(now + found[4:], True)
    # Eleven digits are right for a landline (02) alone.
    return Phone(found) if len(found) == 10 or found.startswith("02") else None


class Sex(StrEnum):
    """As a passport has it."""

    MALE = "M"
    FEMALE = "F"


class NumberKind(StrEnum):
    """Which of the two numbers."""

    CCCD = "cccd"
    CMND = "cmnd"


class NumberProblem(StrEnum):
    """What a citizen's number contradicts."""

    PROVINCE = "province"
    """Its first three digits are those of no province and no country."""
    BIRTH_YEAR = "birth_year"
    SEX = "sex"


class NumberMatch(StrEnum):
    """How far a declared number agrees with the registered one."""

    EQUAL = "equal"
    LEADING_ZEROS = "leading_zeros"
    """Equal once the zeros are put back that a spreadsheet took from its start."""
    OLD = "old"
    """It is the person's old number, which the register knows."""
    OLD_UNMAPPED = "old_unmapped"
    """It is an old number, and the register knows none of this person: nothing can be said."""
    TYPO = "typo"
    """One digit differs, is missing or is too many, or two neighbours changed places."""
    DIFFERENT = "different"
    MALFORMED = "malformed"
    """It has neither nine nor twelve digits, and does not resemble the registered one."""
    MISSING = "missing"
    """None was declared."""
    NOT_REGISTERED = "not_registered"
    """The register has none to compare it with."""


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number of the right form. What it says about the person is None for an old number."""

    number: str
    kind: NumberKind

    @property
    def province(self) -> str | None:
        """Its first three digits: the province, or the country, where the birth was registered."""
        return self.number[:3] if self.kind is NumberKind.CCCD else None

    @property
    def birth_year(self) -> int | None:
        """The year of birth.

        >>> IdentityNumber("001301000001", NumberKind.CCCD).birth_year
        2001
        """
        if self.kind is NumberKind.CMND:
            return None
        return 1900 + int(self.number[3]) // 2 * 100 + int(self.number[4:6])

    @property
    def sex(self) -> Sex | None:
        """Male where the fourth digit is even."""
        if self.kind is NumberKind.CMND:
            return None
        return Sex.FEMALE if int(self.number[3]) % 2 else Sex.MALE


def read_number(text: str) -> IdentityNumber | None:
    """The number in a text, None where it has neither nine nor twelve digits.

    >>> read_number("001 090 000 001").kind
    <NumberKind.CCCD: 'cccd'>
    """
    found = digits(text)
    return None if found is None else _of_digits(found)


def _of_digits(found: str) -> IdentityNumber | None:
    if len(found) == 12:
        return IdentityNumber(found, NumberKind.CCCD)
    return IdentityNumber(found, NumberKind.CMND) if len(found) == 9 else None


def parse_sex(text: str) -> Sex | None:
    """The sex in a record: M, F, male, female, Nam, Nữ; None for anything else.

    >>> parse_sex("Nữ"), parse_sex("nam"), parse_sex("1")
    (<Sex.FEMALE: 'F'>, <Sex.MALE: 'M'>, None)
    """
    return _SEXES.get(normalize("NFC", text).strip().casefold())


_SEXES: Final = {
    "m": Sex.MALE,
    "male": Sex.MALE,
    "nam": Sex.MALE,
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "nữ": Sex.FEMALE,
    "nu": Sex.FEMALE,
}


def check_number(
    number: IdentityNumber, birth: BirthDate | None = None, sex: Sex | None = None
) -> tuple[NumberProblem, ...]:
    """What a citizen's number contradicts: itself, a date of birth, a sex. Empty for an old number.

    >>> check_number(read_number("001090000001"), BirthDate(1991), Sex.MALE)
    (<NumberProblem.BIRTH_YEAR: 'birth_year'>,)
    """
    if number.kind is NumberKind.CMND:
        return ()
    problems = []
    # Whoever was born abroad has the code of a country there, from 100 on.
    if number.number[:3] not in PROVINCES and number.number[0] == "0":
        problems.append(NumberProblem.PROVINCE)
    born = number.birth_year
    if (birth.year if birth and birth.year else born) != born or number.number[3] > "3":
        problems.append(NumberProblem.BIRTH_YEAR)
    if sex is not None and sex is not number.sex:
        problems.append(NumberProblem.SEX)
    return tuple(problems)


def compare_numbers(declared: str, registered: str, old: str = "") -> NumberMatch:
    """How far a declared number agrees with a registered one. Never raises.

    `old` is the person's old number, if it is known. It can't be computed from the new one: without it
    a declared old number can't be compared.

    >>> compare_numbers("1090000001", "001090000001")
    <NumberMatch.LEADING_ZEROS: 'leading_zeros'>
    >>> compare_numbers("012345678", "001090000001")
    <NumberMatch.OLD_UNMAPPED: 'old_unmapped'>
    """
    found = digits(declared)
    if found == "":
        return NumberMatch.MISSING
    kept, kept_old = digits(registered), digits(old)
    if not kept:
        return NumberMatch.NOT_REGISTERED
    if found is None:
        return NumberMatch.MALFORMED
    if found == kept:
        return NumberMatch.EQUAL if _of_digits(found) else NumberMatch.MALFORMED
    if kept_old and (found == kept_old or _same_but_for_zeros(found, kept_old)):
        return NumberMatch.OLD if _of_digits(kept_old) else NumberMatch.MALFORMED
    if _same_but_for_zeros(found, kept):
        return NumberMatch.LEADING_ZEROS
    if len(found) == 9 != len(kept):
        if not kept_old:
            return NumberMatch.OLD_UNMAPPED
        return NumberMatch.TYPO if edits(found, kept_old, 1) == 1 else NumberMatch.DIFFERENT
    if max(len(found), len(kept)) <= 13 and edits(found, kept, 1) == 1:
        return NumberMatch.TYPO
    return NumberMatch.DIFFERENT if _of_digits(found) else NumberMatch.MALFORMED


def _same_but_for_zeros(found: str, kept: str) -> bool:
    # 9 digits are an old number of their own, never a new one without its zeros.
    return len(found) in (8, 10, 11) and len(kept) in (9, 12) and found.zfill(len(kept)) == kept
