"""What the desk says, English and Vietnamese: one place for all of its own words."""

from __future__ import annotations

from typing import Final

_PHRASES: Final[dict[str, tuple[str, str]]] = {
    # What the desk does.
    "searching": ("Show the code to the camera.", "Đưa mã ra trước máy quay."),
    "searching_texts": ("Scan or send a code.", "Hãy quét hoặc gửi mã."),
    "reading": ("A code is in view: it is being read.", "Đã thấy mã, đang đọc."),
    "verdict": ("Press space for the next traveller.", "Nhấn phím cách để tiếp người kế tiếp."),
    "clear": ("Ready for the next traveller.", "Sẵn sàng cho người kế tiếp."),
    "judged": (
        "This code was judged: take it away and show the next one.",
        "Mã này đã được xét: hãy lấy ra và đưa mã kế tiếp.",
    ),
    "ended": ("There is nothing more to read.", "Không còn gì để đọc."),
    # What would help.
    "hint.closer": ("Bring the code closer to the camera.", "Đưa mã lại gần máy quay hơn."),
    "hint.hold_still": ("Hold the code still.", "Giữ yên mã."),
    "hint.tilt": (
        "Tilt the code a little, light is reflected on it.",
        "Nghiêng mã một chút, mã đang bị lóa sáng.",
    ),
    "hint.brighter": (
        "It is too dark: add light, or make the phone's screen brighter.",
        "Quá tối: hãy thêm ánh sáng hoặc tăng độ sáng màn hình điện thoại.",
    ),
    "hint.darker": (
        "It is too bright: shade the code, or dim the phone's screen.",
        "Quá sáng: hãy che bớt ánh sáng hoặc giảm độ sáng màn hình điện thoại.",
    ),
    "hint.unread": (
        "The code can't be read yet: hold it flat, whole and still.",
        "Chưa đọc được mã: hãy giữ mã phẳng, đủ khung và đứng yên.",
    ),
    "hint.hand_scanner": (
        "A hand scanner types into this window: start with --source keyboard to use it.",
        "Máy quét cầm tay đang gõ vào cửa sổ này: hãy khởi động với --source keyboard để dùng.",
    ),
    # Why the source delivers nothing.
    "trouble.absent": (
        "The camera or scanner was not found. Plug it in; the desk goes on by itself.",
        "Không tìm thấy máy quay hoặc máy quét. Hãy cắm thiết bị; chương trình sẽ tự tiếp tục.",
    ),
    "trouble.busy": (
        "Another program uses the camera or scanner. Close it; the desk goes on by itself.",
        "Chương trình khác đang dùng thiết bị. Hãy đóng lại; chương trình này sẽ tự tiếp tục.",
    ),
    "trouble.lost": (
        "The camera or scanner was unplugged. Plug it in; the desk goes on by itself.",
        "Máy quay hoặc máy quét đã bị rút ra. Hãy cắm lại; chương trình sẽ tự tiếp tục.",
    ),
    "trouble.frozen": (
        "The camera delivers no new pictures. It is being started again.",
        "Máy quay không gửi hình mới. Đang khởi động lại máy quay.",
    ),
    "trouble.black": (
        "The camera's picture is black. Take the cover off the lens.",
        "Hình của máy quay đen hoàn toàn. Hãy mở nắp che ống kính.",
    ),
    # Why there is no window.
    "window.no_display": (
        "There is no display (DISPLAY is not set).",
        "Không có màn hình (chưa đặt DISPLAY).",
    ),
    "window.wayland": (
        "There is a Wayland display only, and OpenCV's window needs X11 (XWayland).",
        "Chỉ có màn hình Wayland, còn cửa sổ OpenCV cần X11 (XWayland).",
    ),
    "window.slow": (
        "A window could not be opened in time.",
        "Không mở được cửa sổ trong thời gian cho phép.",
    ),
    "window.refused": (
        "The display does not let a window be opened.",
        "Màn hình không cho phép mở cửa sổ.",
    ),
    # Badges.
    "offline": ("OFFLINE", "NGOẠI TUYẾN"),
    "list_age": ("List: {days} days old", "Danh sách: {days} ngày"),
    "list_today": ("List: of today", "Danh sách: hôm nay"),
    "list_no_age": ("List: age unknown", "Danh sách: không rõ tuổi"),
    "policy_strict": ("Policy: strict", "Quy tắc: chặt"),
    "policy_lenient": ("Policy: relaxed", "Quy tắc: nới lỏng"),
    "arrival": ("Entry rules of {place}", "Quy định nhập cảnh {place}"),
    "arrival_no_rules": ("{place}: no entry rules loaded", "{place}: chưa nạp quy định nhập cảnh"),
    "as_of": ("As of {date}", "Xét tại {date}"),
    "test_mode": ("TEST MODE - SPECIMENS COUNT", "CHẾ ĐỘ THỬ - BẢN MẪU ĐƯỢC TÍNH"),
    "place": ("{waiting} more waiting", "còn {waiting} mã chờ"),
    "unverified": (
        "Nobody vouches for this name: it was not verified.",
        "Không ai bảo đảm tên này: chưa được xác minh.",
    ),
    # Keys.
    "keys": (
        "Space next   D details   S summary   L language   M sound   H help   Q quit",
        "Cách: tiếp   D: chi tiết   S: tổng kết   L: ngôn ngữ   M: âm   H: trợ giúp   Q: thoát",
    ),
    "help": ("Keys", "Các phím"),
    "help.space": ("Space, Enter", "Phím cách, Enter"),
    "help.space.does": ("Close the verdict; next traveller", "Đóng kết quả, người kế tiếp"),
    "help.details": ("Show or hide the details", "Hiện hoặc ẩn chi tiết"),
    "help.summary": ("Summary of the shift", "Tổng kết ca trực"),
    "help.language": ("English or Vietnamese", "Tiếng Anh hoặc tiếng Việt"),
    "help.mute": ("Sound on or off", "Bật hoặc tắt âm thanh"),
    "help.help": ("This help", "Trợ giúp này"),
    "help.quit": ("End the shift", "Kết thúc ca trực"),
    # Summary.
    "summary": ("Shift since {time}", "Ca trực từ {time}"),
    "summary.total": ("Verdicts", "Số kết quả"),
    "summary.reasons": ("Reasons", "Lý do"),
    "summary.hours": ("By hour", "Theo giờ"),
    "muted": ("Sound off", "Tắt âm"),
}


def phrase(name: str, language: str, **values: object) -> str:
    """The phrase of this name in `language` (`en` or `vi`), its fields filled in."""
    english, vietnamese = _PHRASES[name]
    return (vietnamese if language == "vi" else english).format(**values)
