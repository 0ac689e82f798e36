"""A shift at the desk, from its settings to its report: it goes on when staff change the settings."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer

from vaxpass import VaxpassError, messages
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError, told
from vaxpass_cli.io import edge
from vaxpass_cli.language import speak
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.desk.desk import Desk
from vaxpass_cli.scan.desk.screen import Alert
from vaxpass_cli.scan.desk.shift import Shift
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import SettingsChanged
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.run import View, asked_to_end, run
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.shift_report import ShiftFiles
from vaxpass_cli.scan.sounds import Sounds
from vaxpass_cli.scan.start import feed_of, surroundings_of
from vaxpass_cli.scan.terminal import TerminalView
from vaxpass_cli.scan.window.display import why_no_window


class Session:
    """One shift. `chosen` are the settings in force, `config` is the file that keeps changed ones.

    `at` is the time of `--at`; without it the clock of this machine counts. With `as_json` each result
    is printed as a line of JSON. `counts` is the file of `--counts`.
    """

    def __init__(
        self,
        chosen: Settings,
        *,
        at: str | None = None,
        as_json: bool = False,
        counts: Path | None = None,
        config: Path | None = None,
    ) -> None:
        self.chosen = chosen
        self._at = at
        self._as_json = as_json
        self._config = config
        self.shift = Shift(self.now())
        self._files = ShiftFiles(self.shift, counts=counts, clock=self.now, complain=edge.complain)

    def now(self) -> datetime:
        """The time that counts, in the zone of the settings in force."""
        return options.moment(self._at, options.zone(self.chosen.tz))

    def work(self) -> None:
        """Open the view, and work until the shift ends.

        Raises `UsageError` where the settings are of no use, such as a view that can't be opened, and
        `OSError` where no report can be written where they want it.
        """
        with contextlib.ExitStack() as stack:
            keyboard = stack.enter_context(Keyboard())
            view = view_of(self.chosen, as_json=self._as_json)
            if view:
                stack.callback(view.close)
            desk = self._desk(view)
            with contextlib.suppress(KeyboardInterrupt):
                while changed := self._work_on(desk, view, keyboard):
                    desk = self._changed(changed, desk, view)

    def report(self) -> None:
        """Write the counts and the report of the shift that has ended, which takes a second or two.

        Raises `OSError` or `UsageError` where they can't be written.
        """
        self._files.end()

    def _changed(self, changed: SettingsChanged, desk: Desk, view: View | None) -> Desk:
        """The desk with other settings, which are kept; `desk` itself where they are of no use."""
        before = self.chosen
        self.chosen = before.with_options(**changed.changes)
        try:
            new = self._desk(view)
            configured.save(changed.changes, self._config)
        except (UsageError, VaxpassError, OSError) as error:
            self.chosen = before
            if view:
                view.refuse(told(error, before.lang), before)
            return desk
        speak(self.chosen.lang)
        return new

    def _work_on(self, desk: Desk, view: View | None, keyboard: Keyboard) -> SettingsChanged | None:
        """Work with the settings in force until they are changed; None where the shift has ended."""
        self._files.go_on(self.chosen.report, self.chosen.lang)
        if view is None:
            for alert in desk.alerts:
                if alert.blocks:
                    edge.complain(alert.text)
        feed = feed_of(self.chosen, keyboard, paced=view is not None, in_window=_is_window(view))
        with contextlib.closing(feed), asked_to_end() as asked:

            def after() -> None:
                self._files.keep()
                if asked.to_end:
                    desk.press(feed.now(), "q")

            return run(desk, feed, view, keyboard, after=after, complain=edge.complain)

    def _desk(self, view: View | None) -> Desk:
        chosen = self.chosen
        sounds = Sounds(chosen.sounds, view.beep) if view else None

        def give(judged: Judged) -> None:
            # Each result is printed at once, so a program that reads them may stop reading.
            if self._as_json:
                typer.echo(jsonl.line(_json(judged, chosen.lang)))
                sys.stdout.flush()
            if sounds and not desk.mute:
                sounds.play(judged.outcome)

        around = surroundings_of(
            chosen, self.now, fixed=self._at is not None, in_window=_is_window(view)
        )

        def alerts(at: datetime, language: str) -> tuple[Alert, ...]:
            return (*around.alerts(at, language), *self._files.alerts(language))

        desk = Desk(
            replace(around, alerts=alerts),
            on_verdict=give,
            timing=chosen.timing,
            language=chosen.lang,
            mute=chosen.mute,
            shift=self.shift,
        )
        return desk


def view_of(chosen: Settings, *, as_json: bool) -> View | None:
    """The view that the settings ask for; None where there is nowhere to show anything.

    With `as_json` the terminal's view is written to standard error. Raises `UsageError` where a window
    is asked for, or nothing else could be seen, and none can be opened.
    """
    wanted = chosen.view
    if wanted == "none":
        return None
    reason = None
    if wanted == "window" or (wanted == "auto" and chosen.source != "keyboard"):
        reason = why_no_window(chosen.lang)
        if reason is None:
            from vaxpass_cli.scan.window.view import WindowView  # noqa: PLC0415 - may be missing

            return WindowView(chosen)
        if wanted == "window":
            raise UsageError("error.no_window", reason=reason)
    console = Console(stderr=as_json)
    if not (console.is_terminal or wanted == "terminal"):
        if reason and not edge.is_read():
            # From an icon it would work on unseen, and nobody could end it.
            raise UsageError("error.no_window", reason=reason)
        return None
    if reason:
        edge.complain(messages.text("scan.window.instead", chosen.lang, reason=reason))
    return TerminalView(console)


def _is_window(view: View | None) -> bool:
    return view is not None and not isinstance(view, TerminalView)


def _json(judged: Judged, language: str) -> dict[str, jsonl.Json]:
    line = jsonl.of(judged.source, judged.verdict, language)
    return {"at": jsonl.rfc3339(judged.at.replace(microsecond=0)), **line}
