"""Make PDF files of passports, and write prints into a folder.

Only the owner of the folder can read the files, and their names say nothing about holders. The module
imports fpdf2, so it is imported late.
"""

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
from vaxpass_cli.io.atomic import private_folder
from vaxpass_cli.print import fields, layouts, symbol
from vaxpass_cli.print.fields import Mark
from vaxpass_cli.print.layouts import Format
from vaxpass_cli.print.pdf_writer import Paper

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_UNFINISHED: Final = ".vaxpass-unfinished"


class Outputs:
    """Writes prints into a folder that is new or empty. Raises `UsageError` for any other folder."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(_visible(folder))):
            raise UsageError("error.folder_not_empty", folder=folder)
        private_folder(folder)
        self._folder: Final = folder
        self._used: Final[dict[str, int]] = {}

    def write(self, name: str, ending: str, data: bytes) -> Path:
        """Write a file, complete or not at all; a name that was used before gets a number."""
        plain = _UNSAFE.sub("_", name).strip("._-")[:_LONGEST] or "passport"
        unfinished = self._folder / _UNFINISHED
        unfinished.unlink(missing_ok=True)
        # Names must differ by more than case: some systems do not distinguish it.
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
    # A run that was killed may have left an unfinished file; it is ignored.
    return [path for path in folder.iterdir() if path.name != _UNFINISHED]


@dataclass(frozen=True, slots=True)
class Passport:
    """A passport to print."""

    text: str
    """The text of its QR code"""
    unverified: Unverified
    signer: TrustedKey | None
    """None where the signature is not verified"""
    marks: tuple[Mark, ...]
    """Why it is not a valid passport; empty where it is"""


class PdfBuilder:
    """Makes one PDF of passports: call `add` for each, then `finish`."""

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
        """Add the pages of a passport. Gives False, and adds nothing, where it is not of a vaccination.

        Raises `symbol.TooLong` where its text does not fit into a QR code.
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
        """Free the files of fonts without making the PDF."""
        self._paper.close()

    def finish(self) -> bytes:
        """The bytes of the PDF; nothing can be added after it."""
        return self._paper.finish()
