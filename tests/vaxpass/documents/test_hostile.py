"""Whatever a code holds gets a verdict, within limits, and no change of what is signed is accepted."""

from __future__ import annotations

import base64
import io
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.hostile import (
    ACCEPTED,
    CLOCK,
    FOR_TESTS,
    minted,
    must_hold,
    mutated,
    mutations,
    published_trust,
    vectors,
)
from tests.support.work import at_most_calls
from tests.support.world import NOW
from vaxpass import TrustList, Verdict, Verifier
from vaxpass.encoding import base45

FAMILIES_MINTED = tuple(minted())
BEGINNINGS = (
    "HC1:",
    "HC1:6BF",
    "hc1:",
    "shc:/",
    "shc:/2/3/",
    "shlink:/",
    "vhlink:/",
    "https://x.example/#shlink:/",
    "B64:UEsDB",
    "PK\x03\x04",
    '{"data":{"hdr":{"t":"icao.vacc","v":1,"is":"UTO"}',
    '[{"data":{"hdr":{"t":"icao.test"',
    '{"proof":{"verificationMethod":"did:india"',
    '{"verifiableCredential":["',
    "eyJ6aXAiOiJERUYifQ.",
    "NZCP:/1/",
    "DC04",
    "",
)
MOST_CALLS = 150_000
MOST_BYTES = 24 * 1024 * 1024


@pytest.mark.parametrize("family", FAMILIES_MINTED)
def test_the_documents_that_are_changed_here_are_good(family: str) -> None:
    made = minted()[family]
    verdict = made.verify(made.text)
    assert verdict.outcome in ACCEPTED, verdict.reason()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(BEGINNINGS), st.text(max_size=300) | st.binary(max_size=300))
def test_any_text_of_any_family_gets_a_verdict(begin: str, rest: str | bytes) -> None:
    text = begin + (rest if isinstance(rest, str) else rest.decode("latin-1"))
    for made in minted().values():
        verdict = made.verify(text)
        assert verdict.outcome not in ACCEPTED
        assert verdict.reason("en")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(st.sampled_from(FAMILIES_MINTED), st.randoms(use_true_random=False))
def test_no_change_of_what_is_signed_is_accepted(family: str, chance: object) -> None:
    made = minted()[family]
    changed = mutated(made.text, chance)  # type: ignore[arg-type]
    must_hold(made.verify(made.text), made.verify(changed))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES_MINTED)
def test_no_change_of_many_is_accepted(family: str) -> None:
    made = minted()[family]
    good = made.verify(made.text)
    for changed in mutations(made.text, 400, family):
        must_hold(good, made.verify(changed))


@pytest.mark.parametrize("family", FAMILIES_MINTED)
def test_every_cut_gets_a_verdict(family: str) -> None:
    made = minted()[family]
    good = made.verify(made.text)
    for length in range(0, len(made.text), max(1, len(made.text) // 150)):
        must_hold(good, made.verify(made.text[:length]))
        must_hold(good, made.verify(made.text[length:]))


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, wbits=-15)
    return compressor.compress(data) + compressor.flush()


def archive(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("certificate.json", data)
    return file.getvalue()


def url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digits(text: str) -> str:
    return "".join(f"{ord(sign) - 45:02}" for sign in text)


LONG = 40_000
CARD = b'{"zip":"DEF","alg":"ES256","kid":"x"}'
BOMB = bytes(30 * 1024 * 1024)
HOSTILE: dict[str, Callable[[], str]] = {
    "a bomb in HC1": lambda: "HC1:" + base45.encode(zlib.compress(BOMB, 9)),
    "a bomb in a card": lambda: (
        "shc:/" + digits(f"{url(b'{}')}.{url(deflated(BOMB))}.{url(bytes(64))}")
    ),
    "a bomb in an archive": lambda: "B64:" + base64.b64encode(archive(BOMB)).decode(),
    "an archive of objects": lambda: "B64:" + base64.b64encode(archive(b'{"a":' * 200_000)).decode(),
    "nested arrays": lambda: '{"data":' + "[" * LONG,
    "nested objects": lambda: '{"data":' + '{"a":' * LONG,
    "nested and closed": lambda: '{"data":' + "[" * LONG + "]" * LONG + "}",
    "a long number": lambda: '{"data":{"hdr":{"t":"icao.vacc","v":' + "9" * LONG + "}}}",
    "a long text": lambda: '{"data":{"hdr":{"t":"icao.vacc","is":"' + "U" * LONG + '"}}}',
    "many members": lambda: '{"data":{' + ",".join(f'"{n}":{n}' for n in range(9000)) + "}}",
    "many digits": lambda: "shc:/" + "5" * LONG,
    "many parts": lambda: "shc:/1/99999999999/" + "5" * LONG,
    "many slashes": lambda: "shc:/" + "1/" * LONG,
    "a long link": lambda: "shlink:/" + "e" * LONG,
    "many schemes": lambda: "shlink:/" * (LONG // 8),
    "many links": lambda: "https://x.example/#shlink:/" * (LONG // 27),
    "many marks": lambda: "HC1:" * (LONG // 4),
    "many dots": lambda: "eyJ" + "." * LONG,
    "many proofs": lambda: '{"proof":' * (LONG // 9),
    "white space": lambda: " " * LONG + "{" + " " * LONG,
    "many archives": lambda: "B64:" + "UEsDB" * (LONG // 5),
    "an archive cut short": lambda: "PK\x03\x04" + "\x00" * LONG,
}


@pytest.fixture(scope="module")
def everything() -> Verifier:
    """A verifier with the keys of all families."""
    return Verifier(TrustList.merge(*(made.trust for made in minted().values())))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_exhaust_costs_little(name: str, everything: Verifier) -> None:
    text = HOSTILE[name]()
    everything.verify(text, at=NOW)  # what is imported late is not counted
    with at_most_calls(MOST_CALLS):
        verdict = everything.verify(text, at=NOW)
    assert verdict.outcome not in ACCEPTED
    tracemalloc.start()
    try:
        everything.verify(text, at=NOW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES


@pytest.mark.parametrize("family", FAMILIES_MINTED)
def test_a_document_with_much_behind_it_costs_little(family: str, everything: Verifier) -> None:
    text = minted()[family].text
    for filler in (" " * LONG, "A" * LONG, text * 3, "\x00" * 500):
        for changed in (text + filler, filler + text):
            with at_most_calls(MOST_CALLS):
                assert isinstance(everything.verify(changed, at=NOW), Verdict)


def test_keys_of_one_family_vouch_for_no_other() -> None:
    for made in minted().values():
        for other in minted().values():
            if other.trust is not made.trust and list(other.trust) != list(made.trust):
                assert other.verify(made.text).outcome not in ACCEPTED


@pytest.mark.slow
def test_no_change_of_a_public_vector_is_accepted(shared: Path) -> None:
    verifier, accepted, number = Verifier(published_trust(shared), FOR_TESTS), 0, 0
    for path, text in vectors(shared):
        number += 1
        good = verifier.verify(text, at=CLOCK)
        accepted += good.outcome in ACCEPTED
        for changed in mutations(text, 12, path.name):
            must_hold(good, verifier.verify(changed, at=CLOCK))
    assert number > 50
    assert accepted > 5
