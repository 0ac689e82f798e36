"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias, TypeVar

import typer

from vaxpass.messages import LANGUAGES
from vaxpass_cli.errors import UsageError
from vaxpass_cli.language import OPTION, spoken

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

CLOCK_TOLERANCE: Final = 5
"""Minutes that the clock may be behind that of an issuer, where nothing else is said"""
MOST_TOLERANCE: Final = 1440
"""Minutes: a clock that differs by more than a day is wrong"""

at_hand: Final[ContextVar[frozenset[str]]] = ContextVar("at_hand", default=frozenset())
"""The parameters of the command that runs"""


def language() -> str:
    """The language of this run."""
    return spoken()


_Chosen = TypeVar("_Chosen", bound=StrEnum)


def chosen(given: _Chosen) -> _Chosen:
    """The value of a `--lang`: where it is one language, that of the run."""
    return type(given)(language()) if given in LANGUAGES else given


TrustLists: TypeAlias = Annotated[list[Path] | None, typer.Option("--trust-list", "-t")]
Rules: TypeAlias = Annotated[list[Path] | None, typer.Option("--rules")]
Pins: TypeAlias = Annotated[list[Path] | None, typer.Option("--pin")]
At: TypeAlias = Annotated[str | None, typer.Option("--at", metavar="TIME")]
Tz: TypeAlias = Annotated[str, typer.Option("--tz", metavar="ZONE")]
TestKeys: TypeAlias = Annotated[bool, typer.Option("--test-keys")]
ExpiredSigners: TypeAlias = Annotated[bool, typer.Option("--expired-signers")]
ES256WithP384: TypeAlias = Annotated[bool, typer.Option("--allow-es256-p384")]
ShortRsa: TypeAlias = Annotated[bool, typer.Option("--allow-short-rsa")]
SameCountry: TypeAlias = Annotated[bool, typer.Option("--same-country")]
OwnPeriod: TypeAlias = Annotated[bool, typer.Option("--own-period")]
CovidSigners: TypeAlias = Annotated[bool, typer.Option("--covid-signers")]
SealsWithoutUsage: TypeAlias = Annotated[bool, typer.Option("--seals-without-usage")]
Unsigned: TypeAlias = Annotated[bool, typer.Option("--unsigned")]
MaxAge: TypeAlias = Annotated[int, typer.Option("--max-age", min=0)]
ClockTolerance: TypeAlias = Annotated[
    int, typer.Option("--clock-tolerance", metavar="MINUTES", min=0, max=MOST_TOLERANCE)
]
Mapping: TypeAlias = Annotated[Path | None, typer.Option("--mapping")]
Encoding: TypeAlias = Annotated[str | None, typer.Option("--encoding")]
Memory: TypeAlias = Annotated[float, typer.Option("--memory", metavar="GB")]
Records: TypeAlias = Annotated[Path, typer.Argument(metavar="RECORDS")]
Matches: TypeAlias = Annotated[Path, typer.Option("--matches", metavar="DIR")]
Processes: TypeAlias = Annotated[int, typer.Option("--processes")]
Revocations: TypeAlias = Annotated[list[Path] | None, typer.Option("--revocation", metavar="FILE")]
Revocation: TypeAlias = Annotated[Path | None, typer.Option("--revocation", metavar="FILE")]
Key: TypeAlias = Annotated[str, typer.Option("--key")]
Cert: TypeAlias = Annotated[Path | None, typer.Option("--cert")]
IssuerCountry: TypeAlias = Annotated[str, typer.Option("--country")]
PasswordFile: TypeAlias = Annotated[Path | None, typer.Option("--password-file")]
Attestations: TypeAlias = Annotated[list[Path] | None, typer.Option("--attestations")]
FacilityKeys: TypeAlias = Annotated[Path | None, typer.Option("--facility-keys")]
Json: TypeAlias = Annotated[bool, typer.Option("--json")]
Config: TypeAlias = Annotated[Path | None, typer.Option("--config", metavar="FILE")]
Lang: TypeAlias = Annotated[Language, typer.Option(OPTION, callback=chosen, show_default=False)]
Both: TypeAlias = Annotated[Languages, typer.Option(OPTION, callback=chosen, show_default=False)]


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


LOCAL: Final = "local"
"""The value of `--tz` for the zone of this machine"""


def zone(name: str) -> tzinfo | None:
    """The zone that a value of `--tz` names; None for that of this machine. Raises `UsageError`."""
    if name in ("", LOCAL):
        return None
    if name.upper() in ("UTC", "Z"):
        return UTC
    # Few runs name a zone, and its data are files.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError("error.not_zone", text=repr(name)) from None


def moment(text: str | None, told_in: tzinfo | None = UTC) -> datetime:
    """The time of `--at`, now where there is none, in the zone `told_in`. Raises `UsageError`."""
    if text is None:
        return datetime.now(UTC).astimezone(told_in)
    try:
        return typed_in(datetime.fromisoformat(text), told_in)
    except (ValueError, OverflowError):
        raise UsageError("error.not_time", text=repr(text)) from None


def typed_in(typed: datetime, told_in: tzinfo | None) -> datetime:
    """A time that somebody typed, in the zone `told_in`.

    Where it names no zone, `told_in` is meant, and UTC where that is the zone of this machine: a script
    must mean the same everywhere. `OverflowError` where UTC or the zone has no such year.
    """
    aware = typed if typed.tzinfo else typed.replace(tzinfo=told_in or UTC)
    return aware.astimezone(UTC).astimezone(told_in)
