"""The canonical form of JSON (RFC 8785), by its own examples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.encoding import canonical_json, strict_json

# RFC 8785, section 3.2.2 and appendix B.
NUMBERS = {
    "333333333.33333329": "333333333.3333333",
    "1E30": "1e+30",
    "4.50": "4.5",
    "2e-3": "0.002",
    "0.000000000000000000000000001": "1e-27",
    "-0": "0",
    "-0.0": "0",
    "1e21": "1e+21",
    "999999999999999900000.0": "999999999999999900000",
    "0.000001": "0.000001",
    "1e-7": "1e-7",
    "5e-324": "5e-324",
    "1.7976931348623157e308": "1.7976931348623157e+308",
    "9007199254740991": "9007199254740991",
}


@pytest.mark.parametrize(("written", "canonical"), NUMBERS.items())
def test_a_number_is_written_as_ecmascript_does(written: str, canonical: str) -> None:
    value = strict_json.read(f'{{"n": {written}}}')
    assert canonical_json.encode(value).decode() == f'{{"n":{canonical}}}'


def test_names_are_in_the_order_of_their_utf_16() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    order = list(json.loads(canonical_json.encode(value)))
    assert order == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_texts_are_utf_8_with_few_escapes() -> None:
    value = {"s": '\u20ac$\x0f\nA\'B"\\\\"/\x7f'}
    assert canonical_json.encode(value).decode() == '{"s":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"}'


@pytest.mark.parametrize("text", ['{"n": 9007199254740992}', '{"s": "\\ud800"}', '{"\\udc00": 1}'])
def test_what_has_no_canonical_form_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"domain|UTF-8|surrogates"):
        canonical_json.encode(strict_json.read(text))


def test_what_is_nested_too_deeply_is_a_value_error() -> None:
    value: object = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        canonical_json.encode({"a": value})  # type: ignore[dict-item]


_SAFE = 2**53 - 1


@given(
    st.dictionaries(
        st.text(), st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-_SAFE, _SAFE) | st.text()
    )
)
def test_the_canonical_form_of_the_canonical_form_is_itself(
    value: dict[str, int | float | str],
) -> None:
    try:
        made = canonical_json.encode(dict(value))
    except ValueError:
        return
    assert canonical_json.encode(strict_json.read(made)) == made
