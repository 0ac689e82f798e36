"""One document and several destinations, or several documents of one traveller and one destination.

    from vaxpass.journey import Leg, calendar, travel

    for stop in travel(verifier, unverified, [Leg("AT", noon), Leg("IT", later)], today=now):
        print(stop.leg.destination, stop.verdict.outcome, stop.verdict.reason())

`calendar` says from when until when a destination accepts a document, and the reasons at other times.
It does not try every day: a verdict can change only where a validity begins or ends, and where the
clock passes a date from which a rule counts. Between two such times it stays the same.

`verify_together` judges all that a traveller shows: the best document counts, and rules that need two
kinds, such as a vaccination and a test, are asked with both.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from vaxpass import messages
from vaxpass.certlogic import breakpoints, desugar
from vaxpass.codes import DCC_KINDS, GROUPS, Code, Outcome, Stage, Status
from vaxpass.display import Json, in_zone
from vaxpass.documents.document import Holder
from vaxpass.documents.family import Unverified
from vaxpass.errors import ArgumentError, require_aware
from vaxpass.identity.holder import same_holder
from vaxpass.rules.admission import INVALIDATION, Admission
from vaxpass.rules.book import RuleBook, canonical
from vaxpass.rules.explain import Explanation, explain
from vaxpass.rules.subject import CLOCK, Subject
from vaxpass.verdict import Verdict
from vaxpass.verify import Verifier

__all__ = [
    "BEST_FIRST",
    "MOST_TOGETHER",
    "Leg",
    "Span",
    "Stop",
    "Together",
    "calendar",
    "travel",
    "verify_together",
]


@dataclass(frozen=True, slots=True)
class Leg:
    """One destination of a journey, with its time.

    `destination` is a country (ISO 3166-1 alpha-2), `at` the time of entry (aware), `region` one of the
    regions that the country's rules name; empty for the whole country.

    >>> Leg("AT", datetime(2026, 11, 23, 12, tzinfo=UTC)).destination
    'AT'
    """

    destination: str
    at: datetime
    region: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A leg and the verdict for it.

    >>> stop = Stop(Leg("AT", datetime(2026, 11, 23, 12, tzinfo=UTC)), Verdict(()))
    >>> stop.leg.destination, bool(stop.verdict)
    ('AT', False)
    """

    leg: Leg
    verdict: Verdict


def travel(
    verifier: Verifier, unverified: Unverified, legs: Sequence[Leg], *, today: datetime
) -> tuple[Stop, ...]:
    """Verify a decoded document for every leg, at the leg's own time and by its destination's rules.

    `today` is the present time (aware), from which the age of the trust list counts. A leg does not
    depend on the one before: the rules of a country do not ask where a traveller comes from.

    >>> from pathlib import Path
    >>> from vaxpass import Policy, decode, read_trust_list
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules))
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> [(stop.leg.destination, stop.verdict.outcome.value)
    ...  for stop in travel(verifier, passport, [Leg("FR", now), Leg("AT", now)], today=now)]
    [('FR', 'accepted'), ('AT', 'rejected')]
    """
    return tuple(
        Stop(
            leg,
            verifier.verify_decoded(
                unverified, at=leg.at, destination=leg.destination, region=leg.region, today=today
            ),
        )
        for leg in legs
    )


@dataclass(frozen=True, slots=True)
class Span:
    """A period with one outcome. `start` and `end` (aware) both belong to it.

    >>> day = datetime(2026, 11, 23, tzinfo=UTC)
    >>> Span(day, day, Verdict(())).certain
    True
    """

    start: datetime
    end: datetime
    verdict: Verdict
    """The verdict at `start`."""
    certain: bool = True
    """False where a rule uses the clock in a way that can't be analysed: the outcome may then change
    within the period."""


def calendar(  # noqa: PLR0913 - what a calendar is of
    verifier: Verifier,
    unverified: Unverified,
    destination: str,
    *,
    start: datetime,
    end: datetime,
    today: datetime,
    region: str = "",
) -> tuple[Span, ...]:
    """The verdicts of one destination from `start` to `end` (aware, both included), without gaps.

    Neighbouring spans differ in their outcome or in their code. `destination` and `region` are those of
    a `Leg`; `today` is that of `travel`. Raises `ArgumentError` where `end` lies before `start`, and
    where a time is naive.

    >>> from pathlib import Path
    >>> from vaxpass import Policy, decode, read_trust_list
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules))
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> start, end = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 31, tzinfo=UTC)
    >>> for span in calendar(verifier, passport, "AT", start=start, end=end, today=start):
    ...     print(span.start.date(), span.end.date(), span.verdict.outcome)
    2026-08-01 2026-08-09 accepted
    2026-08-09 2026-08-31 rejected
    """
    require_aware("start", start)
    require_aware("end", end)
    if end < start:
        raise ArgumentError("`end` must not lie before `start`")
    points, certain = _points(verifier, unverified, Leg(destination, start, region), end)
    spans: list[Span] = []
    for at in points:
        judged = verifier.verify_decoded(
            unverified,
            at=in_zone(at, start.tzinfo),
            destination=destination,
            region=region,
            today=today,
        )
        if spans and _alike(spans[-1].verdict, judged):
            continue
        if spans:
            last = spans[-1]
            spans[-1] = Span(last.start, max(last.start, at - _TICK), last.verdict, certain)
        spans.append(Span(at, end, judged, certain))
    return tuple(spans)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(milliseconds=1)
"""The smallest difference of times that rules know."""
_LAST: Final = datetime.max.replace(tzinfo=UTC) - _TICK


def _alike(one: Verdict, other: Verdict) -> bool:
    return (one.outcome, one.code) == (other.outcome, other.code)


def _points(
    verifier: Verifier, unverified: Unverified, first: Leg, end: datetime
) -> tuple[list[datetime], bool]:
    """The times from `first.at` to `end` at which the verdict may change; whether these are all."""
    start = first.at
    found = set(_of_validity(verifier, unverified, start))
    certain = True
    book = None if unverified.for_rules() is None else verifier.rules_for(unverified)
    if book is not None:
        subject = Subject.of(unverified)
        place = canonical(first.destination)
        edges = [start, *(_whole(edge) for edge in book.boundaries() if start < edge <= end)]
        found.update(edges)
        seen: set[int] = set()
        for edge in edges:
            selection = book.selection(subject, place, at=edge, region=first.region)
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            context = book.context(subject, place, at=edge, region=first.region)
            for rule in selection.rules:
                points = breakpoints(desugar(rule.logic), context, CLOCK)
                certain = certain and points is not None
                for point in points or ():
                    found.update(_around(point))
    return sorted(at for at in {*found, start} if start <= at <= end), certain


def _of_validity(verifier: Verifier, unverified: Unverified, start: datetime) -> Iterator[datetime]:
    claims = unverified.claims
    times = [seconds for seconds in (claims.iat, claims.exp, claims.nbf) if seconds is not None]
    begin = verifier.policy.clock_tolerance.total_seconds()
    times += [seconds - begin for seconds in times if seconds != claims.exp]
    signer = verifier.verify_decoded(unverified, at=start).signer
    if signer is not None:
        times += [t for t in (signer.not_before, signer.not_after) if t is not None]
    for seconds in times:
        yield from _around(seconds * 1000)
    if verifier.policy.own_period or unverified.kind not in DCC_KINDS:
        yield from _own_days(unverified, start)


def _own_days(unverified: Unverified, start: datetime) -> Iterator[datetime]:
    """The beginnings of the days on which an event begins to count, and no longer counts."""
    for event in unverified.without_verification().document.events:
        for text, days in ((event.date, 0), (event.valid_from, 0), (event.valid_until, 1)):
            with contextlib.suppress(ValueError, OverflowError):
                day = date.fromisoformat((text or "")[: len("YYYY-MM-DD")]) + timedelta(days=days)
                yield datetime.combine(day, time(0), start.tzinfo).astimezone(UTC)


def _whole(at: datetime) -> datetime:
    """`at`, rounded up to a whole millisecond.

    The rules change a microsecond after the last moment of a rule; a rule reads milliseconds.
    """
    part = timedelta(microseconds=at.microsecond % 1000)
    return at - part + _TICK if part and at < _LAST else at


def _around(ms: float) -> Iterator[datetime]:
    """A time and the next one after it: a comparison may turn at either (`before`, `not-after`)."""
    try:
        at = _EPOCH + timedelta(milliseconds=int(ms))
        yield at
        yield at + _TICK
    except OverflowError:
        return


# --- several documents of one traveller ---------------------------------------------------------------

MOST_TOGETHER: Final = 20
"""So many documents of a traveller are judged together."""
BEST_FIRST: Final = (
    Outcome.ACCEPTED,
    Outcome.GENUINE,
    Outcome.UNDECIDED,
    Outcome.REJECTED,
    Outcome.OTHER,
    Outcome.UNREADABLE,
)
"""The outcomes in the order in which one document of a traveller counts before another."""
_WORDS: Final = {"v": "panel.vaccination", "t": "panel.test_of", "r": "panel.recovery"}
_MAY_BE_JOINED: Final = (Code.RULES_FAILED, Code.RULES_OPEN)
"""What only the rules say against a document that may meet them together with another one"""


@dataclass(frozen=True, slots=True)
class Together:
    """All documents of one traveller, judged together. True only where the traveller is accepted.

    >>> together = Together((Verdict(()),), 0)
    >>> bool(together), together.counting, together.reason()
    (False, (0,), 'Nothing was checked.')
    """

    verdicts: tuple[Verdict, ...]
    """The verdict of each document alone, in the order in which the documents were given."""
    best: int
    """The place of the best of them, the first where several are equally good."""
    joined: tuple[int, ...] = ()
    """The places of the documents that the rules were asked with at once; empty where one document
    alone is accepted, and where no two fit."""
    admissions: tuple[Admission, ...] = ()
    """The answers of the rules to the joined documents: one with the claims of each of them."""
    of_others: tuple[int, ...] = ()
    """The places of documents that do not name, exactly, the holder of those that count."""

    def __bool__(self) -> bool:
        return self.joined_admitted or bool(self.verdicts[self.best])

    @property
    def joined_admitted(self) -> bool:
        """Whether documents are admitted together, none of which is admitted alone."""
        return bool(self.admissions) and all(self.admissions)

    @property
    def counting(self) -> tuple[int, ...]:
        """The places of the documents that the answer rests on."""
        return self.joined if self.joined_admitted else (self.best,)

    @property
    def outcome(self) -> Outcome:
        """The answer in one word."""
        if self.joined_admitted:
            return Outcome.ACCEPTED
        code = self._code_of_joined()
        return self.verdicts[self.best].outcome if code is None else code.outcome

    @property
    def code(self) -> Code | None:
        """The code of the reason; None where the traveller is accepted."""
        return None if self else self._code_of_joined() or self.verdicts[self.best].code

    @property
    def test_key(self) -> bool:
        """Whether a test key signed a document that counts."""
        return any(self.verdicts[place].test_key for place in self.counting)

    def explanations(self) -> Iterator[Explanation]:
        """The rules that the joined documents do not meet, or that are open for them, each once."""
        seen: set[str] = set()
        for admission in self.admissions:
            for each in explain(admission):
                name = each.rule.identifier if each.rule else each.message()
                if name not in seen:
                    seen.add(name)
                    yield each

    def reason(self, language: str = "en") -> str:
        """The reason for the outcome, as a sentence in `language`.

        Where documents were joined and are not admitted, it is what the rules say of them together:
        alone each of them lacks the other. Raises `ValueError` where `language` is not one of
        `vaxpass.messages.LANGUAGES`.
        """
        if self.joined_admitted:
            country = messages.country(self.admissions[0].country, language)
            kinds = [self._in_words(place, language) for place in self.joined]
            documents = messages.items(kinds, language)
            return messages.text("together.admitted", language, country=country, documents=documents)
        if self._code_of_joined() is not None:
            names, zone = self.admissions[0].names, self.admissions[0].zone
            for each in self.explanations():
                return each.message(language, names, zone)
        return self.verdicts[self.best].reason(language)

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The answer as plain JSON (docs/json.md), without the verdicts. Places count from 0.

        >>> Together((Verdict(()),), 0).to_dict()["counting"]
        [0]
        """
        zone = self.admissions[0].zone if self.admissions else UTC
        return {
            "outcome": self.outcome.value,
            "code": self.code.value if self.code else None,
            "message": self.reason(language),
            "test_key": self.test_key,
            "best": self.best,
            "counting": list(self.counting),
            "joined": list(self.joined),
            "of_others": list(self.of_others),
            "rules": [
                each.to_dict(language, self.admissions[0].names, zone) for each in self.explanations()
            ],
        }

    def _code_of_joined(self) -> Code | None:
        """Why the joined documents are not admitted; None where the best one is not among them."""
        if self.best not in self.joined:
            return None
        found = [admission.code for admission in self.admissions if admission.code is not None]
        return min(found, key=lambda code: code.outcome is not Outcome.REJECTED, default=None)

    def _in_words(self, place: int, language: str) -> str:
        kind = self.verdicts[place].kind
        group = next(group for group, each in GROUPS.items() if each is kind)
        return messages.text(_WORDS[group], language)


def verify_together(  # noqa: PLR0913 - the documents, and what they are verified by
    verifier: Verifier,
    documents: Sequence[Unverified],
    *,
    at: datetime,
    destination: str | None = None,
    region: str = "",
    today: datetime | None = None,
) -> Together:
    """Judge the documents of one traveller together; the other arguments are those of `verify`.

    Each is verified alone, and the best one counts. Where a destination is given and admits none of
    them alone, its rules are asked with certificates of two or three kinds of the EU DCC at once:
    `payload.v`, `payload.t` and `payload.r` then have an entry each. The rules are those for any of
    these kinds and the general ones, and every rule must be met: what a rule demands of a vaccination
    is forgiven to nobody who also has a test, unless the rule itself says so.

    Only certificates are joined against which nothing but the rules of the destination speaks, and that
    are certainly of the same holder (`vaxpass.identity.same_holder`). As rules also read who issued a
    certificate and when, they are asked with the claims of each joined certificate, and must be met
    with all. Where a traveller has several of a kind, every choice of one of each kind is tried.

    Raises `ArgumentError` as `verify` does, and where there are no documents, or more than
    `MOST_TOGETHER`.

    >>> from pathlib import Path
    >>> from vaxpass import Policy, decode, read_trust_list
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True))
    >>> folder = Path("examples/passports")
    >>> passports = [decode((folder / name).read_text())
    ...     for name in ("expired.txt", "vaccination-es256.txt")]
    >>> together = verify_together(verifier, passports, at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> together.best, together.outcome.value
    (1, 'accepted')
    """
    if not documents or len(documents) > MOST_TOGETHER:
        raise ArgumentError(f"there must be 1 to {MOST_TOGETHER} documents")
    verdicts = tuple(
        verifier.verify_decoded(each, at=at, destination=destination, region=region, today=today)
        for each in documents
    )
    ranks = [BEST_FIRST.index(verdict.outcome) for verdict in verdicts]
    best = ranks.index(min(ranks))
    holders = [each.without_verification().document.holder for each in documents]
    tried: list[Together] = []
    book = verifier.rules
    if book is not None and destination is not None and not verdicts[best]:
        for places in _choices(verdicts, holders):
            asked = _joined([documents[place] for place in places], book, destination, at, region)
            tried.append(Together(verdicts, best, places, asked))
            if tried[-1]:
                break
    # What comes nearest: a choice without the best document can't speak for it.
    found = min(
        tried,
        key=lambda each: (not each, best not in each.joined, _count_unmet(each)),
        default=Together(verdicts, best),
    )
    known = holders[found.counting[0]]
    of_others = tuple(
        place
        for place, holder in enumerate(holders)
        if place not in found.counting and _is_stated(holder) and not same_holder(holder, known)
    )
    return replace(found, of_others=of_others)


def _count_unmet(together: Together) -> int:
    results = (result for admission in together.admissions for result in admission.results)
    return sum(result.status is not Status.PASS for result in results)


def _is_stated(holder: Holder) -> bool:
    return bool(holder.full_name or holder.machine_name or holder.birth_date)


def _choices(verdicts: Sequence[Verdict], holders: Sequence[Holder]) -> Iterator[tuple[int, ...]]:
    """Every choice of documents of two or three kinds that may be joined: those of two kinds first."""
    by_kind = [
        [place for place, each in enumerate(verdicts) if each.kind is kind and _may_be_joined(each)]
        for kind in GROUPS.values()
    ]
    for count in (2, 3):
        for kinds in itertools.combinations(by_kind, count):
            for places in itertools.product(*kinds):
                pairs = itertools.combinations(places, 2)
                if all(same_holder(holders[one], holders[other]) for one, other in pairs):
                    yield places


def _may_be_joined(verdict: Verdict) -> bool:
    """Whether nothing speaks against a document but the rules of the destination."""
    admission = verdict.admission
    if admission is None or verdict.code not in _MAY_BE_JOINED:
        return False
    if any(
        check.status is not Status.PASS for check in verdict.checks if check.stage is not Stage.RULES
    ):
        return False
    # What its own issuer says of a document is not changed by another document.
    return all(
        result.status is Status.PASS for result in admission.results if result.rule.type == INVALIDATION
    )


def _joined(
    documents: Sequence[Unverified], book: RuleBook, country: str, at: datetime, region: str
) -> tuple[Admission, ...]:
    """The answers of the rules to all entries of these documents, with the claims of each."""
    subjects = [Subject.of(each) for each in documents]
    entries = {
        group: each.payload[group] for each in subjects for group in GROUPS if each.payload.get(group)
    }
    types = frozenset().union(*(each.types for each in subjects))
    return tuple(
        book.judge(
            each._replace(payload={**each.payload, **entries}, types=types),
            country,
            at=at,
            region=region,
        )
        for each in subjects
    )
