"""A seal is read in one way only, whatever its text looks like, and hostile ones are read in none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.seals import DATA, TEST_DATA, Csca, changed
from tests.support.world import NOW
from vaxpass import Code, Kind, Outcome, Policy, TrustList, Verdict, Verifier, decode
from vaxpass.documents import EventType, recognise
from vaxpass.encoding import strict_base64
from vaxpass.policy import Limits

CSCA = Csca.create()
SIGNER = CSCA.issue()
VERIFIER = Verifier(TrustList([CSCA.trusted()]))
TEXT = SIGNER.seal()


def verify(text: str) -> Verdict:
    return VERIFIER.verify(text, at=NOW)


def sealed(**members: Any) -> str:
    return json.dumps(json.loads(TEXT) | members)


def test_order_blanks_escapes_and_one_array_change_nothing() -> None:
    value = json.loads(SIGNER.seal(changed(DATA, "msg.pid.n", "NGUYỄN  BẢO DUY 🙂")))
    backward = {key: value[key] for key in reversed(value)}
    for text in (
        json.dumps(value, indent=4),
        json.dumps(value, ensure_ascii=False),
        json.dumps(backward, sort_keys=True, separators=(",", ":")),
        "\n  " + json.dumps([value]) + "\r\n",
    ):
        verdict = verify(text)
        assert verdict, verdict.reason()
        assert verdict.document is not None
        assert verdict.document.holder.full_name == "NGUYỄN BẢO DUY 🙂"


@pytest.mark.parametrize(("old", "new"), [('"v": 1', '"v": 1.0'), ('"v": 1', '"v": 10e-1')])
def test_a_number_is_signed_by_its_value(old: str, new: str) -> None:
    assert verify(TEXT.replace(old, new))


def test_padding_and_the_other_alphabet_are_read() -> None:
    value = json.loads(TEXT)
    for name in ("cer", "sigvl"):
        value["sig"][name] += "=" * (-len(value["sig"][name]) % 4)
    assert verify(json.dumps(value))
    value["sig"]["cer"] = strict_base64.encode(SIGNER.der)
    assert verify(json.dumps(value))


def test_a_signature_has_one_form() -> None:
    raw = strict_base64.decode_url(json.loads(TEXT)["sig"]["sigvl"])
    r, s = raw[:32], raw[32:]
    der = b"\x30\x44\x02\x20" + r + b"\x02\x20" + s
    for other in (
        der,
        b"\x00" + raw,
        raw + b"\x00",
        b"\x00" * 16 + r + b"\x00" * 16 + s,
        raw[:-1],
        b"",
    ):
        text = SIGNER.seal(sigvl=strict_base64.encode_url(other))
        assert verify(text).code is Code.SIGNATURE_MALFORMED
    assert verify(SIGNER.seal(sigvl=strict_base64.encode_url(s + r))).code is Code.SIGNATURE_MISMATCH
    assert verify(SIGNER.seal(sigvl="A" * 86)).code is Code.SIGNATURE_MISMATCH


def test_a_name_that_stands_twice_is_not_read() -> None:
    for twice in (
        TEXT.replace('"sex": "M"', '"sex": "M", "sex": "F"'),
        TEXT.replace('"hdr": {', '"hdr": {"t": "icao.test", '),
        TEXT[:-1] + ', "data": ' + json.dumps(changed(DATA, "msg.pid.n", "EVE")) + "}",
    ):
        verdict = verify(twice)
        assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.JSON_INVALID)


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-20],
        TEXT + "x",
        TEXT + TEXT,
        TEXT.replace('"v": 1', '"v": NaN'),
        TEXT.replace('"v": 1', '"v": 1e999'),
        TEXT.replace('"v": 1', '"v": ' + "9" * 400),
        TEXT.replace('"v": 1', '"v": 9007199254740993'),
        TEXT.replace("Stamaril", "\\ud800"),
        TEXT.replace('"sex": "M"', '"\\udc00": "M"'),
        TEXT.replace('"v": 1', '"v": ' + "[" * 3000 + "]" * 3000),
        TEXT.replace('"v": 1', '"v": ' + "[" * 120 + "]" * 120),
        TEXT.replace('"v": 1', '"v": [' + "1," * 2500 + "1]"),
        TEXT.replace('"v": 1', '"v": ' + '{"a":' * 400 + "1" + "}" * 400),
    ],
)
def test_what_has_no_signed_form_is_unreadable(text: str) -> None:
    verdict = verify(text)
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.JSON_INVALID)


@pytest.mark.parametrize(
    "text",
    [
        sealed(sig=None),
        sealed(sig=[]),
        SIGNER.seal(cer=None),
        SIGNER.seal(cer=7),
        SIGNER.seal(cer="%%%"),
        SIGNER.seal(sigvl=None),
        SIGNER.seal(sigvl="\u00e9"),
        json.dumps({"data": {"hdr": {"t": "icao.vacc"}}, "sig": {}}),
        json.dumps({"data": {"hdr": {"a": {"t": "icao.vacc"}}, "msg": {}}, "sig": {}}),
        json.dumps([[json.loads(TEXT)]]),
    ],
)
def test_a_seal_without_its_parts_is_unreadable(text: str) -> None:
    verdict = verify(text)
    assert (verdict.outcome, verdict.code) == (Outcome.UNREADABLE, Code.JSON_STRUCTURE)


@pytest.mark.parametrize("name", ["none", "HS256", "PS256", "RS256", "EdDSA", "es256", "", None, 1, []])
def test_only_three_algorithms_sign_seals(name: object) -> None:
    verdict = verify(SIGNER.seal(alg=name))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.JSON_ALGORITHM_UNSUPPORTED)


def test_other_types_and_several_seals_are_named_and_undecided() -> None:
    for data in (changed(DATA, "hdr.t", "icao.dta"), changed(DATA, "hdr.t", "icao.vacc2")):
        verdict = verify(SIGNER.seal(data))
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PREFIX_VDS_NC)
    assert verify(f"[{TEXT}, {TEXT}]").code is Code.PREFIX_VDS_NC


def test_a_text_is_not_longer_than_the_limit() -> None:
    small = Verifier(TrustList([CSCA.trusted()]), Policy(limits=Limits(characters=len(TEXT))))
    assert small.verify(TEXT, at=NOW)
    assert small.verify(TEXT.replace(",", ", "), at=NOW).code is Code.JSON_TOO_LONG


def test_the_type_in_the_header_is_signed() -> None:
    value = json.loads(TEXT)
    value["data"]["hdr"]["t"] = "icao.test"
    assert verify(json.dumps(value)).code is Code.SIGNATURE_MISMATCH


def test_members_beside_the_signed_ones_say_nothing() -> None:
    verdict = verify(sealed(msg={"pid": {"n": "EVE"}}, hdr={"is": "AUS"}))
    assert verdict
    assert verdict.document is not None
    assert verdict.document.holder.family_name == "NGUYEN"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=3))
def test_no_damage_raises_or_is_accepted_as_something_else(place: int, damage: str) -> None:
    verdict = verify(TEXT[:place] + damage + TEXT[place + len(damage) :])
    if verdict:
        assert verdict.document == verify(TEXT).document


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from("hdr msg pid ve vd sp dat tr n t is v cer".split()), inner
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from(["hdr.v", "hdr.is", "msg", "msg.pid", "msg.ve", "msg.ve.0", "msg.ve.0.vd.0.seq"]),
)
def test_whatever_a_state_signs_has_a_verdict_and_a_document(value: Any, place: str) -> None:
    try:
        text = SIGNER.seal(changed(DATA, place, value))
    except ValueError:
        return  # it has no canonical form
    verdict = verify(text)
    assert verdict.outcome is not Outcome.OTHER
    if verdict.unverified is not None:
        verdict.unverified.without_verification().document.to_dict()
        verdict.to_dict()


def test_a_vaccination_is_shown_dose_by_dose() -> None:
    document = decode(TEXT).without_verification().document
    holder = document.holder
    assert (holder.family_name, holder.given_name, holder.name) == ("NGUYEN", "BAO DUY", None)
    assert (holder.birth_date, holder.sex, holder.document_number) == ("1990-05-06", "M", "C1234567")
    assert (document.kind, document.identifier) == (Kind.VDS_VACCINATION, "U00000000001")
    assert (document.issuer.country, document.issuer.identifier) == ("UT", "UTO")
    first, second = document.events
    assert first.disease is not None
    assert first.vaccine is not None
    assert first.product is not None
    assert (first.disease.code, first.disease.name) == ("1D47", "Yellow fever")
    assert first.vaccine.name == "Yellow fever vaccine (live attenuated)"
    assert (first.product.code, first.product.name) == (None, "Stamaril")
    assert (first.dose, first.batch, first.centre, first.country) == (1, "Y1", "Clinic", "UT")
    assert (second.dose, second.date, second.country) == (2, "2026-02-04", "VN")


def test_a_test_is_shown_with_its_result() -> None:
    document = decode(SIGNER.seal(TEST_DATA)).without_verification().document
    (event,) = document.events
    assert event.type is EventType.TEST
    assert (event.date, event.centre) == ("2026-05-30T10:00:00+07:00", "Laboratory 1")
    assert event.result is not None
    assert event.result.name == "negative"
    assert (document.holder.document_type, document.holder.document_number) == ("P", "C1234567")
    assert document.issued_on == "2026-05-31"


@pytest.mark.parametrize("written", ["SHOTA MIYAKE", "MIYAKE  ", "  MIYAKE", "MIYAKE"])
def test_a_name_without_two_blanks_is_not_divided(written: str) -> None:
    text = SIGNER.seal(changed(DATA, "msg.pid.n", written))
    holder = decode(text).without_verification().document.holder
    assert (holder.family_name, holder.name) == (None, written)


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"hdr": 1}', '{"t": "icao.vacc"}', 'x"hdr""t":"icao.', "{" * 100_000]
)
def test_other_json_is_no_seal(text: str) -> None:
    assert recognise(text) is None


def test_nothing_personal_is_in_a_repr() -> None:
    unverified = decode(TEXT)
    for shown in (unverified, unverified.without_verification(), verify(TEXT)):
        assert "NGUYEN" not in repr(shown)
