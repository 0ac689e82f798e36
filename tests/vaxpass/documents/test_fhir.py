"""A FHIR bundle: who it is about, what was given, and what a person must look at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass import Code, NoteCode
from vaxpass.documents.document import Event, EventType, Term
from vaxpass.documents.fhir import MOST_ENTRIES, Bundle, read_bundle

CVX, SNOMED, LOINC = "http://hl7.org/fhir/sid/cvx", "http://snomed.info/sct", "http://loinc.org"


def concept(code: str, system: str = CVX, **more: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **more}]}


def patient(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "name": [{"family": "Đặng", "given": ["Thị", "Ánh"]}],
        "birthDate": "1990-02-28",
        **changes,
    }


def immunization(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept("183"),
        "occurrenceDateTime": "2026-05-01",
        **changes,
    }


def observation(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("94558-4", LOINC),
        "effectiveDateTime": "2026-05-01T08:00:00+07:00",
        "valueCodeableConcept": concept("260415000", SNOMED),
        **changes,
    }


def bundle(*resources: Any) -> dict[str, Any]:
    entries = [
        {"fullUrl": f"resource:{number}", "resource": resource}
        for number, resource in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def without(resource: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key != name}


def read(*resources: Any) -> Bundle:
    return read_bundle(bundle(*resources))


def event_of(resource: dict[str, Any]) -> Event:
    found = read(patient(), resource)
    assert found.problems == ()
    return found.events[0]


def codes(*resources: Any) -> list[tuple[Code, str]]:
    return [(problem.code, problem.path) for problem in read(*resources).problems]


def concerns(*resources: Any) -> list[Code]:
    found = read(patient(), *resources)
    assert found.problems == ()
    return [problem.code for problem in found.concerns]


def test_a_vaccination_is_read_with_all_that_a_border_needs() -> None:
    found = read(
        patient(gender="female"),
        immunization(
            lotNumber="YF1",
            performer=[{"actor": {"display": "Viện Pasteur"}}],
            manufacturer={"display": "Sanofi"},
            protocolApplied=[
                {
                    "doseNumberPositiveInt": 1,
                    "seriesDosesPositiveInt": 1,
                    "targetDisease": [concept("16541001", SNOMED, display="Yellow fever")],
                }
            ],
        ),
    )
    assert (found.problems, found.concerns, found.others) == ((), (), ())
    holder, (event,) = found.holder, found.events
    assert (holder.full_name, holder.birth_date, holder.sex) == ("Đặng Thị Ánh", "1990-02-28", "female")
    assert event == Event(
        EventType.VACCINATION,
        "2026-05-01",
        Term("16541001", "Yellow fever", "snomed"),
        product=Term("183", "yellow fever, alternative formulation", "cvx"),
        manufacturer=Term(None, "Sanofi"),
        dose=1,
        doses=1,
        batch="YF1",
        performer="Viện Pasteur",
    )


class TestPerson:
    def test_two_persons_are_a_problem(self) -> None:
        assert codes(patient(), patient(), immunization()) == [(Code.SCHEMA_SEVERAL_PERSONS, "$.entry")]

    def test_nobody_is_a_problem(self) -> None:
        assert codes(immunization()) == [(Code.SCHEMA_REQUIRED, "$.entry")]

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"name": None}, (Code.SCHEMA_REQUIRED, "$.entry[0].resource.name")),
            ({"name": []}, (Code.SCHEMA_REQUIRED, "$.entry[0].resource.name")),
            ({"name": [{"family": " "}]}, (Code.SCHEMA_REQUIRED, "$.entry[0].resource.name")),
            ({"birthDate": None}, (Code.SCHEMA_REQUIRED, "$.entry[0].resource.birthDate")),
            ({"birthDate": "28.2.1990"}, (Code.SCHEMA_FORMAT, "$.entry[0].resource.birthDate")),
            ({"birthDate": "1990-02-30"}, (Code.SCHEMA_FORMAT, "$.entry[0].resource.birthDate")),
            ({"birthDate": 1990}, (Code.SCHEMA_TYPE, "$.entry[0].resource.birthDate")),
        ],
    )
    def test_name_and_birth_date_are_needed(
        self, changes: dict[str, Any], problem: tuple[Code, str]
    ) -> None:
        assert codes(patient(**changes), immunization()) == [problem]

    @pytest.mark.parametrize(
        ("names", "full"),
        [
            ([{"use": "old", "family": "A"}, {"use": "official", "family": "B"}], "B"),
            ([{"use": "nickname", "family": "A"}, {"family": "B"}], "B"),
            ([{"use": "usual", "family": "A"}, {"family": "B"}], "A"),
            ([{"text": "Ánh Đặng"}], "Ánh Đặng"),
            ([{"text": "Ánh Đặng", "family": "Đặng"}], "Đặng"),
            ([{"given": ["Ánh", None, ""]}], "Ánh"),
            ([{"use": ["official"], "family": "A"}], "A"),
        ],
    )
    def test_the_name_that_counts_is_taken(self, names: list[Any], full: str) -> None:
        assert read(patient(name=names), immunization()).holder.full_name == full

    @pytest.mark.parametrize("birth", ["1990", "1990-02", "1990-02-28"])
    def test_a_birth_date_may_be_partial(self, birth: str) -> None:
        assert read(patient(birthDate=birth), immunization()).holder.birth_date == birth


class TestVaccination:
    @pytest.mark.parametrize("name", ["status", "vaccineCode", "occurrenceDateTime"])
    def test_what_fhir_requires_must_be_there(self, name: str) -> None:
        found = codes(patient(), without(immunization(), name))
        assert found == [(Code.SCHEMA_REQUIRED, f"$.entry[1].resource.{name}")]

    def test_a_date_in_words_is_taken_as_it_is(self) -> None:
        said = without(immunization(occurrenceString="in childhood"), "occurrenceDateTime")
        assert event_of(said).date == "in childhood"

    @pytest.mark.parametrize("status", ["not-done", "entered-in-error", "whatever"])
    def test_one_that_is_not_completed_is_shown_and_needs_a_look(self, status: str) -> None:
        assert event_of(immunization(status=status)).status == status
        assert concerns(immunization(status=status)) == [Code.CONTENT_NOT_COMPLETED]

    def test_one_with_too_weak_a_dose_is_not_completed(self) -> None:
        assert concerns(immunization(isSubpotent=True)) == [Code.CONTENT_NOT_COMPLETED]

    @pytest.mark.parametrize(
        ("vaccine", "term"),
        [
            (concept("4711"), Term("4711", None, "cvx")),
            (concept("4711", display="new"), Term("4711", "new", "cvx")),
            (concept("37", display="COVID-19"), Term("37", "yellow fever", "cvx")),
            (concept("37", "urn:other"), Term("37", None, "")),
            ({"text": "stamaril"}, Term(None, "stamaril")),
            (
                {"coding": [{"code": "XM0N24", "system": "http://id.who.int/icd11/mms"}], "text": "YF"},
                Term("XM0N24", "YF", "icd11"),
            ),
            (
                {"coding": [{"code": "1", "system": SNOMED}, {"code": "37", "system": CVX}]},
                Term("37", "yellow fever", "cvx"),
            ),
        ],
    )
    def test_the_vaccine_is_named_where_its_code_is_known(self, vaccine: Any, term: Term) -> None:
        assert event_of(immunization(vaccineCode=vaccine)).product == term

    def test_a_performer_elsewhere_in_the_bundle_is_found(self) -> None:
        found = read(
            patient(),
            immunization(performer=[{"actor": {"reference": "resource:2"}}]),
            {"resourceType": "Organization", "name": "Clinic"},
        )
        assert (found.events[0].performer, found.others) == ("Clinic", ())

    @pytest.mark.parametrize("name", ["modifierExtension", "implicitRules"])
    def test_what_may_turn_its_meaning_round_keeps_it_from_being_read(self, name: str) -> None:
        found = read(patient(), immunization(**{name: [{"url": "urn:x"}]}))
        assert (found.events, found.others) == ((), ("Immunization",))
        assert [problem.code for problem in found.concerns] == [Code.CONTENT_NO_EVENT]


class TestTest:
    @pytest.mark.parametrize(
        "value",
        [
            {"valueCodeableConcept": concept("260415000", SNOMED)},
            {"valueCodeableConcept": concept("260385009", SNOMED)},
            {"valueCodeableConcept": concept("LA6577-6", LOINC)},
            {"valueCodeableConcept": {"text": "Not detected"}},
            {"valueString": "Negative"},
        ],
    )
    def test_a_negative_result_needs_no_look(self, value: dict[str, Any]) -> None:
        test = without(observation(), "valueCodeableConcept") | value
        assert concerns(test) == []
        result = event_of(test).result
        assert result is not None
        assert result.name == "not detected"

    @pytest.mark.parametrize(
        "value",
        [
            {"valueCodeableConcept": concept("260373001", SNOMED)},
            {"valueCodeableConcept": concept("10828004", SNOMED, display="Negative")},
            {"valueString": " POSITIVE "},
        ],
    )
    def test_a_detected_infection_needs_a_look(self, value: dict[str, Any]) -> None:
        test = without(observation(), "valueCodeableConcept") | value
        assert concerns(test) == [Code.CONTENT_DETECTED]

    @pytest.mark.parametrize(
        "value",
        [
            {},
            {"valueCodeableConcept": concept("419984006", SNOMED)},
            {"valueCodeableConcept": concept("260415000", "urn:other")},
            {"valueCodeableConcept": concept("1", "urn:other", display="not detected")},
            {
                "valueCodeableConcept": {
                    "coding": [
                        {"system": SNOMED, "code": "260415000"},
                        {"system": SNOMED, "code": "260373001"},
                    ]
                }
            },
            {"valueString": "no idea"},
            {"valueQuantity": {"value": 12.5, "unit": "IU/ml"}},
        ],
    )
    def test_any_other_result_is_not_known_to_be_negative(self, value: dict[str, Any]) -> None:
        test = without(observation(), "valueCodeableConcept") | value
        assert concerns(test) == [Code.CONTENT_RESULT_UNKNOWN]

    @pytest.mark.parametrize(
        "opposite",
        [
            {"valueCodeableConcept": {**concept("260415000", SNOMED), "text": "Detected"}},
            {"valueCodeableConcept": concept("260415000", SNOMED, display="POSITIVE")},
            {"interpretation": [concept("POS", "urn:v3")]},
            {"valueString": "negative", "interpretation": [concept("DET", "urn:v3")]},
        ],
    )
    def test_a_result_that_contradicts_itself_is_not_negative(self, opposite: dict[str, Any]) -> None:
        test = observation(**opposite)
        if "valueString" in opposite:
            del test["valueCodeableConcept"]
        assert concerns(test) == [Code.CONTENT_RESULT_UNKNOWN]
        assert event_of(test).result == Term(None, "not detected / detected")

    def test_what_a_part_of_it_detected_needs_a_look(self) -> None:
        part = {"code": concept("94558-4", LOINC), "valueCodeableConcept": concept("260373001", SNOMED)}
        negative = {**part, "valueCodeableConcept": concept("260415000", SNOMED)}
        assert concerns(observation(component=[negative, part])) == [Code.CONTENT_DETECTED]
        assert concerns(observation(component=[negative])) == []

    @pytest.mark.parametrize(
        ("code", "system", "problem"),
        [
            ("52101004", SNOMED, [Code.CONTENT_DETECTED]),
            ("LA9633-4", LOINC, [Code.CONTENT_DETECTED]),
            ("2667000", SNOMED, []),
            ("LA9634-2", LOINC, []),
        ],
    )
    def test_present_and_absent_are_results(self, code: str, system: str, problem: list[Code]) -> None:
        assert concerns(observation(valueCodeableConcept=concept(code, system))) == problem

    def test_antibodies_are_no_infection_and_no_proof_of_none(self) -> None:
        for value in ("260373001", "260415000"):
            test = observation(
                code=concept("94563-4", LOINC), valueCodeableConcept=concept(value, SNOMED)
            )
            assert concerns(test) == [Code.CONTENT_RESULT_UNKNOWN]

    def test_a_quantity_is_shown_with_its_unit(self) -> None:
        test = without(observation(), "valueCodeableConcept")
        test["valueQuantity"] = {"value": 12.5, "unit": "IU/ml", "comparator": ">"}
        assert event_of(test).result == Term(None, ">12.5 IU/ml")

    @pytest.mark.parametrize("status", ["preliminary", "cancelled", "entered-in-error", "registered"])
    def test_one_that_is_not_final_needs_a_look_whatever_it_found(self, status: str) -> None:
        assert concerns(observation(status=status)) == [Code.CONTENT_NOT_COMPLETED]

    @pytest.mark.parametrize("status", ["amended", "corrected"])
    def test_one_that_was_put_right_counts(self, status: str) -> None:
        assert concerns(observation(status=status)) == []


class TestOtherForms:
    """What issuers write otherwise than FHIR R4 has it, and what is clear all the same."""

    def test_quebec_has_lists_where_r4_has_none_and_none_where_it_has(self) -> None:
        found = read(
            patient(name=[{"family": ["Tremblay", "Roy"], "given": ["Luc"]}], gender="Male"),
            immunization(
                status="Completed",
                protocolApplied={"doseNumber": 2, "targetDisease": concept("840536004", SNOMED)},
            ),
        )
        assert (found.problems, found.concerns) == ((), ())
        assert (found.holder.family_name, found.holder.given_name) == ("Tremblay Roy", "Luc")
        (event,) = found.events
        assert (event.dose, event.disease, event.status) == (
            2,
            Term("840536004", None, "snomed"),
            None,
        )

    @pytest.mark.parametrize(
        ("protocol", "numbers"),
        [
            ({"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 3}, (2, 3)),
            ({"doseNumberString": "2", "seriesDosesString": "3"}, (2, 3)),
            ({"doseNumber": "2", "seriesDoses": 3}, (2, 3)),
            ({"doseNumberString": "booster", "seriesDosesString": "0"}, (None, None)),
            ({"doseNumberPositiveInt": True, "seriesDosesPositiveInt": -1}, (None, None)),
            ({"doseNumberString": "9" * 5000}, (None, None)),
        ],
    )
    def test_the_number_of_a_dose_may_be_a_text(
        self, protocol: dict[str, Any], numbers: tuple[int | None, int | None]
    ) -> None:
        event = event_of(immunization(protocolApplied=[protocol]))
        assert (event.dose, event.doses) == numbers

    @pytest.mark.parametrize("status", ["Entered-In-Error", "NOT-DONE", "Complete"])
    def test_no_spelling_of_another_status_passes(self, status: str) -> None:
        assert concerns(immunization(status=status)) == [Code.CONTENT_NOT_COMPLETED]

    @pytest.mark.parametrize(
        "time", ["T10:00:00", "T10:00", " 10:00:00", "T10:00:00+0700", "T10:00:00.5", "T10:00Z"]
    )
    def test_a_time_without_its_zone_or_seconds_is_a_remark(self, time: str) -> None:
        found = read(patient(), immunization(occurrenceDateTime=f"2026-05-01{time}"))
        assert (found.problems, found.events[0].date) == ((), f"2026-05-01{time}")
        assert [(note.code, note.path) for note in found.remarks] == [
            (NoteCode.SCHEMA_TIME_FORM, "$.entry[1].resource.occurrenceDateTime")
        ]

    @pytest.mark.parametrize("time", ["T25:00", "T1:00", "T10:00:00+7", "T", "x", "T10:00x"])
    @pytest.mark.parametrize("day", ["2026-05-01", "2026-02-30", "2026-5-1"])
    def test_a_time_that_is_none_is_a_problem(self, day: str, time: str) -> None:
        assert codes(patient(), immunization(occurrenceDateTime=day + time)) == [
            (Code.SCHEMA_FORMAT, "$.entry[1].resource.occurrenceDateTime")
        ]

    @pytest.mark.parametrize("time", ["T00:00:00Z", "T00:00:00", "T00:00:00.000+07:00"])
    def test_a_date_of_birth_with_a_time_is_that_day(self, time: str) -> None:
        found = read(patient(birthDate=f"1990-02-28{time}"), immunization())
        assert (found.problems, found.holder.birth_date) == ((), "1990-02-28")
        assert NoteCode.SCHEMA_DATE_TIME in [note.code for note in found.remarks]

    def test_a_record_that_no_vaccine_was_given_needs_a_look(self) -> None:
        assert concerns(immunization(vaccineCode=concept("998"))) == [Code.CONTENT_NOT_COMPLETED]
        assert concerns(immunization(vaccineCode=concept("998", SNOMED))) == []

    def test_names_come_from_records_within_the_record(self) -> None:
        inner = [
            {"resourceType": "Organization", "id": "o", "name": "Sanofi"},
            {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Lê", "given": ["An"]}]},
        ]
        event = event_of(
            immunization(
                contained=inner,
                manufacturer={"reference": "#o"},
                performer=[{"actor": {"reference": "#p"}}],
                location={"reference": "#nowhere"},
            )
        )
        assert (event.manufacturer, event.performer, event.centre) == (
            Term(None, "Sanofi"),
            "Lê An",
            None,
        )

    def test_a_vaccine_with_a_canadian_code_alone_has_a_name(self) -> None:
        event = event_of(immunization(vaccineCode=concept("28581000087106", SNOMED)))
        assert event.product == Term(
            "28581000087106", "COVID-19, mRNA, 30 µg (Pfizer-BioNTech)", "snomed"
        )

    def test_a_nucleic_acid_test_with_a_code_alone_has_a_name(self) -> None:
        event = event_of(observation(code=concept("94500-6", LOINC)))
        assert event.test_type == Term("94500-6", "SARS-CoV-2 nucleic acid test (NAAT)", "loinc")


class TestWhole:
    def test_other_records_are_named_once_and_not_read(self) -> None:
        found = read(
            patient(), immunization(), {"resourceType": "Condition"}, {"resourceType": "Condition"}
        )
        assert (found.others, len(found.events), found.concerns) == (("Condition",), 1, ())

    def test_without_any_event_a_person_must_look(self) -> None:
        assert concerns({"resourceType": "Condition"}) == [Code.CONTENT_NO_EVENT]

    @pytest.mark.parametrize(
        "value", [None, [], {}, {"resourceType": "Patient"}, {"resourceType": "Bundle"}, 5, "x"]
    )
    def test_what_is_no_bundle_is_a_problem(self, value: Any) -> None:
        assert read_bundle(value).problems

    @pytest.mark.parametrize(
        "entry", [{}, {"entry": {}}, {"entry": [1]}, {"entry": [{"resource": {}}]}]
    )
    def test_entries_have_their_form(self, entry: dict[str, Any]) -> None:
        assert read_bundle({"resourceType": "Bundle", **entry}).problems

    def test_too_many_entries_are_not_read(self) -> None:
        found = read_bundle(bundle(patient(), *[immunization()] * MOST_ENTRIES))
        assert [problem.code for problem in found.problems] == [Code.SCHEMA_LENGTH]
        assert found.events == ()

    def test_the_place_of_a_problem_begins_with_that_of_the_bundle(self) -> None:
        found = read_bundle(bundle(patient(), patient()), "$.vc")
        assert found.problems[0].path == "$.vc.entry"

    def test_nothing_personal_is_in_its_repr(self) -> None:
        assert "Đặng" not in repr(read(patient(), immunization()))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(("Patient", "Immunization", "Observation", "Bundle", CVX, "final")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "resourceType entry resource name given family birthDate status vaccineCode coding "
                "code system valueQuantity value protocolApplied targetDisease performer actor display "
                "manufacturer identifier location effectivePeriod start valueString component "
                "interpretation contained reference id doseNumber text valueCodeableConcept".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(json_values)
def test_no_value_makes_it_raise(value: Any) -> None:
    read_bundle(value)
    read(patient(), {"resourceType": "Immunization", **value} if isinstance(value, dict) else value)
    read(patient(), {"resourceType": "Observation", **value} if isinstance(value, dict) else value)
    read({"resourceType": "Patient", **value} if isinstance(value, dict) else value)
