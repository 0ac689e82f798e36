"""Every public name says what it is and shows how it is used; every module says what it is for."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_PACKAGES = {"vaxpass": ROOT / "vaxpass", "vaxpass_cli": ROOT / "cli" / "vaxpass_cli"}

# Public names without an example, as `module.name`, each with the reason.
_WITHOUT_EXAMPLE: dict[str, str] = {}

# Packages and modules whose docstrings are not finished.
_NOT_YET: set[str] = {"vaxpass_cli"}


def modules() -> dict[str, Path]:
    """Every module of both packages, by its name."""
    found = {}
    for name, folder in _PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            below = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join((name, *below))] = path
    return found


def is_finished(module: str) -> bool:
    return not any(module == each or module.startswith(f"{each}.") for each in _NOT_YET)


_MODULES = modules()
_PUBLIC = [
    name
    for name, path in _MODULES.items()
    if name.partition(".")[0] == "vaxpass"
    and is_finished(name)
    and "__all__ = [" in path.read_text(encoding="utf-8")
]


def public_objects(module: str) -> Iterator[tuple[str, object]]:
    """The functions and classes of the library that a module lists; not those that are not finished."""
    loaded = import_module(module)
    for name in loaded.__all__:
        found = getattr(loaded, name)
        home = getattr(found, "__module__", "")
        if (
            (inspect.isclass(found) or inspect.isfunction(found))
            and home.partition(".")[0] == "vaxpass"
            and is_finished(home)
        ):
            yield name, found


def own_docstring(found: object) -> str:
    """The docstring of an object itself: not one that is inherited or that `dataclass` made."""
    text = getattr(found, "__doc__", None) or ""
    return "" if inspect.isclass(found) and text.startswith(f"{found.__name__}(") else text


def members(of: type) -> Iterator[tuple[str, str]]:
    """Every public method and property that a class defines, with its docstring."""
    for name, member in vars(of).items():
        if isinstance(member, property | cached_property):
            documented: object = member
        elif isinstance(member, classmethod | staticmethod):
            documented = member.__func__
        elif inspect.isfunction(member):
            documented = member
        else:
            continue
        if not name.startswith("_"):
            yield name, own_docstring(documented)


def has_example(found: object) -> bool:
    texts = [own_docstring(found)]
    if inspect.isclass(found):
        texts += [text for _, text in members(found)]
    return any(">>>" in text for text in texts)


def test_public_modules_are_found() -> None:
    assert {"vaxpass", "vaxpass.documents", "vaxpass.rules", "vaxpass.revocation"} <= set(_PUBLIC)


@pytest.mark.parametrize("module", _PUBLIC)
def test_every_public_name_has_a_docstring(module: str) -> None:
    assert [name for name, found in public_objects(module) if not own_docstring(found)] == []


@pytest.mark.parametrize("module", _PUBLIC)
def test_every_public_name_but_an_exception_has_an_example(module: str) -> None:
    without = [
        name
        for name, found in public_objects(module)
        if not (inspect.isclass(found) and issubclass(found, BaseException))
        and f"{module}.{name}" not in _WITHOUT_EXAMPLE
        and not has_example(found)
    ]
    assert without == []


@pytest.mark.parametrize("module", _PUBLIC)
def test_every_public_method_and_property_has_a_docstring(module: str) -> None:
    without = [
        f"{name}.{member}"
        for name, found in public_objects(module)
        if inspect.isclass(found)
        for member, text in members(found)
        if not text
    ]
    assert without == []


def test_every_module_says_what_it_is_for() -> None:
    without = [
        name
        for name, path in _MODULES.items()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert without == []


def test_no_placeholder_of_a_merge_is_left() -> None:
    left = [
        name
        for name, path in _MODULES.items()
        if is_finished(name) and "TODO-MERGED" in path.read_text(encoding="utf-8")
    ]
    assert left == []
