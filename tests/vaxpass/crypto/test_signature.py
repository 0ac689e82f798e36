"""Signatures: published attacks, agreement with pycose, and no private key in pure Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256K1,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pycose.keys.cosekey import CoseKey
from pycose.messages.sign1message import Sign1Message

from tests.support.handmade import Parts, header
from tests.support.paths import ROOT
from tests.support.world import World, claims
from vaxpass.crypto import Algorithm, SignerKey, load_public_key
from vaxpass.crypto.keys import CURVES, KeyType, PublicKey
from vaxpass.crypto.signature import Result, signature_bytes, takes, verify

_CURVES = {curve.name: curve for curve in CURVES}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_type(name: str) -> KeyType:
    """The type that is shown as `name`."""
    kind, _, size = name.partition(" ")
    if kind == "RSA":
        return KeyType(int(size))
    curve = _CURVES.get(size)
    return KeyType(curve.parameters.key_size if curve else 256, curve, size)


def wycheproof(shared: Path, file: str) -> dict[str, Any]:
    text = (shared / "vectors/wycheproof" / file).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("file", "algorithm", "valid", "invalid"),
    [
        ("ecdsa_secp256r1_sha256_p1363_test.json", Algorithm.ES256, 173, 89),
        ("rsa_pss_2048_sha256_mgf1_32_test.json", Algorithm.PS256, 63, 45),
        ("rsa_pss_3072_sha256_mgf1_32_test.json", Algorithm.PS256, 63, 45),
    ],
)
def test_every_case_of_wycheproof_is_judged_as_it_says(
    shared: Path, file: str, algorithm: Algorithm, valid: int, invalid: int
) -> None:
    counts = {"valid": 0, "invalid": 0}
    wrong = []
    for group in wycheproof(shared, file)["testGroups"]:
        key = load_public_key(bytes.fromhex(group["publicKeyDer"]))
        for case in group["tests"]:
            signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            counts[case["result"]] += 1
            if bool(verify(algorithm, key, signature, message)) is not (case["result"] == "valid"):
                wrong.append(case["tcId"])
    assert wrong == []
    assert counts == {"valid": valid, "invalid": invalid}


@pytest.mark.parametrize(
    ("algorithm", "name", "p384", "fits"),
    [
        (Algorithm.ES256, "EC P-256", False, True),
        (Algorithm.ES256, "EC P-384", False, False),
        (Algorithm.ES256, "EC P-384", True, True),
        (Algorithm.ES256, "EC P-521", True, False),
        (Algorithm.ES256, "EC secp256k1", True, False),
        (Algorithm.ES256, "EC brainpoolP256r1", True, False),
        (Algorithm.ES256, "RSA 2048", True, False),
        (Algorithm.PS256, "RSA 2048", False, True),
        (Algorithm.PS256, "RSA 4096", False, True),
        (Algorithm.PS256, "RSA 2047", False, False),
        (Algorithm.PS256, "RSA 1024", False, False),
        (Algorithm.PS256, "EC P-256", True, False),
    ],
)
def test_which_keys_an_algorithm_takes(algorithm: Algorithm, name: str, p384: bool, fits: bool) -> None:
    assert takes(algorithm, key_type(name), p384=p384) is fits
    if algorithm is Algorithm.PS256:
        assert takes(Algorithm.RS256, key_type(name), p384=p384) is fits


@pytest.mark.parametrize(
    ("name", "length"),
    [("EC P-256", 64), ("EC P-384", 96), ("RSA 2048", 256), ("RSA 3072", 384), ("RSA 2049", 257)],
)
def test_a_signature_has_one_length_for_its_key(name: str, length: int) -> None:
    assert signature_bytes(key_type(name)) == length


# What becomes of a signature


def test_only_a_verified_signature_is_true() -> None:
    assert [result for result in Result if result] == [Result.VERIFIED]


@pytest.mark.parametrize("which", ["es256", "ps256"])
def test_the_result_says_why_a_signature_is_refused(world: World, which: str) -> None:
    signer = getattr(world, which).signer()
    other = Algorithm.PS256 if which == "es256" else Algorithm.ES256
    key, signature = signer.public_key, signer.sign(b"data")
    assert verify(signer.algorithm, key, signature, b"data") is Result.VERIFIED
    assert verify(signer.algorithm, key, signature, b"date") is Result.MISMATCH
    for malformed in (b"", signature[:-1], signature + b"\0", b"\0" + signature, 2 * signature):
        assert verify(signer.algorithm, key, malformed, b"data") is Result.MALFORMED
    # The type of the key is told first.
    for anything in (b"", signature):
        assert verify(other, key, anything, b"data") is Result.KEY_TYPE


def test_a_key_on_p384_is_taken_only_where_it_is_allowed() -> None:
    private = generate_private_key(SECP384R1())
    r, s = decode_dss_signature(private.sign(b"data", ECDSA(SHA256())))
    signature, key = r.to_bytes(48, "big") + s.to_bytes(48, "big"), private.public_key()
    assert verify(Algorithm.ES256, key, signature, b"data") is Result.KEY_TYPE
    assert verify(Algorithm.ES256, key, signature, b"data", p384=True) is Result.VERIFIED
    assert verify(Algorithm.ES256, key, signature[:64], b"data", p384=True) is Result.MALFORMED


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (generate_private_key(SECP256R1()).public_key(), "EC P-256"),
        (generate_private_key(SECP384R1()).public_key(), "EC P-384"),
        (generate_private_key(SECP521R1()).public_key(), "EC P-521"),
        (generate_private_key(SECP256K1()).public_key(), "EC secp256k1"),
        (generate_rsa_key(65537, 2048).public_key(), "RSA 2048"),
    ],
)
def test_the_type_of_a_key_is_shown_as_ever(key: PublicKey, shown: str) -> None:
    assert str(KeyType.of(key)) == SignerKey.from_key(key).key_name == shown
    assert KeyType.of(key).is_rsa is shown.startswith("RSA")


# Agreement with pycose


def pycose_key(key: PublicKey) -> CoseKey:
    if isinstance(key, EllipticCurvePublicKey):
        point = key.public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return CoseKey.from_dict({1: 2, -1: 1, -2: x, -3: y})
    assert isinstance(key, RSAPublicKey)
    numbers = key.public_numbers()
    n, e = (number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (numbers.n, numbers.e))
    return CoseKey.from_dict({1: 3, -1: n, -2: e})


def pycose_says(parts: Parts, key: PublicKey) -> bool:
    message = Sign1Message.from_cose_obj(
        [parts.protected, dict(cbor2.loads(parts.unprotected)), parts.payload, parts.signature], True
    )
    message.key = pycose_key(key)
    return bool(message.verify_signature())


def variants(parts: Parts, *, ecdsa: bool) -> list[Parts]:
    """The message as it is, and damaged in each of its parts."""

    def flip(data: bytes, place: int) -> bytes:
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    own = parts.signature
    signatures = [own, flip(own, 0), flip(own, -1 % len(own)), own[::-1], bytes(len(own))]
    if ecdsa:
        r, s = own[:32], own[32:]
        high = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
        signatures += [r + high, s + r, bytes(32) + s, r + bytes(32)]
    found = [Parts(parts.protected, parts.unprotected, parts.payload, other) for other in signatures]
    payloads = (flip(parts.payload, 1), parts.payload + b"\0", b"")
    found += [Parts(parts.protected, parts.unprotected, payload, own) for payload in payloads]
    return found


@pytest.mark.parametrize("which", ["es256", "ps256"])
def test_pycose_agrees_on_good_and_damaged_messages(world: World, which: str) -> None:
    issued = getattr(world, which)
    signer = issued.signer()
    key = issued.certificate.public_key
    parts = Parts.signed(signer, cbor2.dumps(header(signer)), cbor2.dumps(claims()))
    answers = []
    for variant in variants(parts, ecdsa=which == "es256"):
        signed = cbor2.dumps(["Signature1", variant.protected, b"", variant.payload])
        ours = bool(verify(signer.algorithm, key, variant.signature, signed))
        assert ours is pycose_says(variant, key)
        answers.append(ours)
    # As it is, and for ECDSA with the other s.
    assert answers.count(True) == (2 if which == "es256" else 1)
    assert answers[0]


# No private key in pure Python

_WITHOUT_ECDSA = """
import inspect
import ecdsa
import ecdsa.ecdsa, ecdsa.keys

class Used(BaseException):
    pass

def forbidden(*_, **__):
    raise Used

for owner in (ecdsa.keys.SigningKey, ecdsa.keys.VerifyingKey, ecdsa.ecdsa.Private_key,
              ecdsa.ecdsa.Public_key):
    for name, _ in inspect.getmembers(owner, callable):
        if not name.startswith("__") or name == "__init__":
            setattr(owner, name, forbidden)

try:
    ecdsa.SigningKey.generate()
except Used:
    print("forbidden")

from tests.support.world import NOW, RECOVERY, TEST, VACCINATION, make_world
from vaxpass.crypto import KeySigner
from vaxpass.crypto.certificate import to_pem

world = make_world()
for issued in (world.es256, world.ps256):
    for certificate in (VACCINATION, TEST, RECOVERY):
        assert world.verify(world.issue(certificate, issued))
    signer = KeySigner.from_pem(issued.key_pem(b"x"), to_pem(issued.certificate.der), b"x")
    assert signer.sign(b"data")
    signer = KeySigner.from_pkcs12(issued.to_pkcs12(b"x"), b"x")
    assert signer.sign(b"data")
print("verified")
"""


def test_no_key_passes_through_the_ecdsa_package() -> None:
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_ECDSA], capture_output=True, text=True, check=False, cwd=root
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["forbidden", "verified"]
