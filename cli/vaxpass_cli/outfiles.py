"""Writing a folder whole: whoever looks meanwhile sees all of its files or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from vaxpass_cli.failure import Wrong


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder beside its place and move it there; an empty one that was there is replaced.

    Raises `ValueError` for a name that is not a plain one, before anything is written.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Wrong(f"{path}: the folder is not empty; name a new one.")
    if any(Path(name).name != name for name in files):
        raise ValueError("a name leads out of the folder")
    place = path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".vaxpass-unfinished-", dir=place.parent))
    try:
        for name, data in files.items():
            with (beside / name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        # Not every system moves a folder onto an empty one.
        with suppress(FileNotFoundError):
            place.rmdir()
        beside.chmod(0o755)  # others may read certificates; the folder was made for its owner only
        beside.replace(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
