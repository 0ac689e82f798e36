"""The folder of prints: a file at a time, for its owner alone, its name saying nothing of a holder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from vaxpass_cli.failure import Wrong

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_UNFINISHED: Final = ".vaxpass-unfinished"


class Outputs:
    """Writes prints into a folder that is new or empty. Raises `Wrong` for any other."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(_visible(folder))):
            raise Wrong(f"{folder}: the folder is not empty; name a new one.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder: Final = folder
        self._used: Final[dict[str, int]] = {}

    def write(self, name: str, ending: str, data: bytes) -> Path:
        """Write a file whole; another number is put behind a name that there was before."""
        plain = _UNSAFE.sub("_", name).strip("._-")[:_LONGEST] or "passport"
        unfinished = self._folder / _UNFINISHED
        unfinished.unlink(missing_ok=True)
        # Names differ by more than capitals, for systems that take both for the same.
        number = self._used.get(plain.casefold(), 0) + 1
        while number > 1 and f"{plain}-{number}".casefold() in self._used:
            number += 1
        self._used[plain.casefold()] = number
        if number > 1:
            plain = f"{plain}-{number}"
            self._used[plain.casefold()] = 1
        path = self._folder / (plain + ending)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        unfinished.replace(path)
        return path


def _visible(folder: Path) -> list[Path]:
    # What a killed run left half written does not count.
    return [path for path in folder.iterdir() if path.name != _UNFINISHED]
