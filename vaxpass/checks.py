"""Claims, signer and clock -> is it valid now? (HCERT specification 1.0.8, sections 3.3 and 5).

TODO-MERGED: Kind and signer -> may this key sign such a certificate? (HCERT specification 1.0.8, appendix A).

TODO-MERGED: Trust list and clock -> is the list young enough to decide by?

Offline, the age of the list is the risk: a signer may have been taken off it yesterday. And the clock
can lie: one that shows a time before the list was made is wrong, or the time was chosen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.crypto.certificate import SignerKey
from vaxpass.documents.family import Claims
from vaxpass.findings import Note, Problem
from vaxpass.policy import Policy
from vaxpass.trust.model import TrustedKey, TrustList

__all__ = ["check_age", "check_usage", "check_validity"]


def check_validity(
    claims: Claims, signer: SignerKey, now: float, *, expired_signers: bool = False
) -> Problem | None:
    """Whether notBefore <= iat <= now <= exp and now <= notAfter, all inclusive.

    `now` is in seconds since 1970 in UTC. `signer` is the certificate that verified the signature.
    With `expired_signers` the last is not asked for: a signer counts as long as it is on the list.
    A certificate that claims to outlive its signer (see `outlives`) is valid until the signer expires.
    """
    start = claims.iat if claims.nbf is None else max(claims.iat, claims.nbf)
    if now < start:
        return Problem(Code.VALIDITY_NOT_YET, details={"from": _day(start)})
    if now > claims.exp:
        return Problem(Code.VALIDITY_EXPIRED, details={"on": _day(claims.exp)})
    expired = expired_on(signer, now)
    if expired and not expired_signers:
        return Problem(Code.VALIDITY_SIGNER_EXPIRED, details={"on": expired})
    if signer.not_before is not None and claims.iat < signer.not_before:
        return Problem(
            Code.VALIDITY_ISSUED_BEFORE_SIGNER,
            details={"issued": _day(claims.iat), "from": _day(signer.not_before)},
        )
    return None


def expired_on(signer: SignerKey, now: float) -> str | None:
    """The day on which `signer` expired, None where it has not."""
    if signer.not_after is None or now <= signer.not_after:
        return None
    return _day(signer.not_after)


def outlives(claims: Claims, signer: SignerKey) -> bool:
    """Whether exp > notAfter, against the specification; the passports of Viet Nam are such."""
    return signer.not_after is not None and claims.exp > signer.not_after


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()


_NOT_FOR: Final = {
    Kind.TEST: Problem(Code.USAGE_NOT_FOR_TEST),
    Kind.VACCINATION: Problem(Code.USAGE_NOT_FOR_VACCINATION),
    Kind.RECOVERY: Problem(Code.USAGE_NOT_FOR_RECOVERY),
}


def check_usage(kind: Kind, signer: TrustedKey) -> Problem | None:
    """Whether `signer`, by its extended key usage and by its list, may sign certificates of `kind`."""
    return None if kind in signer.kinds else _NOT_FOR[kind]


_DAY: Final = timedelta(days=1)


def check_age(trust: TrustList, at: datetime, policy: Policy, notes: list[Note]) -> Problem | None:
    """Whether the list is too old at `at`; a list that does not say when it was made is not judged."""
    made_at = trust.made_at
    if made_at is None:
        return None
    age = at - made_at
    if age < timedelta(0):
        made = made_at.astimezone(UTC).date().isoformat()
        notes.append(Note(NoteCode.TRUST_CLOCK_BEHIND, details={"made": made}))
    details = {"age": str(age // _DAY), "limit": str(policy.list_stale_after // _DAY)}
    if age > policy.list_stale_after:
        return Problem(Code.TRUST_LIST_STALE, details=details)
    if age > policy.list_warns_after:
        notes.append(Note(NoteCode.TRUST_LIST_AGING, details=details))
    return None
