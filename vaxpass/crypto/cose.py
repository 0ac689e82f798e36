"""COSE bytes <-> signed message: COSE_Sign1 (RFC 9052, section 4.2).

`parse` reads messages by itself. `build` has pycose put them together, and this module is its only
user: verifying never imports it. In the tests pycose is the oracle of `parse`. Neither signs nor
verifies here: pycose's ECDSA is written in Python and leaks timing, so keys stay with OpenSSL
(`vaxpass.crypto.signature`, `vaxpass.crypto.signer`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass.codes import Code, NoteCode
from vaxpass.display import without_content
from vaxpass.encoding import cbor, strict_base64
from vaxpass.encoding.cbor import Refused
from vaxpass.errors import ArgumentError
from vaxpass.findings import Note, StageError
from vaxpass.policy import Limits

_TAG_SIGN1: Final = 18
_TAG_CWT: Final = 61
_SIGN1_HEAD: Final = b"\xd2"  # tag 18 in its usual, shortest form
_ALGORITHM, _CRITICAL, _CONTENT_TYPE, _KID = 1, 2, 3, 4  # header labels
_KNOWN_LABELS: Final = frozenset((_ALGORITHM, _KID))
_TYPES: Final[Mapping[int, tuple[type, ...]]] = {
    _ALGORITHM: (int, str),
    _CONTENT_TYPE: (int, str),
    _KID: (bytes,),
    5: (bytes,),  # IV
    6: (bytes,),  # partial IV
    9: (bytes,),  # countersignature without a header (RFC 9338)
    10: (bytes,),  # kid context (RFC 8613)
}
"""Types of the header parameters that have a plain one (RFC 9052, section 3.1)."""
_USUAL_KID_BYTES: Final = 8
_HEXADECIMAL: Final = re.compile("[0-9A-Fa-f]{16}")
_USUAL_HEADER_BYTES: Final = 32
_MARK: Final = b"\0"
_MARK_CODED: Final = cbor.dumps(_MARK)


class Algorithm(Enum):
    """Signature algorithms and their numbers in COSE (RFC 9053, section 2.1; RFC 8230; RFC 8812).

    HCERT (specification 1.0.8, section 3.3.2) has ES256 and PS256. RS256 is for lists that are signed
    as JWS; ES384, ES512 and EdDSA are for other families. A COSE message with one of these is refused.

    >>> Algorithm(-7), Algorithm["PS256"].value
    (<Algorithm.ES256: -7>, -37)
    """

    ES256 = -7
    PS256 = -37
    RS256 = -257
    ES384 = -35
    ES512 = -36
    EDDSA = -8


_ALGORITHMS: Final = {-7: Algorithm.ES256, -37: Algorithm.PS256}


class Message(NamedTuple):
    """A COSE_Sign1 message, not verified.

    `kid` is None where the message names no key, or neither by bytes nor by text that stands for bytes
    (Base64, hexadecimal): no certificate matches it.
    `payload` are the bytes of the CWT. `signature` is raw: r||s for ES256. `signed` are the bytes that
    it is over (the Sig_structure of RFC 9052, section 4.4), with the protected header as received.
    """

    algorithm: Algorithm
    kid: bytes | None
    payload: bytes
    signature: bytes
    signed: bytes

    def __repr__(self) -> str:
        return without_content(self)


def parse(data: bytes, limits: Limits, notes: list[Note]) -> Message:
    """Take a COSE_Sign1 message apart, with tag 18, with tags 61 and 18, or untagged.

    What is unusual and does not decide is appended to `notes`. Raises `StageError` with a code of the
    stage `cose`.

    >>> from vaxpass.policy import DEFAULT_LIMITS
    >>> data = build(b"payload", Algorithm.ES256, b"kid-kid-", lambda signed: bytes(64))
    >>> message = parse(data, DEFAULT_LIMITS, [])
    >>> message.algorithm, message.kid, message.payload
    (<Algorithm.ES256: -7>, b'kid-kid-', b'payload')
    """
    protected, unprotected, payload, signature = _parts(data, limits, notes)
    if unprotected or len(protected) > _USUAL_HEADER_BYTES:
        header = _header(protected, unprotected, limits.depth)
    else:
        header = _usual_header(protected, limits.depth)
    notes += header.notes
    signed = cbor.dumps(["Signature1", protected, b"", payload])
    return Message(header.algorithm, header.kid, payload, signature, signed)


def build(payload: bytes, algorithm: Algorithm, kid: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Put a tagged COSE_Sign1 message together; algorithm and kid stand in the protected header.

    `sign` gets the bytes to be signed (RFC 9052, section 4.4) and gives the raw signature. See `parse`
    for an example.
    """
    return Builder(algorithm, kid).build(payload, sign)


class Builder:
    """Puts the messages of one signer together, whose header is the same in all of them."""

    __slots__ = ("_message", "_signed")

    def __init__(self, algorithm: Algorithm, kid: bytes) -> None:
        self._signed, self._message = _heads(algorithm, kid)

    def build(self, payload: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """See `build`."""
        body = cbor.dumps(payload)
        return b"".join((self._message, body, cbor.dumps(sign(self._signed + body))))


@lru_cache(maxsize=64)
def _heads(algorithm: Algorithm, kid: bytes) -> tuple[bytes, bytes]:
    """What stands before the payload in what is signed and in the message.

    It is the same for all messages of a signer, and pycose takes as long for it as a signature does.
    """
    # With all that it brings, pycose would double the time that `import vaxpass` takes.
    from pycose.algorithms import Es256, Ps256  # noqa: PLC0415
    from pycose.headers import KID  # noqa: PLC0415
    from pycose.headers import Algorithm as AlgorithmHeader  # noqa: PLC0415
    from pycose.messages.sign1message import Sign1Message  # noqa: PLC0415

    coded = Es256 if algorithm is Algorithm.ES256 else Ps256
    built = Sign1Message(phdr={AlgorithmHeader: coded, KID: kid}, payload=_MARK)
    built.signature = _MARK
    encoded: bytes = built.encode(tag=True, sign=False)
    signed = cbor.dumps(["Signature1", built.phdr_encoded, b"", _MARK])
    # Both end with the mark for a payload; in the message one for the signature follows it.
    return signed[: -len(_MARK_CODED)], encoded[: -2 * len(_MARK_CODED)]


def _parts(
    data: bytes, limits: Limits, notes: list[Note]
) -> tuple[bytes, dict[int | str, cbor.Value], bytes, bytes]:
    usual = data.startswith(_SIGN1_HEAD)
    value, _ = _loads(data[1:] if usual else data, limits.depth)
    if not usual:
        value = _untagged(value, notes)
    match value:
        case [bytes() as protected, Mapping() as unprotected, bytes() as payload, bytes() as sig]:
            return protected, dict(unprotected), payload, sig
    raise StageError.of(Code.COSE_STRUCTURE)


def _untagged(value: cbor.Value, notes: list[Note]) -> cbor.Value:
    if isinstance(value, list):
        notes.append(Note(NoteCode.COSE_UNTAGGED))
        return value
    if isinstance(value, cbor.Tagged) and value.number == _TAG_CWT:
        notes.append(Note(NoteCode.COSE_DOUBLE_TAGGED))
        value = value.value
    if isinstance(value, cbor.Tagged) and value.number == _TAG_SIGN1:
        return value.value
    raise StageError.of(Code.COSE_STRUCTURE)


class _Header(NamedTuple):
    algorithm: Algorithm
    kid: bytes | None
    notes: tuple[Note, ...]


def _header(protected: bytes, unprotected: dict[int | str, cbor.Value], depth: int) -> _Header:
    """Read both headers (RFC 9052, section 3)."""
    inner, tagged = _loads(protected, depth) if protected else ({}, False)
    if not isinstance(inner, dict) or tagged:
        raise StageError.of(Code.COSE_HEADER_INVALID)
    if _CRITICAL in inner or _CRITICAL in unprotected:
        raise StageError.of(Code.COSE_CRITICAL_HEADER)
    notes: list[Note] = []
    algorithm = _algorithm(inner, unprotected, notes)
    named = inner if inner.get(_KID) is not None else unprotected
    if isinstance(text := named.get(_KID), str):
        # Against the standard, and written so by two generators of the Americas.
        notes.append(Note(NoteCode.COSE_KID_TEXT))
        named[_KID] = _from_text(text)
    kid = _kid(inner, unprotected, notes)
    # Without a kid no key is found, whatever else the header says.
    if kid is not None and not (_has_types(inner) and _has_types(unprotected)):
        raise StageError.of(Code.COSE_HEADER_INVALID)
    if not _KNOWN_LABELS.issuperset(inner):
        notes.append(Note(NoteCode.COSE_HEADER_EXTRA))
    return _Header(algorithm, kid, tuple(notes))


def _has_types(header: Mapping[int | str, cbor.Value]) -> bool:
    """Whether each parameter has the type that the standard gives it; unknown ones may have any."""
    for label, types in _TYPES.items():
        if label in header and type(header[label]) not in types:
            return False
    content_type = header.get(_CONTENT_TYPE)
    return not isinstance(content_type, int) or content_type >= 0


@lru_cache(maxsize=1024)
def _usual_header(protected: bytes, depth: int) -> _Header:
    """A signer's certificates all have the same header: it need not be read again for each."""
    return _header(protected, {}, depth)


def _algorithm(
    inner: dict[int | str, cbor.Value],
    unprotected: dict[int | str, cbor.Value],
    notes: list[Note],
) -> Algorithm:
    number = inner.get(_ALGORITHM)
    if number is None:
        number = unprotected.get(_ALGORITHM)
        if number is None:
            raise StageError.of(Code.COSE_ALGORITHM_MISSING)
        notes.append(Note(NoteCode.COSE_ALGORITHM_UNPROTECTED))
    algorithm = _ALGORITHMS.get(number) if type(number) is int else None
    if algorithm is None:
        raise StageError.of(Code.COSE_ALGORITHM_UNSUPPORTED)
    return algorithm


def _kid(
    inner: dict[int | str, cbor.Value],
    unprotected: dict[int | str, cbor.Value],
    notes: list[Note],
) -> bytes | None:
    """The kid; the protected one counts where there are two (HCERT specification, section 3.3.2)."""
    kid = inner.get(_KID)
    if kid is None:
        kid = unprotected.get(_KID)
        if kid is not None:
            notes.append(Note(NoteCode.COSE_KID_UNPROTECTED))
    elif _KID in unprotected and unprotected[_KID] != kid:
        notes.append(Note(NoteCode.COSE_KID_TWICE))
    if not isinstance(kid, bytes):
        return None
    if len(kid) != _USUAL_KID_BYTES:
        notes.append(Note(NoteCode.COSE_KID_LENGTH))
    return kid


def _from_text(kid: str) -> bytes | None:
    """The bytes of a kid written as Base64, or in hexadecimal digits where it has the usual length.

    None where it is neither. Base64 of sixteen such digits would be a kid of twelve bytes.
    """
    kid = kid.strip()
    if _HEXADECIMAL.fullmatch(kid):
        return bytes.fromhex(kid)
    try:
        return strict_base64.decode_any(kid)
    except ArgumentError:
        return None


def _loads(data: bytes, depth: int) -> tuple[cbor.Value, bool]:
    try:
        return cbor.loads(data, depth)
    except Refused as refused:
        raise StageError.of(Code(f"cose.{refused.reason}")) from None
