"""DuckDB behind its one module: limits, errors in words, Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine, identifier, literal, no_rows, parquet


class Value(NamedTuple):
    value: str


class Pair(NamedTuple):
    text: str
    place: int


class Number(NamedTuple):
    number: int


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "spill", gigabytes=0.25, threads=2)
    yield made
    made.close()


def test_what_has_no_room_goes_to_the_disk(engine: Engine) -> None:
    # Some 400 MB of texts with a limit of 250.
    many = "SELECT repeat(md5(i::VARCHAR), 6) AS text FROM range(2000000) t(i)"
    assert engine.number(f"SELECT count(DISTINCT text) FROM ({many})") == 2_000_000


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\rb", "\n", '"\r\n"'])
def test_rows_of_python_may_have_line_breaks(engine: Engine, text: str) -> None:
    rows = [Pair(text, 1), Pair("", 2)]
    engine.make_table("pairs", Pair, rows)
    assert list(engine.rows(Pair, "FROM pairs ORDER BY place")) == rows


def test_memory_that_is_not_enough_is_told_in_words(engine: Engine) -> None:
    # One value can't be parted.
    with pytest.raises(UsageError, match="allow more with --memory"):
        engine.run("SELECT string_agg(repeat('x', 1000), '') FROM range(2000000)")


def test_ctrl_c_in_a_function_of_python_is_ctrl_c(engine: Engine) -> None:
    def stop(text: str) -> str:
        raise KeyboardInterrupt

    engine.define("stop", stop)
    with pytest.raises(KeyboardInterrupt):
        engine.run("SELECT stop('x')")


def test_ctrl_c_in_a_statement_is_ctrl_c(engine: Engine) -> None:
    stop = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    stop.start()
    with pytest.raises(KeyboardInterrupt):
        engine.run("SELECT max(md5(i::VARCHAR)) FROM range(30000000) t(i)")
    stop.join()


def test_ctrl_c_stops_a_statement_that_would_not_end(engine: Engine) -> None:
    # One part of it takes hours; whoever looks only between the parts never stops it.
    stop = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    help_ = threading.Timer(60, engine._connection.interrupt)  # so that this test ends where it fails
    stop.start()
    help_.start()
    with pytest.raises(KeyboardInterrupt):
        engine.run("SELECT sum(sqrt(range)) FROM range(10000000000000)")
    assert help_.is_alive()
    help_.cancel()
    assert engine.number("SELECT 7") == 7, "the engine goes on"


def test_an_error_quotes_no_row(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 Nguyen Van Bi Mat PAR1")
    with pytest.raises(UsageError) as told:
        engine.run(f"SELECT * FROM {parquet(path)}")
    assert "Bi Mat" not in str(told.value)
    assert told.value.__cause__ is None


def test_names_and_texts_are_quoted(engine: Engine) -> None:
    nasty = """a'b"c; DROP TABLE x; --"""
    column = identifier(nasty)
    source = f"FROM (SELECT {column} AS value FROM (SELECT {literal(nasty)} AS {column}))"
    assert list(engine.rows(Value, source)) == [Value(nasty)]


def test_nothing_is_loaded_from_a_network(engine: Engine) -> None:
    settings = "autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"
    for name in settings:
        source = f"FROM (SELECT current_setting('{name}')::VARCHAR AS value)"
        assert list(engine.rows(Value, source)) == [Value("false")]


def test_rows_go_in_and_out_as_they_are(engine: Engine, tmp_path: Path) -> None:
    rows = [
        Pair(text, place)
        for place, text in enumerate(("", "a", 'b"c', "d\r\ne\n", "\u1ea1\x00,;", "NULL"))
    ]
    engine.make_table("pairs", Pair, iter(rows))
    assert list(engine.rows(Pair, "FROM pairs ORDER BY place")) == rows
    engine.write_rows(tmp_path / "pairs.parquet", Pair, rows)
    assert list(engine.rows(Pair, f"FROM {parquet(tmp_path / 'pairs.parquet')} ORDER BY place")) == rows
    engine.make_table("numbers", Number, [Number(7)])
    assert list(engine.rows(Number, "FROM numbers")) == [Number(7)]
    engine.make_table("numbers", Number, [])
    assert list(engine.rows(Number, "FROM numbers")) == []
    assert not list((tmp_path / "spill").glob("*.csv"))
    assert engine.number(f"SELECT count(*) FROM ({no_rows(Pair)})") == 0
