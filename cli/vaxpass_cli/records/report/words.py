"""What a report says, English and Vietnamese; sentences about codes are the library's."""

from __future__ import annotations

from typing import Final

from vaxpass.identity import IdentityCode
from vaxpass.records import IssueCode, MatchCode, MatchStatus
from vaxpass_cli.records.report.counts import Cause

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("From records to passports", "Từ hồ sơ tiêm chủng đến hộ chiếu"),
    "made": ("Made at {at} (UTC)", "Lập lúc {at} (UTC)"),
    "internal": (
        "For staff: small counts are shown as they are. It holds counts only, of no single person.",
        "Dùng nội bộ: các số nhỏ được ghi nguyên. Báo cáo chỉ có số đếm, không có dữ liệu cá nhân.",
    ),
    "language": ("Language", "Ngôn ngữ"),
    "records": ("Records", "Hồ sơ"),
    "overview": ("The way to a passport", "Các bước đến hộ chiếu"),
    "answers": ("What became of every record", "Kết quả của từng hồ sơ"),
    "matching": ("Matching", "Đối chiếu dữ liệu"),
    "attesting": ("Attestation", "Cơ sở xác nhận"),
    "issuing": ("Issuing", "Cấp hộ chiếu"),
    "mismatch": ("Why records are not matched", "Vì sao hồ sơ chưa khớp"),
    "refusal": ("Why no passport was issued", "Vì sao chưa cấp hộ chiếu"),
    "mismatch_note": (
        "The first reason of each record that was read and not matched.",
        "Lý do đầu tiên của mỗi hồ sơ đã đọc mà chưa khớp.",
    ),
    "refusal_note": (
        "The first reason of each record that was refused at issuing.",
        "Lý do đầu tiên của mỗi hồ sơ bị từ chối khi cấp.",
    ),
    "none": ("None.", "Không có."),
    "provinces": ("Provinces", "Các tỉnh"),
    "province": ("Province", "Tỉnh"),
    "facility": ("Facility", "Cơ sở"),
    "facilities": ("Facilities", "Các cơ sở"),
    "unnamed": ("(no name)", "(không tên)"),
    "total": ("All", "Tất cả"),
    "result": ("Result", "Kết quả"),
    "meaning": ("Meaning", "Ý nghĩa"),
    "share": ("Share", "Tỷ lệ"),
    "reason": ("Reason", "Lý do"),
    "MATCHED": ("Matched", "Khớp"),
    "MISMATCH": ("Mismatch", "Sai lệch"),
    "AMBIGUOUS": ("Ambiguous", "Không rõ"),
    "NOT_FOUND": ("Not found", "Không tìm thấy"),
    "NO_ID": ("No number", "Thiếu số"),
    "SET_ASIDE": ("Set aside", "Để riêng"),
    "attested": ("Attested", "Đã xác nhận"),
    "altered": ("Altered", "Bị sửa"),
    "not_attested": ("Not attested", "Chưa xác nhận"),
    "issued": ("Issued", "Đã cấp"),
    "refused": ("Refused", "Từ chối"),
    "pending": ("Pending", "Đang chờ"),
    "passports": ("Passports", "Hộ chiếu"),
    "replaced": ("Replaced", "Đã thay"),
    "revoked": ("Revoked", "Đã thu hồi"),
    "SET_ASIDE.meaning": (
        "Rows that could not be used; see rejected.csv.",
        "Dòng không dùng được, xem rejected.csv.",
    ),
    "attested.meaning": (
        "The facility signed that it has checked the record as it stands.",
        "Cơ sở đã ký xác nhận hồ sơ đúng như hiện có.",
    ),
    "altered.meaning": (
        "The record was changed after the facility had attested it.",
        "Hồ sơ bị sửa sau khi cơ sở đã xác nhận.",
    ),
    "not_attested.meaning": (
        "The facility has not attested the record yet.",
        "Cơ sở chưa xác nhận hồ sơ này.",
    ),
    "issued.meaning": (
        "There is a passport that says what the record says.",
        "Đã có hộ chiếu đúng như hồ sơ.",
    ),
    "refused.meaning": (
        "It may not be issued yet; the reasons are below.",
        "Chưa được cấp; lý do nêu bên dưới.",
    ),
    "pending.meaning": (
        "Issuing has not been run for the record as it stands.",
        "Chưa chạy bước cấp cho hồ sơ như hiện có.",
    ),
    "replaced.meaning": (
        "Passports that have a successor: {count}.",
        "Số hộ chiếu đã có bản thay thế: {count}.",
    ),
    "revoked.meaning": (
        "Passports on the revocation list: {count}.",
        "Số hộ chiếu nằm trong danh sách thu hồi: {count}.",
    ),
    "people": (
        "People in the register that the records were matched with: {count}.",
        "Số người trong cơ sở dữ liệu được đối chiếu: {count}.",
    ),
    "unreadable": (
        "Lines that could not be read, and are not counted as records: {count}.",
        "Số dòng không đọc được, không tính là hồ sơ: {count}.",
    ),
    "not_listed": (
        "Records that were attested and are not in the list: {count}.",
        "Số hồ sơ đã xác nhận mà không có trong danh sách: {count}.",
    ),
    "withdrawn": (
        "Passports of records that are no longer in the list: {count}.",
        "Số hộ chiếu của hồ sơ không còn trong danh sách: {count}.",
    ),
    "notes": ("Notes", "Ghi chú"),
    "sums": (
        "Every row adds up to its records, and every column to its last line; this was checked when"
        " the page was made.",
        "Mỗi dòng cộng lại đúng bằng số hồ sơ và mỗi cột đúng bằng dòng cuối; điều này đã được kiểm"
        " tra khi lập trang.",
    ),
    "shares": (
        "A share is one of the records of its line, in whole per cent; < 1 % is more than none.",
        "Tỷ lệ tính trên số hồ sơ của dòng, làm tròn phần trăm; < 1 % nghĩa là có nhưng rất ít.",
    ),
    "written": ("The report is in {file}.", "Báo cáo nằm trong {file}."),
}
_STATUSES: Final = frozenset(map(str, MatchStatus))
_REFUSALS: Final = frozenset(map(str, IssueCode))
_MISMATCHES: Final = {str(code): code for code in (*IdentityCode, *MatchCode, *MatchStatus)}


def word(name: str, language: str, **values: object) -> str:
    """The word or phrase of this name, its fields filled in."""
    english, vietnamese = _WORDS[name]
    return (vietnamese if language == "vi" else english).format(**values)


def meaning(answer: str, language: str) -> str:
    """What an answer means, a whole sentence.

    >>> meaning("NO_ID", "en")
    'There is no identity number by which a person could be found.'
    """
    if answer in _STATUSES:
        return MatchStatus(answer).message(language)
    return word(f"{answer}.meaning", language)


def reason(cause: Cause, code: str, language: str) -> str:
    """What a code means, a whole sentence; of a code that is not known here nothing.

    >>> reason(Cause.REFUSAL, "match.no_id", "en")[:34]
    'The record has no identity number,'
    """
    if cause is Cause.REFUSAL:
        return IssueCode(code).message(language) if code in _REFUSALS else ""
    if code == IdentityCode.PHONE_SHARED:
        return IdentityCode.PHONE_SHARED.message(language, "…")
    found = _MISMATCHES.get(code)
    return found.message(language) if found else ""
