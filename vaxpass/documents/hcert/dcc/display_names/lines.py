"""Text with one code a line -> names of codes."""

from __future__ import annotations


def lines(text: str) -> dict[str, str]:
    """Code -> name of a text with one code a line: what is before the first space is the code."""
    return dict(line.split(maxsplit=1) for line in text.strip().splitlines())
