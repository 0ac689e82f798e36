"""The trust list of DIVOC's issuers: five keys that count where somebody names the list."""

from __future__ import annotations

import pytest

from tests.support.paths import ROOT, find_shared
from tests.support.world import NOW
from vaxpass import TrustList, Verifier, read_trust_list
from vaxpass.crypto import load_public_key, public_bytes
from vaxpass.trust import DIVOC


def listed() -> TrustList:
    return read_trust_list((ROOT / "trust_lists" / "divoc.json").read_bytes(), source="divoc")


def test_it_has_a_key_for_each_issuer_and_no_other_use() -> None:
    keys = listed().with_usage(DIVOC)
    assert len(keys) == len(listed()) == 5
    assert not listed().skipped
    for key in keys:
        assert key.issuer is not None
        assert key.kid == key.issuer.identifier.encode()
        assert key.issuer.name
        assert not key.test
    assert {key.country for key in keys} == {"IN", "LK", "PH", "ID", "JM"}


def test_its_keys_are_those_that_are_published() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    place = shared / "vectors" / "formats" / "divoc" / "keys"
    published = {
        path.stem: public_bytes(load_public_key(path.read_bytes())) for path in place.glob("*.pem")
    }
    own = {
        key.issuer.identifier.replace(":", "-"): public_bytes(key.certificate.public_key)
        for key in listed()
        if key.issuer
    }
    assert own == published


def test_published_certificates_are_accepted_with_it_and_undecided_without() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    place = shared / "vectors" / "who" / "gdhcn-validator"
    for name in ("DIVOCQR1Contents.txt", "DIVOCIndonesiaContents.txt"):
        text = (place / name).read_text(encoding="utf-8")
        assert Verifier(listed()).verify(text, at=NOW), name
        assert not Verifier(TrustList([])).verify(text, at=NOW)
