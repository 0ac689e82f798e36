"""Reads the German lists: COSE_Sign1 files (RFC 9052) with CBOR content, signed with one key (ES256).

    kid.lst                                {kid: {type: number of hashes}}
    KIDTYPE/index.lst                      {first byte: [time, number, {second byte: [time, number]}]}
    KIDTYPE/BYTE/chunk.lst                 [hash, ...]
    KIDTYPE/BYTE/BYTE/chunk.lst            [hash, ...]

Names are in hexadecimal; the keys of the maps are byte strings. Types: 0a signature, 0b UCI, 0c
country and UCI. The key is not in the files: pin it.

No file of this service is public any more; the source of the German verifier shows this format. Not
checked against real data: whether a first byte has a chunk of its own beside those of its second bytes
(it is read where there is one), whether the numbers count what is below (they are not used), whether
country and UCI are joined in this order, and the header of the signed files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from vaxpass.crypto import cose
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.signature import verify
from vaxpass.errors import RevocationError
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.revocation.entries import Entries, Remark
from vaxpass.revocation.identifiers import HASH_BYTES, Type

__all__ = ["matches", "read"]

_TYPES: Final = {b"\x0a": Type.SIGNATURE, b"\x0b": Type.UCI, b"\x0c": Type.COUNTRY_UCI}
_START: Final = "kid.lst"
_DEEPEST: Final = 8

_Item: TypeAlias = "int | bytes | list[_Item] | dict[_Item, _Item]"


def matches(files: Mapping[str, bytes]) -> bool:
    """Whether the files, by path, are lists of this service: one of them is named `kid.lst`.

    >>> matches({"saved/kid.lst": b""})
    True
    """
    return any(_is_start(path) for path in files)


def read(files: Mapping[str, bytes], entries: Entries, *, pins: Sequence[PublicKey]) -> None:
    """Add the hashes of all lists that `kid.lst` names to `entries`.

    `files` has the content of every file by its path. The signature of every file must hold under one
    of `pins`. Hashes of an unknown type are left out, with a remark. Raises `RevocationError` where a
    file is missing, damaged or not signed with a pinned key: discard `entries` then.

    >>> from vaxpass.revocation import RevocationError
    >>> try:
    ...     read({"kid.lst": b"not signed"}, Entries(), pins=[])
    ... except RevocationError as error:
    ...     print(error)
    the German lists are signed: name the key that they must be signed with (pins=)
    """
    if not pins:
        raise RevocationError("failure.revocation.german_pin")
    place = next(path for path in files if _is_start(path)).removesuffix(_START)

    def signed(*parts: str) -> _Item:
        path = place + "/".join(parts)
        if path not in files:
            raise RevocationError("failure.revocation.missing", path=path)
        return _signed(files[path], pins, path)

    for kid, types in _map(signed(_START)):
        for number, _ in _map(types):
            type_ = _TYPES.get(number)
            if type_ is None:
                entries.remarks.append(Remark("imported.type", {"type": number.hex()}))
                continue
            folder = kid.hex() + number.hex()
            for prefix, below in _index(signed(folder, "index.lst")):
                steps = [f"{byte:02x}" for byte in prefix]
                path = place + "/".join((folder, *steps, "chunk.lst"))
                if below and path not in files:
                    continue
                for value in _hashes(signed(folder, *steps, "chunk.lst"), prefix):
                    entries.add(kid, type_, value)


def _is_start(path: str) -> bool:
    return path == _START or path.endswith(f"/{_START}")


def _index(item: _Item) -> Iterator[tuple[bytes, bool]]:
    """The prefixes that have a chunk, and whether there are longer prefixes below."""
    for first, content in _map(item):
        if not isinstance(content, list) or len(content) < 2:
            raise RevocationError("failure.revocation.index")
        below = list(_map(content[2])) if len(content) > 2 else []
        yield first, bool(below)
        for second, _ in below:
            if len(first) != 1 or len(second) != 1:
                raise RevocationError("failure.revocation.index")
            yield first + second, False


def _hashes(item: _Item, prefix: bytes) -> Iterator[bytes]:
    if not isinstance(item, list):
        raise RevocationError("failure.revocation.chunk_not_list")
    for value in item:
        if not isinstance(value, bytes) or len(value) != HASH_BYTES or not value.startswith(prefix):
            raise RevocationError("failure.revocation.chunk_other")
        yield value


def _map(item: _Item) -> Iterator[tuple[bytes, _Item]]:
    if not isinstance(item, dict):
        raise RevocationError("failure.revocation.not_map")
    for key, value in item.items():
        if not isinstance(key, bytes) or not key:
            raise RevocationError("failure.revocation.key_bytes")
        yield key, value


def _signed(data: bytes, pins: Sequence[PublicKey], path: str) -> _Item:
    try:
        message = cose.parse(data, DEFAULT_LIMITS, [])
    except StageError:
        raise RevocationError("failure.revocation.not_signed", path=path) from None
    if message.algorithm is not Algorithm.ES256 or not any(
        verify(message.algorithm, pin, message.signature, message.signed) for pin in pins
    ):
        raise RevocationError("failure.revocation.signature", path=path)
    item, end = _read(message.payload, 0, 0)
    if end != len(message.payload):
        raise RevocationError("failure.revocation.trailing", path=path)
    return item


def _read(data: bytes, at: int, depth: int) -> tuple[_Item, int]:
    """A CBOR item (RFC 8949) from `at` on, and the place after it.

    `vaxpass.encoding.cbor` refuses maps whose keys are bytes, as it must for certificates. These lists
    have only such maps, arrays, bytes and whole numbers; everything else is refused here.
    """
    if depth > _DEEPEST or at >= len(data):
        raise RevocationError("failure.revocation.cut_or_deep")
    major, value = data[at] >> 5, data[at] & 31
    at += 1
    if 24 <= value <= 27:
        length = 1 << value - 24
        if at + length > len(data):
            raise RevocationError("failure.revocation.cut")
        value = int.from_bytes(data[at : at + length], "big")
        at += length
    elif value > 27:
        raise RevocationError("failure.revocation.no_length")
    if major == 0:
        return value, at
    if major not in (2, 4, 5) or value > len(data) - at:
        raise RevocationError("failure.revocation.cut_or_other")
    if major == 2:
        return data[at : at + value], at + value
    if major == 4:
        items: list[_Item] = []
        for _ in range(value):
            item, at = _read(data, at, depth + 1)
            items.append(item)
        return items, at
    pairs: dict[_Item, _Item] = {}
    for _ in range(value):
        key, at = _read(data, at, depth + 1)
        if not isinstance(key, int | bytes) or key in pairs:
            raise RevocationError("failure.revocation.key_twice")
        pairs[key], at = _read(data, at, depth + 1)
    return pairs, at
