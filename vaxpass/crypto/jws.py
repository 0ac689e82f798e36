"""Signed JSON in its compact form (JWS, RFC 7515, section 3.1): header.payload.signature.

Only ES256, PS256 and RS256 (RFC 7518, section 3.1) are accepted. Who signed is judged by keys or
certificates that the user pinned: one of them signed, or the certificates that the header brings
(`x5c`, RFC 7515, section 4.1.6) lead from the signature to one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from cryptography import x509
from cryptography.x509.oid import NameOID

from vaxpass.crypto.certificate import SignerKey, key_of, lenient, load_certificate
from vaxpass.crypto.chain import issued_by, may_issue, valid_at
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import PublicKey, fingerprint
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.encoding import strict_base64, strict_json

Pin: TypeAlias = PublicKey | SignerKey

_ALGORITHMS: Final = {
    "ES256": Algorithm.ES256,
    "PS256": Algorithm.PS256,
    "RS256": Algorithm.RS256,
}
LARGEST: Final = 16 * 1024 * 1024
"""Bytes; longer messages are refused unread. The largest list in use has about 1 million."""
_LARGEST_HEADER: Final = 256 * 1024
_MOST_CERTIFICATES: Final = 8
_COMPACT: Final = re.compile(rb"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Jws(NamedTuple):
    """A message, not verified.

    `x5c` holds the DER of the certificates in its header, that of the signer first. `signed` are the
    bytes that the signature is over (RFC 7515, section 5.1).
    """

    algorithm: Algorithm
    x5c: tuple[bytes, ...]
    payload: bytes
    signature: bytes
    signed: bytes


def looks_like_jws(data: bytes) -> bool:
    """Whether the bytes are three dotted segments, the first of which begins like a JSON object."""
    return data[:3] == b"eyJ" and _COMPACT.fullmatch(data.strip()) is not None


def parse(data: bytes) -> Jws:
    """Take a message apart; nothing is verified yet. White space around it is dropped.

    Raises `ValueError`, with the reason in words, where it is malformed, larger than `LARGEST`, signed
    with another algorithm, or demands something that is not known here (`crit`, `b64`; RFC 7797).
    """
    if len(data) > LARGEST:
        raise ValueError("the signed message is too large")
    segments = data.strip().split(b".")
    if len(segments) != 3:
        raise ValueError("the signed message has not three segments")
    if len(segments[0]) > _LARGEST_HEADER:
        raise ValueError("the header of the signed message is too large")
    header = _header(_decoded(segments[0]))
    name = header.get("alg")
    algorithm = _ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise ValueError("the signed message uses an algorithm that is not accepted")
    if "crit" in header or "b64" in header:
        raise ValueError("the signed message demands something that is not known here")
    return Jws(
        algorithm=algorithm,
        x5c=_x5c(header.get("x5c", [])),
        payload=_decoded(segments[1]),
        signature=_decoded(segments[2]),
        signed=segments[0] + b"." + segments[1],
    )


def signed_by(jws: Jws, key: PublicKey) -> bool:
    """Whether the signature was made with `key`, and the key is of the algorithm's kind."""
    return bool(verify_signature(jws.algorithm, key, jws.signature, jws.signed))


def verify(
    jws: Jws, pins: Sequence[Pin], at: datetime | None = None, *, leaf_name: str | None = None
) -> str:
    """Say in words how a pinned key vouches for the message; raise `ValueError` where none does.

    The key that signed is pinned, or the certificates of the header lead from it to a pinned one.
    Every certificate on that way must be valid at `at` (aware), where it is given. `leaf_name` is the
    common name that the signing certificate must have where it is not pinned itself: an authority
    certifies many, and few of them may sign this.
    """
    for pin in pins:
        key = key_of(pin)
        if signed_by(jws, key):
            if isinstance(pin, SignerKey):
                _must_be_valid(pin, at)
            name = jws.algorithm.name
            return f"{name} signature over the list by the pinned key {fingerprint(key)[:16]}"
    chain = [SignerKey.from_der(der) for der in jws.x5c]
    if not chain or not signed_by(jws, chain[0].public_key):
        raise ValueError(
            "the signature does not match: the list was changed, or the pinned key is another one"
        )
    path = _path(chain, [pin for pin in pins if isinstance(pin, SignerKey)])
    for certificate in path:
        _must_be_valid(certificate, at)
    if leaf_name is not None and _common_name(path[0]) != leaf_name:
        raise ValueError(f"the certificate that signed is not the one named {leaf_name}")
    root = fingerprint(path[-1].public_key)[:16]
    return (
        f"{jws.algorithm.name} signature over the list by a certificate that leads to "
        f"the pinned certificate with the key {root}"
    )


def _path(chain: list[SignerKey], roots: list[SignerKey]) -> list[SignerKey]:
    """From the certificate that signed to a pinned one, each signed by the next."""
    for place, certificate in enumerate(chain):
        for root in roots:
            if _leads_to(certificate, root, place):
                return [*chain[: place + 1], root]
        if place + 1 < len(chain) and not _leads_to(certificate, chain[place + 1], place):
            break
    raise ValueError("the certificate that signed does not lead to a pinned certificate")


def _leads_to(certificate: SignerKey, issuer: SignerKey, below: int) -> bool:
    """Whether `issuer` did sign the certificate, and may, with `below` authorities under it."""
    if not may_issue(issuer) or not issued_by(certificate, issuer):
        return False
    # It has constraints that can be read, or it might not issue.
    limits = (
        load_certificate(issuer.der).extensions.get_extension_for_class(x509.BasicConstraints).value
    )
    return limits.path_length is None or below <= limits.path_length


def _common_name(certificate: SignerKey) -> str | None:
    try:
        with lenient():
            subject = load_certificate(certificate.der).subject
            names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError):
        return None
    value = names[0].value if len(names) == 1 else None
    return value if isinstance(value, str) else None


def _must_be_valid(certificate: SignerKey, at: datetime | None) -> None:
    if not valid_at(certificate, at):
        raise ValueError("a certificate on the way from the signature is not valid at this time")


def _header(data: bytes) -> dict[str, Any]:
    try:
        header = strict_json.read(data)
    except ValueError:
        raise ValueError("the header of the signed message is not valid JSON") from None
    if not isinstance(header, dict):
        raise ValueError("the header of the signed message is not an object")  # noqa: TRY004 - of data
    return header


def _x5c(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("the certificates of the signed message are not a list of text")
    if len(value) > _MOST_CERTIFICATES:
        raise ValueError("the signed message has too many certificates")
    try:
        return tuple(strict_base64.decode(item) for item in value)
    except ValueError:
        raise ValueError("a certificate of the signed message is not Base64") from None


def _decoded(segment: bytes) -> bytes:
    try:
        return strict_base64.decode_url(segment)
    except ValueError:
        raise ValueError("a segment of the signed message is not Base64url") from None
