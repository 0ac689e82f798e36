"""Value sets in files -> the bytes that a bundle carries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vaxpass import ValueSetError, ValueSets
from vaxpass_cli.failure import Wrong
from vaxpass_cli.listfiles import read_bounded

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file; the sets of the EU have about 100,000."""


def read(paths: Sequence[Path]) -> bytes:
    """The part of a bundle with these value sets; of two with the same id the later one counts.

    Raises `Wrong` where a file is missing, and where it holds no value sets.
    """
    found = ValueSets([])
    for path in paths:
        if not path.is_file():
            raise Wrong(f"{path}: there is no such file.")
        try:
            found = found.merged(ValueSets.from_json(read_bounded(path, LARGEST)))
        except ValueSetError as error:
            raise Wrong(f"{path}: {error}") from None
    return found.to_json()
