"""SMART Health Cards (HL7 SMART Health Cards and Links, STU 1; the same as VCI 1.4.0).

`texts.py`: the forms in which a card comes. `parts.py`: cards in several codes. `decode.py`: from the
text to the content; it is imported when a card comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vaxpass.codes import Stage
from vaxpass.documents.family import Family
from vaxpass.documents.shc.texts import recognises

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified
    from vaxpass.policy import Limits


def _read(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.shc.decode import read  # noqa: PLC0415 - when a card comes

    return read(text, limits, SMART_HEALTH_CARD)


SMART_HEALTH_CARD: Final = Family(
    "smart-health-card",
    recognises,
    _read,
    (Stage.PREFIX, Stage.JWS, Stage.DEFLATE, Stage.JSON, Stage.PAYLOAD),
    is_lenient=True,
)
"""The family of SMART Health Cards."""
