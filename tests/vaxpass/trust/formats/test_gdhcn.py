"""The WHO network's documents: nothing of one is used unless WHO's proof over it holds."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate
from tests.support.gdhcn_documents import (
    AT,
    HOST,
    KEY,
    LONG_NAMES,
    OTHER,
    SIGNER,
    Document,
    method,
    prove,
    read,
    real,
    unproved,
    who_key,
)
from tests.support.trust_lists import only_a_trust_list_error, text
from vaxpass import TrustListError
from vaxpass.crypto import SignerKey
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust.formats.gdhcn_proof import VOCABULARIES, signing_input

PLAIN = unproved(method(ONE), method(TWO, "XXH", "CSCA"))
LIST = prove(PLAIN)


def test_a_list_is_read_under_the_key_that_signed_it() -> None:
    for pins in ([KEY.public_key()], [OTHER.public_key(), KEY.public_key()]):
        trust = read(LIST, *pins)
        one, two = trust
        assert (one.kid, one.certificate) == (certificate(ONE).kid, certificate(ONE))
        assert (one.participant, one.domain, one.usage, one.country) == ("VNM", "DCC", "DSC", "XA")
        assert (two.participant, two.usage, two.country) == ("XXH", "SCA", "XB")
        assert (one.test, two.test) == (False, True)
        assert trust.made_at == datetime(2026, 8, 22, 17, 5, 1, tzinfo=UTC)
        assert trust.find(two.kid) == ()
        assert one.trusted_by.startswith("WHO's proof over the list, key ")


def test_the_statements_are_as_the_format_says() -> None:
    """By hand for the smallest document, so that builder and reader can't be wrong alike."""
    security = "https://w3id.org/security#"
    document = f"<{HOST}> <{security}controller> <{HOST}> .\n"
    document += f"<{HOST}> <{security}verificationMethod> <{HOST}:DCC> .\n"
    options = (
        '_:c14n0 <http://purl.org/dc/terms/created> "2026-08-22T17:05:01Z"'
        "^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n"
        "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        f" <{security}JsonWebSignature2020> .\n"
        f'_:c14n0 <{security}nonce> "n0nce" .\n'
        f"_:c14n0 <{security}proofPurpose> <{security}assertionMethod> .\n"
        f"_:c14n0 <{security}verificationMethod> <{SIGNER}> .\n"
    )
    expected = b"h." + sha256(options.encode()).digest() + sha256(document.encode()).digest()
    assert signing_input(unproved(f"{HOST}:DCC"), b"h") == expected


def test_without_a_pinned_key_it_is_refused_unless_allowed() -> None:
    with pytest.raises(TrustListError, match="pins="):
        read(LIST)
    trust = read(LIST, unsigned=True)
    assert {key.trusted_by for key in trust} == {"unsigned, because the user said so"}


@pytest.mark.parametrize(
    "pin",
    [
        OTHER.public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
        certificate(ONE),
    ],
    ids=["P-256", "P-384", "RSA", "certificate"],
)
@pytest.mark.parametrize("unsigned", [True, False])
def test_under_another_key_it_is_refused(pin: Any, unsigned: bool) -> None:
    with pytest.raises(TrustListError, match="does not match"):
        read(LIST, pin, unsigned=unsigned)


SIGNED_MEMBERS: list[tuple[list[Any], Any]] = [
    (["id"], "did:web:tng-cdn.who.int:v2:other"),
    (["controller"], "did:web:other"),
    (["verificationMethod", 0, "id"], f"{HOST}:DCC:VNM:DSC#AAAAAAAAAAA="),
    (["verificationMethod", 0, "controller"], "did:web:other"),
    (["verificationMethod", 0, "type"], "JsonWebKey"),
    (["verificationMethod", 0, "publicKeyJwk", "x5c", 0], text(TWO)),
    (["verificationMethod", 0, "publicKeyJwk", "kid"], "AAAAAAAAAAA="),
    (["verificationMethod", 0, "domain", "code"], "#DDCC"),
    (["verificationMethod", 0, "participant", "code"], "#FRA"),
    (["verificationMethod", 1, "participant", "code"], "#FRA"),
    (["verificationMethod", 1, "keyusage", "code"], "#DSC"),
    (["verificationMethod", 1, "keyusage"], ...),
    (["verificationMethod", 1], ...),
    (["proof", "created"], "2026-11-22T17:05:01Z"),
    (["proof", "nonce"], "other"),
    (["proof", "nonce"], ...),
    (["proof", "proofPurpose"], "authentication"),
    (["proof", "verificationMethod"], "did:web:other"),
    (["proof", "type"], "Ed25519Signature2020"),
    (["proof"], ...),
]


def edited(data: bytes, path: list[Any], value: Any) -> bytes:
    document = json.loads(data)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(("path", "value"), SIGNED_MEMBERS)
def test_a_change_of_anything_signed_makes_it_useless(path: list[Any], value: Any) -> None:
    with pytest.raises(TrustListError):
        read(edited(LIST, path, value), KEY.public_key())


@pytest.mark.slow
@given(st.integers(0, len(LIST) - 1), st.integers(1, 255))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_a_changed_byte_never_changes_the_keys(place: int, change: int) -> None:
    data = bytearray(LIST)
    data[place] ^= change
    try:
        trust = read(bytes(data), KEY.public_key())
    except TrustListError:
        return
    # Contexts, spaces and the like are not signed, and not used either.
    assert [key.certificate.der for key in trust] == [ONE, TWO]
    assert [key.usage for key in trust] == ["DSC", "SCA"]
    assert trust.find(certificate(ONE).kid) == (next(iter(trust)),)


@pytest.mark.parametrize(
    "identifier",
    [
        f"{HOST}> <https://w3id.org/security#controller> <{HOST}",
        "no scheme",
        "_:c14n0",
        "did:web:a b",
        "did:web:a\nb",
        "did:web:a\\b",
        None,
        5,
    ],
)
def test_an_identifier_can_not_imitate_statements(identifier: Any) -> None:
    with pytest.raises(ValueError, match="identifier"):
        signing_input(unproved(method(ONE), controller=identifier), b"h")
    with pytest.raises(TrustListError, match="identifier"):
        read(edited(LIST, ["controller"], identifier), KEY.public_key())


def test_entries_of_one_name_are_not_told_apart_by_the_proof() -> None:
    """Their statements could be shuffled between them under the same proof."""
    one = method(ONE)
    document = unproved(one, method(TWO) | {"id": one["id"]}, method(TWO))
    trust = read(prove(document), KEY.public_key())
    assert [key.certificate.der for key in trust] == [TWO]
    assert [skipped.reason for skipped in trust.skipped] == ["several entries have this id"] * 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": f"{HOST}:DSC"}, "no kid"),
        ({"id": f"{HOST}:DSC#%%"}, "not Base64"),
        ({"id": f"{HOST}:DSC#" + text(bytes(65))}, "no kid"),
        ({"publicKeyJwk": {}}, "no certificate"),
        ({"publicKeyJwk": {"x5c": []}}, "no certificate"),
        ({"publicKeyJwk": {"x5c": text(ONE)}}, "no certificate"),
        ({"publicKeyJwk": {"x5c": [5]}}, "x5c is not text"),
        ({"publicKeyJwk": {"x5c": [text(b"junk")]}}, "not a usable X.509 certificate"),
    ],
)
def test_a_broken_entry_is_skipped_alone(changes: Document, reason: str) -> None:
    trust = read(prove(unproved(method(TWO) | changes, method(ONE))), KEY.public_key())
    assert [key.certificate.der for key in trust] == [ONE]
    (skipped,) = trust.skipped
    assert reason in skipped.reason


@pytest.mark.parametrize("vocabulary", VOCABULARIES[1:])
def test_lists_for_development_hold_test_keys(vocabulary: str) -> None:
    trust = read(prove(unproved(method(ONE)), vocabulary=vocabulary), KEY.public_key())
    assert all(key.test for key in trust)


@pytest.mark.parametrize(
    ("changes", "test"),
    [
        ({"id": "did:web:tng-cdn-dev.who.int:v2:trustlist"}, True),
        ({"id": "did:web:tng-cdn-uat.who.int:v2:trustlist"}, True),
        ({"id": "did:web:devices.example"}, False),
        ({"@context": "https://smart.who.int/trust/tng-context/v1-DEV.jsonld"}, True),
        ({"@context": [5, "https://smart.who.int/trust/tng-context/v1-UAT.jsonld"]}, True),
        ({"@context": [5, "https://smart.who.int/trust/tng-context/v1.jsonld"]}, False),
    ],
)
def test_hosts_and_contexts_tell_lists_for_development(changes: Document, test: bool) -> None:
    (key,) = read(prove(unproved(method(ONE), **changes)), KEY.public_key())
    assert key.test is test


@pytest.mark.parametrize(
    ("participant", "test"),
    [("XXH", True), ("XCL", True), ("XML", True), ("XQ", True), ("XKX", False), ("IOM", False)],
)
def test_codes_that_begin_with_x_are_for_tests(participant: str, test: bool) -> None:
    (key,) = read(prove(unproved(method(ONE, participant))), KEY.public_key())
    assert key.test is test


@pytest.mark.parametrize(
    "header",
    [
        '{"b64":false,"crit":["b64"],"alg":"EC"}',
        '{"b64":false,"crit":["b64"],"alg":"none"}',
        '{"b64":0,"crit":["b64"],"alg":"ES256"}',
        '{"b64":true,"crit":["b64"],"alg":"ES256"}',
        '{"alg":"ES256"}',
        "[" * 9999,
        "junk",
    ],
)
def test_a_proof_of_another_form_proves_nothing(header: str) -> None:
    data = prove(PLAIN, header=header)
    with pytest.raises(TrustListError, match="not of the form that can be verified"):
        read(data, KEY.public_key())
    assert len(read(data, KEY.public_key(), unsigned=True)) == 2


def test_the_first_version_names_its_participants_in_the_ids() -> None:
    entry = {"type": "JsonWebKey2020", "publicKeyJwk": {"x5c": [text(ONE)]}}
    entry["id"] = "did:web:tng-cdn.who.int:trustlist:prt#" + text(certificate(ONE).kid)
    (key,) = read(json.dumps(unproved(entry)).encode(), unsigned=True)
    assert (key.participant, key.usage, key.domain) == ("PRT", "DSC", None)


REFERENCE = f"{HOST}:DCC:VNM:DSC"


def test_references_are_followed_to_companions() -> None:
    middle = f"{HOST}-ref:DCC"
    top = prove(unproved(middle, "did:web:elsewhere", id=f"{HOST}-ref"))
    with pytest.raises(TrustListError, match="holds references and no keys"):
        read(top, KEY.public_key())
    sidecars = [
        b"junk",
        prove(unproved(REFERENCE, f"{HOST}-ref", id=middle)),
        prove(unproved(method(ONE), id=REFERENCE)),
    ]
    trust = read(top, KEY.public_key(), sidecars=sidecars)
    assert [key.certificate.der for key in trust] == [ONE]
    assert [skipped.entry for skipped in trust.skipped] == ["did:web:elsewhere"]
    assert trust.made_at is not None
    sidecars[2] = prove(unproved(method(ONE), id=REFERENCE), OTHER)
    with pytest.raises(TrustListError, match="does not match"):
        read(top, KEY.public_key(), sidecars=sidecars)


@pytest.mark.parametrize(
    "content",
    [
        b'{"verificationMethod"',
        b'{"verificationMethod": []}',
        b'{"id": "a:b", "verificationMethod": {}}',
        b'{"id": 5, "verificationMethod": []}',
        b'{"id": "a:b", "verificationMethod": []}',
        b'{"id": "a:b", "verificationMethod": [5, null, {}, {"id": 5}]}',
        b'{"id": "a:b", "verificationMethod": ' + b"[" * 100_000,
        b'{"id": "\\ud800:b", "verificationMethod": ["\\ud800:c"], "proof": {}}',
    ],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    choices: list[Any] = [{"pins": [KEY.public_key()]}, {"unsigned": True}]
    for options in choices:
        with pytest.raises(TrustListError):
            read(content, **options)


def test_text_that_is_not_unicode_is_refused() -> None:
    data = edited(LIST, ["verificationMethod", 0, "publicKeyJwk", "kid"], "\ud800")
    with pytest.raises(TrustListError, match="not Unicode"):
        read(data, KEY.public_key())


def test_a_document_that_holds_the_key_to_pin_is_no_list() -> None:
    jwk = to_jwk(KEY.public_key())
    document = unproved({"id": SIGNER, "type": "JsonWebKey2020", "publicKeyJwk": jwk}, id=SIGNER)
    with pytest.raises(TrustListError, match="one to pin"):
        read(json.dumps(document).encode(), unsigned=True)


@given(st.integers(0, len(LIST)), st.binary(max_size=20), st.booleans())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_a_list_or_a_trust_list_error(
    place: int, junk: bytes, unsigned: bool
) -> None:
    pins = [] if unsigned else [KEY.public_key()]
    only_a_trust_list_error(LIST[:place] + junk + LIST[place:], pins=pins, unsigned=unsigned)


# --- the real documents ------------------------------------------------------------------------------


@pytest.mark.slow
@LONG_NAMES
@pytest.mark.parametrize(
    ("environment", "name", "count"),
    [
        ("prod", "v2-trustlist-did.json", 501),
        ("prod", "v2-DCC-TUR-DSC-did.json", 2),
        ("prod", "v2-DECA-did.json", 2),
        ("dev", "v2-trustlist-did.json", 255),
        ("dev", "v2-PH4H-DSC-did.json", 68),
    ],
)
def test_the_proofs_of_the_real_lists_hold(
    shared: Path, environment: str, name: str, count: int
) -> None:
    data, pin = real(shared, environment, name), who_key(shared, environment)
    trust = read(data, pin)
    assert (len(trust), trust.skipped) == (count, ())
    assert trust.made_at is not None
    assert trust.made_at.date().isoformat() == "2026-08-22"
    if environment == "dev":
        assert all(key.test for key in trust)
    else:
        assert all(key.kid == key.certificate.kid for key in trust)
    with pytest.raises(TrustListError, match="pins="):
        read(data)
    with pytest.raises(TrustListError, match="does not match"):
        read(data, KEY.public_key())
    other = who_key(shared, "dev" if environment == "prod" else "prod")
    with pytest.raises(TrustListError, match="does not match"):
        read(data, other)
    same = edited(data, ["id"], json.loads(data)["id"])
    for path, value in SIGNED_MEMBERS:
        if edited(data, path, value) == same:
            continue
        with pytest.raises(TrustListError):
            read(edited(data, path, value), pin)


@LONG_NAMES
def test_the_real_production_list_is_read_whole(shared: Path) -> None:
    trust = read(real(shared, "prod", "v2-trustlist-did.json"), who_key(shared, "prod"))
    assert Counter(key.usage for key in trust) == {"DSC": 438, "SCA": 61, "DECA": 2}
    assert {key.domain for key in trust} == {"DCC"}
    assert len({key.participant for key in trust}) == 36
    assert {key.participant for key in trust if key.test} == {"XXH"}
    valid = [key for key in trust if key.usage == "DSC" and valid_at(key.certificate, AT)]
    assert len(valid) == 146
    assert all(isinstance(key.certificate, SignerKey) for key in trust)


def test_the_real_references_lead_to_keys(shared: Path) -> None:
    pin = who_key(shared, "prod")
    reference = real(shared, "prod", "v2-ref-DCC-TUR-DSC-did.json")
    with pytest.raises(TrustListError, match="references and no keys"):
        read(reference, pin)
    target = real(shared, "prod", "v2-DCC-TUR-DSC-did.json")
    assert [key.participant for key in read(reference, pin, sidecars=[target])] == ["TUR", "TUR"]


@LONG_NAMES
@pytest.mark.parametrize(("environment", "count"), [("prod", 438), ("dev", 368)])
def test_the_first_version_can_not_be_verified(shared: Path, environment: str, count: int) -> None:
    data = real(shared, environment, "v1-trustlist-did.json")
    with pytest.raises(TrustListError, match="version 1"):
        read(data, who_key(shared, environment))
    assert len(read(data, unsigned=True)) == count


@pytest.mark.parametrize("usage", ["BSC", "SHC", "DIVOC", "CSCA"])
def test_no_key_of_the_network_is_one_of_another_family(usage: str) -> None:
    data = prove(unproved(method(ONE), method(TWO, "XXH", usage)))
    trust = read(data, KEY.public_key())
    assert {key.usage for key in trust} <= {"DSC", "SCA"}
    assert len(trust) + len(trust.skipped) == 2
