"""Make a video of a queue at a desk: eleven scenes with passports of invented people.

    python examples/make_queue_video.py [--out queue.mp4] [--scenes N]

Writes the video (the first N scenes of it) and beside it, as queue.json, what a scanner must say of it
and when. Play it with

    vaxpass scan --source queue.mp4 --trust-list trust_lists/demo.json --test-keys

Needs the extra `scan`: pip install '.[scan]' in the checkout.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vaxpass import qr

Pixels: TypeAlias = NDArray[np.uint8]

WIDTH, HEIGHT, RATE = 1280, 720, 15
SHIFT: Final = 256
"""Pixels by which the noise of frames is moved"""
PASSPORTS: Final = Path(__file__).parent / "passports"
ARRIVES: Final = 0.4
"""Seconds in which a passport is put before the camera, and taken away again."""


@dataclass(frozen=True)
class Held:
    """A passport before the camera: which, where, how large, and in what state."""

    name: str
    x: float = 0.5
    size: float = 0.72
    """Of the code, as a share of the picture's height"""
    dark: bool = False
    crumpled: float = 0.0
    """Pixels by which folds move the paper"""
    tilt: float = 0.0
    """Degrees"""


@dataclass(frozen=True)
class Scene:
    """Something that happens at the desk: what is held up, for how long, and what must be said."""

    what: str
    held: tuple[Held, ...]
    says: tuple[tuple[str, str], ...] = ()
    """Outcome and code of each verdict; empty where nothing new may be said"""
    seconds: float = 2.0
    pause: float = 1.2


ACCEPTED: Final = ("accepted", "")
SCENES: Final = (
    Scene("good", (Held("vaccination-es256", tilt=4),), (ACCEPTED,)),
    Scene("expired", (Held("expired", tilt=-6),), (("rejected", "validity.expired"),)),
    Scene("tampered", (Held("tampered"),), (("rejected", "signature.mismatch"),)),
    Scene("unknown issuer", (Held("unknown-key"),), (("undecided", "trust.key_unknown"),)),
    Scene("not a health code", (Held("", size=0.4),), (("other", "prefix.missing"),)),
    Scene("dark mode", (Held("recovery-es256", dark=True),), (ACCEPTED,)),
    Scene("crumpled", (Held("test-es256", crumpled=3.0, tilt=5),), (ACCEPTED,)),
    Scene("far", (Held("vaccination-ps256", x=0.6, size=0.5),), (ACCEPTED,)),
    Scene("twice the same", (Held("recovery-ps256"),), (ACCEPTED,), pause=0.8),
    Scene("twice the same, again", (Held("recovery-ps256", tilt=8),)),
    Scene(
        "two at once",
        (Held("name-hyphen", x=0.27, size=0.6), Held("test-ps256", x=0.74, size=0.62)),
        (ACCEPTED, ACCEPTED),
        seconds=7.0,
    ),
)


def pixels(values: object) -> Pixels:
    """Whatever OpenCV or numpy gave, as pixels."""
    found = np.asarray(values)
    return found if found.dtype == np.uint8 else np.clip(found, 0, 255).astype(np.uint8)


def code(name: str) -> Pixels:
    """The modules of a passport's code, one pixel each; without a name that of a link."""
    text = (PASSPORTS / f"{name}.txt").read_text().strip() if name else "https://example.org/boarding"
    return np.asarray(Image.open(io.BytesIO(qr.png(text, error_correction="M", scale=8))).convert("L"))


def card(held: Held) -> Pixels:
    """What is held up: a sheet of paper, or a phone that shows white on black."""
    modules = code(held.name)
    side = modules.shape[0]
    sheet = np.full((side + side // 3, side + side // 10, 3), 244, np.uint8)
    left = side // 20
    sheet[left : left + side, left : left + side] = modules[..., None]
    for row in range(4):
        y = side + left + side // 16 * (row + 1)
        cv2.line(sheet, (left * 2, y), (side - row * side // 9, y), (120, 110, 105), max(2, side // 90))
    return 255 - sheet if held.dark else sheet


def desk(random: np.random.Generator) -> Pixels:
    """The top of a desk: soft light, and some grain."""
    coarse = random.integers(110, 160, (5, 8)).astype(np.float32)
    light = np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
    wood = light[..., None] * np.array([0.62, 0.8, 1.0])
    grain = cv2.GaussianBlur(random.normal(0, 14, (HEIGHT, WIDTH, 1)).astype(np.float32), (0, 0), 2)
    return pixels(wood + grain[..., None])


def lay(picture: Pixels, held: Held, sheet: Pixels, moved: tuple[float, float, float]) -> None:
    """Draw a card into the picture, moved by pixels to the right and down, and turned by degrees."""
    dx, dy, turn = moved
    height, width = sheet.shape[:2]
    side = held.size * HEIGHT
    scale = side / (width / 1.1)
    angle = np.deg2rad(held.tilt + turn)
    middle = np.array([held.x * WIDTH + dx, HEIGHT * 0.53 + dy])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width * scale / 2, height * scale / 2]
    # The far edge of a sheet that leans back looks shorter.
    corners[:2, 0] *= 0.97
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = (corners @ spin.T + middle).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    view = cv2.getPerspectiveTransform(source, target)
    small = cv2.GaussianBlur(sheet, (0, 0), max(0.4, 0.35 / scale))
    whole = np.full((height, width), 255, np.uint8)
    shown = pixels(cv2.warpPerspective(small, view, (WIDTH, HEIGHT)))
    mask = pixels(cv2.warpPerspective(whole, view, (WIDTH, HEIGHT)))
    if held.crumpled:
        shown, mask = crumple(shown, held.crumpled), crumple(mask, held.crumpled)
    cv2.copyTo(shown, (mask > 127).astype(np.uint8), picture)


def crumple(picture: Pixels, by: float) -> Pixels:
    """Fold the paper: points move by up to `by` pixels in waves."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    over = by * np.sin(x / 83 + y / 131)
    down = by * np.sin(y / 97 - x / 119)
    return pixels(cv2.remap(picture, x + over, y + down, cv2.INTER_LINEAR))


def frames(scenes: tuple[Scene, ...] = SCENES, seed: int = 1) -> Iterator[Pixels]:
    """All frames of the video, blue-green-red."""
    random = np.random.default_rng(seed)
    empty = desk(random)
    noise = 4 * random.standard_normal((HEIGHT + SHIFT, WIDTH + SHIFT), np.float32)
    for scene in scenes:
        sheets = [card(held) for held in scene.held]
        count = round(scene.seconds * RATE)
        for number in range(count):
            picture = empty.copy()
            seconds = number / RATE
            away = max(0.0, 1 - seconds / ARRIVES, 1 - (scene.seconds - seconds) / ARRIVES)
            for held, sheet in zip(scene.held, sheets, strict=True):
                shake = random.normal(0, 1.2, 3)
                lay(picture, held, sheet, (shake[0], shake[1] + away * HEIGHT, shake[2] * 0.3))
            yield camera(picture, noise, random)
        for _ in range(round(scene.pause * RATE)):
            yield camera(empty, noise, random)


def camera(picture: Pixels, noise: NDArray[np.float32], random: np.random.Generator) -> Pixels:
    """What a camera makes of it: a little blur, and a piece of the noise that is another each time."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.7)
    left, top = random.integers(0, SHIFT, 2)
    piece = noise[top : top + HEIGHT, left : left + WIDTH]
    return pixels(cv2.add(soft, cv2.merge([piece, piece, piece]), dtype=cv2.CV_8U))


def schedule(scenes: tuple[Scene, ...] = SCENES) -> list[dict[str, object]]:
    """When each scene begins and ends, in seconds, and what must be said in it."""
    found: list[dict[str, object]] = []
    begin = 0.0
    for scene in scenes:
        end = begin + round(scene.seconds * RATE) / RATE
        verdicts = [{"outcome": outcome, "code": reason or None} for outcome, reason in scene.says]
        found.append(
            {"what": scene.what, "begins": round(begin, 2), "ends": round(end, 2), "verdicts": verdicts}
        )
        begin = end + round(scene.pause * RATE) / RATE
    return found


def main() -> None:
    """Write the video and its schedule."""
    parser = argparse.ArgumentParser(description="Make a video of a queue at a desk.")
    parser.add_argument("--out", type=Path, default=Path("queue.mp4"))
    parser.add_argument("--scenes", type=int, default=len(SCENES), help="the first so many alone")
    given = parser.parse_args()
    out: Path = given.out
    scenes = SCENES[: given.scenes]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), RATE, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise SystemExit(f"{out}: the video can't be written.")
    for frame in frames(scenes):
        writer.write(frame)
    writer.release()
    out.with_suffix(".json").write_text(json.dumps(schedule(scenes), indent=1) + "\n", encoding="utf-8")
    print(f"{out}: {len(scenes)} scenes, {schedule(scenes)[-1]['ends']:.0f} seconds")


if __name__ == "__main__":
    main()
