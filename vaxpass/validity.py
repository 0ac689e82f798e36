"""Claims, signer and clock -> is it valid now? (HCERT specification 1.0.8, sections 3.3 and 5)."""

from __future__ import annotations

from datetime import UTC, datetime

from vaxpass.codes import Code
from vaxpass.crypto.certificate import SignerCertificate
from vaxpass.cwt import Claims
from vaxpass.findings import Problem


def check(
    claims: Claims, signer: SignerCertificate, now: float, *, expired_signers: bool = False
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


def expired_on(signer: SignerCertificate, now: float) -> str | None:
    """The day on which `signer` expired, None where it has not."""
    if signer.not_after is None or now <= signer.not_after:
        return None
    return _day(signer.not_after)


def outlives(claims: Claims, signer: SignerCertificate) -> bool:
    """Whether exp > notAfter, against the specification; the passports of Viet Nam are such."""
    return signer.not_after is not None and claims.exp > signer.not_after


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
