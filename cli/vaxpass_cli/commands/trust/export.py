"""`vaxpass trust export`: writes a trust list in a format that other programs read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import TrustList, messages
from vaxpass.trust import BSC, CSCA, DSC, SHC, write_trust_list
from vaxpass.trust import export as formats
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, trust_files

_ALL = "all"


class FormatName(StrEnum):
    """The forms."""

    json = "json"
    pem = "pem"
    jwks = "jwks"
    cose = "cose"


def export(
    out: Annotated[Path, typer.Option("--out")],
    form: Annotated[FormatName, typer.Option("--format")],
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    usage: Annotated[list[str] | None, typer.Option("--usage")] = None,
    pin: options.Pins = None,
    at: options.At = None,
) -> int:
    """Write a trust list as JSON, a folder of PEM files, a JWK set or a COSE key set."""
    found = trust_files.read_lists(paths, pin, at=options.moment(at))
    wanted = {one.upper() for one in usage or [DSC]}
    if form is not FormatName.json and wanted != {DSC}:
        # Readers of these formats take every key for a signer.
        raise UsageError("error.export.usages", form=form.value, usage=DSC)
    whole = _ALL.upper() in wanted
    # Each key has its own age. What revokes signers and cards goes with all of them.
    trust = TrustList(
        (key for key in found if whole or key.usage.upper() in wanted),
        revoked_cards=found.revoked_cards if whole or SHC in wanted else (),
        crls=found.crls if whole or not wanted.isdisjoint((CSCA, BSC)) else (),
    )
    if not len(trust):
        raise UsageError("error.export.no_usage", usages=", ".join(sorted(wanted)))
    written = len(trust)
    match form:
        case FormatName.pem:
            files = formats.pem_folder(trust)
            atomic.write_folder(out, files, is_there="error.folder_not_empty")
            written = len(files)
        case FormatName.jwks:
            _write(out, formats.jwk_set(trust))
        case FormatName.cose:
            try:
                data = formats.cose_key_set(trust)
            except ValueError as error:
                raise UsageError("error.export.cose", detail=error) from None
            _write(out, data)
        case FormatName.json:
            _write(out, _native(trust))
    language = options.language()
    typer.echo(messages.text("trust_list.exported", language, count=written, file=out))
    tests = sum(key.test for key in trust)
    if tests and form is not FormatName.json:
        typer.echo(messages.text("trust_list.unmarked_tests", language, tests=tests))
    return Exit.OK


def _write(path: Path, data: bytes) -> None:
    if path.is_dir():
        raise UsageError("error.folder_for_file", path=path)
    atomic.write(path, [data], size=len(data))


def _native(trust: TrustList) -> bytes:
    sources = sorted({key.source for key in trust})
    source = sources[0] if len(sources) == 1 else "several trust lists"
    made_at: datetime | None = trust.made_at
    # The list is marked only where every key has the mark; each key has its own mark, too.
    test = all(key.test for key in trust)
    return write_trust_list(trust, source=source, test=test, made_at=made_at)
