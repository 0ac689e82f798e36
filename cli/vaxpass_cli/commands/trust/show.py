"""`vaxpass trust show`: the signers of trust lists, and how long they are valid."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from vaxpass.crypto import PublicKey, fingerprint
from vaxpass.display import escape_for_display
from vaxpass.trust import BSC, CSCA, DIVOC, DSC, SHC, TrustedKey
from vaxpass_cli import options
from vaxpass_cli.commands.trust import families, rows
from vaxpass_cli.commands.trust.rows import kid, kinds_in_words, row, say, state, state_in_words, time
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import named_files
from vaxpass_cli.io.spelling import spelled, to_read_out
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

_ROWS: Final = 18
_BAR: Final = 60
_NEXT: Final = 10
_DAY: Final = 86400
_LONGEST_OWNER: Final = 24
_OTHER_FAMILIES: Final = (SHC, CSCA, BSC, DIVOC)
_NARROWEST: Final = 5
_LONGEST_KID: Final = 12
"""Characters of a kid of HCERTs. Those of others are longer, and are cut: the JSON has them whole."""
_FEW: Final = 3
"""Keys that are spelled: nobody reads out more, and the JSON has all of a list."""
_QUARTERS_UP_TO: Final = 4 * 366 * _DAY
"""Lists that run longer are plotted by half years."""


def lines(keys: Iterable[TrustedKey], moment: datetime) -> Iterator[str]:
    """The plot, line by line, at most 80 columns wide. Only signers count, not CAs."""
    signers = [key for key in keys if key.usage == DSC]
    periods = [
        (key.not_before, key.not_after, key)
        for key in signers
        if key.not_before is not None and key.not_after is not None
    ]
    spans = [(start, end) for start, end, _ in periods]
    yield say("timeline.valid")
    yield from _plot(spans, moment)
    if len(periods) < len(signers):
        yield say("timeline.bare", keys=len(signers) - len(periods))
    now = moment.timestamp()
    coming = sorted((end, key.kid, key) for _, end, key in periods if end >= now)
    yield ""
    yield say("timeline.next" if coming else "timeline.none")
    for end, _, key in coming[:_NEXT]:
        day = datetime.fromtimestamp(end, UTC).date().isoformat()
        days = int((end - now) // _DAY)
        country = escape_for_display(key.country or key.participant or "-")
        when = say("timeline.in", count=days, days=f"{days:>5}")
        yield f"{day}  {when}  {country:3}  {kid(key)}"


def _plot(spans: Sequence[tuple[int, int]], moment: datetime) -> Iterator[str]:
    now = moment.timestamp()
    last = max((end for _, end in spans), default=0)
    months = 3 if last - now <= _QUARTERS_UP_TO else 6
    times = [moment.astimezone(UTC), *_periods(moment.astimezone(UTC), months, _ROWS - 1)]
    counts = [sum(start <= moment.timestamp() <= end for start, end in spans) for moment in times]
    widest = max(*counts, 1)
    for each, count in zip(times, counts, strict=True):
        # A bar is empty only where no key is valid.
        length = -(-count * _BAR // widest)
        yield f"{each.date().isoformat()}  {count:>5}  {'#' * length}".rstrip()
        if each.timestamp() > last:
            return
    later = datetime.fromtimestamp(last, UTC).date().isoformat()
    yield say("timeline.last", date=later)


def _periods(moment: datetime, months: int, count: int) -> Iterator[datetime]:
    """The first days of the next quarters or half years."""
    period = (moment.year * 12 + moment.month - 1) // months
    for number in range(period + 1, period + 1 + count):
        year, month = divmod(number * months, 12)
        yield datetime(year, month + 1, 1, tzinfo=UTC)


def show(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
    timeline: Annotated[bool, typer.Option("--timeline")] = False,
    summary: Annotated[bool, typer.Option("--summary")] = False,
    as_json: options.Json = False,
) -> int:
    """Show the keys of a trust list, and what each family of documents is trusted by."""
    if timeline and as_json:
        raise UsageError("error.timeline_json")
    moment = options.moment(at)
    found = rows.read(paths, pin, at=moment, unsigned=unsigned)
    listed = sorted(found.keys, key=lambda key: (key.country or "", key.not_after or 0))
    if as_json:
        shown = (
            [families.row(family, moment) for family in families.families(found.keys)]
            if summary
            else [row(key, moment) for key in listed]
        )
        for each in shown:
            typer.echo(jsonl.line(each))
        for panel in rows.too_old(found, moment):
            Console(stderr=True).print(panel)
        return Exit.OK
    console = Console()
    if not summary:
        for table in _tables(listed, moment):
            console.print(table)
    if timeline:
        console.print()
        for text in lines(listed, moment):
            # Rows have 80 columns; a narrower terminal must not wrap a bar into the next line.
            console.print(Text(text), no_wrap=True, overflow="crop")
    if not summary:
        console.print()
        _summary(console, listed, moment)
        for line in _spelled(listed, pin or (), found.signed_by):
            typer.echo(line)
    if not summary or timeline:
        console.print()
    console.print(families.table(found.keys, moment))
    for panel in rows.too_old(found, moment):
        console.print(panel)
    return Exit.OK


def _tables(listed: Sequence[TrustedKey], moment: datetime) -> Iterator[Table | str]:
    """The keys; those of other families than HCERT apart, because their owners have longer names.

    A list is named by a number, and once below.
    """
    names = dict.fromkeys(key.source for key in listed)
    sources = {source: number for number, source in enumerate(names, 1)}
    others = [key for key in listed if key.usage in _OTHER_FAMILIES]
    of_hcerts = [key for key in listed if key.usage not in _OTHER_FAMILIES]
    if of_hcerts:
        yield _table(of_hcerts, moment, sources, signs=True)
    if of_hcerts and others:
        yield ""
    if others:
        yield _table(others, moment, sources, signs=False)
    if len(sources) > 1:
        yield ""
        named = Table(box=None, pad_edge=False)
        named.add_column(say("head.source"), no_wrap=True, justify="right")
        named.add_column("", overflow="fold")
        for source, number in sources.items():
            named.add_row(str(number), Text(escape_for_display(source)))
        yield named


def _table(
    keys: Sequence[TrustedKey], moment: datetime, sources: Mapping[str, int], *, signs: bool
) -> Table:
    network = _is_network(keys)
    table = Table(box=None, pad_edge=False)
    headings = ["country", *(["usage"] if network else []), "kid", "key", "until", "state"]
    for heading in headings:
        # What may be wrapped is made narrower first, so that nothing is lost.
        wrapped = heading in ("country", "state")
        table.add_column(say(f"head.{heading}"), no_wrap=not wrapped, min_width=_NARROWEST)
    if signs:
        table.add_column(say("head.signs"), min_width=_NARROWEST)
    if len(sources) > 1:
        table.add_column(say("head.source"), no_wrap=True, justify="right")
    for key in keys:
        until = time(key.not_after)
        cells = [
            escape_for_display(rows.owner(key), _LONGEST_OWNER),
            *([key.usage] if network else []),
            escape_for_display(kid(key), _LONGEST_KID),
            key.certificate.key_name,
            until[:10] if until else say("state.not_known"),
            state_in_words(key, moment) + (f", {say('test')}" if key.test else ""),
            *([kinds_in_words(key) if key.usage == DSC else "-"] if signs else []),
            *([str(sources[key.source])] if len(sources) > 1 else []),
        ]
        table.add_row(*(Text(escape_for_display(cell)) for cell in cells))
    return table


def _summary(console: Console, listed: Sequence[TrustedKey], moment: datetime) -> None:
    signers = [key for key in listed if key.usage == DSC]
    states = Counter(state(key, moment) for key in signers)
    countries: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key in signers:
        place = countries[key.country or key.participant or "-"]
        place[0] += state(key, moment) == "valid"
        place[1] += 1
    per_country = ", ".join(f"{name} {valid}/{all_}" for name, (valid, all_) in countries.items())
    if per_country:
        console.print(Text(escape_for_display(say("by_country", counts=per_country), longest=4000)))
    if _is_network(listed):
        places = Counter((key.domain or "-", key.usage) for key in listed)
        text = ", ".join(
            f"{domain} {usage} {count}" for (domain, usage), count in sorted(places.items())
        )
        console.print(Text(escape_for_display(say("by_usage", counts=text), longest=4000)))
    sources = {key.source for key in listed}
    if len(sources) == 1:
        console.print(Text(say("source", source=escape_for_display(listed[0].source))))
    when = jsonl.rfc3339(moment.replace(microsecond=0))
    line = say(
        "signers_unknown" if states["not known"] else "signers",
        signers=len(signers),
        countries=len(countries),
        time=when,
        valid=states["valid"],
        unknown=states["not known"],
    )
    tests = sum(key.test for key in signers)
    console.print(" ".join([line, *([say("tests", tests=tests)] if tests else [])]))


def _spelled(
    listed: Sequence[TrustedKey], pins: Sequence[Path], signed_by: Sequence[PublicKey]
) -> Iterator[str]:
    """The keys that people compare by voice: of a short list, of `--pin`, and of who made a bundle."""
    keys = [(kid(key), key.certificate.public_key) for key in listed]
    pinned = [(path.name, key) for path in pins for key in named_files.pinned_keys([path])]
    makers = set(map(fingerprint, signed_by))
    for few in (keys, [(name, key) for name, key in pinned if fingerprint(key) not in makers]):
        for name, key in few if len(few) <= _FEW else ():
            shown = escape_for_display(name, _LONGEST_KID)
            yield say("spelled", key=shown, fingerprint=fingerprint(key)[:16])
            yield to_read_out(spelled(key))
    yield from map(rows.maker_of_bundle, signed_by)


def _is_network(listed: Sequence[TrustedKey]) -> bool:
    """Whether any key says more than that it is a signer, as those of the WHO network do."""
    return any(key.usage != DSC or key.domain for key in listed)
