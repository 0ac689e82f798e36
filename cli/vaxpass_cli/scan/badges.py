"""What the badges say: where, by which rules, with how old a list the desk judges."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from vaxpass import Policy, TrustList
from vaxpass_cli.scan.phrases import phrase

_DAY: Final = timedelta(days=1)


def badges(
    trust: TrustList, policy: Policy, country: str, at: datetime, language: str, *, fixed: bool
) -> tuple[str, ...]:
    """The texts of the badges at a time; `fixed` where that time was chosen and is not the clock's."""
    found = [phrase("arrival", language, country=country)] if country else []
    lenient = policy.es256_with_p384 or policy.expired_signers
    found.append(phrase("policy_lenient" if lenient else "policy_strict", language))
    if trust.made_at is None:
        found.append(phrase("list_no_age", language))
    elif at - trust.made_at < _DAY:
        found.append(phrase("list_today", language))
    else:
        found.append(phrase("list_age", language, days=(at - trust.made_at) // _DAY))
    found.append(phrase("offline", language))
    if fixed:
        found.append(phrase("as_of", language, date=at.date().isoformat()))
    return tuple(found)
