"""What the text of a health link begins with (HL7 SMART Health Cards & Links, STU 1; IHE VHL 1.0.0)."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = re.compile(
    r"(?:https?://\S*?[#?&=/])?(shlink|vhlink)(?::|%(?:25)?3A)(?:/|%(?:25)?2F){1,2}",
    re.ASCII | re.IGNORECASE,
)
"""The scheme. The address of a viewer's page may stand before it; such pages percent-encode it, some
twice."""


def recognises(text: str) -> bool:
    """Whether a text looks like a health link.

    >>> recognises("shlink:/eyJ"), recognises("https://example.org/#vhlink:/eyJ"), recognises("eyJ")
    (True, True, False)
    """
    return MARK.match(text.lstrip()) is not None
