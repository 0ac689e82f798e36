"""The catalogue of sentences for people, English and Vietnamese, one pair a code.

A sentence says what was found, without blame and without jargon; codes for machines stand beside it.
Fields in braces are filled from the details of a check: dates, numbers, countries, places in the
certificate, never a person's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "vi")


class _Sentence(NamedTuple):
    en: str
    vi: str


def sentence(code: str, language: str, path: str, details: Mapping[str, str]) -> str:
    """The sentence for a code in `language` (`en` or `vi`), its fields filled in.

    >>> sentence("validity.expired", "en", "", {"on": "2025-01-29"})
    'The passport expired on 2025-01-29.'

    A field without a value stays visible as `?`, so that a sentence never fails to be said.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    template: str = getattr(_SENTENCES[code], language)
    return template.format_map(_Fields({"path": path or "?", **details}))


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


_NOT_READABLE_EN = "The code holds damaged data and could not be read"
_NOT_READABLE_VI = "Dữ liệu trong mã bị hỏng nên không đọc được"

_SENTENCES: Final[dict[str, _Sentence]] = {
    # A verdict without a check that decides it.
    "outcome.accepted": _Sentence(
        "The passport is genuine, in force, and issued by a trusted authority.",
        "Hộ chiếu là thật, còn hiệu lực và do cơ quan được tin cậy cấp.",
    ),
    "outcome.specimen": _Sentence(
        "This is a specimen: a test key signed it, and it is intact and in force.",
        "Đây là bản mẫu: được ký bằng khóa thử nghiệm, còn nguyên vẹn và còn hiệu lực.",
    ),
    "outcome.undecided": _Sentence("Nothing was checked.", "Chưa có gì được kiểm tra."),
    # What stops a verification.
    "prefix.missing": _Sentence(
        "This is not a health passport: its text does not begin with HC1:.",
        "Đây không phải hộ chiếu sức khỏe: nội dung không bắt đầu bằng HC1:.",
    ),
    "prefix.unsupported_version": _Sentence(
        "This health passport has a version that this program does not know.",
        "Chương trình này không biết phiên bản của hộ chiếu sức khỏe này.",
    ),
    "base45.too_long": _Sentence(
        "The text is longer than any health passport and was not read.",
        "Nội dung dài hơn mọi hộ chiếu sức khỏe nên không được đọc.",
    ),
    "base45.character": _Sentence(
        f"{_NOT_READABLE_EN}: it contains a character that does not belong there.",
        f"{_NOT_READABLE_VI}: có ký tự không hợp lệ.",
    ),
    "base45.length": _Sentence(
        f"{_NOT_READABLE_EN}: its end is missing.", f"{_NOT_READABLE_VI}: thiếu phần cuối."
    ),
    "base45.overflow": _Sentence(
        f"{_NOT_READABLE_EN}: some of its characters do not fit together.",
        f"{_NOT_READABLE_VI}: có những ký tự không khớp với nhau.",
    ),
    "deflate.not_compressed": _Sentence(
        "The code is not packed as a health passport must be.",
        "Mã không được nén theo quy định của hộ chiếu sức khỏe.",
    ),
    "deflate.corrupt": _Sentence(f"{_NOT_READABLE_EN}.", f"{_NOT_READABLE_VI}."),
    "deflate.truncated": _Sentence(
        f"{_NOT_READABLE_EN}: it ends too early.", f"{_NOT_READABLE_VI}: dữ liệu bị cắt ngang."
    ),
    "deflate.trailing": _Sentence(
        "The code holds more data after the end of the passport.",
        "Mã còn chứa dữ liệu khác sau phần hộ chiếu.",
    ),
    "deflate.too_large": _Sentence(
        "The code unpacks to far more than a health passport and was not opened.",
        "Mã giải nén ra quá lớn so với một hộ chiếu sức khỏe nên không được mở.",
    ),
    "cose.cbor_invalid": _Sentence(
        f"{_NOT_READABLE_EN}: its envelope is not well formed.",
        f"{_NOT_READABLE_VI}: lớp bao ngoài sai cấu trúc.",
    ),
    "cose.cbor_too_deep": _Sentence(
        "The envelope of the passport is nested too deeply and was not read.",
        "Lớp bao ngoài của hộ chiếu lồng nhau quá sâu nên không được đọc.",
    ),
    "cose.cbor_trailing": _Sentence(
        "The code holds more data after the end of the signed passport.",
        "Mã còn chứa dữ liệu khác sau phần hộ chiếu đã ký.",
    ),
    "cose.cbor_duplicate_key": _Sentence(
        "The envelope of the passport says the same thing twice and can be read in two ways.",
        "Lớp bao ngoài của hộ chiếu có mục bị lặp nên có thể hiểu theo hai cách.",
    ),
    "cose.cbor_key_type": _Sentence(
        "The envelope of the passport has a field whose name can be read in two ways.",
        "Lớp bao ngoài của hộ chiếu có tên trường có thể hiểu theo hai cách.",
    ),
    "cose.structure": _Sentence(
        "The code does not hold a signed health passport.",
        "Mã không chứa hộ chiếu sức khỏe đã được ký.",
    ),
    "cose.header_invalid": _Sentence(
        "The note about the signature can't be read.",
        "Không đọc được phần thông tin về chữ ký.",
    ),
    "cose.critical_header": _Sentence(
        "The passport demands a check that this program does not know.",
        "Hộ chiếu yêu cầu một bước kiểm tra mà chương trình này không biết.",
    ),
    "cose.algorithm_missing": _Sentence(
        "The passport does not say how it was signed.",
        "Hộ chiếu không cho biết được ký bằng cách nào.",
    ),
    "cose.algorithm_unsupported": _Sentence(
        "The passport is signed in a way that is not allowed for health passports.",
        "Cách ký của hộ chiếu này không được phép dùng cho hộ chiếu sức khỏe.",
    ),
    "cwt.cbor_invalid": _Sentence(
        f"{_NOT_READABLE_EN}: its content is not well formed.",
        f"{_NOT_READABLE_VI}: nội dung sai cấu trúc.",
    ),
    "cwt.cbor_too_deep": _Sentence(
        "The content of the passport is nested too deeply and was not read.",
        "Nội dung hộ chiếu lồng nhau quá sâu nên không được đọc.",
    ),
    "cwt.cbor_trailing": _Sentence(
        "More data follows the content of the passport.",
        "Sau nội dung hộ chiếu còn có dữ liệu khác.",
    ),
    "cwt.cbor_duplicate_key": _Sentence(
        "The passport states the same field twice and can be read in two ways.",
        "Hộ chiếu có trường bị lặp nên có thể hiểu theo hai cách.",
    ),
    "cwt.cbor_key_type": _Sentence(
        "The passport has a field whose name can be read in two ways.",
        "Hộ chiếu có tên trường có thể hiểu theo hai cách.",
    ),
    "cwt.structure": _Sentence(
        "The signed content is not a health passport.",
        "Nội dung được ký không phải hộ chiếu sức khỏe.",
    ),
    "cwt.exp_missing": _Sentence(
        "The passport does not say until when it is valid.",
        "Hộ chiếu không ghi thời hạn hiệu lực.",
    ),
    "cwt.exp_invalid": _Sentence(
        "The end of the passport's validity is not a time.",
        "Thời điểm hết hiệu lực ghi trong hộ chiếu không hợp lệ.",
    ),
    "cwt.iat_missing": _Sentence(
        "The passport does not say when it was issued.", "Hộ chiếu không ghi thời điểm cấp."
    ),
    "cwt.iat_invalid": _Sentence(
        "The time of issue in the passport is not a time.",
        "Thời điểm cấp ghi trong hộ chiếu không hợp lệ.",
    ),
    "cwt.nbf_invalid": _Sentence(
        "The start of the passport's validity is not a time.",
        "Thời điểm bắt đầu hiệu lực ghi trong hộ chiếu không hợp lệ.",
    ),
    "payload.missing": _Sentence(
        "The signed document is not a health passport.",
        "Tài liệu được ký không phải hộ chiếu sức khỏe.",
    ),
    "payload.structure": _Sentence(
        "The health data in the passport can't be read.",
        "Không đọc được dữ liệu sức khỏe trong hộ chiếu.",
    ),
    "payload.kind_unsupported": _Sentence(
        "This is a health document of a kind that this program can't judge.",
        "Đây là loại giấy tờ sức khỏe mà chương trình này không thể đánh giá.",
    ),
    "trust.key_unknown": _Sentence(
        "The issuer is not on the trust list, so the signature could not be checked.",
        "Cơ quan cấp không có trong danh sách tin cậy nên không kiểm tra được chữ ký.",
    ),
    "trust.test_key": _Sentence(
        "The passport is signed with a test key: it is a specimen, not a real passport.",
        "Hộ chiếu được ký bằng khóa thử nghiệm: đây là bản mẫu, không phải hộ chiếu thật.",
    ),
    "trust.list_stale": _Sentence(
        "The trust list is {age} days old; more than {limit} days is too old to decide by.",
        "Danh sách tin cậy đã cũ {age} ngày; quá {limit} ngày thì không thể dùng để quyết định.",
    ),
    "signature.mismatch": _Sentence(
        "The signature does not match: the certificate was altered or is a forgery.",
        "Chữ ký không khớp: chứng nhận đã bị sửa đổi hoặc là giả mạo.",
    ),
    "signature.malformed": _Sentence(
        "The signature does not have the form that it must have.",
        "Chữ ký không đúng định dạng bắt buộc.",
    ),
    "signature.key_type": _Sentence(
        "The way it is signed does not fit the issuer's key.",
        "Cách ký không phù hợp với khóa của cơ quan cấp.",
    ),
    "validity.not_yet": _Sentence(
        "The passport is not valid before {from}.", "Hộ chiếu chưa có hiệu lực trước {from}."
    ),
    "validity.expired": _Sentence(
        "The passport expired on {on}.", "Hộ chiếu đã hết hiệu lực vào {on}."
    ),
    "validity.issued_before_signer": _Sentence(
        "The passport was issued on {issued}, before the issuer's key was valid ({from}).",
        "Hộ chiếu được cấp ngày {issued}, trước khi khóa của cơ quan cấp có hiệu lực ({from}).",
    ),
    "validity.signer_expired": _Sentence(
        "The issuer's key expired on {on}; the passport can no longer be accepted.",
        "Khóa của cơ quan cấp đã hết hạn vào {on}; hộ chiếu không còn được chấp nhận.",
    ),
    "usage.not_for_test": _Sentence(
        "The issuer's key may not sign test certificates.",
        "Khóa của cơ quan cấp không được phép ký chứng nhận xét nghiệm.",
    ),
    "usage.not_for_vaccination": _Sentence(
        "The issuer's key may not sign vaccination certificates.",
        "Khóa của cơ quan cấp không được phép ký chứng nhận tiêm chủng.",
    ),
    "usage.not_for_recovery": _Sentence(
        "The issuer's key may not sign certificates of recovery.",
        "Khóa của cơ quan cấp không được phép ký chứng nhận khỏi bệnh.",
    ),
    "schema.group_missing": _Sentence(
        "The passport states no vaccination, no test and no recovery.",
        "Hộ chiếu không ghi thông tin tiêm chủng, xét nghiệm hay khỏi bệnh.",
    ),
    "schema.several_groups": _Sentence(
        "The passport mixes several kinds of certificate; only one is allowed.",
        "Hộ chiếu gộp nhiều loại chứng nhận; chỉ được phép một loại.",
    ),
    "schema.several_entries": _Sentence(
        "The passport states several events; only one is allowed.",
        "Hộ chiếu ghi nhiều sự kiện; chỉ được phép một.",
    ),
    "schema.required": _Sentence(
        "A required detail is missing ({path}).", "Thiếu một thông tin bắt buộc ({path})."
    ),
    "schema.type": _Sentence(
        "A detail is not of the kind that it must be ({path}).",
        "Một thông tin không đúng kiểu ({path}).",
    ),
    "schema.format": _Sentence(
        "A detail is not written as it must be ({path}).",
        "Một thông tin không đúng cách ghi ({path}).",
    ),
    "schema.length": _Sentence(
        "A detail is longer than allowed ({path}).",
        "Một thông tin dài hơn mức cho phép ({path}).",
    ),
    "schema.range": _Sentence(
        "A number is outside what is possible ({path}).",
        "Một con số nằm ngoài phạm vi có thể ({path}).",
    ),
    "revocation.listed": _Sentence(
        "The passport was revoked by its issuer.", "Hộ chiếu đã bị cơ quan cấp thu hồi."
    ),
    "revocation.filtered": _Sentence(
        "The passport is in its issuer's filter of revoked ones; that is wrong for {probability} of"
        " the others.",
        "Hộ chiếu nằm trong bộ lọc thu hồi của cơ quan cấp; bộ lọc sai với tỷ lệ {probability} số"
        " hộ chiếu khác.",
    ),
    "revocation.unreadable": _Sentence(
        "The list of revoked passports can't be read, so it is not known whether this is one.",
        "Không đọc được danh sách thu hồi nên không biết hộ chiếu này có bị thu hồi hay không.",
    ),
    # What is unusual and does not stop it.
    "prefix.surrounding_space": _Sentence(
        "Spaces around the code were ignored.", "Đã bỏ qua khoảng trắng quanh mã."
    ),
    "cose.untagged": _Sentence(
        "The signed message is not marked as one.", "Thông điệp đã ký không được đánh dấu loại."
    ),
    "cose.double_tagged": _Sentence(
        "The signed message is marked twice.", "Thông điệp đã ký được đánh dấu loại hai lần."
    ),
    "cose.algorithm_unprotected": _Sentence(
        "The kind of signature is named outside the signed part.",
        "Loại chữ ký được ghi ngoài phần được ký.",
    ),
    "cose.kid_unprotected": _Sentence(
        "The issuer's key is named outside the signed part.",
        "Mã khóa của cơ quan cấp được ghi ngoài phần được ký.",
    ),
    "cose.kid_twice": _Sentence(
        "Two different keys of the issuer are named; the signed one was used.",
        "Có hai mã khóa khác nhau của cơ quan cấp; đã dùng mã trong phần được ký.",
    ),
    "cose.kid_length": _Sentence(
        "The name of the issuer's key does not have the usual length.",
        "Mã khóa của cơ quan cấp không có độ dài thông thường.",
    ),
    "cose.header_extra": _Sentence(
        "The note about the signature holds an additional entry.",
        "Phần thông tin về chữ ký có thêm mục khác.",
    ),
    "cwt.float_time": _Sentence(
        "A time is written with a decimal point ({path}).",
        "Một thời điểm được ghi dưới dạng số thập phân ({path}).",
    ),
    "cwt.tagged_time": _Sentence(
        "A time is marked as one, which is not usual ({path}).",
        "Một thời điểm được đánh dấu theo cách không thông dụng ({path}).",
    ),
    "cwt.issuer_not_country": _Sentence(
        "The issuer is not named by a two-letter country code.",
        "Cơ quan cấp không được ghi bằng mã quốc gia hai chữ cái.",
    ),
    "payload.other_kind": _Sentence(
        "The code also holds a document of another kind, which was not judged.",
        "Mã còn chứa một loại giấy tờ khác chưa được đánh giá.",
    ),
    "payload.tagged_value": _Sentence(
        "Some values are marked in an unusual way; the marks were ignored.",
        "Một số giá trị được đánh dấu khác thường; các dấu này đã được bỏ qua.",
    ),
    "trust.list_aging": _Sentence(
        "The trust list is {age} days old: renew it, from {limit} days on it decides nothing more.",
        "Danh sách tin cậy đã cũ {age} ngày: hãy cập nhật, quá {limit} ngày thì không dùng được nữa.",
    ),
    "trust.clock_behind": _Sentence(
        "The clock shows a time before the trust list was made ({made}): check the clock.",
        "Đồng hồ chỉ thời điểm trước khi danh sách tin cậy được lập ({made}): hãy kiểm tra đồng hồ.",
    ),
    "trust.validity_unknown": _Sentence(
        "The trust list does not say until when the issuer's key is valid.",
        "Danh sách tin cậy không ghi thời hạn hiệu lực của khóa cơ quan cấp.",
    ),
    "validity.expired_signer_listed": _Sentence(
        "The issuer's key expired on {on}; it counts because it is still on the trust list.",
        "Khóa của cơ quan cấp đã hết hạn vào {on}; vẫn được tính vì còn trong danh sách tin cậy.",
    ),
    "signature.p384": _Sentence(
        "The signature uses a larger key than its name says; your policy allows it.",
        "Chữ ký dùng khóa lớn hơn loại đã ghi; chính sách của bạn cho phép điều này.",
    ),
    "validity.outlives_signer": _Sentence(
        "The passport claims to be valid for longer than the issuer's key.",
        "Hộ chiếu ghi thời hạn hiệu lực dài hơn khóa của cơ quan cấp.",
    ),
    "schema.version_unknown": _Sentence(
        "The certificate names a version of the format that was not published.",
        "Chứng nhận ghi phiên bản định dạng chưa từng được công bố.",
    ),
    "schema.null": _Sentence(
        "A detail is present but empty ({path}).", "Một thông tin có mặt nhưng rỗng ({path})."
    ),
    "schema.empty": _Sentence("A detail is left blank ({path}).", "Một thông tin để trống ({path})."),
    "schema.untrimmed": _Sentence(
        "A detail has spaces around it ({path}).",
        "Một thông tin có khoảng trắng thừa ở đầu hoặc cuối ({path}).",
    ),
    "schema.too_long": _Sentence(
        "A detail is longer than the format allows ({path}).",
        "Một thông tin dài hơn quy định của định dạng ({path}).",
    ),
    "schema.extra_field": _Sentence(
        "The certificate holds a detail that the format does not know ({path}).",
        "Chứng nhận có thông tin ngoài định dạng ({path}).",
    ),
    "schema.date_time": _Sentence(
        "A date is written together with a time ({path}).",
        "Một ngày được ghi kèm theo giờ ({path}).",
    ),
    "schema.date_partial": _Sentence(
        "A date is not complete ({path}).", "Một ngày không đầy đủ ({path})."
    ),
    "schema.name_letters": _Sentence(
        "The machine-readable name holds unusual characters ({path}).",
        "Tên đọc bằng máy có ký tự khác thường ({path}).",
    ),
    "schema.name_missing": _Sentence(
        "A part of the name is missing ({path}).", "Thiếu một phần của họ tên ({path})."
    ),
    "schema.dose_order": _Sentence(
        "The dose number is above the number of doses of the series ({path}).",
        "Số thứ tự mũi tiêm lớn hơn tổng số mũi ({path}).",
    ),
    "schema.dose_zero": _Sentence(
        "A number of doses is zero ({path}).", "Số mũi tiêm bằng không ({path})."
    ),
    "schema.dose_float": _Sentence(
        "A number of doses is written with a decimal point ({path}).",
        "Số mũi tiêm được ghi dưới dạng số thập phân ({path}).",
    ),
    "schema.uvci_prefix": _Sentence(
        "The certificate number does not begin as it should ({path}).",
        "Số chứng nhận không bắt đầu theo quy định ({path}).",
    ),
    "schema.uvci_letters": _Sentence(
        "The certificate number holds unusual characters ({path}).",
        "Số chứng nhận có ký tự khác thường ({path}).",
    ),
    "schema.uvci_checksum": _Sentence(
        "The certificate number has no check character ({path}).",
        "Số chứng nhận không có ký tự kiểm tra ({path}).",
    ),
    "valuesets.unknown_code": _Sentence(
        "A code is not in the lists known here and is shown as it is ({path}).",
        "Một mã không có trong các danh mục đã biết nên được hiển thị nguyên dạng ({path}).",
    ),
    "valuesets.product_holder": _Sentence(
        "The vaccine product and its manufacturer contradict each other.",
        "Tên vắc xin và nhà sản xuất mâu thuẫn với nhau.",
    ),
    "valuesets.infection_detected": _Sentence(
        "The test certificate says that an infection was detected.",
        "Chứng nhận xét nghiệm ghi kết quả dương tính.",
    ),
}
