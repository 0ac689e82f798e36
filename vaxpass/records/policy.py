"""For which records a passport may be issued: what matching and attesting must have said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vaxpass.records.codes import IssueCode, MatchStatus


class Attested(StrEnum):
    """What the attestations of a record's own facility say about it."""

    YES = "yes"
    NO = "no"
    """No attestation contains it."""
    ALTERED = "altered"
    """The latest attestation that contains it has another digest: the record was changed."""


_MATCH: Final[dict[str | None, IssueCode]] = {
    None: IssueCode.MATCH_MISSING,
    MatchStatus.MISMATCH: IssueCode.MATCH_MISMATCH,
    MatchStatus.AMBIGUOUS: IssueCode.MATCH_AMBIGUOUS,
    MatchStatus.NOT_FOUND: IssueCode.MATCH_NOT_FOUND,
    MatchStatus.NO_ID: IssueCode.MATCH_NO_ID,
}


@dataclass(frozen=True, slots=True)
class IssuePolicy:
    """What is required of a record besides being plausible. The default is strict.

    >>> strict = IssuePolicy()
    >>> strict.refusals("MATCHED", Attested.YES), strict.refusals("AMBIGUOUS", Attested.YES)
    ((), (<IssueCode.MATCH_AMBIGUOUS: 'match.ambiguous'>,))
    >>> IssuePolicy(allow_unmatched=True).loosened
    ('allow_unmatched',)
    """

    allow_unmatched: bool = False
    """Issue also where the record is not `MATCHED`."""
    allow_unattested: bool = False
    """Issue also where the facility has not attested the record. An altered record is never issued."""

    @property
    def loosened(self) -> tuple[str, ...]:
        """The requirements that are switched off, for the summary of a run."""
        return tuple(name for name in ("allow_unmatched", "allow_unattested") if getattr(self, name))

    def refusals(self, status: str | None, attested: Attested) -> tuple[IssueCode, ...]:
        """Why a record may not be issued; empty where it may.

        `status` is the result of matching, None where there is none.
        """
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
