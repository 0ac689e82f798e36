"""What reaches the canonical form, and what is made to take hours and does not."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import divoc_documents as divoc
from tests.support.paths import ROOT, find_shared
from tests.support.world import NOW
from vaxpass import Code, Outcome, TrustList, Verifier
from vaxpass.documents.divoc import forms, linked_data
from vaxpass.findings import StageError


def test_no_vocabulary_is_ever_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def refuse(address: str, options: object) -> None:
        seen.append(address)
        raise ValueError

    monkeypatch.setattr(linked_data, "_refuse", refuse)
    for made in (divoc.document(), divoc.second(), divoc.indonesian()):
        assert Verifier(divoc.trust()).verify(json.dumps(divoc.signed(made)), at=NOW)
    assert seen == []


def deep(depth: int) -> dict[str, Any]:
    made = divoc.signed(divoc.document())
    value: Any = "x"
    for _ in range(depth):
        value = {"address": value}
    made["credentialSubject"]["address"] = value
    return made


def poison() -> dict[str, Any]:
    """Nodes without names that all point to each other: their canonical form takes for ever."""
    made = divoc.signed(divoc.document())
    made["evidence"][0]["verifier"] = [
        {"id": f"_:b{n}", "facility": [{"id": f"_:b{m}"} for m in range(12) if m != n]}
        for n in range(12)
    ]
    return made


@pytest.mark.parametrize(
    "made",
    [deep(2), deep(90), deep(5000), poison()],
    ids=["deep", "deeper", "deepest", "poison"],
)
def test_what_is_nested_or_has_no_names_is_not_computed_with(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def computed(*_: object, **__: object) -> bytes:
        raise AssertionError("it was computed with")

    monkeypatch.setattr(linked_data, "signed_bytes", computed)
    verdict = Verifier(divoc.trust()).verify(divoc.text(_dumps(made)), at=NOW)
    assert verdict.outcome in (Outcome.UNDECIDED, Outcome.UNREADABLE)
    assert not verdict


def _dumps(value: Any) -> bytes:
    """JSON without recursion, for what is nested deeply."""
    try:
        return json.dumps(value).encode()
    except RecursionError:
        return b'{"proof": ' * 5000 + b"1" + b"}" * 5000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)
_NAMES = st.sampled_from([*divoc.document(), "proof", "@context", "@graph", "id"])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(_NAMES, _JSON), st.booleans())
def test_no_json_makes_it_raise(changes: dict[str, Any], whole: bool) -> None:
    made = {**(divoc.signed(divoc.document()) if whole else {}), **changes}
    verdict = Verifier(divoc.trust()).verify(divoc.text(made), at=NOW)
    assert bool(verdict) == (not changes and whole)


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\x7f", "\ud800", "a\tb", "x" * 1025])
def test_texts_that_readers_write_differently_are_not_computed_with(text: str) -> None:
    made = divoc.signed(divoc.document())
    made["credentialSubject"]["name"] = text
    with pytest.raises(StageError) as raised:
        forms.check(made)
    assert raised.value.problem.code is Code.PAYLOAD_FORM_UNKNOWN
    assert raised.value.problem.path == "$.credentialSubject.name"


@pytest.mark.parametrize("value", [None, True, 1.5, 10**21, [], {}])
def test_only_texts_and_whole_numbers_are_values(value: object) -> None:
    made = divoc.signed(divoc.document())
    made["evidence"][0]["batch"] = value
    with pytest.raises(StageError):
        forms.check(made)


def test_the_terms_are_those_of_the_published_vocabularies() -> None:
    """The canonical form with the tables here is that with the documents that the issuers name."""
    from pyld import jsonld  # noqa: PLC0415

    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    place = shared / "vectors" / "formats" / "divoc" / "contexts"
    files = {
        forms.CREDENTIALS: "credentials-v1.json",
        divoc.INDIA: "DIVOCVaccinationContextV1.json",
        divoc.SECOND: "DIVOCVaccinationContextV2.json",
        divoc.INDONESIA: "DIVOCVaccinationContextV2.json",
        "https://w3id.org/security/v1": "security-v1.json",
        "https://w3id.org/security/v2": "security-v2.json",
    }

    def load(address: str, options: object) -> dict[str, object]:
        document = json.loads((place / files[address]).read_text(encoding="utf-8"))
        return {"contextUrl": None, "documentUrl": address, "document": document}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
    for made in (divoc.document(), divoc.second(), divoc.indonesian()):
        own = {**made, "@context": linked_data._CERTIFICATE}
        theirs = jsonld.normalize(made, {**options, "documentLoader": load})
        assert jsonld.normalize(own, options) == theirs
        assert theirs.count("\n") > 30
        proof = {k: v for k, v in divoc.signed(made)["proof"].items() if k != "jws"}
        theirs = jsonld.normalize(
            {**proof, "@context": "https://w3id.org/security/v2"}, {**options, "documentLoader": load}
        )
        assert jsonld.normalize({**proof, "@context": linked_data._PROOF}, options) == theirs


_WITHOUT = """
import sys
sys.modules["pyld"] = None
from datetime import UTC, datetime
from vaxpass import TrustList, Verifier
verdict = Verifier(TrustList([])).verify(sys.stdin.read(), at=datetime(2026, 11, 29, tzinfo=UTC))
print(verdict.outcome, verdict.code)
"""
_LATE = """
import sys
from datetime import UTC, datetime
from vaxpass import TrustList, Verifier
Verifier(TrustList([])).verify("HC1:6BF", at=datetime(2026, 11, 29, tzinfo=UTC))
print([name for name in sys.modules if name.startswith(("pyld", "vaxpass.documents.divoc"))])
"""


def run(program: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout.strip()


def test_without_the_extra_it_is_undecided_and_says_so() -> None:
    text = divoc.text(divoc.signed(divoc.document()))
    assert run(_WITHOUT, text) == "undecided prefix.divoc"


def test_nothing_of_it_is_imported_before_there_is_one() -> None:
    assert run(_LATE) == "['vaxpass.documents.divoc']"


def test_a_certificate_without_a_key_needs_no_trust_list() -> None:
    text = divoc.text(divoc.signed(divoc.document()))
    verdict = Verifier(TrustList([])).verify(text, at=NOW)
    assert verdict.code is Code.TRUST_KEY_UNKNOWN
