"""README and documents say what is true."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from vaxpass_cli.app import COMMANDS

from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import messages
from vaxpass.codes import Code, NoteCode, RuleCode
from vaxpass.identity import IdentityCode, MrzCode
from vaxpass.records import IssueCode, MatchCode, MatchStatus, ProposalCode

_README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", _README, re.M | re.S)


def test_the_output_in_the_readme_is_that_of_its_first_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    command = blocks("sh")[0].rpartition(".venv/bin/vaxpass ")[2].split()
    ran = run(*command, "--at", "2026-11-23T12:00:00Z")
    assert ran.out == blocks("text")[0]
    assert run(*command).code == 0


def test_the_python_in_the_readme_prints_what_it_says() -> None:
    (program,) = blocks("python")
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert ran.stdout == blocks("text")[1]


_PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_test_and_module_that_a_page_names_is_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":
        return  # it speaks of what was, too
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|vaxpass|cli|examples|benchmarks)/[\w./]*)`", text):
        assert (ROOT / name).exists(), name


def test_every_code_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    rows = {
        cells[0].strip("`"): cells[1:]
        for line in text.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split(" | ")]) == 3
    }
    for code in Code:
        outcome, sentence = rows.pop(code)
        assert outcome == code.outcome
        assert sentence[:20] == messages.sentence(code, "en", "where", {})[:20].replace("?", "…")
    for remark in NoteCode:
        formal, sentence = rows.pop(remark)
        assert formal == ("yes" if remark.formal else "no")
        assert sentence[:20] == messages.sentence(remark, "en", "where", {})[:20].replace("?", "…")
    assert set(rows) <= {"code", "---"}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_no_code_has_two_rows(page: Path) -> None:
    for table in re.split(r"^#", page.read_text(encoding="utf-8"), flags=re.M):
        codes = re.findall(r"^\| (`[a-z_]+\.[a-z_.]+`) \|", table, re.M)
        assert len(codes) == len(set(codes))


def test_the_exit_codes_of_every_command_stand_in_one_table() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8").partition("## Exit codes")[2]
    named = {
        command.partition(" --")[0]
        for row in re.findall(r"^\| (`.*?) \|", page, re.M)
        for command in re.findall(r"`([^`]+)`", row)
    }
    commands = {name for entries in COMMANDS.values() for name in entries}
    helps = {name: messages.find(f"help.{name.replace(' ', '.')}.text", "en") for name in commands}
    others = {name for name, text in helps.items() if text and re.search("[Ee]xit code .*1", text)}
    assert named == others


def test_every_reason_of_a_rule_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(rule\.[a-z_]+)` \| (.*) \|$", text, re.M))
    assert list(rows) == [str(why) for why in RuleCode]
    for why in RuleCode:
        assert rows[why] == messages.sentence(why, "en", "", {}).replace("?", "…"), why


def test_every_code_of_the_identity_core_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z.0-9_]+)` \| (.*) \|$", text, re.M))
    codes = (*IdentityCode, *MrzCode)
    assert list(rows) == [str(code) for code in codes]
    for code in codes:
        assert rows[code] == code.message("en").replace("?", "…"), code


def test_every_code_of_matching_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Za-z._]+)` \| (.*\.) \|$", text, re.M))
    codes = (*MatchStatus, *MatchCode)
    assert list(rows) == [str(code) for code in codes]
    for code in codes:
        assert rows[code] == code.message("en"), code


def test_every_reason_not_to_issue_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "issuing.md").read_text(encoding="utf-8").partition("## Codes")[2]
    rows = re.findall(r"^\| `([a-z.0-9_]+)` \| (.*) \|$", text, re.M)
    assert rows == [(str(code), code.message("en")) for code in IssueCode]


def test_every_reason_not_to_follow_a_correction_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "correcting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*) \|$", text, re.M)
    assert rows == [(str(code), code.message("en")) for code in ProposalCode]


def test_every_public_docstring_runs() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--doctest-modules",
            "vaxpass",
            "-p",
            "no:cacheprovider",
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-2000:]


# --- the blocks of docs/ -----------------------------------------------------------------------------


def pages_with(language: str) -> list[Path]:
    """The pages of docs/ that have a block of this language."""
    fence = f"```{language}\n"
    return [p for p in sorted((ROOT / "docs").glob("*.md")) if fence in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", pages_with("python"), ids=lambda page: page.name)
def test_the_python_of_a_page_prints_what_stands_below_it(page: Path) -> None:
    """Each block runs by itself, in the folder of the checkout."""
    found = re.findall(
        r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", page.read_text("utf-8"), re.M | re.S
    )
    for program, output in found:
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert ran.stdout.decode() == output


@pytest.mark.parametrize("page", pages_with("sh"), ids=lambda page: page.name)
def test_the_commands_of_a_page_are_right(
    page: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All blocks of a page run one after the other, and none of the commands is wrong use."""
    monkeypatch.chdir(tmp_path)
    for name in ("examples", "trust_lists"):
        (tmp_path / name).symlink_to(ROOT / name)
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        for line in block.replace("\\\n", "").splitlines():
            program, *arguments = shlex.split(line, comments=True)
            if program == "vaxpass":
                ran = run(*arguments)
                assert ran.code in {0, 1}, f"{line}\n{ran.err}"
            else:
                assert program in {"python", "openssl"}, line
                program = sys.executable if program == "python" else program
                subprocess.run([program, *arguments], check=True, capture_output=True)


# --- docs/api.md -------------------------------------------------------------------------------------

_NAMESPACES = re.findall(
    r"^## `([\w.]+)`\n(.*?)(?=^## |\Z)", (ROOT / "docs" / "api.md").read_text("utf-8"), re.M | re.S
)


@pytest.mark.parametrize(("namespace", "section"), _NAMESPACES, ids=[n for n, _ in _NAMESPACES])
def test_every_public_name_is_documented_and_no_other(namespace: str, section: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert sorted(rows) == sorted(import_module(namespace).__all__)


def test_every_public_package_is_documented() -> None:
    """Modules of `vaxpass` with public names, but for those whose names a package offers anyway."""
    parts = {"checks", "codes", "encoding", "errors", "policy"}
    public = {"vaxpass"} | {
        f"vaxpass.{path.stem}"
        for path in (ROOT / "vaxpass").iterdir()
        if path.stem not in {"__init__", *parts}
        and (path / "__init__.py" if path.is_dir() else path).suffix == ".py"
        and hasattr(import_module(f"vaxpass.{path.stem}"), "__all__")
    }
    assert public <= {namespace for namespace, _ in _NAMESPACES}
