"""The Swiss list: two JWS, one with the keys (`certs`) and one with the kids in use (`activeKeyIds`).

A key is trusted only while its kid is among the active ones, so neither is of use without the other:
one of them is read, and the other comes along as its companion. The list of keys came in parts; all of
them may come along.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from vaxpass.trust.formats import signed_json
from vaxpass.trust.formats.signed_json import Signed
from vaxpass.trust.formats.swiss_keys import key_of
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, entry_object, kid_bytes, moment, not_expired

NAME: Final = "Swiss trust list"

_KEYS, _ACTIVE = "certs", "activeKeyIds"
_LEAF: Final = "CH01-AppContentCertificate"
"""Whoever signs for the app. The root certifies the whole administration: not all may sign this."""


def matches(data: bytes) -> bool:
    """A JWS with either part in its content."""
    return signed_json.mentions(data, _KEYS) or signed_json.mentions(data, _ACTIVE)


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify both parts, then read the active keys; one that can't be read is skipped."""
    keys: list[Signed] = []
    active: list[Signed] = []
    for part in (data, *filter(matches, reading.sidecars)):
        signed = signed_json.verified(part, reading, leaf_name=_LEAF)
        if isinstance(signed.content.get(_KEYS), list):
            keys.append(signed)
        elif isinstance(signed.content.get(_ACTIVE), list):
            active.append(signed)
        else:
            raise reading.refuse("the signed content is not a trust list.")
    if not keys or len(active) != 1:
        raise reading.refuse(
            "the list is two files, the keys and the kids that are active; give the other one, too."
        )
    times = _times(keys, active[0], reading)
    kids = frozenset(_readable(active[0].content[_ACTIVE]))

    def entry(item: tuple[Any, str]) -> list[TrustedKey]:
        key, trusted_by = item
        kid = entry_object(key).get("keyId")
        if kid_bytes(kid) not in kids:
            return []
        return [key_of(kid, key, reading.source, trusted_by)]

    listed = [(key, signed.trusted_by) for signed in keys for key in signed.content[_KEYS]]
    named = [(f"key {number}", item) for number, item in enumerate(listed, 1)]
    return collect(named, entry, reading.source, min(times, default=None))


def _times(keys: list[Signed], active: Signed, reading: Reading) -> list[datetime]:
    """When the parts were made, where they say so; the active kids are good for a stated time."""
    try:
        made = [moment(signed.content.get("iat"), "its time of creation") for signed in keys]
        made_active = moment(active.content.get("iat"), "its time of creation")
        duration = active.content.get("validDuration")
        if made_active is not None and type(duration) is int:
            not_expired(made_active + timedelta(milliseconds=duration), reading)
    except (ValueError, OverflowError):
        raise reading.refuse("its time of creation or its end is not a time.") from None
    return [time for time in (*made, made_active) if time is not None]


def _readable(kids: list[Any]) -> list[bytes]:
    """A kid that can't be read makes no key active."""
    found = []
    for kid in kids:
        try:
            found.append(kid_bytes(kid))
        except ValueError:
            continue
    return found
