"""Bundles: whole and signed by a known maker, in their time, newer than the last; or refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.world import NOW
from vaxpass.crypto import cose, load_public_key
from vaxpass.crypto.authority import new_bundle_key
from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.signer import BareSigner
from vaxpass.encoding import cbor
from vaxpass.errors import BundleError
from vaxpass.trust import bundle as bundles
from vaxpass.trust.bundle import TRUST_LIST, Bundle

PARTS = {TRUST_LIST: b"the list" * 1000, "rules": b"", "revocation": bytes(range(256)) * 100}


def maker() -> tuple[BareSigner, PublicKey]:
    private, public = new_bundle_key()
    return BareSigner.from_key_pem(private), load_public_key(public)


SIGNER, KEY = maker()


def make(signer: BareSigner = SIGNER, **changes: Any) -> bytes:
    told: dict[str, Any] = {
        "maker": "Ministry of Health",
        "number": 7,
        "created": NOW,
        "use_before": NOW + timedelta(days=14),
    }
    return b"".join(bytes(p) for p in bundles.pack(PARTS, signer, **(told | changes)))


GOOD = make()


def opened(data: bytes, key: PublicKey = KEY, at: datetime = NOW, above: int = 6) -> Bundle:
    found = bundles.open_bundle(data, [key], at=at, above=above)
    found.check()
    return found


def test_what_was_packed_comes_out() -> None:
    found = opened(GOOD)
    manifest = found.manifest
    assert (manifest.maker, manifest.number) == ("Ministry of Health", 7)
    assert (manifest.created, manifest.use_before) == (NOW, NOW + timedelta(days=14))
    for name, content in PARTS.items():
        part = found.content(name)
        assert part is not None
        assert bytes(part) == content
    assert found.content("something else") is None
    assert all(part.offset % 4096 == 0 for part in manifest.parts)


def test_any_changed_byte_that_matters_is_noticed() -> None:
    manifest = bundles.verify(GOOD, [KEY]).manifest
    used = set(range(12)) | {
        place for part in manifest.parts for place in range(part.offset, part.offset + part.size)
    }
    signed_until = 12 + int.from_bytes(GOOD[8:12], "big")
    for place in [*range(signed_until), *sorted(used)[:: len(used) // 500]]:
        changed = bytearray(GOOD)
        changed[place] ^= 1
        with pytest.raises(BundleError):
            opened(bytes(changed))


@pytest.mark.parametrize("size", [0, 1, 8, 11, 12, 13, 200, 4096, 70000, len(GOOD) - 1])
def test_a_bundle_that_was_cut_is_refused(size: int) -> None:
    with pytest.raises(BundleError):
        opened(GOOD[:size])


def test_an_unknown_maker_an_old_number_and_a_late_time_are_refused() -> None:
    with pytest.raises(BundleError, match="not signed by a key that is trusted"):
        opened(GOOD, key=maker()[1])
    with pytest.raises(BundleError, match="an older one is refused"):
        opened(GOOD, above=7)
    with pytest.raises(BundleError, match="to be used before 2026-06-15"):
        opened(GOOD, at=NOW + timedelta(days=14))
    late = opened(GOOD, at=NOW + timedelta(days=14, seconds=-1))
    assert late.manifest.number == 7


def test_a_bundle_announces_the_key_of_the_next() -> None:
    assert opened(GOOD).keys_after() == (KEY,)
    following = maker()[1]
    found = opened(make(next_key=following))
    assert found.keys_after() == (KEY, following)


def test_wrong_times_are_wrong_use() -> None:
    with pytest.raises(ValueError, match="aware"):
        make(created=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="after"):
        make(use_before=NOW)


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=120, derandomize=True, deadline=None)
def test_garbage_is_a_bundle_error(data: bytes, begins_well: bool) -> None:
    head = bundles.MAGIC + len(data).to_bytes(4, "big") if begins_well else b""
    with pytest.raises(BundleError):
        opened(head + data)


@pytest.mark.slow
@given(st.dictionaries(st.text(max_size=10), st.integers() | st.none() | st.text(max_size=5)))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_signed_manifest_of_another_shape_is_a_bundle_error(content: dict[str, Any]) -> None:
    signed = cose.build(cbor.dumps(content), SIGNER.algorithm, SIGNER.kid, SIGNER.sign)
    head = bundles.MAGIC + len(signed).to_bytes(4, "big")
    with pytest.raises(BundleError):
        opened(head + signed)
