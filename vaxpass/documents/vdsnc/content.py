"""A seal in the shape that all families share, with the names of its codes (ICD-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vaxpass.codes import Kind
from vaxpass.documents.countries import alpha_2
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.vdsnc.profile import dose_number

_BETWEEN: Final = "  "
"""What stands between the primary and the secondary identifier of a name (ICAO 9303-3, section 4)"""


def _table(lines: str) -> Mapping[str, str]:
    return dict(line.strip().split(" ", 1) for line in lines.strip().splitlines())


DISEASES: Final = _table("""
    1A00 Cholera
    1A07 Typhoid fever
    1A22 Rotavirus infection
    1B1Z Tuberculosis
    1B93 Plague
    1C12 Whooping cough
    1C13 Tetanus
    1C17 Diphtheria
    1C1C Meningococcal disease
    1C62 HIV disease
    1C81 Polio
    1C82 Rabies
    1C85 Japanese encephalitis
    1C8A Tick-borne encephalitis
    1D2Z Dengue
    1D40 Chikungunya
    1D47 Yellow fever
    1D60 Filovirus disease
    1D60.0 Ebola disease
    1D80 Mumps
    1E30 Influenza
    1E32 Influenza
    1E50 Hepatitis (acute)
    1E50.0 Hepatitis A
    1E50.1 Hepatitis B
    1E70 Smallpox
    1E71 Mpox
    1E90 Chickenpox
    1E91 Shingles
    1F02 Rubella
    1F03 Measles
    1F4Z Malaria
    RA01 COVID-19
    RA01.0 COVID-19
    RA01.1 COVID-19
""")
"""Diseases by their codes in ICD-11 (MMS)"""
VACCINES: Final = _table("""
    XM0CX4 COVID-19 vaccine (replicating viral vector)
    XM0GQ8 COVID-19 vaccine (RNA)
    XM1J92 COVID-19 vaccine (virus-like particle)
    XM1NL1 COVID-19 vaccine (inactivated)
    XM5DF6 COVID-19 vaccine (live attenuated)
    XM5JC5 COVID-19 vaccine (protein subunit)
    XM68M6 COVID-19 vaccine
    XM6AT1 COVID-19 vaccine (DNA)
    XM9QW8 COVID-19 vaccine (viral vector)
    XM3DT5 Moderna COVID-19 vaccine
    XM4YL8 AstraZeneca COVID-19 vaccine
    XM6QV1 Janssen COVID-19 vaccine
    XM8NQ0 Comirnaty
    XM9T65 Novavax COVID-19 vaccine
    XM97T2 Covishield
    XM1G90 Covaxin
    XM7HT3 CoronaVac
    XM8866 BBIBP-CorV
    XM1AU2 WIBP-CorV
    XM5ZJ4 Gam-COVID-Vac
    XM5QM6 Sputnik Light
    XM1AG7 Convidecia
    XM0K39 Covidful
    XM0RV9 Soberana Plus
    XM2YG8 COVIran Barekat
    XM3CT4 COVID-19 vaccine (recombinant)
    XM3PG0 Soberana 02
    XM3SK8 EpiVacCorona-N
    XM4EC8 MVC-COV1901
    XM52P3 ZyCoV-D
    XM6SZ8 EpiVacCorona
    XM85P5 CoviVac
    XM97N6 QazVac
    XM9FQ7 Hayat-Vax
    XM9N08 Razi Cov Pars
    XM9P21 SpikoGen
    XM9TQ1 KCONVAC
    XM0N24 Yellow fever vaccine
    XM3418 Yellow fever vaccine (live attenuated)
    XM0N50 Polio vaccine
    XM0KZ1 Polio vaccine (oral, trivalent)
    XM79H3 Polio vaccine (oral, bivalent)
    XM0VX8 Polio vaccine (oral, monovalent)
    XM5V19 Polio vaccine (inactivated)
    XM1131 Mumps vaccine
    XM28X5 Measles vaccine
    XM8L15 Measles vaccine (live attenuated)
    XM8TF3 Measles, mumps and rubella vaccine
    XM7PP1 Rubella vaccine
    XM8DG3 Chickenpox and shingles vaccine
    XM1LR5 Influenza vaccine
    XM2WV4 Meningococcal vaccine
    XM9EM7 Pneumococcal vaccine
    XM29K4 Cholera vaccine
    XM8BU8 Typhoid vaccine
    XM38G7 Dengue vaccine
    XM6T09 Rabies vaccine
    XM7P50 Ebola vaccine
    XM95R0 Smallpox vaccine
    XM4639 Tuberculosis vaccine
    XM6LL6 Hepatitis vaccine
    XM2A12 Hepatitis A vaccine
    XM9V38 Hepatitis B vaccine
    XM5L44 Tetanus vaccine
    XM8AW3 Diphtheria vaccine
    XM43M9 Whooping cough vaccine
    XM1PB8 Diphtheria, tetanus and whooping cough vaccine
    XM9QP0 Papillomavirus vaccine
    XM8MP6 Tick-borne encephalitis vaccine
    XM0LB5 Japanese encephalitis vaccine (inactivated)
    XM47S0 Japanese encephalitis vaccine (live attenuated)
""")
"""Vaccines by their extension codes in ICD-11"""


def document_of(data: Mapping[str, Any], kind: Kind) -> Document:
    """What a seal says; it need not be verified. A field of the wrong type is None."""
    header, message = _object(data, "hdr"), _object(data, "msg")
    version = header.get("v")
    identifier = _text(message, "uvci" if kind is Kind.VDS_VACCINATION else "utci")
    events = _doses(message) if kind is Kind.VDS_VACCINATION else _test(message, identifier)
    return Document(
        family="vds-nc",
        kind=kind,
        holder=_holder(_object(message, "pid")),
        events=tuple(events),
        issuer=Issuer(country=_country(header, "is"), identifier=_text(header, "is")),
        issued_on=_day_of_report(message) if kind is Kind.VDS_TEST else None,
        version=str(version) if isinstance(version, int | float | str) else None,
        identifier=identifier,
    )


def _holder(person: Mapping[str, Any]) -> Holder:
    name = _text(person, "n")
    family, _, given = (name or "").strip().partition(_BETWEEN)
    divided = bool(family.strip() and given.strip())
    return Holder(
        name=None if divided else name,
        family_name=family.strip() if divided else None,
        given_name=given.strip() if divided else None,
        birth_date=_text(person, "dob"),
        sex=_text(person, "sex"),
        document_type=_text(person, "dt"),
        document_number=_text(person, "dn") or _text(person, "i"),
    )


def _doses(message: Mapping[str, Any]) -> Iterator[Event]:
    for vaccination in _objects(message, "ve"):
        for dose in _objects(vaccination, "vd"):
            yield Event(
                EventType.VACCINATION,
                _text(dose, "dvc"),
                disease=_term(_text(vaccination, "dis"), DISEASES),
                vaccine=_term(_text(vaccination, "des"), VACCINES),
                product=_named(_text(vaccination, "nam")),
                dose=dose_number(dose.get("seq")),
                batch=_text(dose, "lot"),
                centre=_text(dose, "adm"),
                country=_country(dose, "ctr"),
            )


def _day_of_report(message: Mapping[str, Any]) -> str | None:
    """The day on which the result of a test was issued."""
    written = _text(_object(message, "dat"), "ri")
    return written[: len("YYYY-MM-DD")] if written else None


def _test(message: Mapping[str, Any], identifier: str | None) -> Iterator[Event]:
    provider, result = _object(message, "sp"), _object(message, "tr")
    yield Event(
        EventType.TEST,
        _text(_object(message, "dat"), "sc"),
        test_type=_named(_text(result, "tc")),
        result=_named(_text(result, "r")),
        centre=_text(provider, "spn"),
        country=_country(provider, "ctr"),
        identifier=identifier,
    )


def _term(code: str | None, names: Mapping[str, str]) -> Term | None:
    """A code of ICD-11 with its name; one that is more precise than the table has the wider name."""
    if code is None:
        return None
    return Term(code, _name(code, names), "icd11")


def _name(code: str, names: Mapping[str, str]) -> str | None:
    known = code.strip().upper()
    return names.get(known) or names.get(known.partition(".")[0])


def unknown_codes(data: Mapping[str, Any]) -> Iterator[str]:
    """The places of codes of ICD-11 that have no name here; the form of the seal is right."""
    for number, vaccination in enumerate(_objects(_object(data, "msg"), "ve")):
        for field, names in (("dis", DISEASES), ("des", VACCINES)):
            code = _text(vaccination, field)
            if code is not None and _name(code, names) is None:
                yield f"$.msg.ve[{number}].{field}"


def _named(name: str | None) -> Term | None:
    """What a seal says in words."""
    return None if name is None else Term(None, name)


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inside = value.get(name)
    return inside if isinstance(inside, dict) else {}


def _objects(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    inside = value.get(name)
    return [item for item in inside if isinstance(item, dict)] if isinstance(inside, list) else []


def _country(value: Mapping[str, Any], name: str) -> str | None:
    """A code of a country, in two letters where that is known."""
    code = _text(value, name)
    return code and (alpha_2(code) or code)


def _text(value: Mapping[str, Any], name: str) -> str | None:
    text = value.get(name)
    return text if isinstance(text, str) and text.strip() else None
