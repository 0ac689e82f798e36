"""What certificates of the passport authorities say beyond RFC 5280, and their lists of revoked ones.

ICAO 9303-12, section 7.1: certificates of country signing authorities (CSCA), of signers of barcodes
(BCSC) and of master lists, and CRLs. Extensions are read by hand (`vaxpass.crypto.der`), because real
certificates have some that strict parsers refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15

from vaxpass.crypto import der
from vaxpass.crypto.certificate import SignerKey, lenient
from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.repair import LARGEST, repaired
from vaxpass.crypto.signature import verify_x509
from vaxpass.errors import ArgumentError

SEALS: Final = "2.23.136.1.1.14.2"
"""The extended key usage of signers of VDS-NC"""
MASTER_LISTS: Final = "2.23.136.1.1.3"
"""The extended key usage of signers of master lists"""
_USAGES: Final = {bytes.fromhex("67810801010e02"): SEALS, bytes.fromhex("678108010103"): MASTER_LISTS}
_DOCUMENT_TYPES: Final = bytes.fromhex("67810801010602")  # 2.23.136.1.1.6.2
_EXTENDED_USAGE, _KEY_USAGE = bytes.fromhex("551d25"), bytes.fromhex("551d0f")
_CONSTRAINTS: Final = bytes.fromhex("551d13")
_INTEGER, _SEQUENCE, _SET, _PRINTABLE, _UTF8 = 0x02, 0x30, 0x31, 0x13, 0x0C
_TIMES: Final = (0x17, 0x18)
_MOST_TYPES: Final = 64
_STRONG: Final = ("sha224", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class Extensions:
    """What a certificate of a passport authority says of itself."""

    usages: frozenset[str] = frozenset()
    """Those of `SEALS` and `MASTER_LISTS` that its extended key usage has"""
    document_types: frozenset[str] | None = None
    """What it may sign (`NV`: vaccination, `NT`: test); None where it does not restrict itself"""
    is_ca: bool = False
    signs_data: bool | None = None
    """Whether its key usage has digitalSignature; None where it has no key usage"""
    signs_certificates: bool | None = None
    """Whether its key usage has keyCertSign; None where it has no key usage"""


def extensions_of(certificate: SignerKey) -> Extensions:
    """Read the extensions of a certificate; of a bare key there are none.

    Raises `ArgumentError` where they are malformed, or one occurs twice.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> said = extensions_of(ca.issued.certificate)
    >>> said.is_ca, said.signs_data, said.document_types
    (True, False, None)
    """
    if certificate.is_bare_key:
        return Extensions()
    found = der.extensions(certificate.der)
    usage = found.get(_KEY_USAGE)
    bits = None if usage is None else _bits(usage)
    return Extensions(
        usages=frozenset(_usages(found.get(_EXTENDED_USAGE))),
        document_types=_types(found.get(_DOCUMENT_TYPES)),
        is_ca=_inside(found.get(_CONSTRAINTS))[:1] == [(0x01, b"\xff")],
        signs_data=None if bits is None else bool(bits & 0x80),
        signs_certificates=None if bits is None else bool(bits & 0x04),
    )


def _only(value: bytes | None) -> bytes | None:
    """The content of the one element of an extension."""
    listed = der.elements(value) if value is not None else []
    return listed[0][1] if len(listed) == 1 else None


def _inside(value: bytes | None) -> list[der.Element]:
    content = _only(value)
    return [] if content is None else der.elements(content)


def _bits(value: bytes) -> int:
    """The first eight bits of a BIT STRING."""
    content = _only(value) or b""
    return content[1] if len(content) > 1 else 0


def _usages(value: bytes | None) -> list[str]:
    return [_USAGES[oid] for _, oid in _inside(value) if oid in _USAGES]


def _types(value: bytes | None) -> frozenset[str] | None:
    if value is None:
        return None
    listed = [content for tag, content in _inside(value) if tag == _SET]
    named = der.elements(listed[0]) if len(listed) == 1 else []
    if len(named) > _MOST_TYPES:
        raise ArgumentError("the certificate names too many types of documents")
    return frozenset(
        text.decode("ascii", "replace") for tag, text in named if tag in (_PRINTABLE, _UTF8)
    )


def serial_number(certificate: SignerKey) -> int:
    """The serial number of a certificate, as `RevocationList` has it.

    Real ones have negative numbers, which RFC 5280 (section 4.1.2.2) asks users to handle: its bytes
    are read without a sign. Raises `ArgumentError` where there is none.
    """
    body = der.elements(der.first_inside(certificate.der))
    numbers = [content for tag, content in der.elements(body[0][1])[:2] if tag == _INTEGER]
    if len(numbers) != 1:
        raise ArgumentError("the certificate has no serial number")
    return int.from_bytes(numbers[0], "big")


def looks_like_crl(data: bytes) -> bool:
    """Whether DER begins like a CRL (RFC 5280, section 5.1). Never raises."""
    try:
        tags = [tag for tag, _ in der.elements(der.elements(der.first_inside(data))[0][1])][:4]
    except (ValueError, IndexError):
        return False
    # A version, then the algorithm, the issuer and a time; a certificate has a number before these.
    return tags[-3:] in ([0x30, 0x30, 0x17], [0x30, 0x30, 0x18]) and tags[:-3] in ([], [0x02])


class RevocationList:
    """A CRL (RFC 5280, section 5), read; its signature is not verified.

    Raises `ArgumentError` where the bytes are none, or it is one that says only a part.
    """

    __slots__ = ("_der", "_parsed", "_serials", "issuer")

    def __init__(self, data: bytes) -> None:
        if len(data) > LARGEST:
            raise ArgumentError("the CRL is too large")
        self._der = data
        with lenient():
            try:
                self._parsed = _load_crl(data)
                self.issuer = self._parsed.issuer.rfc4514_string()
                self._serials = frozenset(_serials(data))
                critical = [each.oid for each in self._parsed.extensions if each.critical]
            except Exception as error:
                # Odd lists raise errors of many kinds, which differ with the version of the parser.
                raise ArgumentError(f"not a usable CRL: {error}") from None
        if critical:
            # A delta, or one about others' certificates: what it does not say may be elsewhere.
            raise ArgumentError("the CRL is one of a kind that is not known here")

    def revokes(self, serial: int) -> bool:
        """Whether it has a certificate with this serial number, as `serial_number` gives it."""
        return serial in self._serials

    @property
    def made_at(self) -> datetime | None:
        """When it was made (aware, UTC); None where that can't be read."""
        with lenient(), suppress(Exception):
            return self._parsed.last_update_utc
        return None

    @property
    def next_at(self) -> datetime | None:
        """When a newer one must be there (aware, UTC); None where it does not say it."""
        with lenient(), suppress(Exception):
            return self._parsed.next_update_utc
        return None

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether it is signed with this key, with SHA-224 to SHA-512."""
        with lenient():
            try:
                parameters = self._parsed.signature_algorithm_parameters
                hash_algorithm = self._parsed.signature_hash_algorithm
                signature, signed = self._parsed.signature, der.first_inside(self._der)
            except Exception:
                return False
        if hash_algorithm is None or hash_algorithm.name not in _STRONG:
            return False
        padding = parameters if isinstance(parameters, PSS | PKCS1v15) else None
        return verify_x509(key, signature, signed, hash_algorithm, padding)


def _serials(data: bytes) -> Iterator[int]:
    """The numbers of a CRL's entries. They stand in the sequence behind its times."""
    (_, body), *_ = der.elements(der.elements(data)[0][1])
    parts = der.elements(body)
    last_time = max(place for place, (tag, _) in enumerate(parts) if tag in _TIMES)
    for tag, entries in parts[last_time + 1 : last_time + 2]:
        for _, entry in der.elements(entries) if tag == _SEQUENCE else ():
            number_tag, number = der.elements(entry)[0]
            if number_tag != _INTEGER:
                raise ArgumentError("an entry of the CRL has no serial number")
            yield int.from_bytes(number, "big")


def _load_crl(data: bytes) -> x509.CertificateRevocationList:
    try:
        return x509.load_der_x509_crl(data)
    except Exception:
        return x509.load_der_x509_crl(repaired(data))
