"""All that is said to people is in the catalogue, and a further language is a further file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import messages as files
from tests.support import catalogue
from tests.support.paths import ROOT
from tests.support.sources import SOURCES, parsed
from tests.support.world import NOW, World
from vaxpass.trust.formats import native

_VIETNAMESE = re.compile("[ăâđêôơưạấầẩẫậắằẳẵặảẻẽẹếềểễệỉịọỏốồổỗộớờởỡợủũụứừửữựỳỷỹỵ]", re.I)
# Names, letters and headings as they are found, and people who do not exist: data, and no sentences.
_LETTERS = {
    "vaxpass/encoding/vietnamese.py",
    "vaxpass/identity/letters.py",
    "vaxpass/identity/names.py",
    "vaxpass/identity/numbers.py",
    "vaxpass/identity/parts.py",
    "vaxpass/records/vaccines.py",
    "vaxpass/testing/synthetic/people.py",
    "vaxpass/testing/synthetic/records.py",
    "cli/vaxpass_cli/records/beside.py",
    "cli/vaxpass_cli/records/diagnosis.py",
    "cli/vaxpass_cli/records/headers.py",
    "cli/vaxpass_cli/records/match/content.py",
    "cli/vaxpass_cli/records/tables.py",
    "cli/vaxpass_cli/scan/keyboard/layouts.py",
}
# Whose output is for people. A word in a call of these is looked at where it has a letter in it.
_SHOWING = {"echo", "print", "write", "Text", "Panel", "add_row", "add_column", "add_task", "Table"}
# Numbers and names of things between the values.
_SHOWN = {
    ("cli/vaxpass_cli/app.py", "vaxpass {} (JSON interface {})"),
    ("cli/vaxpass_cli/commands/scan.py", "[bold]{}[/bold]"),
}
# What is raised with the key of a sentence.
_FAILING = {"UsageError", "VaxpassError", "refuse", "accept_unsigned"} | {
    f"{name}Error"
    for name in ("Bundle", "Issuing", "Revocation", "Rules", "Signer", "TrustList", "ValueSet")
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[str, ast.Module]]:
    return ((name(path), parsed(path)) for path in SOURCES)


def docstrings(tree: ast.AST) -> set[int]:
    """The constants that are texts about the code: they stand alone as a statement."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def constants(tree: ast.AST) -> Iterator[ast.Constant]:
    about = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
            yield node


def test_no_vietnamese_sentence_is_outside_the_catalogue() -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        if file not in _LETTERS
        for node in constants(tree)
        if _VIETNAMESE.search(str(node.value)) and len(str(node.value)) > 1
    ]
    assert found == []


def test_no_code_asks_which_language_it_is() -> None:
    """Languages are found in the package. The printed form alone has two languages by its law."""
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in constants(tree)
        if node.value == "vi"
    ]
    assert [each.partition(":")[0] for each in found] == ["cli/vaxpass_cli/options.py"], found


def template(node: ast.expr) -> str:
    """A text or an f-string, its values as {}."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{}" if isinstance(each, ast.FormattedValue) else template(each) for each in node.values
        )
    if isinstance(node, ast.BinOp):
        return template(node.left) + template(node.right)
    if isinstance(node, ast.IfExp):
        return template(node.body) + template(node.orelse)
    return ""


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def test_no_sentence_that_is_shown_is_outside_the_catalogue() -> None:
    found = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and called(node) in _SHOWING):
                continue
            for text in map(template, node.args):
                spoken = text.replace("vaxpass: ", "").replace("{}", "")
                if re.search("[A-Za-z]{2}", spoken) and (file, text) not in _SHOWN:
                    found.append(f"{file}:{node.lineno}: {text}")
    assert found == []


def test_no_help_is_outside_the_catalogue() -> None:
    found = [
        f"{file}:{node.value.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in ("help", "short_help", "epilog")
    ]
    assert found == []


def test_every_key_is_used_and_every_key_that_is_used_is_there() -> None:
    keys = set(catalogue.texts("en"))
    named: set[str] = set()
    begun: set[str] = set()
    for file, tree in trees():
        named |= {str(node.value) for node in constants(tree)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and called(node) in ("text", "sentence", "find")
                and node.args
            ):
                first = template(node.args[0])
                if "." in first and isinstance(node.args[0], ast.Constant):
                    assert first in keys, first
            if isinstance(node, ast.Call) and called(node) in _FAILING and node.args:
                first = template(node.args[0])
                made = first.startswith(("error.", "failure.")) and "{}" in first
                assert first in keys or made or not first, f"{file}:{node.lineno}: {first}"
            if isinstance(node, ast.JoinedStr):
                begun.add(template(node).partition("{}")[0])
    begun = {each for each in begun if "." in each}
    # A sentence for the command line stands beside that of the library.
    named |= {f"{key}.tool" for key in named if key.startswith("failure.")}
    unused = [key for key in keys - named if not any(key.startswith(each) for each in begun)]
    # The sentences of codes are asked for by the code itself.
    assert {key.partition(".")[0] for key in unused} <= CODES, sorted(unused)


CODES = set(
    "outcome prefix base45 deflate cose cwt payload trust signature validity usage schema".split()
) | set("valuesets revocation rules rule".split())


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The package as it is, in a folder of its own, with one more language: a file, and no code."""
    for package in ("vaxpass", "cli/vaxpass_cli"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    folder = tmp_path / "vaxpass/messages"
    path = files.new("eo", folder)
    made = files.read(path)
    spoken = catalogue.texts("en")
    for message in files.messages(made):
        english = spoken[files.key(message)]
        if files.key(message) != "signature.mismatch":
            said = tuple(f"«{text}»" for text in english)
            message.string = said if isinstance(message.id, tuple) else said[0]
    path.write_bytes(files.written(made))
    path.with_suffix(".mo").write_bytes(files.compiled(made))
    assert files.wrong(folder) == []
    return tmp_path


def run(copied: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-B", *arguments],
        env={"PYTHONPATH": f"{copied}:{copied / 'cli'}", "HOME": str(copied), "COLUMNS": "200"},
        capture_output=True,
        cwd=copied,
        check=False,
        text=True,
    )
    assert ran.stderr == ""
    return ran.stdout


def test_a_further_language_is_a_further_file(copied: Path, world: World) -> None:
    program = """
from vaxpass import Code, Problem, messages
print(messages.LANGUAGES)
print(Problem(Code.VALIDITY_EXPIRED, details={"on": "2026-01-01"}).message("eo"))
print(Problem(Code.RULES_FAILED, details={"country": "AT"}).message("eo"))
print(Problem(Code.SIGNATURE_MISMATCH).message("eo"))
print(messages.amount(2, "day", "eo"))
"""
    assert run(copied, "-c", program).splitlines() == [
        "('en', 'eo', 'vi')",
        "«The document expired on 2026-01-01.»",
        "«The certificate does not meet the entry rules of «Austria».»",
        "The signature does not match: the certificate was altered or is a forgery.",
        "«2 days»",
    ]
    (copied / "list.json").write_bytes(native.write(world.trust, source="test", test=False))
    arguments = ("-m", "vaxpass_cli", "verify", world.issue(), "--trust-list", "list.json")
    shown = run(copied, *arguments, "--test-keys", "--at", NOW.isoformat(), "--lang", "eo")
    for said in ("«ACCEPTED AS GENUINE»", "«Holder»", "«dose 2 of 2»", "«Valid»"):
        assert said in shown
