"""What the staff gives is read beside the work of the desk, completely, and whatever it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from vaxpass_cli.io import pdf, sources
from vaxpass_cli.io.images import Part
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds.events import FilesGiven, PictureGiven, TextRead
from vaxpass_cli.scan.feeds.given import Given

from tests.support.feed_events import PATIENCE
from tests.support.paths import ROOT

PASSPORTS = ROOT / "examples" / "passports"
GOOD = PASSPORTS / "vaccination-es256.png"


@pytest.fixture
def given() -> Iterator[Given]:
    made = Given()
    yield made
    made.close()
    made.close()


def rows(given: Given) -> list[TextRead]:
    """All rows of what was given."""
    found: list[TextRead] = []
    ends = time.monotonic() + PATIENCE
    while given.busy:
        assert time.monotonic() < ends, found
        row = given.poll()
        if row:
            found.append(row)
        else:
            time.sleep(0.001)
    return found


def test_a_picture_and_a_file_give_their_texts(given: Given) -> None:
    assert not given.busy
    assert given.poll() is None
    given.take(PictureGiven(GOOD.read_bytes()))
    given.take(FilesGiven((GOOD, PASSPORTS / "expired.txt")))
    pasted, file, text = rows(given)
    assert pasted.source.text == file.source.text
    assert (pasted.source.name, file.source.name) == ("picture", str(GOOD))
    assert text.source.text == (PASSPORTS / "expired.txt").read_text().strip()
    assert pasted.again
    assert text.again


def test_a_folder_is_read_whole_and_the_same_code_in_it_is_judged_once(
    given: Given, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(GOOD.read_bytes())
    (tmp_path / "c.txt").write_text("nothing")
    given.take(FilesGiven((tmp_path,)))
    assert [(Path(row.source.name).name, row.again) for row in rows(given)] == [
        ("a.png", True),
        ("b.png", False),
        ("c.txt", True),
    ]


def test_what_can_not_be_read_has_a_row(given: Given, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "half.png").write_bytes(GOOD.read_bytes()[:300])
    names = ("gone.png", "folder", "half.png")
    given.take(FilesGiven(tuple(tmp_path / name for name in names)))
    given.take(PictureGiven(b""))
    problems = [row.source.problem for row in rows(given)]
    assert problems == ["file.unreadable", "folder.empty", "picture.unreadable", "text.none"]


def test_a_file_that_breaks_its_reader_does_not_stop_the_desk(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Iterator[Source]:
        raise RuntimeError

    monkeypatch.setattr(sources, "from_files", broken)
    given.take(FilesGiven((GOOD,)))
    (row,) = rows(given)
    assert row.source.problem == "file.unreadable"


def test_a_document_of_many_pages_ends_between_two_and_what_comes_next_is_read(
    given: Given, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reading, goes_on = threading.Event(), threading.Event()
    looked: list[int] = []
    real = pdf._read_page

    def read(document: PdfDocument, number: int, budget: pdf._Budget) -> Part:
        looked.append(number)
        if number == 2:
            reading.set()
            assert goes_on.wait(PATIENCE)
        return real(document, number, budget)

    monkeypatch.setattr(pdf, "_read_page", read)
    pages = [Image.new("L", (200, 300), 255)] * 9
    pages[0].save(tmp_path / "many.pdf", save_all=True, append_images=pages[1:])
    given.take(FilesGiven((tmp_path / "many.pdf", PASSPORTS / "expired.txt")))
    given.take(FilesGiven((PASSPORTS / "expired.txt",)))
    assert reading.wait(PATIENCE)
    given.cancel()
    assert not given.busy
    assert given.poll() is None
    goes_on.set()
    given.take(FilesGiven((GOOD,)))
    (row,) = rows(given)
    assert row.source.name == str(GOOD)
    assert looked == [1, 2]


def test_rows_that_were_read_already_are_not_given_any_more(given: Given, tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("\n".join(f"HC1:6BFOXN{number:04}" for number in range(600)))
    given.take(FilesGiven((tmp_path,)))
    ends = time.monotonic() + PATIENCE
    while given.poll() is None:
        assert time.monotonic() < ends
    given.cancel()
    given.take(FilesGiven((GOOD,)))
    assert [row.source.name for row in rows(given)] == [str(GOOD)]


def test_closing_stops_a_folder_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> Iterator[Source]:
        while True:
            yield Source("a", None, "file.unreadable")

    monkeypatch.setattr(sources, "from_files", endless)
    threads = threading.active_count()
    given = Given()
    given.take(FilesGiven((GOOD,)))
    given.close()
    assert threading.active_count() == threads
