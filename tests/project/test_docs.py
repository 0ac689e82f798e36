"""README and documents say what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.paths import ROOT
from vaxpass import messages
from vaxpass.codes import Code, NoteCode, RuleCode
from vaxpass.identity import IdentityCode, MrzCode
from vaxpass.records import IssueCode, MatchCode, MatchStatus

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


def test_the_python_about_matching_prints_what_it_says() -> None:
    text = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert ran.stdout.strip() == program.rpartition("  # ")[2].strip()


def test_every_reason_not_to_issue_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "issuing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z.0-9_]+)` \| (.*) \|$", text, re.M)
    assert rows == [(str(code), code.message("en")) for code in IssueCode]


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
