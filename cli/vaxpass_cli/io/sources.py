"""Read the inputs of a command (texts, files, folders, standard input) as texts of passports.

Every input is a row: its texts, or why it was not judged. Nothing is passed over in silence. Names say
where a text comes from. They are printed, so they never contain the text, which is personal data.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from vaxpass import Outcome, messages, qr
from vaxpass.display import escape_for_display
from vaxpass.documents import (
    CHANGED_MARK,
    MARK,
    find_texts,
    is_part,
    is_whole,
    join_parts,
    looks_like_inside,
    recognise,
    split_cards,
    text_of,
    unframed,
)
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import containers, encodings, images, kinds, pdf
from vaxpass_cli.io.containers import Budget, Inside
from vaxpass_cli.io.edge import complain
from vaxpass_cli.io.kinds import Kind
from vaxpass_cli.io.not_judged import NotJudged, Values, sentence

STANDARD_INPUT: Final = "-"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file or of standard input."""
_MOST_CHOICES: Final = 4096
_LONGEST_SHOWN: Final = 64
_LONG: Final = 100
"""Characters of a cell that is no identifier; the shortest passports are longer."""
_DELIMITERS: Final = ",;\t|"
_HEADS: Final = frozenset(
    ("code", "codes", "text", "texts", "hc1", "qr", "dcc", "hcert", "passport", "certificate")
)
"""Names of the column where a table has only one: a word above a list may be something else."""
_NO_PASSPORT: Final = "text.no_passport"
_BINARY: Final = "code.binary"
_SOMETHING_ELSE: Final = frozenset((_NO_PASSPORT, _BINARY))
_NOT_READ: Final = {Kind.SVG: "picture.svg", Kind.PARQUET: "table.parquet", Kind.OTHER: "file.kind"}
TableReader: TypeAlias = Callable[[Path], Iterable[str]]
"""Parquet file -> the texts of its column `text`; raises `UsageError` where it can't be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to verify, or a code that says why there is none, such as `picture.no_code`.

    These codes are not codes of the library; their sentences are in the catalogue under `input.`.
    """

    name: str
    text: str | None
    problem: str | None = None
    values: Values = ()
    """The fields of the sentence for `problem`"""
    code: qr.ReadCode | None = None
    """The code, where it holds a part of a text (structured append); `joined` gives its row"""

    def __repr__(self) -> str:
        return f"<Source {self.problem or 'with a text'}>"

    @classmethod
    def not_judged(cls, name: str, why: NotJudged) -> Source:
        """The row of an input, or of a part of it, that is not judged."""
        return cls(f"{name}{why.place}", None, why.code, why.values)

    @property
    def outcome(self) -> Outcome:
        """The outcome where there is no text: that something else was read, or that nothing was."""
        return Outcome.OTHER if self.problem in _SOMETHING_ELSE else Outcome.UNREADABLE

    def reason(self, language: str) -> str:
        """The sentence that says why there is no text."""
        return sentence(self.problem or "text.none", self.values, language)


def find(inputs: Iterable[str], parquet: TableReader | None = None) -> Iterator[Source]:
    """The rows of all inputs, in order. Raises `UsageError` for one that does not exist.

    `parquet` reads a table; without it a table is not judged. Codes with parts of a text come last,
    because its parts may be in several inputs; see `joined`.
    """
    return joined(_find(inputs, parquet))


def joined(rows: Iterable[Source]) -> Iterator[Source]:
    """The rows; those of codes that hold parts of a text come last: as one where all parts are here."""
    sets: dict[tuple[int, int], list[Source]] = {}
    of_cards: dict[str, Source] = {}
    for each in rows:
        if each.code and each.code.piece:
            piece = each.code.piece
            sets.setdefault((piece.count, piece.check), []).append(each)
        elif each.text is not None and is_part(each.text):
            of_cards.setdefault(each.text, each)
        else:
            yield each
    for (count, _), parts in sets.items():
        yield from _put_together(parts, count)
    cards = join_parts(of_cards)
    for text, used in zip(cards.cards, cards.used, strict=True):
        yield Source(" + ".join(dict.fromkeys(of_cards[part].name for part in used)), text)
    for text in cards.left:
        yield of_cards[text]


def _put_together(parts: list[Source], count: int) -> Iterator[Source]:
    """The rows of texts whose parts are all here, and of parts of which others are missing.

    Texts of several travellers may look as if they belonged together: then their checksums decide.
    """
    numbers: list[dict[bytes, Source]] = [{} for _ in range(count)]
    for part in parts:
        if part.code and part.code.piece:
            numbers[part.code.piece.number - 1].setdefault(part.code.content, part)
    several = any(len(each) > 1 for each in numbers)
    used: set[bytes] = set()
    for choice in itertools.islice(
        itertools.product(*(each.values() for each in numbers)), _MOST_CHOICES
    ):
        codes = [part.code for part in choice if part.code]
        found = qr.join(codes)
        if used.isdisjoint(code.content for code in codes) and len(found) == 1:
            if several and not is_whole(found[0].text):
                continue
            used.update(code.content for code in codes)
            yield _of_code(" + ".join(dict.fromkeys(part.name for part in choice)), found[0])
    missing = ", ".join(str(number) for number, each in enumerate(numbers, 1) if not each)
    for part in parts:
        if part.code and part.code.piece and part.code.content not in used:
            values = (("number", part.code.piece.number), ("count", count), ("missing", missing))
            yield replace(part, problem="code.piece" if missing else "code.pieces", values=values)


def _find(inputs: Iterable[str], parquet: TableReader | None) -> Iterator[Source]:
    listed = list(inputs)
    must_exist(listed)
    for number, given in enumerate(listed, 1):
        name = f"text {number}" if len(listed) > 1 else "text"
        if is_text(given):
            yield from _numbered(name, [found.text for found in find_texts(given)] or [given])
        elif given == STANDARD_INPUT:
            yield from _from_bytes(STANDARD_INPUT, sys.stdin.buffer.read(LARGEST + 1), Budget())
        else:
            for path in files(Path(given)):
                try:
                    yield from _from_file(path, parquet, named=path == Path(given))
                except FileNotFoundError:
                    yield Source(str(path), None, "file.unreadable")


def is_text(given: str) -> bool:
    """Whether an argument is a text and not the name of a file.

    What may be a part of a passport is a text: then it is judged, and never shown as the name of a file
    that is not there.
    """
    text = unframed(given)
    if recognise(text) or MARK.search(text) or CHANGED_MARK.match(text.lstrip(" \"'")):
        return True
    if _exists(given):
        return False
    # Capital letters may be the name of a file that is not there, but hardly such a long one.
    is_name = len(text) <= _LONGEST_SHOWN and re.search(r"\.[A-Z0-9]{1,5}$|^/", text)
    return looks_like_inside(text) and not is_name


def must_exist(inputs: Iterable[str]) -> None:
    """Raise `UsageError` for an input that looks like a file or folder and does not exist."""
    for number, given in enumerate(inputs, 1):
        if not is_text(given) and given != STANDARD_INPUT and not _exists(given):
            # What is longer may be the text of a passport, whatever happened to it.
            short = len(given) <= _LONGEST_SHOWN or _is_in_a_folder(given)
            if not given.strip() or looks_like_inside(given) or not short:
                raise UsageError("error.no_file_or_folder_at", number=number)
            raise UsageError("error.no_file_or_folder", path=escape_for_display(given))


def _is_in_a_folder(given: str) -> bool:
    """Whether the folder of a file that is not there exists: then its name is the name of a file."""
    parent = Path(given).parent
    return len(str(parent)) > 1 and _exists(str(parent))


def _exists(given: str) -> bool:
    try:
        return bool(given) and Path(given).exists()
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return False


def files(path: Path) -> list[Path]:
    """The file, or everything in a folder and its folders that is not a folder.

    Folders that can't be listed, or that links lead to, are in the list themselves: `from_file` gives
    their row. An empty folder is one, too. Files that systems keep for themselves are left out, which
    is said on standard error.
    """
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    left: list[str] = []
    hidden: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=hidden.append):
        place = Path(folder)
        found += [place / name for name in folders if (place / name).is_symlink()]
        for name in names:
            if containers.is_file_of_system(place / name):
                left.append(name)
            else:
                found.append(place / name)
    found += [Path(error.filename) for error in hidden]
    _tell_left_out(str(path), left)
    return sorted(found) or [path]


def _tell_left_out(place: str, left: list[str]) -> None:
    if left:
        names = ", ".join(sorted(set(left)))
        language = options.language()
        complain(messages.text("input.left_out", language, folder=place, count=len(left), names=names))


def from_files(
    paths: Iterable[Path],
    named: Collection[Path] = (),
    between: Callable[[], None] = lambda: None,
) -> Iterator[Source]:
    """The rows of files. One that is gone when its turn comes is passed over: somebody moved it.

    `named`: those that were named themselves, and not found in a folder. `between` is called before
    each file, page of a PDF, and entry of an archive; what it raises ends the reading.
    """

    def rows() -> Iterator[Source]:
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                yield from _from_file(path, named=path in named, between=between)

    return joined(rows())


def _from_file(
    path: Path,
    parquet: TableReader | None = None,
    *,
    named: bool = False,
    between: Callable[[], None] = lambda: None,
) -> Iterator[Source]:
    """The rows of a file. Raises `FileNotFoundError` where it is gone.

    The arguments are those of `from_files`.
    """
    name = str(path)
    try:
        if path.is_dir():
            yield Source(name, None, _of_folder(path))
            return
        mode = path.stat().st_mode
        # Reading a pipe or a device may never end; one that was named is meant.
        if not stat.S_ISREG(mode) and not (named and stat.S_ISFIFO(mode)):
            yield Source(name, None, "file.special")
            return
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            raise
        yield Source(name, None, "file.unreadable")
        return
    if parquet and data.startswith(kinds.PARQUET):
        yield from _from_parquet(path, parquet)
    else:
        yield from _from_bytes(name, data, Budget(between=between))


def _of_folder(folder: Path) -> str:
    """Why nothing of a folder is judged."""
    try:
        list(folder.iterdir())
    except OSError:
        return "folder.unreadable"
    return "folder.link" if folder.is_symlink() else "folder.empty"


def from_bytes(name: str, data: bytes, between: Callable[[], None] = lambda: None) -> Iterator[Source]:
    """The rows of the content of a file; `between` is as in `from_files`."""
    return joined(_from_bytes(name, data, Budget(between=between)))


def _from_bytes(name: str, data: bytes, budget: Budget, depth: int = 0) -> Iterator[Source]:
    budget.between()
    if len(data) > LARGEST:
        yield Source(name, None, "file.too_large")
        return
    match kinds.of(data):
        case Kind.PICTURE:
            yield from _from_picture(name, data, budget.pixels)
        case Kind.PDF:
            yield from _from_pdf(name, data, budget)
        case Kind.MAIL | Kind.ZIP | Kind.MARKUP if depth == containers.DEEPEST:
            yield Source(name, None, "container.too_deep")
        case Kind.MAIL:
            yield from _from_inside(name, containers.of_mail(data, budget), budget, depth)
        case Kind.ZIP:
            yield from _from_inside(name, containers.of_zip(data, budget), budget, depth)
        case Kind.MARKUP:
            yield from _from_inside(
                name, containers.of_markup(encodings.text_of(data), budget), budget, depth
            )
        case Kind.TEXT if _has_too_many_lines(data, depth):
            yield Source(name, None, "file.too_large")
        case Kind.TEXT:
            text, inside = containers.without_data(encodings.text_of(data), budget)
            if inside:
                yield from _from_inside(name, inside, budget, depth)
            found = list(_from_text(name, text))
            # What stands around pictures is not a list; only passports in it count.
            if not inside or any(each.text and recognise(each.text) for each in found):
                yield from found
        case kind:
            yield Source(name, None, _NOT_READ[kind])


def _has_too_many_lines(data: bytes, depth: int) -> bool:
    most = containers.MOST_LINES_INSIDE if depth else containers.MOST_LINES
    return data.count(b"\n") + data.count(b"\r") > 2 * most


def _from_inside(name: str, entries: Iterable[Inside], budget: Budget, depth: int) -> Iterator[Source]:
    """The rows of what is in a mail or an archive; its own texts come last, each passport once."""
    texts = []
    rows = 0
    left: list[str] = []
    for entry in entries:
        if entry.of_system:
            left.append(entry.name)
            continue
        if entry.text is not None:
            texts.append(entry.text)
            continue
        if budget.pixels.left <= 0:
            yield Source(name, None, "container.too_large")
            break
        place = f"{name}#{entry.name}" if entry.name else name
        if entry.why:
            judged: Iterable[Source] = [Source.not_judged(place, entry.why)]
        else:
            judged = _from_bytes(place, entry.data, budget, depth + 1)
        for each in judged:
            if not entry.ornament or (each.text is not None and recognise(each.text)):
                if rows == containers.MOST_ROWS:
                    yield Source(name, None, "container.too_large")
                    return
                rows += 1
                yield each
    _tell_left_out(name, left)
    passports = dict.fromkeys(found.text for text in texts for found in find_texts(text, prose=True))
    if not rows and not passports:
        yield Source(name, None, _NO_PASSPORT)
    yield from _numbered(name, passports)


def _from_text(name: str, text: str) -> Iterator[Source]:
    cards = split_cards(text)
    if cards != (text,):
        yield from _numbered(name, cards)
        return
    items = containers.json_items(text)
    if items is not None:
        found_inside = list(_from_items(name, items))
        # The JSON itself may be the document, not a text in it.
        if all(each.text is None for each in found_inside) and recognise(text):
            found_inside = [row(name + place, one) for place, one in containers.documents(text, items)]
        yield from found_inside
        return
    rows = _table(text)
    if rows:
        yield from _from_table(name, rows)
        return
    found = find_texts(text)
    if not found:
        yield Source(name, None, _NO_PASSPORT if text.strip() else "text.none")
    alone = Counter(each.line for each in found)
    seen: Counter[int] = Counter()
    for each in found:
        seen[each.line] += 1
        place = f"{name}:{each.line}" + (f".{seen[each.line]}" if alone[each.line] > 1 else "")
        yield row(place if len(found) > 1 else name, each.text)


def _from_items(name: str, items: list[tuple[str, object]]) -> Iterator[Source]:
    """The rows of JSON. Where one item of several has a passport, each of the others is a row, too."""
    if all(isinstance(item, str) for _, item in items):
        found = [[str(item)] for _, item in items]
    else:
        bodies = ["\n\n".join(containers.strings(item)) for _, item in items]
        found = [[each.text for each in find_texts(body, prose=True)] for body in bodies]
    if not any(recognise(unframed(text)) or MARK.search(text) for texts in found for text in texts):
        yield Source(name, None, _NO_PASSPORT)
        return
    for (place, _), texts in zip(items, found, strict=True):
        where = f"{name}{place}" if len(items) > 1 else name
        if not texts:
            yield Source(where, None, _NO_PASSPORT)
        yield from _numbered(where, [each.text for text in texts for each in find_texts(text)])


class _TableRow(NamedTuple):
    """A row of a table: the line on which it begins, and its cells that should hold a passport."""

    line: int
    cells: list[str]


def _table(text: str) -> list[_TableRow]:
    """The rows of CSV with a passport in some column; empty where the text is no such table."""
    if not MARK.search(text):
        return []
    lines = re.split(r"\r\n|\r|\n", text)
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error:
        return []
    width = len(rows[0][1])
    if len(rows) < 2 or any(len(cells) != width for _, cells in rows):
        return []
    columns = [place for place in range(width) if any(_is_marked(cells[place]) for _, cells in rows)]
    heads = [rows[0][1][place].strip() for place in columns]
    if width == 1 and heads and heads[0].lower() not in _HEADS:
        return []
    if columns and not any(_is_suspect(head) for head in (*heads, *rows[0][1])):
        del rows[0]
    return [
        _TableRow(
            line, [cell for place, cell in enumerate(cells) if place in columns or _is_hidden(cell)]
        )
        for line, cells in rows
        if columns
    ]


def _is_marked(cell: str) -> bool:
    text = unframed(cell.strip())
    return recognise(text) is not None


def _is_suspect(cell: str) -> bool:
    """Whether a cell above a column is no name of it."""
    return _is_marked(cell) or looks_like_inside(cell.strip()) or _is_hidden(cell)


def _is_hidden(cell: str) -> bool:
    """Whether a cell of a column that is for something else must be judged, too."""
    plain = cell.strip()
    if MARK.search(plain) or CHANGED_MARK.match(plain):
        return True
    return len(plain) >= _LONG and looks_like_inside(plain)


def _from_table(name: str, rows: list[_TableRow]) -> Iterator[Source]:
    """The rows of a table: one for each cell with a text, and one for a row without any."""
    for row in rows:
        place = f"{name}:{row.line}" if len(rows) > 1 else name
        texts = [each.text for cell in row.cells for each in find_texts(cell)]
        if not texts:
            yield Source(place, None, "table.no_text")
        yield from _numbered(place, texts)


def _from_parquet(path: Path, read: TableReader) -> Iterator[Source]:
    rows = 0
    try:
        for rows, text in enumerate(read(path), 1):
            clean = unframed(text)
            place = f"{path}:{rows}"
            yield row(place, clean) if clean else Source(place, None, "table.no_text")
    except UsageError:
        yield Source(str(path), None, "table.unreadable")
        return
    except ModuleNotFoundError:
        yield Source(str(path), None, "table.no_engine")
        return
    if not rows:
        yield Source(str(path), None, "text.none")


def _numbered(name: str, texts: Collection[str]) -> Iterator[Source]:
    for number, text in enumerate(texts, 1):
        yield row(f"{name}#{number}" if len(texts) > 1 else name, text)


def row(name: str, text: str) -> Source:
    """The row of a text of a code or a line: without framing and a label, or taken out of a link.

    That its letters were changed on the way is told apart from other texts.
    """
    clean = unframed(text)
    found = find_texts(clean, prose=True) if MARK.search(clean, 1) else ()
    if len(found) == 1:
        clean = found[0].text
    if recognise(clean) is None and CHANGED_MARK.match(clean):
        return Source(name, None, "text.changed_letters")
    return Source(name, clean)


def _from_picture(name: str, data: bytes, pixels: images.Pixels) -> Iterator[Source]:
    try:
        parts = images.join(images.parts(data, pixels))
    except images.UnreadablePicture as error:
        yield Source(name, None, error.code)
        return
    codes = {code.text: code for part in parts for code in part.codes}
    # A picture of a passport may also show codes of other things, such as a link; they are ignored.
    passports = [code for text, code in codes.items() if recognise(text)] or list(codes.values())
    unseen = list(_unseen(name, "frame", parts))
    if not passports and not unseen:
        yield Source(name, None, "picture.no_code")
    for number, code in enumerate(passports, 1):
        yield _of_code(f"{name}#{number}" if len(passports) > 1 else name, code)
    yield from unseen


def _of_code(name: str, code: qr.ReadCode) -> Source:
    return row(name, code.text) if code.is_text else of_binary(name, code.content)


def of_binary(name: str, content: bytes) -> Source:
    """The row of a code of data that are no text. Nothing is taken off its ends: every byte counts."""
    text = text_of(content)
    return Source(name, None, _BINARY) if recognise(text) is None else Source(name, text)


def _from_pdf(name: str, data: bytes, budget: Budget) -> Iterator[Source]:
    try:
        parts = images.join(pdf.parts(data, budget.pixels, budget.between))
    except pdf.UnreadablePdf as error:
        yield Source(name, None, error.code)
        return
    pages: dict[str, tuple[int, qr.ReadCode | None]] = {}
    for part in parts:
        for code in part.codes:
            pages.setdefault(code.text, (part.number, code))
    coded = any(map(recognise, pages))
    for part in parts:
        for found in find_texts(part.words, prose=True):
            # The words of a page may repeat what its code holds, and badly.
            if not coded or is_whole(found.text):
                pages.setdefault(found.text, (part.number, None))
    passports = {text: of for text, of in pages.items() if recognise(text)} or pages
    unseen = list(_unseen(name, "page", parts))
    if not passports and not unseen:
        yield Source(name, None, "pdf.no_code")
    seen: Counter[int] = Counter()
    alone = Counter(number for number, _ in passports.values())
    for text, (number, shown) in passports.items():
        seen[number] += 1
        place = f"{name}#page={number}" + (f".{seen[number]}" if alone[number] > 1 else "")
        place = place if len(passports) > 1 else name
        yield _of_code(place, shown) if shown else row(place, text)
    yield from unseen


def _unseen(name: str, what: str, parts: list[images.Part]) -> Iterator[Source]:
    """A row for each run of pages or frames that were not looked at for the same reason.

    And one for each code that holds a part of a text whose other codes are not here.
    """
    runs: list[tuple[str, int, int]] = []
    for part in parts:
        if part.problem is None:
            continue
        problem, first, last = part.problem, part.number, part.last or part.number
        if runs and (runs[-1][0], runs[-1][2] + 1) == (problem, first):
            first = runs.pop()[1]
        runs.append((problem, first, last))
    for problem, first, last in runs:
        span = f"{first}-{last}" if last > first else str(first)
        yield Source(f"{name}#{what}={span}" if first and len(parts) > 1 else name, None, problem)
    for code in {code.content: code for part in parts for code in part.pieces}.values():
        yield Source(name, None, "code.piece", code=code)
