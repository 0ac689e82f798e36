"""A rule in its published form, to be changed by tests, and lists of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from vaxpass.rules import Rule

RULE: dict[str, Any] = {
    "Identifier": "VR-XA-0005",
    "Type": "Acceptance",
    "Country": "XA",
    "Version": "1.0.11",
    "SchemaVersion": "1.3.0",
    "Engine": "CERTLOGIC",
    "EngineVersion": "0.7.5",
    "CertificateType": "Vaccination",
    "Description": [
        {"lang": "de", "desc": "Eine Dosis."},
        {"lang": "en", "desc": "One dose is enough."},
    ],
    "ValidFrom": "2026-01-01T00:00:00Z",
    "ValidTo": "2027-01-01T00:00:00Z",
    "AffectedFields": ["v.0", "v.0.dn"],
    "Logic": {">=": [{"var": "payload.v.0.dn"}, 1]},
}


def published(**changes: Any) -> dict[str, Any]:
    """The rule with some fields changed; `...` leaves one out."""
    return {name: value for name, value in (RULE | changes).items() if value is not ...}


def in_lower_case(item: dict[str, Any]) -> dict[str, Any]:
    """The same with names as some countries write them."""
    return {name[0].lower() + name[1:]: value for name, value in item.items()}


def rule(**changes: Any) -> Rule:
    return Rule.from_json(published(**changes))


def data(*items: object) -> bytes:
    """A list of rules as it is published."""
    return json.dumps(list(items)).encode()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)
