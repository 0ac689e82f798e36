"""People as a register has them, with names as often as they are given in Viet Nam, roughly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from vaxpass.identity import PROVINCES

_BLOCK: Final = 10_000
_PREFIXES: Final = (
    "032 033 034 035 036 037 038 039 056 058 070 076 077 078 079 081 082 083 084 085 086 088 089 090"
    " 091 093 094 096 097 098 099"
).split()
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Numbers that follow one another are far apart, and none comes twice: the factors have no divisor in
# common with powers of ten.
_STEP: Final = 618_033
_OLD_STEP: Final = 618_033_989
_OLD_NUMBERS: Final = 1_000_000_000
_SERIALS: Final = 1_000_000
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


class Person(NamedTuple):
    """A row of the register.

    `old_id_number` and `phone` are empty where the person has none. `date_of_birth` is `YYYY-MM-DD`, or
    the year alone. `sex` is M or F. `province` is a code of `vaxpass.identity.PROVINCES`.

    >>> from vaxpass.testing.synthetic import Size, make_world
    >>> person = next(make_world(Size(records=6, people=10), seed=1).registry())
    >>> person.full_name, person.date_of_birth, person.province
    ('Vũ Tuấn Anh', '1971-01-01', '038')
    """

    person_id: str
    id_number: str
    old_id_number: str
    full_name: str
    date_of_birth: str
    sex: str
    phone: str
    province: str


def people(count: int, seed: int, provinces: int = 63) -> Iterator[Person]:
    """`count` people from some of the provinces, each with a number of their own."""
    random = Random(f"people {seed}")
    codes = list(PROVINCES)[:provinces]
    serials: dict[str, int] = {}
    phone = ""
    for start in range(0, count, _BLOCK):
        size = min(_BLOCK, count - start)
        names = _names(random, size)
        for at in range(size):
            number = start + at
            sex, name = names[at]
            birth = _birth(random)
            code = codes[int(random.random() * len(codes))]
            head = f"{code}{_century(birth, sex)}{birth[2:4]}"
            serial = serials.get(head, number % 1000)
            serials[head] = serial + 1
            if random.random() > 0.1:  # else one phone for several of a family
                phone = _phone(random)
            old = (number * _OLD_STEP + 271_828_182) % _OLD_NUMBERS
            yield Person(
                f"P{number:09}",
                f"{head}{serial * _STEP % _SERIALS:06}",
                f"{old:09}" if birth < "2004" and random.random() < 0.75 else "",
                name,
                birth,
                sex,
                phone if random.random() < 0.85 else "",
                code,
            )


def _names(random: Random, count: int) -> Sequence[tuple[str, str]]:
    sexes = random.choices("MF", k=count)
    families = _FAMILY_NAMES.draw(random, count)
    drawn = {
        sex: (_MIDDLE_NAMES[sex].draw(random, count), _GIVEN_NAMES[sex].draw(random, count))
        for sex in "MF"
    }
    return [
        (sex, f"{families[at]} {drawn[sex][0][at]} {drawn[sex][1][at]}") for at, sex in enumerate(sexes)
    ]


def _birth(random: Random) -> str:
    year = int(random.triangular(1930, 2018, 1990))
    chance = random.random()
    if chance < 0.01 and year < 1970:
        return str(year)  # older people may know no more
    if chance < 0.04:
        return f"{year}-01-01"
    month = int(random.random() * 12)
    return f"{year}-{month + 1:02}-{int(random.random() * _DAYS[month]) + 1:02}"


def _century(birth: str, sex: str) -> int:
    return (2 if birth >= "2000" else 0) + (sex == "F")


def _phone(random: Random) -> str:
    return f"{random.choice(_PREFIXES)}{int(random.random() * 10_000_000):07}"


class _Drawer:
    """Draws words as often as they occur."""

    def __init__(self, table: str) -> None:
        pairs = [entry.strip().rpartition(" ") for entry in table.split(",")]
        self._words = [word for word, _, _ in pairs]
        total = 0
        self._sums: list[int] = []
        for _, _, weight in pairs:
            total += int(weight)
            self._sums.append(total)

    def draw(self, random: Random, count: int) -> Sequence[str]:
        """Several words."""
        return random.choices(self._words, cum_weights=self._sums, k=count)


_FAMILY_NAMES: Final = _Drawer(_FAMILY)
_MIDDLE_NAMES: Final = {"M": _Drawer(_MIDDLE_MALE), "F": _Drawer(_MIDDLE_FEMALE)}
_GIVEN_NAMES: Final = {"M": _Drawer(_GIVEN_MALE), "F": _Drawer(_GIVEN_FEMALE)}
