"""Rules in a JWS, as Switzerland and Sweden publish them: an array, or `{"rules": [...]}`.

Who signed is judged by the pins. Where an authority is pinned, whatever it certified may sign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from vaxpass.crypto import jws
from vaxpass.rules.forms import plain
from vaxpass.rules.model import RuleSet
from vaxpass.trust.formats import signed_json
from vaxpass.trust.reading import Reading, moment, not_expired

NAME: Final = "signed rules (JWS)"

_RULES: Final = re.compile(rb'"(?:rules|[Ll]ogic)"')


def matches(data: bytes) -> bool:
    """A JWS with rules in its content, or with an empty list."""
    if not jws.looks_like_jws(data):
        return False
    try:
        payload = jws.parse(data).payload
    except ValueError:
        return False
    return _RULES.search(payload) is not None or payload.strip() == b"[]"


def read(data: bytes, reading: Reading) -> RuleSet:
    """Verify the signature, then read the rules; one that can't be read is skipped."""
    payload = signed_json.verified_payload(data, reading)
    content = plain.content_of(payload.data, reading)
    made_at = None
    if isinstance(content, dict):
        signed_json.must_be_usable(content, reading)
        made_at = _made_at(content, reading)
    return plain.rules_in(content, reading, trusted_by=payload.trusted_by, made_at=made_at)


def _made_at(content: Mapping[str, object], reading: Reading) -> datetime | None:
    """When it was made (`iat`), if it may still be used: Switzerland says for how long."""
    try:
        made_at = moment(content.get("iat"), "its time of creation")
        duration = content.get("validDuration")
        if made_at is not None and type(duration) is int:
            not_expired(made_at + timedelta(milliseconds=duration), reading)
    except (ValueError, OverflowError):
        raise reading.refuse("its time of creation or its end is not a time.") from None
    return made_at
