"""Text and bytes are told apart before anything is decoded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import divoc_documents as divoc
from tests.support.world import NOW, World
from vaxpass import Code, Outcome, TrustList, Verifier, decode
from vaxpass.documents import recognise, text_of


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (b"HC1:NCF", "HC1:NCF"),
        ("Bảo Duy\r\n\t".encode(), "Bảo Duy\r\n\t"),
        (b"", ""),
        (b"\xef\xbb\xbfHC1:", "\ufeffHC1:"),
        (b"PK\x03\x04\xff", "PK\x03\x04\xff"),
        (b"a\x00b", "a\x00b"),
        (b"caf\xe9", "caf\xe9"),
        ("é\x7f".encode(), "Ã©\x7f"),
        ("\ud800 as it is", "\ud800 as it is"),
    ],
)
def test_utf_8_without_controls_is_text_and_all_else_is_bytes(code: str | bytes, text: str) -> None:
    assert text_of(code) == text


@given(st.binary(max_size=64))
def test_no_byte_of_a_binary_code_is_lost(data: bytes) -> None:
    text = text_of(data)
    assert data in (text.encode("latin-1", "replace"), text.encode("utf-8"))


@given(st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    verdict = Verifier(TrustList([])).verify(data, at=NOW)
    assert verdict.outcome in (Outcome.UNREADABLE, Outcome.OTHER)


def test_the_bytes_of_a_passport_are_verified_as_its_text_is(world: World) -> None:
    text = world.issue()
    verifier = Verifier(world.trust)
    assert verifier.verify(text.encode(), at=NOW) == verifier.verify(text, at=NOW)
    assert decode(text.encode()).claims == decode(text).claims


def test_the_bytes_of_an_archive_are_verified() -> None:
    data = divoc.archive(divoc.signed(divoc.document()))
    verdict = Verifier(divoc.trust()).verify(data, at=NOW)
    assert verdict, verdict.reason()
    assert decode(data).family.name == "divoc"


def test_a_binary_seal_of_the_icao_stays_named() -> None:
    verdict = Verifier(TrustList([])).verify(b"\xdc\x03\xfe\xff", at=NOW)
    assert verdict.code is Code.PREFIX_ICAO_SEAL
    assert recognise(text_of(b"\x80\xff\x00")) is None
