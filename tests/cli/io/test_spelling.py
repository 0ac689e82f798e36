"""A fingerprint that is read out over the telephone."""

from __future__ import annotations

import base64
import hashlib

from vaxpass_cli.io.spelling import groups, in_line, spelled

from vaxpass.crypto import fingerprint, load_public_key, new_bundle_key


def test_the_words_are_those_of_the_fingerprint_of_the_key() -> None:
    key = load_public_key(new_bundle_key()[1])
    found = spelled(key)
    digits = base64.b32encode(bytes.fromhex(fingerprint(key))).decode()
    assert "".join(group.letters for group in found) == digits[:20]
    assert in_line(found) == "-".join(group.letters for group in found)


def test_at_least_eighty_bits_are_compared_and_no_letter_is_read_like_another() -> None:
    letters, words = set(), set()
    for number in range(200):
        found = groups(hashlib.sha256(bytes([number])).digest())
        assert 5 * sum(len(group.letters) for group in found) >= 80
        for group in found:
            said = group.words.split()
            assert len(said) == len(group.letters)
            letters |= set(group.letters)
            words |= set(said)
            named = zip(group.letters, said, strict=True)
            assert all(word.startswith(letter) or letter.isdigit() for letter, word in named)
    assert len(letters) == len(words) == 32
    assert not letters & set("0189")
