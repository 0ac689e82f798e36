"""The Swedish list: a JWS with keys by country, `dsc_trust_list {CC: {keys: [{kid, x5c}]}}`."""

from __future__ import annotations

from typing import Any, Final

from vaxpass.display import escape_for_display
from vaxpass.trust.formats import signed_json
from vaxpass.trust.formats.jwks import certificate_of
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, entry_object, kid_bytes

NAME: Final = "Swedish trust list"
_LIST: Final = "dsc_trust_list"


def matches(data: bytes) -> bool:
    """A JWS that has the list's name in its content."""
    return signed_json.mentions(data, _LIST)


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the list; a key that can't be read is skipped."""
    content, trusted_by = signed_json.verified(data, reading)
    countries = content.get(_LIST)
    if not isinstance(countries, dict):
        raise reading.refuse("failure.list.signed_other")
    made_at = signed_json.made_at(content, reading)

    def entry(item: tuple[str, Any]) -> list[TrustedKey]:
        country, jwk = item
        kid = kid_bytes(entry_object(jwk).get("kid"))
        certificate = certificate_of(jwk)
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, country=country, trusted_by=trusted_by)
        ]

    return collect(_named(countries), entry, reading.source, made_at)


def _named(countries: dict[str, Any]) -> list[tuple[str, tuple[str, Any]]]:
    named: list[tuple[str, tuple[str, Any]]] = []
    for country, content in countries.items():
        keys = content.get("keys") if isinstance(content, dict) else None
        if not isinstance(keys, list):
            keys = [None]  # skipped under the country's name
        named += [
            (escape_for_display(f"{country} {number}", 60), (country, jwk))
            for number, jwk in enumerate(keys, 1)
        ]
    return named
