"""`vaxpass encode`: signs a certificate that is given as JSON, as a text or a QR code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import Certificate, EncodeError, VaccinationCertificate, qr
from vaxpass import encode as encode_certificate
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge, encodings, keys


class Correction(StrEnum):
    """How much of a QR code may be lost: about 7, 15, 25 or 30 percent."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


def encode(
    certificate: Annotated[Path, typer.Argument(metavar="JSON")],
    key: options.Key,
    cert: options.Cert = None,
    password_file: options.PasswordFile = None,
    country: options.IssuerCountry = "",
    made_at: options.At = None,
    days: Annotated[int, typer.Option("--days", min=1, max=36500)] = 365,
    picture: Annotated[Path | None, typer.Option("--qr")] = None,
    correction: Annotated[Correction, typer.Option("--error-correction")] = Correction.Q,
) -> int:
    """Sign a certificate. Its form is checked strictly before."""
    signer = keys.source(key, cert, password_file).open()
    issuer = country or signer.certificate.country
    if not issuer:
        raise UsageError("error.signer_no_country")
    begin = options.moment(made_at).replace(microsecond=0)
    try:
        text = encode_certificate(
            _certificate(certificate),
            signer,
            issuer=issuer,
            issued_at=begin,
            expires_at=begin + timedelta(days=days),
        )
    except EncodeError as error:
        for problem in error.problems:
            edge.complain(f"{problem.code}: {problem.message(options.language())}")
        return Exit.NOT_ACCEPTED
    if picture is None:
        typer.echo(text)
    elif picture.suffix.lower() == ".svg":
        drawn = qr.svg(text, error_correction=correction.value).encode()
        atomic.write(picture, [drawn], mode=atomic.OWNER_ONLY)
    elif picture.suffix.lower() == ".png":
        drawn = qr.png(text, error_correction=correction.value)
        atomic.write(picture, [drawn], mode=atomic.OWNER_ONLY)
    else:
        raise UsageError("error.picture_name", path=picture)
    return Exit.OK


def _certificate(path: Path) -> Certificate | VaccinationCertificate:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        payload = strict_json.read(data)
    except ValueError:
        # `parse` takes what `read` refuses: a name that stands twice, of which one value would be lost.
        raise UsageError(_why_not(path, data), path=path) from None
    if not isinstance(payload, dict):
        raise UsageError("error.encode.not_certificate", path=path)
    # What has one of these names and not those of a DCC is meant as a yellow card.
    if not payload.keys().isdisjoint(("vx", "n")) and "nam" not in payload:
        return _yellow_card(path, payload)
    return Certificate.from_payload(payload)


def _yellow_card(path: Path, payload: dict[str, strict_json.Json]) -> VaccinationCertificate:
    """An ICVP, of which nothing would be left out: reading it is lenient."""
    # Without a date of issue it would be read as one of an earlier generation.
    latest = VaccinationCertificate().generation
    certificate = replace(VaccinationCertificate.from_payload(payload), generation=latest)
    lost = list(_lost(payload, certificate.to_payload()))
    if lost:
        names = escape_for_display(", ".join(lost))
        raise UsageError("error.encode.icvp_fields", path=path, names=names)
    return certificate


def _lost(stated: Mapping[str, object], written: Mapping[str, object]) -> Iterator[str]:
    """The names of what is not written as it was stated; within the vaccination with its place."""
    for name, value in stated.items():
        kept = written.get(name)
        if isinstance(value, dict) and isinstance(kept, dict):
            yield from (f"{name}.{inner}" for inner in _lost(value, kept))
        elif kept != value and value is not None:
            yield name


def _why_not(path: Path, data: bytes) -> str:
    encodings.text_in(path, data)
    try:
        strict_json.parse(data)
    except ValueError:
        return "error.not_json"
    return "error.encode.not_strict"
