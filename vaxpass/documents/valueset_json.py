"""Value sets in the form in which the EU publishes them, read and written.

A published set is a JSON object:

    {"valueSetId": "...", "valueSetDate": "YYYY-MM-DD",
     "valueSetValues": {code: {"display": "...", "lang": "en", "active": true, ...}, ...}}

A file has one of them, an array of them, or an object of them by their id. A set that vaxpass writes
may also have `formerValues`, of the same form: codes that were in the set at another time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from vaxpass.display import escape_for_display
from vaxpass.documents.valueset_codes import ValueSet
from vaxpass.encoding import strict_json
from vaxpass.errors import ValueSetError

# The published sets together have about 700 entries and 150 kB.
_LARGEST: Final = 4 << 20
_MOST_VALUES: Final = 500_000
_MOST_SETS: Final = 64
_ENTRIES: Final = 10_000
_LONGEST_CODE: Final = 100
_LONGEST_NAME: Final = 500
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(data: bytes) -> list[ValueSet]:
    """The sets of a JSON file; raises `ValueSetError` where they are not well formed.

    >>> disease = b'{"valueSetId": "d", "valueSetDate": "2021-04-27", "valueSetValues": {"8": {}}}'
    >>> read(disease)[0].codes
    ('8',)
    """
    if len(data) > _LARGEST:
        raise ValueSetError("failure.value_sets.too_large", bytes=len(data), most=_LARGEST)
    try:
        document = strict_json.read(data, most=_MOST_VALUES)
    except ValueError as error:
        raise ValueSetError("failure.value_sets.unreadable", detail=error) from None
    found = [_read_set(each) for each in _objects(document)]
    if len({each.id for each in found}) < len(found):
        raise ValueSetError("failure.value_sets.twice")
    return found


def write(sets: list[tuple[ValueSet, Mapping[str, str]]]) -> bytes:
    """A JSON file of sets, each with the names of its codes; `read` returns the same sets."""
    document = []
    for each, names in sets:
        written: dict[str, object] = {
            "valueSetId": each.id,
            "valueSetDate": each.date,
            "valueSetValues": _entries(each, each.codes, names),
        }
        if each.former:
            written["formerValues"] = _entries(each, each.former, names)
        document.append(written)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(
    of: ValueSet, codes: tuple[str, ...], names: Mapping[str, str]
) -> dict[str, dict[str, object]]:
    return {
        code: {"display": names.get(code, code), "lang": "en", "active": code not in of.inactive}
        for code in codes
    }


def _objects(document: object) -> Iterator[dict[str, object]]:
    """The objects of a file that should be sets."""
    if isinstance(document, dict) and "valueSetId" in document:
        document = [document]
    elif isinstance(document, dict):
        for name, each in document.items():
            if not isinstance(each, dict) or each.get("valueSetId") != name:
                raise ValueSetError("failure.value_sets.id")
        document = list(document.values())
    if not isinstance(document, list) or not 0 < len(document) <= _MOST_SETS:
        raise ValueSetError("failure.value_sets.form", most=_MOST_SETS)
    for each in document:
        if not isinstance(each, dict):
            raise ValueSetError("failure.value_sets.not_object")
        yield each


def _read_set(given: dict[str, object]) -> ValueSet:
    name = _text(given.get("valueSetId"), _LONGEST_CODE, "the id of a value set")
    date = given.get("valueSetDate", "")
    if not isinstance(date, str) or (date and not _DATE.fullmatch(date)):
        raise ValueSetError("failure.value_sets.date", name=name)
    names: dict[str, str] = {}
    inactive: set[str] = set()
    codes = _read_entries(given.get("valueSetValues"), name, names, inactive)
    if not codes:
        raise ValueSetError("failure.value_sets.empty", name=name)
    former = _read_entries(given.get("formerValues", {}), name, names, inactive)
    if not set(codes).isdisjoint(former):
        raise ValueSetError("failure.value_sets.former", name=name)
    return ValueSet(name, codes, date, frozenset(inactive), former, names)


def _read_entries(given: object, of: str, names: dict[str, str], inactive: set[str]) -> tuple[str, ...]:
    """The codes of a set; adds to `names` their names and to `inactive` the inactive ones."""
    if not isinstance(given, dict) or len(given) > _ENTRIES:
        raise ValueSetError("failure.value_sets.values", name=of, most=_ENTRIES)
    for code, entry in given.items():
        _text(code, _LONGEST_CODE, f"a code of the value set {of}")
        if not isinstance(entry, dict):
            raise ValueSetError("failure.value_sets.entry", name=of)
        if "display" in entry:
            names[code] = _text(entry["display"], _LONGEST_NAME, f"a name of the value set {of}")
        active = entry.get("active", True)
        if not isinstance(active, bool):
            raise ValueSetError("failure.value_sets.active", name=of)
        if not active:
            inactive.add(code)
    return tuple(given)


def _text(given: object, longest: int, what: str) -> str:
    """`given`, if it is a text that is safe to show."""
    if not isinstance(given, str) or not 0 < len(given) <= longest:
        raise ValueSetError("failure.value_sets.text", what=what, longest=longest)
    if given != given.strip() or escape_for_display(given, longest) != given:
        raise ValueSetError("failure.value_sets.letters", what=what)
    return given
