"""What the published vectors expect of the schema is what the schema of their own version says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from vaxpass_cli.io import vectors

from tests.support.dcc_payloads import Payload, reads
from tests.support.dcc_reading import disagreement
from tests.support.dcc_schema import VERSIONS, errors, own_version
from tests.support.dcc_sharpened import sharpened
from vaxpass import DecodeError, decode

_EXPECTATION = "EXPECTEDSCHEMAVALIDATION"
_NETHERLANDS = "NL labels this key"
# What the vectors expect against the schema of their own version, and what reading says.
_DISPUTED = {
    "BG/1": (True, "the schema refuses: t and r are null, dates are date-times", True),
    "BG/2": (True, "the schema refuses: v and t are null, dates are date-times", True),
    "RO/2": (True, "the schema allows: two entries, before 1.3.0", False),
}


@dataclass(frozen=True)
class Case:
    name: str
    payload: Payload
    expected: bool | None
    disputed: str | None

    @property
    def allowed(self) -> bool:
        """What the expectation means: the schema of the own version, and exactly one group."""
        published = VERSIONS[own_version(self.payload)]
        return not errors(sharpened(published, ["there is exactly one group"]), self.payload)


@cache
def _cases(place: Path) -> list[Case]:
    found = []
    for vector in vectors.load(place / "vectors" / "dcc"):
        try:
            payload = decode(vector.text or "").without_verification().payload
        except DecodeError:
            continue
        if payload is not None:
            stated = vector.expected.get(_EXPECTATION), vector.disputed.get(_EXPECTATION)
            found.append(Case(vector.name, payload, *stated))
    return found


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Case]:
    return _cases(shared)


def test_undisputed_expectations_are_the_schema_of_the_own_version_and_what_reading_says(
    cases: list[Case],
) -> None:
    judged = [c for c in cases if c.expected is not None and c.disputed is None]
    assert len(judged) == 86
    assert [c.name for c in judged if not c.expected == c.allowed == reads(c.payload)] == []
    assert Counter(own_version(c.payload) for c in judged) == {"1.0.0": 54, "1.2.1": 5, "1.3.0": 27}


def test_disputed_expectations_are_known_by_name(cases: list[Case]) -> None:
    disputed = [c for c in cases if c.disputed and not c.disputed.startswith(_NETHERLANDS)]
    assert {c.name: (c.expected, reads(c.payload)) for c in disputed} == {
        name: (expected, read) for name, (expected, _, read) in _DISPUTED.items()
    }


def test_the_labels_of_the_netherlands_say_something_else_than_the_schema(cases: list[Case]) -> None:
    labelled = [c for c in cases if c.disputed and c.disputed.startswith(_NETHERLANDS)]
    assert len(labelled) == 288
    assert any(c.expected and not c.allowed for c in labelled)
    assert any(c.allowed and not c.expected for c in labelled)
    refused = {str(c.payload["dob"])[:4] for c in labelled if not reads(c.payload)}
    assert refused == {"1815"}


def test_every_vector_is_read_as_its_schema_says_or_with_a_remark(cases: list[Case]) -> None:
    assert len(cases) > 400
    assert {c.name: disagreement(c.payload) for c in cases if disagreement(c.payload)} == {}
