"""CBOR bytes <-> values (RFC 8949). The only user of cbor2.

Stricter than cbor2 alone, because a certificate must not be readable in two ways: nesting is bounded,
map keys are integers or text and unique, nothing may follow the item, and a tag is inert data. cbor2
from 6.1 on can be told most of this and is fast; for an older one, `vaxpass.cborscan` checks the bytes
first. What cbor2 refuses is scanned as well, so that the reasons are the same with every version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, NoReturn, TypeAlias

import cbor2

from vaxpass import cborscan
from vaxpass.cborscan import Refused

Value: TypeAlias = object
"""None, bool, int, float, str, bytes, list, dict with int and str keys, `Tagged`, or inert."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag and what it was put on. No tag is given a meaning here."""

    number: int
    value: Value


def loads(data: bytes, depth: int) -> tuple[Value, bool]:
    """Decode exactly one item; also tells whether a tag stands anywhere in it.

    >>> loads(bytes.fromhex("a10126"), 16)
    ({1: -7}, False)

    Raises `Refused`, whose `reason` is a constant of `vaxpass.cborscan`.
    """
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
    """Encode in the shortest form, maps in the order of their keys' insertion."""
    return cbor2.dumps(value)


def without_tags(value: Value) -> Value:
    """A copy in which text and numbers lose their tags; any other tagged value stays as it is.

    A tag on text or on a number only says how to read it (a date); elsewhere it changes the value (a
    big number, a fraction), and what was not asked for is not computed.
    """
    if isinstance(value, Tagged):
        inner = value.value
        known = (value.number == 0 and isinstance(inner, str)) or (
            value.number == 1 and type(inner) in (int, float)
        )
        return inner if known else value
    if isinstance(value, Mapping):
        return {key: without_tags(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_tags(item) for item in value]
    return value


def _loads_after_scan(data: bytes, depth: int) -> tuple[Value, bool]:
    tags = cborscan.scan(data, depth)

    def original(*given: object) -> Tagged:
        # cbor2 5 calls the hook with the decoder and the tag, cbor2 6 with the tag and a flag.
        tag = next(value for value in given if isinstance(value, cbor2.CBORTag))
        return Tagged(tags[tag.tag - _UNKNOWN].number, tag.value)

    try:
        value: Value = cbor2.loads(_renumbered(data, tags), tag_hook=original)
    except Exception:
        raise Refused(cborscan.INVALID) from None
    return value, bool(tags)


# cbor2 gives some tags a meaning (decimals, regular expressions, shared references). So the tags of a
# text are numbered anew, from here on, where it knows none.
_UNKNOWN: Final = 1 << 63


def _renumbered(data: bytes, tags: list[cborscan.TagHead]) -> bytes:
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
