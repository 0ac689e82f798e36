"""COSE bytes <-> signed message: COSE_Sign1 (RFC 9052, section 4.2). The only user of pycose.

pycose takes messages apart and puts them together. It signs and verifies nothing here: its ECDSA is
written in Python and leaks timing, so keys stay with OpenSSL (`vaxpass.crypto`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass.codes import Code, NoteCode
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import Note, StageError
from vaxpass.policy import Limits

_TAG_SIGN1: Final = 18
_TAG_CWT: Final = 61
_SIGN1_HEAD: Final = b"\xd2"  # tag 18 in its usual, shortest form
_ALGORITHM, _CRITICAL, _KID = 1, 2, 4  # header labels
_KNOWN_LABELS: Final = frozenset((_ALGORITHM, _KID))
_USUAL_KID_BYTES: Final = 8
_USUAL_HEADER_BYTES: Final = 32
_MARK: Final = b"\0"
_MARK_CODED: Final = cbor.dumps(_MARK)


class Algorithm(Enum):
    """The signature algorithms of HCERT (specification 1.0.8, section 3.3.2) and their COSE numbers."""

    ES256 = -7
    PS256 = -37


_ALGORITHMS: Final = {algorithm.value: algorithm for algorithm in Algorithm}


class Message(NamedTuple):
    """A COSE_Sign1 message, not verified.

    `kid` is None where the message names no key, or not by bytes: no certificate matches it.
    `payload` are the bytes of the CWT; `signed` is what the signature is over, with the protected
    header as it was received.
    """

    algorithm: Algorithm
    kid: bytes | None
    payload: bytes
    signature: bytes
    signed: bytes


def parse(data: bytes, limits: Limits, notes: list[Note]) -> Message:
    """Take a COSE_Sign1 message apart, with tag 18, with tags 61 and 18, or untagged.

    Raises `StageError` with a code of the stage `cose`.
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

    `sign` gets the bytes to be signed (RFC 9052, section 4.4) and gives the raw signature.
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
    from pycose.algorithms import Es256, Ps256  # noqa: PLC0415 - see _header
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
    """Read both headers.

    pycose is imported here, at the first message: with all that it brings it would more than double
    the time that `import vaxpass` takes.
    """
    from pycose.messages.sign1message import Sign1Message  # noqa: PLC0415

    inner, tagged = _loads(protected, depth) if protected else ({}, False)
    # pycose decodes these bytes once more and would give tags a meaning: no header needs one.
    if not isinstance(inner, dict) or tagged:
        raise StageError.of(Code.COSE_HEADER_INVALID)
    if _CRITICAL in inner or _CRITICAL in unprotected:
        raise StageError.of(Code.COSE_CRITICAL_HEADER)
    # Algorithm and kid are read here and not by pycose: it also takes the labels "ALG" and "KID"
    # for 1 and 4, and stops at a kid that is text, where the answer is just an unknown key.
    notes: list[Note] = []
    algorithm = _algorithm(inner, unprotected, notes)
    kid = _kid(inner, unprotected, notes)
    if kid is not None:
        try:
            Sign1Message.from_cose_obj([protected, unprotected, b"", b""], True)
        except Exception:
            # Which one pycose raises depends on the header; none of them says more than this.
            raise StageError.of(Code.COSE_HEADER_INVALID) from None
    if not _KNOWN_LABELS.issuperset(inner):
        notes.append(Note(NoteCode.COSE_HEADER_EXTRA))
    return _Header(algorithm, kid, tuple(notes))


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


def _loads(data: bytes, depth: int) -> tuple[cbor.Value, bool]:
    try:
        return cbor.loads(data, depth)
    except Refused as refused:
        raise StageError.of(Code(f"cose.{refused.reason}")) from None
