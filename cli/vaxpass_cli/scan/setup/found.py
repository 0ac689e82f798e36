"""What was found on a stick or in a folder, each said in plain words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from vaxpass import messages
from vaxpass.crypto import PublicKey
from vaxpass.display import escape_for_display
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.named_files import Pin
from vaxpass_cli.io.spelling import Group, groups, in_line, spelled

_Content = TypeVar("_Content")
_DAY: Final = timedelta(days=1)


def read_files(
    reader: Callable[..., _Content],
    files: Mapping[Path, bytes],
    pins: Sequence[Pin],
    at: datetime | None,
    *,
    unsigned: bool,
) -> _Content:
    """Read a trust list or rules by `read_trust_list` or `read_rules`. Raises what that does.

    The first of `files` is read; the others may have its signature, or a chain of certificates. `at` is
    the time (aware) at which its signers must be valid, None where that is not asked.
    """
    (path, data), *beside = files.items()
    return reader(
        data,
        source=path.name,
        pins=pins,
        at=at,
        unsigned=unsigned,
        sidecars=[sidecar for _, sidecar in beside],
        named_by_user=False,
    )


class Saying(NamedTuple):
    """Says things about a set-up in a language."""

    language: str

    def __call__(self, name: str, /, **values: object) -> str:
        """A sentence of the catalogue by what follows `scan.setup.` in its key."""
        return messages.text(f"scan.setup.{name}", self.language, **values)


SETUP_NAME: Final = "vaxpass-desk.json"
"""The first file in a set-up that was exported: its manifest"""


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
    key: PublicKey = field(hash=False)

    def spelled(self) -> tuple[Group, ...]:
        """Its fingerprint, to be compared with what its owner reads out."""
        return spelled(self.key)

    def said(self, language: str) -> str:
        """Its file and its fingerprint, in a sentence."""
        file = escape_for_display(self.path.name)
        return Saying(language)("key", file=file, fingerprint=in_line(self.spelled()))


def _vouched(say: Saying, vouched: Vouched, key: FoundKey | None) -> str:
    """Why a list or rules may be used, in a sentence."""
    if key and vouched is Vouched.SIGNED:
        return say("signed_with", file=escape_for_display(key.path.name))
    return say(f"vouched.{vouched.value}")


@dataclass(frozen=True, slots=True)
class FoundList:
    """A trust list, or a bundle with one."""

    path: Path
    name: str
    """Whose list it is, by what it says: `WHO`, the maker of a bundle, its source; else its file"""
    vouched: Vouched
    keys: int
    """How many keys it has; 0 in a bundle that could not be verified"""
    verifying: int
    """With how many of them documents can be verified"""
    test_keys: int
    """How many of those are test keys"""
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
        return 0 < self.verifying == self.test_keys

    @property
    def usable(self) -> bool:
        """Whether it can be chosen."""
        return self.vouched is not Vouched.KEY_MISSING and self.verifying > 0

    def said(self, language: str) -> str:
        """Everything about it in one or two sentences: `501 keys, WHO, 98 days old. ...`."""
        say = Saying(language)
        name = escape_for_display(self.name)
        parts = [say("bundle_unread" if self.is_bundle else "list_unread", name=name)]
        if self.keys:
            age = say("age_unknown") if self.days is None else say("days_old", count=self.days)
            age = say("of_today") if self.days == 0 else age
            parts = [say("list", count=self.keys, name=name, age=age)]
        if self.keys and not self.verifying:
            parts.append(say("verifies_none"))
        if self.rules:
            parts.append(say("with_rules", count=self.rules))
        if self.revocations:
            parts.append(say("with_revocations"))
        if self.too_old:
            parts.append(say("too_old", count=self.usable_for // _DAY))
        if self.test_only:
            parts.append(say("test_only"))
        return " ".join([*parts, _vouched(say, self.vouched, self.key)])


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
        say = Saying(language)
        names = [messages.country(code, language) for code in self.countries]
        parts = [say("rules", count=self.rules, countries=messages.items(names, language))]
        return " ".join([*parts, _vouched(say, self.vouched, self.key)])


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A revocation store."""

    path: Path
    hashes: int

    def said(self, language: str) -> str:
        """What it is, in a sentence."""
        file = escape_for_display(self.path.name)
        return Saying(language)("store", file=file, count=self.hashes)


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
        file = escape_for_display(self.path.name)
        return Saying(language)("setup", file=file, fingerprint=in_line(self.spelled()))


@dataclass(frozen=True, slots=True)
class Unused:
    """A file that can't be used, or was not looked at, and why."""

    path: Path
    why: UsageError

    def said(self, language: str) -> str:
        """Its name and the reason, in a sentence."""
        file = escape_for_display(self.path.name)
        return Saying(language)("unused", file=file, why=self.why.message(language))


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
        say = Saying(language)
        used = {each.key for each in self.lists} | {each.key for each in self.rules}
        lines = [each.said(language) for each in self.setups]
        lines += [each.said(language) for each in self.lists]
        lines += [each.said(language) for each in self.rules]
        lines += [each.said(language) for each in self.stores]
        lines += [each.said(language) for each in self.keys if each not in used]
        lines += [each.said(language) for each in self.unused]
        if not lines:
            lines.append(say("nothing"))
        if self.others:
            lines.append(say("others", count=self.others))
        return (*lines, *(why.message(language) for why in self.unseen))


def hash_of(path: Path) -> bytes:
    """The SHA-256 of a file (32 bytes)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
