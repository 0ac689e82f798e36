"""The words of the printed certificate, Vietnamese and English: data.

The fields are those of the form of Decision 5772/QD-BYT.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LANGUAGES: Final = ("vi", "en")
"""In the order in which they stand beside each other."""

_LABELS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Chứng nhận tiêm chủng", "Vaccination certificate"),
    "name": ("Họ và tên", "Full name"),
    "born": ("Ngày sinh", "Date of birth"),
    "nationality": ("Quốc tịch", "Nationality"),
    "disease": ("Bệnh được phòng", "Disease"),
    "doses": ("Số mũi đã tiêm", "Doses received"),
    "date": ("Ngày tiêm", "Date of vaccination"),
    "dose": ("Mũi tiêm số", "Dose number"),
    "vaccine": ("Vắc xin", "Vaccine"),
    "product": ("Sản phẩm", "Product"),
    "maker": ("Nhà sản xuất", "Manufacturer"),
    "code": ("Mã chứng nhận", "Certificate code"),
    "issuer": ("Nơi cấp", "Issuer"),
    "issued": ("Cấp ngày", "Issued on"),
    "until": ("Có hiệu lực đến", "Valid until"),
    "key": ("Khóa ký", "Signed with"),
    "named_key": ("Khóa được ghi", "Key it names"),
    "not_stated": ("không ghi", "not stated"),
    "not_carried": ("không có trong chứng nhận này", "not carried by this certificate"),
    "dose_of": ("{dose} trong {doses} mũi", "{dose} of {doses}"),
    "own_letters": (
        "Tên bằng chữ viết gốc nằm trong mã QR.",
        "The name in its own letters is in the QR code.",
    ),
    "hint": (
        "Chữ in chỉ để đọc. Chỉ mã QR có giá trị: hãy quét để kiểm tra.",
        "The print is for reading only. What counts is the QR code: scan it to verify.",
    ),
    "test": ("THỬ NGHIỆM - KHÔNG PHẢI HỘ CHIẾU THẬT", "TEST - NOT A REAL PASSPORT"),
    "not_verified": ("CHƯA XÁC MINH", "NOT VERIFIED"),
}


def label(name: str, languages: Sequence[str], **values: object) -> tuple[str, ...]:
    """The phrase in each of the languages, those of `LANGUAGES`, its fields filled in.

    >>> label("dose_of", ("en",), dose=2, doses=2)
    ('2 of 2',)
    """
    return tuple(_LABELS[name][LANGUAGES.index(each)].format(**values) for each in languages)
