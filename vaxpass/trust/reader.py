"""Bytes of a trust list, in any format that is known here -> `TrustList`.

A format is a module of `vaxpass.trust.formats` with `NAME`, `matches` and `read`, and a line in
`FORMATS`. A list that differs from others only in where kid and key stand is a row of
`vaxpass.trust.formats.keyed.FORMATS`, and needs no line here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import PublicKey
from vaxpass.encoding.marks import unmarked
from vaxpass.errors import PinError, TrustListError, require, require_aware
from vaxpass.trust.formats import (
    austria,
    certificates,
    cose_keys,
    crl,
    detached_cose,
    gateway,
    gdhcn,
    gdhcn_pki,
    germany,
    jwks,
    keyed,
    master_list,
    native,
    netherlands,
    pkcs7,
    sweden,
    switzerland,
    vci,
)
from vaxpass.trust.model import TrustList
from vaxpass.trust.pins import load_pins
from vaxpass.trust.reading import Reading


class Format(Protocol):
    """What a format offers: a module, or a row of `vaxpass.trust.formats.keyed`."""

    @property
    def NAME(self) -> str:  # noqa: N802, RUF100 - a constant of the modules
        """What the format is called, for people."""

    def matches(self, data: bytes) -> bool:
        """Whether the bytes look like this format."""

    def read(self, data: bytes, reading: Reading) -> TrustList:
        """Read the list; raises `TrustListError` where it must not be used."""


FORMATS: Final[tuple[Format, ...]] = (
    native,
    germany,
    gdhcn,
    gateway,
    switzerland,
    sweden,
    austria,
    netherlands,
    vci,
    *keyed.FORMATS,
    jwks,
    cose_keys,
    master_list,
    pkcs7,
    crl,
    certificates,
)

LARGEST: Final = 64 * 1024 * 1024
"""Bytes; longer lists are refused. The largest in use has about 4 million."""


def is_trust_list(data: bytes) -> bool:
    """Whether the bytes look like a trust list in a format that is known here. Never raises.

    `read_trust_list` says whether the list can be used.

    >>> is_trust_list(b'{"format": "vaxpass-trust-list"}'), is_trust_list(b"a letter")
    (True, False)
    """
    data = unmarked(data)
    return any(known.matches(data) for known in FORMATS)


class Role(StrEnum):
    """What a file is good for, among those that are published together.

    >>> role_of(b"a letter")
    <Role.OTHER: 'other'>
    """

    LIST = "list"
    OWN_LIST = "own_list"
    """vaxpass JSON, which is not signed."""
    OLD_LIST = "old_list"
    """A list of the WHO network without a proof that can be verified, as in version 1."""
    REFERENCES = "references"
    """A document of the WHO network that names others, which hold the keys."""
    KEYS = "keys"
    """Certificates, or keys in JSON: one's own list, part of a chain, or what a list is signed with.
    Lists of revoked certificates are used with them."""
    PIN = "pin"
    """A key that can only be pinned."""
    SIDECAR = "sidecar"
    """A signature, or an authority that the trust anchor of the WHO network signed."""
    OTHER = "other"


def role_of(data: bytes) -> Role:
    """What a file is good for, told by its content. Whether it can be used, its reader says.

    Never raises.

    >>> role_of(b'{"format": "vaxpass-trust-list"}')
    <Role.OWN_LIST: 'own_list'>
    """
    data = unmarked(data)
    if native.matches(data):
        return Role.OWN_LIST
    if gdhcn_pki.is_signed_authority(data) or detached_cose.is_signature(data):
        return Role.SIDECAR
    if vci.is_signature(data) or vci.is_metadata(data):
        return Role.SIDECAR
    if gdhcn.matches(data):
        return Role(gdhcn.role_of(data))
    if master_list.matches(data):
        return Role.LIST
    if any(known.matches(data) for known in (jwks, pkcs7, crl, certificates)):
        return Role.KEYS
    if any(known.matches(data) for known in FORMATS):
        return Role.LIST
    try:
        load_pins(data)
    except PinError:
        return Role.OTHER
    return Role.PIN


def is_sidecar(data: bytes) -> bool:
    """Whether a file that was found beside a trust list belongs to it. Never raises.

    Certificates of a chain or a signer do, lists of revoked ones, and signed authorities of the WHO
    network (GDHCN).

    >>> from vaxpass.crypto import to_pem
    >>> is_sidecar(to_pem(b"DER of a certificate")), is_sidecar(b"a letter")
    (True, False)
    """
    data = unmarked(data)
    if crl.matches(data):
        return True
    return certificates.matches(data) or gdhcn_pki.is_signed_authority(data)


def read_trust_list(  # noqa: PLR0913 - what a reader is told
    data: bytes,
    *,
    source: str,
    pins: Sequence[PublicKey | SignerKey] = (),
    at: datetime | None = None,
    unsigned: bool = False,
    sidecars: Sequence[bytes] = (),
    named_by_user: bool = True,
) -> TrustList:
    """Read a trust list; its format is recognised from its content.

    - `data`: the bytes of the file, at most `LARGEST`.
    - `source`: what the list is called in every key.
    - `pins`: keys or certificates that signed lists are verified with. A list is refused unless its
      signature holds under one of them, or `unsigned` allows it.
    - `at`: the time (aware) at which the signers of the list must be valid; without it that is not
      asked.
    - `unsigned`: whether a list is used although nothing vouches for it.
    - `sidecars`: the files that belong to the list: a separate signature, a chain of certificates.
    - `named_by_user`: false where files were only collected. Then a list in a format that can't be
      signed needs `unsigned`, too.

    Entries that can't be used are in `TrustList.skipped`. Raises `TrustListError` where nothing of the
    list must be used, and `ArgumentError` where `data` is not bytes, such as a path, or `at` is naive.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> from vaxpass.crypto.certificate import to_pem
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> read_trust_list(to_pem(ca.issued.certificate.der), source="my authority")
    TrustList(1 keys, 0 skipped)
    """
    require("data", data, bytes, bytearray)
    if at is not None:
        require_aware("at", at)
    if len(data) > LARGEST:
        raise TrustListError("failure.list.too_large", source=source)
    data = unmarked(data)
    beside = tuple(map(unmarked, sidecars))
    for known in FORMATS:
        if known.matches(data):
            return known.read(data, Reading(source, tuple(pins), at, unsigned, beside, named_by_user))
    raise TrustListError("failure.list.unknown", source=source)
