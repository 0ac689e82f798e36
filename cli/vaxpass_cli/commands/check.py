"""`vaxpass check`: whether the entry rules of countries admit the holder on a day, and why not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Final, NamedTuple

import typer

from vaxpass import DecodeError, Outcome, Unverified, Verifier, decode
from vaxpass.display import in_zone
from vaxpass.identity import same_holder
from vaxpass.journey import MOST_TOGETHER, Leg, Stop, Together, calendar, travel, verify_together
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import sources
from vaxpass_cli.io.trust_files import verifier_from
from vaxpass_cli.options import typed_in
from vaxpass_cli.output import journey, jsonl, panel
from vaxpass_cli.output.screen import Console
from vaxpass_cli.records.issued_texts import texts_of_parquet

_LEG: Final = re.compile(r"([A-Za-z]{2})(?:/([A-Za-z0-9-]{1,20}))?(?::(.+))?")
_COUNTRY: Final = re.compile("[A-Za-z]{2}")
_NOON: Final = 12


def leg_of(text: str, now: datetime) -> Leg:
    """The leg for a value of `--to`, such as `AT`, `IT:2022-03-01` or `DE/BY`.

    Without a time it is `now`; a day without a time of day is its noon; a time without a zone is in
    that of `now`. Raises `UsageError`.

    >>> leg = leg_of("de/by:2022-03-01", options.moment(None))
    >>> leg.destination, leg.region, str(leg.at)
    ('DE', 'by', '2022-03-01 12:00:00+00:00')
    """
    found = _LEG.fullmatch(text.strip())
    if not found:
        raise UsageError("error.not_arrival", text=repr(text))
    country, region, when = found.groups()
    return Leg(country.upper(), now if when is None else _moment(when, text, now.tzinfo), region or "")


def country_of(text: str) -> str:
    """The country that a value of `--from` means. Raises `UsageError`."""
    if not _COUNTRY.fullmatch(text.strip()):
        raise UsageError("error.not_country", text=repr(text))
    return text.strip().upper()


def _moment(text: str, whole: str, zone: tzinfo | None) -> datetime:
    try:
        parsed = typed_in(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        raise UsageError("error.not_day", whole=repr(whole), text=repr(text)) from None
    return parsed.replace(hour=_NOON) if len(text) <= len("2022-03-01") else parsed


def check(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", show_default=False)],
    to: Annotated[list[str], typer.Option("--to", metavar="COUNTRY[/REGION][:DAY]")],
    come_from: Annotated[str | None, typer.Option("--from", metavar="COUNTRY")] = None,
    when: Annotated[bool, typer.Option("--when")] = False,
    together: Annotated[bool, typer.Option("--together")] = False,
    trust_list: options.TrustLists = None,
    rules: options.Rules = None,
    revocation: options.Revocations = None,
    pin: options.Pins = None,
    at: options.At = None,
    tz: options.Tz = "UTC",
    as_json: options.Json = False,
    test_keys: options.TestKeys = False,
    es256_p384: options.ES256WithP384 = False,
    short_rsa: options.ShortRsa = False,
    same_country: options.SameCountry = False,
    own_period: options.OwnPeriod = False,
    covid_signers: options.CovidSigners = False,
    seals_without_usage: options.SealsWithoutUsage = False,
    expired_signers: options.ExpiredSigners = False,
    max_age: options.MaxAge = 14,
    clock_tolerance: options.ClockTolerance = options.CLOCK_TOLERANCE,
    lang: options.Lang = options.Language.en,
) -> int:
    """Judge certificates by the entry rules of one or several countries, and say why."""
    now = options.moment(at, options.zone(tz))
    legs = [leg_of(text, now) for text in to]
    departure = None if come_from is None else country_of(come_from)
    verifier = verifier_from(
        trust_list,
        pin,
        at=now,
        max_age=max_age,
        test_keys=test_keys,
        expired_signers=expired_signers,
        es256_with_p384=es256_p384,
        short_rsa=short_rsa,
        same_country=same_country,
        own_period=own_period,
        covid_signers=covid_signers,
        seals_without_usage=seals_without_usage,
        clock_tolerance=clock_tolerance,
        rules=rules,
        revocations=revocation,
    )
    names = verifier.value_sets
    console = Console()
    outcomes: set[Outcome] = set()
    travellers: list[list[_Shown]] = []
    for source in sources.find(inputs, texts_of_parquet):
        unverified = _decoded(source)
        if unverified is None:
            # There is nothing to apply rules to.
            verdict = None if source.text is None else verifier.verify(source.text, at=now)
            if as_json:
                typer.echo(jsonl.line(jsonl.of(source, verdict, lang)))
            else:
                console.print(panel.of(source, verdict, now, lang, details=False))
            # It was not judged by the rules, whatever it is.
            outcomes.add(Outcome.UNREADABLE)
            continue
        if unverified.for_rules() is not None and verifier.rules_for(unverified) is None:
            raise UsageError("error.no_rules")
        answers = [
            journey.Answer(stop, _good_until(verifier, unverified, stop, now))
            for stop in travel(verifier, unverified, legs, today=now)
        ]
        spans = _calendars(verifier, unverified, legs, now) if when else {}
        if as_json:
            typer.echo(jsonl.line(journey.report_of(source, departure, answers, spans, lang)))
        else:
            console.print(journey.table_of(source, unverified, departure, answers, lang, names))
            for place, found in spans.items():
                asked = [leg.at for leg in legs if (leg.destination, leg.region) == place]
                console.print(journey.timeline_of(place, found, asked, lang, width=console.width))
        judged = _Shown(source, unverified, [answer.stop.verdict.outcome for answer in answers])
        _of_traveller(travellers, judged, together=together).append(judged)
    for shown in travellers:
        if len(shown) == 1:
            outcomes.update(shown[0].outcomes)
            continue
        joint = [(leg, _together(verifier, shown, leg, now)) for leg in legs]
        named = [each.source for each in shown]
        if as_json:
            typer.echo(jsonl.line(journey.report_together(named, joint, lang)))
        else:
            console.print(journey.table_together(named, joint, lang))
        outcomes.update(answer.outcome for _, answer in joint)
    return Exit.of(outcomes)


class _Shown(NamedTuple):
    source: sources.Source
    unverified: Unverified
    outcomes: list[Outcome]
    """Alone, for each leg"""


def _together(verifier: Verifier, shown: list[_Shown], leg: Leg, today: datetime) -> Together:
    return verify_together(
        verifier,
        [each.unverified for each in shown],
        at=leg.at,
        destination=leg.destination,
        region=leg.region,
        today=today,
    )


def _of_traveller(travellers: list[list[_Shown]], shown: _Shown, *, together: bool) -> list[_Shown]:
    """The documents of the holder of this one, where they are judged together; else new ones."""
    holder = shown.unverified.without_verification().document.holder
    for known in travellers if together else ():
        first = known[0].unverified.without_verification().document.holder
        if len(known) < MOST_TOGETHER and same_holder(first, holder):
            return known
    travellers.append([])
    return travellers[-1]


def _decoded(source: sources.Source) -> Unverified | None:
    if source.text is None:
        return None
    try:
        return decode(source.text)
    except DecodeError:
        return None


def _good_until(
    verifier: Verifier, unverified: Unverified, stop: Stop, today: datetime
) -> datetime | None:
    """Until when a country that admits a certificate goes on to; None where that is not known."""
    if not stop.verdict:
        return None
    leg, end = stop.leg, _last(unverified, stop)
    if end is None:
        return None
    first = calendar(
        verifier,
        unverified,
        leg.destination,
        start=leg.at,
        end=max(leg.at, end),
        today=today,
        region=leg.region,
    )[0]
    return first.end if first.certain else None


def _last(unverified: Unverified, stop: Stop) -> datetime | None:
    """The end of a document, or that of its signer where it states none; None where both have none."""
    if unverified.claims.expires_at is not None:
        return unverified.claims.expires_at
    signer = stop.verdict.signer
    if signer is None or signer.not_after is None:
        return None
    return datetime.fromtimestamp(signer.not_after, UTC)


def _calendars(
    verifier: Verifier, unverified: Unverified, legs: list[Leg], today: datetime
) -> dict[journey.Place, journey.Spans]:
    claims = unverified.claims
    # A calendar is judged in the zone of its first time.
    stated = (claims.issued_at, claims.expires_at)
    times = [*(leg.at for leg in legs), *(moment for moment in stated if moment is not None)]
    start, end = in_zone(min(times), today.tzinfo), max(times)
    return {
        (leg.destination, leg.region): calendar(
            verifier,
            unverified,
            leg.destination,
            start=start,
            end=end,
            today=today,
            region=leg.region,
        )
        for leg in legs
    }
