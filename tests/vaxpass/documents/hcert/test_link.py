"""Claim 5: the issuer signed a link. It is genuine, and what it leads to was not looked at."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.links import HOST, KEY, URL, bare, link
from tests.support.paths import find_shared
from tests.support.world import END, NOW, START, World, claims, forge
from vaxpass import (
    Code,
    Kind,
    NoteCode,
    Outcome,
    Policy,
    Stage,
    Status,
    TrustList,
    Verdict,
    Verifier,
    decode,
    read_trust_list,
)
from vaxpass.trust.pins import load_pins

PUBLISHED: dict[str, Callable[[str], Any]] = {
    "text": lambda text: text,
    "list": lambda text: [text],
    "list of u": lambda text: [{"u": text}],
    "object": lambda text: {"u": text},
    "object with more": lambda text: {"u": text, "x": 1},
}
CLOCK = datetime(2026, 11, 29, 12, tzinfo=UTC)


def verify(world: World, content: Any, **changes: Any) -> Verdict:
    signed = claims(hcert={5: content}, **changes)
    return world.verify(forge(world.es256.signer(), signed))


def codes(verdict: Verdict) -> list[NoteCode]:
    return [note.code for note in verdict.notes if not note.code.formal]


@pytest.mark.parametrize("form", PUBLISHED)
@pytest.mark.parametrize("scheme", ["vhlink:/", "shlink:/", "shlink://", ""])
def test_a_signed_link_is_genuine_in_every_published_form(world: World, form: str, scheme: str) -> None:
    verdict = verify(world, PUBLISHED[form](link(scheme)))
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_LINK_NOT_OPENED)
    assert not verdict
    assert verdict.kind is Kind.HEALTH_LINK
    assert verdict.certificate is None
    document = verdict.document
    assert document is not None
    assert (document.family, document.kind) == ("health-link", Kind.HEALTH_LINK)
    assert document.link is not None
    assert document.link.form == ("vhl" if "vhl" in scheme else "shl")
    assert (document.link.host, document.link.label) == (HOST, "TEST summary")
    assert not document.link.passcode
    assert (document.valid_from, document.issued_at, document.valid_until) == (None, START, END)
    assert document.issuer.country == "VN"
    assert codes(verdict) == []


def test_the_sentence_names_the_signer_and_says_what_was_not_done(world: World) -> None:
    verdict = verify(world, link())
    assert "genuine link" in verdict.reason()
    assert "Viet Nam" in verdict.reason()
    assert "network" in verdict.reason()
    assert "Việt Nam" in verdict.reason("vi")


def test_a_passcode_is_told(world: World) -> None:
    verdict = verify(world, link(flag="LP"))
    assert codes(verdict) == [NoteCode.CONTENT_LINK_PASSCODE]
    assert verdict.document is not None
    assert verdict.document.link is not None
    assert verdict.document.link.passcode


def test_text_keys_and_milliseconds_are_read(world: World) -> None:
    start = int(START.timestamp()) * 1000
    signed = {"1": "VN", "6": start, "-260": {"5": [{"u": link("shlink://")}]}}
    verdict = world.verify(forge(world.es256.signer(), signed))
    assert verdict.code is Code.CONTENT_LINK_NOT_OPENED
    formal = {note.code for note in verdict.notes}
    assert formal == {NoteCode.CWT_TEXT_KEYS, NoteCode.CWT_MILLISECONDS}


def test_the_published_links_are_signed_and_expired() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    lists = shared / "trust_lists" / "gdhcn-dev"
    pins = load_pins((lists / "WHO-signing-DID.json").read_bytes())
    data = (lists / "v2-PH4H-DSC-did.json").read_bytes()
    trust = read_trust_list(data, source="development", pins=pins)
    vectors = shared / "vectors"
    for path in (
        vectors / "formats" / "vhl" / "xxj-2025-textkeys.txt",
        vectors / "who" / "vhl" / "lacpass-vhl-claim5.txt",
    ):
        text = path.read_text(encoding="utf-8").strip()
        policy = Policy(test_keys=True, list_stale_after=timedelta(days=1000))
        verdict = Verifier(trust, policy).verify(text, at=CLOCK)
        assert verdict.check(Stage.SIGNATURE).status is Status.PASS
        # Its end lies before its time of issue, so that it never was in force.
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)
        assert verdict.check(Stage.CONTENT).code is Code.CONTENT_LINK_NOT_OPENED
        assert verdict.document is not None
        assert verdict.document.link is not None
        assert verdict.document.link.passcode
        assert NoteCode.CONTENT_LINK_PASSCODE in codes(verdict)
        assert NoteCode.VALIDITY_LINK_EXPIRED in codes(verdict)


def test_a_link_that_ended_before_its_envelope_is_told(world: World) -> None:
    verdict = verify(world, link(exp=1_700_000_000))
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_LINK_NOT_OPENED)
    assert codes(verdict) == [NoteCode.VALIDITY_LINK_EXPIRED]
    assert "2023-11-14" in verdict.notes[-1].message()


def test_an_envelope_that_ended_is_expired_whatever_the_link_says(world: World) -> None:
    verdict = verify(world, link(), exp=int(START.timestamp()) + 60)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    ahead = verify(world, link(), iat=int(NOW.timestamp()) + 9999)
    assert ahead.code is Code.VALIDITY_NOT_YET


def test_without_an_end_it_is_in_force(world: World) -> None:
    assert verify(world, link(), exp=...).code is Code.CONTENT_LINK_NOT_OPENED
    assert verify(world, link(), exp=..., iat=...).code is Code.CONTENT_LINK_NOT_OPENED


def test_an_address_without_https_is_a_remark(world: World) -> None:
    verdict = verify(world, link(url="http://127.0.0.1/x"))
    assert verdict.code is Code.CONTENT_LINK_NOT_OPENED
    assert codes(verdict) == [NoteCode.SCHEMA_LINK_NOT_HTTPS]


@pytest.mark.parametrize(
    "content",
    [
        *(
            None,
            7,
            b"x",
            "",
            "x",
            [],
            {},
            [[]],
            [None],
            {"u": 7},
            {"url": link()},
            "https://example.org",
        ),
        *([{"u": link()}, 7], [link()] * 17),
        *(link(key=KEY[:-1]), link(flag="PU"), link(url="https://a@b/"), link(exp="never")),
        *("vhlink:/" + bare("[]"), "vhlink:/" + bare('{"url": 1, "url": 2}'), "vhlink:/" + "A" * 9000),
    ],
)
def test_a_link_of_another_form_is_signed_and_undecided(world: World, content: Any) -> None:
    verdict = verify(world, content)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_LINK)
    assert verdict.check(Stage.SIGNATURE).status is Status.PASS
    assert verdict.check(Stage.CONTENT).status is Status.SKIPPED
    verdict.to_dict()


@settings(max_examples=150, deadline=None)
@given(
    content=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=40)
        | st.binary(max_size=9)
        # A part of a good link, and a whole one.
        | st.sampled_from([link(), link()[:60], bare(), "shlink:/", "vhlink://"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["u", "url", "x"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_nothing_under_the_claim_is_red_or_raises(world: World, content: Any) -> None:
    verdict = verify(world, content)
    assert verdict.outcome in (Outcome.GENUINE, Outcome.UNDECIDED)
    said = json.dumps(verdict.to_dict())
    assert KEY not in said
    assert "hidden-path" not in said


def test_several_links_are_told_and_the_first_is_shown(world: World) -> None:
    verdict = verify(world, [{"u": link()}, {"u": link(label="second")}])
    assert verdict.code is Code.CONTENT_LINK_NOT_OPENED
    assert codes(verdict) == [NoteCode.PAYLOAD_MORE_LINKS]
    assert verdict.document is not None
    assert verdict.document.link is not None
    assert verdict.document.link.label == "TEST summary"


def test_a_changed_link_and_an_unknown_signer_are_what_they_are_elsewhere(world: World) -> None:
    signer = world.es256.signer()
    good = forge(signer, claims(hcert={5: link()}))
    unknown = Verifier(TrustList([])).verify(good, at=NOW)
    assert (unknown.outcome, unknown.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
    assert unknown.document is None

    class Forger:
        kid, algorithm = signer.kid, signer.algorithm

        @staticmethod
        def sign(data: bytes) -> bytes:
            return signer.sign(data + b"x")

    forged = world.verify(forge(Forger(), claims(hcert={5: link()})))  # type: ignore[arg-type]
    assert (forged.outcome, forged.code) == (Outcome.REJECTED, Code.SIGNATURE_MISMATCH)


def test_rules_are_not_written_for_links(world: World) -> None:
    text = forge(world.es256.signer(), claims(hcert={5: link()}))
    verdict = Verifier(world.trust).verify(text, at=NOW, destination="AT")
    assert verdict.code is Code.RULES_NOT_FOR_KIND


def test_neither_the_key_nor_the_address_is_in_anything_that_is_shown(world: World) -> None:
    text = forge(world.es256.signer(), claims(hcert={5: [{"u": link(flag="P")}]}))
    for verdict in (world.verify(text), Verifier(TrustList([])).verify(text, at=NOW)):
        unverified = decode(text)
        content = unverified.without_verification()
        shown = [
            *(repr(each) for each in (verdict, unverified, unverified.message, content)),
            *(json.dumps(each.to_dict()) for each in (verdict, unverified, content.document)),
            *(str(value) for value in (content.payload, verdict.notes, verdict.checks)),
            *verdict.explain("en"),
        ]
        assert not any(part in each for each in shown for part in (KEY, URL, "hidden", bare()[:40]))
        again = pickle.loads(pickle.dumps(verdict))  # noqa: S301 - our own
        assert again.to_dict() == verdict.to_dict()


MINTED = {
    "string-vhlink.txt": ("vhl", [NoteCode.CONTENT_LINK_PASSCODE, NoteCode.CONTENT_LINK_NETWORK]),
    "string-shlink.txt": ("shl", [NoteCode.CONTENT_LINK_PASSCODE, NoteCode.CONTENT_LINK_NETWORK]),
    "list-of-u.txt": ("shl", [NoteCode.CONTENT_LINK_PASSCODE, NoteCode.CONTENT_LINK_NETWORK]),
    "link-expired.txt": (
        "vhl",
        [
            NoteCode.CONTENT_LINK_PASSCODE,
            NoteCode.CONTENT_LINK_NETWORK,
            NoteCode.VALIDITY_LINK_EXPIRED,
        ],
    ),
    "http-url.txt": ("vhl", [NoteCode.CONTENT_LINK_PASSCODE, NoteCode.SCHEMA_LINK_NOT_HTTPS]),
}


@pytest.mark.parametrize("name", MINTED)
def test_a_minted_link_has_the_stated_result(name: str) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    folder = shared / "vectors" / "formats" / "vhl-minted"
    trust = read_trust_list((folder / "TEST-dsc.pem").read_bytes(), source="minted")
    text = (folder / name).read_text(encoding="utf-8").strip()
    verdict = Verifier(trust, Policy(test_keys=True)).verify(text, at=CLOCK)
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_LINK_NOT_OPENED)
    assert verdict.document is not None
    assert verdict.document.link is not None
    assert (verdict.document.link.form, codes(verdict)) == MINTED[name]
