"""SMART Health Cards in several QR codes: puts together the parts that belong together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Final, NamedTuple

from vaxpass.documents.recognise import decode
from vaxpass.documents.shc.texts import Part, part_of
from vaxpass.errors import DecodeError

__all__ = ["JoinedParts", "is_part", "join_parts"]

_MOST_CHOICES: Final = 64
"""Ways of putting parts together that are tried, where several cards may be mixed."""


class JoinedParts(NamedTuple):
    """What `join_parts` made of texts.

    >>> found = join_parts(["shc:/1/2/56"])
    >>> found.cards, found.left
    ((), ('shc:/1/2/56',))
    """

    cards: tuple[str, ...]
    """The cards of which all parts are here, each as one text"""
    used: tuple[tuple[str, ...], ...]
    """The texts that each card was put together from"""
    left: tuple[str, ...]
    """The parts that belong to none of them"""


def is_part(text: str) -> bool:
    """Whether a text is one part of a SMART Health Card in several codes.

    >>> is_part("shc:/1/3/5676"), is_part("shc:/5676")
    (True, False)
    """
    return part_of(text) is not None


def join_parts(texts: Iterable[str]) -> JoinedParts:
    """Put the parts among these texts together; texts without a part are left out.

    They may be in any order, occur repeatedly, and be of several cards: a card is only put together
    where it can be read whole, so that parts of two cards are never joined.

    >>> join_parts([])
    JoinedParts(cards=(), used=(), left=())
    """
    sets: dict[int, dict[Part, str]] = {}
    for text in texts:
        if part := part_of(text):
            sets.setdefault(part.total, {}).setdefault(part, text)
    cards: list[str] = []
    origins: list[tuple[str, ...]] = []
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
                origins.append(tuple(parts[part] for part in choice))
        left += [text for part, text in parts.items() if part not in used]
    return JoinedParts(tuple(cards), tuple(origins), tuple(left))


def _can_be_read(text: str) -> bool:
    try:
        decode(text)
    except DecodeError:
        return False
    return True
