"""Keys of a window: those that a person pressed, not those that a hand scanner types into it."""

from __future__ import annotations

from typing import Final

HAND_SCANNER: Final = "hand_scanner"
"""The name of what is no key: a burst of them, of which a window gets only a part."""

_ALONE: Final = 0.08
"""Seconds that a key must be alone; nobody presses two so fast, and every scanner does."""
_QUIET: Final = 0.3
_LOOKS: Final = 2


class KeyPresses:
    """Lets single keys through, a little later, and holds bursts back.

    >>> keys = KeyPresses()
    >>> [keys.take(key, now) for key, now in (("d", 0.0), (None, 0.05), (None, 0.1))]
    [None, None, 'd']
    >>> [keys.take(key, now) for key, now in (("h", 1.0), ("q", 1.02), (None, 1.2))]
    [None, 'hand_scanner', None]
    """

    def __init__(self) -> None:
        self._waiting: str | None = None
        self._since = 0.0
        self._looks = 0
        self._noisy_until = float("-inf")

    def take(self, key: str | None, now: float) -> str | None:
        """Tell the key that came at a time in seconds, perhaps none; gives the one to be obeyed."""
        if now < self._noisy_until:
            self._noisy_until = now + _QUIET if key else self._noisy_until
            return None
        waiting = self._waiting
        if key is None:
            self._looks += 1
            # A slow machine looks seldom: then time alone would not tell a burst.
            if waiting is None or now - self._since < _ALONE or self._looks < _LOOKS:
                return None
            self._waiting = None
            return waiting
        if waiting is None:
            self._waiting, self._since, self._looks = key, now, 0
            return None
        self._waiting, self._noisy_until = None, now + _QUIET
        # A key that is held down repeats itself.
        return None if key == waiting else HAND_SCANNER
