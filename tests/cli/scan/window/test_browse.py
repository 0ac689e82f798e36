"""Names in a folder are shown as they are, and lead to what they name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets")

from vaxpass_cli.scan.window.browse import _PATH, _Browser

from tests.support.offscreen import qt

__all__ = ["qt"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are texts there")
def test_a_name_of_any_bytes_can_be_chosen_and_can_not_hide_what_it_is(
    qt: None, tmp_path: Path
) -> None:
    name = os.fsencode(tmp_path) + "/<b>list\n\u202e".encode() + b"\xff.json"
    Path(os.fsdecode(name)).write_text("{}")
    browser = _Browser(None, "light", "en", only_folders=False)
    browser._open(tmp_path)
    item = browser._files.item(0)
    assert "\n" not in item.text()
    assert "\u202e" not in item.text()
    assert item.text().startswith("<b>list")
    assert item.data(_PATH).read_text() == "{}"
    browser.deleteLater()
