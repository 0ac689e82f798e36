"""What was read from files -> the verifier that a command works with."""

from __future__ import annotations

from datetime import timedelta

from vaxpass import Policy, RevocationStore, RuleBook, ValueSets, Verifier
from vaxpass.valuesets import BUILT_IN
from vaxpass_cli.trustfiles import Trust


def policy_of(
    trust: Trust,
    *,
    test_keys: bool,
    max_age: int,
    expired_signers: bool = False,
    es256_with_p384: bool = False,
) -> Policy:
    """The policy of the options; a bundle may say that its list is stale before `max_age` days."""
    stale_after = timedelta(days=max_age)
    return Policy(
        test_keys=test_keys,
        es256_with_p384=es256_with_p384,
        expired_signers=expired_signers,
        list_stale_after=min(stale_after, trust.usable_for or stale_after),
    )


def _value_sets_of(trust: Trust) -> ValueSets:
    """The value sets that a bundle brings, on top of the built-in ones."""
    if trust.value_sets is None:
        return BUILT_IN
    return BUILT_IN.merged(ValueSets.from_json(trust.value_sets))


def verifier_of(trust: Trust, policy: Policy) -> Verifier:
    """A verifier with everything that was read: keys, revocations, value sets and rules.

    Raises `ValueSetError` where the value sets of a bundle can't be read.
    """
    value_sets = _value_sets_of(trust)
    return Verifier(
        trust.keys,
        policy,
        None if trust.revocation is None else RevocationStore(trust.revocation),
        value_sets,
        None if trust.rules is None else RuleBook(trust.rules, value_sets),
    )
