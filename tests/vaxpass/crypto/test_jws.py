"""JWS: only what a pinned key signed, or a certificate that leads to a pinned one, is taken."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.signed import Holder, compact, issue, segment, signature
from tests.support.world import END, NOW, START
from vaxpass.crypto import jws

ROOT = issue("root", ca=True)
MIDDLE = issue("middle", ROOT, ca=True, path_length=0)
LEAF = issue("leaf", MIDDLE)
KEY = LEAF.key
OTHER = issue("root", ca=True)
RSA = rsa.generate_private_key(65537, 2048)
CHAIN = (LEAF.der, MIDDLE.der)
BODY = b'{"list": 1}'
MESSAGE = compact(BODY, KEY, CHAIN)


def verify(data: bytes, *pins: Any, **how: Any) -> str:
    return jws.verify(jws.parse(data), pins, **how)


@pytest.mark.parametrize(
    ("key", "algorithm"), [(KEY, "ES256"), (RSA, "RS256"), (RSA, "PS256")], ids=["ES", "RS", "PS"]
)
def test_each_algorithm_holds_under_the_key_that_signed_and_no_other(key: Any, algorithm: str) -> None:
    data = compact(BODY, key, alg=algorithm)
    assert jws.parse(data).payload == BODY
    assert jws.looks_like_jws(data)
    words = verify(data, OTHER.certificate, key.public_key())
    assert words.startswith(f"{algorithm} signature over the list by the pinned key ")
    for pin in (OTHER.key.public_key(), rsa.generate_private_key(65537, 2048).public_key()):
        with pytest.raises(ValueError, match="does not match"):
            verify(data, pin)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSA, "ES256"),
        (KEY, "RS256"),
        (KEY, "PS256"),
        (ec.generate_private_key(ec.SECP384R1()), "ES256"),
        (rsa.generate_private_key(65537, 1024), "RS256"),  # noqa: S505 - that is the point
    ],
)
def test_a_key_of_another_kind_or_too_small_never_verifies(key: Any, algorithm: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        verify(compact(BODY, key, alg=algorithm), key.public_key())


def test_one_rsa_algorithm_is_not_the_other() -> None:
    head = segment(b'{"alg":"PS256"}') + b"." + segment(BODY)
    data = head + b"." + segment(signature(RSA, "RS256", head))
    with pytest.raises(ValueError, match="does not match"):
        verify(data, RSA.public_key())


@pytest.mark.parametrize(
    "pin", [LEAF.certificate, KEY.public_key(), MIDDLE.certificate, ROOT.certificate]
)
def test_a_pin_anywhere_on_the_way_is_enough(pin: Any) -> None:
    assert "pinned" in verify(MESSAGE, pin, at=NOW, leaf_name="leaf")


def test_a_root_in_the_header_does_no_harm_and_no_good() -> None:
    data = compact(BODY, KEY, (*CHAIN, ROOT.der))
    assert "pinned certificate" in verify(data, ROOT.certificate)
    for pins in ([], [OTHER.certificate], [ROOT.key.public_key()]):
        with pytest.raises(ValueError, match="does not lead"):
            verify(data, *pins)


def attacks() -> dict[str, tuple[Holder, tuple[Holder, ...]]]:
    own_root = issue("root", ca=True)
    own_middle = issue("middle", own_root, ca=True)
    under_leaf = issue("below", LEAF)
    deep_middle = issue("deep", MIDDLE, ca=True)
    return {
        "a chain of one's own": (issue("leaf", own_middle), (own_middle, own_root)),
        "the true authority beside another leaf": (issue("leaf", own_middle), (MIDDLE, ROOT)),
        "a leaf that issues": (under_leaf, (LEAF, MIDDLE)),
        "a path that is too long": (issue("leaf", deep_middle), (deep_middle, MIDDLE)),
        "no authorities": (LEAF, ()),
        "a gap": (LEAF, (ROOT,)),
    }


@pytest.mark.parametrize(("holder", "above"), attacks().values(), ids=attacks())
def test_a_chain_that_does_not_hold_is_refused(holder: Holder, above: tuple[Holder, ...]) -> None:
    data = compact(BODY, holder.key, (holder.der, *(one.der for one in above)))
    with pytest.raises(ValueError, match="does not lead"):
        verify(data, ROOT.certificate)


def test_a_true_chain_beside_the_signature_of_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="does not match"):
        verify(compact(BODY, OTHER.key, CHAIN), ROOT.certificate)


def test_the_name_of_the_leaf_counts_unless_it_is_pinned_itself() -> None:
    with pytest.raises(ValueError, match="not the one named"):
        verify(MESSAGE, ROOT.certificate, leaf_name="other")
    assert verify(MESSAGE, LEAF.certificate, leaf_name="other")


def test_every_certificate_on_the_way_must_be_valid() -> None:
    for pin in (LEAF.certificate, ROOT.certificate):
        assert verify(MESSAGE, pin, at=END)
        for at in (START - timedelta(seconds=1), START + timedelta(days=1000, seconds=1)):
            with pytest.raises(ValueError, match="not valid at this time"):
                verify(MESSAGE, pin, at=at)
    short = issue("middle", ROOT, ca=True, days=10)
    leaf = issue("leaf", short)
    data = compact(BODY, leaf.key, (leaf.der, short.der))
    assert verify(data, ROOT.certificate)
    with pytest.raises(ValueError, match="not valid at this time"):
        verify(data, ROOT.certificate, at=NOW)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": ["ES256"]},
        {"alg": None},
        {"alg": ...},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": True},
        {"x5c": "text"},
        {"x5c": [1]},
        {"x5c": ["%"]},
        {"x5c": ["AAAA"] * 9},
        {"filling": "x" * 300_000},
    ],
)
def test_a_header_that_asks_for_more_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="signed message"):
        jws.parse(compact(BODY, KEY, **header))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"..",
        b"a.b",
        MESSAGE + b".",
        MESSAGE + b"=",
        MESSAGE.replace(b".", b". ", 1),
        segment(b"[]") + b".AAAA.AAAA",
        segment(b'{"alg":"ES256","alg":"ES256"}') + b".AAAA.AAAA",
        segment(b'{"a":' + b"[" * 100_000) + b".AAAA.AAAA",
        segment(b"\xff") + b".AAAA.AAAA",
        segment(b'{"alg":"ES256"}') + b".AB.AAAA",
        b"A" * (jws.LARGEST + 1),
    ],
    ids=range(12),
)
def test_what_is_malformed_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="signed message"):
        jws.parse(data)


@given(st.integers(0, len(MESSAGE) - 1), st.integers(1, 255))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_a_single_changed_byte_makes_it_useless(place: int, change: int) -> None:
    data = bytearray(MESSAGE)
    data[place] ^= change
    if bytes(data).strip() == MESSAGE:
        return
    for pin in (LEAF.certificate, ROOT.certificate):
        with pytest.raises(ValueError, match=r"\w"):
            verify(bytes(data), pin)


@given(st.binary(max_size=80), st.binary(max_size=80))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_any_bytes_that_nobody_signed_give_a_value_error(header: bytes, rest: bytes) -> None:
    whole = json.dumps({"alg": "ES256", "x5c": [header.hex()]}).encode()
    for data in (header, segment(header) + b"." + rest + b".", segment(whole) + b"." + rest + b".AAAA"):
        jws.looks_like_jws(data)
        with pytest.raises(ValueError, match=r"\w"):
            verify(data, ROOT.certificate)
