"""The video of a queue: drawn once, for all processes that test with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.paths import ROOT

_SCRIPT = ROOT / "examples" / "make_queue_video.py"


@pytest.fixture(scope="session")
def queue_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The video as a file; what it shows stands in a JSON file beside it."""
    return _drawn(tmp_path_factory, "queue")


@pytest.fixture(scope="session")
def short_queue_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first five scenes, for what takes as long as the video: each outcome is among them."""
    return _drawn(tmp_path_factory, "short", "--scenes", "5")


def _drawn(tmp_path_factory: pytest.TempPathFactory, name: str, *options: str) -> Path:
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / name / "queue.mp4"
    with FileLock(folder / f"{name}.lock"):
        done = path.with_name("done")
        if not done.exists():
            path.parent.mkdir(exist_ok=True)
            command: list[str | Path] = [sys.executable, _SCRIPT, "--out", path, *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            done.touch()
    return path
