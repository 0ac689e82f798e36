"""For which records a passport may be issued at all, whatever they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vaxpass.records.codes import IssueCode, MatchStatus


class Attested(StrEnum):
    """What the attestations of a record's own facility say of it."""

    YES = "yes"
    NO = "no"
    """None names it."""
    ALTERED = "altered"
    """The latest that names it is about a record that says something else."""


_MATCH: Final[dict[str | None, IssueCode]] = {
    None: IssueCode.MATCH_MISSING,
    MatchStatus.MISMATCH: IssueCode.MATCH_MISMATCH,
    MatchStatus.AMBIGUOUS: IssueCode.MATCH_AMBIGUOUS,
    MatchStatus.NOT_FOUND: IssueCode.MATCH_NOT_FOUND,
    MatchStatus.NO_ID: IssueCode.MATCH_NO_ID,
}


@dataclass(frozen=True, slots=True)
class IssuePolicy:
    """What is demanded of a record besides being plausible. The default is strict.

    >>> strict = IssuePolicy()
    >>> strict.refusals("MATCHED", Attested.YES), strict.refusals("AMBIGUOUS", Attested.YES)
    ((), (<IssueCode.MATCH_AMBIGUOUS: 'match.ambiguous'>,))
    >>> IssuePolicy(allow_unmatched=True).loosened
    ('allow_unmatched',)
    """

    allow_unmatched: bool = False
    """Issue also where the person was not found in the register beyond doubt."""
    allow_unattested: bool = False
    """Issue also where no facility has attested the record. One that was altered is never issued."""

    @property
    def loosened(self) -> tuple[str, ...]:
        """The demands that are not made, for the summary of a run."""
        return tuple(name for name in ("allow_unmatched", "allow_unattested") if getattr(self, name))

    def refusals(self, status: str | None, attested: Attested) -> tuple[IssueCode, ...]:
        """Why a record with this result of matching (None: it has none) may not be issued."""
        if status == "MATCHED" and attested is Attested.YES:
            return ()
        found = []
        if status != MatchStatus.MATCHED and not self.allow_unmatched:
            found.append(_MATCH.get(status, IssueCode.MATCH_UNKNOWN))
        if attested is Attested.ALTERED:
            found.append(IssueCode.ATTESTATION_ALTERED)
        elif attested is Attested.NO and not self.allow_unattested:
            found.append(IssueCode.ATTESTATION_MISSING)
        return tuple(found)
