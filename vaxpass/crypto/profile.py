"""What a certificate says of itself beyond its key and its times: for judging lists, not passports.

Nothing here refuses a certificate. A property that can't be read is None, and `unreadable` tells that
there was one: certificates in use have extensions that pyca/cryptography does not parse.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography import x509
from cryptography.x509.oid import SignatureAlgorithmOID

from vaxpass.crypto import der
from vaxpass.crypto.certificate import SignerKey, lenient, load_certificate

_Value = TypeVar("_Value")

# pyca/cryptography parses all extensions or none; this one is read by hand, so that it is always known.
_PURPOSES: Final = {
    bytes.fromhex("2b06010505070301"): "TLS server",
    bytes.fromhex("2b06010505070302"): "TLS client",
    bytes.fromhex("2b06010505070303"): "code signing",
    bytes.fromhex("2b06010505070304"): "e-mail",
}
_SHA1: Final = {SignatureAlgorithmOID.ECDSA_WITH_SHA1, SignatureAlgorithmOID.RSA_WITH_SHA1}
_MD5: Final = {SignatureAlgorithmOID.RSA_WITH_MD5}


@dataclass(frozen=True, slots=True)
class Profile:
    """Properties of a certificate; None where one is not there or can't be read.

    `version` is 1 or 3 as people count. `signature_hash` is the hash its issuer signed it with, such as
    `sha256`. `signs_data` is whether its key usage has digitalSignature, None without a key usage.
    `is_ca` is what its basic constraints say. `purposes` are the well-known ones of its extended key
    usage that have nothing to do with health certificates. `has_ski` and `has_aki` are whether it names
    its own key and its issuer's.
    """

    version: int | None = None
    serial: int | None = None
    signature_hash: str | None = None
    signs_data: bool | None = None
    is_ca: bool | None = None
    purposes: tuple[str, ...] = ()
    has_ski: bool | None = None
    has_aki: bool | None = None
    self_issued: bool = False
    unreadable: bool = False


def profile(certificate: SignerKey) -> Profile:
    """Read what can be read. A bare key has none of it."""
    if certificate.is_bare_key:
        return Profile()
    with lenient():
        try:
            parsed = load_certificate(certificate.der)
        except ValueError:
            return Profile(unreadable=True)
        extensions = _attempt(lambda: parsed.extensions)
        named = _attempt(lambda: der.extended_key_usages(certificate.der))
        version = _attempt(lambda: parsed.version.value + 1)
        serial = _attempt(lambda: parsed.serial_number)
        hash_name = _attempt(lambda: _hash(parsed))
    usage = _extension(extensions, x509.KeyUsage)
    constraints = _extension(extensions, x509.BasicConstraints)
    return Profile(
        version=version,
        serial=serial,
        signature_hash=hash_name,
        signs_data=usage.digital_signature if usage else None,
        is_ca=constraints.ca if constraints else None,
        purposes=tuple(sorted(_PURPOSES[oid] for oid in named or () if oid in _PURPOSES)),
        has_ski=None if extensions is None else _has(extensions, x509.SubjectKeyIdentifier),
        has_aki=None if extensions is None else _has(extensions, x509.AuthorityKeyIdentifier),
        self_issued=bool(certificate.subject) and certificate.subject == certificate.issuer,
        unreadable=None in (extensions, named, version, hash_name),
    )


def _attempt(read: Callable[[], _Value]) -> _Value | None:
    """The value, None where reading it raises: the parser raises errors of many kinds."""
    with suppress(Exception):
        return read()
    return None


def _hash(parsed: x509.Certificate) -> str | None:
    oid = parsed.signature_algorithm_oid
    # The two that matter have a name here, even where the provider no longer supports them.
    if oid in _SHA1:
        return "sha1"
    if oid in _MD5:
        return "md5"
    algorithm = parsed.signature_hash_algorithm
    return algorithm.name if algorithm else oid.dotted_string


_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def _extension(extensions: x509.Extensions | None, kind: type[_Extension]) -> _Extension | None:
    for extension in extensions or ():
        if isinstance(extension.value, kind):
            return extension.value
    return None


def _has(extensions: x509.Extensions, kind: type[x509.ExtensionType]) -> bool:
    return _extension(extensions, kind) is not None
