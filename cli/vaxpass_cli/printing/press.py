"""Judged passports -> PDF files: one for each, or all in one. Imports fpdf2, so it is imported late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vaxpass import TrustedKey, Unverified
from vaxpass.valuesets import BUILT_IN, ValueSets
from vaxpass_cli.printing import layouts, sheet, symbol
from vaxpass_cli.printing.layouts import Format
from vaxpass_cli.printing.paper import Paper
from vaxpass_cli.printing.sheet import Mark


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
        found = sheet.of(
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
