"""DuckDB, the database inside this process. The one module that uses it.

Importing this module loads DuckDB, or raises `MissingExtraError`: import it where it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from vaxpass.errors import MissingExtraError
from vaxpass_cli.errors import UsageError

try:
    import duckdb
    import numpy  # noqa: F401 - DuckDB needs it to call Python's functions
except ModuleNotFoundError as error:
    raise MissingExtraError("issue", error.name or "duckdb") from None

Value: TypeAlias = str | int | None
VERSION: Final = duckdb.__version__
"""How DuckDB parts rows may change with it"""
_MANY = 20_000


class Engine:
    """A database that lives as long as the program, and spills into a folder what has no room."""

    def __init__(self, spill: Path, *, gigabytes: float, threads: int) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{round(gigabytes * 1000)}MB",
            "temp_directory": str(spill),
            "threads": threads,
            # Nothing is fetched, and nothing is loaded that is not in the package.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            # Every result that is kept has an order of its own.
            "preserve_insertion_order": False,
        }
        self._connection = duckdb.connect(":memory:", config=settings)

    def define(self, name: str, function: Callable[..., str], arguments: int = 1) -> None:
        """Make a function of texts known to SQL; it is not called for NULL."""
        self._connection.create_function(name, function, ["VARCHAR"] * arguments, "VARCHAR")  # type: ignore[list-item,arg-type,unused-ignore]

    def run(self, *statements: str) -> None:
        """Run statements, one after the other."""
        with _explained():
            for statement in statements:
                self._connection.execute(statement)

    def rows(self, statement: str) -> Iterator[tuple[Value, ...]]:
        """The rows of a result, a portion in memory at a time."""
        # A cursor of its own: other statements may run before the last row is read.
        with _explained():
            cursor = self._connection.cursor().execute(statement)
            while found := cursor.fetchmany(_MANY):
                yield from found

    def all(self, statement: str) -> Sequence[tuple[Value, ...]]:
        """The rows of a small result."""
        return list(self.rows(statement))

    def columns(self, path: Path) -> Sequence[str]:
        """The columns of a Parquet file. Raises `UsageError`, with its name, where it is none."""
        with _explained():
            try:
                described = self._connection.cursor().execute(f"DESCRIBE SELECT * FROM {parquet(path)}")
                return [str(row[0]) for row in described.fetchall()]
            except (duckdb.InterruptException, duckdb.OutOfMemoryException):
                raise
            except duckdb.Error:
                raise UsageError("error.not_parquet", path=path) from None

    def number(self, statement: str) -> int:
        """The one number that a statement gives; 0 for NULL."""
        ((found,),) = self.all(statement)
        return int(found or 0)

    def close(self) -> None:
        """Free its memory."""
        self._connection.close()


@contextmanager
def _explained() -> Iterator[None]:
    """DuckDB's errors for people: its own texts may quote what stands in a row."""
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        # What DuckDB makes of Ctrl-C while it is at work.
        if "interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from None
    except duckdb.OutOfMemoryException:
        raise UsageError("error.out_of_memory") from None
    except duckdb.IOException:
        raise UsageError("error.read_or_write") from None
    except duckdb.InvalidInputException as error:
        # Ctrl-C may fall into a function of Python.
        if "KeyboardInterrupt" in str(error):
            raise KeyboardInterrupt from None
        raise UsageError("error.unreadable_input") from None
    except duckdb.Error as error:
        # Some errors of Parquet files have no kind of their own; all others are ours.
        if type(error) is not duckdb.Error:
            raise
        raise UsageError("error.unreadable_input") from None


def quoted(text: str | Path) -> str:
    """A text in a statement."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """A Parquet file, for FROM; the names of folders above it add nothing to it."""
    return f"read_parquet({quoted(path)}, hive_partitioning = false)"


def named(column: str) -> str:
    """The name of a column in a statement."""
    return '"' + column.replace('"', '""') + '"'
