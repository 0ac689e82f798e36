"""Sets of keys and certificates that belong to nobody's list: PKCS#7, JWK and COSE key sets."""

from __future__ import annotations

import base64
import json
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate, make_certificate
from tests.support.signed import issue
from tests.support.trust_lists import BARE, KEYS, LISTED, RSA_KEY, only_a_trust_list_error, read, text
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto import SignerKey
from vaxpass.crypto.keys import EcNumbers, ec_key, numbers_of, rsa_key, to_jwk
from vaxpass.trust import TrustedKey
from vaxpass.trust.formats import cose_keys, jwks


def summary(trust: Any) -> list[tuple[bytes, bytes]]:
    return [(key.kid, key.certificate.der) for key in trust]


# --- PKCS#7 ------------------------------------------------------------------------------------------


def bundle(*ders: bytes, encoding: Encoding = Encoding.DER) -> bytes:
    return pkcs7.serialize_certificates([x509.load_der_x509_certificate(der) for der in ders], encoding)


def test_a_bundle_is_read_from_der_and_pem() -> None:
    armoured = bundle(ONE, TWO, encoding=Encoding.PEM)
    for data in (
        bundle(ONE, TWO),
        armoured,
        b"a comment\n" + armoured.replace(b"PKCS7", b"CMS"),
        bundle(ONE, encoding=Encoding.PEM) + bundle(TWO, encoding=Encoding.PEM),
    ):
        trust = read(data)
        assert {key.certificate.der for key in trust} == {ONE, TWO}
        assert {key.trusted_by for key in trust} == {"the user's own file"}


def test_a_certificate_of_a_bundle_that_cannot_be_used_is_skipped() -> None:
    odd = make_certificate(ed25519.Ed25519PrivateKey.generate())
    trust = read(bundle(ONE, odd))
    assert [key.certificate.der for key in trust] == [ONE]
    assert "neither EC nor RSA" in trust.skipped[0].reason


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_damaged_bundle_is_refused(cut: int) -> None:
    armoured = bundle(ONE, encoding=Encoding.PEM).strip()
    for data in (
        bundle(ONE)[:-cut],
        armoured[:-cut],
        armoured.replace(b"MI", b"%%"),
        armoured + armoured[:60],
    ):
        with pytest.raises(TrustListError, match=r"^here: "):
            read(data)


# --- JWK sets ----------------------------------------------------------------------------------------


def jwk_set(*keys: object) -> bytes:
    return json.dumps({"keys": keys}).encode()


def test_a_jwk_set_is_written_and_read_again() -> None:
    data = jwks.write(LISTED)
    trust = read(data)
    assert summary(trust) == summary(LISTED)
    assert trust.skipped == ()
    assert jwks.write(trust) == data


def test_the_key_is_that_of_the_certificate_whatever_the_numbers_say() -> None:
    jwk = to_jwk(certificate(TWO).public_key) | {"crv": "UNKNOWN CURVE", "x5c": [text(ONE), "junk"]}
    (key,) = read(jwk_set(jwk))
    assert summary([key]) == [(certificate(ONE).kid, ONE)]


@pytest.mark.parametrize(
    ("kid", "expected"),
    [
        (text(b"\xff\xfe345678"), b"\xff\xfe345678"),
        (base64.urlsafe_b64encode(b"\xff\xfe345678").decode().rstrip("="), b"\xff\xfe345678"),
        ("key one!", b"key one!"),
        ("é", "é".encode()),
    ],
)
def test_a_kid_is_base64_or_else_text(kid: str, expected: bytes) -> None:
    (key,) = read(jwk_set(to_jwk(KEYS[0]) | {"kid": kid}))
    assert key.kid == expected


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"kty": "oct", "k": "AAAA"},
        to_jwk(RSA_KEY) | {"d": "AQAB"},
        to_jwk(KEYS[0]) | {"x": "AAAA"},
        to_jwk(KEYS[0]) | {"kid": 5},
        {"kty": "EC", "x5c": ["%"]},
        {"kty": "EC", "x5c": 5},
    ],
)
def test_a_broken_jwk_is_skipped_alone(entry: object) -> None:
    trust = read(jwk_set({"x5c": [text(ONE)]}, entry))
    assert [key.certificate.der for key in trust] == [ONE]
    assert [skipped.entry for skipped in trust.skipped] == ["key 2"]


def test_the_key_of_an_unnamed_curve_is_written_with_its_certificate_only() -> None:
    holder = issue("odd", key=ec.generate_private_key(ec.SECP256K1()))
    data = jwks.write([TrustedKey.of(holder.certificate, "here")])
    assert summary(read(data)) == [(holder.certificate.kid, holder.der)]
    bare = TrustedKey.of(SignerKey.from_key(holder.certificate.public_key), "here")
    for write in (jwks.write, cose_keys.write):
        with pytest.raises(ValueError, match="curve"):
            write([bare])


# --- COSE key sets -----------------------------------------------------------------------------------


def test_a_cose_key_set_is_written_and_read_again() -> None:
    data = cose_keys.write(LISTED)
    trust = read(data)
    assert [key.kid for key in trust] == [key.kid for key in LISTED]
    assert [key.certificate.public_key for key in trust] == [
        key.certificate.public_key for key in LISTED
    ]
    assert all(key.certificate.is_bare_key for key in trust)
    assert cose_keys.write(trust) == data


def cose_key(place: int = 0, **changes: Any) -> dict[int, Any]:
    key: dict[int, Any] = cbor2.loads(cose_keys.write([BARE[place]]))[0]
    return key | {
        int(name.replace("minus_", "-").removeprefix("label_")): v for name, v in changes.items()
    }


def test_a_point_may_have_only_the_sign_of_y() -> None:
    for place, key in enumerate(KEYS[:3]):
        numbers = numbers_of(key)
        assert isinstance(numbers, EcNumbers)
        odd = bool(numbers.y[-1] & 1)
        (found,) = read(cbor2.dumps([cose_key(place, minus_3=odd)]))
        assert found.certificate.public_key == key


def test_zeros_in_front_of_a_coordinate_change_nothing() -> None:
    numbers = numbers_of(KEYS[0])
    assert isinstance(numbers, EcNumbers)
    assert ec_key("P-256", b"\0" + numbers.x, numbers.y.lstrip(b"\0")) == KEYS[0]


def test_a_key_without_kid_gets_its_own() -> None:
    entry = cose_key()
    del entry[2]
    (key,) = read(cbor2.dumps([entry]))
    assert key.kid == key.certificate.kid


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        cose_key(label_1=1),
        cose_key(label_2="text"),
        cose_key(minus_1=9),
        cose_key(minus_1=True),
        cose_key(minus_2=b"\x01" * 32),
        cose_key(minus_2=b"\x01" * 40),
        cose_key(minus_2=5),
        cose_key(minus_3=None),
        cose_key(minus_4=b"private"),
        cose_key(3, minus_3=b"private"),
        cose_key(3, minus_1=b""),
        cose_key(3, minus_2=b"\x02"),
        cose_key(3, minus_1=b"\x01" * 3000),
    ],
)
def test_a_broken_cose_key_is_skipped_alone(entry: object) -> None:
    trust = read(cbor2.dumps([cose_key(), entry]))
    assert [key.kid for key in trust] == [b"\xffkid0"]
    assert [skipped.entry for skipped in trust.skipped] == ["key 2"]


def test_numbers_that_make_no_key_are_a_value_error() -> None:
    for n, e in ((b"", b"\x03"), (b"\x05", b""), (b"\x05" * 9, b"\x04"), (b"\x05", b"\x07")):
        with pytest.raises(ValueError, match="RSA"):
            rsa_key(n, e)


# --- all three ---------------------------------------------------------------------------------------

WHOLE = [
    bundle(ONE, TWO),
    bundle(ONE, encoding=Encoding.PEM),
    jwks.write(LISTED),
    cose_keys.write(BARE),
]


@given(st.sampled_from(WHOLE), st.integers(0, 900), st.binary(max_size=20), st.booleans())
@settings(max_examples=150, derandomize=True, deadline=None)
def test_damaged_sets_end_in_a_list_or_a_trust_list_error(
    data: bytes, place: int, junk: bytes, cut: bool
) -> None:
    rest = b"" if cut else data[place + len(junk) :]
    only_a_trust_list_error(data[:place] + junk + rest)


def test_a_jwk_set_whose_keys_begin_with_their_use_is_not_taken_for_another_list() -> None:
    jwk = {"use": "sig", "crv": "P-256"} | to_jwk(KEYS[0])
    (key,) = read(jwk_set(jwk))
    assert key.certificate.public_key == KEYS[0]


def test_an_empty_jwk_set_is_an_empty_list() -> None:
    assert summary(read(b'{"keys": []}')) == summary(TrustList([]))


def test_a_set_that_was_only_found_somewhere_needs_a_reason_to_be_trusted() -> None:
    for data in WHOLE:
        with pytest.raises(TrustListError, match="unsigned=True"):
            read_trust_list(data, source="here", named_by_user=False)
        trust = read_trust_list(data, source="here", named_by_user=False, unsigned=True)
        assert {key.trusted_by for key in trust} == {"unsigned, because the user said so"}


def test_a_public_key_alone_is_no_set() -> None:
    spki = KEYS[0].public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(TrustListError, match="not a trust list"):
        read(spki)
