"""Did this certificate authority issue that certificate?

Not the path validation of RFC 5280, section 6: the authorities of health passports break its rules in
many ways. What is asked is the name, the signature and whether the issuer may issue at all. The times
are asked apart (`valid_at`), because a caller needs to say which of the certificates has expired.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15

from vaxpass.crypto import der
from vaxpass.crypto.certificate import SignerKey, lenient, load_certificate
from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.signature import verify_x509

_STRONG: Final = ("sha256", "sha384", "sha512")
_OF_PASSPORTS: Final = ("sha224", *_STRONG)
"""What ICAO 9303-12 lets the authorities of passports sign with"""
_WEAK: Final = ("sha1",)


def issued_by(certificate: SignerKey, issuer: SignerKey) -> bool:
    """Whether `issuer` signed `certificate` and is named in it, with SHA-256, SHA-384 or SHA-512.

    The times of both are not asked; see `valid_at`. A bare key has no issuer and issues nothing.
    """
    return _issued(certificate, issuer, _STRONG)


def issued_weakly_by(certificate: SignerKey, issuer: SignerKey) -> bool:
    """The same for a signature with SHA-1, of which somebody else's certificate might have a copy."""
    return _issued(certificate, issuer, _WEAK)


def signed_by(certificate: SignerKey, key: PublicKey) -> bool:
    """Whether an authority of passports signed the certificate with this key: SHA-224 to SHA-512.

    Nothing else is asked: neither names nor whether the owner of the key may issue at all. A link
    certificate (ICAO 9303-12, section 7.1.1) has the same key as the authority's other certificate.
    """
    return not certificate.is_bare_key and _holds(certificate, key, _OF_PASSPORTS)


def valid_at(certificate: SignerKey, at: datetime | None) -> bool:
    """Whether a certificate is valid at the time `at` (aware).

    Both ends belong to it, the last second as a whole. True where no time is asked, and for a bare key,
    which has no times.
    """
    if at is None or certificate.not_before is None or certificate.not_after is None:
        return True
    return certificate.not_before <= at.timestamp() < certificate.not_after + 1


def may_issue(certificate: SignerKey) -> bool:
    """Whether a certificate says that it is an authority's (RFC 5280, sections 4.2.1.3 and 4.2.1.9).

    False where that can't be read.
    """
    try:
        parsed = load_certificate(certificate.der)
        constraints = parsed.extensions.get_extension_for_class(x509.BasicConstraints)
        if not constraints.value.ca:
            return False
        usage = parsed.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound as error:
        # An authority without key usage may do everything; one without constraints is none.
        return error.oid == x509.KeyUsage.oid
    except Exception:
        return False  # odd certificates raise errors of many kinds
    return usage.value.key_cert_sign


def _issued(certificate: SignerKey, issuer: SignerKey, hash_names: tuple[str, ...]) -> bool:
    # The names in words are compared first: that costs nothing and settles nearly all pairs.
    if certificate.is_bare_key or issuer.is_bare_key or certificate.issuer != issuer.subject:
        return False
    try:
        with lenient():
            child, parent = load_certificate(certificate.der), load_certificate(issuer.der)
            if child.issuer != parent.subject:
                return False
    except Exception:
        return False  # odd certificates raise errors of many kinds
    return _holds(certificate, issuer.public_key, hash_names)


def _holds(certificate: SignerKey, key: PublicKey, hash_names: tuple[str, ...]) -> bool:
    try:
        with lenient():
            child = load_certificate(certificate.der)
            parameters = child.signature_algorithm_parameters
            hash_algorithm = child.signature_hash_algorithm
            signature, signed = child.signature, der.first_inside(certificate.der)
    except Exception:
        return False  # odd certificates raise errors of many kinds
    if hash_algorithm is None or hash_algorithm.name not in hash_names:
        return False
    padding = parameters if isinstance(parameters, PSS | PKCS1v15) else None
    return verify_x509(key, signature, signed, hash_algorithm, padding)
