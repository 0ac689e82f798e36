"""Trust list -> what is weak or odd about it and each of its keys.

Findings decide nothing: presence on the list is what makes a signer trusted. They are for whoever keeps
the list. Codes are stable; their sentences are in the catalogue, under `lint.` and the code. What is
special to one key stands beside a sentence (`Finding.detail`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from vaxpass import messages
from vaxpass.crypto.keys import P256, P384, fingerprint
from vaxpass.crypto.profile import Profile, profile
from vaxpass.policy import STRICT, Policy
from vaxpass.trust.model import BSC, CSCA, DIVOC, DSC, SHC, TrustedKey, TrustList

__all__ = ["SEVERITIES", "Finding", "Severity", "check"]


class Severity(StrEnum):
    """How much a finding matters.

    `ERROR`: the key, or the whole list, can verify nothing. `HIGH`: it should not be on the list, or
    not like this. `MEDIUM`: it works, and somebody should look. `LOW`: unusual, a matter of form.

    >>> SEVERITIES["check.expired"], Severity.MEDIUM.rank
    (<Severity.MEDIUM: 'medium'>, 2)
    """

    ERROR = "error"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


_E, _H, _M, _L = Severity

SEVERITIES: Final[dict[str, Severity]] = {
    # The list as a whole.
    # Its age is no fault of its keys: a newer one mends it.
    "check.list_stale": _M,
    "check.part_stale": _M,
    "check.list_ahead": _M,
    "check.list_aging": _L,
    "check.no_signer": _E,
    "check.no_valid_signer": _E,
    "check.only_test_keys": _L,
    "check.crl_unreadable": _H,
    "check.crl_overdue": _M,
    # The key.
    "check.rsa_short": _E,
    "check.curve": _E,
    "check.curve_p384": _M,
    "check.rsa_below_3072": _L,
    "check.shared_key_countries": _H,
    "check.shared_key": _L,
    "check.bare_key": _M,
    "check.test_key": _M,
    # What it may sign.
    "check.no_kinds": _E,
    "check.key_usage": _H,
    "check.ca_certificate": _H,
    "check.foreign_usage": _L,
    # Its times.
    "check.period_reversed": _E,
    "check.expired": _M,
    "check.expires_30": _M,
    "check.expires_90": _L,
    "check.not_yet_valid": _L,
    "check.long_validity": _L,
    # Who it belongs to and how it is found.
    "check.no_country": _M,
    "check.no_issuer": _E,
    "check.country_differs": _M,
    "check.shared_kid": _M,
    "check.other_kid": _L,
    # The form of the certificate.
    "check.md5_signature": _H,
    "check.sha1_signature": _M,
    "check.version_1": _M,
    "check.unreadable": _M,
    "check.serial": _L,
    "check.no_ski": _L,
    "check.no_aki": _L,
}
"""Every code with its severity; in this order equally severe findings are listed."""


_VERIFYING: Final = frozenset((DSC, CSCA, BSC, SHC, DIVOC))
"""The usages of keys that verify documents of some family, or the signers of them."""
_OF_ISSUERS: Final = (SHC, DIVOC)
"""Those that belong to issuers, not to countries: bare keys, under names that the issuers chose."""
_DAY: Final = 86400
_TEN_YEARS: Final = 3660 * _DAY
_LEAST_EC_BITS: Final = 224
"""Of authorities of passports (ICAO 9303-12)"""
"""With some days of grace: many are issued for ten years and a bit."""
_ORDER: Final = {code: place for place, code in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something weak or odd: about `key`, or about the whole list where that is None.

    `code` is one of `SEVERITIES`. `detail` is what is special to this key, in no language: a date, the
    kind of key, the countries of list and certificate, how many share it. It may be empty.
    """

    code: str
    key: TrustedKey | None = None
    detail: str = ""

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return SEVERITIES[self.code]

    def message(self, language: str = "en") -> str:
        """The finding as a whole sentence in `language`.

        >>> Finding("check.serial").message()
        'Its serial number is not positive.'
        """
        return messages.text(f"lint.{self.code}", language)


class _Found(NamedTuple):
    code: str
    detail: str = ""


def check(trust: TrustList, at: datetime, policy: Policy = STRICT) -> tuple[Finding, ...]:
    """Everything weak or odd about a list as of `at` (aware), the most severe first.

    `policy` says from which age on a list decides nothing more.

    >>> [finding.code for finding in check(TrustList([]), datetime(2026, 6, 1, tzinfo=UTC))]
    ['check.no_signer']
    """
    keys = tuple(trust)
    now = at.timestamp()
    findings = [Finding(found.code, None, found.detail) for found in _of_list(keys, now)]
    findings += (Finding(found.code, None, found.detail) for found in _of_age(trust, at, policy))
    findings += (Finding(found.code, None, found.detail) for found in _of_crls(trust, now))
    for key in keys:
        findings += (Finding(found.code, key, found.detail) for found in _of_key(key, now))
    findings += _shared(keys)
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, int, str, bytes]:
    key = finding.key
    place = (key.country or "", key.kid) if key else ("", b"")
    return finding.severity.rank, _ORDER[finding.code], *place


def _of_list(keys: Iterable[TrustedKey], now: float) -> Iterator[_Found]:
    signers = [key for key in keys if key.usage in _VERIFYING]
    if not signers:
        yield _Found("check.no_signer")
    elif not any(_may_be_valid(key, now) for key in signers):
        yield _Found("check.no_valid_signer")
    if signers and all(key.test for key in signers):
        yield _Found("check.only_test_keys")


def _of_crls(trust: TrustList, now: float) -> Iterator[_Found]:
    """What a list of revoked signers has is revoked however old it is; what it lacks is not known."""
    for crl in trust.crls:
        made, following = crl.period()
        if made is None:
            yield _Found("check.crl_unreadable", crl.source)
        elif following is not None and following.timestamp() < now:
            yield _Found("check.crl_overdue", f"{crl.source}: {following.date().isoformat()}")


def _of_age(trust: TrustList, at: datetime, policy: Policy) -> Iterator[_Found]:
    """A list that is too old verifies nothing; of several, only the keys of those that are."""
    dated = [part for part in trust.parts if part.made_at is not None]
    ages = {part: at - part.made_at for part in dated if part.made_at is not None}
    stale = {part for part, age in ages.items() if age > policy.list_stale_after}
    whole = bool(stale) and len(stale) == len(trust.parts)
    for part, age in ages.items():
        told = f"{part.source}: {age.days} d" if len(trust.parts) > 1 else f"{age.days} d"
        if part in stale:
            yield _Found("check.list_stale" if whole else "check.part_stale", told)
        elif age > policy.list_warns_after:
            yield _Found("check.list_aging", told)
        elif age < timedelta(0):
            yield _Found("check.list_ahead", told)


def _may_be_valid(key: TrustedKey, now: float) -> bool:
    start, end = key.not_before, key.not_after
    return start is None or end is None or start <= now <= end


def _of_key(key: TrustedKey, now: float) -> Iterator[_Found]:
    yield from _of_public_key(key)
    yield from _of_names(key)
    if key.certificate.is_bare_key:
        if key.usage not in _OF_ISSUERS:
            yield _Found("check.bare_key")
        return
    known = profile(key.certificate)
    yield from _of_times(key, now)
    yield from _of_form(known)
    if key.usage == DSC:
        yield from _of_usage(key, known)


def _of_public_key(key: TrustedKey) -> Iterator[_Found]:
    key_type = key.certificate.key_type
    if key_type.is_rsa:
        if key_type.bits < 2048:
            yield _Found("check.rsa_short", str(key_type))
        elif key_type.bits < 3072:
            yield _Found("check.rsa_below_3072", str(key_type))
    elif key.usage in (DSC, SHC) and key_type.curve is not P256:
        # CAs may use any curve: their signatures are on certificates, not on passports. Signers of
        # VDS-NC may use three, and the keys of DIVOC are of other types.
        allowed = key.usage == DSC and key_type.curve is P384
        yield _Found("check.curve_p384" if allowed else "check.curve", str(key_type))
    weak = key.usage == CSCA and not key_type.is_rsa and key_type.bits < _LEAST_EC_BITS
    if weak or (key.usage == BSC and key_type.curve is None):
        yield _Found("check.curve", str(key_type))


def _of_names(key: TrustedKey) -> Iterator[_Found]:
    certificate = key.certificate
    if key.usage in _OF_ISSUERS:
        if key.usage == SHC and key.issuer is None:
            yield _Found("check.no_issuer")
        return
    if key.country is None:
        yield _Found("check.no_country")
    elif certificate.country is None:
        if not certificate.is_bare_key:
            yield _Found("check.country_differs", f"{key.country} / -")
    elif certificate.country != key.country:
        yield _Found("check.country_differs", f"{key.country} / {certificate.country}")
    if not certificate.is_bare_key and key.kid != certificate.kid:
        yield _Found("check.other_kid")


def _of_times(key: TrustedKey, now: float) -> Iterator[_Found]:
    start, end = key.certificate.not_before, key.certificate.not_after
    if start is None or end is None:
        return
    if end < start:
        yield _Found("check.period_reversed", f"{_day(start)} / {_day(end)}")
        return
    if now > end:
        yield _Found("check.expired", _day(end))
    elif now < start:
        yield _Found("check.not_yet_valid", _day(start))
    elif end - now <= 90 * _DAY:
        yield _Found("check.expires_30" if end - now <= 30 * _DAY else "check.expires_90", _day(end))
    if key.usage == DSC and end - start > _TEN_YEARS:
        yield _Found("check.long_validity", f"{_day(start)} / {_day(end)}")


def _of_form(known: Profile) -> Iterator[_Found]:
    if known.unreadable:
        yield _Found("check.unreadable")
    if known.signature_hash in ("sha1", "md5"):
        yield _Found(f"check.{known.signature_hash}_signature")
    if known.serial is not None and known.serial <= 0:
        yield _Found("check.serial", "0" if known.serial == 0 else "< 0")
    if known.version == 1:
        yield _Found("check.version_1")
        return  # it can't have extensions, so that there is nothing to be missed
    if known.has_ski is False:
        yield _Found("check.no_ski")
    # Who issued its own certificate needs no name for the issuer's key.
    if known.has_aki is False and not known.self_issued:
        yield _Found("check.no_aki")


def _of_usage(key: TrustedKey, known: Profile) -> Iterator[_Found]:
    if not key.kinds:
        yield _Found("check.no_kinds")
    if known.signs_data is False:
        yield _Found("check.key_usage")
    if known.is_ca:
        yield _Found("check.ca_certificate")
    if known.purposes:
        yield _Found("check.foreign_usage", ", ".join(known.purposes))


def _shared(keys: Iterable[TrustedKey]) -> Iterator[Finding]:
    """What only shows when the signers of a list are seen together."""
    keys = [key for key in keys if key.usage in _VERIFYING]
    if any(not key.test for key in keys):
        yield from (Finding("check.test_key", key) for key in keys if key.test)
    signers = [key for key in keys if key.usage == DSC]
    for _, group in _grouped((key.kid, key) for key in signers):
        if len({key.certificate.der for key in group}) > 1:
            yield from (Finding("check.shared_kid", key, str(len(group))) for key in group)
    for _, group in _grouped((fingerprint(key.certificate.public_key), key) for key in signers):
        if len({key.certificate.der for key in group}) > 1:
            countries = sorted({key.country or "-" for key in group})
            code = "check.shared_key_countries" if len(countries) > 1 else "check.shared_key"
            detail = ", ".join(countries) if len(countries) > 1 else str(len(group))
            yield from (Finding(code, key, detail) for key in group)


def _grouped(
    pairs: Iterable[tuple[Hashable, TrustedKey]],
) -> Iterable[tuple[Hashable, list[TrustedKey]]]:
    groups: dict[Hashable, list[TrustedKey]] = defaultdict(list)
    for name, key in pairs:
        groups[name].append(key)
    return groups.items()


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
