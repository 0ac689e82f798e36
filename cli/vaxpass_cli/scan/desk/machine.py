"""The states of the desk: SEARCHING, READING, VERDICT, CLEAR. Times are arguments, in seconds.

SEARCHING -> READING    a code is in view that could not be read yet
any       -> VERDICT    a code was verified and no verdict is shown
VERDICT   -> VERDICT    the next code: the shown one is away and was shown long enough
VERDICT   -> CLEAR      acknowledged or timed out; the data of the holder are forgotten
CLEAR     -> SEARCHING
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from vaxpass_cli.scan.desk.screen import State

T = TypeVar("T")
MOST_WAITING: Final = 20
# A code is not read in every frame in which it is in view.
_GAP: Final = 0.5


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things last, in seconds."""

    accepted: float = 5.0
    """How long an accepted passport is shown"""
    other: float = 15.0
    """How long any other verdict is shown where nobody acknowledges it; 0 is for ever"""
    takeover: float = 1.0
    """How long a verdict is shown at least, and its code away, before the next verdict"""
    forget: float = 2.0
    """How long a code must be away before it is verified again"""
    hint: float = 1.0
    """How long a code is in view without being read before a hint is shown"""
    clear: float = 0.4
    """How long the desk shows that it is empty"""


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    keys: frozenset[bytes]
    """Of the codes for which it stands"""
    content: T
    accepted: bool
    beside: frozenset[bytes] = frozenset()
    """Of codes that are listed with it, and don't keep it on show"""

    @property
    def known(self) -> frozenset[bytes]:
        return self.keys | self.beside


class Machine(Generic[T]):
    """Decides which verdict is shown and which wait. A code is named by a key, never by its text.

    >>> machine = Machine[str]()
    >>> machine.see(0.0, [b"k"])
    (b'k',)
    >>> machine.add(0.0, b"k", "welcome", accepted=True)
    >>> machine.state, machine.shown
    (<State.VERDICT: 'verdict'>, 'welcome')
    >>> machine.tick(5.0)
    >>> machine.state, machine.shown
    (<State.CLEAR: 'clear'>, None)
    """

    def __init__(
        self, timing: Timing | None = None, rest_of: Callable[[T], T | None] = lambda _: None
    ) -> None:
        """`rest_of` gives what is still to be shown where the time of a verdict is over."""
        self._timing = timing or Timing()
        self._rest_of = rest_of
        self._state = State.SEARCHING
        self._since = 0.0
        self._item: _Item[T] | None = None
        self._waiting: deque[_Item[T]] = deque()
        self._last_seen: dict[bytes, float] = {}
        self._trying_since: float | None = None
        self._trying_last = 0.0

    @property
    def state(self) -> State:
        """The state after the last call."""
        return self._state

    @property
    def shown(self) -> T | None:
        """The verdict that is shown; None unless the state is VERDICT."""
        return self._item.content if self._item else None

    @property
    def contents(self) -> tuple[T, ...]:
        """The verdict that is shown, then those that wait."""
        return tuple(item.content for item in self._items)

    @property
    def waiting(self) -> int:
        """The number of verdicts that wait to be shown."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether so many verdicts wait that no more should be added."""
        return len(self._waiting) >= MOST_WAITING

    @property
    def crowded(self) -> bool:
        """Whether so many verdicts wait that what can wait itself, such as files, should."""
        return len(self._waiting) >= MOST_WAITING // 2

    def see(self, now: float, keys: Iterable[bytes], *, located: bool = False) -> tuple[bytes, ...]:
        """Note the codes that were read, and whether another one was in view that could not be read.

        Gives the keys of new codes: verify these and call `add`.
        """
        found = tuple(dict.fromkeys(keys))
        if located and not found:
            if self._trying_since is None or now - self._trying_last > _GAP:
                self._trying_since = now
            self._trying_last = now
        elif found:
            self._trying_since = None
        known = self._last_seen
        for key in [key for key, seen in known.items() if now - seen > self._timing.forget]:
            del known[key]
            if self._item and key in self._item.keys and key in found:
                self._since = now  # shown again while its verdict stands: it stands for longer
        judged = frozenset().union(*(item.known for item in self._items))
        new = tuple(key for key in found if key not in known and key not in judged)
        known.update(dict.fromkeys(found, now))
        self.tick(now)
        return new

    def add(self, now: float, key: bytes, content: T, *, accepted: bool) -> None:
        """Show a verdict, or let it wait while another one is shown."""
        item = _Item(frozenset((key,)), content, accepted)
        if self._item is None:
            self._show(now, item)
        else:
            self._waiting.append(item)

    def join(
        self, now: float, place: int, key: bytes, content: T, *, accepted: bool, stands: bool
    ) -> None:
        """Put `content` in the place of the verdict at `place` of `contents`: another code came to it.

        `stands`: the verdict is that of this code, too, and is shown for its time from now on. Else the
        code is only listed, and nothing is shown for longer because of it.
        """
        item = self._items[place]
        own = {"keys" if stands else "beside": (item.keys if stands else item.beside) | {key}}
        item = replace(item, content=content, accepted=accepted, **own)
        if place:
            self._waiting[place - 1] = item
        else:
            self._item = item
            self._since = now if stands else self._since

    def acknowledge(self, now: float) -> None:
        """Close the verdict that the staff has seen; the next one is shown."""
        if self._item is not None:
            self._next(now)

    def reset(self, now: float) -> None:
        """Forget everything, for example when the camera fails: no verdict must stay without it."""
        self._waiting.clear()
        self._last_seen.clear()
        self._trying_since = None
        if self._item is not None:
            self._next(now)

    def tick(self, now: float) -> None:
        """Let time pass."""
        item = self._item
        if item is not None:
            is_over = now >= self._ends_at(item)
            if is_over and not self._waiting and (rest := self._rest_of(item.content)) is not None:
                self._show(now, replace(item, content=rest, accepted=False))
            elif is_over or (self._waiting and self._may_be_taken_over(now, item)):
                self._next(now)
            return
        if self._state is State.CLEAR and now - self._since < self._timing.clear:
            return
        trying = self._trying_since is not None and now - self._trying_last <= _GAP
        self._state = State.READING if trying else State.SEARCHING

    def hint_is_due(self, now: float) -> bool:
        """Whether a code has been in view without being read for so long that a hint is due."""
        since = self._trying_since
        return self._state is State.READING and since is not None and now - since >= self._timing.hint

    def seconds_left(self, now: float) -> float | None:
        """Seconds until the verdict is closed; None where none is shown or it stays."""
        left = self._ends_at(self._item) - now if self._item else float("inf")
        return None if left == float("inf") else max(0.0, left)

    def in_view(self, now: float) -> bool:
        """Whether a code that was verified is still in view."""
        return any(now - seen <= _GAP for seen in self._last_seen.values())

    def _ends_at(self, item: _Item[T]) -> float:
        lasts = self._timing.accepted if item.accepted else self._timing.other or float("inf")
        return self._since + lasts

    def _may_be_taken_over(self, now: float, item: _Item[T]) -> bool:
        seen = (self._last_seen.get(key, self._since) for key in item.keys)
        return now - max(self._since, *seen) >= self._timing.takeover

    @property
    def _items(self) -> tuple[_Item[T], ...]:
        return (*(() if self._item is None else (self._item,)), *self._waiting)

    def _show(self, now: float, item: _Item[T]) -> None:
        self._state, self._since, self._item = State.VERDICT, now, item

    def _next(self, now: float) -> None:
        if self._waiting:
            self._show(now, self._waiting.popleft())
        else:
            self._state, self._since, self._item = State.CLEAR, now, None
