"""A look at CBOR bytes before anything is decoded (RFC 8949): are they well formed and unambiguous?

The scan decodes nothing and allocates nothing in proportion to a declared length. It names the exact
reason of a refusal, and finds every tag, so that a decoder that gives tags a meaning of its own can be
kept from doing so.
"""

from __future__ import annotations

from typing import Final, NamedTuple

INVALID: Final = "cbor_invalid"
TOO_DEEP: Final = "cbor_too_deep"
TRAILING: Final = "cbor_trailing"
DUPLICATE_KEY: Final = "cbor_duplicate_key"
KEY_TYPE: Final = "cbor_key_type"

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_INDEFINITE: Final = 31
_BREAK: Final = 0xFF
_FOLLOWING: Final = {24: 1, 25: 2, 26: 4, 27: 8}


class Refused(Exception):
    """The bytes are not acceptable; `reason` is one of the constants of this module."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TagHead(NamedTuple):
    """Where the head of a tag stands, and the tag's number."""

    start: int
    end: int
    number: int


def scan(data: bytes, depth: int) -> list[TagHead]:
    """Check that `data` is one CBOR item nested at most `depth` deep, and list its tags.

    Map keys must be integers or text, each once in its map: anything else (1.0 or true in place of
    1) could be read in two ways.

    >>> scan(bytes.fromhex("c11a514b67b0"), 16)
    [TagHead(start=0, end=1, number=1)]

    Raises `Refused`.
    """
    scanner = _Scanner(data)
    try:
        end = scanner.item(0, depth)
    except IndexError:
        raise Refused(INVALID) from None
    if end != len(data):
        raise Refused(TRAILING)
    return scanner.tags


class _Scanner:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tags: list[TagHead] = []

    def head(self, position: int) -> tuple[int, int, int, int]:
        """Major type, short count, argument, and where the head ends."""
        first = self.data[position]
        major, short = first >> 5, first & 31
        position += 1
        if short < 24:
            return major, short, short, position
        if short == _INDEFINITE:
            return major, short, 0, position
        following = _FOLLOWING.get(short)
        if following is None or position + following > len(self.data):
            raise Refused(INVALID)
        end = position + following
        return major, short, int.from_bytes(self.data[position:end], "big"), end

    def item(self, start: int, depth: int) -> int:
        """Walk over the item at `start` and return where it ends."""
        major, short, argument, position = self.head(start)
        if major in (_UNSIGNED, _NEGATIVE):
            if short == _INDEFINITE:
                raise Refused(INVALID)
            return position
        if major in (_BYTES, _TEXT):
            return self.string(major, short == _INDEFINITE, argument, position)[1]
        if major > _TAG:
            if short == _INDEFINITE or (short == 24 and argument < 32):
                raise Refused(INVALID)
            return position
        if major != _TAG and argument == 0 and short != _INDEFINITE:
            return position  # an empty array or map holds nothing that could be too deep
        if depth <= 0:
            raise Refused(TOO_DEEP)
        if major == _TAG:
            if short == _INDEFINITE:
                raise Refused(INVALID)
            self.tags.append(TagHead(start, position, argument))
            return self.item(position, depth - 1)
        if major == _ARRAY:
            return self.array(short == _INDEFINITE, argument, position, depth - 1)
        return self.map(short == _INDEFINITE, argument, position, depth - 1)

    def string(self, major: int, indefinite: bool, length: int, position: int) -> tuple[bytes, int]:
        """The content of a string and where it ends."""
        if not indefinite:
            end = position + length
            if end > len(self.data):
                raise Refused(INVALID)
            content = self.data[position:end]
            if major == _TEXT:
                try:
                    content.decode("utf-8")
                except UnicodeDecodeError:
                    raise Refused(INVALID) from None
            return content, end
        parts = []
        while self.data[position] != _BREAK:
            part_major, short, length, position = self.head(position)
            if part_major != major or short == _INDEFINITE:
                raise Refused(INVALID)
            part, position = self.string(major, False, length, position)
            parts.append(part)
        return b"".join(parts), position + 1

    def array(self, indefinite: bool, count: int, position: int, depth: int) -> int:
        if indefinite:
            while self.data[position] != _BREAK:
                position = self.item(position, depth)
            return position + 1
        self.room(count, position)
        for _ in range(count):
            position = self.item(position, depth)
        return position

    def map(self, indefinite: bool, count: int, position: int, depth: int) -> int:
        if not indefinite:
            self.room(2 * count, position)
        keys: set[int | bytes] = set()
        number = 0
        while (self.data[position] != _BREAK) if indefinite else (number < count):
            key, position = self.key(position)
            keys.add(key)
            position = self.item(position, depth)
            number += 1
        if len(keys) != number:
            raise Refused(DUPLICATE_KEY)
        return position + 1 if indefinite else position

    def key(self, position: int) -> tuple[int | bytes, int]:
        major, short, argument, position = self.head(position)
        if major not in (_UNSIGNED, _NEGATIVE, _TEXT):
            raise Refused(INVALID if major > _TAG and short == _INDEFINITE else KEY_TYPE)
        if major == _TEXT:
            return self.string(major, short == _INDEFINITE, argument, position)
        if short == _INDEFINITE:
            raise Refused(INVALID)
        return (argument if major == _UNSIGNED else ~argument), position

    def room(self, items: int, position: int) -> None:
        """Every item needs a byte at least: compare before looping over a declared count."""
        if items > len(self.data) - position:
            raise Refused(INVALID)
