"""A list of a few million characters never takes a hundred times the memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from vaxpass import TrustListError, read_trust_list
from vaxpass.encoding import strict_json
from vaxpass.rules import RulesError, read_rules

MANY = 600_000
EMPTY = b",".join([b"{}"] * MANY)
FORMS = {
    "vaxpass JSON": b'{"format": "vaxpass-trust-list", "version": 1, "keys": [' + EMPTY + b"]}",
    "EU gateway": b'[{"rawData": 1},' + EMPTY + b"]",
    "JWK set": b'{"keys": [{"kty": "EC"},' + EMPTY + b"]}",
    "DID document": b'{"id": "a", "verificationMethod": [' + EMPTY + b"]}",
    "Netherlands": b'{"eu_keys": {"AAAA": [' + EMPTY + b"]}}",
    "France": b'{"certificatesDCC": {"AAAA": [' + EMPTY + b"]}}",
    "Norway": b'[{"publicKey": 1},' + EMPTY + b"]",
    "numbers": b'{"format": "vaxpass-trust-list", "keys": [' + b",".join([b"1000"] * MANY) + b"]}",
    "Austria": b"\xa1\x61c\x9a" + MANY.to_bytes(4, "big") + b"\xa0" * MANY,
    "COSE keys": b"\x9a" + MANY.to_bytes(4, "big") + b"\xa0" * MANY,
    "open PEM": b"-----BEGIN CERTIFICATE-----" + b" " * 1_000_000,
}


def most_memory(read: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_nothing_is_refused_before_it_takes_memory(form: str) -> None:
    data = FORMS[form]

    def read() -> None:
        with pytest.raises(TrustListError, match=r"values|damaged|known here"):
            read_trust_list(data, source="list", unsigned=True)

    assert most_memory(read) < 3 * len(data)


def test_a_list_of_rules_is_bounded_too() -> None:
    data = b'[{"Identifier": "GR-VN-0001", "Country": "VN", "Logic": true},' + EMPTY + b"]"

    def read() -> None:
        with pytest.raises(RulesError, match="values"):
            read_rules(data, source="rules")

    assert most_memory(read) < 3 * len(data)


def test_a_list_has_a_largest_number_of_entries() -> None:
    blocks = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" * 50_001
    with pytest.raises(TrustListError, match="more than 50000 entries"):
        read_trust_list(blocks, source="list")


@pytest.mark.parametrize("text", ["{}", "[]", "[1]", '{"a": 1}', '[1, "a", {"b": [null, true]}]'])
def test_no_value_is_overlooked(text: str) -> None:
    def values(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + sum(map(values, inner))

    # Each has a mark before it, but for the first.
    count = values(strict_json.read(text))
    with pytest.raises(ValueError, match="values"):
        strict_json.must_be_few(text, count - 2)
