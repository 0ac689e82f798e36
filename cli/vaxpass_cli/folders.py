"""Where the tool's own files are, in the places that each system has for them."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def configuration() -> Path:
    """The user's folder for settings and trust lists of this tool; it need not exist."""
    return Path(platformdirs.user_config_dir("vaxpass", appauthor=False, roaming=True))
