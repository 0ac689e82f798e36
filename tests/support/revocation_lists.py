"""Makes revocation lists as their publishers do, from scratch: the readers are tested against these."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import cbor2

from vaxpass.crypto import Algorithm, cose
from vaxpass.revocation.filters import Bloom, VarHashList
from vaxpass.testing import IssuedKey

LATER = "2027-01-01T00:00:00+00:00"
DIGITS = {"POINT": 1, "VECTOR": 2, "COORDINATE": 3}


def eu_lists(
    kid: bytes,
    hashes: Collection[bytes],
    mode: str,
    kind: str,
    *,
    expiry: str = LATER,
    types: Collection[str] = ("UCI", "SIGNATURE"),
    tar: bool = False,
) -> dict[str, bytes]:
    """The files of the EU reference service for one kid."""
    digits = DIGITS[mode]
    by_prefix: dict[str, list[bytes]] = defaultdict(list)
    for one in hashes:
        by_prefix[one.hex()[:digits]].append(one)
    name = base64.b64encode(kid).decode()
    about = {
        "kid": name,
        "mode": mode,
        "hashTypes": list(types),
        "expires": LATER,
        "lastUpdated": LATER,
    }
    files = {"lists.json": json.dumps([about]).encode()}
    partitions: dict[str, dict[str, Any]] = {}
    slices: dict[str, bytes] = {}
    for prefix, members in by_prefix.items():
        content = slice_of(members, kind)
        hashed = hashlib.sha256(content).hexdigest()
        x, y = (prefix[0] if digits > 1 else None), (prefix[1] if digits > 2 else None)
        partition = partitions.setdefault(
            prefix[:-1],
            {"kid": name, "id": prefix[:-1] or None, "x": x, "y": y, "expired": LATER, "chunks": {}},
        )
        about_slice = {"type": kind, "version": "1.0", "hash": hashed}
        partition["chunks"][prefix[-1]] = {expiry: about_slice}
        slices[hashed] = content
    files[f"lists/{kid.hex()}/partitions.json"] = json.dumps(list(partitions.values())).encode()
    if tar:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for hashed, content in slices.items():
                member = tarfile.TarInfo(hashed)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        files[f"lists/{kid.hex()}/all.tar.gz"] = buffer.getvalue()
    else:
        for hashed, content in slices.items():
            files[f"lists/{kid.hex()}/slices/{hashed}.gz"] = gzip.compress(content)
    return files


def slice_of(members: Collection[bytes], kind: str) -> bytes:
    if kind == "BLOOMFILTER":
        return Bloom.of(members, 1e-12).write()
    return VarHashList.of(members, 1e-12).write()


def german_lists(
    signer: IssuedKey, lists: Mapping[tuple[bytes, int], Collection[bytes]], *, second: bool = True
) -> dict[str, bytes]:
    """The files of the German service; `second` splits chunks by the second byte as well."""
    files: dict[str, bytes] = {}
    kids: dict[bytes, dict[bytes, int]] = defaultdict(dict)
    for (kid, number), hashes in lists.items():
        kids[kid][bytes((number,))] = len(hashes)
        folder = f"{kid.hex()}{number:02x}"
        index: dict[bytes, list[Any]] = {}
        for one in hashes:
            entry = index.setdefault(one[:1], [1_700_000_000, 0, {}])
            entry[1] += 1
            if second:
                entry[2].setdefault(one[1:2], [1_700_000_000, 0])[1] += 1
        files[f"{folder}/index.lst"] = signed(signer, index)
        chunks: dict[str, list[bytes]] = defaultdict(list)
        for one in hashes:
            steps = one[:2] if second else one[:1]
            chunks["/".join(f"{byte:02x}" for byte in steps)].append(one)
        for place, members in chunks.items():
            files[f"{folder}/{place}/chunk.lst"] = signed(signer, members)
    files["kid.lst"] = signed(signer, dict(kids))
    return files


def signed(signer: IssuedKey, content: object) -> bytes:
    key = signer.signer()
    return cose.build(cbor2.dumps(content), Algorithm.ES256, b"12345678", key.sign)


def some(number: int, seed: int = 0) -> list[bytes]:
    return [hashlib.sha256(b"%d %d" % (seed, i)).digest()[:16] for i in range(number)]
