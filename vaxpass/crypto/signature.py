"""Does a signature fit? ES256 and PS256 (RFC 9053, HCERT specification 1.0.8 section 3.3.2).

OpenSSL verifies, through pyca/cryptography.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from vaxpass.crypto.certificate import PublicKey, key_name
from vaxpass.crypto.cose import Algorithm

_SHA256: Final = SHA256()
_PSS: Final = PSS(MGF1(_SHA256), salt_length=32)
_LEAST_RSA_BITS: Final = 2048
P384_SIGNATURE_BYTES: Final = 96
"""The length of a signature with a P-384 key; no other key that is accepted makes such a one."""
_ECDSA_BYTES: Final = {"P-256": 64, "P-384": P384_SIGNATURE_BYTES}


@cache
def _ecdsa() -> ECDSA:
    """Made at first use: making one loads a good part of the binding to OpenSSL."""
    return ECDSA(_SHA256)


def key_fits(algorithm: Algorithm, key_name: str, *, p384: bool = False) -> bool:
    """Whether a key of this kind (`EC P-256`, `RSA 2048`) is one that the algorithm takes.

    ES256 takes P-256, and P-384 only where `p384` says so; PS256 takes RSA from 2048 bits on.
    """
    kind, _, size = key_name.partition(" ")
    if algorithm is Algorithm.PS256:
        return kind == "RSA" and int(size) >= _LEAST_RSA_BITS
    return size == "P-256" or (p384 and size == "P-384")


def well_formed(signature: bytes, key_name: str) -> bool:
    """Whether a signature has exactly the length that a key of this kind gives it.

    Longer ones padded with zeros would be the same number, and so a second signature.
    """
    kind, _, size = key_name.partition(" ")
    if kind == "RSA":
        return len(signature) == (int(size) + 7) // 8
    return len(signature) == _ECDSA_BYTES[size]


def verifies(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether `signature` over `signed` was made with `key`, which fits and is well formed."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, signed, _PSS, _SHA256)
        else:
            half = len(signature) // 2
            r = int.from_bytes(signature[:half], "big")
            s = int.from_bytes(signature[half:], "big")
            key.verify(encode_dss_signature(r, s), signed, _ecdsa())
    except (InvalidSignature, ValueError):
        return False
    return True


def es256_verifies(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether a raw r||s signature over `signed` was made with a P-256 `key`."""
    name = key_name(key)
    return (
        key_fits(Algorithm.ES256, name)
        and well_formed(signature, name)
        and verifies(key, signature, signed)
    )
