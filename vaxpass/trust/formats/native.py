"""The project's own trust list: JSON, described in docs/trust-list.md.

{"format": "vaxpass-trust-list", "version": 1, "source": "...", "test": false,
 "keys": [{"certificate": "<Base64 of DER>", "kid": "<Base64>", "country": "VN", "test": false}]}

A key without a certificate has `public_key` (SubjectPublicKeyInfo in DER, in Base64) instead. Lists of
revoked cards (`revoked_cards`) and of revoked signers (`crls`) stand beside the keys.

The version is 1 whatever families the keys are of. Readers that know fewer families keep a key of
another usage and verify nothing with it, and have no document that the lists of revoked ones are about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from vaxpass.codes import DCC_KINDS, IssuerType, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.passports import RevocationList
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.errors import ArgumentError, require_aware
from vaxpass.trust.model import DSC, ListedIssuer, RevokedCards, SignerCrl, TrustedKey, TrustList
from vaxpass.trust.reading import (
    MOST_ENTRIES,
    MOST_VALUES,
    Reading,
    base64_bytes,
    collect,
    entry_object,
    json_content,
    time_in_utc,
)

NAME: Final = "vaxpass trust list"
FORMAT: Final = "vaxpass-trust-list"
VERSION: Final = 1
_TYPES: Final = frozenset(IssuerType)


def matches(data: bytes) -> bool:
    """By the name of the format near the beginning."""
    return data.lstrip()[:1] == b"{" and FORMAT.encode() in data[:4096]


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the list; a key that can't be read is skipped.

    The list is refused where something that revokes can't be read: what it revoked would be accepted.
    """
    document = json_content(data, reading)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise reading.refuse("failure.list.format", name=NAME)
    trusted_by = reading.accept_own()
    version = document.get("version")
    if version != VERSION or type(version) is not int:  # true equals 1
        raise reading.refuse("failure.list.version")
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise reading.refuse("failure.list.no_keys")
    name = document.get("source")
    source = name if isinstance(name, str) else reading.source
    # Anything but an explicit false marks the whole list as a test list.
    test = document.get("test", False) is not False
    # Several issuers of SMART Health Cards may have one key: it is read once.
    bare: dict[bytes, SignerKey] = {}

    def entry(item: Any) -> list[TrustedKey]:
        # What a file says of how it came to be trusted counts where it is the user's own, as written by
        # an import. Any other may say anything.
        said = _text(entry_object(item), "trusted_by") if reading.named_by_user else None
        return [_key(item, source, said or trusted_by, bare, test=test)]

    try:
        cards = tuple(_revoked_cards(item, source) for item in _listed(document, "revoked_cards"))
        crls = tuple(_crl(item, source) for item in _listed(document, "crls"))
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    named = [(f"key {number}", item) for number, item in enumerate(entries, 1)]
    made_at = _created(document, reading)
    return collect(named, entry, source, made_at, revoked_cards=cards, crls=crls)


def write(
    keys: Iterable[TrustedKey], *, source: str, test: bool, made_at: datetime | None = None
) -> bytes:
    """The list as JSON in ASCII, in the format of docs/trust-list.md.

    Of a `TrustList` everything is written but the entries that were skipped; of other iterables, the
    keys. `source` names the list, and `test` marks all of its keys as test keys. `made_at` (aware) is
    when the list was made; None leaves that open. A key with another age than the list has it beside
    it. Raises `ArgumentError` where `made_at` is naive, or there is more than a reader takes.

    >>> from pathlib import Path
    >>> from vaxpass.trust import read_trust_list
    >>> demo = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> copy = read_trust_list(write(demo, source="demo", test=True), source="copy")
    >>> list(copy) == list(demo)
    True
    """
    if made_at is not None:
        require_aware("made_at", made_at)
    whole = keys if isinstance(keys, TrustList) else TrustList([])
    keys = tuple(keys)
    if made_at == whole.made_at and len({key.made_at is None for key in keys}) > 1:
        # A list without a date stays one when it is merged with others: what it has is not dated here.
        made_at = None
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "created": made_at.isoformat() if made_at else None,
        "test": test,
        "keys": [_entry(key, source, made_at) for key in keys],
    }
    if whole.revoked_cards:
        document["revoked_cards"] = [_cards_entry(cards, source) for cards in whole.revoked_cards]
    if whole.crls:
        document["crls"] = [_crl_entry(crl, source) for crl in whole.crls]
    written = json.dumps(document, indent=1) + "\n"
    _must_be_readable(document, written)
    return written.encode()


def _must_be_readable(document: dict[str, Any], written: str) -> None:
    """A list that no reader takes must not replace one that they do."""
    counts = [len(document.get(name, ())) for name in ("keys", "revoked_cards", "crls")]
    if max(counts) > MOST_ENTRIES:
        raise ArgumentError(f"the list has more than {MOST_ENTRIES} entries")
    try:
        strict_json.must_be_few(written, MOST_VALUES)
    except ValueError as error:
        raise ArgumentError(str(error)) from None


def _entry(key: TrustedKey, source: str, made_at: datetime | None) -> dict[str, Any]:
    content = "public_key" if key.certificate.is_bare_key else "certificate"
    entry: dict[str, Any] = {
        "kid": strict_base64.encode(key.kid),
        "country": key.country,
        "test": key.test,
        content: strict_base64.encode(key.certificate.der),
        "source": key.source if key.source != source else None,
        "participant": key.participant,
        "domain": key.domain,
        "usage": key.usage if key.usage != DSC else None,
        "kinds": sorted(key.listed_kinds) if key.listed_kinds != DCC_KINDS else None,
        "trusted_by": key.trusted_by or None,
        "created": key.made_at.isoformat() if key.made_at and key.made_at != made_at else None,
        "issuer": _issuer_entry(key.issuer) if key.issuer else None,
    }
    return _stated(entry)


def _issuer_entry(issuer: ListedIssuer) -> dict[str, Any]:
    return _stated(
        {
            "id": issuer.identifier,
            "name": issuer.name,
            "type": issuer.type.value if issuer.type else None,
            "retrieved": issuer.retrieved_at.isoformat() if issuer.retrieved_at else None,
        }
    )


def _cards_entry(cards: RevokedCards, source: str) -> dict[str, Any]:
    return _stated(
        {
            "issuer": cards.issuer,
            "kid": strict_base64.encode(cards.kid),
            "counter": cards.counter,
            "source": cards.source if cards.source != source else None,
            "rids": dict(cards.rids),
        }
    )


def _crl_entry(crl: SignerCrl, source: str) -> dict[str, Any]:
    return _stated(
        {
            "crl": strict_base64.encode(crl.der),
            "source": crl.source if crl.source != source else None,
        }
    )


def _stated(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


def _created(document: dict[str, Any], reading: Reading) -> datetime | None:
    created = document.get("created")
    if created is None:
        return None
    try:
        return time_in_utc(created, "its time of creation")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None


def _key(
    entry: Any, source: str, trusted_by: str, bare: dict[bytes, SignerKey], *, test: bool
) -> TrustedKey:
    if "public_key" in entry:
        spki = base64_bytes(entry["public_key"], "public_key")
        certificate = bare.get(spki) or bare.setdefault(spki, SignerKey.from_public_key(spki))
    else:
        der = base64_bytes(entry.get("certificate"), "certificate")
        certificate = SignerKey.from_der(der)
    created = entry.get("created")
    return TrustedKey.of(
        certificate,
        _text(entry, "source") or source,
        kid=base64_bytes(entry["kid"], "kid") if "kid" in entry else None,
        country=_text(entry, "country"),
        test=test or entry.get("test", False) is not False,
        participant=_text(entry, "participant"),
        domain=_text(entry, "domain"),
        usage=_text(entry, "usage") or DSC,
        kinds=_kinds(entry),
        trusted_by=trusted_by,
        made_at=None if created is None else time_in_utc(created, "created"),
        issuer=_issuer(entry),
    )


def _issuer(entry: Mapping[str, Any]) -> ListedIssuer | None:
    value = entry.get("issuer")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError("issuer is not an object")  # noqa: TRY004 - of data
    identifier, said = _text(value, "id"), _text(value, "type")
    if identifier is None:
        raise ValueError("issuer has no id")
    retrieved = value.get("retrieved")
    return ListedIssuer(
        identifier,
        _text(value, "name"),
        # A type that later versions know says no more here than that it is none of these.
        None if said is None else IssuerType(said) if said in _TYPES else IssuerType.OTHER,
        None if retrieved is None else time_in_utc(retrieved, "retrieved"),
    )


def _listed(document: Mapping[str, Any], name: str) -> list[Mapping[Any, Any]]:
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        raise ValueError(f"{name} is not a list of at most {MOST_ENTRIES}")
    return [entry_object(item) for item in value]


def _revoked_cards(entry: Mapping[str, Any], source: str) -> RevokedCards:
    counter, rids = entry.get("counter"), entry.get("rids")
    if type(counter) is not int:
        raise ValueError("counter is not a number")
    if not isinstance(rids, Mapping):
        raise ValueError("rids is not an object")  # noqa: TRY004 - of data
    if any(value is not None and type(value) not in (int, float) for value in rids.values()):
        raise ValueError("a rid has something else than a time")
    return RevokedCards(
        _text(entry, "issuer"),
        base64_bytes(entry.get("kid"), "kid"),
        dict(rids),
        counter,
        _text(entry, "source") or source,
    )


def _crl(entry: Mapping[str, Any], source: str) -> SignerCrl:
    data = base64_bytes(entry.get("crl"), "crl")
    RevocationList(data)
    return SignerCrl(data, _text(entry, "source") or source)


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _kinds(entry: dict[str, Any]) -> frozenset[Kind]:
    value = entry.get("kinds")
    if value is None:
        return DCC_KINDS
    if not isinstance(value, list):
        raise ValueError("kinds is not a list")  # noqa: TRY004 - of data
    return frozenset(Kind(kind) for kind in value)
