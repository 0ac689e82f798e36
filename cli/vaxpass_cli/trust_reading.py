"""Reading lists for a look at them: what is only looked at need not be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from vaxpass import TrustList
from vaxpass_cli import trustfiles

Unsigned: TypeAlias = Annotated[
    bool,
    typer.Option("--unsigned", help="Look at lists that nothing vouches for, too."),
]


def read(
    paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime, unsigned: bool
) -> TrustList:
    """The keys of the lists named, else of the configured one."""
    if paths and unsigned:
        return trustfiles.import_lists(paths, pins, at=at, unsigned=True)
    return trustfiles.read_lists(paths, pins, at=at)
