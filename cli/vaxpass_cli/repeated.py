"""Options that take several values: `--mrz LINE1 LINE2` is read as `--mrz LINE1 --mrz LINE2`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple


class _Values(NamedTuple):
    """What a further value looks like, so that nothing else is taken for one; how many there may be."""

    form: re.Pattern[str]
    most: int


# A line of a travel document, also with a few characters too many or too few.
_LINES: Final = _Values(re.compile(r"\s*[A-Za-z0-9<]{24,50}\s*"), 3)
_PAIRS: Final = _Values(re.compile(r"[a-z_]+=.*", re.DOTALL), 20)
_OPTIONS: Final[Mapping[tuple[str, str], _Values]] = MappingProxyType(
    {
        ("verify", "--mrz"): _LINES,
        ("explain-record", "--declared"): _PAIRS,
        ("explain-record", "--slip"): _PAIRS,
    }
)


def joined(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command, such an option repeated before each value that follows it.

    >>> joined(["verify", "a.png", "--mrz", "P<VNM" + "<" * 39, "N" * 44])[4:]
    ['--mrz', 'NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN']
    """
    result: list[str] = []
    option, taken = "", 0
    for argument in arguments:
        values = _OPTIONS.get((arguments[0], option))
        if values and taken and not argument.startswith("-") and taken < values.most:
            if values.form.fullmatch(argument):
                result += [option, argument]
                taken += 1
                continue
            option = ""
        elif values and not taken:
            # The first is the option's own, whatever it is.
            taken = 1
            result.append(argument)
            continue
        option, taken = argument, 0
        result.append(argument)
    return result
