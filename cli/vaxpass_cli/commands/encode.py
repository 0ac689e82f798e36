"""`vaxpass encode`: a certificate as JSON -> its signed text or QR code."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import Certificate, qr
from vaxpass import encode as encode_certificate
from vaxpass.errors import EncodeError
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import keys


class Correction(StrEnum):
    """How much of a QR code may be lost: about 7, 15, 25 or 30 percent."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


def encode(
    certificate: Annotated[
        Path,
        typer.Argument(
            metavar="JSON", help="The certificate as JSON (ver, nam, dob, v|t|r); - for standard input."
        ),
    ],
    key: keys.Key,
    cert: keys.Cert = None,
    password_file: keys.PasswordFile = None,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", help="Country of the issuer; else the certificate's own."),
    ] = None,
    issued: Annotated[
        str | None, typer.Option("--issued", metavar="TIME", help="Time of issue; else now.")
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=36500, help="For how many days it is valid.")
    ] = 365,
    picture: Annotated[
        Path | None, typer.Option("--qr", help="Write a QR code here (.png or .svg), not the text.")
    ] = None,
    correction: Annotated[
        Correction, typer.Option("--error-correction", help="Of the QR code.")
    ] = Correction.Q,
) -> int:
    """Sign a certificate. Its form is checked strictly before."""
    signer = keys.source(key, cert, password_file).open()
    country = issuer or signer.certificate.country
    if not country:
        raise UsageError("error.signer_no_country")
    begin = options.moment(issued).replace(microsecond=0)
    try:
        text = encode_certificate(
            _certificate(certificate),
            signer,
            issuer=country,
            issued_at=begin,
            expires_at=begin + timedelta(days=days),
        )
    except EncodeError as error:
        for problem in error.problems:
            sys.stderr.write(f"vaxpass: {problem.code}: {problem.message()}\n")
        return Exit.NOT_ACCEPTED
    if picture is None:
        typer.echo(text)
    elif picture.suffix.lower() == ".svg":
        picture.write_text(qr.svg(text, error_correction=correction.value), encoding="utf-8")
    elif picture.suffix.lower() == ".png":
        picture.write_bytes(qr.png(text, error_correction=correction.value))
    else:
        raise UsageError("error.picture_name", path=picture)
    return Exit.OK


def _certificate(path: Path) -> Certificate:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError("error.not_json", path=path) from None
    if not isinstance(payload, dict):
        raise UsageError("error.encode.not_certificate", path=path)
    return Certificate.from_payload(payload)
