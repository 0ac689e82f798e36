"""Reading published lists: the EU reference service, the German one, plain files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.revocation_lists import eu_lists, german_lists, signed
from tests.support.world import NOW, World
from vaxpass import decode
from vaxpass.crypto import Algorithm
from vaxpass.revocation import (
    Entries,
    Identifier,
    Remark,
    RevocationError,
    RevocationStore,
    Type,
    build,
    eu,
    germany,
    identifiers,
    identifiers_of,
    plain,
)
from vaxpass.revocation.filters import Bloom, VarHashList

KID = b"\xfb\xff345678"
LISTED = [hashlib.sha256(bytes((i, 1))).digest()[:16] for i in range(200)]
OTHER = [hashlib.sha256(bytes((i, 2))).digest()[:16] for i in range(200)]


def store_of(entries: Entries) -> RevocationStore:
    return RevocationStore(b"".join(build(entries.parts())))


def uci(value: bytes) -> tuple[Identifier]:
    return (Identifier(Type.UCI, value),)


def test_published_identifiers_come_out_as_stated(shared: Path) -> None:
    path = shared / "vectors/who/revocation/cwa-RevocationCalculationSampleData.json"
    samples = json.loads(path.read_text(encoding="utf-8"))
    assert len(samples) == 3
    for sample in samples:
        found = identifiers_of(decode(sample["barcodeData"]))
        assert {(one.type, one.hash.hex()) for one in found} == {
            (Type.UCI, sample["expUCI"]),
            (Type.COUNTRY_UCI, sample["expCOUNTRYCODEUCI"]),
            (Type.SIGNATURE, sample["expSIGNATURE"]),
        }


def test_published_filters_come_out_as_stated(shared: Path) -> None:
    path = shared / "vectors/who/revocation/filter-test.json"
    samples = json.loads(path.read_text(encoding="utf-8"))
    assert len(samples) == 4
    for sample in samples:
        words = json.loads(base64.b64decode(sample["filter"]))
        data = b"".join(word.to_bytes(4, "big", signed=True) for word in words)
        members = [text.encode() for text in sample["data"]]
        # The number of hashes is the computed one; the field `k` of the file is not used.
        k = Bloom.of(members, sample["p"]).k
        published = Bloom(k, sample["p"], len(members), len(members), data)
        assert [int(one in published) for one in members] == json.loads(sample["exists"])
        again = Bloom.of(members, sample["p"])
        assert len(again.data) == len(data)
        if all(sample["written"]):
            assert again.data == data
        assert Bloom.read(published.write()).data == data


@pytest.mark.parametrize("tar", [False, True])
@pytest.mark.parametrize("kind", ["BLOOMFILTER", "VARHASHLIST"])
@pytest.mark.parametrize("mode", ["POINT", "VECTOR", "COORDINATE"])
def test_every_mode_and_slice_of_the_reference_service(mode: str, kind: str, tar: bool) -> None:
    entries = Entries()
    eu.read(eu_lists(KID, LISTED, mode, kind, tar=tar), entries, at=NOW)
    store = store_of(entries)
    for value in LISTED:
        hit = store.find(KID, uci(value))
        assert hit is not None
        assert not hit.exact
        assert hit.probability is not None
        assert 0 < hit.probability < 1e-8
        assert hit.kind == ("Bloom filter" if kind == "BLOOMFILTER" else "short hashes")
        # `hashTypes` leaves out this one, and other signers are not meant.
        assert store.find(KID, [Identifier(Type.COUNTRY_UCI, value)]) is None
        assert store.find(b"12345678", uci(value)) is None
    assert not any(store.find(KID, uci(value)) for value in OTHER)


def test_expired_slices_are_left_out_and_said() -> None:
    entries = Entries()
    files = eu_lists(KID, LISTED, "POINT", "VARHASHLIST", expiry="2026-05-31T00:00:00Z")
    eu.read(files, entries, at=NOW)
    assert not len(entries)
    (remark,) = entries.remarks
    assert remark == Remark("imported.expired", {"count": 16})
    assert remark.message("vi") == "Các phần đã hết hạn bị bỏ ra: 16."
    eu.read(files, entries, at=datetime(2026, 5, 30, tzinfo=UTC))
    assert len(entries) == len(LISTED)


def test_damaged_lists_of_the_reference_service_are_refused() -> None:
    good = eu_lists(KID, LISTED, "VECTOR", "VARHASHLIST")
    some = next(path for path in good if "slices" in path)
    partitions = next(path for path in good if "partitions" in path)
    wrong: list[dict[str, bytes]] = [
        {path: content for path, content in good.items() if path != some},
        {path: content for path, content in good.items() if path != partitions},
        good | {some: gzip.compress(b"something else")},
        good | {some: good[some][:-9]},
        good | {"lists.json": b"{"},
        good | {"lists.json": b'[{"kid": "", "mode": "POINT", "hashTypes": []}]'},
        good | {"lists.json": good["lists.json"].replace(b"VECTOR", b"POINT")},
        good | {"lists.json": good["lists.json"].replace(b"UCI", b"XXX")},
        good | {partitions: good[partitions].replace(b"VARHASHLIST", b"SOMETHING")},
        good | {partitions: b"[1]"},
    ]
    for files in wrong:
        with pytest.raises(RevocationError):
            eu.read(files, Entries(), at=NOW)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eu, "LARGEST_SLICE", 100_000)
    files = eu_lists(KID, LISTED, "POINT", "BLOOMFILTER")
    some = next(path for path in files if "slices" in path)
    with pytest.raises(RevocationError, match="larger"):
        eu.read(files | {some: gzip.compress(bytes(10_000_000))}, Entries(), at=NOW)


@pytest.mark.parametrize("second", [False, True])
def test_german_lists(world: World, second: bool) -> None:
    lists = {(KID, 0x0A): LISTED[:50], (KID, 0x0B): LISTED[50:], (b"87654321", 0x0C): OTHER}
    files = german_lists(world.es256, lists, second=second)
    assert germany.matches(files)
    entries = Entries()
    germany.read(files, entries, pins=[world.es256.certificate.public_key])
    store = store_of(entries)
    for (kid, number), values in lists.items():
        type_ = {0x0A: Type.SIGNATURE, 0x0B: Type.UCI, 0x0C: Type.COUNTRY_UCI}[number]
        for value in values:
            hit = store.find(kid, [Identifier(type_, value)])
            assert hit is not None
            assert hit.exact
            assert store.find(b"someone!", [Identifier(type_, value)]) is None


def test_german_lists_must_be_signed_and_whole(world: World) -> None:
    files = german_lists(world.es256, {(KID, 0x0B): LISTED})
    pins = [world.es256.certificate.public_key]
    other = world.authority.issue_signer(days=30)
    chunk = next(path for path in files if path.endswith("chunk.lst"))
    for wrong in (
        {path: content for path, content in files.items() if path != chunk},
        files | {chunk: files[chunk][:-1] + bytes((files[chunk][-1] ^ 1,))},
        files | {chunk: signed(other, [])},
        files | {chunk: signed(world.es256, [b"short"])},
        files | {chunk: signed(world.es256, {})},
        files | {"kid.lst": b""},
    ):
        with pytest.raises(RevocationError):
            germany.read(wrong, Entries(), pins=pins)
    with pytest.raises(RevocationError, match="name the key"):
        germany.read(files, Entries(), pins=[])
    unknown = german_lists(world.es256, {(KID, 0x0D): LISTED})
    entries = Entries()
    germany.read(unknown, entries, pins=pins)
    assert "0d" in entries.remarks[0].message("vi")


def test_plain_lists() -> None:
    uvci = "URN:UVCI:01:VN:1"
    lines = [
        "# a comment",
        "",
        LISTED[0].hex(),
        LISTED[1].hex().upper() + "  # why",
        (LISTED[2] + bytes(16)).hex(),
        base64.b64encode(LISTED[3]).decode(),
        base64.b64encode(LISTED[4] + bytes(16)).decode(),
        f"uvci: {uvci}\r",
    ]
    entries = Entries()
    plain.read("\n".join(lines).encode(), entries)
    store = store_of(entries)
    for value in LISTED[:5]:
        for type_ in Type:
            hit = store.find(KID, [Identifier(type_, value)])
            assert hit is not None
            assert hit.exact
    assert store.find(None, identifiers(uvci, None, None, None)) is not None
    for wrong in (b"abc", b"\xff", b"uvci:", b"AAAA", b"00" * 15, b"URN:UVCI:01:VN:1"):
        with pytest.raises(RevocationError):
            plain.read(wrong, Entries())


def test_only_the_first_half_of_an_es256_signature_counts() -> None:
    one = identifiers(None, None, bytes(32) + b"a" * 32, Algorithm.ES256)
    other = identifiers(None, None, bytes(32) + b"b" * 32, Algorithm.ES256)
    assert one == other == identifiers(None, None, bytes(32), Algorithm.PS256)


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_hostile_slices_are_refused_or_read(data: bytes, at: int, flip: int) -> None:
    for good in (Bloom.of(LISTED[:5], 1e-3).write(), VarHashList.of(LISTED[:5], 1e-3).write()):
        changed = bytearray(good)
        changed[at % len(good)] ^= flip
        for bad in (data, good[: at % len(good)], bytes(changed), good + data):
            for read in (Bloom.read, VarHashList.read):
                try:
                    found = read(bad)
                except RevocationError:
                    continue
                if isinstance(found, Bloom):
                    assert isinstance(LISTED[0] in found, bool)
                else:
                    assert all(len(one) == found.size for one in found)


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_hostile_cbor_of_german_lists(data: bytes) -> None:
    try:
        _, end = germany._read(data, 0, 0)
    except RevocationError:
        return
    assert end <= len(data)


EU = eu_lists(KID, LISTED[:20], "VECTOR", "VARHASHLIST")


@given(st.sampled_from(sorted(EU)), st.integers(0, 10_000), st.integers(1, 255), st.booleans())
@settings(max_examples=100, deadline=None)
def test_hostile_lists_of_the_reference_service(path: str, at: int, flip: int, cut: bool) -> None:
    changed = bytearray(EU[path])
    at %= len(changed)
    changed[at] ^= flip
    files = EU | {path: EU[path][:at] if cut else bytes(changed)}
    entries = Entries()
    try:
        eu.read(files, entries, at=NOW)
        store_of(entries)
    except RevocationError:
        return
    if "slices" in path:
        # What is read in spite of a change (a date in the head of the gzip) is the same.
        assert len(entries) == 20


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_hostile_plain_lists(data: bytes) -> None:
    with suppress(RevocationError):
        plain.read(data, Entries())
