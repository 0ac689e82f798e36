"""Read the inputs of a command (texts, files, folders, standard input) as texts of passports.

Each text has a name that says where it comes from. Names are printed, so they never contain the text,
which is personal data.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.documents import recognise
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import images, pdf
from vaxpass_cli.io.not_judged import NotJudged, Values, sentence

STANDARD_INPUT: Final = "-"
_LARGEST: Final = 64 * 1024 * 1024
_IN_FOLDERS: Final = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".txt", ".pdf")
)


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

    def __repr__(self) -> str:
        return f"<Source {self.problem or 'with a text'}>"

    @classmethod
    def not_judged(cls, name: str, why: NotJudged) -> Source:
        """The row of an input, or of a part of it, that is not judged."""
        return cls(f"{name}{why.place}", None, why.code, why.values)

    def reason(self, language: str) -> str:
        """The sentence that says why there is no text."""
        return sentence(self.problem or "text.none", self.values, language)


def find(inputs: Iterable[str]) -> Iterator[Source]:
    """The texts of all inputs, in order. Raises `UsageError` for one that does not exist."""
    listed = list(inputs)
    must_exist(listed)
    for number, given in enumerate(listed, 1):
        if _is_text(given):
            yield Source(f"text {number}" if len(listed) > 1 else "text", given)
        elif given == STANDARD_INPUT:
            yield from _from_bytes(STANDARD_INPUT, sys.stdin.buffer.read(_LARGEST + 1))
        else:
            for path in files(Path(given)):
                yield from from_file(path)


def must_exist(inputs: Iterable[str]) -> None:
    """Raise `UsageError` for an input that looks like a file or folder and does not exist."""
    for given in inputs:
        if not _is_text(given) and given != STANDARD_INPUT and not Path(given).exists():
            raise UsageError("error.no_file_or_folder", path=given)


def files(path: Path) -> list[Path]:
    """The file, or all files of a folder that may have codes. Raises `UsageError` where none does."""
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if is_readable(p) and p.is_file())
    if not found:
        raise UsageError("error.nothing_to_read", path=path)
    return found


def is_readable(path: Path) -> bool:
    """Whether the file is read when its folder is an input: by the ending of its name."""
    return path.suffix.lower() in _IN_FOLDERS


def from_file(path: Path) -> Iterator[Source]:
    """The texts of a file. Raises `OSError`, and `UsageError` where it is too large."""
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    yield from _from_bytes(str(path), data)


def _is_text(given: str) -> bool:
    return recognise(given) is not None


def _from_bytes(name: str, data: bytes) -> Iterator[Source]:
    if len(data) > _LARGEST:
        raise UsageError("error.input_too_large", name=name)
    if images.is_picture(data):
        yield from _from_picture(name, data)
    elif pdf.is_pdf(data):
        yield from _from_pdf(name, data)
    else:
        yield from _from_lines(name, data)


def _from_picture(name: str, data: bytes) -> Iterator[Source]:
    try:
        parts = images.join(images.parts(data))
    except images.UnreadablePicture as error:
        yield Source(name, None, error.code)
        return
    texts = dict.fromkeys(code.text for part in parts for code in part.codes)
    # A picture of a passport may also show codes of other things, such as a link; they are ignored.
    passports = [text for text in texts if recognise(text)] or list(texts)
    unseen = list(_unseen(name, "frame", parts))
    if not passports and not unseen:
        yield Source(name, None, "picture.no_code")
    for number, text in enumerate(passports, 1):
        yield Source(f"{name}#{number}" if len(passports) > 1 else name, text)
    yield from unseen


def _from_pdf(name: str, data: bytes) -> Iterator[Source]:
    try:
        parts = images.join(pdf.parts(data))
    except pdf.UnreadablePdf as error:
        yield Source(name, None, error.code)
        return
    pages: dict[str, int] = {}
    for part in parts:
        for code in part.codes:
            pages.setdefault(code.text, part.number)
    passports = {text: n for text, n in pages.items() if recognise(text)} or pages
    unseen = list(_unseen(name, "page", parts))
    if not passports and not unseen:
        yield Source(name, None, "pdf.no_code")
    seen: Counter[int] = Counter()
    alone = Counter(passports.values())
    for text, number in passports.items():
        seen[number] += 1
        place = f"{name}#page={number}" + (f".{seen[number]}" if alone[number] > 1 else "")
        yield Source(place if len(passports) > 1 else name, text)
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
        yield Source(f"{name}#{what}={span}" if len(parts) > 1 else name, None, problem)
    pieces = dict.fromkeys(piece for part in parts for piece in part.pieces)
    for piece in pieces:
        yield Source(name, None, "code.piece", (("number", piece.number), ("count", piece.count)))


def _from_lines(name: str, data: bytes) -> Iterator[Source]:
    content = data.decode("utf-8-sig", errors="replace")
    lines = [(n, line) for n, line in enumerate(content.split("\n"), 1) if line.strip()]
    if not lines:
        yield Source(name, None, "text.none")
    for number, line in lines:
        text = line.rstrip("\r")
        yield Source(f"{name}:{number}" if len(lines) > 1 else name, text)
