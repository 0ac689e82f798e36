"""CBOR bytes <-> values (RFC 8949). The only user of cbor2.

Stricter than cbor2 alone, because a certificate must not be readable in two ways: nesting is bounded,
map keys are integers or text and each is there once, nothing may follow the item, and a tag is inert
data. From version 6.1 on cbor2 can be told most of this, and is fast; with an older one `loads` scans
the bytes first. What cbor2 refuses is scanned as well, so that the reasons are the same with every
version.

`scan` decodes nothing, and allocates nothing in proportion to a declared length. It names the exact
reason of a refusal. It also finds every tag, so that a decoder that gives tags a meaning of its own can
be kept from doing so.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

import cbor2

from vaxpass.errors import ArgumentError

__all__ = ["Refused", "Tagged", "Value", "dumps", "loads", "without_tags"]

Value: TypeAlias = object
"""None, bool, int, float, str, bytes, list, dict with int and str keys, `Tagged`, or inert."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag (RFC 8949) by its number, and the value that it was put on. No tag is given a meaning here.

    >>> loads(bytes.fromhex("c11a514b67b0"), 16)
    (Tagged(number=1, value=1363896240), True)
    """

    number: int
    value: Value


def loads(data: bytes, depth: int, most: int | None = None) -> tuple[Value, bool]:
    """Decode exactly one item, nested at most `depth` deep; also tells whether it has a tag anywhere.

    `most` is how many items the whole may have, for large data: an item of one byte takes a hundred.

    >>> loads(bytes.fromhex("a10126"), 16)
    ({1: -7}, False)

    Raises `Refused`, whose `reason` is one of the constants of this module.
    """
    if most is not None:
        scan(data, depth, most)
    if _OPTIONS:
        stream = BytesIO(data)
        try:
            value: Value = cbor2.load(stream, max_depth=depth, **_OPTIONS)
        except Exception:  # noqa: S110 - judged again below, where the reason is found
            pass
        else:
            if stream.tell() == len(data):
                return value, False
    return _loads_after_scan(data, depth)


def dumps(value: Value) -> bytes:
    """Encode in the shortest form (RFC 8949, section 4.1), maps in the order of their keys' insertion.

    Raises `ArgumentError` for what CBOR has no form for, such as half of a character.

    >>> dumps({1: -7}).hex()
    'a10126'
    """
    try:
        return cbor2.dumps(value)
    except (cbor2.CBOREncodeError, UnicodeEncodeError):
        raise ArgumentError("failure.cbor") from None


def without_tags(value: Value, texts: tuple[int, ...] = (0,)) -> Value:
    """A copy in which text and numbers lose their tags; any other tagged value stays as it is.

    `texts` are the tags that text may have: 0 is a time, 1004 a date (RFC 8943), 32 a URI.

    A tag on text or on a number only says how to read it (a date); elsewhere it changes the value (a
    big number, a fraction), and what was not asked for is not computed.

    >>> without_tags([Tagged(0, "2021-05-01T10:00:00Z"), Tagged(2, b"1")])
    ['2021-05-01T10:00:00Z', Tagged(number=2, value=b'1')]
    """
    if isinstance(value, Tagged):
        inner = value.value
        known = (value.number in texts and isinstance(inner, str)) or (
            value.number == 1 and type(inner) in (int, float)
        )
        return inner if known else value
    if isinstance(value, Mapping):
        return {key: without_tags(item, texts) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_tags(item, texts) for item in value]
    return value


def _loads_after_scan(data: bytes, depth: int) -> tuple[Value, bool]:
    tags = scan(data, depth)

    def original(*given: object) -> Tagged:
        # cbor2 5 calls the hook with the decoder and the tag, cbor2 6 with the tag and a flag.
        tag = next(value for value in given if isinstance(value, cbor2.CBORTag))
        return Tagged(tags[tag.tag - _UNKNOWN].number, tag.value)

    try:
        value: Value = cbor2.loads(_renumbered(data, tags), tag_hook=original)
    except Exception:
        raise Refused(INVALID) from None
    return value, bool(tags)


# cbor2 gives some tags a meaning (decimals, regular expressions, shared references). So the tags of a
# text are numbered anew, from here on, where it knows none.
_UNKNOWN: Final = 1 << 63


def _renumbered(data: bytes, tags: list[TagHead]) -> bytes:
    parts: list[bytes] = []
    done = 0
    for index, (start, end, _) in enumerate(tags):
        parts += data[done:start], b"\xdb", (_UNKNOWN + index).to_bytes(8, "big")
        done = end
    return b"".join((*parts, data[done:]))


class _NotPlain(Exception):
    pass


def _refuse_tag(*_: object) -> NoReturn:
    raise _NotPlain


def _refuse_odd_keys(items: Mapping[object, object], _immutable: bool) -> Mapping[object, object]:
    if not _KEY_TYPES.issuperset(map(type, items)):
        raise _NotPlain
    return items


_KEY_TYPES: Final = frozenset((int, str))
# Every number that a version of cbor2 gives a meaning to; others reach the hook for unknown tags.
_MEANT: Final = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54),
    *(100, 256, 258, 260, 261, 1004, 43000, 55799),
)


def _options() -> dict[str, Any]:
    """What makes cbor2 itself refuse all but plain items, or nothing where it is too old for that."""
    options: dict[str, Any] = {
        "allow_duplicate_keys": False,
        "semantic_decoders": dict.fromkeys(_MEANT, _refuse_tag),
        "tag_hook": _refuse_tag,
        "object_hook": _refuse_odd_keys,
    }
    try:
        cbor2.loads(b"\xa0", max_depth=1, **options)
    except TypeError:
        return {}
    return options


_OPTIONS: Final = _options()


INVALID: Final = "cbor_invalid"
TOO_DEEP: Final = "cbor_too_deep"
TRAILING: Final = "cbor_trailing"
DUPLICATE_KEY: Final = "cbor_duplicate_key"
KEY_TYPE: Final = "cbor_key_type"
TOO_MANY: Final = "cbor_too_many"
"""More items than the caller allows."""

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
    """Where the head of a tag stands (offsets in bytes), and the tag's number."""

    start: int
    end: int
    number: int


def scan(data: bytes, depth: int, most: int | None = None) -> list[TagHead]:
    """Check that `data` is one CBOR item nested at most `depth` deep, and list its tags.

    `most` is how many items it may have, keys of maps not counted.

    Map keys must be integers or text, each once in its map: anything else (1.0 or true in place of
    1) could be read in two ways.

    >>> scan(bytes.fromhex("c11a514b67b0"), 16)
    [TagHead(start=0, end=1, number=1)]

    Raises `Refused`.
    """
    scanner = _Scanner(data, sys.maxsize if most is None else most)
    try:
        end = scanner.item(0, depth)
    except IndexError:
        raise Refused(INVALID) from None
    if end != len(data):
        raise Refused(TRAILING)
    return scanner.tags


class _Scanner:
    def __init__(self, data: bytes, most: int) -> None:
        self.data = data
        self.left = most
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
        self.left -= 1
        if self.left < 0:
            raise Refused(TOO_MANY)
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
