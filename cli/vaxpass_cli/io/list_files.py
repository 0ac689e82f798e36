"""Files that are published together: which is the list, which its key, and which its companions.

Nobody has to know the arrangement of a publisher: a folder is sorted by what its files hold. What is
taken and what is left is named, each with its reason. What can't be known, the key that a list must be
signed with, is asked for, with the line to type.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto import fingerprint, key_of
from vaxpass.trust import DSC, LARGEST, PinError, Role, load_pins, role_of
from vaxpass.trust import bundle as bundles
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import edge
from vaxpass_cli.io.named_files import Pin, files_in, pins_in, read_bounded, refused
from vaxpass_cli.io.spelling import in_line, spelled

_MOST_NAMED: Final = 5
_BEGINNING: Final = 64 * 1024
"""Bytes of a file of no known kind; a signature has some hundreds."""
_LISTS: Final = (Role.LIST, Role.OWN_LIST)
_PUBLISHED: Final = frozenset((Role.LIST, Role.OLD_LIST, Role.REFERENCES, Role.SIDECAR))
_NOT_A_LIST: Final = {
    Role.REFERENCES: UsageError("trust_list.left.references"),
    Role.PIN: UsageError("trust_list.left.pin"),
    Role.OTHER: UsageError("trust_list.left.other"),
    Role.OLD_LIST: UsageError("trust_list.left.old"),
}


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was not taken, and why, as an error that can be said in each language."""

    path: Path
    why: UsageError
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of files that were named or found."""

    trust: TrustList
    lists: tuple[Path, ...] = ()
    """Those that were read as lists"""
    companions: tuple[Path, ...] = ()
    """Those that came along with them: signatures, chains, keys"""
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How lists are to be read; as the arguments of `vaxpass.trust.read_trust_list`."""

    pins: tuple[Pin, ...] = ()
    at: datetime | None = None
    unsigned: bool = False
    named_by_user: bool = True


def read_sorted(paths: Sequence[Path], pins: Sequence[Path] | None, way: Way) -> Sorted:
    """Read the lists among files and in folders.

    A file that the user named must be good for something. In a folder, what can't be used is left,
    unless nothing can be used at all. So is a list that can't be signed where others have published
    what is beside it: anybody may have put it there. Raises `TrustListError` or, where the user can
    help it, `UsageError`.
    """
    contents: dict[Path, bytes] = {}
    roles: dict[Path, Role] = {}
    for path in files_in(paths):
        data = read_bounded(path, LARGEST)
        roles[path] = role_of(data)
        # Of pictures, films and the like beside a list only the beginning is kept.
        contents[path] = data[:_BEGINNING] if roles[path] is Role.OTHER else data
    way = replace(way, pins=tuple(pins_in(pins)))
    wanted = _wanted(roles)
    # Whoever publishes a folder has put all of it there: a list of one's own is not among it.
    published = not _PUBLISHED.isdisjoint(roles.values())
    among_others = replace(way, named_by_user=way.named_by_user and not published)
    taken: dict[Path, TrustList] = {}
    failed: dict[Path, TrustListError] = {}
    for path in wanted:
        try:
            taken[path] = _read(path, contents, way if path in paths else among_others)
        except TrustListError as error:
            if path in paths:
                raise refused(error, path) from None
            failed[path] = error
    if not taken:
        raise _nothing(paths, contents, roles, failed, way)
    pinned = {path.resolve() for path in pins or ()}
    for path in paths:
        if roles.get(path) is Role.KEYS and path not in wanted and path.resolve() not in pinned:
            own = _own(path, contents, way, taken)
            if own is not None:
                taken[path] = own
    old = [path for path, role in roles.items() if role is Role.OLD_LIST and path not in wanted]
    # A list of the new version that was refused is none that was taken in its place.
    # Neither is one of another family.
    superseded = not failed and any(key.usage == DSC for trust in taken.values() for key in trust)
    why_old = UsageError("trust_list.left.superseded") if superseded else _NOT_A_LIST[Role.OLD_LIST]
    left = [
        *(Left(path, _reason(error), is_list=True) for path, error in failed.items()),
        *(Left(path, why_old) for path in old),
    ]
    companions = []
    for path, role in roles.items():
        if path in taken or path in failed or path in old:
            continue
        if role in (Role.SIDECAR, Role.KEYS) or path.resolve() in pinned:
            companions.append(path)
        else:
            left.append(Left(path, _why_left(contents[path], role)))
    trust = TrustList.merge(*taken.values())
    return Sorted(trust, tuple(taken), tuple(companions), tuple(left))


def _wanted(roles: Mapping[Path, Role]) -> list[Path]:
    """The files to be read as lists. Certificates are, only where no published list is beside them."""
    lists = [path for path, role in roles.items() if role in _LISTS]
    if any(roles[path] is Role.LIST for path in lists):
        return lists
    old = [path for path, role in roles.items() if role is Role.OLD_LIST]
    if old:
        return [*lists, *old]
    keys = [path for path, role in roles.items() if role is Role.KEYS]
    if lists or keys:
        return [*lists, *keys]
    return [path for path, role in roles.items() if role is Role.REFERENCES]


def _own(
    path: Path, contents: Mapping[Path, bytes], way: Way, taken: Mapping[Path, TrustList]
) -> TrustList | None:
    """What a named file of certificates adds as a list of its own; None where it is a companion.

    Authorities of one family may be named beside a published list of another. They are companions where
    a list is not the same without them.
    """
    try:
        own = _read(path, contents, way)
        without = {place: data for place, data in contents.items() if place != path}
        for place, trust in taken.items():
            again = _read(place, without, way) if len(own) and place in without else trust
            if [(key, key.trusted_by) for key in again] != [(key, key.trusted_by) for key in trust]:
                return None
    except TrustListError:
        return None
    return own


def _read(path: Path, contents: Mapping[Path, bytes], way: Way) -> TrustList:
    return read_trust_list(
        contents[path],
        source=path.name,
        pins=way.pins,
        at=way.at,
        unsigned=way.unsigned,
        sidecars=[other for place, other in contents.items() if place != path],
        named_by_user=way.named_by_user,
    )


def _reason(error: TrustListError) -> UsageError:
    return UsageError("error.list.reason", reason=error.values.get("reason", error))


def _why_left(data: bytes, role: Role) -> UsageError:
    if bundles.is_bundle(data):
        return UsageError("trust_list.left.bundle")
    return _NOT_A_LIST.get(role, UsageError("trust_list.left.other"))


def _nothing(
    paths: Sequence[Path],
    contents: Mapping[Path, bytes],
    roles: Mapping[Path, Role],
    failed: Mapping[Path, TrustListError],
    way: Way,
) -> UsageError | TrustListError:
    """Why no list can be used, and what to type."""
    if not failed and len(contents) == 1:
        (path,) = contents
        why = _why_left(contents[path], roles[path])
        return UsageError("error.list.none_in_file", path=path, why=why)
    if not failed:
        # One of them may be the list, damaged on the way.
        for path in [*contents][:_MOST_NAMED]:
            why = _why_left(contents[path], roles[path])
            _complain(UsageError("error.list.left", path=path, why=why))
        return UsageError("error.list.none", folder=paths[0])
    if not way.pins and not way.unsigned:
        pairs = _pairs(contents, roles, failed, way)
        if pairs:
            return _asked(paths, pairs)
    path, error = next(iter(failed.items()))
    if len(failed) == 1:
        # What helps is said of the whole, as it was named.
        return refused(error, paths[0])
    for path, error in [*failed.items()][:_MOST_NAMED]:
        _complain(UsageError("error.list.left", path=path, why=_reason(error)))
    none = UsageError("error.list.none_of", count=len(failed))
    unsigned = [error.key for error in failed.values() if error.key.startswith("failure.unsigned_")]
    return refused(TrustListError(unsigned[0], reason=none), paths[0]) if unsigned else none


def _pairs(
    contents: Mapping[Path, bytes],
    roles: Mapping[Path, Role],
    failed: Iterable[Path],
    way: Way,
) -> dict[Path, list[Path]]:
    """Keys among the files, each with the lists that it vouches for. Nobody has trusted them yet."""
    found: dict[Path, list[Path]] = {}
    unpaired = list(failed)
    for role in (Role.PIN, Role.KEYS):
        for key in (path for path, each in roles.items() if each is role):
            try:
                pins = tuple(load_pins(contents[key]))
            except PinError:
                continue
            # At which time the list counts is not the question here.
            tried = replace(way, pins=pins, at=None, named_by_user=False)
            for path in list(unpaired):
                if path == key:
                    continue
                try:
                    _read(path, contents, tried)
                except TrustListError:
                    continue
                found.setdefault(key, []).append(path)
                unpaired.remove(path)
    return found


def _asked(paths: Sequence[Path], pairs: Mapping[Path, Sequence[Path]]) -> UsageError:
    """Tell which key vouches for which lists; the error is the last line, with what to type."""
    named = " ".join(shlex.quote(str(path)) for path in paths)
    _complain(UsageError("error.list.ask"))
    asked = UsageError("error.list.ask")
    for number, (key, lists) in enumerate(pairs.items()):
        if number:
            _complain(asked)
        (pin, *_) = load_pins(read_bounded(key, LARGEST))
        _complain(
            UsageError(
                "error.list.ask_pin",
                lists=", ".join(path.name for path in lists),
                key=key,
                fingerprint=fingerprint(key_of(pin)),
                short=in_line(spelled(key_of(pin))),
            )
        )
        command = f"vaxpass trust import {named} --pin {shlex.quote(str(key))} --out NEW"
        asked = UsageError("error.list.type", command=command)
    return asked


def _complain(said: UsageError) -> None:
    edge.complain(said.message(options.language()))
