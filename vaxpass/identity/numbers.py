"""Numbers of people in Viet Nam: identity numbers (CCCD of twelve digits, CMND of nine) and phones.

Numbers are read as people and spreadsheets write them. What a CCCD says about its holder (province,
year of birth, sex) is checked, and a declared number is compared with a registered one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

from vaxpass.identity.birth import BirthDate
from vaxpass.identity.letters import APOSTROPHES, HYPHENS, INVISIBLE, SPACES
from vaxpass.identity.names import edits

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
"""The 63 provinces (three digits -> Vietnamese name) that numbers begin with, before any merger."""
_LONGEST: Final = 40
_SHORTEST: Final = 9
_NOTHING: Final = re.compile(
    r"[\W_]*|(?:không|khong|ko|chưa|chua|mất|mat)(?: (?:có|co|cấp|cap|làm|lam|rõ|ro|nhớ|nho))?"
    r"(?: (?:số|so|cccd|cmnd|giấy tờ|giay to))?|none|null|nan|n/?a|#?(?:n/a|value!|ref!|name\?)"
)
"""What people and programs write where there is no number"""
_SIGNS: Final = dict.fromkeys(map(ord, SPACES + HYPHENS + APOSTROPHES + INVISIBLE + ".,()"))
_LABEL: Final = re.compile(
    r"(?:s[oố] )?(?:cccd|cmnd|cmtnd|cmt|đdcn|ddcn|căn cước(?: công dân)?|can cuoc(?: cong dan)?)"
    r"(?: s[oố])?[ :.]*|s[oố][ :.]+",
    re.IGNORECASE,
)
_NUMBER: Final = "([0-9]{12}|[0-9]{9})"
_BOTH: Final = re.compile(
    rf"\W*(?:{_LABEL.pattern})?{_NUMBER}"
    rf"(?:\W+(?:{_LABEL.pattern})?{_NUMBER}|\W*(?:{_LABEL.pattern}))\W*",
    re.IGNORECASE,
)
"""A number with the person's other one beside it, or with the name of the card behind it"""
_DECIMALS: Final = re.compile(r"[.,]0{1,2}$")
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_LIKE_DIGITS: Final = str.maketrans("OoQlIi|SsBZz", "000111155822")
_PASSPORT: Final = re.compile("[A-Z][0-9]{7,8}")
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


class Sex(StrEnum):
    """The sex as identity cards and travel documents have it.

    >>> Sex("F")
    <Sex.FEMALE: 'F'>
    """

    MALE = "M"
    FEMALE = "F"


class NumberKind(StrEnum):
    """The two kinds of identity number.

    >>> read_number("012345678").kind is NumberKind.CMND
    True
    """

    CCCD = "cccd"
    """The number of a citizen: twelve digits"""
    CMND = "cmnd"
    """The number of the old card: nine digits"""


class NumberProblem(StrEnum):
    """What the digits of a CCCD contradict.

    >>> check_number(read_number("003090000001"))
    (<NumberProblem.PROVINCE: 'province'>,)
    """

    PROVINCE = "province"
    """No province and no country has its first three digits."""
    BIRTH_YEAR = "birth_year"
    """It says another year of birth."""
    SEX = "sex"
    """It says the other sex."""


class NumberMatch(StrEnum):
    """How far a declared number agrees with the registered one.

    >>> compare_numbers("001090000010", "001090000001") is NumberMatch.TYPO
    True
    """

    EQUAL = "equal"
    """The same number, of the right length."""
    LEADING_ZEROS = "leading_zeros"
    """Equal once the zeros that a spreadsheet removed from its start are added."""
    OLD = "old"
    """It is the person's old number (CMND), which the register has."""
    OLD_UNMAPPED = "old_unmapped"
    """It is an old number, and the register has none for this person: they can't be compared."""
    TYPO = "typo"
    """One digit is wrong, missing or too many, or two neighbours are in the wrong order."""
    DIFFERENT = "different"
    """It is another number."""
    MALFORMED = "malformed"
    """It has neither nine nor twelve digits, and is no typo of the registered one."""
    MISSING = "missing"
    """None was declared."""
    NOT_REGISTERED = "not_registered"
    """The register has no number to compare it with."""


class NumberDefect(StrEnum):
    """Why a text is no identity number.

    >>> number_defect("9.2E+10") is NumberDefect.SPREADSHEET_NUMBER
    True
    """

    BLANK = "blank"
    """Nothing is stated."""
    SPREADSHEET_NUMBER = "spreadsheet_number"
    """A spreadsheet rounded it and wrote it with a power of ten: its digits are lost."""
    LETTERS = "letters"
    """Letters stand where digits belong, such as O for 0. They are not corrected."""
    MALFORMED = "malformed"
    """It has neither nine nor twelve digits."""


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """An identity number of the right length, and what a CCCD says about the person.

    `province`, `birth_year` and `sex` are None for a CMND.

    >>> IdentityNumber("001301000001", NumberKind.CCCD).sex
    <Sex.FEMALE: 'F'>
    """

    number: str
    """The digits"""
    kind: NumberKind

    @property
    def province(self) -> str | None:
        """The first three digits: the province or country where the birth was registered."""
        return self.number[:3] if self.kind is NumberKind.CCCD else None

    @property
    def birth_year(self) -> int | None:
        """The year of birth, from the fourth digit (century and sex) and the next two.

        >>> IdentityNumber("001301000001", NumberKind.CCCD).birth_year
        2001
        """
        if self.kind is NumberKind.CMND:
            return None
        return 1900 + int(self.number[3]) // 2 * 100 + int(self.number[4:6])

    @property
    def sex(self) -> Sex | None:
        """The sex: male where the fourth digit is even."""
        if self.kind is NumberKind.CMND:
            return None
        return Sex.FEMALE if int(self.number[3]) % 2 else Sex.MALE


@dataclass(frozen=True, slots=True)
class Phone:
    """A Vietnamese phone number in today's form.

    >>> Phone("0701234567", old_prefix=True).number
    '0701234567'
    """

    number: str
    """Ten or eleven digits, the first of them 0"""
    old_prefix: bool = False
    """Whether it was written with a prefix from before the change of 2018"""


def digits(text: str) -> str | None:
    """The digits of a number without the signs that group them; None where there is anything else.

    The `.0` that spreadsheets append to numbers is removed, and so is the name of the card beside it.
    Of a citizen's number and an old one in the same text the citizen's number is meant.
    Words such as `chưa có`, and a zero where a formula has no value, state nothing.

    >>> digits("001 090.000-001"), digits("CCCD 001090000001"), digits("1.23E+11"), digits("")
    ('001090000001', '001090000001', None, '')
    """
    if len(text) > _LONGEST:
        return None
    if not text.isascii():
        text = normalize("NFKC", text)
    stated = text
    if not text.isdigit():
        if both := _BOTH.fullmatch(normalize("NFC", text)):
            one, other = both[1], both[2] or ""
            return max(one, other, key=len) if len(one) != len(other) else None
        text = _LABEL.sub("", normalize("NFC", text.strip()), count=1) if text[:1].isalpha() else text
        text = _DECIMALS.sub("", text.strip()).translate(_SIGNS)
    if text.isascii() and text.isdigit():
        return text if len(text) >= _SHORTEST or text.strip("0") else ""
    return "" if _NOTHING.fullmatch(stated.strip().casefold()) else None


def read_number(text: str) -> IdentityNumber | None:
    """Read an identity number; None where the text has neither nine nor twelve digits.

    >>> read_number("001 090 000 001").kind
    <NumberKind.CCCD: 'cccd'>
    """
    found = digits(text)
    return None if found is None else _of_digits(found)


def _of_digits(found: str) -> IdentityNumber | None:
    if len(found) == 12:
        return IdentityNumber(found, NumberKind.CCCD)
    return IdentityNumber(found, NumberKind.CMND) if len(found) == 9 else None


def number_defect(text: str) -> NumberDefect | None:
    """Why a text is no identity number; None where it is one. Never raises.

    >>> str(number_defect("O01090000001")), str(number_defect("C1234567")), number_defect("012345678")
    ('letters', 'malformed', None)
    """
    found = digits(text)
    if found is not None:
        if not found:
            return NumberDefect.BLANK
        return None if _of_digits(found) else NumberDefect.MALFORMED
    if len(text) > _LONGEST:
        return NumberDefect.MALFORMED
    plain = normalize("NFKC", text).translate(_SIGNS | {ord("."): ".", ord(","): ","})
    if _SCIENTIFIC.fullmatch(plain):
        return NumberDefect.SPREADSHEET_NUMBER
    plain = plain.translate(_SIGNS)
    meant = plain.translate(_LIKE_DIGITS)
    is_number = meant.isascii() and meant.isdigit() and 9 <= len(meant) <= 12
    mostly = sum(map(str.isdigit, plain)) * 2 > len(plain)
    if is_number and mostly and not _PASSPORT.fullmatch(plain):
        return NumberDefect.LETTERS
    return NumberDefect.MALFORMED


def check_number(
    number: IdentityNumber, birth: BirthDate | None = None, sex: Sex | None = None
) -> tuple[NumberProblem, ...]:
    """What the digits of a CCCD contradict: their own rules, a date of birth, a sex. Empty for a CMND.

    >>> check_number(read_number("001090000001"), BirthDate(1991), Sex.MALE)
    (<NumberProblem.BIRTH_YEAR: 'birth_year'>,)
    """
    if number.kind is NumberKind.CMND:
        return ()
    problems = []
    # A person born abroad has the code of a country, from 100 on.
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

    `registered` is the current number of a person, `old` the CMND of the same person, if the register
    has it. A CMND can't be computed from a CCCD: without `old` a declared CMND can't be compared.

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
    # Nine digits are always a CMND, never a CCCD without its zeros.
    return len(found) in (8, 10, 11) and len(kept) in (9, 12) and found.zfill(len(kept)) == kept


_SEXES: Final = {
    "m": Sex.MALE,
    "male": Sex.MALE,
    "nam": Sex.MALE,
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "nữ": Sex.FEMALE,
    "nu": Sex.FEMALE,
}


def parse_sex(text: str) -> Sex | None:
    """Read the sex in a record: M, F, male, female, Nam, Nữ, in any case; None for anything else.

    >>> parse_sex("Nữ"), parse_sex("nam"), parse_sex("1")
    (<Sex.FEMALE: 'F'>, <Sex.MALE: 'M'>, None)
    """
    return _SEXES.get(normalize("NFC", text).strip().casefold())


def read_phone(text: str) -> Phone | None:
    """Read a phone number; None where the text is not a Vietnamese number.

    The country code is removed, a leading 0 that a spreadsheet removed is added, and a prefix from
    before 2018 becomes today's.

    >>> read_phone("+84 120 123 4567")
    Phone(number='0701234567', old_prefix=True)
    >>> read_phone("0084 (0)912.345.678"), read_phone("912345678"), read_phone("12")
    (Phone(number='0912345678', old_prefix=False), Phone(number='0912345678', old_prefix=False), None)
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
    # Only landlines (02) have eleven digits.
    return Phone(found) if len(found) == 10 or found.startswith("02") else None
