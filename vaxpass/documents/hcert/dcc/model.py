"""Payload <-> typed certificate: the EU DCC (schema 1.0.0 to 1.3.3).

Reading is lenient: a value of the wrong type becomes None and stays visible in the payload. What the
schema does not know is kept in `extra` and written again. `vaxpass.documents.hcert.dcc.schema` says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from vaxpass.codes import Kind
from vaxpass.encoding import cbor

Extra: TypeAlias = Mapping[str, cbor.Value]


@dataclass(frozen=True, slots=True)
class Person:
    """The holder's name, in letters as written and as in a passport's machine-readable zone."""

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
        """The value of `nam` as it is encoded; absent values are left out."""
        return _write(self, _PERSON)


@dataclass(frozen=True, slots=True)
class Vaccination:
    """One dose (`v`). Codes are those of the value sets; dates are text as in the certificate."""

    disease: str | None
    """`tg`"""
    prophylaxis: str | None
    """`vp`: the kind of vaccine"""
    product: str | None
    """`mp`"""
    manufacturer: str | None
    """`ma`: marketing authorisation holder or manufacturer"""
    dose: int | None
    """`dn`: which dose this was"""
    doses: int | None
    """`sd`: how many the series has"""
    date: str | None
    """`dt`: YYYY-MM-DD"""
    country: str | None
    """`co`: ISO 3166-1 alpha-2"""
    issuer: str | None
    """`is`"""
    uvci: str | None
    """`ci`: the certificate's number"""
    extra: Extra = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TestEntry:
    """One test (`t`)."""

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
    """`tc`: where it was taken"""
    name: str | None = None
    """`nm`: name of a laboratory test"""
    device: str | None = None
    """`ma`: code of a rapid test"""
    extra: Extra = field(default_factory=dict, hash=False)

    __test__ = False  # for pytest, which takes every class whose name begins with Test for its own


@dataclass(frozen=True, slots=True)
class Recovery:
    """One recovery (`r`)."""

    disease: str | None
    """`tg`"""
    first_positive: str | None
    """`fr`: date of the first positive test"""
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


@dataclass(frozen=True, slots=True)
class Certificate:
    """An EU Digital COVID Certificate.

    A valid one has exactly one entry; a reader may meet others, which `vaxpass.documents.hcert.dcc.schema` refuses.

    >>> person = Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY")
    >>> dates = ("2021-05-01", "2021-05-12", "2021-10-28")
    >>> recovery = Recovery("840539006", *dates, "VN", "MoH", "URN:UVCI:01:VN:1#1")
    >>> Certificate(person, "1990-05-06", (recovery,)).to_payload()["dob"]
    '1990-05-06'
    """

    person: Person
    date_of_birth: str | None
    """`dob`: YYYY-MM-DD, YYYY-MM, YYYY or empty"""
    entries: tuple[Entry, ...]
    version: str | None = "1.3.0"
    """`ver`: of the schema"""
    extra: Extra = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> Kind | None:
        """The kind of the entries, None where there are none or several kinds."""
        kinds = {_KINDS[type(entry)] for entry in self.entries}
        return kinds.pop() if len(kinds) == 1 else None

    @classmethod
    def from_payload(cls, payload: Mapping[str, cbor.Value]) -> Certificate:
        """Read leniently; never raises, whatever the payload holds."""
        entries: list[Entry] = []
        for group, (kind, fields) in _GROUPS.items():
            found = payload.get(group)
            for item in found if isinstance(found, list) else ():
                if isinstance(item, Mapping):
                    entries.append(kind(**_read(item, fields)))
        name = payload.get("nam")
        person = Person(**_read(name if isinstance(name, Mapping) else {}, _PERSON))
        return cls(
            person,
            _text(payload.get("dob")),
            tuple(entries),
            _text(payload.get("ver")),
            {str(key): value for key, value in payload.items() if key not in _TOP},
        )

    def to_payload(self) -> dict[str, cbor.Value]:
        """The payload as it is encoded; absent values are left out."""
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
    known = fields.values()
    values["extra"] = {str(key): value for key, value in item.items() if key not in known}
    return values


def _write(item: Person | Entry, fields: Mapping[str, str]) -> dict[str, cbor.Value]:
    values = {key: getattr(item, name) for name, key in fields.items()}
    return {key: value for key, value in (values | dict(item.extra)).items() if value is not None}
