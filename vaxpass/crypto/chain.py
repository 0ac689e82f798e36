"""Did this certificate authority issue that certificate?

Not a validation of paths after RFC 5280: the authorities of health passports break its rules in many
ways. What is asked is the name, the signature and whether the issuer may issue at all; the times are
asked apart, because a caller needs to say which of the certificates has expired.
"""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from vaxpass.crypto.certificate import PublicKey, SignerKey

_STRONG: Final = ("sha256", "sha384", "sha512")
_WEAK: Final = ("sha1",)
_LEAST_RSA_BITS: Final = 2048


def issued_by(certificate: SignerKey, issuer: SignerKey) -> bool:
    """Whether `issuer` signed `certificate` and is named in it, with SHA-256, SHA-384 or SHA-512.

    The times of both are not asked; see `valid_at`. A bare key was issued by nobody and issues nothing.
    """
    return _issued(certificate, issuer, _STRONG)


def issued_weakly_by(certificate: SignerKey, issuer: SignerKey) -> bool:
    """The same for a signature with SHA-1, of which somebody else's certificate might have a copy."""
    return _issued(certificate, issuer, _WEAK)


def valid_at(certificate: SignerKey, at: datetime | None) -> bool:
    """Whether a certificate is valid at a time; true where no time is asked, or a bare key has none."""
    if at is None or certificate.not_before is None or certificate.not_after is None:
        return True
    return certificate.not_before <= at.timestamp() < certificate.not_after + 1


def may_issue(certificate: SignerKey) -> bool:
    """Whether a certificate says that it is an authority's; false where that can't be read."""
    try:
        parsed = _load(certificate)
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


def es256_der_verifies(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether an ES256 signature in ASN.1 DER (not r||s) over `signed` was made with a P-256 `key`."""
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        return False
    return signature_fits(key, signature, signed, hashes.SHA256())


def signature_fits(
    key: PublicKey,
    signature: bytes,
    signed: bytes,
    hash_algorithm: hashes.HashAlgorithm,
    padding: PSS | PKCS1v15 | None = None,
) -> bool:
    """Whether an ordinary signature (ECDSA in DER; RSA with `padding`) holds.

    RSA keys under 2048 bits never do.
    """
    try:
        if isinstance(key, RSAPublicKey):
            if padding is None or key.key_size < _LEAST_RSA_BITS:
                return False
            key.verify(signature, signed, padding, hash_algorithm)
        elif padding is None:
            key.verify(signature, signed, ECDSA(hash_algorithm))
        else:
            return False
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _issued(certificate: SignerKey, issuer: SignerKey, hash_names: tuple[str, ...]) -> bool:
    # The names in words are compared first: that costs nothing and settles nearly all pairs.
    if certificate.is_bare_key or issuer.is_bare_key or certificate.issuer != issuer.subject:
        return False
    try:
        with warnings.catch_warnings():
            # Names that are too long are warned of where they are read.
            warnings.simplefilter("ignore")
            child, parent = _load(certificate), _load(issuer)
            same_name = child.issuer == parent.subject
        parameters = child.signature_algorithm_parameters
        hash_algorithm = child.signature_hash_algorithm
        signature, signed = child.signature, child.tbs_certificate_bytes
    except Exception:
        return False  # odd certificates raise errors of many kinds
    if not same_name or hash_algorithm is None or hash_algorithm.name not in hash_names:
        return False
    padding = parameters if isinstance(parameters, PSS | PKCS1v15) else None
    return signature_fits(issuer.public_key, signature, signed, hash_algorithm, padding)


def _load(certificate: SignerKey) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(certificate.der)
