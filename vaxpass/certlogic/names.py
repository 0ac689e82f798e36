"""The names in compiled source: constants, and what is looked up once for all expressions."""

from __future__ import annotations

from vaxpass.certlogic.values import Path


class Names:
    """Gives names made of a letter and a counter, and remembers what they stand for."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        """What the source does not say itself: every text, number, path and list of an expression."""
        self.reading: list[str] = []
        """The lines that look things up, in an order in which each has what it needs."""
        self._named: dict[tuple[type, object], str] = {}
        self._read: dict[tuple[str, Path], str] = {}
        self._count = 0

    def new(self, letter: str) -> str:
        """A name that was not given before."""
        self._count += 1
        return f"{letter}{self._count}"

    def constant(self, value: object) -> str:
        """The name of an object; that of an equal one of the same type where there is one already."""
        key = (type(value), id(value) if isinstance(value, list) else value)
        if key not in self._named:
            self._named[key] = self.new("k")
            self.constants[self._named[key]] = value
        return self._named[key]

    def variable(self, path: Path) -> str:
        """The name of what stands at a path of the context."""
        if not path:
            return "data"
        before, key = self.variable(path[:-1]), self.constant(path[-1])
        if isinstance(path[-1], str):
            return self._lookup("v", path, f"({before}.get({key}) if type({before}) is dict else None)")
        return self._lookup("v", path, f"step({before}, {key})")

    def text_at(self, path: Path) -> str:
        """The name of the text at a path; it stands for None where there is none."""
        name = self.variable(path)
        return self._lookup("s", path, f"({name} if type({name}) is str else None)")

    def number_at(self, path: Path) -> str:
        """The name of the whole number at a path; it stands for None where there is none."""
        name = self.variable(path)
        return self._lookup("n", path, f"({name} if type({name}) is int else integer({name}))")

    def time_at(self, path: Path) -> str:
        """The name of the milliseconds of the date at a path; None where there is none."""
        return self._lookup("t", path, f"time({self.variable(path)})")

    def _lookup(self, kind: str, path: Path, text: str) -> str:
        key = (kind, path)
        if key not in self._read:
            self._read[key] = self.new(kind)
            self.reading.append(f"{self._read[key]} = {text}")
        return self._read[key]
