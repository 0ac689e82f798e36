"""A key is the same key under every kid, in every certificate and as a bare key, in all lists."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.world import END, NOW, START, TEST, UVCI, World, claims, forge
from vaxpass import Code, Kind, NoteCode, Policy, TrustList, Verdict, Verifier
from vaxpass.crypto import SignerKey
from vaxpass.revocation import HashList, RevocationStore, build, identifiers
from vaxpass.testing import IssuedKey
from vaxpass.trust import TrustedKey

OTHER = b"otherkid"
Combine = Callable[[TrustedKey, TrustedKey], TrustList]
COMBINED: list[Combine] = [
    lambda one, other: TrustList([one, other]),
    lambda one, other: TrustList.merge(TrustList([other]), TrustList([one])),
    lambda one, other: TrustList([other]) | TrustList([one]) | TrustList([other]),
    lambda one, other: pickle.loads(pickle.dumps(TrustList([one, other]))),  # noqa: S301
]


def listed(key: IssuedKey, **changes: object) -> TrustedKey:
    given = TrustedKey(key.certificate.kid, key.certificate, "VN", "one list")
    return replace(given, **changes)  # type: ignore[arg-type]


def bare(key: IssuedKey, kid: bytes = OTHER) -> TrustedKey:
    return TrustedKey.of(SignerKey.from_key(key.certificate.public_key), "another list", kid=kid)


def signed(key: IssuedKey, kid: bytes = OTHER, **changes: object) -> str:
    """A passport whose kid is unprotected, so that anyone can change it."""
    protected = {1: key.signer().algorithm.value}
    return forge(key.signer(), claims(**changes), protected=protected, unprotected={4: kid})  # type: ignore[arg-type]


def revoking(kid: bytes) -> RevocationStore:
    (revoked, *_) = identifiers(UVCI, None, None, None)
    return RevocationStore(b"".join(build([HashList(kid, revoked.type, 16, 1, [revoked.hash])])))


def judged(trust: TrustList, text: str, **policy: bool) -> Verdict:
    return Verifier(trust, Policy(**policy)).verify(text, at=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("combine", COMBINED)
@pytest.mark.parametrize("shown", ["own", "other"])
@pytest.mark.parametrize("revoked", ["own", "other"])
def test_a_revocation_counts_under_every_kid_of_the_key(
    world: World, combine: Combine, shown: str, revoked: str
) -> None:
    kids = {"own": world.es256.certificate.kid, "other": OTHER}
    for second in (bare(world.es256), listed(world.es256, kid=OTHER)):
        trust = combine(listed(world.es256), second)
        verifier = Verifier(trust, revocations=revoking(kids[revoked]))
        verdict = verifier.verify(signed(world.es256, kids[shown]), at=NOW)
        assert verdict.code is Code.REVOCATION_LISTED


def test_a_revocation_counts_under_the_kid_of_the_certificate_that_no_list_gives(world: World) -> None:
    trust = TrustList([listed(world.es256, kid=OTHER)])
    verifier = Verifier(trust, revocations=revoking(world.es256.certificate.kid))
    assert verifier.verify(signed(world.es256), at=NOW).code is Code.REVOCATION_LISTED


def test_a_revocation_of_another_signer_does_not_count(world: World) -> None:
    trust = TrustList([listed(world.es256), listed(world.ps256)])
    verifier = Verifier(trust, revocations=revoking(world.ps256.certificate.kid))
    assert verifier.verify(world.issue(), at=NOW)


@pytest.mark.parametrize("combine", COMBINED)
def test_a_test_key_is_one_under_every_kid(world: World, combine: Combine) -> None:
    for second in (bare(world.es256), listed(world.es256, kid=OTHER)):
        trust = combine(listed(world.es256, test=True), second)
        assert [key.test for key in trust] == [True, True]
        assert judged(trust, signed(world.es256)).code is Code.TRUST_TEST_KEY
        assert judged(trust, signed(world.es256), test_keys=True)


@pytest.mark.parametrize("combine", COMBINED)
def test_an_expired_signer_stays_expired_where_a_list_holds_its_key_bare(
    world: World, combine: Combine
) -> None:
    short = world.authority.issue_signer(days=100)
    trust = combine(listed(short), bare(short))
    verdict = judged(trust, signed(short))
    assert verdict.code is Code.VALIDITY_SIGNER_EXPIRED
    again = judged(trust, signed(short), expired_signers=True)
    assert again
    assert NoteCode.TRUST_VALIDITY_UNKNOWN not in [note.code for note in again.notes]
    # Where no certificate of it is known, nothing is known of its end.
    verdict = judged(TrustList([bare(short)]), signed(short))
    assert NoteCode.TRUST_VALIDITY_UNKNOWN in [note.code for note in verdict.notes]


def test_a_certificate_that_renews_a_key_has_its_own_end(world: World) -> None:
    short = world.authority.issue_signer(days=100)
    renewed = replace(short.certificate, not_after=int(END.timestamp()), der=b"renewed", kid=OTHER)
    trust = TrustList([listed(short), listed(short, certificate=renewed, kid=OTHER)])
    assert judged(trust, signed(short))
    assert judged(trust, signed(short, short.certificate.kid)).code is Code.VALIDITY_SIGNER_EXPIRED


@pytest.mark.parametrize("combine", COMBINED)
def test_a_bare_key_is_valid_as_long_as_any_certificate_of_it(world: World, combine: Combine) -> None:
    short = world.authority.issue_signer(days=100)
    renewed = replace(
        short.certificate,
        not_before=short.certificate.not_after,
        not_after=int(END.timestamp()),
        der=b"renewed",
    )
    known = TrustList([listed(short), listed(short, certificate=renewed, kid=b"thirdkid")])
    trust = TrustList.merge(known, combine(listed(short), bare(short)))
    assert judged(trust, signed(short))
    (alone,) = (key for key in trust if key.certificate.is_bare_key)
    assert (alone.not_before, alone.not_after) == (short.certificate.not_before, END.timestamp())


@pytest.mark.parametrize("combine", COMBINED)
def test_what_one_entry_may_not_sign_no_other_may(world: World, combine: Combine) -> None:
    only_tests = frozenset({Kind.TEST})
    stated = listed(world.es256, listed_kinds=only_tests)
    certified = world.authority.issue_signer(days=365, kinds=[Kind.TEST])
    for key, first, second in (
        (world.es256, stated, bare(world.es256)),
        (world.es256, stated, listed(world.es256, kid=OTHER)),
        (certified, listed(certified), bare(certified)),
    ):
        trust = combine(first, second)
        assert {entry.kinds for entry in trust} == {only_tests}
        assert judged(trust, signed(key)).code is Code.USAGE_NOT_FOR_VACCINATION
        assert judged(trust, signed(key, hcert={1: TEST.to_payload()}))


def test_certificates_of_one_key_for_different_kinds_each_keep_theirs(world: World) -> None:
    first = world.authority.issue_signer(days=365, kinds=[Kind.TEST])
    second = replace(first.certificate, kinds=frozenset({Kind.RECOVERY}), der=b"another", kid=OTHER)
    trust = TrustList([listed(first), TrustedKey.of(second, "one list"), bare(first, b"thirdkid")])
    again = TrustList.merge(TrustList(trust), TrustList([listed(first)]))
    for each in (trust, again):
        assert [sorted(key.kinds) for key in each] == [
            [Kind.TEST],
            [Kind.RECOVERY],
            [Kind.RECOVERY, Kind.TEST],
        ]


@pytest.mark.parametrize("combine", COMBINED)
def test_a_bare_key_has_the_country_that_its_certificate_names(world: World, combine: Combine) -> None:
    trust = combine(listed(world.es256), bare(world.es256))
    assert {key.country for key in trust} == {"VN"}


def test_a_part_of_a_combined_list_keeps_what_was_known(world: World) -> None:
    short = world.authority.issue_signer(days=100, kinds=[Kind.TEST])
    both = TrustList([listed(short, test=True), bare(short)])
    (alone,) = TrustList(key for key in both if key.certificate.is_bare_key)
    assert alone.test
    assert alone.not_after == short.certificate.not_after
    assert alone.kinds == {Kind.TEST}
    assert alone.kids >= {OTHER, short.certificate.kid}


DAY = timedelta(days=1)


def test_a_key_stays_as_old_as_its_list_whatever_is_made_of_it(world: World) -> None:
    stale = TrustList([listed(world.es256)], made_at=NOW - 20 * DAY)
    fresh = TrustList([listed(world.ps256)], made_at=NOW)
    for both in (
        TrustList([*stale, *fresh]),
        TrustList([*fresh, *stale], made_at=NOW),
        TrustList.merge(fresh, stale),
        TrustList.merge(TrustList.merge(stale), fresh),
        TrustList(stale | fresh),
        pickle.loads(pickle.dumps(fresh | stale)),  # noqa: S301
    ):
        assert both.made_at == NOW - 20 * DAY
        assert judged(both, world.issue()).code is Code.TRUST_LIST_STALE
        assert judged(both, world.issue(key=world.ps256))
        assert {(part.made_at, part.keys) for part in both.parts} == {(NOW, 1), (NOW - 20 * DAY, 1)}


def test_a_list_without_a_date_makes_no_key_newer(world: World) -> None:
    stale = TrustList([listed(world.es256)], made_at=NOW - 20 * DAY)
    undated = TrustList([listed(world.es256)])
    for both in (stale | undated, undated | stale, TrustList([*undated, *stale])):
        assert judged(both, world.issue()).code is Code.TRUST_LIST_STALE


def test_a_key_that_a_newer_list_still_has_is_as_old_as_that(world: World) -> None:
    stale = TrustList([listed(world.es256, source="old")], made_at=NOW - 20 * DAY)
    fresh = TrustList([listed(world.es256, source="new")], made_at=NOW)
    for both in (stale | fresh, fresh | stale):
        assert judged(both, world.issue())
        assert [key.source for key in both] == ["new"]
    # The same key under another kid is another statement: that of the old list.
    other = TrustList([listed(world.es256, kid=OTHER)], made_at=NOW - 20 * DAY)
    assert judged(fresh | other, signed(world.es256)).code is Code.TRUST_LIST_STALE


def test_whoever_signs_a_list_anew_answers_for_its_age(world: World) -> None:
    stale = TrustList([listed(world.es256)], made_at=START)
    vouched = stale.vouched_at(NOW)
    assert judged(vouched, world.issue())
    assert (vouched.made_at, stale.made_at) == (NOW, START)
