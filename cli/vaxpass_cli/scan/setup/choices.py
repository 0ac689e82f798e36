"""What was chosen -> files in the data folder and settings. Whether anything was chosen yet."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from vaxpass import TrustList, read_trust_list
from vaxpass.crypto import PublicKey, fingerprint, key_of
from vaxpass.rules import read_rules, write_rules
from vaxpass.trust import LARGEST, BundleError, write_trust_list
from vaxpass.trust import bundle as bundles
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic, installed, named_files, stores, trust_files
from vaxpass_cli.io.file_bytes import FileBytes
from vaxpass_cli.io.named_files import Pin, read_bounded
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.found import (
    FoundKey,
    FoundList,
    FoundRules,
    FoundStore,
    Vouched,
    hash_of,
    read_files,
)

FOLDER: Final = "desk"
"""The folder, within the user's folder of this tool, for what a desk was set up with"""
_Content = TypeVar("_Content")
_COPY: Final = re.compile(r"(set-up|trust_list|rules|revocation)-[0-9a-f]{16}(\.json|\.store)?")


@dataclass(frozen=True, slots=True)
class Choices:
    """At most three decisions: the country, the trust list, the entry rules. The rest has defaults."""

    country: str = ""
    """ISO 3166-1 alpha-2 of the country that the desk is in; empty where passports are only verified"""
    lists: tuple[FoundList, ...] = ()
    rules: tuple[FoundRules, ...] = ()
    """Instead of those of a bundle; empty for those of the bundle, or none"""
    stores: tuple[FoundStore, ...] = ()
    region: str = ""
    test_keys: bool = False
    """Whether test keys count: the demonstration, never a real desk"""
    others: Mapping[str, object] = field(default_factory=dict)
    """Further settings by their names, such as `lang` and `camera`"""


def set_up(choices: Choices, *, at: datetime, folder: Path | None = None) -> Mapping[str, object]:
    """Copy what was chosen into the data folder (so that a stick can be pulled); gives the settings.

    `folder` replaces the data folder. The result is for `settings.save` and `Settings.with_options`.
    Signatures are checked again under `FoundList.key`: choosing the list means that its fingerprint was
    compared. Lists without a signature are taken as the choice of the user. Lists are kept as
    `vaxpass trust import` writes them, a bundle as `vaxpass trust install` does. Raises `UsageError`,
    `TrustListError`, `BundleError` or `RulesError` where something can't be used; the settings are
    unchanged then, and `errors.told` says each of them.
    """
    place = folder or atomic.configuration()
    new: dict[str, bytes] = {}
    paths: dict[str, list[str]] = {"trust_list": [], "rules": [], "revocation": []}

    def keep(setting: str, data: bytes) -> None:
        # A name by the content: what the settings name until they are saved is not overwritten.
        name = f"{setting}-{hashlib.sha256(data).hexdigest()[:16]}.json"
        new[name] = data
        paths[setting].append(str(place / FOLDER / name))

    for chosen in choices.lists:
        if not chosen.is_bundle:
            trust = _content(read_trust_list, chosen, at)
            keep("trust_list", _written(trust, chosen.name))
    for rules in choices.rules:
        keep("rules", write_rules(_content(read_rules, rules, at), source=rules.path.name))
    for chosen in choices.lists:
        if chosen.is_bundle:
            keys = [chosen.key.key] if chosen.key else []
            paths["trust_list"].append(str(install_bundle(chosen.path, keys, place, at)))
    for store in choices.stores:
        paths["revocation"].append(str(_store(store, place / FOLDER)))
    for name, data in new.items():
        atomic.write(place / FOLDER / name, [data], size=len(data))
    return {
        "destination": choices.country,
        "region": choices.region,
        "test_keys": choices.test_keys,
        "pin": (),
        **{setting: tuple(found) for setting, found in paths.items()},
        **choices.others,
    }


def forget_copies(*kept: Settings, folder: Path | None = None) -> None:
    """Remove the copies in the data folder that none of these settings names.

    A desk that works meanwhile still has the settings before: they are to be among `kept`. `folder`
    replaces the data folder. What can't be removed stays.
    """
    place = (folder or atomic.configuration()) / FOLDER
    named = [
        Path(path)
        for settings in kept
        for path in (*settings.trust_list, *settings.pin, *settings.rules, *settings.revocation)
    ]
    for copy in place.iterdir() if place.is_dir() else ():
        if not _COPY.fullmatch(copy.name) or any(copy in (path, *path.parents) for path in named):
            continue
        if copy.is_dir():
            shutil.rmtree(copy, ignore_errors=True)
        else:
            with suppress(OSError):
                copy.unlink()


def is_configured(settings: Settings) -> bool:
    """Whether the desk has a trust list: by the settings, a variable, or one that was installed."""
    return bool(settings.trust_list) or trust_files.is_configured()


def install_bundle(source: Path, keys: Sequence[PublicKey], folder: Path, at: datetime) -> Path:
    """Install a bundle as `vaxpass trust install` does, in a data folder; gives the file.

    The one that is installed already may be chosen again. Raises `BundleError` for an older one.
    """
    target = folder / installed.default_path().name
    with suppress(BundleError, OSError):
        current = installed.load(target).bundle
        if current.manifest == bundles.open_bundle(FileBytes(source), keys, at=at).manifest:
            current.check()
            return target
    installed.install(source, keys, target, at=at)
    return target


def _content(reader: Callable[..., _Content], chosen: FoundList | FoundRules, at: datetime) -> _Content:
    files = {path: read_bounded(path, LARGEST) for path in (chosen.path, *chosen.companions)}
    unsigned = chosen.vouched is Vouched.UNSIGNED
    return read_files(reader, files, _pins(chosen.key), at, unsigned=unsigned)


def _written(trust: TrustList, source: str) -> bytes:
    return write_trust_list(trust, source=source, test=False, made_at=trust.made_at)


def _pins(key: FoundKey | None) -> list[Pin]:
    """The key as it is pinned; a certificate may vouch for more than its key alone.

    Raises `UsageError` where its file has changed since its fingerprint was compared.
    """
    if key is None:
        return []
    wanted = fingerprint(key.key)
    pins = [pin for pin in named_files.pins_in([key.path]) if fingerprint(key_of(pin)) == wanted]
    if not pins:
        raise UsageError("error.desk.key_changed", path=key.path)
    return pins


def _store(chosen: FoundStore, folder: Path) -> Path:
    digest = hash_of(chosen.path)
    target = folder / f"revocation-{digest.hex()[:16]}.store"

    def check(written: Path) -> None:
        # A stick may be pulled, or broken.
        if hash_of(written) != digest:
            raise UsageError("error.desk.copied", path=chosen.path)
        stores.load(written)

    file = FileBytes(chosen.path)
    with atomic.changing(target) as change:
        change.write(bundles.pieces(file), size=len(file), check=check)
    return target
