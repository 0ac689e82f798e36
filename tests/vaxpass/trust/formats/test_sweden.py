"""The Swedish list: a JWS, nothing of which is used unless a pinned key vouches for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate
from tests.support.signed import compact, issue
from tests.support.trust_lists import only_a_trust_list_error, text
from tests.support.world import NOW
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto.keys import to_jwk

RSA_KEY = rsa.generate_private_key(65537, 2048)
LEAF = issue("list", key=RSA_KEY)
OTHER = issue("list")
KEY = {"kid": text(b"12345678"), "x5c": [text(ONE)]}
MADE, END = int(NOW.timestamp()), int((NOW + timedelta(hours=72)).timestamp())


def content(**countries: list[Any]) -> dict[str, Any]:
    listed = {country: {"keys": keys} for country, keys in countries.items()}
    return {"iss": "SE", "iat": MADE, "exp": END, "dsc_trust_list": listed}


def sign(payload: object, leaf: Any = LEAF, **header: Any) -> bytes:
    return compact(payload, leaf.key, (leaf.der,), **header)


def read(data: bytes, *pins: Any, **how: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, **how)


LIST = sign(content(XA=[KEY], XB=[KEY | {"x5c": [text(TWO), "chain"]}]))


@pytest.mark.parametrize("pin", [LEAF.certificate, RSA_KEY.public_key()])
def test_a_list_is_read_under_the_key_that_signed_it(pin: Any) -> None:
    trust = read(LIST, OTHER.certificate, pin, at=NOW)
    assert [(key.country, key.certificate.der, key.kid) for key in trust] == [
        ("XA", ONE, b"12345678"),
        ("XB", TWO, b"12345678"),
    ]
    assert trust.made_at == NOW
    assert all(key.trusted_by.startswith("RS256 signature") for key in trust)


def test_an_ec_key_signs_as_well_and_a_bare_key_is_listed() -> None:
    jwk = {"kid": KEY["kid"], **to_jwk(certificate(ONE).public_key)}
    (key,) = read(sign(content(XA=[jwk]), OTHER), OTHER.certificate)
    assert key.certificate.is_bare_key
    assert key.certificate.public_key == certificate(ONE).public_key


def test_without_a_pin_it_is_refused_unless_the_user_says_so() -> None:
    with pytest.raises(TrustListError, match="pins="):
        read(LIST)
    assert {key.trusted_by for key in read(LIST, unsigned=True)} == {
        "unsigned, because the user said so"
    }


def test_under_another_key_it_is_refused() -> None:
    for how in ({}, {"unsigned": True}):
        with pytest.raises(TrustListError, match="does not lead"):
            read(LIST, OTHER.certificate, **how)
    with pytest.raises(TrustListError, match="does not match"):
        read(compact(content(XA=[KEY]), OTHER.key), LEAF.certificate)


def test_an_expired_list_or_signer_is_refused() -> None:
    assert read(LIST, LEAF.certificate, at=NOW + timedelta(hours=72))
    with pytest.raises(TrustListError, match="may be used until"):
        read(LIST, LEAF.certificate, at=NOW + timedelta(hours=73))
    with pytest.raises(TrustListError, match="not valid at this time"):
        read(LIST, LEAF.certificate, at=NOW + timedelta(days=2000))


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        KEY | {"kid": None},
        KEY | {"kid": "%"},
        KEY | {"kid": ""},
        KEY | {"x5c": ["%"]},
        KEY | {"x5c": [5]},
        KEY | {"x5c": [text(b"junk")]},
        KEY | {"x5c": {}},
        {"kid": KEY["kid"], "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    ],
)
def test_a_broken_key_is_skipped_alone(entry: object) -> None:
    trust = read(sign(content(XA=[entry, KEY])), LEAF.certificate)
    assert [key.certificate.der for key in trust] == [ONE]
    assert [skipped.entry for skipped in trust.skipped] == ["XA 1"]


@pytest.mark.parametrize("country", [None, [], {}, {"keys": 5}])
def test_a_broken_country_is_skipped_alone(country: object) -> None:
    payload = {"dsc_trust_list": {"XB": country, "XA": {"keys": [KEY]}}}
    trust = read(sign(payload), LEAF.certificate)
    assert (len(trust), [skipped.entry for skipped in trust.skipped]) == (1, ["XB 1"])
    assert trust.made_at is None


@pytest.mark.parametrize(
    "payload",
    [
        {"dsc_trust_list": []},
        {"x": "dsc_trust_list"},
        {"x": {"dsc_trust_list": {}}},
        b'["dsc_trust_list"]',
        b'{"dsc_trust_list": ',
        content(XA=[]) | {"iat": "now"},
        content(XA=[]) | {"exp": True},
        content(XA=[]) | {"exp": 1e400},
    ],
)
def test_signed_content_that_is_no_list_is_refused(payload: object) -> None:
    with pytest.raises(TrustListError, match=r"^here: "):
        read(sign(payload), LEAF.certificate)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"crit": ["x"]}])
def test_a_header_that_asks_for_more_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TrustListError):
        read(sign(content(XA=[KEY]), **header), LEAF.certificate, unsigned=True)


@given(st.integers(0, len(LIST) - 1), st.integers(1, 255))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_a_single_changed_byte_makes_it_useless(place: int, change: int) -> None:
    data = bytearray(LIST)
    data[place] ^= change
    if bytes(data).strip() != LIST:
        with pytest.raises(TrustListError):
            read(bytes(data), LEAF.certificate)


@given(st.integers(0, 400), st.binary(max_size=40))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_signed_ends_in_a_list_or_a_trust_list_error(place: int, junk: bytes) -> None:
    payload = json.dumps(content(XA=[KEY])).encode()
    data = sign(payload[:place] + junk + payload[place:])
    only_a_trust_list_error(data, pins=[LEAF.certificate])
