"""What is declared fits together: versions, constraints, and what must not be in the repository."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import vaxpass
from tests.support.paths import ROOT

_PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
_PROJECT: dict[str, Any] = tomllib.loads(_PYPROJECT)["project"]
_LARGEST = 800_000
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")


def constrained(name: str) -> dict[str, str]:
    """Package -> version, of a file of constraints. Names as they are compared."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in pairs}


def required(*extras: str) -> dict[str, str]:
    """Package -> what is asked for, of the library and these extras."""
    named = _PROJECT["optional-dependencies"]
    lines = [*_PROJECT["dependencies"], *(line for extra in extras for line in named[extra])]
    found = (re.fullmatch(r"([\w.-]+)>=([\d.]+).*", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def test_the_version_is_written_the_same_twice() -> None:
    assert _PROJECT["version"] == vaxpass.__version__


def test_every_package_has_a_version_that_is_known_to_work() -> None:
    extras = _PROJECT["optional-dependencies"]
    assert required(*extras).keys() - constrained("constraints.txt").keys() == set()


def test_the_oldest_packages_that_are_tested_are_the_oldest_that_are_allowed() -> None:
    wanted = required("cli", "scan", "issue", "divoc", "heic", "hsm")
    tested = constrained("constraints-oldest.txt")
    assert tested.keys() == wanted.keys()
    for package, version in wanted.items():
        assert tested[package].removesuffix(".*") in (version, f"{version}.0"), package


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file of the repository."""
    ran = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if ran.returncode != 0:
        pytest.skip("this is not a checkout")
    paths = [ROOT / name for name in ran.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_is_large(tracked: list[Path]) -> None:
    assert [path.name for path in tracked if path.stat().st_size > _LARGEST] == []


def test_no_private_key_is_in_the_repository(tracked: list[Path]) -> None:
    assert [path.name for path in tracked if _PRIVATE_KEY.search(path.read_bytes())] == []
