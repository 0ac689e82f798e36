"""PDFs are read page by page, small codes too; what was not looked at is said."""

from __future__ import annotations

import gc
import io
import itertools
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from vaxpass_cli.io import pdf, sources

from tests.support.world import World
from vaxpass import qr

_A4 = (1654, 2339)  # at 200 dots an inch


def page(*texts: str, size: tuple[int, int] = _A4) -> Image.Image:
    """A page of paper with codes below each other."""
    paper = Image.new("L", size, 255)
    for number, text in enumerate(texts):
        with Image.open(io.BytesIO(qr.png(text, scale=3))) as code:
            paper.paste(code.convert("L"), (200, 100 + 700 * number))
    return paper


def grey(text: str, side: int) -> Image.Image:
    with Image.open(io.BytesIO(qr.png(text, scale=3))) as code:
        return code.convert("L").resize((side, side), Image.Resampling.BILINEAR)


def as_pdf(*pages: Image.Image) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return file.getvalue()


def read(data: bytes, folder: Path) -> list[tuple[str, str | None, str | None]]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    found = list(sources.find([str(path)]))
    return [(Path(source.name).name, source.text, source.problem) for source in found]


def test_all_codes_of_all_pages_are_read(world: World, tmp_path: Path) -> None:
    one, two, three = world.issue(), "HC1:TWO", "HC1:THREE"
    data = as_pdf(page(one), page(), page(two, three), page(one))
    assert read(data, tmp_path) == [
        ("file.pdf#page=1", one, None),
        ("file.pdf#page=3.1", two, None),
        ("file.pdf#page=3.2", three, None),
    ]
    assert [source.text for source in sources.find([str(tmp_path)])] == [one, two, three]


def test_reading_ends_between_pages_where_somebody_wants_no_more() -> None:
    looks = itertools.count(1)

    def between() -> None:
        if next(looks) == 3:
            raise TimeoutError

    pages = pdf.parts(as_pdf(page("HC1:ONE"), page(), page(), page()), between=between)
    assert [next(pages).number, next(pages).number] == [1, 2]
    with pytest.raises(TimeoutError):
        next(pages)


def test_a_single_passport_has_the_name_of_its_file(world: World, tmp_path: Path) -> None:
    text = world.issue()
    assert read(as_pdf(page("https://example.org"), page(text)), tmp_path) == [("file.pdf", text, None)]
    assert read(b"\n" * 100 + as_pdf(page(text)), tmp_path) == [("file.pdf", text, None)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data[:300], "pdf.unreadable"),
        (lambda data: b"%PDF-1.7\n", "pdf.unreadable"),
        (lambda data: b"%PDF-1.7\n" + bytes(range(256)) * 50, "pdf.unreadable"),
        (lambda data: as_pdf(page()), "pdf.no_code"),
    ],
)
def test_what_is_wrong_is_told(change: object, problem: str, tmp_path: Path) -> None:
    assert callable(change)
    assert read(change(as_pdf(page("HC1:A"))), tmp_path) == [("file.pdf", None, problem)]


def test_a_large_picture_of_a_code_hides_no_small_one(world: World, tmp_path: Path) -> None:
    large, small = world.issue(), world.issue()
    paper = page(large)
    data = as_pdf(paper)
    assert read(data, tmp_path) == [("file.pdf", large, None)]
    paper = paper.resize((4 * paper.width, 4 * paper.height), Image.Resampling.NEAREST)
    paper.paste(grey(small, 400), (4800, 7000))  # 13 millimetres
    file = io.BytesIO()
    paper.save(file, "PDF", resolution=800)
    assert {row[1:] for row in read(file.getvalue(), tmp_path)} == {(large, None), (small, None)}


@pytest.mark.parametrize("module", [0.45, 2])
def test_every_small_drawing_of_a_code_on_a_page_is_read(
    module: float, world: World, tmp_path: Path
) -> None:
    one, two = world.issue(), world.issue()
    # Drawn as rectangles, a code has no resolution of its own.
    data = one_page(b"595 842", as_rectangles(one, 40, 700, module) + as_rectangles(two, 480, 60, 0.45))
    assert {row[1:] for row in read(data, tmp_path)} == {(one, None), (two, None)}


def test_a_passport_in_the_words_of_a_page_is_read(world: World, tmp_path: Path) -> None:
    coded, written = world.issue(), world.issue()
    data = with_words(written, as_rectangles(coded, 40, 700, 1))
    assert {row[1:] for row in read(data, tmp_path)} == {(coded, None), (written, None)}
    assert read(with_words(written), tmp_path) == [("file.pdf", written, None)]
    # Beside its code, words that repeat it badly are nothing.
    badly = with_words(coded[:200] + coded[201:], as_rectangles(coded, 40, 700, 1))
    assert read(badly, tmp_path) == [("file.pdf", coded, None)]
    ((_, found, problem),) = read(with_words(coded[:200] + coded[201:]), tmp_path)
    assert (found is None, problem) == (False, None)


def with_words(text: str, drawing: bytes = b"") -> bytes:
    lines = (text[begin : begin + 60] for begin in range(0, len(text), 60))
    shown = "".join(f"({line}) Tj 0 -10 Td " for line in lines)
    words = f"BT /F 8 Tf 40 400 Td {shown}ET\n".encode()
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >>"
    return one_page(b"595 842", words + drawing, font)


def test_files_that_are_attached_are_told(world: World, tmp_path: Path) -> None:
    import pypdfium2  # noqa: PLC0415 - loading it takes long

    text = world.issue()
    document = pypdfium2.PdfDocument(as_pdf(page(text)))
    document.new_attachment("a.png").set_data(qr.png(text))
    file = io.BytesIO()
    document.save(file)
    assert read(file.getvalue(), tmp_path) == [
        ("file.pdf", text, None),
        ("file.pdf", None, "pdf.attachments"),
    ]


def as_rectangles(text: str, x: float, y: float, module: float) -> bytes:
    """The operators of a page that draw a code; the corner on its top left is at x and y, in points."""
    boxes = [
        f"{x + column * module:.2f} {y - row * module:.2f} {module} {module} re"
        for row, line in enumerate(qr.modules(text))
        for column, dark in enumerate(line)
        if dark
    ]
    return "\n".join((*boxes, "f\n")).encode()


def plain_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF file of these objects; the first is its root."""
    file = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
        + b"trailer\n<< /Root 1 0 R /Size %d %b >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(file))
    )


def one_page(box: bytes, drawing: bytes = b"", extra: bytes = b"") -> bytes:
    return plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %b] /Contents 4 0 R %b >>" % (box, extra),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
    )


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    key = b"/Filter /Standard /V 1 /R 2 /P -1 /O <%b> /U <%b>" % (b"a1" * 32, b"b2" * 32)
    data = plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        trailer=b"/ID [<00> <00>] /Encrypt << %b >>" % key,
    )
    assert read(data, tmp_path) == [("file.pdf", None, "pdf.password")]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pixels of all drawings that codes are looked for in."""
    sizes: list[int] = []
    for name in ("read", "search"):
        real = getattr(qr, name)

        def counted(
            pixels: bytes, width: int, height: int, real: Any = real, **how: Any
        ) -> tuple[qr.ReadCode, ...]:
            assert len(pixels) == width * height
            sizes.append(len(pixels))
            found: tuple[qr.ReadCode, ...] = real(pixels, width, height, **how)
            return found

        monkeypatch.setattr(qr, name, counted)
    return sizes


@pytest.mark.parametrize(
    "box", [b"14400 14400", b"1000000 1000000", b"1000000 1", b"1 1", b"0 0", b"-5 9"]
)
def test_pages_of_any_size_take_bounded_memory(box: bytes, tmp_path: Path, drawn: list[int]) -> None:
    # Something is in the corner, so that the page is not empty.
    data = one_page(box, b"0 0 1 1 re f 3 3 2 2 re f")
    assert read(data, tmp_path)[0][2] in ("pdf.no_code", "pdf.not_looked_at", "pdf.page")
    assert max(drawn, default=0) <= 37_000_000
    assert sum(drawn) <= 700_000_000


def many_pages(count: int, *codes: tuple[int, str]) -> bytes:
    """Small pages, of which some have a code."""
    empty = Image.new("L", (60, 60), 255)
    shown = dict(codes)
    drawings = [
        grey(shown[number], 300) if number in shown else empty for number in range(1, count + 1)
    ]
    return as_pdf(*drawings)


def test_every_page_of_a_long_file_is_read(tmp_path: Path) -> None:
    data = many_pages(120, (1, "HC1:FIRST"), (56, "HC1:MIDDLE"), (120, "HC1:LAST"))
    assert read(data, tmp_path) == [
        ("file.pdf#page=1", "HC1:FIRST", None),
        ("file.pdf#page=56", "HC1:MIDDLE", None),
        ("file.pdf#page=120", "HC1:LAST", None),
    ]


def test_pages_beyond_the_limit_of_work_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_MOST_IN_ALL", 1_500_000)
    found = read(many_pages(70, (1, "HC1:FIRST"), (60, "HC1:LATE")), tmp_path)
    assert found[0][:2] == ("file.pdf", "HC1:FIRST")
    ((name, text, problem),) = found[1:]
    assert (text, problem) == (None, "pdf.not_looked_at")
    assert name.startswith("file.pdf#page=")
    assert name.endswith("-70")


def test_a_page_that_is_too_large_to_be_looked_at_closely_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_MOST_FINE_OF_A_PAGE", 1_000_000)
    data = one_page(b"9000 9000", b"0 0 9 9 re f 8000 8000 9 9 re f")
    assert read(data, tmp_path) == [("file.pdf", None, "pdf.not_looked_at")]


@pytest.mark.parametrize("kid", [b"null", b"17", b"(page)"])
def test_a_page_that_cannot_be_drawn_is_named(kid: bytes, tmp_path: Path) -> None:
    data = plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R 4 0 R 3 0 R] /Count 4 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 30 30] >>",
        kid,
    )
    assert read(data, tmp_path) == [("file.pdf#page=2-3", None, "pdf.page")]


def as_vector(text: str, points: float, left: float, bottom: float) -> bytes:
    """The drawing of a code as rectangles, `points` wide."""
    rows = qr.modules(text)
    side = points / len(rows)
    drawing = [
        f"{left + x * side:.4f} {bottom + (len(rows) - 1 - y) * side:.4f} {side:.4f} {side:.4f} re"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return "\n".join([*drawing, "f"]).encode()


_MM = 72 / 25.4


@pytest.mark.parametrize(
    ("box", "millimetres", "left", "bottom", "extra"),
    [
        (b"595 842", 15, 100, 400, b""),
        (b"595 842", 12, 500, 30, b"/Rotate 90"),
        (b"595 842", 10, 20, 780, b"/Rotate 180 /CropBox [10 10 590 840]"),
        (b"842 1191", 13, 700, 1100, b""),
        (b"2384 3370", 15, 2100, 20, b"/Rotate 270"),
        (b"14400 14400", 20, 9000, 9000, b""),
        (b"40 40", 2, 20, 20, b"/UserUnit 10"),
    ],
)
def test_a_small_code_is_read_wherever_it_is_on_a_page(
    box: bytes,
    millimetres: float,
    left: float,
    bottom: float,
    extra: bytes,
    world: World,
    tmp_path: Path,
) -> None:
    text = world.issue()
    data = one_page(box, as_vector(text, millimetres * _MM, left, bottom), extra)
    assert read(data, tmp_path) == [("file.pdf", text, None)]


def test_a_small_code_is_read_beside_a_code_that_is_no_passport(world: World, tmp_path: Path) -> None:
    text = world.issue()
    drawing = as_vector("https://example.org", 90, 300, 600) + b"\n" + as_vector(text, 13 * _MM, 60, 60)
    assert read(one_page(b"595 842", drawing), tmp_path) == [("file.pdf", text, None)]


def test_a_picture_in_a_page_is_read_in_its_own_resolution(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A code of 4 millimetres: on the paper nobody could read it."""
    text = world.issue()
    with Image.open(io.BytesIO(qr.png(text, scale=3))) as code:
        file = io.BytesIO()
        code.convert("L").save(file, "PDF", resolution=code.width / (4 / 25.4))
    assert read(file.getvalue(), tmp_path) == [("file.pdf", text, None)]
    gc.collect()
    assert capfd.readouterr().err == ""


def test_two_threads_may_read_at_once(world: World) -> None:
    data = as_pdf(page("HC1:A"), page("HC1:B"))
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(list(pdf.parts(data))))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 4
