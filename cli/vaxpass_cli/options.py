"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from vaxpass.messages import LANGUAGES
from vaxpass_cli.errors import UsageError

_LEAST_MEMORY: Final = 0.25
_MOST_PROCESSES: Final = 1024


_OTHERS: Final = {each: each for each in LANGUAGES if each != "en"}


class Language(StrEnum):
    """Languages of the sentences for people: those of the catalogue."""

    en = "en"
    vars().update(_OTHERS)


class Languages(StrEnum):
    """The languages of what is written for people to keep; `both` is those of `BOTH`."""

    en = "en"
    vars().update(_OTHERS)
    both = "both"


BOTH: Final = ("vi", "en")
"""In the order in which they stand beside each other"""

VARIABLE: Final = "VAXPASS_LANG"
_spoken: ContextVar[str] = ContextVar("language", default=Language.en)


def speak(language: str | None = None) -> None:
    """Choose the language of what `language` is asked for: this one, else that of `VAXPASS_LANG`."""
    wanted = language or os.environ.get(VARIABLE, "")
    _spoken.set(wanted if wanted in LANGUAGES else Language.en)


def language() -> str:
    """The language of this run, for what is said where no `--lang` is at hand."""
    return _spoken.get()


def _chosen(given: Language) -> Language:
    speak(given)
    return given


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
MadeAt: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="The time to write into it, such as 2023-06-01T00:00:00Z; else now.",
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
ES256WithP384: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-es256-p384", help="Accept ES256 with keys on P-384 (not to the standard)."),
]
Unsigned: TypeAlias = Annotated[
    bool,
    typer.Option("--unsigned", help="Use what nothing vouches for too, because you got it safely."),
]
MaxAge: TypeAlias = Annotated[
    int, typer.Option("--max-age", min=0, help="Days after which a trust list decides nothing more.")
]
Mapping: TypeAlias = Annotated[
    Path | None, typer.Option("--mapping", help="A TOML file with the names of the columns.")
]
Encoding: TypeAlias = Annotated[
    str, typer.Option("--encoding", help="Of CSV files: utf-8, windows-1258 ...")
]
Memory: TypeAlias = Annotated[
    float, typer.Option("--memory", metavar="GB", help="How much memory the database may use.")
]
Records: TypeAlias = Annotated[
    Path, typer.Argument(metavar="RECORDS", help="Vaccination records: CSV or Parquet.")
]
Matches: TypeAlias = Annotated[
    Path, typer.Option("--matches", metavar="DIR", help="The folder of `vaxpass match`.")
]
Processes: TypeAlias = Annotated[
    int,
    typer.Option("--processes", help="How many run side by side; 0: one a processor."),
]
Revocation: TypeAlias = Annotated[
    Path | None, typer.Option("--revocation", metavar="FILE", help="The store of revoked certificates.")
]
Key: TypeAlias = Annotated[
    str,
    typer.Option(
        "--key",
        help="The signer's private key: PEM, PKCS#12 with both, or pkcs11:token=NAME;object=LABEL.",
    ),
]
Cert: TypeAlias = Annotated[
    Path | None, typer.Option("--cert", help="The signer's certificate (PEM or DER).")
]
IssuerCountry: TypeAlias = Annotated[
    str, typer.Option("--country", help="Country of the issuer; else that of the signer's certificate.")
]
PasswordFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="The password or PIN of the key, on the first line of a file. Without it: the variable"
        " VAXPASS_KEY_PASSWORD, else it is asked for.",
    ),
]
Attestations: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--attestations", help="Attestations: files, or folders of *.attestation."),
]
FacilityKeys: TypeAlias = Annotated[
    Path | None, typer.Option("--facility-keys", help="The keys that facilities sign with.")
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON object a line on standard output, nothing else.")
]
Config: TypeAlias = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Another settings file.")
]
Lang: TypeAlias = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar=VARIABLE,
        callback=_chosen,
        is_eager=True,
        help="Language of the sentences.",
    ),
]


def processes(count: int) -> int:
    """How many a value of `--processes` means. Raises `UsageError`."""
    if not 0 <= count <= _MOST_PROCESSES:
        raise UsageError("error.processes", most=_MOST_PROCESSES)
    # What a container or a scheduler leaves to this process, where the system says it.
    allowed = getattr(os, "sched_getaffinity", None)
    return count or (len(allowed(0)) if allowed else os.cpu_count() or 1)


def check_memory(gigabytes: float) -> None:
    """Raise `UsageError` where a value of `--memory` is too small, or no number."""
    if not gigabytes >= _LEAST_MEMORY:
        raise UsageError("error.memory", least=_LEAST_MEMORY)


def moment(text: str | None) -> datetime:
    """The time of `--at`; now where there is none. In UTC, which is meant where no zone is named."""
    if text is None:
        return datetime.now(UTC)
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError("error.not_time", text=repr(text)) from None


def in_utc(typed: datetime) -> datetime:
    """A time that somebody typed, in UTC. `OverflowError` where UTC has no such year."""
    return typed.astimezone(UTC) if typed.tzinfo else typed.replace(tzinfo=UTC)
