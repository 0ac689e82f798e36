"""Runs the tool and writes where the buttons of its window are, for who has only a mouse.

The first argument is the file to write; the others are the command line of the tool. A line of JSON
names the title of the window, and of each text that can be pressed its place on the screen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QListWidget
from vaxpass_cli.main import main
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.plate import PlateSign


def tell(path: Path) -> None:
    """Write what can be pressed now."""
    window = QApplication.activeWindow()
    found: dict[str, tuple[int, int]] = {}
    if window is None:
        return
    for each in window.findChildren(QAbstractButton):
        if each.isVisible() and each.isEnabled() and each.text():
            middle = each.mapToGlobal(each.rect().center())
            found[each.text()] = middle.x(), middle.y()
    for rows in window.findChildren(QListWidget):
        for row in range(rows.count()):
            place = rows.visualItemRect(rows.item(row))
            if rows.isVisible() and rows.viewport().rect().contains(place):
                middle = rows.viewport().mapToGlobal(place.center())
                found[rows.item(row).text()] = middle.x(), middle.y()
    for sign in window.findChildren(PlateSign):
        if sign.isVisible() and sign.accessibleName():
            found[f"verdict: {sign.accessibleName()}"] = 0, 0
    focus = QApplication.focusWidget()
    if focus is not None:
        here = focus.mapToGlobal(focus.rect().center())
        found["focus"] = here.x(), here.y()
    if isinstance(focus, QAbstractButton):
        found[f"focus: {focus.text()}"] = 0, 0
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"title": window.windowTitle(), "places": found}), encoding="utf-8")
    new.replace(path)


if __name__ == "__main__":
    told = Path(sys.argv[1])
    sys.argv = ["vaxpass", *sys.argv[2:]]
    application()
    timer = QTimer()
    timer.timeout.connect(lambda: tell(told))
    timer.start(30)
    main()
