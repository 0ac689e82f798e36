"""The desk: takes events and keys, verifies passports, and gives the screen to show.

It has no window, no thread and no clock: views draw its screens, feeds give it events and times.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaxpass import Code, Outcome, Stage, Verdict, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import BUILT_IN, ValueSets, recognise
from vaxpass.messages import LANGUAGES
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows
from vaxpass_cli.output.advice import advice
from vaxpass_cli.output.plates import plate_for, plate_of
from vaxpass_cli.scan.desk.machine import Machine, Timing
from vaxpass_cli.scan.desk.parts import Parts
from vaxpass_cli.scan.desk.screen import Alert, Button, Finding, Screen, Shown, State
from vaxpass_cli.scan.desk.shift import Shift, help_lines, summary_lines
from vaxpass_cli.scan.desk.status import tried
from vaxpass_cli.scan.desk.traveller import Ask, Judged, Traveller, holder_of, whose
from vaxpass_cli.scan.feeds.events import (
    Ended,
    Event,
    FrameRead,
    Hint,
    InTrouble,
    Recovered,
    TextRead,
)


def finding_of(judged: Judged, waiting: int, language: str, names: ValueSets = BUILT_IN) -> Finding:
    """The words for a verdict in `language`; `waiting` is the number of verdicts behind it."""
    outcome = judged.outcome
    place = messages.text("scan.place", language, waiting=waiting) if waiting else ""
    verdict = judged.verdict
    if verdict is None:
        problem = judged.source.problem or ""
        return Finding(
            plate=plate_of(outcome, language, rules_asked=False),
            reason=judged.source.reason(language),
            advice=advice(outcome, judged.code, language),
            code=problem,
            details=(
                (messages.text("panel.source", language), escape_for_display(judged.source.name)),
            ),
            place=place,
        )
    notes = [note.message(language) for note in verdict.notes if not note.code.formal]
    family = name = machine_name = born = ""
    facts: list[str] = []
    details: list[document_rows.Row] = []
    if verdict.unverified:
        document = document_rows.shown(verdict, verdict.unverified)
        name = document_rows.stated_holder(document, language)
        machine_name = document_rows.machine_name(document)
        (_, family), *details = document_rows.rows(
            judged.source.name, verdict, verdict.unverified, judged.at, language, names
        )
        if name:
            born = ": ".join(document_rows.born(document, language))
            details.remove(document_rows.born(document, language))
        # What has to be looked at stands out.
        stands_out = outcome is Outcome.GENUINE
        facts = document_rows.glance(document, judged.at, language, names, results=not stands_out)
        notes += document_rows.results_of(document, judged.at, language, names) if stands_out else []
        if verdict.signer is None:
            said = "scan.unverified" if name else "panel.unverified"
            notes.insert(0, messages.text(said, language))
    decisive = verdict.decisive
    if verdict.code is Code.RULES_NOT_FOR_KIND and (seen := verdict.check(Stage.CONTENT).problem):
        # No rules are written for a link: that it is genuine and was not opened is what counts.
        notes.insert(0, seen.message(language))
    return Finding(
        plate=plate_for(verdict, language),
        family=family,
        name=name,
        machine_name=machine_name,
        born=born,
        facts=tuple(facts),
        reason=verdict.reason(language),
        advice=advice(outcome, judged.code, language),
        code=judged.code,
        path=decisive.problem.path if decisive and decisive.problem else "",
        notes=tuple(notes),
        details=tuple(details),
        specimen=messages.text("panel.test", language) if verdict.test_key else "",
        place=place,
    )


def buttons_of(
    state: State,
    language: str,
    *,
    overlay: bool,
    details: bool,
    trouble: bool,
    mute: bool,
    reads_files: bool = False,
) -> tuple[Button, ...]:
    """What can be done now, the most important first. A window itself does `c`, `o` and `p`.

    `overlay`: the help or the summary is open; `details`: the details are; `trouble`: the source
    delivers nothing; `mute`: the sound is off; `reads_files`: something that was given is being read.
    """
    if overlay:
        named = {"escape": "close"}
    elif state is State.VERDICT:
        named = {"space": "next", "d": "no_details" if details else "details"}
        named |= {"l": "language", "h": "help"}
    elif reads_files:
        named = {"escape": "stop", "o": "file", "l": "language", "h": "help"}
    elif trouble:
        named = {"c": "camera", "o": "file", "p": "settings", "l": "language", "h": "help"}
    else:
        named = {"s": "summary", "l": "language", "m": "sound_on" if mute else "sound_off"}
        named |= {"c": "camera", "o": "file", "p": "settings", "h": "help"}
    return tuple(
        Button(key, messages.text(f"scan.button.{name}", language)) for key, name in named.items()
    )


_HINT_STAYS: Final = 1.0
_OTHERS_STAY: Final = 60.0
_ENDED_STAYS: Final = 5.0
_ACKNOWLEDGE: Final = frozenset(("space", "enter"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the desk needs from outside."""

    judge: Callable[[str, datetime], Verdict]
    """Gives the verdict of a text at a time"""
    clock: Callable[[], datetime]
    """Gives the time of verification; aware"""
    badges: Callable[[datetime, str], tuple[str, ...]]
    """Gives the texts of the badges at a time in a language"""
    secret: bytes
    """Key of the hashes by which codes are remembered"""
    camera: bool = True
    window: bool = False
    """Whether a window shows the desk; it has more keys than a terminal"""
    test_keys: bool = False
    alerts: Callable[[datetime, str], tuple[Alert, ...]] = lambda *_: ()
    """Gives what must be known before a code is shown, at a time in a language"""
    names: ValueSets = BUILT_IN
    """Value sets with the names of codes"""
    together: Ask = lambda *_: None
    """Judges several documents of one traveller together, at a time; None where no rules are asked"""
    list_made_at: datetime | None = None
    """When the trust list was made, for the report of the shift; None where that is unknown"""


class Desk:
    """One place of work. Times named `now` are seconds on the clock of the feed.

    `on_verdict` is called once for each verdict, when it is given. `shift` goes on where a desk starts
    anew with other settings.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        on_verdict: Callable[[Judged], None],
        timing: Timing | None = None,
        language: str = "en",
        mute: bool = False,
        shift: Shift | None = None,
    ) -> None:
        self._around = around
        self._on_verdict = on_verdict
        self._machine = Machine[Traveller](timing, lambda traveller: traveller.rest)
        self._language = language
        self._hint: tuple[float, Hint] | None = None
        self._place = ""
        self._trouble: InTrouble | None = None
        self._others: dict[bytes, float] = {}
        self._parts = Parts(self._may_be_right)
        self._details = False
        self._overlay = ""
        self._shown: Traveller | None = None
        self._told: tuple[tuple[str, int], tuple[Finding, tuple[Shown, ...]]] | None = None
        self._numbered = 0
        self._ended = False
        self.mute = mute
        self.reads_files = False
        """Whether something that the staff gave is being read"""
        self.wants_no_more = False
        """Whether the staff want no more of what is being read; whoever reads it takes this back"""
        self._reading_ended: float | None = None
        self.closed = False
        self.shift = shift or Shift(around.clock())
        self.shift.list_made_at = around.list_made_at

    @property
    def ended(self) -> bool:
        """Whether the source has ended."""
        return self._ended

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What must be known before a code is shown."""
        return self._around.alerts(self._around.clock(), self._language)

    @property
    def idle(self) -> bool:
        """Whether no verdict is shown and none waits."""
        return self._machine.state not in (State.VERDICT, State.CLEAR)

    @property
    def full(self) -> bool:
        """Whether so many verdicts wait that the feed should not be polled."""
        return self._machine.full

    @property
    def crowded(self) -> bool:
        """Whether so many verdicts wait that no more files should be judged: travellers come first."""
        return self._machine.crowded

    def handle(self, now: float, event: Event | None) -> None:
        """Handle an event of the feed; None where only time has passed."""
        match event:
            case FrameRead():
                self._frame(now, event)
            case TextRead(source, again):
                self._text(now, source, again=again)
            case InTrouble():
                # What a hand scanner read meanwhile stays where only more is known of the trouble.
                if self._trouble is None:
                    self._machine.reset(now)
                self._trouble = event
            case Recovered():
                self._trouble = None
            case Ended():
                self._ended = True
            case None:
                pass
        for text in self._parts.late(now, ended=self._ended):
            self._see(now, Source(self._place, text))
        self._machine.tick(now)
        self._close_for_another()

    def press(self, now: float, key: str) -> None:
        """Handle a key by its name; unknown keys are ignored."""
        if self._overlay and key in _ACKNOWLEDGE | {"escape"}:
            self._overlay = ""
        elif self.reads_files and (key == "escape" or (key in _ACKNOWLEDGE and self.idle)):
            self.reads_files, self.wants_no_more = False, True
            self._reading_ended = now
        elif key in _ACKNOWLEDGE:
            self._machine.acknowledge(now)
        elif key == "d":
            self._details = not self._details and self._machine.state is State.VERDICT
        elif key == "l":
            following = LANGUAGES.index(self._language) + 1
            self._language = LANGUAGES[following % len(LANGUAGES)]
        elif key == "m":
            self.mute = not self.mute
        elif key in ("s", "h", "f1", "?"):
            wanted = "summary" if key == "s" else "help"
            self._overlay = "" if self._overlay == wanted else wanted
        elif key == "q":
            self._machine.reset(now)
            self.closed = True
        self._close_for_another()

    def screen(self, now: float) -> Screen:
        """The screen to show now."""
        language = self._language
        machine = self._machine
        shown = machine.shown
        told = self._words(shown) if shown else None
        left = machine.seconds_left(now)
        at = self._around.clock()
        badges = self._around.badges(at, language)
        alerts = self._around.alerts(at, language) if shown is None else ()
        blocked = machine.state is State.SEARCHING and any(alert.blocks for alert in alerts)
        return Screen(
            state=machine.state,
            title=messages.text("scan.blocked", language) if blocked else self._title(now),
            badges=(*badges, messages.text("scan.muted", language)) if self.mute else badges,
            keys=messages.text("scan.keys", language),
            buttons=buttons_of(
                machine.state,
                language,
                overlay=bool(self._overlay),
                details=self._details,
                trouble=self._trouble is not None,
                mute=self.mute,
                reads_files=self.reads_files,
            ),
            language=language,
            test_mode=messages.text("scan.test_mode", language) if self._around.test_keys else "",
            alerts=tuple(alert.text for alert in alerts),
            hint=self._help_for_reader(now),
            trouble=messages.text(f"scan.trouble.{self._trouble.trouble}", language)
            if self._trouble
            else "",
            tried=tried(self._trouble.tried, language) if self._trouble and self._trouble.tried else (),
            finding=told[0] if told else None,
            others=told[1] if told else (),
            show_details=self._details,
            seconds_left=None if left is None or left > 60 else int(left + 0.999),
            overlay=self._overlay_lines(),
        )

    def _close_for_another(self) -> None:
        """Close what was open over or beside the verdict before: the next one is seen whole."""
        shown, before = self._machine.shown, self._shown
        if shown is before:
            return
        self._shown, self._told = shown, None
        if shown is None or before is None or shown.shown is not before.shown:
            self._details = False
        if shown is not None:
            self._overlay = ""

    def _words(self, traveller: Traveller) -> tuple[Finding, tuple[Shown, ...]]:
        """The words for a traveller. They are found once: the screen is made many times a second."""
        spoken = self._language, self._machine.waiting
        if self._told is None or self._told[0] != spoken:
            language, names = self._language, self._around.names
            finding = finding_of(traveller.shown, self._machine.waiting, language, names)
            finding = traveller.complete(finding, language, names)
            self._told = spoken, (finding, traveller.others(language, names))
        return self._told[1]

    def _frame(self, now: float, frame: FrameRead) -> None:
        reading = frame.reading
        seen = [text for text in reading.texts if recognise(text)]
        texts: Sequence[str] = self._parts.take(now, seen)
        if not seen and not self._machine.in_view(now):
            texts = [text for text in reading.texts if not self._was_here_before(now, text)]
        if reading.hint:
            self._hint = (now, reading.hint)
        by_key = {self._key(text): text for text in texts}
        for key in self._machine.see(now, by_key, located=reading.located is not None):
            self._judge(now, key, Source("camera", by_key[key]))
        self._place = "camera"

    def _was_here_before(self, now: float, text: str) -> bool:
        """Whether a code of something else was in view shortly before, such as one on a poster.

        It is reported once. It must not replace a passport's verdict each time it comes into view.
        """
        key = self._key(text)
        seen = self._others.get(key, -_OTHERS_STAY)
        self._others = {k: at for k, at in self._others.items() if now - at < _OTHERS_STAY}
        self._others[key] = now
        return now - seen < _OTHERS_STAY

    def _text(self, now: float, source: Source, *, again: bool) -> None:
        if source.text is None:
            self._see(now, source)
            return
        self._place = source.name
        for text in self._parts.take(now, [source.text]):
            self._see(now, dataclasses.replace(source, text=text), again=again)

    def _see(self, now: float, source: Source, *, again: bool = False) -> None:
        if source.text is None:
            self._numbered += 1
            key = f"{self._numbered}".encode()
        else:
            key = self._key(source.text)
        if self._machine.see(now, [key]) or again:
            self._judge(now, key, source)

    def _judge(self, now: float, key: bytes, source: Source) -> None:
        at = self._around.clock()
        verdict = None if source.text is None else self._around.judge(source.text, at)
        # The text is not kept: the verdict has everything that is shown.
        judged = Judged(dataclasses.replace(source, text=None), verdict, at)
        self.shift.count(at, judged.outcome, judged.code)
        self._add(now, key, judged)
        self._on_verdict(judged)

    def _add(self, now: float, key: bytes, judged: Judged) -> None:
        """Add a document to those of its traveller, who may be the next one."""
        travellers = self._machine.contents
        place = whose(travellers, judged)
        if place is None:
            traveller = Traveller((judged,))
            self._machine.add(now, key, traveller, accepted=traveller.is_clear)
            return
        before = travellers[place]
        traveller = before.with_document(judged, self._around.together)
        stands = holder_of(judged) is not None or before.holder is None
        self._machine.join(now, place, key, traveller, accepted=traveller.is_clear, stands=stands)

    def _may_be_right(self, card: str) -> bool:
        """Whether parts were put together right: else the signature does not hold."""
        return self._around.judge(card, self._around.clock()).code is not Code.SIGNATURE_MISMATCH

    def _key(self, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._around.secret, digest_size=16).digest()

    def _title(self, now: float) -> str:
        state = self._machine.state
        if state is State.SEARCHING:
            if self._ended:
                return messages.text("scan.ended", self._language)
            if not self._around.camera:
                return messages.text("scan.searching_texts", self._language)
            if self._machine.in_view(now):
                return messages.text("scan.judged", self._language)
        return messages.text(f"scan.{state.value}", self._language)

    def _help_for_reader(self, now: float) -> str:
        if self.reads_files:
            return messages.text("scan.hint.files", self._language)
        if self._reading_ended is not None and now - self._reading_ended <= _ENDED_STAYS:
            return messages.text("scan.hint.files_ended", self._language)
        if (progress := self._parts.progress) and self._machine.state is not State.VERDICT:
            read, total = progress
            return messages.text("scan.hint.parts", self._language, read=read, total=total)
        recent = self._hint[1] if self._hint and now - self._hint[0] <= _HINT_STAYS else None
        if self._machine.hint_is_due(now):
            return messages.text(f"scan.hint.{recent or 'unread'}", self._language)
        # In the dark or against the sun nothing can be seen, not even that there is a code.
        if recent in (Hint.BRIGHTER, Hint.DARKER) and self._machine.state is State.SEARCHING:
            return messages.text(f"scan.hint.{recent}", self._language)
        return ""

    def _overlay_lines(self) -> tuple[tuple[str, str], ...]:
        if self._overlay == "help":
            return help_lines(self._language, window=self._around.window)
        return summary_lines(self.shift, self._language) if self._overlay else ()
