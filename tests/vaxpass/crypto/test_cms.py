"""CMS: content counts only under a signature that holds, whoever packed the message."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import algos, cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cms_messages import DETACHED, certify, sign, signer_of
from vaxpass.crypto.cms import LARGEST, verify_attached, verify_detached

CONTENT = b"\x30 what is signed"


EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
CERTIFICATE, RSA_CERTIFICATE = certify(EC_KEY), certify(RSA_KEY)
ATTACHED = sign(CONTENT, EC_KEY, CERTIFICATE)
P384 = ec.generate_private_key(ec.SECP384R1())
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)


@pytest.mark.parametrize("hash_algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
@pytest.mark.parametrize(
    ("key", "pss"), [(EC_KEY, None), (P384, None), (RSA_KEY, None), (RSA_KEY, "pss")]
)
def test_each_algorithm_is_verified(key: Any, pss: Any, hash_algorithm: Any) -> None:
    certificate = certify(key)
    scheme = padding.PSS(padding.MGF1(hash_algorithm), salt_length=32) if pss else None
    for more in ([], [PKCS7Options.NoAttributes], [PKCS7Options.NoCapabilities]):
        message = sign(CONTENT, key, certificate, *more, hash_algorithm=hash_algorithm, pss=scheme)
        assert verify_attached(message) == (CONTENT, signer_of(certificate))
        message = sign(
            CONTENT, key, certificate, DETACHED, *more, hash_algorithm=hash_algorithm, pss=scheme
        )
        assert verify_detached(message, CONTENT) == signer_of(certificate)
        with pytest.raises(ValueError, match=r"digest is another|no signature"):
            verify_detached(message, CONTENT + b" ")
        with pytest.raises(ValueError, match="no content"):
            verify_attached(message)


def test_content_that_is_carried_must_be_the_same() -> None:
    assert verify_detached(ATTACHED, CONTENT) == signer_of(CERTIFICATE)
    with pytest.raises(ValueError, match="other content"):
        verify_detached(ATTACHED, b"other")


@pytest.mark.parametrize("key", [EC_KEY, RSA_KEY])
def test_a_certificate_that_is_left_out_must_be_known(key: Any) -> None:
    certificate = certify(key)
    message = sign(CONTENT, key, certificate, PKCS7Options.NoCerts)
    assert verify_attached(message, [signer_of(CERTIFICATE), signer_of(certificate)])[0] == CONTENT
    for known in ([], [signer_of(CERTIFICATE)]):
        with pytest.raises(ValueError, match="no signature"):
            verify_attached(message, known)


def test_a_signer_named_by_its_key_identifier_is_found() -> None:
    info = cms.ContentInfo.load(sign(CONTENT, EC_KEY, CERTIFICATE, PKCS7Options.NoCerts))
    ski = CERTIFICATE.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    info["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier("subject_key_identifier", ski)
    assert verify_attached(info.dump(force=True), [signer_of(CERTIFICATE)]).content == CONTENT


def test_another_signature_under_the_same_name_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    message = sign(CONTENT, EC_KEY, CERTIFICATE, PKCS7Options.NoCerts)
    info, theirs = cms.ContentInfo.load(message), certify(other)
    info["content"]["certificates"] = [
        cms.CertificateChoices("certificate", cms.Certificate.load(signer_of(theirs).der))
    ]
    with pytest.raises(ValueError, match="no signature"):
        verify_attached(info.dump(force=True))


def indefinite(message: bytes) -> bytes:
    """The same message as BER: outer elements and content of indefinite length, as gateways send."""

    def header(data: bytes) -> tuple[int, int]:
        size = data[1] & 0x7F if data[1] & 0x80 else 0
        length = int.from_bytes(data[2 : 2 + size], "big") if size else data[1]
        return 2 + size, length

    def open_ended(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x80]) + content + b"\0\0"

    start, _ = header(message)
    oid_and_rest = message[start:]
    oid_end = 2 + oid_and_rest[1]
    explicit = oid_and_rest[oid_end:]
    inner = explicit[header(explicit)[0] :]
    return open_ended(
        0x30,
        oid_and_rest[:oid_end]
        + open_ended(0xA0, open_ended(0x30, inner[header(inner)[0] :].replace(*_octets(CONTENT)))),
    )


def _octets(content: bytes) -> tuple[bytes, bytes]:
    oid = bytes.fromhex("06092a864886f70d010701")
    octets = b"\x04" + bytes([len(content)]) + content
    wrapped = b"\xa0" + bytes([len(octets)]) + octets
    plain = b"\x30" + bytes([len(oid + wrapped)]) + oid + wrapped
    half = b"".join(b"\x04" + bytes([len(p)]) + p for p in (content[:5], content[5:]))
    return plain, b"\x30\x80" + oid + b"\xa0\x80\x24\x80" + half + b"\0\0\0\0\0\0"


def test_ber_with_indefinite_lengths_is_read() -> None:
    message = indefinite(ATTACHED)
    assert b"\x24\x80" in message
    assert verify_attached(message) == (CONTENT, signer_of(CERTIFICATE))
    assert verify_detached(message, CONTENT) == signer_of(CERTIFICATE)


def test_attributes_of_another_message_are_no_content() -> None:
    signer = cms.ContentInfo.load(ATTACHED)["content"]["signer_infos"][0]
    attributes = signer["signed_attrs"].untag().dump()
    assert attributes[:1] == b"\x31"
    info = cms.ContentInfo.load(ATTACHED)
    del info["content"]["signer_infos"][0]["signed_attrs"]
    with pytest.raises(ValueError, match="attributes as if"):
        verify_detached(_without_content(info), attributes)


def _without_content(info: Any) -> bytes:
    del info["content"]["encap_content_info"]["content"]
    dumped: bytes = info.dump(force=True)
    return dumped


def changed(change: Any) -> bytes:
    """The attached message with something done to its signer."""
    info = cms.ContentInfo.load(ATTACHED)
    change(info["content"]["signer_infos"][0], info["content"])
    dumped: bytes = info.dump(force=True)
    return dumped


def _sha1(signer: Any, _: Any) -> None:
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})


def _no_signers(_: Any, signed: Any) -> None:
    signed["signer_infos"] = []


def _no_digest(signer: Any, _: Any) -> None:
    kept = [a for a in signer["signed_attrs"] if a["type"].native != "message_digest"]
    signer["signed_attrs"] = cms.CMSAttributes(kept)


def _twice(signer: Any, _: Any) -> None:
    listed = list(signer["signed_attrs"])
    signer["signed_attrs"] = cms.CMSAttributes([*listed, *listed])


def _rsa_named(signer: Any, _: Any) -> None:
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})


def _pss_named(signer: Any, _: Any) -> None:
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm(
        {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams({"salt_length": 20})}
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_sha1, "hash that is not known"),
        (_no_signers, "no signer"),
        (_no_digest, "lacks a signed attribute"),
        (_twice, "has it twice"),
        (_rsa_named, "no signature"),
        (_pss_named, "RSA-PSS"),
    ],
)
def test_a_message_that_was_tampered_with_is_refused(change: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        verify_attached(changed(change))


@given(st.integers(0, len(ATTACHED) - 1), st.integers(1, 255))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_a_changed_byte_never_changes_the_content(place: int, change: int) -> None:
    data = bytearray(ATTACHED)
    data[place] ^= change
    try:
        content, signer = verify_attached(bytes(data))
    except ValueError:
        return
    assert content == CONTENT
    assert signer.public_key == EC_KEY.public_key()


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"0",
        b"\x30\x80",
        b"\x30\x00",
        b"junk" * 9,
        CONTENT,
        b"\x30\x80" * 50_000,
        b"\x24\x80" * 999,
    ],
)
def test_what_is_no_message_is_refused(junk: bytes) -> None:
    for call in (lambda: verify_attached(junk), lambda: verify_detached(junk, b"")):
        with pytest.raises(ValueError, match="CMS message"):
            call()


@given(st.binary(max_size=80), st.integers(0, len(ATTACHED)))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_a_value_error_or_the_content(junk: bytes, place: int) -> None:
    try:
        content = verify_attached(ATTACHED[:place] + junk + ATTACHED[place:]).content
    except ValueError:
        return
    assert content == CONTENT


def test_a_message_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        verify_attached(ATTACHED + b"\0" * LARGEST)
