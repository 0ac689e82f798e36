"""CertLogic compiled: no text of an expression becomes program text, and nothing is in its reach."""

from __future__ import annotations

import builtins
import io
import re
from random import Random
from tokenize import DEDENT, ENDMARKER, INDENT, NAME, NEWLINE, NL, OP, TokenInfo, generate_tokens
from types import CodeType, FunctionType
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certlogic_expressions import Maker, anything
from tests.support.certlogic_values import shape, walked
from vaxpass.certlogic import FAILED, Json, compile_all, compiler
from vaxpass.certlogic.compiler import source_of

pytestmark = pytest.mark.slow

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
_WORDS: Final = {
    *("def", "judge", "data", "try", "except", "Exception", "return", "lambda"),
    *("if", "else", "and", "not", "in", "is", "None", "True", "False"),
    *("FAILED", "Budget", "STEPS", "budget", "type", "int", "str", "list", "dict", "get"),
    *("step", "walk", "integer", "time", "number", "moment", "add", "same", "contains", "member"),
    *("decided", "box", "shift", "plus", "birth", "extract", "fold", "fail"),
}
_GET: Final = re.compile(r"(?<![\w.])(data|v[0-9]+)\.get\(k[0-9]+\) if type\(\1\) is dict else")
_NAME: Final = re.compile(r"[a-z][0-9]+")
_SIGNS: Final = {*"()[]{}:,=+&<>", "<=", ">=", "==", ":=", "."}
_LAYOUT: Final = {NEWLINE, NL, INDENT, DEDENT, ENDMARKER}
_ATTACKS: Final = [
    "__import__('os').system('x')",
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "\\'",
    "\n",
    "\r",
    "\r\n    import os\n",
    "\x0c",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\N{LINE SEPARATOR}",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\\N{LATIN SMALL LETTER A}",
    "{data}",
    "%s",
    "f'{data}'",
    "#",
    "# coding: utf-7",
    ");import os;(",
    ") or data or (",
    "judge",
    "k1",
    "v2",
    "data",
    "budget",
    "FAILED",
    "fail",
    "fail()",
    "lambda: 0",
    "None",
    "True",
    "__builtins__",
    "__globals__",
    "judge.__globals__",
    "step.__globals__.0",
    "func_globals",
    "__class__.__mro__.1.__subclasses__",
    "ｄａｔａ",
    "ᵏ1",
    "k١",
    "é",
    "𝟘",
    "1e999",
    "0x1",
    "0_1",
    "1" * 300,
    "a" * 3000,
]


def tokens_of(source: str) -> list[TokenInfo]:
    return list(generate_tokens(io.StringIO(source).readline))


def assert_closed(expressions: list[Json]) -> str:
    """Assert that a source is made of fixed pieces and of names with a counter, and of nothing else."""
    source = source_of(expressions)
    assert source.isascii()
    # The one attribute that is taken, of what is known to be a dictionary.
    assert source.count(".") == len(_GET.findall(source))
    for token in tokens_of(source):
        if token.type == NAME:
            assert token.string in _WORDS or _NAME.fullmatch(token.string), token
        elif token.type == OP:
            assert token.string in _SIGNS, token
        else:
            # No text, no number, no comment.
            assert token.type in _LAYOUT, token
            assert not token.string.strip(), token
    return source


def around(text: str) -> list[Json]:
    """A text in every place of an expression that can hold one."""
    inside: Json = {"var": f"current.{text}"}
    return [
        text,
        [text],
        [text, {"var": text}],
        {text: [1]},
        {text: text},
        {text: {text: [text]}},
        {"var": text},
        {"var": [text]},
        {"var": f"a.{text}.0.{text}"},
        {"===": [text, {"var": text}]},
        {"===": [{"var": ""}, text]},
        {"in": [text, [text, text]]},
        {"in": [{"var": text}, [text, 1]]},
        {"+": [{"var": text}, text]},
        {"<": [{"var": text}, 1, {"var": text}]},
        {"if": [text, text, text]},
        {"and": [text, {"var": text}, text]},
        {"!": [text]},
        {"plusTime": [text, 1, text]},
        {"plusTime": [text, text, "day"]},
        {"plusTime": [{"var": text}, 1, "month"]},
        {"before": [{"plusTime": [{"var": text}, 1, "hour"]}, {"plusTime": [text, 0, "day"]}]},
        {"dccDateOfBirth": [text]},
        {"extractFromUVCI": [text, 0]},
        {"extractFromUVCI": [text, text]},
        {"reduce": [[text], inside, text]},
        {"reduce": [{"var": text}, {"===": [{"var": ""}, inside]}, {"var": text}]},
        {"reduce": [[text], {"in": [text, [inside, text]]}, 0]},
        {"reduce": [[text], {text: [inside]}, {text: [1]}]},
        {"if": [1, {text: [1]}, 2], text: [1]},
    ]


@pytest.mark.parametrize("text", _ATTACKS, ids=ascii)
def test_no_text_becomes_program_text(text: str) -> None:
    expressions = around(text)
    assert_closed(expressions)
    for expression in expressions:
        assert_closed([expression])
    contexts: list[Json] = [None, {text: text}, {"a": {text: [{text: text}]}}, [text], text]
    for data in contexts:
        values = compile_all(expressions)(data)
        assert [shape(value) for value in values] == [walked(each, data) for each in expressions]


@pytest.mark.parametrize("text", [text for text in _ATTACKS if 4 < len(text) < 1000], ids=ascii)
def test_what_a_text_says_makes_no_difference_to_the_source(text: str) -> None:
    if "." not in text and not any(character.isdigit() for character in text):
        assert source_of(around(text)) == source_of(around("harmless"))


@_SETTINGS
@given(st.text())
def test_no_text_at_all_becomes_program_text(text: str) -> None:
    assert_closed(around(text))


@settings(_SETTINGS, max_examples=300)
@given(st.lists(anything, max_size=4))
def test_no_json_becomes_program_text(expressions: list[Json]) -> None:
    assert_closed(expressions)


def test_all_fixed_words_occur_and_no_others() -> None:
    """So that what is allowed above is not more than what is written."""
    random = Random(3)
    seen: set[str] = set()
    for strange in (0.0, 0.3):
        expressions = [Maker(random, strange).expression(5) for _ in range(800)]
        source = assert_closed([*expressions, ["x"] * 40_000])
        seen |= {token.string for token in tokens_of(source) if token.type in (NAME, OP)}
    assert {word for word in seen if not _NAME.fullmatch(word)} == _WORDS | _SIGNS


@pytest.mark.parametrize(
    "number", [0, 1, -1, 10**300, 1.0, -0.0, 1e308, 0.5, float("nan"), float("inf")]
)
def test_no_number_becomes_program_text(number: float) -> None:
    expressions: list[Json] = [
        number,
        [number],
        {"===": [{"var": "x"}, number]},
        {"+": [number, number]},
        {"<": [{"var": "x"}, number]},
        {"plusTime": [{"var": "x"}, number, "day"]},
        {"plusTime": ["2021", number, "month"]},
        {"extractFromUVCI": [{"var": "x"}, number]},
        {"var": f"x.{number}"},
        {"reduce": [[number], {"var": f"current.{number}"}, number]},
    ]
    assert_closed(expressions)


def test_the_compiled_function_sees_no_built_ins() -> None:
    function = compile_all([{"var": "x"}, {"reduce": [[1], {"var": ""}, 0]}])
    assert isinstance(function, FunctionType)
    assert function.__globals__["__builtins__"] == {}
    dangerous = {
        getattr(builtins, name)
        for name in (
            "eval",
            "exec",
            "open",
            "compile",
            "__import__",
            "getattr",
            "setattr",
            "globals",
            "vars",
        )
    }
    reachable = [each for each in function.__globals__.values() if callable(each)]
    assert not [each for each in reachable if any(each is other for other in dangerous)]


def codes(code: CodeType) -> list[CodeType]:
    """A function's code and that of the lambdas within."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return [code, *(each for part in inner for each in codes(part))]


@_SETTINGS
@given(st.randoms(use_true_random=False), st.sampled_from(_ATTACKS))
def test_the_compiled_function_imports_nothing_and_takes_no_other_attributes(
    random: Random, text: str
) -> None:
    expressions = [Maker(random, 0.1).expression(3), *random.sample(around(text), 5)]
    function: Any = compile_all(expressions)
    known = {*compiler._HELPERS, "judge", "data", "get"}
    for code in codes(function.__code__):
        # Globals; another attribute than that of dictionaries, or an import, would be among them.
        for name in code.co_names:
            assert name in known or re.fullmatch("k[0-9]+", name), name
        for constant in code.co_consts:
            kept = isinstance(constant, CodeType | bool | None) or constant in (
                "judge.<locals>.<lambda>",
                (),
            )
            assert kept or "<lambda>" in constant, constant


@pytest.mark.parametrize(
    "path",
    [
        "__class__",
        "__globals__",
        "step.__globals__",
        "judge",
        "k1",
        "__builtins__",
        "0.__class__",
        "ms",
    ],
)
def test_no_path_leads_to_attributes(path: str) -> None:
    date: Json = {"plusTime": ["2021", 0, "day"]}
    contexts: list[Json] = [{}, {"step": {}}, [], "text", 1, None]
    for data in contexts:
        assert compile_all([{"var": path}])(data) == (None,)
    assert compile_all([{"reduce": [[1], {"var": f"accumulator.{path}"}, date]}])(None) == (None,)
    assert compile_all([{"reduce": [[1], {"var": path}, date]}])(None) == (None,)


@pytest.mark.parametrize("name", sorted(compiler._HELPERS))
def test_no_operator_is_called_like_a_helper(name: str) -> None:
    if name not in ("plusTime", "in"):
        assert compile_all([{name: [1, 2]}, {name: []}, {f"_{name}": [1]}])(None) == (FAILED,) * 3


def test_a_function_keeps_nothing_between_calls() -> None:
    function: Any = compile_all([{"reduce": [{"var": "l"}, {"var": ""}, 0]}, {"var": "l"}])
    before = dict(function.__globals__)
    function({"l": [1, 2, 3]})
    function({"l": None})
    assert function.__globals__ == before
