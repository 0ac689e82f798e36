"""The store of revoked certificates: what is put in is found, nothing else is, damage is an error."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxpass_cli.io import stores

from tests.support.revocation_lists import some
from tests.support.world import World
from vaxpass import decode
from vaxpass.revocation import (
    BloomFilter,
    Entries,
    HashList,
    Identifier,
    RevocationError,
    RevocationStore,
    Type,
    build,
    edited,
    identifiers_of,
    layout,
)
from vaxpass.revocation.filters import Bloom

KID = b"12345678"
ANY = Type.UCI | Type.COUNTRY_UCI | Type.SIGNATURE
HASHES = st.binary(min_size=16, max_size=16)


def filled() -> bytes:
    """A store with lists of every sort."""
    entries = Entries()
    for value in some(300):
        entries.add(KID, Type.UCI, value)
        entries.add(KID, Type.SIGNATURE, value[:5])
        entries.add(value[:4], ANY, value)
    entries.add(b"", Type.UCI, bytes(16))
    for digit in "0123456789abcdef":
        members = [value for value in some(300) if value.hex()[0] == digit]
        bloom = Bloom.of(members, 1e-9)
        entries.filters.append(BloomFilter(b"filtered", Type.COUNTRY_UCI, digit, bloom))
    return b"".join(build(entries.parts(), 1_780_000_000))


STORE = filled()


def ask(store: RevocationStore, kid: bytes | None, value: bytes, type_: Type = Type.UCI) -> str | None:
    hit = store.find(kid, [Identifier(type_, value)])
    return hit.kind if hit else None


@given(st.sets(HASHES, max_size=300), st.sets(HASHES, max_size=50), st.integers(0, 0xFFFF))
@settings(max_examples=60, deadline=None)
def test_a_set_of_hashes_is_found_and_nothing_else(
    listed: set[bytes], other: set[bytes], head: int
) -> None:
    # Some begin alike, so that buckets are uneven.
    listed |= {head.to_bytes(2, "big") + value[2:] for value in list(listed)[::2]}
    entries = Entries()
    for value in listed:
        entries.add(KID, Type.UCI, value)
        entries.add(KID, Type.UCI, value)
    store = RevocationStore(b"".join(build(entries.parts())))
    for value in listed | other:
        expected = "hashes" if value in listed else None
        assert ask(store, KID, value) == expected
        assert ask(store, KID, value, Type.SIGNATURE) is None
        assert ask(store, b"x", value) is None
        assert ask(store, None, value) is None
    assert [v for one in store.lists() for v in store.records(one)] == sorted(listed)


@given(st.sets(HASHES, min_size=1, max_size=80))
@settings(max_examples=40, deadline=None)
def test_a_filter_misses_nothing(listed: set[bytes]) -> None:
    bloom = Bloom.of(listed, 1e-6)
    store = RevocationStore(b"".join(build([BloomFilter(KID, ANY, "", bloom)])))
    assert all(ask(store, KID, value) == "Bloom filter" for value in listed)
    (one,) = store.lists()
    assert store.bloom(one) == bloom


def test_lists_of_every_sort_and_which_hit_counts() -> None:
    store = RevocationStore(STORE)
    for value in some(300):
        exact = store.find(KID, [Identifier(Type.SIGNATURE, value), Identifier(Type.UCI, value)])
        assert exact == (True, None, "hashes", Type.UCI)
        probable = store.find(KID, [Identifier(Type.SIGNATURE, value)])
        assert probable == (False, 300 / 2**40, "short hashes", Type.SIGNATURE)
        assert ask(store, value[:4], value, Type.COUNTRY_UCI) == "hashes"
        assert ask(store, b"filtered", value, Type.COUNTRY_UCI) == "Bloom filter"
        assert ask(store, b"filtered", value) is None
    assert ask(store, b"anything", bytes(16)) == ask(store, None, bytes(16)) == "hashes"
    assert not any(ask(store, b"filtered", value, Type.COUNTRY_UCI) for value in some(300, 1))
    made = store.made_at
    assert made is not None
    assert made.timestamp() == 1_780_000_000


def test_an_empty_store_lists_nothing() -> None:
    store = RevocationStore(b"".join(build([])))
    assert ask(store, KID, bytes(16)) is None
    assert list(store.lists()) == []
    assert store.made_at is None


def everything(buffer: bytes) -> list[object]:
    """What a store answers to a few questions; each may be an error."""
    store = RevocationStore(buffer)
    answers: list[object] = []
    for kid in (KID, b"filtered", some(1)[0][:4], b"unknown", None):
        for value in (*some(3), *some(3, 1), bytes(16)):
            for type_ in Type:
                try:
                    answers.append(store.find(kid, [Identifier(type_, value)]))
                except RevocationError:
                    answers.append(RevocationError)
    return answers


ANSWERS = everything(STORE)


@pytest.mark.slow
@given(st.integers(0, len(STORE) - 1), st.integers(1, 255))
@settings(max_examples=120, deadline=None)
def test_damage_never_changes_an_answer(at: int, flip: int) -> None:
    damaged = bytearray(STORE)
    damaged[at] ^= flip
    try:
        answers = everything(bytes(damaged))
    except RevocationError:
        return
    assert all(new in (old, RevocationError) for new, old in zip(answers, ANSWERS, strict=True))


@given(st.integers(0, len(STORE) - 1), st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_cut_off_or_goes_on_is_refused(length: int, more: bytes) -> None:
    for damaged in (STORE[:length], STORE[length + 1 :], STORE + b"\0" + more, more):
        with pytest.raises(ValueError, match="store"):
            RevocationStore(damaged)


@pytest.mark.slow
@given(
    st.builds(
        layout.Section,
        *[st.integers(0, 255)] * 4,
        st.integers(0, 0xFFFF),
        *[st.integers(0, 2**64 - 1) | st.integers(0, 400)] * 5,
        st.floats(),
        st.floats(),
    )
)
@settings(max_examples=120, deadline=None)
def test_a_hostile_directory_with_good_checksums(section: layout.Section) -> None:
    start = len(layout.MAGIC)
    kids_at = start + 200 + layout.SECTION_BYTES
    length = kids_at + layout.KID_BYTES + layout.FOOTER_BYTES
    store = RevocationStore(
        layout.MAGIC
        + bytes(200)
        + layout.pack_section(section, 0)
        + layout.pack_kid(layout.KidEntry(KID, 0, 1, 0xFFFF), 0)
        + layout.pack_footer(layout.Footer(1, 1, kids_at, start + 200, length, 2**62))
    )
    for value in (bytes(16), b"\xff" * 16):
        with suppress(RevocationError):
            store.find(KID, [Identifier(type_, value) for type_ in Type])
    with pytest.raises(RevocationError):
        _ = store.made_at


class Counting:
    """A buffer that counts what is read from it."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self.data, self.read = data, 0

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, part: slice) -> bytes:
        found = self.data[part]
        self.read += len(found)
        return found


def test_opening_and_looking_up_read_little_whatever_the_size() -> None:
    read = []
    for number in (1_000, 200_000):
        hashes = sorted(some(number))
        buffer = Counting(b"".join(build([HashList(KID, ANY, 16, number, hashes)])))
        store = RevocationStore(buffer)
        opening = buffer.read
        assert ask(store, KID, hashes[number // 2]) == "hashes"
        read.append((opening, buffer.read - opening))
    assert read[0][0] == read[1][0] < 1024
    assert max(looking for _, looking in read) < 4096


def test_opening_a_huge_sparse_file_touches_its_ends_only(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    size = 1 << 40
    entry = layout.KidEntry(KID, 0, 0, 0)
    kids_at = size - layout.FOOTER_BYTES - layout.KID_BYTES
    footer = layout.Footer(1, 0, kids_at, kids_at, size, 0)
    try:
        with path.open("wb") as file:
            file.write(layout.MAGIC)
            os.truncate(path, size - layout.KID_BYTES - layout.FOOTER_BYTES)
            file.seek(0, os.SEEK_END)
            file.write(layout.pack_kid(entry, 0) + layout.pack_footer(footer))
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        pytest.skip("this file system holds no sparse file of a terabyte")
    with mapped:
        buffer = Counting(mapped)
        assert ask(RevocationStore(buffer), KID, bytes(16)) is None
        assert buffer.read < 1024


def test_a_mapped_file_answers_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "store"
    assert stores.write(path, iter([STORE[:100], STORE[100:]])) == len(STORE)
    mapped = stores.load(path)
    assert [ask(mapped, KID, v) for v in some(20)] == ["hashes"] * 20
    assert ask(RevocationStore(memoryview(STORE)), KID, some(1)[0]) == "hashes"


def test_changing_a_store_keeps_everything_else() -> None:
    store = RevocationStore(STORE)
    fresh, gone = some(5, 2), some(5)
    added = [Identifier(Type.UCI, value) for value in (*fresh, some(6)[5])]
    removed = [Identifier(Type.UCI, value) for value in (*gone, some(1, 3)[0])]
    changed = RevocationStore(b"".join(build(edited(store, KID, added, removed))))
    for value in (*some(300), *fresh, *some(20, 1)):
        expected = None if value in gone else "hashes" if value in (*some(300), *fresh) else None
        assert ask(changed, KID, value) == expected
        for kid in (b"filtered", value[:4], b""):
            for type_ in (Type.COUNTRY_UCI, Type.UCI):
                assert ask(changed, kid, value, type_) == ask(store, kid, value, type_)
    back = b"".join(build(edited(changed, KID, removed[:-1], added[:-1])))
    assert back == b"".join(build(edited(store, KID, (), ())))


def test_what_can_not_be_stored_is_refused() -> None:
    def parts() -> Iterator[HashList | BloomFilter]:
        one, other = sorted(some(2))
        bloom = Bloom.of([one], 0.1)
        yield HashList(KID, ANY, 16, 2, [other, one])
        yield HashList(KID, ANY, 16, 2, [one, one])
        yield HashList(KID, ANY, 16, 3, [one, other])
        yield HashList(KID, ANY, 15, 2, [one, other])
        yield HashList(KID, ANY, 17, 1, [one + b"x"])
        yield HashList(bytes(32), ANY, 16, 1, [one])
        yield HashList(KID, Type(0), 16, 1, [one])
        yield BloomFilter(KID, ANY, "0123", bloom)

    for part in parts():
        with pytest.raises(ValueError, match=r"."):
            b"".join(build([part]))
    with pytest.raises(ValueError, match="16"):
        RevocationStore(STORE).find(KID, [Identifier(Type.UCI, b"short")])


def test_a_certificate_is_found_by_each_of_its_hashes(world: World) -> None:
    unverified = decode(world.issue())
    found = identifiers_of(unverified)
    assert [one.type for one in found] == [Type.SIGNATURE, Type.UCI, Type.COUNTRY_UCI]
    for identifier in found:
        part = HashList(unverified.message.kid or b"", identifier.type, 16, 1, [identifier.hash])
        hit = RevocationStore(b"".join(build([part]))).find(unverified.message.kid, found)
        assert hit == (True, None, "hashes", identifier.type)
