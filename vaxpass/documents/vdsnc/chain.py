"""Who vouches for the signer of a seal (ICAO TR VDS-NC, section 4; ICAO 9303-12, section 7).

The signer's certificate is in the document, so anybody can put one there. It counts where a signing
authority (CSCA) of the trust list has signed it, which only the authority's key proves: names and
identifiers of keys can be copied. It also counts where the list has the signer itself.

A certificate of an authority is valid longer than its private key is used, and longer than what it
signed (ICAO 9303-12, section 7.1.1). So a signer is valid as long as both certificates are, whatever
the period of private keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.chain import signed_by
from vaxpass.crypto.keys import load_spki, public_bytes
from vaxpass.crypto.passports import SEALS, Extensions, RevocationList, extensions_of, serial_number
from vaxpass.display import day_or_time
from vaxpass.documents.countries import alpha_2, realm_of
from vaxpass.findings import Note, Problem
from vaxpass.policy import Policy
from vaxpass.trust.model import BSC, CSCA, TrustedKey, TrustList

_MOST_SIGNERS: Final = 128
"""Signers that are remembered; each takes about two kilobytes."""
_DOCUMENT_TYPES: Final = {Kind.VDS_VACCINATION: "NV", Kind.VDS_TEST: "NT"}
_NOT_FOR: Final = {
    Kind.VDS_VACCINATION: Code.USAGE_NOT_FOR_VACCINATION,
    Kind.VDS_TEST: Code.USAGE_NOT_FOR_TEST,
}


@dataclass(frozen=True, slots=True)
class CertifiedSigner(TrustedKey):
    """The signer of a seal, and the authorities of the list that have the key that signed it."""

    authorities: tuple[TrustedKey, ...] = field(default=(), compare=False, repr=False)

    @property
    def not_before(self) -> int | None:
        """The first second in which its certificate and that of an authority are valid."""
        return max(_known([self.certificate.not_before, min(self._starts, default=None)]), default=None)

    @property
    def not_after(self) -> int | None:
        """The last such second."""
        return min(_known([self.certificate.not_after, max(self._ends, default=None)]), default=None)

    @property
    def _starts(self) -> list[int]:
        return _known(each.not_before for each in self.authorities)

    @property
    def _ends(self) -> list[int]:
        return _known(each.not_after for each in self.authorities)


def signers(certificate: SignerKey, trust: TrustList) -> Sequence[TrustedKey]:
    """The signer as a trusted key: of each authority's key that signed it, and where it is listed."""
    found: list[TrustedKey] = [
        key for key in trust.with_usage(BSC) if key.certificate.public_key == certificate.public_key
    ]
    by_key: dict[bytes, list[TrustedKey]] = defaultdict(list)
    for authority in trust.with_usage(CSCA):
        if _may_have_signed(authority, certificate):
            by_key[public_bytes(authority.certificate.public_key)].append(authority)
    for key, authorities in by_key.items():
        if _has_signed(key, certificate.der):
            found.append(_certified(certificate, authorities))
    return found


@lru_cache(maxsize=_MOST_SIGNERS)
def _has_signed(authority: bytes, certificate: bytes) -> bool:
    """Whether the key (SubjectPublicKeyInfo) signed the certificate: the same for all its documents.

    Nothing but these bytes decides it, so it is remembered: with some curves it takes longer than all
    the rest. Who shows made-up certificates only pushes others out.
    """
    return signed_by(SignerKey.from_der(certificate), load_spki(authority))


def _may_have_signed(authority: TrustedKey, certificate: SignerKey) -> bool:
    """A hint only, so that few signatures are tried. Every signer is of its authority's country."""
    own = authority.certificate
    same_name = bool(own.subject) and own.subject.lower() == certificate.issuer.lower()
    return same_name or authority.country is None or authority.country == certificate.country


def _certified(certificate: SignerKey, authorities: Sequence[TrustedKey]) -> CertifiedSigner:
    # The newest list vouches for the key; whatever is a test key in one is one.
    first = max(authorities, key=lambda each: each.made_at or datetime.min.replace(tzinfo=UTC))
    made = CertifiedSigner.of(
        certificate,
        first.source,
        country=first.country,
        test=any(each.test for each in authorities),
        participant=first.participant,
        domain=first.domain,
        usage=BSC,
        trusted_by=f"the country's signing authority; that by: {first.trusted_by or first.source}",
        made_at=first.made_at,
    )
    assert isinstance(made, CertifiedSigner)  # noqa: S101 - of a class method
    return replace(made, authorities=tuple(authorities))


def check_usage(signer: TrustedKey, kind: Kind, state: str, policy: Policy) -> Problem | Note | None:
    """The problem where a signer may not sign seals of this kind, or not for this state.

    `state` is what the header of the document says. Where the policy takes signers whose certificate
    does not name the usage, that is a note.
    """
    own, note = signer.certificate, None
    if not own.is_bare_key:
        try:
            said = extensions_of(own)
        except ValueError:
            return Problem(Code.USAGE_NOT_FOR_SEALS)
        if said.is_ca or said.signs_data is False:
            return Problem(Code.USAGE_NOT_FOR_SEALS)
        if SEALS not in said.usages:
            if not policy.seals_without_usage:
                return Problem(Code.USAGE_NOT_FOR_SEALS)
            note = Note(NoteCode.USAGE_NOT_STATED)
        if not _allows(said, kind):
            return Problem(_NOT_FOR[kind])
    return _check_state(signer, alpha_2(state)) or note


def _allows(said: Extensions, kind: Kind) -> bool:
    return said.document_types is None or _DOCUMENT_TYPES[kind] in said.document_types


def _check_state(signer: TrustedKey, state: str | None) -> Problem | None:
    """The problem where the list or the certificate has the signer in another state than `state`.

    A state that is not known is left to the check of the form.
    """
    named = [code for code in (signer.country, signer.certificate.country) if code]
    vouching = signer.authorities if isinstance(signer, CertifiedSigner) else (signer,)
    if not named or not any(each.country for each in vouching):
        # An authority of no state would vouch for the seals of all.
        return Problem(Code.USAGE_COUNTRY_UNKNOWN)
    for country in named:
        known = alpha_2(country) or country
        if state is not None and realm_of(known) != realm_of(state):
            return Problem(Code.USAGE_FOREIGN_SIGNER, "$.hdr.is", {"stated": state, "signer": known})
    return None


def check_signer(signer: TrustedKey, trust: TrustList, at: datetime) -> Problem | None:
    """The problem where the signer is not valid yet at `at` (aware), or is revoked.

    A document does not say when it was issued, so both count for every time. A list of revoked signers
    counts where the authority that signed the signer signed it, with this key or with a later one of
    the same state and name (ICAO 9303-12: one list of a state, signed with its current key). It counts
    however old it is: what is revoked stays revoked. That a signer is on no list proves nothing, and no
    check says that it does.
    """
    begin, now = signer.not_before, at.timestamp()
    if begin is not None and now < begin:
        return Problem(
            Code.VALIDITY_NOT_YET, details={"from": day_or_time(begin, now, at.tzinfo or UTC)}
        )
    if trust.crls and not signer.certificate.is_bare_key and _is_revoked(signer, trust):
        return Problem(Code.VALIDITY_SIGNER_REVOKED)
    return None


def _is_revoked(signer: TrustedKey, trust: TrustList) -> bool:
    own, listed = signer.certificate, trust.with_usage(CSCA)
    serial = serial_number(own)
    revoking = [crl for each in trust.crls if (crl := _read(each.der)) and crl.revokes(serial)]
    if not revoking:
        return False
    if isinstance(signer, CertifiedSigner):
        authorities: Sequence[TrustedKey] = signer.authorities
    else:
        authorities = [key for key in listed if _may_have_signed(key, own)]
    names = {own.issuer.lower(), *(each.certificate.subject.lower() for each in authorities)}
    states = {own.country, *(each.country for each in authorities)} - {None}
    of_state = [key for key in listed if key.country in states]
    # Certificates that link one key to the next may give the authority another name as well.
    links = [key.certificate for key in of_state if key.certificate.issuer.lower() in names]
    names |= {link.subject.lower() for link in links}
    later = [key for key in of_state if key.certificate.subject.lower() in names]
    keys = [key.certificate.public_key for key in (*authorities, *later)]
    return any(crl.issuer.lower() in names and any(map(crl.is_signed_by, keys)) for crl in revoking)


@lru_cache(maxsize=512)
def _read(der: bytes) -> RevocationList | None:
    """The list; it belongs to the trust list and not to a document."""
    try:
        return RevocationList(der)
    except ValueError:
        return None


def _known(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]
