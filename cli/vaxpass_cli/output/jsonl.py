"""Write verdicts as JSON lines: version 1 of the interface in docs/json.md."""

from __future__ import annotations

import json

from vaxpass import Status, Verdict
from vaxpass.display import Json, rfc3339
from vaxpass_cli.io.sources import Source

__all__ = ["Json", "line", "of", "rfc3339"]


def line(value: Json) -> str:
    """One line of JSON, in ASCII only: a name can't send control characters to a terminal."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def of(source: Source, verdict: Verdict | None, language: str) -> dict[str, Json]:
    """The report of an input; `verdict` is None where the input has no text."""
    if verdict is None:
        return _of_problem(source, language)
    return {"source": source.name, **verdict.to_dict(language)}


def _of_problem(source: Source, language: str) -> dict[str, Json]:
    problem = source.problem or ""
    stage = problem.partition(".")[0]
    message = source.reason(language)
    return {
        "source": source.name,
        "outcome": source.outcome.value,
        "code": problem,
        "kind": None,
        "test_key": False,
        "signer": None,
        "claims": None,
        "certificate": None,
        "document": None,
        "checks": [{"stage": stage, "status": Status.FAIL.value, "code": problem, "message": message}],
        "warnings": [],
    }
