"""`vaxpass attest`: signs that a facility has checked its records, or verifies such an attestation."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from vaxpass import messages
from vaxpass.crypto import load_public_key
from vaxpass.display import escape_for_display
from vaxpass.records import (
    AttestationCheck,
    DuplicateRecords,
    IssuingError,
    Record,
    canonical_text,
    check_attestations,
    write_facility_keys,
)
from vaxpass.records import attest as sign
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge, keys
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output import jsonl
from vaxpass_cli.records import attestation_files
from vaxpass_cli.records.attestation_files import AttestationFile

_SHOWN: Final = 20
_MEMORY: Final = 1.0
_LARGEST_KEY: Final = 1024 * 1024


def attest(
    records: options.Records,
    facility: Annotated[str | None, typer.Option("--facility")] = None,
    key: Annotated[str | None, typer.Option("--key")] = None,
    cert: options.Cert = None,
    password_file: options.PasswordFile = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    verify: Annotated[list[Path] | None, typer.Option("--verify")] = None,
    facility_keys: options.FacilityKeys = None,
    mapping: options.Mapping = None,
    encoding: options.Encoding = None,
    made_at: options.At = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Sign that a facility has checked its records, or verify such an attestation."""
    if verify:
        if facility_keys is None or facility or key or out:
            raise UsageError("error.attest.verify")
        pinned = attestation_files.read_keys(facility_keys)
        known = [attestation_files.read(path, pinned) for path in attestation_files.listed(verify)]
        with _records(records, mapping, encoding) as found:
            result = check_attestations(found, [each.attestation for each in known])
        _tell(result, known, as_json=as_json, language=lang)
        return Exit.OK if result.flawless else Exit.NOT_ACCEPTED
    if not facility or not key or out is None:
        raise UsageError("error.attest.what")
    facility = canonical_text(facility)
    signer, moment = keys.source(key, cert, password_file).open_bare(), options.moment(made_at)
    with _records(records, mapping, encoding) as found:
        own = [record for record in found if record.facility == facility]
        try:
            data = sign(own, facility, signer, moment)
        except DuplicateRecords as error:
            named = ", ".join(error.identifiers[:_SHOWN])
            raise UsageError("error.attest.twice", records=named) from None
        except IssuingError as error:
            raise UsageError("error.in_file", path=records, reason=error) from None
    atomic.write(out, [data], mode=atomic.OWNER_ONLY)
    count = len({record.id_hash for record in own})
    told = {"facility": facility, "count": count, "file": out}
    typer.echo(messages.text("attest.written", lang, **told))
    if len(own) > count:
        typer.echo(messages.text("issue.copies", lang, count=len(own) - count))
    return Exit.OK


def facility_key(
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    facility: Annotated[str, typer.Option("--facility")],
    key: Annotated[Path, typer.Option("--key")],
) -> int:
    """Add a facility's public key to the list that attestations are checked with."""
    try:
        added = load_public_key(read_bounded(key, _LARGEST_KEY))
    except ValueError:
        raise UsageError("error.not_public_key", path=key) from None
    with atomic.changing(path) as change:
        known = dict(attestation_files.read_keys(path)) if path.exists() else {}
        facility = canonical_text(facility)
        if added not in known.get(facility, ()):
            known[facility] = (*known.get(facility, ()), added)
        change.write([write_facility_keys(known)])
    typer.echo(messages.text("attest.facilities", options.language(), file=path, count=len(known)))
    return Exit.OK


@contextmanager
def _records(path: Path, mapping: Path | None, encoding: str | None) -> Iterator[Iterator[Record]]:
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records import columns, inputs  # noqa: PLC0415
    from vaxpass_cli.records.engine import Engine  # noqa: PLC0415

    names = columns.read_mapping(mapping).get(columns.RECORDS.role, {})
    with (
        tempfile.TemporaryDirectory(prefix="vaxpass-") as work,
        Engine(Path(work) / "spill", gigabytes=_MEMORY, threads=1) as engine,
    ):
        source = inputs.open_input(path, columns.RECORDS, names, encoding, engine, Path(work))
        for note in source.notes:
            edge.complain(note.text(options.language()))
        yield engine.rows(Record, f"FROM ({source.relation})")


def _tell(
    result: AttestationCheck, known: Sequence[AttestationFile], *, as_json: bool, language: str
) -> None:
    if as_json:
        typer.echo(jsonl.line(_row(result, known)))
        return
    for place, count in result.covered.items():
        typer.echo(messages.text("attest.covered", language, count=count, **_named(known[place])))
    said = [
        *(
            messages.text("attest.altered", language, record=record, **_named(known[place]))
            for record, place in result.altered
        ),
        *(
            messages.text("attest.doubled", language, record=record, count=count)
            for record, count in result.duplicate
        ),
        *(messages.text("attest.uncovered", language, record=record) for record in result.uncovered),
    ]
    for line in said[:_SHOWN]:
        typer.echo(escape_for_display(line))
    if len(said) > _SHOWN:
        typer.echo(messages.text("attest.more", language, count=len(said) - _SHOWN))
    for place, count in result.missing.items():
        typer.echo(messages.text("attest.missing", language, count=count, **_named(known[place])))


def _named(found: AttestationFile) -> dict[str, str]:
    one = found.attestation
    return {"facility": one.facility, "at": jsonl.rfc3339(one.at), "file": found.path.name}


def _row(result: AttestationCheck, known: Sequence[AttestationFile]) -> dict[str, jsonl.Json]:
    return {
        "attestations": [
            {
                **_named(each),
                "records": len(each.attestation),
                "covered": result.covered.get(place, 0),
                "missing": result.missing.get(place, 0),
            }
            for place, each in enumerate(known)
        ],
        "altered": [record for record, _ in result.altered],
        "doubled": [record for record, _ in result.duplicate],
        "not_attested": list(result.uncovered),
    }
