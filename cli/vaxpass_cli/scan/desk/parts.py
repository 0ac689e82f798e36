"""Parts of SMART Health Cards at the desk: they come one after the other, or all at once.

The texts of parts are kept until they are out of sight for a while, because a card can't be read
without them. Nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from vaxpass.documents import is_part, join_parts

_KEPT: Final = 60.0
"""Seconds after which a part that was not seen again is forgotten"""
_PATIENCE: Final = 15.0
"""Seconds after which a part is judged by itself, where no other one came"""


@dataclass(slots=True)
class _Seen:
    """A part: when it was seen first and last, and whether it was judged by itself."""

    first: float
    last: float
    is_told: bool = False


class Parts:
    """The parts that were seen lately. Times named `now` are seconds on the clock of the feed.

    `may_be_right` says of a card whether its signature allows that it was put together right.
    """

    def __init__(self, may_be_right: Callable[[str], bool]) -> None:
        self._may_be_right = may_be_right
        self._seen: dict[str, _Seen] = {}
        self._pending = 0
        self._total = 0

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many parts of how many were read of a card that is not complete; None without one."""
        return (self._pending, self._total) if self._pending else None

    def take(self, now: float, texts: Iterable[str]) -> list[str]:
        """The texts to judge: those that are no part, and each card whose part is among them."""
        given = list(texts)
        new = {text for text in given if is_part(text)}
        whole = [text for text in given if text not in new]
        if not new:
            return whole
        for text in new:
            self._seen.setdefault(text, _Seen(now, now)).last = now
        self._forget(now)
        joined = join_parts(self._seen, self._may_be_right)
        for card, used in zip(joined.cards, joined.used, strict=True):
            if not new.isdisjoint(used):
                whole.append(card)
        self._count(joined.left)
        return whole

    def late(self, now: float, *, ended: bool = False) -> list[str]:
        """The parts that are to be judged by themselves: no other ones came. Each is given once."""
        self._forget(now)
        if not self._pending:
            return []
        left = join_parts(self._seen, self._may_be_right).left
        self._count(left)
        waited = not left or now - max(self._seen[text].first for text in left) >= _PATIENCE
        if not (ended or waited):
            return []
        late = [text for text in left if not self._seen[text].is_told]
        for text in late:
            self._seen[text].is_told = True
        self._pending = 0
        return late

    def _forget(self, now: float) -> None:
        self._seen = {text: seen for text, seen in self._seen.items() if now - seen.last < _KEPT}

    def _count(self, left: Iterable[str]) -> None:
        """Remember how far the card has come of which most parts are waiting."""
        totals: dict[int, set[int]] = {}
        for text in left:
            if not self._seen[text].is_told:
                number, total = _place(text)
                totals.setdefault(total, set()).add(number)
        self._total = max(totals, key=lambda total: len(totals[total]), default=0)
        self._pending = len(totals.get(self._total, ()))


def _place(text: str) -> tuple[int, int]:
    """The number of a part and of all parts: both stand before its digits."""
    *_, number, total, _ = text.strip().split("/")
    return int(number), int(total)
