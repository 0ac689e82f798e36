"""The limits of an expression: its size, and the steps of its evaluation."""

from __future__ import annotations

from typing import Final

from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.values import Json

DEEPEST: Final = 128
"""Levels of objects and arrays, two for an operation; the deepest published rule has 46."""
MOST_NODES: Final = 30_000
"""Objects, arrays, keys and values; the largest published rule has about 1,500."""
LONGEST_TEXT: Final = 4096
"""Characters of one text or key."""
MOST_TEXT: Final = 500_000
"""Characters of all texts and keys together."""
_MOST_BITS: Final = 1000
LARGEST_NUMBER: Final = 2**53
"""The largest result of an addition: the reference implementation counts exactly up to here."""
STEPS: Final = 200_000
"""Steps for one expression: the rounds of `reduce`, and searches in lists and texts of the context.

Published expressions take up to about 65,000."""


def check_size(expression: Json) -> None:
    """Raise `CertLogicError` where an expression exceeds a limit of this module. Does not recurse."""
    nodes = characters = 0
    level: list[Json] = [expression]
    for _ in range(DEEPEST):
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict | list):
                # Checked before they are added: one list may stand in many places (see `desugar`).
                if nodes + len(below) + len(item) > MOST_NODES:
                    raise CertLogicError("the expression is too large")
                below += item
                if isinstance(item, dict):
                    below += item.values()
            elif isinstance(item, str):
                characters += len(item)
                if len(item) > LONGEST_TEXT or characters > MOST_TEXT:
                    raise CertLogicError("the expression holds a text that is too long")
            elif isinstance(item, int) and item.bit_length() > _MOST_BITS:
                raise CertLogicError("the expression holds a number that is too large")
        nodes += len(level)
        if nodes + len(below) > MOST_NODES:
            raise CertLogicError("the expression is too large")
        if not below:
            return
        level = below
    raise CertLogicError("the expression is nested too deeply")
