"""What a comparison with a travel document found, for whoever holds both: data, English and Vietnamese.

The library's sentences tell a clerk how to correct a record; at a desk nothing is corrected.
"""

from __future__ import annotations

from typing import Final

from vaxpass.identity import IdentityCode

_REASONS: Final[dict[IdentityCode, tuple[str, str]]] = {
    IdentityCode.NAME_ORDER: (
        "The names have the same parts in another order.",
        "Họ tên có cùng các chữ nhưng khác thứ tự.",
    ),
    IdentityCode.NAME_INCOMPLETE: (
        "One of the names lacks a part, or has it shortened.",
        "Một bên thiếu hoặc viết tắt một phần họ tên.",
    ),
    IdentityCode.NAME_TYPO: (
        "One or two letters of the names differ.",
        "Họ tên khác nhau một hoặc hai chữ cái.",
    ),
    IdentityCode.NAME_DIFFERENT: ("The names are different.", "Họ tên khác nhau."),
    IdentityCode.NAME_MISSING: ("The passport holds no name.", "Hộ chiếu không ghi họ tên."),
    IdentityCode.DOB_MONTH_ONLY: (
        "Of the date of birth only month and year can be compared, and they agree.",
        "Chỉ so sánh được tháng và năm sinh, và chúng khớp.",
    ),
    IdentityCode.DOB_YEAR_ONLY: (
        "Of the date of birth only the year can be compared, and it agrees.",
        "Chỉ so sánh được năm sinh, và năm sinh khớp.",
    ),
    IdentityCode.DOB_DAY_MONTH_SWAPPED: (
        "Day and month of birth have changed places.",
        "Ngày và tháng sinh bị đảo chỗ.",
    ),
    IdentityCode.DOB_TYPO: (
        "One digit of the dates of birth differs, or two changed places.",
        "Ngày sinh khác nhau một chữ số, hoặc có hai chữ số đổi chỗ.",
    ),
    IdentityCode.DOB_DIFFERENT: ("The dates of birth are different.", "Ngày sinh khác nhau."),
    IdentityCode.DOB_MALFORMED: (
        "One date of birth can't be read, so it was not compared.",
        "Một ngày sinh không đọc được nên không so sánh.",
    ),
    IdentityCode.DOB_MISSING: (
        "One of the two names no date of birth to compare.",
        "Một bên không ghi ngày sinh để so sánh.",
    ),
}


def reason(code: IdentityCode, language: str) -> str:
    """The sentence of a code; the library's where it fits.

    >>> reason(IdentityCode.DOB_DIFFERENT, "en")
    'The dates of birth are different.'
    """
    if code not in _REASONS:
        return code.message(language)
    english, vietnamese = _REASONS[code]
    return vietnamese if language == "vi" else english
