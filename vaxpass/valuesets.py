"""Codes of a payload -> remarks and names (EU value sets, guideline 1.15). No code decides."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final

from vaxpass import cbor, valueset_codes
from vaxpass.codes import Remark
from vaxpass.findings import Warned
from vaxpass.messages import LANGUAGES
from vaxpass.valueset_codes import (
    COUNTRIES,
    DEVICES,
    DISEASES,
    HOLDERS,
    PRODUCTS,
    PROPHYLAXES,
    TEST_RESULTS,
    TEST_TYPES,
    ValueSet,
)

# The fields that hold a code, in the order of their remarks, each with its set.
_FIELDS: Final[dict[str, dict[str, str]]] = {
    "v": {"tg": DISEASES, "vp": PROPHYLAXES, "mp": PRODUCTS, "ma": HOLDERS, "co": COUNTRIES},
    "t": {"tg": DISEASES, "tt": TEST_TYPES, "ma": DEVICES, "tr": TEST_RESULTS, "co": COUNTRIES},
    "r": {"tg": DISEASES, "co": COUNTRIES},
}
# The same by the name that a caller gives: `v.ma`, and `mp` where every group means the same by it.
_SETS: Final = {
    **{key: name for fields in _FIELDS.values() for key, name in fields.items() if key != "ma"},
    **{f"{group}.{key}": name for group, fields in _FIELDS.items() for key, name in fields.items()},
}


class ValueSets:
    """Sets of codes by their official id, with names for people. Never changes; threads may share it.

    >>> BUILT_IN.codes("covid-19-lab-result")
    ('260373001', '260415000')
    >>> BUILT_IN.display("mp", "EU/1/20/1528"), BUILT_IN.display("co", "AT", "vi")
    ('Comirnaty', 'Áo')

    A newer set, as it is published, takes the place of a built-in one:

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
        # Nothing can be said about the codes of a set that is not there.
        self._checked: Final[dict[str, dict[str, Container[str]]]] = {
            group: {key: known[name] for key, name in fields.items() if name in known}
            for group, fields in _FIELDS.items()
        }

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sets that are here."""
        return tuple(self._sets)

    def codes(self, set_id: str) -> tuple[str, ...]:
        """The codes on the list of a set, active or not, as rules want them; none of an unknown set."""
        found = self._sets.get(set_id)
        return found.codes if found else ()

    def date(self, set_id: str) -> str:
        """The day of a set, `YYYY-MM-DD`; empty where its publisher states none."""
        found = self._sets.get(set_id)
        return found.date if found else ""

    def display(self, field: str, code: str, language: str = "en") -> str:
        """The name of a code, or the code itself where it is unknown.

        `field` is the schema's name, such as `mp`, with its group where that matters: `v.ma` is a
        holder and `t.ma` a device. What has no Vietnamese name is shown by its English one.

        >>> BUILT_IN.display("v.ma", "ORG-100031184"), BUILT_IN.display("mp", "NEW-1")
        ('Moderna Biotech Spain S.L.', 'NEW-1')
        """
        if field not in _SETS:
            raise ValueError(f"field must be one of {', '.join(_SETS)}, not {field!r}")
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
        name = _SETS[field]
        bare = code.strip()
        if language != "en" and (found := _built_in_names(language, name).get(bare)):
            return found
        here = self._sets.get(name)
        return (
            (here.names.get(bare) if here else None)
            or _built_in_names("en", name).get(bare)
            # As it is, so that nothing of an unknown code is hidden.
            or code
        )

    def check(self, payload: Mapping[str, cbor.Value], warnings: list[Warned]) -> None:
        """Report codes that are in no set, contradictions, and a detected infection.

        `payload` has passed `schema.check_reading`.
        """
        for group, fields in self._checked.items():
            entries = payload.get(group)
            if not isinstance(entries, list) or not entries:
                continue
            entry = entries[0]
            for key, codes in fields.items():
                value = entry.get(key)
                if value and value not in codes and value.strip() not in codes:
                    warnings.append(Warned(Remark.VALUESETS_UNKNOWN_CODE, f"$.{group}[0].{key}"))
            if group == "v" and self._contradictory(entry["mp"], entry["ma"]):
                warnings.append(Warned(Remark.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma"))
            elif group == "t" and entry["tr"].strip() == valueset_codes.DETECTED:
                warnings.append(Warned(Remark.VALUESETS_INFECTION_DETECTED, "$.t[0].tr"))

    @classmethod
    def from_json(cls, data: bytes) -> ValueSets:
        """Sets as they are published: one, an array of them, or an object of them by their id.

        Raises `ValueSetError` for anything else. What is not in `data` is not in the result either;
        `merged` brings it together with the built-in sets.
        """
        from vaxpass import valueset_json  # noqa: PLC0415 - most never read any

        return cls(valueset_json.read(data))

    def to_json(self) -> bytes:
        """The sets as one document with English names, which `from_json` reads back equally."""
        from vaxpass import valueset_json  # noqa: PLC0415 - the same

        return valueset_json.write([(each, _names_of(each)) for each in self._sets.values()])

    def merged(self, newer: ValueSets) -> ValueSets:
        """These sets, with those of `newer` in the place of sets of the same id.

        A code that is no longer on a list stays known, because older certificates hold it. Dates do
        not decide which set is the newer one: publishers change sets and leave the date as it was.
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
        registered = valueset_codes.REGISTERED.get(product.strip(), "")
        stated = holder.strip()
        return bool(registered) and stated in self._holders and stated != registered


def _built_in_names(language: str, set_id: str) -> Mapping[str, str]:
    from vaxpass.valueset_names import names  # noqa: PLC0415 - a verification needs no names

    return names(language).get(set_id, {})


def _names_of(each: ValueSet) -> dict[str, str]:
    """Code -> English name of a set, where there is one."""
    return {**_built_in_names("en", each.id), **each.names}


def _succeeded(early: ValueSet, late: ValueSet) -> ValueSet:
    """`late`, which still knows the codes that only `early` has."""
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


BUILT_IN: Final = ValueSets(valueset_codes.SETS)
