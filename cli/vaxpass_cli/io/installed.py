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
        _, size = _HEAD.unpack(whole[: _HEAD.size])
        header = strict_json.read(whole[_HEAD.size : _HEAD.size + size], largest=_LARGEST_HEADER)
        keys = tuple(load_public_key(strict_base64.decode(key)) for key in header["keys"])
    except (ValueError, KeyError, TypeError, struct.error):
        raise BundleError("failure.bundle.installed_damaged", path=path) from None
    start = _start(size)
    return Installed(bundles.verify(FileBytes(path, start), keys), start, keys)


def install(source: Path, pins: Sequence[PublicKey], target: Path, *, at: datetime) -> Bundle:
    """Check a bundle and install it. Where anything is wrong, the old one stays in use.

    Two who install at once do it one after the other, so the newer bundle stays.
    """
    with atomic.changing(target) as change:
        number = -1
        keys: tuple[PublicKey, ...] = tuple(pins)
        if target.exists():
            current = load(target)
            number = current.bundle.manifest.number
            keys = (*keys, *current.keys)
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
