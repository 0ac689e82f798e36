"""Issuers of SMART Health Cards: the VCI directory's snapshot, and lists of revoked cards.

A snapshot is `{"directory", "time", "issuerInfo": [{"issuer": {"iss", "name"}, "keys": [JWK], "crls",
"lastRetrieved"}]}`. Its signature is a file of its own beside it: ECDSA with SHA-512 by a key on P-521,
in DER. Without `directory` and `time` it is a list that somebody wrote, such as of one issuer and the
keys that it publishes. A kid is the thumbprint of its key (RFC 7638), or the key is not used.

A list of revoked cards (HL7 SMART Health Cards and Links, STU 1, "Revocation") is `{"kid", "method":
"rid", "ctr", "rids"}`, in a snapshot or by itself. `rids` are identifiers; with `.` and a time, only
cards issued before it are revoked.

What kind of body an issuer is stands in a further file of the directory, its metadata: `canonical_iss`,
`issuer_type` and `locations`. It is not signed, and only says how an issuer is described.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vaxpass.codes import IssuerType, Kind
from vaxpass.crypto import der
from vaxpass.crypto.certificate import SignerKey, key_of
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import fingerprint, from_jwk, to_jwk
from vaxpass.crypto.signature import verify_es512_der
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.trust.model import SHC, ListedIssuer, RevokedCards, SkippedEntry, TrustedKey, TrustList
from vaxpass.trust.reading import MOST_VALUES, Reading, collect, entry_object, json_object, time_in_utc

NAME: Final = "issuers of SMART Health Cards (VCI)"

_CLOCKS: Final = timedelta(minutes=5)
_LARGEST_SIGNATURE: Final = 160
_LARGEST_METADATA: Final = 8 * 1024 * 1024
_LONGEST_URL: Final = 500
_LONGEST_NAME: Final = 200
_THUMBPRINT: Final = 32
_MOST_SKIPPED: Final = 20
"""Identifiers of one list that are named as unusable, at most"""
_RID: Final = re.compile(r"([A-Za-z0-9_-]{1,24})(?:\.([0-9]{1,12}))?")
_KINDS: Final = frozenset((Kind.HEALTH_CARD,))
_TYPES: Final = {
    "health_system": IssuerType.HEALTH_SYSTEM,
    "pharmacy": IssuerType.PHARMACY,
    "laboratory": IssuerType.LABORATORY,
}


def matches(data: bytes) -> bool:
    """By the name of the member that holds the issuers, or of the one that holds revoked cards."""
    if data[:256].lstrip()[:1] != b"{":
        return False
    return b'"issuerInfo"' in data or (b'"rids"' in data and b'"method"' in data)


def is_signature(data: bytes) -> bool:
    """Whether the bytes are an ECDSA signature in DER by themselves, as lies beside a snapshot.

    >>> is_signature(bytes.fromhex("3006020101020102")), is_signature(b"a letter")
    (True, False)
    """
    if not 8 <= len(data) <= _LARGEST_SIGNATURE:
        return False
    try:
        ((_, body),) = der.elements(data)
        numbers = [content for _, content in der.elements(body)]
    except ValueError:
        return False
    # Tags and lengths are those of DER only where it is written in the same way again.
    again = der.encode(0x30, b"".join(der.encode(2, number) for number in numbers))
    return len(numbers) == 2 and all(0 < len(number) < 128 for number in numbers) and again == data


def is_metadata(data: bytes) -> bool:
    """Whether the bytes are the metadata of the directory.

    >>> is_metadata(b'[{"canonical_iss": "https://example.org", "issuer_type": "other"}]')
    True
    """
    head = data[:256].lstrip()[:1]
    return (
        head in (b"[", b"{")
        and len(data) <= _LARGEST_METADATA
        and b'"issuer_type"' in data
        and bool(_described(data))
    )


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify and read a snapshot or a list of revoked cards; what of it can't be used is skipped."""
    content = json_object(data, reading)
    issuers = content.get("issuerInfo")
    if issuers is None:
        reading.accept_own()
        skipped: list[SkippedEntry] = []
        listed = list(_revoked([content], None, reading.source, "the list", skipped))
        if not listed:
            reason = skipped[0].reason if skipped else "it names no card"
            raise reading.refuse("failure.list.detail", detail=reason)
        return TrustList([], skipped, revoked_cards=listed)
    if not isinstance(issuers, list):
        raise reading.refuse("failure.list.not_trust_list")
    if "directory" in content or "time" in content:
        trusted_by = _vouched(data, reading)
        made_at = _made_at(content.get("time"), reading)
    else:
        trusted_by, made_at = reading.accept_own(), None
    described: dict[str, _Described] = {}
    for sidecar in reading.sidecars:
        if is_metadata(sidecar):
            described.update(_described(sidecar))
    skipped = []
    revoked: list[RevokedCards] = []
    keys: list[tuple[str, _Listed]] = []
    for number, item in enumerate(issuers, 1):
        try:
            issuer, country = _issuer(entry_object(item), described)
        except ValueError as error:
            skipped.append(SkippedEntry(reading.source, f"issuer {number}", str(error)))
            continue
        name = issuer.identifier
        own = item.get("keys")
        for place, key in enumerate(own if isinstance(own, list) else (), 1):
            keys.append((f"{name} key {place}", _Listed(issuer, country, key)))
        crls = item.get("crls")
        revoked += _revoked(crls if isinstance(crls, list) else (), name, reading.source, name, skipped)

    def entry(listed: _Listed) -> list[TrustedKey]:
        kid, certificate = _key(listed.jwk)
        return [
            TrustedKey.of(
                certificate,
                reading.source,
                kid=kid,
                country=listed.country,
                usage=SHC,
                kinds=_KINDS,
                trusted_by=trusted_by,
                issuer=listed.issuer,
            )
        ]

    return collect(keys, entry, reading.source, made_at, skipped=skipped, revoked_cards=revoked)


class _Described(NamedTuple):
    type: IssuerType
    country: str | None


class _Listed(NamedTuple):
    issuer: ListedIssuer
    country: str | None
    jwk: Any


def _vouched(data: bytes, reading: Reading) -> str:
    """How a pinned key vouches for a snapshot, in words."""
    if not reading.pins:
        return reading.accept_unsigned("failure.unsigned.signed")
    signatures = [sidecar for sidecar in reading.sidecars if is_signature(sidecar)]
    if not signatures:
        raise reading.refuse("failure.list.sidecar")
    for signature in signatures:
        for pin in reading.pins:
            key = key_of(pin)
            if not verify_es512_der(key, signature, data):
                continue
            if isinstance(pin, SignerKey) and not valid_at(pin, reading.at):
                detail = "the pinned certificate is not valid at this time"
                raise reading.refuse("failure.list.detail", detail=detail)
            return f"ES512 signature over the list by the pinned key {fingerprint(key)[:16]}"
    raise reading.refuse("failure.list.other_signature")


def _made_at(value: object, reading: Reading) -> datetime | None:
    if value is None:
        return None
    try:
        made_at = time_in_utc(value, "its time")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    if reading.at is not None and made_at > reading.at + _CLOCKS:
        raise reading.refuse("failure.list.future")
    return made_at


def _issuer(
    item: Mapping[Any, Any], described: Mapping[str, _Described]
) -> tuple[ListedIssuer, str | None]:
    """An issuer and its country; `ValueError` where it has no address that a card could name."""
    issuer = entry_object(item.get("issuer"))
    url = issuer.get("iss")
    if not isinstance(url, str):
        raise ValueError("the issuer has no address")  # noqa: TRY004 - of data
    if not url.startswith("https://") or url.endswith("/") or len(url) > _LONGEST_URL:
        raise ValueError("the issuer is not named by an address with https and without / at its end")
    name, brand = issuer.get("name"), issuer.get("canonical_iss")
    known = described.get(url) or (described.get(brand) if isinstance(brand, str) else None)
    fetched: datetime | None
    try:
        fetched = time_in_utc(item.get("lastRetrieved"), "its time")
    except ValueError:
        fetched = None
    listed = ListedIssuer(
        url,
        name.strip()[:_LONGEST_NAME] or None if isinstance(name, str) else None,
        known.type if known else None,
        fetched,
    )
    return listed, known.country if known else None


def _key(jwk: Any) -> tuple[bytes, SignerKey]:
    """A key and its kid. Certificates of the JWK are not used: the directory vouches for the key."""
    jwk = entry_object(jwk)
    key = from_jwk({name: jwk[name] for name in jwk if name in ("kty", "crv", "x", "y", "d")})
    numbers = to_jwk(key)
    if numbers.get("crv") != "P-256" or jwk.get("alg", "ES256") != "ES256":
        raise ValueError("the key is not one of ES256")
    if jwk.get("use", "sig") != "sig":
        raise ValueError("the key is not for signatures")
    canonical = json.dumps(numbers, sort_keys=True, separators=(",", ":")).encode()
    thumbprint = hashlib.sha256(canonical).digest()
    if jwk.get("kid") != strict_base64.encode_url(thumbprint):
        raise ValueError("its kid is not the thumbprint of the key")
    return thumbprint, SignerKey.from_key(key)


def _revoked(
    listed: Sequence[object],
    issuer: str | None,
    source: str,
    name: str,
    skipped: list[SkippedEntry],
) -> Iterator[RevokedCards]:
    """The lists of revoked cards that can be used; says of the others why they can't."""
    for number, item in enumerate(listed, 1):
        place = f"{name} revoked cards {number}"
        try:
            yield _cards(entry_object(item), issuer, source, place, skipped)
        except ValueError as error:
            skipped.append(SkippedEntry(source, place, str(error)))


def _cards(
    item: Mapping[Any, Any], issuer: str | None, source: str, place: str, skipped: list[SkippedEntry]
) -> RevokedCards:
    kid, rids, counter = item.get("kid"), item.get("rids"), item.get("ctr")
    if item.get("method") != "rid":
        raise ValueError("its method is not rid")
    if not isinstance(kid, str) or len(thumbprint := strict_base64.decode_url(kid)) != _THUMBPRINT:
        raise ValueError("its kid is not the thumbprint of a key")
    if not isinstance(rids, list):
        raise ValueError("it names no card")  # noqa: TRY004 - of data
    if isinstance(counter, str) and counter.isascii() and counter.isdigit():
        counter = int(counter[:9])
    found: dict[str, float | None] = {}
    unusable = 0
    for rid in rids:
        read = _RID.fullmatch(rid) if isinstance(rid, str) else None
        if read is None:
            unusable += 1
            if unusable <= _MOST_SKIPPED:
                reason = "an identifier of a card is not in its form"
                skipped.append(SkippedEntry(source, place, reason))
            continue
        before = float(read[2]) if read[2] else None
        known = found.get(read[1], -1.0)
        # Of an identifier that occurs more than once, what revokes more cards counts.
        found[read[1]] = None if before is None or known is None else max(before, known)
    number = counter if isinstance(counter, int) and not isinstance(counter, bool) else 0
    return RevokedCards(issuer, thumbprint, found, number, source)


def _described(data: bytes) -> dict[str, _Described]:
    """What the metadata of the directory say of each issuer."""
    try:
        content = strict_json.read(data, most=MOST_VALUES)
    except ValueError:
        return {}
    lists = [content] if isinstance(content, list) else []
    if isinstance(content, Mapping):
        lists = [value for value in content.values() if isinstance(value, list)]
    found: dict[str, _Described] = {}
    for item in (item for each in lists for item in each if isinstance(item, Mapping)):
        kind = item.get("issuer_type")
        if not isinstance(kind, str):
            continue
        for name in ("canonical_iss", "iss"):
            url = item.get(name)
            if isinstance(url, str):
                found[url] = _Described(_type(kind), _country(item.get("locations")))
    return found


def _type(kind: str) -> IssuerType:
    family, _, rest = kind.partition(".")
    if family == "governmental":
        return IssuerType.GOVERNMENT
    return _TYPES.get(rest.partition(".")[0], IssuerType.OTHER)


def _country(locations: object) -> str | None:
    """The country of an issuer all of whose places are in one."""
    places = locations if isinstance(locations, list) else []
    named = {place.get("country") for place in places if isinstance(place, Mapping)}
    country = named.pop() if len(named) == 1 else None
    is_code = isinstance(country, str) and len(country) == 2 and country.isascii() and country.isupper()
    return country if is_code else None
