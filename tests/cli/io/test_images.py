"""Pictures of all kinds are read, however many pixels and frames they have; what was not is said."""

from __future__ import annotations

import io
import sys
import warnings
import zlib
from functools import reduce
from operator import xor
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile
from vaxpass_cli.errors import install_line
from vaxpass_cli.io import images, sources
from vaxpass_cli.io.images import UnreadablePicture
from vaxpass_cli.io.sources import Source

from tests.support import divoc_documents as divoc
from tests.support.code_pieces import pieces_of
from tests.support.paths import ROOT
from tests.support.pictures import beside
from tests.support.world import World
from vaxpass import Outcome, qr


def code(text: str, scale: int = 3) -> Image.Image:
    with Image.open(io.BytesIO(qr.png(text, scale=scale))) as picture:
        return picture.convert("L")


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def rows(data: bytes, folder: Path) -> list[tuple[str, str | None, str | None]]:
    path = folder / "picture"
    path.write_bytes(data)
    found = sources.find([str(path)])
    return [(Path(source.name).name, source.text, source.problem) for source in found]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "JPEG2000", "AVIF"])
def test_the_kinds_of_pictures_are_told_by_their_bytes_and_read(kind: str, tmp_path: Path) -> None:
    Image.init()
    if kind not in Image.SAVE:
        pytest.skip(f"this Pillow has no {kind}")
    assert rows(saved(code("HC1:A").convert("RGB"), kind), tmp_path) == [("picture", "HC1:A", None)]


def test_what_netpbm_writes_is_read() -> None:
    assert images.texts(saved(code("HC1:A"), "PPM")) == ["HC1:A"]


def test_a_raw_stream_of_jpeg_2000_is_read(tmp_path: Path) -> None:
    data = saved(code("HC1:A"), "JPEG2000", no_jp2=True)
    assert rows(data, tmp_path) == [("picture", "HC1:A", None)]


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_without_its_package_a_heic_photograph_is_one_row_that_says_what_to_install(
    brand: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    data = b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + b"\n\x00" * 500
    assert rows(data, tmp_path) == [("picture", None, "picture.heic")]
    (row,) = sources.find([str(tmp_path / "picture")])
    assert install_line("heic") in row.reason("vi")


def test_a_heic_photograph_is_read(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    ((_, text, problem),) = rows((shared / "vectors" / "faults" / "photo.heic").read_bytes(), tmp_path)
    assert text is not None
    assert text.startswith("HC1:")
    assert problem is None


def test_a_damaged_heic_photograph_is_unreadable(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    data = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\n\x00" * 500
    assert rows(data, tmp_path) == [("picture", None, "picture.unreadable")]


@pytest.mark.parametrize("size", [(12000, 9000), (16000, 12500)])
def test_a_photograph_of_very_many_pixels_is_read_without_a_warning(
    size: tuple[int, int], tmp_path: Path
) -> None:
    photograph = Image.new("L", size, 200)
    photograph.paste(code("HC1:LARGE", 20), (5000, 4000))
    data = saved(photograph, "JPEG", quality=60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rows(data, tmp_path) == [("picture", "HC1:LARGE", None)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_code_in_a_very_large_picture_is_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module is two pixels wide, and one in the smaller copy."""
    monkeypatch.setattr(images, "_LARGE", 1_000_000)
    drawn = Image.new("L", (1500, 2500), 240)
    drawn.paste(code("HC1:SMALL AND LARGE" * 20, 2), (31, 1201))
    assert rows(saved(drawn, kind, quality=95), tmp_path)[0][1] == "HC1:SMALL AND LARGE" * 20


def header(width: int, height: int) -> bytes:
    """A PNG file that claims a size."""
    data = bytearray(saved(Image.new("L", (1, 1)), "PNG"))
    data[16:24] = width.to_bytes(4) + height.to_bytes(4)
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4)
    return bytes(data)


@pytest.mark.parametrize("size", [(40_000, 40_000), (2_000_000_000, 2_000_000_000), (300_000, 1000)])
def test_too_many_pixels_are_told_by_the_header_and_not_as_damage(
    size: tuple[int, int], tmp_path: Path
) -> None:
    assert rows(header(*size), tmp_path) == [("picture", None, "picture.too_large")]


def frames(kind: str, *shown: Image.Image) -> bytes:
    return saved(shown[0], kind, save_all=True, append_images=shown[1:])


def test_every_picture_in_a_jpeg_is_looked_at(tmp_path: Path) -> None:
    shown = [code(text).convert("RGB") for text in ("HC1:FIRST", "HC1:OTHER")]
    assert {row[1] for row in rows(frames("MPO", *shown), tmp_path)} == {"HC1:FIRST", "HC1:OTHER"}


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_every_frame_is_read(kind: str, tmp_path: Path) -> None:
    paper = [Image.new("L", (220, 220), 255 - number) for number in range(70)]
    paper[0].paste(code("HC1:FIRST"), (20, 20))
    paper[60].paste(code("HC1:LATE"), (20, 20))
    found = rows(frames(kind, *paper), tmp_path)
    assert found == [("picture#1", "HC1:FIRST", None), ("picture#2", "HC1:LATE", None)]


def test_every_photograph_of_a_jpeg_with_several_is_read(tmp_path: Path) -> None:
    found = rows(frames("MPO", code("HC1:FIRST"), code("HC1:SECOND")), tmp_path)
    assert found == [("picture#1", "HC1:FIRST", None), ("picture#2", "HC1:SECOND", None)]


@pytest.mark.parametrize("kind", ["TIFF", "GIF"])
def test_frames_beyond_the_limit_of_pixels_are_named(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_MOST_IN_PAGES", "_MOST_IN_FRAMES"):
        monkeypatch.setattr(images, limit, 3 * 220 * 220)
    monkeypatch.setattr(images, "_LEAST_IN_FRAME", 1)
    paper = [Image.new("L", (220, 220), 255 - number) for number in range(9)]
    paper[1].paste(code("HC1:FIRST"), (20, 20))
    assert rows(frames(kind, *paper), tmp_path) == [
        ("picture", "HC1:FIRST", None),
        ("picture#frame=4-9", None, "picture.not_looked_at"),
    ]


def test_the_limit_of_a_moving_picture_counts_all_of_its_frames() -> None:
    """Some kilobytes that would be 128 million pixels."""
    paper = [Image.new("L", (4000, 4000), 20 * number) for number in range(8)]
    last = images.parts(frames("GIF", *paper))[-1]
    assert (last.number, last.last, last.problem) == (5, 8, "picture.not_looked_at")


@pytest.mark.parametrize("kind", ["TIFF", "GIF"])
def test_a_small_frame_counts_for_the_work_that_it_makes(kind: str) -> None:
    paper = [Image.new("L", (10, 10), number % 250) for number in range(1700)]
    last = images.parts(frames(kind, *paper))[-1]
    assert (last.last, last.problem) == (1700, "picture.not_looked_at")


def test_a_damaged_frame_is_named_and_the_others_are_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paper = [code("HC1:A"), code("HC1:B"), code("HC1:C")]
    file = io.BytesIO()
    paper[0].save(file, "TIFF", save_all=True, append_images=paper[1:], compression="tiff_lzw")
    data = bytearray(file.getvalue())
    with TiffImageFile(io.BytesIO(data)) as picture:
        picture.seek(1)
        place = picture.tag_v2[273][0]
    data[place : place + 60] = b"\xff" * 60
    found = rows(bytes(data), tmp_path)
    assert ("picture#1", "HC1:A", None) in found
    assert ("picture#frame=2", None, "picture.frame") in found
    assert ("picture#2", "HC1:C", None) in found
    assert capfd.readouterr().err == "", "libtiff would write to the standard error of the process"


@pytest.mark.parametrize("paper", [0, 255])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_code_on_a_transparent_ground_is_read_black_or_white(
    mode: str, paper: int, tmp_path: Path
) -> None:
    drawn = code("HC1:CLEAR")
    ink = Image.new("L", drawn.size, 255 - paper)
    clear = Image.merge("LA", (ink, drawn.point([255 - value for value in range(256)])))
    data = saved(clear.convert("RGBA").quantize(8) if mode == "P" else clear.convert(mode), "PNG")
    assert rows(data, tmp_path) == [("picture", "HC1:CLEAR", None)]


def test_a_code_on_white_and_one_on_black_paper_are_both_read(tmp_path: Path) -> None:
    black, white = code("HC1:BLACK"), code("HC1:WHITE")
    both = Image.new("LA", (black.width + white.width, black.height), (255, 255))
    both.paste(black.convert("LA"))
    both.paste(Image.merge("LA", (Image.new("L", white.size, 255), white)), (black.width, 0))
    assert {row[1] for row in rows(saved(both, "PNG"), tmp_path)} == {"HC1:BLACK", "HC1:WHITE"}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16", "I", "F", "LAB"])
def test_pixels_of_all_kinds_are_read(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_IN_STRIP", 1000)
    drawn = code("HC1:DEEP")
    if mode in ("I;16", "I", "F"):
        # As a scanner writes it: dark grey on grey, in steps that 256 levels don't have.
        deep = drawn.convert("I").point(lambda value: value * 40 + 20_000)
        picture = deep.convert(mode)
    elif mode == "LAB":
        picture = Image.merge("LAB", (drawn, *[Image.new("L", drawn.size, 128)] * 2))
    else:
        picture = drawn.convert(mode)
    assert rows(saved(picture, "TIFF"), tmp_path) == [("picture", "HC1:DEEP", None)]


def test_what_pillow_warns_of_is_not_shown(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\x01" * 30
    rows(saved(code("HC1:A"), "JPEG", exif=exif), tmp_path)
    rows(header(9000, 10_000), tmp_path)
    assert list(recwarn) == []


def test_a_damaged_picture_says_so() -> None:
    data = saved(code("HC1:A"), "PNG")
    for cut in (8, 30, len(data) // 2):
        with pytest.raises(UnreadablePicture) as raised:
            images.parts(data[:cut])
        assert raised.value.code == "picture.unreadable"


def test_a_picture_without_a_code_stays_without(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.effect_noise((300, 200), 80).save(path)
    assert list(sources.find([str(path)])) == [Source(str(path), None, "picture.no_code")]


def test_a_text_in_several_codes_is_one_passport_or_a_row_that_says_so(
    world: World, tmp_path: Path
) -> None:
    text = world.issue()
    first, second = pieces_of(text, 2)
    assert rows(saved(beside(first, second), "PNG"), tmp_path) == [("picture", text, None)]
    assert rows(frames("TIFF", second, first), tmp_path) == [("picture", text, None)]
    (tmp_path / "picture").write_bytes(saved(second, "PNG"))
    (row,) = sources.find([str(tmp_path / "picture")])
    assert (row.text, row.problem) == (None, "code.piece")
    assert "part 2 of 2" in row.reason("en")
    assert "Missing: 1." in row.reason("en")


def test_the_parts_of_a_text_may_be_in_several_files(world: World, tmp_path: Path) -> None:
    mine, yours = world.issue(), world.issue()
    first, second, third = (saved(picture, "PNG") for picture in pieces_of(mine, 3))
    for name, data in (("a.png", third), ("b.png", first), ("c.png", first), ("d.png", second)):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "e.txt").write_text(yours)
    apart, together = sources.find([str(tmp_path)])
    assert (apart.text, together.text) == (yours, mine)
    assert together.name == " + ".join(str(tmp_path / f"{letter}.png") for letter in "bda")
    (tmp_path / "d.png").unlink()
    found = [(row.problem, dict(row.values).get("missing")) for row in sources.find([str(tmp_path)])]
    assert found == [(None, None)] + [("code.piece", "2")] * 3


def test_parts_of_several_texts_that_look_alike_are_told_apart() -> None:
    # The four bits that all parts of a text have in common are the same for these two.
    names = ("expired", "vaccination-es256")
    texts = [(ROOT / "examples" / "passports" / f"{name}.txt").read_text().strip() for name in names]
    checks = {reduce(xor, text.encode()) >> 4 for text in texts}
    assert len(checks) == 1
    place = ((0, 0), (20, 0), (20, 20), (0, 20))
    codes = [
        qr.ReadCode(part, place, part.encode(), piece=qr.Piece(number, 2, *checks))
        for text in texts
        for number, part in enumerate((text[:150], text[150:]), 1)
    ]
    assert qr.join(codes) == tuple(codes)
    rows = [Source(str(number), None, "code.piece", code=code) for number, code in enumerate(codes)]
    assert [(row.name, row.text) for row in sources.joined(reversed(rows))] == [
        ("2 + 3", texts[1]),
        ("0 + 1", texts[0]),
    ]
    odd = qr.ReadCode("HC1:ABC", place, b"HC1:ABC", piece=qr.Piece(1, 2, *checks))
    left = list(sources.joined([*rows, Source("odd", None, "code.piece", code=odd)]))
    assert [(row.text is None, row.problem) for row in left] == [
        (False, None),
        (False, None),
        (True, "code.pieces"),
    ]


def test_a_code_of_data_that_are_no_text_says_so(tmp_path: Path) -> None:
    def drawn(data: bytes, kind: zxingcpp.BarcodeFormat) -> Image.Image:
        return Image.fromarray(zxingcpp.create_barcode(data, kind).to_image(scale=5)).convert("L")

    for kind in (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Aztec):
        picture = drawn(bytes([0x80, 0xFF, 0, 0xFE, 0x99]) * 20, kind)
        for file in ("PNG", "PDF"):
            assert rows(saved(picture, file), tmp_path) == [("picture", None, "code.binary")]
    (row,) = sources.find([str(tmp_path / "picture")])
    assert row.outcome is Outcome.OTHER
    # Archives of DIVOC are such data, and are read, with every byte.
    archive = divoc.archive(divoc.signed(divoc.document()))
    for file in ("PNG", "PDF"):
        picture = drawn(archive, zxingcpp.BarcodeFormat.QRCode)
        assert rows(saved(picture, file), tmp_path) == [("picture", archive.decode("latin-1"), None)]
    # Seals of the ICAO are such data, and are named.
    seal = drawn(b"\xdc\x03\xfe\xff" * 9, zxingcpp.BarcodeFormat.QRCode)
    assert rows(saved(seal, "PNG"), tmp_path)[0][2] is None
