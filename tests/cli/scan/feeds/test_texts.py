"""Files, folders, pipes and keyboards deliver texts as events, and their troubles in words."""

from __future__ import annotations

import codecs
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds.events import Ended, Feed, InTrouble, Recovered, TextRead, Trouble
from vaxpass_cli.scan.feeds.texts import FilesFeed, KeyboardFeed, StandardInputFeed, WatchFeed, typed
from vaxpass_cli.scan.keyboard.layouts import LAYOUTS
from vaxpass_cli.scan.keyboard.wedge import LONGEST

from tests.support.feed_events import PATIENCE, events
from tests.support.world import World
from vaxpass import qr


def until_end(feed: Feed) -> list[Source]:
    """The sources of all texts up to the end."""
    with closing(feed):
        *found, last = events(feed, lambda found: Ended() in found)
        assert last == Ended()
        assert feed.poll(0.0) is None
    return [event.source for event in found if isinstance(event, TextRead)]


def test_files_and_folders_are_read_in_order(tmp_path: Path, world: World) -> None:
    text = world.issue()
    (tmp_path / "a.png").write_bytes(qr.png(text))
    (tmp_path / "b.txt").write_text("HC1:ONE\nHC1:TWO\n")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 damaged")
    (tmp_path / "d.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    found = until_end(FilesFeed([str(tmp_path), str(tmp_path / "a.png")]))
    names = [source.name.removeprefix(str(tmp_path)) for source in found]
    assert [(name, s.text, s.problem) for name, s in zip(names, found, strict=True)] == [
        ("/a.png", text, None),
        ("/b.txt:1", "HC1:ONE", None),
        ("/b.txt:2", "HC1:TWO", None),
        ("/c.pdf", None, "pdf.unreadable"),
        ("/d.doc", None, "file.kind"),
        ("/a.png", text, None),
    ]


def test_what_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        FilesFeed([str(tmp_path / "none")])
    with pytest.raises(UsageError, match="no such folder"):
        WatchFeed(tmp_path / "none")


def test_a_reader_that_is_slow_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("".join(f"HC1:{n}\n" for n in range(500)))
    assert len(until_end(FilesFeed([str(tmp_path / "many.txt")]))) == 500
    with closing(FilesFeed([str(tmp_path / "many.txt")])) as feed:
        assert feed.poll(PATIENCE) is not None  # and closed while it waits


def watching(feed: Feed) -> Iterator[Source]:
    while True:
        (event,) = events(feed, lambda found: len(found) == 1)
        assert isinstance(event, TextRead)
        yield event.source


def test_a_watched_folder_delivers_new_files(tmp_path: Path, world: World) -> None:
    (tmp_path / "old.txt").write_text("HC1:OLD")
    text = world.issue()
    with closing(WatchFeed(tmp_path, 0.05)) as feed:
        found = watching(feed)
        (tmp_path / "new.png").write_bytes(qr.png(text))
        assert next(found) == Source(str(tmp_path / "new.png"), text)
        (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1HC1:HIDDEN")
        (tmp_path / "old.txt").write_text("HC1:CHANGED")
        assert next(found).text == "HC1:CHANGED"
        (tmp_path / "damaged.png").write_bytes(qr.png(text)[:200])
        assert next(found).problem == "picture.unreadable"
        (tmp_path / "damaged.png").unlink()
        (tmp_path / "last.txt").write_text("HC1:LAST")
        assert next(found).text == "HC1:LAST"


def test_a_watched_folder_passes_over_nothing_in_silence(tmp_path: Path) -> None:
    with closing(WatchFeed(tmp_path, 0.02)) as feed:
        found = watching(feed)
        for name, data, problem in (
            ("a.doc", b"\xd0\xcf\x11\xe0", "file.kind"),
            ("b", b"", "text.none"),
            (".c", b"a\nb c", "text.no_passport"),
        ):
            (tmp_path / name).write_bytes(data)
            assert next(found) == Source(str(tmp_path / name), None, problem)
        (tmp_path / "folder").mkdir()
        assert next(found) == Source(str(tmp_path / "folder"), None, "folder.not_searched")


def test_files_that_were_there_are_read_on_request(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("HC1:OLD")
    with closing(WatchFeed(tmp_path, 0.05, existing=True)) as feed:
        assert next(watching(feed)).text == "HC1:OLD"


def test_a_file_is_not_read_while_it_grows(tmp_path: Path) -> None:
    parts = ["HC1:A", "B", "C", "D"]

    class Growing(WatchFeed):
        """Whenever the folder is looked at, the file has grown."""

        def _look(self) -> dict[Path, tuple[int, int]]:
            if parts:
                with (tmp_path / "slow.txt").open("a") as file:
                    file.write(parts.pop(0))
            return super()._look()

    with closing(Growing(tmp_path, 0.01, existing=True)) as feed:
        assert next(watching(feed)).text == "HC1:ABCD"


def test_a_folder_that_vanishes_is_told_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    with closing(WatchFeed(folder, 0.02)) as feed:
        folder.rmdir()
        assert events(feed, bool) == [InTrouble(Trouble.LOST)]
        folder.mkdir()
        assert events(feed, bool) == [Recovered()]
        (folder / "a.txt").write_text("HC1:A")
        assert next(watching(feed)).text == "HC1:A"


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("HC1:A")

    def refuse(path: Path, mode: str) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert until_end(FilesFeed([str(path)])) == [Source(str(path), None, "file.unreadable")]


def test_lines_of_standard_input(world: World) -> None:
    text = world.issue()
    german = next(layout for layout in LAYOUTS if layout.name == "German")
    lines = [text, "", "]Q1" + text, german.typed(text), "HC1:A B  ", "A" * (5 * LONGEST), "HC1:END"]
    found = until_end(StandardInputFeed(io.BytesIO("\r\n".join(lines).encode())))
    assert [(s.name, s.text, s.problem) for s in found] == [
        ("-:1", text, None),
        ("-:3", text, None),
        ("-:4", text, None),
        ("-:5", "HC1:A B  ", None),
        ("-:6", None, "text.too_long"),
        ("-:7", "HC1:END", None),
    ]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", "\x03", "\x03\r\n", "\x04", "\x1e", "\0"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_text_is_there_when_its_end_comes(end: str, encoding: str) -> None:
    coder = codecs.getincrementalencoder(encoding)()
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb") as stream,
        os.fdopen(writing, "wb", buffering=0) as pipe,
        closing(StandardInputFeed(stream)) as feed,
    ):
        for text in ("HC1:A", "HC1:B", "HC1:C"):
            pipe.write(coder.encode(f"\x02]Q1{text}{end}"))
            assert next(watching(feed)).text == text
        pipe.close()
        assert events(feed, bool) == [Ended()]


def test_lines_are_counted_however_they_end(world: World) -> None:
    data = b"HC1:A\r\n\r\nHC1:B\r\rHC1:C\n\nHC1:D\x03HC1:E"
    assert [source.name for source in until_end(StandardInputFeed(io.BytesIO(data)))] == [
        *("-:1", "-:3", "-:5", "-:7", "-:7")
    ]


def test_a_label_and_a_link_around_a_text_are_taken_off(world: World) -> None:
    text = world.issue()
    for line in (f"Passport: {text}", f"https://example.org/#{quote(text, safe='')}"):
        assert typed(line) == Source("hand scanner", text)
    assert typed("ＨＣ１：" + text[4:]).problem == "text.changed_letters"


def test_a_file_on_standard_input_is_read_as_a_file(world: World) -> None:
    text = world.issue()
    assert [(row.name, row.text) for row in until_end(StandardInputFeed(io.BytesIO(qr.png(text))))] == [
        ("-", text)
    ]
    program = b"MZ\x90\0" + bytes(range(256)) * 40
    assert [row.problem for row in until_end(StandardInputFeed(io.BytesIO(program)))] == ["file.kind"]


@pytest.mark.parametrize(
    ("data", "problem"), [(b"", "text.none"), (b"\0\0", "text.none"), (b" \r\n", "text.none")]
)
def test_standard_input_without_a_text_is_a_row(data: bytes, problem: str) -> None:
    (row,) = until_end(StandardInputFeed(io.BytesIO(data)))
    assert (row.name, row.text, row.problem) == ("-", None, problem)


def test_a_beginning_that_may_be_a_mark_is_not_lost() -> None:
    (row,) = until_end(StandardInputFeed(io.BytesIO(b"\xff")))
    assert row.text == "\ufffd"


def test_a_line_is_there_before_the_pipe_ends() -> None:
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb") as stream,
        os.fdopen(writing, "wb", buffering=0) as pipe,
        closing(StandardInputFeed(stream)) as feed,
    ):
        pipe.write(b"HC1:A\n")
        assert next(watching(feed)).text == "HC1:A"
        pipe.close()
        assert events(feed, bool) == [Ended()]


def test_a_failing_stream_is_raised_where_it_is_polled() -> None:
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            raise OSError("broken")

    with closing(StandardInputFeed(Broken())) as feed, pytest.raises(OSError, match="broken"):
        feed.poll(PATIENCE)


def test_typed_texts_never_name_themselves() -> None:
    assert typed("]Q1HC1:AB") == Source("hand scanner", "HC1:AB")
    assert typed("X" * (LONGEST + 1)) == Source("hand scanner", None, "text.too_long")


def test_the_keyboard_is_waited_for() -> None:
    class Keyboard:
        waited = 0.0

        def wait(self, seconds: float) -> None:
            self.waited += seconds

    keyboard = Keyboard()
    with closing(KeyboardFeed(keyboard)) as feed:
        assert feed.poll(0.5) is None
        assert keyboard.waited == 0.5
        assert feed.now() <= feed.now()


def test_texts_are_scanned_without_opencv_and_numpy() -> None:
    program = (
        "import sys; sys.modules.update(dict.fromkeys(['cv2', 'numpy', 'serial']))\n"
        "import vaxpass_cli.scan.feeds.texts, vaxpass_cli.scan.keyboard.tty\n"
        "import vaxpass_cli.commands.keyboard_test\n"
        "print('pypdfium2' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.stderr, ran.stdout) == ("", "False\n")
