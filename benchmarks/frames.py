"""Camera frames of passports of invented people, each with its faults; the same for the same seed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image
from vaxpass_cli.scan.feeds.events import Picture

from vaxpass import qr

WIDTH, HEIGHT = 1280, 720
PASSPORTS: Final = Path(__file__).parent.parent / "examples" / "passports"
KINDS: Final = ("mild", "far", "blurred", "moved", "dark", "glare", "tilted", "dark mode")


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame, the text of the code in it, and what is the matter with it."""

    picture: Picture
    text: str
    kind: str


def frames(count: int, seed: int, kinds: Sequence[str] = KINDS) -> Iterator[Frame]:
    """`count` frames of 1280 x 720, of the given kinds in turn."""
    random = np.random.default_rng(seed)
    texts = [path.read_text().strip() for path in sorted(PASSPORTS.glob("*.txt"))]
    texts = [text for text in texts if text.startswith("HC1:") and len(text) > 300]
    for number in range(count):
        text = texts[int(random.integers(len(texts)))]
        kind = kinds[number % len(kinds)]
        yield Frame(_frame(text, kind, random), text, kind)


def _frame(text: str, kind: str, random: np.random.Generator) -> Picture:
    png = qr.png(text, error_correction="LMQ"[int(random.integers(3))], scale=6)  # type: ignore[arg-type]
    code = np.asarray(Image.open(io.BytesIO(png)).convert("L"), np.float32)
    if kind == "dark mode":
        code = 255 - code
    scene = _laid(code, kind, random)
    if kind == "glare":
        scene = scene + _glare(random)
    soft = random.uniform(1.6, 2.6) if kind == "blurred" else random.uniform(0.5, 1.0)
    scene = cv2.GaussianBlur(scene, (0, 0), soft)
    if kind == "moved":
        scene = cv2.filter2D(scene, -1, _stroke(int(random.integers(5, 10)), random))
    if kind == "dark":
        scene = scene * random.uniform(0.1, 0.3)
    noise = random.normal(0, 8 if kind == "dark" else 4, scene.shape)
    seen = np.clip(np.asarray(scene) + noise, 0, 255).astype(np.uint8)
    done, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(50, 95))])
    assert done  # noqa: S101
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _laid(code: np.ndarray, kind: str, random: np.random.Generator) -> np.ndarray:
    """The code on something, seen from somewhere."""
    share = random.uniform(0.24, 0.36) if kind == "far" else random.uniform(0.45, 0.8)
    lean = random.uniform(0.2, 0.4) if kind == "tilted" else random.uniform(0, 0.08)
    half = share * HEIGHT / 2
    turn = random.normal(0, 0.15)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = np.array([[-1 + lean, -1 + lean], [1 - lean, -1 + lean], [1, 1], [-1, 1]]) * half
    middle = random.uniform([0.4, 0.46], [0.6, 0.54]) * [WIDTH, HEIGHT]
    target = (corners @ spin.T + middle).astype(np.float32)
    side = code.shape[0]
    source = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    view = cv2.getPerspectiveTransform(source, target)
    # Each pixel of the frame is the mean of those that fall on it.
    whole = (WIDTH * 2, HEIGHT * 2)
    double = np.diag([2.0, 2.0, 1.0]) @ view
    shown = cv2.resize(
        cv2.warpPerspective(code, double, whole), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA
    )
    mask = cv2.resize(
        cv2.warpPerspective(np.ones_like(code), double, whole),
        (WIDTH, HEIGHT),
        interpolation=cv2.INTER_AREA,
    )
    around = cv2.resize(random.uniform(60, 180, (6, 10)).astype(np.float32), (WIDTH, HEIGHT))
    grey = (
        np.asarray(around) * (1 - np.asarray(mask))
        + np.asarray(shown) * random.uniform(0.75, 0.95)
        + 14 * np.asarray(mask)
    )
    return np.repeat(grey[..., None], 3, axis=2)


def _glare(random: np.random.Generator) -> np.ndarray:
    """Light that is reflected by a part of the picture."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    left, top = random.uniform(0.35, 0.65, 2) * [WIDTH, HEIGHT]
    wide, high = random.uniform(30, 90, 2)
    spot = np.exp(-(((x - left) / wide) ** 2 + ((y - top) / high) ** 2))
    return np.asarray((random.uniform(100, 300) * spot)[..., None])


def _stroke(length: int, random: np.random.Generator) -> np.ndarray:
    """A line of `length` pixels in any direction, as a hand moves."""
    kernel = np.zeros((length * 2 + 1, length * 2 + 1), np.float32)
    angle = random.uniform(0, np.pi)
    along = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    begin, end = (np.array([length, length]) + sign * along for sign in (-1, 1))
    cv2.line(kernel, tuple(map(round, begin)), tuple(map(round, end)), 1.0, 1, cv2.LINE_AA)
    return np.asarray(kernel / kernel.sum())
