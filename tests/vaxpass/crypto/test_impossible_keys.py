"""RSA keys that nobody makes honestly are not read, in whatever form they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tests.support.trust_lists import ENTRY, listed, text
from tests.support.world import START
from vaxpass import read_trust_list
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.crypto.keys import from_jwk, rsa_key
from vaxpass.encoding.strict_base64 import encode_url

GOOD = rsa.generate_private_key(65537, 2048).public_key().public_numbers()


@dataclass(frozen=True)
class Odd:
    n: int
    e: int
    why: str


ODD = [
    Odd(GOOD.n, 1, "exponent is 1"),
    Odd(GOOD.n, 3, "exponent is 3"),
    Odd(GOOD.n, 17, "exponent is 17"),
    Odd(GOOD.n, 65535, "exponent is 65535"),
    Odd(GOOD.n, 65538, "exponent is 65538"),
    Odd(GOOD.n, 2**256 + 1, "exponent is too large"),
    Odd(GOOD.n + 1, 65537, "no RSA key|make no RSA key|two large primes"),
    Odd(GOOD.n * 3, 65537, "two large primes"),
    Odd(GOOD.n * 751, 65537, "two large primes"),
]


def length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    number = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(number)]) + number


def element(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + length(len(content)) + content


def integer(value: int) -> bytes:
    return element(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def spki(odd: Odd) -> bytes:
    """SubjectPublicKeyInfo, written by hand: no library writes such a key."""
    key = element(0x30, integer(odd.n) + integer(odd.e))
    algorithm = element(0x30, bytes.fromhex("06092a864886f70d010101") + b"\x05\x00")
    return element(0x30, algorithm + element(3, b"\0" + key))


def certificate(odd: Odd) -> bytes:
    """A certificate of a good key, in which the key is replaced: its signature does not matter here."""
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "XA")])
    inner = generate_private_key(SECP256R1())
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(inner.public_key()).serial_number(5)
    builder = builder.not_valid_before(START).not_valid_after(START + timedelta(days=9))
    made = builder.sign(inner, SHA256())
    good = inner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    _, _, body = made.tbs_certificate_bytes.partition(b"\x30\x82")
    body = made.tbs_certificate_bytes[len(made.tbs_certificate_bytes) - len(body) :]
    start = made.tbs_certificate_bytes.index(good)
    head = 2 if made.tbs_certificate_bytes[1] < 0x80 else 2 + (made.tbs_certificate_bytes[1] & 0x7F)
    inside = made.tbs_certificate_bytes[head:start] + spki(odd)
    inside += made.tbs_certificate_bytes[start + len(good) :]
    rest = made.public_bytes(Encoding.DER)
    after = rest[rest.index(made.tbs_certificate_bytes) + len(made.tbs_certificate_bytes) :]
    return element(0x30, element(0x30, inside) + after)


def test_the_forms_made_here_are_read_where_the_key_is_good() -> None:
    good = Odd(GOOD.n, 65537, "")
    assert SignerKey.from_der(certificate(good)).key_name == "RSA 2048"
    assert load_public_key(spki(good)) is not None


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.why)
def test_no_form_gives_such_a_key(odd: Odd) -> None:
    n, e = (value.to_bytes((value.bit_length() + 7) // 8, "big") for value in (odd.n, odd.e))
    for read in (
        lambda: SignerKey.from_der(certificate(odd)),
        lambda: SignerKey.from_public_key(spki(odd)),
        lambda: load_public_key(spki(odd)),
        lambda: rsa_key(n, e),
        lambda: from_jwk({"kty": "RSA", "n": encode_url(n), "e": encode_url(e)}),
    ):
        with pytest.raises(ValueError, match=r"RSA key|public key|X\.509"):
            read()


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.why)
def test_a_list_leaves_such_a_key_out_and_says_why(odd: Odd) -> None:
    data = listed(ENTRY, {"certificate": text(certificate(odd))}, {"public_key": text(spki(odd))})
    trust = read_trust_list(data, source="list")
    assert len(trust) == 1
    assert [entry.entry for entry in trust.skipped] == ["key 2", "key 3"]
    assert all(entry.reason for entry in trust.skipped)
    n, e = (value.to_bytes((value.bit_length() + 7) // 8, "big") for value in (odd.n, odd.e))
    keys = cbor2.dumps([{1: 3, 2: b"12345678", -1: n, -2: e}])
    assert not len(read_trust_list(keys, source="list"))


def test_the_reason_names_the_exponent() -> None:
    data = listed({"public_key": text(spki(Odd(GOOD.n, 3, "")))})
    (entry,) = read_trust_list(data, source="list").skipped
    assert entry.reason == "the key is no safe RSA key: its exponent is 3"
