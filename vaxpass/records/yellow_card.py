"""Read a record of a vaccination against yellow fever or polio as a yellow card of WHO (ICVP).

Which vaccines these are is WHO's catalogue of products. A record may name a product by its identifier,
or by its name with container and manufacturer as far as they are needed to tell it from others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.documents.hcert.icvp.catalogue import POLIO, YELLOW_FEVER, Product, products
from vaxpass.documents.hcert.icvp.checks import LONGEST, is_plain
from vaxpass.documents.hcert.icvp.model import VaccinationCertificate
from vaxpass.identity import NumberKind, Sex, parse_sex, read_number
from vaxpass.records.codes import IssueCode
from vaxpass.records.content import (
    Codes,
    born_after,
    check_day,
    read_birth,
    read_day,
    read_name,
)
from vaxpass.records.record import Record
from vaxpass.records.vaccines import Vaccines, find_names, vaccine_key

_SEXES: Final = {Sex.MALE: "male", Sex.FEMALE: "female"}
_NATIONAL_NUMBER: Final = "NI"
"""The type of an identity number of a citizen (HL7 v2, table 0203)"""
_DISEASES: Final = {
    **dict.fromkeys(("yellow fever", "sot vang"), YELLOW_FEVER),
    **dict.fromkeys(("polio", "bai liet", "OPV", "bOPV", "IPV"), POLIO),
}
"""What records write where they name no product; accents make no difference"""


@cache
def _by_name() -> Mapping[str, tuple[Product, ...]]:
    found: dict[str, tuple[Product, ...]] = {
        vaccine_key(name): tuple(each for each in products() if each.disease == disease)
        for name, disease in _DISEASES.items()
    }
    for each in products():
        name = each.name or each.vaccine
        whole = f"{name} {each.presentation}"
        for text in (each.id, name, whole, f"{whole} {each.manufacturer}"):
            key = vaccine_key(text)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), each)))
    return found


def find_products(vaccine: str) -> tuple[Product, ...] | None:
    """The products of WHO's catalogue that the name of a vaccine may mean; None where it is none.

    They are all products of a disease where only that is named, and none where two products are. A name
    is read like one in the table of vaccines (`vaccines`).

    >>> [product.presentation for product in find_products("Vắc xin sốt vàng Stamaril")]
    ['Vial + Ampoule, 10 doses']
    >>> len(find_products("BIOPOLIO")), len(find_products("sốt vàng")), find_products("Pfizer")
    (2, 11, None)
    """
    known = _by_name()
    if (whole := known.get(vaccine_key(vaccine))) is not None:
        return whole
    named, unknown = find_names(vaccine, known)
    if unknown or not named:
        return None
    return tuple(each for each in named[0] if all(each in other for other in named))


def yellow_card_key(vaccine: str) -> str:
    """The disease of a vaccine that yellow cards are issued for; empty for other vaccines.

    Doses of different diseases are no repetitions of each other.

    >>> yellow_card_key("Stamaril"), yellow_card_key("bOPV"), yellow_card_key("Pfizer")
    ('1D47', '1C81', '')
    """
    found = find_products(vaccine)
    if found is None:
        return ""
    return found[0].disease.icd11 if found else vaccine_key(vaccine)


def is_yellow_card(vaccine: str, vaccines: Vaccines) -> bool:
    """Whether a record of this vaccine becomes a yellow card: the table of vaccines does not have it.

    >>> from vaxpass.records import BUILT_IN
    >>> is_yellow_card("Stamaril", BUILT_IN), is_yellow_card("Pfizer", BUILT_IN)
    (True, False)
    """
    return vaccines.find(vaccine) is None and find_products(vaccine) is not None


def check_card(record: Record, today: date) -> Codes:
    """Everything that is wrong with a record for a yellow card, whoever issues it; empty for nothing.

    `today` is the last possible day of vaccination.

    >>> check_card(Record("1", full_name="Nguyễn An", vaccine="bOPV"), date(2026, 4, 1))[:2]
    (<IssueCode.DOB_MISSING: 'dob.missing'>, <IssueCode.SEX_MISSING: 'sex.missing'>)
    """
    codes: list[IssueCode] = []
    person, born = read_name(record.full_name), read_birth(record.date_of_birth)
    if not isinstance(person, Person):
        codes += person
    elif len(_whole(person)) > LONGEST:
        codes.append(IssueCode.NAME_TOO_LONG)
    if not isinstance(born, str):
        codes += born
    elif len(born) < len("YYYY-MM-DD"):
        codes.append(IssueCode.DOB_INCOMPLETE)
    if parse_sex(record.sex) is None:
        codes.append(IssueCode.SEX_MISSING)
    found = find_products(record.vaccine)
    if found is None or len(found) != 1:
        codes.append(IssueCode.VACCINE_UNKNOWN if found is None else IssueCode.VACCINE_SEVERAL)
    day = check_day(record.vaccinated_on, today)
    if not isinstance(day, date):
        codes += day
    elif isinstance(born, str) and born_after(born, day.isoformat()):
        codes.append(IssueCode.DOB_AFTER_DOSE)
    if not _can_be_signed(record.batch.strip()):
        codes.append(IssueCode.BATCH_MISSING)
    if not _can_be_signed(record.facility.strip()):
        codes.append(IssueCode.FACILITY_MISSING)
    return tuple(codes)


def read_card(
    record: Record, *, issuer: str, nationality: str, today: date
) -> VaccinationCertificate | Codes:
    """Read a record whose vaccine `find_products` knows; or everything that is wrong with it.

    `nationality` (ISO 3166-1 alpha-3) is that of holders of a citizen's number; a record does not
    state it. `today` is the last possible day of vaccination and the day of issue.

    >>> record = Record("1", "79", "Trung tâm 1", "Nguyễn Bảo Duy", "6/5/1990", "Nam",
    ...     "001090012345", vaccine="Stamaril", vaccinated_on="2026-03-01", batch="YF-7")
    >>> card = read_card(record, issuer="MoH", nationality="VNM", today=date(2026, 4, 1))
    >>> card.sex, card.product.manufacturer, card.issued_on
    ('male', 'Sanofi Pasteur', '2026-04-01')
    """
    codes = check_card(record, today)
    number = read_number(record.id_number)
    citizen = number is not None and number.kind is NumberKind.CCCD
    if not nationality or not citizen:
        codes += (IssueCode.NATIONALITY_MISSING,)
    if codes:
        return codes
    person, born = read_name(record.full_name), read_birth(record.date_of_birth)
    found, day, sex = (
        find_products(record.vaccine),
        read_day(record.vaccinated_on),
        parse_sex(record.sex),
    )
    assert isinstance(person, Person)  # noqa: S101 - else there are codes; so for all that follow
    assert isinstance(born, str)  # noqa: S101
    assert found is not None and number is not None and day is not None and sex is not None  # noqa: S101, PT018
    return VaccinationCertificate(
        name=_whole(person),
        birth_date=born,
        sex=_SEXES[sex],
        nationality=nationality,
        document_number=number.number,
        document_type=_NATIONAL_NUMBER,
        vaccine=found[0].id,
        date=day.isoformat(),
        batch=record.batch.strip(),
        clinician=record.facility.strip(),
        issuer=issuer,
        issued_on=today.isoformat(),
    )


def _whole(person: Person) -> str:
    return " ".join(filter(None, (person.family_name, person.given_name)))


def _can_be_signed(text: str) -> bool:
    return 0 < len(text) <= LONGEST and is_plain(text)
