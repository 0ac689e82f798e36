"""The table of commands. A command's module is imported when the command is called, and not before.

A new command is a module in `commands/` and a line in `COMMANDS`. Its function takes the options as
parameters (see `options`) and returns the exit code.

The texts of `--help` are in the catalogue of sentences. For the command `trust show` these are
`help.trust.show`, its line in the list of commands, no longer than `LONGEST_HELP`;
`help.trust.show.text`, what its own help says; and `help.trust.show.timeline` for the parameter
`timeline`, or `help.option.timeline` where several commands have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Final, Protocol, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command as command_of

import vaxpass
from vaxpass import MissingExtraError, messages
from vaxpass_cli import INTERFACE_VERSION, options


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: a command, or a group of commands, which has no `function`."""

    function: str = ""
    """`module:function`, the module within `vaxpass_cli.commands`"""


_TOOL: Final = "vaxpass"
LONGEST_HELP: Final = 60
"""Characters that fit into 80 columns beside the longest name."""
COMMANDS: Final[Mapping[str, Mapping[str, Entry]]] = {
    "desk": {
        "scan": Entry("scan:scan"),
        "cameras": Entry("cameras:cameras"),
        "keyboard-test": Entry("keyboard_test:keyboard_test"),
        "doctor": Entry("doctor:doctor"),
        "config": Entry(),
        "config show": Entry("config:show"),
        "config path": Entry("config:path"),
    },
    "check": {
        "verify": Entry("verify:verify"),
        "check": Entry("check:check"),
        "decode": Entry("decode:decode"),
        "vectors": Entry("vectors:vectors"),
    },
    "issue": {
        "match": Entry("match:match"),
        "explain-record": Entry("explain_record:explain_record"),
        "attest": Entry("attest:attest"),
        "issue": Entry("issue:issue"),
        "report": Entry("report:report_progress"),
        "print": Entry("print:print_passports"),
        "encode": Entry("encode:encode"),
        "keys": Entry(),
        "keys new": Entry("keys:new"),
        "keys bundle": Entry("keys:bundle_key"),
        "keys uvci": Entry("keys:uvci"),
        "keys facility": Entry("attest:facility_key"),
    },
    "trust": {
        "trust": Entry(),
        "trust show": Entry("trust.show:show"),
        "trust diff": Entry("trust.diff:diff"),
        "trust lint": Entry("trust.lint:lint"),
        "trust export": Entry("trust.export:export"),
        "trust import": Entry("trust.importing:importing"),
        "trust bundle": Entry("trust.bundle:bundle"),
        "trust install": Entry("trust.install:install"),
        "rules": Entry(),
        "rules show": Entry("rules:show"),
        "rules import": Entry("rules:import_rules"),
        "revocation": Entry(),
        "revocation import": Entry("revocation:import_lists"),
        "revocation add": Entry("revocation:add"),
        "revocation remove": Entry("revocation:remove"),
        "revocation show": Entry("revocation:show"),
    },
}
"""Section -> command -> entry. The heading of a section is the message `help.section.<section>`."""
_ENTRIES: Final = {name: entry for entries in COMMANDS.values() for name, entry in entries.items()}


class _Formatter(Protocol):
    """What is used here of the formatter that writes `--help`."""

    def section(self, name: str) -> AbstractContextManager[None]: ...

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None: ...


def explained(command: str, parameter: str = "text") -> str:
    """The help of a command, `trust show`, or of one of its parameters, in the language of the run.

    Raises `KeyError` where the catalogue has none.
    """
    own, shared = f"{_key(command)}.{parameter}", f"help.option.{parameter}"
    known = messages.find(own, options.Language.en) is not None
    return messages.text(own if known else shared, options.language())


def summary(command: str) -> str:
    """The line of a command or group in the list of commands, in the language of the run."""
    return messages.text(_key(command), options.language())


def _key(command: str) -> str:
    return f"help.{command.replace(' ', '.')}"


def _explain(command: str, parameters: Iterable[object]) -> None:
    for each in parameters:
        parameter = cast("TyperOption", each)
        parameter.help = explained(command, parameter.name or "")


class Command(TyperCommand):
    """A command that reads its help from the catalogue when it is shown: then the language is known."""

    place = ""
    """Its name in the table"""

    def invoke(self, ctx: Any) -> Any:
        """Run it. What it can be given decides which advice errors give."""
        options.at_hand.set(frozenset(each.name or "" for each in self.params))
        return super().invoke(ctx)

    def format_help(self, ctx: object, formatter: object) -> None:
        """Write the help in the language of the run."""
        self.help = explained(self.place)
        _explain(self.place, self.params)
        cast("Any", super()).format_help(ctx, formatter)


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
                made = Group(name=short, no_args_is_help=True, rich_markup_mode=None)
                made.fill(name)
                self.commands[short] = made

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The command, imported; None where there is none of this name."""
        found = self.commands.get(cmd_name)
        if isinstance(found, TyperCommand):
            return imported(f"{self.within} {cmd_name}".strip())
        return found if isinstance(found, TyperGroup) else None

    def format_help(self, ctx: object, formatter: object) -> None:
        """Write the help in the language of the run."""
        if not self.within:
            # Before any command there is only the variable that chooses it.
            options.speak()
        self.help = summary(self.within or _TOOL)
        _explain(_TOOL, self.params)
        cast("Any", super()).format_help(ctx, formatter)

    def format_commands(self, ctx: object, formatter: _Formatter) -> None:
        """Write the commands and what they do, under the headings of the table."""
        for section, entries in COMMANDS.items():
            rows = [
                (name.rpartition(" ")[2], summary(name))
                for name in entries
                if name.rpartition(" ")[0] == self.within
            ]
            if rows:
                heading = summary("section group" if self.within else f"section {section}")
                with formatter.section(heading):
                    formatter.write_dl(rows)


def imported(command: str) -> Command:
    """A command of the table, such as `trust show`.

    Imports its module. Raises `MissingExtraError` where a package that it needs is not installed.
    """
    module, _, function = _ENTRIES[command].function.partition(":")
    try:
        found = getattr(import_module(f"vaxpass_cli.commands.{module}"), function)
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(command.rpartition(" ")[2], cls=Command)(found)
    made = cast("Command", command_of(alone))
    made.place = command
    return made


def _exit(code: int, **_: object) -> None:
    """Commands return their exit code."""
    raise typer.Exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vaxpass {vaxpass.__version__} (JSON interface {INTERFACE_VERSION})")
        raise typer.Exit


def _start(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Every run begins here, before its command."""
    options.speak()


def _whole() -> Group:
    tool = typer.Typer(
        name=_TOOL,
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
