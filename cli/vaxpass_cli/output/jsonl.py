"""Verdict -> JSON for machines: interface version 1, described in docs/json.md."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from vaxpass import Check, Note, Status, Unverified, Verdict
from vaxpass.encoding import cbor
from vaxpass.rules.explain import explain
from vaxpass_cli.io.sources import INPUT_PROBLEMS, Source

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def line(value: Json) -> str:
    """One line of JSON. Only ASCII, so that no terminal and no reader can be misled by a name."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def of(source: Source, verdict: Verdict | None, language: str) -> dict[str, Json]:
    """The report of an input; it has no verdict where it holds no text."""
    if verdict is None:
        return _of_problem(source.name, source.problem or "", language)
    unverified = verdict.unverified
    signer = verdict.signer
    return {
        "source": source.name,
        "outcome": verdict.outcome.value,
        "code": verdict.code.value if verdict.code else None,
        "kind": verdict.kind.value if verdict.kind else None,
        "test_key": verdict.test_key,
        "signer": {
            "kid": base64.b64encode(signer.kid).decode(),
            "country": signer.country,
            "source": signer.source,
        }
        if signer
        else None,
        "claims": claims(unverified) if unverified else None,
        "certificate": plain(unverified.without_verification().payload) if unverified else None,
        "checks": [_check(check, language) for check in verdict.checks],
        "warnings": notes(verdict.notes, language),
        **({} if verdict.admission is None else {"rules": rules(verdict, language)}),
    }


def _of_problem(source: str, problem: str, language: str) -> dict[str, Json]:
    stage = problem.partition(".")[0]
    message = INPUT_PROBLEMS[problem][language]
    return {
        "source": source,
        "outcome": "unreadable",
        "code": problem,
        "kind": None,
        "test_key": False,
        "signer": None,
        "claims": None,
        "certificate": None,
        "checks": [{"stage": stage, "status": Status.FAIL.value, "code": problem, "message": message}],
        "warnings": [],
    }


def claims(unverified: Unverified) -> dict[str, Json]:
    """The claims, times as RFC 3339 in UTC."""
    found = unverified.claims
    return {"iss": found.iss, "iat": rfc3339(found.issued_at), "exp": rfc3339(found.expires_at)}


def notes(found: tuple[Note, ...], language: str) -> list[Json]:
    """Warnings with their code, place and sentence."""
    return [
        {"code": w.code.value, "path": w.path or None, "message": w.message(language)} for w in found
    ]


def rules(verdict: Verdict, language: str) -> list[Json]:
    """The rules that are not met or open, each with its codes and sentences."""
    admission = verdict.admission
    if admission is None:
        return []
    return [
        {
            "rule": each.rule.identifier if each.rule else None,
            "version": ".".join(map(str, each.rule.version)) if each.rule else None,
            "status": each.status.value,
            "code": each.reason.code.value,
            "met": each.met.code.value if each.met else None,
            "message": each.message(language, admission.names),
        }
        for each in explain(admission)
    ]


def rfc3339(moment: datetime) -> str:
    """A time in UTC, such as 2023-06-01T00:00:00Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: cbor.Value) -> Json:
    """Any decoded value as JSON; what JSON can't say is said in words, nothing is left out."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, cbor.Tagged):
        return {"tag": value.number, "value": plain(value.value)}
    return str(value)


def _check(check: Check, language: str) -> dict[str, Json]:
    return {
        "stage": check.stage.value,
        "status": check.status.value,
        "code": check.code.value if check.code else None,
        "message": check.message(language) or None,
    }
