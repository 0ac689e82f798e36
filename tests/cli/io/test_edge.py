"""Nothing that others wrote reaches a terminal as more than text."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from vaxpass_cli import app
from vaxpass_cli.io import edge
from vaxpass_cli.output.screen import Console

from tests.support.command import Run
from tests.support.world import World
from vaxpass.trust.formats import native

# A colour, a link, a title of the window, a direction, a C1 control, a bell and a further line.
HOSTILE = (
    "\x1b[31mx\x1b]8;;http:evil\x07y\x1b]0;title\x07\u202egnp\u2066\x9b2J\rvaxpass\nvaxpass: accepted"
)
LINK = "[link=http://evil]click[/link] :smile:"


def tame(text: str) -> bool:
    controls = {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {10}
    return controls.isdisjoint(map(ord, text))


def test_the_text_here_is_hostile() -> None:
    assert not tame(HOSTILE)
    assert tame(edge.escaped(HOSTILE))
    assert edge.escaped("Nguyễn\tVăn\n<U+000A>") == "Nguyễn\tVăn\n<U+000A>"


def test_both_streams_escape_and_stay_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with edge.kept():
        print(HOSTILE)  # noqa: T201 - that is what is tested
        sys.stderr.write(HOSTILE)
        edge.complain(HOSTILE)
        assert not hasattr(sys.stdout, "buffer"), "bytes would pass by"
    assert (sys.stdout, sys.stderr) == before
    out, err = capsys.readouterr()
    assert tame(out)
    assert tame(err)
    assert err.endswith("vaxpass<U+000A>vaxpass: accepted\n"), "a problem stays one line"


def test_without_streams_what_is_written_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "__stderr__", None)
    with edge.kept():
        typer.echo("a")
        edge.complain("a")
        edge.beep()
        Console().print("a")
        Console(stderr=True).print("a")
        assert not edge.is_read()
    assert sys.stdout is None


def test_tables_and_panels_escape_their_texts_and_keep_their_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", edge.Escaped(io.StringIO()))
    console = Console(width=60)
    table = Table(title=HOSTILE)
    table.add_column(HOSTILE)
    table.add_row(Text(HOSTILE, style="bold red"))
    console.print(Panel(table, title=Text(HOSTILE)), HOSTILE, LINK)
    file = console.file
    assert isinstance(file, io.StringIO)
    drawn = file.getvalue()
    assert "\x1b[1;31m" in drawn, "colours of the tool are colours"
    for hostile in ("\x1b]", "\x1b[31mx", "\x9b", "\u202e", "\u2066", "\x07", "\r"):
        assert hostile not in drawn
    assert LINK in drawn.replace("\n", ""), "no marks are read in texts of others"


def commands() -> list[str]:
    return [name for found in app.COMMANDS.values() for name, entry in found.items() if entry.function]


@pytest.mark.parametrize("command", commands())
def test_what_is_typed_comes_back_without_controls(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)  # some of them write a file of that name
    found = app.imported(command)
    here = tmp_path / HOSTILE.replace("/", "").replace("\n", "")
    tried: list[tuple[object, ...]] = [(HOSTILE,), (here,), (f"--{HOSTILE}",)]
    needed: list[object] = []
    options = []
    for each in found.params:
        if each.param_type_name == "argument":
            needed.append(here)
        else:
            options.append(each.opts[0])
            if each.required:
                needed += [each.opts[0], here]
    tried += [tuple(needed)]
    tried += [(*needed, name, HOSTILE) for name in options]
    said = ""
    for arguments in tried:
        if command in _WAITING and not needed:
            continue
        ran = run(*command.split(), *arguments)
        assert tame(ran.out), arguments
        assert tame(ran.err), arguments
        said += ran.err
    assert said.count("\n") >= 1 or not needed


_WAITING = ("scan", "keyboard-test", "doctor", "cameras")
"""Commands that do something, and may wait, without any argument"""


def test_names_in_lists_folders_zips_and_attestations_are_escaped(
    run: Run, world: World, tmp_path: Path
) -> None:
    name = HOSTILE.replace("/", "").replace("\n", "")
    trust = tmp_path / "list.json"
    listed = json.loads(native.write(world.trust, source="x", test=False))
    listed["source"] = HOSTILE
    listed["keys"].append({"kid": HOSTILE})
    trust.write_text(json.dumps(listed), encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / f"{name}.txt").write_text("HC1:" + HOSTILE, encoding="utf-8")
    (folder / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    packed = tmp_path / "lists.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"lists/{name}/partitions", "{")
        archive.writestr("lists", json.dumps([{"kid": HOSTILE}]))
    attestation = tmp_path / "a.attestation"
    attestation.write_text(json.dumps({"facility": HOSTILE, "entries": []}), encoding="utf-8")
    store = tmp_path / "store"
    for arguments in (
        ("verify", folder, "-t", trust),
        ("verify", world.issue(), "-t", trust),
        ("trust", "show", trust),
        ("trust", "lint", trust),
        ("trust", "import", trust, "--unsigned", "--out", tmp_path / "out.json"),
        ("decode", folder),
        ("revocation", "import", packed, "--out", store),
        ("revocation", "import", folder, "--out", store),
        ("scan", "--source", folder, "-t", trust, "--view", "none"),
        ("print", folder, "-t", trust, "--out", tmp_path / "prints"),
    ):
        ran = run(*arguments)
        assert tame(ran.out), arguments
        assert tame(ran.err), arguments
        assert ran.out or ran.err
