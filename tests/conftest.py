"""Fixtures for all tests. Public test data is not in the repository: it is found or the test skips."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Run, runner
from tests.support.paths import find_shared
from tests.support.world import World, make_world
from tests.support.xvfb import desktop, display

__all__ = ["desktop", "display"]

_LONGEST_NAME = 60


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and long texts name no test: keys are new in every process, and names must not be."""
    unfit = isinstance(val, bytes) or (isinstance(val, str) and len(val) > _LONGEST_NAME)
    return argname if unfit else None


@pytest.fixture(scope="session")
def shared() -> Path:
    place = find_shared()
    if place is None:
        pytest.skip("the public test data is not here; set VAXPASS_SHARED to its folder")
    return place


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command, away from the configuration of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.delenv("VAXPASS_TRUST_LIST", raising=False)
    monkeypatch.delenv("VAXPASS_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return runner(capfd, monkeypatch)
