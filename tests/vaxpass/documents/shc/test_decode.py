"""A SMART Health Card, from its text to a verdict: what is read, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.health_cards import (
    AT,
    ISSUED,
    ISSUER,
    Issuer,
    deflated,
    immunization,
    numeric,
    patient,
    payload,
)
from vaxpass import (
    Code,
    DecodeError,
    Kind,
    Limits,
    NoteCode,
    Outcome,
    Policy,
    TrustList,
    Verdict,
    Verifier,
    decode,
)
from vaxpass.codes import IssuerType, Stage, Status
from vaxpass.crypto.keys import to_jwk
from vaxpass.documents.document import Document
from vaxpass.encoding import strict_base64
from vaxpass.revocation import RevocationStore, build
from vaxpass.trust import read_trust_list


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


@pytest.fixture(scope="module")
def verifier(issuer: Issuer) -> Verifier:
    return Verifier(issuer.trust())


def refused(text: str) -> Code:
    with pytest.raises(DecodeError) as raised:
        decode(text)
    return raised.value.problem.code


def notes(verdict: Verdict) -> set[NoteCode]:
    return {note.code for note in verdict.notes}


def document(verdict: Verdict) -> Document:
    assert verdict.document is not None
    return verdict.document


def test_a_genuine_card_is_accepted_and_shown(issuer: Issuer, verifier: Verifier) -> None:
    verdict = verifier.verify(issuer.text(), at=AT)
    assert verdict, verdict.reason()
    assert [check.stage for check in verdict.checks][:5] == [
        Stage.PREFIX,
        Stage.JWS,
        Stage.DEFLATE,
        Stage.JSON,
        Stage.PAYLOAD,
    ]
    shown = document(verdict)
    assert (shown.family, shown.kind) == ("smart-health-card", Kind.HEALTH_CARD)
    assert (shown.holder.full_name, shown.holder.birth_date) == ("Đặng Thị Ánh", "1990-02-28")
    assert (shown.events[0].batch, shown.events[0].date) == ("YF1", "2026-05-01")
    assert (shown.issuer.name, shown.issuer.identifier) == ("Example Hospital", ISSUER)
    assert (shown.issued_at, shown.valid_until) == (ISSUED, None)


class TestForms:
    def test_every_form_of_a_card_gives_the_same(self, issuer: Issuer, verifier: Verifier) -> None:
        jws = issuer.card()
        digits = numeric(jws)
        for text in (
            f"shc:/{digits}",
            f"SHC:/{digits}",
            f"https://viewer.example.org/#shc:/{digits}",
            f"shc:/1/1/{digits}",
            f"https://viewer.example.org/#shc%3A%2F{digits}",
            f"https://redirect.health.apple.com/SMARTHealthCard/#{digits}",
            f"https://redirect.health.apple.com/SMARTHealthCard/#/{digits}",
            jws,
            f" {jws}\n",
            json.dumps({"verifiableCredential": [jws]}),
            json.dumps({"verifiableCredential": [jws]}, indent=2) + "\n",
        ):
            assert verifier.verify(text, at=AT), text[:40]

    def test_that_it_was_in_a_link_is_noted(self, issuer: Issuer, verifier: Verifier) -> None:
        verdict = verifier.verify(f"https://viewer.example.org/#{issuer.text()}", at=AT)
        assert NoteCode.PREFIX_FROM_LINK in notes(verdict)
        assert NoteCode.PREFIX_FROM_LINK not in notes(verifier.verify(issuer.text(), at=AT))

    @pytest.mark.parametrize("digits", ["", "5", "567", "5676a9", "56 76", "５６", "5676.", "8299"])
    def test_what_is_no_pairs_of_digits_is_unreadable(self, digits: str) -> None:
        assert refused(f"shc:/{digits}") is Code.JWS_DIGITS

    def test_a_part_alone_says_which_others_are_missing(
        self, issuer: Issuer, verifier: Verifier
    ) -> None:
        verdict = verifier.verify(issuer.parts(3)[1], at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.JWS_PART)
        assert "1, 3" in verdict.reason()

    def test_a_file_with_several_cards_is_not_judged_as_one(self, issuer: Issuer) -> None:
        both = json.dumps({"verifiableCredential": [issuer.card(), issuer.card()]})
        assert refused(both) is Code.JWS_SEVERAL

    @pytest.mark.parametrize(
        "jws", ["ey.a", "ey.a.b.c", "ey..b", "eyJhIjoxfQ.QQ=.b", "eyJhIjoxfQ.Q.QQ"]
    )
    def test_what_has_not_three_segments_is_unreadable(self, jws: str) -> None:
        assert refused("shc:/" + numeric(jws)) is Code.JWS_STRUCTURE

    def test_what_is_far_too_long_is_not_looked_at(self) -> None:
        assert refused("shc:/" + "56" * 200_000) is Code.JWS_TOO_LONG
        with pytest.raises(DecodeError, match="more text"):
            decode("shc:/" + "56" * 200, Limits(characters=10))


class TestHeader:
    @pytest.mark.parametrize(
        "alg", ["none", "HS256", "RS256", "ES384", "ES256K", "es256", None, 1, ["ES256"]]
    )
    def test_only_es256_is_taken(self, issuer: Issuer, verifier: Verifier, alg: Any) -> None:
        head = {"alg": alg, "zip": "DEF", "kid": issuer.jwk["kid"]}
        verdict = verifier.verify(issuer.card(header=head), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.JWS_ALGORITHM_UNSUPPORTED)

    def test_one_without_an_algorithm_is_rejected(self, issuer: Issuer, verifier: Verifier) -> None:
        head = {"zip": "DEF", "kid": issuer.jwk["kid"]}
        assert verifier.verify(issuer.card(header=head), at=AT).code is Code.JWS_ALGORITHM_UNSUPPORTED

    @pytest.mark.parametrize("demand", [{"crit": ["exp"]}, {"b64": False}, {"crit": []}])
    def test_demands_are_rejected(
        self, issuer: Issuer, verifier: Verifier, demand: dict[str, Any]
    ) -> None:
        head = {"alg": "ES256", "zip": "DEF", "kid": issuer.jwk["kid"], **demand}
        verdict = verifier.verify(issuer.card(header=head), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.JWS_CRITICAL_HEADER)

    def test_one_that_is_not_compressed_is_rejected(self, issuer: Issuer, verifier: Verifier) -> None:
        head = {"alg": "ES256", "kid": issuer.jwk["kid"]}
        text = "shc:/" + numeric(issuer.sign(json.dumps(payload()).encode(), head))
        verdict = verifier.verify(text, at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.JWS_NOT_COMPRESSED)

    @pytest.mark.parametrize(
        "head", [b"[]", b"{", b'{"alg": "ES256", "alg": "none"}', b"\xff", b"[" * 3000]
    )
    def test_one_that_can_be_read_in_two_ways_is_unreadable(self, issuer: Issuer, head: bytes) -> None:
        text = "shc:/" + numeric(issuer.sign(b"data", head))
        assert refused(text) is Code.JWS_HEADER_INVALID

    def test_a_key_in_the_header_is_never_used(self, issuer: Issuer, verifier: Verifier) -> None:
        forger = Issuer.create()
        for kid in (issuer.jwk["kid"], forger.jwk["kid"]):
            head = {
                "alg": "ES256",
                "zip": "DEF",
                "kid": kid,
                "jwk": to_jwk(forger.signer.public_key),
                "jku": "https://evil.example.org/jwks.json",
            }
            verdict = verifier.verify(forger.card(header=head), at=AT)
            assert not verdict
            assert verdict.code in (Code.SIGNATURE_MISMATCH, Code.TRUST_KEY_UNKNOWN)
            assert NoteCode.JWS_HEADER_EXTRA in notes(verdict)


class TestSignature:
    def test_an_altered_card_is_rejected(self, issuer: Issuer, verifier: Verifier) -> None:
        head, _, signature = issuer.card().split(".")
        other = issuer.card(payload(patient(birthDate="1991-01-01"), immunization())).split(".")[1]
        verdict = verifier.verify(f"{head}.{other}.{signature}", at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SIGNATURE_MISMATCH)
        assert verdict.document is None

    def test_a_signature_in_der_is_rejected(self, issuer: Issuer, verifier: Verifier) -> None:
        head, body, _ = issuer.card().split(".")
        der = strict_base64.encode_url(b"\x30\x44\x02\x20" + bytes(32) + b"\x02\x20" + bytes(32))
        verdict = verifier.verify(f"{head}.{body}.{der}", at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SIGNATURE_MALFORMED)

    def test_the_key_of_another_issuer_vouches_for_nothing(self, issuer: Issuer) -> None:
        other = issuer.trust(issuer={"iss": "https://other.example.org", "name": "Other"})
        verdict = Verifier(other).verify(issuer.text(), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)

    def test_a_card_that_names_a_listed_issuer_and_its_own_kid_is_undecided(
        self, verifier: Verifier
    ) -> None:
        verdict = verifier.verify(Issuer.create().text(), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)

    def test_one_key_at_two_issuers_is_found_at_both(self, issuer: Issuer) -> None:
        brand = "https://brand.example.org"
        trust = issuer.trust() | issuer.trust(issuer={"iss": brand, "name": "Brand"})
        for name, shown in ((ISSUER, "Example Hospital"), (brand, "Brand")):
            verdict = Verifier(trust).verify(issuer.text(payload(iss=name)), at=AT)
            assert document(verdict).issuer.name == shown

    @pytest.mark.parametrize("kid", [None, 5, "", "not Base64url!"])
    def test_without_a_kid_no_key_is_found(self, issuer: Issuer, verifier: Verifier, kid: Any) -> None:
        head = {"alg": "ES256", "zip": "DEF", "kid": kid}
        assert verifier.verify(issuer.card(header=head), at=AT).code is Code.TRUST_KEY_UNKNOWN


class TestContent:
    def sealed(self, issuer: Issuer, data: bytes) -> str:
        return "shc:/" + numeric(issuer.sign(data))

    def test_a_bomb_is_stopped(self, issuer: Issuer) -> None:
        assert refused(self.sealed(issuer, deflated(bytes(10_000_000)))) is Code.DEFLATE_TOO_LARGE

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\xff\xff", Code.DEFLATE_CORRUPT),
            (deflated(b"{}")[:-1], Code.DEFLATE_TRUNCATED),
            (deflated(b"{}") + b"x", Code.DEFLATE_TRAILING),
            (deflated(b"{}") + bytes(8), Code.DEFLATE_TRAILING),
            (zlib.compress(b"{}"), Code.DEFLATE_CORRUPT),
            (deflated(b'{"a": 1, "a": 2}'), Code.JSON_INVALID),
            (deflated(b"[" * 5000 + b"]" * 5000), Code.JSON_INVALID),
            (deflated(b'{"a": NaN}'), Code.JSON_INVALID),
            (deflated(b"\xff\xfe{}"), Code.JSON_INVALID),
            (deflated(b"[]"), Code.PAYLOAD_MISSING),
            (deflated(b"{}"), Code.PAYLOAD_MISSING),
            (deflated(b'{"vc": {}}'), Code.PAYLOAD_STRUCTURE),
        ],
    )
    def test_what_is_damaged_is_not_read(self, issuer: Issuer, data: bytes, code: Code) -> None:
        assert refused(self.sealed(issuer, data)) is code

    def test_the_trailer_of_gzip_is_noted(self, issuer: Issuer, verifier: Verifier) -> None:
        data = json.dumps(payload()).encode()
        trailer = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
        verdict = verifier.verify(self.sealed(issuer, deflated(data) + trailer), at=AT)
        assert verdict
        assert NoteCode.DEFLATE_GZIP_TRAILER in notes(verdict)

    def test_a_byte_order_mark_is_noted(self, issuer: Issuer, verifier: Verifier) -> None:
        data = b"\xef\xbb\xbf" + json.dumps(payload()).encode()
        verdict = verifier.verify(self.sealed(issuer, deflated(data)), at=AT)
        assert verdict
        assert NoteCode.JSON_BYTE_ORDER_MARK in notes(verdict)

    @pytest.mark.parametrize("iss", ["http://issuer.example.org", "issuer.example.org", None, 5])
    def test_an_issuer_is_named_by_https(self, issuer: Issuer, verifier: Verifier, iss: Any) -> None:
        verdict = verifier.verify(issuer.text(payload(iss=iss)), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.PAYLOAD_ISSUER_INVALID)

    def test_a_slash_more_is_another_issuer(self, issuer: Issuer, verifier: Verifier) -> None:
        verdict = verifier.verify(issuer.text(payload(iss=f"{ISSUER}/")), at=AT)
        assert verdict.code is Code.TRUST_KEY_UNKNOWN

    def test_the_deprecated_types_are_not_read(self, issuer: Issuer, verifier: Verifier) -> None:
        content = payload()
        content["vc"]["type"] = 5
        assert verifier.verify(issuer.text(content), at=AT)
        del content["vc"]["type"]
        assert verifier.verify(issuer.text(content), at=AT)

    @pytest.mark.parametrize(
        ("resources", "code", "outcome"),
        [
            ((patient(), patient(), immunization()), Code.SCHEMA_SEVERAL_PERSONS, Outcome.REJECTED),
            ((patient(), immunization(status=5)), Code.SCHEMA_REQUIRED, Outcome.REJECTED),
            ((patient(), immunization(status="not-done")), Code.CONTENT_NOT_COMPLETED, Outcome.GENUINE),
            ((patient(),), Code.CONTENT_NO_EVENT, Outcome.GENUINE),
        ],
    )
    def test_the_bundle_is_judged(
        self,
        issuer: Issuer,
        verifier: Verifier,
        resources: tuple[Any, ...],
        code: Code,
        outcome: Outcome,
    ) -> None:
        verdict = verifier.verify(issuer.text(payload(*resources)), at=AT)
        assert (verdict.code, verdict.outcome) == (code, outcome)

    def test_what_is_not_read_is_named(self, issuer: Issuer, verifier: Verifier) -> None:
        content = payload(patient(), immunization(), {"resourceType": "Condition"})
        verdict = verifier.verify(issuer.text(content), at=AT)
        assert NoteCode.SCHEMA_OTHER_RECORDS in notes(verdict)

    @pytest.mark.parametrize(
        ("changes", "note"),
        [
            ({"occurrenceDateTime": "1985-01-01"}, NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH),
            ({"occurrenceDateTime": "2026-12-01"}, NoteCode.SCHEMA_ENTRY_AHEAD),
            ({"occurrenceDateTime": "2026-06-05"}, NoteCode.SCHEMA_ENTRY_AFTER_ISSUE),
        ],
    )
    def test_dates_that_can_not_be_right_are_noted(
        self, issuer: Issuer, verifier: Verifier, changes: dict[str, Any], note: NoteCode
    ) -> None:
        verdict = verifier.verify(issuer.text(payload(patient(), immunization(**changes))), at=AT)
        assert note in notes(verdict)

    @pytest.mark.parametrize("day", ["1990", "1990-02", "2026-06-01", "2026-06-02"])
    def test_dates_that_may_be_right_are_not(
        self, issuer: Issuer, verifier: Verifier, day: str
    ) -> None:
        content = payload(patient(), immunization(occurrenceDateTime=day))
        assert not any(
            note.value.startswith("schema.entry")
            for note in notes(verifier.verify(issuer.text(content), at=AT))
        )


class TestTimes:
    def test_a_card_without_an_end_stays_valid(self, issuer: Issuer, verifier: Verifier) -> None:
        assert verifier.verify(issuer.text(), at=AT + timedelta(days=3650))

    def test_a_card_has_expired_after_its_end(self, issuer: Issuer, verifier: Verifier) -> None:
        text = issuer.text(payload(exp=AT.timestamp() + 0.5))
        assert verifier.verify(text, at=AT)
        late = verifier.verify(text, at=AT + timedelta(seconds=1))
        assert (late.outcome, late.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)

    def test_a_card_of_the_future_is_not_valid_yet(self, issuer: Issuer, verifier: Verifier) -> None:
        text = issuer.text(payload(nbf=AT.timestamp() + 3600.25))
        assert verifier.verify(text, at=AT).code is Code.VALIDITY_NOT_YET

    def test_the_clock_may_be_a_little_behind_the_issuers(
        self, issuer: Issuer, verifier: Verifier
    ) -> None:
        assert verifier.verify(issuer.text(payload(nbf=AT.timestamp() + 60)), at=AT)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"nbf": None}, Code.SCHEMA_REQUIRED),
            ({"nbf": "2026"}, Code.SCHEMA_TYPE),
            ({"nbf": True}, Code.SCHEMA_TYPE),
            ({"nbf": 1e300}, Code.SCHEMA_TYPE),
            ({"nbf": -1}, Code.SCHEMA_TYPE),
            ({"exp": "never"}, Code.SCHEMA_TYPE),
        ],
    )
    def test_times_are_numbers(
        self, issuer: Issuer, verifier: Verifier, changes: dict[str, Any], code: Code
    ) -> None:
        verdict = verifier.verify(issuer.text(payload(**changes)), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, code)

    def test_who_issued_it_is_asked_before_its_times(self, issuer: Issuer) -> None:
        verdict = Verifier(TrustList([])).verify(issuer.text(payload(nbf=None)), at=AT)
        assert verdict.code is Code.TRUST_KEY_UNKNOWN

    def test_a_card_with_iat_alone_is_left_open(self, issuer: Issuer, verifier: Verifier) -> None:
        text = issuer.text(payload(nbf=None, iat=ISSUED.timestamp()))
        verdict = verifier.verify(text, at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_INCOMPLETE)
        assert verdict.document is not None
        assert verdict.document.issued_at == ISSUED

    def test_what_is_left_open_hides_nothing_graver(self, issuer: Issuer, verifier: Verifier) -> None:
        several = payload(patient(), patient(), immunization(), nbf=None, iat=ISSUED.timestamp())
        verdict = verifier.verify(issuer.text(several), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_SEVERAL_PERSONS)

    def test_an_end_that_is_null_is_none(self, issuer: Issuer, verifier: Verifier) -> None:
        content = json.dumps({**payload(), "exp": None}).encode()
        assert verifier.verify(issuer.sign(deflated(content)), at=AT)

    def test_milliseconds_are_understood(self, issuer: Issuer, verifier: Verifier) -> None:
        verdict = verifier.verify(issuer.text(payload(nbf=ISSUED.timestamp() * 1000)), at=AT)
        assert verdict
        assert NoteCode.CWT_MILLISECONDS in notes(verdict)


class TestIssuer:
    @pytest.mark.parametrize(
        ("kind", "note"),
        [
            ("governmental.state_province_territory", None),
            ("organizational.health_system", NoteCode.USAGE_BY_HEALTH_SYSTEM),
            ("organizational.pharmacy", NoteCode.USAGE_BY_PHARMACY),
            ("organizational.laboratory", NoteCode.USAGE_BY_LABORATORY),
            ("organizational.insurer", NoteCode.USAGE_BY_OTHER),
            (None, NoteCode.USAGE_BY_UNKNOWN),
        ],
    )
    def test_who_issued_it_is_part_of_the_verdict(
        self, issuer: Issuer, kind: str | None, note: NoteCode | None
    ) -> None:
        metadata = [{"canonical_iss": ISSUER, "issuer_type": kind, "locations": [{"country": "US"}]}]
        trust = read_trust_list(
            json.dumps(issuer.snapshot()).encode(),
            source="list",
            sidecars=[json.dumps(metadata if kind else []).encode()],
        )
        verdict = Verifier(trust).verify(issuer.text(), at=AT)
        assert verdict
        assert {each for each in notes(verdict) if each.value.startswith("usage.")} == {note} - {None}
        assert document(verdict).issuer.country == ("US" if kind else None)
        if note:
            assert "Example Hospital" in next(n for n in verdict.notes if n.code is note).message("vi")
        else:
            assert document(verdict).issuer.type is IssuerType.GOVERNMENT

    def test_keys_that_were_not_fetched_for_years_are_noted(self, issuer: Issuer) -> None:
        for fetched, is_old in (("2024-01-01T00:00:00Z", True), ("2026-06-01T00:00:00Z", False)):
            trust = issuer.trust(lastRetrieved=fetched)
            verdict = Verifier(trust).verify(issuer.text(), at=AT)
            assert verdict
            assert (NoteCode.TRUST_ISSUER_OLD in notes(verdict)) is is_old

    def test_a_key_without_times_is_nothing_unusual(self, issuer: Issuer, verifier: Verifier) -> None:
        verdict = verifier.verify(issuer.text(), at=AT)
        assert NoteCode.TRUST_VALIDITY_UNKNOWN not in notes(verdict)


class TestRevocation:
    def crl(self, issuer: Issuer, *rids: str) -> list[dict[str, Any]]:
        return [{"kid": issuer.jwk["kid"], "method": "rid", "ctr": 1, "rids": list(rids)}]

    @pytest.mark.parametrize(
        ("listed", "is_revoked"),
        [
            ("abc", True),
            ("abd", False),
            (f"abc.{int(ISSUED.timestamp()) + 1}", True),
            (f"abc.{int(ISSUED.timestamp())}", False),
        ],
    )
    def test_a_listed_card_is_revoked(self, issuer: Issuer, listed: str, is_revoked: bool) -> None:
        verifier = Verifier(issuer.trust(crls=self.crl(issuer, listed)))
        verdict = verifier.verify(issuer.text(payload(rid="abc")), at=AT)
        assert (verdict.code is Code.REVOCATION_LISTED) is is_revoked
        assert verdict.check(Stage.REVOCATION).status is (Status.FAIL if is_revoked else Status.PASS)

    def test_a_list_by_itself_counts(self, issuer: Issuer) -> None:
        data = json.dumps(self.crl(issuer, "abc")[0]).encode()
        trust = issuer.trust() | read_trust_list(data, source="revoked")
        verdict = Verifier(trust).verify(issuer.text(payload(rid="abc")), at=AT)
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.REVOCATION_LISTED)

    def test_another_issuer_revokes_nothing(self, issuer: Issuer) -> None:
        other = Issuer.create()
        foreign = other.snapshot(
            issuer={"iss": "https://other.example.org", "name": "O"}, crls=self.crl(issuer, "abc")
        )
        trust = issuer.trust() | read_trust_list(json.dumps(foreign).encode(), source="other")
        assert Verifier(trust).verify(issuer.text(payload(rid="abc")), at=AT)

    def test_a_list_of_another_brand_with_the_same_key_counts(self, issuer: Issuer) -> None:
        snapshot = issuer.snapshot()
        brand = {"iss": "https://brand.example.org", "name": "Brand"}
        snapshot["issuerInfo"] += issuer.snapshot(issuer=brand, crls=self.crl(issuer, "abc"))[
            "issuerInfo"
        ]
        trust = read_trust_list(json.dumps(snapshot).encode(), source="my issuers")
        verdict = Verifier(trust).verify(issuer.text(payload(rid="abc")), at=AT)
        assert verdict.code is Code.REVOCATION_LISTED

    def test_a_card_without_an_identifier_is_on_no_list(self, issuer: Issuer) -> None:
        trust = issuer.trust(crls=self.crl(issuer, "abc"))
        assert Verifier(trust).verify(issuer.text(), at=AT)


def test_rules_of_destinations_are_not_written_for_cards(issuer: Issuer, verifier: Verifier) -> None:
    verdict = verifier.verify(issuer.text(), at=AT, destination="VN")
    assert verdict.outcome is Outcome.UNDECIDED


def test_a_store_of_revoked_certificates_is_asked_too(issuer: Issuer) -> None:
    store = RevocationStore(b"".join(build([])))
    verifier = Verifier(issuer.trust(), revocations=store)
    assert verifier.verify(issuer.text(), at=AT)


def test_nothing_of_the_family_is_loaded_before_a_card_comes() -> None:
    code = (
        "import sys, vaxpass, vaxpass.documents; vaxpass.documents.recognise('HC1:NCF'); "
        "print([name for name in sys.modules if name.endswith(('shc.decode', '.fhir', '.cvx'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_nothing_personal_is_in_its_repr(issuer: Issuer) -> None:
    unverified = decode(issuer.text())
    assert "Đặng" not in repr(unverified) + repr(unverified.without_verification())


def test_it_can_be_written_as_json(issuer: Issuer, verifier: Verifier) -> None:
    verdict = verifier.verify(issuer.text(), at=AT)
    assert json.dumps(verdict.to_dict())
    assert json.dumps(decode(issuer.text()).to_dict())


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    verifier = Verifier(TrustList([]), Policy())
    for candidate in (f"shc:/{text}", f"ey{text}", '{"verifiableCredential":[' + text, text):
        assert not verifier.verify(candidate, at=AT)


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_no_bytes_make_it_raise(data: bytes, head: bytes) -> None:
    verifier = Verifier(TrustList([]), Policy())
    for header in (head, b'{"alg":"ES256","zip":"DEF","kid":"QQ"}'):
        for body in (data, deflated(data)):
            parts = map(strict_base64.encode_url, (header, body, bytes(64)))
            assert not verifier.verify("shc:/" + numeric(".".join(parts)), at=AT)
