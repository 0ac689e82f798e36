"""For which records a passport may be issued: which results of matching and attesting it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vaxpass.records.codes import IssueCode, MatchStatus


class Attested(StrEnum):
    """Whether a record's facility has attested it.

    >>> Attested("altered")
    <Attested.ALTERED: 'altered'>
    """

    YES = "yes"
    """The latest attestation that contains it has its digest."""
    NO = "no"
    """No attestation contains it."""
    ALTERED = "altered"
    """The latest attestation that contains it has another digest: the record was changed later."""


_MATCH: Final[dict[str | None, IssueCode]] = {
    None: IssueCode.MATCH_MISSING,
    MatchStatus.MISMATCH: IssueCode.MATCH_MISMATCH,
    MatchStatus.AMBIGUOUS: IssueCode.MATCH_AMBIGUOUS,
    MatchStatus.NOT_FOUND: IssueCode.MATCH_NOT_FOUND,
    MatchStatus.NO_ID: IssueCode.MATCH_NO_ID,
}


@dataclass(frozen=True, slots=True)
class IssuePolicy:
    """What is required of a record so that its passport may be issued. The default is strict.

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

    allow_confirmed: bool = False
    """Issue also a `MISMATCH` where the register office has confirmed whom the record means."""

    @property
    def loosened(self) -> tuple[str, ...]:
        """The names of the requirements that are switched off, for the summary of a run."""
        names = ("allow_unmatched", "allow_unattested", "allow_confirmed")
        return tuple(name for name in names if getattr(self, name))

    def refusals(
        self, status: str | None, attested: Attested, *, confirmed: bool = False
    ) -> tuple[IssueCode, ...]:
        """Why a record may not be issued; empty where it may.

        `status` is the value of a `MatchStatus`, None where the record was not matched. `confirmed`
        says whether a confirmation of the register office counts for it.

        >>> policy = IssuePolicy(allow_confirmed=True)
        >>> policy.refusals("MISMATCH", Attested.YES, confirmed=True)
        ()
        """
        if status == "MATCHED" and attested is Attested.YES:
            return ()
        found = []
        known = confirmed and self.allow_confirmed and status == MatchStatus.MISMATCH
        if status != MatchStatus.MATCHED and not self.allow_unmatched and not known:
            found.append(_MATCH.get(status, IssueCode.MATCH_UNKNOWN))
        if attested is Attested.ALTERED:
            found.append(IssueCode.ATTESTATION_ALTERED)
        elif attested is Attested.NO and not self.allow_unattested:
            found.append(IssueCode.ATTESTATION_MISSING)
        return tuple(found)
