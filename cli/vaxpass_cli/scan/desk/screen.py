"""What the views of the desk show, in words. Views draw it and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vaxpass_cli.output.plates import Plate


class State(StrEnum):
    """The state of the desk."""

    SEARCHING = "searching"
    READING = "reading"
    VERDICT = "verdict"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict as it is shown. Every text is escaped for display, and may be empty."""

    plate: Plate
    """The outcome with its word: ACCEPTED"""
    family: str = ""
    """What the document is: EU Digital COVID Certificate"""
    name: str = ""
    """The holder's name as written in the certificate"""
    machine_name: str = ""
    """The name in machine-readable letters: DANG<<THI<ANH<TUYET"""
    born: str = ""
    """Label and date of birth"""
    facts: tuple[str, ...] = ()
    """What else is needed at a glance: identity document, events, link, type of issuer"""
    reason: str = ""
    """The reason of the verdict, as a sentence"""
    advice: str = ""
    """What to do next, as a sentence; empty for an accepted passport"""
    code: str = ""
    """The stable code of the reason"""
    path: str = ""
    """The place in the certificate that the reason is about, shown beside the code"""
    notes: tuple[str, ...] = ()
    """Unusual things that do not decide, as sentences"""
    details: tuple[tuple[str, str], ...] = ()
    """Labels and values, shown on request"""
    specimen: str = ""
    """TEST - NOT A REAL PASSPORT; empty for a real one"""
    place: str = ""
    """2 of 3, where several codes were in view; else empty"""


@dataclass(frozen=True, slots=True)
class Alert:
    """Why nobody, or not everybody, should be let in by what the desk says; known before any code."""

    text: str
    blocks: bool
    """Whether nobody at all can be accepted"""


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done now."""

    key: str
    """The key that does it: `space`, `d` ..."""
    label: str
    """What it does, in one or two words"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Another document of the traveller on show, in one line."""

    plate: Plate
    text: str
    """What it is, and whose where it is another person's"""


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that is shown at one moment."""

    state: State
    title: str
    """What the desk does in this state: Hold the code in front of the camera"""
    badges: tuple[str, ...]
    """Country, policy, age of the list, OFFLINE"""
    keys: str
    """The line with the keys, for a terminal"""
    buttons: tuple[Button, ...] = ()
    """What can be done now, the most important first"""
    language: str = "en"
    """The language of all texts"""
    test_mode: str = ""
    """TEST MODE, in large letters; else empty"""
    alerts: tuple[str, ...] = ()
    """What must be known before a code is shown, as sentences, in large letters"""
    hint: str = ""
    """What helps to read a code, as a sentence"""
    trouble: str = ""
    """Why the source delivers nothing, as a sentence"""
    tried: tuple[str, ...] = ()
    """With a trouble: what was tried, and what else can be done, as sentences"""
    finding: Finding | None = None
    others: tuple[Shown, ...] = ()
    """The other documents of this traveller, in the order in which they were shown"""
    show_details: bool = False
    seconds_left: int | None = None
    """Seconds until the verdict is closed; only in its last minute"""
    overlay: tuple[tuple[str, str], ...] = ()
    """The help or the summary, in two columns, over everything else; a title has an empty value"""
