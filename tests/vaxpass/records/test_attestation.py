"""A facility's word for its records: whatever is changed, missing or duplicate is found."""

from __future__ import annotations

from datetime import timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.issuing_data import AT, GOOD, many
from tests.support.world import World
from vaxpass.crypto import KeySigner, cose
from vaxpass.records import (
    FIELDS,
    Attestation,
    Attestations,
    Attested,
    DuplicateRecords,
    IssuingError,
    Record,
    attest,
    check_attestations,
    read_attestation,
    read_facility_keys,
    write_facility_keys,
)

PLACE = "79001"


def signed(world: World, records: list[Record], facility: str = PLACE, later: int = 0) -> bytes:
    return attest(records, facility, world.es256.signer(), AT + timedelta(seconds=later))


def read(world: World, data: bytes, facility: str = PLACE) -> Attestation:
    return read_attestation(data, {facility: [world.es256.certificate.public_key]})


@pytest.fixture
def own() -> list[Record]:
    return many(20, [PLACE])


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_of_any_field_is_found(world: World, own: list[Record], field: str) -> None:
    known = Attestations([read(world, signed(world, own))])
    assert known.find(own[3])[0] is Attested.YES
    changed = own[3]._replace(**{field: getattr(own[3], field) + "1"})
    attested, by = known.find(changed)
    # A record with another number or of another facility is one that nobody attested.
    elsewhere = field in ("record_id", "facility")
    assert attested is (Attested.NO if elsewhere else Attested.ALTERED)
    assert (by is None) == elsewhere


def test_two_records_that_change_places_are_both_altered(world: World, own: list[Record]) -> None:
    known = Attestations([read(world, signed(world, own))])
    swapped = own[3]._replace(record_id=own[4].record_id), own[4]._replace(record_id=own[3].record_id)
    assert [known.find(each)[0] for each in swapped] == [Attested.ALTERED] * 2


def test_no_facility_speaks_for_another(world: World, own: list[Record]) -> None:
    with pytest.raises(IssuingError, match="not of the facility"):
        signed(world, own, "01003")
    moved = [record._replace(facility="01003") for record in own]
    data = signed(world, moved, "01003")
    known = Attestations([read(world, data, "01003")])
    assert known.find(own[0])[0] is Attested.NO
    # A facility's key counts for that facility alone.
    with pytest.raises(IssuingError, match="no key is known"):
        read(world, data, PLACE)
    with pytest.raises(IssuingError, match="not that of the facility"):
        read_attestation(data, {"01003": [world.ps256.certificate.public_key]})


def test_both_algorithms_sign(world: World, own: list[Record]) -> None:
    data = attest(own, PLACE, world.ps256.signer(), AT)
    found = read_attestation(data, {PLACE: [world.ps256.certificate.public_key]})
    assert (len(found), found.at, found.facility) == (20, AT, PLACE)


def test_different_records_with_one_identifier_are_not_attested(
    world: World, own: list[Record]
) -> None:
    with pytest.raises(DuplicateRecords) as caught:
        signed(world, [*own, own[3]._replace(phone="1"), own[5], own[7]._replace(dose="9")])
    assert caught.value.identifiers == (own[3].record_id, own[7].record_id)
    with pytest.raises(IssuingError, match="no record"):
        signed(world, [])


def test_records_that_say_the_same_are_one_record(world: World, own: list[Record]) -> None:
    again = own[3]._replace(record_id=f"{own[3].record_id}\t", dose=f"0{own[3].dose}")
    attestation = read(world, signed(world, [*own, own[5], again]))
    assert len(attestation) == len(own)
    found = check_attestations([*own, own[5], again], [attestation])
    assert found.flawless
    assert found.covered == {0: len(own)}


def test_of_several_attestations_the_latest_counts(world: World, own: list[Record]) -> None:
    corrected = own[3]._replace(full_name="Lê Hòa")
    old = read(world, signed(world, own))
    new = read(world, signed(world, [corrected], later=1))
    for known in (Attestations([old, new]), Attestations([new, old])):
        assert known.find(corrected) == (Attested.YES, new)
        assert known.find(own[3]) == (Attested.ALTERED, new)
        assert known.find(own[4]) == (Attested.YES, old)


def test_the_check_counts_everything(world: World, own: list[Record]) -> None:
    first = read(world, signed(world, own[:10]))
    second = read(world, signed(world, own[8:18], later=1))
    other = own[2]._replace(batch="x")
    listed = [own[0]._replace(batch="x"), *own[1:3], own[2], other, *own[4:10], *own[12:20]]
    found = check_attestations(listed, [first, second])
    assert found.covered == {0: 6, 1: 8}  # 1, 2, 4 to 7; 8, 9, 12 to 17
    assert found.altered == [(own[0].record_id, 0), (own[2].record_id, 0)]
    assert found.duplicate == [(own[2].record_id, 2)]
    assert found.uncovered == [own[18].record_id, own[19].record_id]
    assert found.missing == {0: 1, 1: 2}
    assert not found.flawless
    assert check_attestations(own[:10], [first]).flawless


@given(st.data())
def test_no_bit_of_an_attestation_can_be_changed(world: World, data: st.DataObject) -> None:
    good = signed(world, many(3, [PLACE]))
    place = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(IssuingError):
        read(world, bytes(bad))


@given(st.binary(max_size=200))
def test_rubbish_is_refused(world: World, data: bytes) -> None:
    with pytest.raises(IssuingError):
        read(world, data)
    with pytest.raises(IssuingError):
        read_facility_keys(data)


ENTRY = bytes(48)
FIRST = {"type": "vaxpass.attestation", "version": 2, "facility": PLACE, "at": 1, "records": ENTRY}


@pytest.mark.parametrize(
    "change",
    [
        *({"type": "x"}, {"version": 1}, {"facility": 1}, {"at": -1}, {"at": 2**60}, {"at": "1"}),
        *({"records": b""}, {"records": bytes(47)}, {"records": ENTRY + ENTRY}, {"records": "x" * 48}),
        {"records": b"\2" * 48 + b"\1" * 48},
    ],
)
def test_a_signed_statement_of_another_form_is_refused(world: World, change: dict[str, object]) -> None:
    signer: KeySigner = world.es256.signer()

    def built(payload: object) -> bytes:
        return cose.build(cbor2.dumps(payload), signer.algorithm, signer.kid, signer.sign)

    assert len(read(world, built(FIRST))) == 1
    with pytest.raises(IssuingError, match="attestation"):
        read(world, built(FIRST | change))


def test_the_forms_of_unicode_and_spaces_around_change_no_digest() -> None:
    plain = GOOD._replace(full_name="Hòa")
    assert plain.digest == GOOD._replace(full_name=" Ho\u0300a\t").digest
    assert plain.digest != GOOD._replace(full_name="Hoà").digest


def test_the_digest_stays_what_it_is() -> None:
    # Attestations of years ago must be comparable: this may never change.
    assert GOOD.digest.hex() == "82002a024d13a0756bda00269a688a4f7b25cccb899db23fc36064075f1a1781"
    assert GOOD.id_hash.hex() == "435a015d45c0698a0d805f050cf21699"


def test_a_list_of_facilities_with_an_unusable_key_is_refused(world: World) -> None:
    keys = {PLACE: [world.es256.certificate.public_key, world.ps256.certificate.public_key]}
    good = write_facility_keys(keys)
    assert [*read_facility_keys(good)[PLACE]] == keys[PLACE]
    for bad in (good.replace(b"BEGIN", b"BEGUN"), good.replace(b'"version": 1', b'"version": 2')):
        with pytest.raises(IssuingError):
            read_facility_keys(bad)
    for facilities in (b"[]", b'{"1": []}', b'{"1": [1]}', b'{"1": "x"}'):
        with pytest.raises(IssuingError):
            read_facility_keys(
                b'{"type": "vaxpass.facility-keys", "version": 1, "facilities": ' + facilities + b"}"
            )


def test_of_two_attestations_of_the_same_second_either_counts(world: World, own: list[Record]) -> None:
    corrected = own[3]._replace(full_name="Lê Hòa")
    both = [read(world, signed(world, own)), read(world, signed(world, [corrected]))]
    for known in (Attestations(both), Attestations(both[::-1])):
        assert [known.find(each)[0] for each in (own[3], corrected)] == [Attested.YES] * 2
        assert known.find(own[3]._replace(phone="1"))[0] is Attested.ALTERED
