"""The installed bundle: one file with the bundle and the keys that may sign the next one.

    magic, length of the keys          12 bytes
    keys                               JSON: {"keys": [Base64 of SubjectPublicKeyInfo]}
    zeros up to a page                 so that the bundle begins at one, too
    bundle                             see vaxpass.trust.bundle

Keys and bundle are in one file because they must change in one step: a bundle may announce the key of
the next one.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.crypto import PublicKey, load_public_key, public_bytes
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.trust import BundleError
from vaxpass.trust import bundle as bundles
from vaxpass.trust.bundle import Bundle
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic
from vaxpass_cli.io.file_bytes import FileBytes

_MAGIC: Final = b"VAXINST1"
_HEAD: Final = struct.Struct(">8sI")
_PAGE: Final = 4096
_LARGEST_HEADER: Final = 1 << 20


def default_path() -> Path:
    """The path of the installed bundle where the user names no other."""
    return atomic.configuration() / "bundle.installed"


def is_installed(begin: bytes) -> bool:
    """Whether a file begins like an installed bundle."""
    return begin.startswith(_MAGIC)


class Installed(NamedTuple):
    """The installed bundle, its place in the file, and the keys that may sign the next one."""

    bundle: Bundle
    start: int
    keys: tuple[PublicKey, ...]


def load(path: Path) -> Installed:
    """Read the installed bundle. Raises `BundleError`. The hashes of its parts are not compared."""
    whole = FileBytes(path)
    try:
        magic, size = _HEAD.unpack(whole[: _HEAD.size])
        if magic != _MAGIC:
            raise BundleError("failure.bundle.installed_damaged", path=path)
        header = strict_json.read(whole[_HEAD.size : _HEAD.size + size], largest=_LARGEST_HEADER)
        keys = tuple(load_public_key(strict_base64.decode(key)) for key in header["keys"])
    except (ValueError, KeyError, TypeError, struct.error):
        raise BundleError("failure.bundle.installed_damaged", path=path) from None
    start = _start(size)
    try:
        return Installed(bundles.verify(FileBytes(path, start), keys), start, keys)
    except BundleError:
        raise BundleError("failure.bundle.installed_damaged", path=path) from None


class _InUse(NamedTuple):
    """What the bundle in use says of the next one."""

    above: int
    """What its number must exceed"""
    keys: tuple[PublicKey, ...] = ()
    """The keys that may sign it, beside the pins"""


def _in_use(path: Path, pins: Sequence[PublicKey]) -> _InUse:
    """What the installed bundle says, also where it is damaged, as far as a pinned key vouches for it.

    A damaged one may be replaced by the same again. Raises `BundleError` where it says nothing and
    there are no pins.
    """
    if not path.exists():
        return _InUse(-1)
    try:
        current = load(path)
    except BundleError:
        if not pins:
            raise
        return _InUse(_number_under(path, pins) - 1)
    number = current.bundle.manifest.number
    try:
        current.bundle.check()
    except BundleError:
        number -= 1
    return _InUse(number, current.keys)


def _number_under(path: Path, pins: Sequence[PublicKey]) -> int:
    """The number of the bundle behind a damaged head, 0 where no pinned key signed one."""
    for start in range(_PAGE, _start(_LARGEST_HEADER) + 1, _PAGE):
        with suppress(BundleError):
            return bundles.verify(FileBytes(path, start), pins).manifest.number
    return 0


def install(source: Path, pins: Sequence[PublicKey], target: Path, *, at: datetime) -> Bundle:
    """Check a bundle and install it. Where anything is wrong with it, the old one stays in use.

    One that is damaged gives way to any bundle that a pinned key signed and that is not older.

    Two who install at once do it one after the other, so the newer bundle stays.
    """
    with atomic.changing(target) as change:
        number, known = _in_use(target, pins)
        keys = (*pins, *known)
        if not keys:
            raise UsageError("error.no_bundle_pin")
        given = FileBytes(source)
        found = bundles.open_bundle(given, keys, at=at, above=number)
        trusted = json.dumps({"keys": [_text(key) for key in found.keys_after()]}).encode()
        start = _start(len(trusted))

        def pieces() -> Iterator[bytes]:
            head = _HEAD.pack(_MAGIC, len(trusted)) + trusted
            yield head + bytes(start - len(head))
            yield from bundles.pieces(given)

        def check(path: Path) -> None:
            # What was written counts: the source may be overwritten meanwhile, a stick may be broken.
            written = bundles.open_bundle(FileBytes(path, start), keys, at=at, above=number)
            written.check()
            if (written.manifest, written.signed_by) != (found.manifest, found.signed_by):
                raise BundleError("failure.bundle.changed")

        change.write(pieces(), size=start + len(given), check=check)
    return found


def _text(key: PublicKey) -> str:
    return strict_base64.encode(public_bytes(key))


def _start(size: int) -> int:
    return -(-(_HEAD.size + size) // _PAGE) * _PAGE
