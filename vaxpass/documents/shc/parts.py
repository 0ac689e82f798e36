"""SMART Health Cards in several QR codes: puts together the parts that belong together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Final, NamedTuple

from vaxpass.documents.recognise import decode
from vaxpass.documents.shc.texts import Part, part_of
from vaxpass.errors import DecodeError

__all__ = ["Joined", "join"]

_MOST_CHOICES: Final = 64
"""Ways of putting parts together that are tried, where several cards may be mixed."""


class Joined(NamedTuple):
    """What `join` made of texts.

    >>> join(["shc:/1/2/56"]).cards, join(["shc:/1/2/56"]).left
    ((), ('shc:/1/2/56',))
    """

    cards: tuple[str, ...]
    """The cards of which all parts are here, each as one text"""
    left: tuple[str, ...]
    """The parts that belong to none of them"""


def join(texts: Iterable[str]) -> Joined:
    """Put the parts among these texts together; texts without a part are left out.

    They may be in any order, occur repeatedly, and be of several cards: a card is only put together
    where it can be read whole, so that parts of two cards are never joined.

    >>> join([])
    Joined(cards=(), left=())
    """
    sets: dict[int, dict[Part, str]] = {}
    for text in texts:
        if part := part_of(text):
            sets.setdefault(part.total, {}).setdefault(part, text)
    cards: list[str] = []
    left: list[str] = []
    for total, parts in sets.items():
        used: set[Part] = set()
        places = [[part for part in parts if part.number == number] for number in range(1, total + 1)]
        for choice in itertools.islice(itertools.product(*places), _MOST_CHOICES):
            if used.isdisjoint(choice) and _can_be_read(
                text := "shc:/" + "".join(part.digits for part in choice)
            ):
                used.update(choice)
                cards.append(text)
        left += [text for part, text in parts.items() if part not in used]
    return Joined(tuple(cards), tuple(left))


def _can_be_read(text: str) -> bool:
    try:
        decode(text)
    except DecodeError:
        return False
    return True
