"""`vaxpass review`: what the office that keeps the register may confirm, and its signature."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer
from rich.table import Table

from vaxpass import messages
from vaxpass.records import (
    MECHANICAL_CAUSES,
    ConfirmedRecord,
    IssuingError,
    canonical_text,
)
from vaxpass.records import confirm as sign
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge, keys
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

if TYPE_CHECKING:
    from vaxpass_cli.records.review.books import Decided
    from vaxpass_cli.records.review.queue import Group, Queue

_MEMORY: Final = 1.0
_SHOWN: Final = 20
_CLEANING: Final = "cleaning"

Results: TypeAlias = Annotated[Path, typer.Argument(metavar="RESULTS")]
Provinces: TypeAlias = Annotated[list[str] | None, typer.Option("--province", metavar="NAME")]
Facilities: TypeAlias = Annotated[list[str] | None, typer.Option("--facility", metavar="NAME")]


def show(
    results: Results,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR")] = None,
    province: Provinces = None,
    facility: Facilities = None,
    lang: options.Lang = options.Language.en,
    as_json: options.Json = False,
) -> int:
    """Count the records that differ from the register by mechanical causes alone, by cause."""
    if out is not None:
        _check_folder(out, results)
    with _queue(results, province, facility) as queue:
        groups, unmatched = queue.groups(), queue.unmatched()
        files = _write_books(out, queue, groups, lang) if out is not None else []
    if as_json:
        found: dict[str, jsonl.Json] = {
            "unmatched": unmatched,
            "queue": sum(group.records for group in groups),
            "groups": [{"causes": [*group.causes], "records": group.records} for group in groups],
            "files": [*files],
        }
        typer.echo(jsonl.line(found))
        return Exit.OK
    _tell(groups, unmatched, lang)
    if out is not None:
        typer.echo(messages.text("review.written", lang, folder=out, count=len(files)))
    return Exit.OK


def confirm(
    results: Results,
    office: Annotated[str, typer.Option("--office", metavar="NAME")],
    key: Annotated[str, typer.Option("--key")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
    cause: Annotated[list[str] | None, typer.Option("--cause", metavar="CODE")] = None,
    books: Annotated[list[Path] | None, typer.Option("--list", metavar="FILE")] = None,
    cert: options.Cert = None,
    password_file: options.PasswordFile = None,
    province: Provinces = None,
    facility: Facilities = None,
    made_at: options.At = None,
    lang: options.Lang = options.Language.en,
    as_json: options.Json = False,
) -> int:
    """Sign whom records mean: all that have only these causes, or those that workbooks confirm."""
    if not cause and not books:
        raise UsageError("error.review.what")
    for each in cause or ():
        if each not in MECHANICAL_CAUSES:
            raise UsageError("error.review.cause", cause=each, causes=", ".join(MECHANICAL_CAUSES))
    office = canonical_text(office)
    if not office:
        raise UsageError("error.review.office")
    moment = options.moment(made_at)
    signer = keys.source(key, cert, password_file).open_bare()
    decisions = _Decisions(books or ())
    with _queue(results, province, facility) as queue:
        entries = decisions.among(queue, cause or ())
    left_out = decisions.left_out
    if not as_json:
        decisions.complain(lang)
    if not entries:
        raise UsageError("error.review.nothing")
    try:
        data = sign(entries, office, signer, moment)
    except IssuingError as error:
        raise UsageError("error.in_file", path=results, reason=error) from None
    atomic.write(out, [data], mode=atomic.OWNER_ONLY)
    if as_json:
        found: dict[str, jsonl.Json] = {
            "office": office,
            "at": jsonl.rfc3339(moment),
            "confirmed": len(entries),
            "left_out": {reason: left_out[reason] for reason in sorted(left_out)},
        }
        typer.echo(jsonl.line(found))
    else:
        told = {"count": len(entries), "office": office, "file": out}
        typer.echo(messages.text("review.confirmed", lang, **told))
    return Exit.NOT_ACCEPTED if left_out else Exit.OK


@contextmanager
def _queue(
    results: Path, provinces: Sequence[str] | None, facilities: Sequence[str] | None
) -> Iterator[Queue]:
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records.engine import Engine  # noqa: PLC0415
    from vaxpass_cli.records.review.queue import Places, Queue  # noqa: PLC0415

    places = Places(
        frozenset(map(canonical_text, provinces or ())),
        frozenset(map(canonical_text, facilities or ())),
    )
    with (
        tempfile.TemporaryDirectory(prefix="vaxpass-") as work,
        Engine(Path(work) / "spill", gigabytes=_MEMORY, threads=1) as engine,
    ):
        yield Queue(engine, results, places)


def _check_folder(out: Path, results: Path) -> None:
    """Raise `UsageError` where data of the register would come into a folder that others read."""
    if out.resolve().is_relative_to((results / _CLEANING).resolve()):
        raise UsageError("error.review.cleaning", folder=out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("error.review.folder", folder=out)


def _write_books(out: Path, queue: Queue, groups: Sequence[Group], language: str) -> list[str]:
    """Write a workbook for each group; gives their names."""
    from vaxpass_cli.records.review import books  # noqa: PLC0415 - XlsxWriter is in an extra

    atomic.private_folder(out)
    names = []
    for group in groups:
        name = "+".join(group.causes) + books.SUFFIX
        path = out / name
        path.touch(mode=atomic.OWNER_ONLY)
        books.write(path, queue.rows(group.causes, exactly=True), language)
        names.append(name)
    return names


def _tell(groups: Sequence[Group], unmatched: int, language: str) -> None:
    counted = sum(group.records for group in groups)
    told = {"count": counted, "unmatched": unmatched, "share": _share(counted, unmatched)}
    typer.echo(messages.text("review.queue", language, **told))
    if not groups:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(messages.text("review.causes", language), no_wrap=True)
    table.add_column(messages.text("review.meaning", language))
    table.add_column(messages.text("review.records", language), justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    for group in groups:
        meaning = " ".join(messages.text(f"review.cause.{cause}", language) for cause in group.causes)
        share = _share(group.records, unmatched)
        table.add_row("\n".join(group.causes), meaning, f"{group.records:,}", share)
    Console().print(table)


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}".rstrip("%") if of else "-"


class _Decisions:
    """What workbooks say about records, and the rows of them that could not be followed."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.left_out: Counter[str] = Counter()
        """The number of rows by reason: `unclear`, `gone`, `contradicted`"""
        self._lines: list[tuple[str, Path, int]] = []
        self._books = bool(paths)
        self._known: dict[str, list[tuple[Path, Decided]]] = {}
        if not paths:
            return
        from vaxpass_cli.records.review import books  # noqa: PLC0415 - an extra

        for path in paths:
            if not path.is_file():
                raise UsageError("error.no_file", path=path)
            for found in books.read(path):
                if found.confirmed is None:
                    self._leave_out("unclear", path, found)
                else:
                    self._known.setdefault(found.row.record_id, []).append((path, found))

    def among(self, queue: Queue, causes: Sequence[str]) -> list[ConfirmedRecord]:
        """The records of the queue that are confirmed."""
        if not self._books:
            return [row.confirmed for row in queue.rows(causes)]
        from vaxpass_cli.records.review.books import BookRow  # noqa: PLC0415 - an extra

        confirmed = []
        for row in queue.rows(causes):
            shown = BookRow.of(row)
            # Only what the office has seen is confirmed: the queue may have changed since.
            decided = self._known.get(shown.record_id, [])
            current = [each for each in decided if each[1].row == shown]
            self._known[shown.record_id] = [each for each in decided if each not in current]
            said = {each.confirmed for _, each in current}
            if said == {True}:
                confirmed.append(row.confirmed)
            elif len(said) > 1:
                for path, each in current:
                    self._leave_out("contradicted", path, each)
        for rest in self._known.values():
            for path, each in rest:
                if each.confirmed:
                    self._leave_out("gone", path, each)
        return confirmed

    def complain(self, language: str) -> None:
        """Say which rows were left out, and why."""
        for reason, path, line in self._lines[:_SHOWN]:
            edge.complain(messages.text(f"review.left.{reason}", language, file=path.name, line=line))
        if len(self._lines) > _SHOWN:
            more = len(self._lines) - _SHOWN
            edge.complain(messages.text("review.left.more", language, count=more))

    def _leave_out(self, reason: str, path: Path, found: Decided) -> None:
        self.left_out[reason] += 1
        self._lines.append((reason, path, found.line))
