"""CertLogic: random expressions, compared with certlogic-js, the reference, where it is at hand.

`VAXPASS_CERTLOGIC_JS` names the folder of the npm package; node must be there too.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from tests.support.certlogic_expressions import Maker, context
from vaxpass.certlogic import (
    CertLogicError,
    Json,
    Moment,
    Value,
    desugar,
    evaluate,
    validate,
)

_CASES: Final = 3000
_PROGRAM: Final = Path(__file__).with_name("reference.js")
Answer = dict[str, Any]


@pytest.fixture(scope="module")
def reference() -> list[str]:
    named = os.environ.get("VAXPASS_CERTLOGIC_JS")
    node = shutil.which("node")
    if not named:
        pytest.skip("VAXPASS_CERTLOGIC_JS does not name the folder of certlogic-js")
    if node is None:
        pytest.skip("node is not installed")
    return [node, str(_PROGRAM), str(Path(named).resolve())]


def asked(reference: list[str], cases: list[tuple[Json, Json]]) -> list[Answer]:
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    ran = subprocess.run(reference, input=lines, capture_output=True, check=True, text=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def shown(value: Value) -> Any:
    """A value as the program writes it; numbers are all of one type there."""
    if isinstance(value, Moment):
        return {"moment": str(value)}
    if isinstance(value, list):
        return {"array": [shown(item) for item in value]}
    if isinstance(value, dict):
        return {"object": {key: shown(item) for key, item in value.items()}}
    return value


def alike(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, but 1.0 is."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    return bool(left == right) and isinstance(left, bool) is isinstance(right, bool)


def difference(answer: Answer, expression: Json, data: Json) -> str | None:
    """How what `evaluate` gives differs from the reference, None where it does not."""
    try:
        value = evaluate(expression, data)
    except CertLogicError as error:
        # What the reference counts on to without being able to is refused here.
        return None if "error" in answer or "sum is too large" in str(error) else str(error)
    if "value" not in answer:
        return f"{value!r}, but {answer['error']}"
    return None if alike(shown(value), answer["value"]) else f"{shown(value)}, not {answer['value']}"


def without_value(message: str) -> str:
    """A message without the value that it cites; the reference writes objects as [object Object]."""
    return message.partition(" but it is: ")[0]


def cases_of(seed: int, strange: float) -> list[tuple[Json, Json]]:
    random = Random(seed)
    return [
        (Maker(random, strange).expression(random.randrange(1, 6)), context(random))
        for _ in range(_CASES)
    ]


@pytest.mark.parametrize("strange", [0.0, 0.03, 0.2])
def test_values_are_those_of_the_reference(reference: list[str], strange: float) -> None:
    cases = cases_of(2021, strange)
    compared = 0
    for (expression, data), answer in zip(cases, asked(reference, cases), strict=True):
        if not answer["beyond"]:
            compared += "value" in answer
            assert difference(answer, expression, data) is None, (expression, data)
    assert compared > _CASES / 4


@pytest.mark.parametrize("strange", [0.03, 0.2])
def test_issues_are_those_of_the_reference(reference: list[str], strange: float) -> None:
    cases = cases_of(2022, strange)
    for (expression, _), answer in zip(cases, asked(reference, cases), strict=True):
        issues = [[issue.expression, without_value(issue.message)] for issue in validate(expression)]
        wanted = [[part, without_value(message)] for part, message in answer["issues"]]
        assert alike(issues, wanted), expression


def test_or_is_desugared_as_the_reference_does_it(reference: list[str]) -> None:
    def with_or(expression: Json) -> Json:
        if isinstance(expression, list):
            return [with_or(item) for item in expression]
        if isinstance(expression, dict):
            return {"or" if key == "and" else key: with_or(item) for key, item in expression.items()}
        return expression

    cases = [(with_or(expression), data) for expression, data in cases_of(2023, 0.0)]
    found = 0
    for (expression, _), answer in zip(cases, asked(reference, cases), strict=True):
        found += "or" in json.dumps(expression)
        assert alike(desugar(expression), answer["desugared"]), expression
    assert found > _CASES / 10


def test_dates_and_paths_are_read_as_by_the_reference(reference: list[str]) -> None:
    random = Random(2024)
    cases: list[tuple[Json, Json]] = []
    for _ in range(_CASES):
        year, month, day = random.randrange(10000), random.randrange(14), random.randrange(33)
        hour, minute, second = random.randrange(26), random.randrange(61), random.randrange(61)
        text = f"{year:04}-{month:02}-{day:02}"
        if random.random() < 0.6:
            text += f"T{hour:02}:{minute:02}:{second:02}"
            text += random.choice(["", "Z", ".5", ".1239Z", "+1", "-11:30", "+23:59", "-130", "+0260"])
        if random.random() < 0.1:
            place = random.randrange(len(text))
            text = text[:place] + random.choice("0T:.Z+- ") + text[place + 1 :]
        amount = random.choice(
            [0, 1, -1, random.randrange(-5000, 5000), random.randrange(-(10**9), 10**9)]
        )
        cases.append(
            ({"plusTime": [text, amount, random.choice(["day", "hour", "month", "year"])]}, None)
        )
        path = "".join(random.choice("0117ax.-+ ") for _ in range(random.randrange(1, 6)))
        data: Json = {"a": [1, {"x": 2}, [3]], "x": {"1": 4, "0": 5}, "1": [6], "-1": 7, "11": 8, "": 9}
        cases.append(({"var": path}, random.choice([data, [data, data]])))
    for (expression, data), answer in zip(cases, asked(reference, cases), strict=True):
        if not answer["beyond"]:
            assert difference(answer, expression, data) is None, (expression, data)


def test_nan_is_never_sent() -> None:
    """JSON has none; the generator must not make one."""
    for expression, data in cases_of(1, 0.2)[:200]:
        assert not math.isnan(len(json.dumps([expression, data], allow_nan=False)))
