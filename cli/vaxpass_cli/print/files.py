"""The folder of prints: a file at a time, for its owner alone, its name saying nothing of a holder.

TODO-MERGED: Judged passports -> PDF files: one for each, or all in one. Imports fpdf2, so it is imported late."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vaxpass import Unverified
from vaxpass.documents import BUILT_IN, ValueSets
from vaxpass.trust import TrustedKey
from vaxpass_cli.errors import UsageError
from vaxpass_cli.print import fields, layouts, symbol
from vaxpass_cli.print.fields import Mark
from vaxpass_cli.print.layouts import Format
from vaxpass_cli.print.pdf_writer import Paper

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_UNFINISHED: Final = ".vaxpass-unfinished"


class Outputs:
    """Writes prints into a folder that is new or empty. Raises `UsageError` for any other."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(_visible(folder))):
            raise UsageError("error.folder_not_empty", folder=folder)
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


@dataclass(frozen=True, slots=True)
class Passport:
    """What is to be printed; `signer` is None where nobody vouches for it."""

    text: str
    unverified: Unverified
    signer: TrustedKey | None
    marks: tuple[Mark, ...]


class Press:
    """A PDF that is being made. `add` as many passports as are wanted, then `finish`."""

    def __init__(
        self,
        form: Format,
        languages: Sequence[str],
        at: datetime,
        value_sets: ValueSets = BUILT_IN,
    ) -> None:
        self._paper = Paper(at)
        self._form = form
        self._languages = tuple(languages)
        self._value_sets = value_sets

    def add(self, passport: Passport) -> bool:
        """Add the pages of a passport; False, and nothing added, where it is none of a vaccination.

        Raises `symbol.TooLong` where its text fits into no QR code.
        """
        found = fields.of(
            passport.unverified,
            passport.signer,
            passport.text,
            self._languages,
            marks=passport.marks,
            drawable=self._paper.shows,
            value_sets=self._value_sets,
        )
        if found is None:
            return False
        code = symbol.best(passport.text, layouts.SIDES[self._form])
        layouts.draw(self._paper, found, code, self._form)
        return True

    def close(self) -> None:
        """Give it up without a PDF."""
        self._paper.close()

    def finish(self) -> bytes:
        """The bytes of the PDF."""
        return self._paper.finish()
