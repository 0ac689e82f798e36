"""The Dutch list: bare keys under a detached CMS signature, and what each may sign."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.authorities import issue
from tests.support.cms_messages import DETACHED, certify, sign, signer_of
from tests.support.trust_lists import only_a_trust_list_error, text
from tests.support.world import NOW
from vaxpass import Kind, TrustList, TrustListError, read_trust_list
from vaxpass.codes import DCC_KINDS

KEY = ec.generate_private_key(ec.SECP256R1())
SIGNER = certify(KEY)
PIN = signer_of(SIGNER)
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


ONE, TWO = (spki(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
KID = text(b"12345678")


def entry(der: bytes = ONE, **changes: Any) -> dict[str, Any]:
    return {"subjectPk": text(der), "ian": "VN", "san": "", "keyUsage": []} | changes


def payload(keys: object) -> bytes:
    return json.dumps({"cl_keys": [], "nl_keys": {}, "eu_keys": keys}).encode()


def packed(content: bytes, message: bytes | None = None) -> bytes:
    message = sign(content, KEY, SIGNER, DETACHED) if message is None else message
    return json.dumps({"payload": text(content), "signature": text(message)}).encode()


def read(data: bytes, *pins: Any, **options: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, **options)


CONTENT = payload({KID: [entry(), entry(TWO, ian="nl", keyUsage=["t", "r"])]})
LIST = packed(CONTENT)


def test_a_list_is_read_under_its_signer() -> None:
    for pin in (PIN, KEY.public_key()):
        one, two = read(LIST, pin)
        assert one.kid == two.kid == b"12345678"
        assert (one.certificate.der, two.certificate.der) == (ONE, TWO)
        assert (one.certificate.is_bare_key, one.country, two.country) == (True, "VN", "NL")
        assert [one.kinds, two.kinds] == [DCC_KINDS, frozenset({Kind.TEST, Kind.RECOVERY})]
        assert one.trusted_by.startswith("CMS signature over the list by the pinned key ")


def test_its_signer_may_be_issued_by_a_pinned_certificate() -> None:
    authority = issue("State")
    signer = issue("list", authority, ca=False, days=30)
    data = packed(CONTENT, sign(CONTENT, signer.key, signer.x509, DETACHED))
    assert len(read(data, authority.certificate)) == 2
    with pytest.raises(TrustListError, match="not valid at the time asked"):
        read(data, authority.certificate, at=NOW)


@pytest.mark.parametrize("data", [LIST, CONTENT], ids=["signed", "raw"])
def test_without_a_pin_it_is_used_only_where_allowed(data: bytes) -> None:
    with pytest.raises(TrustListError, match="unsigned=True"):
        read(data)
    assert {key.trusted_by for key in read(data, unsigned=True)} == {
        "unsigned, because the user said so"
    }


def test_the_raw_list_has_no_signature_that_a_pin_could_hold_for() -> None:
    with pytest.raises(TrustListError, match="without its signature"):
        read(CONTENT, PIN)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (packed(CONTENT + b" ", sign(CONTENT, KEY, SIGNER, DETACHED)), "digest is another"),
        (packed(CONTENT, sign(CONTENT, OTHER_KEY, certify(OTHER_KEY), DETACHED)), "neither pinned"),
        (packed(CONTENT, b"junk"), "CMS message"),
        (b'{"payload": 5, "signature": ""}', "payload is not text"),
        (b'{"payload": "%%", "signature": ""}', "payload is not Base64"),
        (b'{"payload": "", "signature": null}', "signature is not text"),
        (b'{"payload", "signature"', "not a Dutch trust list"),
        (b'{"payload": {"signature": ' + b"[" * 99_999, "not a Dutch trust list"),
        (packed(b"[]"), "not a Dutch trust list"),
        (packed(b"{}"), "no keys of the EU"),
        (packed(payload([])), "no keys of the EU"),
    ],
)
@pytest.mark.parametrize("unsigned", [True, False])
def test_what_is_not_signed_or_no_list_is_refused(data: bytes, why: str, unsigned: bool) -> None:
    with pytest.raises(TrustListError, match=why):
        read(data, PIN, unsigned=unsigned)


@pytest.mark.parametrize(
    ("kid", "broken", "reason"),
    [
        (KID, None, "not an object"),
        (KID, [[]], "not an object"),
        (KID, [entry(subjectPk=None)], "not text"),
        (KID, [entry(b"junk")], "not a usable public key"),
        (KID, [entry(keyUsage="t")], "not a list"),
        ("%%%", [entry()], "not Base64"),
    ],
)
def test_a_broken_entry_is_skipped_alone(kid: str, broken: object, reason: str) -> None:
    good = {text(b"87654321"): [entry(TWO)]}
    trust = read(packed(payload({kid: broken} | good)), PIN)
    assert [key.certificate.der for key in trust] == [TWO]
    (skipped,) = trust.skipped
    assert reason in skipped.reason


@pytest.mark.parametrize("country", ["NLD", "", 5, None, "1A"])
def test_a_country_that_is_none_is_left_out(country: object) -> None:
    (key,) = read(packed(payload({KID: [entry(ian=country, keyUsage=["x", 5])]})), PIN)
    assert key.country is None
    assert key.kinds == DCC_KINDS


@given(st.integers(0, len(LIST) - 1), st.integers(1, 255))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_changed_byte_never_changes_the_keys(place: int, change: int) -> None:
    data = bytearray(LIST)
    data[place] ^= change
    try:
        trust = read(bytes(data), PIN)
    except TrustListError:
        return
    assert [key.certificate.der for key in trust] == [ONE, TWO]


@given(st.integers(0, len(LIST)), st.binary(max_size=20))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_a_list_or_a_trust_list_error(place: int, junk: bytes) -> None:
    only_a_trust_list_error(LIST[:place] + junk + LIST[place:], pins=[PIN])


def test_the_real_keys_are_read_as_unsigned(shared: Path) -> None:
    data = (shared / "trust_lists" / "eu-national" / "trustlist_nl.raw.keys.json").read_bytes()
    with pytest.raises(TrustListError, match="unsigned=True"):
        read(data)
    trust = read(data, unsigned=True)
    # 806 entries, of which two are the same key under the same kid.
    assert (len(trust), trust.skipped) == (805, ())
    assert all(key.certificate.is_bare_key for key in trust)
    assert {key.country for key in trust} >= {"NL", "VN", "DE"}
    assert sum(key.kinds == {Kind.TEST} for key in trust) == 35
