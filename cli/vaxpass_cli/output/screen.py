"""What draws on a terminal: tables, panels and bars, with every text in them escaped."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich import console
from rich.segment import Segment

from vaxpass_cli import edge


class Console(console.Console):
    """A console that shows texts as they are: no marks, links or signs are read in them.

    Only this module makes consoles. Colours and the places on a screen come from the tool, and reach
    the terminal as they are; texts may come from others, and are escaped.
    """

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        stream = edge.raw(sys.stderr if stderr else sys.stdout)
        super().__init__(file=stream, width=width, markup=False, emoji=False, highlight=False)

    def render(
        self, renderable: console.RenderableType, options: console.ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The pieces of what is drawn, with their texts escaped."""
        for piece in super().render(renderable, options):
            text = piece.text if piece.control else edge.escaped(piece.text)
            yield piece if text is piece.text else Segment(text, piece.style)
