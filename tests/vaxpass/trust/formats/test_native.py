"""The project's own list holds the trust of every family, and gives it back as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate
from tests.support.seals import Csca
from tests.support.trust_lists import ENTRY, RSA_KEY, listed, read, spki, text
from tests.support.world import NOW, World
from vaxpass import Outcome, TrustList, TrustListError, Verifier
from vaxpass.codes import DCC_KINDS, IssuerType, Kind
from vaxpass.crypto import SignerKey
from vaxpass.errors import ArgumentError
from vaxpass.trust import (
    BSC,
    CSCA,
    DIVOC,
    DSC,
    SHC,
    ListedIssuer,
    RevokedCards,
    SignerCrl,
    TrustedKey,
    write_trust_list,
)
from vaxpass.trust.reading import MOST_ENTRIES

EDWARDS = ed25519.Ed25519PrivateKey.generate().public_key()
SIGNERS = (
    certificate(ONE),
    certificate(TWO),
    SignerKey.from_public_key(spki(ONE)),
    SignerKey.from_public_key(RSA_KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    SignerKey.from_key(EDWARDS),
)

names = st.text(max_size=12)
some_names = st.text(min_size=1, max_size=12)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
kids = st.binary(max_size=12)
issuers = st.builds(
    ListedIssuer,
    names,
    names | st.none(),
    st.sampled_from(IssuerType) | st.none(),
    moments | st.none(),
)
keys = st.builds(
    TrustedKey.of,
    st.sampled_from(SIGNERS),
    some_names,
    kid=kids,
    country=st.sampled_from(["VN", "LA"]) | st.none(),
    test=st.booleans(),
    participant=some_names | st.none(),
    domain=some_names | st.none(),
    usage=st.sampled_from([DSC, CSCA, BSC, SHC, DIVOC, "SCA"]),
    kinds=st.just(DCC_KINDS) | st.frozensets(st.sampled_from(Kind)),
    trusted_by=some_names,
    made_at=moments | st.none(),
    issuer=issuers | st.none(),
)
cards = st.builds(
    RevokedCards,
    names | st.none(),
    kids,
    st.dictionaries(names, st.none() | st.integers(0, 2**40) | st.floats(0, 2e9), max_size=3),
    st.integers(0, 2**31),
    some_names,
)
REVOKING = Csca.create()
CRLS = [REVOKING.revoke(serial) for serial in (1, 2, 3)]
crls = st.builds(SignerCrl, st.sampled_from(CRLS), some_names)
trust_lists = st.builds(
    lambda keys, cards, crls: TrustList(keys, revoked_cards=cards, crls=crls),
    st.lists(keys, max_size=6),
    st.lists(cards, max_size=3),
    st.lists(crls, max_size=3),
)


def everything(trust: TrustList) -> object:
    told = [(key, key.trusted_by, key.made_at, key.kids, key.kinds, key.not_after) for key in trust]
    return told, trust.revoked_cards, trust.crls, trust.made_at


@given(trust_lists, st.booleans())
def test_what_is_written_is_read_again_exactly(trust: TrustList, dated: bool) -> None:
    data = write_trust_list(
        trust, source="a list", test=False, made_at=trust.made_at if dated else None
    )
    again = read(data)
    assert everything(again) == everything(trust)
    assert again.skipped == ()
    assert (
        write_trust_list(again, source="a list", test=False, made_at=again.made_at if dated else None)
        == data
    )


def test_what_one_of_two_equal_entries_restricts_stays_restricted() -> None:
    free = TrustedKey.of(SIGNERS[0], "x")
    pair = [free, replace(free, listed_kinds=frozenset({Kind.TEST}))]
    for keys in (pair, pair[::-1]):
        (key,) = read(write_trust_list(TrustList(keys), source="x", test=False))
        assert key.kinds == frozenset({Kind.TEST})


@given(trust_lists, trust_lists)
def test_nothing_that_revokes_is_lost_by_merging_or_vouching(one: TrustList, two: TrustList) -> None:
    merged = TrustList.merge(one, two)
    assert {crl.der for crl in merged.crls} == {crl.der for crl in (*one.crls, *two.crls)}
    wanted = {
        (c.kid, rid, time)
        for c in (*one.revoked_cards, *two.revoked_cards)
        for rid, time in c.rids.items()
    }
    vouched = merged.vouched_at(NOW)
    for trust in (merged, vouched):
        found = {(c.kid, rid, time) for c in trust.revoked_cards for rid, time in c.rids.items()}
        assert found == wanted
    assert (vouched.revoked_cards, vouched.crls) == (merged.revoked_cards, merged.crls)
    assert TrustList.merge(merged, merged).revoked_cards == merged.revoked_cards


def test_keys_of_several_families_stand_side_by_side() -> None:
    issuer = ListedIssuer("https://shc.example", "Example", IssuerType.PHARMACY, NOW)
    keys = [
        TrustedKey.of(SIGNERS[0], "a", usage=CSCA),
        TrustedKey.of(SIGNERS[3], "b", usage=SHC, issuer=issuer),
        TrustedKey.of(SIGNERS[4], "c", usage=DIVOC, issuer=ListedIssuer("did:example")),
    ]
    again = read(write_trust_list(TrustList(keys), source="all", test=False))
    assert [again.with_usage(usage) for usage in (CSCA, SHC, DIVOC)] == [(key,) for key in keys]
    assert again.with_usage(SHC)[0].issuer == issuer
    assert again.with_usage(DIVOC)[0].certificate.public_key == EDWARDS
    assert [again.find(key.kid) for key in keys] == [(), (), ()]


def test_a_key_of_another_family_verifies_no_hcert(world: World) -> None:
    """What a reader that knows no other families does with such a list is the same: it asks for DSC."""
    signer = world.es256.certificate
    for usage in (CSCA, BSC, SHC, DIVOC):
        data = write_trust_list(
            [TrustedKey.of(signer, "x", kid=signer.kid, usage=usage)], source="x", test=True
        )
        assert json.loads(data)["version"] == 1
        verdict = Verifier(read(data)).verify(world.issue(), at=NOW)
        assert verdict.outcome is Outcome.UNDECIDED


def test_one_key_of_several_issuers_is_a_key_of_each() -> None:
    """Brands of one health system share a key."""
    keys = [
        TrustedKey.of(SIGNERS[2], "x", usage=SHC, issuer=ListedIssuer(f"https://{name}.example"))
        for name in ("a", "b")
    ]
    trust = read(write_trust_list([*keys, keys[0]], source="x", test=False))
    assert [key.issuer.identifier for key in trust if key.issuer] == [
        "https://a.example",
        "https://b.example",
    ]


def test_a_list_without_a_date_is_not_dated_by_writing_it_with_others() -> None:
    old = TrustList([TrustedKey.of(SIGNERS[0], "old")], made_at=NOW - timedelta(days=9))
    merged = old | TrustList([TrustedKey.of(SIGNERS[1], "undated")])
    again = read(write_trust_list(merged, source="x", test=False, made_at=merged.made_at))
    assert [key.made_at for key in again] == [NOW - timedelta(days=9), None]
    # Who writes bare keys says how old they are.
    dated = read(write_trust_list(list(merged), source="x", test=False, made_at=NOW))
    assert [key.made_at for key in dated] == [NOW - timedelta(days=9), NOW]


def with_card_list(**changes: object) -> bytes:
    entry = {"issuer": "https://a.example", "kid": text(b"1"), "counter": 1, "rids": {"abc": None}}
    return listed(ENTRY, revoked_cards=[entry | changes])


@pytest.mark.parametrize(
    "data",
    [
        listed(ENTRY, revoked_cards={}),
        listed(ENTRY, revoked_cards=[None]),
        listed(ENTRY, crls={}),
        listed(ENTRY, crls=["MIIB"]),
        listed(ENTRY, crls=[{"crl": "%"}]),
        listed(ENTRY, crls=[{}]),
        listed(ENTRY, crls=[{"crl": "MIIB", "source": 5}]),
        listed(ENTRY, crls=[{"crl": "MIIB"}]),
        listed(ENTRY, crls=[{"crl": ""}]),
        with_card_list(kid=None),
        with_card_list(kid="%"),
        with_card_list(issuer=5),
        with_card_list(counter=True),
        with_card_list(counter="1"),
        with_card_list(rids=["abc"]),
        with_card_list(rids=None),
        with_card_list(rids={"abc": "2026"}),
        with_card_list(rids={"abc": True}),
    ],
)
def test_a_list_is_refused_where_what_it_revokes_is_not_understood(data: bytes) -> None:
    assert len(read(with_card_list())) == 1
    with pytest.raises(TrustListError, match=r"^here: "):
        read(data)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://a.example",
        [],
        {},
        {"id": 5},
        {"id": "a", "name": 5},
        {"id": "a", "type": 5},
        {"id": "a", "retrieved": "yesterday"},
    ],
)
def test_a_key_whose_issuer_is_not_understood_is_skipped(issuer: Any) -> None:
    trust = read(listed(ENTRY | {"issuer": issuer}, {"certificate": text(TWO)}))
    assert [key.certificate.der for key in trust] == [TWO]
    assert len(trust.skipped) == 1


def test_a_type_of_issuer_that_is_not_known_here_is_another() -> None:
    (key,) = read(listed(ENTRY | {"issuer": {"id": "a", "type": "school"}}))
    assert key.issuer == ListedIssuer("a", None, IssuerType.OTHER)


def test_what_no_reader_takes_is_not_written() -> None:
    key = TrustedKey.of(SIGNERS[2], "x")
    many: Sequence[TrustedKey] = [replace(key, kid=n.to_bytes(4)) for n in range(MOST_ENTRIES + 1)]
    with pytest.raises(ArgumentError, match="entries"):
        write_trust_list(many, source="x", test=False)
    rids = {str(n): None for n in range(500_001)}
    large = TrustList([key], revoked_cards=[RevokedCards("a", b"1", rids, 1, "x")])
    with pytest.raises(ArgumentError, match="values"):
        write_trust_list(large, source="x", test=False)
