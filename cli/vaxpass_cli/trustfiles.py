"""Which trust lists to use, and reading them from files."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from vaxpass import TrustList, TrustListError, load_public_key, read_trust_list
from vaxpass.crypto.certificate import PublicKey
from vaxpass.trustlists import LARGEST, is_trust_list
from vaxpass_cli.failure import Wrong

VARIABLE: Final = "VAXPASS_TRUST_LIST"
_FILE: Final = "trust-list.json"


def load(paths: Sequence[Path] | None, pins: Sequence[Path] | None) -> TrustList:
    """Read the trust lists that the user named, else those of the variable or the configuration.

    Raises `Wrong` where there is none, and `TrustListError` where one must not be used.
    """
    keys = [_pin(path) for path in pins or ()]
    trust = TrustList([])
    for path in paths or _configured():
        trust |= _folder(path, keys) if path.is_dir() else _file(path, keys)
    if not len(trust):
        raise Wrong("The trust list holds no key that can be used.")
    for entry in trust.skipped:
        # Reasons come from a parser and may quote the entry; the terminal is shown none of that.
        sys.stderr.write(f"vaxpass: {entry.source}: {entry.entry} can't be used and was skipped.\n")
    return trust


def _configured() -> list[Path]:
    named = os.environ.get(VARIABLE)
    if named:
        return [Path(part) for part in named.split(os.pathsep) if part]
    default = Path(typer.get_app_dir("vaxpass")) / _FILE
    if default.exists():
        return [default]
    raise Wrong(
        "No trust list. Name one with --trust-list FILE (a list of your health authority, a folder of"
        f" certificates, or trust_lists/demo.json for a try), set {VARIABLE}, or put one at {default}."
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Wrong(f"{path}: there is no such file.") from None


def _pin(path: Path) -> PublicKey:
    try:
        return load_public_key(_read(path))
    except (ValueError, IndexError):
        raise Wrong(f"{path}: this is not a public key or certificate (PEM or DER).") from None


def _file(path: Path, pins: Sequence[PublicKey]) -> TrustList:
    return read_trust_list(_read(path), source=path.name, pins=pins)


def _folder(folder: Path, pins: Sequence[PublicKey]) -> TrustList:
    trust = TrustList([])
    read_any = False
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = _read(path)
        if is_trust_list(data):
            trust |= read_trust_list(data, source=path.name, pins=pins)
            read_any = True
    if not read_any:
        raise TrustListError(f"{folder}: the folder holds no trust list and no certificate.")
    return trust
