"""Counts of records by place, and the sums that must be right.

For every record there are three questions: the result of matching, whether its facility has attested
it, and the result of issuing. Each has exactly one answer, so the answers to a question add up to the
number of records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
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


class Cause(StrEnum):
    """Why a record is not matched or not issued: the first of its codes."""

    MISMATCH = "mismatch"
    """For records that are not matched: `IdentityCode`, `MatchCode` or `MatchStatus`"""
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
    replaced: int = 0
    """Passports with a successor: the records were corrected, or the passports renewed"""
    revoked: int = 0
    """Passports that are on the revocation list, replaced or not"""

    def add(self, other: Counts) -> None:
        """Add the counts of another place."""
        self.records += other.records
        self.replaced += other.replaced
        self.revoked += other.revoked
        for question, counted in other.answers.items():
            self.answers[question] += counted
        for cause, counted in other.causes.items():
            self.causes[cause] += counted

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
            Cause.REFUSAL: self.answers.get(Question.ISSUING, Counter())["refused"],
        }


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
    withdrawn: int = 0
    """Passports of records that are no longer in the list"""
    revocations: bool = False
    """Whether a revocation list was given"""

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
    if together(provinces) != total:
        found.append("provinces: their sum is not the total")
    return found


def _order(name: str) -> tuple[bool, str, str]:
    plain = normalize("NFD", name.replace("Đ", "D").replace("đ", "d")).casefold()
    return not name, "".join(letter for letter in plain if not "\u0300" <= letter < "\u0370"), name
