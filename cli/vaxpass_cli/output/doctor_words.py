"""What `vaxpass doctor` says, English and Vietnamese."""

from __future__ import annotations

from typing import Final

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "what.packages": ("Packages", "Gói phần mềm"),
    "what.window": ("Window", "Cửa sổ"),
    "what.fonts": ("Fonts", "Phông chữ"),
    "what.camera": ("Camera", "Máy quay"),
    "what.clock": ("Clock", "Đồng hồ"),
    "what.trust": ("Trust list", "Danh sách tin cậy"),
    "packages.ok": (
        "All packages are installed (Python {python}).",
        "Đã cài đủ các gói (Python {python}).",
    ),
    "packages.missing": (
        "Packages are missing ({names}). Install them with: pip install 'vaxpass[scan]'",
        "Thiếu gói phần mềm ({names}). Hãy cài bằng: pip install 'vaxpass[scan]'",
    ),
    "window.ok": ("A window can be opened.", "Mở được cửa sổ."),
    "window.none": (
        "{reason} The scanner uses the terminal instead.",
        "{reason} Chương trình sẽ dùng cửa sổ dòng lệnh.",
    ),
    "fonts.ok": (
        "Names of all common scripts can be drawn.",
        "Vẽ được tên bằng mọi chữ viết thông dụng.",
    ),
    "fonts.missing": (
        "Names in these scripts are shown in machine-readable letters only: {names}. Fonts of"
        " the system are used where they are installed, such as fonts-noto.",
        "Tên bằng các chữ viết sau chỉ hiện bằng chữ cái máy đọc: {names}. Có thể cài thêm phông chữ"
        " của hệ thống, ví dụ fonts-noto.",
    ),
    "fonts.unknown": (
        "Fonts can't be tested before the packages are installed.",
        "Chưa thể kiểm tra phông chữ khi chưa cài đủ các gói.",
    ),
    "camera.absent": (
        "Camera {camera} was not found. vaxpass cameras lists those that are there.",
        "Không tìm thấy máy quay {camera}. Lệnh vaxpass cameras liệt kê các máy quay hiện có.",
    ),
    "camera.busy": (
        "Camera {camera} is in use by another program, or this user may not use it (group video).",
        "Máy quay {camera} đang được chương trình khác dùng, hoặc người dùng này không có quyền"
        " (nhóm video).",
    ),
    "camera.silent": (
        "Camera {camera} delivers no pictures. Unplug it, and plug it in again.",
        "Máy quay {camera} không gửi hình. Hãy rút ra và cắm lại.",
    ),
    "camera.black": (
        "Camera {camera} delivers black pictures. Take the cover off the lens.",
        "Hình của máy quay {camera} đen hoàn toàn. Hãy mở nắp che ống kính.",
    ),
    "camera.small": (
        "Camera {camera} delivers {size} only; large codes need 1280x720.",
        "Máy quay {camera} chỉ cho hình {size}; mã lớn cần 1280x720.",
    ),
    "camera.ok": (
        "Camera {camera} works: {size}, {rate} pictures a second.",
        "Máy quay {camera} hoạt động: {size}, {rate} hình mỗi giây.",
    ),
    "clock.ok": ("The clock says {now}.", "Đồng hồ chỉ {now}."),
    "clock.behind": (
        "The clock says {now}, before this program was made: set it.",
        "Đồng hồ chỉ {now}, trước khi chương trình này ra đời: hãy chỉnh lại.",
    ),
    "clock.list": (
        "The clock says {now}, before the trust list was made ({made}): set it.",
        "Đồng hồ chỉ {now}, trước khi danh sách tin cậy được lập ({made}): hãy chỉnh lại.",
    ),
    "trust.ok": ("{count} keys, {days} days old.", "{count} khóa, {days} ngày."),
    "trust.warning": (
        "{count} keys, {days} days old: renew the list.",
        "{count} khóa, {days} ngày: hãy cập nhật danh sách.",
    ),
    "trust.problem": (
        "{count} keys, {days} days old: too old to decide by. Install a current list.",
        "{count} khóa, {days} ngày: quá cũ để quyết định. Hãy cài danh sách mới.",
    ),
    "trust.no_age": (
        "{count} keys; the list does not say how old it is.",
        "{count} khóa; danh sách không cho biết được lập khi nào.",
    ),
}


def said(name: str, language: str, **values: object) -> str:
    """The sentence of this name in `language` (`en` or `vi`), its fields filled in."""
    english, vietnamese = _SENTENCES[name]
    return (vietnamese if language == "vi" else english).format(**values)
