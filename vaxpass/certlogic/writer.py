"""Writes the source of one Python function for several expressions, from fixed pieces only.

`Writer` turns expressions into pieces of source; `Names` gives names to constants and to values of the
context. `compiler` compiles the source.

The function reads every value of the context once, at its beginning. A look-up has no effect and
can't fail, so it does not matter that a branch may not need the value. The same holds for dates: one
that can't be read is None, and only its use fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.grammar import (
    COMPARISONS,
    DATE_COMPARISONS,
    INFIX,
    SIGNS,
    has_operands,
    is_literal,
    operand,
    operation,
    path_operand,
    unit_of,
    whole,
)
from vaxpass.certlogic.operations import CHARACTERS_A_STEP
from vaxpass.certlogic.values import Json, Path, integer, path_of

_FARTHEST: Final = 4e15
"""Milliseconds that can be added to any date of a text without leaving the calendar of `times`."""
_LONGEST_PATH: Final = 16
"""Steps of a path that are looked up one by one, so that paths share them; longer paths go at once."""


class Names:
    """Gives names made of a letter and a counter, and keeps what they stand for."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        """Every text, number, path and list of the expressions, by the name in the source."""
        self.reading: list[str] = []
        """The lines that look up values; each uses only names of lines before it."""
        self._named: dict[tuple[type, object], str] = {}
        self._read: dict[tuple[str, Path], str] = {}
        self._count = 0

    def new(self, letter: str) -> str:
        """A new name."""
        self._count += 1
        return f"{letter}{self._count}"

    def constant(self, value: object) -> str:
        """The name of an object; equal objects of the same type share a name."""
        key = (type(value), id(value) if isinstance(value, list) else value)
        if key not in self._named:
            self._named[key] = self.new("k")
            self.constants[self._named[key]] = value
        return self._named[key]

    def variable(self, path: Path) -> str:
        """The name of the value at a path of the context."""
        if not path:
            return "data"
        before, key = self.variable(path[:-1]), self.constant(path[-1])
        if isinstance(path[-1], str):
            return self._lookup("v", path, f"({before}.get({key}) if type({before}) is dict else None)")
        return self._lookup("v", path, f"step({before}, {key})")

    def text_at(self, path: Path) -> str:
        """The name of the text at a path; its value is None where there is no text."""
        name = self.variable(path)
        return self._lookup("s", path, f"({name} if type({name}) is str else None)")

    def number_at(self, path: Path) -> str:
        """The name of the whole number at a path; its value is None where there is none."""
        name = self.variable(path)
        return self._lookup("n", path, f"({name} if type({name}) is int else integer({name}))")

    def time_at(self, path: Path) -> str:
        """The name of the date at a path, in milliseconds; its value is None where there is none."""
        return self._lookup("t", path, f"time({self.variable(path)})")

    def _lookup(self, kind: str, path: Path, text: str) -> str:
        key = (kind, path)
        if key not in self._read:
            self._read[key] = self.new(kind)
            self.reading.append(f"{self._read[key]} = {text}")
        return self._read[key]


class Type(Enum):
    """What is known about the value of a piece before it is evaluated."""

    BOOL = auto()
    NUMBER = auto()
    TEXT = auto()
    TIME = auto()
    """Milliseconds as a number; None where there is no date."""
    JSON = auto()
    """Any value but a `Moment`."""
    ANY = auto()


class Piece(NamedTuple):
    """A piece of source and the type of its value; `constant` is the value of a literal."""

    text: str
    type: Type
    constant: Json = None


_FAIL: Final = Piece("fail()", Type.ANY)


@dataclass(slots=True)
class Lambda:
    """The names in the lambda of a `reduce`."""

    accumulator: str
    current: str
    whole: str
    """An object of both; made only where it is used."""
    uses_whole: bool = False

    def written(self, combine: str, accumulator: str, current: str) -> str:
        """The source of the lambda with the body `combine`.

        `accumulator` and `current` are the names of the keys of its context.
        """
        if self.uses_whole:
            whole = f"{{{accumulator}: {self.accumulator}, {current}: {self.current}}}"
            combine = f"(lambda {self.whole}: {combine})({whole})"
        return f"lambda {self.accumulator}, {self.current}: {combine}"


def cost(expression: Json) -> int:
    """The steps for evaluating an expression once, with all its branches."""
    if isinstance(expression, str):
        return 1 + len(expression) // CHARACTERS_A_STEP
    if isinstance(expression, dict):
        return 1 + sum(cost(item) for item in expression.values())
    if isinstance(expression, list):
        return 1 + sum(cost(item) for item in expression)
    return 1


class Writer:
    """Collects expressions and writes the function that evaluates them."""

    def __init__(self) -> None:
        self._names = Names()
        self._rules: list[tuple[str, bool]] = []
        self._lambdas: list[Lambda] = []
        self._uses_budget = False

    @property
    def constants(self) -> Mapping[str, object]:
        """The objects that the source uses, by name."""
        return self._names.constants

    def add(self, expression: Json) -> None:
        """Add an expression; its value is the next in the result of the function."""
        self._uses_budget = False
        text = self._boxed(self._piece(expression))
        self._rules.append((text, self._uses_budget))

    def add_failed(self) -> None:
        """Add a value that is always `FAILED`."""
        self._rules.append(("FAILED", False))

    def source(self) -> str:
        """The source of the function `judge(data)`."""
        lines = ["def judge(data):", *(f"    {line}" for line in self._names.reading)]
        results = []
        for text, uses_budget in self._rules:
            name = self._names.new("r")
            results.append(name)
            lines.append("    try:")
            if uses_budget:
                lines.append("        budget = Budget(STEPS)")
            lines.append(f"        {name} = {text}")
            lines.append("    except Exception:")
            lines.append(f"        {name} = FAILED")
        lines.append(f"    return ({''.join(f'{name}, ' for name in results)})")
        return "\n".join(lines) + "\n"

    # From expressions to pieces.

    def _piece(self, expression: Json) -> Piece:
        try:
            return self._write(expression)
        except CertLogicError:
            return _FAIL

    def _write(self, expression: Json) -> Piece:
        if is_literal(expression):
            return self._literal(expression)
        if isinstance(expression, list):
            return self._array(expression)
        if isinstance(expression, dict) and len(expression) == 1 and "var" in expression:
            return self._var(path_of(path_operand(expression["var"])))
        name, operands = operation(expression)
        if name in INFIX:
            if not has_operands(name, len(operands)):
                return _FAIL
            return self._infix(name, operands)
        return _WRITERS[name](self, operands) if name in _WRITERS else _FAIL

    def _literal(self, value: Json) -> Piece:
        if isinstance(value, bool):
            return Piece("True" if value else "False", Type.BOOL, value)
        kind = Type.TEXT if isinstance(value, str) else Type.NUMBER
        return Piece(self._names.constant(value), kind, value)

    def _array(self, items: list[Json]) -> Piece:
        if all(is_literal(item) for item in items):
            # A new list each time: two arrays are never the same, and the caller may change it.
            return Piece(f"list({self._names.constant(items)})", Type.JSON, items)
        pieces = [self._piece(item) for item in items]
        inner = "".join(f"{self._boxed(piece)}, " for piece in pieces)
        return Piece(f"[{inner}]", Type.JSON)

    def _var(self, path: Path) -> Piece:
        if not self._lambdas:
            if len(path) > _LONGEST_PATH:
                return Piece(f"walk(data, {self._names.constant(path)})", Type.JSON)
            return Piece(self._names.variable(path), Type.JSON)
        names = self._lambdas[-1]
        if not path:
            names.uses_whole = True
            return Piece(names.whole, Type.JSON)
        if path[0] not in ("accumulator", "current"):
            return Piece("None", Type.JSON)
        name = names.accumulator if path[0] == "accumulator" else names.current
        if len(path) == 1:
            return Piece(name, Type.ANY)
        return Piece(f"walk({name}, {self._names.constant(path[1:])})", Type.ANY)

    def _boxed(self, piece: Piece) -> str:
        return f"box({piece.text})" if piece.type is Type.TIME else piece.text

    def _truth(self, expression: Json) -> str | None:
        """The source of a condition; None for a date-time, which has no truth."""
        piece = self._piece(expression)
        return None if piece.type is Type.TIME else piece.text

    def _number(self, expression: Json) -> str:
        """The source of a whole number; where there is none it raises or its value is None."""
        path = self._plain_path(expression)
        if path is not None:
            return self._names.number_at(path)
        piece = self._piece(expression)
        return piece.text if piece.type is Type.NUMBER else f"number({self._boxed(piece)})"

    def _time(self, expression: Json) -> str:
        """The source of milliseconds; where there is no date-time it raises or its value is None."""
        piece = self._piece(expression)
        return piece.text if piece.type is Type.TIME else f"moment({piece.text})"

    def _plain_path(self, expression: Json) -> Path | None:
        """The path of a variable of the context; None for everything else."""
        if self._lambdas or not isinstance(expression, dict) or len(expression) != 1:
            return None
        text = expression.get("var")
        path = path_of(text) if isinstance(text, str) else None
        return path if path is not None and len(path) <= _LONGEST_PATH else None

    # Operations.

    def _infix(self, name: str, operands: list[Json]) -> Piece:
        if name == "and":
            return self._and(operands)
        if name in COMPARISONS or name in DATE_COMPARISONS:
            write = self._number if name in COMPARISONS else self._time
            return Piece(self._compared(SIGNS[name], operands, write), Type.BOOL)
        if name == "in":
            return Piece(self._contains(operands), Type.BOOL)
        if name == "===":
            return Piece(self._same(operands), Type.BOOL)
        pieces = [self._piece(item) for item in operands]
        return Piece(f"add({self._boxed(pieces[0])}, {self._boxed(pieces[1])})", Type.NUMBER)

    def _compared(self, sign: str, operands: list[Json], write: Callable[[Json], str]) -> str:
        parts = [write(item) for item in operands]
        if len(parts) == 2:
            return f"({parts[0]} {sign} {parts[1]})"
        # Not a chain: that would not evaluate the third operand where the first two decide.
        middle = self._names.new("m")
        return f"(({parts[0]} {sign} ({middle} := {parts[1]})) & ({middle} {sign} {parts[2]}))"

    def _and(self, operands: list[Json]) -> Piece:
        pieces = [self._piece(item) for item in operands]
        texts = []
        for number, piece in enumerate(pieces):
            if piece.type is Type.TIME:
                texts.append("fail()")
                break
            last = number == len(pieces) - 1
            texts.append(f"decided({piece.text})" if last and piece.type is Type.ANY else piece.text)
        types = {piece.type for piece in pieces}
        kind = Type.BOOL if types == {Type.BOOL} else Type.JSON if Type.ANY not in types else Type.ANY
        return Piece(f"({' and '.join(texts)})", kind)

    def _same(self, operands: list[Json]) -> str:
        # A literal goes to the right.
        left, right = sorted(operands, key=is_literal)
        if is_literal(right):
            whole_number, path = integer(right), self._plain_path(left)
            if whole_number is not None and path is not None:
                return f"({self._names.number_at(path)} == {self._names.constant(whole_number)})"
        piece, constant = self._piece(left), self._piece(right)
        if is_literal(right) and piece.type is not Type.TIME:
            if constant.type is Type.BOOL:
                return f"({piece.text} is {constant.text})"
            if constant.type is Type.TEXT:
                return f"({piece.text} == {constant.text})"
        return f"same({self._boxed(piece)}, {self._boxed(constant)})"

    def _contains(self, operands: list[Json]) -> str:
        value, items = (self._piece(item) for item in operands)
        found = self._boxed(value)
        if isinstance(items.constant, list) and all(isinstance(item, str) for item in items.constant):
            texts = self._names.constant(frozenset(map(str, items.constant)))
            path = self._plain_path(operands[0])
            if path is None:
                return f"member({found}, {texts})"
            # Where there is no text, the value is None, which is in no set of texts.
            return f"({self._names.text_at(path)} in {texts})"
        return f"contains({found}, {self._items(items)}{self._budget()})"

    def _items(self, piece: Piece) -> str:
        """The source of an array that is only read, so that a literal need not be copied."""
        written = isinstance(piece.constant, list)
        return self._names.constant(piece.constant) if written else self._boxed(piece)

    def _budget(self) -> str:
        """The argument `budget`, for operations whose time depends on the size of the context."""
        self._uses_budget = True
        return ", budget"

    def _if(self, operands: list[Json]) -> Piece:
        operand(operands, 2)
        guard = self._truth(operands[0])
        if guard is None:
            return _FAIL
        then, other = self._piece(operands[1]), self._piece(operands[2])
        if then.type is other.type:
            return Piece(f"({then.text} if {guard} else {other.text})", then.type)
        kind = Type.ANY if {then.type, other.type} & {Type.TIME, Type.ANY} else Type.JSON
        return Piece(f"({self._boxed(then)} if {guard} else {self._boxed(other)})", kind)

    def _not(self, operands: list[Json]) -> Piece:
        text = self._truth(operands[0])
        return _FAIL if text is None else Piece(f"(not {text})", Type.BOOL)

    def _plus_time(self, operands: list[Json]) -> Piece:
        amount, unit = whole(operands, 1), unit_of(operands)
        path = self._plain_path(operands[0])
        if path is None:
            return self._plus_time_of(self._piece(operands[0]), amount, unit)
        name = self._names.time_at(path)
        if amount == 0:
            return Piece(name, Type.TIME)
        distance = amount * {"day": times.DAY, "hour": times.HOUR}.get(unit, math.inf)
        if abs(distance) <= _FARTHEST:
            return Piece(f"({name} + {self._names.constant(float(distance))})", Type.TIME)
        return Piece(
            f"shift({name}, {self._names.constant(amount)}, {self._names.constant(unit)})", Type.TIME
        )

    def _plus_time_of(self, piece: Piece, amount: int, unit: str) -> Piece:
        if isinstance(piece.constant, str):
            ms = times.shift(times.parse(piece.constant), amount, unit)
            return Piece(self._names.constant(ms), Type.TIME)
        date = self._boxed(piece)
        return Piece(
            f"plus({date}, {self._names.constant(amount)}, {self._names.constant(unit)})", Type.TIME
        )

    def _birth(self, operands: list[Json]) -> Piece:
        return Piece(f"birth({self._boxed(self._piece(operands[0]))})", Type.TIME)

    def _extract(self, operands: list[Json]) -> Piece:
        value = self._boxed(self._piece(operands[0]))
        index = self._names.constant(whole(operands, 1))
        return Piece(f"extract({value}, {index}{self._budget()})", Type.JSON)

    def _reduce(self, operands: list[Json]) -> Piece:
        items = self._items(self._piece(operands[0]))
        start = self._boxed(self._piece(operand(operands, 2))) if len(operands) > 2 else "fail()"
        steps = self._names.constant(cost(operands[1]) if len(operands) > 1 else 1)
        names = Lambda(self._names.new("a"), self._names.new("c"), self._names.new("w"))
        self._lambdas.append(names)
        combine = self._boxed(self._piece(operands[1])) if len(operands) > 1 else "fail()"
        self._lambdas.pop()
        inner = names.written(combine, *map(self._names.constant, ("accumulator", "current")))
        return Piece(f"fold({items}, {inner}, lambda: {start}, {steps}{self._budget()})", Type.ANY)


_WRITERS: Final[dict[str, Callable[[Writer, list[Json]], Piece]]] = {
    "if": Writer._if,
    "!": Writer._not,
    "plusTime": Writer._plus_time,
    "dccDateOfBirth": Writer._birth,
    "extractFromUVCI": Writer._extract,
    "reduce": Writer._reduce,
}
