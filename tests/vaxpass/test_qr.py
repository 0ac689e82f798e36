"""Text -> picture -> text, without the slightest change."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import get_args

import pytest
import zxingcpp
from PIL import Image

from tests.support.hard_codes import draw
from tests.support.pictures import beside, grey, render, text_in_svg, texts_in
from tests.support.world import World
from vaxpass import qr
from vaxpass.qr import ErrorCorrection

LEVELS: tuple[ErrorCorrection, ...] = get_args(ErrorCorrection)
QUIET_ZONE = 4


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("algorithm", ["es256", "ps256"])
def test_a_passport_survives_the_way_through_a_png(
    world: World, algorithm: str, level: ErrorCorrection
) -> None:
    text = world.issue(key=getattr(world, algorithm))
    assert texts_in(grey(qr.png(text, error_correction=level))) == [text]


@pytest.mark.parametrize("level", LEVELS)
def test_a_passport_survives_the_way_through_an_svg(world: World, level: ErrorCorrection) -> None:
    text = world.issue()
    assert text_in_svg(qr.svg(text, error_correction=level)) == text


def test_more_error_correction_makes_a_larger_code(world: World) -> None:
    text = world.issue()
    widths = [grey(qr.png(text, error_correction=level)).width for level in LEVELS]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_the_recommended_error_correction_is_the_default(world: World) -> None:
    text = world.issue()
    assert qr.png(text) == qr.png(text, error_correction="Q") != qr.png(text, error_correction="L")
    assert qr.svg(text) == qr.svg(text, error_correction="Q") != qr.svg(text, error_correction="L")


@pytest.mark.parametrize("scale", [1, 2, 4, 7])
def test_every_module_has_the_scale_and_the_quiet_zone_is_kept(scale: int) -> None:
    picture = grey(qr.png("HC1:", scale=scale))
    modules, rest = divmod(picture.width, scale)
    assert (picture.size, rest) == ((picture.width, picture.width), 0)
    assert modules == 21 + 2 * QUIET_ZONE  # the smallest QR code
    dark = picture.point(lambda value: 255 - value).getbbox()
    margin = QUIET_ZONE * scale
    assert dark == (margin, margin, picture.width - margin, picture.width - margin)


def test_a_png_has_one_bit_a_pixel_and_stays_small(world: World) -> None:
    data = qr.png(world.issue(key=world.ps256))
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "1")
    assert len(data) < 8000


def test_an_svg_is_well_formed_and_has_the_modules_of_the_png(world: World) -> None:
    text = world.issue()
    one_pixel_a_module = grey(qr.png(text, scale=1))
    drawing = render(qr.svg(text), scale=1)
    assert drawing.size == one_pixel_a_module.size
    assert drawing.tobytes() == one_pixel_a_module.tobytes()


@pytest.mark.parametrize("make", [qr.png, qr.svg])
@pytest.mark.parametrize(("level", "most"), [("L", 4296), ("M", 3391), ("Q", 2420), ("H", 1852)])
def test_a_text_that_does_not_fit_is_a_value_error(
    make: object, level: ErrorCorrection, most: int
) -> None:
    assert callable(make)
    assert make("A" * most, error_correction=level)
    with pytest.raises(ValueError, match=r"\w"):
        make("A" * (most + 1), error_correction=level)


@pytest.mark.parametrize(
    ("pixels", "width", "height"),
    [(b"", 0, 0), (b"", 0, 9), (b"\0" * 9, 3, 2), (b"\0" * 9, 3, 4), (b"\0" * 9, -3, -3)],
)
def test_reading_refuses_pixels_that_do_not_fit_the_size(
    pixels: bytes, width: int, height: int
) -> None:
    with pytest.raises(ValueError, match=r"pixels|shape"):
        qr.read(pixels, width, height)


def test_a_picture_without_a_code_gives_nothing() -> None:
    assert qr.read(b"\xff" * 10_000, 100, 100) == ()
    assert qr.read(b"\x00", 1, 1) == ()


def test_all_codes_of_a_picture_are_found_with_their_corners() -> None:
    left, right = grey(qr.png("HC1:LEFT")), grey(qr.png("HC1:RIGHT"))
    both = Image.new("L", (left.width + right.width, max(left.height, right.height)), 255)
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    found = {code.text: code.corners for code in qr.read(both.tobytes(), *both.size)}
    assert sorted(found) == ["HC1:LEFT", "HC1:RIGHT"]
    for text, start in (("HC1:LEFT", 0), ("HC1:RIGHT", left.width)):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = found[text]
        assert start < x0 < x1 < start + left.width
        assert x3 < x2
        assert y0 < y3
        assert y1 < y2


def test_a_code_on_its_side_is_read(world: World) -> None:
    text = world.issue()
    assert texts_in(grey(qr.png(text)).rotate(90)) == [text]


@pytest.mark.parametrize(("module", "package"), [("zxingcpp", "zxing-cpp"), ("PIL", "pillow")])
def test_without_the_extra_the_error_names_what_to_install(module: str, package: str) -> None:
    script = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "import vaxpass\n"
        "try:\n"
        "    import vaxpass.qr\n"
        "except vaxpass.MissingExtraError as error:\n"
        "    print(error.extra, error.package, error, sep='\\n')\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "cli",
        package,
        f"The package {package} is not installed. Install vaxpass with its extra cli; in a checkout: "
        "pip install '.[cli]'",
    ]


@pytest.mark.parametrize("mode", ["Aztec", "QR in byte mode"])
def test_aztec_codes_and_byte_mode_are_read(world: World, mode: str) -> None:
    text = world.issue()
    aztec = mode == "Aztec"
    # Given as bytes, the encoder leaves the alphanumeric mode; so do some issuers' programs.
    content: str | bytes = text if aztec else text.encode()
    kind = zxingcpp.BarcodeFormat.Aztec if aztec else zxingcpp.BarcodeFormat.QRCode
    picture = Image.fromarray(zxingcpp.create_barcode(content, kind).to_image(scale=3)).convert("L")
    (found,) = qr.read(picture.tobytes(), *picture.size)
    assert found.text == text


@pytest.mark.parametrize("kind", ["dots", "shadow", "blurred", "noisy"])
def test_an_easy_code_hides_no_hard_one_beside_it(kind: str, world: World) -> None:
    found = []
    for seed in range(6):
        text, picture = draw(kind, seed)
        easy = world.issue()
        both = beside(grey(qr.png(easy)), picture)
        alone, together = (
            {code.text for code in qr.search(shown.tobytes(), *shown.size)} for shown in (picture, both)
        )
        assert easy in together
        found += [text in together] if text in alone else []
    assert len(found) > 2
    assert all(found)


def test_a_code_that_was_read_is_no_place_for_another(world: World) -> None:
    picture = beside(grey(qr.png(world.issue())), grey(qr.png(world.issue())))
    pixels = picture.tobytes()
    codes = qr.read(pixels, *picture.size)
    assert len(codes) == 2
    assert qr.places(pixels, *picture.size, codes) == ()
    (left, top, right, bottom) = qr.places(pixels, *picture.size, codes[:1])[0]
    xs, ys = zip(*codes[1].corners, strict=True)
    middle = sum(xs) / 4, sum(ys) / 4
    assert left < middle[0] < right
    assert top < middle[1] < bottom
    with pytest.raises(ValueError, match="pixels"):
        qr.places(b"\xff" * 5, 2, 2)
