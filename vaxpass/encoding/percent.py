"""Text without percent-encoding (RFC 3986, section 2.1), for texts that are ASCII throughout."""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = re.compile("%([0-9A-Fa-f]{2})")


def decode(text: str) -> str:
    """The text with the character for each `%` and two digits; whatever else it has stays.

    >>> decode("shlink%3A%2FeyJ%"), decode("%253A")
    ('shlink:/eyJ%', '%3A')
    """
    return _QUOTED.sub(lambda found: chr(int(found[1], 16)), text)
