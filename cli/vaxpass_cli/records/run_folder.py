"""The folder of a run that can be stopped and continued.

A run is divided into parts. A part is a file or folder that is written under another name, brought to
the disk, and then renamed: it is complete or absent, and is never made again. The folder is used by one
run at a time, and keeps the settings of its parts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.encoding import strict_json
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.atomic import exclusive_lock, private_folder, sync_folder

_SCRATCH: Final = ".vaxpass-work"
_FINISHED: Final = "finished.json"
"""The part that says that all others are made, and which of them are outputs"""
_OWN_PREFIX: Final = ".vaxpass"
"""Files with names that begin like this are ours in any folder"""


@dataclass(frozen=True)
class FolderLayout:
    """The names of what the folder of a command contains."""

    parts: str
    """The folder of its parts"""
    settings: str
    """The file of the settings that its parts were made with"""
    outputs: tuple[str, ...]
    """The files and folders beside the parts"""
    lock: str = "."
    """The folder that is locked; single files must not be written into it during a run"""
    keeps_parts: bool = False
    """Whether other settings are an error; else the parts of other settings are removed"""


class RunFolder:
    """A folder that only this run uses. Nothing of an earlier run changes before `begin`."""

    def __init__(self, path: Path, layout: FolderLayout, scratch: Path) -> None:
        self.path = path
        """The folder as the user named it"""
        self.parts = path / layout.parts
        """The folder of the parts"""
        self.scratch = scratch
        """A folder for unfinished files of this run; it is removed at the end"""
        self.resumed = False
        """Whether an earlier run with the same settings was stopped here; known after `begin`"""
        self._layout = layout

    @property
    def stopped(self) -> Mapping[str, object]:
        """The settings of a run that was stopped here; empty where there is none."""
        file = self.path / self._layout.settings
        try:
            found = strict_json.read(file.read_bytes()) if file.exists() else None
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def begin(self, settings: Mapping[str, object]) -> None:
        """Begin a run with these settings, or go on with one that was stopped.

        Raises `UsageError` where there are parts of other settings that must be kept.
        """
        self.resumed = self._goes_on(json.loads(json.dumps(settings)))
        self.parts.mkdir(mode=0o700, exist_ok=True)
        if not self.resumed:
            self.publish(self._layout.settings, lambda file: _write_json(file, settings))

    def _goes_on(self, wanted: Mapping[str, object]) -> bool:
        """Whether there are parts, made with these settings."""
        layout, found = self._layout, self.stopped
        file = self.path / layout.settings
        if file.exists() and found == wanted:
            return True
        if not layout.keeps_parts:
            self.discard(self.parts)
            return False
        if not file.exists():
            if self.parts.is_dir() and any(self.parts.iterdir()):
                raise UsageError("error.run.settings_gone", path=self.path, name=layout.settings)
            return False
        if not found:
            raise UsageError("error.unreadable", path=file)
        other = next(name for name in (*wanted, *found) if found.get(name) != wanted.get(name))
        raise UsageError("error.run.other_settings", path=self.path, name=other.replace("_", " "))

    def part(self, name: str) -> Path:
        """The path of a part."""
        return self.parts / name

    def has(self, name: str) -> bool:
        """Whether a part is complete."""
        return self.part(name).exists()

    def make(self, name: str, write: Callable[[Path], object]) -> None:
        """Make a part unless it is complete; `write` gets a path for an unfinished file or folder."""
        if self.has(name):
            return
        unfinished = self.scratch / name.replace("/", "-")
        write(unfinished)
        self.keep(unfinished, name)

    def keep(self, unfinished: Path, name: str) -> None:
        """Make a file or folder in `scratch` a part."""
        self.part(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _move(unfinished, self.part(name))

    def publish(self, name: str, write: Callable[[Path], object]) -> None:
        """Write an output, and replace an older one when it is on the disk."""
        unfinished = self.scratch / Path(name).name
        write(unfinished)
        _move(unfinished, self.path / name)

    def discard(self, path: Path) -> None:
        """Remove something of this folder at one blow: a part that is half removed would look whole."""
        if path.exists():
            rubbish = Path(tempfile.mkdtemp(prefix="old-", dir=self.scratch))
            path.replace(rubbish / path.name)
            remove(rubbish)

    def finish(self, prefix: str) -> None:
        """Make outputs of the parts `prefix/NAME`, remove older outputs, and remove all parts.

        From its first file on the run is finished: where this is stopped, `open_run_folder` does the
        rest. So outputs of two runs are never mixed, and none is lost.
        """
        names = [name for name in self._layout.outputs if self.has(f"{prefix}/{name}")]
        finished = {"prefix": prefix, "outputs": names}
        self.publish(f"{self._layout.parts}/{_FINISHED}", lambda file: _write_json(file, finished))
        self.complete()

    def complete(self) -> None:
        """Put the outputs of a finished run in their places, where that was stopped."""
        file = self.part(_FINISHED)
        if not file.exists():
            return
        finished = json.loads(file.read_bytes())
        for name in self._layout.outputs:
            made, place = self.part(f"{finished['prefix']}/{name}"), self.path / name
            if name not in finished["outputs"] or (made.exists() and (made.is_dir() or place.is_dir())):
                self.discard(place)
            if made.exists():
                made.replace(place)
        sync_folder(self.path)
        self.discard(self.parts)


@contextlib.contextmanager
def open_run_folder(
    path: Path, layout: FolderLayout, settings: Mapping[str, object] | None = None
) -> Iterator[RunFolder]:
    """Open the folder of a run; a new one is readable only for its owner, as it has personal data.

    Without `settings` the run is not begun: `RunFolder.begin` does that when all inputs are known to be
    good. Until then nothing of an earlier run changes, and a new folder is removed again where the run
    is not begun. Raises `UsageError` where the folder can't be used: another run uses it, it has other
    contents, others may look into it, or its parts were made with other settings and must be kept.
    """
    if path.exists() and not path.is_dir():
        raise UsageError("error.file_for_folder", path=path)
    if path.is_dir() and not (path / layout.parts).is_dir():
        names = {each.name for each in path.iterdir() if not each.name.startswith(_OWN_PREFIX)}
        if foreign := names - set(layout.outputs):
            raise UsageError("error.something_else", path=path, name=min(foreign))
    is_new = not path.exists()
    try:
        private_folder(path)
        (path / layout.lock).mkdir(mode=0o700, exist_ok=True)
        with exclusive_lock(path / layout.lock, UsageError("error.busy", path=path)):
            remove(path / _SCRATCH)
            (path / _SCRATCH).mkdir(mode=0o700, exist_ok=True)
            try:
                # A process of a run that was killed may still write: it must not write files of this.
                scratch = Path(tempfile.mkdtemp(prefix="run-", dir=path / _SCRATCH))
                folder = RunFolder(path, layout, scratch)
                folder.complete()
                if settings is not None:
                    folder.begin(settings)
                yield folder
            finally:
                remove(path / _SCRATCH)
    finally:
        if is_new and not (path / layout.settings).exists():
            with contextlib.suppress(OSError):  # it has something in it
                (path / layout.lock).rmdir()
                path.rmdir()


def fingerprint(path: Path) -> Mapping[str, object]:
    """What distinguishes a file from others and from its later states; only its beginning is read."""
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        head = hashlib.sha256(file.read(1 << 20)).hexdigest()
    return {
        "path": str(path.resolve()),
        "size": stat.st_size,
        "changed": stat.st_mtime_ns,
        "head": head,
    }


def remove(path: Path) -> None:
    """Remove a file or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _move(unfinished: Path, place: Path) -> None:
    """Bring a file or folder to the disk, and give it its final name."""
    _bring_to_disk(unfinished)
    unfinished.replace(place)
    sync_folder(place.parent)


def _bring_to_disk(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            _bring_to_disk(each)
        path.chmod(0o700)
        sync_folder(path)
        return
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
