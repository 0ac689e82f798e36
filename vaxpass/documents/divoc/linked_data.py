"""The bytes that the proof of a DIVOC certificate signs: canonical RDF. The only user of PyLD.

They are the hashes of two sets of statements (RDF) in their canonical form, URDNA2015: those of the
proof and those of the certificate (W3C CCG, Linked Data Proofs 1.0, and the suites Ed25519Signature2018
and RsaSignature2018).

No vocabulary (`@context`) is ever fetched. The two tables of this module stand for those that `forms`
admits. They were written anew and have only the terms that a known form uses: that `issuer` is
`https://www.w3.org/2018/credentials#issuer`, for example, is a fact that the vocabularies state. Their
sources are the W3C contexts credentials/v1 (W3C Software and Document Licence) and security/v1 and v2
(the same), and the contexts of DIVOC (MIT), versions 1 and 2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, NoReturn

from pyld import jsonld

from vaxpass.encoding.strict_json import Json

_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_SECURITY: Final = "https://w3id.org/security#"
_SCHEMA: Final = "https://schema.org/"
_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"

_CERTIFICATE: Final[dict[str, Any]] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "VerifiableCredential": f"{_CREDENTIALS}VerifiableCredential",
    "credentialSubject": {"@id": f"{_CREDENTIALS}credentialSubject", "@type": "@id"},
    "evidence": {"@id": f"{_CREDENTIALS}evidence", "@type": "@id"},
    "issuer": {"@id": f"{_CREDENTIALS}issuer", "@type": "@id"},
    "issuanceDate": {"@id": f"{_CREDENTIALS}issuanceDate", "@type": _TIME},
    # DIVOC's own terms are written `vac:`, which is no prefix by JSON-LD 1.1 and so stays as it is.
    **{
        name: f"vac:{said}"
        for name, said in {
            "nonTransferable": "nonTransferable",
            "streetAddress2": "addressLine2",
            "city": "city",
            "district": "district",
            "Vaccination": "Vaccination",
            "verifier": "verifier",
            "facility": "Facility",
        }.items()
    },
    **{
        name: f"{_SCHEMA}{said}"
        for name, said in {
            "ProofOfVaccinationCredential": "ProofOfVaccinationCredential",
            "Person": "Person",
            "refId": "id",
            "uhid": "id",
            "name": "name",
            "age": "Number",
            "dob": "date",
            "gender": "gender",
            "nationality": "nationality",
            "address": "PostalAddress",
            "streetAddress": "streetAddress",
            "addressRegion": "addressRegion",
            "postalCode": "postalCode",
            "addressCountry": "addressCountry",
            "certificateId": "id",
            "batch": "id",
            "vaccine": "id",
            "manufacturer": "id",
            "icd11Code": "id",
            "prophylaxis": "name",
            "feedbackUrl": "url",
            "infoUrl": "url",
            "date": "date",
            "effectiveStart": "date",
            "effectiveUntil": "date",
            "dose": "doseValue",
            "totalDoses": "doseValue",
        }.items()
    },
}
_ONE_AT_A_TIME: Final = Lock()
"""PyLD has caches for all threads, which are not made for several at once."""
_PROOF: Final[dict[str, Any]] = {
    "@version": 1.1,
    "type": "@type",
    "Ed25519Signature2018": f"{_SECURITY}Ed25519Signature2018",
    "RsaSignature2018": f"{_SECURITY}RsaSignature2018",
    "created": {"@id": "http://purl.org/dc/terms/created", "@type": _TIME},
    "verificationMethod": {"@id": f"{_SECURITY}verificationMethod", "@type": "@id"},
    "proofPurpose": {"@id": f"{_SECURITY}proofPurpose", "@type": "@vocab"},
    "assertionMethod": f"{_SECURITY}assertionMethod",
}


def signed_bytes(document: Mapping[str, Json], header: str, *, holder_is_named: bool) -> bytes:
    """What the signature of a certificate is over; `header` is the first part of its JWS (RFC 7797).

    The document has passed `forms.check`: without that a document could be made that takes hours.

    `holder_is_named`: whether the identifier of the person is absolute. JSON-LD says nothing of a thing
    whose identifier is relative, so that nothing that is said of such a person is signed; only that
    there is such an address somewhere.
    """
    proof = document["proof"]
    assert isinstance(proof, dict)  # noqa: S101 - by `forms.check`
    said = {name: value for name, value in proof.items() if name != "jws"}
    rest = {name: value for name, value in document.items() if name not in ("proof", "@context")}
    body: dict[str, Any] = rest
    if not holder_is_named:
        subject = rest.pop("credentialSubject", None)
        address = subject.get("address") if isinstance(subject, dict) else None
        body = {"@graph": [rest, address] if address else [rest]}
    return (
        header.encode()
        + b"."
        + _hash({**said, "@context": _PROOF})
        + _hash({**body, "@context": _CERTIFICATE})
    )


def _hash(document: Mapping[str, Any]) -> bytes:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _refuse,
    }
    with _ONE_AT_A_TIME:
        lines: str = jsonld.normalize(document, options)
    return hashlib.sha256(lines.encode()).digest()


def _refuse(address: str, options: object) -> NoReturn:
    """The loader of vocabularies: there is nothing to load."""
    raise ValueError("a vocabulary would have to be loaded")
