"""The keys of `vaxpass.records.match` in DuckDB: Python's own functions, and a short way for most rows.

The short way is taken only for texts whose key is the text itself, or nearly so; tests hold that both
ways give the same.
"""

from __future__ import annotations

from typing import Final

from vaxpass.identity import parse_birth
from vaxpass.records import FIELDS, Record, birth_key, digits_key, name_keys, phone_key
from vaxpass_cli.records.engine import Engine

_BETWEEN: Final = "\x1f"
"""No key has it: a name's key has no control character that parts words"""


def define(engine: Engine) -> None:
    """Make the functions known to a database."""
    engine.define("vaxpass_digits", digits_key)
    engine.define("vaxpass_birth", birth_key)
    engine.define("vaxpass_phone", phone_key)
    engine.define("vaxpass_names", lambda name: _BETWEEN.join(name_keys(name)))
    engine.define("vaxpass_dose", dose_key, 2)
    engine.define("vaxpass_digest", record_digest, len(FIELDS))


def record_digest(
    record_id: str,
    province: str,
    facility: str,
    full_name: str,
    date_of_birth: str,
    sex: str,
    id_number: str,
    phone: str,
    vaccine: str,
    dose: str,
    doses: str,
    vaccinated_on: str,
    batch: str,
) -> str:
    """What a record said when it was matched: the digest that attestations and passports have of it.

    >>> record_digest("R1", *("" for _ in FIELDS[1:]))[:16]
    '94155fcebc1184da'
    """
    # DuckDB counts parameters, so they are all named.
    record = Record(
        record_id,
        province,
        facility,
        full_name,
        date_of_birth,
        sex,
        id_number,
        phone,
        vaccine,
        dose,
        doses,
        vaccinated_on,
        batch,
    )
    return record.digest.hex()


def digest(table: str) -> str:
    """That of the rows of a table of records."""
    return f"vaxpass_digest({', '.join(f'{table}.{column}' for column in FIELDS)})"


def dose_key(dose: str, day: str) -> str:
    """Which dose a record states: its number, or the day where there is none.

    >>> dose_key("02", ""), dose_key("", "5/3/2022")
    ('2', 'on 2022-03-05')
    """
    number = digits_key(dose)
    if number:
        return number.lstrip("0") or "0"
    if dose.strip():
        return " ".join(dose.casefold().split())
    born = parse_birth(day)
    return f"on {born or day.strip()}"


def digits(column: str) -> str:
    """The digits of a number, NULL for none."""
    return _quick(column, "[0-9]{9}|[0-9]{12}", column, "vaxpass_digits")


def birth(column: str) -> str:
    """A date of birth."""
    day = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    return _quick(column, day, column, "vaxpass_birth")


def phone(column: str) -> str:
    """A phone number in today's form."""
    return _quick(column, "0[1-9][0-9]{8}", column, "vaxpass_phone")


def dose(column: str, day: str) -> str:
    """Which dose a record states."""
    return (
        f"CASE WHEN regexp_full_match({column}, '[1-9]') THEN {column}"
        f" ELSE vaxpass_dose({column}, {day}) END"
    )


def name(key: str, place: int) -> str:
    """One of the three keys of a name, from the text that `names` gives."""
    return f"nullif(split_part({key}, chr(31), {place}), '')"


def names(column: str) -> str:
    """All keys of a name in one text; to be asked once for each different name."""
    plain = f"lower({column})"
    letters = f"replace(upper({column}), ' ', '<')"
    quick = f"concat({plain}, chr(31), {letters}, chr(31), {plain})"
    return (
        f"CASE WHEN length({column}) <= 80 AND regexp_full_match({column}, '[A-Za-z]+( [A-Za-z]+)*')"
        f" THEN {quick} ELSE vaxpass_names({column}) END"
    )


def number(digits: str) -> str:
    """The number by which a person is found, from digits."""
    return f"CASE WHEN length({digits}) IN (9, 12) THEN {digits} END"


def lookup(digits: str) -> str:
    """The registered number that declared digits mean."""
    return (
        f"CASE WHEN length({digits}) IN (9, 12) THEN {digits}"
        f" WHEN length({digits}) IN (8, 10, 11) THEN lpad({digits}, 12, '0') END"
    )


def lookup2(digits: str) -> str:
    """The other number that they may mean."""
    return f"CASE WHEN length({digits}) = 8 THEN lpad({digits}, 9, '0') END"


def _quick(column: str, pattern: str, then: str, function: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN {then}"
        f" ELSE nullif({function}({column}), '') END"
    )
