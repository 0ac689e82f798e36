"""Health links by themselves: a family of its own.

`texts.py`: what their text begins with. `decode.py`: what a link says, by itself or signed
(`hcert/link.py`); it is imported when a link comes. The encrypted files that links lead to are opened
in `vaxpass.documents.linked_file`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vaxpass.codes import Stage
from vaxpass.documents.family import Family
from vaxpass.documents.link.texts import recognises

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified
    from vaxpass.policy import Limits


def _read(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.link.decode import read  # noqa: PLC0415 - when a link comes

    return read(text, limits, HEALTH_LINK)


HEALTH_LINK: Final = Family("health-link", recognises, _read, (Stage.PREFIX,))
"""The family of health links by themselves: they are read and shown, and nobody signed them."""
