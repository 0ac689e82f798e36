"""Bytes -> signer certificate (DSC): its key, its times, and what it may sign.

X.509 certificates (RFC 5280) in DER or PEM (RFC 7468). A document signer certificate may restrict
itself to kinds of documents by its extended key usage (HCERT specification 1.0.8, appendix A). Only
what is needed is read, and read leniently: signer certificates in use break RFC 5280 in many ways.

`load_certificate` is the one place that parses a certificate, and `SignerKey` what the library keeps of
it.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto import der, keys
from vaxpass.crypto.keys import KeyType, PublicKey
from vaxpass.encoding import strict_base64
from vaxpass.errors import ArgumentError

KID_BYTES: Final = 8
_LARGEST_BASE64: Final = 64 * 1024
"""Characters of one certificate; real ones have about 1,500."""
TEST_ORGANIZATION: Final = "vaxpass TEST"
"""The organisation in every certificate of `vaxpass.crypto.authority`: a test key wherever it is."""
_PEM_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_PEM_END: Final = "-----END CERTIFICATE-----"
_PEM_ANY: Final = b"-----BEGIN"
# Of OpenSSL's names for the same, that of trusted ones has data behind the certificate.
_PEM_NAME: Final = rb"(?:X509 |TRUSTED )?CERTIFICATE"
_PEM_BLOCK: Final = re.compile(rb"-----BEGIN " + _PEM_NAME + rb"-----(.*?)(?:-----END|\Z)", re.DOTALL)
_PEM_HEADER: Final = re.compile(rb"-----BEGIN " + _PEM_NAME + b"-----")
# 1.3.6.1.4.1.1847.2021.1.n and, as often, 1.3.6.1.4.1.0.1847.2021.1.n, without the last arc.
_USAGE_ARCS: Final = (
    bytes.fromhex("2b060104018e378f6501"),
    bytes.fromhex("2b06010401008e378f6501"),
)
_USAGE_KINDS: Final = {1: Kind.TEST, 2: Kind.VACCINATION, 3: Kind.RECOVERY}
USAGE_OIDS: Final = {kind: f"1.3.6.1.4.1.1847.2021.1.{last}" for last, kind in _USAGE_KINDS.items()}
"""The extended key usage of each kind, as dotted text."""


@contextmanager
def lenient() -> Iterator[None]:
    """Silence pyca/cryptography's warnings about odd certificates.

    It warns of serial numbers that are not positive and of names that are too long. Real lists have
    both, and who reads a list can't change them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def load_certificate(data: bytes) -> x509.Certificate:
    """Parse the DER of one certificate (RFC 5280, section 4.1), without pyca/cryptography's warnings.

    What `vaxpass.crypto.repair` takes away is missing in the answer: a signature is over the bytes of
    `der.first_inside`. Raises `ArgumentError` where the bytes are none. Properties of an odd
    certificate may still raise errors of many kinds when they are asked for; ask for them inside
    `lenient()`.
    """
    with lenient():
        try:
            return x509.load_der_x509_certificate(data)
        except Exception as error:
            # Odd certificates raise errors of many kinds, and all mean the same here.
            return _load_repaired(data, error)


def _load_repaired(data: bytes, why: Exception) -> x509.Certificate:
    """The certificate without the detail over which it was refused; `why` is what its parser said."""
    from vaxpass.crypto.repair import repaired  # noqa: PLC0415 - few lists need it

    try:
        return x509.load_der_x509_certificate(repaired(data))
    except Exception:
        raise ArgumentError(f"not a usable X.509 certificate: {why}") from None


def load_public_key(data: bytes) -> PublicKey:
    """A public key from PEM, DER or DER in Base64: a bare key (SubjectPublicKeyInfo) or a certificate.

    Of several certificates in one PEM text the first counts. Raises `ArgumentError` where the bytes are
    neither, or the key is not EC or RSA.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> str(KeyType.of(load_public_key(to_pem(ca.issued.certificate.der))))
    'EC P-256'
    """
    if has_pem(data):
        return SignerKey.from_pem(data)[0].public_key
    if _PEM_ANY in data:
        return keys.load_pem(data)
    data = _undone(data)
    if der.looks_like_certificate(data):
        return SignerKey.from_der(data).public_key
    return keys.load_spki(data)


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A document signer certificate, read once; or a bare public key, where a list gives no more.

    RFC 5280, section 4.1, and HCERT specification 1.0.8, appendix A, say what such a certificate holds.

    `der` is the certificate, and `kid` its identifier (8 bytes, see `key_identifier`). `not_before` and
    `not_after` are whole seconds since 1970 in UTC, both inclusive. `kinds` is what its extended key
    usage allows it to sign; all kinds where it names none. `country` is the subject's (ISO 3166-1
    alpha-2), None where it has none. `subject` and `issuer` are names as text (RFC 4514), empty where
    they can't be read. `made_for_tests` is true for those that this project makes.

    A bare key has no times (None) and may sign all kinds; `der` is its SubjectPublicKeyInfo.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> signer = SignerKey.from_der(ca.issue_signer(days=365).certificate.der)
    >>> signer.country, signer.key_name, signer.is_bare_key, signer.made_for_tests
    ('VN', 'EC P-256', False, True)
    """

    der: bytes
    kid: bytes
    public_key: PublicKey = field(repr=False)
    not_before: int | None
    not_after: int | None
    kinds: frozenset[Kind]
    country: str | None
    made_for_tests: bool
    subject: str
    issuer: str
    names_kinds: bool = False
    """Whether its extended key usage names kinds of the EU DCC, be it all of them."""

    @classmethod
    def from_der(cls, data: bytes) -> SignerKey:
        """Parse the DER of one certificate.

        Raises `ArgumentError` where the bytes are no certificate, or its key is neither EC nor RSA.
        """
        parsed = load_certificate(data)
        named = _kinds(data)
        with lenient():
            key = keys.usable(_key_of(parsed, data), "the certificate's key")
            country = (_attribute(parsed, NameOID.COUNTRY_NAME) or "").upper() or None
            organization = _attribute(parsed, NameOID.ORGANIZATION_NAME)
            subject, issuer = _name(parsed, "subject"), _name(parsed, "issuer")
        return cls(
            der=data,
            kid=key_identifier(data),
            public_key=key,
            not_before=_seconds(parsed.not_valid_before_utc),
            not_after=_seconds(parsed.not_valid_after_utc),
            kinds=named or DCC_KINDS,
            country=country,
            made_for_tests=organization == TEST_ORGANIZATION,
            subject=subject,
            issuer=issuer,
            names_kinds=bool(named),
        )

    @classmethod
    def from_pem(cls, data: bytes) -> tuple[SignerKey, ...]:
        """Parse every certificate in a PEM text, in its order.

        Raises `ArgumentError` where one is not usable. A text without any gives an empty tuple.
        """
        return tuple(cls.from_der(block) for block in pem_blocks(data))

    @classmethod
    def from_public_key(cls, spki: bytes) -> SignerKey:
        """Take a bare public key (DER of its SubjectPublicKeyInfo) for a signer.

        Raises `ArgumentError` where it is not one, or neither EC nor RSA.
        """
        return cls._bare(keys.load_spki(spki), spki)

    @classmethod
    def from_key(cls, key: PublicKey) -> SignerKey:
        """Take a public key that was loaded before for a signer."""
        return cls._bare(key, keys.public_bytes(key))

    @classmethod
    def _bare(cls, key: PublicKey, spki: bytes) -> SignerKey:
        return cls(
            der=spki,
            kid=key_identifier(spki),
            public_key=key,
            not_before=None,
            not_after=None,
            kinds=DCC_KINDS,
            country=None,
            made_for_tests=False,
            subject="",
            issuer="",
        )

    def __reduce__(self) -> tuple[object, ...]:
        """OpenSSL's key can't be pickled; it is read again from the bytes."""
        read = SignerKey.from_public_key if self.is_bare_key else SignerKey.from_der
        return read, (self.der,)

    @property
    def key_type(self) -> KeyType:
        """What kind of key it has, and how large."""
        return KeyType.of(self.public_key)

    @property
    def key_name(self) -> str:
        """The same as text, for people and JSON: `EC P-256`, `RSA 2048`."""
        return str(self.key_type)

    @property
    def is_bare_key(self) -> bool:
        """Whether there is only a key and no certificate, so that its validity is not known."""
        return self.not_after is None


def key_of(pin: PublicKey | SignerKey) -> PublicKey:
    """The public key of a pin, which may be a key or a certificate.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> pin = ca.issued.certificate
    >>> key_of(pin) == key_of(pin.public_key)
    True
    """
    return pin.public_key if isinstance(pin, SignerKey) else pin


def to_pem(der_bytes: bytes) -> bytes:
    """A certificate's DER as PEM text (RFC 7468), in ASCII, with a line end behind it.

    The bytes are not parsed.

    >>> to_pem(b"DER of a certificate").splitlines()[:2]
    [b'-----BEGIN CERTIFICATE-----', b'REVSIG9mIGEgY2VydGlmaWNhdGU=']
    """
    text = strict_base64.encode(der_bytes)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join((_PEM_BEGIN, *lines, _PEM_END, "")).encode()


def pem_blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of each block of a PEM text that is a certificate (RFC 7468), not parsed, in its order.

    Raises `ArgumentError` where a block is not Base64, or larger than any certificate.
    """
    blocks = []
    for found in _PEM_BLOCK.finditer(data):
        if found.end() - found.start() > _LARGEST_BASE64:
            raise ArgumentError("a block of the PEM text is larger than any certificate")
        block = strict_base64.decode(found[1], spaces=True)
        blocks.append(block[: der.end_of_element(block)])
    return tuple(blocks)


def has_pem(data: bytes) -> bool:
    """Whether a text has a block of PEM that is a certificate."""
    return _PEM_HEADER.search(data) is not None


def certificate_blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of the certificates in a file, not parsed.

    These are every block of a PEM text, or the DER itself, which may be in Base64 without more, as
    Windows and certificate authorities write it. Raises `ArgumentError` where a block of a PEM text is
    not Base64.
    """
    return pem_blocks(data) if _PEM_ANY in data else (_undone(data),)


def looks_like_certificates(data: bytes) -> bool:
    """Whether a file is one that `certificate_blocks` is for."""
    return has_pem(data) or der.looks_like_certificate(_undone(data))


def _undone(data: bytes) -> bytes:
    """DER out of Base64; what is no Base64 of DER as it was."""
    # DER of a certificate or a key begins with a sequence of two length bytes or fewer, Base64 with M.
    if data[:64].lstrip()[:1] != b"M" or len(data) > _LARGEST_BASE64:
        return data
    try:
        undone = strict_base64.decode(data, spaces=True)
    except ValueError:
        return data
    return undone if undone[:1] == b"\x30" else data


def key_identifier(der_bytes: bytes) -> bytes:
    """The kid of a certificate: the first 8 bytes of SHA-256 over its DER (specification, 3.3.2)."""
    return hashlib.sha256(der_bytes).digest()[:KID_BYTES]


def _key_of(parsed: x509.Certificate, data: bytes) -> object:
    try:
        return parsed.public_key()
    except Exception as error:
        # As above: which error it is depends on the key and on the version of the parser.
        why = error
    try:
        return _load_repaired(data, why).public_key()
    except Exception:
        raise ArgumentError(f"not a usable X.509 certificate: {why}") from None


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _kinds(data: bytes) -> frozenset[Kind]:
    """The kinds that its extended key usage names; none where it names no kind."""
    usages = der.extended_key_usages(data)
    named = {
        _USAGE_KINDS[oid[-1]] for oid in usages if oid[:-1] in _USAGE_ARCS and oid[-1] in _USAGE_KINDS
    }
    return frozenset(named)


def _attribute(parsed: x509.Certificate, oid: x509.ObjectIdentifier) -> str | None:
    """The first attribute of this kind in the subject, None where there is none that can be read."""
    try:
        found = parsed.subject.get_attributes_for_oid(oid)
    except Exception:
        # Odd names raise errors of many kinds, which differ with the version of the parser.
        return None
    value = found[0].value if found else None
    return value if isinstance(value, str) else None


def _name(parsed: x509.Certificate, which: str) -> str:
    try:
        name: x509.Name = getattr(parsed, which)
        return name.rfc4514_string()
    except Exception:
        return ""
