"""Counts of records by place, and the sums that must be right.

For every record there are three questions: the result of matching, whether its facility has attested
it, and the result of issuing. Each has exactly one answer, so the answers to a question add up to the
number of records.

The funnel is another view. A record passes its stages one after the other, and falls out at the first
that it does not pass. So no stage can count more than the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass.records import MatchStatus

SET_ASIDE: Final = "SET_ASIDE"
"""The answer of matching for a row that could not be used; see rejected.csv"""


class Question(StrEnum):
    """A question about every record."""

    MATCHING = "matching"
    ATTESTING = "attesting"
    ISSUING = "issuing"


ANSWERS: Final[Mapping[Question, tuple[str, ...]]] = {
    Question.MATCHING: (*map(str, MatchStatus), SET_ASIDE),
    Question.ATTESTING: ("attested", "altered", "not_attested"),
    Question.ISSUING: ("issued", "refused", "pending"),
}
"""The possible answers to each question, the wanted one first"""


class Stage(StrEnum):
    """A stage of the funnel, after the records themselves."""

    READABLE = "readable"
    """Matching could use the record"""
    MATCHED = "matched"
    ATTESTED = "attested"
    IN_FORCE = "in_force"
    """Its latest passport says what the record says, is not revoked, and has not ended"""


NEEDS: Final[Mapping[Stage, Question]] = {
    Stage.READABLE: Question.MATCHING,
    Stage.MATCHED: Question.MATCHING,
    Stage.ATTESTED: Question.ATTESTING,
    Stage.IN_FORCE: Question.ISSUING,
}
"""The question whose answer decides whether a record passes a stage"""


class Outside(StrEnum):
    """Passports in force that the funnel does not count, and why. They do not overlap."""

    WITHDRAWN = "withdrawn"
    """The record is no longer in the list"""
    NOT_MATCHED = "unmatched"
    """The record does not match, or no longer"""
    BEHIND = "behind"
    """The record matches and has not come so far, or the passport says something else"""


class Cause(StrEnum):
    """Why a record is not matched or not issued, or what is wrong with it: the first of its codes."""

    MISMATCH = "mismatch"
    """For records that are not matched: `IdentityCode`, `MatchCode` or `MatchStatus`"""
    CONTENT = "content"
    """For matched records whose vaccination can't be right as it stands: `IssueCode`"""
    REFUSAL = "refusal"
    """For refused records: `IssueCode`"""


@dataclass(frozen=True, order=True)
class Place:
    """A facility as named in the records; empty where it is not named."""

    province: str
    facility: str = ""


@dataclass
class Counts:
    """The counts of one or several places."""

    records: int = 0
    answers: dict[Question, Counter[str]] = field(
        default_factory=lambda: {question: Counter() for question in Question}
    )
    causes: dict[Cause, Counter[str]] = field(
        default_factory=lambda: {cause: Counter() for cause in Cause}
    )
    fell: dict[Stage, Counter[str]] = field(
        default_factory=lambda: {stage: Counter() for stage in Stage}
    )
    """The records that fell out of the funnel at a stage, by answer"""
    through: int = 0
    """The records that passed all stages"""
    flawed: int = 0
    """Matched records with a problem of `Cause.CONTENT`"""
    replaced: int = 0
    """Passports with a successor: the records were corrected, or the passports renewed"""
    revoked: int = 0
    """Passports that are on the revocation list, replaced or not"""

    def add(self, other: Counts) -> None:
        """Add the counts of another place."""
        self.records += other.records
        self.through += other.through
        self.flawed += other.flawed
        self.replaced += other.replaced
        self.revoked += other.revoked
        for question, counted in other.answers.items():
            self.answers[question] += counted
        for cause, counted in other.causes.items():
            self.causes[cause] += counted
        for stage, counted in other.fell.items():
            self.fell[stage] += counted

    def of(self, question: Question, answer: str) -> int:
        """The number of records with an answer."""
        return self.answers[question][answer]

    @property
    def causes_due(self) -> Mapping[Cause, int]:
        """The number of records that must have a cause.

        >>> Counts(3, {Question.MATCHING: Counter(MATCHED=2, NO_ID=1)}).causes_due[Cause.MISMATCH]
        1
        """
        matching = self.answers.get(Question.MATCHING, Counter())
        return {
            Cause.MISMATCH: matching.total() - matching[MatchStatus.MATCHED] - matching[SET_ASIDE],
            Cause.CONTENT: self.flawed,
            Cause.REFUSAL: self.answers.get(Question.ISSUING, Counter())["refused"],
        }


class Step(NamedTuple):
    """A stage of a funnel: how many records are left, and how many fell out, by answer."""

    stage: Stage
    left: int
    fell: Mapping[str, int]


def funnel(counts: Counts, asked: Sequence[Question]) -> Sequence[Step]:
    """The stages that can be told from the answers.

    >>> counts = Counts(5)
    >>> counts.fell[Stage.READABLE]["SET_ASIDE"] = 1
    >>> counts.fell[Stage.MATCHED]["NO_ID"] = 2
    >>> [(step.stage.value, step.left) for step in funnel(counts, [Question.MATCHING])]
    [('readable', 4), ('matched', 2)]
    """
    steps, left = [], counts.records
    for stage in Stage:
        if NEEDS[stage] in asked:
            left -= counts.fell[stage].total()
            steps.append(Step(stage, left, counts.fell[stage]))
    return steps


@dataclass(frozen=True)
class Week:
    """What came of the loop in a week. `starts` is its Monday, None for all others together."""

    starts: date | None
    corrected: int = 0
    """Cells that were corrected"""
    issued: int = 0
    """First passports of records"""
    confirmed: int = 0
    """Those of them that were issued on a confirmation of the register office"""
    reissued: int = 0
    """Passports that replaced another one"""


@dataclass(frozen=True)
class Loop:
    """What came of the loop, week by week: no week is left out between the first and the last."""

    weeks: Sequence[Week] = ()
    earlier: Week = Week(None)
    """All before `weeks`"""
    later: Week = Week(None)
    """All after the time of the report"""
    corrections: bool = False
    """Whether an audit trail was given"""
    corrected: int = 0
    """Records that were corrected and are in the list"""
    corrected_matched: int = 0
    """Those of them that are matched now"""
    corrected_through: int = 0
    """Those of them that have passed the whole funnel"""

    @property
    def rows(self) -> Sequence[Week]:
        """The weeks, and what is before and after them where there is anything."""
        around = [each if each != Week(None) else None for each in (self.earlier, self.later)]
        return [each for each in (around[0], *self.weeks, around[1]) if each]

    @property
    def total(self) -> Week:
        """The sum of all rows."""
        rows = self.rows
        sums = (sum(getattr(row, name) for row in rows) for name in WEEKLY)
        return Week(None, *sums)


WEEKLY: Final = ("corrected", "issued", "confirmed", "reissued")
"""What is counted for each week, in the order of `Week`"""


@dataclass(frozen=True)
class Progress:
    """All counts of a report. `asked` are the questions for which data were given."""

    places: Mapping[Place, Counts]
    asked: tuple[Question, ...]
    unreadable: int
    """Lines that could not be read; they are not counted as records"""
    people: int
    """People in the register that the records were matched with"""
    not_listed: int = 0
    """Records that facilities have attested and that are not in the list"""
    outside: Mapping[Outside, int] = field(default_factory=dict)
    in_force: int = 0
    """All passports in force: those of the funnel and those of `outside`"""
    doubled: int = 0
    """Those of them whose person has another one for the same dose"""
    copies: int = 0
    """Rows of the list that repeat another row; they are not counted as records"""
    revocations: bool = False
    """Whether a revocation list was given"""
    loop: Loop = Loop()

    @property
    def total(self) -> Counts:
        """The sum of all places."""
        return together(self.places.values())

    def provinces(self) -> Mapping[str, Counts]:
        """The sums of the provinces, in order of their names."""
        found: dict[str, list[Counts]] = {}
        for place in self.ordered():
            found.setdefault(place.province, []).append(self.places[place])
        return {province: together(counted) for province, counted in found.items()}

    def ordered(self) -> Sequence[Place]:
        """The places in order of their names; those without one at the end."""
        return sorted(self.places, key=lambda place: (_order(place.province), _order(place.facility)))


def together(counted: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    total = Counts()
    for each in counted:
        total.add(each)
    return total


def problems(progress: Progress) -> list[str]:
    """Sums that are wrong, in words for a developer; empty for a correct report.

    >>> wrong = Counts(2, {Question.MATCHING: Counter(MATCHED=1)})
    >>> problems(Progress({Place("Huế", "A"): wrong}, (Question.MATCHING,), 0, 0))[0]
    'matching: 1 of 2 records'
    """
    found = []
    provinces = list(progress.provinces().values())
    total = progress.total
    for counts in (*progress.places.values(), *provinces, total):
        for question in progress.asked:
            answered = counts.answers[question]
            if answered.total() != counts.records or not answered.keys() <= set(ANSWERS[question]):
                found.append(f"{question}: {answered.total()} of {counts.records} records")
        for cause, due in counts.causes_due.items():
            if counts.causes.get(cause, Counter()).total() != due:
                found.append(f"{cause}: not one for each of {due} records")
        fallen = sum(fell.total() for fell in counts.fell.values())
        if counts.through + fallen != counts.records:
            found.append(f"funnel: {counts.through} and {fallen} of {counts.records} records")
    if together(provinces) != total:
        found.append("provinces: their sum is not the total")
    inside = total.through if Question.ISSUING in progress.asked else 0
    if inside + sum(progress.outside.values()) != progress.in_force:
        found.append("passports in force: not each in the funnel or outside")
    return found


def _order(name: str) -> tuple[bool, str, str]:
    plain = normalize("NFD", name.replace("Đ", "D").replace("đ", "d")).casefold()
    return not name, "".join(letter for letter in plain if not "\u0300" <= letter < "\u0370"), name
