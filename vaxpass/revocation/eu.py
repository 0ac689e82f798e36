"""Reads the lists of the EU reference service (`dgca-revocation-distribution-service`), saved as files.

    lists                                  JSON: for each kid mode, hashTypes, expires, lastUpdated
    lists/KID/partitions                   JSON: partitions, each with {chunk: {expiry: slice}}
    .../slices/HASH                        a slice (gzip, or a gzip of a tar that holds some)

Other folders and endings (`.json`, `.gz`) are read too, if the name of a slice is its SHA-256. A hash
with the hexadecimal digits x, y, z is in

    POINT         chunk x
    VECTOR        partition x, chunk y
    COORDINATE    partition xy, chunk z

No production list is public: this was tested with lists made after the published description, and the
Bloom filters with the published samples. The lists are not signed: get them from a source you trust.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from vaxpass.encoding import strict_base64, strict_json
from vaxpass.errors import RevocationError, require_aware
from vaxpass.revocation.build import BloomFilter
from vaxpass.revocation.entries import Entries, Remark
from vaxpass.revocation.filters import Bloom, VarHashList
from vaxpass.revocation.identifiers import ANY_TYPE, Type

__all__ = ["matches", "read"]

LARGEST_SLICE: Final = 256 * 1024 * 1024
"""Bytes of an unpacked slice; larger ones are refused."""
_LARGEST_JSON: Final = 64 * 1024 * 1024
_MOST_VALUES: Final = 1_000_000
"""Values in a JSON file of the service"""
_RATIO: Final = 100
"""How many times as large slices may become, all together; hashes become hardly smaller by packing"""
_SMALL: Final = 16 * 1024 * 1024
"""Bytes that slices may become in any case"""

_TYPES: Final = {"UCI": Type.UCI, "COUNTRYCODEUCI": Type.COUNTRY_UCI, "SIGNATURE": Type.SIGNATURE}
_DIGITS: Final = {"POINT": 1, "VECTOR": 2, "COORDINATE": 3}
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_PREFIX: Final = re.compile(r"[0-9a-f]{1,3}")
_GZIP: Final = b"\x1f\x8b"


class _Signer(NamedTuple):
    """The entry of a kid in `lists`."""

    digits: int
    types: Type
    expired: bool


def matches(files: Mapping[str, bytes]) -> bool:
    """Whether the files, by path, are lists of this service: one of them is named `lists`.

    >>> matches({"saved/lists.json": b"[]"})
    True
    """
    return any(_name(path) == "lists" for path in files)


def read(files: Mapping[str, bytes], entries: Entries, *, at: datetime) -> None:
    """Add the hashes and filters of all slices that have not expired at `at` (aware) to `entries`.

    `files` has the content of every file by its path. Expired slices are left out, with a remark.
    Raises `RevocationError` where a file is missing or can't be read: discard `entries` then.

    >>> from datetime import UTC
    >>> entries = Entries()
    >>> read({"saved/lists.json": b"[]"}, entries, at=datetime(2026, 1, 1, tzinfo=UTC))
    >>> len(entries)
    0
    """
    require_aware("at", at)
    signers = _signers(files, at)
    slices = _Slices(files)
    expired = 0
    seen: set[bytes] = set()
    for kid, partition in _partitions(files):
        signer = signers.get(kid)
        if signer is None:
            raise RevocationError("failure.revocation.partition_extra", kid=kid.hex())
        seen.add(kid)
        for prefix, expiry, entry in _chunks(partition, signer.digits):
            if signer.expired or _time(expiry) <= at:
                expired += 1
            else:
                _take(kid, signer, prefix, slices.load(entry["hash"]), entry["type"], entries)
    for kid in signers.keys() - seen:
        if not signers[kid].expired:
            raise RevocationError("failure.revocation.partition_missing", kid=kid.hex())
    if expired:
        entries.remarks.append(Remark("imported.expired", {"count": expired}))


def _take(  # noqa: PLR0913, PLR0917 - a slice and where it belongs
    kid: bytes, signer: _Signer, prefix: str, content: bytes, kind: str, entries: Entries
) -> None:
    if kind == "BLOOMFILTER":
        entries.filters.append(BloomFilter(kid, signer.types, prefix, Bloom.read(content)))
    elif kind == "VARHASHLIST":
        for record in VarHashList.read(content):
            # A hash with another prefix belongs into another slice, and would never be found here.
            if not record.hex().startswith(prefix[: 2 * len(record)]):
                raise RevocationError("failure.revocation.slice_other")
            entries.add(kid, signer.types, record)
    else:
        raise RevocationError("failure.revocation.slice_type")


def _signers(files: Mapping[str, bytes], at: datetime) -> dict[bytes, _Signer]:
    found: dict[bytes, _Signer] = {}
    for path in files:
        if _name(path) != "lists":
            continue
        items = _json(files[path], path)
        if isinstance(items, dict):
            items = items.get("items")
        if not isinstance(items, list):
            raise RevocationError("failure.revocation.not_signers", path=path)
        for item in items:
            try:
                types = Type(0)
                for name in item["hashTypes"]:
                    types |= _TYPES[name]
                expires = item.get("expires")
                signer = _Signer(
                    _DIGITS[item["mode"]],
                    types or ANY_TYPE,
                    expires is not None and _time(expires) <= at,
                )
                kid = _kid(item["kid"])
            except (KeyError, TypeError, AttributeError, ValueError):
                raise RevocationError("failure.revocation.entry", path=path) from None
            if kid in found:
                raise RevocationError("failure.revocation.kid_twice", path=path)
            found[kid] = signer
    return found


def _partitions(files: Mapping[str, bytes]) -> Iterator[tuple[bytes, Mapping[str, Any]]]:
    for path in files:
        parts = path.split("/")
        folders = [part.partition(".")[0] for part in parts]
        if "partitions" not in folders or "slices" in folders or _HASH.fullmatch(_name(path)):
            continue
        content = files[path]
        if content.startswith(_GZIP):
            continue
        found = _json(content, path)
        for partition in found if isinstance(found, list) else [found]:
            if not isinstance(partition, dict):
                raise RevocationError("failure.revocation.not_partitions", path=path)
            named = partition.get("kid") or parts[folders.index("partitions") - 1]
            yield _kid(named), partition


def _chunks(partition: Mapping[str, Any], digits: int) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """The prefix of the hashes, the expiry and the description of each slice."""
    if digits == 1:
        head = ""
    else:
        coordinates = [partition.get("x"), partition.get("y")][: digits - 1]
        known = all(isinstance(one, str) and one for one in coordinates)
        head = "".join(coordinates) if known else str(partition.get("id") or "")  # type: ignore[arg-type]
    chunks = partition.get("chunks")
    if not isinstance(chunks, dict):
        raise RevocationError("failure.revocation.no_chunks")
    for chunk, by_expiry in chunks.items():
        prefix = (head + chunk).lower()
        if len(prefix) != digits or not _PREFIX.fullmatch(prefix):
            raise RevocationError("failure.revocation.chunk_address")
        if not isinstance(by_expiry, dict):
            raise RevocationError("failure.revocation.no_slices")
        for expiry, entry in by_expiry.items():
            if not isinstance(entry, dict) or not all(
                isinstance(entry.get(name), str) for name in ("type", "hash")
            ):
                raise RevocationError("failure.revocation.slice_undescribed")
            yield prefix, expiry, entry


class _Slices:
    """Finds slices among the files by their hash."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._paths = {_name(path): path for path in files if _HASH.fullmatch(_name(path))}
        self._packed: dict[str, bytes] | None = None
        self._seen: set[str] = set()
        self._left = _SMALL

    def load(self, name: str) -> bytes:
        """The slice with this SHA-256, unpacked and checked."""
        wanted = name.lower()
        path = self._paths.get(wanted)
        stored = self._read(path) if path is not None else self._in_archives().get(wanted)
        if stored is None:
            raise RevocationError("failure.revocation.slice_missing", hash=wanted[:16])
        content = self._gunzip(stored)
        if _is_tar(content):
            content = self._gunzip(_members(content).get(wanted, b""))
        # The published descriptions do not say whether the hash is over the packed or unpacked bytes.
        if wanted not in (hashlib.sha256(one).hexdigest() for one in (content, stored)):
            raise RevocationError("failure.revocation.slice_hash", hash=wanted[:16])
        return content

    def _read(self, path: str) -> bytes:
        content = self._files[path]
        if path not in self._seen:
            self._seen.add(path)
            self._left += _RATIO * len(content)
        return content

    def _gunzip(self, data: bytes) -> bytes:
        """Unpack what is packed. All of it counts, so that small files can't make endless work."""
        content = data
        if data.startswith(_GZIP):
            try:
                packed = gzip.GzipFile(fileobj=io.BytesIO(data))
                content = packed.read(min(LARGEST_SLICE, self._left) + 1)
            except Exception:  # which ones there are depends on the damage and the version of Python
                raise RevocationError("failure.revocation.slice_packed") from None
        self._left -= len(content)
        if self._left < 0 or len(content) > LARGEST_SLICE:
            raise RevocationError("failure.revocation.slice_too_large")
        return content

    def _in_archives(self) -> dict[str, bytes]:
        if self._packed is None:
            self._packed = {}
            slices = frozenset(self._paths.values())
            for path in self._files:
                content = b"" if path in slices else self._read(path)
                if content.startswith(_GZIP):
                    unpacked = self._gunzip(content)
                    if _is_tar(unpacked):
                        self._packed |= _members(unpacked)
        return self._packed


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def _members(content: bytes) -> dict[str, bytes]:
    found = {}
    try:
        with tarfile.TarFile(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if file is not None:
                    found[_name(member.name)] = file.read()
    except Exception:
        raise RevocationError("failure.revocation.archive") from None
    return found


def _name(path: str) -> str:
    """The last part of a path without endings, in lower case."""
    return path.rpartition("/")[2].partition(".")[0].lower()


def _json(content: bytes, path: str) -> Any:
    try:
        return strict_json.read(content, largest=_LARGEST_JSON, most=_MOST_VALUES)
    except ValueError:
        raise RevocationError("failure.revocation.not_json", path=path) from None


def _kid(text: object) -> bytes:
    """A kid from Base64, in the standard or the URL-safe alphabet (RFC 4648)."""
    try:
        if isinstance(text, str) and text:
            return strict_base64.decode_any(text)
    except ValueError:
        pass
    raise RevocationError("failure.revocation.kid_base64")


def _time(text: object) -> datetime:
    try:
        if isinstance(text, str):
            parsed = datetime.fromisoformat(text)
            if parsed.tzinfo is not None:
                return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RevocationError("failure.revocation.expiry")
