"""The checks of stage 5 of `vaxpass.verify`, after the signature.

- `check_validity`: are document and signer valid now? (HCERT specification 1.0.8, sections 3.3 and 5)
- `other_countries`: which countries does it name that are not its signer's?
- `check_age`: is the trust list new enough? Offline this is the risk: a signer may have been taken off
  the list yesterday. A clock before the time at which the list was made is wrong, which is a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Protocol

from vaxpass.codes import Code, NoteCode
from vaxpass.display import day_or_time
from vaxpass.documents.countries import realm_of
from vaxpass.documents.family import Claims
from vaxpass.findings import Note, Problem
from vaxpass.policy import Policy
from vaxpass.trust.model import TrustedKey

__all__ = [
    "check_age",
    "check_country",
    "check_validity",
    "old_issuer",
    "other_countries",
    "unknown_key",
]

_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=366)
_NONE: Final = timedelta(0)


class _Signer(Protocol):
    """A trusted key, which knows of all its entries, or a certificate alone."""

    @property
    def not_before(self) -> int | None:
        """The first second of its validity, since 1970 in UTC."""

    @property
    def not_after(self) -> int | None:
        """The last second."""


def check_validity(  # noqa: PLR0913 - a time, and all that it is judged by
    claims: Claims,
    signer: _Signer,
    now: float,
    *,
    expired_signers: bool = False,
    tolerance: timedelta = _NONE,
    zone: tzinfo = UTC,
) -> Problem | None:
    """The problem unless notBefore <= iat <= `now` <= exp and `now` <= notAfter, all inclusive.

    iat and exp are claims of the document; notBefore and notAfter are the times of `signer`, the one
    that signed it. `now` is in seconds since 1970 in UTC. A time that a document does not state is not
    compared. One that states an nbf later than iat is valid from nbf on. With `expired_signers`
    notAfter does not count. iat may be ahead of `now` by `tolerance`. The problem names times in
    `zone`.

    >>> from vaxpass.codes import DCC_KINDS
    >>> from vaxpass.crypto.certificate import SignerKey
    >>> signer = SignerKey(b"", b"", None, 0, 1000, DCC_KINDS, "VN", False, "", "")
    >>> check_validity(Claims("VN", 10, 100, None), signer, 50) is None
    True
    >>> check_validity(Claims("VN", 10, 100, None), signer, 101).code.value
    'validity.expired'
    """
    start = claims.iat
    if claims.nbf is not None and (start is None or claims.nbf > start):
        # It was chosen, and not read from a clock.
        start, tolerance = claims.nbf, _NONE
    if start is not None and now < start and now < start - tolerance.total_seconds():
        return Problem(Code.VALIDITY_NOT_YET, details={"from": day_or_time(start, now, zone)})
    if claims.exp is not None and now > claims.exp:
        return Problem(Code.VALIDITY_EXPIRED, details={"on": day_or_time(claims.exp, now, zone)})
    if not expired_signers and (expired := expired_on(signer, now, zone)):
        return Problem(Code.VALIDITY_SIGNER_EXPIRED, details={"on": expired})
    begin = signer.not_before
    if begin is not None and claims.iat is not None and claims.iat < begin:
        return Problem(
            Code.VALIDITY_ISSUED_BEFORE_SIGNER,
            details={
                "issued": day_or_time(claims.iat, begin, zone),
                "from": day_or_time(begin, claims.iat, zone),
            },
        )
    return None


def expired_on(signer: _Signer, now: float, zone: tzinfo = UTC) -> str | None:
    """When `signer` expired, by `day_or_time` of `vaxpass.display`; None where it has not at `now`.

    `now` is in seconds since 1970 in UTC.
    """
    end = signer.not_after
    return None if end is None or now <= end else day_or_time(end, now, zone)


def signed_late(claims: Claims, signer: _Signer) -> bool:
    """Whether it was issued after its signer had expired: then nothing excuses that it has.

    >>> from vaxpass.codes import DCC_KINDS
    >>> from vaxpass.crypto.certificate import SignerKey
    >>> signer = SignerKey(b"", b"", None, 0, 1000, DCC_KINDS, "VN", False, "", "")
    >>> signed_late(Claims("VN", 1001, None, None), signer)
    True
    """
    end = signer.not_after
    return end is not None and claims.iat is not None and claims.iat > end


def outlives(claims: Claims, signer: _Signer) -> bool:
    """Whether exp > notAfter, against the specification. Passports of Viet Nam do so."""
    end = claims.exp
    return signer.not_after is not None and end is not None and end > signer.not_after


def other_countries(
    claims: Claims,
    stated: Sequence[tuple[str, str]],
    signer: TrustedKey,
    *,
    participants: bool = False,
) -> list[Note]:
    """Notes about the countries that a document names and that are not its signer's.

    The issuer (claim 1) should be the signer's country. An entry may name another one: that in which a
    traveller was vaccinated or tested. `stated` are places and countries of the entries. A territory
    counts as its state. What is no two-letter code names no country, and a signer that neither list nor
    certificate gives a country has none to compare with. With `participants` an issuer with a code that
    ISO 3166-1 leaves to users (`XL`) names none, either: networks have such for participants and tests.

    >>> from vaxpass.codes import DCC_KINDS
    >>> from vaxpass.crypto.certificate import SignerKey
    >>> bare = SignerKey(b"", b"", None, None, None, DCC_KINDS, "VN", False, "", "")
    >>> signer = TrustedKey.of(bare, "my list")
    >>> [note.code.value for note in other_countries(Claims("LA", 10, 100, None), [], signer)]
    ['trust.other_country']
    """
    if not stated and claims.iss == signer.country:
        return []
    own = _realms(signer)
    if not own:
        return []
    notes = []
    named = signer.country or signer.certificate.country or ""
    of_user = participants and _is_for_users(claims.iss)
    stated_realm = "" if claims.iss is None or of_user else realm_of(claims.iss)
    if stated_realm and stated_realm not in own:
        details = {"stated": stated_realm, "signer": named}
        notes.append(Note(NoteCode.TRUST_OTHER_COUNTRY, "iss", details))
    for path, country in stated:
        if (realm := realm_of(country)) and realm not in own:
            details = {"stated": realm, "signer": named}
            notes.append(Note(NoteCode.TRUST_ENTRY_COUNTRY, path, details))
    return notes


def check_country(others: Sequence[Note], signer: TrustedKey) -> Problem | None:
    """The problem for a policy that wants the signer's country: another is named, or it is not known.

    `others` is what `other_countries` found.

    >>> from vaxpass.codes import DCC_KINDS
    >>> from vaxpass.crypto.certificate import SignerKey
    >>> bare = SignerKey(b"", b"", None, None, None, DCC_KINDS, None, False, "", "")
    >>> check_country([], TrustedKey.of(bare, "my list")).code.value
    'usage.country_unknown'
    """
    if not _realms(signer):
        return Problem(Code.USAGE_COUNTRY_UNKNOWN)
    if not others:
        return None
    return Problem(Code.USAGE_OTHER_COUNTRY, others[0].path, others[0].details)


def _is_for_users(code: str | None) -> bool:
    """Whether ISO 3166-1 leaves a code to its users. `XK` stands for Kosovo everywhere."""
    code = (code or "").strip().upper()
    return code.startswith("X") and code != "XK"


def _realms(signer: TrustedKey) -> set[str]:
    return {realm_of(code) for code in (signer.country, signer.certificate.country) if code} - {""}


def unknown_key(made_at: datetime | None, at: datetime, policy: Policy) -> Problem:
    """The problem where no list has the signer; it names the age of the oldest list where that is old.

    >>> made = datetime(2026, 1, 1, tzinfo=UTC)
    >>> unknown_key(made, datetime(2026, 2, 1, tzinfo=UTC), Policy()).details
    {'age': '31'}
    """
    if made_at is None or at - made_at <= policy.list_warns_after:
        return Problem(Code.TRUST_KEY_UNKNOWN)
    return Problem(Code.TRUST_KEY_UNKNOWN, details={"age": str((at - made_at) // _DAY)})


def old_issuer(signer: TrustedKey, now: float, zone: tzinfo = UTC) -> list[Note]:
    """A note where the keys of an issuer were not fetched for a year before its list was made.

    Lists keep what they once fetched, although nobody answers there any more. `now` is in seconds since
    1970 in UTC; it counts where nothing says when the list was made.

    >>> from vaxpass.codes import DCC_KINDS
    >>> from vaxpass.crypto.certificate import SignerKey
    >>> from vaxpass.trust.model import ListedIssuer
    >>> bare = SignerKey(b"", b"", None, None, None, DCC_KINDS, None, False, "", "")
    >>> issuer = ListedIssuer("https://example.org", retrieved_at=datetime(2022, 1, 1, tzinfo=UTC))
    >>> signer = TrustedKey.of(bare, "my list", usage="SHC", issuer=issuer)
    >>> [note.code.value for note in old_issuer(signer, 1.8e9)]
    ['trust.issuer_old']
    """
    fetched = signer.issuer.retrieved_at if signer.issuer else None
    if fetched is None:
        return []
    until = signer.made_at.timestamp() if signer.made_at else now
    if until - fetched.timestamp() <= _YEAR.total_seconds():
        return []
    on = day_or_time(fetched.timestamp(), now, zone)
    return [Note(NoteCode.TRUST_ISSUER_OLD, details={"on": on})]


def check_age(
    made_at: datetime | None, at: datetime, policy: Policy, notes: list[Note]
) -> Problem | None:
    """The problem where a trust list made at `made_at` is older at `at` than the policy allows.

    Both times are aware. Adds a note where the list is older than `policy.list_warns_after`, and where
    it was made after `at` by more than `policy.clock_tolerance`. A list without a date has no age and
    no problem.

    >>> made = datetime(2026, 1, 1, tzinfo=UTC)
    >>> check_age(made, datetime(2026, 2, 1, tzinfo=UTC), Policy(), []).code.value
    'trust.list_stale'
    """
    if made_at is None:
        return None
    age = at - made_at
    if age < -policy.clock_tolerance:
        made = day_or_time(made_at.timestamp(), at.timestamp(), at.tzinfo or UTC)
        notes.append(Note(NoteCode.TRUST_CLOCK_BEHIND, details={"made": made}))
    details = {"age": str(age // _DAY), "limit": str(policy.list_stale_after // _DAY)}
    if age > policy.list_stale_after:
        return Problem(Code.TRUST_LIST_STALE, details=details)
    if age > policy.list_warns_after:
        notes.append(Note(NoteCode.TRUST_LIST_AGING, details=details))
    return None
