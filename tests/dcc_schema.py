"""The EU DCC 1.3.0 as a JSON Schema (draft 2020-12), with the names of 1.3.2, written from its facts.

`PUBLISHED` says what the published schema says, its slips included: patterns that are searched for and
not anchored, dots that stand for anything. `DIFFERENCES` are the points in which `check_writing` is
stricter on purpose; `SHARPENED` is the published schema with all of them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, TypeChecker
from jsonschema.validators import extend

Schema = dict[str, Any]

CODE: Final[Schema] = {"type": "string"}
TEXT: Final[Schema] = {"type": "string", "maxLength": 80}
COUNTRY: Final[Schema] = {"type": "string", "pattern": "[A-Z]{1,10}"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
DOSE: Final[Schema] = {"type": "integer", "minimum": 1}
MACHINE_NAME: Final[Schema] = {"type": "string", "pattern": "^[A-Z<]*$", "maxLength": 80}

STATED: Final[Schema] = {"tg": CODE, "co": COUNTRY, "is": TEXT, "ci": TEXT}
VACCINATION: Final[Schema] = {"vp": CODE, "mp": CODE, "ma": CODE, "dn": DOSE, "sd": DOSE, "dt": DAY}
TEST: Final[Schema] = {"tt": CODE, "sc": MOMENT, "tr": CODE}
TEST_OPTIONAL: Final[Schema] = {"nm": TEXT, "ma": CODE, "tc": TEXT}
RECOVERY: Final[Schema] = {"fr": DAY, "df": DAY, "du": DAY}


def _group(required: Schema, optional: Schema | None = None) -> Schema:
    fields = STATED | required
    entry = {"type": "object", "required": list(fields), "properties": fields | (optional or {})}
    return {"type": "array", "minItems": 1, "maxItems": 1, "items": entry}


PUBLISHED: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["ver", "nam", "dob"],
    "properties": {
        "ver": {"type": "string", "pattern": r"^\d+.\d+.\d+$"},
        "nam": {
            "type": "object",
            "anyOf": [{"required": ["fnt"]}, {"required": ["gnt"]}],
            "properties": {"fn": TEXT, "fnt": MACHINE_NAME, "gn": TEXT, "gnt": MACHINE_NAME},
        },
        "dob": {"type": "string", "pattern": r"^((19|20)\d\d(-\d\d){0,2}){0,1}$"},
        "v": _group(VACCINATION),
        "t": _group(TEST, TEST_OPTIONAL),
        "r": _group(RECOVERY),
    },
    "oneOf": [{"required": ["v"]}, {"required": ["t"]}, {"required": ["r"]}],
}


# --- formats, so that no other package is needed -----------------------------------------------------

FORMATS: Final = FormatChecker(formats=())
_RFC3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)


@FORMATS.checks("date")
def _is_date(value: object) -> bool:
    """RFC 3339 `full-date`: a day that the calendar has."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date(*map(int, value.split("-")))
    except ValueError:
        return False
    return True


@FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    """RFC 3339 `date-time`: with seconds and an offset; a leap second is one."""
    if not isinstance(value, str):
        return True
    match = _RFC3339.fullmatch(value)
    return match is not None and _is_date(match[1])


# --- what the library refuses beyond the published schema --------------------------------------------


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
        found["maximum"] = 2**31 - 1


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


DIFFERENCES: Final[dict[str, Callable[[Schema], None]]] = {
    "a pattern fits the whole text, a line end included": _whole_text,
    "digits are 0 to 9": _ascii_digits,
    "the parts of the version are parted by dots": _dots_in_version,
    "doses are integers, not integral floats": _exact_integers,
    "doses are bounded": _bounded_doses,
    "codes are no longer than other texts": _short_codes,
    "the time of the result, gone since 1.2.0, is a time where it is given": _time_of_result,
    "no leap second is written": _no_leap_seconds,
}


def sharpened(*names: str) -> Schema:
    """The published schema with some of the differences."""
    schema = copy.deepcopy(PUBLISHED)
    for name in names:
        DIFFERENCES[name](schema)
    return schema


SHARPENED: Final = sharpened(*DIFFERENCES)

_TYPES: Final[TypeChecker] = Draft202012Validator.TYPE_CHECKER.redefine(
    "exact-integer", lambda _, value: type(value) is int
)
# The meta-schema does not know the additional type; jsonschema only needs the checker.
_Validator: Final[Any] = extend(Draft202012Validator, type_checker=_TYPES)  # type: ignore[no-untyped-call]


def errors(schema: Schema, payload: object) -> list[str]:
    """What jsonschema finds wrong."""
    validator = _Validator(schema, format_checker=FORMATS)
    return [error.json_path + ": " + error.message for error in validator.iter_errors(payload)]
