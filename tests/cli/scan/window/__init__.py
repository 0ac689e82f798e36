"""Tests of the window. They skip where Qt, or a library of the system that it needs, is missing."""

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", reason="Qt or a library that it needs is not here", exc_type=ImportError
)
