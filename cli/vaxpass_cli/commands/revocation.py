"""`vaxpass revocation`: makes, changes and shows stores of revoked certificates."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from vaxpass import decode, messages
from vaxpass.revocation import (
    HASHES,
    Entries,
    Identifier,
    Listed,
    Part,
    RevocationError,
    RevocationStore,
    Type,
    build,
    edited,
    eu,
    germany,
    identifiers,
    identifiers_of,
    plain,
)
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import named_files, sources, stores
from vaxpass_cli.output import jsonl

Contents: TypeAlias = Mapping[str, bytes]

_LARGEST: Final = 4 * 1024 * 1024 * 1024
_LARGEST_IN_ZIP: Final = 256 * 1024 * 1024


class _Files(Mapping[str, bytes]):
    """Files that are read when they are asked for."""

    def __init__(self, names: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._names = dict.fromkeys(sorted(names))
        self._read = read

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def contents(path: Path) -> Iterator[tuple[str, Contents]]:
    """A source's name and its files. Raises `UsageError` where there are none."""
    if path.is_dir():
        names = [p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()]
        if not names:
            raise UsageError("error.folder_empty", path=path)
        yield str(path), _Files(names, lambda name: _read_list(path / name))
    elif not path.exists():
        raise UsageError("error.no_file_or_folder", path=path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            yield str(path), _Files(names, lambda name: _from_zip(archive, name, path))
    else:
        yield str(path), _Files([path.name], lambda _: _read_list(path))


def _read_list(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise UsageError("error.list_too_large", path=path)
    return path.read_bytes()


def _from_zip(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    # An archive may state wrong sizes; so no more is read than is allowed.
    try:
        with archive.open(name) as file:
            data = file.read(_LARGEST_IN_ZIP + 1)
    except Exception:
        raise UsageError("error.archive_unreadable", path=path) from None
    if len(data) > _LARGEST_IN_ZIP:
        raise UsageError("error.archive_too_large", path=path)
    return data


class TypeName(StrEnum):
    """What the hashes of a plain list are made from."""

    uci = "uci"
    country_uci = "country-uci"
    signature = "signature"
    any = "any"


_TYPES = {
    TypeName.uci: Type.UCI,
    TypeName.country_uci: Type.COUNTRY_UCI,
    TypeName.signature: Type.SIGNATURE,
    TypeName.any: Type.UCI | Type.COUNTRY_UCI | Type.SIGNATURE,
}
StoreFile: TypeAlias = Annotated[Path, typer.Argument(metavar="FILE")]
Kid: TypeAlias = Annotated[str | None, typer.Option("--kid")]
Uvcis: TypeAlias = Annotated[list[str] | None, typer.Option("--uvci")]
Country: TypeAlias = Annotated[str | None, typer.Option("--country")]
Certificates: TypeAlias = Annotated[list[str] | None, typer.Option("--certificate", metavar="INPUT")]


def import_lists(
    paths: Annotated[list[Path], typer.Argument(metavar="SOURCE...")],
    out: Annotated[Path, typer.Option("--out")],
    pin: options.Pins = None,
    kid: Kid = None,
    type_name: Annotated[TypeName, typer.Option("--type")] = TypeName.any,
    at: options.At = None,
) -> int:
    """Make a store from lists: EU reference service, German COSE files, or a hash or UCI a line."""
    moment = options.moment(at)
    entries = Entries()
    for path in paths:
        for name, files in contents(path):
            try:
                _read(files, entries, pin, moment, _kid(kid), _TYPES[type_name])
            except RevocationError as error:
                raise UsageError("error.in_file_unwritten", path=name, reason=error) from None
    for remark in entries.remarks:
        sys.stderr.write(f"vaxpass: {remark}.\n")
    size = stores.write(out, build(entries.parts(), int(moment.timestamp())))
    store = stores.load(out)
    _say("written", summary=_summary(store), file=out, size=size)
    return Exit.OK


def add(
    path: StoreFile,
    uvci: Uvcis = None,
    certificate: Certificates = None,
    country: Country = None,
    kid: Kid = None,
    at: options.At = None,
) -> int:
    """Revoke certificates, by identifier or all that identifies them. The store is made if need be."""
    wanted = _wanted(uvci, certificate, country)
    signer = _kid(kid)
    if path.exists():
        parts = edited(stores.load(path), signer, wanted, ())
    else:
        entries = Entries()
        for type_, value in wanted:
            entries.add(signer, type_, value)
        parts = entries.parts()
    stores.write(path, _pieces(parts, options.moment(at)))
    _say("added", added=len(wanted), file=path, summary=_summary(stores.load(path)))
    return Exit.OK


def remove(
    path: StoreFile,
    uvci: Uvcis = None,
    certificate: Certificates = None,
    country: Country = None,
    kid: Kid = None,
    at: options.At = None,
) -> int:
    """Take certificates from a store."""
    wanted = _wanted(uvci, certificate, country)
    signer = _kid(kid)
    before = stores.load(path)
    stores.write(path, _pieces(edited(before, signer, (), wanted), options.moment(at)))
    after = stores.load(path)
    _say("removed", removed=_hashes(before) - _hashes(after), file=path)
    left = [one for one in after.lists() if any(_listed(after, one, hash_) for hash_ in wanted)]
    for listed in left:
        line = messages.text("store.still_in", options.language(), list=_line(listed))
        sys.stderr.write(f"vaxpass: {line}\n")
    return Exit.NOT_ACCEPTED if left else Exit.OK


def show(path: StoreFile, as_json: options.Json = False) -> int:
    """Show which lists a store holds, and when it was made."""
    store = stores.load(path)
    for listed in store.lists():
        typer.echo(jsonl.line(_row(listed)) if as_json else _line(listed))
    if not as_json:
        if store.made_at:
            _say("made", time=jsonl.rfc3339(store.made_at), summary=_summary(store))
        else:
            _say("made_unknown", summary=_summary(store))
    return Exit.OK


def _read(
    files: Contents, entries: Entries, pins: list[Path] | None, at: datetime, kid: bytes, types: Type
) -> None:
    if germany.matches(files):
        germany.read(files, entries, pins=named_files.pinned_keys(pins))
    elif eu.matches(files):
        eu.read(files, entries, at=at)
    else:
        for data in files.values():
            plain.read(data, entries, kid=kid, types=types)


def _wanted(
    uvcis: list[str] | None, certificates: list[str] | None, country: str | None
) -> tuple[Identifier, ...]:
    found: dict[Identifier, None] = {}
    for uvci in uvcis or ():
        found |= dict.fromkeys(identifiers(uvci, country, None, None))
    for source in sources.find(certificates or ()):
        if source.text is None:
            raise UsageError("error.no_passport", source=source.name)
        found |= dict.fromkeys(identifiers_of(decode(source.text)))
    if not found:
        raise UsageError("error.store.what")
    return tuple(found)


def _kid(text: str | None) -> bytes:
    try:
        kid = bytes.fromhex(text or "")
    except ValueError:
        kid = bytes(99)
    if len(kid) > 31:
        raise UsageError("error.store.kid")
    return kid


def _pieces(parts: Iterable[Part], moment: datetime) -> Iterator[bytes]:
    return build(parts, int(moment.timestamp()))


def _listed(store: RevocationStore, listed: Listed, wanted: Identifier) -> bool:
    if not wanted.type & listed.types or not wanted.hash.hex().startswith(listed.prefix):
        return False
    return store.contains(listed, wanted.hash)


def _hashes(store: RevocationStore) -> int:
    return sum(one.section.entries for one in store.lists() if one.section.kind == HASHES)


def _summary(store: RevocationStore) -> str:
    lists = list(store.lists())
    filters = sum(one.section.kind != HASHES for one in lists)
    signers = len({one.kid for one in lists if one.kid})
    found = {"hashes": _hashes(store), "filters": filters, "signers": signers}
    return messages.text("store.summary", options.language(), **found)


def _say(name: str, **values: object) -> None:
    typer.echo(messages.text(f"store.{name}", options.language(), **values))


def _row(listed: Listed) -> dict[str, jsonl.Json]:
    return {
        "kid": listed.kid.hex() or None,
        "kind": listed.kind,
        "types": [*listed.types.label.split(", ")],
        "prefix": listed.prefix,
        "entries": listed.section.entries,
        "probability": listed.section.probability or None,
    }


def _line(listed: Listed) -> str:
    section = listed.section
    language = options.language()
    line = messages.text(
        "store.list_prefix" if listed.prefix else "store.list",
        language,
        signer=listed.kid.hex() or messages.text("store.every_signer", language),
        kind=listed.kind,
        prefix=listed.prefix,
        types=listed.types.label,
        entries=section.entries,
    )
    if section.probability:
        probability = f"{section.probability:.1e}"
        return messages.text("store.chance", language, list=line, probability=probability)
    return line
