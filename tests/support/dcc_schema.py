"""Every published version of the EU DCC as a JSON Schema (draft 2020-12), written from its facts.

They say what the published schemas say, slips included: patterns that are searched for and not
anchored, dots that stand for anything, several entries and several groups before 1.3.0.
`dcc_sharpened` has what the library refuses beyond them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, TypeChecker, ValidationError
from jsonschema.validators import extend

Schema = dict[str, Any]

CODE: Final[Schema] = {"type": "string"}
COUNTRY: Final[Schema] = {"type": "string", "pattern": "[A-Z]{1,10}"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
EITHER_NAME: Final = [{"required": ["fnt"]}, {"required": ["gnt"]}]
ONE_GROUP: Final = [{"required": [group]} for group in "vtr"]

WHOLE_BIRTH: Final[Schema] = {**DAY, "pattern": r"(19|20)\d{2}-\d{2}-\d{2}"}
PARTIAL_BIRTH: Final[Schema] = {"type": "string", "pattern": r"^(19|20)\d\d(-\d\d){0,2}$"}
EMPTY_BIRTH: Final[Schema] = {"type": "string", "pattern": r"^((19|20)\d\d(-\d\d){0,2}){0,1}$"}


def _entries(required: Schema, optional: Schema, *, single: bool) -> Schema:
    entry = {"type": "object", "required": list(required), "properties": required | optional}
    group: Schema = {"type": "array", "minItems": 1, "items": entry}
    return group | ({"maxItems": 1} if single else {})


def _certificate(
    birth: Schema, *, line: int, result_time: bool = False, either_name: bool = False
) -> Schema:
    """One version; what all versions of a `line` (the 2 of 1.2.1) share follows from it."""
    modern = line >= 3
    text: Schema = {"type": "string", "maxLength": 80 if modern else 50}
    machine_name: Schema = {**text, "pattern": "^[A-Z<]*$"}
    dose: Schema = {"type": "integer", "minimum": 1} | ({} if modern else {"maximum": 9})
    stated: Schema = {"tg": CODE, "co": COUNTRY, "is": text, "ci": text}
    centre: Schema = {"tc": text}
    test_optional: Schema = {"nm": text if modern else CODE, "ma": CODE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["ver", "nam", "dob"],
        "properties": {
            "ver": {"type": "string", "pattern": r"^\d+.\d+.\d+$"},
            "nam": {
                "type": "object",
                **({"anyOf": EITHER_NAME} if either_name else {"required": ["fnt"]}),
                "properties": {"fn": text, "fnt": machine_name, "gn": text, "gnt": machine_name},
            },
            "dob": birth,
            "v": _entries(
                stated | {"vp": CODE, "mp": CODE, "ma": CODE, "dn": dose, "sd": dose, "dt": DAY},
                {},
                single=modern,
            ),
            "t": _entries(
                stated | {"tt": CODE, "sc": MOMENT, "tr": CODE} | ({} if modern else centre),
                test_optional | (centre if modern else {}) | ({"dr": MOMENT} if result_time else {}),
                single=modern,
            ),
            "r": _entries(stated | {"fr": DAY, "df": DAY, "du": DAY}, {}, single=modern),
        },
        **({"oneOf": ONE_GROUP} if modern else {}),
    }


VERSIONS: Final[dict[str, Schema]] = {
    "1.0.0": _certificate(WHOLE_BIRTH, line=0, result_time=True),
    "1.0.1": _certificate(WHOLE_BIRTH, line=0, result_time=True),
    "1.1.0": _certificate(PARTIAL_BIRTH, line=1, result_time=True),
    "1.2.0": _certificate(PARTIAL_BIRTH, line=2),
    "1.2.1": _certificate(PARTIAL_BIRTH, line=2),
    "1.3.0": _certificate(EMPTY_BIRTH, line=3),
    "1.3.1": _certificate(EMPTY_BIRTH, line=3),
    "1.3.2": _certificate(EMPTY_BIRTH, line=3, either_name=True),
    "1.3.3": _certificate(EMPTY_BIRTH, line=3, either_name=True),
}


def own_version(payload: object) -> str:
    """The version that a payload is judged by: its own where that was published, else 1.3.0."""
    stated = payload.get("ver") if isinstance(payload, dict) else None
    return stated if isinstance(stated, str) and stated in VERSIONS else "1.3.0"


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


@FORMATS.checks("partial-date")
def _is_partial_date(value: object) -> bool:
    """A day, or a part of one, that the calendar has; an unknown part is missing or 00."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
        return True  # the pattern says what else is wrong
    year, *rest = value.split("-")
    known = [part.replace("00", "01") for part in rest]
    return _is_date("-".join((year, *known, *["01"] * (2 - len(known)))))


@FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    """RFC 3339 `date-time`: with seconds and an offset; a leap second is one."""
    if not isinstance(value, str):
        return True
    match = _RFC3339.fullmatch(value)
    return match is not None and _is_date(match[1])


# The meta-schema does not know the additional type; jsonschema only needs the checker.
_TYPES: Final[TypeChecker] = Draft202012Validator.TYPE_CHECKER.redefine(
    "exact-integer", lambda _, value: type(value) is int
)
# Of nearly equal payloads nearly all values have been judged before: schemas, with what each allows.
_ALLOWED: Final[dict[tuple[int, type, object], Schema]] = {}


def _properties(
    validator: Any, properties: Schema, instance: object, _: Schema
) -> Iterator[ValidationError]:
    """The keyword as jsonschema has it, which asks once only whether a single value is allowed."""
    if not isinstance(instance, dict):
        return
    for name, schema in properties.items():
        if name not in instance:
            continue
        value = instance[name]
        single = None if isinstance(value, dict | list) else (id(schema), type(value), value)
        if single in _ALLOWED:
            continue
        found = list(validator.descend(value, schema, path=name, schema_path=name))
        yield from found
        if single is not None and not found:
            _ALLOWED[single] = schema  # kept, so that no other schema gets its id


_Validator: Final[Any] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"properties": _properties}, type_checker=_TYPES
)


def faults(schema: Schema, payload: object) -> list[tuple[str, str]]:
    """What jsonschema finds wrong: where, and what."""
    validator = _Validator(schema, format_checker=FORMATS)
    return [(error.json_path, error.message) for error in validator.iter_errors(payload)]


def errors(schema: Schema, payload: object) -> list[str]:
    """What jsonschema finds wrong, in lines."""
    return [f"{place}: {message}" for place, message in faults(schema, payload)]
