"""The table of commands: what `--help` says, and that a command is imported when it is called."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import vaxpass_cli.commands
from vaxpass_cli.app import COMMANDS, LONGEST_HELP

from tests.support.command import Run

ENTRIES = {name: entry for entries in COMMANDS.values() for name, entry in entries.items()}
GROUPS = [name for name, entry in ENTRIES.items() if not entry.function]
HEAVY = ("cv2", "duckdb", "numpy", "PIL", "zxingcpp", "serial", "fpdf", "vaxpass_cli.commands.")


def loaded(*arguments: str) -> list[str]:
    """The modules of `HEAVY` that are loaded after a run, in a process of its own."""
    program = (
        "import sys, vaxpass_cli.main as m\n"
        "try: m.main()\n"
        "finally: print('loaded:', *sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=False, text=True
    )
    modules = ran.stderr.rpartition("loaded: ")[2].split()
    assert "vaxpass_cli.app" in modules
    return [name for name in modules if name.startswith(HEAVY)]


def modules() -> Iterator[str]:
    (root,) = map(Path, vaxpass_cli.commands.__path__)
    for path in root.rglob("*.py"):
        if path.name != "__init__.py":
            yield path.relative_to(root).with_suffix("").as_posix().replace("/", ".")


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("--help",), (), ("verifi",), ("trust", "--help"), ("trust", "verify"), ("keys",)],
    ids=" ".join,
)
def test_no_command_is_imported_where_none_is_called(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments) == []


def test_only_the_command_that_is_called_is_imported() -> None:
    found = {name for name in loaded("trust", "lint", "--help") if "commands" in name}
    assert found == {f"vaxpass_cli.commands.trust{name}" for name in ("", ".rows", ".lint")}


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_the_help_of_a_group_names_each_command_in_a_whole_line(run: Run, group: str) -> None:
    shown = run(*group.split(), "--help").out.splitlines()
    assert all(len(line) <= 80 for line in shown)
    for name, entry in ENTRIES.items():
        before, _, short = name.rpartition(" ")
        if before == group:
            assert [short, *entry.help.split()] in [line.split() for line in shown]


def test_the_help_stands_under_its_headings(run: Run) -> None:
    shown = run("--help").out
    places = [shown.index(f"\n{heading}:\n") for heading in COMMANDS]
    assert places == sorted(places)
    assert all(len(entry.help) <= LONGEST_HELP for entry in ENTRIES.values())


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if entry.function])
def test_every_command_is_there(run: Run, name: str) -> None:
    ran = run(*name.split(), "--help")
    assert ran.code == 0
    assert f"vaxpass {name} " in ran.out.splitlines()[0]


def test_every_module_of_a_command_is_in_the_table() -> None:
    named = {entry.function.partition(":")[0] for entry in ENTRIES.values()} - {""}
    assert named == set(modules()) - {"trust.rows"}


def test_an_unknown_command_is_told_with_the_ones_that_resemble_it(run: Run) -> None:
    ran = run("verifi")
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'verifi'" in ran.err
    assert run("trust", "check").code == 2
    assert run("trust show").code == 2
