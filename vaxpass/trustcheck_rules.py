"""The catalogue of `trustcheck`: every code with its severity and a sentence, English and Vietnamese.

Codes are stable. A sentence says what the finding means for whoever uses the list; what is special to
one key stands beside it (`Finding.detail`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


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
"""Every code; its order is the order in which equally severe findings are told."""
