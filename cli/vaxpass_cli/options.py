"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from vaxpass_cli.failure import Wrong


class Language(StrEnum):
    """Languages of the sentences for people."""

    en = "en"
    vi = "vi"


TrustLists: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--trust-list",
        "-t",
        help="A trust list: a file, or a folder of such. May be repeated. Without it: the variable"
        " VAXPASS_TRUST_LIST, else trust-list.json in the configuration folder.",
    ),
]
Rules: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        help="Business rules: a file, or a folder of JSON. May be repeated. Without it: the variable"
        " VAXPASS_RULES, else those of the bundle, else rules.json in the configuration folder.",
    ),
]
Pins: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--pin", help="The public key that a signed trust list must be signed with (PEM)."),
]
At: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="Judge as of this time, such as 2023-06-01T00:00:00Z; else now."
    ),
]
TestKeys: TypeAlias = Annotated[
    bool, typer.Option("--test-keys", help="Accept specimens signed with test keys.")
]
ExpiredSigners: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--expired-signers", help="Accept a signer that expired, as long as it is on the list."
    ),
]
MaxAge: TypeAlias = Annotated[
    int, typer.Option("--max-age", min=0, help="Days after which a trust list decides nothing more.")
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON object a line on standard output, nothing else.")
]
Lang: TypeAlias = Annotated[
    Language, typer.Option("--lang", help="Language of the sentences: English or Vietnamese.")
]


def moment(text: str | None) -> datetime:
    """The time of `--at`; now where there is none. In UTC, which is meant where no zone is named."""
    if text is None:
        return datetime.now(UTC)
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise Wrong(f"{text!r} is not a time. Write it like 2023-06-01T00:00:00Z.") from None


def in_utc(typed: datetime) -> datetime:
    """A time that somebody typed, in UTC. `OverflowError` where UTC has no such year."""
    return typed.astimezone(UTC) if typed.tzinfo else typed.replace(tzinfo=UTC)
