"""What one traveller shows until the next one comes: the best document counts, all are listed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaxpass import Code, Outcome, Stage, Status, Unverified, Verdict, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import Holder, ValueSets
from vaxpass.identity import same_holder
from vaxpass.journey import BEST_FIRST, MOST_TOGETHER, Together
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows
from vaxpass_cli.output.advice import advice
from vaxpass_cli.output.plates import plate_for, plate_of
from vaxpass_cli.scan.desk.screen import Finding, Shown

_FALSE: Final = (Stage.SIGNATURE, Stage.USAGE, Stage.REVOCATION)
"""What failed here was not issued to the traveller, or was taken back"""
_ALARMING: Final = (Code.VALIDITY_SIGNER_REVOKED, Code.CONTENT_DETECTED)

Ask = Callable[[Sequence[Unverified], datetime], Together | None]
"""Judges several documents of one traveller together, at a time; None where no rules are asked"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and its source. A source without a text has `source.problem` instead of a verdict."""

    source: Source
    verdict: Verdict | None
    at: datetime

    @property
    def outcome(self) -> Outcome:
        """The outcome of the verdict; without one, that of the source."""
        return self.source.outcome if self.verdict is None else self.verdict.outcome

    @property
    def code(self) -> str:
        """The code of the reason; empty for an accepted passport."""
        if self.verdict is None:
            return self.source.problem or ""
        return self.verdict.code.value if self.verdict.code else ""


@dataclass(frozen=True, slots=True)
class Traveller:
    """The documents that a traveller has shown, in this order. There is at least one."""

    documents: tuple[Judged, ...]
    together: Together | None = None
    """What the rules say of several of them at once; None where they were not asked that"""
    asked: tuple[Judged, ...] = ()
    """The documents of `together`, by their places there"""

    @property
    def shown(self) -> Judged:
        """The document whose verdict is on show: the best; of several the one that came last."""
        among = self._joined if self.is_joined else self.documents
        return max(reversed(among), key=_rank)

    @property
    def outcome(self) -> Outcome:
        """The outcome for the traveller."""
        if self.together is not None and self.shown in self._joined:
            return self.together.outcome
        return self.shown.outcome

    @property
    def is_joined(self) -> bool:
        """Whether documents are admitted together, none of which is admitted alone."""
        return self.together is not None and self.together.joined_admitted

    @property
    def is_clear(self) -> bool:
        """Whether the traveller is accepted, and nothing that was shown speaks against that."""
        return self.outcome is Outcome.ACCEPTED and not self._alarms

    @property
    def holder(self) -> Holder | None:
        """Who is named first; None where no document names anybody."""
        return next(filter(None, map(holder_of, self.documents)), None)

    @property
    def rest(self) -> Traveller | None:
        """What was shown after the last document of the holder; None where there is nothing.

        Somebody else may have shown it.
        """
        named = [place for place, each in enumerate(self.documents) if holder_of(each)]
        left = self.documents[named[-1] + 1 :] if named else ()
        return Traveller(left) if left else None

    def with_document(self, judged: Judged, ask: Ask) -> Traveller:
        """The same traveller who has shown one more document, at the time at which it was judged."""
        documents = (*self.documents, judged)
        asked = tuple(each for each in documents if holder_of(each))
        verdicts = [each.verdict for each in asked if each.verdict is not None]
        known = [verdict.unverified for verdict in verdicts if verdict.unverified is not None]
        # An accepted one counts alone.
        together = ask(known, judged.at) if len(known) > 1 and not any(verdicts) else None
        # Without the best document the joined ones say nothing of why it is not accepted.
        if together is None or not (together.joined_admitted or together.best in together.joined):
            return Traveller(documents)
        return Traveller(documents, together, asked)

    def complete(self, finding: Finding, language: str, names: ValueSets) -> Finding:
        """The finding of `shown` with what follows from the other documents."""
        shown, together = self.shown, self.together
        notes = [
            messages.text("scan.also_shown", language, reason=each.verdict.reason(language))
            for each in self._alarms
            if each.verdict is not None
        ]
        if together is None or shown not in self._joined:
            return dataclasses.replace(finding, notes=(*notes, *finding.notes)) if notes else finding
        outcome, code = together.outcome, together.code or ""
        facts = [fact for each in self._joined for fact in _glance(each, language, names)]
        return dataclasses.replace(
            finding,
            plate=plate_of(outcome, language, rules_asked=True),
            facts=tuple(dict.fromkeys(facts)),
            reason=together.reason(language),
            advice=advice(outcome, code, language),
            code=code,
            path="",
            notes=(*notes, *finding.notes),
            specimen=messages.text("panel.test", language) if together.test_key else "",
        )

    def others(self, language: str, names: ValueSets) -> tuple[Shown, ...]:
        """The documents beside the one on show, a line for each, in the order in which they came."""
        shown = self.shown
        return tuple(
            self._in_a_line(each, language, names) for each in self.documents if each is not shown
        )

    def _in_a_line(self, judged: Judged, language: str, names: ValueSets) -> Shown:
        verdict = judged.verdict
        if verdict is None:
            plate = plate_of(judged.outcome, language, rules_asked=False)
            return Shown(plate, escape_for_display(judged.source.reason(language)))
        plate, said = plate_for(verdict, language), [verdict.reason(language)]
        if self.is_joined and judged in self._joined:
            plate = plate_of(Outcome.ACCEPTED, language, rules_asked=True)
        if plate.outcome in (Outcome.ACCEPTED, Outcome.GENUINE):
            said = _glance(judged, language, names)[:1] or said
        if verdict.unverified:
            document = document_rows.shown(verdict, verdict.unverified)
            said.insert(0, document_rows.family(document, language))
        return Shown(plate, ": ".join(said))

    @property
    def _joined(self) -> tuple[Judged, ...]:
        places = self.together.joined if self.together is not None else ()
        return tuple(self.asked[place] for place in places)

    @property
    def _alarms(self) -> tuple[Judged, ...]:
        shown = self.shown
        return tuple(
            each for each in self.documents if each is not shown and _is_alarming(each.verdict)
        )


def whose(travellers: Sequence[Traveller], judged: Judged) -> int | None:
    """The place of the traveller who shows a document; None for the next one.

    A document that names nobody is the last one's. Where the last one has only shown such, the document
    that names somebody is the same traveller's.
    """
    holder = holder_of(judged)
    for place, each in enumerate(travellers):
        known = each.holder
        is_last = place == len(travellers) - 1
        fits = is_last if holder is None or known is None else same_holder(holder, known)
        if fits and len(each.documents) < MOST_TOGETHER:
            return place
    return None


def holder_of(judged: Judged) -> Holder | None:
    """The holder whom a document names, verified or not; None where it names nobody."""
    if judged.verdict is None or judged.verdict.unverified is None:
        return None
    holder = judged.verdict.unverified.without_verification().document.holder
    stated = holder.full_name or holder.machine_name or holder.birth_date
    return holder if stated else None


def _rank(judged: Judged) -> int:
    return -BEST_FIRST.index(judged.outcome)


def _is_alarming(verdict: Verdict | None) -> bool:
    if verdict is None:
        return False
    failed = any(check.status is Status.FAIL and check.stage in _FALSE for check in verdict.checks)
    return failed or verdict.code in _ALARMING


def _glance(judged: Judged, language: str, names: ValueSets) -> list[str]:
    if judged.verdict is None or judged.verdict.unverified is None:
        return []
    document = document_rows.shown(judged.verdict, judged.verdict.unverified)
    return document_rows.glance(document, judged.at, language, names)
