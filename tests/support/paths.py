"""Where things are: the checkout, and the public test data where it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent


def find_shared() -> Path | None:
    """The folder of public test data: `VAXPASS_SHARED`, else `../shared` beside the checkout."""
    named = os.environ.get("VAXPASS_SHARED")
    place = Path(named) if named else ROOT.parent / "shared"
    return place if (place / "vectors").is_dir() else None
