"""The certificate as rules see it, and the context of their logic (EU DCC business rules 1.3).

The context has `payload`, the certificate, and `external`: the clock, the value sets, countries,
claims.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from vaxpass.certlogic import Json
from vaxpass.codes import Kind
from vaxpass.display import without_content
from vaxpass.documents.family import Unverified
from vaxpass.encoding import cbor, strict_base64
from vaxpass.rules.model import ICVP_TYPE

CLOCK: Final = "external.validationClock"
"""The path of the clock in the context."""
_CLAIMS: Final = ("external.iat", "external.exp", "external.kid")
_WHOLE: Final = ("", "external")
"""Paths that include the claims."""
_TYPES: Final = {"v": "Vaccination", "t": "Test", "r": "Recovery"}
# Made once for every combination of the three groups: frozen sets are slow to make.
_FITTING: Final = {
    there: frozenset(name for name, is_there in zip(_TYPES.values(), there, strict=True) if is_there)
    for there in itertools.product((False, True), repeat=3)
}
_OTHERS: Final = {Kind.ICVP: frozenset((ICVP_TYPE,))}
"""The certificate types of rules for the kinds of other families than the EU DCC"""
_NO_VERSION: Final = (1, 0, 0)
"""Stands for the version of the schema in families whose rules do not ask for one"""
_SECONDS, _MILLISECONDS = len("YYYY-MM-DDThh:mm:ss"), len("YYYY-MM-DDThh:mm:ss.mmm")
_COUNTRY: Final = re.compile("[A-Z]{2}")
_VERSION: Final = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")


class Subject(NamedTuple):
    """A certificate as rules see it. It need not be verified.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> from vaxpass.rules import Subject
    >>> subject = Subject.of(decode(Path("examples/passports/vaccination-es256.txt").read_text()))
    >>> subject.issuer, sorted(subject.types), subject.version
    ('VN', ['Vaccination'], (1, 3, 0))
    """

    payload: dict[str, Json]
    """The payload as JSON, without nulls and without spaces around its texts."""
    kid: bytes
    issued_at: float
    """Seconds since 1970, UTC."""
    expires_at: float
    """Seconds since 1970, UTC."""
    issuer: str
    """The country of the issuer (ISO 3166-1 alpha-2); empty where it is not stated."""
    types: frozenset[str]
    """The certificate types of rules that fit it, without `General`."""
    version: tuple[int, int, int] | None
    """The version of the EU DCC schema; None where it is not stated."""

    def __repr__(self) -> str:
        return without_content(self)

    @classmethod
    def of(cls, unverified: Unverified) -> Subject:
        """The subject of what `decode` returned. Never raises."""
        payload = _plain_object(unverified.for_rules() or {})
        claims = unverified.claims
        kind = unverified.kind
        types = None if kind is None else _OTHERS.get(kind)
        return cls(
            payload,
            unverified.message.kid or b"",
            claims.iat or 0,
            claims.exp or 0,
            _issuer(claims.iss, payload),
            types or _FITTING[bool(payload.get("v")), bool(payload.get("t")), bool(payload.get("r"))],
            _version(payload.get("ver")) if types is None else _NO_VERSION,
        )

    def context(
        self,
        at: datetime,
        country: str,
        region: str,
        value_sets: Mapping[str, list[str]],
        *,
        claims: bool = True,
    ) -> dict[str, Json]:
        """The context in which rules are evaluated, for entry into a country at the time `at` (aware).

        `value_sets` has the codes by the id of their set. Without `claims` the context lacks what few
        rules use: the times of issue and expiry, and the kid.
        """
        external: dict[str, Json] = {
            "validationClock": moment_text(at),
            "valueSets": value_sets,  # type: ignore[dict-item] # lists of text, never changed
            "countryCode": country,
            "issuerCountryCode": self.issuer,
            "region": region,
        }
        if claims:
            external["iat"] = moment_text(datetime.fromtimestamp(int(self.issued_at), UTC))
            external["exp"] = moment_text(datetime.fromtimestamp(int(self.expires_at), UTC))
            external["kid"] = strict_base64.encode(self.kid)
        return {"payload": self.payload, "external": external}


def asks_for_claims(logic: Json) -> bool:
    """Whether an expression may read what `Subject.context` lacks without `claims`.

    >>> asks_for_claims({"var": "external.exp"}), asks_for_claims({"var": "external.validationClock"})
    (True, False)
    """
    return any(text in _WHOLE or text.startswith(_CLAIMS) for text in _texts(logic))


def asks_for(logic: Json, field: str) -> bool:
    """Whether an expression names a field of an entry, such as `tr`.

    >>> asks_for({"===": [{"var": "payload.t.0.tr"}, "260415000"]}, "tr")
    True
    """
    return any(text.rpartition(".")[2] == field for text in _texts(logic))


def _texts(logic: Json) -> Iterator[str]:
    """Every text in an expression that is not the name of an operation."""
    waiting = [logic]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def moment_text(moment: datetime) -> str:
    """An aware time as text for rules: in UTC, cut to milliseconds.

    >>> moment_text(datetime(2021, 6, 1, 12, tzinfo=UTC))
    '2021-06-01T12:00:00Z'
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    # The reference implementation counts milliseconds.
    return moment.isoformat()[: _MILLISECONDS if moment.microsecond else _SECONDS] + "Z"


def _plain_object(value: Mapping[Any, cbor.Value]) -> dict[str, Json]:
    # Most values are texts: they are not worth a call each.
    return {
        (key if isinstance(key, str) else str(key)): plain
        for key, item in value.items()
        if (plain := item.strip() if isinstance(item, str) else _plain(item)) is not None
    }


def _plain(value: cbor.Value) -> Json:
    """A decoded value as JSON. Nulls and values that JSON does not have are left out."""
    if isinstance(value, dict):
        return _plain_object(value)
    if isinstance(value, list | tuple):
        return [plain for item in value if (plain := _plain(item)) is not None]
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.strip() if isinstance(value, str) else None


def _issuer(iss: str | None, payload: Mapping[str, Json]) -> str:
    """The issuer's country: the claim `iss` where it is a country's code, else `co` of the entry."""
    if iss is not None and _COUNTRY.fullmatch(iss):
        return iss
    for group in _TYPES:
        entries = payload.get(group)
        entry = entries[0] if isinstance(entries, list) and entries else None
        country = entry.get("co") if isinstance(entry, dict) else None
        if isinstance(country, str) and _COUNTRY.fullmatch(country):
            return country
    return ""


def _version(text: Json) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
