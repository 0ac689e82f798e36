"""`vaxpass revocation`: makes, changes and shows stores of revoked certificates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from vaxpass import Unverified, decode, messages
from vaxpass.revocation import (
    HASHES,
    Entries,
    Identifier,
    Listed,
    RevocationError,
    RevocationStore,
    Type,
    TypedUvci,
    build,
    eu,
    germany,
    identifiers_as_typed,
    identifiers_of,
    lookups_of,
    national,
    plain,
    read_uvci,
)
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import edge, named_files, revocation_files, sources, stores
from vaxpass_cli.output import jsonl


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
    national_lists: list[bytes] = []
    named = ", ".join(map(str, paths))
    for path in paths:
        for name, files in revocation_files.contents(path):
            try:
                _read(files, entries, national_lists, pin, moment, _kid(kid), _TYPES[type_name])
            except RevocationError as error:
                raise UsageError("error.in_file_unwritten", path=name, reason=error) from None
    try:
        national.read(national_lists, entries, pins=named_files.pins_in(pin), at=moment)
    except RevocationError as error:
        raise UsageError("error.in_file_unwritten", path=named, reason=error) from None
    for remark in entries.remarks:
        edge.complain(remark.message(options.language()))
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
    named, typed = _decoded(certificate), _typed(uvci)
    place = _country(country)
    wanted = _unique(
        [*(identifiers_as_typed(one, place) for one in typed), *map(identifiers_of, named)]
    )
    _must_name_one(wanted)
    stores.change(path, _kid(kid), wanted, (), options.moment(at))
    _tell_odd(typed)
    count = len(typed) + len(named)
    _say("added", count=count, added=len(wanted), file=path, summary=_summary(stores.load(path)))
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
    named, typed = _decoded(certificate), _typed(uvci)
    place = _country(country)
    wanted = _unique(
        [
            *(identifiers_as_typed(one, place, every_check=True) for one in typed),
            *map(lookups_of, named),
        ]
    )
    _must_name_one(wanted)
    if not path.exists():
        raise UsageError("error.no_file", path=path)
    removed = -stores.change(path, _kid(kid), (), wanted, options.moment(at))
    _tell_odd(typed)
    after = stores.load(path)
    _say("removed", removed=removed, file=path)
    left = [one for one in after.lists() if any(_listed(after, one, hash_) for hash_ in wanted)]
    for listed in left:
        _warn("still_in", list=_line(listed))
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
    files: revocation_files.Contents,
    entries: Entries,
    national_lists: list[bytes],
    pins: list[Path] | None,
    at: datetime,
    kid: bytes,
    types: Type,
) -> None:
    """Read one source; lists whose parts may come from several sources are only collected."""
    if germany.matches(files):
        germany.read(files, entries, pins=named_files.pinned_keys(pins))
    elif eu.matches(files):
        eu.read(files, entries, at=at)
    else:
        for data in files.values():
            if national.matches(data):
                national_lists.append(data)
            else:
                plain.read(data, entries, kid=kid, types=types)


def _typed(uvcis: list[str] | None) -> list[TypedUvci]:
    """The identifiers of `--uvci`. Raises `UsageError` where one can't stand in a certificate."""
    found = []
    for number, text in enumerate(uvcis or (), 1):
        try:
            found.append(read_uvci(text))
        except ValueError:
            raise UsageError("error.store.not_uvci", number=number) from None
    return found


def _tell_odd(typed: Iterable[TypedUvci]) -> None:
    """Tell which identifiers may have a typing error."""
    for number, one in enumerate(typed, 1):
        if one.fits is False:
            _warn("check_character", number=number, character=one.check)
        elif not one.usual:
            _warn("unusual", number=number)


def _decoded(certificates: list[str] | None) -> list[Unverified]:
    found = []
    for source in sources.find(certificates or ()):
        if source.text is None:
            raise UsageError("error.no_passport", source=source.name)
        found.append(decode(source.text))
    return found


def _country(text: str | None) -> str | None:
    country = (text or "").strip().upper()
    if country and not re.fullmatch("[A-Z]{2}", country):
        raise UsageError("error.not_country_code", text=repr(text))
    return country or None


def _must_name_one(found: Collection[Identifier]) -> None:
    if not found:
        raise UsageError("error.store.what")


def _unique(found: Iterable[Iterable[Identifier]]) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def _kid(text: str | None) -> bytes:
    try:
        kid = bytes.fromhex(text or "")
    except ValueError:
        kid = bytes(99)
    if len(kid) > 31:
        raise UsageError("error.store.kid")
    return kid


def _listed(store: RevocationStore, listed: Listed, wanted: Identifier) -> bool:
    if not wanted.type & listed.types or not wanted.hash.hex().startswith(listed.prefix):
        return False
    return store.contains(listed, wanted.hash)


def _summary(store: RevocationStore) -> str:
    lists = list(store.lists())
    filters = sum(one.section.kind != HASHES for one in lists)
    signers = len({one.kid for one in lists if one.kid})
    found = {"hashes": stores.hashes(store), "filters": filters, "signers": signers}
    return messages.text("store.summary", options.language(), **found)


def _say(name: str, **values: object) -> None:
    typer.echo(messages.text(f"store.{name}", options.language(), **values))


def _warn(name: str, **values: object) -> None:
    line = messages.text(f"store.{name}", options.language(), **values)
    edge.complain(line)


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
