"""Files that options name: folders of lists, bundles, and the keys of `--pin`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from vaxpass.crypto import PublicKey, SignerKey, key_of
from vaxpass.encoding import marks
from vaxpass.rules import RulesError
from vaxpass.trust import PinError, TrustListError
from vaxpass.trust import bundle as bundles
from vaxpass.trust import pins as library_pins
from vaxpass.trust.bundle import Bundle
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import installed
from vaxpass_cli.io.file_bytes import FileBytes

Pin: TypeAlias = PublicKey | SignerKey


_Error = TypeVar("_Error", TrustListError, RulesError)


def refused(error: _Error, path: Path, group: str = "trust") -> UsageError | _Error:
    """The error of a list; of one that nothing vouches for, with what helps in the command at hand.

    A command that can't take such a list is not told of an option that it has not: the one that can is
    named whole, as it has to be typed. `group` is that of the command that imports such lists.
    """
    if not error.key.startswith("failure.unsigned_"):
        return error
    said = {"source": path, "reason": error.values["reason"]}
    if "unsigned" in options.at_hand.get():
        return UsageError("error.list.unsigned", **said)
    command = f"vaxpass {group} import {shlex.quote(str(path))} --unsigned --out NEW"
    return UsageError("error.list.import", **said, command=command)


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The named files, and all files in named folders, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError("error.no_file", path=path)
        found += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return found


def read_bounded(path: Path, largest: int) -> bytes:
    """The content of a file, a text without its byte order mark and in UTF-8 then.

    Of a larger file it is `largest` + 1 bytes.
    """
    with path.open("rb") as file:
        # Reading takes the memory that it is asked for. What is no plain file has no size.
        size = os.fstat(file.fileno()).st_size or largest
        return marks.unmarked(file.read(min(size, largest) + 1))


def pins_in(paths: Sequence[Path] | None) -> list[Pin]:
    """The keys and certificates in the files of `--pin`."""
    pins: list[Pin] = []
    for path in paths or ():
        if not path.is_file():
            raise UsageError("error.no_file", path=path)
        try:
            pins += library_pins.load_pins(read_bounded(path, library_pins.LARGEST))
        except PinError as error:
            raise UsageError("error.in_file", path=path, reason=error) from None
    return pins


def pinned_keys(paths: Sequence[Path] | None) -> list[PublicKey]:
    """The keys in the files of `--pin`, those of certificates included."""
    return list(map(key_of, pins_in(paths)))


def bundle_at(path: Path, pins: Sequence[Path] | None, *, at: datetime) -> tuple[Bundle, int] | None:
    """The bundle in a file and its place there; None where the file is something else."""
    with path.open("rb") as file:
        begin = file.read(8)
    if installed.is_installed(begin) or path == installed.default_path():
        in_use = installed.load(path)
        return in_use.bundle, in_use.start
    if bundles.is_bundle(begin):
        return bundles.open_bundle(FileBytes(path), pinned_keys(pins), at=at), 0
    return None
