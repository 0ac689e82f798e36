"""Value sets in files -> the bytes that a bundle carries.

For now they are only asked to be JSON objects; what they hold is the matter of `vaxpass.valuesets`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vaxpass_cli.failure import Wrong
from vaxpass_cli.listfiles import read_bounded

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of all files; the sets of the EU have about 100,000."""


def read(paths: Sequence[Path]) -> bytes:
    """The part of a bundle with these value sets: the document itself, or an array of several.

    Raises `Wrong` where one is missing, too large or not a JSON object.
    """
    documents = [_document(path) for path in paths]
    part = documents[0] if len(documents) == 1 else documents
    return json.dumps(part, allow_nan=False).encode()


def _document(path: Path) -> object:
    if not path.is_file():
        raise Wrong(f"{path}: there is no such file.")
    data = read_bounded(path, LARGEST)
    if len(data) > LARGEST:
        raise Wrong(f"{path}: the file is larger than any value sets.")
    try:
        document: object = json.loads(data)
        json.dumps(document, allow_nan=False)
    except (ValueError, RecursionError):
        raise Wrong(f"{path}: the file is not valid JSON.") from None
    if not isinstance(document, dict):
        raise Wrong(f"{path}: these are not value sets.")
    return document
