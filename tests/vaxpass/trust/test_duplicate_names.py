"""A name that stands twice in an object could be read in two ways: no list with one is used."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.certificates import ONE, TWO, certificate
from tests.support.trust_lists import described, spki, text
from vaxpass import TrustListError, read_trust_list
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust.pins import load_pins

KID, OTHER = text(b"12345678"), text(b"87654321")
JWK = {"kid": KID} | to_jwk(certificate(ONE).public_key)


def segment(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def jws(payload: bytes) -> bytes:
    header = b'{"alg":"ES256"}'
    return b".".join((segment(header), segment(payload), segment(bytes(64))))


def dump(content: Any) -> bytes:
    return json.dumps(content).encode()


def dutch(payload: bytes) -> bytes:
    return dump({"payload": text(payload), "signature": text(b"x")})


def german(body: bytes) -> bytes:
    return base64.b64encode(bytes(64)) + b"\n" + body


def plain(body: bytes) -> bytes:
    return body


NATIVE = {
    "format": "vaxpass-trust-list",
    "version": 1,
    "keys": [{"kid": KID, "certificate": text(ONE)}],
}
LISTS: dict[str, tuple[Any, Any, str]] = {
    "vaxpass": (plain, NATIVE | {"test": True}, "test"),
    "vaxpass, an entry": (plain, NATIVE, "kid"),
    "Germany": (
        german,
        {
            "certificates": [
                {"certificateType": "DSC", "country": "XC", "kid": KID, "rawData": text(ONE)}
            ]
        },
        "kid",
    ),
    "GDHCN": (
        plain,
        {
            "id": "did:web:example.org:v2:trustlist",
            "verificationMethod": [{"id": f"did:web:x#{KID}", "publicKeyJwk": {"x5c": [text(ONE)]}}],
        },
        "x5c",
    ),
    "EU gateway": (plain, [{"kid": KID, "rawData": text(ONE)}], "kid"),
    "EU gateway, mirrored": (plain, {"certificates": [{"kid": KID, "rawData": text(ONE)}]}, "rawData"),
    "Switzerland": (jws, {"certs": [{"keyId": KID}]}, "keyId"),
    "Sweden": (jws, {"dsc_trust_list": {"XC": {"keys": [{"kid": KID, "x5c": [text(ONE)]}]}}}, "kid"),
    "Netherlands": (dutch, {"eu_keys": {KID: [{"subjectPk": text(spki(ONE))}]}}, "subjectPk"),
    "Netherlands, mirrored": (plain, {"eu_keys": {KID: [{"subjectPk": text(spki(ONE))}]}}, KID),
    "FR": (plain, {"certificatesDCC": {KID: text(ONE)}}, KID),
    "PL": (plain, [{"identyfikatorKlucza": KID, "certyfikat": text(ONE)}], "identyfikatorKlucza"),
    "GB, NO": (plain, [{"kid": KID, "publicKey": text(spki(ONE))}], "kid"),
    "FR and IT, mirrored": (plain, {KID: described(ONE)}, "publicKeyPem"),
    "IT": (plain, {KID: text(ONE)}, KID),
    "Switzerland, mirrored": (
        plain,
        {KID: [{"use": "sig", **to_jwk(certificate(ONE).public_key)}]},
        "x",
    ),
    "JWK set": (plain, {"keys": [JWK]}, "kid"),
}


def doubled(content: Any, name: str) -> bytes:
    """The JSON with the member of this name written twice, the second time with the same value."""
    written = dump(content)
    start = written.index(dump(name) + b":")
    depth, place = 0, start
    while depth or written[place : place + 1] not in (b",", b"}"):
        depth += (written[place : place + 1] in (b"[", b"{")) - (
            written[place : place + 1] in (b"]", b"}")
        )
        place += 1
    return written[:place] + b", " + written[start:place] + written[place:]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_with_a_name_twice_is_refused(name: str) -> None:
    wrapped, content, member = LISTS[name]
    data = wrapped(doubled(content, member))
    with pytest.raises(TrustListError, match="a name stands twice"):
        read_trust_list(data, source="here", unsigned=True)


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("Switzerland", "GDHCN")])
def test_the_same_list_with_each_name_once_is_read(name: str) -> None:
    wrapped, content, _ = LISTS[name]
    assert len(read_trust_list(wrapped(dump(content)), source="here", unsigned=True)) == 1


def test_a_sidecar_with_a_name_twice_makes_nothing_trusted() -> None:
    active = jws(b'{"activeKeyIds": ["%s"], "activeKeyIds": []}' % KID.encode())
    keys = jws(dump({"certs": [{"keyId": KID, "subjectPublicKeyInfo": text(spki(ONE))}]}))
    with pytest.raises(TrustListError, match="a name stands twice"):
        read_trust_list(keys, source="here", unsigned=True, sidecars=[active])


def test_a_pin_with_a_name_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="a name stands twice"):
        load_pins(doubled(to_jwk(certificate(TWO).public_key), "x"))
