"""The folder of `vaxpass issue`: passports in parts that are there whole or not at all.

texts/part-RRRR-CCCCCC.parquet   run and piece; each moved here when it is on the disk
issue.json                       what must not change between runs
refused.csv, summary.json        of the latest run
work/                            unfinished things; emptied at the start of each run
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic

_FORMAT: Final = 1
_PART: Final = re.compile(r"part-([0-9]{4,})-[0-9]{6,}\.parquet")
_SETTINGS: Final = "issue.json"


class Folder:
    """The folder, in use by this run alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.texts = path / "texts"
        self.work = path / "work"

    def parts(self) -> list[Path]:
        """The parts that are finished."""
        return sorted(each for each in self.texts.iterdir() if _PART.fullmatch(each.name))

    def next_run(self) -> int:
        """A number that no part has yet."""
        runs = (_PART.fullmatch(each.name) for each in self.parts())
        return max((int(found[1]) for found in runs if found), default=0) + 1

    def take(self, unfinished: Path, run: int, piece: int) -> None:
        """Make a part of a file in `work` that is on the disk: from now on its passports are issued."""
        unfinished.replace(self.texts / f"part-{run:04}-{piece:06}.parquet")
        atomic.sync_folder(self.texts)

    def settle(self, settings: Mapping[str, str]) -> None:
        """Keep what must not change between runs, or compare with what was kept."""
        kept = self.path / _SETTINGS
        wanted = {"format": str(_FORMAT), **settings}
        if not kept.exists():
            if self.parts():
                raise UsageError("error.issue.settings_gone", path=self.path, name=_SETTINGS)
            text = json.dumps(wanted, indent=1) + "\n"
            atomic.write(kept, [text.encode()], mode=atomic.OWNER_ONLY)
            return
        try:
            found = json.loads(kept.read_bytes())
        except ValueError:
            raise UsageError("error.unreadable", path=kept) from None
        for name, value in wanted.items():
            if not isinstance(found, dict) or found.get(name) != value:
                raise UsageError(
                    "error.issue.other_settings", path=self.path, name=name.replace("_", " ")
                )


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder, made if need be, with an empty `work`. Raises `UsageError` where another run has it."""
    if path.exists() and not path.is_dir():
        raise UsageError("error.not_folder", path=path)
    if path.is_dir() and any(path.iterdir()) and not (path / "texts").is_dir():
        raise UsageError("error.folder_of_others", path=path)
    folder = Folder(path)
    for each in (path, folder.texts, folder.work):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Not the folder itself: whoever writes a file into it (`atomic`) locks that.
    with atomic.exclusive_lock(folder.texts, UsageError("error.busy_issuing", path=path)):
        for left in folder.work.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        # A process of a run that was killed may still be busy: it must not write into this run's files.
        folder.work = Path(tempfile.mkdtemp(prefix="run-", dir=folder.work))
        yield folder
        shutil.rmtree(folder.work.parent, ignore_errors=True)
