"""Find business rules and read them from files."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass.rules import LARGEST, RulesError, RuleSet, is_rules, read_rules
from vaxpass.trust import bundle as bundles
from vaxpass.trust.bundle import Bundle
from vaxpass_cli import options
from vaxpass_cli.io import atomic, edge
from vaxpass_cli.io.named_files import Pin, files_in, read_bounded, refused

VARIABLE: Final = "VAXPASS_RULES"
_FILE: Final = "rules.json"
_MOST_NAMED: Final = 20


def in_use(
    named: Sequence[Path] | None, of_bundles: RuleSet | None, pins: Sequence[Pin]
) -> RuleSet | None:
    """The rules that the user named, else those of bundles, else the configured ones, else None.

    Skipped rules are named on standard error. Raises `RulesError` where some must not be used.
    """
    paths = named or _of_variable()
    if paths:
        found = read(paths, pins)
    elif of_bundles is not None:
        found = of_bundles
    elif paths := configured():
        found = read(paths, pins)
    else:
        return None
    tell_skipped(found)
    return found


def configured() -> list[Path]:
    """The rules that are used where the user names none; of these a bundle replaces the last."""
    default = atomic.configuration() / _FILE
    return _of_variable() or ([default] if default.exists() else [])


def of_bundle(bundle: Bundle) -> RuleSet | None:
    """The rules in a bundle, as old as the bundle: by its signature they were current then."""
    content = bundle.content(bundles.RULES)
    if content is None:
        return None
    rules = read_rules(content, source=bundle.manifest.maker)
    return dataclasses.replace(rules, made_at=bundle.manifest.created)


def read(
    paths: Sequence[Path],
    pins: Sequence[Pin],
    *,
    at: datetime | None = None,
    unsigned: bool = False,
    named_by_user: bool = True,
) -> RuleSet:
    """Read rules of any form. Every file may be a sidecar of every other.

    In a folder, other files are ignored, such as tests beside the rules. Raises `RulesError` or, where
    the user can help it, `UsageError`.
    """
    contents = {path: read_bounded(path, LARGEST) for path in files_in(paths)}
    wanted = [path for path, data in contents.items() if _is_meant(path, data, named=path in paths)]
    if not wanted:
        raise RulesError("failure.rules.none_known")
    found = []
    for path in wanted:
        beside = [other for place, other in contents.items() if place != path]
        try:
            found.append(
                read_rules(
                    contents[path],
                    source=path.name,
                    pins=pins,
                    at=at,
                    unsigned=unsigned,
                    sidecars=beside,
                    named_by_user=named_by_user,
                )
            )
        except RulesError as error:
            raise refused(error, path, "rules") from None
    return RuleSet.union(found)


def together(found: Sequence[RuleSet]) -> RuleSet | None:
    """All rule sets joined; None where there are none."""
    return RuleSet.union(found) if found else None


def tell_skipped(rules: RuleSet) -> None:
    """Name the rules that were skipped on standard error, with the reasons."""
    for entry in rules.skipped[:_MOST_NAMED]:
        name, why = (
            escape_for_display(f"{entry.source}: {entry.entry}"),
            escape_for_display(entry.reason),
        )
        line = messages.text("rules.import.skipped", options.language(), rule=name, why=why)
        edge.complain(line)
    if len(rules.skipped) > _MOST_NAMED:
        more = len(rules.skipped) - _MOST_NAMED
        line = messages.text("rules.import.more_skipped", options.language(), count=more)
        edge.complain(line)


def summary(rules: RuleSet) -> str:
    """The number of rules and of countries, as a sentence."""
    countries = len({rule.country for rule in rules.rules})
    return messages.text(
        "rules.import.summary",
        options.language(),
        rules=len(rules.rules),
        countries=countries,
        skipped=len(rules.skipped),
    )


def _of_variable() -> list[Path]:
    named = os.environ.get(VARIABLE, "")
    return [Path(part) for part in named.split(os.pathsep) if part]


def _is_meant(path: Path, data: bytes, *, named: bool) -> bool:
    """Whether a file must be read as rules, and is an error where that fails; `named`: by the user.

    Other files are ignored. A file that is not JSON may be the signature of another file.
    """
    if is_rules(data) or data.startswith(b"eyJ"):
        return True
    if path.suffix.lower() != ".json":
        return False
    try:
        strict_json.parse(data)
    except ValueError:
        return True
    return named
