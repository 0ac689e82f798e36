"""The fields of an ICVP are the same in all its generations, whatever their names."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.documents.hcert.icvp.catalogue import POLIO, YELLOW_FEVER
from vaxpass.documents.hcert.icvp.model import (
    NAMES,
    Generation,
    VaccinationCertificate,
    generation_of,
)

STAMARIL = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
DOSE = {"vp": STAMARIL, "bo": "X1", "is": "Ministry"}
PAYLOADS: dict[Generation, dict[str, Any]] = {
    Generation.A: {"n": "An", "v": {**DOSE, "vp": "XM0N24", "tg": "1D47", "dt": "2026-09-01"}},
    Generation.B: {"n": "An", "ndt": "PPN", "v": {**DOSE, "dt": "2026-09-01", "vls": "2026-09-11"}},
    Generation.C: {"n": "An", "dt": "PPN", "v": "1", "vx": {**DOSE, "dt": "2026-09-01"}},
    Generation.D: {"n": "An", "dt": "PPN", "v": "1", "vx": {**DOSE, "dv": "2026-09-01"}},
    Generation.E: {
        "n": "An",
        "dt": "PPN",
        "v": "1",
        "d": "2026-09-20",
        "vx": {**DOSE, "dv": "2026-09-01"},
    },
}


@pytest.mark.parametrize(("generation", "payload"), PAYLOADS.items())
def test_each_generation_is_told_by_its_form_and_written_as_it_was_read(
    generation: Generation, payload: dict[str, Any]
) -> None:
    certificate = VaccinationCertificate.from_payload(payload)
    assert certificate.generation is generation is generation_of(payload)
    assert certificate.to_payload() == payload
    assert (certificate.name, certificate.date, certificate.batch) == ("An", "2026-09-01", "X1")
    assert certificate.disease is YELLOW_FEVER


def test_the_date_of_the_dose_is_read_under_the_name_of_another_generation() -> None:
    misnamed = {**PAYLOADS[Generation.E], "vx": {**DOSE, "dt": "2026-09-01"}}
    assert VaccinationCertificate.from_payload(misnamed).date == "2026-09-01"


def test_the_first_generation_names_the_product_beside_the_kind_of_vaccine() -> None:
    payload = PAYLOADS[Generation.A]
    assert VaccinationCertificate.from_payload(payload).product is None
    named = VaccinationCertificate.from_payload({**payload, "v": {**payload["v"], "mp": STAMARIL}})
    assert named.product is not None
    assert named.product.name == "STAMARIL"
    snomed = VaccinationCertificate.from_payload({"v": {"vp": "871740006"}})
    assert (snomed.product, snomed.disease) == (None, POLIO)


def test_numbers_are_read_as_text_and_other_values_as_missing() -> None:
    odd = {"n": ["An"], "dob": None, "id": 1234567, "v": 1, "vx": {"bo": 77, "vp": True, "dv": b"x"}}
    certificate = VaccinationCertificate.from_payload(odd)
    assert (certificate.document_number, certificate.version, certificate.batch) == (
        "1234567",
        "1",
        "77",
    )
    assert (certificate.name, certificate.birth_date, certificate.date) == (None, None, None)
    assert certificate.vaccine is None


WRITTEN = {
    generation: {*holder.values(), *dose.values()} for generation, (holder, _, dose) in NAMES.items()
}
TEXTS = st.one_of(st.none(), st.text(max_size=9))


@given(
    st.sampled_from(Generation),
    st.fixed_dictionaries(
        {field.name: TEXTS for field in fields(VaccinationCertificate) if field.name != "generation"}
    ),
)
def test_what_is_written_is_read_again(generation: Generation, values: dict[str, str | None]) -> None:
    kept = {name: values[name] if name in WRITTEN[generation] else None for name in values}
    # What tells a generation from the others is always there.
    kept |= {"issued_on": "2026-09-20"} if generation is Generation.E else {}
    kept |= {"dose": "Primary"} if generation is Generation.A else {}
    kept |= {"date": "2026-09-01"}
    certificate = VaccinationCertificate(**kept, generation=generation)
    assert VaccinationCertificate.from_payload(certificate.to_payload()) == certificate


VALUES: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from("n v vx d dt dv vp".split()), inner),
    ),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from("n dob s v vx d dt nt id".split()), VALUES))
def test_any_payload_can_be_read(payload: dict[str, Any]) -> None:
    certificate = VaccinationCertificate.from_payload(payload)
    assert certificate.generation in Generation
    assert "An" not in repr(VaccinationCertificate("An"))
    assert isinstance(certificate.to_payload(), dict)
