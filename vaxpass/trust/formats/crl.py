"""Lists of revoked certificates (X.509 CRL, RFC 5280, section 5), DER or PEM, of signing authorities.

Nothing has to vouch for one: it counts only for signers of the authority that signed it, and takes
trust away only.
"""

from __future__ import annotations

import re
from typing import Final

from vaxpass.crypto.passports import RevocationList, looks_like_crl
from vaxpass.encoding import strict_base64
from vaxpass.trust.model import SignerCrl, TrustList
from vaxpass.trust.reading import Reading

NAME: Final = "list of revoked signers (CRL)"

_PEM: Final = re.compile(rb"-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----")
_PEM_BEGIN: Final = b"-----BEGIN X509 CRL-----"
_MOST: Final = 1000


def matches(data: bytes) -> bool:
    """PEM by its header, DER by its outermost elements."""
    return _PEM_BEGIN in data or looks_like_crl(data)


def lists_in(data: bytes) -> tuple[bytes, ...]:
    """The DER of each CRL in a file; none where it is another kind of file, or damaged."""
    if looks_like_crl(data):
        return (data,)
    try:
        return tuple(strict_base64.decode(text, spaces=True) for text in _PEM.findall(data)[:_MOST])
    except ValueError:
        return ()


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the lists; a file with one that can't be used is refused: what it revokes is not known."""
    listed = lists_in(data)
    if not listed:
        raise reading.refuse("failure.list.detail", detail="the PEM text is damaged")
    try:
        for each in listed:
            RevocationList(each)
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    return TrustList([], crls=[SignerCrl(each, reading.source) for each in listed])
