"""What is said is said in the language that was asked for: errors, and commands without --lang."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from vaxpass_cli.app import COMMANDS, imported
from vaxpass_cli.errors import UsageError

from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import messages

VARIABLE = "VAXPASS_LANG"
EXAMPLES = ROOT / "examples"
_COMMANDS = [name for entries in COMMANDS.values() for name, entry in entries.items() if entry.function]


def test_an_error_is_told_in_the_language_of_the_command(run: Run, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.png"
    assert run("decode", nothing).err == f"vaxpass: {nothing}: there is no such file or folder.\n"
    for order in ((nothing, "--lang", "vi"), ("--lang", "vi", nothing)):
        ran = run("decode", *order)
        assert (ran.code, ran.err) == (2, f"vaxpass: {nothing}: không có tệp hay thư mục này.\n")


def test_the_language_of_one_run_is_not_that_of_the_next(run: Run, tmp_path: Path) -> None:
    run("decode", tmp_path / "a.png", "--lang", "vi")
    assert run("keys", "uvci", "--out", tmp_path / "secret").out.startswith("Wrote a secret")


def test_a_variable_chooses_the_language_of_all_commands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "vi")
    assert run("keys", "uvci", "--out", tmp_path / "secret").out.startswith("Đã ghi khóa bí mật")
    assert "không có tệp" in run("decode", tmp_path / "a.png").err
    assert "no such file" in run("decode", tmp_path / "a.png", "--lang", "en").err
    monkeypatch.setenv(VARIABLE, "xx")
    assert run("keys", "uvci", "--out", tmp_path / "other").out.startswith("Wrote a secret")


def test_the_language_of_the_system_is_spoken(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        return run("decode", tmp_path / "a.png").err

    monkeypatch.delenv("LC_ALL")
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    assert "không có tệp" in said()
    # The first of them that is set decides, as POSIX says.
    monkeypatch.setenv("LC_MESSAGES", "C.UTF-8")
    assert "no such file" in said()
    monkeypatch.setenv("LC_MESSAGES", "vi")
    assert "không có tệp" in said()
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "no such file" in said()
    monkeypatch.setenv(VARIABLE, "vi")
    assert "không có tệp" in said()


def test_a_language_is_named_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    for line in (
        ("--lang", "vi", "trust", "show", tmp_path / "a.json"),
        ("trust", "--lang=vi", "show", tmp_path / "a.json"),
        ("trust", "show", tmp_path / "a.json", "--lang", "vi"),
        ("--lang", "en", "verify", tmp_path / "a.json", "--lang", "vi"),
    ):
        assert "không có tệp" in run(*line, "--trust-list" if "verify" in line else "--pin", "x").err


def test_a_language_that_is_not_there_is_told_in_one_sentence(run: Run) -> None:
    for line in (
        ("verify", "x", "--lang", "fr"),
        ("--lang", "fr", "cameras"),
        ("scan", "--lang", "fr"),
    ):
        ran = run(*line)
        assert ran.code == 2
        assert ran.err.startswith("vaxpass: --lang takes one of en, vi. More: vaxpass")
    both = run("print", "x", "--out", "y", "--lang", "fr")
    assert both.err.startswith("vaxpass: --lang takes one of en, vi, both.")


_ENGLISH = re.compile(
    r"(?<![-\w/.])(the|is|are|was|of|not|and|with|from|that|must|this|there|which|be|what|value|for"
    r"|usage|options|commands|error|missing|required|default|show|more)(?![-\w/.])",
    re.IGNORECASE,
)


def english(text: str) -> list[str]:
    """Words that are of English sentences and of no Vietnamese ones."""
    return _ENGLISH.findall(text)


@pytest.mark.parametrize("name", ["", *_COMMANDS])
def test_nothing_is_said_in_english_where_vietnamese_was_asked_for(
    run: Run, name: str, tmp_path: Path
) -> None:
    nothing = tmp_path / "x1.y"
    wrong = [("--help",), ("--x1",), ("--lang",), ("--lang", "x1"), ("a", "a")]
    lines: list[tuple[object, ...]] = [*wrong]
    if name not in ("", "scan", "keyboard-test", "doctor", "cameras", "config completion"):
        given: list[object] = [nothing]
        for each in imported(name).params:
            if each.param_type_name == "argument":
                given.append(nothing)
            elif each.required:
                given += [each.opts[0], nothing]
        lines += [tuple(given[1:]), (*given[1:], "--pin", nothing)]
    for line in lines:
        ran = run("--lang", "vi", *name.split(), *line)
        shown = (ran.out + ran.err).replace(str(tmp_path), "").replace(name, "")
        assert english(shown) == [], shown


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_word_for_what_an_option_takes_is_vietnamese(name: str) -> None:
    parameters = [each for each in imported(name).params if each.metavar]
    words = {(each.metavar or "").removesuffix("...") for each in parameters}
    # A unit, the names of a format, of programs and of an address, and lists of choices.
    words -= {"GB", "JSON", "SHELL", "URL"}
    assert {word for word in words if messages.find(f"help.value.{word}", "vi") is None} == set()


@pytest.mark.parametrize(
    "line",
    [
        ("verify", "{good}", "{trust}", "--details"),
        ("verify", "{forged}", "{trust}", "--details"),
        ("verify", "{good}", "--trust-list", "{rubbish}"),
        ("verify", "{good}", "{trust}", "--pin", "{rubbish}"),
        ("verify", "{good}", "{trust}", "--rules", "{rubbish}"),
        ("verify", "{good}", "{trust}", "--revocation", "{rubbish}"),
        ("verify", "{good}", "{trust}", "--at", "x"),
        ("verify", "{good}", "{trust}", "--mrz", "x"),
        ("verify", "{good}"),
        ("check", "{good}", "{trust}", "--to", "x"),
        ("check", "{good}", "{trust}", "--to", "AT", "--rules", "{demo_rules}"),
        ("trust", "show", "{list}"),
        ("trust", "lint", "{list}"),
        ("trust", "diff", "{list}", "{list}"),
        ("trust", "install", "{rubbish}"),
        ("rules", "show", "{demo_rules}"),
        ("revocation", "show", "{rubbish}"),
        ("revocation", "import", "{rubbish}", "--out", "{new}"),
        ("encode", "{rubbish}", "--key", "{rubbish}"),
        ("encode", "{rubbish}", "--key", "{rubbish}", "--cert", "{rubbish}"),
        ("keys", "facility", "{new}", "--facility", "A", "--key", "{rubbish}"),
        ("keys", "facility-new", "--facility", " ", "--out", "{new}"),
        ("keys", "facility-new", "--facility", "A", "--out", "{folder}"),
        ("keys", "facility-new", "--facility", "A", "--out", "{new}"),
        ("vaccines", "Pfizer", "Phizer", "AZ/Pfizer", "Stamaril", ""),
        ("vaccines", "--vaccines", "{rubbish}"),
        ("vaccines", "--file", "{rubbish}"),
        ("match", "{rubbish}", "{rubbish}", "--out", "{new}"),
        ("match", "{new}", "{new}", "--out", "{new}"),
        ("attest", "{rubbish}", "--facility", "A", "--key", "{rubbish}", "--out", "{new}"),
        ("attest", "{rubbish}", "--verify", "{rubbish}", "--facility-keys", "{rubbish}"),
        ("attest", "{rubbish}", "--verify", "{rubbish}"),
        ("report", "{rubbish}", "--matches", "{folder}", "--out", "{new}"),
        ("explain-record", "--declared", "x=1"),
        ("explain-record", "--declared", "full_name=A", "--slip", "{rubbish}"),
        ("explain-record", "--declared", "full_name=A", "--slip", "full_name=Lan"),
        ("print", "{rubbish}", "--out", "{new}", "{trust}"),
        ("scan", "--config", "{rubbish}"),
        ("scan", "--view", "x"),
        ("scan", "--source", "{new}", "{trust}"),
        ("vectors", "{folder}"),
        ("cameras",),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_what_commands_find_is_told_in_vietnamese(
    run: Run, line: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "x1"
    folder.mkdir()
    (folder / "x1.y").write_text("x")
    places = {
        "good": EXAMPLES / "passports" / "vaccination-es256.txt",
        "forged": EXAMPLES / "passports" / "tampered.txt",
        "list": ROOT / "trust_lists" / "demo.json",
        "demo_rules": EXAMPLES / "rules" / "demo-rules.json",
        "rubbish": folder / "x1.y",
        "new": tmp_path / "x2.y",
        "folder": folder,
    }
    trust = ("--trust-list", places["list"], "--test-keys")
    words: list[object] = []
    for each in line:
        words += trust if each == "{trust}" else (each.format(**places),)
    ran = run("--lang", "vi", *words)
    assert ran.out + ran.err
    shown = re.sub(r"/[^\s:]*", "", ran.out + ran.err)
    # What is written in the data stays as it is: names, and how a list came to be trusted.
    for name in ("TEST Ministry of Health", "vaxpass demonstration world", "the user's own file"):
        shown = shown.replace(name, "")
    assert english(shown) == [], shown


def test_an_error_crosses_from_one_process_to_another() -> None:
    inner = UsageError("error.settings.negative", name="width")
    error = UsageError("error.in_file_sentence", path="config.toml", reason=inner)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - just written
    assert type(again) is UsageError
    assert str(again) == str(error) == "config.toml: width must not be less than 0."
    assert again.message("vi") == "config.toml: width không được nhỏ hơn 0."
