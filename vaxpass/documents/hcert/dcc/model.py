"""The EU DCC as typed values (EU DCC schema 1.0.0 to 1.3.3), from and to the payload.

Reading is lenient and loses nothing. A value of the wrong type becomes None. Such values, and fields
that the schema does not have, are kept in `extra` and written again. `schema` beside this module says
what is wrong with a payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from vaxpass.codes import Kind
from vaxpass.display import without_content
from vaxpass.encoding import cbor
from vaxpass.errors import ArgumentError

Extra: TypeAlias = Mapping[str, cbor.Value]
"""Fields that the schema does not have, and values of the wrong type, by their keys and as decoded."""


@dataclass(frozen=True, slots=True)
class Person:
    """The holder's name, as written and as in the machine-readable zone of a passport.

    >>> Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY").to_payload()
    {'fn': 'Nguyễn', 'fnt': 'NGUYEN', 'gn': 'Bảo Duy', 'gnt': 'BAO<DUY'}
    """

    __repr__ = without_content

    family_name: str | None = None
    """`fn`"""
    family_name_icao: str | None = None
    """`fnt`: A to Z and `<` only (ICAO 9303-3)"""
    given_name: str | None = None
    """`gn`"""
    given_name_icao: str | None = None
    """`gnt`"""
    extra: Extra = field(default_factory=dict, hash=False)

    def to_payload(self) -> dict[str, cbor.Value]:
        """The value of `nam` in the payload; absent values are left out."""
        return _write(self, _PERSON)


@dataclass(frozen=True, slots=True)
class Vaccination:
    """One dose (`v`). Codes are those of the value sets (`vaxpass.documents.ValueSets`).

    >>> from vaxpass import Vaccination
    >>> dose = Vaccination(
    ...     disease="840539006", prophylaxis="1119349007", product="EU/1/20/1528",
    ...     manufacturer="ORG-100030215", dose=2, doses=2, date="2021-11-12", country="VN",
    ...     issuer="Ministry of Health", uvci="URN:UVCI:01:VN:1#1",
    ... )
    >>> dose.dose, dose.date
    (2, '2021-11-12')
    """

    __repr__ = without_content

    disease: str | None
    """`tg`"""
    prophylaxis: str | None
    """`vp`: the kind of vaccine"""
    product: str | None
    """`mp`"""
    manufacturer: str | None
    """`ma`: marketing authorisation holder or manufacturer"""
    dose: int | None
    """`dn`: the number of this dose"""
    doses: int | None
    """`sd`: the number of doses in the series"""
    date: str | None
    """`dt`: YYYY-MM-DD"""
    country: str | None
    """`co`: ISO 3166-1 alpha-2"""
    issuer: str | None
    """`is`"""
    uvci: str | None
    """`ci`: the identifier of the certificate"""
    extra: Extra = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TestEntry:
    """One test (`t`).

    >>> from vaxpass import TestEntry
    >>> test = TestEntry(
    ...     disease="840539006", type="LP6464-4", sampled_at="2021-11-12T08:00:00Z", result="260415000",
    ...     country="VN", issuer="Ministry of Health", uvci="URN:UVCI:01:VN:1#1",
    ... )
    >>> test.device is None
    True
    """

    __repr__ = without_content

    disease: str | None
    """`tg`"""
    type: str | None
    """`tt`"""
    sampled_at: str | None
    """`sc`: RFC 3339 time with offset"""
    result: str | None
    """`tr`"""
    country: str | None
    """`co`"""
    issuer: str | None
    """`is`"""
    uvci: str | None
    """`ci`"""
    centre: str | None = None
    """`tc`: the testing centre"""
    name: str | None = None
    """`nm`: the name of a laboratory test"""
    device: str | None = None
    """`ma`: the code of a rapid test"""
    extra: Extra = field(default_factory=dict, hash=False)

    __test__ = False  # pytest collects classes whose name begins with Test


@dataclass(frozen=True, slots=True)
class Recovery:
    """One recovery (`r`). Dates are YYYY-MM-DD.

    >>> from vaxpass import Recovery
    >>> recovery = Recovery(
    ...     disease="840539006", first_positive="2021-05-01", valid_from="2021-05-12",
    ...     valid_until="2021-10-28", country="VN", issuer="Ministry of Health",
    ...     uvci="URN:UVCI:01:VN:1#1",
    ... )
    >>> recovery.valid_until
    '2021-10-28'
    """

    __repr__ = without_content

    disease: str | None
    """`tg`"""
    first_positive: str | None
    """`fr`: the date of the first positive test"""
    valid_from: str | None
    """`df`"""
    valid_until: str | None
    """`du`"""
    country: str | None
    """`co`"""
    issuer: str | None
    """`is`"""
    uvci: str | None
    """`ci`"""
    extra: Extra = field(default_factory=dict, hash=False)


Entry: TypeAlias = Vaccination | TestEntry | Recovery
"""What a certificate has one of."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """An EU Digital COVID Certificate.

    A valid certificate has exactly one entry; the schema refuses others. Text and dates are as in the
    payload.

    >>> person = Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY")
    >>> dates = ("2021-05-01", "2021-05-12", "2021-10-28")
    >>> recovery = Recovery("840539006", *dates, "VN", "MoH", "URN:UVCI:01:VN:1#1")
    >>> Certificate(person, "1990-05-06", (recovery,)).to_payload()["dob"]
    '1990-05-06'
    """

    __repr__ = without_content

    person: Person
    date_of_birth: str | None
    """`dob`: YYYY-MM-DD, YYYY-MM, YYYY or empty"""
    entries: tuple[Entry, ...]
    version: str | None = "1.3.0"
    """`ver`: of the schema"""
    extra: Extra = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> Kind | None:
        """The kind of the entries; None where there are none, or several kinds."""
        kinds = {_KINDS[type(entry)] for entry in self.entries}
        return kinds.pop() if len(kinds) == 1 else None

    @classmethod
    def from_payload(cls, payload: Mapping[str, cbor.Value]) -> Certificate:
        """Read a payload leniently: whatever the map holds. Raises `ArgumentError` for no map.

        >>> Certificate.from_payload({"nam": {"fn": "Nguyễn"}, "dob": 1990}).date_of_birth is None
        True
        """
        if not isinstance(payload, Mapping):
            raise ArgumentError(f"a payload must be a map, not {type(payload).__name__}")
        entries: list[Entry] = []
        extra = {str(key): value for key, value in payload.items() if key not in _TOP}
        for group, (kind, fields) in _GROUPS.items():
            found = payload.get(group)
            items = found if isinstance(found, list) else []
            entries += [kind(**_read(item, fields)) for item in items if isinstance(item, Mapping)]
            if found is not None and not (items and all(isinstance(item, Mapping) for item in items)):
                extra[group] = found
        name = payload.get("nam")
        person = Person(**_read(name if isinstance(name, Mapping) else {}, _PERSON))
        if not isinstance(name, Mapping):
            extra["nam"] = name
        for key in ("dob", "ver"):
            if not isinstance(payload.get(key), str):
                extra[key] = payload.get(key)
        extra = {key: value for key, value in extra.items() if key not in _TOP or value is not None}
        return cls(person, _text(payload.get("dob")), tuple(entries), _text(payload.get("ver")), extra)

    def to_payload(self) -> dict[str, cbor.Value]:
        """The payload of the certificate; absent values are left out."""
        payload: dict[str, cbor.Value] = {
            "ver": self.version,
            "nam": self.person.to_payload(),
            "dob": self.date_of_birth,
        }
        for group, (kind, fields) in _GROUPS.items():
            found = [_write(entry, fields) for entry in self.entries if type(entry) is kind]
            if found:
                payload[group] = found
        payload |= self.extra
        return {key: value for key, value in payload.items() if value is not None}


_TOP: Final = frozenset(("ver", "nam", "dob", "v", "t", "r"))
# Attribute of the model -> field of the schema.
_PERSON: Final = {
    "family_name": "fn",
    "family_name_icao": "fnt",
    "given_name": "gn",
    "given_name_icao": "gnt",
}
_VACCINATION: Final = {
    "disease": "tg",
    "prophylaxis": "vp",
    "product": "mp",
    "manufacturer": "ma",
    "dose": "dn",
    "doses": "sd",
    "date": "dt",
    "country": "co",
    "issuer": "is",
    "uvci": "ci",
}
_TEST: Final = {
    "disease": "tg",
    "type": "tt",
    "name": "nm",
    "device": "ma",
    "sampled_at": "sc",
    "result": "tr",
    "centre": "tc",
    "country": "co",
    "issuer": "is",
    "uvci": "ci",
}
_RECOVERY: Final = {
    "disease": "tg",
    "first_positive": "fr",
    "country": "co",
    "issuer": "is",
    "valid_from": "df",
    "valid_until": "du",
    "uvci": "ci",
}
_NUMBERS: Final = frozenset(("dn", "sd"))
_GROUPS: Final[dict[str, tuple[type[Entry], dict[str, str]]]] = {
    "v": (Vaccination, _VACCINATION),
    "t": (TestEntry, _TEST),
    "r": (Recovery, _RECOVERY),
}
_KINDS: Final[dict[type[Entry], Kind]] = {
    Vaccination: Kind.VACCINATION,
    TestEntry: Kind.TEST,
    Recovery: Kind.RECOVERY,
}


def _text(value: cbor.Value) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: cbor.Value) -> int | None:
    if type(value) is float and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def _read(item: Mapping[str, cbor.Value], fields: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: (_number if key in _NUMBERS else _text)(item.get(key)) for name, key in fields.items()
    }
    read = {key for name, key in fields.items() if values[name] is not None}
    values["extra"] = {
        str(key): value
        for key, value in item.items()
        if key not in read and (value is not None or key not in fields.values())
    }
    return values


def _write(item: Person | Entry, fields: Mapping[str, str]) -> dict[str, cbor.Value]:
    values = {key: getattr(item, name) for name, key in fields.items()}
    return {key: value for key, value in (values | dict(item.extra)).items() if value is not None}
