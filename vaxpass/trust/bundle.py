"""Bundles: one signed file that carries trust lists, rules and more to where there is no network.

    magic, length of the manifest      12 bytes
    manifest                           COSE_Sign1 (RFC 9052) over a CBOR map
    parts, each at the place and with the SHA-256 that the manifest states

The manifest says who made the bundle and when, until when it may be used, a number that grows with each
bundle, and optionally the key that will sign the next ones. Parts stay where they are in the buffer: a
large one can be used from a file that is mapped into memory. `docs/bundle.md` describes the format.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar

from vaxpass.crypto import cose
from vaxpass.crypto.certificate import load_public_key
from vaxpass.crypto.keys import PublicKey, fingerprint, public_bytes
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.crypto.signer import Signer
from vaxpass.display import day_or_time
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.errors import ArgumentError, BundleError, require_aware
from vaxpass.findings import StageError
from vaxpass.policy import Limits

__all__ = [
    "MAGIC",
    "REVOCATION",
    "RULES",
    "TRUST_LIST",
    "VALUE_SETS",
    "Buffer",
    "Bundle",
    "Manifest",
    "Part",
    "is_bundle",
    "open_bundle",
    "pack",
    "pieces",
    "verify",
]


class Buffer(Protocol):
    """The bytes of a bundle or a part: `bytes`, a `memoryview`, or a file that is read bit by bit.

    A slice may be shorter than what was asked for where a file was cut short meanwhile.

    >>> is_bundle(memoryview(b"VAXBNDL1"))
    True
    """

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes | memoryview: ...


MAGIC: Final = b"VAXBNDL1"
"""The first bytes of every bundle."""
TRUST_LIST: Final = "trust-list"
"""The name of the part with the trust list (docs/trust-list.md)."""
REVOCATION: Final = "revocation"
"""The name of the part with the revocation store (docs/revocation.md)."""
RULES: Final = "rules"
"""The name of the part with the business rules (docs/rules.md)."""
VALUE_SETS: Final = "value-sets"
"""The name of the part with the value sets, in JSON."""
_HEAD: Final = struct.Struct(">8sI")
_LARGEST_MANIFEST: Final = 64 * 1024
_ALIGNMENT: Final = 4096  # so that a part can be mapped by itself
_DEPTH: Final = 8
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part stands in the bundle, and its SHA-256 (32 bytes). `offset` and `size` are in bytes.

    >>> Part(RULES, offset=69632, size=120, sha256=bytes(32)).offset % 4096
    0
    """

    name: str
    offset: int
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says about itself.

    `number` grows with each bundle. `created` and `use_before` are aware, in UTC; from `use_before` on
    the bundle is refused. `next_key` is the key that will sign the next bundles, None where the bundle
    announces none.

    >>> made = datetime(2026, 6, 1, tzinfo=UTC)
    >>> part = Part(RULES, offset=69632, size=120, sha256=bytes(32))
    >>> manifest = Manifest("Ministry of Health", 7, made, made.replace(day=15), (part,))
    >>> manifest.part(RULES) == part, manifest.part(REVOCATION)
    (True, None)
    """

    maker: str
    number: int
    created: datetime
    use_before: datetime
    parts: tuple[Part, ...]
    next_key: PublicKey | None = None

    def part(self, name: str) -> Part | None:
        """The part of this name, None where the bundle has none."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose signature holds under `signed_by`. Its parts are hashed when asked for.

    `open_bundle` and `verify` make it.

    >>> from datetime import timedelta
    >>> from vaxpass.crypto import BareSigner, new_bundle_key
    >>> private, public = new_bundle_key()
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> times = {"created": now, "use_before": now + timedelta(days=14)}
    >>> signer = BareSigner.from_key_pem(private)
    >>> pieces = pack({RULES: b"[]"}, signer, maker="Ministry of Health", number=1, **times)
    >>> bundle = open_bundle(b"".join(pieces), [load_public_key(public)], at=now)
    >>> bundle.check()
    >>> bundle.content(RULES), bundle.content(REVOCATION)
    (b'[]', None)
    """

    manifest: Manifest
    signed_by: PublicKey
    buffer: Buffer

    def content(self, name: str, *, checked: bool = True) -> bytes | None:
        """The bytes of a part, None where the bundle has none.

        `checked` compares them with their SHA-256, which reads them all. Raises `BundleError` where the
        bundle is cut short, or the part was changed.
        """
        part = self.manifest.part(name)
        if part is None:
            return None
        found = bytes(self.buffer[part.offset : part.offset + part.size])
        if len(found) != part.size:
            raise BundleError("failure.bundle.cut")
        if checked and hashlib.sha256(found).digest() != part.sha256:
            raise BundleError("failure.bundle.part", name=name)
        return found

    def check(self) -> None:
        """Compare every part with its SHA-256. Raises `BundleError` as `content` does."""
        for part in self.manifest.parts:
            digest = hashlib.sha256()
            for piece in pieces(self.buffer, part.offset, part.size):
                digest.update(piece)
            if digest.digest() != part.sha256:
                raise BundleError("failure.bundle.part", name=part.name)

    def keys_after(self) -> tuple[PublicKey, ...]:
        """The keys that may sign the next: the one that signed this, and the one it announces."""
        following = self.manifest.next_key
        return (self.signed_by,) if following is None else (self.signed_by, following)


def is_bundle(data: Buffer) -> bool:
    """Whether the bytes begin like a bundle. Never raises.

    >>> is_bundle(b"VAXBNDL1"), is_bundle(b"{}")
    (True, False)
    """
    return bytes(data[: len(MAGIC)]) == MAGIC


def pieces(buffer: Buffer, offset: int = 0, size: int | None = None) -> Iterator[bytes]:
    """Bytes of a buffer in pieces of 1 MiB at most, by default all of them.

    Raises `BundleError` where it has fewer.

    >>> [len(piece) for piece in pieces(bytes(1500000))]
    [1048576, 451424]
    """
    end = len(buffer) if size is None else offset + size
    for start in range(offset, end, _CHUNK):
        piece = bytes(buffer[start : min(start + _CHUNK, end)])
        if len(piece) != min(_CHUNK, end - start):
            raise BundleError("failure.bundle.cut")
        yield piece


def pack(  # noqa: PLR0913 - what a manifest says
    parts: Mapping[str, Buffer],
    signer: Signer,
    *,
    maker: str,
    number: int,
    created: datetime,
    use_before: datetime,
    next_key: PublicKey | None = None,
) -> Iterator[bytes]:
    """The bytes of a bundle, piece by piece, so that a large part is never in memory as a whole.

    - `parts`: the content of each part by its name: `TRUST_LIST`, `REVOCATION`, `RULES`, `VALUE_SETS`.
    - `signer`: the key that signs the manifest.
    - `maker`: who made the bundle, for people.
    - `number`: must be above that of every bundle before; that is not checked here.
    - `created`, `use_before`: aware; written as whole seconds. From `use_before` on the bundle is
      refused.
    - `next_key`: the key that will sign the next bundles, where it changes.

    Raises `ArgumentError` where a time is naive, the end does not lie after the beginning, or the
    manifest would have more than 64 KiB, and `BundleError` where a part is changed or cut short while
    it is packed. As with every generator, that is when a piece is taken.

    >>> from datetime import timedelta
    >>> from vaxpass.crypto import BareSigner, new_bundle_key
    >>> private, public = new_bundle_key()
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> times = {"created": now, "use_before": now + timedelta(days=14)}
    >>> signer = BareSigner.from_key_pem(private)
    >>> pieces = pack({RULES: b"[]"}, signer, maker="Ministry of Health", number=1, **times)
    >>> is_bundle(b"".join(pieces))
    True
    """
    require_aware("created", created)
    require_aware("use_before", use_before)
    if use_before <= created:
        raise ArgumentError("`use_before` must lie after `created`")
    sizes = {name: len(content) for name, content in parts.items()}
    hashes = {name: _sha256(content) for name, content in parts.items()}
    # The places of the parts are part of the manifest, and depend on its size: leave it room.
    room = _aligned(_HEAD.size + _LARGEST_MANIFEST)
    offsets: dict[str, int] = {}
    for name, size in sizes.items():
        offsets[name] = room
        room = _aligned(room + size)
    content = {
        "maker": maker,
        "number": number,
        "created": int(created.timestamp()),
        "use_before": int(use_before.timestamp()),
        "next_key": None if next_key is None else public_bytes(next_key),
        "parts": [[name, offsets[name], sizes[name], hashes[name]] for name in parts],
    }
    manifest = cose.build(cbor.dumps(content), signer.algorithm, signer.kid, signer.sign)
    if len(manifest) > _LARGEST_MANIFEST:
        raise ArgumentError("the manifest is too large")
    yield _HEAD.pack(MAGIC, len(manifest))
    yield manifest
    done = _HEAD.size + len(manifest)
    for name, part in parts.items():
        yield bytes(offsets[name] - done)
        packed = hashlib.sha256()
        for piece in pieces(part, 0, sizes[name]):
            packed.update(piece)
            yield piece
        if packed.digest() != hashes[name]:
            raise BundleError("failure.bundle.part_packed", name=name)
        done = offsets[name] + sizes[name]


def open_bundle(buffer: Buffer, keys: Sequence[PublicKey], *, at: datetime, above: int = -1) -> Bundle:
    """Check a bundle: signed by one of `keys`, in its time of use at `at`, its number above `above`.

    Parts are hashed by `Bundle.content` and `Bundle.check`, not here. Raises `BundleError`,
    and `ArgumentError` where `at` is no aware `datetime`.

    >>> from datetime import timedelta
    >>> from vaxpass.crypto.authority import new_bundle_key
    >>> from vaxpass.crypto.signer import BareSigner
    >>> private, public = new_bundle_key()
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> times = {"created": now, "use_before": now + timedelta(days=14)}
    >>> signer = BareSigner.from_key_pem(private)
    >>> pieces = pack({TRUST_LIST: b"..."}, signer, maker="Ministry", number=1, **times)
    >>> data = b"".join(pieces)
    >>> open_bundle(data, [load_public_key(public)], at=now).content(TRUST_LIST)
    b'...'
    """
    require_aware("at", at)
    bundle = verify(buffer, keys)
    manifest = bundle.manifest
    if manifest.number <= above:
        raise BundleError("failure.bundle.older", number=manifest.number, above=above)
    if at >= manifest.use_before:
        until = manifest.use_before.timestamp()
        day = day_or_time(until, at.timestamp(), at.tzinfo or UTC)
        raise BundleError("failure.bundle.expired", day=day)
    return bundle


def verify(buffer: Buffer, keys: Sequence[PublicKey]) -> Bundle:
    """Check only who signed a bundle; not its time of use, its number or its parts.

    Raises `BundleError` where the bytes are no bundle, it is damaged, or no key of `keys` signed it.
    `open_bundle` also checks time and number.

    >>> from datetime import timedelta
    >>> from vaxpass.crypto import BareSigner, new_bundle_key
    >>> private, public = new_bundle_key()
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> times = {"created": now, "use_before": now + timedelta(days=14)}
    >>> signer = BareSigner.from_key_pem(private)
    >>> pieces = pack({RULES: b"[]"}, signer, maker="Ministry of Health", number=1, **times)
    >>> verify(b"".join(pieces), [load_public_key(public)]).manifest.maker
    'Ministry of Health'
    """
    if len(buffer) < _HEAD.size or not is_bundle(buffer):
        raise BundleError("failure.bundle.not_bundle")
    _, size = _HEAD.unpack(buffer[: _HEAD.size])
    if size > _LARGEST_MANIFEST or _HEAD.size + size > len(buffer):
        raise BundleError("failure.bundle.damaged")
    limits = Limits(depth=_DEPTH)
    try:
        message = cose.parse(bytes(buffer[_HEAD.size : _HEAD.size + size]), limits, [])
    except StageError:
        raise BundleError("failure.bundle.damaged") from None
    for key in keys:
        if verify_signature(message.algorithm, key, message.signature, message.signed):
            return Bundle(_manifest(message.payload, len(buffer)), key, buffer)
    known = ", ".join(fingerprint(key)[:16] for key in keys) or "none"
    raise BundleError("failure.bundle.signature", known=known)


def _manifest(data: bytes, size: int) -> Manifest:
    try:
        content, _ = cbor.loads(data, _DEPTH)
        content = _typed(content, dict)
        following = content["next_key"]
        parts = tuple(_part(entry, size) for entry in content["parts"])
        return Manifest(
            maker=_typed(content["maker"], str),
            number=_typed(content["number"], int),
            created=datetime.fromtimestamp(_typed(content["created"], int), UTC),
            use_before=datetime.fromtimestamp(_typed(content["use_before"], int), UTC),
            parts=parts,
            next_key=None if following is None else load_public_key(_typed(following, bytes)),
        )
    except (Refused, ValueError, KeyError, TypeError, OverflowError, OSError):
        raise BundleError("failure.bundle.manifest") from None


def _part(entry: object, size: int) -> Part:
    if not isinstance(entry, list | tuple):
        raise TypeError
    name, offset, length, sha256 = entry
    part = Part(_typed(name, str), _typed(offset, int), _typed(length, int), _typed(sha256, bytes))
    if part.offset < 0 or part.size < 0 or part.offset + part.size > size:
        raise ArgumentError("a part lies outside the bundle")
    return part


_T = TypeVar("_T")


def _typed(value: object, kind: type[_T]) -> _T:
    if type(value) is not kind:
        raise TypeError
    return value


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _sha256(content: Buffer) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces(content):
        digest.update(piece)
    return digest.digest()
