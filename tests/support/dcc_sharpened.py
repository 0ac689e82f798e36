"""In what the library is stricter than the published schemas on purpose, each point with its reason.

`READING` holds for what is read, whatever its version; `WRITING` adds what holds for issuing alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

from tests.support.dcc_schema import CODE, EITHER_NAME, MOMENT, ONE_GROUP, VERSIONS, Schema

Change: TypeAlias = Callable[[Schema], None]


def _every(schema: Any, keyword: str) -> Iterator[Schema]:
    """Every subschema that has the keyword."""
    if isinstance(schema, dict):
        if isinstance(schema.get(keyword), str | int):
            yield schema
        for value in schema.values():
            yield from _every(value, keyword)
    elif isinstance(schema, list):
        for value in schema:
            yield from _every(value, keyword)


def _whole_text(schema: Schema) -> None:
    for found in _every(schema, "pattern"):
        inner = found["pattern"].removeprefix("^").removesuffix("$")
        found["pattern"] = rf"\A(?:{inner})\Z"


def _ascii_digits(schema: Schema) -> None:
    for found in _every(schema, "pattern"):
        found["pattern"] = found["pattern"].replace(r"\d", "[0-9]")


def _dots_in_version(schema: Schema) -> None:
    version = schema["properties"]["ver"]
    version["pattern"] = version["pattern"].replace("+.", r"+\.")


def _exact_integers(schema: Schema) -> None:
    for found in _every(schema, "minimum"):
        found["type"] = "exact-integer"


def _bounded_doses(schema: Schema) -> None:
    for found in _every(schema, "minimum"):
        found.setdefault("maximum", 2**31 - 1)


def _short_codes(schema: Schema) -> None:
    for group in ("v", "t", "r"):
        for field in schema["properties"][group]["items"]["properties"].values():
            if field == CODE:
                field["maxLength"] = 80


def _time_of_result(schema: Schema) -> None:
    schema["properties"]["t"]["items"]["properties"]["dr"] = dict(MOMENT)


def _no_leap_seconds(schema: Schema) -> None:
    for found in _every(schema, "format"):
        if found["format"] == "date-time":
            found["not"] = {"pattern": r"\A[^Tt]*[Tt][0-9:]{6}60"}


def _born_in_the_calendar(schema: Schema) -> None:
    schema["properties"]["dob"].setdefault("format", "partial-date")


def _one_group(schema: Schema) -> None:
    schema["oneOf"] = copy.deepcopy(ONE_GROUP)


def _one_entry(schema: Schema) -> None:
    for group in ("v", "t", "r"):
        schema["properties"][group]["maxItems"] = 1


READING: Final[dict[str, Change]] = {
    # A control character or a letter of another alphabet must not hide in what machines compare.
    "a pattern fits the whole text, a line end included": _whole_text,
    # Arabic-Indic digits are shown as other dates than they are.
    "digits are 0 to 9": _ascii_digits,
    # 1x3x0 is no version.
    "the parts of the version are parted by dots": _dots_in_version,
    # Hostile input: 10**4900 doses.
    "doses are bounded": _bounded_doses,
    # No rule and no calendar can reckon with 23:59:60.
    "there is no leap second": _no_leap_seconds,
    # Which of several would a verdict speak of? Only before 1.3.0 more than one was allowed, or none.
    "there is exactly one group": _one_group,
    "a group has exactly one entry": _one_entry,
}
# The time of the result comes first: that there is no leap second holds for it too.
WRITING: Final[dict[str, Change]] = {
    # Read as any other field that the schema does not know.
    "the time of the result, gone since 1.2.0, is a time where it is given": _time_of_result,
    **READING,
    # Read with a remark.
    "doses are integers, not integral floats": _exact_integers,
    "codes are no longer than other texts": _short_codes,
    "a date of birth is in the calendar": _born_in_the_calendar,
}


def sharpened(schema: Schema, names: Iterable[str]) -> Schema:
    """A schema with some of the differences."""
    result = copy.deepcopy(schema)
    for name in names:
        WRITING[name](result)
    return result


def _with_either_name(schema: Schema) -> Schema:
    """The names of 1.3.2 hold for every version that is written."""
    result = copy.deepcopy(schema)
    result["properties"]["nam"].pop("required", None)
    result["properties"]["nam"]["anyOf"] = copy.deepcopy(EITHER_NAME)
    return result


READ: Final = {version: sharpened(schema, READING) for version, schema in VERSIONS.items()}
WRITTEN: Final = {
    version: sharpened(_with_either_name(schema), WRITING) for version, schema in VERSIONS.items()
}
