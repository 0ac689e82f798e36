"""CBOR: the fast way through cbor2 and the way through the scan read the same bytes in the same way."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cbor_reading import DEPTH, needs_fast_path, scanned, shape, usual
from tests.support.handmade import indefinite
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused

pytestmark = pytest.mark.slow

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-(2**64), 2**64 - 1) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@_SETTINGS
@given(plain)
def test_plain_values_come_back_with_their_types(value: object) -> None:
    data = cbor.dumps(value)
    decoded, tagged = cbor.loads(data, DEPTH)
    assert shape(decoded) == shape(value)
    assert not tagged
    assert scanned(data) == (shape(value), False)


@_SETTINGS
@given(plain)
def test_values_of_indefinite_length_are_read_like_those_of_definite_length(value: object) -> None:
    assert usual(indefinite(value)) == scanned(indefinite(value)) == (shape(value), False)


@settings(_SETTINGS, max_examples=600)
@given(st.binary(max_size=24))
def test_both_ways_agree_on_any_bytes(data: bytes) -> None:
    assert usual(data) == scanned(data)


# Bytes that start, end or change the meaning of items: far more telling than uniform ones.
_HEADS = bytes.fromhex(
    "808182a0a1a29fbf5f7fff4041606118191a1b383bf4f5f6f7e0f8f9fafbc0c1c2c4d8d91c1f3ffcdf01205878"
)


@settings(_SETTINGS, max_examples=600)
@given(st.lists(st.sampled_from(_HEADS) | st.integers(0, 255), min_size=1, max_size=12).map(bytes))
def test_both_ways_agree_on_bytes_made_of_heads(data: bytes) -> None:
    assert usual(data) == scanned(data)


@settings(_SETTINGS, max_examples=250)
@given(plain.map(cbor.dumps), st.data())
def test_both_ways_agree_on_damaged_items(data: bytes, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    put_in = draw.draw(st.binary(max_size=3))
    cut = draw.draw(st.integers(0, 2))
    damaged = data[:place] + put_in + data[place + cut :]
    assert usual(damaged) == scanned(damaged)


@settings(_SETTINGS, max_examples=300)
@given(st.lists(st.sampled_from(_HEADS) | st.integers(0, 255), min_size=1, max_size=12).map(bytes))
def test_what_the_scan_lets_pass_can_be_decoded(data: bytes) -> None:
    try:
        tags = cbor.scan(data, DEPTH)
    except Refused:
        return
    assert cbor.loads(data, DEPTH)[1] is bool(tags)


def test_every_cbor2_that_can_refuse_by_itself_is_asked_to() -> None:
    numbers = tuple(int(number) for number in version("cbor2").split(".")[:2])
    assert bool(cbor._OPTIONS) is (numbers >= (6, 1))


@needs_fast_path
def test_plain_items_need_no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise AssertionError("scanned")

    monkeypatch.setattr(cbor, "_loads_after_scan", stop)
    value = {1: "VN", -260: {1: {"v": [{"dn": 2, "x": [1.5, None, b""]}]}}}
    assert cbor.loads(cbor.dumps(value), DEPTH) == (value, False)
    assert cbor.loads(indefinite(value), DEPTH) == (value, False)


@pytest.mark.parametrize("empty", ["80", "a0", "9fff", "bfff"])
@pytest.mark.parametrize("levels", [DEPTH - 1, DEPTH, DEPTH + 1])
def test_both_ways_agree_on_how_deep_something_empty_may_stand(levels: int, empty: str) -> None:
    data = b"\x81" * levels + bytes.fromhex(empty)
    assert usual(data) == scanned(data)
