"""The table of commands: what `--help` says, and that a command is imported when it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import vaxpass_cli.commands
from vaxpass_cli import language as spoken
from vaxpass_cli.app import COMMANDS, app, imported
from vaxpass_cli.usage import LONGEST_HELP, explained, summary

from tests.support import catalogue
from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import messages

ENTRIES = {name: entry for entries in COMMANDS.values() for name, entry in entries.items()}
RUN = [name for name, entry in ENTRIES.items() if entry.function]
GROUPS = [name for name, entry in ENTRIES.items() if not entry.function]
HEAVY = ("cv2", "duckdb", "numpy", "PIL", "zxingcpp", "serial", "fpdf", "vaxpass_cli.commands.")


def loaded(*arguments: str, **environment: str) -> list[str]:
    """The modules of `HEAVY` that are loaded after a run, in a process of its own."""
    program = (
        "import sys, vaxpass_cli.main as m\n"
        "try: m.main()\n"
        "finally: print('loaded:', *sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=False,
        env=os.environ | environment,
        text=True,
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
    for name in ENTRIES:
        before, _, short = name.rpartition(" ")
        if before == group:
            assert [short, *summary(name).split()] in [line.split() for line in shown]


def test_the_help_stands_under_its_headings(run: Run) -> None:
    shown = run("--help").out
    places = [shown.index(f"\n{summary(f'section {section}')}:\n") for section in COMMANDS]
    assert places == sorted(places)


@pytest.fixture(params=messages.LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    spoken.speak(request.param)
    yield request.param
    spoken.speak("en")


def test_every_command_and_parameter_has_its_help_in_the_catalogue(language: str) -> None:
    keys = {key for key in catalogue.texts(language) if key.startswith("help.")}
    headings = (*COMMANDS, "group", "arguments", "options")
    used = {f"help.section.{section}" for section in headings} | {"help.vaxpass", "help.option.help"}
    used |= {key for key in keys if key.startswith(("help.word.", "help.value."))}
    for name, entry in ENTRIES.items():
        assert 0 < len(summary(name)) <= LONGEST_HELP, name
        place = f"help.{name.replace(' ', '.')}"
        used.add(place)
        if entry.function:
            used |= {f"{place}.text"} | {
                own if (own := f"{place}.{each.name}") in keys else f"help.option.{each.name}"
                for each in imported(name).params
            }
            used |= {"help.option.lang"}
    used |= {f"help.vaxpass.{each.name}" for each in app.params}
    # `config init` explains each setting; a PIN is none of the options, which others can see.
    used.add("help.scan.kiosk_pin")
    assert used == keys


@pytest.mark.parametrize("name", ["", *ENTRIES])
def test_help_is_in_the_language_of_the_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(spoken.VARIABLE, "vi")
    shown = " ".join(run(*name.split(), "--help").out.split())
    key = f"help.{name.replace(' ', '.') or 'vaxpass'}"
    text = messages.find(f"{key}.text", "vi") or messages.text(key, "vi")
    assert " ".join(text.split()) in shown


@pytest.mark.parametrize("name", ["verify", "trust lint", "scan", "print", "explain-record"])
def test_help_is_in_the_language_that_was_named_before_it(run: Run, name: str) -> None:
    shown = " ".join(run(*name.split(), "--lang", "vi", "--help").out.split())
    spoken.speak("vi")
    text = explained(name)
    spoken.speak("en")
    assert " ".join(text.split()) in shown
    assert " ".join(text.split()) not in " ".join(run(*name.split(), "--help").out.split())


@pytest.mark.parametrize("name", RUN)
def test_every_command_is_there(run: Run, name: str) -> None:
    ran = run(*name.split(), "--help")
    assert ran.code == 0
    assert f"vaxpass {name} " in ran.out.splitlines()[0]


def test_every_module_of_a_command_is_in_the_table() -> None:
    named = {entry.function.partition(":")[0] for entry in ENTRIES.values()} - {""}
    assert named == set(modules()) - {"trust.families", "trust.rows"}


def test_an_unknown_command_is_told_with_the_ones_that_resemble_it(run: Run) -> None:
    ran = run("verifi")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("vaxpass: There is no command verifi. Similar: verify. More: vaxpass --help\n")
    assert run("trust", "check").code == 2
    assert run("trust show").code == 2


def completed(monkeypatch: pytest.MonkeyPatch, run: Run, *words: str) -> list[str]:
    """What bash is offered after some words; the last one has been begun, or is empty."""
    monkeypatch.setenv("_VAXPASS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", " ".join(("vaxpass", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    return run().out.split()


def test_a_shell_completes_commands_options_and_choices(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert completed(monkeypatch, run, "tr") == ["trust"]
    assert completed(monkeypatch, run, "rules", "") == ["show", "import"]
    assert "--trust-list" in completed(monkeypatch, run, "verify", "--")
    assert completed(monkeypatch, run, "print", "--format", "") == ["pdf", "png", "svg"]
    assert completed(monkeypatch, run, "decode", "--lang", "") == ["en", "vi"]


def test_a_shell_completes_files_by_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Offered nothing, bash, zsh, fish and PowerShell fall back on the names of files.
    for words in (("verify", ""), ("trust", "show", ""), ("encode", "--key", "")):
        assert completed(monkeypatch, run, *words) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_completion_of_each_shell_is_printed(run: Run, shell: str) -> None:
    assert "_VAXPASS_COMPLETE" in run("config", "completion", shell).out


def test_names_of_commands_are_completed_without_importing_them() -> None:
    environment = {"_VAXPASS_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": "vaxpass "}
    assert loaded(**environment) == []


def test_a_line_without_a_command_is_told_so(run: Run) -> None:
    for line in (("--lang", "en"), ("trust", "--lang", "en")):
        ran = run(*line)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("vaxpass: The first word must be a command.")


def test_no_text_of_a_certificate_is_repeated_where_a_command_belongs(run: Run) -> None:
    for line in (("HC1:6BFOXN",), ("verify", "--HC1:6BFOXN"), ("config", "path", "HC1:6BFOXN")):
        assert "6BF" not in run(*line).err


@pytest.mark.parametrize(
    ("module", "package", "arguments"),
    [
        (
            "serial",
            "pyserial",
            ("scan", "--source", "serial:/dev/none", "--view", "none", "--test-keys"),
        ),
        ("filelock", "filelock", ("keys", "bundle", "--out", "keys")),
        ("pypdfium2", "pypdfium2", ("decode", "a.pdf")),
        ("pkcs11", "python-pkcs11", ("encode", "a.json", "--key", "pkcs11:a", "--cert", "a.pem")),
    ],
)
def test_a_package_that_is_missing_is_named_with_its_extra(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    package: str,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "a.json").write_text("{}", encoding="ascii")
    (tmp_path / "a.pem").write_text("x", encoding="ascii")
    monkeypatch.setenv("VAXPASS_TRUST_LIST", str(ROOT / "trust_lists" / "demo.json"))
    for name in list(sys.modules):
        if name.partition(".")[0] == module or name == "vaxpass_cli.io.hsm":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    ran = run(*arguments)
    assert ran.code == 2
    told = ran.err.splitlines()[-1]  # before it, the scanner may tell how old the list is
    assert f"The package {package} is not installed" in told
    assert "pip install" in told
