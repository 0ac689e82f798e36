"""Files that hold others: mails, ZIP files, passes of wallets, documents of office programs.

What comes out is bounded in number and size, together for all that is in one file.
"""

from __future__ import annotations

import base64
import email
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from vaxpass.encoding import strict_json
from vaxpass_cli.io import encodings, kinds
from vaxpass_cli.io.images import Pixels
from vaxpass_cli.io.kinds import Kind
from vaxpass_cli.io.not_judged import NotJudged

MOST_BYTES: Final = 128 * 1024 * 1024
MOST_ENTRIES: Final = 1000
MOST_LINES: Final = 500_000
"""Lines of a text. One with a passport on each has 64 MB at 130,000. CR and LF may be two ends."""
MOST_LINES_INSIDE: Final = 100_000
"""Lines of a text that is packed."""
MOST_ROWS: Final = 20_000
"""Rows of what is packed: a small file may hold very many short texts."""
MOST_VALUES: Final = 2_000_000
"""Values of JSON; colons and commas in texts count, too."""
_MOST_TAGS: Final = 1_000_000
_MOST_PARTS: Final = 20_000
"""Beginnings of parts in a mail, before it is taken apart"""
DEEPEST: Final = 4
_OF_SYSTEM: Final = frozenset(
    (".DS_Store", ".localized", ".directory", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini")
)
LARGEST_OF_SYSTEM: Final = 65_536
"""Bytes of a file that a system makes for itself, where it is text"""
_WALLET: Final = "pass.json"
_OF_WALLET: Final = re.compile(
    r"([\w-]+\.lproj/)?((icon|logo|strip|background|thumbnail|footer|personalizationLogo)(@[1-3]x)?\.png"
    r"|pass\.strings)|manifest\.json|signature|personalization\.json"
)
_OFFICE: Final = ("[Content_Types].xml", "mimetype")
_PARTS_OF_OFFICE: Final = (".xml", ".rels")
_BLOCK: Final = re.compile(
    r"</?(?:br|p|div|tr|td|th|li|table|h[1-6]|pre|blockquote|w:p|w:br|a:p|si|row|c|v|text:p|text:h)\b[^<>]*>",
    re.I,
)
_TAG: Final = re.compile(r"<[^<>]*>")
_LETTERS: Final = "(?:[0-9A-Za-z+/_-]++|%2[BFbf])+"
_DATA: Final = re.compile(
    # A link that holds its data; or Base64 that begins as PNG, JPEG, GIF, WebP or PDF do.
    r"(?:[Dd]ata:([^,\s\"'<>()]{0,100});base64,"
    r"|(?<![0-9A-Za-z+/=])(?=iVBORw0KGgo|/9j/|R0lGOD|UklGR|JVBERi0))"
    # It may go on over lines, as far as nothing else stands on them.
    rf"\s*+({_LETTERS}(?:\s++{_LETTERS}(?![^\s\"'<>()=%,;\\]))*)"
)
_ESCAPED: Final = re.compile(r"\\(?:u00([0-7][0-9A-Fa-f])|([nrt/]))")
_SHORTEST_DATA: Final = 64
_ORDINARY: Final = str.maketrans("-_", "+/")
_HREF: Final = re.compile(r"(?:href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_MARK: Final = re.compile(r"HC1(?::|%3A)|(?:shc|NZCP):/", re.I)
_NEXT_MAIL: Final = re.compile(rb"\r?\n\r?\nFrom [^\r\n]+\r?\n(?=[!-9;-~]+:)")


@dataclass
class Budget:
    """What may still be taken out of one file."""

    bytes: int = MOST_BYTES
    entries: int = MOST_ENTRIES
    pixels: Pixels = field(default_factory=Pixels)
    between: Callable[[], None] = lambda: None
    """Called before each entry and page; what it raises ends the reading"""

    def take(self, size: int) -> bool:
        """Take an entry of this size; gives whether there is room for it."""
        if size > self.bytes or not self.entries:
            return False
        self.bytes -= size
        self.entries -= 1
        return True


@dataclass(frozen=True, slots=True)
class Inside:
    """Something within a file: text for people, other content, or why there is none."""

    name: str
    text: str | None = None
    data: bytes = b""
    why: NotJudged | None = None
    ornament: bool = False
    """Whether it is a row only where there is a passport in it, as with the logo of a pass"""
    of_system: bool = False
    """Whether it is a file that a system made for itself, and is left out"""


def may_be_of_system(name: str) -> bool:
    """Whether a file has the name of one that a system makes in every folder, for itself.

    >>> may_be_of_system(".DS_Store"), may_be_of_system("._a.png"), may_be_of_system(".passport.png")
    (True, True, False)
    """
    return name in _OF_SYSTEM or name.startswith("._")


def is_of_system(name: str, data: bytes) -> bool:
    """Whether a file is such a one. Anybody may give its name to the picture of a passport.

    >>> is_of_system(".DS_Store", b"\0\0\0\1Bud1"), is_of_system(".DS_Store", b"HC1:AB")
    (True, False)
    """
    if not may_be_of_system(name):
        return False
    kind = kinds.of(data)
    if kind is not Kind.TEXT:
        return kind is Kind.OTHER
    return len(data) <= LARGEST_OF_SYSTEM and not _MARK.search(encodings.text_of(data))


def plain(markup: str) -> str:
    """The text of HTML or XML as people see it; added is what in its tags may be a passport.

    That are links, and comments and attributes with the mark of one.

    >>> plain("<p>HC1:<b>AB</b></p><p>C&amp;D</p>").split()
    ['HC1:AB', 'C&D']
    """
    links = [one or other for one, other in _HREF.findall(markup)]
    links = [link for link in links if not link.startswith("data:")]
    tags = _TAG.findall(markup) if _MARK.search(markup) else []
    hidden = [_HREF.sub(" ", tag) for tag in tags if _MARK.search(tag)]
    text = _TAG.sub("", _BLOCK.sub("\n", markup))
    return html.unescape("\n\n".join((text, *links, *hidden)))


def without_data(markup: str, budget: Budget) -> tuple[str, list[Inside]]:
    """A text without the pictures and files that it holds in Base64 (RFC 2397), and what they are.

    >>> rest, inside = without_data("<img src='data:image/gif;base64,R0lGODdh'>", Budget())
    >>> rest, [(each.name, each.data) for each in inside]
    ("<img src=' '>", [('data-1', b'GIF87a')])
    """
    inside: list[Inside] = []
    # In JSON and HTML, some signs may be escaped.
    bare = _ESCAPED.sub(_unescaped, markup) if "\\" in markup else markup
    for found in _DATA.finditer(html.unescape(bare) if "&#" in bare else bare):
        letters = "".join(unquote(found[2]).split()).translate(_ORDINARY)
        if found[1] is None and len(letters) < _SHORTEST_DATA:
            continue
        name = f"data-{len(inside) + 1}"
        if not budget.take(len(letters)):
            inside.append(Inside(name, why=NotJudged("container.too_large")))
            break
        whole = len(letters) - (len(letters) % 4 == 1)
        inside.append(Inside(name, data=base64.b64decode(letters[:whole] + "==")))
    return _DATA.sub(" ", markup) if inside else markup, inside


def of_markup(markup: str, budget: Budget) -> list[Inside]:
    """The pictures that stand in HTML or XML, and its text."""
    if markup.count("<") > _MOST_TAGS:
        return [Inside("", why=NotJudged("file.too_large"))]
    text, inside = without_data(markup, budget)
    return [*inside, Inside("", text=plain(text))]


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return "/" if found[2] == "/" else "\n"


def of_mail(data: bytes, budget: Budget) -> Iterator[Inside]:
    """The texts and attachments of a mail, or of all mails of a mailbox."""
    if data.count(b"\n--") > _MOST_PARTS or data.count(b"\n") > 2 * MOST_LINES:
        yield Inside("", why=NotJudged("container.too_large"))
        return
    mails = _NEXT_MAIL.split(data) if data.startswith(b"From ") else [data]
    for mail in mails:
        try:
            parts = list(email.message_from_bytes(mail).walk())
            unseen = [text for part in parts for text in _beside(part) if _MARK.search(text)]
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
            yield Inside("", why=NotJudged("mail.unreadable"))
            continue
        yield from (Inside("", text=text) for text in unseen)
        for number, part in enumerate(parts, 1):
            if part.is_multipart():
                continue
            if not budget.take(0):
                yield Inside("", why=NotJudged("container.too_large"))
                return
            yield from _of_part(part, number, budget)


def _beside(part: Message) -> Iterator[str]:
    """What programs for mail show elsewhere or not at all: headers, and what is around the parts."""
    for value in part.values():
        try:
            yield str(make_header(decode_header(value)))
        except (ValueError, LookupError, MessageError):
            yield str(value)
    yield from (text for text in (part.preamble, part.epilogue) if text)


def _of_part(part: Message, number: int, budget: Budget) -> Iterator[Inside]:
    kind = part.get_content_type()
    try:
        name = part.get_filename() or f"part-{number}"
        content = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        yield Inside(f"part-{number}", why=NotJudged("mail.unreadable"))
        return
    data = content if isinstance(content, bytes) else b""
    budget.bytes -= len(data)
    if budget.bytes < 0:
        yield Inside(name, why=NotJudged("container.too_large"))
        return
    if part.get_content_disposition() != "attachment" and kind in ("text/plain", "text/html"):
        text = _in_charset(data, charset)
        if kind == "text/html":
            yield from of_markup(text, budget)
            return
        text, inside = without_data(text, budget)
        yield from inside
        yield Inside("", text=text)
    else:
        yield Inside(name, data=data)


def _in_charset(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset) if charset else encodings.text_of(data)
    except (LookupError, UnicodeError):
        return encodings.text_of(data)


def of_zip(data: bytes, budget: Budget) -> Iterator[Inside]:
    """What is in a ZIP file. What decorates and signs the pass of a wallet is only looked at."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        yield Inside("", why=NotJudged("zip.unreadable"))
        return
    names = {entry.filename for entry in entries}
    office = any(name in names for name in _OFFICE)
    with archive:
        for entry in entries:
            if not budget.take(entry.file_size):
                yield Inside("", why=NotJudged("container.too_large"))
                return
            inside = _of_entry(archive, entry, budget, office=office)
            of_pass = _WALLET in names and _OF_WALLET.fullmatch(entry.filename) is not None
            yield from (replace(each, ornament=of_pass) for each in inside)


def _of_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, *, office: bool
) -> Iterator[Inside]:
    name = entry.filename
    if entry.flag_bits & 1:
        yield Inside(name, why=NotJudged("zip.password"))
        return
    try:
        with archive.open(entry) as file:
            # What an entry says of its size need not be true.
            content = file.read(entry.file_size + 1)
    except Exception:
        # Damaged entries raise errors of many kinds; all mean the same here.
        yield Inside(name, why=NotJudged("zip.unreadable"))
        return
    if is_of_system(name.rpartition("/")[2], content):
        yield Inside(name, of_system=True)
    elif len(content) > entry.file_size:
        yield Inside(name, why=NotJudged("zip.unreadable"))
    elif (office and name.lower().endswith(_PARTS_OF_OFFICE)) or name == "mimetype":
        yield from of_markup(encodings.text_of(content), budget)
    elif name == _WALLET:
        yield _of_pass(content)
    else:
        yield Inside(name, data=content)


def _of_pass(content: bytes) -> Inside:
    """The messages of the barcodes of a pass: what its code holds."""
    try:
        found = strict_json.read(content)
    except ValueError:
        return Inside(_WALLET, why=NotJudged("zip.unreadable"))
    return Inside("", text="\n\n".join(strings(found)))


def strings(value: object) -> list[str]:
    """Every string in a value of JSON, and every name, in order.

    >>> strings({"a": ["b", {"c": "d"}], "n": 1})
    ['a', 'b', 'c', 'd', 'n']
    """
    found: list[str] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, dict):
            for name, inner in reversed(item.items()):
                waiting += (inner, name)
    return found


def json_items(text: str) -> list[tuple[str, object]] | None:
    """The items of JSON with their places: elements of a list, lines of JSON lines, or one value.

    None where the text is no JSON.

    >>> json_items('["a", "b"]'), json_items('{"a": 1}\\n{"a": 2}\\n'), json_items("HC1:")
    ([('#1', 'a'), ('#2', 'b')], [(':1', {'a': 1}), (':2', {'a': 2})], None)
    """
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        strict_json.must_be_few(text, MOST_VALUES)
    except ValueError:
        return None
    try:
        value = strict_json.read(text)
    except ValueError:
        pass
    else:
        if not isinstance(value, list):
            return [("", value)]
        return [(f"#{number}", item) for number, item in enumerate(value, 1)]
    items: list[tuple[str, object]] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.strip():
            try:
                items.append((f":{number}", strict_json.read(line)))
            except ValueError:
                return None
    return items or None


def documents(text: str, items: Sequence[tuple[str, object]]) -> list[tuple[str, str]]:
    """The documents that a text of JSON is, with their places: itself, or each of several in it.

    How JSON is written changes no document.

    >>> documents(" [1] ", [("#1", 1)]), documents("[1, 2]", [("#1", 1), ("#2", 2)])
    ([('', '[1]')], [('#1', '1'), ('#2', '2')])
    """
    if len(items) < 2:
        return [("", text.strip())]
    return [(place, json.dumps(item, ensure_ascii=False)) for place, item in items]


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_OF_SYSTEM + 1)


def is_file_of_system(path: Path) -> bool:
    """Whether a file is one that a system makes in every folder, for itself, by name and content."""
    if not may_be_of_system(path.name):
        return False
    try:
        return path.is_file() and is_of_system(path.name, _beginning(path))
    except OSError:
        return False
