"""The tool's own words, English and Vietnamese: headings and labels around the library's sentences."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "accepted": ("ACCEPTED", "CHẤP NHẬN"),
    "rejected": ("REJECTED", "TỪ CHỐI"),
    "undecided": ("UNDECIDED", "CHƯA QUYẾT ĐỊNH ĐƯỢC"),
    "unreadable": ("UNREADABLE", "KHÔNG ĐỌC ĐƯỢC"),
    "test": ("TEST - NOT A REAL PASSPORT", "THỬ NGHIỆM - KHÔNG PHẢI HỘ CHIẾU THẬT"),
    "test_keys": (
        "Use --test-keys to judge specimens.",
        "Dùng --test-keys để xét bản mẫu.",
    ),
    "unverified": (
        "Nobody vouches for what follows: it was not verified.",
        "Nội dung dưới đây chưa được xác minh, không có ai bảo đảm.",
    ),
    "holder": ("Holder", "Người mang"),
    "born": ("Date of birth", "Ngày sinh"),
    "certificate": ("Certificate", "Chứng nhận"),
    "issuer": ("Issuer", "Nơi cấp"),
    "signer": ("Signed with", "Khóa ký"),
    "named_key": ("Key it names", "Khóa được ghi"),
    "validity": ("Valid", "Hiệu lực"),
    "checked": ("Judged at", "Thời điểm xét"),
    "source": ("From", "Nguồn"),
    "not_stated": ("not stated", "không ghi"),
    "formal": (
        "Remarks on its form: {count} (shown by --details)",
        "Ghi chú về hình thức: {count} (xem bằng --details)",
    ),
    "vaccination": ("Vaccination", "Tiêm chủng"),
    "dose": ("dose {dose} of {doses}", "mũi {dose}/{doses}"),
    "test_of": ("Test", "Xét nghiệm"),
    "recovery": ("Recovery", "Khỏi bệnh"),
    "first_positive": ("first positive test {date}", "dương tính lần đầu {date}"),
    "arrival": ("Arrival", "Nơi đến"),
    "on": ("On", "Ngày"),
    "answer": ("Answer", "Kết quả"),
    "why": ("Why", "Lý do"),
    "departure": ("Coming from", "Đi từ"),
    "leg_accepted": ("✔ admitted", "✔ được nhận"),
    "leg_rejected": ("✘ not admitted", "✘ không được nhận"),
    "leg_undecided": ("? not decided", "? chưa quyết định"),
    "leg_unreadable": ("∅ unreadable", "∅ không đọc được"),
    "good_until": (
        "It meets every rule of {country}, until {until} if it stays as it is.",
        "Chứng nhận đáp ứng mọi quy định của {country}, đến {until} nếu không có gì thay đổi.",
    ),
    "good": (
        "It meets every rule of {country}.",
        "Chứng nhận đáp ứng mọi quy định của {country}.",
    ),
    "calendar": ("Calendar: {country}", "Lịch: {country}"),
    "calendar_legend": (
        "█ admitted   · not admitted   ? not decided   ▲ the day asked for",
        "█ được nhận   · không được nhận   ? chưa quyết định   ▲ ngày được hỏi",
    ),
    "calendar_uncertain": (
        "A rule looks at the clock in an unusual way, so that days between may differ.",
        "Có quy định dùng đồng hồ theo cách khác thường nên những ngày ở giữa có thể khác.",
    ),
    "from_until": ("{start} to {end}", "{start} đến {end}"),
    "rules_country": ("country", "nước"),
    "rules_identifier": ("rule", "quy tắc"),
    "rules_version": ("version", "bản"),
    "rules_type": ("type", "loại"),
    "rules_kind": ("kind", "chứng nhận"),
    "rules_from": ("from", "từ"),
    "rules_until": ("until", "đến"),
    "rules_general": ("General", "Mọi loại"),
    "rules_vaccination": ("Vaccination", "Tiêm chủng"),
    "rules_test": ("Test", "Xét nghiệm"),
    "rules_recovery": ("Recovery", "Khỏi bệnh"),
    "rules_region": ("Region {region}:", "Vùng {region}:"),
    "rules_silent": ("(no description)", "(không có mô tả)"),
    "rules_counts": (
        "Rules: {rules}; countries: {countries}; skipped: {skipped}.",
        "Quy tắc: {rules}; nước: {countries}; bỏ qua: {skipped}.",
    ),
    "rules_made": ("Put together at {day}.", "Tập hợp lúc {day}."),
    "rules_trusted": ("Trusted by: {why}.", "Căn cứ tin cậy: {why}."),
    "issue_signing": ("Signing", "Đang ký"),
    "issue_counts": (
        "Records: {records}; issued: {issued} (corrected: {of_them_corrected}, renewed:"
        " {of_them_renewed}); issued before: {issued_before}; refused: {refused}.",
        "Bản ghi: {records}; đã cấp: {issued} (cấp lại do sửa: {of_them_corrected}, gia hạn:"
        " {of_them_renewed}); đã cấp từ trước: {issued_before}; chưa cấp: {refused}.",
    ),
    "issue_loosened": (
        "These demands were not made: {demands}.",
        "Các yêu cầu sau đã được bỏ qua: {demands}.",
    ),
    "issue_unreadable": (
        "Lines that could not be read, and are not counted as records: {count}.",
        "Số dòng không đọc được, không tính là bản ghi: {count}.",
    ),
    "issue_revoked": (
        "Passports with a successor, all on the revocation list: {count}.",
        "Số hộ chiếu đã được thay, đều nằm trong danh sách thu hồi: {count}.",
    ),
    "issue_where": (
        "Passports, refusals and the summary are in {folder}.",
        "Hộ chiếu, danh sách chưa cấp và bản tổng kết nằm trong {folder}.",
    ),
    "attest_written": (
        "{facility} attests {count} records in {file}.",
        "{facility} xác nhận {count} bản ghi trong {file}.",
    ),
    "attest_covered": (
        "{count} records as attested by {facility} at {at} ({file})",
        "{count} bản ghi đúng như {facility} đã xác nhận lúc {at} ({file})",
    ),
    "attest_altered": (
        "Record {record} was changed after {facility} attested it ({file}).",
        "Bản ghi {record} đã bị sửa sau khi {facility} xác nhận ({file}).",
    ),
    "attest_doubled": (
        "Record {record} stands in the list {count} times.",
        "Bản ghi {record} xuất hiện {count} lần trong danh sách.",
    ),
    "attest_uncovered": (
        "Record {record} is not attested by its facility.",
        "Bản ghi {record} chưa được cơ sở của nó xác nhận.",
    ),
    "attest_more": ("And {count} more; --json names all.", "Và {count} nữa; --json liệt kê tất cả."),
    "attest_missing": (
        "{count} records that {facility} attested are not in the list ({file}).",
        "{count} bản ghi mà {facility} đã xác nhận không có trong danh sách ({file}).",
    ),
}


def word(name: str, language: str, **values: object) -> str:
    """The word or phrase of this name, its fields filled in."""
    english, vietnamese = _WORDS[name]
    return (vietnamese if language == "vi" else english).format(**values)
