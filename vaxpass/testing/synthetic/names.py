"""Frequencies of names in Viet Nam, in rough shares: data."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

_FAMILY: Final = (
    "Nguyễn 384, Trần 121, Lê 95, Phạm 70, Hoàng 28, Huỳnh 23, Phan 45, Vũ 22, Võ 17, Đặng 21,"
    " Bùi 20, Đỗ 14, Hồ 13, Ngô 13, Dương 10, Lý 5, Đinh 8, Đoàn 7, Trương 12, Mai 6, Lâm 6, Trịnh"
    " 6, Đào 6, Cao 5, Lương 5, Lưu 4, Tô 3, Hà 4, Châu 3, Tạ 3, Phùng 3, Thái 3, Quách 1, La 1,"
    " Kiều 1, Vương 2, Nông 2, Hứa 1, Tăng 1, Giang 1, Tôn 1, Triệu 2, Bế 1, Lò 2, Giàng 1, Y 1,"
    " Thạch 1, Sơn 1"
)
_MIDDLE_MALE: Final = (
    "Văn 300, Hữu 50, Đức 50, Minh 60, Quốc 45, Công 30, Xuân 25, Thanh 40, Ngọc 35, Đình 35,"
    " Quang 35, Hoàng 30, Trọng 20, Duy 25, Bá 15, Thế 20, Tuấn 20, Anh 20, Gia 20, Nhật 15, Khắc"
    " 8, Viết 8, Phước 10, Tấn 15, Chí 10, Mạnh 12, Tiến 12, Bảo 12, Thành 15, Nguyên 6"
)
_MIDDLE_FEMALE: Final = (
    "Thị 420, Ngọc 70, Thu 45, Thanh 40, Kim 40, Mỹ 25, Bích 20, Hồng 30, Thùy 25, Phương 30,"
    " Minh 25, Hoàng 10, Quỳnh 15, Diệu 10, Tuyết 8, Ánh 8, Cẩm 8, Như 12, Khánh 12, Bảo 12, Gia"
    " 8, Lan 6, Xuân 10, Thúy 15, Hoài 8, Yến 6, Tường 4, Anh 8, Thị Ngọc 25, Thị Thu 20, Thị Kim"
    " 15, Thị Thanh 20, Thị Bích 10, Thị Hồng 12, Thị Mỹ 10"
)
_GIVEN_MALE: Final = (
    "Anh 40, Hùng 42, Dũng 40, Tuấn 45, Minh 45, Hải 35, Long 30, Nam 32, Sơn 30, Thắng 30, Hiếu"
    " 30, Đức 30, Cường 28, Thành 28, Bình 25, Hoàng 28, Huy 35, Khánh 18, Khoa 16, Kiên 16, Lâm"
    " 16, Linh 10, Lộc 14, Mạnh 16, Nghĩa 14, Phong 18, Phúc 22, Phương 10, Quân 18, Quang 20, Quý"
    " 10, Tài 14, Tâm 12, Tân 10, Thái 12, Thịnh 14, Tiến 18, Tín 8, Toàn 16, Trung 26, Tú 14,"
    " Tùng 18, Việt 14, Vinh 16, Vũ 16, Hòa 10, Hậu 8, Duy 18, Đạt 20, Đông 8, Giang 10, Hào 6,"
    " Bảo 16, Bách 4, Công 6, An 10, Ân 5, Chiến 8, Đại 5, Khang 10, Khôi 8, Luân 6, Nhân 10, Phát"
    " 10, Sang 8, Thiện 8, Thuận 8, Trí 8, Văn 4"
)
_GIVEN_FEMALE: Final = (
    "Lan 30, Hương 38, Hoa 28, Hằng 26, Hà 30, Nga 24, Mai 30, Linh 36, Trang 34, Thảo 30, Phương"
    " 32, Thủy 28, Thúy 16, Thu 18, Yến 18, Ngọc 26, Nhung 18, Nhi 16, Như 12, Oanh 14, Quỳnh 16,"
    " Tâm 18, Thanh 24, Thơ 6, Trâm 12, Trinh 12, Tuyết 14, Uyên 10, Vân 20, Vy 14, Xuân 12, Anh"
    " 30, Ánh 8, Bích 8, Châu 12, Chi 14, Cúc 6, Diễm 6, Diệp 6, Dung 18, Duyên 12, Giang 14, Hạnh"
    " 20, Hiền 22, Hiếu 4, Hoài 6, Hòa 14, Hồng 18, Huệ 12, Huyền 18, Khánh 6, Kiều 6, Kim 6, Lệ"
    " 6, Liên 14, Loan 16, Ly 6, Lý 8, Mỹ 8, My 10, Ngân 14, Nguyệt 10, Phượng 12, Quyên 8, Sương"
    " 6, Thắm 6, Thoa 6, Thương 10, Tiên 8, Trúc 8, Tú 6, Vui 3, Xuyến 3, Diệu 4, Đào 6, Hậu 4,"
    " Hảo 4, An 8"
)


class Drawer:
    """Draws words at random, by their frequencies (`word count, word count, ...`)."""

    def __init__(self, table: str) -> None:
        pairs = [entry.strip().rpartition(" ") for entry in table.split(",")]
        self._words = [word for word, _, _ in pairs]
        total = 0
        self._sums: list[int] = []
        for _, _, weight in pairs:
            total += int(weight)
            self._sums.append(total)

    def draw(self, random: Random, count: int) -> Sequence[str]:
        """`count` words."""
        return random.choices(self._words, cum_weights=self._sums, k=count)


FAMILY: Final = Drawer(_FAMILY)
MIDDLE: Final = {"M": Drawer(_MIDDLE_MALE), "F": Drawer(_MIDDLE_FEMALE)}
GIVEN: Final = {"M": Drawer(_GIVEN_MALE), "F": Drawer(_GIVEN_FEMALE)}
