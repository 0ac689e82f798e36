"""Trust lists of the WHO network (GDHCN): DID documents, of versions 1 and 2.

There are two ways to trust. WHO's proof is over a whole document (version 2), by a key that must be
pinned. The network's certificates (`gdhcn_pki`) vouch for keys one by one, under a pinned root. The
proof of a version 1 document is by a key that nobody publishes, so it can't be verified.

A document may hold references instead of keys; then the documents that they name must be sidecars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import fingerprint
from vaxpass.encoding import strict_json
from vaxpass.trust.formats import gdhcn_proof
from vaxpass.trust.formats.gdhcn_pki import Authorities, read_authorities
from vaxpass.trust.model import BSC, DIVOC, DSC, SHC, SkippedEntry, TrustedKey, TrustList
from vaxpass.trust.reading import MOST_VALUES, Reading, base64_bytes, collect

NAME: Final = "WHO GDHCN trust list (DID document)"

_MOST_DOCUMENTS: Final = 2000
_LONGEST_KID: Final = 64
_USAGES: Final = {"CSCA": "SCA"}
# In the identifiers of documents and in the names of contexts and vocabularies.
_FOR_TESTS: Final = re.compile(r"[-.](?:DEV|UAT)\b", re.IGNORECASE)
_V1_ID: Final = re.compile(r"did:web:[^:#]+:trustlist:([A-Za-z]{2,3})#")


class _Judged(NamedTuple):
    """How a document came to be trusted (None: each of its keys needs its own path), and for what."""

    trusted_by: str | None
    test: bool


def matches(data: bytes) -> bool:
    """By the name of the array that holds the keys."""
    return data.lstrip()[:1] == b"{" and b'"verificationMethod"' in data


def role_of(data: bytes) -> str:
    """What such a document is good for, in the words of `vaxpass.trust.reader.Role`."""
    try:
        document = _document(data)
    except ValueError:
        return "other"
    methods = document["verificationMethod"]
    if methods and all(isinstance(method, str) for method in methods):
        return "references"
    if b'"x5c"' not in data:
        return "pin"
    return "list" if gdhcn_proof.is_verifiable(document) else "old_list"


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the document, then read its keys; an entry that can't be read is skipped."""
    try:
        document = _document(data)
    except ValueError as error:
        raise reading.refuse("failure.list.not_did", detail=error) from None
    authorities = read_authorities(reading)
    others = {other["id"]: other for other in _documents(reading.sidecars)}
    keys: list[TrustedKey] = []
    skipped = list(authorities.skipped if authorities else ())
    waiting, seen = [document], {document["id"]}
    while waiting:
        current = waiting.pop()
        part = _keys(current, _judge(current, reading, authorities), reading, authorities)
        keys += part
        skipped += part.skipped
        for reference in _references(current):
            if reference in seen:
                continue
            seen.add(reference)
            if reference in others and len(seen) <= _MOST_DOCUMENTS:
                waiting.append(others[reference])
            else:
                why = "it is only a reference, and the document that it names is not among the sidecars"
                skipped.append(SkippedEntry(reading.source, reference, why))
    if not keys:
        why, detail = _why_empty(data, document, skipped)
        raise reading.refuse(why, detail=detail)
    return TrustList(keys, skipped)


def _why_empty(
    data: bytes, document: Mapping[str, Any], skipped: list[SkippedEntry]
) -> tuple[str, str]:
    """The key of the sentence that says why a document gives no keys, and its detail."""
    if all(isinstance(method, str) for method in document["verificationMethod"]):
        return "failure.list.references", ""
    if b'"x5c"' not in data:
        return "failure.list.to_pin", ""
    return "failure.list.no_item", skipped[0].reason if skipped else "it has no entries"


def _document(data: bytes) -> dict[str, Any]:
    document = strict_json.read(data, most=MOST_VALUES)
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise ValueError("it has no id")  # noqa: TRY004 - of data
    if not isinstance(document.get("verificationMethod"), list):
        raise ValueError("it has no array of keys")  # noqa: TRY004 - of data
    return document


def _documents(sidecars: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for data in filter(matches, sidecars):
        with suppress(ValueError):  # it is not of use, which is said where it is needed
            yield _document(data)


def _references(document: Mapping[str, Any]) -> list[str]:
    return [method for method in document["verificationMethod"] if isinstance(method, str)]


def _judge(document: Mapping[str, Any], reading: Reading, authorities: Authorities | None) -> _Judged:
    contexts = document.get("@context")
    named = [document["id"], *(contexts if isinstance(contexts, list) else [contexts])]
    test = any(isinstance(name, str) and _FOR_TESTS.search(name) for name in named)
    verifiable = gdhcn_proof.is_verifiable(document)
    # Who pins a bare key wants the proof; the path must not stand in for it.
    by_path = authorities is not None and len(reading.pinned_certificates) == len(reading.pins)
    if not reading.pins:
        why = "failure.unsigned.who" if verifiable else _VERSION_1
        return _Judged(reading.accept_unsigned(why), test)
    if not verifiable:
        words = None if by_path else reading.accept_unsigned(_VERSION_1)
        return _Judged(words, test)
    try:
        for pin, key in zip(reading.pins, reading.pinned_keys, strict=True):
            vocabulary = gdhcn_proof.verified_vocabulary(document, (key,))
            if vocabulary is not None:
                if isinstance(pin, SignerKey) and not valid_at(pin, reading.at):
                    raise ValueError("the pinned certificate is not valid at the time asked")  # noqa: TRY301
                words = f"WHO's proof over the list, key {fingerprint(key)[:16]}"
                return _Judged(words, test or _FOR_TESTS.search(vocabulary) is not None)
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    if not by_path:
        raise reading.refuse("failure.list.who_proof")
    return _Judged(None, test)


_VERSION_1: Final = "failure.unsigned.who_version_1"


def _keys(
    document: Mapping[str, Any], judged: _Judged, reading: Reading, authorities: Authorities | None
) -> TrustList:
    times: dict[object, int] = {document["id"]: 1}
    methods = [m for m in document["verificationMethod"] if not isinstance(m, str)]
    for method in methods:
        name = method.get("id") if isinstance(method, dict) else None
        if isinstance(name, str):
            times[name] = times.get(name, 0) + 1

    def entry(method: Any) -> list[TrustedKey]:
        if not isinstance(method, dict) or not isinstance(method.get("id"), str):
            raise ValueError("the entry is not an object with an id")  # noqa: TRY004 - of data
        # The proof does not tell which statements of one name belong together.
        if times[method["id"]] > 1:
            raise ValueError("several entries have this id")
        return [_key(method, judged, reading, authorities)]

    named = [
        (str(m.get("id")) if isinstance(m, dict) else f"entry {number}", m)
        for number, m in enumerate(methods, 1)
    ]
    return collect(named, entry, reading.source, gdhcn_proof.created(document) if methods else None)


def _key(
    method: dict[str, Any], judged: _Judged, reading: Reading, authorities: Authorities | None
) -> TrustedKey:
    jwk = method.get("publicKeyJwk")
    x5c = jwk.get("x5c") if isinstance(jwk, dict) else None
    if not isinstance(x5c, list) or not x5c:
        raise ValueError("the entry has no certificate")
    # The numbers of the JWK are wrong in places; the certificate never is.
    certificate = SignerKey.from_der(base64_bytes(x5c[0], "x5c"))
    kid = base64_bytes(method["id"].partition("#")[2], "the kid after #")
    if not 0 < len(kid) <= _LONGEST_KID:
        raise ValueError("the id has no kid after #")
    usage = _code(method, "keyusage") or DSC
    usage = _USAGES.get(usage, usage)
    if usage in (BSC, SHC, DIVOC):
        raise ValueError("the usage is one of another family; the network has no such keys")
    participant = _code(method, "participant")
    if participant is None:
        v1 = _V1_ID.match(method["id"])
        participant = v1.group(1).upper() if v1 else None
    ways = [judged.trusted_by] if judged.trusted_by else []
    test = judged.test or _is_test_code(participant)
    if authorities is not None:
        try:
            ways.append(authorities.vouch(certificate, usage))
        except ValueError:
            if not ways:
                raise
    if judged.trusted_by is None:
        # Nothing protects what the list says of a key that only its path vouches for.
        test = test or _is_test_code(certificate.country)
    return TrustedKey.of(
        certificate,
        reading.source,
        kid=kid,
        test=test,
        participant=participant,
        domain=_code(method, "domain"),
        usage=usage,
        trusted_by="; ".join(ways),
    )


def _is_test_code(code: str | None) -> bool:
    """Codes that begin with X belong to no country, so that keys under them are for tests."""
    # But for Kosovo, which has no other.
    return code is not None and code.upper().startswith("X") and code.upper() not in ("XK", "XKX")


def _code(method: Mapping[str, Any], member: str) -> str | None:
    said = method.get(member)
    if said is None:
        return None
    code = said.get("code") if isinstance(said, dict) else None
    if not isinstance(code, str):
        raise ValueError(f"{member} is not a code")  # noqa: TRY004 - of data
    return code.removeprefix("#")
