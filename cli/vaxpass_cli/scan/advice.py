"""What the staff does next about anything that was not accepted: one sentence for each reason.

The library says what was found; what to do about it is the desk's affair. A code that has no sentence
of its own has that of its stage or outcome.
"""

from __future__ import annotations

from typing import Final

from vaxpass import Code, Outcome

_SECOND_LINE: Final = (
    "Send the traveller to the second line.",
    "Mời hành khách sang quầy kiểm tra bổ sung.",
)
_SHOW_AGAIN: Final = (
    "Ask for the original code, whole and undamaged, and scan it again.",
    "Đề nghị xuất trình mã gốc, đầy đủ, không hư hỏng và quét lại.",
)
_OUTCOMES: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.ACCEPTED: ("", ""),
    Outcome.REJECTED: (
        "Do not accept it; send the traveller to the second line.",
        "Không chấp nhận; mời hành khách sang quầy kiểm tra bổ sung.",
    ),
    Outcome.UNDECIDED: _SECOND_LINE,
    Outcome.UNREADABLE: _SHOW_AGAIN,
}
_ANOTHER_CODE: Final = (
    "Ask for the code of the health passport and scan that one.",
    "Đề nghị xuất trình mã của hộ chiếu sức khỏe và quét mã đó.",
)
_NEWER: Final = (
    "Ask for a passport that is in force; without one, send the traveller to the second line.",
    "Đề nghị xuất trình hộ chiếu còn hiệu lực; nếu không có, mời sang quầy kiểm tra bổ sung.",
)
_FORGED: Final = (
    "Do not accept it; send the traveller and the document to the second line.",
    "Không chấp nhận; mời hành khách mang giấy tờ sang quầy kiểm tra bổ sung.",
)
_SET_SCANNER: Final = (
    "Set the hand scanner to this computer's keyboard layout, or use its serial mode.",
    "Hãy đặt máy quét theo bố cục bàn phím của máy tính này hoặc dùng chế độ cổng nối tiếp.",
)
_NOTHING: Final = ("Nothing is to be done.", "Không cần làm gì.")
_CODES: Final[dict[str, tuple[str, str]]] = {
    Code.PREFIX_MISSING: _ANOTHER_CODE,
    Code.PREFIX_UNSUPPORTED_VERSION: _SECOND_LINE,
    Code.PAYLOAD_MISSING: _ANOTHER_CODE,
    Code.TRUST_KEY_UNKNOWN: (
        "The issuer is not on the list: send the traveller to the second line.",
        "Cơ quan cấp không có trong danh sách: mời hành khách sang quầy kiểm tra bổ sung.",
    ),
    Code.TRUST_TEST_KEY: (
        "A specimen is no passport: ask for the real one.",
        "Bản mẫu không phải hộ chiếu: đề nghị xuất trình bản thật.",
    ),
    Code.TRUST_LIST_STALE: (
        "Install a current trust list; until then send travellers to the second line.",
        "Hãy cài danh sách tin cậy mới; trước đó, mời hành khách sang quầy kiểm tra bổ sung.",
    ),
    Code.SIGNATURE_MISMATCH: _FORGED,
    Code.SIGNATURE_MALFORMED: _FORGED,
    Code.SIGNATURE_KEY_TYPE: _FORGED,
    Code.VALIDITY_NOT_YET: _NEWER,
    Code.VALIDITY_EXPIRED: _NEWER,
    Code.VALIDITY_SIGNER_EXPIRED: (
        "Ask for a passport that was issued anew; without one, send the traveller to the second line.",
        "Đề nghị xuất trình hộ chiếu được cấp lại; nếu không có, mời sang quầy kiểm tra bổ sung.",
    ),
    Code.REVOCATION_UNREADABLE: (
        "Install the revocation list again; until then send travellers to the second line.",
        "Hãy cài lại danh sách thu hồi; trước đó, mời hành khách sang quầy kiểm tra bổ sung.",
    ),
    Code.RULES_FAILED: (
        "It is genuine, but not enough here: ask for another certificate, such as of a test.",
        "Hộ chiếu là thật nhưng chưa đủ ở đây: đề nghị xuất trình chứng nhận khác, như xét nghiệm.",
    ),
    Code.RULES_NONE: (
        "Install the entry rules of this country; until then send travellers to the second line.",
        "Hãy cài quy định nhập cảnh của nước này; trước đó, mời sang quầy kiểm tra bổ sung.",
    ),
    "keyboard.works": _NOTHING,
    "keyboard.fails": _SET_SCANNER,
    "text.keyboard_layout": _SET_SCANNER,
    "picture.no_code": _ANOTHER_CODE,
    "pdf.no_code": _ANOTHER_CODE,
    "text.none": _ANOTHER_CODE,
}


def advice(outcome: Outcome, code: str, language: str) -> str:
    """What to do next, as a sentence in `language` (`en` or `vi`); empty for what is accepted."""
    english, vietnamese = _CODES.get(code) or _OUTCOMES[outcome]
    return vietnamese if language == "vi" else english
