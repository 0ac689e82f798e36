"""The tool runs on Windows and macOS, too: what only one system has is used where that is known."""

from __future__ import annotations

import ast
import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.sources import SOURCES

_MODULES = frozenset(
    "fcntl termios tty pty pwd grp resource syslog readline posix msvcrt winreg winsound".split()
)
_NAMES = {
    "os": frozenset(
        """
        chown fchmod fchown fork getegid geteuid getgid getgroups getuid killpg lchown mkfifo mknod nice
        openpty pread pwrite setsid sched_getaffinity setuid setgid statvfs sync sysconf uname waitid
        getloadavg posix_fadvise O_NONBLOCK O_NOFOLLOW O_DIRECTORY O_SYNC O_CLOEXEC O_BINARY startfile
        """.split()
    ),
    "signal": frozenset(
        """
        SIGHUP SIGQUIT SIGTSTP SIGCONT SIGCHLD SIGKILL SIGUSR1 SIGUSR2 SIGALRM SIGPIPE SIGWINCH SIGBREAK
        alarm setitimer pause pthread_sigmask siginterrupt sigwait
        """.split()
    ),
    "ctypes": frozenset(("windll", "OleDLL", "WinDLL", "WINFUNCTYPE", "HRESULT")),
    "time": frozenset(("tzset",)),
}
_QUESTIONS = ("sys.platform", "os.name", "hasattr(", "platform.system")


def unguarded(source: str) -> list[str]:
    """What only one system has, and is imported or used without a question for the system."""
    return sorted(_unguarded(ast.parse(source), guarded=False))


def _unguarded(node: ast.AST, *, guarded: bool) -> Iterator[str]:
    if isinstance(node, ast.If | ast.IfExp):
        asked = ast.unparse(node.test)
        guarded = guarded or any(question in asked for question in _QUESTIONS)
    if not guarded:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in _MODULES)
        elif isinstance(node, ast.ImportFrom):
            names = _NAMES.get(node.module or "", frozenset())
            yield from (alias.name for alias in node.names if alias.name in names)
            yield from [node.module] if node.module in _MODULES else []
        elif isinstance(node, ast.Attribute):
            place = ast.unparse(node.value)
            yield from [f"{place}.{node.attr}"] if node.attr in _NAMES.get(place, frozenset()) else []
    for child in ast.iter_child_nodes(node):
        yield from _unguarded(child, guarded=guarded)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fcntl", ["fcntl"]),
        ("def f():\n    from termios import tcgetattr", ["termios"]),
        ("import os\nos.fchmod(1, 2)", ["os.fchmod"]),
        ("from signal import SIGHUP, SIGINT", ["SIGHUP"]),
        ("import sys\nif sys.platform == 'linux':\n    import fcntl\nelse:\n    import msvcrt", []),
        ("import os\nif hasattr(os, 'fchmod'):\n    os.fchmod(1, 2)", []),
        ("import os\nif os.path.exists('a'):\n    os.fchmod(1, 2)", ["os.fchmod"]),
    ],
)
def test_what_one_system_has_is_seen(source: str, found: list[str]) -> None:
    assert unguarded(source) == found


def test_what_only_one_system_has_is_used_only_there() -> None:
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in SOURCES
        if (found := unguarded(path.read_text(encoding="utf-8")))
    }
    # Whether there is such a call is asked when the file is opened.
    assert wrong == {str(Path("cli/vaxpass_cli/io/file_bytes.py")): ["os.pread"]}


_ELSEWHERE = """
import importlib, os, pkgutil, signal, sys, types

def imported():
    import vaxpass_cli
    names = [each.name for each in pkgutil.walk_packages(vaxpass_cli.__path__, "vaxpass_cli.")]
    parts = ("scan", "io")
    for name in names:
        if name.split(".")[1] in parts:
            try:
                importlib.import_module(name)
            except Exception as error:
                yield name, type(error).__name__
    importlib.import_module("vaxpass_cli.main")

# Other packages are those of this system.
import filelock
here = dict(imported())
for name in [name for name in sys.modules if name.split(".")[0] in ("vaxpass", "vaxpass_cli")]:
    del sys.modules[name]

gone = {"fcntl", "termios", "tty", "pty", "pwd", "grp", "resource"}

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in gone:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in gone:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Gone())
sys.platform = "win32"
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
for name in ("fchmod", "getuid", "geteuid", "O_NONBLOCK", "mkfifo"):
    delattr(os, name)
for name in ("SIGHUP", "SIGTSTP", "SIGCONT"):
    delattr(signal, name)
there = dict(imported())
assert there == here, (here, there)
assert not gone & set(sys.modules)
from vaxpass_cli.main import main
main()
"""


def test_the_desk_works_where_nothing_of_posix_is(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    command: list[str | Path] = [
        *(sys.executable, "-c", _ELSEWHERE, "scan", "--view", "none", "--test-keys"),
        *("--source", ROOT / "examples" / "passports" / "vaccination-es256.png"),
        *("--trust-list", ROOT / "trust_lists" / "demo.json", "--counts", counts),
    ]
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert (ran.returncode, ran.stderr) == (0, "")
    (row,) = csv.DictReader(counts.read_text().splitlines())
    assert row["outcome"] == "accepted"
