"""What is wrong with records by themselves, in SQL: the codes of `vaxpass.records.check_content`.

The function is asked once for each different name, date of birth and dose, in a record that is else
good; a million records have few of them. What depends on two of them SQL compares: whether somebody was
born after the dose. A yellow card needs more of a record; such records are asked about as a whole.
Tests compare the codes of all records with those of the function.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from vaxpass.records import BUILT_IN, FIELDS, IssueCode, Record, check_content, yellow_card_key
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.match import keys

_GOOD: Final = Record(
    "1",
    full_name="Lê An",
    date_of_birth="1900",
    vaccine="Pfizer",
    dose="1",
    doses="2",
    vaccinated_on="2021-09-01",
)
_LATER: Final = date(2022, 1, 1)
"""A day after the dose of the good record"""
_CARD: Final = "card"
"""Stands for the codes of a dose that yellow cards are issued for"""


def define(engine: Engine, today: date) -> None:
    """Let SQL call the function of the library; `today` is the last possible day of vaccination."""

    def of_dose(vaccine: str, dose: str, doses: str, day: str) -> str:
        if yellow_card_key(vaccine) and BUILT_IN.find(vaccine) is None:
            return _CARD
        record = _GOOD._replace(vaccine=vaccine, dose=dose, doses=doses, vaccinated_on=day)
        return " ".join(check_content(record, today))

    engine.define("vaxpass_wrong_name", _of_name)
    engine.define("vaxpass_wrong_birth", _of_birth)
    engine.define("vaxpass_wrong_dose", of_dose, 4)
    engine.define(
        "vaxpass_wrong", lambda *values: " ".join(check_content(Record(*values), today)), len(FIELDS)
    )


def _of_name(name: str) -> str:
    return " ".join(check_content(_GOOD._replace(full_name=name), _LATER))


def _of_birth(born: str) -> str:
    found = check_content(_GOOD._replace(date_of_birth=born), _LATER)
    return " ".join(code for code in found if code is not IssueCode.DOB_AFTER_DOSE)


def make(engine: Engine) -> None:
    """Make the table `contents` of the records of the table `records`: `record_id` and `content`.

    `content` has the codes separated by spaces.
    """
    whole = ", ".join(f"r.{column}" for column in FIELDS)
    engine.run(
        f"CREATE OR REPLACE TABLE wrong_names AS SELECT full_name, {_name('full_name')} AS name"
        " FROM (SELECT DISTINCT full_name FROM records)",
        "CREATE OR REPLACE TABLE wrong_births AS SELECT date_of_birth, birth,"
        " CASE WHEN birth = date_of_birth THEN '' ELSE vaxpass_wrong_birth(date_of_birth) END AS born"
        f" FROM (SELECT date_of_birth, {keys.birth('date_of_birth')} AS birth"
        " FROM (SELECT DISTINCT date_of_birth FROM records))",
        "CREATE OR REPLACE TABLE wrong_doses AS SELECT *,"
        " vaxpass_wrong_dose(vaccine, dose, doses, vaccinated_on) AS given,"
        f" {keys.birth('vaccinated_on')} AS day"
        " FROM (SELECT DISTINCT vaccine, dose, doses, vaccinated_on FROM records)",
        f"""
        CREATE OR REPLACE TABLE contents AS
        SELECT r.record_id, CASE
            WHEN given = '{_CARD}' THEN vaxpass_wrong({whole})
            ELSE concat_ws(' ', nullif(name, ''), nullif(born, ''), nullif(given, ''),
                CASE WHEN born = '' AND given = '' AND birth > left(day, length(birth))
                    THEN '{IssueCode.DOB_AFTER_DOSE}' END)
            END AS content
        FROM records r JOIN wrong_names USING (full_name) JOIN wrong_births USING (date_of_birth)
            JOIN wrong_doses USING (vaccine, dose, doses, vaccinated_on)
        """,
        *(f"DROP TABLE {name}" for name in ("wrong_names", "wrong_births", "wrong_doses")),
    )


def _name(column: str) -> str:
    plain = f"length({column}) <= 80 AND regexp_full_match({column}, '[A-Za-z]+( [A-Za-z]+)*')"
    return f"CASE WHEN {plain} THEN '' ELSE vaxpass_wrong_name({column}) END"
