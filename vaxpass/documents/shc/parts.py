"""SMART Health Cards in several QR codes: puts together the parts that belong together.

A part does not say of which card it is. Whether parts make a card shows only when they are put
together: the content must be compressed right and be JSON. Where they differ in the signature alone,
nothing else tells, so that what could be put together in two ways is not put together at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from vaxpass.documents.recognise import decode
from vaxpass.documents.shc.texts import Part, may_begin, part_of
from vaxpass.errors import DecodeError

__all__ = ["JoinedParts", "is_part", "join_parts"]

_MOST_TRIES: Final = 5000
"""Beginnings and cards that are tried for one number of parts"""


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


def join_parts(texts: Iterable[str], may_be_right: Callable[[str], bool] | None = None) -> JoinedParts:
    """Put the parts among these texts together; texts without a part are left out.

    They may be in any order, occur repeatedly, and be of several cards. Parts make a card where they
    can be read as one, and as no other. `may_be_right` says of a card whether its signature allows that
    it was put together right, where that can be asked; parts of others are left.

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
        for choice in _chosen(total, list(parts), may_be_right):
            used.update(choice)
            cards.append(_card(choice))
            origins.append(tuple(parts[part] for part in choice))
        left += [text for part, text in parts.items() if part not in used]
    return JoinedParts(tuple(cards), tuple(origins), tuple(left))


def _chosen(
    total: int, parts: Sequence[Part], may_be_right: Callable[[str], bool] | None
) -> Iterator[tuple[Part, ...]]:
    """The ways of putting parts together that are right."""
    readable = _Readable([[part for part in parts if part.number == n + 1] for n in range(total)])
    found = readable.all()
    if may_be_right is not None:
        found = [choice for choice in found if may_be_right(_card(choice))]
    elif readable.tries <= 0:
        return  # what was not tried may have been another way
    often = Counter(part for choice in found for part in choice)
    yield from (choice for choice in found if all(often[part] == 1 for part in choice))


class _Readable:
    """The cards that parts can be read as. `tries` is how many more may be tried."""

    def __init__(self, places: list[list[Part]]) -> None:
        self._places = places
        self.tries = _MOST_TRIES

    def all(self) -> list[tuple[Part, ...]]:
        """Every one, as far as the tries reach."""
        begun: list[tuple[Part, ...]] = [()]
        for place in self._places if all(self._places) else ():
            begun = [
                longer for choice in begun for part in place if self._may(longer := (*choice, part))
            ]
        return [choice for choice in begun if choice and _is_read(_card(choice))]

    def _may(self, choice: tuple[Part, ...]) -> bool:
        self.tries -= 1
        return self.tries > 0 and may_begin("".join(part.digits for part in choice))


def _card(choice: tuple[Part, ...]) -> str:
    return "shc:/" + "".join(part.digits for part in choice)


def _is_read(text: str) -> bool:
    try:
        decode(text)
    except DecodeError:
        return False
    return True
