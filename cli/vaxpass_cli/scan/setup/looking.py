"""Looks into a folder or a file: trust lists, bundles, keys, rules, stores, set-ups of other desks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from vaxpass import Policy, TrustList, TrustListError, VaxpassError, read_trust_list
from vaxpass.crypto import fingerprint, key_of
from vaxpass.revocation import RevocationError, RevocationStore
from vaxpass.rules import RulesError, RuleSet, is_rules, read_rules
from vaxpass.trust import LARGEST, BundleError, PinError, Role, load_pins, role_of
from vaxpass.trust import bundle as bundles
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import stores
from vaxpass_cli.io.file_bytes import FileBytes
from vaxpass_cli.io.named_files import Pin, read_bounded
from vaxpass_cli.io.trust_files import VERIFYING
from vaxpass_cli.scan.setup.found import (
    SETUP_NAME,
    Found,
    FoundKey,
    FoundList,
    FoundRules,
    FoundSetUp,
    FoundStore,
    Unused,
    Vouched,
    hash_of,
    read_files,
)

_DEPTH: Final = 4
_MOST: Final = 2000
_BYTES: Final = 256 * 1024 * 1024
_SECONDS: Final = 20.0
_MOST_KEYS: Final = 50
_BEGINNING: Final = 64
_SYSTEM: Final = ("$RECYCLE.BIN", "System Volume Information")
_NEVER: Final = (
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"ID3", b"RIFF", b"OggS", b"fLaC"),
    *(b"MZ", b"\x7fELF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x1aE\xdf\xa3"),
)
"""How pictures, films, sounds, programs and archives begin: they are not read whole"""
_ZIP: Final = b"PK\x03\x04"
_NAME_IN_ZIP: Final = 30
"""Where the name of the first file stands in a zip"""
_SIGNED: Final = tuple(f"failure.unsigned.{name}" for name in ("signed", "items", "rules", "who"))
"""Why lists are refused that are signed with a key that is not known"""
_WHO: Final = "WHO"
_LONG_AGO: Final = 100_000
"""Days: the place of lists without an age among the others"""
_LISTS: Final = (Role.LIST, Role.OWN_LIST)


_Content = TypeVar("_Content", TrustList, RuleSet)
_Read: TypeAlias = Callable[[Sequence[Pin], datetime | None, bool], _Content]
"""Reads a file with pins, at a time; the last says whether it may be unsigned"""


def look(path: Path, at: datetime, *, clock: Callable[[], float] = time.monotonic) -> Found:
    """What a folder or a file holds, at the time `at` (aware).

    Nothing is trusted by that: `FoundList.key` names the key that a list is signed with, and people
    compare its fingerprint. The files beside a named file are used as its keys and signatures.

    Limits: 4 folders deep, 2,000 files, 256 MiB in all, 20 s by `clock`; `Found.unseen` says what was
    left out. Takes seconds for a large folder: call it in a thread. Raises `UsageError` where the path
    is not there.
    """
    if not path.exists():
        raise UsageError("error.no_file_or_folder", path=path)
    until = clock() + _SECONDS
    files = _Files(path, is_late=lambda: clock() > until)
    files.read()
    return _Looker(files, at).found()


@dataclass(slots=True)
class _Files:
    """The files of a place, as far as the limits allow."""

    place: Path
    is_late: Callable[[], bool]
    contents: dict[Path, bytes] = field(default_factory=dict)
    """What may be a list, a key, a signature or rules"""
    bundles: list[Path] = field(default_factory=list)
    stores: list[Path] = field(default_factory=list)
    setups: list[Path] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    others: int = 0
    unseen: list[UsageError] = field(default_factory=list)
    _size: int = 0

    def asked(self, path: Path) -> bool:
        """Whether a file was asked for; others are read because they may belong to one that was."""
        return self.place.is_dir() or path == self.place

    def read(self) -> None:
        """Read what there is."""
        for number, path in enumerate(self._paths()):
            if number == _MOST:
                self.leave(UsageError("scan.setup.unseen.many", most=_MOST))
                return
            if self.is_late():
                self.leave(UsageError("scan.setup.unseen.long"))
                return
            try:
                self._take(path)
            except OSError:
                self.unused.append(Unused(path, UsageError("scan.setup.unreadable")))

    def leave(self, why: UsageError) -> None:
        """Note what was not looked at."""
        self.unseen.append(why)

    def _paths(self) -> Iterator[Path]:
        if not self.place.is_dir():
            yield self.place
            others = (each for each in sorted(self.place.parent.iterdir()) if each != self.place)
            yield from filter(_is_file, others)
            return
        told = False

        def closed(error: OSError) -> None:
            self.leave(UsageError("scan.setup.unseen.closed", path=error.filename))

        for folder, names, files in os.walk(self.place, onerror=closed):
            depth = len(Path(folder).relative_to(self.place).parts)
            names[:] = sorted(n for n in names if not n.startswith(".") and n not in _SYSTEM)
            if depth == _DEPTH and names:
                names.clear()
                if not told:
                    self.leave(UsageError("scan.setup.unseen.deep", depth=_DEPTH))
                told = True
            for name in sorted(files):
                path = Path(folder, name)
                if not name.startswith(".") and _is_file(path):
                    yield path

    def _take(self, path: Path) -> None:
        if not path.is_file():
            # To open a pipe may never end.
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            begin = file.read(_BEGINNING)
            size = os.fstat(file.fileno()).st_size
        if begin.startswith(_ZIP):
            is_setup = begin[_NAME_IN_ZIP:].startswith(SETUP_NAME.encode())
            if self.asked(path) and is_setup:
                self.setups.append(path)
            elif self.asked(path) and path.suffix.lower() == ".zip":
                self.unused.append(Unused(path, UsageError("scan.setup.packed")))
        elif bundles.is_bundle(begin):
            self.bundles.extend([path] * self.asked(path))
        elif _is_store(path):
            self.stores.extend([path] * self.asked(path))
        elif size > LARGEST or begin.startswith(_NEVER) or begin[4:8] == b"ftyp":
            self.others += self.asked(path)
        elif self._size + size <= _BYTES:
            self.contents[path] = read_bounded(path, LARGEST)
            self._size += len(self.contents[path])
        elif not any(why.key == "scan.setup.unseen.large" for why in self.unseen):
            self.leave(UsageError("scan.setup.unseen.large"))


def _is_file(path: Path) -> bool:
    """Whether it is a file that can be looked at; a folder may let nobody see what is in it."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_store(path: Path) -> bool:
    try:
        RevocationStore(FileBytes(path))
    except (RevocationError, OSError, ValueError):
        return False
    return True


class _Looker:
    """Says what the files of a place are."""

    def __init__(self, files: _Files, at: datetime) -> None:
        self._files = files
        self._contents = files.contents
        self._at = at
        self._roles = {path: role_of(data) for path, data in files.contents.items()}
        self._pins = dict(self._all_pins())

    def found(self) -> Found:
        """Everything, the best first."""
        files = self._files
        lists = [found for path in files.bundles for found in self._bundle(path)]
        for path in self._wanted():
            if files.is_late():
                files.leave(UsageError("scan.setup.unseen.long"))
                break
            lists += self._list(path)
        rules = [found for path in self._of_role(Role.OTHER) for found in self._rules(path)]
        # A certificate that vouches for a list beside it is a key, not a list of its own.
        vouching = {each.key.path for each in lists if each.key}
        lists = [each for each in lists if each.path not in vouching]
        return Found(
            files.place,
            tuple(sorted(lists, key=_worth)),
            tuple(self._pins),
            tuple(sorted(rules, key=lambda each: (each.vouched is not Vouched.SIGNED, -each.rules))),
            tuple(FoundStore(path, stores.hashes(stores.load(path))) for path in files.stores),
            tuple(FoundSetUp(path, hash_of(path)) for path in files.setups),
            tuple(files.unused),
            files.others,
            tuple(files.unseen),
        )

    def _all_pins(self) -> Iterator[tuple[FoundKey, Pin]]:
        """The keys that may vouch for something: those that can only be pinned come first."""
        left = _MOST_KEYS
        for role in (Role.PIN, Role.KEYS):
            for path in (path for path, each in self._roles.items() if each is role):
                try:
                    pins = load_pins(self._contents[path])
                except PinError:
                    continue
                # A file with many certificates is a list of signers.
                for pin in pins[:left]:
                    yield FoundKey(path, key_of(pin)), pin
                left -= len(pins[:left])

    def _of_role(self, *roles: Role) -> list[Path]:
        """The files of these roles that were asked for, not those beside a named one."""
        return [path for path, role in self._roles.items() if role in roles and self._files.asked(path)]

    def _wanted(self) -> list[Path]:
        """The files to be read as lists: old ones and bare keys only where their folder has no list."""
        lists = self._of_role(*_LISTS)
        folders = {path.parent for path, role in self._roles.items() if role in _LISTS}
        folders |= {path.parent for path in self._files.bundles}
        alone = [path for path in self._of_role(Role.KEYS) if path.parent not in folders]
        for path in self._of_role(Role.OLD_LIST):
            if path.parent in folders:
                self._files.unused.append(Unused(path, UsageError("trust_list.left.old")))
            else:
                alone.append(path)
        return [*lists, *alone]

    def _beside(self, path: Path) -> dict[Path, bytes]:
        """The files that may belong to a list or to rules: those in its folder and within that."""
        return {
            place: data
            for place, data in self._contents.items()
            if place != path
            and place.is_relative_to(path.parent)
            and self._roles[place] is not Role.OTHER
        }

    def _list(self, path: Path) -> Iterator[FoundList]:
        read = self._read(read_trust_list, path)
        if read is None:
            return
        trust, vouched, key, beside = read
        usable = [each for each in trust if each.usage in VERIFYING]
        of_who = any(each.domain for each in usable)
        yield FoundList(
            path,
            name=_WHO if of_who else _name(trust, path),
            vouched=vouched,
            keys=len(trust),
            verifying=len(usable),
            test_keys=sum(each.test for each in usable),
            made_at=trust.made_at,
            at=self._at,
            usable_for=Policy().list_stale_after,
            key=key,
            companions=beside,
        )

    def _rules(self, path: Path) -> Iterator[FoundRules]:
        if not is_rules(self._contents[path]):
            self._files.others += 1
            return
        read = self._read(read_rules, path)
        if read is None:
            return
        rules, vouched, key, beside = read
        if rules.rules:
            countries = tuple(sorted({rule.country for rule in rules.rules}))
            yield FoundRules(
                path, len(rules.rules), countries, vouched, rules.made_at, self._at, key, beside
            )

    def _read(
        self, reader: Callable[..., _Content], path: Path
    ) -> tuple[_Content, Vouched, FoundKey | None, tuple[Path, ...]] | None:
        """What `_vouched` says of a file, and the files beside it; None where it is of no use."""
        beside = self._beside(path)
        files = {path: self._contents[path], **beside}

        def read(pins: Sequence[Pin], at: datetime | None, unsigned: bool) -> _Content:
            return read_files(reader, files, pins, at, unsigned=unsigned)

        try:
            content, vouched, key = self._vouched(read, path)
        except (TrustListError, RulesError) as error:
            self._files.unused.append(Unused(path, _why(error)))
            return None
        return content, vouched, key, tuple(beside)

    def _vouched(self, read: _Read[_Content], path: Path) -> tuple[_Content, Vouched, FoundKey | None]:
        """What a file holds, why it may be used, and the key that it is signed with.

        Raises what `read` does where the file can't be used at all.
        """
        pins = {key: pin for key, pin in self._pins.items() if key.path != path}
        try:
            content = read(tuple(pins.values()), self._at, False)
        except (TrustListError, RulesError) as error:
            return self._unvouched(read, tuple(pins.values()), error)
        # How it is trusted is told with the first digits of the key's fingerprint: that is tried first.
        told = _trusted_by(content)
        for key in sorted(pins, key=lambda key: fingerprint(key.key)[:16] not in told):
            with suppress(TrustListError, RulesError):
                return read((pins[key],), self._at, False), Vouched.SIGNED, key
        return content, Vouched.KEY_MISSING, None

    def _unvouched(
        self, read: _Read[_Content], pins: Sequence[Pin], refused: TrustListError | RulesError
    ) -> tuple[_Content, Vouched, FoundKey | None]:
        is_over = False
        with suppress(TrustListError, RulesError):
            read(pins, None, False)
            is_over = True
        if is_over:  # what vouches for it was valid at another time
            raise refused
        try:
            read((), self._at, False)
        except (TrustListError, RulesError) as error:
            reason = getattr(error.values.get("reason"), "key", "")
            if not error.key.startswith("failure.unsigned_"):
                raise
            is_signed = reason in _SIGNED
        vouched = Vouched.KEY_MISSING if is_signed else Vouched.UNSIGNED
        return read((), self._at, True), vouched, None

    def _bundle(self, path: Path) -> Iterator[FoundList]:
        file = FileBytes(path)
        name = path.name
        for key in self._pins:
            try:
                bundle = bundles.verify(file, [key.key])
            except BundleError:
                continue
            break
        else:
            try:
                bundles.verify(file, [])
            except BundleError as error:
                if error.key != "failure.bundle.signature":
                    self._files.unused.append(Unused(path, _why(error)))
                    return
            yield FoundList(
                path, name, Vouched.KEY_MISSING, 0, 0, 0, None, self._at, timedelta(0), is_bundle=True
            )
            return
        manifest = bundle.manifest
        try:
            bundles.open_bundle(file, [key.key], at=self._at)
            bundle.check()
            listed = bundle.content(bundles.TRUST_LIST)
            trust = read_trust_list(listed or b"", source=manifest.maker)
            packed = bundle.content(bundles.RULES)
            rules = read_rules(packed, source=manifest.maker) if packed else None
        except (BundleError, TrustListError, RulesError) as error:
            self._files.unused.append(Unused(path, _why(error)))
            return
        usable = [each for each in trust if each.usage in VERIFYING]
        yield FoundList(
            path,
            name=manifest.maker,
            vouched=Vouched.SIGNED,
            keys=len(trust),
            verifying=len(usable),
            test_keys=sum(each.test for each in usable),
            made_at=manifest.created,
            at=self._at,
            usable_for=min(Policy().list_stale_after, manifest.use_before - manifest.created),
            key=key,
            is_bundle=True,
            rules=len(rules.rules) if rules else 0,
            revocations=manifest.part(bundles.REVOCATION) is not None,
        )


def _worth(each: FoundList) -> tuple[object, ...]:
    """By this the best list comes first: it can decide, is signed, has real keys, and is new."""
    days = each.days if each.days is not None else _LONG_AGO
    unsigned = each.vouched is not Vouched.SIGNED
    flaws = (not each.usable, each.too_old, unsigned, each.test_only, not each.is_bundle)
    return (*flaws, days, -each.verifying)


def _name(trust: TrustList, path: Path) -> str:
    """What a list calls itself, as one in vaxpass JSON does; else the name of its file."""
    sources = {key.source for key in trust}
    return sources.pop() if len(sources) == 1 else path.name


def _trusted_by(content: TrustList | RuleSet) -> str:
    if isinstance(content, RuleSet):
        return content.trusted_by
    return " ".join({key.trusted_by for key in content})


def _why(error: VaxpassError) -> UsageError:
    return UsageError("scan.setup.why", reason=error.values.get("reason", error))
