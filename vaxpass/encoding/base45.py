"""Base45 text <-> bytes (RFC 9285).

Three characters, least significant first, stand for two bytes, most significant first. All triples
are computed at once: read as one big integer, the values of a text already stand in lanes of three
bytes, and a few operations on that integer do for a loop in Python over every triple.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vaxpass.codes import Code
from vaxpass.findings import StageError

__all__ = ["ALPHABET", "decode", "encode"]

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


def _table(rule: Callable[[int], int]) -> bytes:
    return bytes(rule(value) for value in range(256))


# Two bytes h and l are the number 256 h + l; in base 45 its digits are those of 256 h and of l, added
# with a carry. So tables for single bytes do, and bytes are added as one big integer each time.
_H0: Final = _table(lambda high: 256 * high % 45)
_H1: Final = _table(lambda high: 256 * high // 45 % 45)
_H2: Final = _table(lambda high: 256 * high // 45 // 45)
_L0: Final = _table(lambda low: low % 45)
_L1: Final = _table(lambda low: low // 45)
_CARRY: Final = _table(lambda total: total // 45)
_CHARACTER: Final = _table(lambda total: _CHARACTERS[total % 45])


def encode(data: bytes) -> str:
    """Bytes -> Base45 text.

    >>> encode(b"ietf!")
    'QED8WEX0'
    """
    number = int.from_bytes
    pairs = len(data) // 2
    high, low = data[: 2 * pairs : 2], data[1::2]
    # No sum exceeds 88, so that nothing runs from one byte into the next.
    first = number(high.translate(_H0), "little") + number(low.translate(_L0), "little")
    firsts = first.to_bytes(pairs, "little")
    second = number(high.translate(_H1), "little") + number(low.translate(_L1), "little")
    seconds = (second + number(firsts.translate(_CARRY), "little")).to_bytes(pairs, "little")
    third = number(high.translate(_H2), "little") + number(seconds.translate(_CARRY), "little")
    text = bytearray(_LANE * pairs)
    text[::_LANE] = firsts.translate(_CHARACTER)
    text[1::_LANE] = seconds.translate(_CHARACTER)
    text[2::_LANE] = third.to_bytes(pairs, "little").translate(_CHARACTER)
    if len(data) % 2:
        second, first = divmod(data[-1], 45)
        text += bytes((_CHARACTERS[first], _CHARACTERS[second]))
    return text.decode("ascii")
