"""The EU gateway's items: each needs the signature of its own country's uploader."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.authorities import issue
from tests.support.certificates import ONE, TWO, certificate
from tests.support.cms_messages import DETACHED, certify, sign, signer_of
from tests.support.trust_lists import only_a_trust_list_error, text
from tests.support.world import NOW
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto.cms import verify_detached

KEY = ec.generate_private_key(ec.SECP256R1())
UPLOADER = certify(KEY)
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = certify(OTHER_KEY)
FOREIGN_KEY = ec.generate_private_key(ec.SECP256R1())
FOREIGN = certify(FOREIGN_KEY, country="XB")
PIN = signer_of(UPLOADER)


def item(der: bytes = ONE, message: bytes | None = None, **changes: Any) -> dict[str, Any]:
    message = sign(der, KEY, UPLOADER, DETACHED) if message is None else message
    entry = {"certificateType": "DSC", "country": "XA", "kid": text(b"12345678")}
    return entry | {"rawData": text(der), "signature": text(message)} | changes


def listed(*items: object, wrapped: bool = False) -> bytes:
    return json.dumps({"certificates": items} if wrapped else items).encode()


def read(data: bytes, *pins: Any, **options: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, **options)


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("options", [[], [DETACHED], [PKCS7Options.NoAttributes]])
def test_an_item_is_read_under_its_uploader(wrapped: bool, options: list[PKCS7Options]) -> None:
    data = listed(item(message=sign(ONE, KEY, UPLOADER, *options)), wrapped=wrapped)
    for pin in (PIN, KEY.public_key()):
        (key,) = read(data, pin)
        assert (key.kid, key.certificate, key.country) == (b"12345678", certificate(ONE), "XA")
        assert key.trusted_by.startswith("CMS signature over the certificate by the pinned key ")


def test_a_message_without_its_certificate_is_read_under_a_pinned_one() -> None:
    data = listed(item(message=sign(ONE, KEY, UPLOADER, DETACHED, PKCS7Options.NoCerts)))
    assert len(read(data, PIN)) == 1
    with pytest.raises(TrustListError, match="no signature"):
        read(data, KEY.public_key())


def test_an_uploader_may_be_issued_by_a_pinned_authority() -> None:
    authority = issue("uploads", country="XA")
    uploader = issue("uploader", authority, ca=False, country="XA")
    data = listed(item(message=sign(ONE, uploader.key, uploader.x509)))
    (key,) = read(data, authority.certificate, at=NOW)
    assert "of the pinned authority" in key.trusted_by
    for pin in (issue("uploads", country="XA"), issue("uploads", ca=False, key=authority.key)):
        with pytest.raises(TrustListError, match="neither pinned nor issued"):
            read(data, pin.certificate)


@pytest.mark.parametrize("which", ["authority", "uploader"])
def test_an_expired_signer_is_refused(which: str) -> None:
    authority = issue("uploads", country="XA", days=30 if which == "authority" else 900)
    days = 30 if which == "uploader" else 900
    uploader = issue("uploader", authority, ca=False, country="XA", days=days)
    data = listed(item(message=sign(ONE, uploader.key, uploader.x509)))
    assert len(read(data, authority.certificate)) == 1
    with pytest.raises(TrustListError, match="not valid at the time asked"):
        read(data, authority.certificate, at=NOW)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (item(TWO, sign(ONE, KEY, UPLOADER)), "other content"),
        (item(TWO, sign(ONE, KEY, UPLOADER, DETACHED)), "digest is another one"),
        (item(ONE, sign(ONE, OTHER_KEY, OTHER)), "neither pinned nor issued"),
        (item(ONE, sign(ONE, FOREIGN_KEY, FOREIGN)), "signed by an uploader of XB"),
        # Its own key under a certificate that it made for another country.
        (item(ONE, sign(ONE, FOREIGN_KEY, certify(FOREIGN_KEY))), "signed by an uploader of XB"),
        (item(ONE, b"junk"), "CMS message"),
        (item(signature=5), "not text"),
        (item(signature=None), "not signed"),
        (item(rawData=None), "not text"),
        (item(rawData=text(b"junk")), "not a usable X.509"),
        (item(kid=5), "kid is not text"),
        (item(country=5), "country is not text"),
        (None, "not an object"),
        ([], "not an object"),
    ],
)
def test_a_broken_item_is_skipped_alone(broken: object, reason: str) -> None:
    trust = read(listed(broken, item()), PIN, signer_of(FOREIGN))
    assert [key.certificate.der for key in trust] == [ONE]
    (skipped,) = trust.skipped
    assert reason in skipped.reason


def test_a_list_without_any_good_item_is_refused() -> None:
    with pytest.raises(TrustListError, match="none of its items can be used: it is not signed"):
        read(listed(item(signature=None), item(signature=5)), PIN)


@pytest.mark.parametrize("kind", ["CSCA", "UPLOAD", "AUTHENTICATION", None, 5])
def test_other_certificates_sign_no_passports(kind: object) -> None:
    trust = read(listed(item(TWO, certificateType=kind), item()), PIN)
    assert (len(trust), trust.skipped) == (1, ())


def test_without_pins_it_is_used_only_where_allowed() -> None:
    mirror = listed({"kid": text(b"12345678"), "rawData": text(ONE)}, wrapped=True)
    for data, why in ((listed(item()), "items are signed"), (mirror, "no signatures")):
        with pytest.raises(TrustListError, match=why):
            read(data)
        (key,) = read(data, unsigned=True)
        assert (key.country, key.trusted_by) == ("XA", "unsigned, because the user said so")
    with pytest.raises(TrustListError, match="not signed"):
        read(mirror, PIN)
    assert len(read(mirror, PIN, unsigned=True)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b'["rawData"',
        b'{"certificates": {"rawData": 1}}',
        b'{"certificates": "rawData", "rawData": 1}',
        b'["rawData", ' + b"[" * 100_000,
    ],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(TrustListError):
        read(content, PIN)


DATA = listed(item(message=sign(ONE, KEY, UPLOADER)))


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_changed_byte_never_changes_the_certificate(place: int, change: int) -> None:
    data = bytearray(DATA)
    data[place] ^= change
    try:
        trust = read(bytes(data), PIN)
    except TrustListError:
        return
    assert {key.certificate.der for key in trust} <= {ONE}


@given(st.integers(0, len(DATA)), st.binary(max_size=20))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_a_list_or_a_trust_list_error(place: int, junk: bytes) -> None:
    only_a_trust_list_error(DATA[:place] + junk + DATA[place:], pins=[PIN])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "verified", "sha1"),
    [("DE-signed-covpass-prod-2023-12-01.txt", 820, 9), ("DE-signed-covpass-demo.txt", 609, 1)],
)
def test_the_uploaders_signatures_of_the_german_list_hold(
    shared: Path, name: str, verified: int, sha1: int
) -> None:
    body = (shared / "trust_lists" / "eu-national" / name).read_bytes().partition(b"\n")[2]
    uploaders = {}
    for entry in json.loads(body)["certificates"]:
        raw, message = (base64.b64decode(entry[name]) for name in ("rawData", "signature"))
        try:
            uploader = verify_detached(message, raw)
        except ValueError:
            continue
        uploaders[uploader.der] = uploader
    trust = read(body, *uploaders.values())
    assert (len(trust), len(trust.skipped)) == (verified, sha1)
    # The Norwegian uploader signs with SHA-1.
    assert all("hash that is not known" in skipped.reason for skipped in trust.skipped)
    # Without the uploaders of one country, its signers go, and only its.
    fewer = read(body, *(u for u in uploaders.values() if u.country != "FR"))
    assert {key.country for key in trust} - {key.country for key in fewer} == {"FR"}


@pytest.mark.parametrize(
    ("name", "count"),
    [("trustlist_at.json", 791), ("trustlist_de.json", 832), ("trustlist_se.json", 616)],
)
def test_the_mirrors_are_read_as_unsigned(shared: Path, name: str, count: int) -> None:
    data = (shared / "trust_lists" / "eu-national" / name).read_bytes()
    with pytest.raises(TrustListError, match="unsigned=True"):
        read(data)
    trust = read(data, unsigned=True)
    assert (len(trust), trust.skipped) == (count, ())
