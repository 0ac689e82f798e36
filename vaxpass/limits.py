"""How much a text may hold before it is refused unread."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Upper bounds that every decoder keeps.

    The largest certificate seen in the field has 1,093 characters and 870 bytes, nested 5 deep; a QR
    code holds at most 4,296 characters. The defaults leave room for both and stop what is made to
    exhaust a machine.
    """

    characters: int = 8192
    """Of the text, prefix included."""
    inflated: int = 65536
    """Bytes after decompression."""
    depth: int = 16
    """Nested CBOR arrays, maps and tags."""


DEFAULT_LIMITS = Limits()
