"""What is wrong with the content of a record, and which column of the record a code is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.identity import IdentityCode
from vaxpass.records.codes import IssueCode, MatchCode
from vaxpass.records.content import (
    Codes,
    Dose,
    DoseText,
    born_after,
    read_birth,
    read_dose,
    read_name,
)
from vaxpass.records.record import FIELDS, Record
from vaxpass.records.vaccines import BUILT_IN, Vaccines
from vaxpass.records.yellow_card import check_card, is_yellow_card


class Content(NamedTuple):
    """What a record says, as an EU DCC states it."""

    person: Person
    born: str
    """YYYY-MM-DD, YYYY-MM or YYYY"""
    dose: Dose


def read_content(record: Record, today: date, vaccines: Vaccines) -> Content | Codes:
    """Read a record of a vaccination against COVID-19, or say everything that is wrong with it.

    >>> record = Record("1", full_name="Lê An", date_of_birth="1990", vaccine="Pfizer", dose="1",
    ...     doses="2", vaccinated_on="6/9/2021")
    >>> read_content(record, date(2022, 1, 1), BUILT_IN).dose.date
    '2021-09-06'
    """
    person, born = read_name(record.full_name), read_birth(record.date_of_birth)
    text = DoseText(record.vaccine, record.dose, record.doses, record.vaccinated_on)
    dose = read_dose(text, vaccines, today)
    if isinstance(person, Person) and isinstance(born, str) and isinstance(dose, Dose):
        content = Content(person, born, dose)
        return (IssueCode.DOB_AFTER_DOSE,) if born_after(born, dose.date) else content
    codes: Codes = ()
    codes += () if isinstance(person, Person) else person
    codes += () if isinstance(born, str) else born
    if not isinstance(dose, Dose):
        codes += dose
    elif isinstance(born, str) and born_after(born, dose.date):
        codes += (IssueCode.DOB_AFTER_DOSE,)
    return codes


def check_content(record: Record, today: date, vaccines: Vaccines = BUILT_IN) -> Codes:
    """Everything that is wrong with a record by itself; empty where a passport can be made of it.

    `today` is the last possible day of vaccination. Looked at are name, date of birth, vaccine, dose
    and day, and what a yellow card needs more where the vaccine is one of those. Not looked at is what
    an issuer adds (nationality, signer), what the register says, and the person's other doses.

    >>> record = Record("1", full_name="Lê An", date_of_birth="1990", vaccine="Pfizer", dose="1",
    ...     doses="2", vaccinated_on="6/9/2021")
    >>> check_content(record, date(2022, 1, 1))
    ()
    >>> check_content(record._replace(vaccine="", dose="x"), date(2022, 1, 1))
    (<IssueCode.VACCINE_MISSING: 'vaccine.missing'>, <IssueCode.DOSE_INVALID: 'dose.invalid'>)
    """
    if is_yellow_card(record.vaccine, vaccines):
        return check_card(record, today)
    found = read_content(record, today, vaccines)
    return () if isinstance(found, Content) else found


_COLUMNS: Final = {
    "attestation": "record_id",
    "date": "vaccinated_on",
    "dob": "date_of_birth",
    "id": "id_number",
    "match": "record_id",
    "name": "full_name",
    "nationality": "id_number",
    "record": "record_id",
    "records": "record_id",
    "register": "id_number",
    "signer": "vaccine",
}
"""The column by the first word of a code, where it is not the name of the column"""
_SINGLE: Final[dict[str, str]] = {
    IssueCode.DOSE_SERIES: "doses",
    IssueCode.DOSE_ORDER: "vaccinated_on",
    IssueCode.MATCH_NO_ID: "id_number",
    IssueCode.MATCH_NOT_FOUND: "id_number",
}


_SAID_BY: Final[dict[str, str]] = {
    IssueCode.DOB_INVALID: IdentityCode.DOB_MALFORMED,
    IssueCode.NAME_LETTERS: IdentityCode.NAME_SURPLUS,
}
"""Codes of a record by itself, and the code of the match by which the same is corrected"""


def says_more(code: str, told: Collection[str]) -> bool:
    """Whether a code of a record by itself asks for more than what is told about it already.

    >>> says_more("dob.invalid", ["dob.malformed"]), says_more("dob.invalid", ["dob.typo"])
    (False, True)
    """
    return code not in told and _SAID_BY.get(code) not in told


def column_of(code: IdentityCode | MatchCode | IssueCode) -> str:
    """The column of a record (one of `FIELDS`) in which that has to be corrected which a code names.

    Where nothing in a record can be corrected, it is `record_id`: the record as a whole.

    >>> column_of(IdentityCode.DOB_TYPO), column_of(MatchCode.DOSE_TWICE)
    ('date_of_birth', 'record_id')
    """
    subject = code.partition(".")[0]
    column = _SINGLE.get(code) or _COLUMNS.get(subject, subject)
    assert column in FIELDS  # noqa: S101 - a test holds it for every code
    return column
