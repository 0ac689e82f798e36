"""The heads of columns that offices write, in Vietnamese and English, and the column that each names.

Marks, case, brackets, signs, spaces and line breaks of a head make no difference: `Số CCCD (*)`,
`SO CCCD` and `SoCCCD` are one head.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from unicodedata import combining, normalize

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS: Final = re.compile(r"[\W_]+")
_NUMBERED: Final = re.compile(r"^\s*[(\[]?\d{1,2}[)\].:-]+\s*(?=[^\W\d_])")
"""Before a head: the number of its column"""
_UNITS: Final = re.compile(r"[:\s]+d{1,2}[/.-]m{1,2}[/.-]y{2,4}\s*$", re.IGNORECASE)
_LONGEST: Final = 200
SPACES: Final = " \t\r\n\xa0"
"""A cell with nothing else is empty"""
RUNNING: Final = frozenset(("stt", "sott", "sothutu", "tt", "no", "thutu"))
"""Heads of running numbers, which identify nothing"""


def plain(head: str) -> str:
    """A head as it is compared.

    >>> plain("Họ và tên (*)"), plain("NGÀY SINH\\n(dd/mm/yyyy)"), plain("date_of_birth"), plain("(1)")
    ('hovaten', 'ngaysinh', 'dateofbirth', '1')
    >>> plain("4. Họ và tên"), plain("Ngày tiêm: dd/mm/yyyy")
    ('hovaten', 'ngaytiem')
    """
    head = _UNITS.sub("", _NUMBERED.sub("", head[:_LONGEST]))
    text = normalize("NFD", head.casefold())
    text = "".join(letter for letter in text if not combining(letter)).replace("đ", "d")
    return _SIGNS.sub("", _BRACKETS.sub(" ", text)) or _SIGNS.sub("", text)


_PERSON: Final = {
    "full_name": (
        "full name|name|họ và tên|họ tên|họ và tên khai sinh|họ, chữ đệm và tên"
        "|họ, chữ đệm và tên khai sinh"
        "|họ tên đầy đủ|tên đầy đủ|họ và tên người tiêm|họ tên người tiêm|họ và tên người được tiêm"
        "|họ và tên người được tiêm chủng|họ tên người được tiêm|họ và tên đối tượng|họ tên đối tượng"
        "|tên đối tượng|tên người tiêm|họ và tên công dân|họ tên công dân|patient name|person name|hvt"
        "|họ tên bệnh nhân|họ và tên bệnh nhân|họ tên khách hàng|họ và tên khách hàng"
        "|họ tên người được tiêm chủng",
        "tên",
    ),
    "date_of_birth": (
        "date of birth|dob|birth date|birthday|birthdate|ngày sinh|ngày tháng năm sinh"
        "|ngày, tháng, năm sinh"
        "|ngày/tháng/năm sinh|ngày tháng sinh|ngày sinh/năm sinh|ngày hoặc năm sinh|sinh ngày|ntns",
        "năm sinh|year of birth|birth year|ns",
        # Two columns, of which one is filled: men and women.
        "năm sinh nam|ngày sinh nam|ngày tháng năm sinh nam",
        "năm sinh nữ|ngày sinh nữ|ngày tháng năm sinh nữ",
    ),
    "sex": ("sex|gender|giới tính|giới|phái|nam/nữ|gt|g.tính|giới tính nam/nữ",),
    "phone": (
        "phone|phone number|mobile|mobile phone|telephone|tel|số điện thoại|điện thoại|sđt|số đt"
        "|đt|đtdđ"
        "|di động|số di động|số điện thoại liên hệ|điện thoại liên hệ|sđt liên hệ|điện thoại di động"
        "|phone no|mobile number|mobile no|contact number|contact phone|telephone number|tel no",
    ),
    "province": (
        "province|city|province/city|tỉnh|tỉnh/thành phố|tỉnh, thành phố|tỉnh thành|tỉnh/tp|thành phố"
        "|tỉnh/thành|tên tỉnh|tỉnh/thành phố tiêm",
        "mã tỉnh",
    ),
}
_CURRENT_NUMBER: Final = (
    "id number|identity number|id no|id card|id card number|identity card|national id|citizen id"
    "|cccd|số cccd"
    "|căn cước công dân|số căn cước công dân|số căn cước|căn cước|thẻ căn cước|cccd/cmnd|cmnd/cccd"
    "|số cccd/cmnd"
    "|số cmnd/cccd|cccd/cmt|cmt/cccd|số cmt/cccd|cccd hoặc cmnd|cmnd hoặc cccd|cccd/cmnd/hộ chiếu"
    "|cmnd/cccd/hộ chiếu|số cmnd/cccd/hộ chiếu|số cccd/cmnd/hộ chiếu|số định danh|số định danh cá nhân"
    "|mã định danh|mã định danh cá nhân|số đdcn|đdcn|số định danh/cccd|cccd/mã định danh"
    "|số định danh cá nhân/cccd"
    "|cccd/đdcn|số giấy tờ|số giấy tờ tùy thân|giấy tờ tùy thân|số cccd hoặc cmnd|số cmnd hoặc cccd"
    "|cccd/cmtnd|số cccd/cmtnd|thẻ cccd|số thẻ cccd|số thẻ căn cước|mã số định danh|số cccd 12 số"
    "|citizen id number|citizen id no|national id number|national id no|identity card number"
    "|identity card no|id card no|identity no|citizen identity number|citizen identification number"
)
_OLD_NUMBER: Final = (
    "cmnd|số cmnd|cmt|số cmt|cmtnd|số cmtnd|chứng minh nhân dân|số chứng minh nhân dân|giấy cmnd"
    "|cmnd cũ"
    "|số cmnd cũ|số cmt cũ|cmnd 9 số|số cmnd 9 số|old id number|old id"
)
_HEADS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "records": _PERSON
    | {
        "record_id": (
            "record id|vaccination id|mã mũi tiêm|mã bản ghi|mã tiêm|mã tiêm chủng"
            "|mã phiếu|mã phiếu tiêm|mã lượt tiêm|mã mũi|mã định danh mũi tiêm|mã số mũi tiêm"
            "|mã dòng|id bản ghi"
            "|id mũi tiêm|mã lần tiêm",
            "mã đối tượng|mã hồ sơ|số hồ sơ",
        ),
        "facility": (
            "facility|site|vaccination site|clinic|cơ sở|cơ sở tiêm|cơ sở tiêm chủng|đơn vị|đơn vị tiêm"
            "|đơn vị tiêm chủng|nơi tiêm|nơi tiêm chủng|điểm tiêm|điểm tiêm chủng|địa điểm tiêm"
            "|tên cơ sở"
            "|tên cơ sở tiêm|tên cơ sở tiêm chủng|csyt"
            "|cơ sở y tế|trạm y tế|cstc|cs tiêm|cs tiêm chủng|tên điểm tiêm|health facility"
            "|facility name|vaccination facility|vaccination center|vaccination centre"
            "|place of vaccination",
            "mã cơ sở|mã cơ sở tiêm|mã cơ sở tiêm chủng|mã csyt",
        ),
        "id_number": (
            _CURRENT_NUMBER,
            _OLD_NUMBER,
            "hộ chiếu|số hộ chiếu|passport|passport number|passport no",
        ),
        "vaccine": (
            "vaccine|vaccine name|vắc xin|vắcxin|vacxin|vaccin|tên vắc xin|tên vaccine|tên vaccin"
            "|loại vắc xin"
            "|loại vaccine|vắc xin tiêm|tên vắc xin tiêm|vắc xin sử dụng|vaccine product|vaccine type"
            "|type of vaccine|vaccine brand|vx|loại vx|tên vx|loại vaccin|loại vacxin|tên vacxin",
        ),
        "dose": (
            "dose|dose number|dose no|mũi|mũi số|mũi tiêm|mũi thứ|lần tiêm|mũi tiêm số|liều|liều số"
            "|mũi tiêm thứ|mũi thứ mấy|thứ tự mũi|mũi vắc xin",
        ),
        "doses": (
            "doses|total doses|tổng số mũi|tổng mũi|tổng số mũi tiêm|tổng số liều|số mũi phải tiêm"
            "|số mũi cơ bản|tổng số mũi phải tiêm|ts mũi|tổng liều|no of doses|number of doses"
            "|total number of doses|doses in series",
        ),
        "vaccinated_on": (
            "vaccinated on|vaccination date|date of vaccination|dose date|date vaccinated|ngày tiêm"
            "|ngày tiêm chủng|ngày tiêm vắc xin|ngày giờ tiêm|thời gian tiêm|ngày tháng tiêm|ngày chích"
            "|ngày tiêm mũi|ngày, giờ tiêm|ngày/giờ tiêm|ngày tiêm vx|ngày tháng năm tiêm"
            "|vaccinated date|injection date|date of injection|date of dose",
        ),
        "batch": (
            "batch|lot|lot number|batch number|lot no|batch no|số lô|lô|lô vắc xin|số lô vắc xin"
            "|mã lô|lô số"
            "|lô vaccine|số lô vaccine|lô sản xuất|số lô sản xuất|số lô vx|lô vx|batch/lot|lot/batch",
        ),
    },
    "registry": _PERSON
    | {
        "person_id": (
            "person id|citizen code|mã công dân|mã người|mã người dân|mã nhân khẩu|mã dân cư"
            "|mã số công dân"
            "|mã đối tượng|id công dân|mã cá nhân|mã số cá nhân|mã hồ sơ",
        ),
        "id_number": (_CURRENT_NUMBER,),
        "old_id_number": (_OLD_NUMBER,),
    },
}
# A name in several columns: what stands first comes first.
_NAME_PARTS: Final = (
    frozenset(
        map(plain, "họ|họ và tên đệm|họ và đệm|họ đệm|họ và chữ đệm|họ và tên lót|họ và lót".split("|"))
    )
    | frozenset(map(plain, "họ lót|họ chữ đệm|họ tên đệm|family name|last name|surname".split("|"))),
    frozenset(map(plain, "tên đệm|chữ đệm|đệm|tên lót|lót|middle name".split("|"))),
    frozenset(map(plain, "tên|tên gọi|given name|given names|first name".split("|"))),
)
_FILLED_IN_TURN: Final = frozenset(("id_number", "date_of_birth"))
"""Columns whose heads of a lower rank are used too, where the others are empty: CCCD and CMND"""


class Source(NamedTuple):
    """Where a column is: the first alternative that is filled counts, its places joined by a space."""

    alternatives: tuple[tuple[int, ...], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is one cell."""
        return len(self.alternatives) == len(self.alternatives[0]) == 1

    def value(self, cells: Sequence[str]) -> str:
        """The value in a row.

        >>> Source(((2,), (0, 1))).value(["Lê", "An", ""])
        'Lê An'
        """
        if self.is_plain:
            return cells[self.alternatives[0][0]]
        for places in self.alternatives:
            found = " ".join(cells[place] for place in places if cells[place].strip(SPACES))
            if found:
                return found
        return ""


class Unclear(NamedTuple):
    """Several heads that may be the same column."""

    column: str
    heads: tuple[str, ...]


def _ranked(role: str) -> Mapping[str, tuple[str, int]]:
    ranked: dict[str, tuple[str, int]] = {}
    for column, ranks in _HEADS[role].items():
        for rank, heads in enumerate(ranks):
            for head in heads.split("|"):
                ranked.setdefault(plain(head), (column, rank))
    return ranked


_RANKED: Final = {role: _ranked(role) for role in _HEADS}


def known(header: Sequence[str], role: str) -> Mapping[str, Source | Unclear]:
    """The columns that the heads of a file name, in `records` or `registry`.

    >>> known(["STT", "Họ đệm", "Tên", "CMND", "Số CCCD"], "records")["full_name"]
    Source(alternatives=((1, 2),))
    >>> known(["Họ tên", "CMND", "Số CCCD"], "records")["id_number"]
    Source(alternatives=((2,), (1,)))
    """
    places: dict[str, dict[int, list[int]]] = {}
    heads = list(map(plain, header))
    for place, head in enumerate(heads):
        if head in _RANKED[role]:
            column, rank = _RANKED[role][head]
            places.setdefault(column, {}).setdefault(rank, []).append(place)
    found: dict[str, Source | Unclear] = {}
    for column, ranks in places.items():
        chosen = sorted(ranks) if column in _FILLED_IN_TURN else [min(ranks)]
        doubled = next((ranks[rank] for rank in chosen if len(ranks[rank]) > 1), None)
        if doubled:
            found[column] = Unclear(column, tuple(header[place] for place in doubled))
        else:
            found[column] = Source(tuple((ranks[rank][0],) for rank in chosen))
    parts = [[place for place, head in enumerate(heads) if head in names] for names in _NAME_PARTS]
    whole = 0 in places.get("full_name", {})
    if not whole and parts[0] and parts[2] and all(len(each) <= 1 for each in parts):
        found["full_name"] = Source((tuple(place for each in parts for place in each),))
    return found


def column_of(head: str, role: str) -> str:
    """The column that a head names by itself; empty where it names none.

    >>> column_of("HVT", "records"), column_of("Nguyễn Văn An", "records")
    ('full_name', '')
    """
    return _RANKED[role].get(plain(head), ("", 0))[0]


_OTHERS: Final = frozenset(
    map(
        plain,
        "ghi chú|chú thích|note|notes|remark|remarks|comment|comments|địa chỉ|địa chỉ thường trú|nơi ở"
        "|địa chỉ nơi ở|chỗ ở|address|xã|phường|xã/phường|phường/xã|huyện|quận|quận/huyện|huyện/quận"
        "|tổ|thôn|ấp|khu phố|tổ dân phố|district|ward|commune|dân tộc|ethnicity|nghề nghiệp|occupation"
        "|nơi làm việc|đơn vị công tác|quốc tịch|nationality|tuổi|age|email|nhóm đối tượng|đối tượng"
        "|nhóm ưu tiên|mã bhyt|số thẻ bhyt|bhyt|tiền sử|tiền sử bệnh|phản ứng sau tiêm|kết quả khám"
        "|người tiêm|bác sĩ khám|hạn dùng|hsd|hạn sử dụng|expiry|giờ tiêm|ký tên|chữ ký|signature"
        "|họ tên cha mẹ|người giám hộ|trường|lớp|school|class".split("|"),
    )
)


def is_of_use(head: str) -> bool:
    """Whether a head that is none of ours may still be one of our columns: not an address or a note.

    >>> is_of_use("Số mũi"), is_of_use("Ghi chú"), is_of_use("STT")
    (True, False, False)
    """
    return bool(head.strip()) and plain(head) not in _OTHERS | RUNNING


def is_running_number(head: str) -> bool:
    """Whether a head is that of a running number.

    >>> is_running_number("STT"), is_running_number("Mã mũi tiêm")
    (True, False)
    """
    return plain(head) in RUNNING
