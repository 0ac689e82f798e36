"""What a parser refuses over a detail is read, and its signature is that of the original."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.seals import Csca
from vaxpass.crypto import SignerKey, der
from vaxpass.crypto.chain import may_issue, signed_by
from vaxpass.crypto.repair import _CURVES, repaired  # the numbers of its curves
from vaxpass.errors import ArgumentError

ECDSA = bytes.fromhex("06082a8648ce3d040302")
PLAIN = der.encode(0x30, ECDSA)
WITH_NULL = der.encode(0x30, ECDSA + b"\x05\x00")
EC = bytes.fromhex("06072a8648ce3d0201")
PARENT = Csca.create()


def resigned(body: bytes, algorithm: bytes = PLAIN) -> bytes:
    """A certificate with this body, signed anew."""
    assert isinstance(PARENT.key, ec.EllipticCurvePrivateKey)
    signature = PARENT.key.sign(body, ec.ECDSA(hashes.SHA256()))
    return der.encode(0x30, body + algorithm + der.encode(0x03, b"\x00" + signature))


def with_null(certificate: bytes) -> bytes:
    body = der.elements(der.first_inside(certificate))[0][1]
    return resigned(der.encode(0x30, body.replace(PLAIN, WITH_NULL)), WITH_NULL)


def integer(number: int) -> bytes:
    return der.encode(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def parameters(
    curve: Any, *, generator: tuple[int, int] | None = None, cofactor: int | None = 1
) -> bytes:
    prime, a, b, order = curve.numbers
    x, y = generator or curve.generator
    point = b"\x04" + x.to_bytes(curve.size, "big") + y.to_bytes(curve.size, "big")
    field = der.encode(0x30, bytes.fromhex("06072a8648ce3d0101") + integer(prime))
    numbers = b"".join(der.encode(0x04, each.to_bytes(curve.size, "big")) for each in (a, b))
    last = b"" if cofactor is None else integer(cofactor)
    return der.encode(
        0x30,
        integer(1)
        + field
        + der.encode(0x30, numbers)
        + der.encode(0x04, point)
        + integer(order)
        + last,
    )


def spelled_out(key: ec.EllipticCurvePrivateKey, oid: bytes, given: bytes) -> bytes:
    """A certificate for the key, with the parameters of its curve in the place of the name."""
    certificate = Csca.create(key=key).der
    body = der.elements(der.first_inside(certificate))[0][1]
    name = EC + der.encode(0x06, oid)
    parts = []
    for tag, content in der.elements(body):
        inside = content
        if content.startswith(der.encode(0x30, name)):
            inside = der.encode(0x30, EC + given) + content[len(der.encode(0x30, name)) :]
        parts.append(der.encode(tag, inside))
    return resigned(der.encode(0x30, b"".join(parts)))


def test_null_parameters_of_ecdsa_change_nothing() -> None:
    odd = with_null(PARENT.der)
    read = SignerKey.from_der(odd)
    assert read.der == odd
    assert (read.subject, read.country) == (PARENT.certificate.subject, "UT")
    assert may_issue(read)
    assert signed_by(read, PARENT.certificate.public_key)
    assert not signed_by(read, Csca.create().certificate.public_key)


def test_a_signature_is_over_the_original_bytes() -> None:
    odd = with_null(PARENT.der)
    signature = der.encode(*der.elements(der.elements(odd)[0][1])[2])
    moved = der.encode(0x30, der.first_inside(PARENT.der) + WITH_NULL + signature)
    assert not signed_by(SignerKey.from_der(moved), PARENT.certificate.public_key)


@pytest.mark.parametrize("curve", _CURVES, ids=lambda curve: curve.oid.hex())
@pytest.mark.parametrize("cofactor", [1, None])
def test_a_curve_that_is_spelled_out_is_known(curve: Any, cofactor: int | None) -> None:
    made = {
        "2b2403030208010107": ec.BrainpoolP256R1(),
        "2b240303020801010b": ec.BrainpoolP384R1(),
        "2b240303020801010d": ec.BrainpoolP512R1(),
        "2a8648ce3d030107": ec.SECP256R1(),
        "2b81040022": ec.SECP384R1(),
        "2b81040021": ec.SECP224R1(),
        "2b81040023": ec.SECP521R1(),
    }[curve.oid.hex()]
    key = ec.generate_private_key(made)
    read = SignerKey.from_der(spelled_out(key, curve.oid, parameters(curve, cofactor=cofactor)))
    assert read.public_key == key.public_key()
    assert signed_by(read, PARENT.certificate.public_key)


def test_a_curve_with_another_generator_is_another_curve() -> None:
    curve = _CURVES[0]
    key = ec.generate_private_key(ec.BrainpoolP256R1())
    public = key.public_key().public_numbers()
    own = parameters(curve, generator=(public.x, public.y))
    for other in (own, parameters(curve, cofactor=2), der.encode(0x30, b""), b"\x30\x03\x02\x01\x01"):
        with pytest.raises(ArgumentError):
            SignerKey.from_der(spelled_out(key, curve.oid, other))


def test_what_needs_no_repair_is_not_touched() -> None:
    for data in (PARENT.der, b"", b"\x30\x00", b"0" * 50, PARENT.der[:-3]):
        with pytest.raises(ArgumentError):
            repaired(data)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_no_damage_raises_another_error(place: int, damage: bytes) -> None:
    odd = with_null(PARENT.der)
    place %= len(odd)
    broken = odd[:place] + damage + odd[place + len(damage) :]
    try:
        read = SignerKey.from_der(broken)
    except ArgumentError:
        return
    if signed_by(read, PARENT.certificate.public_key):
        assert der.first_inside(broken) == der.first_inside(odd)
