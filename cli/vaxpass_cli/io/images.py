"""Read the codes in a picture file. The only user of Pillow for pictures of codes in the tool."""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from vaxpass import DecodeError, decode, qr

logging.getLogger("PIL").addHandler(logging.NullHandler())
# Sizes are known from the header of a file, before anything is decoded: here is the only limit.
Image.MAX_IMAGE_PIXELS = None

# How files begin, and Pillow's name of their format.
_SIGNATURES: Final = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
}
# A file of the family of HEIC and AVIF lists what it is; both say `mif1`.
_AVIF: Final = frozenset((b"avif", b"avis"))
_HEIC: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))

# Cameras of phones give 200 million pixels. JPEG files are decoded smaller, others whole.
_MOST_PIXELS: Final = 256_000_000
_MOST_BYTES: Final = 512_000_000
_BYTES: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2, "LA": 4, "RGB": 4}
# A larger picture is looked at smaller first; a progressive JPEG needs memory for all of its pixels.
_LARGE: Final = 64_000_000
_LARGEST_WHOLE: Final = 128_000_000
_IN_STRIP: Final = 4_000_000  # pixels of a strip of a picture with more than 256 steps of grey
_STRIP: Final = 1_000  # what strips of a large picture have in common
# Of all frames together. Pages of a TIFF file are scans, the frames of others are moving pictures.
_MOST_IN_PAGES: Final = 400_000_000
_MOST_IN_FRAMES: Final = 64_000_000
# What a frame counts at least: opening and reading takes time, however few its pixels are.
_LEAST_IN_FRAME: Final = 250_000
# Of all pictures and drawings of one input: some 500 photographs of phones in an archive.
_MOST_IN_ALL: Final = 6_000_000_000

_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class UnreadablePicture(Exception):
    """Raised where nothing of a picture can be looked at: `code` says why.

    It is `picture.unreadable`, `picture.too_large`, or `picture.heic` where a package is missing.
    """

    def __init__(self, code: str = "picture.unreadable") -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Pixels:
    """The pixels that may still be looked at, of all pictures and PDFs in one input together."""

    left: int = _MOST_IN_ALL


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a PDF or a frame of a picture: its codes, or why it was not looked at."""

    number: int
    codes: tuple[qr.ReadCode, ...] = ()
    problem: str | None = None
    last: int | None = None
    """The number of the last, where this stands for several that were not looked at"""
    pieces: tuple[qr.ReadCode, ...] = ()
    """What is here of texts in several codes whose other codes are missing; see `join`"""
    words: str = ""
    """The text of a page that is no picture"""


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like a picture of a known format."""
    return _format(data) is not None


def parts(data: bytes, pixels: Pixels | None = None) -> list[Part]:
    """All frames of a picture with their codes. Raises `UnreadablePicture`.

    What is looked at is taken from `pixels`, where a picture is one of several.
    """
    if _format(data) == "HEIF":
        _know_heic()
    with warnings.catch_warnings(), _quiet() if _format(data) == "TIFF" else nullcontext():
        # Pillow warns of what is odd in a file, in words for programmers.
        warnings.simplefilter("ignore")
        try:
            return list(_parts(data, pixels or Pixels()))
        except UnreadablePicture:
            raise
        except Exception as error:
            # Pillow raises errors of many kinds on damaged files; all mean the same here.
            raise UnreadablePicture from error


def join(parts: Iterable[Part]) -> list[Part]:
    """Put texts in several codes together, which may be on several pages or in several frames.

    Codes that stay pieces are in `pieces` then, no longer in `codes`.
    """
    given = list(parts)
    after = qr.join(code for part in given for code in part.codes if _is_piece(code))
    left = {code.piece for code in after}
    whole = iter([code for code in after if not code.piece])
    placed: set[tuple[int, int]] = set()
    joined = []
    for part in given:
        codes, pieces = [], []
        for code in part.codes:
            if code.piece is None or not _is_piece(code):
                codes.append(code)
            elif code.piece in left:
                pieces.append(code)
            elif (key := (code.piece.count, code.piece.check)) not in placed:
                placed.add(key)
                codes.append(next(whole))
        joined.append(replace(part, codes=tuple(codes), pieces=tuple(pieces)))
    return joined


def _is_piece(code: qr.ReadCode) -> bool:
    """Whether a code is a piece of a text: one that holds a whole passport only looks like it."""
    if code.piece is None:
        return False
    try:
        decode(code.text)
    except DecodeError:
        return True
    return False


def texts(data: bytes) -> list[str]:
    """The texts of all codes in all frames of a picture, each once. Raises `UnreadablePicture`."""
    return list(dict.fromkeys(code.text for part in parts(data) for code in part.codes))


def half_blocks(picture: bytes) -> str:
    """A small picture as lines of text for a terminal: two rows of pixels in each line."""
    with _open(picture) as opened:
        grey = opened.convert("L")
    width, height = grey.size
    paper = Image.new("L", (width, height + height % 2), 255)
    paper.paste(grey)
    dark = [value < 128 for value in paper.tobytes()]
    rows = [dark[start : start + width] for start in range(0, len(dark), width)]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(_BLOCKS[pair] for pair in zip(*two, strict=True)) for two in pairs)


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing reaches the standard error of the process: libtiff can't be told not to write there."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _format(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4]), 256)
        brands = {data[begin : begin + 4] for begin in (8, *range(16, end, 4))}
        return "AVIF" if brands & _AVIF else "HEIF" if brands & _HEIC else None
    return next((name for begin, name in _SIGNATURES.items() if data.startswith(begin)), None)


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=(_format(data) or "PPM",))


def _know_heic() -> None:
    try:
        import pi_heif  # noqa: PLC0415 - it is an extra, and few files are HEIC
    except ModuleNotFoundError:
        raise UnreadablePicture("picture.heic") from None
    pi_heif.register_heif_opener()


def _parts(data: bytes, pixels: Pixels) -> Iterator[Part]:
    with _open(data) as picture:
        if _is_too_large(picture):
            raise UnreadablePicture("picture.too_large")
        count = getattr(picture, "n_frames", 1)
        if count == 1:
            pixels.left -= picture.width * picture.height
            yield Part(1, _codes_in_only(picture, data))
            return
        # Those of an MPO are photographs of their own, or previews and depths of the first.
        left = _MOST_IN_PAGES if picture.format in ("TIFF", "MPO") else _MOST_IN_FRAMES
        before: bytes | None = None
        for number in range(1, count + 1):
            try:
                picture.seek(number - 1)
                size = max(picture.width * picture.height, _LEAST_IN_FRAME)
                left -= size
                pixels.left -= size
                if number > 1 and left < 0:
                    yield Part(number, problem="picture.not_looked_at", last=count)
                    return
                if _is_too_large(picture):
                    yield Part(number, problem="picture.too_large")
                    continue
                picture.load()
                looks = list(_greys(picture))
            except Exception:  # as above
                yield Part(number, problem="picture.frame")
                continue
            shown = b"".join(look.tobytes() for look in looks)
            if shown != before:
                yield Part(number, _codes_in(looks))
            before = shown


def _codes_in_only(picture: Image.Image, data: bytes) -> tuple[qr.ReadCode, ...]:
    if picture.format not in ("JPEG", "MPO"):
        return _codes_in(_greys(picture))
    # A JPEG can be decoded in half of its size, for a quarter of the time and memory.
    size = picture.width * picture.height
    if size > _LARGE:
        picture.draft("L", (picture.width // 2, picture.height // 2))
        found = _codes_in(_greys(picture))
        if found or size > _LARGEST_WHOLE:
            return found
    with _open(data) as whole:
        whole.draft("L", whole.size)
        return _codes_in(_greys(whole))


def _codes_in(looks: Iterable[Image.Image]) -> tuple[qr.ReadCode, ...]:
    """The codes of all looks; those after one that showed a code are looked at less closely."""
    found: tuple[qr.ReadCode, ...] = ()
    for grey in looks:
        quick = bool(found) and grey.width * grey.height <= _LARGE
        found += qr.read(grey.tobytes(), *grey.size) if quick else _codes_in_one(grey)
    return found


def _codes_in_one(grey: Image.Image) -> tuple[qr.ReadCode, ...]:
    if grey.width * grey.height <= _LARGE:
        return qr.search(grey.tobytes(), *grey.size)
    half = grey.reduce(2)
    found = qr.search(half.tobytes(), *half.size)
    if found:
        return found
    # In strips that overlap: all at once would take the memory twice.
    high = max(2 * _STRIP, _LARGE // 4 // grey.width)
    for top in range(0, grey.height, high - _STRIP):
        strip = grey.crop((0, top, grey.width, min(top + high, grey.height)))
        found += qr.read(strip.tobytes(), *strip.size)
    return found


def _is_too_large(picture: Image.Image) -> bool:
    size = picture.width * picture.height
    if picture.format in ("JPEG", "MPO"):
        # A progressive JPEG is held whole, with two bytes and more for each pixel.
        return size > (_LARGEST_WHOLE if picture.info.get("progressive") else _MOST_PIXELS)
    return size > _MOST_PIXELS or size * _BYTES.get(picture.mode, 4) > _MOST_BYTES


def _greys(frame: Image.Image) -> Iterator[Image.Image]:
    """The frame in grey. What is transparent is white, and after that black: the code may be either."""
    if "transparency" not in frame.info and not set(frame.mode) & {"A", "a"}:
        yield _grey(frame)
        return
    if frame.mode not in ("RGBA", "LA"):
        frame = frame.convert("RGBA")
    grey, opacity = frame.convert("L"), frame.getchannel("A")
    for colour in (255, 0):
        paper = Image.new("L", frame.size, colour)
        paper.paste(grey, mask=opacity)
        yield paper


def _grey(frame: Image.Image) -> Image.Image:
    if frame.mode == "LAB":
        return frame.getchannel(0)
    if not frame.mode.startswith(("I", "F")):
        return frame if frame.mode == "L" else frame.convert("L")
    # More than 256 steps: from the darkest to the lightest. In strips, for each pixel needs four bytes.
    high = max(1, _IN_STRIP // frame.width)
    boxes = [
        (0, top, frame.width, min(top + high, frame.height)) for top in range(0, frame.height, high)
    ]
    levels = [level for box in boxes for level in _levels(frame.crop(box))]
    low = min(levels)
    step = 255 / ((max(levels) - low) or 1)
    grey = Image.new("L", frame.size)
    for box in boxes:
        fine = frame.crop(box).convert("F").point(lambda value: value * step - low * step)
        grey.paste(fine.convert("L"), box[:2])
    return grey


def _levels(strip: Image.Image) -> Iterator[float]:
    for level in strip.convert("F").getextrema():
        yield float(level)  # type: ignore[arg-type]  # there is one band
