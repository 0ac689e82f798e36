"""Quirks of signer certificates: odd ones are read, and what they signed verifies.

A list vouches for a signer, not the signature on the certificate: so DER can be changed here after it
was signed, as far as `cryptography` would not make it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from tests.support.world import NOW, RECOVERY, START, TEST, VACCINATION, World, trusted
from vaxpass import Code, TrustList, Verifier
from vaxpass.codes import DCC_KINDS
from vaxpass.crypto import SignerKey
from vaxpass.testing import IssuedKey
from vaxpass.trust import TrustedKey

Element = tuple[int, bytes]
_SEQUENCE = 0x30
_ALL = DCC_KINDS
_ECDSA_SHA1 = bytes.fromhex("06072a8648ce3d0401")
_ARCS = ("1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1")


# Just enough DER to change a certificate


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def elements(content: bytes) -> list[Element]:
    found = []
    while content:
        tag, size, start = content[0], content[1], 2
        if size >= 128:
            start += size & 127
            size = int.from_bytes(content[2:start], "big")
        found.append((tag, content[start : start + size]))
        content = content[start + size :]
    return found


def changed(certificate: bytes, change: Callable[[list[Element]], list[Element]]) -> bytes:
    """A certificate with other fields in the part that is signed; its signature no longer holds."""
    ((_, whole),) = elements(certificate)
    (_, body), *rest = elements(whole)
    signed = element(_SEQUENCE, b"".join(element(*field) for field in change(elements(body))))
    return element(_SEQUENCE, signed + b"".join(element(*field) for field in rest))


# Certificates


def builder(
    key: EllipticCurvePrivateKey, days: int = 730, country: str | None = "VN"
) -> x509.CertificateBuilder:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, "odd TEST DSC")]
    if country is not None:
        attributes.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd TEST CSCA")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
    )


def finished(world: World, unsigned: x509.CertificateBuilder) -> bytes:
    return unsigned.sign(world.authority.issued.key, SHA256()).public_bytes(Encoding.DER)


def raw_extension(oid: x509.ObjectIdentifier, content: str) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(oid, bytes.fromhex(content))


def usage(**chosen: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: chosen.get(name, False) for name in names.split()})


def version_1(fields: list[Element]) -> list[Element]:
    return [field for field in fields if field[0] not in (0xA0, 0xA3)]


def serial(number: bytes) -> Callable[[list[Element]], list[Element]]:
    return lambda fields: [fields[0], (2, number), *fields[2:]]


def signed_with_sha1(fields: list[Element]) -> list[Element]:
    return [*fields[:2], (_SEQUENCE, _ECDSA_SHA1), *fields[3:]]


Make = Callable[[World, EllipticCurvePrivateKey], bytes]


def _pss(world: World, key: EllipticCurvePrivateKey) -> bytes:
    ca = world.ps256.key
    assert isinstance(ca, RSAPrivateKey)
    padding = PSS(MGF1(SHA256()), 32)
    return builder(key).sign(ca, SHA256(), rsa_padding=padding).public_bytes(Encoding.DER)


def _sha1(world: World, key: EllipticCurvePrivateKey) -> bytes:
    ((_, whole),) = elements(changed(finished(world, builder(key)), signed_with_sha1))
    signed, _, signature = elements(whole)
    parts = (signed, (_SEQUENCE, _ECDSA_SHA1), signature)
    return element(_SEQUENCE, b"".join(element(*part) for part in parts))


def _with(*extensions: x509.ExtensionType) -> Make:
    def make(world: World, key: EllipticCurvePrivateKey) -> bytes:
        unsigned = builder(key)
        for extension in extensions:
            unsigned = unsigned.add_extension(extension, critical=True)
        return finished(world, unsigned)

    return make


def _changed(change: Callable[[list[Element]], list[Element]]) -> Make:
    return lambda world, key: changed(finished(world, builder(key)), change)


ODD: dict[str, Make] = {
    "X.509 v1": _changed(version_1),
    "a CA": _with(
        x509.BasicConstraints(ca=True, path_length=0), usage(key_cert_sign=True, crl_sign=True)
    ),
    "no key usage": _with(),
    "key usage without digitalSignature": _with(usage(key_agreement=True)),
    "an empty extended key usage": _with(raw_extension(ExtensionOID.EXTENDED_KEY_USAGE, "3000")),
    "another extended key usage": _with(
        x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")])
    ),
    "an explicit default": _with(raw_extension(ExtensionOID.BASIC_CONSTRAINTS, "3003010100")),
    "a path length without a CA": _with(raw_extension(ExtensionOID.BASIC_CONSTRAINTS, "3003020100")),
    "an unknown critical extension": _with(raw_extension(x509.ObjectIdentifier("1.2.3.4"), "0500")),
    "a CA's signature with SHA-1": _sha1,
    "a CA's signature with RSASSA-PSS": _pss,
    "no country": lambda world, key: finished(world, builder(key, country=None)),
    "a lifetime over 10 years": lambda world, key: finished(world, builder(key, days=4000)),
}


@pytest.mark.parametrize("name", ODD)
def test_what_an_odd_signer_signed_is_accepted(world: World, name: str) -> None:
    key = generate_private_key(SECP256R1())
    issued = IssuedKey(key, SignerKey.from_der(ODD[name](world, key)))
    assert issued.certificate.kinds == _ALL
    assert issued.certificate.country == (None if name == "no country" else "VN")
    verifier = Verifier(TrustList([trusted(issued)]))
    for certificate in (VACCINATION, TEST, RECOVERY):
        verdict = verifier.verify(world.issue(certificate, issued), at=NOW)
        assert verdict, verdict.reason()
        assert verdict.notes == ()


@pytest.mark.parametrize(
    "name", ["an explicit default", "an empty extended key usage", "a path length without a CA"]
)
def test_some_of_them_are_not_read_by_the_library_below(world: World, name: str) -> None:
    # Were they read one day, the lenient reading of extensions here would no longer be needed.
    parsed = x509.load_der_x509_certificate(ODD[name](world, generate_private_key(SECP256R1())))
    with pytest.raises(ValueError, match=r"."):
        _ = parsed.extensions


@pytest.mark.parametrize("number", [b"\0", b"\xff"])
def test_a_serial_number_that_is_not_positive_makes_no_difference(world: World, number: bytes) -> None:
    key = generate_private_key(SECP256R1())
    der = changed(finished(world, builder(key)), serial(number))
    issued = IssuedKey(key, SignerKey.from_der(der))
    assert Verifier(TrustList([trusted(issued)])).verify(world.issue(key=issued), at=NOW)


# What a signer may sign

_CERTIFICATES = {"1": TEST, "2": VACCINATION, "3": RECOVERY}
_NOT_FOR = {
    "1": Code.USAGE_NOT_FOR_TEST,
    "2": Code.USAGE_NOT_FOR_VACCINATION,
    "3": Code.USAGE_NOT_FOR_RECOVERY,
}


@pytest.mark.parametrize("arc", _ARCS)
@pytest.mark.parametrize("allowed", ["1", "2", "3", "12", "123"])
@pytest.mark.parametrize("kind", _CERTIFICATES)
def test_the_extended_key_usage_restricts_the_kinds(
    world: World, arc: str, allowed: str, kind: str
) -> None:
    oids = [x509.ObjectIdentifier(f"{arc}.{last}") for last in allowed]
    key = generate_private_key(SECP256R1())
    der = _with(x509.ExtendedKeyUsage([*oids, x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")]))(world, key)
    issued = IssuedKey(key, SignerKey.from_der(der))
    text = world.issue(_CERTIFICATES[kind], issued)
    code = Verifier(TrustList([trusted(issued)])).verify(text, at=NOW).code
    assert code is (None if kind in allowed else _NOT_FOR[kind])


@pytest.mark.parametrize("last", ["1.4", "1.0", "1", "1.1.1", "1.2.0", "2.1"])
def test_numbers_beside_the_three_kinds_restrict_nothing(world: World, last: str) -> None:
    usages = x509.ExtendedKeyUsage([x509.ObjectIdentifier(f"1.3.6.1.4.1.1847.2021.{last}")])
    der = _with(usages)(world, generate_private_key(SECP256R1()))
    assert SignerKey.from_der(der).kinds == _ALL


# One key in several certificates


def two(world: World, *, days: int) -> tuple[IssuedKey, IssuedKey]:
    key = generate_private_key(SECP256R1())
    ders = (finished(world, builder(key, days=length)) for length in (days, 730))
    first, second = (IssuedKey(key, SignerKey.from_der(der)) for der in ders)
    assert first.certificate.kid != second.certificate.kid
    return first, second


@pytest.mark.parametrize("order", [1, -1])
def test_two_certificates_with_one_key_are_told_apart_by_kid(world: World, order: int) -> None:
    short, long = two(world, days=30)
    trust = TrustList([trusted(short), trusted(long)][::order])
    assert len(trust) == 2
    verdict = Verifier(trust).verify(world.issue(key=long), at=NOW)
    assert verdict
    assert verdict.signer == trusted(long)
    verdict = Verifier(trust).verify(world.issue(key=short), at=NOW)
    assert verdict.code is Code.VALIDITY_SIGNER_EXPIRED
    assert verdict.signer == trusted(short)


@pytest.mark.parametrize("order", [1, -1])
def test_two_certificates_with_one_key_under_one_kid_are_both_tried(world: World, order: int) -> None:
    short, long = two(world, days=30)
    kid = short.certificate.kid
    keys = [TrustedKey(kid, issued.certificate, "VN", "list") for issued in (short, long)]
    verdict = Verifier(TrustList(keys[::order])).verify(world.issue(key=short), at=NOW)
    assert verdict
    assert verdict.signer is not None
    assert verdict.signer.certificate == long.certificate
