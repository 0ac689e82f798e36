"""The catalogue of sentences as its files have it."""

from __future__ import annotations

from functools import cache

from scripts import messages as files


@cache
def texts(language: str) -> dict[str, tuple[str, ...]]:
    """Key -> text, or texts where there are plural forms, of one language."""
    catalogue = files.read(files.FOLDER / f"{language}.po")
    return {files.key(message): files.texts(message) for message in files.messages(catalogue)}
