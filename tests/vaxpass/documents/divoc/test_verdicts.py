"""What becomes of a DIVOC certificate: genuine ones are accepted, and no exchanged value ever is."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import divoc_documents as divoc
from tests.support.paths import ROOT, find_shared
from vaxpass import Code, Kind, Outcome, Policy, TrustList, Verdict, Verifier, decode
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.encoding import strict_base64
from vaxpass.trust import DIVOC, ListedIssuer, TrustedKey

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def verify(content: dict[str, Any], trust: TrustList | None = None) -> Verdict:
    return Verifier(divoc.trust() if trust is None else trust).verify(json.dumps(content), at=NOW)


GENUINE = {
    "first vocabulary, RSA": (divoc.document(), "did:india"),
    "second vocabulary": (divoc.second(), "did:india"),
    "Indonesia, Ed25519": (divoc.indonesian(), "did:indonesia"),
}


@pytest.mark.parametrize(("made", "method"), GENUINE.values(), ids=GENUINE)
def test_a_genuine_certificate_is_accepted_in_every_packing(made: dict[str, Any], method: str) -> None:
    whole = divoc.signed(made, method)
    verifier = Verifier(divoc.trust())
    for packed in (json.dumps(whole), divoc.text(whole), divoc.archive(whole).decode("latin-1")):
        verdict = verifier.verify(packed, at=NOW)
        assert verdict, verdict.reason()
        assert verdict.kind is Kind.DIVOC
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - our own
    assert not verdict.notes


def test_what_it_says_is_shown() -> None:
    verdict = verify(divoc.signed(divoc.second()))
    assert verdict.document is not None
    holder, (event,) = verdict.document.holder, verdict.document.events
    assert (holder.full_name, holder.birth_date, holder.sex) == (
        "Test Person One",
        "1980-02-29",
        "Female",
    )
    assert (holder.nationality, holder.document_type) == ("Indian", "did:Passport")
    assert holder.document_number == "TEST0001"
    assert (event.dose, event.doses, event.batch) == (1, 2, "TEST-4121Z")
    assert event.product is not None
    assert event.product.name == "COVISHIELD"
    assert event.manufacturer is not None
    assert event.manufacturer.name == "Serum Institute of India"
    assert (event.centre, event.country) == ("Test Clinic", "IN")
    assert event.date == "2021-05-04T04:20:00.000Z"
    assert verdict.document.identifier == event.identifier == "92040000001"
    assert verdict.document.issuer.name == "Issuer of did:india"
    assert "Test Person" not in repr(verdict.unverified)
    assert "Test Person" not in repr(verdict.unverified.without_verification())  # type: ignore[union-attr]
    assert verdict.to_dict()["kind"] == "divoc.vaccination"


def test_threads_share_a_verifier() -> None:
    verifier = Verifier(divoc.trust())
    texts = [divoc.text(divoc.signed(made, method)) for made, method in GENUINE.values()] * 8
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda text: verifier.verify(text, at=NOW), texts))


def test_the_age_is_told_where_there_is_no_date_of_birth() -> None:
    verdict = verify(divoc.signed(divoc.document()))
    assert verdict.document is not None
    holder = verdict.document.holder
    assert (holder.birth_date, holder.age) == (None, "41")
    other = verify(divoc.signed(divoc.second())).document
    assert other is not None
    assert (other.holder.birth_date, other.holder.age) == ("1980-02-29", None)


@pytest.mark.parametrize(
    ("said", "shown"), [("1980", ("1980", None)), ("1980-02", ("1980-02", None)), ("", (None, "41"))]
)
def test_a_year_of_birth_is_told(said: str, shown: tuple[str | None, str | None]) -> None:
    made = divoc.second()
    made["credentialSubject"]["dob"] = said
    document = verify(divoc.signed(made)).document
    assert document is not None
    assert (document.holder.birth_date, document.holder.age) == shown


def test_a_byte_order_mark_before_it_says_nothing() -> None:
    assert Verifier(divoc.trust()).verify("\ufeff" + json.dumps(divoc.signed(divoc.document())), at=NOW)


def test_a_verdict_satisfies_its_schema() -> None:
    schema = json.loads((ROOT / "vaxpass" / "verdict.schema.json").read_text(encoding="utf-8"))
    for made, method in GENUINE.values():
        jsonschema.validate(verify(divoc.signed(made, method)).to_dict(), schema)
    jsonschema.validate(verify(swapped("dose", "totalDoses")).to_dict(), schema)


def test_a_dash_stands_for_nothing() -> None:
    verdict = verify(divoc.signed(divoc.indonesian(), "did:indonesia"))
    assert verdict.document is not None
    assert verdict.document.events[0].manufacturer is None


def test_without_the_key_it_is_undecided() -> None:
    verdict = verify(divoc.signed(divoc.document()), TrustList([]))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)


@pytest.mark.parametrize("method", ["did:india#key-1", "did:india"])
def test_a_key_is_found_by_the_did_with_its_fragment_or_without(method: str) -> None:
    divoc.keys()[method] = divoc.keys()["did:india"]
    assert verify(divoc.signed(divoc.document(), method))


def test_a_key_that_is_listed_for_something_else_signs_no_certificate() -> None:
    other = [
        TrustedKey.of(key.certificate, "my list", issuer=key.issuer, kid=b"did:india")
        for key in divoc.trust()
    ]
    assert verify(divoc.signed(divoc.document()), TrustList(other)).code is Code.TRUST_KEY_UNKNOWN


def test_a_test_key_makes_a_specimen() -> None:
    marked = TrustList(
        TrustedKey.of(key.certificate, "my list", usage=DIVOC, issuer=key.issuer, test=True)
        for key in divoc.trust()
    )
    content = divoc.signed(divoc.document())
    assert verify(content, marked).code is Code.TRUST_TEST_KEY
    assert Verifier(marked, Policy(test_keys=True)).verify(json.dumps(content), at=NOW)


def swapped(one: str, other: str) -> dict[str, Any]:
    made = divoc.signed(divoc.document())
    event = made["evidence"][0]
    event[one], event[other] = event[other], event[one]
    return made


def changed(**changes: Any) -> dict[str, Any]:
    made = divoc.signed(divoc.document(effectiveUntil="2021-05-04"))
    made["evidence"][0] |= changes
    return made


def without(name: str) -> dict[str, Any]:
    made = divoc.signed(divoc.document())
    del made["evidence"][0][name]
    return made


STILL_FITS = {
    "vaccine and batch": (swapped("vaccine", "batch"), "batch"),
    "vaccine and manufacturer": (swapped("vaccine", "manufacturer"), "vaccine"),
    "batch and number": (swapped("batch", "certificateId"), "certificateId"),
    "dose and total": (swapped("dose", "totalDoses"), "dose"),
    "beginning and end": (swapped("effectiveStart", "effectiveUntil"), "date"),
    "date and end": (swapped("date", "effectiveUntil"), "date"),
    "end set to the date": (changed(effectiveUntil="2021-05-04T04:20:00.000Z"), "effectiveUntil"),
    "one address left out": (without("infoUrl"), "infoUrl"),
    "a number with a point": (changed(dose=1.0), "dose"),
}


@pytest.mark.parametrize(("made", "place"), STILL_FITS.values(), ids=STILL_FITS)
def test_an_exchange_that_the_signature_does_not_notice_is_never_accepted(
    made: dict[str, Any], place: str
) -> None:
    verdict = verify(made)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.code in (Code.SCHEMA_UNPROTECTED, Code.PAYLOAD_FORM_UNKNOWN)
    assert verdict.decisive is not None
    assert verdict.decisive.problem is not None
    assert verdict.decisive.problem.path == f"$.evidence[0].{place}"


ADDED = {
    "a member": lambda made: made.update(note="x"),
    "a second event": lambda made: made["evidence"].append(made["evidence"][0]),
    "a list of doses": lambda made: made["evidence"][0].update(dose=[1, 2]),
    "a birth date": lambda made: made["credentialSubject"].update(dob="2000-01-01"),
    "nothing": lambda made: made["credentialSubject"].update(uhid=None),
    "a keyword": lambda made: made["evidence"][0].update({"@type": "x"}),
    "a type": lambda made: made["type"].append("Other"),
    "a context in it": lambda made: made["credentialSubject"].update({"@context": {}}),
    "a fuller proof": lambda made: made["proof"].update(domain="x"),
    "a blank name": lambda made: made["evidence"][0].update(id="_:b0"),
    "a short name of an identifier": lambda made: made["credentialSubject"].update(id="schema:x"),
}


@pytest.mark.parametrize("change", ADDED.values(), ids=ADDED)
def test_what_no_form_has_is_not_computed_with(change: Any) -> None:
    made = copy.deepcopy(divoc.signed(divoc.document()))
    change(made)
    verdict = verify(made)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PAYLOAD_FORM_UNKNOWN)


@pytest.mark.parametrize(
    "context",
    [
        [divoc.INDIA],
        ["https://www.w3.org/2018/credentials/v1", "https://evil.test/context"],
        ["https://www.w3.org/2018/credentials/v1", divoc.INDIA, divoc.INDIA],
        ["https://www.w3.org/2018/credentials/v1", {"name": "https://schema.org/id"}],
        "https://www.w3.org/2018/credentials/v1",
        None,
    ],
)
def test_another_vocabulary_is_never_fetched(context: object) -> None:
    verdict = verify({**divoc.signed(divoc.document()), "@context": context})
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PAYLOAD_VOCABULARY_UNKNOWN)


@pytest.mark.parametrize("who", ["962433308V", ""])
def test_a_person_without_an_absolute_identifier_is_not_covered(who: str) -> None:
    made = divoc.document()
    made["credentialSubject"]["id"] = who
    whole = divoc.signed(made)
    for name in ("Test Person One", "Somebody Else"):
        whole["credentialSubject"]["name"] = name  # the signature holds all the same
        verdict = verify(whole)
        assert (verdict.outcome, verdict.code) == (
            Outcome.UNDECIDED,
            Code.SCHEMA_HOLDER_UNPROTECTED,
        )
    whole["evidence"][0]["batch"] = "TEST-2"
    assert verify(whole).code is Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","b64":false,"crit":["b64"]}',
        b'{"alg":"EdDSA","b64":false,"crit":["b64"]}',
        b'{"alg":"PS256","b64":0,"crit":["b64"]}',
        b'{"alg":"PS256","b64":false}',
        b'{"alg":"PS256","b64":false,"crit":["b64"],"x":1}',
        b"[]",
        b"",
    ],
)
def test_a_proof_of_another_form_is_refused(header: bytes) -> None:
    made = divoc.signed(divoc.document())
    rest = made["proof"]["jws"].partition("..")[2]
    made["proof"]["jws"] = f"{strict_base64.encode_url(header)}..{rest}"
    assert verify(made).code is Code.PAYLOAD_PROOF


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values of a document, and of all that hold some."""
    if place:
        yield place
    if isinstance(value, dict):
        for name in value:
            yield from leaves(value[name], (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*place, number))


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """A genuine certificate in which values stand in the place of others, were left out, or made up."""
    made, method = draw(st.sampled_from(list(GENUINE.values())))
    whole = copy.deepcopy(divoc.signed(made, method))
    original = copy.deepcopy(whole)
    places = list(leaves(whole))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places))
        other = copy.deepcopy(at(original, draw(st.sampled_from(places))))
        value = draw(st.one_of(st.just(other), st.text(max_size=9), st.integers(0, 9), st.none()))
        try:
            holder = at(whole, place[:-1])
            if isinstance(holder, dict) and not isinstance(place[-1], str):
                continue  # an object took the place of a list; JSON has no numbers as names
            way = draw(st.sampled_from(["replace", "delete", "add", "list"]))
            if way == "delete":
                del holder[place[-1]]
            elif way == "add" and isinstance(holder, dict):
                holder[draw(st.sampled_from(["uhid", "sex", "icd11Code", "dob", "id", "infoUrl"]))] = (
                    value
                )
            elif way == "list":
                holder[place[-1]] = [holder[place[-1]], value]
            else:
                holder[place[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    return {"original": original, "mutated": whole}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_no_mutation_is_ever_accepted(pair: dict[str, Any]) -> None:
    if json.dumps(pair["mutated"], sort_keys=True) == json.dumps(pair["original"], sort_keys=True):
        return
    assert not verify(pair["mutated"])


def test_every_exchange_of_two_values_is_refused() -> None:
    for made, method in GENUINE.values():
        whole = divoc.signed(made, method)
        names = [n for n, v in whole["evidence"][0].items() if isinstance(v, str | int)]
        for one in names:
            for other in names:
                event = dict(whole["evidence"][0])
                if event[one] == event[other]:
                    continue
                event[one] = event[other]
                assert not verify({**whole, "evidence": [event]}), (one, other)
                event[other] = whole["evidence"][0][one]
                assert not verify({**whole, "evidence": [event]}), (one, other)


PUBLISHED = {
    "formats/divoc/real/in-2021-rsa.b64.txt": None,
    "formats/divoc/real/in-otherkey.json": Code.SIGNATURE_MISMATCH,
    "who/gdhcn-validator/DIVOCQR1Contents.txt": None,
    "who/gdhcn-validator/DIVOCIndonesiaContents.txt": None,
    "who/gdhcn-validator/DIVOCJamaicaContents.txt": Code.SIGNATURE_KEY_TYPE,
    "formats/divoc-minted/in-added-unknown-terms.txt": Code.PAYLOAD_FORM_UNKNOWN,
    "formats/divoc-minted/in-dropped-infoUrl.txt": Code.SCHEMA_UNPROTECTED,
    "formats/divoc-minted/in-foreign-context.txt": Code.PAYLOAD_VOCABULARY_UNKNOWN,
    "formats/divoc-minted/in-swapped-dose-total.txt": Code.SCHEMA_UNPROTECTED,
    "formats/divoc-minted/in-swapped-vaccine-batch.txt": Code.SCHEMA_UNPROTECTED,
    "formats/divoc-minted/in-tampered-date.txt": Code.SIGNATURE_MISMATCH,
    "formats/divoc-minted/in-until-set-to-date.txt": Code.SCHEMA_UNPROTECTED,
    "formats/divoc-minted/zip-bomb-30MB.txt": Code.ARCHIVE_TOO_LARGE,
}


def published_trust() -> TrustList:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    return TrustList(
        TrustedKey.of(
            SignerKey.from_key(load_public_key(path.read_bytes())),
            "published",
            usage=DIVOC,
            issuer=ListedIssuer(path.stem.replace("-", ":")),
        )
        for path in (shared / "vectors" / "formats" / "divoc" / "keys").glob("*.pem")
    )


@pytest.mark.parametrize(("path", "code"), PUBLISHED.items(), ids=PUBLISHED)
def test_published_certificates_have_the_verdict_that_was_measured(
    path: str, code: Code | None
) -> None:
    trust, shared = published_trust(), find_shared()
    assert shared is not None
    text = (shared / "vectors" / path).read_text(encoding="utf-8")
    assert Verifier(trust).verify(text, at=NOW).code == code


def test_decoding_says_what_it_is_without_a_key() -> None:
    unverified = decode(divoc.text(divoc.signed(divoc.document())))
    assert unverified.family.name == "divoc"
    assert unverified.message.kid == b"did:india"
    assert unverified.claims.iss == "https://cowin.gov.in/"
