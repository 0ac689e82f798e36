"""The files of attestations, and of the keys that facilities sign with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxpass.errors import IssuingError
from vaxpass.records import Attestation, FacilityKeys, read_attestation, read_facility_keys
from vaxpass_cli.errors import UsageError

SUFFIX = ".attestation"


@dataclass(frozen=True)
class Found:
    """An attestation and its file."""

    path: Path
    attestation: Attestation


def keys(path: Path) -> FacilityKeys:
    """The keys of facilities. Raises `UsageError`."""
    try:
        return read_facility_keys(path.read_bytes())
    except IssuingError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def read(path: Path, pinned: FacilityKeys) -> Found:
    """An attestation whose signature holds. Raises `UsageError`."""
    try:
        return Found(path, read_attestation(path.read_bytes(), pinned))
    except IssuingError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that are meant: a folder stands for the attestations in it."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix == SUFFIX)
        elif path.is_file():
            yield path
        else:
            raise UsageError("error.no_file_or_folder", path=path)
