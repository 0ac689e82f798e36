"""The folder of a run: what is finished is put in place as a whole, whenever the run is killed."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from vaxpass_cli.records.run_folder import FolderLayout, RunFolder, open_run_folder

LAYOUT: Final = FolderLayout(".vaxpass-x", ".vaxpass-x/job.json", ("a", "b", "c", "d"))
OLD: Final = {"a": "old", "b/in": "old", "c": "old"}
NEW: Final = {"a": "new", "b/in": "new", "d": "new"}


def finish(folder: RunFolder, files: dict[str, str]) -> None:
    def write(path: Path, name: str) -> None:
        if f"{name}/in" in files:
            path.mkdir()
            (path / "in").write_text(files[f"{name}/in"], encoding="utf-8")
        else:
            path.write_text(files[name], encoding="utf-8")

    for name in {name.partition("/")[0] for name in files}:
        folder.make(f"final/{name}", partial(write, name=name))
    folder.finish("final")


def outputs(path: Path) -> dict[str, str]:
    return {
        file.relative_to(path).as_posix(): file.read_text(encoding="utf-8")
        for file in path.rglob("*")
        if file.is_file() and not file.relative_to(path).parts[0].startswith(".")
    }


def killed_at(path: Path, step: int) -> bool:
    """Run in a process that dies when it is about to rename for the time `step`; whether it died."""
    child = os.fork()
    if child == 0:
        replace, left = Path.replace, [step]

        def dying(self: Path, target: Path) -> Path:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return replace(self, target)

        Path.replace = dying  # type: ignore[method-assign,assignment]
        code = 1
        try:
            with open_run_folder(path, LAYOUT, {"run": "new"}) as folder:
                finish(folder, NEW)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork a process")
def test_outputs_of_two_runs_are_never_mixed_wherever_a_run_is_killed(tmp_path: Path) -> None:
    seen = []
    for step in range(100):
        path = tmp_path / str(step)
        with open_run_folder(path, LAYOUT, {"run": "old"}) as folder:
            finish(folder, OLD)
        died = killed_at(path, step)
        # Whoever comes next, with whatever settings, finds one whole state.
        with open_run_folder(path, LAYOUT) as folder:
            found = outputs(path)
            folder.begin({"run": "another"})
            assert not folder.has("final")
        assert found == outputs(path)
        assert found in (OLD, NEW), step
        seen.append(found)
        if not died:
            break
    assert not died
    assert seen[0] == OLD
    assert seen[-2:] == [NEW, NEW]
    assert seen == sorted(seen, key=[OLD, NEW].index)


def test_nothing_changes_before_a_run_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with open_run_folder(path, LAYOUT, {"run": 1}) as folder:
        folder.make("part", lambda file: file.write_text("x", encoding="utf-8"))
    with open_run_folder(path, LAYOUT) as folder:
        assert folder.stopped == {"run": 1}
    with open_run_folder(path, LAYOUT) as folder:
        folder.begin({"run": 1})
        assert (folder.resumed, folder.has("part")) == (True, True)
    with open_run_folder(path, LAYOUT) as folder:
        folder.begin({"run": 2})
        assert (folder.resumed, folder.has("part")) == (False, False)


def test_a_new_folder_goes_where_no_run_was_begun(tmp_path: Path) -> None:
    with open_run_folder(tmp_path / "out", LAYOUT):
        assert (tmp_path / "out").is_dir()
    assert not (tmp_path / "out").exists()
