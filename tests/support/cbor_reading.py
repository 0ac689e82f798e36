"""CBOR read both ways, with results that can be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused

DEPTH = 16


# What cbor2 itself may do depends on its version; see vaxpass.encoding.cbor.
needs_fast_path = pytest.mark.skipif(
    not cbor._OPTIONS, reason="this cbor2 is too old to refuse by itself"
)


def shape(value: object) -> object:
    """A value so written that what differs in type differs, and NaN equals NaN."""
    if isinstance(value, cbor.Tagged):
        return ("tag", value.number, shape(value.value))
    if isinstance(value, Mapping):
        return ("map", [(type(key).__name__, key, shape(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return ("array", [shape(item) for item in value])
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return (type(value).__name__, repr(value))


def usual(data: bytes) -> object:
    try:
        value, tagged = cbor.loads(data, DEPTH)
    except Refused as refused:
        return refused.reason
    return shape(value), tagged


def scanned(data: bytes) -> object:
    try:
        value, tagged = cbor._loads_after_scan(data, DEPTH)
    except Refused as refused:
        return refused.reason
    return shape(value), tagged
