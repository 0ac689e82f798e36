"""The table of commands. A command's module is imported when the command is called, and not before.

A new command is a module in `commands/` and a line in `COMMANDS`. Its function takes the options as
parameters (see `options`) and returns the exit code.
Its texts of `--help` are in the catalogue of sentences (see `usage`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as command_of

import vaxpass
from vaxpass import MissingExtraError
from vaxpass_cli import INTERFACE_VERSION, language, options, usage
from vaxpass_cli.errors import Exit


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: a command, or a group of commands, which has no `function`."""

    function: str = ""
    """`module:function`, the module within `vaxpass_cli.commands`"""


COMMANDS: Final[Mapping[str, Mapping[str, Entry]]] = {
    "desk": {
        "scan": Entry("scan:scan"),
        "cameras": Entry("cameras:cameras"),
        "keyboard-test": Entry("keyboard_test:keyboard_test"),
        "doctor": Entry("doctor:doctor"),
        "desk": Entry(),
        "desk export": Entry("desk:export"),
        "desk import": Entry("desk:bring"),
        "desk pin": Entry("desk:pin"),
        "config": Entry(),
        "config init": Entry("config:init"),
        "config show": Entry("config:show"),
        "config path": Entry("config:path"),
        "config completion": Entry("config:completion"),
    },
    "check": {
        "verify": Entry("verify:verify"),
        "check": Entry("check:check"),
        "decode": Entry("decode:decode"),
        "vectors": Entry("vectors:vectors"),
    },
    "issue": {
        "match": Entry("match:match"),
        "correct": Entry("correct:correct"),
        "explain-record": Entry("explain_record:explain_record"),
        "review": Entry(),
        "review show": Entry("review:show"),
        "review confirm": Entry("review:confirm"),
        "attest": Entry("attest:attest"),
        "issue": Entry("issue:issue"),
        "report": Entry("report:report_progress"),
        "print": Entry("print:print_passports"),
        "encode": Entry("encode:encode"),
        "vaccines": Entry("vaccines:vaccines"),
        "keys": Entry(),
        "keys new": Entry("keys:new"),
        "keys bundle": Entry("keys:bundle_key"),
        "keys uvci": Entry("keys:uvci"),
        "keys facility-new": Entry("keys:facility_new"),
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
_INSTALLERS: Final = ("install_completion", "show_completion")
_ENTRIES: Final = {name: entry for entries in COMMANDS.values() for name, entry in entries.items()}


class Command(TyperCommand):
    """A command whose help is read from the catalogue when it is shown: then the language is known."""

    place = ""
    """Its name in the table"""

    def invoke(self, ctx: Any) -> Any:
        """Run it. What it can be given decides which advice errors give."""
        options.at_hand.set(frozenset(each.name or "" for each in self.params))
        return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after its name. Raises `UsageError` where they are wrong."""
        try:
            return cast("list[str]", cast("Any", super()).parse_args(ctx, args))
        except Exception as error:
            raise usage.wrong(error, ctx, _values_of(self)) from None

    def format_help(self, ctx: object, formatter: object) -> None:
        """Write the help in the language of the run."""
        _write(self, self.place, usage.explained(self.place), ctx, formatter, _values_of(self))


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
                made = Group(name=short, params=[_spoken_of(self)], rich_markup_mode=None)
                made.fill(name)
                self.commands[short] = made

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line up to the name of a command; without any word, show the help.

        Raises `UsageError` where it is wrong.
        """
        if not self.within:
            language.choose(args)
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(Exit.WRONG_USE)
        try:
            return cast("list[str]", cast("Any", super()).parse_args(ctx, args))
        except Exception as error:
            raise usage.wrong(error, ctx, _values_of(self)) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is named. Raises `UsageError` where none is."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            raise usage.wrong(error, ctx, usage.EVERYWHERE) from None

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The stand-in of a command, with its summary; None where there is none of this name."""
        found = self.commands.get(cmd_name)
        if found:
            found.short_help = usage.summary(f"{self.within} {cmd_name}".strip())
        return cast("TyperCommand | TyperGroup | None", found)

    def resolve_command(
        self, ctx: Any, args: list[str]
    ) -> tuple[str | None, TyperCommand | TyperGroup | None, list[str]]:
        """The command that the line names, imported. Raises `UsageError` where there is none."""
        name, *others = args
        found = self.commands.get(name)
        if found is None and ctx.resilient_parsing:
            return None, None, others
        if found is None:
            raise usage.refer(usage.unknown("command", name, self.commands), ctx.command_path)
        if isinstance(found, Group):
            return name, found, others
        try:
            return name, imported(f"{self.within} {name}".strip()), others
        except MissingExtraError:
            if ctx.resilient_parsing:
                return None, None, others
            raise

    def format_help(self, ctx: object, formatter: object) -> None:
        """Write the help in the language of the run."""
        _write(
            self, self.within or usage.TOOL, usage.summary(self.within or usage.TOOL), ctx, formatter
        )
        self.format_commands(ctx, cast("usage.Formatter", formatter))

    def format_commands(self, ctx: object, formatter: usage.Formatter) -> None:
        """Write the commands and what they do, under the headings of the table."""
        for section, entries in COMMANDS.items():
            rows = [
                (name.rpartition(" ")[2], usage.summary(name))
                for name in entries
                if name.rpartition(" ")[0] == self.within
            ]
            if rows:
                heading = usage.summary("section group" if self.within else f"section {section}")
                with formatter.section(heading):
                    formatter.write_dl(rows)


def _write(
    command: TyperCommand | TyperGroup,
    place: str,
    text: str,
    ctx: Any,
    formatter: object,
    values: dict[str, usage.Value] | None = None,
) -> None:
    """Write a help; of a group where there are no `values`."""
    parameters = cast("Any", command).get_params(ctx)
    usage.write(cast("usage.Formatter", formatter), ctx.command_path, text, place, parameters, values)


def _values_of(command: object) -> dict[str, usage.Value]:
    """What the parameters of a command take."""
    return (
        usage.values_of(_function(command.place)) if isinstance(command, Command) else usage.EVERYWHERE
    )


def _spoken_of(group: TyperGroup) -> Any:
    """The option `--lang` of the whole tool: it may stand after each command, too."""
    return next(each for each in group.params if each.name == "lang")


def _function(command: str) -> Callable[..., int]:
    module, _, function = _ENTRIES[command].function.partition(":")
    found: Callable[..., int] = getattr(import_module(f"vaxpass_cli.commands.{module}"), function)
    return found


def imported(command: str) -> Command:
    """A command of the table, such as `trust show`.

    Imports its module. Raises `MissingExtraError` where a package that it needs is not installed.
    """
    try:
        found = _function(command)
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(command.rpartition(" ")[2], cls=Command)(found)
    made = cast("Command", command_of(alone))
    made.place = command
    if not any(each.name == "lang" for each in made.params):
        made.params.append(_spoken_of(app))
    return made


def run() -> int:
    """Run the command that the line of this program names. Returns its exit code.

    Raises `UsageError` where the line is wrong, and what a command raises.
    """
    try:
        code = app.main(prog_name=usage.TOOL, standalone_mode=False)
    except typer.Abort:
        return Exit.STOPPED
    return int(code or 0)


def _exit(code: int, **_: object) -> None:
    """Commands return their exit code."""
    raise typer.Exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vaxpass {vaxpass.__version__} (JSON interface {INTERFACE_VERSION})")
        raise typer.Exit


def _start(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
    lang: Annotated[
        options.Language, typer.Option(language.OPTION, expose_value=False)
    ] = options.Language.en,
) -> None:
    """Every run begins here, before its command. Its language is already chosen."""


def _whole() -> Group:
    tool = typer.Typer(
        name=usage.TOOL,
        cls=Group,
        callback=_start,
        result_callback=_exit,
        rich_markup_mode=None,
    )
    group = cast("Group", command_of(tool))
    # Typer's installer loosens what PowerShell may run, for all programs: `config completion` prints.
    group.params = [each for each in group.params if each.name not in _INSTALLERS]
    group.fill("")
    return group


app: Final = _whole()
"""The tool; called with arguments it runs a command and ends the program with its exit code."""
