"""Trust list and clock -> is the list young enough to decide by?

Offline, the age of the list is the risk: a signer may have been taken off it yesterday. And the clock
can lie: one that shows a time before the list was made is wrong, or the time was chosen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from vaxpass.codes import Code, Remark
from vaxpass.findings import Problem, Warned
from vaxpass.policy import Policy
from vaxpass.trust import TrustList

_DAY: Final = timedelta(days=1)


def check(trust: TrustList, at: datetime, policy: Policy, warnings: list[Warned]) -> Problem | None:
    """Whether the list is too old at `at`; a list that does not say when it was made is not judged."""
    made_at = trust.made_at
    if made_at is None:
        return None
    age = at - made_at
    if age < timedelta(0):
        made = made_at.astimezone(UTC).date().isoformat()
        warnings.append(Warned(Remark.TRUST_CLOCK_BEHIND, details={"made": made}))
    details = {"age": str(age // _DAY), "limit": str(policy.list_stale_after // _DAY)}
    if age > policy.list_stale_after:
        return Problem(Code.TRUST_LIST_STALE, details=details)
    if age > policy.list_warns_after:
        warnings.append(Warned(Remark.TRUST_LIST_AGING, details=details))
    return None
