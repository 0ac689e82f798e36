"""Pieces of a page: elements, text in both languages, bars. Nothing in it comes from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Final

from vaxpass.messages import LANGUAGES

_GAP: Final = "\u202f"
"""Groups digits, and means the same in every language"""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str) -> Html:
    """An element; text in it is escaped, `Html` is not. `class_` stands for `class`.

    >>> element("td", "A<B", class_="n")
    '<td class="n">A&lt;B</td>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    inner = "".join(each if isinstance(each, Html) else escape(each) for each in content)
    return Html(f"<{name}{given}>{inner}</{name}>")


def together(*pieces: str) -> Html:
    """Pieces one after the other."""
    return Html("".join(each if isinstance(each, Html) else escape(each) for each in pieces))


def both(said: dict[str, str]) -> Html:
    """Text in every language; the page shows one of them."""
    return together(*(element("span", said[language], lang=language) for language in LANGUAGES))


def number(count: int) -> str:
    """A number with its digits in groups of three.

    >>> number(1234567).split("\\u202f")
    ['1', '234', '567']
    """
    return f"{count:,}".replace(",", _GAP)


def share(part: int, whole: int) -> str:
    """A share in whole per cent; what is neither nothing nor everything never looks like that.

    >>> [share(*each).replace("\\u202f", " ") for each in ((1, 3), (1, 999), (998, 999), (0, 0))]
    ['33 %', '< 1 %', '> 99 %', '-']
    """
    if not whole:
        return "-"
    rounded = round(100 * part / whole)
    if part and not rounded:
        return f"<{_GAP}1{_GAP}%"
    if part < whole and rounded == 100:
        return f">{_GAP}99{_GAP}%"
    return f"{rounded}{_GAP}%"


def bar(part: int, whole: int) -> Html:
    """A bar as long as a share; the number is always written beside it."""
    width = f"{100 * part / whole if whole else 0:.2f}"
    return Html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="all" width="100" height="10"/>'
        f'<rect class="part" width="{width}" height="10"/></svg>'
    )
