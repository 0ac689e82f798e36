"""The tables of a report -> counts of places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.revocation import RevocationStore
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.report import inputs
from vaxpass_cli.records.report.counts import (
    SET_ASIDE,
    Cause,
    Counts,
    Place,
    Progress,
    Question,
    problems,
)

_LONGEST: Final = 120
_PERSONAL: Final = re.compile(r"(?:\d[ .()+-]*){8}")
"""What may be a number of a person or a phone; no code of a facility has so many digits."""


@dataclass(frozen=True)
class Given:
    """What a report is made of."""

    records: Input
    matches: Path
    attestations: inputs.Signed | None
    issued: Path | None
    revocations: RevocationStore | None


def gather(engine: Engine, given: Given, work: Path) -> Progress:
    """Count. Raises `UsageError` where what was given does not belong together."""
    unreadable = inputs.read_records(engine, given.records)
    people = inputs.read_matches(engine, given.matches, unreadable)
    not_listed = inputs.judge(engine, given.attestations or inputs.Signed({}, {}), work)
    if inputs.stale(engine):
        raise UsageError("error.report.records_changed", path=given.matches)
    withdrawn = 0
    if given.issued is not None:
        withdrawn = inputs.read_issued(engine, given.issued, given.revocations, work)
    else:
        engine.run(
            "CREATE TABLE refused AS SELECT '' AS name, '' AS reason WHERE false",
            "CREATE TABLE passports AS SELECT '' AS record_id, 0 AS version, 0 AS latest, '' AS digest,"
            " 0 AS revoked WHERE false",
        )
    engine.run(_TOLD)
    asked = [Question.MATCHING]
    asked += [Question.ATTESTING] if given.attestations is not None else []
    asked += [Question.ISSUING] if given.issued is not None else []
    progress = Progress(
        _count(engine, asked),
        tuple(asked),
        unreadable,
        people,
        not_listed,
        withdrawn,
        revocations=given.revocations is not None,
    )
    _check(engine, progress)
    return progress


# A passport is current where it says what the record says. What was refused is told as that, even
# where an older passport is there. A doubled identifier never gets one, so a join by it is safe.
_TOLD: Final = f"""
CREATE TABLE told AS
SELECT records.n, province, facility, coalesce(status, '{SET_ASIDE}') AS matching,
    CASE WHEN status <> 'MATCHED' THEN cause END AS mismatch, attested AS attesting,
    CASE WHEN refused.reason IS NOT NULL THEN 'refused' WHEN p.digest = judged.digest THEN 'issued'
        ELSE 'pending' END AS issuing,
    refused.reason AS refusal
FROM records JOIN judged USING (n) LEFT JOIN matched USING (n)
    LEFT JOIN refused ON refused.name = sha256(records.record_id)
    LEFT JOIN (SELECT * FROM passports WHERE version = latest) p ON p.record_id = records.record_id
"""
_PASSPORTS: Final = """
SELECT province, facility, sum(CASE WHEN version < latest THEN 1 ELSE 0 END), sum(revoked)
FROM passports JOIN (SELECT record_id, min(n) AS n FROM records GROUP BY record_id) USING (record_id)
    JOIN told USING (n) GROUP BY ALL
"""


def _count(engine: Engine, asked: Sequence[Question]) -> Mapping[Place, Counts]:
    shown = _Shown(engine)
    counts: dict[Place, Counts] = defaultdict(Counts)
    for province, facility, records in engine.rows(
        "SELECT province, facility, count(*) FROM told GROUP BY ALL"
    ):
        counts[shown.place(province, facility)].records += int(records or 0)
    for question in asked:
        found = f"SELECT province, facility, {question}, count(*) FROM told GROUP BY ALL"
        for province, facility, answer, records in engine.rows(found):
            place = counts[shown.place(province, facility)]
            place.answers[question][str(answer)] += int(records or 0)
    for cause in Cause:
        found = f"SELECT province, facility, {cause}, count(*) FROM told WHERE {cause} IS NOT NULL"
        for province, facility, code, records in engine.rows(f"{found} GROUP BY ALL"):
            counts[shown.place(province, facility)].causes[cause][str(code)] += int(records or 0)
    for province, facility, replaced, revoked in engine.rows(_PASSPORTS):
        place = counts[shown.place(province, facility)]
        place.replaced += int(replaced or 0)
        place.revoked += int(revoked or 0)
    return counts


class _Shown:
    """Which names of places are shown.

    A row with its fields in the wrong columns may have a person where the facility should be: so what
    may be a number of a person is not shown, nor a place that only rows name which were set aside.
    """

    def __init__(self, engine: Engine) -> None:
        used = f"SELECT DISTINCT province, facility FROM told WHERE matching <> '{SET_ASIDE}'"
        self._used = {(province, facility) for province, facility in engine.rows(used)}

    def place(self, province: object, facility: object) -> Place:
        """The place as the report names it."""
        if (province, facility) not in self._used:
            return Place("", "")
        return Place(_name(str(province)), _name(str(facility)))


def _name(name: str) -> str:
    plain = " ".join(name.split())
    return "" if _PERSONAL.search(plain) or not plain.isprintable() else plain[:_LONGEST]


def _check(engine: Engine, progress: Progress) -> None:
    """Every count adds up, and the whole is what the tables say that was not cut into places."""
    total = progress.total
    whole = {
        question: Counter(
            {
                str(answer): int(records or 0)
                for answer, records in engine.rows(
                    f"SELECT {question}, count(*) FROM told GROUP BY ALL"
                )
            }
        )
        for question in progress.asked
    }
    found = problems(progress)
    if total.records != engine.number("SELECT count(*) FROM records"):
        found.append("records: not all are counted")
    found += [f"{name}: the total" for name in whole if whole[name] != total.answers[name]]
    if found:
        raise AssertionError("; ".join(found))
