"""What is declared about a person, from a JSON file or from `key=value` on the command line.

The keys are the columns of vaccination records.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from vaxpass.identity import Declared
from vaxpass_cli.failure import Wrong
from vaxpass_cli.listfiles import read_bounded

KEYS: Final[Mapping[str, str]] = {
    "full_name": "name",
    "date_of_birth": "date_of_birth",
    "id_number": "number",
    "phone": "phone",
    "sex": "sex",
}
"""Key -> attribute of `Declared`"""
_LARGEST: Final = 65_536


def read(option: str, values: Sequence[str]) -> Declared:
    """The statement of an option's values: a file, pairs, or a file that pairs change.

    Raises `Wrong`; its text quotes nothing of what is said about the person.
    """
    found: dict[str, str] = {}
    for value in values:
        key, equals, content = value.partition("=")
        if not equals:
            found |= _file(option, Path(value))
        elif key in KEYS:
            found[key] = content
        else:
            raise Wrong(f"{option}: {key!r} is not known; there are {', '.join(KEYS)}.")
    if not any(content.strip() for content in found.values()):
        raise Wrong(f"{option}: nothing is stated; there are {', '.join(KEYS)}.")
    return declared(found)


def declared(columns: Mapping[str, str]) -> Declared:
    """The statement of a row; columns of other matters make no difference."""
    stated = {name: columns.get(key, "") for key, name in KEYS.items()}
    return Declared(
        stated["name"],
        stated["date_of_birth"],
        stated["number"],
        stated["phone"],
        stated["sex"],
    )


def _file(option: str, path: Path) -> dict[str, str]:
    if not path.is_file():
        raise Wrong(f"{option}: {path} is no file, and no key=value.")
    data = read_bounded(path, _LARGEST)
    try:
        content = json.loads(data) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Wrong(f"{path}: this is not a JSON object with keys such as {', '.join(KEYS)}.")
    found = {}
    for key in KEYS:
        value = content.get(key)
        if value is not None and not isinstance(value, str):
            # 001090000001 as a number has lost its zeros, and nobody knows how many.
            raise Wrong(f"{path}: {key} must be text, in quotation marks.")
        found[key] = value or ""
    return found
