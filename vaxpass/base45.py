"""Base45 text <-> bytes (RFC 9285).

Three characters, least significant first, stand for two bytes, most significant first. All triples
are computed at once: read as one big integer, the values of a text already stand in lanes of three
bytes, and a few operations on that integer do for a loop in Python over every triple.
"""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.findings import StageError

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_CHARACTERS: Final = ALPHABET.encode("ascii")
_FOREIGN: Final = 0xFF
_VALUES: Final = bytes(
    _CHARACTERS.index(code) if code in _CHARACTERS else _FOREIGN for code in range(256)
)
_LANE: Final = 3
_MASK_LANES: Final = 4096


def _mask(lane: bytes) -> int:
    return int.from_bytes(lane * _MASK_LANES, "little")


_LOW: Final = _mask(b"\xff\0\0")
_HIGH: Final = _mask(b"\0\0\xff")
_NOT_A_VALUE: Final = _mask(b"\x80\x80\x80")  # values are below 45, only _FOREIGN has this bit
LONGEST: Final = _LANE * _MASK_LANES
"""Characters that one call decodes."""


def decode(text: str) -> bytes:
    """Base45 text -> bytes.

    >>> decode("QED8WEX0")
    b'ietf!'

    Raises `StageError` with a code of the stage `base45`.
    """
    if len(text) > LONGEST:
        raise StageError.of(Code.BASE45_TOO_LONG)
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError:
        raise StageError.of(Code.BASE45_CHARACTER) from None
    triples, rest = divmod(len(values), _LANE)
    end = _LANE * triples
    digits = int.from_bytes(values[:end], "little")  # c0 + 256 c1 + 65536 c2 in each lane
    if digits & _NOT_A_VALUE or _FOREIGN in values[end:]:
        raise StageError.of(Code.BASE45_CHARACTER)
    second = digits >> 8 & _LOW
    third = digits >> 16 & _LOW
    sums = digits - (256 - 45) * second - (65536 - 45 * 45) * third
    if sums & _HIGH:
        raise StageError.of(Code.BASE45_OVERFLOW)
    lanes = sums.to_bytes(end, "little")
    data = bytearray(2 * triples)
    data[::2] = lanes[1::_LANE]
    data[1::2] = lanes[::_LANE]
    if rest == 1:
        raise StageError.of(Code.BASE45_LENGTH)
    if rest == 2:
        last = values[end] + 45 * values[end + 1]
        if last > 255:
            raise StageError.of(Code.BASE45_OVERFLOW)
        data.append(last)
    return bytes(data)


def encode(data: bytes) -> str:
    """Bytes -> Base45 text.

    >>> encode(b"ietf!")
    'QED8WEX0'
    """
    digits = bytearray()
    for high, low in zip(data[::2], data[1::2], strict=False):
        upper, first = divmod(256 * high + low, 45)
        third, second = divmod(upper, 45)
        digits += bytes((first, second, third))
    if len(data) % 2:
        second, first = divmod(data[-1], 45)
        digits += bytes((first, second))
    return digits.translate(_CHARACTERS.ljust(256)).decode("ascii")
