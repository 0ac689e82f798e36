"""The sentences for the answers and codes of a report."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vaxpass import messages
from vaxpass.display import zone_name
from vaxpass.identity import IdentityCode
from vaxpass.records import IssueCode, MatchCode, MatchStatus
from vaxpass_cli.records.report.counts import Cause

_STATUSES: Final = frozenset(map(str, MatchStatus))
_REFUSALS: Final = frozenset(map(str, IssueCode))
_MISMATCHES: Final = {str(code): code for code in (*IdentityCode, *MatchCode, *MatchStatus)}


def meaning(answer: str, language: str) -> str:
    """What an answer means, a whole sentence.

    >>> meaning("NO_ID", "en")
    'There is no identity number to find the person by.'
    """
    if answer in _STATUSES:
        return MatchStatus(answer).message(language)
    return messages.text(f"report.{answer}.meaning", language)


def reason(cause: Cause, code: str, language: str) -> str:
    """What a code means, a whole sentence; empty for an unknown code.

    >>> reason(Cause.REFUSAL, "match.no_id", "en")[:34]
    'The record has no identity number,'
    """
    if cause is not Cause.MISMATCH:
        return IssueCode(code).message(language) if code in _REFUSALS else ""
    if code == IdentityCode.PHONE_SHARED:
        return IdentityCode.PHONE_SHARED.message(language, "…")
    found = _MISMATCHES.get(code)
    return found.message(language) if found else ""


def told(at: datetime, language: str) -> str:
    """A time in its own zone, with the name of that.

    >>> told(datetime(2026, 6, 1, 9, tzinfo=UTC), "en")
    '1 June 2026, 09:00 UTC'
    """
    return messages.time(at.date(), f"{at:%H:%M}", language, zone_name(at))
