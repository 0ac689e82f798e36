"""The file that vouches for a list of Austria: its content, its signature and who made it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.signed import PrivateKey, issue, signature
from tests.support.world import NOW
from vaxpass.crypto import Algorithm, cose

SIGNER = issue("list")
KEY = SIGNER.key
OTHER = issue("list")
MADE, END = int(NOW.timestamp()), int((NOW + timedelta(hours=48)).timestamp())


def sign(data: bytes, key: PrivateKey = KEY, **changes: Any) -> bytes:
    """The file that vouches for `data`; changes are named `label_2` and so on."""
    content = {2: hashlib.sha256(data).digest(), 4: END, 5: MADE}
    content |= {int(name.removeprefix("label_")): value for name, value in changes.items()}
    return message(cbor2.dumps({k: v for k, v in content.items() if v is not ...}), key)


def message(payload: bytes, key: PrivateKey = KEY) -> bytes:
    algorithm = Algorithm.PS256 if isinstance(key, rsa.RSAPrivateKey) else Algorithm.ES256
    return cose.build(payload, algorithm, b"any", lambda data: signature(key, algorithm.name, data))
