"""What a view shows, all in words: views draw it and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vaxpass import Outcome


class State(StrEnum):
    """Where the desk is with a traveller."""

    SEARCHING = "searching"
    READING = "reading"
    VERDICT = "verdict"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict as it is shown. Everything is printable text, empty where there is nothing to say."""

    outcome: Outcome
    word: str
    """The outcome in one or two words: ACCEPTED"""
    name: str = ""
    """The holder in the letters of the certificate"""
    machine_name: str = ""
    """DANG<<THI<ANH<TUYET"""
    born: str = ""
    """Label and date of birth"""
    reason: str = ""
    """Why, as a sentence"""
    advice: str = ""
    """What to do next, as a sentence; empty where the passport is accepted"""
    code: str = ""
    """The stable code of the reason"""
    notes: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Labels and values; shown only where they were asked for"""
    specimen: str = ""
    """TEST - NOT A REAL PASSPORT, or empty"""
    place: str = ""
    """2 of 3, where several codes were in view"""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that is shown at one moment."""

    state: State
    title: str
    """What the desk does in this state: Hold the code in front of the camera"""
    badges: tuple[str, ...]
    """Country, policy, age of the list, OFFLINE"""
    keys: str
    """The help line"""
    test_mode: str = ""
    """TEST MODE, shown loudly; or empty"""
    hint: str = ""
    """What would help, as a sentence"""
    trouble: str = ""
    """Why the source delivers nothing, as a sentence"""
    finding: Finding | None = None
    show_details: bool = False
    seconds_left: int | None = None
    """Until the verdict is closed by itself; shown in its last minute"""
    overlay: tuple[tuple[str, str], ...] = ()
    """Lines of two columns over everything, the help or the summary; a title has an empty value"""
