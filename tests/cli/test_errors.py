"""`UsageError`: sentences with values, of which none may be the text of a passport."""

from __future__ import annotations

import random

import pytest
from vaxpass_cli.errors import INSTALL_PACKAGES, UsageError, told

from tests.support.catalogue import texts
from vaxpass.encoding import base45


def said(value: object) -> str:
    return told(UsageError("error.of_system", reason=value), "en")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_sentence_is_taken_for_the_text_of_a_passport(language: str) -> None:
    for key, forms in texts(language).items():
        for sentence in forms:
            assert sentence in said(sentence), key


@pytest.mark.parametrize(
    "value",
    [
        INSTALL_PACKAGES,
        "vaxpass trust import lists/of/the/health/authority.json --unsigned --out trust-list.json",
        "/home/an/My Documents/Scans of May 2026/Passports of the whole family all together.pdf",
    ],
)
def test_no_line_to_type_and_no_path_is_taken_for_the_text_of_a_passport(value: str) -> None:
    assert value in said(value)


def test_the_text_of_a_passport_is_hidden_with_and_without_its_prefix() -> None:
    for seed in range(200):
        text = base45.encode(random.Random(seed).randbytes(200))
        for typed in (text, text.lower(), f"HC1:{text[:30]}", f"hc1:{text[:30]}", f"lists/{text}"):
            assert typed not in said(typed)
