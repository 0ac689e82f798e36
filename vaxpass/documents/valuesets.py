"""The EU value sets (guideline 1.15): the codes of a certificate, and their names.

An unknown code makes a note and never decides. The codes are in `valueset_codes`. The names are in
`proper_names` and in `vaxpass.messages`, because a verification does not need them. `valueset_json`
reads sets that were published later.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final

from vaxpass import messages
from vaxpass.codes import NoteCode
from vaxpass.documents.valueset_codes import (
    COUNTRIES,
    DEVICES,
    DISEASES,
    HOLDERS,
    PRODUCTS,
    PROPHYLAXES,
    REGISTERED,
    SETS,
    TEST_RESULTS,
    TEST_TYPES,
    ValueSet,
)
from vaxpass.encoding import cbor
from vaxpass.errors import ArgumentError
from vaxpass.findings import Note

__all__ = ["BUILT_IN", "ValueSet", "ValueSets"]

# The fields that have a code, in the order of their notes, each with its set.
_FIELDS: Final[dict[str, dict[str, str]]] = {
    "v": {"tg": DISEASES, "vp": PROPHYLAXES, "mp": PRODUCTS, "ma": HOLDERS, "co": COUNTRIES},
    "t": {"tg": DISEASES, "tt": TEST_TYPES, "ma": DEVICES, "tr": TEST_RESULTS, "co": COUNTRIES},
    "r": {"tg": DISEASES, "co": COUNTRIES},
}
# The same by the name in `display`: `v.ma`, and `mp` where it is the same in every group.
_SETS: Final = {
    **{key: name for fields in _FIELDS.values() for key, name in fields.items() if key != "ma"},
    **{f"{group}.{key}": name for group, fields in _FIELDS.items() for key, name in fields.items()},
}


class ValueSets:
    """Value sets by their official id, with names for people. It never changes; threads may share it.

    >>> BUILT_IN.codes("covid-19-lab-result")
    ('260373001', '260415000')
    >>> BUILT_IN.display("mp", "EU/1/20/1528"), BUILT_IN.display("co", "AT", "vi")
    ('Comirnaty', 'Áo')

    A published newer set replaces a built-in one:

    >>> newer = ValueSets.from_json(
    ...     b'{"valueSetId": "vaccines-covid-19-names", "valueSetDate": "2026-01-01",'
    ...     b' "valueSetValues": {"EU/1/26/1": {"display": "Novum", "lang": "en", "active": true}}}'
    ... )
    >>> BUILT_IN.merged(newer).display("mp", "EU/1/26/1")
    'Novum'
    """

    __slots__ = ("_checked", "_holders", "_sets")

    def __init__(self, sets: Iterable[ValueSet]) -> None:
        self._sets: Final = {each.id: each for each in sets}
        known = {each.id: frozenset((*each.codes, *each.former)) for each in self._sets.values()}
        self._holders: Final = known.get(HOLDERS, frozenset())
        # The codes of a set that is not there are not checked.
        self._checked: Final[dict[str, dict[str, Container[str]]]] = {
            group: {key: known[name] for key, name in fields.items() if name in known}
            for group, fields in _FIELDS.items()
        }

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sets."""
        return tuple(self._sets)

    def codes(self, set_id: str) -> tuple[str, ...]:
        """The codes on the list of a set, active or not; empty where the set is unknown."""
        found = self._sets.get(set_id)
        return found.codes if found else ()

    def date(self, set_id: str) -> str:
        """The date of a set, YYYY-MM-DD; empty where it states none or is unknown."""
        found = self._sets.get(set_id)
        return found.date if found else ""

    def display(self, field: str, code: str, language: str = "en") -> str:
        """The name of a code, or the code itself where it is unknown.

        `field` is the name of the schema, such as `mp`; `v.ma` is a manufacturer of vaccines and `t.ma`
        a rapid test. The name is in English where `language` has none. Raises `ArgumentError` where
        there is no such field, and `ValueError` where there is no such language.

        >>> BUILT_IN.display("v.ma", "ORG-100031184"), BUILT_IN.display("mp", "NEW-1")
        ('Moderna Biotech Spain S.L.', 'NEW-1')
        """
        if field not in _SETS:
            raise ArgumentError(f"field must be one of {', '.join(_SETS)}, not {field!r}")
        name = _SETS[field]
        bare = code.strip()
        if language != "en" and (found := _translated(name, bare, language)):
            return found
        here = self._sets.get(name)
        return (
            (here.names.get(bare) if here else None)
            or _built_in_name(name, bare)
            or code  # not stripped, so that an unknown code is shown as it is
        )

    def check(self, payload: Mapping[str, cbor.Value], notes: list[Note]) -> None:
        """Add notes about unknown codes and contradictions.

        `payload` is an EU DCC in which `schema.check_reading` found no problem.
        """
        for group, fields in self._checked.items():
            entries = payload.get(group)
            if not isinstance(entries, list) or not entries:
                continue
            entry = entries[0]
            for key, codes in fields.items():
                value = entry.get(key)
                if value and value not in codes and value.strip() not in codes:
                    notes.append(Note(NoteCode.VALUESETS_UNKNOWN_CODE, f"$.{group}[0].{key}"))
            if group == "v" and self._contradictory(entry["mp"], entry["ma"]):
                notes.append(Note(NoteCode.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma"))

    @classmethod
    def from_json(cls, data: bytes) -> ValueSets:
        """Read published sets: one, an array of them, or an object of them by their id.

        The result has only the sets of `data`; `merged` adds them to others. Raises `ValueSetError`
        where `data` is anything else.
        """
        from vaxpass.documents import valueset_json  # noqa: PLC0415 - a verification reads none

        return cls(valueset_json.read(data))

    def to_json(self) -> bytes:
        """The sets as one JSON file with English names; `from_json` reads the same sets from it."""
        from vaxpass.documents import valueset_json  # noqa: PLC0415

        return valueset_json.write([(each, _names_of(each)) for each in self._sets.values()])

    def merged(self, newer: ValueSets) -> ValueSets:
        """These sets, and those of `newer`, which replace sets of the same id.

        A code that is no longer on a list stays known, because older certificates have it. The dates do
        not decide which set is newer: publishers change sets without changing the date.
        """
        sets = dict(self._sets)
        for name, late in newer._sets.items():
            early = sets.get(name)
            sets[name] = _succeeded(early, late) if early else late
        return ValueSets(sets.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ValueSets):
            return NotImplemented
        return self is other or self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.ids)

    def __repr__(self) -> str:
        return f"ValueSets({', '.join(self._sets)})"

    def _contradictory(self, product: str, holder: str) -> bool:
        registered = REGISTERED.get(product.strip(), "")
        stated = holder.strip()
        return bool(registered) and stated in self._holders and stated != registered


def _translated(set_id: str, code: str, language: str) -> str | None:
    """The name of a code in the catalogue of `language`, which has no proper names."""
    key = f"country.{code}" if set_id == COUNTRIES else f"valueset.{set_id}.{code}"
    return messages.find(key, language)


def _built_in_name(set_id: str, code: str) -> str | None:
    """The English name of a code; None where it has none."""
    from vaxpass.documents.proper_names import NAMES  # noqa: PLC0415 - a verification needs no names

    return NAMES.get(set_id, {}).get(code) or _translated(set_id, code, "en")


def _names_of(each: ValueSet) -> dict[str, str]:
    """The English names of a set by code; a code without a name is left out."""
    built_in = ((code, _built_in_name(each.id, code)) for code in (*each.codes, *each.former))
    return {**{code: name for code, name in built_in if name}, **each.names}


def _succeeded(early: ValueSet, late: ValueSet) -> ValueSet:
    """`late`, with the codes that only `early` has as former codes."""
    listed = {*late.codes, *late.former}
    gone = tuple(code for code in (*early.codes, *early.former) if code not in listed)
    return ValueSet(
        late.id,
        late.codes,
        late.date,
        late.inactive | early.inactive.intersection(gone),
        (*late.former, *gone),
        {**early.names, **late.names},
    )


BUILT_IN: Final = ValueSets(SETS)
"""The value sets that come with the library."""
