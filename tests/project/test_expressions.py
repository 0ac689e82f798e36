"""Regular expressions mean the same in every Python that is allowed."""

from __future__ import annotations

import re

import pytest

from tests.support.paths import ROOT

MODULES = sorted([*(ROOT / "vaxpass").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


@pytest.mark.parametrize("folder", ["vaxpass", "cli"])
def test_no_group_is_possessive_or_atomic(folder: str) -> None:
    """Python 3.11.2, which Debian has, finds less with them than it should (CPython issue 106052)."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        if path.is_relative_to(ROOT / folder)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"[^\\]\)(?:[*+?]|\{\d+,\d*\})\+|\(\?>", line)
    ]
    assert found == []
