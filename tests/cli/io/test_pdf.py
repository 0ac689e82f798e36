"""PDFs are read page by page; what is wrong with one is said. Bad pictures get a second look."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from vaxpass_cli.io import images, pdf, sources
from vaxpass_cli.io.sources import Source

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


def one_page(box: bytes) -> bytes:
    return plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %b] >>" % box,
    )


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    key = b"/Filter /Standard /V 1 /R 2 /P -1 /O <%b> /U <%b>" % (b"a1" * 32, b"b2" * 32)
    data = plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        trailer=b"/ID [<00> <00>] /Encrypt << %b >>" % key,
    )
    assert read(data, tmp_path) == [("file.pdf", None, "pdf.password")]


@pytest.mark.parametrize(
    "box", [b"14400 14400", b"1000000 1000000", b"1000000 1", b"1 1", b"0 0", b"-5 9"]
)
def test_pages_of_any_size_take_bounded_memory(box: bytes, tmp_path: Path) -> None:
    data = one_page(box)
    assert read(data, tmp_path)[0][2] in ("pdf.no_code", "pdf.unreadable")
    for width, height, pixels in pdf.pages(data):
        assert len(pixels) == width * height <= 17_000_000


def test_only_the_first_pages_of_a_long_file_are_read() -> None:
    kids = b" ".join([b"3 0 R"] * 70)
    data = plain_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count 70 >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 30 30] >>",
    )
    assert len(list(pdf.pages(data))) == 50


def test_two_threads_may_read_at_once(world: World) -> None:
    data = as_pdf(page("HC1:A"), page("HC1:B"))
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(list(pdf.pages(data))))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 4


def grey(text: str, side: int) -> Image.Image:
    with Image.open(io.BytesIO(qr.png(text, scale=3))) as code:
        return code.convert("L").resize((side, side), Image.Resampling.BILINEAR)


def degraded(kind: str, text: str) -> Image.Image:
    if kind == "blurred":
        return grey(text, 500).filter(ImageFilter.GaussianBlur(2.2))
    if kind == "faint":
        return grey(text, 450).point([110 + value // 12 for value in range(256)])
    # A large photograph, out of focus and with its code a bit turned.
    paper = Image.new("L", (3000, 2200), 200)
    paper.paste(grey(text, 1100), (600, 500))
    return paper.rotate(8, Image.Resampling.BICUBIC, fillcolor=120).filter(ImageFilter.GaussianBlur(5))


@pytest.mark.parametrize("kind", ["blurred", "faint", "photograph"])
def test_what_is_hard_to_read_is_read(kind: str, world: World) -> None:
    text = world.issue()
    picture = degraded(kind, text)
    assert images.read(*picture.size, picture.tobytes()) == [text]


def test_a_picture_without_a_code_stays_without(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.effect_noise((300, 200), 80).save(path)
    assert list(sources.find([str(path)])) == [Source(str(path), None, "picture.no_code")]
