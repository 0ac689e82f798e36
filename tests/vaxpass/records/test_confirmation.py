"""An office's word for whom a record means: nobody else's counts, nor for another record."""

from __future__ import annotations

from datetime import timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.issuing_data import AT, GOOD, many
from tests.support.world import World
from vaxpass.crypto import cose
from vaxpass.encoding import cbor
from vaxpass.identity import IdentityCode
from vaxpass.records import (
    MAX_CONFIRMATION_BYTES,
    Confirmation,
    Confirmations,
    ConfirmedRecord,
    DuplicateRecords,
    IssuingError,
    Record,
    Unconfirmed,
    attest,
    confirm,
    read_attestation,
    read_confirmation,
)

OFFICE = "Công an Thành phố"
CAUSES = (IdentityCode.NAME_DIACRITICS, IdentityCode.ID_OLD_CMND)


def entry(record: Record, person: str = "P1", name: str = "Lê Hòa") -> ConfirmedRecord:
    of_person = (person, name, "1990-06-05", "079190000001")
    return ConfirmedRecord(record.id_hash, record.digest, *of_person, CAUSES)


def signed(world: World, entries: list[ConfirmedRecord], office: str = OFFICE, later: int = 0) -> bytes:
    return confirm(entries, office, world.es256.signer(), AT + timedelta(seconds=later))


def read(world: World, data: bytes, office: str = OFFICE) -> Confirmation:
    return read_confirmation(data, {office: [world.es256.certificate.public_key]})


def known(world: World, *signed_lists: bytes) -> Confirmations:
    return Confirmations(read(world, each) for each in signed_lists)


@pytest.fixture
def own() -> list[Record]:
    return many(8)


def test_what_was_confirmed_is_found(world: World, own: list[Record]) -> None:
    data = signed(world, [entry(each, f"P{each.record_id}") for each in own])
    found = read(world, data)
    assert (found.office, found.at, len(found.records)) == (OFFICE, AT, len(own))
    one = Confirmations([found]).find(own[3])
    assert one == entry(own[3], f"P{own[3].record_id}")._replace(office=OFFICE)
    assert one is not None
    issued = one.as_issued(own[3])
    assert (issued.full_name, issued.date_of_birth, issued.id_number) == one[3:6]
    same = [field for field in Record._fields if getattr(issued, field) == getattr(own[3], field)]
    assert len(same) == len(Record._fields) - 3


def test_a_record_that_nobody_confirmed_is_not_found(world: World, own: list[Record]) -> None:
    some = known(world, signed(world, [entry(own[3])]))
    assert some.find(own[4]) is None
    assert some.why_not(own[4]) is None
    assert (len(some), list(some)) == (1, [own[3].id_hash])


@pytest.mark.parametrize("field", [each for each in Record._fields if each != "record_id"])
def test_a_record_that_was_changed_later_is_not_confirmed(
    world: World, own: list[Record], field: str
) -> None:
    some = known(world, signed(world, [entry(own[3])]))
    changed = own[3]._replace(**{field: getattr(own[3], field) + "1"})
    assert some.find(changed) is None
    assert some.why_not(changed) is Unconfirmed.ALTERED
    assert some.find(own[3]._replace(full_name=f" {own[3].full_name}\t")) is not None


def test_two_entries_that_change_places_are_both_without_effect(
    world: World, own: list[Record]
) -> None:
    one, other = own[3], own[4]
    swapped = [
        entry(one)._replace(id_hash=other.id_hash),
        entry(other)._replace(id_hash=one.id_hash),
    ]
    some = known(world, signed(world, swapped))
    assert [some.find(each) for each in (one, other)] == [None, None]


def test_no_key_but_the_offices_own_counts(world: World, own: list[Record]) -> None:
    data = signed(world, [entry(own[3])])
    with pytest.raises(IssuingError, match="no key is known for the office"):
        read(world, data, "79001")
    with pytest.raises(IssuingError, match="not that of the office"):
        read_confirmation(data, {OFFICE: [world.ps256.certificate.public_key]})
    with pytest.raises(IssuingError, match="no key is known"):
        read_confirmation(data, {})


def test_an_attestation_is_no_confirmation_and_the_other_way_round(
    world: World, own: list[Record]
) -> None:
    keys = {OFFICE: [world.es256.certificate.public_key]}
    attested = attest([own[0]._replace(facility=OFFICE)], OFFICE, world.es256.signer(), AT)
    with pytest.raises(IssuingError, match="not a confirmation that"):
        read_confirmation(attested, keys)
    with pytest.raises(IssuingError, match="not an attestation that"):
        read_attestation(signed(world, [entry(own[0])]), keys)


def test_of_several_confirmations_the_latest_counts(world: World, own: list[Record]) -> None:
    old = signed(world, [entry(own[3], name="Lê Hoa")])
    new = signed(world, [entry(own[3], name="Lê Hòa")], later=1)
    for both in ((old, new), (new, old)):
        found = known(world, *both).find(own[3])
        assert found is not None
        assert found.full_name == "Lê Hòa"


def test_confirmations_that_name_two_persons_do_not_count(world: World, own: list[Record]) -> None:
    one = signed(world, [entry(own[3], "P1")])
    for other in (
        signed(world, [entry(own[3], "P2")], later=1),
        signed(world, [entry(own[3], "P2")]),
    ):
        some = known(world, one, other)
        assert some.find(own[3]) is None
        assert some.why_not(own[3]) is Unconfirmed.CONTRADICTED
    offices = {each: [world.es256.certificate.public_key] for each in (OFFICE, "B")}
    two = [one, signed(world, [entry(own[3], "P2")], "B", later=1)]
    assert Confirmations(read_confirmation(each, offices) for each in two).find(own[3]) is None
    # One about the record before it was corrected says nothing about it now.
    before = own[3]._replace(phone="1")
    stale = signed(world, [entry(before, "P2")], later=1)
    found = known(world, one, stale).find(own[3])
    assert found is not None
    assert found.person_id == "P1"


def test_of_two_confirmations_of_one_second_none_is_later(world: World, own: list[Record]) -> None:
    two = [signed(world, [entry(own[3], name=name)]) for name in ("Lê Hoa", "Lê Hòa")]
    for both in (two, two[::-1]):
        assert known(world, *both).find(own[3]) is None
    assert known(world, two[0], two[0]).find(own[3]) is not None


def test_only_what_can_be_read_again_is_signed(world: World, own: list[Record]) -> None:
    with pytest.raises(DuplicateRecords) as caught:
        signed(world, [entry(own[3]), entry(own[4]), entry(own[3], "P2")])
    assert caught.value.identifiers == (own[3].id_hash.hex(),)
    good = entry(own[3])
    for bad in (
        good._replace(causes=()),
        good._replace(causes=(IdentityCode.NAME_DIFFERENT,)),
        good._replace(person_id=""),
        good._replace(full_name="x" * 401),
        good._replace(digest=bytes(31)),
        good._replace(id_hash=bytes(17)),
    ):
        with pytest.raises(IssuingError, match="a confirmation needs"):
            signed(world, [bad])
    for entries, office in (([], OFFICE), ([good], " ")):
        with pytest.raises(IssuingError, match="a confirmation needs"):
            signed(world, entries, office)


def test_a_confirmation_that_is_too_large_is_neither_made_nor_read(world: World) -> None:
    with pytest.raises(IssuingError, match="too many records"):
        read_confirmation(bytes(MAX_CONFIRMATION_BYTES + 1), {})


@given(st.data())
def test_no_bit_of_a_confirmation_can_be_changed(world: World, data: st.DataObject) -> None:
    good = signed(world, [entry(each) for each in many(3)])
    place = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(IssuingError):
        read(world, bytes(bad))


def test_a_confirmation_that_was_cut_off_is_refused(world: World) -> None:
    good = signed(world, [entry(each) for each in many(3)])
    for end in range(len(good)):
        with pytest.raises(IssuingError):
            read(world, good[:end])


@given(st.binary(max_size=200))
def test_rubbish_is_refused(world: World, data: bytes) -> None:
    with pytest.raises(IssuingError):
        read(world, data)


ROW = [bytes(16), bytes(32), "P1", "Lê Hòa", "1990", "079190000001", ["name.order"]]


def row(place: int, value: object) -> list[object]:
    return [*ROW[:place], value, *ROW[place + 1 :]]


@pytest.mark.parametrize(
    "change",
    [
        *({"type": "vaxpass.attestation"}, {"version": 2}, {"office": 1}),
        *({"at": -1}, {"at": 2**60}, {"at": "1"}, {"at": True}),
        *(
            {"records": []},
            {"records": b""},
            {"records": cbor2.dumps([])},
            {"records": b"\x9a\xff\xff"},
        ),
        *({"records": cbor2.dumps([row(place, 1)])} for place in range(7)),
        *({"records": cbor2.dumps([row(place, "")])} for place in range(7)),
        {"records": cbor2.dumps([row(6, ["name.order", "name.unknown"])])},
        {"records": cbor2.dumps([row(6, ["name.different"])])},
        {"records": cbor2.dumps([row(6, [[]])])},
        {"records": cbor2.dumps([ROW[:6]])},
        {"records": cbor2.dumps([[*ROW, 1]])},
        {"records": cbor2.dumps([ROW, ROW])},
        {"records": cbor2.dumps([row(0, b"\1" * 16), ROW])},
        {"records": cbor2.dumps([ROW]) + b"\0"},
        {"x": list(range(100))},
    ],
)
def test_a_signed_statement_of_another_form_is_refused(world: World, change: dict[str, object]) -> None:
    signer = world.es256.signer()
    first = {
        **{"type": "vaxpass.confirmation", "version": 1, "office": OFFICE, "at": 1},
        "records": cbor2.dumps([ROW]),
    }

    def built(payload: object) -> bytes:
        return cose.build(cbor2.dumps(payload), signer.algorithm, signer.kid, signer.sign)

    assert len(read(world, built(first)).records) == 1
    with pytest.raises(IssuingError, match="confirmation"):
        read(world, built(first | change))


def test_the_layout_stays_what_it_is(world: World) -> None:
    data = signed(world, [entry(GOOD)])
    payload, _ = cbor.loads(cbor2.loads(data).value[2], 8)
    assert payload == {
        "type": "vaxpass.confirmation",
        "version": 1,
        "office": OFFICE,
        "at": 1780272000,
        "records": cbor2.dumps(
            [
                [
                    *(GOOD.id_hash, GOOD.digest, "P1", "Lê Hòa", "1990-06-05", "079190000001"),
                    ["name.diacritics", "id.old_cmnd"],
                ]
            ]
        ),
    }


def test_nothing_personal_is_in_its_representation() -> None:
    assert repr(entry(GOOD)) == "<ConfirmedRecord>"
