"""Who may import what: one owner for each package, and imports that point one way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import vaxpass
from tests.support.paths import ROOT

_OWNERS = {
    "cbor2": {"vaxpass/cbor.py"},
    "pycose": {"vaxpass/cose.py"},
    "cryptography": {
        f"vaxpass/crypto/{name}.py"
        for name in (
            *("authority", "bundle", "certificate", "chain", "cms", "jwk", "jws", "keys"),
            *("profile", "rawkeys", "signature", "signer"),
        )
    },
    "asn1crypto": {"vaxpass/crypto/cms.py"},
    "zxingcpp": {"vaxpass/qr.py"},
    "PIL": {
        "vaxpass/qr.py",
        "cli/vaxpass_cli/pictures.py",
        "cli/vaxpass_cli/scan/lettering.py",
    },
    "pypdfium2": {"cli/vaxpass_cli/pdf.py"},
    "fpdf": {"cli/vaxpass_cli/printing/paper.py"},
    "serial": {"cli/vaxpass_cli/scan/serialport.py"},
    "duckdb": {"cli/vaxpass_cli/matching/engine.py"},
    "pkcs11": {"cli/vaxpass_cli/hsm.py"},
    "platformdirs": {"cli/vaxpass_cli/folders.py"},
    "zlib": {"vaxpass/deflate.py"},
    "cv2": {
        f"cli/vaxpass_cli/opencv/{name}.py"
        for name in ("__init__", "capture", "drawing", "filters", "window")
    },
    "pyspark": {"cli/vaxpass_cli/matching/spark.py"},
    "ecdsa": set[str](),
    "filelock": {"cli/vaxpass_cli/io/atomic.py"},
    "rapidfuzz": {"vaxpass/identity/names.py"},
    "tomli_w": {"cli/vaxpass_cli/scan/settings.py"},
}
_SOURCES = sorted([*(ROOT / "vaxpass").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


def imports(path: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", _OWNERS)
def test_a_package_has_one_owner(package: str) -> None:
    users = {str(p.relative_to(ROOT).as_posix()) for p in _SOURCES if package in imports(p)}
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
    users = [p.name for p in _SOURCES if p.is_relative_to(ROOT / "vaxpass") and forbidden in imports(p)]
    assert users == []


def test_the_library_reads_no_clock_and_opens_no_file() -> None:
    calls = {"open", "now", "utcnow", "today", "print", "eval", "exec", "input"}
    for path in (ROOT / "vaxpass").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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
    data = {"valueset_names/en.py", "messages/en.py", "messages/vi.py"}
    for path in _SOURCES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        is_data = f"{path.parent.name}/{path.name}" in data
        assert lines <= 300 or is_data, f"{path.name} has {lines} lines"
