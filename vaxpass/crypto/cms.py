"""CMS messages (RFC 5652; PKCS#7 before it): who signed this content, and bundles of certificates.

`verify_attached` and `verify_detached` answer with a certificate that comes with the message, so the
answer means nothing until the caller finds that certificate trusted: pinned, or issued by a pinned
authority. `certificates_in` reads the certificates of a `.p7b` or `.p7c` file and looks at no
signature.

The one user of asn1crypto, which only takes messages apart; OpenSSL verifies.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final, NamedTuple

from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

from vaxpass.crypto.certificate import SignerKey, lenient
from vaxpass.crypto.signature import verify_x509
from vaxpass.encoding import strict_base64

LARGEST: Final = 256 * 1024
"""Bytes of a message with its content; a signed certificate has about 3,000."""
_LARGEST_BUNDLE: Final = 4 * 1024 * 1024
"""Bytes of a bundle of certificates, each of which has about 1,000."""
_MOST_CERTIFICATES: Final = 16
_MOST_SIGNERS: Final = 4
DATA: Final = "1.2.840.113549.1.7.1"
"""The type of content that is nothing in particular"""
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_PSS_OID: Final = "1.2.840.113549.1.1.10"
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
# Signature algorithms that name their hash; None where the message's digest algorithm is taken.
_RSA: Final[dict[str, hashes.HashAlgorithm | None]] = {
    "1.2.840.113549.1.1.1": None,
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
}
_ECDSA: Final[dict[str, hashes.HashAlgorithm | None]] = {
    "1.2.840.10045.2.1": None,  # some write the key's algorithm here
    "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
}


_PEM: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_PEM_BEGIN: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----")
_SIGNED_DATA_HEAD: Final = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2


class _Values(core.SetOf):  # type: ignore[misc,unused-ignore]
    _child_spec = core.Any


class _Attribute(core.Sequence):  # type: ignore[misc,unused-ignore]
    """Any attribute; asn1crypto's own fails over some that are not needed (S/MIME capabilities)."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("values", _Values)]


class _Attributes(core.SetOf):  # type: ignore[misc,unused-ignore]
    _child_spec = _Attribute


class Signed(NamedTuple):
    """Content whose signature holds, and by whom: a certificate that no pin has vouched for yet."""

    content: bytes
    signer: SignerKey


class _Refused(ValueError):
    """A reason in words; every other error means that the parser met something malformed."""


def looks_like_message(data: bytes) -> bool:
    """Whether the bytes look like signed data: PEM by its header, DER by its object identifier."""
    if data[:1] == b"\x30":
        return _SIGNED_DATA_HEAD in data[:20]
    return _PEM_BEGIN.search(data) is not None


def undone(data: bytes) -> bytes:
    """The DER of one message, which may be in PEM. Raises `ValueError` where the PEM is damaged."""
    if data[:1] == b"\x30":
        return data
    found = _PEM.findall(data)
    if len(found) != 1:
        raise ValueError("the PEM text is damaged")
    return strict_base64.decode(found[0][1], spaces=True)


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """The DER of every certificate in a PKCS#7 bundle, PEM or DER, in its order.

    Whatever signature the bundle has is not looked at. Raises `ValueError` where it can't be read.
    """
    if len(data) > _LARGEST_BUNDLE:
        raise ValueError("the PKCS#7 bundle is too large")
    blocks = [data]
    if data[:1] != b"\x30":
        found = _PEM.findall(data)
        if not found or len(found) != len(_PEM_BEGIN.findall(data)):
            raise ValueError("the PEM text is damaged")
        try:
            blocks = [strict_base64.decode(text, spaces=True) for _, text in found]
        except ValueError:
            raise ValueError("the PEM text is damaged") from None
    certificates: list[bytes] = []
    for block in blocks:
        try:
            with lenient():
                loaded = load_der_pkcs7_certificates(block)
                certificates += [one.public_bytes(Encoding.DER) for one in loaded]
        except Exception as error:
            # A bundle without certificates, one in BER, damaged bytes: all mean the same here.
            raise ValueError(f"not a readable PKCS#7 bundle: {error}") from None
    return tuple(certificates)


def verify_attached(
    message: bytes,
    known: Sequence[SignerKey] = (),
    *,
    content_type: str = DATA,
    largest: int = LARGEST,
) -> Signed:
    """Verify a message (DER) that carries its content, of the type `content_type`.

    `known` are certificates that the message may leave out and name only, `largest` how many bytes it
    may have. The answer is the content, and the certificate whose key signed it. Raises `ValueError`,
    with the reason in words, where the message is malformed or no signature of it holds.
    """
    if len(message) > largest:
        raise ValueError("the CMS message is too large")
    return _verify(message, None, known, content_type)


def verify_detached(message: bytes, content: bytes, known: Sequence[SignerKey] = ()) -> SignerKey:
    """Verify the signature of a message (DER) over content that lies elsewhere, and say whose it is.

    A message that carries content all the same must carry the very same. `known` is as in
    `verify_attached`. Raises `ValueError` where the message is malformed or no signature of it holds.
    """
    if len(message) > LARGEST:
        raise ValueError("the CMS message is too large")
    return _verify(message, content, known, DATA).signer


def _verify(
    message: bytes, content: bytes | None, known: Sequence[SignerKey], content_type: str
) -> Signed:
    try:
        signed = _parse(message, content_type)
        carried = _content(signed)
        if content is None:
            content = carried
        elif carried not in (None, content):
            raise _Refused("the CMS message carries other content than what it is said to sign")  # noqa: TRY301
        if content is None:
            raise _Refused("the CMS message carries no content")  # noqa: TRY301
        return Signed(content, _signer(signed, content, known, content_type))
    except _Refused:
        raise
    except Exception:
        # The parser raises errors of many kinds over malformed input.
        raise ValueError("the CMS message is malformed") from None


def _parse(message: bytes, content_type: str) -> Any:
    outer = cms.ContentInfo.load(message, strict=True)
    if outer["content_type"].dotted != _SIGNED_DATA:
        raise _Refused("the CMS message is not signed data")
    signed = outer["content"]
    if signed["encap_content_info"]["content_type"].dotted != content_type:
        raise _Refused("the CMS message signs content of another type than it must")
    return signed


def _content(signed: Any) -> bytes | None:
    content = signed["encap_content_info"]["content"]
    return None if isinstance(content, core.Void) else bytes(content)


def _signer(signed: Any, content: bytes, known: Sequence[SignerKey], content_type: str) -> SignerKey:
    carried = list(_certificates(signed))
    signers = signed["signer_infos"]
    if not 0 < len(signers) <= _MOST_SIGNERS:
        raise _Refused("the CMS message has no signer, or too many")
    for signer in signers:
        # Some name their own certificate wrongly, so all that are carried are tried: whose key fits
        # is the signer, whatever the name.
        found = _verified(signer, content, carried, content_type)
        if found is None:
            named = [c for c in known if _is_named(signer["sid"], c)]
            found = _verified(signer, content, named, content_type)
        if found is not None:
            return found
    raise _Refused("no signature of the CMS message holds under a certificate that is known")


def _certificates(signed: Any) -> Iterator[SignerKey]:
    listed = signed["certificates"]
    if isinstance(listed, core.Void):
        return
    if len(listed) > _MOST_CERTIFICATES:
        raise _Refused("the CMS message carries too many certificates")
    for choice in listed:
        if choice.name == "certificate":
            try:
                yield SignerKey.from_der(choice.chosen.dump())
            except ValueError:
                continue  # one that is not needed may be of any kind


def _is_named(sid: Any, certificate: SignerKey) -> bool:
    """Whether the signer's identifier means this certificate."""
    parsed = cms.Certificate.load(certificate.der)
    if sid.name == "issuer_and_serial_number":
        same_serial = sid.chosen["serial_number"].native == parsed.serial_number
        return bool(same_serial and sid.chosen["issuer"] == parsed.issuer)
    return bool(parsed.key_identifier is not None and sid.chosen.native == parsed.key_identifier)


def _verified(
    signer: Any, content: bytes, candidates: Sequence[SignerKey], content_type: str
) -> SignerKey | None:
    digest = _HASHES.get(signer["digest_algorithm"]["algorithm"].dotted)
    if digest is None:
        raise _Refused("the CMS message uses a hash that is not known here")
    signature = signer["signature"].native
    for signed in _signed_bytes(signer, content, digest, content_type):
        for certificate in candidates:
            if _fits(signer["signature_algorithm"], certificate, signature, signed, digest):
                return certificate
    return None


def _signed_bytes(
    signer: Any, content: bytes, digest: hashes.HashAlgorithm, content_type: str
) -> list[bytes]:
    """What the signature is over: the attributes where there are any, which name the content."""
    attributes = signer["signed_attrs"]
    if isinstance(attributes, core.Void):
        if content_type != DATA:
            # RFC 5652, section 5.3: the attributes say of which type it is.
            raise _Refused("the CMS message has no signed attributes")
        if content[:1] == b"\x31":
            # The attributes of another message could be passed off as the content of this one.
            raise _Refused("the CMS message signs attributes as if they were content")
        return [content]
    listed = _Attributes.load(attributes.untag().dump(), strict=True)
    if _attribute(listed, _CONTENT_TYPE, core.ObjectIdentifier).dotted != content_type:
        raise _Refused("the CMS message's signed content type is another one")
    computed = hashes.Hash(digest)
    computed.update(content)
    said = _attribute(listed, _MESSAGE_DIGEST, core.OctetString).native
    if not hmac.compare_digest(said, computed.finalize()):
        raise _Refused("the content is not what was signed: its digest is another one")
    # Signed is the DER of the attributes as a SET; some sign them in the order as they stand.
    in_order = core.SetOf(spec=core.Any)
    for encoded in sorted(attribute.dump() for attribute in listed):
        in_order.append(core.Any.load(encoded))
    as_is = listed.dump()
    other = in_order.dump()
    return [as_is] if as_is == other else [as_is, other]


def _attribute(attributes: Any, oid: str, spec: Any) -> Any:
    found = [attribute for attribute in attributes if attribute["type"].dotted == oid]
    if len(found) != 1 or len(found[0]["values"]) != 1:
        raise _Refused("the CMS message lacks a signed attribute, or has it twice")
    return found[0]["values"][0].parse(spec)


def _fits(
    algorithm: Any,
    certificate: SignerKey,
    signature: bytes,
    signed: bytes,
    digest: hashes.HashAlgorithm,
) -> bool:
    oid = algorithm["algorithm"].dotted
    key = certificate.public_key
    if oid == _PSS_OID:
        named, padding = _pss(algorithm["parameters"])
        return isinstance(key, RSAPublicKey) and verify_x509(key, signature, signed, named, padding)
    if oid in _RSA and isinstance(key, RSAPublicKey):
        return verify_x509(key, signature, signed, _RSA[oid] or digest, PKCS1v15())
    if oid in _ECDSA and not isinstance(key, RSAPublicKey):
        return verify_x509(key, signature, signed, _ECDSA[oid] or digest)
    return False


def _pss(parameters: Any) -> tuple[hashes.HashAlgorithm, PSS]:
    named = _HASHES.get(parameters["hash_algorithm"]["algorithm"].dotted)
    mask = _HASHES.get(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].dotted)
    salt = parameters["salt_length"].native
    if named is None or mask is None or not 0 <= salt <= 64:
        raise _Refused("the CMS message uses RSA-PSS in a way that is not known here")
    return named, PSS(MGF1(mask), salt_length=salt)
