"""DIVOC certificates of people who do not exist, signed with keys that are made for a test."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from vaxpass.crypto import SignerKey
from vaxpass.documents.divoc import forms, linked_data
from vaxpass.encoding import strict_base64
from vaxpass.trust import DIVOC, ListedIssuer, TrustedKey, TrustList

INDIA: Final = "https://cowin.gov.in/credentials/vaccination/v1"
SECOND: Final = "https://cowin.gov.in/credentials/vaccination/v2"
INDONESIA: Final = "https://www.pedulilindungi.id/credentials/vaccination/v2"
_ADDRESS: Final = {
    "streetAddress": "1 Test Road",
    "streetAddress2": "",
    "district": "Test District",
    "city": "",
    "addressRegion": "Test Region",
    "addressCountry": "IN",
    "postalCode": 176207,
}
_DOCUMENT: Final[dict[str, Any]] = {
    "@context": [forms.CREDENTIALS, INDIA],
    "type": ["VerifiableCredential", "ProofOfVaccinationCredential"],
    "credentialSubject": {
        "type": "Person",
        "id": "did:Passport:TEST0001",
        "refId": "39790000000001",
        "name": "Test Person One",
        "gender": "Female",
        "age": "41",
        "nationality": "Indian",
        "address": dict(_ADDRESS),
    },
    "issuer": "https://cowin.gov.in/",
    "issuanceDate": "2021-05-04T04:28:46.012Z",
    "evidence": [
        {
            "id": "https://cowin.gov.in/vaccine/92040000001",
            "feedbackUrl": "https://cowin.gov.in/?92040000001",
            "infoUrl": "https://cowin.gov.in/?92040000001",
            "certificateId": "92040000001",
            "type": ["Vaccination"],
            "batch": "TEST-4121Z",
            "vaccine": "COVISHIELD",
            "manufacturer": "Serum Institute of India",
            "date": "2021-05-04T04:20:00.000Z",
            "effectiveStart": "2021-05-04",
            "effectiveUntil": "2022-05-04",
            "dose": 1,
            "totalDoses": 2,
            "verifier": {"name": "Test Nurse"},
            "facility": {"name": "Test Clinic", "address": {**_ADDRESS, "postalCode": ""}},
        }
    ],
    "nonTransferable": "true",
}


@cache
def keys() -> dict[str, RSAPrivateKey | Ed25519PrivateKey]:
    """The keys of two issuers, by their verification method."""
    return {
        "did:india": generate_private_key(65537, 2048),
        "did:indonesia": Ed25519PrivateKey.generate(),
    }


@cache
def trust() -> TrustList:
    """A trust list with the public halves."""
    return TrustList(
        TrustedKey.of(
            SignerKey.from_key(key.public_key()),
            "my list",
            country={"did:india": "IN"}.get(method, "ID"),
            usage=DIVOC,
            issuer=ListedIssuer(method, f"Issuer of {method}"),
        )
        for method, key in keys().items()
    )


def document(**changes: Any) -> dict[str, Any]:
    """A certificate without a proof, with members of its event changed; `...` leaves one out."""
    made = copy.deepcopy(_DOCUMENT)
    event = made["evidence"][0]
    for name, value in changes.items():
        event[name] = value
        if value is ...:
            del event[name]
    return made


def second(context: str = SECOND) -> dict[str, Any]:
    """A certificate with the second vocabulary."""
    made = document(icd11Code="XM9QW8", prophylaxis="COVID-19 vaccine, non-replicating viral vector")
    made["@context"][1] = context
    made["credentialSubject"]["dob"] = "1980-02-29"
    return made


def indonesian() -> dict[str, Any]:
    """A certificate as Indonesia writes it."""
    made = second(INDONESIA)
    event = made["evidence"][0]
    del event["id"], event["infoUrl"]
    event |= {"icd11Code": "", "prophylaxis": "", "manufacturer": "-"}
    event |= {"vaccine": "COVID-19 Vaccine Pfizer", "effectiveUntil": event["effectiveStart"]}
    return made


def signed(made: dict[str, Any], method: str = "did:india") -> dict[str, Any]:
    """The certificate with a proof."""
    key = keys()[method]
    is_rsa = isinstance(key, RSAPrivateKey)
    proof: dict[str, Any] = {
        "type": "RsaSignature2018" if is_rsa else "Ed25519Signature2018",
        "created": "2021-05-04T04:28:46Z",
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    algorithm = "PS256" if is_rsa else "EdDSA"
    header = strict_base64.encode_url(f'{{"alg":"{algorithm}","b64":false,"crit":["b64"]}}'.encode())
    whole = {**made, "proof": proof}
    named = forms.is_absolute(made["credentialSubject"].get("id"))
    data = linked_data.signed_bytes(whole, header, holder_is_named=named)
    if isinstance(key, RSAPrivateKey):
        signature = key.sign(data, PSS(MGF1(SHA256()), 32), SHA256())
    else:
        signature = key.sign(data)
    return {**made, "proof": {**proof, "jws": f"{header}..{strict_base64.encode_url(signature)}"}}


def archive(content: dict[str, Any] | bytes, name: str = "certificate.json", **options: Any) -> bytes:
    """A ZIP archive with a certificate, as its bytes."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", options.pop("method", zipfile.ZIP_DEFLATED)) as made:
        made.writestr(name, data)
        for other, bytes_ in options.pop("more", {}).items():
            made.writestr(other, bytes_)
    return file.getvalue()


def text(content: dict[str, Any] | bytes, **options: Any) -> str:
    """The same as `B64:` and Base64."""
    return "B64:" + strict_base64.encode(archive(content, **options))
