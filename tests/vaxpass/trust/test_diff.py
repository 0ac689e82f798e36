"""What changed between two lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.certificates import certificate, make_certificate
from tests.support.world import NOW
from vaxpass import Kind, TrustList
from vaxpass.codes import IssuerType
from vaxpass.trust import SHC, ListedIssuer, RevokedCards, SignerCrl, TrustedKey
from vaxpass.trust.diff import FIELDS, Changed, Counts, compare

CERTIFICATES = [certificate(make_certificate(country=country)) for country in ("XA", "XB", "XC", "XD")]
A, B, C, D = (TrustedKey.of(one, "here") for one in CERTIFICATES)


def other(key: TrustedKey, **changes: Any) -> TrustedKey:
    return TrustedKey.of(key.certificate, "there", **changes)


def test_equal_lists_differ_in_nothing() -> None:
    found = compare(TrustList([A, B]), TrustList([B, A]))
    assert not found
    assert (found.added, found.removed, found.changed, found.unchanged) == ((), (), (), 2)
    assert found.by_country() == {}


def test_the_name_of_the_list_is_no_change() -> None:
    assert not compare(TrustList([A]), TrustList([other(A)]))


def test_what_is_revoked_belongs_to_a_list() -> None:
    cards = RevokedCards("https://a.example", b"kid", {"abc": None, "d": 5.0}, 1, "here")
    crl = SignerCrl(b"DER", "here")
    bare, full = TrustList([A]), TrustList([A], revoked_cards=[cards], crls=[crl])
    for found in (compare(bare, full), compare(full, bare)):
        assert found
        assert (found.revoked_cards, found.crls, found.unchanged) == (True, True, 1)
    newer = cards._replace(rids={"abc": None, "d": 6.0})
    found = compare(full, TrustList([A], revoked_cards=[newer], crls=[crl]))
    assert (found.revoked_cards, found.crls) == (True, False)
    # Where it is listed, and in how many lists, is no change.
    parts = [cards._replace(rids={"abc": None}, source="x"), cards._replace(rids={"d": 5.0}, counter=9)]
    same = TrustList([A], revoked_cards=parts, crls=[crl._replace(source="there")])
    assert not compare(full, same)


def test_added_and_removed_keys_are_told_by_country() -> None:
    found = compare(TrustList([A, B]), TrustList([B, D, C]))
    assert found
    assert (found.removed, found.added, found.unchanged) == ((A,), (C, D), 1)
    assert found.by_country() == {
        "XA": Counts(0, 1, 0),
        "XC": Counts(1, 0, 0),
        "XD": Counts(1, 0, 0),
    }


def test_what_differs_of_a_key_is_named() -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"test": True}, "test"),
        ({"kinds": frozenset({Kind.TEST})}, "kinds"),
        ({"country": "XX"}, "country"),
        ({"participant": "XXA"}, "participant"),
        ({"domain": "DCC"}, "domain"),
        ({"trusted_by": "somebody"}, "trusted_by"),
    ]
    for change, name in changes:
        after = other(A, **change)
        assert compare(TrustList([A, B]), TrustList([after, B])).changed == (
            Changed(A, after, (name,)),
        )
    assert {name for _, name in changes} | {"certificate", "issuer"} == set(FIELDS)


def test_keys_of_issuers_are_compared_for_each_issuer() -> None:
    one, two = ListedIssuer("https://one.example", "One"), ListedIssuer("https://two.example", "Two")
    keys = [other(A, usage=SHC, issuer=issuer) for issuer in (one, two)]
    found = compare(TrustList(keys), TrustList(keys[:1]))
    assert (found.removed, found.added, found.unchanged) == ((keys[1],), (), 1)
    renamed = other(A, usage=SHC, issuer=replace(one, name="Uno", type=IssuerType.PHARMACY))
    (changed,) = compare(TrustList(keys[:1]), TrustList([renamed])).changed
    assert changed.fields == ("issuer",)
    asked = other(A, usage=SHC, issuer=replace(one, retrieved_at=NOW))
    assert not compare(TrustList(keys[:1]), TrustList([asked]))


def test_another_certificate_under_the_same_kid_is_a_change() -> None:
    after = TrustedKey.of(B.certificate, "here", kid=A.kid, country="XA")
    found = compare(TrustList([A]), TrustList([after]))
    assert found.changed == (Changed(A, after, ("certificate",)),)
    # The one that stays is not taken for the other one.
    found = compare(TrustList([A]), TrustList([A, after]))
    assert (found.added, found.changed, found.unchanged) == ((after,), (), 1)


def test_another_usage_is_another_key() -> None:
    ca = other(A, usage="SCA")
    found = compare(TrustList([A]), TrustList([ca]))
    assert (found.removed, found.added, found.changed) == ((A,), (ca,), ())


KEYS = st.builds(
    TrustedKey.of,
    st.sampled_from(CERTIFICATES),
    st.just("here"),
    kid=st.sampled_from([None, b"12345678"]),
    test=st.booleans(),
    usage=st.sampled_from(["DSC", "SCA"]),
)
LISTS = st.lists(KEYS, max_size=8).map(TrustList)


@given(LISTS, LISTS)
def test_every_key_is_told_once_and_the_way_back_is_the_mirror(old: TrustList, new: TrustList) -> None:
    there, back = compare(old, new), compare(new, old)
    assert len(there.removed) + len(there.changed) + there.unchanged == len(old)
    assert len(there.added) + len(there.changed) + there.unchanged == len(new)
    assert (there.added, there.removed) == (back.removed, back.added)
    mirrored = [Changed(one.after, one.before, one.fields) for one in back.changed]
    assert len(mirrored) == len(there.changed)
    assert all(one in mirrored for one in there.changed)
    assert not compare(old, old)
