"""Trust list -> what is weak or odd about the list and each of its keys.

Findings decide nothing: being on the list is what makes a signer trusted. They are for whoever keeps
the list. Codes are stable. A sentence says what a finding means for whoever uses the list; what is
special to one key stands beside it (`Finding.detail`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from vaxpass.crypto.keys import P256, P384, fingerprint
from vaxpass.crypto.profile import Profile, profile
from vaxpass.trust.model import DSC, TrustedKey, TrustList


class Severity(StrEnum):
    """How much a finding matters.

    `ERROR`: the key, or the whole list, can verify nothing. `HIGH`: it should not be on the list, or
    not like this. `MEDIUM`: it works, and somebody should look. `LOW`: unusual, a matter of form.
    """

    ERROR = "error"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Rule(NamedTuple):
    """A code's severity and sentences."""

    severity: Severity
    en: str
    vi: str


_E, _H, _M, _L = Severity

RULES: Final[dict[str, Rule]] = {
    # The list as a whole.
    "check.no_signer": Rule(_E, "The list has no document signer.", "Danh sách không có khóa ký nào."),
    "check.no_valid_signer": Rule(
        _E,
        "No signer of the list is valid at this time.",
        "Không có khóa ký nào trong danh sách còn hiệu lực tại thời điểm này.",
    ),
    "check.only_test_keys": Rule(
        _L,
        "The list holds test keys only: it verifies specimens.",
        "Danh sách chỉ có khóa thử nghiệm: chỉ xác minh được bản mẫu.",
    ),
    # The key.
    "check.rsa_short": Rule(
        _E,
        "RSA below 2048 bits: no signature with it is accepted.",
        "Khóa RSA dưới 2048 bit: không chữ ký nào của khóa này được chấp nhận.",
    ),
    "check.curve": Rule(
        _E,
        "The key is on a curve that ES256 does not take: no signature with it is accepted.",
        "Khóa dùng đường cong mà ES256 không nhận: không chữ ký nào của khóa này được chấp nhận.",
    ),
    "check.curve_p384": Rule(
        _M,
        "The key is on P-384, not P-256: its signatures are accepted only where the policy says so.",
        "Khóa dùng đường cong P-384, không phải P-256: chữ ký chỉ được nhận khi chính sách cho phép.",
    ),
    "check.rsa_below_3072": Rule(
        _L,
        "RSA below 3072 bits: allowed, yet not advised beyond 2030.",
        "Khóa RSA dưới 3072 bit: được phép nhưng không nên dùng sau năm 2030.",
    ),
    "check.shared_key_countries": Rule(
        _H,
        "The same key stands in certificates of several countries.",
        "Cùng một khóa có trong chứng thư của nhiều nước.",
    ),
    "check.shared_key": Rule(
        _L,
        "The same key stands in several certificates: it was renewed without a new key.",
        "Cùng một khóa có trong nhiều chứng thư: chứng thư được gia hạn mà không đổi khóa.",
    ),
    "check.bare_key": Rule(
        _M,
        "A key without a certificate: until when it is valid is not known.",
        "Chỉ có khóa, không có chứng thư: không biết thời hạn hiệu lực.",
    ),
    "check.test_key": Rule(
        _M,
        "A test key stands among others: what it signs is a specimen.",
        "Khóa thử nghiệm nằm lẫn với khóa khác: những gì khóa này ký chỉ là bản mẫu.",
    ),
    # What it may sign.
    "check.no_kinds": Rule(
        _E,
        "List and certificate together allow it to sign no kind of passport.",
        "Danh sách và chứng thư kết hợp lại không cho phép ký loại hộ chiếu nào.",
    ),
    "check.key_usage": Rule(
        _H,
        "Its key usage does not allow signatures on data.",
        "Mục đích sử dụng khóa trong chứng thư không cho phép ký dữ liệu.",
    ),
    "check.ca_certificate": Rule(
        _H,
        "A certificate of a CA is listed as a document signer.",
        "Chứng thư của một CA được liệt kê làm khóa ký hộ chiếu.",
    ),
    "check.foreign_usage": Rule(
        _L,
        "Its extended key usage names purposes of other systems.",
        "Mục đích sử dụng mở rộng nêu những mục đích của hệ thống khác.",
    ),
    # Its times.
    "check.period_reversed": Rule(
        _E,
        "The certificate ends before it begins: it is never valid.",
        "Chứng thư hết hạn trước khi bắt đầu: không bao giờ có hiệu lực.",
    ),
    "check.expired": Rule(
        _M,
        "The certificate has expired: the strict policy accepts nothing signed with it.",
        "Chứng thư đã hết hạn: chính sách chặt chẽ không chấp nhận những gì được ký bằng nó.",
    ),
    "check.expires_30": Rule(
        _M, "It expires within 30 days.", "Chứng thư sẽ hết hạn trong vòng 30 ngày."
    ),
    "check.expires_90": Rule(
        _L, "It expires within 90 days.", "Chứng thư sẽ hết hạn trong vòng 90 ngày."
    ),
    "check.not_yet_valid": Rule(
        _L, "The certificate is not valid yet.", "Chứng thư chưa bắt đầu có hiệu lực."
    ),
    "check.long_validity": Rule(
        _L, "It is valid for more than 10 years.", "Chứng thư có thời hạn hơn 10 năm."
    ),
    # Who it belongs to and how it is found.
    "check.no_country": Rule(
        _M,
        "Neither list nor certificate names a country.",
        "Cả danh sách lẫn chứng thư đều không nêu tên nước.",
    ),
    "check.country_differs": Rule(
        _M,
        "The list names another country than the certificate.",
        "Danh sách nêu một nước khác với chứng thư.",
    ),
    "check.shared_kid": Rule(
        _M,
        "Several certificates share this kid.",
        "Nhiều chứng thư dùng chung mã định danh khóa (kid) này.",
    ),
    "check.other_kid": Rule(
        _L,
        "Its kid is not the beginning of the SHA-256 of the certificate.",
        "Mã định danh khóa (kid) không phải phần đầu SHA-256 của chứng thư.",
    ),
    # The form of the certificate.
    "check.md5_signature": Rule(
        _H,
        "The certificate is signed with MD5, which can be forged.",
        "Chứng thư được ký bằng MD5, có thể bị giả mạo.",
    ),
    "check.sha1_signature": Rule(
        _M,
        "The certificate is signed with SHA-1: only the list vouches for it.",
        "Chứng thư được ký bằng SHA-1: chỉ có danh sách bảo đảm cho nó.",
    ),
    "check.version_1": Rule(
        _M,
        "An X.509 certificate of version 1: it can't say what it is for.",
        "Chứng thư X.509 phiên bản 1: không nêu được mục đích sử dụng.",
    ),
    "check.unreadable": Rule(
        _M,
        "Part of the certificate can't be read; its usage was not judged.",
        "Một phần chứng thư không đọc được; chưa xét được mục đích sử dụng.",
    ),
    "check.serial": Rule(
        _L,
        "Its serial number is not positive.",
        "Số sê-ri của chứng thư không phải số dương.",
    ),
    "check.no_ski": Rule(
        _L,
        "The certificate does not identify its own key (SKI).",
        "Chứng thư không nêu mã định danh khóa của chính nó (SKI).",
    ),
    "check.no_aki": Rule(
        _L,
        "The certificate does not identify its issuer's key (AKI).",
        "Chứng thư không nêu mã định danh khóa của nơi cấp (AKI).",
    ),
}
"""Every code; its order is the order in which equally severe findings stand."""


_DAY: Final = 86400
_TEN_YEARS: Final = 3660 * _DAY
"""With some days of grace: many are issued for ten years and a bit."""
_ORDER: Final = {code: place for place, code in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something weak or odd: about `key`, or about the whole list where that is None.

    `code` is one of `RULES`; `detail` is what is special to this key, in no language (a date, the kind
    of key, the countries of list and certificate, how many share it), and may be empty.
    """

    code: str
    key: TrustedKey | None = None
    detail: str = ""

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return RULES[self.code].severity

    def message(self, language: str = "en") -> str:
        """The finding as a whole sentence, `language` being `en` or `vi`.

        >>> Finding("check.serial").message()
        'Its serial number is not positive.'
        """
        rule = RULES[self.code]
        return {"en": rule.en, "vi": rule.vi}[language]


class _Found(NamedTuple):
    code: str
    detail: str = ""


def check(trust: TrustList, at: datetime) -> tuple[Finding, ...]:
    """Everything weak or odd about a list as of `at` (aware), the most severe first.

    >>> [finding.code for finding in check(TrustList([]), datetime(2026, 6, 1, tzinfo=UTC))]
    ['check.no_signer']
    """
    keys = tuple(trust)
    now = at.timestamp()
    findings = [Finding(found.code, None, found.detail) for found in _of_list(keys, now)]
    for key in keys:
        findings += (Finding(found.code, key, found.detail) for found in _of_key(key, now))
    findings += _shared(keys)
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, int, str, bytes]:
    key = finding.key
    place = (key.country or "", key.kid) if key else ("", b"")
    return finding.severity.rank, _ORDER[finding.code], *place


def _of_list(keys: Iterable[TrustedKey], now: float) -> Iterator[_Found]:
    signers = [key for key in keys if key.usage == DSC]
    if not signers:
        yield _Found("check.no_signer")
    elif not any(_may_be_valid(key, now) for key in signers):
        yield _Found("check.no_valid_signer")
    if signers and all(key.test for key in signers):
        yield _Found("check.only_test_keys")


def _may_be_valid(key: TrustedKey, now: float) -> bool:
    start, end = key.certificate.not_before, key.certificate.not_after
    return start is None or end is None or start <= now <= end


def _of_key(key: TrustedKey, now: float) -> Iterator[_Found]:
    yield from _of_public_key(key)
    yield from _of_names(key)
    if key.certificate.is_bare_key:
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
    elif key.usage == DSC and key_type.curve is not P256:
        # CAs may use any curve: their signatures are on certificates, not on passports.
        code = "check.curve_p384" if key_type.curve is P384 else "check.curve"
        yield _Found(code, str(key_type))


def _of_names(key: TrustedKey) -> Iterator[_Found]:
    certificate = key.certificate
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
    signers = [key for key in keys if key.usage == DSC]
    if any(not key.test for key in signers):
        yield from (Finding("check.test_key", key) for key in signers if key.test)
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
