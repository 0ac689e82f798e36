"""Build the desk as one folder that needs no Python: python -m scripts.build_desk --out dist

`nox -s desk` calls it in an environment with PyInstaller and the extras of a desk. The folder has two
programs: `vaxpass`, the whole tool for a terminal, and `vaxpass-desk`, which opens the window of the
scanner, on Windows and macOS without a terminal. It is for the system that it is built on, and is
copied as a whole. Commands that need other extras (issuing, matching, printing) say so.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from vaxpass_cli.commands.doctor import PACKAGES

ROOT: Final = Path(__file__).parent.parent

LAUNCHER: Final = '''
"""Starts vaxpass, or its window where this program is named so."""

import sys
from pathlib import Path

from vaxpass_cli.main import desk, main

if Path(sys.executable).stem == "vaxpass-desk":
    desk()
else:
    main()
'''
"""What both programs run. The name of the program decides, so that they share every other file."""

_UNUSED: Final = (
    # Extras that no desk needs, should they be installed beside it.
    *("duckdb", "fpdf", "jinja2", "pkcs11", "pyspark", "python_calamine", "xlsxwriter"),
    # Tests, tools, and other ways to draw windows.
    *("IPython", "PyInstaller", "hypothesis", "matplotlib", "mypy", "nox", "pip", "pytest", "tkinter"),
    # Parts of numpy and OpenCV that nothing here calls.
    *("numpy.distutils", "numpy.f2py", "numpy.testing", "cv2.gapi"),
)

_NO_LONGER: Final = (
    # Plugins and texts of Qt for what the desk has not: networks, databases, markup, web.
    *("PySide6/Qt/translations", "PySide6/Qt/qml", "PySide6/Qt/plugins/tls"),
    *("PySide6/Qt/plugins/networkinformation", "PySide6/Qt/plugins/sqldrivers"),
    *("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",),
    *("PySide6/translations", "PySide6/plugins/tls", "PySide6/plugins/networkinformation"),
    # The second Qt, which comes with OpenCV's own windows. Its libraries are linked, its plugins not.
    *("cv2/qt", "cv2/data"),
)

_SPEC: Final = """
from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata

named = collect_submodules("vaxpass") + collect_submodules("vaxpass_cli")
data = collect_data_files("vaxpass") + collect_data_files("vaxpass_cli", excludes=["records/**"])
for package in {metadata!r}:
    data += copy_metadata(package)
work = Analysis(
    [{launcher!r}], pathex={paths!r}, datas=data, hiddenimports=named, excludes={excludes!r},
)
for table in (work.binaries, work.datas):
    table[:] = [row for row in table if not row[0].replace("\\\\", "/").startswith({dropped!r})]
pyz = PYZ(work.pure)
shared = dict(exclude_binaries=True, upx=False, strip=False)
console = EXE(pyz, work.scripts, name="vaxpass", console=True, **shared)
window = EXE(pyz, work.scripts, name="vaxpass-desk", console=False, **shared)
COLLECT(console, window, work.binaries, work.datas, name="vaxpass-desk", upx=False, strip=False)
"""


def build(out: Path) -> Path:
    """Build the folder `vaxpass-desk` in `out`; gives its path. Raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory(prefix="vaxpass-build-") as temporary:
        work = Path(temporary)
        launcher = work / "launcher.py"
        launcher.write_text(LAUNCHER, encoding="utf-8")
        spec = work / "desk.spec"
        spec.write_text(
            _SPEC.format(
                metadata=PACKAGES,
                launcher=str(launcher),
                paths=[str(ROOT), str(ROOT / "cli")],
                excludes=list(_UNUSED),
                dropped=_NO_LONGER,
            ),
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
        places = ["--distpath", str(out), "--workpath", str(work / "work"), str(spec)]
        # Nothing from outside is part of the command.
        subprocess.run([*command, *places], cwd=ROOT, check=True)  # noqa: S603
    return out / "vaxpass-desk"


def size(folder: Path) -> int:
    """The bytes of all files in a folder, links not counted."""
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())


def main() -> None:
    """Build, and tell where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folder is made")
    out: Path = parser.parse_args().out
    if shutil.which("objdump") is None and sys.platform == "linux":
        sys.exit("PyInstaller needs objdump: sudo apt-get install binutils")
    folder = build(out.resolve())
    sys.stdout.write(f"{folder}: {size(folder) / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
