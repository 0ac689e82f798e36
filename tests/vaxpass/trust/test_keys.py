"""Keys of several lists come together without losing any, and keys to pin are read from every form."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.certificates import ONE, TWO, certificate, pem
from tests.support.trust_lists import ENTRY, listed, read, text
from vaxpass import TrustList
from vaxpass.crypto import load_public_key
from vaxpass.trust import TrustedKey


def key_of(der: bytes, kid: bytes = b"12345678", *, test: bool = False) -> TrustedKey:
    return TrustedKey(kid, certificate(der), "XA", "here", test)


def test_the_same_certificate_under_the_same_kid_is_kept_once() -> None:
    trust = TrustList([key_of(ONE), key_of(ONE)]) | TrustList([key_of(ONE)])
    assert list(trust) == [key_of(ONE)]
    assert trust.find(b"12345678") == (key_of(ONE),)


@pytest.mark.parametrize("marks", [(True, False), (False, True)])
def test_what_one_list_calls_a_test_key_stays_one(marks: tuple[bool, bool]) -> None:
    first, second = (TrustList([key_of(ONE, test=mark)]) for mark in marks)
    assert [key.test for key in first | second] == [True]
    assert [key.test for key in (first | second).find(b"12345678")] == [True]


def test_different_certificates_with_one_kid_are_all_found() -> None:
    trust = TrustList([key_of(ONE), key_of(TWO), key_of(ONE, b"other")])
    assert len(trust) == 3
    assert trust.find(b"12345678") == (key_of(ONE), key_of(TWO))
    assert trust.find(b"other") == (key_of(ONE, b"other"),)
    assert trust.find(b"") == ()


def test_merging_keeps_what_was_skipped_and_changes_neither_list() -> None:
    first, second = read(listed(ENTRY, None)), read(listed(None, None, {"certificate": text(TWO)}))
    merged = first | second
    assert [key.certificate.der for key in merged] == [ONE, TWO]
    assert [skipped.entry for skipped in merged.skipped] == ["key 2", "key 1", "key 2"]
    assert (len(first), len(second)) == (1, 1)


def test_one_list_alone_is_what_it_was() -> None:
    alone = read(listed(ENTRY, None))
    assert TrustList.merge(alone) is alone


def spki(key: ec.EllipticCurvePublicKey, encoding: Encoding) -> bytes:
    return key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def test_a_public_key_is_read_from_every_form() -> None:
    key = certificate(ONE).public_key
    assert isinstance(key, ec.EllipticCurvePublicKey)
    for data in (ONE, pem(ONE), spki(key, Encoding.DER), spki(key, Encoding.PEM)):
        assert load_public_key(data) == key


def test_what_is_no_ec_or_rsa_key_is_a_value_error() -> None:
    other = ed448.Ed448PrivateKey.generate().public_key()
    odd = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for data in (b"", b"junk", odd, pem(b"junk"), b"-----BEGIN PUBLIC KEY-----\n"):
        with pytest.raises(ValueError, match=r"\w"):
            load_public_key(data)
