"""Read the files of attestations, and of the keys of facilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.records import (
    Attestation,
    Attestations,
    FacilityKeys,
    IssuingError,
    read_attestation,
    read_facility_keys,
)
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.named_files import read_bounded

SUFFIX: Final = ".attestation"
_LARGEST: Final = 512 * 1024 * 1024
"""Bytes that are read of a file; the library says what is too large."""


@dataclass(frozen=True)
class AttestationFile:
    """An attestation whose signature was verified, and its file."""

    path: Path
    attestation: Attestation


@dataclass(frozen=True)
class FacilityFiles:
    """The files of attestations by facility. They are large, and read only when needed."""

    files: Mapping[str, Sequence[Path]]
    keys: FacilityKeys

    @classmethod
    def of(cls, attestations: Iterable[AttestationFile], keys: FacilityKeys) -> FacilityFiles:
        """The files, by the facility that has signed them."""
        files: dict[str, list[Path]] = defaultdict(list)
        for each in attestations:
            files[each.attestation.facility].append(each.path)
        return cls(dict(files), keys)

    def read(self, facility: str) -> Attestations:
        """Read the attestations of a facility. Raises `UsageError`."""
        paths = self.files.get(facility, ())
        return Attestations(read(path, self.keys).attestation for path in paths)


def read_keys(path: Path) -> FacilityKeys:
    """Read the keys of facilities. Raises `UsageError`."""
    try:
        return read_facility_keys(read_bounded(path, _LARGEST))
    except IssuingError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def read(path: Path, keys: FacilityKeys) -> AttestationFile:
    """Read an attestation and verify its signature. Raises `UsageError`."""
    try:
        return AttestationFile(path, read_attestation(read_bounded(path, _LARGEST), keys))
    except IssuingError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def read_headers(paths: Iterable[Path], keys: FacilityKeys) -> Iterator[AttestationFile]:
    """Read attestations and verify them, but keep only facility and time. Raises `UsageError`."""
    for path in paths:
        yield AttestationFile(path, read(path, keys).attestation.without_entries())


def listed(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named by paths: a folder stands for the attestations in it. Raises `UsageError`."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix == SUFFIX)
        elif path.is_file():
            yield path
        else:
            raise UsageError("error.no_file_or_folder", path=path)
