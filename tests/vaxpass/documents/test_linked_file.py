"""The file beside a link: opened with its key, told as what it is, and proof of nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.links import KEY, encrypted, link, sealed
from tests.support.paths import find_shared
from tests.support.world import World, claims, forge
from vaxpass import ArgumentError, Unverified, decode
from vaxpass.documents.linked_file import (
    FileCode,
    FileKind,
    LinkedFile,
    LinkedFileError,
    open_file,
)

PATIENT = {"resourceType": "Patient", "name": [{"family": "Marker", "given": ["Bao"]}]}
DOSE = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "183"}]},
    "occurrenceDateTime": "2026-01-02",
}
SUMMARY = {
    "resourceType": "Bundle",
    "type": "document",
    "entry": [{"resource": each} for each in (PATIENT, DOSE, {"resourceType": "Condition"})],
}
OTHER_KEY = bytes(32)


def bare() -> Unverified:
    return decode(link())


def opened(content: bytes | str, **header: Any) -> LinkedFile:
    data = content.encode() if isinstance(content, str) else content
    (found,) = open_file(bare(), encrypted(data, **header))
    return found


def code(data: bytes, unverified: Unverified | None = None) -> str:
    with pytest.raises(LinkedFileError) as raised:
        open_file(unverified or bare(), data)
    assert raised.value.code in set(FileCode)
    assert KEY not in str(raised.value)
    assert str(raised.value).endswith(".")
    assert raised.value.message("vi") != str(raised.value)
    return raised.value.code


def test_a_summary_is_read_into_the_shape_of_all_documents() -> None:
    for header in ({}, {"zip": "DEF", "cty": "application/fhir+json"}):
        found = opened(json.dumps(SUMMARY), **header)
        assert found.kind is FileKind.FHIR
        assert found.document is not None
        assert found.document.holder.full_name == "Marker Bao"
        (event,) = found.document.events
        assert (event.date, event.batch) == ("2026-01-02", None)
        assert found.others == ("Condition",)
        assert "Marker" not in repr(found)


def test_a_single_record_is_read_too() -> None:
    found = opened(json.dumps(PATIENT))
    assert found.document is not None
    assert found.document.holder.full_name == "Marker Bao"


def test_a_document_with_its_own_signature_is_left_to_a_verifier(world: World) -> None:
    text = world.issue()
    found = opened(text)
    assert (found.kind, found.text) == (FileKind.DOCUMENT, text)
    assert found.document is None
    card = json.dumps({"verifiableCredential": ["eyJ6aXAiOiJERUYifQ.AAAA.BBBB"]})
    assert opened(card, cty="application/smart-health-card").text == card


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", FileKind.PDF),
        (b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
        (b"\xff\xd8\xff\xe0", FileKind.PICTURE),
        (b"<?xml version='1.0'?><ClinicalDocument/>", FileKind.XML),
        (b'{"access_token": "secret"}', FileKind.JSON),
        (b"[1]", FileKind.JSON),
        (b'{"resourceType": 7}', FileKind.JSON),
        (b'{"a": 1, "a": 2}', FileKind.TEXT),
        (b"Hello", FileKind.TEXT),
        (b"", FileKind.TEXT),
        (b"\xff\xfe\x00", FileKind.OTHER),
        (b'{"a": ' * 500, FileKind.TEXT),
    ],
)
def test_everything_else_is_named_by_what_it_is(content: bytes, kind: FileKind) -> None:
    found = opened(content, cty="application/fhir+json")
    assert (found.kind, found.content_type) == (kind, "application/fhir+json")
    assert (found.document, found.text, found.others) == (None, None, ())
    assert found.content == content


def test_the_link_of_an_issuer_opens_its_file_too(world: World) -> None:
    for content in (link(), [{"u": link(key="A" * 43)}, {"u": link()}]):
        unverified = decode(forge(world.es256.signer(), claims(hcert={5: content})))
        (found,) = open_file(unverified, encrypted(b"Hello"))
        assert found.content == b"Hello"


def test_why_a_file_is_not_opened_has_a_code(world: World) -> None:
    good = encrypted(b"Hello")
    assert code(good[:-4] + b"AAAA") == FileCode.WRONG_KEY
    assert code(encrypted(b"Hello", OTHER_KEY)) == FileCode.WRONG_KEY
    assert code(b"Hello") == FileCode.NOT_ENCRYPTED
    assert code(b"{}") == FileCode.NOT_ENCRYPTED
    assert code(encrypted(b"Hello", alg="none")) == FileCode.ALGORITHM
    assert code(encrypted(bytes(17 << 20), zip="DEF")) == FileCode.DAMAGED
    assert code(bytes(34 << 20)) == FileCode.TOO_LARGE
    head = encrypted(b"x", zip="DEF").split(b".")[0].decode()
    assert code(sealed(head, b"not compressed")) == FileCode.DAMAGED
    assert code(good, decode(world.issue())) == FileCode.NO_LINK
    assert code(good, decode(link(key="short"))) == FileCode.NO_KEY


def test_files_in_a_list_of_files_are_opened() -> None:
    files = [{"contentType": "x", "embedded": encrypted(each).decode()} for each in (b"one", b"two")]
    listed = json.dumps({"files": [*files, {"location": "https://example.org/x"}, 7]}).encode()
    assert [each.content for each in open_file(bare(), listed)] == [b"one", b"two"]
    without: list[list[Any]] = [[], [{"location": "https://example.org"}, {"embedded": "\u0430"}]]
    for none in without:
        assert code(json.dumps({"files": none}).encode()) == FileCode.NO_FILES
    files[1]["embedded"] = encrypted(b"two", OTHER_KEY).decode()
    assert code(json.dumps({"files": files}).encode()) == FileCode.WRONG_KEY


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    code(data)
    opened(data)


def test_what_is_no_document_and_no_bytes_is_an_error_of_the_program() -> None:
    wrong: list[tuple[Any, Any]] = [(link(), b""), (bare(), "text")]
    for arguments in wrong:
        with pytest.raises(ArgumentError):
            open_file(*arguments)


def test_the_published_summary_is_opened_by_its_link() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    folder = shared / "vectors" / "formats" / "shl"
    unverified = decode((folder / "IPS_IG-bundle-01-shl.txt").read_text(encoding="utf-8").strip())
    data = (folder / "IPS_IG-bundle-01-enc.txt").read_bytes()
    (found,) = open_file(unverified, data)
    assert (found.kind, len(found.content)) == (FileKind.FHIR, 60_973)
    assert found.document is not None
    assert found.document.holder.birth_date == "1972-05-01"
    other = decode((folder / "shlink-link.txt").read_text(encoding="utf-8").strip())
    assert code(data, other) == FileCode.WRONG_KEY
