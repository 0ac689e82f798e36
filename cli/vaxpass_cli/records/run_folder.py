"""A run that can be stopped: its parts are files, each of them there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.atomic import exclusive_lock, sync_folder

WORK: Final = ".vaxpass-match"
"""The folder in DIR with the parts of an unfinished run; it is removed when the run is finished."""
OUTPUTS: Final = (
    "results.parquet",
    "results.csv",
    "cleaning",
    "rejected.csv",
    "rejected_registry.csv",
    "summary.json",
)
SPILL: Final = "spill"
_JOB: Final = "job.json"
_UNFINISHED: Final = ".unfinished"


class Job:
    """The folder of a run, and which of its parts are done."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.work = out / WORK

    def part(self, name: str) -> Path:
        """The file or folder of a part."""
        return self.work / name

    def done(self, name: str) -> bool:
        """True where a part is there, whole."""
        return self.part(name).exists()

    def make(self, name: str, write: Callable[[Path], None]) -> None:
        """Make a part, unless it is there: `write` gets the place beside it for a file or a folder."""
        part = self.part(name)
        if part.exists():
            return
        part.parent.mkdir(parents=True, exist_ok=True)
        unfinished = part.parent / f"{_UNFINISHED}-{part.name}"
        remove(unfinished)
        write(unfinished)
        settle(unfinished)
        unfinished.rename(part)
        sync_folder(part.parent)


@contextlib.contextmanager
def opened(out: Path, terms: Mapping[str, object]) -> Iterator[tuple[Job, bool]]:
    """The folder `out` for one run at a time, and whether an earlier run is gone on with.

    An earlier run goes on where its `terms` were the same; otherwise it is thrown away. The folder is
    readable for its owner alone: it holds people's data.
    """
    if out.exists() and not out.is_dir():
        raise UsageError("error.file_for_folder", path=out)
    if out.is_dir() and (foreign := {path.name for path in out.iterdir()} - {WORK, *OUTPUTS}):
        raise UsageError("error.something_else", path=out, name=min(foreign))
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with exclusive_lock(out, UsageError("error.busy", path=out)):
        job = Job(out)
        written = json.dumps(terms, sort_keys=True)
        place = job.part(_JOB)
        same = place.is_file() and place.read_text(encoding="utf-8") == written
        if not same:
            remove(job.work)
            job.work.mkdir(mode=0o700)
            job.make(_JOB, lambda path: _write(path, written))
        # What an earlier run had no room for in memory is of no use to this one.
        remove(job.part(SPILL))
        yield job, same


def fingerprint(path: Path) -> Mapping[str, object]:
    """What tells a file from another one or from a later state of it, without reading all of it."""
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        head = hashlib.sha256(file.read(1 << 20)).hexdigest()
    return {
        "path": str(path.resolve()),
        "size": stat.st_size,
        "changed": stat.st_mtime_ns,
        "head": head,
    }


def settle(path: Path) -> None:
    """Bring a file, or all files of a folder, to the disk, readable for their owner alone."""
    if path.is_dir():
        for each in path.iterdir():
            settle(each)
        path.chmod(0o700)
        sync_folder(path)
        return
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def remove(path: Path) -> None:
    """Remove a file or a folder that may not be there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
