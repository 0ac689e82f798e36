"""A hand scanner at a serial port: texts, and ports that are absent, busy or unplugged."""

from __future__ import annotations

import errno
import os
import queue
import sys
from contextlib import closing

import pytest
import serial
from vaxpass_cli.errors import install_line
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds.events import InTrouble, Recovered, TextRead, Trouble
from vaxpass_cli.scan.feeds.texts import Archives, PortTrouble, SerialFeed, open_port
from vaxpass_cli.scan.keyboard.wedge import LONGEST

from tests.support import divoc_documents as divoc
from tests.support.command import Run
from tests.support.feed_events import events
from tests.support.paths import ROOT


class Desk:
    """A port whose cable is in the hands of the test: bytes arrive, or an error does."""

    def __init__(self) -> None:
        self.arrives: queue.Queue[bytes | Exception] = queue.Queue()
        self.opens: list[Trouble | None] = []
        self.open_ports = 0

    def open(self, name: str, baud: int) -> Desk:
        assert (name, baud) == ("/dev/scanner", 9600)
        trouble = self.opens.pop(0) if self.opens else None
        if trouble:
            raise PortTrouble(trouble)
        self.open_ports += 1
        return self

    def read(self) -> bytes:
        try:
            arrived = self.arrives.get(timeout=0.005)
        except queue.Empty:
            return b""
        if isinstance(arrived, Exception):
            raise arrived
        return arrived

    def close(self) -> None:
        self.open_ports -= 1


def feed_of(desk: Desk) -> SerialFeed:
    return SerialFeed("/dev/scanner", open_port=desk.open, retry=0.001)


def test_texts_are_ended_by_the_scanner_or_by_a_pause() -> None:
    desk = Desk()
    for part in (b"]Q1HC1:AB", b"  CD\r\nHC1:E\tHC1:", b"F"):
        desk.arrives.put(part)  # all of it is there at once: no pause between
    with closing(feed_of(desk)) as feed:
        found = events(feed, lambda found: len(found) == 3)
    assert found == [
        TextRead(Source("hand scanner", text)) for text in ("HC1:AB  CD", "HC1:E", "HC1:F")
    ]
    assert desk.open_ports == 0


def test_a_layout_is_not_repaired_where_no_keyboard_is() -> None:
    desk = Desk()
    desk.arrives.put("HC1Ö6BFOXN\r".encode())
    with closing(feed_of(desk)) as feed:
        assert events(feed, bool) == [TextRead(Source("hand scanner", "HC1Ö6BFOXN"))]


def test_a_text_that_is_too_long_is_told() -> None:
    desk = Desk()
    desk.arrives.put(b"x" * (3 * LONGEST) + b"\r")
    with closing(feed_of(desk)) as feed:
        assert events(feed, bool) == [TextRead(Source("hand scanner", None, "text.too_long"))]


_ENDS = {0, 2, 3, 4, 10, 13}
"""Bytes that begin or end a text"""


def archive() -> bytes:
    """An archive with all these bytes in it: its signature is another one each time."""
    while not set(made := divoc.archive(divoc.signed(divoc.document()))) >= _ENDS:
        pass
    return made


ARCHIVE = archive()


def test_an_archive_may_have_any_byte_in_it_and_is_whole() -> None:
    """Its bytes are cut anywhere on their way, and texts stand before and after it."""
    for framed in (ARCHIVE, ARCHIVE + b"\r\n", b"]Q1" + ARCHIVE + b"\r", b"\x02" + ARCHIVE + b"\x03"):
        for size in (1, 7, 4096):
            desk = Desk()
            stream = b"HC1:A\r\n" + framed + b"HC1:B\r" + framed
            for place in range(0, len(stream), size):
                desk.arrives.put(stream[place : place + size])
            with closing(feed_of(desk)) as feed:
                found = events(feed, lambda found: len(found) == 4)
            texts = ["HC1:A", ARCHIVE.decode("latin-1"), "HC1:B", ARCHIVE.decode("latin-1")]
            told = [event.source.text for event in found if isinstance(event, TextRead)]
            assert told == texts


def taken(archives: Archives, data: bytes, now: float) -> tuple[bytes, list[bytes]]:
    """The bytes of texts, and the archives."""
    found = archives.take(data, now)
    texts = b"".join(content for is_archive, content in found if not is_archive)
    return texts, [content for is_archive, content in found if is_archive]


def test_bytes_that_only_resemble_the_end_of_an_archive_do_not_end_it() -> None:
    made = divoc.archive(b"PK\x05\x06" + bytes(40) + b"PK\x05\x06" + b"x" * 60, method=0)
    archives = Archives()
    assert taken(archives, made[:-1], 1.0) == (b"", [])
    assert taken(archives, made[-1:] + b"\r", 1.05) == (b"", [made])
    assert taken(archives, b"HC1:A", 1.1) == (b"\rHC1:A", [])


def test_an_archive_without_an_end_is_told_after_a_pause() -> None:
    archives = Archives()
    assert taken(archives, ARCHIVE[:-9], 1.0) == (b"", [])
    assert taken(archives, b"", 1.1) == (b"", [])
    assert taken(archives, b"", 1.3) == (b"", [ARCHIVE[:-9]])
    assert taken(archives, b"HC1:A\r", 1.4) == (b"HC1:A\r", [])
    long = b"PK\x03\x04" + bytes(5000)
    assert taken(archives, long, 9.0) == (b"", [long])


@pytest.mark.parametrize("text", [b"P", b"PK", b"PK\x03", b"]Q1P", b"\x02", b"\r\n", b"PKX", b"]"])
def test_what_may_become_an_archive_and_does_not_is_a_text(text: bytes) -> None:
    archives = Archives()
    assert taken(archives, text, 1.0)[0] + taken(archives, b"", 1.3)[0] == text
    # The signs of the end of a text never begin an archive within it.
    assert taken(archives, b"HC1:PK\x03\x04", 2.0) == (b"HC1:PK\x03\x04", [])


def test_other_bytes_that_are_no_text_are_a_row() -> None:
    broken = b"PK\x03\x04" + bytes(30)
    desk = Desk()
    desk.arrives.put(broken)
    with closing(feed_of(desk)) as feed:
        (event,) = events(feed, bool)
    assert event == TextRead(Source("hand scanner", broken.decode("latin-1")))


def test_troubles_are_told_once_and_end_by_themselves() -> None:
    desk = Desk()
    desk.opens = [
        Trouble.ABSENT,
        Trouble.ABSENT,
        Trouble.BUSY,
        Trouble.BUSY,
        None,
        Trouble.ABSENT,
        None,
    ]
    desk.arrives.put(b"HC1:A\r")
    with closing(feed_of(desk)) as feed:
        found = events(feed, lambda found: len(found) == 4)
        desk.arrives.put(serial.SerialException("unplugged"))
        desk.arrives.put(b"HC1:B\r")
        found += events(feed, lambda found: len(found) == 3)
    assert found == [
        InTrouble(Trouble.ABSENT),
        InTrouble(Trouble.BUSY),
        Recovered(),
        TextRead(Source("hand scanner", "HC1:A")),
        InTrouble(Trouble.LOST),
        Recovered(),
        TextRead(Source("hand scanner", "HC1:B")),
    ]


def test_a_thousand_unplugs_leave_nothing_open() -> None:
    desk = Desk()
    with closing(feed_of(desk)) as feed:
        for n in range(1000):
            desk.arrives.put(b"HC1:%d\r" % n)
            desk.arrives.put(OSError(errno.EIO, "unplugged"))
        found = events(feed, lambda found: found.count(Recovered()) == 1000)
    texts = [event.source.text for event in found if isinstance(event, TextRead)]
    assert texts == [f"HC1:{n}" for n in range(1000)]
    assert desk.open_ports == 0


def test_an_absent_port_is_told() -> None:
    with pytest.raises(PortTrouble) as told:
        open_port("/dev/there-is-no-such-port", 9600)
    assert told.value.trouble is Trouble.ABSENT


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_real_port_is_read_and_noticed_to_be_gone() -> None:
    import pty  # noqa: PLC0415

    scanner, port = pty.openpty()
    name = os.ttyname(port)
    with closing(SerialFeed(name, retry=0.01)) as feed:
        # What was scanned before the port was open is dropped, so it is scanned until it arrives.
        event = None
        for _ in range(200):
            os.write(scanner, b"]Q1HC1:AB  CD\r")
            event = feed.poll(0.1)
            if event:
                break
        assert event == TextRead(Source("hand scanner", "HC1:AB  CD"))
        with pytest.raises(PortTrouble) as told:
            open_port(name, 9600)
        assert told.value.trouble is Trouble.BUSY
        os.close(scanner)
        events(feed, lambda found: InTrouble(Trouble.LOST) in found)
    os.close(port)


def test_a_missing_package_is_told_in_a_line_that_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    trust = ("-t", ROOT / "trust_lists" / "demo.json", "--test-keys")
    ran = run("scan", "--source", "serial:/dev/scanner", "--view", "none", *trust)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"vaxpass: The package pyserial is not installed. Install it with: {install_line('scan')}\n"
    )
