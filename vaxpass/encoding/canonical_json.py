"""JSON values -> the bytes of them that are signed (JSON Canonicalization Scheme, RFC 8785)."""

from __future__ import annotations

from collections.abc import Mapping

import rfc8785

from vaxpass.encoding.strict_json import Json

__all__ = ["encode"]


def encode(value: Mapping[str, Json]) -> bytes:
    """The canonical form of an object, UTF-8.

    The value is one that `strict_json` has read, and is nested a few levels. Raises `ValueError` where
    it has no such form: an integer beyond 2^53, or half of a surrogate pair.

    >>> encode({"b": 1.0, "a": "\\u00e9"}).decode()
    '{"a":"é","b":1}'
    """
    try:
        return rfc8785.dumps(value)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
