"""Find trust lists, bundles and rules, read them from files, and make the verifier of a command."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vaxpass import Policy, TrustList, TrustListError, Verifier, messages, read_trust_list
from vaxpass.crypto import PublicKey
from vaxpass.documents import BUILT_IN, ValueSets
from vaxpass.revocation import RevocationStore
from vaxpass.rules import RuleBook, RuleSet
from vaxpass.trust import BSC, CSCA, DIVOC, DSC, SHC
from vaxpass.trust import bundle as bundles
from vaxpass.trust.bundle import Bundle
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic, edge, installed, rule_files, stores
from vaxpass_cli.io.list_files import Sorted, Way, read_sorted
from vaxpass_cli.io.named_files import bundle_at, pins_in

VARIABLE: Final = "VAXPASS_TRUST_LIST"
VERIFYING: Final = frozenset((DSC, CSCA, BSC, SHC, DIVOC))
"""The usages of keys with which a document can be verified."""
_FILE: Final = "trust-list.json"
_LONGEST: Final = 365_000
"""Days: a thousand years."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Everything that a verifier works with, as read from files."""

    keys: TrustList
    revocations: tuple[RevocationStore, ...] = ()
    usable_for: timedelta | None = None
    """How old the list may become; None where its maker does not say it"""
    rules: RuleSet | None = None
    value_sets: bytes | None = None
    """The value sets of a bundle (JSON)"""
    signed_by: tuple[PublicKey, ...] = ()
    """The keys that the bundles are signed with"""


def load(
    paths: Sequence[Path] | None,
    pins: Sequence[Path] | None,
    *,
    at: datetime,
    rules: Sequence[Path] | None = None,
    revocations: Sequence[Path] | None = None,
) -> Trust:
    """Read the trust lists, bundles and rules that the user named, else the configured ones.

    Rules that the user named replace those of a bundle; revocations are added to them. Raises
    `UsageError` where there is no trust list, and `TrustListError`, `RulesError` or `BundleError` where
    something must not be used.
    """
    found = read_trust(paths, pins, at=at)
    return dataclasses.replace(
        found,
        rules=rule_files.in_use(rules, found.rules, pins_in(pins)),
        revocations=(*found.revocations, *map(stores.load, revocations or ())),
    )


def read_lists(paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime) -> TrustList:
    """Like `load`, for commands that need only the keys."""
    return read_trust(paths, pins, at=at).keys


def read_trust(paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime) -> Trust:
    """Like `load`, for commands that need no rules."""
    found = [_trust(path, pins, at) for path in paths or configured()]
    keys = TrustList.merge(*(trust.keys for trust in found))
    if not any(key.usage in VERIFYING for key in keys):
        raise UsageError("error.no_usable_key")
    for entry in keys.skipped:
        # The reason is not shown: it comes from a parser and may quote the entry.
        name = f"{entry.source}: {entry.entry}"
        line = messages.text("trust_list.skipped", options.language(), entry=name)
        edge.complain(line)
    value_sets = [trust.value_sets for trust in found if trust.value_sets is not None]
    if len(value_sets) > 1:
        # Which value sets are used must not depend on the order of two options.
        raise UsageError("error.two_value_sets")
    limits = [trust.usable_for for trust in found if trust.usable_for is not None]
    return Trust(
        keys,
        tuple(store for trust in found for store in trust.revocations),
        min(limits, default=None),
        rule_files.together([trust.rules for trust in found if trust.rules is not None]),
        value_sets[0] if value_sets else None,
        tuple(key for trust in found for key in trust.signed_by),
    )


def import_lists(
    paths: Sequence[Path], pins: Sequence[Path] | None, *, at: datetime, unsigned: bool
) -> Sorted:
    """Read trust lists of any format. Every file may be a sidecar of every other.

    Unlike `load`, this requires of every list a signature or another reason to trust it, also of a list
    that the user has made.
    """
    return read_sorted(paths, pins, Way(at=at, unsigned=unsigned, named_by_user=False))


def is_configured() -> bool:
    """Whether there is a trust list that is used where the user names none."""
    return bool(os.environ.get(VARIABLE)) or any(path.exists() for path in _default_paths())


def _default_paths() -> tuple[Path, Path]:
    return installed.default_path(), atomic.configuration() / _FILE


def configured() -> list[Path]:
    """The trust lists that are used where the user names none. Raises `UsageError` if there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return [Path(part) for part in named.split(os.pathsep) if part]
    in_use, default = _default_paths()
    for path in (in_use, default):
        if path.exists():
            return [path]
    named = "--trust-list FILE" if "trust_list" in options.at_hand.get() else "FILE"
    raise UsageError("error.no_trust_list", named=named, variable=VARIABLE, default=default)


def _trust(path: Path, pins: Sequence[Path] | None, at: datetime) -> Trust:
    if path.is_file():
        packed = bundle_at(path, pins, at=at)
        if packed:
            return _of_bundle(packed[0], path, packed[1])
    found = read_sorted([path], pins, Way())
    for left in found.left:
        # What a folder holds beside its lists is of no interest, unless it was to be one.
        if left.is_list:
            why = left.why.message(options.language())
            line = messages.text(
                "trust_list.left", options.language(), count=1, file=left.path, why=why
            )
            edge.complain(line)
    return Trust(found.trust)


def _of_bundle(found: Bundle, path: Path, start: int) -> Trust:
    listed = found.content(bundles.TRUST_LIST)
    if listed is None:
        raise TrustListError("failure.bundle.no_list")
    manifest = found.manifest
    keys = read_trust_list(listed, source=manifest.maker)
    # By its signature the maker says that the list was current when the bundle was made.
    made_at = manifest.created
    part = manifest.part(bundles.REVOCATION)
    revocations = (stores.load(path, start + part.offset, part.size),) if part else ()
    usable_for = manifest.use_before - made_at
    trust = keys.vouched_at(made_at)
    value_sets = found.content(bundles.VALUE_SETS)
    return Trust(
        trust,
        revocations,
        usable_for,
        rule_files.of_bundle(found),
        value_sets,
        (found.signed_by,),
    )


def verifier_from(
    paths: Sequence[Path] | None,
    pins: Sequence[Path] | None,
    *,
    at: datetime,
    max_age: int,
    test_keys: bool,
    expired_signers: bool,
    es256_with_p384: bool = False,
    short_rsa: bool = False,
    same_country: bool = False,
    own_period: bool = False,
    covid_signers: bool = False,
    seals_without_usage: bool = False,
    clock_tolerance: int = options.CLOCK_TOLERANCE,
    rules: Sequence[Path] | None = None,
    revocations: Sequence[Path] | None = None,
) -> Verifier:
    """The verifier for the options: `load`, `policy_of` and `verifier_of` in one step."""
    trust = load(paths, pins, at=at, rules=rules, revocations=revocations)
    policy = policy_of(
        trust,
        test_keys=test_keys,
        max_age=max_age,
        expired_signers=expired_signers,
        es256_with_p384=es256_with_p384,
        short_rsa=short_rsa,
        same_country=same_country,
        own_period=own_period,
        covid_signers=covid_signers,
        seals_without_usage=seals_without_usage,
        clock_tolerance=clock_tolerance,
    )
    return verifier_of(trust, policy)


def policy_of(
    trust: Trust,
    *,
    test_keys: bool,
    max_age: int,
    expired_signers: bool = False,
    es256_with_p384: bool = False,
    short_rsa: bool = False,
    same_country: bool = False,
    own_period: bool = False,
    covid_signers: bool = False,
    seals_without_usage: bool = False,
    clock_tolerance: int = options.CLOCK_TOLERANCE,
) -> Policy:
    """The policy for the options. A bundle may say that its list is stale before `max_age` days.

    `clock_tolerance` is in minutes.
    """
    stale_after = timedelta(days=min(max_age, _LONGEST))
    return Policy(
        test_keys=test_keys,
        es256_with_p384=es256_with_p384,
        short_rsa=short_rsa,
        same_country=same_country,
        own_period=own_period,
        covid_signers=covid_signers,
        seals_without_usage=seals_without_usage,
        expired_signers=expired_signers,
        clock_tolerance=timedelta(minutes=clock_tolerance),
        list_stale_after=min(stale_after, trust.usable_for or stale_after),
    )


def _value_sets_of(trust: Trust) -> ValueSets:
    """The built-in value sets, with those of a bundle added."""
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
        revocations=trust.revocations or None,
        value_sets=value_sets,
        rules=None if trust.rules is None else RuleBook(trust.rules, value_sets),
    )
