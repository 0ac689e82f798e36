"""`--file`: the encrypted file of a health link, opened with the key in the code, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome, Unverified, Verdict, Verifier, messages
from vaxpass.display import Json, escape_for_display
from vaxpass.documents import BUILT_IN, Document, Event, ValueSets
from vaxpass.documents.linked_file import FileCode, LinkedFile, LinkedFileError, open_file
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows

_LARGEST: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of the file of a link, and the verdict about each health document in it."""

    is_signed: bool
    """Whether a trusted key signed the link"""
    problem: LinkedFileError | None
    files: tuple[tuple[LinkedFile, Verdict | None], ...] = ()

    @property
    def outcomes(self) -> Iterator[Outcome]:
        """What the exit code follows from."""
        if self.problem:
            yield Outcome.UNDECIDED
        for _, verdict in self.files:
            if verdict is not None:
                yield verdict.outcome

    def inside(self, name: str) -> Iterator[tuple[Source, Verdict]]:
        """The health documents in the file of the input `name`, with their verdicts."""
        for number, (file, verdict) in enumerate(self.files, 1):
            if verdict is not None:
                yield Source(f"{name}, --file#{number}", file.text), verdict

    def to_dict(self, language: str) -> dict[str, Json]:
        """The member `file` of the JSON."""
        if self.problem:
            said: Json = {"code": self.problem.code, "message": self.problem.message(language)}
            return {"problem": said, "message": None, "contents": []}
        contents: list[Json] = [
            {
                "kind": file.kind.value,
                "content_type": file.content_type,
                "bytes": len(file.content),
                "document": file.document.to_dict() if file.document else None,
                "other_records": list(file.others),
                "verdict": None if verdict is None else verdict.to_dict(language),
            }
            for file, verdict in self.files
        ]
        return {"problem": None, "message": self._origin(language), "contents": contents}

    def panel(self, language: str, names: ValueSets = BUILT_IN) -> Panel:
        """What is told in the terminal, but for the verdicts about what is in the file."""
        title = Text(f" {messages.text('opened_file.title', language)} ", style="bold")
        if self.problem:
            parts: list[RenderableType] = [
                Text(self.problem.message(language), style="bold"),
                Text(self.problem.code, style="dim"),
            ]
            return Panel(Group(*parts), title=title, title_align="left", border_style="yellow")
        parts = [Text(self._origin(language), style="bold yellow")]
        for file, _ in self.files:
            parts += ["", _table(file, language, names)]
        return Panel(Group(*parts), title=title, title_align="left", padding=(0, 2))

    def _origin(self, language: str) -> str:
        return messages.text(f"opened_file.{'signed' if self.is_signed else 'unsigned'}", language)


def read(path: Path | None) -> bytes | None:
    """The bytes of `--file`; None without it."""
    if path is None:
        return None
    if not path.is_file():
        raise UsageError("error.no_file", path=path)
    return read_bounded(path, _LARGEST)


def opened(
    data: bytes,
    unverified: Unverified | None,
    *,
    is_signed: bool = False,
    verifier: Verifier | None = None,
    at: datetime | None = None,
) -> Opened:
    """Open the file of a link. With a verifier, the health documents in it are verified too."""
    if unverified is None:
        return Opened(is_signed, LinkedFileError(FileCode.NO_LINK))
    try:
        files = open_file(unverified, data)
    except LinkedFileError as error:
        return Opened(is_signed, error)
    judged = []
    for file in files:
        verdict = None
        if file.text is not None and verifier is not None and at is not None:
            verdict = verifier.verify(file.text, at=at)
        judged.append((file, verdict))
    return Opened(is_signed, None, tuple(judged))


def _table(file: LinkedFile, language: str, names: ValueSets) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, said in _rows(file, language, names):
        table.add_row(label and messages.text(label, language), Text(escape_for_display(said, 400)))
    return table


def _rows(file: LinkedFile, language: str, names: ValueSets) -> Iterator[tuple[str, str]]:
    kind = messages.text(f"opened_file.kind.{file.kind}", language)
    yield "opened_file.content", f"{kind} ({file.content_type})" if file.content_type else kind
    if file.document:
        unstated = messages.text("panel.not_stated", language)
        yield "panel.holder", file.document.holder.full_name or unstated
        yield "panel.born", file.document.holder.birth_date or unstated
        yield from _events(file.document, language, names)
    if file.others:
        yield "opened_file.others", messages.items(file.others, language)


def _events(document: Document, language: str, names: ValueSets) -> Iterator[tuple[str, str]]:
    label = "opened_file.records"
    for event in document.events:
        yield label, _event(event, language, names)
        label = ""


def _event(event: Event, language: str, names: ValueSets) -> str:
    terms = (event.vaccine, event.product, event.test_type, event.result)
    said = [document_rows.name_of(term, language, names) for term in terms if term]
    said += [event.date, event.batch, event.performer or event.centre, event.status]
    return ", ".join(each for each in said if each)
