"""The answer of the EU gateway: rules by identifier, each version signed as CMS by its uploader.

`{"VR-AT-0005": [{version, country, validFrom, validTo, cms}]}`, where `cms` is the Base64 of a CMS
message (RFC 5652) with the rule's JSON. The fields beside it are not signed and must agree with the
rule. There is no signature over the whole answer: a missing rule is not noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from vaxpass.crypto.cms import verify_attached
from vaxpass.encoding import strict_json
from vaxpass.rules import fields
from vaxpass.rules.forms import plain
from vaxpass.rules.model import Rule, RuleSet, SkippedRule, collect, named
from vaxpass.trust.pins import pinned_uploader
from vaxpass.trust.reading import Reading, base64_bytes

NAME: Final = "EU gateway answer with rules"
_VOUCHED: Final = "CMS signature over each rule by an uploader of its country that a pin vouches for"


class _Version(NamedTuple):
    identifier: str
    envelope: object


def matches(data: bytes) -> bool:
    """Whether the data is an object with CMS messages and no readable rules."""
    return data.lstrip()[:1] == b"{" and b'"cms"' in data and b'"Logic"' not in data


def read(data: bytes, reading: Reading) -> RuleSet:
    """Verify and read rule by rule; one without a valid signature, or that can't be read, is skipped.

    Raises `reading.failure` where there are no pins, or none of the rules can be used.
    """
    content = plain.content_of(data, reading)
    if not isinstance(content, dict) or strict_json.is_ambiguous(content):
        raise reading.refuse(f"failure.list.not_{reading.what}")
    trusted_by = _VOUCHED
    if not reading.pins:
        trusted_by = reading.accept_unsigned("failure.unsigned.rules")

    def entry(version: _Version) -> Rule:
        return _rule(version, reading)

    entries = list(_versions(content, reading.source))
    if len(entries) > plain.MOST:
        raise reading.refuse(f"failure.list.not_{reading.what}")
    found = collect(entries, entry, made_at=None, trusted_by=trusted_by)
    if not found.rules and found.skipped:
        raise reading.refuse("failure.list.no_rule", detail=found.skipped[0].reason)
    return found


def _versions(content: dict[str, object], source: str) -> Iterator[tuple[SkippedRule, _Version]]:
    number = 0
    for identifier, versions in content.items():
        # A value that is not a list of versions is skipped under its identifier.
        for envelope in versions if isinstance(versions, list) else [versions]:
            number += 1
            country = envelope.get("country") if isinstance(envelope, dict) else None
            seen = {"Identifier": identifier, "Country": country}
            yield named(seen, source, number), _Version(identifier, envelope)


def _rule(version: _Version, reading: Reading) -> Rule:
    envelope = version.envelope
    if not isinstance(envelope, dict) or strict_json.is_ambiguous(envelope):
        raise ValueError("the entry is not an object, or a name stands twice in it")
    signed = verify_attached(base64_bytes(envelope.get("cms"), "cms"), reading.pinned_certificates)
    rule = Rule.from_json(strict_json.parse(signed.content))
    if reading.pins:
        pinned_uploader(signed.signer, rule.country, reading)
    if (
        rule.identifier != version.identifier
        or rule.country != fields.country({"Country": envelope.get("country")})
        or rule.version != fields.version({"Version": envelope.get("version")}, "Version")
    ):
        raise ValueError("it is listed under another identifier, country or version than was signed")
    return rule
