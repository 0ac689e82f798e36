"""`vaxpass trust diff`: what changed between two trust lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.text import Text

from vaxpass import TrustList
from vaxpass.display import escape_for_display
from vaxpass.trust import DSC, TrustedKey
from vaxpass.trust.diff import Changed, Counts, TrustDiff, compare
from vaxpass_cli import options
from vaxpass_cli.commands.trust import rows
from vaxpass_cli.commands.trust.rows import kid, kinds_in_words, row, say, time
from vaxpass_cli.errors import Exit
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD")],
    new: Annotated[Path, typer.Argument(metavar="NEW")],
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
    as_json: options.Json = False,
) -> int:
    """Show what changed between two trust lists: added, removed and changed keys."""
    moment = options.moment(at)
    before, after = (rows.read([path], pin, at=moment, unsigned=unsigned).keys for path in (old, new))
    found = compare(before, after)
    if as_json:
        _print_json(found, moment)
        for what, counts in _revoked(found, before, after):
            states = {"before": counts[0], "after": counts[1]}
            typer.echo(jsonl.line({"change": "changed", "fields": [what], **states}))
    else:
        _print(found, list(_revoked(found, before, after)))
    return Exit.NOT_ACCEPTED if found else Exit.OK


def _print_json(found: TrustDiff, moment: datetime) -> None:
    for change, keys in (("removed", found.removed), ("added", found.added)):
        for key in keys:
            line: dict[str, jsonl.Json] = {"change": change, "fields": []}
            before, after = (
                (row(key, moment), None) if change == "removed" else (None, row(key, moment))
            )
            typer.echo(jsonl.line(line | {"before": before, "after": after}))
    for changed in found.changed:
        typer.echo(
            jsonl.line(
                {
                    "change": "changed",
                    "fields": list(changed.fields),
                    "before": row(changed.before, moment),
                    "after": row(changed.after, moment),
                }
            )
        )


_Counts: TypeAlias = tuple[dict[str, jsonl.Json], dict[str, jsonl.Json]]


def _revoked(found: TrustDiff, *lists: TrustList) -> Iterator[tuple[str, _Counts]]:
    """What differs in what is revoked, and how much there is of it before and after."""
    if found.revoked_cards:
        cards = [sum(len(each.rids) for each in trust.revoked_cards) for trust in lists]
        yield "revoked_cards", ({"revoked_rids": cards[0]}, {"revoked_rids": cards[1]})
    if found.crls:
        crls = [len(trust.crls) for trust in lists]
        yield "crls", ({"crls": crls[0]}, {"crls": crls[1]})


def _print(found: TrustDiff, revoked: Sequence[tuple[str, _Counts]]) -> None:
    for line in _lines(found):
        typer.echo(line)
    for what, states in revoked:
        before, after = (next(iter(each.values())) for each in states)
        typer.echo(say(f"diff.{what}", before=before, after=after))
    if found.added or found.removed or found.changed:
        parts = [_counts(country, counts) for country, counts in found.by_country().items()]
        Console().print(Text(say("diff.by_country", counts=", ".join(parts))))
    counts = {name: len(getattr(found, name)) for name in ("added", "removed", "changed")}
    typer.echo(say("diff.summary", unchanged=found.unchanged, **counts))


def _lines(found: TrustDiff) -> Iterator[str]:
    for heading, mark, keys in (("removed", "-", found.removed), ("added", "+", found.added)):
        if keys:
            yield say(f"diff.{heading}", keys=len(keys))
            yield from (f"  {mark} {_name(key)}" for key in keys)
            yield ""
    if found.changed:
        yield say("diff.changed", keys=len(found.changed))
        reasons = Counter(
            _change(changed, "trusted_by") for changed in found.changed if _only_trust(changed)
        )
        # Lists from different sources differ in this for every key; that is shown once.
        yield from (f"  ~ {count} x {reason}" for reason, count in reasons.most_common())
        for changed in found.changed:
            if _only_trust(changed):
                continue
            yield f"  ~ {_name(changed.after)}"
            yield from (f"      {_change(changed, field)}" for field in changed.fields)
        yield ""


def _counts(country: str | None, counts: Counts) -> str:
    marked = (("+", counts.added), ("-", counts.removed), ("~", counts.changed))
    return " ".join(
        [escape_for_display(country or "-"), *(f"{mark}{count}" for mark, count in marked if count)]
    )


def _name(key: TrustedKey) -> str:
    """A key in one line."""
    parts = [
        f"{escape_for_display(rows.owner(key)):3}",
        kid(key),
        f"{key.certificate.key_name:10}",
        say("diff.until", date=_until(key)),
        *([escape_for_display(key.usage)] if key.usage != DSC else []),
        *([say("test")] if key.test else []),
    ]
    return " ".join(parts)


def _only_trust(changed: Changed) -> bool:
    return changed.fields == ("trusted_by",)


def _change(changed: Changed, field: str) -> str:
    before, after = (_value(key, field) for key in (changed.before, changed.after))
    return escape_for_display(f"{field.replace('_', ' ')}: {before} -> {after}", longest=400)


def _value(key: TrustedKey, field: str) -> str:
    if field == "certificate":
        digest = key.certificate.kid.hex()
        return f"{key.certificate.key_name} {say('diff.until', date=_until(key))} ({digest})"
    if field == "kinds":
        return kinds_in_words(key)
    if field == "test":
        return say("test" if key.test else "no_test")
    if field == "issuer":
        issuer = key.issuer
        said = (issuer.name or issuer.identifier, issuer.type) if issuer else ()
        return ", ".join(filter(None, said)) or "-"
    return str(getattr(key, field) or "-")


def _until(key: TrustedKey) -> str:
    until = time(key.not_after)
    return until[:10] if until else say("state.not_known")
