"""Issuing: what is refused, and what exactly is written."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.world import END, NOW, PERSON, RECOVERY, START, TEST, VACCINATION, World
from vaxpass import Certificate, Code, EncodeError, Person, Problem, Vaccination, decode, encode
from vaxpass.crypto import Algorithm, Signer
from vaxpass.encoding import base45

GOOD = [VACCINATION, TEST, RECOVERY]


def issue(world: World, certificate: Certificate = VACCINATION, **changes: Any) -> str:
    arguments: dict[str, Any] = {"issuer": "VN", "issued_at": START, "expires_at": END} | changes
    return encode(certificate, arguments.pop("signer", world.es256.signer()), **arguments)


def unpacked(text: str) -> tuple[bytes, dict[int, object], bytes, bytes]:
    """The four parts of the message, read with other tools than the encoder's where there are any."""
    assert text.startswith("HC1:")
    message = cbor2.loads(zlib.decompress(base45.decode(text.removeprefix("HC1:"))))
    assert isinstance(message, cbor2.CBORTag)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    return protected, dict(unprotected), payload, signature


# --- what is refused ---------------------------------------------------------------------------------


def dose(**changes: Any) -> Vaccination:
    (entry,) = VACCINATION.entries
    assert isinstance(entry, Vaccination)
    return replace(entry, **changes)


@pytest.mark.parametrize(
    ("certificate", "problems"),
    [
        (replace(VACCINATION, entries=()), [Problem(Code.SCHEMA_GROUP_MISSING, "$")]),
        (
            replace(VACCINATION, entries=VACCINATION.entries * 2),
            [Problem(Code.SCHEMA_SEVERAL_ENTRIES, "$.v")],
        ),
        (
            replace(VACCINATION, entries=VACCINATION.entries + TEST.entries),
            [Problem(Code.SCHEMA_SEVERAL_GROUPS, "$")],
        ),
        (
            replace(VACCINATION, person=Person("Nguyễn", None, "Duy")),
            [Problem(Code.SCHEMA_REQUIRED, "$.nam.fnt")],
        ),
        (
            Certificate(
                Person("A" * 81, "Nguyen", "Duy", "DUY"),
                "90",
                (dose(dose=0, doses=None, date="12.01.2026", country="vn"),),
                version="one",
            ),
            [
                Problem(Code.SCHEMA_FORMAT, "$.ver"),
                Problem(Code.SCHEMA_FORMAT, "$.dob"),
                Problem(Code.SCHEMA_LENGTH, "$.nam.fn"),
                Problem(Code.SCHEMA_FORMAT, "$.nam.fnt"),
                Problem(Code.SCHEMA_FORMAT, "$.v[0].co"),
                Problem(Code.SCHEMA_RANGE, "$.v[0].dn"),
                Problem(Code.SCHEMA_REQUIRED, "$.v[0].sd"),
                Problem(Code.SCHEMA_FORMAT, "$.v[0].dt"),
            ],
        ),
    ],
)
def test_every_problem_is_listed_and_nothing_is_signed(
    certificate: Certificate, problems: list[Problem]
) -> None:
    signer = SmallSigner()
    with pytest.raises(EncodeError) as caught:
        encode(certificate, signer, issuer="VN", issued_at=START, expires_at=END)
    assert caught.value.problems == tuple(problems)
    for problem in problems:
        assert f"{problem.code} ({problem.path}): " in str(caught.value)
    assert signer.signed == []


@pytest.mark.parametrize("name", ["issued_at", "expires_at"])
def test_a_naive_time_is_a_value_error(world: World, name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must be an aware datetime"):
        issue(world, VACCINATION, **{name: NOW.replace(tzinfo=None)})


def test_the_end_is_not_before_the_beginning(world: World) -> None:
    with pytest.raises(ValueError, match="before"):
        issue(world, expires_at=START - timedelta(seconds=1))
    text = issue(world, expires_at=START)
    assert world.verify(text, START), "an instant is a time too"


# --- what is written ---------------------------------------------------------------------------------


@pytest.mark.parametrize("certificate", GOOD)
@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.PS256])
def test_the_message_has_the_form_of_the_specification(
    world: World, certificate: Certificate, algorithm: Algorithm
) -> None:
    key = world.es256 if algorithm is Algorithm.ES256 else world.ps256
    text = issue(world, certificate, signer=key.signer())
    compressed = base45.decode(text.removeprefix("HC1:"))
    assert compressed[:2] == b"\x78\xda"
    protected, unprotected, payload, signature = unpacked(text)
    kid = hashlib.sha256(key.certificate.der).digest()[:8]
    assert protected == cbor2.dumps({1: {"ES256": -7, "PS256": -37}[algorithm.name], 4: kid})
    assert unprotected == {}
    assert len(signature) == {"ES256": 64, "PS256": 256}[algorithm.name]
    claims = cbor2.loads(payload)
    assert list(claims) == [1, 4, 6, -260]
    assert claims == {
        1: "VN",
        4: int(END.timestamp()),
        6: int(START.timestamp()),
        -260: {1: certificate.to_payload()},
    }
    assert type(claims[4]) is type(claims[6]) is int


@pytest.mark.parametrize("algorithm", ["es256", "ps256"])
def test_the_signature_is_over_the_structure_of_rfc_9052(world: World, algorithm: str) -> None:
    key = getattr(world, algorithm)
    protected, _, payload, signature = unpacked(issue(world, signer=key.signer()))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    public = key.certificate.public_key
    if isinstance(public, EllipticCurvePublicKey):
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    else:
        assert isinstance(public, RSAPublicKey)
        public.verify(signature, signed, PSS(MGF1(SHA256()), salt_length=32), SHA256())
    assert world.verify(issue(world, signer=key.signer()))


def test_all_but_the_signature_is_the_same_each_time(world: World) -> None:
    first, second = (unpacked(issue(world)) for _ in range(2))
    assert first[:3] == second[:3]
    assert first[3] != second[3], "ECDSA signs with a fresh random number"


@pytest.mark.parametrize("certificate", GOOD)
def test_what_is_issued_is_read_again(world: World, certificate: Certificate) -> None:
    unverified = decode(issue(world, certificate))
    assert unverified.without_verification().certificate == certificate
    assert unverified.notes == ()
    assert (unverified.claims.iss, unverified.claims.nbf) == ("VN", None)
    assert (unverified.claims.issued_at, unverified.claims.expires_at) == (START, END)


def test_extra_fields_are_issued_too(world: World) -> None:
    marked = replace(VACCINATION, extra={"meta": {"a": [1]}}, person=replace(PERSON, extra={"x": "y"}))
    assert decode(issue(world, marked)).without_verification().certificate == marked


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (datetime(2026, 1, 1, 7, tzinfo=timezone(timedelta(hours=7))), 1767225600),
        (datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), 1767225600),
        (datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC), 1767225601),
    ],
)
def test_times_are_whole_seconds_in_utc(world: World, moment: datetime, seconds: int) -> None:
    claims = cbor2.loads(unpacked(issue(world, issued_at=moment))[2])
    assert (claims[6], type(claims[6])) == (seconds, int)


def test_a_name_of_80_letters_of_any_script_is_issued(world: World) -> None:
    person = Person("ữ" * 80, "U" * 80, "\U0001f469" * 80, "<" * 80)
    certificate = replace(VACCINATION, person=person)
    verdict = world.verify(issue(world, certificate))
    assert verdict
    assert verdict.certificate == certificate


@dataclass
class SmallSigner:
    """The least that a key in hardware must offer."""

    algorithm: Algorithm = Algorithm.PS256
    kid: bytes = b"hardware"
    answer: bytes = b"\x01" * 256

    def __post_init__(self) -> None:
        self.signed: list[bytes] = []

    def sign(self, data: bytes) -> bytes:
        self.signed.append(data)
        return self.answer


def test_any_class_with_the_three_members_is_a_signer(world: World) -> None:
    signer = SmallSigner()
    fits: Signer = signer
    protected, _, payload, signature = unpacked(issue(world, signer=fits))
    assert cbor2.loads(protected) == {1: -37, 4: b"hardware"}
    assert signature == signer.answer
    assert signer.signed == [cbor2.dumps(["Signature1", protected, b"", payload])]


def test_a_signer_around_a_real_key_makes_passports_that_are_accepted(world: World) -> None:
    class Around:
        algorithm = Algorithm.ES256
        kid = world.es256.certificate.kid

        def sign(self, data: bytes) -> bytes:
            return world.es256.signer().sign(data)

    assert world.verify(issue(world, signer=Around()))


def test_an_error_of_the_signer_is_not_hidden(world: World) -> None:
    class Broken(SmallSigner):
        def sign(self, data: bytes) -> bytes:
            raise ConnectionError("the module is not answering")

    with pytest.raises(ConnectionError, match="not answering"):
        issue(world, signer=Broken())


def test_an_empty_issuer_and_a_time_before_1970_are_wrong_use(world: World) -> None:
    signer = world.es256.signer()
    with pytest.raises(ValueError, match="issuer"):
        encode(VACCINATION, signer, issuer="", issued_at=START, expires_at=END)
    early = START.replace(year=1969)
    with pytest.raises(ValueError, match="1970"):
        encode(VACCINATION, signer, issuer="VN", issued_at=early, expires_at=END)
