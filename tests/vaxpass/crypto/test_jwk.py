"""JSON Web Keys: the same key comes back, and nothing that is not a public key is taken for one."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.crypto.keys import PublicKey, from_jwk, to_jwk

KEYS: list[PublicKey] = [
    ec.generate_private_key(ec.SECP256R1()).public_key(),
    ec.generate_private_key(ec.SECP384R1()).public_key(),
    ec.generate_private_key(ec.SECP521R1()).public_key(),
    rsa.generate_private_key(65537, 2048).public_key(),
]
EC = to_jwk(KEYS[0])


@pytest.mark.parametrize("key", KEYS, ids=["P-256", "P-384", "P-521", "RSA"])
def test_a_key_comes_back(key: Any) -> None:
    assert from_jwk(to_jwk(key)) == key


def test_a_coordinate_keeps_its_leading_zeros() -> None:
    assert {len(to_jwk(KEYS[2])[name]) for name in ("x", "y")} == {88}


def test_numbers_in_plain_base64_with_an_extra_zero_byte_are_read() -> None:
    x = base64.urlsafe_b64decode(EC["x"] + "=")
    text = base64.b64encode(b"\0" + x).decode()
    assert from_jwk(EC | {"x": text}) == KEYS[0]


def test_a_curve_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no name for the curve"):
        to_jwk(ec.generate_private_key(ec.SECP256K1()).public_key())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kty": "oct"}, "neither EC nor RSA"),
        ({"kty": None}, "neither EC nor RSA"),
        ({"kty": []}, "neither EC nor RSA"),
        ({"d": "AQAB"}, "private"),
        ({"crv": "secp256k1"}, "no curve"),
        ({"crv": "UNKNOWN CURVE"}, "no curve"),
        ({"crv": ["P-256"]}, "no curve"),
        ({"crv": "P-384"}, "."),
        ({"x": EC["y"], "y": EC["y"]}, "."),
        ({"x": None}, "missing"),
        ({"x": ""}, "missing"),
        ({"x": "A" * 5000}, "missing"),
        ({"x": "é"}, "not Base64"),
        ({"x": "A"}, "not Base64"),
        ({"kty": "RSA", "n": "AQ", "e": "AQAB"}, "."),
        ({"kty": "RSA", "n": EC["x"]}, "JWK's e"),
    ],
)
def test_what_is_no_public_key_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        from_jwk(EC | changes)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e"]),
        st.none() | st.integers() | st.sampled_from(["EC", "RSA", "P-256", EC["x"]]) | st.text(),
    )
)
@settings(max_examples=120, derandomize=True, deadline=None)
def test_whatever_is_given_ends_in_a_key_or_a_value_error(jwk: dict[str, Any]) -> None:
    with suppress(ValueError):
        from_jwk(jwk)
