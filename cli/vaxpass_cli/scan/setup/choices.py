"""What was chosen -> files in the data folder and settings. Whether anything was chosen yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.found import FoundList, FoundRules, FoundStore


@dataclass(frozen=True, slots=True)
class Choices:
    """At most three decisions: the country, the trust list, the entry rules. The rest has defaults."""

    country: str = ""
    """ISO 3166-1 alpha-2 of the country that the desk is in; empty where passports are only verified"""
    lists: tuple[FoundList, ...] = ()
    rules: tuple[FoundRules, ...] = ()
    """Beside those of a bundle; empty for none"""
    stores: tuple[FoundStore, ...] = ()
    region: str = ""
    test_keys: bool = False
    """Whether test keys count: the demonstration, never a real desk"""
    others: Mapping[str, object] = field(default_factory=dict)
    """Further settings by their names, such as `lang` and `camera`"""


def set_up(choices: Choices, *, at: datetime, folder: Path | None = None) -> Mapping[str, object]:
    """Copy what was chosen into the data folder (so that a stick can be pulled); gives the settings.

    `folder` replaces the data folder. The result is for `settings.save` and `Settings.with_options`.
    Signatures are checked again under `FoundList.key`: choosing the list means that its fingerprint was
    compared. Lists without a signature are taken as the choice of the user. Raises `UsageError`,
    `TrustListError`, `BundleError` or `RulesError` where something can't be used, and changes nothing
    then; `errors.told` says each of them.
    """
    raise NotImplementedError


def is_configured(settings: Settings) -> bool:
    """Whether the desk has a trust list: by the settings, a variable, or one that was installed."""
    raise NotImplementedError
