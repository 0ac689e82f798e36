"""The certificates of the WHO network: a pinned root, its chain, and the authorities that it signed.

TNG_ROOT > TNG_SIGN > TNG_TA. The trust anchor, TNG_TA, signs each country's authority (SCA) as a CMS
message (RFC 5652), and an SCA issues document signers. Such a path says who issued a certificate. It
does not say that the country still lists it, nor what the country meant it for: only the list does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey, certificate_blocks, looks_like_certificates
from vaxpass.crypto.chain import issued_by, issued_weakly_by, may_issue, valid_at
from vaxpass.crypto.cms import verify_attached
from vaxpass.encoding import strict_json
from vaxpass.trust.model import SkippedEntry
from vaxpass.trust.reading import MOST_VALUES, Reading, base64_bytes

_SIGNED: Final = b'"trustAnchorSignature"'
_MOST_CHAIN: Final = 32
_MOST_SIGNED: Final = 2000
_COMMON_NAME: Final = re.compile(r"(?:^|[,+])CN=((?:\\.|[^,+\\])*)")


@dataclass(frozen=True, slots=True)
class Authorities:
    """The country authorities (SCA) that the trust anchor of the network signed."""

    reading: Reading
    signed: dict[bytes, tuple[SignerKey, str]]
    """DER of an SCA -> the SCA, and the path to it in words."""
    skipped: tuple[SkippedEntry, ...]

    def vouch(self, certificate: SignerKey, usage: str) -> str:
        """The path to a certificate in words. Raises `ValueError` where none leads to it."""
        found = self.signed.get(certificate.der)
        if found is not None:
            if usage != "SCA":
                raise ValueError("it is an authority's certificate, listed as something else")
            return found[1]
        if may_issue(certificate):
            raise ValueError("the trust anchor did not sign this authority")
        why = "no authority that the trust anchor signed has issued it"
        for authority, path in self.signed.values():
            weak = issued_weakly_by(certificate, authority)
            if weak:
                why = "its authority signed it with SHA-1, which proves nothing any more"
            elif issued_by(certificate, authority):
                if valid_at(authority, self.reading.at):
                    return f"{path} > {usage} {name_of(certificate)}"
                why = f"its authority {name_of(authority)} is not valid at the time asked"
        raise ValueError(why)


def read_authorities(reading: Reading) -> Authorities | None:
    """The authorities in the sidecars that a pinned certificate leads to; None where there are none."""
    if not reading.pinned_certificates:
        return None
    anchors = _anchors(reading)
    signed: dict[bytes, tuple[SignerKey, str]] = {}
    skipped = []
    number = 0
    for number, item in enumerate(_signed_items(reading.sidecars), 1):
        if number > _MOST_SIGNED:
            raise reading.refuse("failure.list.authorities")
        try:
            authority, path = _authority(item, anchors)
        except ValueError as error:
            country = item.get("country")
            name = f"signed authority {number} ({country})" if country else f"signed authority {number}"
            skipped.append(SkippedEntry(reading.source, name, str(error)))
        else:
            signed[authority.der] = (authority, path)
    return Authorities(reading, signed, tuple(skipped)) if number else None


def name_of(certificate: SignerKey) -> str:
    """A certificate's common name, or what else names it, fit to be shown."""
    found = _COMMON_NAME.search(certificate.subject)
    name = (found.group(1) if found else certificate.subject) or certificate.kid.hex()
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:80]


def _anchors(reading: Reading) -> dict[bytes, tuple[str, str | None]]:
    """DER of each certificate under a pinned one -> the path to it, and why it must not be used."""
    anchors: dict[bytes, tuple[str, str | None]] = {}
    waiting = list(_chain(reading.sidecars))
    if len(waiting) > _MOST_CHAIN:
        raise reading.refuse("failure.list.chain")
    known = [
        (pin, name_of(pin) + " (pinned)", _expiry(pin, reading)) for pin in reading.pinned_certificates
    ]
    while known:
        issuer, path, expired = known.pop()
        if issuer.der in anchors and anchors[issuer.der][1] is None:
            continue
        anchors[issuer.der] = (path, expired)
        if not may_issue(issuer):
            continue
        issued = [c for c in waiting if c.der not in anchors and issued_by(c, issuer)]
        for certificate in issued:
            waiting.remove(certificate)
            why = expired or _expiry(certificate, reading)
            known.append((certificate, f"{path} > {name_of(certificate)}", why))
    return anchors


def _expiry(certificate: SignerKey, reading: Reading) -> str | None:
    if valid_at(certificate, reading.at):
        return None
    return f"{name_of(certificate)}, which vouches for it, is not valid at the time asked"


def _authority(
    item: dict[str, Any], anchors: dict[bytes, tuple[str, str | None]]
) -> tuple[SignerKey, str]:
    known = [SignerKey.from_der(der) for der in anchors]
    message = base64_bytes(item.get("trustAnchorSignature"), "trustAnchorSignature")
    content, signer = verify_attached(message, known)
    path, expired = anchors.get(signer.der, (None, None))
    if path is None:
        raise ValueError(f"its signer {name_of(signer)} does not descend from a pinned certificate")
    if expired is not None:
        raise ValueError(expired)
    if "certificateRawData" in item:
        beside = base64_bytes(item["certificateRawData"], "certificateRawData")
        if beside != content:
            raise ValueError("the certificate beside the signature is another one than the signed one")
    authority = SignerKey.from_der(content)
    if not may_issue(authority):
        raise ValueError("the signed certificate is not an authority's")
    return authority, f"{path} > SCA {name_of(authority)}"


def _chain(sidecars: Iterable[bytes]) -> Iterator[SignerKey]:
    for sidecar in sidecars:
        if not looks_like_certificates(sidecar):
            continue
        try:
            blocks = certificate_blocks(sidecar)
        except ValueError:
            continue
        for block in blocks:
            try:
                yield SignerKey.from_der(block)
            except ValueError:
                continue  # the path breaks here, which is said where it is needed


def is_signed_authority(data: bytes) -> bool:
    """Whether a file looks like SCAs that TNG_TA signed."""
    return _SIGNED in data and data.lstrip()[:1] in (b"{", b"[")


def _signed_items(sidecars: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Each object with a `trustAnchorSignature`: one a file, or an array of them."""
    for sidecar in sidecars:
        if not is_signed_authority(sidecar):
            continue
        try:
            content = strict_json.read(sidecar, most=MOST_VALUES)
        except ValueError:
            continue
        for item in content if isinstance(content, list) else [content]:
            if isinstance(item, dict) and "trustAnchorSignature" in item:
                yield item
