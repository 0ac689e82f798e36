"""`vaxpass keys`: makes keys for tests, bundles and facilities, and the secret for identifiers."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import Kind, messages
from vaxpass.crypto import Algorithm, fingerprint, load_public_key, new_bundle_key, to_pem
from vaxpass.display import escape_for_display
from vaxpass.records import canonical_text
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey, write_trust_list
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, keys
from vaxpass_cli.io.spelling import spelled, to_read_out


class AlgorithmName(StrEnum):
    """How the new key signs."""

    ES256 = "ES256"
    PS256 = "PS256"


class KindName(StrEnum):
    """Kinds of certificate that a key may be restricted to."""

    vaccination = "vaccination"
    test = "test"
    recovery = "recovery"


def new(
    out: Annotated[Path, typer.Option("--out")],
    country: Annotated[str, typer.Option("--country")] = "VN",
    algorithm: Annotated[AlgorithmName, typer.Option("--algorithm")] = AlgorithmName.ES256,
    kind: Annotated[list[KindName] | None, typer.Option("--kind")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=7300)] = 730,
) -> int:
    """Make a country CA (CSCA) and a document signer (DSC), and a trust list that names it."""
    if len(country) != 2 or not (country.isascii() and country.isalpha() and country.isupper()):
        raise UsageError("error.not_country_code", text=repr(country))
    now = datetime.now(UTC).replace(microsecond=0)
    authority = Authority.create(country, valid_from=now, days=days + 365)
    kinds = [Kind[name.name.upper()] for name in kind or ()]
    signer = authority.issue_signer(days=days, kinds=kinds, algorithm=Algorithm[algorithm.name])
    trusted = TrustedKey.of(signer.certificate, f"test keys {country}", test=True)
    listed = write_trust_list([trusted], source=f"test keys {country}", test=True)
    pairs = {"csca": authority.issued, "dsc": signer}
    secrets_ = {f"{name}.key.pem": issued.key_pem() for name, issued in pairs.items()}
    public = {f"{name}.pem": to_pem(issued.certificate.der) for name, issued in pairs.items()}
    _write_folder(out, secrets_, {**public, "trust-list.json": listed})
    trust_list = out / "trust-list.json"
    typer.echo(messages.text("keys.test_written", options.language(), folder=out))
    typer.echo(messages.text("keys.trust_list", options.language(), file=trust_list))
    return Exit.OK


def bundle_key(
    out: Annotated[Path, typer.Option("--out")],
) -> int:
    """Make the key that signs bundles: bundle.key.pem, to be kept, and bundle.pub.pem, to be given."""
    private, public = new_bundle_key()
    _write_folder(out, {"bundle.key.pem": private}, {"bundle.pub.pem": public})
    typer.echo(messages.text("keys.bundle_written", options.language(), folder=out))
    typer.echo(messages.text("bundle.read_out", options.language()))
    typer.echo(to_read_out(spelled(load_public_key(public))))
    return Exit.OK


def uvci(
    out: Annotated[Path, typer.Option("--out")],
) -> int:
    """Make the secret that identifiers of passports are made with. Keep it as long as they count."""
    with atomic.changing(out) as change:
        if out.exists():
            raise UsageError("error.file_exists_key", path=out)
        change.write([secrets.token_hex(32).encode() + b"\n"], mode=atomic.OWNER_ONLY)
    typer.echo(messages.text("keys.secret_written", options.language(), file=out))
    return Exit.OK


def facility_new(
    facility: Annotated[str, typer.Option("--facility")],
    out: Annotated[Path, typer.Option("--out")],
    password_file: options.PasswordFile = None,
    lang: options.Lang = options.Language.en,
) -> int:
    """Make the key that a facility signs its attestations with, and say what to do with it."""
    name = canonical_text(facility)
    if not name:
        raise UsageError("error.attest.no_facility")
    password = keys.stored_password(password_file)
    private, public = new_bundle_key(password.encode() if password else b"")
    _write_folder(out, {_PRIVATE: private}, {_PUBLIC: public})
    values = {
        "facility": escape_for_display(shlex.quote(name)),
        "private": shlex.quote(str(out / _PRIVATE)),
        "public": shlex.quote(str(out / _PUBLIC)),
        "file": _PUBLIC,
        "fingerprint": fingerprint(load_public_key(public)),
    }
    steps = ("written", "protected" if password else "keep", "give", "listed", "sign")
    for step in steps:
        typer.echo(messages.text(f"keys.facility.{step}", lang, **values))
    return Exit.OK


_PRIVATE, _PUBLIC = "facility.key.pem", "facility.pub.pem"


def _write_folder(out: Path, private: Mapping[str, bytes], public: Mapping[str, bytes]) -> None:
    """Write a folder of keys, whole or not at all: half of one would block the next run."""
    atomic.write_folder(
        out, {**private, **public}, private=private.keys(), is_there="error.folder_not_empty_keys"
    )
