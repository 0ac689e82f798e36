"""Lists of issuers of SMART Health Cards: who vouches for them, and which keys and lists are used."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from hypothesis import given
from hypothesis import strategies as st

from tests.support.health_cards import AT, ISSUER, Issuer
from tests.support.trust_lists import only_a_trust_list_error
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.codes import IssuerType, Kind
from vaxpass.crypto import PublicKey
from vaxpass.crypto.keys import from_jwk, to_jwk
from vaxpass.trust import SHC, Role, is_trust_list, role_of
from vaxpass.trust.formats import vci

KEY = ec.generate_private_key(ec.SECP521R1())
PINS = (KEY.public_key(),)
MADE = "2026-06-30T04:00:00Z"
PUBLISHED = {"directory": "https://example.org/issuers.json", "time": MADE}


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


def data_of(issuer: Issuer, **changes: Any) -> bytes:
    return json.dumps({**PUBLISHED, **issuer.snapshot(**changes)}).encode()


def sign(data: bytes, key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    return key.sign(data, ec.ECDSA(SHA512()))


def read(data: bytes, *sidecars: bytes, pins: Any = PINS, **how: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, sidecars=sidecars, **how)


def own(content: Any, *sidecars: Any, **how: Any) -> TrustList:
    beside = [json.dumps(each).encode() for each in sidecars]
    return read(json.dumps(content).encode(), *beside, pins=(), **how)


class TestSignature:
    def test_a_snapshot_is_read_under_the_key_that_signed_it(self, issuer: Issuer) -> None:
        data = data_of(issuer)
        found = read(data, sign(data))
        (key,) = found
        assert (key.usage, key.kid, key.listed_kinds) == (
            SHC,
            issuer.kid,
            frozenset((Kind.HEALTH_CARD,)),
        )
        assert key.issuer is not None
        assert (key.issuer.identifier, key.issuer.name) == (ISSUER, "Example Hospital")
        assert found.made_at == datetime(2026, 6, 30, 4, tzinfo=UTC)
        assert "ES512" in key.trusted_by
        assert found.find(issuer.kid) == ()

    def test_without_its_signature_it_is_refused(self, issuer: Issuer) -> None:
        with pytest.raises(TrustListError, match="file of its own"):
            read(data_of(issuer))

    def test_one_that_was_changed_is_refused(self, issuer: Issuer) -> None:
        data = data_of(issuer)
        with pytest.raises(TrustListError, match="another list"):
            read(data + b" ", sign(data))

    def test_another_key_does_not_vouch_for_it(self, issuer: Issuer) -> None:
        data = data_of(issuer)
        other = ec.generate_private_key(ec.SECP521R1())
        with pytest.raises(TrustListError):
            read(data, sign(data, other))

    @pytest.mark.parametrize(
        ("curve", "hashed"), [(ec.SECP256R1(), SHA256()), (ec.SECP521R1(), SHA256())]
    )
    def test_only_p521_with_sha512_vouches_for_it(
        self, issuer: Issuer, curve: Any, hashed: Any
    ) -> None:
        data, key = data_of(issuer), ec.generate_private_key(curve)
        with pytest.raises(TrustListError):
            read(data, key.sign(data, ec.ECDSA(hashed)), pins=(key.public_key(),))

    def test_without_a_pin_it_is_used_only_where_the_user_says_so(self, issuer: Issuer) -> None:
        data = data_of(issuer)
        with pytest.raises(TrustListError):
            read(data, sign(data), pins=())
        assert len(read(data, pins=(), unsigned=True)) == 1

    def test_ones_own_list_needs_no_signature(self, issuer: Issuer) -> None:
        assert len(own(issuer.snapshot())) == 1
        with pytest.raises(TrustListError):
            own(issuer.snapshot(), named_by_user=False)

    @pytest.mark.parametrize("time", ["2026-08-01T00:00:00Z", "soon", 5])
    def test_its_time_must_be_one_that_was(self, issuer: Issuer, time: Any) -> None:
        content = json.dumps({**PUBLISHED, "time": time, **issuer.snapshot()}).encode()
        with pytest.raises(TrustListError):
            read(content, sign(content), at=AT)

    def test_its_files_are_told_apart(self, issuer: Issuer) -> None:
        data = data_of(issuer)
        assert is_trust_list(data)
        assert role_of(data) is Role.LIST
        assert role_of(sign(data)) is Role.SIDECAR
        metadata = [{"canonical_iss": ISSUER, "issuer_type": "organizational.pharmacy"}]
        assert role_of(json.dumps(metadata).encode()) is Role.SIDECAR
        assert role_of(b"0" * 100) is Role.OTHER


class TestKeys:
    def skipped(self, issuer: Issuer, **changes: Any) -> str:
        found = own(issuer.snapshot(keys=[{**issuer.jwk, **changes}]))
        assert len(found) == 0
        (entry,) = found.skipped
        return entry.reason

    def test_a_kid_must_be_the_thumbprint(self, issuer: Issuer) -> None:
        for kid in (Issuer.create().jwk["kid"], issuer.jwk["kid"] + "=", "", None, 5):
            assert "thumbprint" in self.skipped(issuer, kid=kid)

    def test_only_keys_of_es256_are_used(self, issuer: Issuer) -> None:
        other = to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key())
        assert "ES256" in self.skipped(issuer, **other)
        assert "ES256" in self.skipped(issuer, alg="ES384")

    def test_only_keys_for_signatures_are_used(self, issuer: Issuer) -> None:
        assert "signatures" in self.skipped(issuer, use="enc")

    def test_a_private_key_is_refused(self, issuer: Issuer) -> None:
        assert "private" in self.skipped(issuer, d="QQ")

    def test_certificates_beside_a_key_say_nothing(self, issuer: Issuer) -> None:
        found = own(issuer.snapshot(keys=[{**issuer.jwk, "x5c": ["nonsense"]}]))
        assert [key.not_after for key in found] == [None]
        (key,) = found
        expected: PublicKey = from_jwk(issuer.jwk)
        assert key.certificate.public_key == expected

    def test_one_broken_key_does_not_cost_the_others(self, issuer: Issuer) -> None:
        found = own(issuer.snapshot(keys=[5, {}, issuer.jwk]))
        assert (len(found), len(found.skipped)) == (1, 2)

    def test_several_issuers_may_have_one_key(self, issuer: Issuer) -> None:
        entries = [
            {"issuer": {"iss": f"https://{name}.example.org"}, "keys": [issuer.jwk]} for name in "abc"
        ]
        found = own({"issuerInfo": entries})
        assert [key.issuer and key.issuer.identifier for key in found] == [
            "https://a.example.org",
            "https://b.example.org",
            "https://c.example.org",
        ]

    @pytest.mark.parametrize(
        "iss", ["http://example.org", "https://example.org/", "", None, 5, "https://" + "a" * 600]
    )
    def test_an_issuer_is_an_address_with_https(self, issuer: Issuer, iss: Any) -> None:
        found = own(issuer.snapshot(issuer={"iss": iss}))
        assert (len(found), len(found.skipped)) == (0, 1)


class TestMetadata:
    @pytest.mark.parametrize("member", ["canonical_iss", "iss"])
    def test_they_say_what_an_issuer_is_and_where(self, issuer: Issuer, member: str) -> None:
        metadata = [
            {
                member: ISSUER,
                "issuer_type": "governmental.nation",
                "locations": [{"country": "CA", "state": "QC"}, {"country": "CA"}],
            },
            {"canonical_iss": "https://other.example.org", "issuer_type": "organizational.pharmacy"},
        ]
        for written in (metadata, {"issuers": metadata}):
            (key,) = own(issuer.snapshot(), written)
            assert key.issuer is not None
            assert (key.issuer.type, key.country) == (IssuerType.GOVERNMENT, "CA")

    def test_an_issuer_has_the_type_of_its_brand(self, issuer: Issuer) -> None:
        brand = "https://brand.example.org"
        metadata = [{"canonical_iss": brand, "issuer_type": "organizational.laboratory"}]
        entry = issuer.snapshot(issuer={"iss": ISSUER, "canonical_iss": brand})
        (key,) = own(entry, metadata)
        assert key.issuer is not None
        assert key.issuer.type is IssuerType.LABORATORY

    def test_places_in_two_countries_name_none(self, issuer: Issuer) -> None:
        metadata = [
            {
                "canonical_iss": ISSUER,
                "issuer_type": "other",
                "locations": [{"country": "CA"}, {"country": "US"}],
            }
        ]
        (key,) = own(issuer.snapshot(), metadata)
        assert key.country is None


class TestRevokedCards:
    def crl(self, issuer: Issuer, **changes: Any) -> dict[str, Any]:
        return {
            "kid": issuer.jwk["kid"],
            "method": "rid",
            "ctr": 1,
            "rids": ["abc", "def.5"],
            **changes,
        }

    def test_a_list_is_read_with_its_issuer(self, issuer: Issuer) -> None:
        (cards,) = own(issuer.snapshot(crls=[self.crl(issuer)])).revoked_cards
        assert (cards.issuer, cards.kid, cards.counter) == (ISSUER, issuer.kid, 1)
        assert dict(cards.rids) == {"abc": None, "def": 5.0}

    def test_a_list_by_itself_names_no_issuer(self, issuer: Issuer) -> None:
        found = own(self.crl(issuer))
        assert (len(found), found.revoked_cards[0].issuer) == (0, None)

    def test_a_counter_may_be_text(self, issuer: Issuer) -> None:
        for counter, number in (("7", 7), (None, 0), ("x", 0), (True, 0)):
            assert own(self.crl(issuer, ctr=counter)).revoked_cards[0].counter == number

    def test_of_a_duplicate_identifier_what_revokes_more_counts(self, issuer: Issuer) -> None:
        for rids, before in ((["a.5", "a.7"], 7.0), (["a.7", "a.5"], 7.0), (["a.5", "a"], None)):
            assert own(self.crl(issuer, rids=rids)).revoked_cards[0].rids == {"a": before}

    @pytest.mark.parametrize("rid", ["a" * 25, "a b", "ä", "", "a.b", "a.", ".5", 5, None, "a.5.5"])
    def test_an_identifier_in_another_form_is_told_and_costs_no_other(
        self, issuer: Issuer, rid: Any
    ) -> None:
        found = own(self.crl(issuer, rids=[rid, "abc"]))
        assert dict(found.revoked_cards[0].rids) == {"abc": None}
        assert "form" in found.skipped[0].reason

    @pytest.mark.parametrize(
        "changes",
        [{"method": "other"}, {"method": None}, {"kid": "abc"}, {"kid": None}, {"rids": "abc"}],
    )
    def test_a_list_that_is_none_is_refused_alone_and_told_in_a_snapshot(
        self, issuer: Issuer, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(TrustListError):
            own(self.crl(issuer, **changes))
        found = own(issuer.snapshot(crls=[self.crl(issuer, **changes)]))
        assert (len(found), found.revoked_cards, len(found.skipped)) == (1, (), 1)

    def test_a_list_that_was_only_found_is_not_taken(self, issuer: Issuer) -> None:
        with pytest.raises(TrustListError):
            own(self.crl(issuer), named_by_user=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from("issuerInfo issuer iss keys crls kid method rids time kty".split()),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_no_content_raises_anything_else(content: Any) -> None:
    cards = {"rids": content, "method": "rid"}
    for written in ({"issuerInfo": content}, {"issuerInfo": [content]}, cards):
        only_a_trust_list_error(json.dumps(written).encode())


@given(st.binary(max_size=160))
def test_no_bytes_make_the_detectors_raise(data: bytes) -> None:
    for given_data in (data, b"\x30" + data, b"{" + data, b"[" + data):
        vci.is_signature(given_data)
        vci.is_metadata(given_data)
        vci.matches(given_data)
