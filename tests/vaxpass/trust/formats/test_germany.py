"""The German list: nothing of it is used unless its signature holds under a pinned key."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate
from tests.support.german_lists import ENTRY, KEY, LIST, OTHER, body, sign
from tests.support.trust_lists import only_a_trust_list_error, text
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto import load_public_key
from vaxpass.trust import TrustedKey


def read(data: bytes, *pins: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins)


def test_a_list_is_read_under_the_key_that_signed_it() -> None:
    for pins in ([KEY.public_key()], [OTHER.public_key(), KEY.public_key()]):
        trust = read(LIST, *pins)
        assert list(trust) == [
            TrustedKey(b"12345678", certificate(ONE), "XA", "here"),
            TrustedKey(b"12345678", certificate(TWO), "XB", "here"),
        ]
        assert trust.skipped == ()


def test_a_line_end_of_two_characters_is_not_part_of_what_is_signed() -> None:
    assert len(read(sign(body(ENTRY), line_end=b"\r\n"), KEY.public_key())) == 1


def test_without_a_pinned_key_it_is_refused() -> None:
    with pytest.raises(TrustListError, match="pins="):
        read(LIST)


@pytest.mark.parametrize(
    "pin",
    [
        OTHER.public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ],
    ids=["P-256", "P-384", "RSA"],
)
def test_under_another_key_it_is_refused(pin: Any) -> None:
    with pytest.raises(TrustListError, match="does not match"):
        read(LIST, pin)


def test_a_list_signed_with_p384_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    r, s = decode_dss_signature(key.sign(body(ENTRY), ec.ECDSA(SHA256())))
    signature = base64.b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big"))
    with pytest.raises(TrustListError, match=r"trust list"):
        read(signature + b"\n" + body(ENTRY), key.public_key())


# Some bits of the signature's last Base64 letter mean nothing; everything else counts.
@given(st.integers(0, len(LIST) - 1).filter(lambda place: place != 85), st.integers(1, 255))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_a_single_changed_byte_makes_it_useless(place: int, change: int) -> None:
    data = bytearray(LIST)
    data[place] ^= change
    with pytest.raises(TrustListError):
        read(bytes(data), KEY.public_key())


@pytest.mark.parametrize("cut", [1, 2, 100, pytest.param(len(LIST) - 90, id="nearly all")])
def test_a_list_that_was_cut_or_grew_is_refused(cut: int) -> None:
    for data in (LIST[:-cut], LIST + b" " * cut, LIST[:89] + b" " * cut + LIST[89:]):
        with pytest.raises(TrustListError):
            read(data, KEY.public_key())


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        ENTRY | {"rawData": None},
        ENTRY | {"rawData": "%%%"},
        ENTRY | {"rawData": text(b"junk")},
        ENTRY | {"kid": 5},
        ENTRY | {"kid": "é"},
        ENTRY | {"country": None},
        {"certificateType": "DSC"},
    ],
)
def test_a_broken_entry_is_skipped_alone(entry: object) -> None:
    trust = read(sign(body(entry, ENTRY)), KEY.public_key())
    assert [key.certificate.der for key in trust] == [ONE]
    (skipped,) = trust.skipped
    assert skipped.entry == "certificate 1"
    assert skipped.reason


@pytest.mark.parametrize("kind", ["CSCA", "UPLOAD", "dsc", None, 5])
def test_other_certificates_of_the_list_sign_no_passports(kind: object) -> None:
    trust = read(sign(body(ENTRY | {"certificateType": kind}, ENTRY)), KEY.public_key())
    assert (len(trust), trust.skipped) == (1, ())


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b'{"certificates": {}}',
        b'{"certificates": null}',
        b'{"certificates": [}',
        b'{"certificates": "\xff"}',
        b'{"certificates": ' + b"[" * 100_000,
        b'{"certificates": [' + b"9" * 5000 + b"]}",
    ],
)
def test_signed_content_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(TrustListError, match="not a trust list"):
        read(sign(content), KEY.public_key())


@given(st.binary(max_size=60), st.booleans())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_signed_ends_in_a_list_or_a_trust_list_error(junk: bytes, inside: bool) -> None:
    data = body(ENTRY)
    content = data[:30] + junk + data[30:] if inside else b"{" + junk
    only_a_trust_list_error(sign(content), pins=[KEY.public_key()])


REAL = [
    ("DE-signed-covpass-prod-2023-12-01.txt", "DE-dsc-list-signing-key.pem", 829),
    ("DE-signed-covpass-demo.txt", "DE-demo-dsc-list-signing-key.pem", 610),
]


@pytest.mark.parametrize(("name", "key", "count"), REAL)
def test_the_real_lists_are_read_whole(shared: Path, name: str, key: str, count: int) -> None:
    folder = shared / "trust_lists" / "eu-national"
    data, pin = (folder / name).read_bytes(), load_public_key((folder / key).read_bytes())
    trust = read(data, pin)
    assert (len(trust), trust.skipped) == (count, ())
    assert not any(key.test for key in trust)
    with pytest.raises(TrustListError, match="pins="):
        read(data)
    with pytest.raises(TrustListError, match="does not match"):
        read(data, KEY.public_key())
    for place in (0, 89, len(data) // 2, len(data) - 1):
        with pytest.raises(TrustListError):
            read(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], pin)


def test_the_signer_of_viet_nam_is_on_the_real_list(shared: Path) -> None:
    folder = shared / "trust_lists" / "eu-national"
    pin = load_public_key((folder / "DE-dsc-list-signing-key.pem").read_bytes())
    trust = read((folder / "DE-signed-covpass-prod-2023-12-01.txt").read_bytes(), pin)
    (key,) = trust.find(base64.b64decode("ZtJVElOdWm0="))
    assert key.country == "VN"
    assert key.certificate.key_name == "RSA 2048"
