"""Read, join and write tables. The only user of DuckDB, a database inside this process.

`Engine` runs statements of SQL. The functions beside it give the parts of a statement that name a
file, a text or a column. Rows are named tuples whose fields are the columns: no other module counts
places in a row, or writes Parquet or CSV by itself.

This module loads DuckDB, which is large and may be missing: import it where it is first needed.
"""

from __future__ import annotations

import csv
import inspect
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import starmap
from pathlib import Path
from types import NoneType
from typing import Final, TypeVar, get_args, get_type_hints

import duckdb
import numpy  # noqa: F401 - DuckDB needs it to call Python's functions

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import FORMULA, MARK

T = TypeVar("T")
Row = TypeVar("Row", bound=tuple[object, ...])
"""A named tuple: its fields are columns. A field that may be NULL has `None` in its type."""

VERSION: Final = duckdb.__version__
"""How DuckDB divides rows among files may change with it"""
_FETCHED_ROWS: Final = 20_000
_PATIENCE: Final = 0.2
"""Seconds after which it is looked again whether work is done; where it is, that is noticed at once"""
_MAX_LINE_BYTES: Final = 1_000_000
_SQL_TYPES: Final[Mapping[object, str]] = {
    str: "VARCHAR",
    int: "INTEGER",
    list[str]: "VARCHAR[]",
}


class Engine:
    """A database that lives as long as the program.

    It uses at most so many `gigabytes` of memory; what needs more is written to the folder `spill`.
    """

    def __init__(self, spill: Path, *, gigabytes: float, threads: int) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{round(gigabytes * 1000)}MB",
            "temp_directory": str(spill),
            "threads": threads,
            # Nothing is downloaded, and nothing outside the package is loaded.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            # Every result that is kept is sorted.
            "preserve_insertion_order": False,
        }
        self._spill = spill
        self._defined: set[str] = set()
        self._connection = duckdb.connect(":memory:", config=settings)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vaxpass engine")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free its memory."""
        self._thread.shutdown()
        self._connection.close()

    def define(self, name: str, function: Callable[..., str], parameters: int = 1) -> None:
        """Make a function of texts known to SQL, once; it is not called for NULL."""
        if name in self._defined:
            return
        self._defined.add(name)
        used = function if parameters == 1 else _with_parameters(function, parameters)
        self._connection.create_function(name, used, ["VARCHAR"] * parameters, "VARCHAR")  # type: ignore[list-item,arg-type,unused-ignore]

    def run(self, *statements: str) -> None:
        """Run statements, one after the other."""
        for statement in statements:
            self._do(self._connection, partial(self._connection.execute, statement))

    def rows(self, row: type[Row], source: str) -> Iterator[Row]:
        """Rows of this type, a part in memory at a time; `source` is a statement from FROM on."""
        # A separate cursor, because other statements may run before the last row is read.
        statement = f"SELECT {', '.join(map(identifier, get_type_hints(row)))} {source}"
        cursor = self._connection.cursor()
        self._do(cursor, partial(cursor.execute, statement))
        while found := self._do(cursor, partial(cursor.fetchmany, _FETCHED_ROWS)):
            yield from starmap(row, found)

    def number(self, statement: str) -> int:
        """The number that a statement gives; 0 for NULL."""
        work = partial(self._connection.execute, statement)
        ((found,),) = self._do(self._connection, lambda: work().fetchall())
        return int(found or 0)

    def columns(self, path: Path) -> Sequence[str]:
        """The columns of a Parquet file. Raises `UsageError` with its name where it is not one."""
        try:
            return list(self._described(f"SELECT * FROM {parquet(path)}"))
        except UsageError as error:
            if error.key == "error.out_of_memory":
                raise
            raise UsageError("error.not_parquet", path=path) from None

    def _described(self, select: str) -> Mapping[str, str]:
        """The columns of a SELECT and their types."""
        cursor = self._connection.cursor()
        work = partial(cursor.execute, f"DESCRIBE {select}")
        return {name: str(kind) for name, kind, *_ in self._do(cursor, lambda: work().fetchall())}

    def _do(self, connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
        """Do work in the thread of the engine, so that Ctrl-C reaches this one and stops the work.

        In this thread it would be noticed only between the parts of a statement, of which one may take
        minutes.
        """
        done = self._thread.submit(work)
        try:
            while not done.done():
                wait([done], timeout=_PATIENCE)
        except KeyboardInterrupt:
            while not done.done():
                connection.interrupt()  # again, as one that comes before the work begins is lost
                wait([done], timeout=_PATIENCE)
            raise
        with _explained():
            return done.result()

    def make_table(self, name: str, row: type[Row], rows: Iterable[Row]) -> None:
        """Make a table of rows of Python; their values are `str` or `int`, never None."""
        with self._staged(row, rows) as relation:
            self.run(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {relation}")

    def write_rows(self, path: Path, row: type[Row], rows: Iterable[Row]) -> None:
        """Write rows of Python as Parquet; their values are `str` or `int`, never None."""
        with self._staged(row, rows) as relation:
            self.write_parquet(path, f"SELECT * FROM {relation}")

    def write_parquet(
        self, path: Path, select: str, *, partition_by: str = "", row_group_size: int = 0
    ) -> None:
        """Write the result of a SELECT as Parquet: a file, or a folder divided by a column's values."""
        options = ["FORMAT parquet"]
        if partition_by:
            path.mkdir(exist_ok=True)
            options += [f"PARTITION_BY ({partition_by})", "OVERWRITE_OR_IGNORE true"]
        if row_group_size:
            options.append(f"ROW_GROUP_SIZE {row_group_size}")
        self._copy(path, select, options)

    def write_csv(self, path: Path, select: str, *, order_by: Sequence[str]) -> None:
        """Write the result of a SELECT as CSV, in an order, with the cells of `csv_files.Writer`."""
        found = self._described(select).items()
        columns = {identifier(name): kind == "VARCHAR" for name, kind in found}
        texts = [name for name, is_text in columns.items() if is_text]
        cells = ", ".join(safe_cell(name) if name in texts else name for name in columns)
        order = ", ".join(f"given.{identifier(name)}" for name in order_by)
        options = ["FORMAT csv", "HEADER true", f"FORCE_QUOTE ({', '.join(texts)})"]
        self._copy(path, f"SELECT {cells} FROM ({select}) AS given ORDER BY {order}", options)

    def write_json_lines(self, path: Path, select: str) -> None:
        """Write the result of a SELECT as JSON lines, one object for each row."""
        self._copy(path, select, ["FORMAT json", "ARRAY false"])

    def _copy(self, path: Path, select: str, options: Sequence[str]) -> None:
        self.run(f"COPY ({select}) TO {literal(path)} ({', '.join(options)})")

    @contextmanager
    def _staged(self, row: type[Row], rows: Iterable[Row]) -> Iterator[str]:
        """Rows as a relation for FROM, in a `with` block."""
        self._spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._spill, suffix=".csv")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
            types = _sql_types(row)
            # Else an empty text would be read as NULL.
            texts = ", ".join(literal(column) for column, kind in types.items() if kind == "VARCHAR")
            never_null = f"force_not_null = [{texts}]," if texts else ""
            # DuckDB would take the first line break for that of the lines, and it may be in a cell.
            yield (
                f"read_csv({literal(name)}, auto_detect = false, header = false, delim = ',',"
                r" new_line = '\n',"
                f" quote = '\"', escape = '\"', columns = {_struct(types)}, {never_null}"
                f" max_line_size = {_MAX_LINE_BYTES})"
            )
        finally:
            Path(name).unlink(missing_ok=True)


def _with_parameters(function: Callable[..., str], count: int) -> Callable[..., str]:
    """The function with a signature of so many parameters: DuckDB counts them."""

    def called(*texts: str) -> str:
        return function(*texts)

    kind = inspect.Parameter.POSITIONAL_ONLY
    parameters = [inspect.Parameter(f"text{place}", kind) for place in range(count)]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return called


@contextmanager
def _explained() -> Iterator[None]:
    """Turn DuckDB's errors into sentences: its own texts may quote values of a row."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise UsageError("error.out_of_memory") from None
    except duckdb.IOException:
        raise UsageError("error.read_or_write") from None
    except duckdb.InvalidInputException as error:
        # Something may stop a function of Python that a statement calls.
        if "KeyboardInterrupt" in str(error):
            raise KeyboardInterrupt from None
        raise UsageError("error.unreadable_input") from None
    except duckdb.Error as error:
        # Some errors of Parquet files have no class; all other errors are bugs of this tool.
        if type(error) is not duckdb.Error:
            raise
        raise UsageError("error.unreadable_input") from None


def parquet(*paths: Path) -> str:
    """Parquet files for FROM; a path may be a pattern. Names of folders are not read as columns.

    >>> parquet(Path("a.parquet"))
    "read_parquet(['a.parquet'], hive_partitioning = false)"
    """
    return f"read_parquet([{', '.join(map(literal, paths))}], hive_partitioning = false)"


def user_csv(path: Path, *, delimiter: str, columns: int, max_line_bytes: int, rejects: str) -> str:
    """A CSV file of a user for FROM: its columns are texts, named `c0`, `c1` and so on.

    Lines that can't be read are left out; see `rejected_lines`.
    """
    types = {f"c{place}": "VARCHAR" for place in range(columns)}
    return (
        f"read_csv({literal(path)}, auto_detect = false, header = true, delim = {literal(delimiter)},"
        f" quote = '\"', escape = '\"', columns = {_struct(types)}, max_line_size = {max_line_bytes},"
        f" store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan',"
        " rejects_limit = 0, rejects_line_size_limit = 0)"
    )


def safe_cell(column: str) -> str:
    """A column with its texts as in `csv_files.safe`, under its name."""
    formula = f"regexp_matches({column}, {literal(FORMULA)})"
    return f"CASE WHEN {formula} THEN {literal(MARK)} || {column} ELSE {column} END AS {column}"


def plain_cell(column: str) -> str:
    """A column of texts as it was before `csv_files.safe`."""
    marked = f"starts_with({column}, {literal(MARK)}) AND regexp_matches({column}, {literal(FORMULA)})"
    return f"CASE WHEN {marked} THEN substr({column}, 2) ELSE {column} END"


def rejected_lines(rejects: str, reasons: Mapping[str, str], otherwise: str) -> str:
    """A SELECT of the lines that could not be read: `line` (its number), `reason` and `text`.

    `reasons` maps kinds of DuckDB's errors to reasons; where a line has several, the first is used.
    Only the connection that has read the lines knows them: use `Engine.run`, `number` or
    `write_parquet`.
    """
    cases = " ".join(
        f"WHEN max(CASE WHEN error_type::VARCHAR = '{error}' THEN 1 ELSE 0 END) = 1 THEN '{reason}'"
        for error, reason in reasons.items()
    )
    return (
        f"SELECT min(line) AS line, CASE {cases} ELSE '{otherwise}' END AS reason,"
        f" max(csv_line) AS text FROM {rejects} GROUP BY line_byte_position"
    )


def forget_rejected_lines(rejects: str) -> Sequence[str]:
    """Statements after which a file can be read again."""
    return [f"DROP TABLE IF EXISTS {name}" for name in (rejects, f"{rejects}_scan")]


def no_rows(row: type[Row]) -> str:
    """A SELECT with the columns of a type of row, and no rows."""
    columns = (
        f"CAST(NULL AS {kind}) AS {identifier(column)}" for column, kind in _sql_types(row).items()
    )
    return f"SELECT {', '.join(columns)} WHERE false"


def literal(text: str | Path) -> str:
    """A text as it stands in a statement.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def identifier(column: str) -> str:
    """The name of a column in a statement.

    >>> print(identifier('a "b" c'))
    "a ""b"" c"
    """
    return '"' + column.replace('"', '""') + '"'


def _sql_types(row: type[Row]) -> Mapping[str, str]:
    """The type of each column in SQL."""
    types = {}
    for column, kind in get_type_hints(row).items():
        options = [kind] if kind in _SQL_TYPES else get_args(kind)  # such as `str | None`
        types[column] = next(_SQL_TYPES[each] for each in options if each is not NoneType)
    return types


def _struct(types: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{literal(column)}: {literal(kind)}' for column, kind in types.items())}}}"
