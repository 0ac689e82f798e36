"""Looks into a folder or a file: trust lists, bundles, keys, rules, stores, set-ups of other desks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from vaxpass_cli.scan.setup.found import Found


def look(path: Path, at: datetime, *, clock: Callable[[], float] = time.monotonic) -> Found:
    """What a folder or a file holds, at the time `at` (aware).

    Nothing is trusted by that: `FoundList.key` names the key that a list is signed with, and people
    compare its fingerprint. Limits: 4 folders deep, 2,000 files, 256 MiB in all, 20 s by `clock`;
    `Found.unseen` says what was left out. Takes seconds for a large folder: call it in a thread.
    Raises `UsageError` where the path is not there or can't be read.
    """
    raise NotImplementedError
