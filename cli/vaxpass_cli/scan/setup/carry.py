"""A set-up in one file, for the next twenty desks: settings, and every list, key, rule and store.

The file is a zip whose members are not compressed, so that none can become larger than the file:

    vaxpass-desk.json          the manifest: settings, and size and SHA-256 of every member
    trust_list/1/who.json      a file that a setting names, or one of a folder that it names
    bundle/2/may.bundle        a bundle that was installed; the manifest has the keys for the next one

Nobody signs it. Its fingerprint is shown on both sides, and people compare it.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final, NoReturn

from vaxpass.crypto import PublicKey, load_public_key, public_bytes
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.trust import bundle as bundles
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic, installed, named_files, rule_files, trust_files
from vaxpass_cli.io.file_bytes import FileBytes
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.choices import FOLDER, install_bundle
from vaxpass_cli.scan.setup.found import SETUP_NAME, Found, FoundSetUp, hash_of
from vaxpass_cli.scan.setup.looking import look

_FORMAT: Final = "vaxpass-desk"
_VERSION: Final = 1
_PATHS: Final = ("trust_list", "pin", "rules", "revocation")
"""The settings that name files"""
_BUNDLE: Final = "bundle"
_OF_MACHINE: Final = frozenset(
    ("source", "camera", "width", "height", "autofocus", "mirror", "report", "kiosk_pin")
)
"""The settings that belong to a machine, or to who looks after it"""
_MOST: Final = 2000
_BYTES: Final = 4 * 1024 * 1024 * 1024
_MANIFEST: Final = 4 * 1024 * 1024
_CHUNK: Final = 1 << 20
_LONGEST: Final = 100
_PLAIN: Final = re.compile(r"[^\W_][\w.+ ()-]*")
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows has taken"""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of a set-up: what is stated of it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What a set-up says about itself."""

    settings: Mapping[str, object]
    paths: Mapping[str, tuple[str, ...]]
    """Setting -> the members, or folders of members, that it names"""
    members: tuple[_Member, ...]
    keys: Mapping[str, tuple[PublicKey, ...]]
    """Bundle -> the keys that may sign the next one"""


@dataclass(frozen=True, slots=True)
class Carried:
    """A set-up that was read and checked; nothing is installed yet."""

    file: FoundSetUp
    settings: Mapping[str, object]
    """The settings that it brings, without paths"""
    found: Found
    """What it brings, as `look` says it"""
    manifest: _Manifest


def export(settings: Settings, out: Path, *, at: datetime) -> FoundSetUp:
    """Write the set-up of this desk. Gives the file with its fingerprint.

    Left out is what belongs to this machine and to who looks after it: the camera and its source, the
    folder of reports, the PIN of the kiosk. Raises `UsageError` where a file that the settings name is
    missing, and what `trust_files.load` does where the set-up does not work at the time `at`.
    """
    if out.is_dir():
        raise UsageError("error.folder_for_file", path=out)
    named = {name: [Path(path) for path in getattr(settings, name)] for name in _PATHS}
    named["trust_list"] = named["trust_list"] or trust_files.configured()
    trust = trust_files.read_trust(named["trust_list"], named["pin"], at=at)
    if not named["rules"] and trust.rules is None:
        named["rules"] = rule_files.configured()
    _load(named, at)
    files: dict[str, FileBytes] = {}
    keys: dict[str, list[str]] = {}
    paths: dict[str, list[str]] = {name: [] for name in _PATHS}
    for setting, listed in named.items():
        for number, path in enumerate(listed, 1):
            if _is_installed(path):
                name = f"{_BUNDLE}/{number}/current.bundle"
                current = installed.load(path)
                files[name] = FileBytes(path, current.start)
                keys[name] = [strict_base64.encode(public_bytes(key)) for key in current.keys]
                paths[setting].append(name)
                continue
            whole = f"{setting}/{number}"
            inside = _inside(whole, path)
            files |= {name: FileBytes(each) for name, each in inside.items()}
            paths[setting].append(whole if path.is_dir() else next(iter(inside), whole))
    if len(files) > _MOST or sum(map(len, files.values())) > _BYTES:
        raise UsageError("error.desk.too_large")
    carried = dataclasses.asdict(settings)
    manifest = {
        "format": _FORMAT,
        "version": _VERSION,
        "settings": {k: v for k, v in carried.items() if k not in _PATHS and k not in _OF_MACHINE},
        "paths": paths,
        "keys": keys,
        "files": {
            name: {"size": len(file), "sha256": _sha256(bundles.pieces(file))}
            for name, file in files.items()
        },
    }
    with atomic.changing(out) as change, tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            # No time of the clock is in it: the same set-up makes the same file.
            archive.writestr(zipfile.ZipInfo(SETUP_NAME), json.dumps(manifest, indent=1))
            for name, content in files.items():
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                    for piece in bundles.pieces(content):
                        member.write(piece)
        size = file.tell()
        file.seek(0)
        change.write(iter(lambda: file.read(_CHUNK), b""), size=size, check=_check)
    return FoundSetUp(out, hash_of(out))


def read(path: Path, *, at: datetime) -> Carried:
    """Read a file of `export` and check all of it. Raises `UsageError` for any damage."""
    if not path.is_file():
        raise UsageError("error.no_file", path=path)
    with _extracted(path) as (manifest, folder, sha256):
        found = look(folder, at)
        return Carried(FoundSetUp(path, sha256), manifest.settings, found, manifest)


def install(carried: Carried, *, at: datetime, folder: Path | None = None) -> Mapping[str, object]:
    """Copy the files of a set-up into the data folder; gives the settings, as `choices.set_up` does.

    Raises `UsageError` where the file has changed since it was read, and what `trust_files.load` does
    where the set-up does not work at the time `at`. The settings are unchanged then, and so is what
    they name.
    """
    place = folder or atomic.configuration()
    # A name by the content: what another set-up uses is not overwritten.
    target = place / FOLDER / f"set-up-{carried.file.sha256.hex()[:16]}"
    with _extracted(carried.file.path) as (manifest, extracted, sha256):
        if sha256 != carried.file.sha256:
            raise UsageError("error.desk.changed", path=carried.file.path)
        # The trial: with a bundle as it is carried, because installing one replaces another.
        pins = _with_keys(manifest, extracted)
        named = {name: [extracted / each for each in manifest.paths[name]] for name in _PATHS}
        _load(named | {"pin": [*named["pin"], *pins]}, at)
        _move(extracted, target)
    paths: dict[str, tuple[str, ...]] = {}
    for setting, names in manifest.paths.items():
        paths[setting] = tuple(
            str(
                install_bundle(target / name, manifest.keys[name], place, at)
                if name in manifest.keys
                else target / name
            )
            for name in names
        )
    return {**manifest.settings, **paths}


def _load(named: Mapping[str, Sequence[Path]], at: datetime) -> None:
    """Load a set-up as the desk does. Raises what `trust_files.load` does."""
    trust_files.load(
        named["trust_list"],
        named["pin"],
        at=at,
        rules=named["rules"],
        revocations=named["revocation"],
    )


def _is_installed(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return installed.is_installed(file.read(8))


def _inside(whole: str, path: Path) -> dict[str, Path]:
    """The files of a path that a setting names, by what they are called within a set-up."""
    found: dict[str, Path] = {}
    for each in named_files.files_in([path]):
        parts = each.relative_to(path).parts if path.is_dir() else (path.name,)
        if any(part.startswith(".") for part in parts):
            continue
        name = "/".join((whole, *parts))
        # Names are such as every system takes, and differ by more than capitals.
        if not all(map(_is_plain, parts)) or name.casefold() in {known.casefold() for known in found}:
            mark = hashlib.sha256("/".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
            name = f"{whole}/{mark[:16]}{re.sub(r'[^A-Za-z0-9.]', '', each.suffix)}"
        found[name] = each
    return found


def _is_plain(part: str) -> bool:
    """Whether a part of a path is a name that leads nowhere else, on any system."""
    return (
        len(part) <= _LONGEST
        and bool(_PLAIN.fullmatch(part))
        and not part.endswith((".", " "))
        and not _RESERVED.fullmatch(part)
    )


def _sha256(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _check(path: Path) -> None:
    """Raises `UsageError` where what was written is not what was to be written."""
    with _extracted(path):
        pass


@contextmanager
def _extracted(path: Path) -> Iterator[tuple[_Manifest, Path, bytes]]:
    """The manifest of a set-up, a folder with its files, which is removed, and the SHA-256 of the file.

    Everything is compared with the manifest. Raises `UsageError` for any difference.
    """
    # Read through one handle, so that what was hashed is what is extracted.
    with path.open("rb") as file, tempfile.TemporaryDirectory(prefix="vaxpass-") as name:
        sha256 = hashlib.file_digest(file, "sha256").digest()
        folder = Path(name) / "set-up"
        folder.mkdir()
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = _manifest(archive, path)
                _must_fit(manifest, folder)
                for member in manifest.members:
                    _extract(archive, member, folder, path)
        except UsageError:
            raise
        except Exception as error:
            # What the reader of zips raises depends on the byte that is wrong.
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise
            _damaged(path)
        yield manifest, folder, sha256


def _must_fit(manifest: _Manifest, folder: Path) -> None:
    if shutil.disk_usage(folder).free < sum(each.size for each in manifest.members):
        raise UsageError("error.disk_full", folder=folder)


def _extract(archive: zipfile.ZipFile, member: _Member, folder: Path, path: Path) -> None:
    target = folder.joinpath(*PurePosixPath(member.name).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    left = member.size
    with archive.open(member.name) as source, target.open("xb") as file:
        while piece := source.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                _damaged(path)
            digest.update(piece)
            file.write(piece)
    if left or digest.hexdigest() != member.sha256:
        _damaged(path)


def _manifest(archive: zipfile.ZipFile, path: Path) -> _Manifest:
    """The manifest, compared with the names and sizes of the members. Raises `UsageError`."""
    infos = archive.infolist()
    if not infos or infos[0].filename != SETUP_NAME:
        raise UsageError("error.desk.no_setup", path=path)
    stored = all(
        each.compress_type == zipfile.ZIP_STORED and each.file_size == each.compress_size
        for each in infos
    )
    names = [each.filename for each in infos]
    if (
        not stored
        or len(infos) > _MOST + 1
        or infos[0].file_size > _MANIFEST
        or sum(each.file_size for each in infos) > _BYTES + _MANIFEST
        or len({name.casefold() for name in names}) < len(names)
    ):
        _damaged(path)
    try:
        document = strict_json.read(archive.read(infos[0]), largest=_MANIFEST)
        found = _read(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        _damaged(path)
    stated = {member.name: member.size for member in found.members}
    if stated != {each.filename: each.file_size for each in infos[1:]}:
        _damaged(path)
    return found


def _read(document: object) -> _Manifest:
    """The manifest of a document. Raises `ValueError` or the like where it is not of its form."""
    if not isinstance(document, dict) or document["format"] != _FORMAT:
        raise ValueError("another format")
    if document["version"] != _VERSION:
        raise ValueError("another version")
    members = tuple(
        _Member(str(name), _number(each["size"]), str(each["sha256"]))
        for name, each in document["files"].items()
    )
    for member in members:
        setting, number, *rest = member.name.split("/")
        if setting not in (*_PATHS, _BUNDLE) or not number.isdecimal() or not rest:
            raise ValueError("a member that no setting names")
        if not all(map(_is_plain, rest)):
            raise ValueError("a name that may lead elsewhere")
    names = {member.name for member in members}
    folders = {"/".join(name.split("/")[:2]) for name in names}
    if not names.isdisjoint(str(each) for name in names for each in PurePosixPath(name).parents):
        raise ValueError("a file that is a folder, too")
    paths = {setting: tuple(map(str, document["paths"][setting])) for setting in _PATHS}
    if not {each for named in paths.values() for each in named} <= names | folders:
        raise ValueError("a setting names what is not there")
    keys = {
        str(name): tuple(load_public_key(strict_base64.decode(key)) for key in listed)
        for name, listed in document["keys"].items()
    }
    if not keys.keys() <= names or not all(keys.values()):
        raise ValueError("keys of no bundle")
    brought = document["settings"]
    if not brought.keys().isdisjoint((*_PATHS, *_OF_MACHINE)):
        raise ValueError("a setting that is not carried")
    try:
        configured.checked(brought)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return _Manifest(brought, paths, members, keys)


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no size")
    return value


def _with_keys(manifest: _Manifest, folder: Path) -> list[Path]:
    """Files with the keys of the bundles, to pin them for the trial."""
    made = []
    for number, key in enumerate(key for keys in manifest.keys.values() for key in keys):
        path = folder.parent / f"{number}.key"
        path.write_bytes(public_bytes(key))
        made.append(path)
    return made


def _move(folder: Path, target: Path) -> None:
    """Move a folder to its place, whole or not at all, from another disk, too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic.exclusive_lock(target.parent):
        beside = Path(tempfile.mkdtemp(prefix=atomic.UNFINISHED, dir=target.parent))
        try:
            whole = beside / target.name
            shutil.copytree(folder, whole)
            # One of the same content may be damaged meanwhile: it gives way to this.
            with suppress(FileNotFoundError):
                target.rename(beside / "old")
            whole.rename(target)
            atomic.sync_folder(target.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _damaged(path: Path) -> NoReturn:
    raise UsageError("error.desk.damaged", path=path)
