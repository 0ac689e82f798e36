"""Encrypted files: one algorithm, one form, limits on all of it, and no word of the key."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.links import SECRET, encrypted, sealed
from vaxpass.crypto.jwe import NotDecrypted, Refusal, decrypt
from vaxpass.encoding import strict_base64

LARGEST = 1 << 20


def refusal(data: bytes, key: bytes = SECRET, largest: int = LARGEST) -> Refusal:
    with pytest.raises(NotDecrypted) as raised:
        decrypt(data, key, largest)
    assert repr(key)[2:10] not in str(raised.value)
    return raised.value.refusal


@given(st.binary(max_size=2000), st.booleans())
def test_what_was_encrypted_comes_back(content: bytes, compressed: bool) -> None:
    header: dict[str, Any] = {"zip": "DEF"} if compressed else {}
    found = decrypt(b" \n" + encrypted(content, **header) + b"\n", SECRET, LARGEST)
    assert (found.content, found.content_type) == (content, None)


def test_the_kind_of_the_content_is_told() -> None:
    found = decrypt(encrypted(b"{}", cty="application/fhir+json", kid="x"), SECRET, LARGEST)
    assert found.content_type == "application/fhir+json"
    assert decrypt(encrypted(b"", cty=7), SECRET, LARGEST).content_type is None
    assert "fhir" not in repr(found)


@pytest.mark.parametrize(
    "header",
    [
        *({"alg": alg} for alg in (..., None, "none", "Dir", "A256KW", "PBES2-HS256+A128KW", 7)),
        *({"enc": enc} for enc in (..., None, "A128GCM", "A256CBC-HS512", "a256gcm", ["A256GCM"])),
        *({"zip": zipped} for zipped in ("", "GZ", "def", True, 0)),
        *({"crit": crit} for crit in ([], ["exp"], None)),
    ],
)
def test_another_way_of_encryption_is_refused(header: dict[str, Any]) -> None:
    assert refusal(encrypted(b"x", **header)) is Refusal.ALGORITHM


def test_a_header_that_says_it_twice_is_refused() -> None:
    head = strict_base64.encode_url(b'{"alg": "none", "alg": "dir", "enc": "A256GCM"}')
    assert refusal(sealed(head, b"x")) is Refusal.FORM


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"7",
        b"",
        b"{",
        b"\xff\xfe{",
        b'{"a": ' * 200 + b"1" + b"}" * 200,
        json.dumps({"x": "y" * 4096}).encode(),
    ],
)
def test_a_header_of_another_form_is_refused(header: bytes) -> None:
    assert refusal(sealed(strict_base64.encode_url(header), b"x")) is Refusal.FORM


def test_segments_of_another_form_are_refused() -> None:
    head, key, iv, text, tag = encrypted(b"content").split(b".")
    for parts in (
        (head, b"QUJD", iv, text, tag),
        (head, key, iv[:-4], text, tag),
        (head, key, iv, text, tag[:12]),
        (head, key, iv, text, b""),
        (head, key, iv, text + b"=", tag),
        (head, key, iv + b"!", text, tag),
        (head, key, iv, text),
        (head, key, iv, text, tag, b""),
    ):
        assert refusal(b".".join(parts)) is Refusal.FORM
    assert refusal(b"") is Refusal.FORM
    assert refusal(b"\xff" * 100) is Refusal.FORM


def test_another_key_and_altered_bytes_cannot_be_told_apart() -> None:
    whole = encrypted(b"content")
    assert refusal(whole, bytes(32)) is Refusal.KEY
    assert refusal(whole, SECRET[:16]) is Refusal.KEY
    head, key, iv, _, tag = whole.split(b".")
    other = encrypted(b"Content").split(b".")[3]
    assert refusal(b".".join((head, key, iv, other, tag))) is Refusal.KEY
    # The header is authenticated too.
    named = encrypted(b"content", cty="text/plain").split(b".")[0]
    assert refusal(whole.replace(head, named)) is Refusal.KEY


def test_what_is_too_large_is_refused_before_it_takes_memory() -> None:
    assert refusal(encrypted(bytes(101)), largest=100) is Refusal.SIZE
    assert decrypt(encrypted(bytes(100)), SECRET, 100).content == bytes(100)
    assert refusal(b"x" * 10_000, largest=100) is Refusal.SIZE
    bomb = encrypted(bytes(64 << 20), zip="DEF")
    tracemalloc.start()
    assert refusal(bomb) is Refusal.DAMAGED
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * LARGEST


def test_compressed_content_must_be_whole() -> None:
    head = strict_base64.encode_url(b'{"alg": "dir", "enc": "A256GCM", "zip": "DEF"}')
    for content in (
        b"",
        b"\x03",
        b"not compressed",
        b"\x03\x00more",
        b"\x78\x9c\x03\x00\x00\x00\x00\x01",
    ):
        assert refusal(sealed(head, content)) is Refusal.DAMAGED
    assert decrypt(sealed(head, b"\x03\x00"), SECRET, 9).content == b""


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    refusal(data)
