"""Who may import what: one owner for each package, no circles, and a house with few rooms.

The order of the layers stands in `pyproject.toml` and is held by `lint-imports`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import grimp
import pytest

import vaxpass
from tests.support.paths import ROOT
from tests.support.sources import SOURCES, parsed

_OWNERS = {
    "asn1crypto": {"vaxpass/crypto/cms.py"},
    "cbor2": {"vaxpass/encoding/cbor.py"},
    "cryptography": {
        f"vaxpass/crypto/{name}.py"
        for name in (
            *("authority", "certificate", "chain", "cms", "jwe", "jws", "keys"),
            *("passports", "profile", "signature", "signer"),
        )
    },
    "cv2": {
        f"cli/vaxpass_cli/scan/opencv/{name}.py"
        for name in ("__init__", "capture", "filters", "modules")
    },
    "duckdb": {"cli/vaxpass_cli/records/engine.py"},
    "ecdsa": set[str](),
    "fpdf": {"cli/vaxpass_cli/print/pdf_writer.py"},
    "PySide6": {
        f"cli/vaxpass_cli/scan/window/{path.name}"
        for path in (ROOT / "cli" / "vaxpass_cli" / "scan" / "window").glob("*.py")
        if path.stem not in ("__init__", "display", "colours")
    },
    "PIL": {
        "vaxpass/qr.py",
        "cli/vaxpass_cli/io/images.py",
        "cli/vaxpass_cli/scan/shift_report.py",
    },
    "filelock": {"cli/vaxpass_cli/io/atomic.py"},
    "pi_heif": {"cli/vaxpass_cli/io/images.py"},
    "pkcs11": {"cli/vaxpass_cli/io/hsm.py"},
    "platformdirs": {"cli/vaxpass_cli/io/atomic.py"},
    "pycose": {"vaxpass/crypto/cose.py"},
    "pyld": {"vaxpass/documents/divoc/linked_data.py"},
    "pypdfium2": {"cli/vaxpass_cli/io/pdf.py"},
    "pyspark": {"cli/vaxpass_cli/records/match/spark.py"},
    "serial": {"cli/vaxpass_cli/scan/feeds/texts.py"},
    "zlib": {"vaxpass/encoding/deflate.py"},
    "zxingcpp": {"vaxpass/qr.py"},
    "python_calamine": {"cli/vaxpass_cli/io/workbooks.py"},
    "xlsxwriter": {"cli/vaxpass_cli/io/workbooks.py"},
    "rfc8785": {"vaxpass/encoding/canonical_json.py"},
    "rapidfuzz": {"vaxpass/identity/names.py"},
    "tomli_w": {"cli/vaxpass_cli/scan/settings.py"},
}
# Made-up people and records are drawn at random and written to files; nothing else imports them.
_PURE = sorted(
    set((ROOT / "vaxpass").rglob("*.py")) - set((ROOT / "vaxpass" / "testing").rglob("*.py"))
)
_TESTS = sorted((ROOT / "tests").rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that a file is made of."""
    return list(ast.walk(parsed(path)))


def imports(path: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    return {module.partition(".")[0] for module, _ in imported(path)}


@cache
def imported(path: Path) -> set[tuple[str, str]]:
    """The modules that a file imports anywhere in it, and of each the names; "" for the whole."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


def test_everything_for_a_terminal_passes_the_edge() -> None:
    """`io.edge` alone writes errors, and `output.screen` alone makes consoles: both escape texts."""
    own = {"cli/vaxpass_cli/io/edge.py", "cli/vaxpass_cli/output/screen.py"}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if str(path.relative_to(ROOT).as_posix()) in own:
            continue
        text = text.replace("from vaxpass_cli.output.screen import Console", "")
        for way in ("import Console", "rich.print", "sys.stderr.write", "sys.stdout.write"):
            assert way not in text, f"{path}: {way}"


@pytest.mark.parametrize("package", _OWNERS)
def test_a_package_has_one_owner(package: str) -> None:
    users = {str(p.relative_to(ROOT).as_posix()) for p in SOURCES if package in imports(p)}
    assert users == _OWNERS[package]


@pytest.mark.parametrize(
    "forbidden",
    [
        "socket",
        "urllib",
        "http",
        "requests",
        "logging",
        "subprocess",
        "time",
        "os",
        "pathlib",
        "random",
    ],
)
def test_the_library_knows_no_files_network_clock_or_log(forbidden: str) -> None:
    assert [path.name for path in _PURE if forbidden in imports(path)] == []


def test_the_library_reads_no_clock_and_opens_no_file() -> None:
    calls = {"open", "now", "utcnow", "today", "print", "eval", "exec", "input"}
    for path in _PURE:
        for node in nodes(path):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                opens_picture = path.name == "qr.py" and name == "open"
                # Its tests show that nothing of a rule can become program text.
                compiles = path.name == "compiler.py" and name == "exec"
                allowed = opens_picture or compiles
                assert name not in calls or allowed, f"{path.name}:{node.lineno}: {name}()"


def test_no_name_that_is_imported_later_is_that_of_a_module() -> None:
    modules = {path.stem for path in (ROOT / "vaxpass").iterdir()}
    assert not modules & vaxpass._LATER.keys()


def test_files_are_short_enough_to_be_read() -> None:
    data = {"documents/proper_names.py"}
    for path in SOURCES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        is_data = f"{path.parent.name}/{path.name}" in data
        assert lines <= 600 or is_data, f"{path.name} has {lines} lines"


# --- the floor plan ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph() -> Any:
    """Who imports whom, imports for the type checker included."""
    return grimp.build_graph(
        "vaxpass", "vaxpass_cli", exclude_type_checking_imports=False, cache_dir=None
    )


def circles(modules: Iterable[str], imports_of: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """The groups of modules that import each other in a circle: strongly connected components."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in sorted(imports_of(module)):
            if other not in number:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(modules):
        if module not in number:
            visit(module)
    return found


def test_circles_are_found() -> None:
    arrows = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["e"], "e": []}
    assert circles(arrows, arrows.__getitem__) == [["a", "b", "c"]]


def test_no_module_imports_itself_on_whatever_way(graph: Any) -> None:
    assert circles(graph.modules, graph.find_modules_directly_imported_by) == []


@pytest.mark.parametrize(("package", "most"), [("vaxpass", 24), ("cli/vaxpass_cli", 16)])
def test_a_package_has_few_entries(package: str, most: int) -> None:
    entries = [path.name for path in (ROOT / package).iterdir() if path.name != "__pycache__"]
    assert len(entries) <= most, sorted(entries)


_APART = (
    *("vaxpass_cli.commands.", "vaxpass.trust.formats.", "vaxpass.rules.forms."),
    *(f"vaxpass.documents.{family}." for family in ("hcert", "link", "shc", "vdsnc", "divoc")),
)
"""A command, the form of a published list, and a step of a family is a module whoever imports it."""


def test_few_modules_are_imported_by_exactly_one_other(graph: Any) -> None:
    counted = [module for module in graph.modules if not module.startswith(_APART)]
    alone = [m for m in counted if len(graph.find_modules_that_directly_import(m)) == 1]
    assert len(alone) / len(counted) <= 0.25, sorted(alone)


# --- the tool and the public names -------------------------------------------------------------------


def is_public(module: str, name: str) -> bool:
    """Whether a name of a module is one that other programs may import.

    It is where the module lists it in `__all__`, and where it is a module with such a list.
    """
    if not name or name in getattr(import_module(module), "__all__", ()):
        return True
    try:
        return hasattr(import_module(f"{module}.{name}"), "__all__")
    except ModuleNotFoundError:
        return False


def test_the_tool_imports_only_public_names_of_the_library() -> None:
    private = [
        f"{path.relative_to(ROOT)}: {module} {name}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "cli")
        for module, name in sorted(imported(path))
        if module.partition(".")[0] == "vaxpass" and not is_public(module, name)
    ]
    assert private == []


def test_verify_names_no_family_of_documents() -> None:
    families = {
        path.name
        for path in (ROOT / "vaxpass" / "documents").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    text = (ROOT / "vaxpass" / "verify.py").read_text(encoding="utf-8")
    assert families
    assert [name for name in sorted(families) if name in text] == []


# --- the tests themselves ----------------------------------------------------------------------------


def test_no_test_file_imports_another() -> None:
    """What tests share is in `tests/support`, or in the `conftest.py` of a folder."""
    wrong = [
        f"{path.relative_to(ROOT)}: {module}.{name}"
        for path in _TESTS
        for module, name in sorted(imported(path))
        if module.startswith("tests.") and f"{module}.{name}".rpartition(".test_")[1]
    ]
    assert wrong == []


def test_no_test_looks_at_the_time_it_takes() -> None:
    """A slow machine is no mistake: work is counted, and a limit only guards against hanging."""
    for path in _TESTS:
        for node in nodes(path):
            if isinstance(node, ast.Assert):
                clocks = {"perf_counter", "perf_counter_ns", "process_time", "thread_time"}
                used = {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node)}
                assert not clocks & used, f"{path.relative_to(ROOT)}:{node.lineno}"
