"""Trust lists in forms that other programs read: PEM files, a JWK set, a COSE key set.

The project's own format (`vaxpass.trust.formats.native`) keeps everything. These keep what their forms
have room for, and only signers (DSC).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final

from vaxpass.crypto.certificate import to_pem
from vaxpass.crypto.keys import public_pem
from vaxpass.errors import ExportError
from vaxpass.trust.formats import cose_keys, jwks
from vaxpass.trust.model import DSC, TrustedKey, TrustList

__all__ = ["cose_key_set", "jwk_set", "pem_folder"]

_COUNTRY: Final = re.compile(r"[A-Z]{2,3}")
_LONGEST_KID: Final = 32


def pem_folder(trust: TrustList) -> dict[str, bytes]:
    """Names of files and their content: a PEM file for each signer, called after country and kid.

    A bare key is written as a public key. PEM has no place for a kid: read again, each certificate
    gets the one that is computed from it, which on real lists is nearly always the same.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> list(pem_folder(TrustList([key]))) == [f"VN-{key.kid.hex()}.pem"]
    True
    """
    files: dict[str, bytes] = {}
    for key in _signers(trust):
        certificate = key.certificate
        stem = _stem(key)
        number, name = 1, f"{stem}.pem"
        while name in files:
            number += 1
            name = f"{stem}-{number}.pem"
        pem = public_pem(certificate.public_key) if certificate.is_bare_key else None
        files[name] = pem or to_pem(certificate.der)
    return files


def jwk_set(trust: TrustList) -> bytes:
    """A JWK set (RFC 7517, section 5) with kids, keys and certificates (`x5c`), as JSON in ASCII.

    The key of a curve that JWK has no name for is there as its certificate only. Raises `ExportError`
    where such a key has no certificate.

    >>> from vaxpass.encoding import strict_json
    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> [sorted(entry) for entry in strict_json.read(jwk_set(TrustList([key])))["keys"]]
    [['crv', 'kid', 'kty', 'use', 'x', 'x5c', 'y']]
    """
    return _written(jwks.write, trust)


def cose_key_set(trust: TrustList) -> bytes:
    """A COSE key set (RFC 9052, section 7) with kids and keys; certificates have no place there.

    Raises `ExportError` for a key on a curve that COSE has not.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> from vaxpass.trust import read_trust_list
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> copy = read_trust_list(cose_key_set(TrustList([key])), source="copy")
    >>> copy.find(key.kid)[0].certificate.is_bare_key
    True
    """
    return _written(cose_keys.write, trust)


def _written(write: Callable[[Iterable[TrustedKey]], bytes], trust: TrustList) -> bytes:
    try:
        return write(_signers(trust))
    except ValueError as error:
        raise ExportError("failure.export", detail=error) from None


def _signers(trust: TrustList) -> list[TrustedKey]:
    return [key for key in trust if key.usage == DSC]


def _stem(key: TrustedKey) -> str:
    """A safe name: what a list says of itself must never become a path."""
    kid = key.kid.hex() if len(key.kid) <= _LONGEST_KID else hashlib.sha256(key.kid).hexdigest()
    country = key.country or ""
    return f"{country}-{kid}" if _COUNTRY.fullmatch(country) else kid or "key"
