"""A desk with a trust list and the rules of a few countries, for the tests of `vaxpass check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.command import Ran, Run
from tests.support.rule_data import data
from tests.support.rule_judging import clock, plus, var
from tests.support.world import NOW, World, text_of_a_later_dose
from vaxpass.trust.formats import native

AT = NOW.isoformat()
DT = "payload.v.0.dt"


def published(country: str, number: int, logic: object, **changes: Any) -> dict[str, Any]:
    return {
        "Identifier": f"VR-{country}-{number:04}",
        "Type": "Acceptance",
        "Country": country,
        "Version": "1.0.0",
        "SchemaVersion": "1.0.0",
        "Engine": "CERTLOGIC",
        "EngineVersion": "1.0.0",
        "CertificateType": "General",
        "Description": [{"lang": "en", "desc": "Something."}],
        "ValidFrom": "2021-01-01T00:00:00Z",
        "ValidTo": "2030-01-01T00:00:00Z",
        "AffectedFields": [],
        "Logic": logic,
    } | changes


RULES = [
    published("AT", 1, {"not-after": [clock(), plus(DT, 270)]}),
    published("AT", 2, False, Region="North"),
    published("IT", 1, {"not-before": [clock(), plus(DT, 14)]}),
    published("IT", 2, {"in": [var("payload.v.0.mp"), ["EU/1/20/1507"]]}),
    published("FR", 1, 1),
]
VACCINES = "vaccines-covid-19-names"


class Desk(NamedTuple):
    """A desk with a trust list and rules, and what is typed there."""

    run: Run
    folder: Path
    text: str

    def check(self, *arguments: object, stdin: bytes = b"", at: str | None = AT) -> Ran:
        options: tuple[object, ...] = ("-t", self.folder / "list.json", "--test-keys")
        if "--rules" not in arguments:
            options = (*options, "--rules", self.folder / "rules.json")
        when = () if at is None else ("--at", at)
        return self.run("check", *arguments, *options, *when, stdin=stdin)

    def report(self, *arguments: object, **how: Any) -> dict[str, Any]:
        ran = self.check(*arguments, "--json", **how)
        assert ran.err == ""
        (line,) = ran.out.splitlines()
        assert line.isascii()
        found: dict[str, Any] = json.loads(line)
        assert ran.code == (0 if found["admitted"] else 1)
        return found


def make_desk(run: Run, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("VAXPASS_RULES", raising=False)
    trust = native.write(world.trust, source="the test world", test=False)
    (folder / "list.json").write_bytes(trust)
    (folder / "rules.json").write_bytes(data(*RULES))
    return Desk(run, folder, text_of_a_later_dose(world))


def squeezed(text: str) -> str:
    """What a table says, without its frame and folds, cell by cell where they are on one line."""
    for mark in "┃│┏━┓┡┩╇┳├┤┼─└┘┴":
        text = text.replace(mark, " ")
    return " ".join(text.split())


def why_column(out: str) -> str:
    """The last column of a table, unfolded."""
    cells = [line.strip("│┃ ").split("│")[-1] for line in out.splitlines() if line.startswith("│")]
    return " ".join(" ".join(cells).split())
