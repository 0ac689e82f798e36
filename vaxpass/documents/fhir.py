"""A FHIR bundle as JSON (HL7 FHIR R4, 4.0.1) -> who it is about, and the vaccinations and tests in it.

SMART Health Cards sign such a bundle (HL7 SMART Health Cards and Links, STU 1), and health links lead
to one (International Patient Summary). What a border needs of it is read: the person, immunizations,
and observations. Every other record is named by its type and not read. Names, codes and dates must have
the form of FHIR; what does not is a problem with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from vaxpass.codes import Code, NoteCode
from vaxpass.display import Json, without_content
from vaxpass.documents import cvx
from vaxpass.documents.document import Event, EventType, Holder, Term
from vaxpass.findings import Note, Problem

__all__ = ["Bundle", "read_bundle"]

MOST_ENTRIES: Final = 500
"""Entries of a bundle; a card has about five, a summary for patients up to a hundred."""
_MOST_PROBLEMS: Final = 20

_SYSTEMS: Final = {
    "http://hl7.org/fhir/sid/cvx": "cvx",
    "http://snomed.info/sct": "snomed",
    "http://id.who.int/icd/release/11/mms": "icd11",
    "http://id.who.int/icd11/mms": "icd11",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10",
    "http://www.whocc.no/atc": "atc",
    "http://loinc.org": "loinc",
    "http://hl7.org/fhir/sid/mvx": "mvx",
    "http://hl7.org/fhir/sid/ndc": "ndc",
}
_PREFERRED: Final = ("cvx", "loinc", "snomed", "icd11", "atc", "icd10", "mvx", "ndc")
"""Where a concept has codes of several systems, the first of these names it."""

_DETECTED: Final = "detected"
_NOT_DETECTED: Final = "not detected"
_RESULTS: Final = {
    # SNOMED CT: positive, reactive, detected, present, presumptive positive, SARS-CoV-2 (organism)
    ("snomed", "10828004"): _DETECTED,
    ("snomed", "11214006"): _DETECTED,
    ("snomed", "260373001"): _DETECTED,
    ("snomed", "52101004"): _DETECTED,
    ("snomed", "720735008"): _DETECTED,
    ("snomed", "840533007"): _DETECTED,
    # negative, non-reactive, not detected, absent
    ("snomed", "260385009"): _NOT_DETECTED,
    ("snomed", "131194007"): _NOT_DETECTED,
    ("snomed", "260415000"): _NOT_DETECTED,
    ("snomed", "2667000"): _NOT_DETECTED,
    # LOINC answers: positive, detected, present, negative, not detected, absent
    ("loinc", "LA6576-8"): _DETECTED,
    ("loinc", "LA11882-0"): _DETECTED,
    ("loinc", "LA9633-4"): _DETECTED,
    ("loinc", "LA6577-6"): _NOT_DETECTED,
    ("loinc", "LA11883-8"): _NOT_DETECTED,
    ("loinc", "LA9634-2"): _NOT_DETECTED,
}
_INTERPRETED: Final = {
    "POS": _DETECTED,
    "DET": _DETECTED,
    "RR": _DETECTED,
    "A": _DETECTED,
    "AA": _DETECTED,
    "NEG": _NOT_DETECTED,
    "ND": _NOT_DETECTED,
    "NR": _NOT_DETECTED,
}
"""How a result was interpreted (HL7 v3, ObservationInterpretation)."""
_SAID: Final = {
    "positive": _DETECTED,
    "detected": _DETECTED,
    "reactive": _DETECTED,
    "negative": _NOT_DETECTED,
    "not detected": _NOT_DETECTED,
    "non-reactive": _NOT_DETECTED,
    "nonreactive": _NOT_DETECTED,
}
"""Results that are a text, in small letters."""
_ANTIBODY_TEST: Final = frozenset(
    "94507-1 94508-9 94547-7 94562-6 94563-4 94564-2 94761-4 94762-2 94768-9 95125-1 95411-5 95416-4 "
    "95542-7 95825-6 95970-0 95971-8 96603-6 98069-8 99596-9 99597-7 99772-6".split()
)
"""LOINC codes of tests for an answer of the body to SARS-CoV-2, which is no present infection."""
_ANTIGEN_TEST: Final = frozenset(("94558-4", "95209-3", "96119-3", "97097-0"))
_NUCLEIC_ACID_TEST: Final = frozenset(
    "94306-8 94307-6 94308-4 94309-2 94500-6 94531-1 94533-7 94534-5 94559-2 94565-9 94640-0 94756-4 "
    "94757-2 94759-8 94760-6 94845-5 95406-5 95409-9 95425-5 95608-6".split()
)
_NO_VACCINE: Final = Term("998", cvx.name_of("998"), "cvx")
"""What a record of a vaccination has where none was given"""
_COMPLETED: Final = frozenset(("completed", "final", "amended", "corrected"))
_SUPPORTING: Final = frozenset(
    {
        "Composition",
        "Device",
        "Location",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "Specimen",
    }
)
"""Records that only say who, where and with what."""
_GRAVEST: Final = (
    Code.CONTENT_DETECTED,
    Code.CONTENT_RESULT_UNKNOWN,
    Code.CONTENT_NOT_COMPLETED,
    Code.CONTENT_NO_EVENT,
)
_NAME_ORDER: Final = ("official", "usual", None, "nickname", "maiden", "temp", "anonymous", "old")
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01])"
    r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?(?:Z|[+-][01][0-9]:[0-5][0-9]))?"
    r")?)?"
)
_NUMBER: Final = re.compile(r"[0-9]{1,3}")
_NUMBER_FORMS: Final = ("PositiveInt", "String", "")
"""How the name of a number ends: in FHIR R4, where it is a text, and in other versions"""
_DAY_AND_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")
_LOOSE_TIME: Final = re.compile(
    r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][01][0-9]:?[0-5][0-9])?"
)
"""A time of day as issuers write it too: without seconds or zone. The day in front of it is clear."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a FHIR bundle says. Nothing of it is verified.

    >>> patient = {"resourceType": "Patient", "name": [{"text": "A. B."}], "birthDate": "1990-01-01"}
    >>> bundle = read_bundle({"resourceType": "Bundle", "entry": [{"resource": patient}]})
    >>> bundle.holder.full_name, bundle.problems, bundle.concerns[0].code.value
    ('A. B.', (), 'content.no_event')
    """

    __repr__ = without_content

    holder: Holder
    events: tuple[Event, ...] = ()
    places: tuple[str, ...] = ()
    """Where each event is in the document"""
    others: tuple[str, ...] = ()
    """The types of the records that are not read, such as `Condition`, once each"""
    problems: tuple[Problem, ...] = ()
    """Where it breaks the form; its other fields have what could be read all the same"""
    concerns: tuple[Problem, ...] = ()
    """What a person must look at, the gravest first: a detected infection, an entry not completed"""
    remarks: tuple[Note, ...] = ()
    """Where it is written in another form than FHIR's and understood all the same"""


def read_bundle(value: Json, path: str = "$") -> Bundle:
    """Read a bundle; `path` is its place in the document, for the problems. Never raises.

    >>> read_bundle([]).problems[0].code.value
    'schema.type'
    """
    reader = _Reader(path)
    bundle = reader.bundle(value)
    return Bundle(
        bundle[0],
        tuple(bundle[1]),
        tuple(reader.places),
        tuple(sorted(reader.others)),
        tuple(reader.problems[:_MOST_PROBLEMS]),
        tuple(sorted(reader.concerns, key=lambda each: _GRAVEST.index(each.code))[:_MOST_PROBLEMS]),
        tuple(reader.remarks[:_MOST_PROBLEMS]),
    )


class _Reader:
    """One walk through a bundle."""

    __slots__ = ("concerns", "others", "path", "places", "problems", "remarks", "resources")

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.remarks: list[Note] = []
        self.concerns: list[Problem] = []
        self.others: set[str] = set()
        self.places: list[str] = []
        self.resources: dict[str, Mapping[str, Json]] = {}

    def bundle(self, value: Json) -> tuple[Holder, list[Event]]:
        entries = list(self._entries(value))
        persons = [item for item in entries if item[1].get("resourceType") == "Patient"]
        events: list[Event] = []
        for path, resource in entries:
            kind = _text(resource.get("resourceType"))
            if kind == "Patient" or kind in _SUPPORTING:
                continue
            # A modifier that is not known here may turn the meaning round (FHIR R4, section 2.4.1).
            if kind == "Immunization" and not _is_modified(resource):
                events.append(self._immunization(resource, path))
                self.places.append(self._at(path))
            elif kind == "Observation" and not _is_modified(resource):
                events.append(self._observation(resource, path))
                self.places.append(self._at(path))
            elif kind:
                self.others.add(kind[:40])
        if not events and not self.problems:
            self.concerns.append(Problem(Code.CONTENT_NO_EVENT, f"{self.path}.entry"))
        return self._person(persons), events

    def _entries(self, value: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
        if not isinstance(value, Mapping) or value.get("resourceType") != "Bundle":
            self._fault(Code.SCHEMA_TYPE, self.path)
            return
        entries = value.get("entry")
        if not isinstance(entries, list):
            self._fault(Code.SCHEMA_REQUIRED if entries is None else Code.SCHEMA_TYPE, "entry")
            return
        if len(entries) > MOST_ENTRIES:
            self._fault(Code.SCHEMA_LENGTH, "entry")
            return
        for number, entry in enumerate(entries):
            resource = entry.get("resource") if isinstance(entry, Mapping) else None
            path = f"entry[{number}].resource"
            if not isinstance(resource, Mapping) or not _text(resource.get("resourceType")):
                self._fault(Code.SCHEMA_TYPE, path)
                continue
            full = _text(entry.get("fullUrl")) if isinstance(entry, Mapping) else None
            if full:
                self.resources.setdefault(full, resource)
            named = f"{resource['resourceType']}/{resource.get('id')}"
            self.resources.setdefault(named, resource)
            yield path, resource

    def _fault(self, code: Code, place: str) -> None:
        self.problems.append(Problem(code, self._at(place)))

    def _at(self, place: str) -> str:
        return place if place == self.path else f"{self.path}.{place}"

    def _person(self, persons: Sequence[tuple[str, Mapping[str, Json]]]) -> Holder:
        if len(persons) != 1:
            if not self.problems or persons:
                code = Code.SCHEMA_SEVERAL_PERSONS if persons else Code.SCHEMA_REQUIRED
                self._fault(code, "entry")
            if not persons:
                return Holder()
        path, patient = persons[0]
        name, family, given = _name(patient.get("name"))
        if not (name or family or given):
            self._fault(Code.SCHEMA_REQUIRED, f"{path}.name")
        return Holder(
            name=None if family or given else name,
            family_name=family,
            given_name=given,
            birth_date=self._birth_date(patient, path),
            sex=_text(patient.get("gender")),
        )

    def _birth_date(self, patient: Mapping[str, Json], path: str) -> str | None:
        """A day without a time, which some issuers add."""
        born = self._date(patient, "birthDate", path, is_required=True)
        if born is not None and _DAY_AND_TIME.match(born):
            self.remarks.append(Note(NoteCode.SCHEMA_DATE_TIME, self._at(f"{path}.birthDate")))
            return born[:10]
        return born

    def _immunization(self, resource: Mapping[str, Json], path: str) -> Event:
        vaccine = _term(resource.get("vaccineCode"))
        if vaccine is None:
            self._fault(Code.SCHEMA_REQUIRED, f"{path}.vaccineCode")
        said = _text(resource.get("occurrenceString"))
        dose, doses, disease = _protocol(resource.get("protocolApplied"))
        status = self._status(resource, path)
        if status is None and resource.get("isSubpotent") is True:
            status = "subpotent"
            self.concerns.append(Problem(Code.CONTENT_NOT_COMPLETED, self._at(f"{path}.isSubpotent")))
        elif status is None and vaccine == _NO_VACCINE:
            self.concerns.append(Problem(Code.CONTENT_NOT_COMPLETED, self._at(f"{path}.vaccineCode")))
        return Event(
            EventType.VACCINATION,
            said or self._date(resource, "occurrenceDateTime", path, is_required=True),
            disease,
            product=vaccine,
            manufacturer=self._maker(resource.get("manufacturer"), resource),
            dose=dose,
            doses=doses,
            batch=_text(resource.get("lotNumber")),
            performer=self._performer(resource),
            centre=self._display(resource.get("location"), resource),
            status=status,
        )

    def _observation(self, resource: Mapping[str, Json], path: str) -> Event:
        test = _term(resource.get("code"))
        if test is None:
            self._fault(Code.SCHEMA_REQUIRED, f"{path}.code")
        else:
            test = _named_test(test)
        status = self._status(resource, path)
        result = _result(resource)
        antibodies = test is not None and test.system == "loinc" and test.code in _ANTIBODY_TEST
        if status is None:
            name = result.name if result else None
            found = {name, *_in_components(resource)}
            if _DETECTED in found and not antibodies:
                self.concerns.append(Problem(Code.CONTENT_DETECTED, self._at(f"{path}.value")))
            elif name != _NOT_DETECTED or antibodies:
                self.concerns.append(Problem(Code.CONTENT_RESULT_UNKNOWN, self._at(f"{path}.value")))
        return Event(
            EventType.TEST,
            self._date(resource, "effectiveDateTime", path)
            or self._date(resource, "effectiveInstant", path)
            or _period(resource.get("effectivePeriod")),
            test_type=test,
            result=result,
            performer=self._performer(resource),
            status=status,
        )

    def _status(self, resource: Mapping[str, Json], path: str) -> str | None:
        """What the record is instead of completed; None where it is."""
        status = _text(resource.get("status"))
        if status is None:
            self._fault(Code.SCHEMA_REQUIRED, f"{path}.status")
        # Quebec writes it with a capital.
        if status is None or status.lower() in _COMPLETED:
            return None
        self.concerns.append(Problem(Code.CONTENT_NOT_COMPLETED, self._at(f"{path}.status")))
        return status

    def _date(
        self, resource: Mapping[str, Json], name: str, path: str, *, is_required: bool = False
    ) -> str | None:
        value = resource.get(name)
        if value is None:
            if is_required:
                self._fault(Code.SCHEMA_REQUIRED, f"{path}.{name}")
            return None
        if not isinstance(value, str):
            self._fault(Code.SCHEMA_TYPE, f"{path}.{name}")
            return None
        said = value.strip()
        if not _is_date(said):
            if _is_date(said[:10]) and _LOOSE_TIME.fullmatch(said, 10):
                self.remarks.append(Note(NoteCode.SCHEMA_TIME_FORM, self._at(f"{path}.{name}")))
            else:
                self._fault(Code.SCHEMA_FORMAT, f"{path}.{name}")
        return said or None

    def _performer(self, resource: Mapping[str, Json]) -> str | None:
        value = resource.get("performer")
        for item in value if isinstance(value, list) else ():
            actor = item.get("actor", item) if isinstance(item, Mapping) else None
            if found := self._display(actor, resource):
                return found
        return None

    def _maker(self, value: Json, resource: Mapping[str, Json]) -> Term | None:
        name = self._display(value, resource)
        identifier = value.get("identifier") if isinstance(value, Mapping) else None
        code = _text(identifier.get("value")) if isinstance(identifier, Mapping) else None
        return Term(code, name, "mvx" if code else "") if name or code else None

    def _display(self, reference: Json, resource: Mapping[str, Json]) -> str | None:
        """The name of what a reference leads to: its own, or that of the record in the bundle.

        The record may be in the one that refers to it (`contained`; FHIR R4, section 2.3.4).
        """
        if not isinstance(reference, Mapping):
            return None
        if name := _text(reference.get("display")):
            return name
        place = _text(reference.get("reference")) or ""
        target = _contained(resource, place[1:]) if place[:1] == "#" else self.resources.get(place)
        if target is None or target.get("resourceType") == "Patient":
            return None
        named = target.get("name")
        if isinstance(named, str):
            return _text(named)
        whole, family, given = _name(named)
        return whole or " ".join(part for part in (family, given) if part) or None


def _contained(resource: Mapping[str, Json], name: str) -> Mapping[str, Json] | None:
    inner = resource.get("contained")
    for item in inner if isinstance(inner, list) else ():
        if isinstance(item, Mapping) and item.get("id") == name:
            return item
    return None


def _is_modified(resource: Mapping[str, Json]) -> bool:
    return "modifierExtension" in resource or "implicitRules" in resource


def _text(value: Json) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def _name(value: Json) -> tuple[str | None, str | None, str | None]:
    """The name that counts of several: whole, family name, given names."""
    names = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []

    def rank(name: Mapping[str, Json]) -> int:
        use = name.get("use")
        return _NAME_ORDER.index(use) if use in _NAME_ORDER else len(_NAME_ORDER)

    for name in sorted(names, key=rank):
        found = _text(name.get("text")), _joined(name.get("family")), _joined(name.get("given"))
        if any(found):
            return found
    return None, None, None


def _joined(value: Json) -> str | None:
    """A text, or the texts of a list: both for family names, which an older FHIR had as a list."""
    parts = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
    return " ".join(part for part in parts if part) or None


_NAMES: Final = {"cvx": cvx.name_of, "snomed": cvx.name_of_snomed}


def _codings(concept: Json) -> list[Term]:
    """The codes of a concept, the best known system first."""
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    found = []
    for coding in codings if isinstance(codings, list) else ():
        if not isinstance(coding, Mapping) or (code := _text(coding.get("code"))) is None:
            continue
        system = _SYSTEMS.get((_text(coding.get("system")) or "").rstrip("/"), "")
        found.append(Term(code, _text(coding.get("display")), system))
    last = len(_PREFERRED)
    return sorted(
        found, key=lambda term: _PREFERRED.index(term.system) if term.system in _PREFERRED else last
    )


def _term(concept: Json) -> Term | None:
    """A concept as a code with its name; None where it has neither."""
    codings = _codings(concept)
    text = _text(concept.get("text")) if isinstance(concept, Mapping) else None
    if not codings:
        return Term(None, text) if text else None
    first = codings[0]
    names = _NAMES.get(first.system)
    known = names(first.code or "") if names else None
    said = next((term.name for term in codings if term.name), None)
    return Term(first.code, known or first.name or text or said, first.system)


def _named_test(test: Term) -> Term:
    """A test with a name in words; LOINC codes alone tell an officer nothing."""
    if test.name or test.system != "loinc":
        return test
    if test.code in _ANTIBODY_TEST:
        return Term(test.code, "SARS-CoV-2 antibody test", test.system)
    if test.code in _ANTIGEN_TEST:
        return Term(test.code, "SARS-CoV-2 antigen test", test.system)
    if test.code in _NUCLEIC_ACID_TEST:
        return Term(test.code, "SARS-CoV-2 nucleic acid test (NAAT)", test.system)
    return test


def _result(resource: Mapping[str, Json]) -> Term | None:
    """The result of a test. Its name is `detected` or `not detected` where its code means that.

    It has another name where it is negative by its code, and by its words or interpretation is not.
    """
    concept = resource.get("valueCodeableConcept")
    meanings = {_RESULTS.get((term.system, term.code or "")) for term in _codings(concept)} - {None}
    term = _term(concept)
    if len(meanings) == 1 and term:
        meaning = meanings.pop()
        name = _doubted(meaning, resource)
        # Wherever a code stands, its own name is shown.
        return Term(term.code, name, term.system) if name == meaning else Term(None, name)
    if term and term.code:
        return Term(term.code, term.name if term.name not in (_DETECTED, _NOT_DETECTED) else None)
    said = _text(resource.get("valueString")) or (term.name if term else None)
    if said:
        return Term(None, _doubted(_SAID.get(said.lower(), said), resource))
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, Mapping):
        number, unit = quantity.get("value"), _text(quantity.get("unit")) or _text(quantity.get("code"))
        if isinstance(number, int | float) and not isinstance(number, bool):
            mark = _text(quantity.get("comparator")) or ""
            return Term(None, f"{mark}{number} {unit or ''}".strip())
    return None


def _doubted(meaning: str | None, resource: Mapping[str, Json]) -> str | None:
    """The meaning of a result; with its words and its interpretation where they contradict it.

    By themselves these prove nothing.
    """
    concept = resource.get("valueCodeableConcept")
    said = [_text(concept.get("text")) if isinstance(concept, Mapping) else None]
    said += [term.name for term in _codings(concept)]
    found = {_SAID.get((text or "").lower()) for text in said}
    interpreted = resource.get("interpretation")
    for each in interpreted if isinstance(interpreted, list) else ():
        found |= {_INTERPRETED.get(term.code or "") for term in _codings(each)}
    is_denied = meaning == _NOT_DETECTED and _DETECTED in found
    return f"{_NOT_DETECTED} / {_DETECTED}" if is_denied else meaning


def _in_components(resource: Mapping[str, Json]) -> set[str | None]:
    """The results of the parts of a test, as of a panel."""
    parts = resource.get("component")
    listed = parts if isinstance(parts, list) else []
    found = [_result(part) for part in listed if isinstance(part, Mapping)]
    return {result.name for result in found if result}


def _period(value: Json) -> str | None:
    start = _text(value.get("start")) if isinstance(value, Mapping) else None
    return start if start and _is_date(start) else None


def _protocol(value: Json) -> tuple[int | None, int | None, Term | None]:
    """The number of the dose, of the series, and the disease, where the record states them."""
    first = _first(value)
    if not isinstance(first, Mapping):
        return None, None, None
    numbers = [
        next(filter(None, (_positive(first.get(name + form)) for form in _NUMBER_FORMS)), None)
        for name in ("doseNumber", "seriesDoses")
    ]
    return numbers[0], numbers[1], _term(_first(first.get("targetDisease")))


def _first(value: Json) -> Json:
    """The first of a list; a value that is none is given as it is, as issuers leave the list out."""
    return (value[0] if value else None) if isinstance(value, list) else value


def _positive(value: Json) -> int | None:
    """A number from 1 on, also as a text."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
