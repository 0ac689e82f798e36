"""The keys of `vaxpass.records.match` as expressions of SQL.

Most texts are nearly their own key: for them SQL computes it. For other texts SQL calls the function of
the library. Tests compare both ways.
"""

from __future__ import annotations

from typing import Final

from vaxpass.identity import parse_birth
from vaxpass.records import (
    BUILT_IN,
    birth_key,
    digits_key,
    name_keys,
    phone_key,
    read_count,
    yellow_card_key,
)
from vaxpass_cli.records.engine import Engine, literal

_SEPARATOR: Final = "\x1f"
"""No key of a name has this character"""
_USUAL: Final = ", ".join(
    literal(name)
    for name in sorted(
        {"", *(name.lower() for each in BUILT_IN.vaccines for name in (each.product, *each.names))}
    )
)
"""The vaccines that need no look at WHO's catalogue"""


def define(engine: Engine) -> None:
    """Let SQL call the functions of the library."""
    engine.define("vaxpass_digits", digits_key)
    engine.define("vaxpass_birth", birth_key)
    engine.define("vaxpass_phone", phone_key)
    engine.define("vaxpass_names", lambda name: _SEPARATOR.join(name_keys(name)))
    engine.define("vaxpass_dose", dose_key, 3)


def dose_key(dose: str, day: str, vaccine: str) -> str:
    """The key of a dose: its number, or its day where there is no number.

    Doses of vaccines that yellow cards are issued for are no part of a course against COVID-19: their
    key is the disease with the day.

    >>> dose_key("02", "", ""), dose_key("", "5/3/2022", ""), dose_key("1", "5/3/2022", "Stamaril")
    ('2', 'on 2022-03-05', '1D47 on 2022-03-05')
    """
    if card := yellow_card_key(vaccine):
        return f"{card} on {parse_birth(day) or day.strip()}"
    number = read_count(dose)
    if number is not None:
        return str(number)
    if dose.strip():
        return " ".join(dose.casefold().split())
    born = parse_birth(day)
    return f"on {born or day.strip()}"


def digits(column: str) -> str:
    """The key of an identity number; NULL where the text is no number."""
    return _quick(column, "[0-9]{9}|[0-9]{12}", column, "vaxpass_digits")


def birth(column: str) -> str:
    """The key of a date of birth; NULL where there is none."""
    day = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    return _quick(column, day, column, "vaxpass_birth")


def phone(column: str) -> str:
    """The key of a phone number; NULL where there is none."""
    return _quick(column, "0[1-9][0-9]{8}", column, "vaxpass_phone")


def dose(column: str, day: str, vaccine: str) -> str:
    """The key of a dose."""
    return (
        f"CASE WHEN regexp_full_match({column}, '[1-9]') AND lower({vaccine}) IN ({_USUAL})"
        f" THEN {column} ELSE vaxpass_dose({column}, {day}, {vaccine}) END"
    )


def name(key: str, place: int) -> str:
    """One of the three keys of a name (`place` 1 to 3), from the result of `names`; NULL for none."""
    return f"nullif(split_part({key}, chr(31), {place}), '')"


def names(column: str) -> str:
    """All keys of a name in one text, separated by a character that occurs in none of them."""
    plain = f"lower({column})"
    letters = f"replace(upper({column}), ' ', '<')"
    quick = f"concat({plain}, chr(31), {letters}, chr(31), {plain})"
    # A first word of one letter may be a prefix, which the key joins to the next word.
    usual = f"regexp_full_match({column}, '[A-Za-z]{{2,}}( [A-Za-z]+)*')"
    return f"CASE WHEN length({column}) <= 80 AND {usual} THEN {quick} ELSE vaxpass_names({column}) END"


def number(digits: str) -> str:
    """The `registered_numbers` of a current number, from its digits."""
    return f"CASE WHEN length({digits}) IN (9, 12) THEN {digits} END"


def lookup(digits: str) -> str:
    """The first of the `possible_numbers` of declared digits; NULL for none."""
    return (
        f"CASE WHEN length({digits}) IN (9, 12) THEN {digits}"
        f" WHEN length({digits}) IN (8, 10, 11) THEN lpad({digits}, 12, '0') END"
    )


def lookup2(digits: str) -> str:
    """The second of the `possible_numbers` of declared digits; NULL for none."""
    return f"CASE WHEN length({digits}) = 8 THEN lpad({digits}, 9, '0') END"


def _quick(column: str, pattern: str, then: str, function: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN {then}"
        f" ELSE nullif({function}({column}), '') END"
    )
