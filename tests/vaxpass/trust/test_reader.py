"""Trust lists: each format is read for what it is, and nothing else is ever used."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate, make_certificate, pem
from tests.support.trust_lists import ENTRY, Entry, listed, only_a_trust_list_error, read, spki, text
from tests.support.world import World
from vaxpass import TrustListError, read_trust_list
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust import Role, TrustedKey, is_trust_list, load_pins, role_of
from vaxpass.trust.formats import native

# --- bare certificates -------------------------------------------------------------------------------


def test_one_certificate_is_read_from_der_and_pem() -> None:
    for data in (ONE, pem(ONE), b"a comment\r\n" + pem(ONE).replace(b"\n", b"\r\n")):
        (key,) = read(data)
        assert key == TrustedKey(certificate(ONE).kid, certificate(ONE), "XA", "here")
        assert not key.test


def test_several_certificates_are_read_from_one_pem_text() -> None:
    trust = read(pem(ONE) + b"\nbetween\n" + pem(TWO))
    assert [key.certificate.der for key in trust] == [ONE, TWO]
    assert [key.country for key in trust] == ["XA", "XB"]


def test_a_certificate_that_cannot_be_used_is_skipped_with_a_reason() -> None:
    ed25519_der = make_certificate(ed25519.Ed25519PrivateKey.generate())
    trust = read(pem(ONE) + pem(b"junk") + pem(ed25519_der))
    assert [key.certificate.der for key in trust] == [ONE]
    assert [(s.source, s.entry) for s in trust.skipped] == [
        ("here", "certificate 2"),
        ("here", "certificate 3"),
    ]
    assert all(skipped.reason for skipped in trust.skipped)


def test_nothing_but_unusable_certificates_is_an_error_with_the_reason() -> None:
    with pytest.raises(TrustListError, match=r"^here: .*neither EC nor RSA\.$"):
        read(pem(make_certificate(ed25519.Ed25519PrivateKey.generate())))


def test_certificates_made_by_this_library_are_test_keys(world: World) -> None:
    (key,) = read(world.es256.certificate.der)
    assert key.test
    (key,) = read(listed({"certificate": text(world.es256.certificate.der), "test": False}))
    assert key.test


# --- the project's own format ------------------------------------------------------------------------


def test_what_is_written_is_read_again(world: World) -> None:
    keys = [
        TrustedKey(b"12345678", certificate(ONE), "QQ", "Danh sách (é)"),
        TrustedKey(b"", certificate(TWO), "XB", "Danh sách (é)", test=True),
        TrustedKey(b"x" * 32, world.ps256.certificate, "VN", "Danh sách (é)", test=True),
    ]
    trust = read(native.write(keys, source="Danh sách (é)", test=False))
    assert list(trust) == keys
    assert trust.skipped == ()


def test_what_was_read_can_be_written() -> None:
    trust = read(listed(ENTRY | {"country": "\ud800"}, source="\udfff"))
    again = read(native.write(trust, source=next(iter(trust)).source, test=False))
    assert list(again) == list(trust)


def test_an_entry_needs_no_more_than_its_certificate() -> None:
    (key,) = read(listed(ENTRY))
    assert key == TrustedKey(certificate(ONE).kid, certificate(ONE), "XA", "there")
    (key,) = read(listed(ENTRY, source=...))
    assert key.source == "here"


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "text",
        {},
        {"certificate": None},
        {"certificate": "%%%"},
        {"certificate": "é"},
        {"certificate": ""},
        {"certificate": text(b"junk")},
        {"certificate": text(ONE[:-1])},
        {"certificate": text(make_certificate(ed25519.Ed25519PrivateKey.generate()))},
        ENTRY | {"kid": 5},
        ENTRY | {"kid": None},
        ENTRY | {"kid": "!"},
        ENTRY | {"country": 84},
    ],
)
def test_a_broken_entry_is_skipped_alone(entry: object) -> None:
    good = {"certificate": text(TWO)}
    trust = read(listed(good, entry, ENTRY))
    assert [key.certificate.der for key in trust] == [TWO, ONE]
    (skipped,) = trust.skipped
    assert (skipped.source, skipped.entry) == ("there", "key 2")
    assert skipped.reason


@pytest.mark.parametrize(
    ("marks", "test"),
    [
        ({}, False),
        ({"test": False}, False),
        ({"test": True}, True),
        ({"test": None}, True),
        ({"test": 0}, True),
        ({"test": "false"}, True),
    ],
)
def test_only_an_explicit_false_or_silence_is_no_test_mark(marks: Entry, test: bool) -> None:
    (key,) = read(listed(ENTRY | marks))
    assert key.test is test
    one, two = read(listed(ENTRY, {"certificate": text(TWO), "test": False}, **marks))
    assert (one.test, two.test) == (test, test), "a mark of the list is one of every key"


@pytest.mark.parametrize("version", [..., None, 0, 2, "1", 1.5, [1], True])
def test_an_unknown_version_is_refused(version: object) -> None:
    with pytest.raises(TrustListError, match="version"):
        read(listed(ENTRY, version=version))


@pytest.mark.parametrize(
    "data",
    [
        listed(format="other-list", vaxpass="vaxpass-trust-list"),
        listed(keys=...),
        listed(keys={}),
        listed()[:-1],
        b'{"vaxpass-trust-list": ' + b"[" * 100_000,
        b'{"vaxpass-trust-list": ' + b"9" * 5000 + b"}",
        b'{"format": "vaxpass-trust-list\xff"}',
    ],
)
def test_a_list_that_is_not_whole_is_refused(data: bytes) -> None:
    with pytest.raises(TrustListError, match=r"^here: .+\.$"):
        read(data)


# --- whatever comes ----------------------------------------------------------------------------------


@given(st.binary(max_size=200) | st.binary(max_size=99).map(lambda data: b"\x30" + data))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(TrustListError):
        read(data)


PEM_TEXT, OWN_LIST = pem(ONE) + pem(TWO), listed(ENTRY, {"certificate": text(TWO), "kid": "MTI="})
MUTANTS = st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=3)), min_size=1, max_size=4)


@pytest.mark.slow
@pytest.mark.parametrize("good", [ONE, PEM_TEXT, OWN_LIST], ids=["der", "pem", "own"])
@given(changes=MUTANTS)
@settings(max_examples=120, derandomize=True, deadline=None)
def test_a_damaged_list_gives_what_is_whole_or_is_refused(
    good: bytes, changes: list[tuple[int, bytes]]
) -> None:
    data = good
    for place, new in changes:
        start = place % len(data)
        data = data[:start] + new + data[start + max(1, len(new)) :]
    only_a_trust_list_error(data)


def test_a_subject_of_another_type_is_no_reason_to_fail() -> None:
    # C = XA as a BIT STRING: X.509 does not allow it, and cryptography stops with a TypeError.
    odd = ONE.replace(b"\x06\x03\x55\x04\x06\x13\x02XA", b"\x06\x03\x55\x04\x06\x03\x02\x00A")
    assert odd != ONE
    trust = read(listed({"certificate": text(odd)}, ENTRY))
    assert certificate(ONE).kid in {key.kid for key in trust}


def test_a_list_larger_than_any_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaxpass.trust.reader.LARGEST", len(ONE))
    assert len(read(ONE)) == 1
    with pytest.raises(TrustListError, match="larger"):
        read(ONE + b"\0")


@pytest.mark.parametrize("unsigned", [False, True])
def test_only_the_users_own_file_says_how_it_came_to_be_trusted(unsigned: bool) -> None:
    data = listed({**ENTRY, "trusted_by": "WHO's proof over the list"})
    (own,) = read_trust_list(data, source="here", unsigned=unsigned)
    assert own.trusted_by == "WHO's proof over the list"
    (found,) = read_trust_list(data, source="here", unsigned=True, named_by_user=False)
    assert found.trusted_by == "unsigned, because the user said so"


def test_every_form_may_have_a_byte_order_mark() -> None:
    data = listed(ENTRY)
    whole = list(read(data))
    for marked in (
        b"\xef\xbb\xbf" + data,
        data.decode().encode("utf-16"),
        data.decode().encode("utf-32"),
    ):
        assert is_trust_list(marked)
        assert list(read(marked)) == whole
    for each in (pem(ONE), pem(ONE) + pem(TWO)):
        for marked in (b"\xef\xbb\xbf" + each, each.decode().encode("utf-16")):
            assert list(read(marked)) == list(read(each))
            assert load_pins(marked) == load_pins(each)


def test_a_lone_certificate_is_read_in_every_form_in_which_it_is_written() -> None:
    base64 = text(ONE).encode()
    lines = pem(ONE).split(b"\n", 1)[1].rsplit(b"-----END", 1)[0]
    other = [pem(ONE).replace(b"CERT", name + b" CERT") for name in (b"X509", b"TRUSTED")]
    extra = b"\x30\x03\x0c\x01a"  # what OpenSSL writes behind a trusted certificate
    trusted = pem(ONE + extra).replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")
    for data in (ONE, base64, base64 + b"\r\n", lines, lines.replace(b"\n", b"\r\n"), *other, trusted):
        assert is_trust_list(data)
        assert [key.certificate.der for key in read(data)] == [ONE]
        assert load_pins(data) == (certificate(ONE),)


def test_a_lone_jwk_is_a_list_of_one_key() -> None:
    jwk = to_jwk(certificate(ONE).public_key)
    for data in (
        {**jwk, "kid": "AQIDBAUGBwg="},
        {"kid": "AQIDBAUGBwg=", "x5c": [text(ONE)], **jwk},
        {"issuer": "https://example.org", "keys": [{**jwk, "kid": "AQIDBAUGBwg="}]},
    ):
        (key,) = read(json.dumps(data).encode())
        assert key.kid == bytes(range(1, 9))
        assert key.certificate.public_key == certificate(ONE).public_key
    with pytest.raises(TrustListError, match="private key"):
        read(json.dumps({**jwk, "d": "AQAB"}).encode())


@pytest.mark.parametrize(
    ("data", "role"),
    [
        (listed(ENTRY), Role.OWN_LIST),
        (pem(ONE), Role.KEYS),
        (ONE, Role.KEYS),
        (spki(ONE), Role.PIN),
        (b'{"trustAnchorSignature": "MIIB"}', Role.SIDECAR),
        (b'{"id": "a", "verificationMethod": ["did:web:b"]}', Role.REFERENCES),
        (b'{"id": "a", "verificationMethod": [{"publicKeyJwk": {"kty": "EC"}}]}', Role.PIN),
        (b'{"id": "a", "verificationMethod": [{"publicKeyJwk": {"x5c": []}}]}', Role.OLD_LIST),
        (b'{"certificatesDCC": {}}', Role.LIST),
        (b"# Read me", Role.OTHER),
        (b"", Role.OTHER),
        (b"{", Role.OTHER),
    ],
)
def test_what_a_file_is_good_for_is_told_by_its_content(data: bytes, role: Role) -> None:
    assert role_of(data) is role


@given(st.binary(max_size=300))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_the_role_of_anything_is_told(data: bytes) -> None:
    for begin in (b"", b"{", b"[", b"-----BEGIN ", b"\xd2\x84", b'{"id":"a","verificationMethod":'):
        assert role_of(begin + data) in Role
