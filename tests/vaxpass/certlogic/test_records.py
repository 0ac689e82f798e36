"""CertLogic: the published records, walked, compiled one by one and compiled country by country."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.certlogic_values import shape
from vaxpass.certlogic import (
    FAILED,
    CertLogicError,
    Compiled,
    Failed,
    Json,
    Moment,
    Value,
    compile_all,
    evaluate,
    validate,
)

_KINDS: Final = {
    "dev": {"logic": 218, "edge": 683, "format": 23, "rule": 625},
    "gateway-dev": {"rule": 1783},
}
_EVALUATED: Final = [
    (name, kind) for name, kinds in _KINDS.items() for kind in kinds if kind != "format"
]
Record = dict[str, Any]


class Records:
    """The records of the public test data, read once, and their expressions, compiled once."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._value_sets: dict[str, Json] = json.loads((place / "valuesets.json").read_bytes())
        self._compiled: dict[str, Compiled] = {}

    @cache  # noqa: B019 - there is one object in a run
    def of(self, name: str) -> list[Record]:
        lines = (self._place / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        records: list[Record] = [json.loads(line) for line in lines]
        return [record for record in records if not record.get("skip")]

    def kind(self, name: str, kind: str) -> list[Record]:
        return [record for record in self.of(name) if record["kind"] == kind]

    def context(self, record: Record) -> Json:
        if record["kind"] != "rule":
            data: Json = record["data"]
            return data
        external = dict(record["external"])
        if record.get("vs"):
            external["valueSets"] = self._value_sets[record["vs"]]
        context: dict[str, Json] = {"external": external}
        if "payload" in record:  # one has none
            context["payload"] = record["payload"]
        return context

    def compiled(self, expression: Json) -> Compiled:
        text = json.dumps(expression)
        if text not in self._compiled:
            self._compiled[text] = compile_all([expression])
        return self._compiled[text]

    def countries(self, name: str) -> Iterator[tuple[str, list[Record]]]:
        rules = self.kind(name, "rule")
        for country in sorted({record["rule"]["Country"] for record in rules}):
            yield country, [record for record in rules if record["rule"]["Country"] == country]


@pytest.fixture(scope="module")
def records(shared: Path) -> Records:
    return Records(shared / "vectors" / "rules")


def problem(record: Record, value: Value | Failed) -> str | None:
    """How a value differs from what a record expects, None where it is that."""
    if "expected_error" in record:
        agrees = value is FAILED
    elif "expected_datetime" in record:
        wanted = record["expected_datetime"] or "impossible"
        agrees = isinstance(value, Moment) and str(value) == wanted
    else:
        agrees = shape(value) == shape(record["expected"])
    wanted = {key: item for key, item in record.items() if key.startswith("expected")}
    shown = str(value) if isinstance(value, Moment) else repr(value)
    return None if agrees else f"{record['id']}: {wanted}, not {shown}"


def walked(expression: Json, data: Json) -> Value | Failed:
    try:
        return evaluate(expression, data)
    except CertLogicError:
        return FAILED


@pytest.mark.parametrize("name", _KINDS)
def test_all_records_are_looked_at(records: Records, name: str) -> None:
    assert Counter(record["kind"] for record in records.of(name)) == _KINDS[name]
    expectations = Counter(
        next(key for key in record if key.startswith("expected")) for record in records.of(name)
    )
    wanted = {"expected": 883, "expected_datetime": 538, "expected_error": 105, "expected_issues": 23}
    assert expectations == (wanted if name == "dev" else {"expected": 1738, "expected_error": 45})


@pytest.mark.parametrize(("name", "kind"), _EVALUATED)
def test_walking_agrees_with_the_records(records: Records, name: str, kind: str) -> None:
    found = [
        problem(record, walked(record["logic"], records.context(record)))
        for record in records.kind(name, kind)
    ]
    assert len(found) == _KINDS[name][kind]
    assert [text for text in found if text] == []


@pytest.mark.parametrize(("name", "kind"), _EVALUATED)
def test_each_compiled_expression_agrees_with_the_records(
    records: Records, name: str, kind: str
) -> None:
    found = []
    for record in records.kind(name, kind):
        (value,) = records.compiled(record["logic"])(records.context(record))
        found.append(problem(record, value))
    assert len(found) == _KINDS[name][kind]
    assert [text for text in found if text] == []


@pytest.mark.parametrize("kind", ["logic", "edge"])
def test_all_expressions_in_one_function_agree_with_the_records(records: Records, kind: str) -> None:
    several = records.kind("dev", kind)
    function = compile_all([record["logic"] for record in several])
    found = []
    for place, record in enumerate(several):
        values = function(records.context(record))
        assert len(values) == len(several)
        found.append(problem(record, values[place]))
    assert [text for text in found if text] == []


@pytest.mark.parametrize("name", _KINDS)
def test_a_country_s_rules_in_one_function_agree_with_the_records(records: Records, name: str) -> None:
    found, countries = [], []
    for country, rules in records.countries(name):
        countries.append(country)
        logics = {json.dumps(record["logic"]): record["logic"] for record in rules}
        place = {text: number for number, text in enumerate(logics)}
        function = compile_all(list(logics.values()))
        for record in rules:
            values = function(records.context(record))
            found.append(problem(record, values[place[json.dumps(record["logic"])]]))
    assert len(found) == _KINDS[name]["rule"]
    assert [text for text in found if text] == []
    assert len(countries) == (8 if name == "dev" else 18)


def test_validation_agrees_with_the_records(records: Records) -> None:
    formats = records.kind("dev", "format")
    for record in formats:
        wanted = [(issue["expr"], issue["message"]) for issue in record["expected_issues"]]
        found = [(issue.expression, issue.message) for issue in validate(record["logic"])]
        assert found == wanted, record["id"]
    assert sum(len(record["expected_issues"]) for record in formats) > 10


def test_the_specification_and_the_published_rules_are_well_formed(records: Records) -> None:
    for kind in ("logic", "rule"):
        for record in records.kind("dev", kind):
            assert validate(record["logic"]) == [], record["id"]
