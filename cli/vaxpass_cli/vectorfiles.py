"""Test vectors on disk -> records: the layout of dgc-testdata, or a `vectors.jsonl`.

dgc-testdata keeps one JSON file a vector in `*/2DCode/raw/`; a JSON Lines file has one record a line
with the same facts under short names, and names the expectations that are disputed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from vaxpass import base45, deflate
from vaxpass.prefix import PREFIX
from vaxpass_cli.failure import Wrong

_RAW: Final = "2DCode/raw"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a vector: its bytes, and the text that it must give, None for no code at all."""

    data: bytes
    text: str | None


@dataclass(frozen=True, slots=True)
class Vector:
    """One test vector. What it does not give is None; `expected` holds only what it states."""

    name: str
    text: str | None
    certificates: tuple[bytes, ...]
    clock: datetime | None
    payload: Any
    pictures: tuple[Picture, ...]
    expected: Mapping[str, bool]
    disputed: Mapping[str, str]
    parts: Mapping[str, bytes]
    """The intermediate results `COMPRESSED` and `COSE`, where it gives them."""


def load(path: Path) -> Iterator[Vector]:
    """Read all vectors below `path`. Raises `Wrong` where there are none or one is not readable."""
    if path.is_file():
        yield from _lines(path)
        return
    if not path.is_dir():
        raise Wrong(f"{path}: there is no such file or folder.")
    lines = path / "vectors.jsonl"
    if lines.is_file():
        yield from _lines(lines)
        return
    files = sorted(p for p in path.rglob("*.json") if p.parent.as_posix().endswith(_RAW))
    if not files:
        raise Wrong(f"{path}: no vectors.jsonl and no */{_RAW}/*.json in this folder.")
    for file in files:
        yield _guarded(str(file.relative_to(path)), file.read_bytes(), _raw, path)


def _lines(path: Path) -> Iterator[Vector]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            yield _guarded(f"{path.name}:{number}", line, _short, path.parent)


def _guarded(name: str, data: bytes, read: Any, folder: Path) -> Vector:
    try:
        record = json.loads(data.decode("utf-8-sig"))
        vector: Vector = read(name, record, folder)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise Wrong(f"{name}: this is not a test vector ({type(error).__name__}).") from None
    return vector


def _short(name: str, record: dict[str, Any], folder: Path) -> Vector:
    """A line of a `vectors.jsonl`."""
    text = record.get("text")
    shown = record.get("image_text") or text
    images = [record.get("image"), *record.get("images_extra", ())]
    pictures = tuple(Picture((folder / image).read_bytes(), shown) for image in images if image)
    return Vector(
        name=str(record.get("id", name)),
        text=text,
        certificates=tuple(base64.b64decode(c) for c in record.get("certificates") or ()),
        clock=_clock(record.get("clock")),
        payload=record.get("json"),
        pictures=pictures,
        expected=_flags(record.get("expected") or {}),
        disputed=dict(record.get("disputed") or {}),
        parts={},
    )


def _raw(name: str, record: dict[str, Any], _folder: Path) -> Vector:
    """A file of dgc-testdata."""
    context = record.get("TESTCTX") or {}
    parts = {key: _hexadecimal(record.get(key)) for key in ("COMPRESSED", "COSE")}
    known = {key: data for key, data in parts.items() if data is not None}
    text = _text(record, known)
    picture = record.get("2DCODE")
    certificate = context.get("CERTIFICATE")
    return Vector(
        name=name,
        text=text,
        certificates=(_base64(certificate),) if certificate else (),
        clock=_clock(context.get("VALIDATIONCLOCK")),
        payload=record.get("JSON"),
        pictures=(Picture(_base64(picture), text),) if picture else (),
        expected=_flags(record.get("EXPECTEDRESULTS") or {}),
        disputed={},
        parts=known,
    )


def _text(record: Mapping[str, Any], parts: Mapping[str, bytes]) -> str | None:
    """The text, made from a later step where a vector gives only that."""
    if record.get("PREFIX"):
        return str(record["PREFIX"])
    if record.get("BASE45"):
        return PREFIX + str(record["BASE45"])
    compressed = parts.get("COMPRESSED")
    if compressed is None and "COSE" in parts:
        compressed = deflate.deflate(parts["COSE"])
    return None if compressed is None else PREFIX + base45.encode(compressed)


def _flags(stated: Mapping[str, Any]) -> dict[str, bool]:
    """Only true and false are expectations: null means the same as absent."""
    return {key: value for key, value in stated.items() if isinstance(value, bool)}


def _clock(value: str | None) -> datetime | None:
    if not value:
        return None
    clock = datetime.fromisoformat(value)
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def _hexadecimal(value: Any) -> bytes | None:
    return bytes.fromhex(value) if isinstance(value, str) and value else None


def _base64(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=False)
    except binascii.Error:
        raise ValueError("not Base64") from None
