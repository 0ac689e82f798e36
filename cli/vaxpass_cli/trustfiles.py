"""Which trust lists to use, and reading them from files."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from vaxpass import SignerCertificate, TrustList, TrustListError, read_trust_list
from vaxpass import bundle as bundles
from vaxpass.bundle import Bundle
from vaxpass.crypto.certificate import PublicKey
from vaxpass.crypto.keys import key_of
from vaxpass.trust import DSC
from vaxpass.trustlists import LARGEST, accompanies, is_trust_list
from vaxpass.trustlists.pins import load_pins
from vaxpass_cli import folders, installed
from vaxpass_cli.failure import Wrong
from vaxpass_cli.storefile import MappedFile

VARIABLE: Final = "VAXPASS_TRUST_LIST"
_FILE: Final = "trust-list.json"

Pin: TypeAlias = PublicKey | SignerCertificate


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier works with. `usable_for` is how old the list may get, where its maker says."""

    keys: TrustList
    revocation: MappedFile | None = None
    usable_for: timedelta | None = None


def load(paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime) -> Trust:
    """Read the trust lists and bundles that the user named, else those that are configured.

    Raises `Wrong` where there is none, and `TrustListError` or `BundleError` where one must not be
    used.
    """
    found = [_trust(path, pins, at) for path in paths or _configured()]
    keys = found[0].keys
    for trust in found[1:]:
        keys |= trust.keys
    if not any(key.usage == DSC for key in keys):
        raise Wrong("The trust list holds no key that can be used.")
    for entry in keys.skipped:
        # Reasons come from a parser and may quote the entry; the terminal is shown none of that.
        sys.stderr.write(f"vaxpass: {entry.source}: {entry.entry} can't be used and was skipped.\n")
    revocation = [trust.revocation for trust in found if trust.revocation is not None]
    if len(revocation) > 1:
        # Looking into one only would take what the other revokes for good.
        raise Wrong("Several bundles with revocation data were named; only one can be used at a time.")
    limits = [trust.usable_for for trust in found if trust.usable_for is not None]
    return Trust(keys, revocation[0] if revocation else None, min(limits, default=None))


def read_lists(paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime) -> TrustList:
    """`load` for commands that need only the keys."""
    return load(paths, pins, at=at).keys


def import_lists(
    paths: Sequence[Path], pins: Sequence[Path] | None, *, at: datetime, unsigned: bool
) -> TrustList:
    """Read lists of any format; every file is a companion of every other.

    Unlike `load` this asks every list for a reason to be trusted, those of the user's own making too.
    """
    files = _files(paths)
    contents = {path: _read(path) for path in files}
    keys = _pins(pins)
    lists = [path for path, data in contents.items() if is_trust_list(data)]
    if not lists:
        raise TrustListError("None of the files is a trust list in a format that is known here.")
    # What belongs to a list is no list of its own, unless it is alone.
    others = [path for path in lists if not accompanies(contents[path])]
    trust = TrustList([])
    for path in others or lists:
        trust |= read_trust_list(
            contents[path],
            source=path.name,
            pins=keys,
            at=at,
            unsigned=unsigned,
            companions=[other for place, other in contents.items() if place != path],
            named_by_user=False,
        )
    return trust


def pinned_keys(paths: Sequence[Path] | None) -> list[PublicKey]:
    """The keys in the files of `--pin`, those of certificates included."""
    return list(map(key_of, _pins(paths)))


def _configured() -> list[Path]:
    named = os.environ.get(VARIABLE)
    if named:
        return [Path(part) for part in named.split(os.pathsep) if part]
    in_use = installed.default_path()
    default = folders.configuration() / _FILE
    for path in (in_use, default):
        if path.exists():
            return [path]
    raise Wrong(
        "No trust list. Name one with --trust-list FILE (a list of your health authority, a folder of"
        " certificates, or trust_lists/demo.json for a try), install a bundle with vaxpass trust"
        f" install, set {VARIABLE}, or put a list at {default}."
    )


def _trust(path: Path, pins: Sequence[Path] | None, at: datetime) -> Trust:
    if path.is_file():
        with path.open("rb") as file:
            begin = file.read(8)
        if installed.is_installed(begin):
            in_use = installed.load(path)
            return _of_bundle(in_use.bundle, path, in_use.start)
        if bundles.is_bundle(begin):
            keys = pinned_keys(pins)
            found = bundles.open_bundle(installed.map_file(path), keys, at=at)
            return _of_bundle(found, path, 0)
    keys_of_lists = _pins(pins)
    trust = TrustList([])
    for file_path in _files([path]):
        data = _read(file_path)
        if path.is_file() or is_trust_list(data):
            trust |= read_trust_list(data, source=file_path.name, pins=keys_of_lists)
    if path.is_dir() and not len(trust):
        raise TrustListError(f"{path}: the folder holds no trust list and no certificate.")
    return Trust(trust)


def _of_bundle(found: Bundle, path: Path, start: int) -> Trust:
    listed = found.content(bundles.TRUST_LIST)
    if listed is None:
        raise TrustListError("The bundle holds no trust list.")
    manifest = found.manifest
    keys = read_trust_list(bytes(listed), source=manifest.maker)
    # Its maker vouched that the list was current when the bundle was made.
    made_at = manifest.created
    part = manifest.part(bundles.REVOCATION)
    revocation = MappedFile(path, start + part.offset, part.size) if part else None
    usable_for = manifest.use_before - made_at
    return Trust(TrustList(keys, keys.skipped, made_at), revocation, usable_for)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Wrong(f"{path}: there is no such file.")
        found += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return found


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _pins(paths: Sequence[Path] | None) -> list[Pin]:
    pins: list[Pin] = []
    for path in paths or ():
        if not path.is_file():
            raise Wrong(f"{path}: there is no such file.")
        try:
            pins += load_pins(_read(path))
        except ValueError:
            raise Wrong(f"{path}: this is not a public key or certificate.") from None
    return pins
