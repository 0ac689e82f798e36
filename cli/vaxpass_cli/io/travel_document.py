"""`vaxpass verify --mrz`: compare the holder of a passport with the person of a travel document.

The library compares; this module gives the answer in words. The passport of another person is not
accepted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from vaxpass import Verdict, messages
from vaxpass.display import Json
from vaxpass.documents import Holder
from vaxpass.identity import (
    HolderLevel,
    HolderMatch,
    IdentityCode,
    MachineReadableZone,
    MrzCode,
    MrzError,
    compare_holder,
    parse_mrz,
)
from vaxpass_cli.errors import UsageError

OPTION: Final = "--mrz"
# No line of a zone has these. Readers of documents and their programs join lines by one or the other.
_SEPARATORS: Final = re.compile(r"[\s|]+")
_LINE: Final = re.compile(r"(?=.*<)(?:[A-Z0-9<]{30}|[A-Z0-9<]{36}|[A-Z0-9<]{44})")
_JOINED: Final = {44 * 2: 44, 36 * 2: 36, 30 * 3: 30}
_AT_A_DESK: Final = frozenset(
    (
        IdentityCode.NAME_ORDER,
        IdentityCode.NAME_INCOMPLETE,
        IdentityCode.NAME_TYPO,
        IdentityCode.NAME_DIFFERENT,
        IdentityCode.NAME_MISSING,
        IdentityCode.SEX_DIFFERENT,
        IdentityCode.DOB_MONTH_ONLY,
        IdentityCode.DOB_YEAR_ONLY,
        IdentityCode.DOB_DAY_MONTH_SWAPPED,
        IdentityCode.DOB_TYPO,
        IdentityCode.DOB_DIFFERENT,
        IdentityCode.DOB_MALFORMED,
        IdentityCode.DOB_MISSING,
    )
)
"""Codes whose usual sentence is for a clerk who corrects a record; an officer gets another one"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of comparing a passport with a travel document."""

    match: HolderMatch | None
    """None where nothing was compared: the signature of the passport is not verified, or `nameless`"""
    nameless: bool = False
    """Whether it is verified and names nobody, as a health link does"""
    expired: date | None = None
    """The last day of the travel document where it has expired; a remark, which decides nothing"""

    @property
    def accepted(self) -> bool:
        """Whether the two were compared and are not about different persons."""
        return self.match is not None and self.match.level is not HolderLevel.DIFFERENT

    def sentence(self, language: str) -> str:
        """The answer as a whole sentence."""
        if self.match is None:
            return messages.text(f"holder.{'nameless' if self.nameless else 'unknown'}", language)
        return messages.text(f"holder.{self.match.level}", language)

    def reasons(self, language: str) -> list[str]:
        """What disagrees, one sentence for each finding; then that the travel document has expired."""
        return [sentence for _, sentence in self._findings(language)]

    def codes(self) -> list[str]:
        """The stable codes of `reasons`."""
        return [code for code, _ in self._findings("en")]

    def _findings(self, language: str) -> list[tuple[str, str]]:
        codes = self.match.codes if self.match else ()
        found = [(code.value, _reason(code, language)) for code in codes]
        if self.expired:
            code = MrzCode.EXPIRED
            found.append((code.value, code.message(language, self.expired.isoformat())))
        return found

    def report(self, language: str) -> Json:
        """The answer as JSON, described in docs/json.md."""
        return {
            "level": self.match.level.value if self.match else None,
            "message": self.sentence(language),
            "findings": [
                {"code": code, "message": sentence} for code, sentence in self._findings(language)
            ],
        }


def _reason(code: IdentityCode, language: str) -> str:
    """The sentence of a code for an officer who has both documents; nothing is corrected there.

    >>> _reason(IdentityCode.DOB_DIFFERENT, "en")
    'The dates of birth are different.'
    """
    if code in _AT_A_DESK:
        return messages.text(f"holder.{code}", language)
    return code.message(language)


def split(values: Sequence[str] | None, inputs: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines and the inputs, where lines of one zone were typed one after the other.

    The option takes one value; a line that follows it stands among the inputs, and is none of them.

    >>> split(["P<VNMDANG<<ANH"], ["C1234567<0VNM8802299F3301018<<<<<<<<<<<<<<<6", "code.png"])[1]
    ['code.png']
    """
    if not values:
        return [], list(inputs)
    lines = [each for each in inputs if _LINE.fullmatch(each)]
    return [*values, *lines], [each for each in inputs if each not in lines]


def read(values: Sequence[str] | None, language: str) -> MachineReadableZone | None:
    """Read the values of the option, each one or several lines; None where the option is not used.

    Raises `UsageError` where the lines are not a correct machine-readable zone.
    """
    if not values:
        return None
    lines = [line for value in values for line in _SEPARATORS.split(value) if line]
    # Lines that were joined without anything between them can only be cut where they are alone.
    if len(lines) == 1 and len(lines[0]) in _JOINED:
        (whole,), length = lines, _JOINED[len(lines[0])]
        lines = [whole[at : at + length] for at in range(0, len(whole), length)]
    try:
        return parse_mrz(lines)
    except MrzError as error:
        raise UsageError(
            "error.with_code", option=OPTION, reason=error.code.message(language), code=error.code
        ) from None


def compare(verdict: Verdict | None, document: MachineReadableZone | None, on: date) -> Compared | None:
    """Compare a passport and a document on a day; None where there is no document."""
    if document is None:
        return None
    # `is None`, because a verdict that is not accepted is false. Its holder is compared too.
    shown = None if verdict is None else verdict.document
    nameless = shown is not None and shown.holder == Holder()
    match = None if shown is None or nameless else compare_holder(shown.holder, document)
    return Compared(match, nameless, document.expired_before(on))
