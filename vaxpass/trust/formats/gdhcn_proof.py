"""WHO's proof over a document of its network: JsonWebSignature2020 over the document's N-Quads.

What is signed are statements (RDF), not bytes. They are built here directly: the documents have one
form only, so that neither a JSON-LD processor nor a context from the network is needed. What is not
among the statements is not signed, and the reader must not use it. The signature is a detached JWS (RFC
7515, appendix F; RFC 7797) with ES256, in DER instead of r||s.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.signature import verify_es256_der
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.trust.reading import time_in_utc

_SECURITY: Final = "https://w3id.org/security#"
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
_CREATED: Final = "http://purl.org/dc/terms/created"
_DATE_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"
_CODES: Final = {"domain": "Domains", "participant": "Participants", "keyusage": "KeyUsage"}
_PROOF_NODE: Final = "_:c14n0"

PRODUCTION: Final = "https://smart.who.int/trust/ValueSet-{}.jsonld"
VOCABULARIES: Final = (
    PRODUCTION,
    "https://smart.who.int/trust/ValueSet-{}-DEV.jsonld",
    "https://worldhealthorganization.github.io/smart-trust/ValueSet-{}-DEV.jsonld",
    "https://smart.who.int/trust/ValueSet-{}-UAT.jsonld",
    "https://worldhealthorganization.github.io/smart-trust/ValueSet-{}-UAT.jsonld",
)
"""Where the codes of a document may come from. Only the first is that of production."""

# An identifier with any other character could imitate several statements.
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_CODE: Final = re.compile(r"#[A-Za-z0-9_-]+")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def verified_vocabulary(document: Mapping[str, Any], keys: tuple[PublicKey, ...]) -> str | None:
    """The one of `VOCABULARIES` with which the document's proof holds under one of the keys, or None.

    Raises `ValueError` with the reason where the document has no proof of the known form.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise ValueError("the document has no proof")  # noqa: TRY004 - of data
    header, signature = _jws(proof.get("jws"))
    start = header + b"." + _hash(_options(proof))
    fixed = list(_fixed(document))
    for vocabulary in VOCABULARIES:
        signed = start + _hash([*fixed, *_coded(document, vocabulary)])
        if any(verify_es256_der(key, signature, signed) for key in keys):
            return vocabulary
    return None


def is_verifiable(document: Mapping[str, Any]) -> bool:
    """Whether the proof is of the form that can be verified (v2); that of v1 is not."""
    proof = document.get("proof")
    try:
        return isinstance(proof, dict) and bool(_jws(proof.get("jws")))
    except ValueError:
        return False


def created(document: Mapping[str, Any]) -> datetime | None:
    """When the proof says that it was made, None where it does not say so with a time zone."""
    proof = document.get("proof")
    said = proof.get("created") if isinstance(proof, dict) else None
    try:
        # Without its zone a time may be half a day off.
        zoned = isinstance(said, str) and datetime.fromisoformat(said).tzinfo is not None
        return time_in_utc(said, "its time of creation") if zoned else None
    except ValueError:
        return None


def signing_input(document: Mapping[str, Any], header: bytes, vocabulary: str = PRODUCTION) -> bytes:
    """The bytes that the proof signs, for whoever makes such documents: tests do.

    Raises `ValueError` where the document is not of the one known form.
    """
    statements = [*_fixed(document), *_coded(document, vocabulary)]
    proof = document.get("proof")
    return header + b"." + _hash(_options(proof if isinstance(proof, dict) else {})) + _hash(statements)


def _jws(value: object) -> tuple[bytes, bytes]:
    """Header segment and signature of a detached JWS."""
    if not isinstance(value, str) or not value.isascii() or value.count(".") != 2:
        raise ValueError("the proof has no JWS")
    header, payload, signature = value.split(".")
    try:
        said = strict_json.read(strict_base64.decode_url(header))
        raw = strict_base64.decode_url(signature)
    except ValueError:
        raise ValueError("the proof's JWS is damaged") from None
    if payload or said != {"b64": False, "crit": ["b64"], "alg": "ES256"} or said["b64"] is not False:
        raise ValueError("the proof is signed in a way that is not known here")
    return header.encode(), raw


def _hash(statements: list[str]) -> bytes:
    try:
        text = "".join(sorted(set(statements))).encode()
    except UnicodeEncodeError:
        raise ValueError("the document holds text that is not Unicode") from None
    return hashlib.sha256(text).digest()


def _options(proof: Mapping[str, Any]) -> list[str]:
    if proof.get("type") != "JsonWebSignature2020":
        raise ValueError("the proof is of a type that is not known here")
    purpose = proof.get("proofPurpose")
    if not isinstance(purpose, str):
        raise ValueError("the proof has no purpose")  # noqa: TRY004 - of data
    moment, nonce = proof.get("created"), proof.get("nonce")
    statements = [
        _statement(_PROOF_NODE, _CREATED, _literal(moment, _DATE_TIME)),
        _statement(_PROOF_NODE, _TYPE, f"<{_SECURITY}JsonWebSignature2020>"),
        _statement(_PROOF_NODE, _SECURITY + "proofPurpose", _iri(_SECURITY + purpose)),
        _statement(
            _PROOF_NODE, _SECURITY + "verificationMethod", _iri(proof.get("verificationMethod"))
        ),
    ]
    if nonce is not None:
        statements.append(_statement(_PROOF_NODE, _SECURITY + "nonce", _literal(nonce)))
    return statements


def _fixed(document: Mapping[str, Any]) -> Iterator[str]:
    """The statements that are the same with every vocabulary."""
    subject = _iri(document.get("id"))
    yield _statement(subject, _SECURITY + "controller", _iri(document.get("controller")))
    for method in _methods(document):
        if not isinstance(method, dict):
            yield _statement(subject, _SECURITY + "verificationMethod", _iri(method))
            continue
        name = _iri(method.get("id"))
        jwk = method.get("publicKeyJwk")
        if method.get("type") != "JsonWebKey2020" or not isinstance(jwk, dict):
            raise ValueError("an entry is not a JsonWebKey2020")
        text = json.dumps(jwk, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        yield _statement(subject, _SECURITY + "verificationMethod", name)
        yield _statement(name, _TYPE, f"<{_SECURITY}JsonWebKey2020>")
        yield _statement(name, _SECURITY + "controller", _iri(method.get("controller")))
        yield _statement(name, _SECURITY + "publicKeyJwk", _literal(text, _JSON))


def _coded(document: Mapping[str, Any], vocabulary: str) -> Iterator[str]:
    """The statements about domain, participant and usage."""
    for method in _methods(document):
        if not isinstance(method, dict):
            continue
        name = _iri(method.get("id"))
        for member, listed in _CODES.items():
            if member not in method:
                continue
            said = method[member]
            code = said.get("code") if isinstance(said, dict) else None
            if not isinstance(code, str) or not _CODE.fullmatch(code):
                raise ValueError(f"an entry's {member} is not a code")
            base = vocabulary.format(listed)
            yield _statement(name, base, _iri(base + code))


def _methods(document: Mapping[str, Any]) -> list[Any]:
    methods = document.get("verificationMethod")
    if not isinstance(methods, list):
        raise ValueError("the document has no entries")  # noqa: TRY004 - of data
    return methods


def _statement(subject: str, predicate: str, value: str) -> str:
    return f"{subject} <{predicate}> {value} .\n"


def _iri(value: object) -> str:
    if not isinstance(value, str) or not _IRI.fullmatch(value):
        raise ValueError("an identifier is missing or not a URI")
    return f"<{value}>"


def _literal(value: object, datatype: str | None = None) -> str:
    if not isinstance(value, str):
        raise ValueError("a text of the proof is missing")  # noqa: TRY004 - of data
    return f'"{value.translate(_ESCAPES)}"' + (f"^^<{datatype}>" if datatype else "")
