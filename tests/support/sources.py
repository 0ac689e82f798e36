"""The sources of the library and the tool, for the tests that hold how they are written."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

from tests.support.paths import ROOT

SOURCES: Final = sorted([*(ROOT / "vaxpass").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


@cache
def parsed(path: Path) -> ast.Module:
    """What a source says; each is parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))
