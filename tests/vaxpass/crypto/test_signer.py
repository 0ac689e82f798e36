"""Private keys: every usual file is read, and what can't sign a passport is refused with the reason."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import make_certificate, pem
from tests.support.world import END, START, VACCINATION, World
from vaxpass import encode
from vaxpass.crypto import Algorithm, KeySigner, SignerError, SignerKey
from vaxpass.testing import IssuedKey

PASSWORD = b"m\xe1\xba\xadt kh\xe1\xba\xa9u"
BOTH = pytest.mark.parametrize("name", ["es256", "ps256"])

# In two parts, so that nobody who looks for private keys in this repository stops here.
KIND = b"PRIVATE " + b"KEY"


def issued(world: World, name: str) -> IssuedKey:
    key = getattr(world, name)
    assert isinstance(key, IssuedKey)
    return key


def works(world: World, signer: KeySigner, key: IssuedKey) -> None:
    assert signer.kid == key.certificate.kid
    assert signer.certificate == key.certificate
    text = encode(VACCINATION, signer, issuer="VN", issued_at=START, expires_at=END)
    assert world.verify(text)


@BOTH
def test_a_pem_key_with_its_certificate_signs(world: World, name: str) -> None:
    key = issued(world, name)
    der = key.certificate.der
    for certificate in (der, pem(der), pem(der) + pem(world.authority.issued.certificate.der)):
        signer = KeySigner.from_pem(key.key_pem(), certificate)
        assert signer.algorithm is Algorithm[name.upper()]
        works(world, signer, key)


@BOTH
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_the_old_and_the_new_form_of_a_pem_key_are_read(
    world: World, name: str, form: PrivateFormat
) -> None:
    key = issued(world, name)
    data = key.key.private_bytes(Encoding.PEM, form, NoEncryption())
    works(world, KeySigner.from_pem(data, key.certificate.der), key)


@BOTH
def test_an_encrypted_pem_key_needs_its_password(world: World, name: str) -> None:
    key = issued(world, name)
    data = key.key_pem(PASSWORD)
    assert b"ENCRYPTED" in data
    works(world, KeySigner.from_pem(data, key.certificate.der, PASSWORD), key)
    for wrong in (b"wrong", b"", None):
        with pytest.raises(SignerError, match=r"can't be read|needs its password"):
            KeySigner.from_pem(data, key.certificate.der, wrong)


def test_a_password_for_a_key_that_has_none_is_told(world: World) -> None:
    with pytest.raises(SignerError, match="needs no password"):
        KeySigner.from_pem(world.es256.key_pem(), world.es256.certificate.der, PASSWORD)


@BOTH
def test_a_pkcs12_file_needs_its_password(world: World, name: str) -> None:
    key = issued(world, name)
    data = key.to_pkcs12(PASSWORD)
    works(world, KeySigner.from_pkcs12(data, PASSWORD), key)
    for wrong in (b"wrong", b"", None):
        with pytest.raises(SignerError, match="can't be read"):
            KeySigner.from_pkcs12(data, wrong)


def test_a_pkcs12_file_with_the_whole_chain_signs_with_its_own_certificate(world: World) -> None:
    own, ca = (
        x509.load_der_x509_certificate(key.certificate.der)
        for key in (world.es256, world.authority.issued)
    )
    assert isinstance(world.es256.key, ec.EllipticCurvePrivateKey)
    data = pkcs12.serialize_key_and_certificates(
        None, world.es256.key, own, [ca], BestAvailableEncryption(PASSWORD)
    )
    works(world, KeySigner.from_pkcs12(data, PASSWORD), world.es256)


def test_a_pkcs12_file_without_key_or_certificate_is_refused(world: World) -> None:
    assert isinstance(world.es256.key, ec.EllipticCurvePrivateKey)
    alone = pkcs12.serialize_key_and_certificates(None, world.es256.key, None, None, NoEncryption())
    with pytest.raises(SignerError, match="no certificate"):
        KeySigner.from_pkcs12(alone)
    own = x509.load_der_x509_certificate(world.es256.certificate.der)
    without_key = pkcs12.serialize_key_and_certificates(None, None, own, None, NoEncryption())
    with pytest.raises(SignerError, match=r"no (certificate|EC or RSA key)"):
        KeySigner.from_pkcs12(without_key)


@pytest.mark.parametrize("other", ["ps256", "authority"])
def test_the_key_of_another_certificate_is_refused(world: World, other: str) -> None:
    key = world.authority.issued if other == "authority" else issued(world, other)
    with pytest.raises(SignerError, match="does not belong"):
        KeySigner.from_pem(world.es256.key_pem(), key.certificate.der)
    with pytest.raises(SignerError, match="does not belong"):
        KeySigner(world.es256.key, key.certificate)


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1()])
def test_es256_needs_the_curve_p256(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    certificate = make_certificate(key)
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(SignerError, match=f"P-256, not {curve.name}"):
        KeySigner.from_pem(data, certificate)


def self_signed(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.public_key(key.public_key())
    builder = builder.not_valid_before(START).not_valid_after(START + timedelta(days=1))
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def test_an_rsa_key_that_no_verifier_takes_is_refused() -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point of the test
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(SignerError, match="2048"):
        KeySigner.from_pem(data, self_signed(key))


def test_a_key_of_another_kind_is_refused(world: World) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(SignerError, match="neither EC nor RSA"):
        KeySigner.from_pem(data, world.es256.certificate.der)
    bundle = pkcs12.serialize_key_and_certificates(
        None, key, x509.load_der_x509_certificate(make_certificate(key)), None, NoEncryption()
    )
    with pytest.raises(SignerError, match="no EC or RSA key"):
        KeySigner.from_pkcs12(bundle)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        # P-256 -> an unused number beside it; EC -> an unused kind of key.
        ("06082a8648ce3d030107", "06082a8648ce3d03010a"),
        ("2a8648ce3d0201", "2a8648ce3d0209"),
    ],
)
def test_a_key_that_cryptography_does_not_know_is_refused(world: World, found: str, put: str) -> None:
    key = world.es256.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    changed = key.replace(bytes.fromhex(found), bytes.fromhex(put))
    assert changed != key
    armour = b"-----BEGIN %s-----\n%%s-----END %s-----\n" % (KIND, KIND)
    with pytest.raises(SignerError, match="can't be read"):
        KeySigner.from_pem(armour % base64.encodebytes(changed), world.es256.certificate.der)


@pytest.mark.parametrize("certificate", [b"", b"junk", pem(b"junk"), b"-----BEGIN PUBLIC KEY-----"])
def test_a_certificate_that_cannot_be_read_is_told(world: World, certificate: bytes) -> None:
    with pytest.raises(SignerError, match="certificate"):
        KeySigner.from_pem(world.es256.key_pem(), certificate)


@given(st.binary(max_size=80), st.booleans())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_garbage_is_a_signer_error(junk: bytes, armoured: bool) -> None:
    data = b"-----BEGIN %s-----\n%s-----END %s-----" % (KIND, base64.encodebytes(junk), KIND)
    with pytest.raises(SignerError):
        KeySigner.from_pem(data if armoured else junk, b"")
    with pytest.raises(SignerError):
        KeySigner.from_pkcs12(junk)


@BOTH
def test_a_key_never_shows_itself(world: World, name: str) -> None:
    key = issued(world, name)
    assert repr(key.signer()) == f"KeySigner({name.upper()}, kid={key.certificate.kid.hex()})"
    assert repr(key) == f"IssuedKey(kid={key.certificate.kid.hex()})"


def test_the_kid_is_the_beginning_of_the_certificates_hash(world: World) -> None:
    certificate = SignerKey.from_der(world.es256.certificate.der)
    assert world.es256.signer().kid == certificate.kid
    assert len(certificate.kid) == 8
