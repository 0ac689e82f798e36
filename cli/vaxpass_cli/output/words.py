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
    "explain_field": ("", ""),
    "explain_declared": ("Declared", "Đã khai"),
    "explain_slip": ("Vaccination slip", "Phiếu tiêm"),
    "explain_name": ("Full name", "Họ và tên"),
    "explain_dob": ("Date of birth", "Ngày sinh"),
    "explain_id": ("Identity number", "Số định danh"),
    "explain_phone": ("Phone", "Điện thoại"),
    "explain_sex": ("Sex", "Giới tính"),
    "explain_record": ("Record", "Hồ sơ"),
    "explain_nothing": (
        "Declaration and slip agree: there is nothing to correct.",
        "Thông tin đã khai và phiếu tiêm khớp nhau: không cần sửa gì.",
    ),
    "explain_case": (
        "The record was not matched with the population register:",
        "Hồ sơ chưa khớp với cơ sở dữ liệu dân cư:",
    ),
    "holder_equal": (
        "It is the passport of the person in the travel document: name and date of birth agree.",
        "Đây là hộ chiếu của người trong giấy tờ đi lại: họ tên và ngày sinh khớp.",
    ),
    "holder_plausible": (
        "It may be the passport of the person in the travel document: compare the two by eye.",
        "Có thể đây là hộ chiếu của người trong giấy tờ đi lại: hãy tự đối chiếu hai giấy tờ.",
    ),
    "holder_different": (
        "This is not the passport of the person in the travel document: do not accept it from them.",
        "Đây không phải hộ chiếu của người trong giấy tờ đi lại: không chấp nhận từ người này.",
    ),
    "holder_unknown": (
        "It was not compared with the travel document, because nobody vouches for what it says.",
        "Không so sánh với giấy tờ đi lại, vì không có ai bảo đảm cho nội dung của hộ chiếu này.",
    ),
    "another_person": ("ANOTHER PERSON", "CỦA NGƯỜI KHÁC"),
    "print_counts": (
        "Printed: {printed}; refused: {refused}; in {place}.",
        "Đã in: {printed}; từ chối: {refused}; trong {place}.",
    ),
    "print_unverified": (
        "Use --unverified to print it marked as not verified.",
        "Dùng --unverified để in kèm dấu chưa xác minh.",
    ),
    "print_no_form": (
        "Only certificates of a vaccination have a printed form; --format png or svg writes the QR"
        " code.",
        "Chỉ chứng nhận tiêm chủng có mẫu in; dùng --format png hoặc svg để ghi mã QR.",
    ),
    "print_too_long": (
        "The text is too long for a QR code.",
        "Nội dung quá dài, không đủ chỗ trong một mã QR.",
    ),
    "match_goes_on": ("Going on with the run that was stopped.", "Tiếp tục lần chạy đã dừng."),
    "match_stopped": (
        "Stopped; nothing is lost. The same command goes on from here.",
        "Đã dừng, không mất dữ liệu. Chạy lại cùng lệnh để tiếp tục.",
    ),
    "match_written": ("The results are in {out}.", "Kết quả nằm trong {out}."),
    "match_reading": ("Reading", "Đang đọc"),
    "match_keys": ("Normalising", "Đang chuẩn hóa"),
    "match_comparing": ("Comparing", "Đang đối chiếu"),
    "match_deciding": ("Deciding", "Đang kết luận"),
    "match_status": ("Status", "Kết quả"),
    "match_codes": ("Code", "Mã"),
    "match_meaning": ("Meaning", "Ý nghĩa"),
    "match_records": ("Records", "Số hồ sơ"),
    "match_set_aside": (
        "Rows that could not be used; see rejected.csv.",
        "Dòng không dùng được, xem rejected.csv.",
    ),
    "match_all": ("All records.", "Tất cả hồ sơ."),
    "match_province": ("province", "tỉnh"),
    "match_facility": ("facility", "cơ sở"),
    "match_file": ("file", "tệp"),
    "match_cases": ("cases", "số trường hợp"),
    "match_record_id": ("record", "mã hồ sơ"),
    "match_full_name": ("full name", "họ và tên"),
    "match_date_of_birth": ("date of birth", "ngày sinh"),
    "match_sex": ("sex", "giới tính"),
    "match_id_number": ("identity number", "số định danh"),
    "match_phone": ("phone", "điện thoại"),
    "match_vaccine": ("vaccine", "vắc xin"),
    "match_dose": ("dose", "mũi"),
    "match_vaccinated_on": ("vaccinated on", "ngày tiêm"),
    "match_field": ("field to correct", "mục cần sửa"),
    "match_advice": ("what to do", "cần làm gì"),
    "match_field_name": ("full name", "họ và tên"),
    "match_field_dob": ("date of birth", "ngày sinh"),
    "match_field_id": ("identity number", "số định danh"),
    "match_field_dose": ("dose", "mũi"),
    "match_line": ("line", "dòng"),
    "match_reason": ("reason", "lý do"),
    "match_text": ("text", "nội dung"),
    "match_reason_key": (
        "The row has no identifier of its own.",
        "Dòng không có mã riêng.",
    ),
    "match_reason_long": (
        "The row, or a field of it, is too long.",
        "Dòng hoặc một mục trong dòng quá dài.",
    ),
    "match_reason_letters": (
        "Some letters can't be read: check the encoding of the file.",
        "Có chữ không đọc được: hãy kiểm tra bảng mã của tệp.",
    ),
    "match_reason_columns": (
        "The row has more or fewer fields than the first line.",
        "Số mục của dòng khác với dòng đầu.",
    ),
    "match_reason_quotes": (
        "A quotation mark is opened and not closed.",
        "Có dấu ngoặc kép mở mà không đóng.",
    ),
    "match_reason_repeated": (
        "The same row stands there before; it was used once.",
        "Dòng này đã có trước đó và chỉ được dùng một lần.",
    ),
    "match_reason_twice": (
        "Different rows have this identifier; none of them was used.",
        "Nhiều dòng khác nhau có cùng mã này nên không dòng nào được dùng.",
    ),
    "issue_signing": ("Signing", "Đang ký"),
    "issue_counts": (
        "Records: {records}; issued: {issued} (corrected: {of_them_corrected}, renewed:"
        " {of_them_renewed}); issued before: {issued_before}; refused: {refused}.",
        "Hồ sơ: {records}; đã cấp: {issued} (cấp lại do sửa: {of_them_corrected}, gia hạn:"
        " {of_them_renewed}); đã cấp từ trước: {issued_before}; chưa cấp: {refused}.",
    ),
    "issue_loosened": (
        "These demands were not made: {demands}.",
        "Các yêu cầu sau đã được bỏ qua: {demands}.",
    ),
    "issue_unreadable": (
        "Lines that could not be read, and are not counted as records: {count}.",
        "Số dòng không đọc được, không tính là hồ sơ: {count}.",
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
        "{facility} xác nhận {count} hồ sơ trong {file}.",
    ),
    "attest_covered": (
        "{count} records as attested by {facility} at {at} ({file})",
        "{count} hồ sơ đúng như {facility} đã xác nhận lúc {at} ({file})",
    ),
    "attest_altered": (
        "Record {record} was changed after {facility} attested it ({file}).",
        "Hồ sơ {record} đã bị sửa sau khi {facility} xác nhận ({file}).",
    ),
    "attest_doubled": (
        "Record {record} stands in the list {count} times.",
        "Hồ sơ {record} xuất hiện {count} lần trong danh sách.",
    ),
    "attest_uncovered": (
        "Record {record} is not attested by its facility.",
        "Hồ sơ {record} chưa được cơ sở của nó xác nhận.",
    ),
    "attest_more": ("And {count} more; --json names all.", "Và {count} nữa; --json liệt kê tất cả."),
    "attest_missing": (
        "{count} records that {facility} attested are not in the list ({file}).",
        "{count} hồ sơ mà {facility} đã xác nhận không có trong danh sách ({file}).",
    ),
}


def word(name: str, language: str, **values: object) -> str:
    """The word or phrase of this name, its fields filled in."""
    english, vietnamese = _WORDS[name]
    return (vietnamese if language == "vi" else english).format(**values)
