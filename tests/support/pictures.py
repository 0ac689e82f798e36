"""Pictures and drawings of QR codes, read back."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

from PIL import Image

from vaxpass import qr

SVG = "{http://www.w3.org/2000/svg}"


def grey(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("L")


def texts_in(picture: Image.Image) -> list[str]:
    return [code.text for code in qr.read(picture.tobytes(), *picture.size)]


def found_in(picture: Image.Image) -> tuple[qr.ReadCode, ...]:
    return qr.read(picture.tobytes(), *picture.size)


def beside(*pictures: Image.Image) -> Image.Image:
    """Pictures side by side."""
    width, height = sum(each.width for each in pictures), max(each.height for each in pictures)
    both = Image.new("L", (width, height), 255)
    left = 0
    for each in pictures:
        both.paste(each, (left, 0))
        left += each.width
    return both


def render(svg: str, scale: int = 4) -> Image.Image:
    """Paint the drawing: a white ground and a path of rectangles, each `Mx yhWvHh-WZ`."""
    root = ET.fromstring(svg)  # noqa: S314 - made by this library
    assert root.tag == f"{SVG}svg"
    picture = Image.new("L", (int(root.attrib["width"]), int(root.attrib["height"])), 255)
    (path,) = root.iter(f"{SVG}path")
    rectangle = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)Z")
    assert rectangle.sub("", path.attrib["d"]) == "", "nothing else is drawn"
    for found in rectangle.findall(path.attrib["d"]):
        x, y, width, height, back = map(int, found)
        assert back == width
        picture.paste(0, (x, y, x + width, y + height))
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)


def text_in_svg(svg: str) -> str:
    (text,) = texts_in(render(svg))
    return text
