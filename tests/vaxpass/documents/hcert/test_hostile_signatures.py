"""Hostile input: signatures, algorithms and keys."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.handmade import Parts, good, header, signed_bytes
from tests.support.world import NOW, World, claims, forge
from vaxpass import Code, NoteCode, Outcome, Policy, Stage, Status, TrustList, Verdict, Verifier
from vaxpass.trust import TrustedKey

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF


def halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def joined(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def answer(verdict: Verdict) -> tuple[Outcome, Code | None]:
    return verdict.outcome, verdict.code


MALFORMED = (Outcome.REJECTED, Code.SIGNATURE_MALFORMED)
MISMATCH = (Outcome.REJECTED, Code.SIGNATURE_MISMATCH)
KEY_TYPE = (Outcome.REJECTED, Code.SIGNATURE_KEY_TYPE)


# Signatures


@pytest.mark.parametrize("length", [0, 1, 3, 32, 63, 65, 66, 96, 128, 256, 1000])
def test_a_signature_of_another_length_is_malformed(world: World, length: int) -> None:
    parts = good(world)
    padded = (parts.signature + bytes(length))[:length]
    assert answer(world.verify(parts.with_signature(padded))) == MALFORMED


def test_a_signature_padded_with_zeros_is_not_a_second_signature(world: World) -> None:
    parts = good(world)
    r, s = parts.signature[:32], parts.signature[32:]
    for padded in (b"\0" + r + s, r + s + b"\0", r + b"\0" + s, b"\0" + r + b"\0" + s):
        assert answer(world.verify(parts.with_signature(padded))) == MALFORMED


def test_a_signature_in_der_is_malformed(world: World) -> None:
    parts = good(world)
    der = encode_dss_signature(*halves(parts.signature))
    assert len(der) != 64
    assert answer(world.verify(parts.with_signature(der))) == MALFORMED


def test_a_der_signature_of_64_bytes_does_not_pass_for_a_raw_one(world: World) -> None:
    parts = good(world)
    der = encode_dss_signature(*halves(parts.signature))
    assert answer(world.verify(parts.with_signature(der[:64].ljust(64, b"\0")))) == MISMATCH


@pytest.mark.parametrize("r", ["r", 0, 1, ORDER, ORDER - 1, PRIME, 2**256 - 1])
@pytest.mark.parametrize("s", ["s", 0, 1, ORDER, ORDER - 1, PRIME, 2**256 - 1])
def test_numbers_at_the_edges_are_no_signature(world: World, r: int | str, s: int | str) -> None:
    parts = good(world)
    own_r, own_s = halves(parts.signature)
    odd = joined(own_r if isinstance(r, str) else r, own_s if isinstance(s, str) else s)
    verdict = world.verify(parts.with_signature(odd))
    assert bool(verdict) is (odd == parts.signature)
    assert verdict.code in (None, Code.SIGNATURE_MISMATCH)


def test_r_and_s_may_not_change_places(world: World) -> None:
    parts = good(world)
    assert (
        answer(world.verify(parts.with_signature(joined(*halves(parts.signature)[::-1])))) == MISMATCH
    )


def test_a_high_s_passes_as_a_low_one_does(world: World) -> None:
    parts = good(world)
    r, s = halves(parts.signature)
    assert world.verify(parts.with_signature(joined(r, s)))
    assert world.verify(parts.with_signature(joined(r, ORDER - s)))


@pytest.mark.parametrize("change", ["short", "long", "zero before", "zeros", "ones"])
def test_an_rsa_signature_has_exactly_the_length_of_the_key(world: World, change: str) -> None:
    signer = world.ps256.signer()
    parts = Parts.signed(signer, cbor2.dumps(header(signer)), cbor2.dumps(claims()))
    whole = parts.signature
    odd = {
        "short": whole[:-1],
        "long": whole + b"\0",
        "zero before": b"\0" + whole,
        "zeros": bytes(256),
        "ones": b"\xff" * 256,
    }[change]
    expected = MISMATCH if len(odd) == 256 else MALFORMED
    assert answer(world.verify(parts.with_signature(odd))) == expected
    assert world.verify(parts.text())


def rsa_text(key: RSAPrivateKey, kid: bytes, padding: PSS | PKCS1v15) -> str:
    protected, payload = cbor2.dumps({1: -37, 4: kid}), cbor2.dumps(claims())
    signature = key.sign(signed_bytes(protected, payload), padding, SHA256())
    return Parts(protected, b"\xa0", payload, signature).text()


@pytest.mark.parametrize("salt", [0, 1, 20, 31, 33, 64, 222])
def test_ps256_needs_a_salt_of_32_bytes(world: World, salt: int) -> None:
    key, kid = world.ps256.key, world.ps256.certificate.kid
    assert isinstance(key, RSAPrivateKey)
    assert world.verify(rsa_text(key, kid, PSS(MGF1(SHA256()), 32)))
    assert answer(world.verify(rsa_text(key, kid, PSS(MGF1(SHA256()), salt)))) == MISMATCH


def test_a_pkcs1_signature_does_not_pass_for_ps256(world: World) -> None:
    key, kid = world.ps256.key, world.ps256.certificate.kid
    assert isinstance(key, RSAPrivateKey)
    assert answer(world.verify(rsa_text(key, kid, PKCS1v15()))) == MISMATCH


# Algorithms and keys


def with_header(world: World, parts: dict[object, object]) -> Verdict:
    return world.verify(forge(world.es256.signer(), claims(), protected=parts))


def test_an_algorithm_needs_a_key_of_its_kind(world: World) -> None:
    assert answer(with_header(world, {1: -7, 4: world.ps256.certificate.kid})) == KEY_TYPE
    assert answer(with_header(world, {1: -37, 4: world.es256.certificate.kid})) == KEY_TYPE


def test_the_header_of_the_other_algorithm_does_not_make_a_signature_count(world: World) -> None:
    signer = world.ps256.signer()
    text = forge(signer, claims(), protected={1: -7, 4: signer.kid})
    assert answer(world.verify(text)) == KEY_TYPE


@pytest.mark.parametrize("bits", [1024, 1536, 2047])
def test_rsa_below_2048_bits_counts_only_where_the_policy_says_so(world: World, bits: int) -> None:
    key = generate_private_key(65537, bits)
    certificate = replace(world.ps256.certificate, public_key=key.public_key())
    trust = TrustList([TrustedKey(certificate.kid, certificate, "VN", "small key")])
    text = rsa_text(key, certificate.kid, PSS(MGF1(SHA256()), 32))
    refused = Verifier(trust).verify(text, at=NOW)
    assert answer(refused) == (Outcome.REJECTED, Code.SIGNATURE_KEY_TOO_WEAK)
    assert "too short" in refused.reason()
    assert refused.certificate is None
    admitted = Verifier(trust, Policy(short_rsa=True)).verify(text, at=NOW)
    assert admitted
    assert [note.code for note in admitted.notes] == [NoteCode.SIGNATURE_SHORT_RSA]
    # A forgery is called one, however weak the key.
    forged = replace(certificate, public_key=generate_private_key(65537, bits).public_key())
    trust = TrustList([TrustedKey(certificate.kid, forged, "VN", "small key")])
    for policy in (Policy(), Policy(short_rsa=True)):
        assert answer(Verifier(trust, policy).verify(text, at=NOW)) == MISMATCH


def test_rsa_below_1024_bits_never_counts(world: World) -> None:
    # No tool here makes so small a key; the field and the order of P-384 are primes of 384 bits.
    p = 2**384 - 2**128 - 2**96 + 2**32 - 1
    q = int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = RSAPublicNumbers(65537, p * q)
    key = RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), numbers).private_key()
    certificate = replace(world.ps256.certificate, public_key=key.public_key())
    trust = TrustList([TrustedKey(certificate.kid, certificate, "VN", "small key")])
    text = rsa_text(key, certificate.kid, PSS(MGF1(SHA256()), 32))
    verdict = Verifier(trust, Policy(short_rsa=True)).verify(text, at=NOW)
    assert answer(verdict) == (Outcome.REJECTED, Code.SIGNATURE_KEY_TOO_WEAK)


@pytest.mark.parametrize(
    "algorithm",
    [
        -257,
        -258,
        -259,
        -35,
        -36,
        -38,
        -39,
        -8,
        -65535,
        5,
        1,
        0,
        -47,
        -9,
        2**63,
        "ES256",
        b"\x26",
        [-7],
        -7.0,
    ],
)
def test_other_algorithms_are_unsupported(world: World, algorithm: object) -> None:
    kid = world.es256.certificate.kid
    expected = (Outcome.REJECTED, Code.COSE_ALGORITHM_UNSUPPORTED)
    assert answer(with_header(world, {1: algorithm, 4: kid})) == expected
    text = forge(world.es256.signer(), claims(), protected=b"", unprotected={1: algorithm, 4: kid})
    assert answer(world.verify(text)) == expected


@pytest.mark.parametrize("parts", [{}, {1: None}, {"alg": -7}, {"ALG": -7}, {"1": -7}, {-7: 1}])
def test_without_an_algorithm_nothing_is_verified(world: World, parts: dict[object, object]) -> None:
    verdict = with_header(world, {**parts, 4: world.es256.certificate.kid})
    assert answer(verdict) == (Outcome.REJECTED, Code.COSE_ALGORITHM_MISSING)


def test_an_unprotected_algorithm_can_not_replace_the_protected_one(world: World) -> None:
    signer = world.es256.signer()
    protected: dict[object, object] = {1: -257, 4: signer.kid}
    text = forge(signer, claims(), protected=protected, unprotected={1: -7})
    assert world.verify(text).code is Code.COSE_ALGORITHM_UNSUPPORTED


@pytest.mark.parametrize("critical", [[], [1], [99], ["x"], None, 0])
def test_a_critical_header_is_refused(world: World, critical: object) -> None:
    signer = world.es256.signer()
    expected = (Outcome.REJECTED, Code.COSE_CRITICAL_HEADER)
    assert answer(with_header(world, {**header(signer), 2: critical})) == expected
    assert answer(world.verify(forge(signer, claims(), unprotected={2: critical}))) == expected


@pytest.mark.parametrize(
    "protected", [b"\x80", b"\x01", b"\xf6", b"\x40", b"\x60", b"\xc1\xa1\x01\x26"]
)
def test_a_protected_header_that_is_no_map_is_invalid(world: World, protected: bytes) -> None:
    text = forge(world.es256.signer(), claims(), protected=protected)
    assert answer(world.verify(text)) == (Outcome.UNREADABLE, Code.COSE_HEADER_INVALID)


@pytest.mark.parametrize(
    "kid",
    [
        ...,
        None,
        b"",
        b"foo",
        bytes(7),
        bytes(8),
        bytes(9),
        bytes(32),
        "text",
        "",
        4,
        -1,
        1.5,
        True,
        [],
        {},
    ],
)
@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_a_kid_that_matches_nothing_leaves_it_undecided(world: World, place: str, kid: object) -> None:
    named: dict[object, object] = {} if kid is ... else {4: kid}
    protected: dict[object, object] = {1: -7} | (named if place == "protected" else {})
    unprotected = named if place == "unprotected" else {}
    text = forge(world.es256.signer(), claims(), protected=protected, unprotected=unprotected)
    verdict = world.verify(text)
    assert answer(verdict) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
    assert verdict.check(Stage.TRUST).status is Status.OPEN


def test_a_part_of_the_kid_or_the_bytes_of_its_hex_match_nothing(world: World) -> None:
    kid = world.es256.certificate.kid
    assert with_header(world, {1: -7, 4: kid.hex()}), "text stands for the bytes that it writes"
    for odd in (kid[:3], kid[:7], kid + b"\0", kid.hex()[:14], kid.hex().encode()):
        assert with_header(world, {1: -7, 4: odd}).code is Code.TRUST_KEY_UNKNOWN
