"""Rules in a JWS (RFC 7515), as Switzerland and Sweden publish them: an array, or `{"rules": [...]}`.

The signer must be a pinned key or certificate, or have a certificate of a pinned authority.
"""

from __future__ import annotations

import re
from typing import Final

from vaxpass.rules.forms import plain
from vaxpass.rules.model import RuleSet
from vaxpass.trust.formats import signed_json
from vaxpass.trust.reading import Reading

NAME: Final = "signed rules (JWS)"

_RULES: Final = re.compile(rb'"(?:rules|[Ll]ogic)"')


def matches(data: bytes) -> bool:
    """Whether the data is a JWS with rules in its content, or with an empty list."""
    payload = signed_json.payload_of(data)
    return payload is not None and (_RULES.search(payload) is not None or payload.strip() == b"[]")


def read(data: bytes, reading: Reading) -> RuleSet:
    """Verify the signature, then read the rules; one that can't be read is skipped.

    Raises `reading.failure` where the signature does not hold or the list is not valid at its time.
    """
    payload = signed_json.verified_payload(data, reading)
    content = plain.content_of(payload.data, reading)
    made_at = None
    if isinstance(content, dict):
        signed_json.must_be_usable(content, reading)
        made_at = signed_json.made_at(content, reading)
    return plain.rules_in(content, reading, trusted_by=payload.trusted_by, made_at=made_at)
