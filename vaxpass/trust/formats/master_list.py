"""ICAO master lists: the signing authorities (CSCA) of states, signed by one that collected them.

A CMS message with a CscaMasterList (ICAO 9303-12, section 9). Germany, the Netherlands, ICAO and others
publish theirs; ICAO's Health Master List has the same form. What an authority of such a list certified
may sign seals (VDS-NC) of its own state.
"""

from __future__ import annotations

from typing import Final

from vaxpass.crypto import der
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.chain import may_issue
from vaxpass.crypto.cms import looks_like_message, undone, verify_attached
from vaxpass.crypto.passports import MASTER_LISTS, SEALS, RevocationList, extensions_of
from vaxpass.trust.formats import crl
from vaxpass.trust.model import BSC, CSCA, SignerCrl, SkippedEntry, TrustedKey, TrustList
from vaxpass.trust.pins import pinned_signer
from vaxpass.trust.reading import Reading, collect

NAME: Final = "ICAO master list"

CONTENT_TYPE: Final = "2.23.136.1.1.2"
_CONTENT_TYPE_DER: Final = bytes.fromhex("0606678108010102")
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes; the largest in use has about one million."""
_BEGINNING: Final = 256
_SEQUENCE, _SET, _INTEGER = 0x30, 0x31, 0x02


def matches(data: bytes) -> bool:
    """A CMS message whose content has the type of a master list."""
    if not looks_like_message(data):
        return False
    try:
        return _CONTENT_TYPE_DER in undone(data)[:_BEGINNING]
    except ValueError:
        return False


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the certificates; one that is no authority's is skipped.

    CRLs among the sidecars come along; one that can't be used is skipped.
    """
    try:
        message = undone(data)
        signed = verify_attached(
            message, reading.pinned_certificates, content_type=CONTENT_TYPE, largest=_LARGEST
        )
        listed = _certificates(signed.content)
    except ValueError as error:
        raise reading.refuse("failure.list.signature_reason", detail=error) from None
    trusted_by = _vouched(signed.signer, reading)

    def entry(der_bytes: bytes) -> list[TrustedKey]:
        certificate = SignerKey.from_der(der_bytes)
        usage = CSCA if may_issue(certificate) else BSC
        if usage == BSC and SEALS not in extensions_of(certificate).usages:
            raise ValueError("it is neither an authority nor a signer of seals")
        return [TrustedKey.of(certificate, reading.source, usage=usage, trusted_by=trusted_by)]

    named = [(f"certificate {number}", each) for number, each in enumerate(listed, 1)]
    found = collect(named, entry, reading.source)
    crls, skipped = [], list(found.skipped)
    beside = [each for sidecar in reading.sidecars for each in crl.lists_in(sidecar)]
    for number, each in enumerate(beside, 1):
        try:
            RevocationList(each)
        except ValueError as error:
            skipped.append(SkippedEntry(reading.source, f"CRL {number}", str(error)))
        else:
            crls.append(SignerCrl(each, reading.source))
    return TrustList(found, skipped, crls=crls)


def _certificates(content: bytes) -> list[bytes]:
    """The DER of each certificate of a CscaMasterList. Raises `ValueError` where it is none."""
    outer = der.elements(content)
    inside = der.elements(outer[0][1]) if [tag for tag, _ in outer] == [_SEQUENCE] else []
    if [tag for tag, _ in inside] != [_INTEGER, _SET]:
        raise ValueError("the signed content is no master list")
    return [der.encode(tag, each) for tag, each in der.elements(inside[1][1])]


def _vouched(signer: SignerKey, reading: Reading) -> str:
    """In words how a pin vouches for the list.

    Whatever an authority certified could be passed off as a signer of lists, so one that is not pinned
    itself has to have the usage.
    """
    if not reading.pins:
        return reading.accept_unsigned("failure.unsigned.signed")
    try:
        words, certificate = pinned_signer(signer, reading)
        pinned = any(each.public_key == certificate.public_key for each in reading.pinned_certificates)
        pinned = pinned or any(key == certificate.public_key for key in reading.pinned_keys)
        if not pinned and MASTER_LISTS not in extensions_of(certificate).usages:
            raise ValueError("its signer may not sign master lists")  # noqa: TRY301
    except ValueError as error:
        raise reading.refuse("failure.list.signature_reason", detail=error) from None
    return f"CMS signature over the master list by {words}"
