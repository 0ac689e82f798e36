"""The window: every screen is really shown, keys arrive, and nothing of a traveller stays in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, features
from vaxpass_cli.scan.screen import Screen, State
from vaxpass_cli.scan.window import colours
from vaxpass_cli.scan.window.boxes import HEIGHT, WIDTH, Box, Colour
from vaxpass_cli.scan.window.layout import layout
from vaxpass_cli.scan.window.lettering import Lettering
from vaxpass_cli.scan.window.view import HAND_SCANNER, KeyPresses

from tests.support.paths import ROOT
from tests.support.screens import LANGUAGES, screen, screens
from tests.support.xvfb import display, environment
from vaxpass import Outcome

np = pytest.importorskip("numpy")
pytest.importorskip("cv2", exc_type=ImportError)

from vaxpass_cli.scan.feeds.events import FrameRead, Picture, Reading  # noqa: E402
from vaxpass_cli.scan.opencv.window import key_name  # noqa: E402 - where OpenCV can be imported
from vaxpass_cli.scan.window.canvas import Canvas  # noqa: E402

__all__ = ["display"]

CASES = [
    pytest.param(f"{name}-{language}", found, id=f"{name}-{language}")
    for language in LANGUAGES
    for name, found in screens(language).items()
]
SQUARE = ((100, 100), (300, 100), (300, 300), (100, 300))


@pytest.fixture(scope="module")
def shots(display: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of the real window, drawn by a process of its own: without a display it would abort."""
    if not features.check("xcb"):
        pytest.skip("this Pillow can't take pictures of a display")
    folder = tmp_path_factory.mktemp("shots")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.support.shots", str(folder)],
        env=environment(display),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    # Neither Python nor Qt has anything to complain of.
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def part(pixels: Picture, box: Box) -> Picture:
    return pixels[box.top : box.bottom, box.left : box.right]


def share(pixels: Picture, colour: Colour, tolerance: int = 24) -> float:
    """The share of pixels that have about this colour."""
    return float((np.abs(pixels.astype(int) - colour).max(axis=-1) <= tolerance).mean())


@pytest.mark.parametrize(("title", "shown"), CASES)
def test_the_window_shows_what_was_laid_out(title: str, shown: Screen, shots: Path) -> None:
    with Image.open(shots / f"{title}.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    wanted = layout(shown, Lettering(), camera=not shown.trouble)
    for line in wanted.lines:
        assert share(part(pixels, line.box), line.colour) > 0.03, line.text
        assert share(part(pixels, line.box), line.colour) < 0.6, line.text
    if shown.finding:
        outcome = shown.finding.plate.outcome
        plate = Box(0, pixels.shape[0] - 300, 40, 200)
        assert share(part(pixels, plate), colours.PLATES[outcome]) == 1
        [solid] = [sign for sign in wanted.signs if sign.solid]
        assert 0.2 < share(part(pixels, solid.box), colours.LETTERS[outcome]) < 0.9
    # Where the camera's picture is, the passport's paper is.
    paper = (244, 243, 238)
    if wanted.picture:
        assert share(part(pixels, wanted.picture), paper, 3) > 0.02
    elif shown.trouble or shown.state is State.CLEAR:
        assert share(pixels, paper, 1) == 0


def frame(pixels: Picture, reading: Reading | None = None) -> FrameRead:
    return FrameRead(pixels, reading or Reading(), 0.0)


def drawn(shown: Screen, taken: FrameRead, *, mirror: bool = False) -> tuple[Picture, Box]:
    """What is drawn of a camera's picture, and where its place is."""
    lettering = Lettering()
    canvas = Canvas(lettering)
    place = layout(shown, lettering, camera=True)
    assert place.picture
    canvas.draw(place)
    canvas.picture(taken, mirror=mirror)
    return part(canvas.pixels, place.picture)[:, :, ::-1], place.picture


def test_a_mirror_shows_the_left_at_the_left() -> None:
    pixels = np.zeros((720, 1280, 3), np.uint8)
    pixels[:, :640] = (0, 0, 255)
    shown = screen(State.READING, "en")
    for mirror, left in ((False, True), (True, False)):
        found, place = drawn(shown, frame(pixels), mirror=mirror)
        reds = (
            share(found[:, : place.width // 2], (255, 0, 0)),
            share(found[:, place.width // 2 :], (255, 0, 0)),
        )
        assert (reds[0] > reds[1]) is left


@pytest.mark.parametrize("mirror", [False, True])
def test_outlines_are_where_the_codes_are(mirror: bool) -> None:
    grey = np.full((720, 1280), 90, np.uint8)
    shown = screen(State.READING, "en")
    for reading, colour in (
        (Reading(located=SQUARE), colours.AMBER),
        (Reading(("x",), (SQUARE,)), (0, 200, 160)),
    ):
        found, place = drawn(shown, frame(grey, reading), mirror=mirror)
        rows, columns = np.nonzero(np.abs(found.astype(int) - colour).max(axis=-1) < 24)
        scale = place.height / 720
        left = (place.width - 1280 * scale) / 2
        edges = [left + (1280 - x if mirror else x) * scale for x in (100, 300)]
        assert columns.min() == pytest.approx(min(edges), abs=6)
        assert columns.max() == pytest.approx(max(edges), abs=6)
        assert rows.min() == pytest.approx(100 * scale, abs=6)
        assert rows.max() == pytest.approx(300 * scale, abs=6)


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920), (1, 1), (3000, 100), (100, 3000)])
def test_pictures_of_all_shapes_are_shown(size: tuple[int, int]) -> None:
    for shown in (screen(State.SEARCHING, "en"), screens("en")["accepted"]):
        found, _ = drawn(shown, frame(np.full((*size, 3), 201, np.uint8)))
        assert share(found, (201, 201, 201), 1) > 0.01


def test_nothing_of_the_traveller_is_left_when_the_desk_is_clear() -> None:
    lettering = Lettering()
    used, fresh = Canvas(lettering), Canvas(lettering)
    found = screens("en")
    used.draw(layout(found["rejected_everything"], lettering, camera=True))
    used.draw(layout(found["clear"], lettering, camera=True))
    fresh.draw(layout(found["clear"], lettering, camera=True))
    assert np.array_equal(used.pixels, fresh.pixels)
    assert used._masks.keys() == fresh._masks.keys()


def test_letters_are_finer_on_a_finer_screen() -> None:
    lettering = Lettering(1.5)
    canvas = Canvas(lettering)
    shown = screens("vi")["undecided"]
    wanted = layout(shown, lettering, camera=True)
    canvas.draw(wanted)
    assert canvas.pixels.shape == (HEIGHT * 3 // 2, WIDTH * 3 // 2, 3)
    for line in wanted.lines:
        edges = (line.box.left, line.box.top, line.box.width, line.box.height)
        box = Box(*(edge * 3 // 2 for edge in edges))
        assert share(part(canvas.pixels, box)[:, :, ::-1], line.colour) > 0.03


_KEYS = """
import cv2, sys, time
from tests.support.screens import screens
from vaxpass_cli.scan.window.view import WindowView

view = WindowView()
shown = list(screens("en").values())
print("ready", flush=True)
begin = time.monotonic()
for turn in range(100_000):
    view.show(shown[turn // 9 % 2], None)
    key = view.key()
    if key:
        print(key, flush=True)
    if key == "q" or time.monotonic() - begin > 600:
        break
cv2.destroyAllWindows()  # as by its button
assert view.key() == "q"
view.show(shown[0], None)
view.close()
view.close()
print("closed", flush=True)
"""


def test_keys_arrive_by_their_names_and_a_closed_window_is_the_end(display: str) -> None:
    typist = shutil.which("xdotool")
    if typist is None:
        pytest.skip("xdotool is not installed, so no key can be pressed")
    env = environment(display)
    here = ROOT
    command = [sys.executable, "-W", "error", "-c", _KEYS]
    with subprocess.Popen(command, env=env, cwd=here, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        search = [typist, "search", "--sync", "--name", "^vaxpass$", "windowfocus", "--sync"]
        subprocess.run(search, env=env, timeout=300, check=True, stdout=subprocess.DEVNULL)
        for key, name in (("d", "d"), ("space", "space"), ("Return", "enter"), ("F1", "f1")):
            subprocess.run([typist, "key", key], env=env, timeout=300, check=True)
            assert child.stdout.readline() == f"{name}\n"
        subprocess.run([typist, "key", "Escape"], env=env, timeout=300, check=True)
        assert child.stdout.readline() == "escape\n"
        subprocess.run([typist, "key", "q"], env=env, timeout=300, check=True)
        assert child.stdout.read() == "q\nclosed\n"
    assert child.returncode == 0


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (-1, None),
        (ord("D"), "d"),
        (0x10000 | ord("D"), "d"),
        (0x20000 | ord("q"), "q"),
        (0x40000 | ord("q"), None),
        (0x700000, "f1"),
        (0xFFBE, "f1"),
        (0xFFE1, None),
        (0x250000, None),
        (13, "enter"),
        (ord("?"), "?"),
    ],
)
def test_keys_have_names(number: int, name: str | None) -> None:
    assert key_name(number) == name


def played(keys: KeyPresses, presses: list[tuple[float, str]], step: float) -> list[str]:
    """What comes of keys pressed at times, where they are looked at every `step` seconds."""
    got = []
    now, end = 0.0, presses[-1][0] + 1
    while now < end:
        now += step
        arrived = [key for at, key in presses if now - step <= at < now]
        # Of several keys between two looks, a window tells the last one.
        key = keys.take(arrived[-1] if arrived else None, now)
        got += [key] if key else []
    return got


@pytest.mark.parametrize("step", [0.002, 0.01, 0.04, 0.15])
@pytest.mark.parametrize("pace", [0.0005, 0.002, 0.01, 0.03])
def test_a_hand_scanner_presses_no_keys(step: float, pace: float) -> None:
    text = "HC1:NCFOXN%TSMAHN-H3YS1IK47ES6IXJR4E4 QD LSM" * 10
    presses = [(number * pace, letter.lower()) for number, letter in enumerate(text)]
    presses.append((len(text) * pace, "enter"))
    assert set(played(KeyPresses(), presses, step)) <= {HAND_SCANNER}


@pytest.mark.parametrize("step", [0.002, 0.01, 0.04])
def test_a_person_presses_keys(step: float) -> None:
    presses = [(0.1, "d"), (0.5, "space"), (0.75, "space"), (1.2, "q")]
    assert played(KeyPresses(), presses, step) == ["d", "space", "space", "q"]


def test_a_key_that_is_held_down_is_not_pressed_again_and_again() -> None:
    presses = [(0.0, "d"), *((0.5 + number * 0.03, "d") for number in range(40))]
    assert played(KeyPresses(), presses, 0.01) == ["d"]


LOOKS = (
    *("accepted", "accepted_as_genuine", "genuine"),
    *("rejected", "undecided", "other", "unreadable"),
)


def test_the_outcomes_look_different_without_colour() -> None:
    lettering = Lettering()
    greys = []
    for name in LOOKS:
        canvas = Canvas(lettering)
        shown = screens("en")[name]
        canvas.draw(layout(shown, lettering, camera=False))
        plate = canvas.pixels[60:670, :300].astype(int).mean(axis=-1)
        greys.append(np.abs(plate - plate[-1, 0]) > 40)
    for number, one in enumerate(greys):
        for other in greys[:number]:
            assert (one != other).mean() > 0.03
    findings = [found.finding for found in screens("en").values() if found.finding]
    assert {finding.plate.outcome for finding in findings} == set(Outcome)
