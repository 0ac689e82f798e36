"""Trust lists, signed as Germany signs them."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.certificates import ONE, TWO
from tests.support.trust_lists import text

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
ENTRY = {"certificateType": "DSC", "country": "XA", "kid": text(b"12345678"), "rawData": text(ONE)}


def sign(body: bytes, key: ec.EllipticCurvePrivateKey = KEY, line_end: bytes = b"\n") -> bytes:
    """A list: the raw signature in Base64, then what it is over."""
    r, s = decode_dss_signature(key.sign(body, ec.ECDSA(SHA256())))
    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")) + line_end + body


def body(*entries: object) -> bytes:
    return json.dumps({"certificates": entries}).encode()


LIST = sign(body(ENTRY, ENTRY | {"rawData": text(TWO), "country": "XB"}))
