"""What is checked, and how. `nox` runs everything; `nox -s fast` takes a minute; `nox -l` lists all.

Nox is all that is needed (`pip install nox`): each session has an environment of its own in `.nox/`,
made once and used again. Arguments after `--` go to pytest:
`nox -s tests -- tests/vaxpass/trust -k pins`.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "docs", "tests"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "uv|virtualenv"

_FAST = ("tests/vaxpass", "tests/project/test_imports.py", "tests/project/test_packages.py")
_PYTEST = ("python", "-m", "pytest", "-q", "-n", "auto")


def install(session: nox.Session) -> None:
    """The checkout, editable, with all that its tests need, in the versions that are known to work."""
    session.install("-c", "constraints.txt", "-e", ".[dev]")


@nox.session
def fast(session: nox.Session) -> None:
    """The tests of the library without the slow ones, and of the imports: to be run while working."""
    install(session)
    session.run(*_PYTEST, "-m", "not slow", *(session.posargs or _FAST))


@nox.session
def tests(session: nox.Session) -> None:
    """All tests."""
    install(session)
    session.run(*_PYTEST, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format, and who may import what."""
    session.install("-c", "constraints.txt", "ruff", "import-linter")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "cli"})


@nox.session
def types(session: nox.Session) -> None:
    """Types of the library, the tool, the tests, the examples and the benchmarks: strict."""
    install(session)
    session.run("mypy")
    session.run("mypy", "tests", "examples", "benchmarks", "noxfile.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Every example in a docstring and in the documents runs, and every link leads somewhere."""
    install(session)
    session.run(*_PYTEST, "tests/project/test_docs.py", "tests/project/test_examples.py")


@nox.session(default=False)
def desk(session: nox.Session) -> None:
    """One folder in `dist/` with the desk, for machines without Python. More than a minute of work."""
    session.install("-c", "constraints.txt", ".[scan,divoc,heic]", "pyinstaller>=6.11")
    session.run("python", "-m", "scripts.build_desk", *session.posargs)


@nox.session(default=False)
def oldest(session: nox.Session) -> None:
    """All tests, with the oldest packages that are allowed."""
    session.install("-c", "constraints-oldest.txt", ".[dev]")
    session.run(*_PYTEST, *session.posargs)
