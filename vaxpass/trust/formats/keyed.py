"""Unsigned lists in JSON that differ only in where kid and key stand: one row of `FORMATS` each.

A list is an array of objects, each with its kid in a member, or an object whose names are the kids.
None of them is signed in this form: they are used only where the user says so.

| list | form |
| --- | --- |
| France | `{"certificatesDCC": {kid: Base64 of the Base64 of a certificate}}` |
| Poland | `[{"identyfikator", "identyfikatorKlucza": kid, "certyfikat": certificate}]` |
| United Kingdom, Norway | `[{"kid", "publicKey": key}]` |
| mirrors of the French and the Italian list | `{kid: {"publicKeyPem": key, "subject", ...}}` |
| a mirror of the Swiss list | `{kid: [{"use", "alg", "crv", "x", "y"}]}`, RSA: `n` and `e` |
| Italy | `{kid: certificate}` in Base64 or PEM |

A certificate is DER, a key is its SubjectPublicKeyInfo in DER, both in Base64.

Whether and how the Polish original was signed is not known. The Italian one gives one certificate an
answer, its kid in a header (`x-kid`), and no signature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto.certificate import SignerKey, pem_blocks
from vaxpass.trust.formats import switzerland
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import (
    Reading,
    base64_bytes,
    collect,
    entry_object,
    json_list,
    json_object,
    kid_bytes,
    kid_name,
)

_NOT_SIGNED: Final = "failure.unsigned.list"
_KID: Final = rb'"[A-Za-z0-9+/_=-]{2,88}"'
_COUNTRY: Final = re.compile(r"(?:^|, )C=([A-Za-z]{2,3})(?:,|$)")


def _no_country(_entry: Any) -> None:
    return None


def _all_kinds(_entry: Any) -> frozenset[Kind]:
    return DCC_KINDS


@dataclass(frozen=True, slots=True)
class KeyedList:
    """A list whose entries have a kid and a key.

    `NAME` is for people. `beginning` matches the bytes of a list of this kind, from their first byte
    on. `signer` reads a signer from what stands for the key; it raises `ValueError`.

    `kid` is the member of an entry that holds the kid: then the list is an array. Without it the list
    is an object and its names are the kids. `key` is the member that holds the key; without it the
    whole entry does. `inside` is the member of the document that holds the list, where it is not the
    document itself. `several` says that the value under a kid may be an array of entries.

    `country` and `kinds` read the country and what the key may sign from an entry. `entry_name` is what
    an entry of an array is called when it is skipped, before its number. `why_unsigned` is the key of
    what the user is told where unsigned lists are not allowed.
    """

    NAME: str
    beginning: re.Pattern[bytes]
    signer: Callable[[Any], SignerKey]
    kid: str | None = None
    key: str | None = None
    inside: str | None = None
    several: bool = False
    country: Callable[[Any], str | None] = _no_country
    kinds: Callable[[Any], frozenset[Kind]] = _all_kinds
    entry_name: str = "certificate"
    why_unsigned: str = _NOT_SIGNED

    def matches(self, data: bytes) -> bool:
        """Whether the bytes look like this list."""
        return self.beginning.match(data) is not None

    def read(self, data: bytes, reading: Reading) -> TrustList:
        """Read the keys; one that can't be read is skipped."""
        trusted_by = reading.accept_unsigned(self.why_unsigned)

        def entry(item: tuple[object, Any]) -> list[TrustedKey]:
            kid, content = item
            if self.kid is not None:
                kid = entry_object(content).get(self.kid)
            key = content if self.key is None else entry_object(content).get(self.key)
            return [
                TrustedKey.of(
                    self.signer(key),
                    reading.source,
                    kid=kid_bytes(kid),
                    country=self.country(content),
                    kinds=self.kinds(content),
                    trusted_by=trusted_by,
                )
            ]

        return collect(self._entries(data, reading), entry, reading.source)

    def _entries(self, data: bytes, reading: Reading) -> Iterator[tuple[str, tuple[object, Any]]]:
        """Each entry with its name for people and the kid that it stands under."""
        if self.kid is not None:
            for number, content in enumerate(json_list(data, reading), 1):
                yield f"{self.entry_name} {number}", (None, content)
            return
        content = json_object(data, reading)
        if self.inside is not None:
            content = content.get(self.inside)
            if not isinstance(content, dict):
                raise reading.refuse("failure.list.not_trust_list")
        for kid, value in content.items():
            for each in value if self.several and isinstance(value, list) else [value]:
                yield kid_name(kid), (kid, each)


def _certificate(value: object) -> SignerKey:
    """A certificate in Base64 or, in a mirror, as PEM."""
    if isinstance(value, str) and "-----BEGIN" in value:
        blocks = pem_blocks(value.encode(errors="replace"))
        if len(blocks) != 1:
            raise ValueError("the entry is not one certificate")
        return SignerKey.from_der(blocks[0])
    return SignerKey.from_der(base64_bytes(value, "the certificate"))


def _french(value: object) -> SignerKey:
    """The list has Base64 in Base64; a copy that undid one of them is read as well."""
    inner = base64_bytes(value, "the certificate")
    if inner[:1] != b"\x30":  # where DER begins; Base64 has no such character
        inner = base64_bytes(inner.decode("ascii", "replace"), "the certificate")
    return SignerKey.from_der(inner)


def _polish(value: object) -> SignerKey:
    return SignerKey.from_der(base64_bytes(value, "certyfikat"))


def _public_key(value: object) -> SignerKey:
    return SignerKey.from_public_key(base64_bytes(value, "publicKey"))


def _described(value: object) -> SignerKey:
    return SignerKey.from_public_key(base64_bytes(value, "publicKeyPem"))


def _country_of_subject(entry: Mapping[str, Any]) -> str | None:
    """The country in the name of the subject. The certificate is gone, and with it all proof of it."""
    subject = entry.get("subject")
    found = _COUNTRY.search(subject) if isinstance(subject, str) else None
    return found[1].upper() if found else None


def _kinds_of_use(entry: Mapping[str, Any]) -> frozenset[Kind]:
    return switzerland.kinds_of(entry.get("use"))


FORMATS: Final = (
    KeyedList(
        "French trust list",
        # Other lists may stand before it.
        re.compile(rb'\s{0,63}\{.*"certificatesDCC"', re.DOTALL),
        _french,
        inside="certificatesDCC",
    ),
    KeyedList(
        "Polish trust list",
        re.compile(rb'\s*\[\s*\{[^{}\[\]]{0,65536}"(identyfikatorKlucza|certyfikat)"\s*:'),
        _polish,
        kid="identyfikatorKlucza",
        key="certyfikat",
    ),
    KeyedList(
        "list of public keys (GB, NO)",
        re.compile(rb'\s*\[\s*\{[^{}\[\]]{0,65536}"publicKey"\s*:'),
        _public_key,
        kid="kid",
        key="publicKey",
        entry_name="key",
    ),
    KeyedList(
        "described public keys (mirrors of FR and IT)",
        re.compile(
            rb"\s*\{\s*" + _KID + rb'\s*:\s*\{[^}]{0,4096}?"(publicKeyPem|publicKeyAlgorithm)"\s*:'
        ),
        _described,
        key="publicKeyPem",
        country=_country_of_subject,
    ),
    KeyedList(
        "Swiss keys (a mirror of the list)",
        # A JWK set may look alike, but its list of keys has a name that is no kid.
        re.compile(rb'\s*\{\s*(?!"keys")' + _KID + rb'\s*:\s*\[\s*\{\s*"use"\s*:'),
        switzerland.signer_of,
        several=True,
        kinds=_kinds_of_use,
        why_unsigned="failure.unsigned.swiss",
    ),
    KeyedList(
        "map of certificates (IT)",
        # Each certificate in Base64 begins with MI, for its length takes two bytes.
        # An authority that the WHO network signed begins alike.
        re.compile(rb'\s*\{\s*(?!"trustAnchor|"certificateRaw)' + _KID + rb'\s*:\s*"(MI|-----BEGIN )'),
        _certificate,
    ),
)
"""In this order they are tried."""
