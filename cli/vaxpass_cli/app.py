"""The table of commands. A command's module is imported when the command is called, and not before.

A new command is a module in `commands/` and a line in `COMMANDS`. Its function takes the options as
parameters (see `options`) and returns the exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Final, Protocol, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as command_of

import vaxpass
from vaxpass import MissingExtraError
from vaxpass_cli import INTERFACE_VERSION, options


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: a command, or a group of commands, which has no `function`."""

    help: str
    """One line of `--help`: no longer than `LONGEST_HELP`"""
    function: str = ""
    """`module:function`, the module within `vaxpass_cli.commands`"""


LONGEST_HELP: Final = 60
"""Characters that fit into 80 columns beside the longest name."""
COMMANDS: Final[Mapping[str, Mapping[str, Entry]]] = {
    "At the desk": {
        "scan": Entry("Scan at a desk: camera, hand scanner, video or files.", "scan:scan"),
        "cameras": Entry("List the cameras and the sizes of their pictures.", "cameras:cameras"),
        "keyboard-test": Entry("Test how a scanner that types arrives.", "keyboard_test:keyboard_test"),
        "doctor": Entry("Test what a desk needs, and say what is missing.", "doctor:doctor"),
        "config": Entry("Settings of the scanner."),
        "config show": Entry("Print the settings that are in force, as a file.", "config:show"),
        "config path": Entry("Print where the settings file is.", "config:path"),
    },
    "Checking passports": {
        "verify": Entry("Verify passports offline and say why.", "verify:verify"),
        "check": Entry("Judge by the entry rules of countries, and say why.", "check:check"),
        "decode": Entry("Show what passports hold. Nothing is verified.", "decode:decode"),
        "vectors": Entry("Compare vaxpass with published test vectors.", "vectors:vectors"),
    },
    "Issuing passports": {
        "match": Entry("Match vaccination records with the register.", "match:match"),
        "explain-record": Entry("Say what to correct in a record.", "explain_record:explain_record"),
        "attest": Entry("Sign that a facility has checked its records.", "attest:attest"),
        "issue": Entry("Sign passports for matched and attested records.", "issue:issue"),
        "report": Entry("Count what is matched, attested and issued.", "report:report_progress"),
        "print": Entry("Print passports, or write their QR codes.", "print:print_passports"),
        "encode": Entry("Sign one certificate, given as JSON.", "encode:encode"),
        "keys": Entry("Keys and secrets."),
        "keys new": Entry("Make a test CA, a test signer and their trust list.", "keys:new"),
        "keys bundle": Entry("Make the key that signs bundles.", "keys:bundle_key"),
        "keys uvci": Entry("Make the secret for identifiers of passports.", "keys:uvci"),
        "keys facility": Entry("Add the public key of a facility to a list.", "attest:facility_key"),
    },
    "Trust, rules and revocation": {
        "trust": Entry("Trust lists and signed bundles of them."),
        "trust show": Entry("Show the signers of a trust list.", "trust.show:show"),
        "trust diff": Entry("Show what changed between two trust lists.", "trust.diff:diff"),
        "trust lint": Entry("Tell what is weak or odd on a trust list.", "trust.lint:lint"),
        "trust export": Entry("Write a trust list in another format.", "trust.export:export"),
        "trust import": Entry(
            "Verify lists of any format; write one list.", "trust.importing:importing"
        ),
        "trust bundle": Entry("Pack lists and rules into one signed file.", "trust.bundle:bundle"),
        "trust install": Entry("Check a bundle and use it from now on.", "trust.install:install"),
        "rules": Entry("Business rules: which passports a country accepts."),
        "rules show": Entry("Show whose rules there are and what they say.", "rules:show"),
        "rules import": Entry("Verify rules of any form; write one document.", "rules:import_rules"),
        "revocation": Entry("Stores of revoked certificates."),
        "revocation import": Entry("Make a store from published lists.", "revocation:import_lists"),
        "revocation add": Entry("Revoke certificates.", "revocation:add"),
        "revocation remove": Entry("Take certificates from a store.", "revocation:remove"),
        "revocation show": Entry("Show what a store holds.", "revocation:show"),
    },
}
_ENTRIES: Final = {name: entry for entries in COMMANDS.values() for name, entry in entries.items()}


class _Formatter(Protocol):
    """What is used here of the formatter that writes `--help`."""

    def section(self, name: str) -> AbstractContextManager[None]: ...

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None: ...


class Group(TyperGroup):
    """Commands that are imported one by one, when they are called.

    `commands` holds stand-ins, which have names and nothing else, and the groups within this one.
    """

    within = ""
    """What stands before the names of its commands in the table: `trust`; nothing for the whole tool"""

    def fill(self, within: str) -> None:
        """Take over the commands of the table that stand within a group."""
        self.within = within
        for name, entry in _ENTRIES.items():
            group, _, short = name.rpartition(" ")
            if group != within:
                continue
            if entry.function:
                self.commands[short] = TyperCommand(short)
            else:
                made = Group(name=short, help=entry.help, no_args_is_help=True, rich_markup_mode=None)
                made.fill(name)
                self.commands[short] = made

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The command, imported; None where there is none of this name."""
        found = self.commands.get(cmd_name)
        if isinstance(found, TyperCommand):
            return _imported(cmd_name, _ENTRIES[f"{self.within} {cmd_name}".strip()].function)
        return found if isinstance(found, TyperGroup) else None

    def format_commands(self, ctx: object, formatter: _Formatter) -> None:
        """Write the commands and what they do, under the headings of the table."""
        for heading, entries in COMMANDS.items():
            rows = [
                (name.rpartition(" ")[2], entry.help)
                for name, entry in entries.items()
                if name.rpartition(" ")[0] == self.within
            ]
            if rows:
                with formatter.section("Commands" if self.within else heading):
                    formatter.write_dl(rows)


def _imported(name: str, place: str) -> TyperCommand:
    module, _, function = place.partition(":")
    try:
        found = getattr(import_module(f"vaxpass_cli.commands.{module}"), function)
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(found)
    return cast("TyperCommand", command_of(alone))


def _exit(code: int, **_: object) -> None:
    """Commands return their exit code."""
    raise typer.Exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vaxpass {vaxpass.__version__} (JSON interface {INTERFACE_VERSION})")
        raise typer.Exit


def _start(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Verify and issue health passports, offline."""
    options.speak()


def _whole() -> Group:
    tool = typer.Typer(
        name="vaxpass",
        cls=Group,
        callback=_start,
        result_callback=_exit,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    group = cast("Group", command_of(tool))
    group.fill("")
    return group


app: Final = _whole()
"""The tool; called with arguments it runs a command and ends the program with its exit code."""
