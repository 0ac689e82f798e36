"""What was found on a stick or in a folder, each said in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final

from vaxpass.crypto import PublicKey
from vaxpass_cli.errors import UsageError
from vaxpass_cli.output.spelling import Group, groups, spelled

_DAY: Final = timedelta(days=1)


class Vouched(Enum):
    """Why a list may be used."""

    SIGNED = "signed"
    """Its signature holds under a key that was found with it. Whose key that is, people compare."""
    UNSIGNED = "unsigned"
    """It has no signature: the one who chooses it answers for it."""
    KEY_MISSING = "key_missing"
    """It is signed, and no key that was found vouches for it. It can't be used."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key or certificate that a list may be signed with."""

    path: Path
    key: PublicKey

    def spelled(self) -> tuple[Group, ...]:
        """Its fingerprint, to be compared with what its owner reads out."""
        return spelled(self.key)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A trust list, or a bundle with one."""

    path: Path
    name: str
    """Whose list it is as far as it says: `WHO`, the maker of a bundle, else the name of the file"""
    vouched: Vouched
    keys: int
    """How many keys with which documents can be verified; 0 where the list could not be verified"""
    test_keys: int
    """How many of them are test keys"""
    made_at: datetime | None
    """When it was made; None where it does not say it"""
    at: datetime
    """When it was looked at"""
    usable_for: timedelta
    """How old it may be to decide"""
    key: FoundKey | None = None
    """The key that its signature holds under"""
    companions: tuple[Path, ...] = ()
    """Files that it needs: signatures, chains"""
    is_bundle: bool = False
    rules: int = 0
    """How many entry rules a bundle has"""
    revocations: bool = False
    """Whether a bundle has data on revoked passports"""

    @property
    def days(self) -> int | None:
        """How old it is in whole days; None where that is not known."""
        return None if self.made_at is None else max(0, (self.at - self.made_at) // _DAY)

    @property
    def too_old(self) -> bool:
        """Whether no passport could be decided with it."""
        return self.made_at is not None and self.at - self.made_at > self.usable_for

    @property
    def test_only(self) -> bool:
        """Whether it is for tests: real passports need other keys."""
        return 0 < self.keys == self.test_keys

    @property
    def usable(self) -> bool:
        """Whether it can be chosen."""
        return self.vouched is not Vouched.KEY_MISSING and self.keys > 0

    def said(self, language: str) -> str:
        """Everything about it in one or two sentences: `501 keys, WHO, 98 days old. ...`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FoundRules:
    """Entry rules."""

    path: Path
    rules: int
    countries: tuple[str, ...]
    """The codes of the countries that they are for, in order"""
    vouched: Vouched
    made_at: datetime | None
    at: datetime
    key: FoundKey | None = None
    companions: tuple[Path, ...] = ()

    def said(self, language: str) -> str:
        """Everything about them in a sentence."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A revocation store."""

    path: Path
    hashes: int

    def said(self, language: str) -> str:
        """What it is, in a sentence."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FoundSetUp:
    """The set-up of another desk, from `vaxpass desk export`."""

    path: Path
    sha256: bytes
    """Of the file (32 bytes)"""

    def spelled(self) -> tuple[Group, ...]:
        """Its fingerprint, to be compared with what the other desk shows."""
        return groups(self.sha256)

    def said(self, language: str) -> str:
        """What it is, in a sentence."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Unused:
    """A file that can't be used, or was not looked at, and why."""

    path: Path
    why: UsageError

    def said(self, language: str) -> str:
        """Its name and the reason, in a sentence."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder or a file holds, the best of each kind first."""

    place: Path
    lists: tuple[FoundList, ...] = ()
    """Trust lists and bundles"""
    keys: tuple[FoundKey, ...] = ()
    rules: tuple[FoundRules, ...] = ()
    stores: tuple[FoundStore, ...] = ()
    setups: tuple[FoundSetUp, ...] = ()
    unused: tuple[Unused, ...] = ()
    """Files that look like lists, keys or rules, and can't be used"""
    others: int = 0
    """How many files are something else"""
    unseen: tuple[UsageError, ...] = ()
    """What was not looked at, because there is too much; empty where everything was looked at"""

    def said(self, language: str) -> tuple[str, ...]:
        """All of it, one line for each thing; what was not looked at comes last."""
        raise NotImplementedError
