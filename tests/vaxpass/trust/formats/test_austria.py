"""The Austrian list: CBOR, vouched for by a signature in a file of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.austrian_signatures import KEY, OTHER, SIGNER, message, sign
from tests.support.certificates import ONE, TWO, certificate
from tests.support.signed import PrivateKey
from tests.support.trust_lists import only_a_trust_list_error
from tests.support.world import NOW
from vaxpass import TrustList, TrustListError, read_trust_list

RSA_KEY = rsa.generate_private_key(65537, 2048)
ENTRY = {"i": b"12345678", "c": ONE, "is": "issuer", "su": "subject", "nb": 1, "na": 2}


def listed(*entries: object) -> bytes:
    return cbor2.dumps({"c": list(entries)})


def read(data: bytes, *sidecars: bytes, pins: Any = (SIGNER.certificate,), **how: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, sidecars=sidecars, **how)


LIST = listed(ENTRY, {"i": b"other", "c": TWO})
SIGNATURE = sign(LIST)


@pytest.mark.parametrize("key", [KEY, RSA_KEY], ids=["ES256", "PS256"])
def test_a_list_is_read_under_the_key_that_signed_it(key: PrivateKey) -> None:
    pins = (OTHER.certificate, key.public_key())
    trust = read(LIST, b"something else", sign(LIST, key), pins=pins, at=NOW)
    assert [(found.kid, found.certificate.der) for found in trust] == [
        (b"12345678", ONE),
        (b"other", TWO),
    ]
    assert (trust.made_at, trust.skipped) == (NOW, ())
    assert all("signature over the list by the pinned key" in found.trusted_by for found in trust)
    assert len(read(LIST, sign(LIST, key), pins=pins)) == 2


def test_a_bare_key_is_read() -> None:
    spki = certificate(ONE).public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    data = listed({"i": b"12345678", "k": spki})
    (found,) = read(data, sign(data))
    assert found.certificate.is_bare_key
    assert found.certificate.public_key == certificate(ONE).public_key


def test_maps_and_arrays_may_have_no_definite_length() -> None:
    data = b"\xbf\x61c\x9f" + cbor2.dumps(ENTRY) + b"\xbf\x61i\x42no\xff" + b"\xff\xff"
    trust = read(data, sign(data))
    assert [found.certificate.der for found in trust] == [ONE]
    assert len(trust.skipped) == 1


def test_without_a_pin_it_is_refused_unless_the_user_says_so() -> None:
    with pytest.raises(TrustListError, match="pins="):
        read(LIST, SIGNATURE, pins=())
    trust = read(LIST, pins=(), unsigned=True)
    assert (len(trust), trust.made_at) == (2, None)


def test_without_its_signature_it_is_refused() -> None:
    for how in ({}, {"unsigned": True}):
        with pytest.raises(TrustListError, match="file of its own"):
            read(LIST, **how)
        with pytest.raises(TrustListError, match="not a COSE_Sign1"):
            read(LIST, b"junk", **how)


@pytest.mark.parametrize(
    "pin",
    [OTHER.certificate, RSA_KEY.public_key(), ec.generate_private_key(ec.SECP384R1()).public_key()],
)
def test_under_another_key_it_is_refused(pin: Any) -> None:
    with pytest.raises(TrustListError, match="does not match"):
        read(LIST, SIGNATURE, pins=(pin,))


def test_the_signature_of_another_list_is_refused() -> None:
    for data in (listed(ENTRY), listed()):
        with pytest.raises(TrustListError, match="another list"):
            read(data, SIGNATURE)
    for value in (..., "text", b""):
        with pytest.raises(TrustListError, match="another list"):
            read(LIST, sign(LIST, label_2=value))


def test_an_expired_list_or_one_from_the_future_is_refused() -> None:
    assert read(LIST, SIGNATURE, at=NOW + timedelta(hours=48))
    assert read(LIST, SIGNATURE, at=NOW - timedelta(minutes=5))
    with pytest.raises(TrustListError, match="may be used until"):
        read(LIST, SIGNATURE, at=NOW + timedelta(hours=48, seconds=1))
    with pytest.raises(TrustListError, match="after this time"):
        read(LIST, SIGNATURE, at=NOW - timedelta(minutes=6))
    with pytest.raises(TrustListError, match="not valid at this time"):
        read(LIST, SIGNATURE, at=NOW + timedelta(days=2000))


@pytest.mark.parametrize("payload", [b"", b"\xff", cbor2.dumps([]), cbor2.dumps("text")])
def test_a_signature_over_something_else_is_refused(payload: bytes) -> None:
    with pytest.raises(TrustListError, match="not that of a trust list"):
        read(LIST, message(payload))


@pytest.mark.parametrize("times", [{"label_4": "x"}, {"label_5": True}, {"label_4": 1e300}])
def test_times_that_are_none_are_refused(times: dict[str, Any]) -> None:
    with pytest.raises(TrustListError, match="not a time"):
        read(LIST, sign(LIST, **times), at=NOW)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {"i": b"12345678"},
        ENTRY | {"i": None},
        ENTRY | {"i": b""},
        ENTRY | {"i": "text"},
        ENTRY | {"c": "text"},
        ENTRY | {"c": b"junk"},
        {"i": b"12345678", "k": b"junk"},
    ],
)
def test_a_broken_entry_is_skipped_alone(entry: object) -> None:
    data = listed(entry, ENTRY)
    trust = read(data, sign(data))
    assert [key.certificate.der for key in trust] == [ONE]
    assert [skipped.entry for skipped in trust.skipped] == ["certificate 1"]


@pytest.mark.parametrize("data", [LIST[:-1], LIST + b"\x00", b"\xa1\x61c\x81" + b"\x81" * 50])
def test_signed_content_that_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(TrustListError, match="not valid CBOR"):
        read(data, sign(data))


@given(st.booleans(), st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_a_single_changed_byte_makes_it_useless(in_list: bool, place: int, change: int) -> None:
    files = [bytearray(LIST), bytearray(SIGNATURE)]
    data = files[0 if in_list else 1]
    data[place % len(data)] ^= change
    # The kid of the message is a hint in a header, but the header is signed as well.
    with pytest.raises(TrustListError):
        read(bytes(files[0]), bytes(files[1]))


@given(st.integers(0, 40), st.binary(max_size=40))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_signed_ends_in_a_list_or_a_trust_list_error(place: int, junk: bytes) -> None:
    data = LIST[: 4 + place] + junk + LIST[4 + place :]
    only_a_trust_list_error(data, pins=[SIGNER.certificate], sidecars=[sign(data)])
    payload = message(junk)
    only_a_trust_list_error(LIST, pins=[SIGNER.certificate], sidecars=[junk, payload])
