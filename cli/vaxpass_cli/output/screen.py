"""What draws on a terminal: tables, panels and bars, with every text in them escaped."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich import console
from rich.segment import Segment

from vaxpass_cli.io import edge


class Console(console.Console):
    """A console that shows texts as they are: no marks, links or signs are read in them.

    Only this module makes consoles. Colours and the places on a screen come from the tool, and reach
    the terminal as they are; texts may come from others, and are escaped.
    """

    def __init__(self, *, stderr: bool = False, **settings: Any) -> None:
        """Make a console; `settings` are those of Rich that a caller may choose, such as its width."""
        stream = edge.raw(sys.stderr if stderr else sys.stdout)
        settings = {"file": stream, **settings, "markup": False, "emoji": False, "highlight": False}
        super().__init__(**settings)

    def render(
        self, renderable: console.RenderableType, options: console.ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The pieces of what is drawn, with their texts escaped."""
        for piece in super().render(renderable, options):
            text = piece.text if piece.control else edge.escaped(piece.text)
            yield piece if text is piece.text else Segment(text, piece.style)
