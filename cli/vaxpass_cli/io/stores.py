"""Revocation stores in files: read where they are searched, replaced as a whole when they change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from vaxpass.revocation import HASHES, Identifier, RevocationError, RevocationStore, build, edited
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic
from vaxpass_cli.io.file_bytes import FileBytes


def load(path: Path, start: int = 0, size: int | None = None) -> RevocationStore:
    """Open a store: a file, or the part of a bundle. Raises `UsageError` where it is not a store."""
    try:
        return RevocationStore(FileBytes(path, start, size))
    except FileNotFoundError:
        raise UsageError("error.no_file", path=path) from None
    except IsADirectoryError:
        raise UsageError("error.folder_not_store", path=path) from None
    except RevocationError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def write(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a store, complete or not at all; gives its size in bytes.

    Programs that have the old file open go on reading that. Where writing fails, no file is left.
    """
    must_be_writable(path)
    atomic.write(path, pieces)
    return path.stat().st_size


def change(
    path: Path,
    kid: bytes,
    added: Collection[Identifier],
    removed: Collection[Identifier],
    at: datetime,
) -> int:
    """Add and remove hashes for a signer; gives how many more hashes the store has than before.

    The store is made if need be. Raises `UsageError` where the file is not one, and leaves it as it is.
    """
    must_be_writable(path)
    with atomic.changing(path) as changed:
        before = load(path) if path.exists() else RevocationStore(b"".join(build([])))
        changed.write(build(edited(before, kid, added, removed), int(at.timestamp())))
        return hashes(load(path)) - hashes(before)


def hashes(store: RevocationStore) -> int:
    """The number of hashes in a store, without those in filters."""
    return sum(one.section.entries for one in store.lists() if one.section.kind == HASHES)


def must_be_writable(path: Path) -> None:
    """Raises `UsageError` where no store can be written there."""
    if path.is_dir():
        raise UsageError("error.folder_for_store", path=path)
    # What a link points to is replaced, not the link.
    if not path.resolve().parent.is_dir():
        raise UsageError("error.no_folder", path=path.parent)
