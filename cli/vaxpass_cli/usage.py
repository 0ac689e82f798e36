"""What a command takes, in words of the catalogue: its help, and what is wrong with a command line.

The texts of `--help` have these keys. For the command `trust show`: `help.trust.show`, its line in the
list of commands, no longer than `LONGEST_HELP`; `help.trust.show.text`, what its own help says; and
`help.trust.show.timeline` for the parameter `timeline`; `help.option.at` for one of several commands.
`help.value.FILE` is the word for what a parameter takes.

Typer 0.15 stands on the package click and typer 0.29 on a click of its own, so there is no one class of
parameters or errors to import. What is used of them here is the same in both.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, Union, get_args, get_origin, get_type_hints

from vaxpass import messages
from vaxpass_cli.errors import UsageError
from vaxpass_cli.language import OPTION, spoken

TOOL: Final = "vaxpass"
LONGEST_HELP: Final = 60
"""Characters that fit into 80 columns beside the longest name."""
_KINDS: Final = {Path: "PATH", int: "NUMBER", float: "NUMBER", str: "TEXT"}
_SWITCH: Final = ""
_NAME: Final = re.compile("-{0,2}[A-Za-z][A-Za-z0-9-]{0,29}")


class Formatter(Protocol):
    """What is used here of the formatter that writes `--help`."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""

    def write_paragraph(self) -> None:
        """Write an empty line."""

    def write_text(self, text: str) -> None:
        """Write a text in lines that fit."""

    def indentation(self) -> AbstractContextManager[None]:
        """Indent what is written within."""

    def section(self, name: str) -> AbstractContextManager[None]:
        """Write a heading, and indent what is below."""

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write names, and beside them what they mean."""


class Parameter(Protocol):
    """What is used here of a parameter of the command line."""

    name: str | None
    opts: list[str]
    secondary_opts: list[str]
    metavar: str | None
    required: bool
    param_type_name: str


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter takes, as the function of its command says."""

    kind: str = _SWITCH
    """A key of `_KINDS`' words; empty for a switch, which takes nothing."""
    choices: tuple[str, ...] = ()
    whole: bool = False
    least: float | None = None
    most: float | None = None
    default: object = None


EVERYWHERE: Final = {"lang": Value("CHOICE", messages.LANGUAGES)}
"""What the options take that every command has."""


def values_of(function: Callable[..., object]) -> dict[str, Value]:
    """What each parameter of a command's function takes."""
    defaults = {name: each.default for name, each in signature(function).parameters.items()}
    hints = get_type_hints(function, include_extras=True)
    found = {name: _value(hints[name], default) for name, default in defaults.items()}
    return EVERYWHERE | found


def _value(hint: Any, default: object) -> Value:
    limits = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    plain = _plain(hint)
    if issubclass(plain, StrEnum):
        return Value("CHOICE", tuple(each.value for each in plain), default=default)
    kind = _KINDS.get(plain, _SWITCH)
    least, most = (
        next((found for each in limits if (found := getattr(each, name, None)) is not None), None)
        for name in ("min", "max")
    )
    return Value(kind, (), plain is int, least, most, default)


def _plain(hint: Any) -> type:
    """The type of one value: without notes, None, and the list that several of it make."""
    while get_args(hint):
        inner = get_args(hint)
        if get_origin(hint) in (Union, types.UnionType):
            inner = tuple(each for each in inner if each is not types.NoneType)
        hint = inner[0]
    return hint if isinstance(hint, type) else str


def explained(command: str, parameter: str = "text") -> str:
    """The help of a command, `trust show`, or of one of its parameters, in the language of the run.

    Raises `KeyError` where the catalogue has none.
    """
    own, shared = f"{_key(command)}.{parameter}", f"help.option.{parameter}"
    known = messages.find(own, "en") is not None
    return messages.text(own if known else shared, spoken())


def summary(command: str) -> str:
    """The line of a command or group in the list of commands, in the language of the run."""
    return messages.text(_key(command), spoken())


def _key(command: str) -> str:
    return f"help.{command.replace(' ', '.')}"


def write(
    formatter: Formatter,
    line: str,
    text: str,
    command: str,
    parameters: Sequence[Parameter],
    values: dict[str, Value] | None,
) -> None:
    """Write the help of a command: how it is called, what it does, and what it takes.

    `line` is how it is called, `values` what its parameters take; None for a group of commands.
    """
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name != "argument"]
    shown = [_say("help.word.options"), *(_in_line(each) for each in arguments)]
    if values is None:
        shown.append(_say("help.word.command"))
    formatter.write_usage(line, " ".join(shown), f"{_say('help.word.usage')} ")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(text)
    for heading, listed in (("arguments", arguments), ("options", options)):
        if listed:
            with formatter.section(_say(f"help.section.{heading}")):
                formatter.write_dl([_row(each, command, values or EVERYWHERE) for each in listed])


def _say(key: str, **values: object) -> str:
    return messages.text(key, spoken(), **values)


def _placeholder(word: str) -> str:
    """The word for what a parameter takes, such as FILE; as it is where the catalogue has none."""
    bare = word.removesuffix("...")
    return (messages.find(f"help.value.{bare}", spoken()) or bare) + word[len(bare) :]


def _in_line(argument: Parameter) -> str:
    shown = _placeholder(argument.metavar or (argument.name or "").upper())
    return shown if argument.required else f"[{shown}]"


def _row(each: Parameter, command: str, values: dict[str, Value]) -> tuple[str, str]:
    name = each.name or ""
    value = values.get(name, Value())
    if each.param_type_name == "argument":
        shown = _placeholder(each.metavar or name.upper())
    else:
        shown = ", ".join(sorted(each.opts, key=len))
        if each.secondary_opts:
            shown = f"{shown} / {', '.join(each.secondary_opts)}"
        if value.choices:
            shown = f"{shown} {'|'.join(value.choices)}"
        elif each.metavar or value.kind:
            shown = f"{shown} {_placeholder(each.metavar or value.kind)}"
    marks = "; ".join(_marks(each, value))
    return shown, explained(command, name) + (f"  [{marks}]" if marks else "")


def _marks(each: Parameter, value: Value) -> Iterable[str]:
    default = value.default
    if each.required:
        yield _say("help.word.required")
    elif value.kind and default not in (None, "") and getattr(each, "show_default", True):
        yield _say("help.word.default", value=default)
    if value.kind == "NUMBER":
        yield from _range(value)


def _range(value: Value) -> Iterable[str]:
    if value.least is not None and value.most is not None:
        yield _say("help.word.between", least=value.least, most=value.most)
    elif value.least is not None:
        yield _say("help.word.least", least=value.least)


def wrong(error: Exception, context: Any, values: dict[str, Value]) -> Exception:
    """The error for what the reader of a command's line found wrong; any other error as it is.

    `context` is that of the reader, `values` what the command's parameters take. A value that was typed
    is not repeated: it may be the text of a certificate.
    """
    kinds = {each.__name__ for each in type(error).__mro__}
    if "ClickException" not in kinds:
        return error
    return refer(_reason(error, kinds, context, values), context.command_path)


def refer(reason: UsageError, line: str) -> UsageError:
    """A sentence with one more: which help to ask for."""
    return UsageError("error.line.help", reason=reason, line=f"{line} --help")


def _reason(error: Any, kinds: set[str], context: Any, values: dict[str, Value]) -> UsageError:
    if "NoSuchOption" in kinds:
        return unknown("option", error.option_name, error.possibilities or ())
    if "BadOptionUsage" in kinds:
        found = [each for each in context.command.params if error.option_name in each.opts]
        takes = found and (values.get(found[0].name or "") or Value()).kind
        return UsageError(f"error.line.{'no_value' if takes else 'switch'}", name=error.option_name)
    parameter: Parameter | None = getattr(error, "param", None)
    if parameter is None:
        is_group = hasattr(context.command, "commands")
        return UsageError(f"error.line.{'command_none' if is_group else 'extra'}")
    is_argument = parameter.param_type_name == "argument"
    word = _placeholder(parameter.metavar or (parameter.name or "").upper()).removesuffix("...")
    name = word if is_argument else max(parameter.opts, key=len)
    if "MissingParameter" in kinds:
        return UsageError("error.line.missing", name=name)
    return _unfit(name, values.get(parameter.name or "", Value()))


def _unfit(name: str, value: Value) -> UsageError:
    if name == OPTION:
        return UsageError("error.line.language", choices=", ".join(value.choices or messages.LANGUAGES))
    if value.choices:
        return UsageError("error.line.choice", name=name, choices=", ".join(value.choices))
    if value.kind == "NUMBER":
        kind = "whole" if value.whole else "number"
        ends = "".join(f"_{end}" for end in ("least", "most") if getattr(value, end) is not None)
        return UsageError(f"error.line.{kind}{ends}", name=name, least=value.least, most=value.most)
    return UsageError("error.line.value", name=name)


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """The sentence for an option or a command that is not there, with those that resemble it.

    What does not look like a name is not repeated: it may be the text of a certificate.
    """
    if not _NAME.fullmatch(name):
        return UsageError(f"error.line.{what}_none")
    alike = get_close_matches(name, known)
    if alike:
        return UsageError(f"error.line.{what}_alike", name=name, names=", ".join(alike))
    return UsageError(f"error.line.{what}", name=name)
