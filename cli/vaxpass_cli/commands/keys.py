"""`vaxpass keys`: makes keys for tests and for bundles, and the secret for identifiers."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import Kind, messages
from vaxpass.crypto import Algorithm, new_bundle_key, to_pem
from vaxpass.testing import Authority, IssuedKey
from vaxpass.trust import TrustedKey, write_trust_list
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError


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
    _empty(out)
    now = datetime.now(UTC).replace(microsecond=0)
    authority = Authority.create(country, valid_from=now, days=days + 365)
    kinds = [Kind[name.name.upper()] for name in kind or ()]
    signer = authority.issue_signer(days=days, kinds=kinds, algorithm=Algorithm[algorithm.name])
    _write_pair(out, "csca", authority.issued)
    _write_pair(out, "dsc", signer)
    certificate = signer.certificate
    trusted = TrustedKey.of(certificate, f"test keys {country}", test=True)
    trust_list = out / "trust-list.json"
    trust_list.write_bytes(write_trust_list([trusted], source=f"test keys {country}", test=True))
    typer.echo(messages.text("keys.test_written", options.language(), folder=out))
    typer.echo(messages.text("keys.trust_list", options.language(), file=trust_list))
    return Exit.OK


def bundle_key(
    out: Annotated[Path, typer.Option("--out")],
) -> int:
    """Make the key that signs bundles: bundle.key.pem, to be kept, and bundle.pub.pem, to be given."""
    _empty(out)
    private, public = new_bundle_key()
    _write_secret(out / "bundle.key.pem", private)
    (out / "bundle.pub.pem").write_bytes(public)
    typer.echo(messages.text("keys.bundle_written", options.language(), folder=out))
    return Exit.OK


def uvci(
    out: Annotated[Path, typer.Option("--out")],
) -> int:
    """Make the secret that identifiers of passports are made with. Keep it as long as they count."""
    if out.exists():
        raise UsageError("error.file_exists_key", path=out)
    _write_secret(out, secrets.token_hex(32).encode() + b"\n")
    typer.echo(messages.text("keys.secret_written", options.language(), file=out))
    return Exit.OK


def _empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("error.folder_not_empty_keys", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)


def _write_pair(folder: Path, name: str, issued: IssuedKey) -> None:
    (folder / f"{name}.pem").write_bytes(to_pem(issued.certificate.der))
    _write_secret(folder / f"{name}.key.pem", issued.key_pem())


def _write_secret(path: Path, content: bytes) -> None:
    # The file is readable only for its owner from the beginning.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
