"""How many slips of the keyboard lie between two texts."""

from __future__ import annotations


def edits(one: str, other: str, limit: int) -> int:
    """The least number of changes from one text to the other, `limit` + 1 where it is above `limit`.

    A change is a letter too many, missing or another, or two neighbours that changed places.

    >>> edits("NGUYEN", "NGUYNE", 2), edits("AN", "BINH", 2)
    (1, 3)
    """
    one, other = _without_common_ends(one, other)
    if len(one) > len(other):
        one, other = other, one
    too_many = limit + 1
    if len(other) - len(one) > limit:
        return too_many
    if not one:
        return len(other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, before, row = before, row, [place] + [too_many] * len(other)
        # Cells farther from the diagonal than the limit can't matter.
        for column in range(max(1, place - limit), min(len(other), place + limit) + 1):
            least = before[column - 1] + (letter != other[column - 1])
            least = min(least, before[column] + 1, row[column - 1] + 1)
            if (
                place > 1
                and column > 1
                and letter == other[column - 2]
                and one[place - 2] == other[column - 1]
            ):
                least = min(least, last[column - 2] + 1)
            row[column] = least
        if min(row) > limit:
            return too_many
    return min(row[-1], too_many)


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    end = 0
    shorter -= start
    while end < shorter and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[: len(one) - end], other[: len(other) - end]
