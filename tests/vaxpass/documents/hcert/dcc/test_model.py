"""Payload <-> typed certificate: reading never fails and nothing that was read is lost."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.world import PERSON, RECOVERY, TEST, VACCINATION
from vaxpass import Certificate, Code, Kind, Person, Problem, Recovery, TestEntry, Vaccination
from vaxpass.documents.hcert.dcc import schema

GOOD = (VACCINATION, TEST, RECOVERY)
KEYS = st.sampled_from("ver nam dob v t r fn fnt gn gnt tg vp mp dn sd dt sc co is ci x".split())
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.text(max_size=3) | st.integers(), inner, max_size=5)
    ),
    max_leaves=15,
)
TEXTS = st.text(max_size=8)
DOSES = st.integers(-(2**40), 2**40)
# Fields that no version of the schema knows.
EXTRAS = st.dictionaries(
    st.sampled_from(["meta", "x1", "é"]), TEXTS | DOSES | st.lists(DOSES), max_size=2
)


def models(kind: type[Any], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Any]:
    """Any instance whose fields have the types that the model names."""
    names = [field.name for field in dataclasses.fields(kind) if field.name != "extra"]
    optional = st.none() | TEXTS
    return st.builds(kind, **{name: fields.get(name, optional) for name in names}, extra=EXTRAS)


ENTRIES = st.one_of(
    models(Vaccination, dose=st.none() | DOSES, doses=st.none() | DOSES),
    models(TestEntry),
    models(Recovery),
)
CERTIFICATES = models(
    Certificate, person=models(Person), entries=st.lists(ENTRIES, max_size=1).map(tuple)
)


@pytest.mark.slow
@given(st.dictionaries(KEYS | st.text(max_size=3), VALUES, max_size=6))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_reading_never_raises_and_gives_only_what_the_types_promise(payload: dict[str, Any]) -> None:
    before = copy.deepcopy(payload)
    certificate = Certificate.from_payload(payload)
    assert repr(payload) == repr(before), "the payload is not changed"
    texts = [certificate.date_of_birth, certificate.version]
    for item in (certificate.person, *certificate.entries):
        values = {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
        assert all(isinstance(key, str) for key in values.pop("extra"))
        for name in ("dose", "doses"):
            assert type(values.pop(name, None)) in (int, type(None))
        texts += values.values()
    assert all(text is None or isinstance(text, str) for text in texts)


@given(CERTIFICATES)
@settings(max_examples=120, derandomize=True, deadline=None)
def test_what_is_written_reads_the_same(certificate: Certificate) -> None:
    payload = certificate.to_payload()
    assert Certificate.from_payload(payload) == certificate
    assert Certificate.from_payload(payload).to_payload() == payload


@pytest.mark.parametrize("certificate", GOOD)
def test_absent_values_are_left_out_of_the_payload(certificate: Certificate) -> None:
    bare = dataclasses.replace(certificate, date_of_birth=None, person=Person("A", "A"))
    payload: dict[str, Any] = bare.to_payload()
    assert "dob" not in payload
    assert payload["nam"] == {"fn": "A", "fnt": "A"}


def test_the_payload_has_the_names_of_the_schema() -> None:
    payload: dict[str, Any] = VACCINATION.to_payload()
    assert list(payload) == ["ver", "nam", "dob", "v"]
    assert payload["ver"] == "1.3.0"
    assert payload["nam"] == {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Duy", "gnt": "BAO<DUY"}
    (entry,) = payload["v"]
    assert " ".join(entry) == "tg vp mp ma dn sd dt co is ci"
    (entry,) = TEST.to_payload()["t"]  # type: ignore[misc]
    assert sorted(entry) == "ci co is nm sc tc tg tr tt".split()
    (entry,) = RECOVERY.to_payload()["r"]  # type: ignore[misc]
    assert sorted(entry) == "ci co df du fr is tg".split()


@pytest.mark.parametrize("certificate", GOOD)
def test_fields_that_the_schema_does_not_know_are_kept_in_their_place(certificate: Certificate) -> None:
    payload: dict[str, Any] = certificate.to_payload()
    (group,) = payload.keys() & {"v", "t", "r"}
    payload["meta"] = {"notes": [1, None]}
    payload["nam"]["title"] = "Dr"
    payload[group][0]["dr"] = "2021-01-01T10:00:00Z"
    read = Certificate.from_payload(payload)
    assert read.extra == {"meta": {"notes": [1, None]}}
    assert read.person.extra == {"title": "Dr"}
    assert read.entries[0].extra == {"dr": "2021-01-01T10:00:00Z"}
    assert read.to_payload() == payload


def test_a_value_of_the_wrong_type_becomes_none() -> None:
    payload: dict[str, Any] = VACCINATION.to_payload()
    payload["dob"] = 1990
    payload["nam"]["fn"] = ["Nguyễn"]
    payload["v"][0] |= {"dn": "2", "sd": True, "mp": 5, "co": None}
    read = Certificate.from_payload(payload)
    (entry,) = read.entries
    assert isinstance(entry, Vaccination)
    assert (read.date_of_birth, read.person.family_name) == (None, None)
    assert (entry.dose, entry.doses, entry.product, entry.country) == (None, None, None, None)


@pytest.mark.parametrize(
    ("value", "dose"), [(2, 2), (2.0, 2), (2.5, None), (float("nan"), None), (float("inf"), None)]
)
def test_an_integral_float_is_a_number_of_doses(value: float, dose: int | None) -> None:
    payload: dict[str, Any] = VACCINATION.to_payload()
    payload["v"][0]["dn"] = value
    (entry,) = Certificate.from_payload(payload).entries
    assert isinstance(entry, Vaccination)
    assert entry.dose == dose
    assert type(entry.dose) in (int, type(None))


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        (VACCINATION.entries, Kind.VACCINATION),
        (TEST.entries, Kind.TEST),
        (RECOVERY.entries, Kind.RECOVERY),
        (VACCINATION.entries * 2, Kind.VACCINATION),
        ((), None),
        (VACCINATION.entries + TEST.entries, None),
    ],
)
def test_the_kind_is_that_of_all_entries(entries: tuple[Any, ...], kind: Kind | None) -> None:
    certificate = Certificate(PERSON, "1990", entries)
    assert certificate.kind is kind
    assert Certificate.from_payload(certificate.to_payload()) == certificate


@pytest.mark.parametrize("item", [VACCINATION, PERSON, *(good.entries[0] for good in GOOD)])
def test_models_are_frozen_and_can_be_keys(item: Any) -> None:
    for field in dataclasses.fields(item):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(item, field.name, None)
    with pytest.raises((AttributeError, TypeError)):
        item.another = 1
    same = dataclasses.replace(item)
    assert {item: 1}[same] == 1


def test_models_that_differ_only_in_extra_fields_differ() -> None:
    marked = dataclasses.replace(VACCINATION, extra={"meta": [1]})
    assert marked != VACCINATION
    assert len({marked, VACCINATION}) == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"v": [{"dn": "2"}]}, "$.v[0].dn"),
        ({"v": [{"dt": 20260112}]}, "$.v[0].dt"),
        ({"v": {"dn": 2}}, "$.v"),
        ({"v": ["dose"]}, "$.v[0]"),
        ({"nam": "NGUYEN"}, "$.nam"),
        ({"nam": {"fnt": 1}}, "$.nam.fnt"),
        ({"dob": 1990}, "$.dob"),
        ({"ver": 1.3}, "$.ver"),
    ],
)
def test_a_value_of_the_wrong_type_is_not_lost(change: dict[str, Any], path: str) -> None:
    payload: dict[str, Any] = VACCINATION.to_payload()
    for key, value in change.items():
        old = payload[key]
        if isinstance(value, list) and isinstance(value[0], dict):
            payload[key] = [old[0] | value[0]]
        else:
            payload[key] = old | value if isinstance(value, dict) and isinstance(old, dict) else value
    read = Certificate.from_payload(payload)
    assert read.to_payload() == payload
    assert Problem(Code.SCHEMA_TYPE, path) in schema.check_writing(read.to_payload())
