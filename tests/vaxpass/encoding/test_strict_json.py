"""JSON of unknown origin: one meaning, within limits, or refused."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.paths import ROOT
from vaxpass.encoding import strict_json

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_VALUES)
def test_what_is_plain_json_is_read_as_it_is(value: object) -> None:
    text = json.dumps(value)
    assert strict_json.read(text) == strict_json.read(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '{"a": {"b": 1, "b": 2}}',
        '[[{"a": 1, "a": null}]]',
        '{"\\u0061": 1, "a": 2}',
    ],
)
def test_a_name_that_stands_twice_is_refused_at_every_depth(text: str) -> None:
    with pytest.raises(ValueError, match="a name stands twice"):
        strict_json.read(text)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "1e999", "[-1e999]"])
def test_a_number_that_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        strict_json.read(text)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1,]", b"{'a': 1}", b"\xff", b"[" + b"9" * 5000 + b"]", b"[" * 200_000]
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not valid JSON"):
        strict_json.read(data)


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("inner", ["[]", "{}", "1"])
def test_nesting_has_a_limit(begin: str, end: str, inner: str) -> None:
    most = strict_json.DEEPEST if inner == "1" else strict_json.DEEPEST - 1
    strict_json.read(begin * most + inner + end * most)
    with pytest.raises(ValueError, match="nested more than"):
        strict_json.read(begin * (most + 1) + inner + end * (most + 1))


def test_a_caller_may_limit_the_size() -> None:
    assert strict_json.read(b"[1]", largest=3) == [1]
    with pytest.raises(ValueError, match="longer than 2 bytes"):
        strict_json.read(b"[1]", largest=2)


@pytest.mark.parametrize(
    ("pattern", "owner"),
    [
        (r"\bjson\.loads?\(", "strict_json.py"),
        (r"\b(b64|urlsafe_b64)(de|en)code\(", "strict_base64.py"),
    ],
)
def test_the_library_reads_json_and_base64_in_one_place(pattern: str, owner: str) -> None:
    users = {
        path.name
        for path in (ROOT / "vaxpass").rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert users == {owner}
