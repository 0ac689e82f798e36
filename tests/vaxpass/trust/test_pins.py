"""What may be pinned: public keys and certificates in each form that they are published in."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate, pem
from tests.support.trust_lists import text
from vaxpass.crypto import SignerKey
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust import PinError
from vaxpass.trust.pins import load_pins

PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = PRIVATE.public_key()
SPKI = PublicFormat.SubjectPublicKeyInfo
KEY_PEM = KEY.public_bytes(Encoding.PEM, SPKI)
JWK = to_jwk(KEY)


def as_json(content: object) -> bytes:
    return json.dumps(content).encode()


def did(*methods: object) -> bytes:
    return as_json({"id": "did:web:a", "verificationMethod": methods})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (KEY_PEM, (KEY,)),
        (KEY.public_bytes(Encoding.DER, SPKI), (KEY,)),
        (pem(ONE), (certificate(ONE),)),
        (ONE, (certificate(ONE),)),
        (b"a title\n" + pem(ONE) + b"between\n" + KEY_PEM + pem(TWO), (ONE, KEY, TWO)),
        (as_json(JWK), (KEY,)),
        (as_json({"keys": [JWK, JWK]}), (KEY, KEY)),
        (as_json(to_jwk(certificate(ONE).public_key) | {"x5c": [text(ONE)]}), (ONE,)),
        (did({"publicKeyJwk": JWK}), (KEY,)),
    ],
)
def test_each_form_is_read(data: bytes, expected: tuple[Any, ...]) -> None:
    pins = [pin.der if isinstance(pin, SignerKey) else pin for pin in load_pins(data)]
    wanted = [pin.der if isinstance(pin, SignerKey) else pin for pin in expected]
    assert pins == wanted


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither a public key"),
        (b"junk", "neither a public key"),
        (b"{", "not valid JSON"),
        (b'{"a":' + b"[" * 99_999, "not valid JSON"),
        (as_json({}), "neither EC nor RSA"),
        (as_json({"keys": []}), "no key"),
        (as_json({"keys": [5]}), "something else"),
        (as_json(JWK | {"d": "AQAB"}), "private"),
        (as_json(JWK | {"x5c": [text(ONE)]}), "another key"),
        (as_json(JWK | {"x5c": [5]}), "not text"),
        (did(), "no key"),
        (did("did:web:b"), "no key"),
        (did(5), "something else"),
        (did({"publicKeyJwk": JWK | {"x5c": [text(ONE)]}}), "trust list"),
        (did(*[{"publicKeyJwk": JWK}] * 101), "too many"),
        (KEY_PEM * 101, "too many"),
        (KEY_PEM + b" " * 1024 * 1024, "larger"),
        (b"-----BEGIN CERTIFICATE-----\n", "no key"),
        (b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n", "."),
        (b"-----BEGIN PUBLIC KEY-----\n%%%\n-----END PUBLIC KEY-----\n", "."),
        (PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "private"),
        (PRIVATE.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "neither"),
        (ed448.Ed448PrivateKey.generate().public_key().public_bytes(Encoding.PEM, SPKI), "EC nor"),
    ],
)
def test_anything_else_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(PinError, match=why):
        load_pins(data)


@given(st.binary(max_size=200), st.integers(0, len(KEY_PEM)), st.booleans())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_pins_or_an_error_of_the_library(
    junk: bytes, place: int, inside: bool
) -> None:
    with suppress(PinError):
        load_pins(KEY_PEM[:place] + junk + KEY_PEM[place:] if inside else junk)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("gdhcn-prod/WHO-signing-DID.json", 1),
        ("gdhcn-dev/WHO-signing-DID.json", 1),
        ("gdhcn-prod/TNG_TA.chain.pem", 3),
        ("eu-national/DE-dsc-list-signing-key.pem", 1),
        ("eu-national/CH-root.crt", 1),
    ],
)
def test_the_real_files_are_read(shared: Path, name: str, count: int) -> None:
    assert len(load_pins((shared / "trust_lists" / name).read_bytes())) == count
