"""Bytes -> signer certificate (DSC): its key, its times, and what it may sign.

HCERT specification 1.0.8, appendix A: a document signer certificate may restrict itself to kinds of
certificate by its extended key usage. Only what is needed is read, and read leniently: signer
certificates in use break RFC 5280 in many ways.


TODO-MERGED: The certificates in a PKCS#7 (CMS) bundle, as `.p7b` and `.p7c` files hold them."""

from __future__ import annotations

import base64
import hashlib
import re
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from cryptography.x509.oid import NameOID

from vaxpass.codes import Kind
from vaxpass.crypto import der

PublicKey: TypeAlias = EllipticCurvePublicKey | RSAPublicKey

KID_BYTES: Final = 8
TEST_ORGANIZATION: Final = "vaxpass TEST"
"""The organisation in every certificate of `vaxpass.crypto.authority`: a test key wherever it is."""
_PEM_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_PEM_END: Final = "-----END CERTIFICATE-----"
# 1.3.6.1.4.1.1847.2021.1.n and, as often, 1.3.6.1.4.1.0.1847.2021.1.n, without the last arc.
_USAGE_ARCS: Final = (
    bytes.fromhex("2b060104018e378f6501"),
    bytes.fromhex("2b06010401008e378f6501"),
)
_USAGE_KINDS: Final = {1: Kind.TEST, 2: Kind.VACCINATION, 3: Kind.RECOVERY}
USAGE_OIDS: Final = {kind: f"1.3.6.1.4.1.1847.2021.1.{last}" for last, kind in _USAGE_KINDS.items()}
"""The extended key usage of each kind, as dotted text."""


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A document signer certificate, read once; or a bare public key, where a list gives no more.

    `key_name` is the kind of its key in words: `EC P-256`, `RSA 2048`. `not_before` and `not_after`
    are whole seconds since 1970 in UTC, both inclusive. `kinds` is what its extended key usage allows
    it to sign; all kinds where it names none. `made_for_tests` is true for those that this project
    makes.

    A bare key has no times (None) and may sign all kinds; `der` is its SubjectPublicKeyInfo.
    """

    der: bytes
    kid: bytes
    public_key: PublicKey = field(repr=False)
    key_name: str
    not_before: int | None
    not_after: int | None
    kinds: frozenset[Kind]
    country: str | None
    made_for_tests: bool
    subject: str
    issuer: str

    @classmethod
    def from_der(cls, data: bytes) -> SignerKey:
        """Parse DER.

        Raises `ValueError` where the bytes are no certificate or its key is of another kind.
        """
        # It warns of serial numbers that are not positive and of names that are too long, as on real
        # lists; who reads a list can't change them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                parsed = x509.load_der_x509_certificate(data)
                key = parsed.public_key()
            except Exception as error:
                # Odd certificates raise errors of many kinds, and all mean the same here.
                raise ValueError(f"not a usable X.509 certificate: {error}") from None
            if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey):
                raise ValueError("the certificate's key is neither EC nor RSA")  # noqa: TRY004
            country = (_attribute(parsed, NameOID.COUNTRY_NAME) or "").upper() or None
            organization = _attribute(parsed, NameOID.ORGANIZATION_NAME)
            subject, issuer = _name(parsed, "subject"), _name(parsed, "issuer")
        return cls(
            der=data,
            kid=key_identifier(data),
            public_key=key,
            key_name=key_name(key),
            not_before=_seconds(parsed.not_valid_before_utc),
            not_after=_seconds(parsed.not_valid_after_utc),
            kinds=_kinds(data),
            country=country,
            made_for_tests=organization == TEST_ORGANIZATION,
            subject=subject,
            issuer=issuer,
        )

    @classmethod
    def from_public_key(cls, spki: bytes) -> SignerKey:
        """Take a bare public key (DER of its SubjectPublicKeyInfo) for a signer.

        Raises `ValueError` where it is not one, or neither EC nor RSA.
        """
        # Few lists need it, and it would take a tenth of the time of `import vaxpass`.
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_der_public_key,
        )

        try:
            key = load_der_public_key(spki)
        except Exception as error:
            raise ValueError(f"not a usable public key: {error}") from None
        if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey):
            raise ValueError("the key is neither EC nor RSA")  # noqa: TRY004 - of data
        return cls(
            der=spki,
            kid=key_identifier(spki),
            public_key=key,
            key_name=key_name(key),
            not_before=None,
            not_after=None,
            kinds=frozenset(Kind),
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
    def is_bare_key(self) -> bool:
        """Whether there is only a key and no certificate, so that its validity is not known."""
        return self.not_after is None

    @classmethod
    def from_pem(cls, data: bytes) -> tuple[SignerKey, ...]:
        """Parse every certificate in a PEM text. Raises `ValueError` where one is not usable."""
        return tuple(cls.from_der(der) for der in pem_blocks(data))


def to_pem(der_bytes: bytes) -> bytes:
    """A certificate's DER as PEM text."""
    text = base64.b64encode(der_bytes).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join((_PEM_BEGIN, *lines, _PEM_END, "")).encode()


def pem_blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of each `CERTIFICATE` block of a PEM text, not parsed.

    Raises `ValueError` where a block is not Base64.
    """
    blocks = [part.partition(_PEM_END.encode())[0] for part in data.split(_PEM_BEGIN.encode())[1:]]
    return tuple(base64.b64decode(b"".join(block.split()), validate=True) for block in blocks)


def key_identifier(der_bytes: bytes) -> bytes:
    """The kid of a certificate: the first 8 bytes of SHA-256 over its DER (specification, 3.3.2)."""
    return hashlib.sha256(der_bytes).digest()[:KID_BYTES]


def key_name(key: PublicKey) -> str:
    """The kind of key in words: `EC P-256`, `RSA 2048`."""
    if isinstance(key, RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"EC {_CURVES.get(key.curve.name, key.curve.name)}"


_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _kinds(data: bytes) -> frozenset[Kind]:
    usages = der.extended_key_usages(data)
    named = {
        _USAGE_KINDS[oid[-1]] for oid in usages if oid[:-1] in _USAGE_ARCS and oid[-1] in _USAGE_KINDS
    }
    return frozenset(named or Kind)


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


_PEM: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_PKCS7_BEGIN: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2


def looks_like_bundle(data: bytes) -> bool:
    """PEM by its header, DER by the object identifier of signed data at its beginning."""
    if data[:1] == b"\x30":
        return _SIGNED_DATA in data[:20]
    return _PKCS7_BEGIN.search(data) is not None


def bundled_certificates(data: bytes) -> tuple[bytes, ...]:
    """The DER of every certificate in a bundle, PEM or DER, in its order.

    Whatever signature the bundle has is not looked at. Raises `ValueError` where it can't be read.
    """
    blocks = [data]
    if data[:1] != b"\x30":
        found = _PEM.findall(data)
        if not found or len(found) != len(_PKCS7_BEGIN.findall(data)):
            raise ValueError("the PEM text is damaged")
        try:
            blocks = [base64.b64decode(b"".join(text.split()), validate=True) for _, text in found]
        except ValueError:
            raise ValueError("the PEM text is damaged") from None
    certificates: list[bytes] = []
    for block in blocks:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # as in SignerKey.from_der
                loaded = load_der_pkcs7_certificates(block)
                certificates += [one.public_bytes(Encoding.DER) for one in loaded]
        except Exception as error:
            # A bundle without certificates, one in BER, damaged bytes: all mean the same here.
            raise ValueError(f"not a readable PKCS#7 bundle: {error}") from None
    return tuple(certificates)
