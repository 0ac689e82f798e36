"""How colours look: contrast, lightness, difference, and what people see who lack a kind of cone.

The matrices are those of Machado, Oliveira and Fernandes (2009), severity 1.0, for linear sRGB. The
difference is CIE 1976, contrast that of WCAG 2.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MATRICES: Final = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
_XYZ: Final = np.array(
    ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)), np.float64
)
_D65: Final = np.array((0.9505, 1.0, 1.089), np.float64)


def linear(colour: str) -> Floats:
    """`#rrggbb` as linear red, green and blue from 0 to 1."""
    return opened(np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255)


def opened(encoded: Floats) -> Floats:
    """Linear light from values as sRGB encodes them, from 0 to 1."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encoded(light: Floats) -> Floats:
    """Values as sRGB encodes them from linear light."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def seen(light: Floats, kind: str) -> Floats:
    """Linear light as it looks to people with that kind of vision."""
    return np.clip(light @ np.array(MATRICES[kind], np.float64).T, 0, 1)


def lab(light: Floats) -> Floats:
    """CIE L*, a*, b* of linear light."""
    share = _XYZ @ light / _D65
    root = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    x, y, z = root
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)), np.float64)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted(float(_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _lab_of(colour: str, kind: str) -> Floats:
    light = linear(colour)
    return lab(seen(light, kind) if kind else light)


def lightness(colour: str, kind: str = "") -> float:
    """How light a colour looks to that kind of eyes, from 0 to 100."""
    return float(_lab_of(colour, kind)[0])


def difference(one: str, other: str, kind: str = "") -> float:
    """How much two colours differ for that kind of eyes; black and white by 100."""
    return float(np.linalg.norm(_lab_of(one, kind) - _lab_of(other, kind)))
