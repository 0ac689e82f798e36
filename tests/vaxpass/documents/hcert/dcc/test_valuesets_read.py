"""Newer value sets are read as they are published, and anything else is refused whole."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import world
from tests.support.world import NOW, World
from vaxpass import Certificate, Note, NoteCode, Verifier
from vaxpass.documents import ValueSetError, ValueSets
from vaxpass.documents.valuesets import BUILT_IN

PRODUCTS: Final = "vaccines-covid-19-names"
DEVICES: Final = "covid-19-lab-test-manufacturer-and-name"
ENTRY: Final = {"display": "Novum", "lang": "en", "active": True, "system": "s", "version": "1"}
KNOWN: Final[dict[str, Any]] = world.VACCINATION.to_payload()
NEW: Final = KNOWN | {"v": [KNOWN["v"][0] | {"mp": "EU/1/26/1"}]}


def published(set_id: str = PRODUCTS, /, **values: object) -> dict[str, Any]:
    return {
        "valueSetId": set_id,
        "valueSetDate": "2026-01-01",
        "valueSetValues": values or {"EU/1/26/1": ENTRY},
    }


def read(document: object) -> ValueSets:
    return ValueSets.from_json(json.dumps(document).encode())


def remarks(sets: ValueSets, payload: dict[str, Any]) -> list[Note]:
    notes: list[Note] = []
    sets.check(payload, notes)
    return notes


@pytest.mark.parametrize(
    "document",
    [
        published(),
        [published()],
        {PRODUCTS: published()},
        [published(), published("country-2-codes", XA={"display": "Invented"})],
    ],
)
def test_a_published_set_is_read_in_each_of_its_wrappings(document: object) -> None:
    sets = read(document)
    assert sets.codes(PRODUCTS) == ("EU/1/26/1",)
    assert sets.date(PRODUCTS) == "2026-01-01"
    assert sets.display("mp", "EU/1/26/1") == "Novum"
    assert sets.ids[0] == PRODUCTS


def test_a_newer_set_makes_an_unknown_code_known_and_stops_the_remark(world: World) -> None:
    assert remarks(BUILT_IN, NEW) == [Note(NoteCode.VALUESETS_UNKNOWN_CODE, "$.v[0].mp")]
    merged = BUILT_IN.merged(read(published()))
    assert remarks(merged, NEW) == []
    text = world.issue(Certificate.from_payload(NEW))
    told = Verifier(world.trust).verify(text, at=NOW)
    untold = Verifier(world.trust, value_sets=merged).verify(text, at=NOW)
    assert NoteCode.VALUESETS_UNKNOWN_CODE in {warned.code for warned in told.notes}
    assert NoteCode.VALUESETS_UNKNOWN_CODE not in {warned.code for warned in untold.notes}


def test_a_newer_set_takes_the_place_of_the_list_and_older_codes_stay_known() -> None:
    merged = BUILT_IN.merged(read(published()))
    assert merged.codes(PRODUCTS) == ("EU/1/26/1",)
    assert merged.codes(DEVICES) == BUILT_IN.codes(DEVICES)
    assert merged.ids == BUILT_IN.ids
    assert remarks(merged, world.VACCINATION.to_payload()) == []
    assert merged.display("mp", "EU/1/20/1528") == "Comirnaty"


def test_what_was_merged_stays_named_when_it_is_merged_again() -> None:
    once = BUILT_IN.merged(read(published()))
    twice = once.merged(read(published(PRODUCTS, Other={"display": "Other vaccine"})))
    assert twice.display("mp", "EU/1/26/1") == "Novum"
    assert remarks(twice, NEW) == []
    assert twice.codes(PRODUCTS) == ("Other",)


def test_merging_changes_neither_of_the_two() -> None:
    newer = read(published())
    BUILT_IN.merged(newer)
    assert "EU/1/26/1" not in BUILT_IN.codes(PRODUCTS)
    assert newer.ids == (PRODUCTS,)


def test_the_name_of_a_newer_set_goes_first_but_vietnamese_ones_are_built_in() -> None:
    newer = read(published("country-2-codes", AT={"display": "Republic of Austria"}, XA={}))
    merged = BUILT_IN.merged(newer)
    assert merged.display("co", "AT") == "Republic of Austria"
    assert merged.display("co", "AT", "vi") == "Áo"
    assert merged.display("co", "XA", "vi") == "XA"


def test_an_inactive_code_is_a_known_code() -> None:
    sets = read(published(PRODUCTS, **{"EU/1/26/1": ENTRY | {"active": False}}))
    assert sets.codes(PRODUCTS) == ("EU/1/26/1",)
    assert remarks(sets, NEW) == []


def test_nothing_is_said_about_codes_of_a_set_that_is_not_there() -> None:
    sets = read(published(DEVICES, **{"1": {}}))
    assert remarks(sets, NEW) == []
    assert sets.codes(PRODUCTS) == ()
    assert sets.date(PRODUCTS) == ""


@pytest.mark.parametrize("sets", [BUILT_IN, BUILT_IN.merged(read(published())), read(published())])
def test_sets_are_written_and_read_back_equally(sets: ValueSets) -> None:
    again = ValueSets.from_json(sets.to_json())
    assert again == sets
    assert hash(again) == hash(sets)
    assert again.to_json() == sets.to_json()
    assert {name: again.codes(name) for name in again.ids} == {n: sets.codes(n) for n in sets.ids}


def test_sets_that_hold_something_else_are_not_equal() -> None:
    assert read(published()) != BUILT_IN
    assert read(published()) != read(published(PRODUCTS, **{"EU/1/26/1": ENTRY | {"active": False}}))
    assert BUILT_IN != "sets"


def test_what_is_read_back_knows_former_codes_and_their_names() -> None:
    again = ValueSets.from_json(BUILT_IN.to_json())
    test: dict[str, Any] = world.TEST.to_payload()
    test["t"][0]["ma"] = "2052"
    assert remarks(again, test) == []
    assert again.display("t.ma", "2052") == BUILT_IN.display("t.ma", "2052") != "2052"


HOSTILE: Final[dict[str, bytes]] = {
    "nothing": b"",
    "not JSON": b"valueSetId",
    "not UTF-8": b'{"valueSetId": "\xff"}',
    "deep arrays": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "huge": b" " * (5 << 20),
    "huge number": b'{"valueSetId": ' + b"9" * 100_000 + b"}",
    "no sets": b"[]",
    "no object": b"{}",
    "a number": b"1",
    "null": b"null",
    "array of arrays": b"[[]]",
    "array of null": b"[null]",
    "key twice": b'{"valueSetId": "a", "valueSetId": "a", "valueSetValues": {"1": {}}}',
    "code twice": b'{"valueSetId": "a", "valueSetValues": {"1": {}, "1": {}}}',
    **{
        name: json.dumps(document).encode()
        for name, document in {
            "set twice": [published(), published()],
            "under another key": {DEVICES: published()},
            "under a key without a set": {PRODUCTS: None},
            "many sets": [published(f"set-{i}") for i in range(65)],
            "many entries": published(**{str(i): {} for i in range(10_001)}),
            "no id": {"valueSetId": None, "valueSetValues": {"1": {}}},
            "empty id": published(""),
            "long id": published("x" * 101),
            "id that hides": published("a\u202eb"),
            "id that is a list": {**published(), "valueSetId": []},
            "no values": {"valueSetId": PRODUCTS},
            "empty values": {**published(), "valueSetValues": {}},
            "values in a list": {**published(), "valueSetValues": ["1"]},
            "former values in a list": {**published(), "formerValues": []},
            "former and not": {**published(), "formerValues": {"EU/1/26/1": ENTRY}},
            "a date that is none": {**published(), "valueSetDate": "today"},
            "a date with more": {**published(), "valueSetDate": "2026-01-01\n"},
            "a date that is a number": {**published(), "valueSetDate": 20260101},
            "an entry that is text": published(**{"1": "x"}),
            "an entry that is null": published(**{"1": None}),
            "a name that is a number": published(**{"1": {"display": 1}}),
            "a name that is empty": published(**{"1": {"display": ""}}),
            "a name that is long": published(**{"1": {"display": "x" * 501}}),
            "a name with an escape": published(**{"1": {"display": "\x1b[2J"}}),
            "a name with half a letter": published(**{"1": {"display": "\ud800"}}),
            "a name of blanks": published(**{"1": {"display": "  "}}),
            "active as text": published(**{"1": {"active": "false"}}),
            "active as a number": published(**{"1": {"active": 1}}),
            "a code that is empty": published(**{"": {}}),
            "a code with a blank": published(**{" 1": {}}),
            "a code that is long": published(**{"1" * 101: {}}),
            "a code with a control": published(**{"1\n2": {}}),
        }.items()
    },
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_anything_else_is_refused_with_the_one_error(data: bytes) -> None:
    with pytest.raises(ValueSetError) as caught:
        ValueSets.from_json(data)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["valueSetId", "valueSetDate", "valueSetValues", "display", "active", "1"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=120, derandomize=True, deadline=None)
def test_no_document_raises_anything_else(document: object) -> None:
    try:
        sets = read(document)
    except ValueSetError:
        return
    assert ValueSets.from_json(sets.to_json()) == sets
