"""What was judged -> the words that a view shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaxpass import ValueSets, printable
from vaxpass.valuesets import BUILT_IN
from vaxpass_cli import facts
from vaxpass_cli.scan.advice import advice
from vaxpass_cli.scan.phrases import phrase
from vaxpass_cli.scan.screen import Finding
from vaxpass_cli.sources import INPUT_PROBLEMS
from vaxpass_cli.words import word

if TYPE_CHECKING:
    from vaxpass_cli.scan.desk import Judged


def finding_of(judged: Judged, waiting: int, language: str, names: ValueSets = BUILT_IN) -> Finding:
    """The words for a verdict in `language`; `waiting` is how many others wait behind it."""
    outcome = judged.outcome
    place = phrase("place", language, waiting=waiting) if waiting else ""
    verdict = judged.verdict
    if verdict is None:
        problem = judged.source.problem or ""
        return Finding(
            outcome=outcome,
            word=word(outcome.value, language),
            reason=INPUT_PROBLEMS[problem][language],
            advice=advice(outcome, judged.code, language),
            code=problem,
            details=((word("source", language), printable(judged.source.name)),),
            place=place,
        )
    warnings = [w.message(language) for w in verdict.warnings if not w.code.formal]
    name = machine_name = born = ""
    details: list[facts.Row] = []
    if verdict.unverified:
        certificate = verdict.unverified.without_verification().certificate
        name = facts.holder(certificate) or word("not_stated", language)
        machine_name = facts.machine_name(certificate)
        rows = facts.rows(judged.source.name, verdict, verdict.unverified, judged.at, language, names)
        (label, born), *details = rows
        born = f"{label}: {born}"
        if verdict.signer is None:
            warnings.insert(0, phrase("unverified", language))
    return Finding(
        outcome=outcome,
        word=word(outcome.value, language),
        name=name,
        machine_name=machine_name,
        born=born,
        reason=verdict.reason(language),
        advice=advice(outcome, judged.code, language),
        code=judged.code,
        warnings=tuple(warnings),
        details=tuple(details),
        specimen=word("test", language) if verdict.test_key else "",
        place=place,
    )
