"""Finds the texts of health passports in a body of text: a list, a letter, a table, a link.

A text may have been wrapped, quoted, given a label or encoded on its way. It holds its own proof: what
is behind `HC1:` is compressed with a checksum, so that a candidate is known to be whole. Of a damaged
text the likeliest reading is given, because that it is damaged is a verdict, too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from vaxpass.codes import Stage
from vaxpass.documents.hcert.decode import PREFIX
from vaxpass.documents.recognise import decode, recognise
from vaxpass.documents.shc.texts import tokens
from vaxpass.encoding import base45, percent
from vaxpass.errors import DecodeError

__all__ = [
    "CHANGED_MARK",
    "CONTROLS",
    "MARK",
    "FoundText",
    "find_texts",
    "is_whole",
    "looks_like_inside",
    "unframed",
]

CONTROLS: Final = "\0\x02\x03\x04\x1c\x1d\x1e\x1f"
"""What hand scanners put around a text: NUL, STX, ETX, EOT, FS, GS, RS, US"""
_FRAMING: Final = "\r\n\t\ufeff" + CONTROLS
_IDENTIFIER: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_ENDS: Final = re.compile(f"\r\n|[\r\n\v\f\x85\u2028\u2029{CONTROLS}]")
_LINE_ENDS: Final = frozenset(("\r\n", "\r", "\n"))

_BASE45: Final = re.escape(base45.ALPHABET)
_RUN: Final = re.compile(f"[{_BASE45}]*")
MARK: Final = re.compile(r"HC1(?::|%3[Aa])")
"""What a text within a larger one begins with: its colon may be percent-encoded."""
# Marks in a row that are so near to each other are one damaged text, not thousands.
_NEAR: Final = 12
_IN_A_ROW: Final = 8
CHANGED_MARK: Final = re.compile("[HhＨｈ][CcＣｃ][1１][:：]")
"""The beginning of a text whose letters may have been changed to small or wide ones."""
_HEALTH_LINK: Final = re.compile(r"(?:shlink|vhlink):/{1,2}[\w=-]{16,}", re.ASCII | re.IGNORECASE)
"""A health link in a sentence, a table or the address of a viewer's page"""
_QUOTES: Final = re.compile(r"[ \t]*+(?:[>|][ \t]?){1,64}")
_BEFORE: Final = re.compile(r"[\s>|*\"'`“”„‘’«»‹›(\[{<-]*")
_CLOSING: Final = " \t\"'`“”„‘’«»‹›)]}>,;\\"
_EQUALS: Final = re.compile("=([0-9A-F]{2})")
_PUNCTUATION: Final = " .:-/*+$%"

_CARD: Final = re.compile(
    r"(?<![\w/])(?:(?:https?://[^\s#\"'<>]{1,200}#)?shc:/|https?://[^\s#\"'<>]{1,200}/SMARTHealthCard/?#/?)"
    r"(?:[0-9]{1,2}/[0-9]{1,2}/)?[0-9]{20,}",
    re.ASCII | re.IGNORECASE,
)
"""A SMART Health Card within a line; its digits may go on in the lines below."""
_DIGITS: Final = re.compile(r"[0-9]{10,}")
_SHORTEST_WHOLE: Final = 100
"""Characters. A signature alone is 64 bytes, which are 96 characters of Base45."""
_MENTION: Final = 20
"""What is shorter, and stands within a sentence, is a mention of `HC1:` and no passport."""
_INSIDE: Final = 60
_NARROWEST: Final = 40
_MOST_LINES: Final = 128
_MOST_WORDS: Final = 8
_LONGEST_LABEL: Final = 200
_LABEL: Final = "label"
_MOST_JOINED: Final = 32
_LONGEST: Final = 12_000
"""Characters. A passport in a QR code has at most 4296."""
_COST: Final = 200
"""Characters that a candidate counts beside its own."""
_WORK: Final = 50_000_000
"""Characters of all candidates of one body, where a search ends that takes too long."""


class FoundText(NamedTuple):
    """A text to judge, as it was found in a body of text.

    >>> find_texts("Passport: HC1:NCFOXN%TSMAHN-H3 S/Q1")
    (FoundText(text='HC1:NCFOXN%TSMAHN-H3 S/Q1', line=1),)
    """

    text: str
    """The text without what was around it and without line ends; otherwise as it was found."""
    line: int
    """The line on which it begins, from 1."""


def unframed(text: str) -> str:
    """A text without what a reader of codes or a file put around it.

    Removed are line ends, tabs, the control characters of hand scanners (STX, ETX, EOT, FS, GS, RS, US,
    NUL), a byte order mark, and the AIM identifier that says which kind of code was read, such as `]Q1`
    (ISO/IEC 15424). Blanks stay.

    >>> unframed("\\x02]Q1HC1:NCF \\x03\\r\\n")
    'HC1:NCF '
    """
    inner = text.strip(_FRAMING)
    found = _IDENTIFIER.match(inner)
    return inner[found.end() :].lstrip(_FRAMING) if found else inner


def is_whole(text: str) -> bool:
    """Whether a text is a health passport of which no character is missing or wrong.

    Its checksum shows that. Whether it is genuine, only a verdict says.

    >>> is_whole("HC1:NCF")
    False
    """
    try:
        decode(text)
    except DecodeError as error:
        return error.problem.code.stage not in (Stage.PREFIX, Stage.BASE45, Stage.DEFLATE)
    return True


def looks_like_inside(text: str) -> bool:
    """Whether a text may be a part of a health passport, for example without `HC1:`.

    It has at least 20 characters, all of them capital letters, digits and the signs of Base45 (RFC
    9285). Such a text may hold data of a person: do not show it.

    >>> looks_like_inside("NCFOXN%TSMAHN-H3 S/Q1"), looks_like_inside("passports/april.png")
    (True, False)
    """
    return len(text) >= _MENTION and _RUN.fullmatch(text) is not None


def find_texts(body: str, *, prose: bool = False) -> tuple[FoundText, ...]:
    """Every text in a body of text that must be judged, in order.

    Health passports are found wherever they stand: wrapped over several lines, quoted, behind a label,
    in a link (percent-encoded), in quoted-printable text; damaged ones too. Where the body is a list
    with a code on each line, a line of something else is given as well, so that it is not passed over.
    In all other bodies what stands around passports is not given. A body that has a single line and no
    passport is that line, unless it is prose; a longer one without a passport gives nothing. Health
    links (`shlink:/`, `vhlink:/`) are found in the same places, but for wrapped ones.

    `prose`: it is known not to be a list, for example because it is a letter.

    >>> [found.text for found in find_texts("> HC1:AB\\r\\n> nonsense\\r\\n")]
    ['HC1:AB', 'nonsense']
    >>> find_texts("Dear Sir,\\nthank you.\\n")
    ()
    """
    # Letters and web pages are written with blanks that do not break; Base45 has no such sign.
    pieces = _pieces(body.replace("\xa0", " "))
    if len(pieces) == 1 and not MARK.search(pieces[0].text):
        text = unframed(pieces[0].text.strip())
        if recognise(text) is None and (cards := _cards_in(text)):
            return tuple(FoundText(card, pieces[0].line) for card in cards)
        if links := _links(text):
            return tuple(FoundText(link, pieces[0].line) for _, link in links)
        wanted = text and (not prose or _is_suspect(text))
        return (FoundText(text, pieces[0].line),) if wanted else ()
    search = _Search(pieces)
    search.run()
    return tuple(search.result(prose=prose))


class _Piece(NamedTuple):
    """A part of the body between two ends of lines or of texts."""

    text: str
    line: int


def _pieces(body: str) -> list[_Piece]:
    """All parts of the body; empty ones only where a line is blank, because they end a paragraph."""
    found = []
    line, start = 1, 0
    for end in _ENDS.finditer(body):
        found.append(_Piece(body[start : end.start()], line))
        line += end.group() in _LINE_ENDS
        start = end.end()
    found.append(_Piece(body[start:], line))
    while found and not found[-1].text.strip(_FRAMING + " "):
        found.pop()
    first = 0
    while first < len(found) and not found[first].text.strip(_FRAMING + " "):
        first += 1
    return found[first:]


class _Search:
    """One search through the pieces of a body. The number of tries to decode is limited."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._found: dict[tuple[int, int], FoundText] = {}
        self._claimed: set[int] = set()
        self._leading = 0
        self._wrapped = False
        self._work = _WORK

    def run(self) -> None:
        """Find all passports."""
        for index, piece in enumerate(self._pieces):
            if index in self._claimed or self._take_card(index):
                continue
            place = 0
            while mark := MARK.search(piece.text, place):
                place = self._take(index, mark.start())
                if index in self._claimed and place < 0:
                    break

    def result(self, *, prose: bool) -> Iterator[FoundText]:
        """What was found, and the other lines that must be judged."""
        others = {
            index: text
            for index, piece in enumerate(self._pieces)
            if index not in self._claimed and (text := unframed(piece.text).strip())
        }
        is_list = not prose and self._is_list(others)
        rows = dict(self._found)
        for index, text in others.items():
            line = self._pieces[index].line
            if links := _links(text):
                rows |= {(index, place): FoundText(link, line) for place, link in links}
            elif is_list or _is_suspect(text):
                rows[index, 0] = FoundText(_unquoted(text), line)
        for place in sorted(rows):
            yield rows[place]

    def _is_list(self, others: dict[int, str]) -> bool:
        if self._wrapped or not self._leading:
            return False
        most = self._leading > 1 and self._leading >= len(others)
        return most or all(len(_unquoted(text).split()) == 1 for text in others.values())

    def _take_card(self, index: int) -> bool:
        """Whether there are SMART Health Cards in a piece, and no other passports. Takes them."""
        piece = self._pieces[index]
        if "." not in piece.text and "shc:" not in piece.text.lower():
            return False
        if MARK.search(piece.text):
            return False
        text = unframed(_unquoted(piece.text))
        cards = [text] if _CARD.fullmatch(text) else [] if recognise(text) else _cards_in(text)
        if not cards:
            return False
        claimed = {index}
        if text.endswith(cards[-1]) and cards[-1][-1].isdigit():
            # Only digits may go on below, as where a letter was wrapped.
            for place in range(index + 1, min(index + 1 + _MOST_LINES, len(self._pieces))):
                line = _unquoted(self._pieces[place].text)
                if not _DIGITS.fullmatch(line):
                    break
                cards[-1] += line
                claimed.add(place)
        self._leading += text == cards[0] or len(claimed) > 1
        self._wrapped |= len(claimed) > 1
        for number, card in enumerate(cards):
            self._found[index, number] = FoundText(card, piece.line)
        self._claimed |= claimed
        return True

    def _take(self, index: int, column: int) -> int:
        """Find the text that begins there; gives where to go on in the piece, -1 for its end."""
        piece = self._pieces[index].text
        if self._work < 0:
            # Not searched: all that is left of the line is judged as one text.
            self._found[index, column] = FoundText(piece[column:].strip(), self._pieces[index].line)
            self._claimed.add(index)
            return -1
        self._work -= _COST
        head = piece[column : column + _LONGEST]
        before = piece[:column] if column < _LONGEST_LABEL else _LABEL
        leads = _BEFORE.fullmatch(unframed(before)) is not None
        following = MARK.search(head, len(PREFIX))
        text, lines, length = "", 0, 0
        if following:
            # The next one nearly always ends this one; these letters may also be in it by chance.
            text, lines, length = self._read(index, column, head[: following.start()].rstrip(), before)
        if not text:
            text, lines, length = self._read(index, column, head, before)
        if not text:
            if not leads and len(_run(head)) < _MENTION:
                return column + len(PREFIX)
            end = _end_of_row(self._pieces[index].text, column)
            if end:
                row = self._pieces[index].text[column : min(end, column + _LONGEST)]
                self._found[index, column] = FoundText(row, self._pieces[index].line)
                self._claimed.add(index)
                return end
            head = head[: following.start()] if following else head
            text, lines = self._damaged(index, head, before, leads=leads)
            length = len(head) if leads else max(len(_run(head)), len(PREFIX))
        self._found[index, column] = FoundText(text, self._pieces[index].line)
        self._leading += leads
        self._claimed.update(range(index, index + lines))
        return -1 if lines > 1 else column + length

    def _read(self, index: int, column: int, head: str, before: str) -> tuple[str, int, int]:
        """The whole text that begins there, its number of pieces, and its length in the first."""
        self._work -= len(head)
        if self._work < 0:
            return "", 0, 0
        following = self._following(index, before)
        plain = head.rstrip()
        alone = index + 1 == len(self._pieces) or bool(following and following[0].startswith(PREFIX))
        if _RUN.fullmatch(plain) and alone and len(plain) > _SHORTEST_WHOLE and self._whole(plain):
            return head if column == 0 else plain, 1, len(head)
        for text, length in _on_one_line(head):
            if self._work < 0:
                return "", 0, 0
            if self._whole(text):
                return text, 1, length
        for lines, text in _over_lines(head, following):
            if self._work < 0:
                break
            if self._whole(text):
                self._wrapped = True
                return text, lines, len(head)
        return "", 0, 0

    def _damaged(self, index: int, head: str, before: str, *, leads: bool) -> tuple[str, int]:
        """The likeliest reading of a text that is damaged, and its number of pieces."""
        if not leads:
            return _run(head).rstrip(), 1
        lines = [head]
        for line in self._following(index, before) if len(head) >= _NARROWEST else ():
            if not _RUN.fullmatch(line) or MARK.match(line):
                break
            lines.append(line)
            if len(line) < _NARROWEST:
                break
        if len(lines) > 1:
            self._wrapped = True
            return "".join(lines).strip(), len(lines)
        quoted = before.strip() != "" or head.rstrip(_CLOSING) != head.rstrip()
        return head.rstrip(_CLOSING) if quoted else head, 1

    def _following(self, index: int, before: str) -> list[str]:
        """The lines below a piece that may go on with its text, without the marks of quotations."""
        found = []
        size = 0
        for piece in self._pieces[index + 1 : index + 1 + _MOST_LINES]:
            text = piece.text
            if before and text.startswith(before):
                text = text[len(before) :]
            elif quote := _QUOTES.match(text):
                text = text[quote.end() :]
            size += len(text)
            if not text.strip() or size > _LONGEST:
                break
            found.append(text)
            if MARK.match(text):
                break
        return found

    def _whole(self, text: str) -> bool:
        self._work -= len(text)
        return len(text) >= _SHORTEST_WHOLE and is_whole(text)


def _end_of_row(text: str, place: int) -> int:
    """Where the last of several marks begins that are too near to each other for a text; 0 for few."""
    number = 0
    mark = MARK.match(text, place)
    while mark:
        place, after = mark.start(), mark.end()
        mark = MARK.search(text, after, after + _NEAR + len("HC1%3A"))
        number += 1
    return place if number > _IN_A_ROW else 0


def _run(text: str) -> str:
    found = _RUN.match(text)
    return found.group() if found else ""


def _is_suspect(text: str) -> bool:
    """Whether a line is another health document, or so like a part of one that it must be judged."""
    line = _unquoted(text)
    if recognise(line) or CHANGED_MARK.match(line):
        return True
    return len(line) >= _INSIDE and looks_like_inside(line)


def _cards_in(line: str) -> list[str]:
    """The SMART Health Cards within a line of other text, as digits or as JWS."""
    return [found.group() for found in _CARD.finditer(line)] or list(tokens(line))


def _links(text: str) -> list[tuple[int, str]]:
    """The health links within a line of something else, with their places."""
    found = [(link.start(), link.group()) for link in _HEALTH_LINK.finditer(text)]
    return found if found and recognise(_unquoted(text)) is None else []


def _unquoted(text: str) -> str:
    found = _QUOTES.match(text)
    return text[found.end() :].strip() if found else text.strip()


def _decoded(text: str) -> Iterator[str]:
    """Other readings of a text: as part of a link, with its escapes undone, quoted-printable."""
    if text.startswith("HC1%3"):  # the colon alone is encoded
        yield PREFIX + text[len("HC1%3A") :]
    if "%" in text:
        plain = percent.decode(text)
        yield plain
        if "+" in text:  # in a form, a blank is written as +
            yield percent.decode(text.replace("+", " "))
    if "\\" in text:
        yield text.replace("\\", "")
    if "=" in text:
        yield _EQUALS.sub(lambda found: chr(int(found[1], 16)), text)


def _on_one_line(head: str) -> Iterator[tuple[str, int]]:
    """Candidates within a line, the likeliest first, and how many of its characters they take."""
    run = _run(head)
    yield run.rstrip(), len(run)
    token = re.split(r"[\s\"'<>&]", head, maxsplit=1)[0]
    for plain in (*_decoded(token), *_decoded(head)):
        if plain.startswith(PREFIX):
            yield _run(plain).rstrip(), len(token)
    for cut in _shorter(run):
        yield cut, len(cut)
    for spaced in _spaced(run.rstrip()):
        yield spaced, len(run)


def _shorter(run: str) -> Iterator[str]:
    """A run of characters without the words and signs at its end that may not belong to the text."""
    following = run.find(PREFIX, len(PREFIX))
    if following > 0:
        run = run[:following]
        yield run.rstrip()
    for _ in range(_MOST_WORDS):
        ended = run.rstrip()
        for _ in range(_MOST_WORDS):
            if not ended or ended[-1] not in _PUNCTUATION:
                break
            ended = ended[:-1]
            yield ended.rstrip()
        run = run.rstrip().rpartition(" ")[0]
        if not run:
            return
        yield run.rstrip()


def _spaced(run: str) -> Iterator[str]:
    """A run with one or two of its blanks doubled: web pages and PDFs show two blanks as one."""
    places = [place for place, sign in enumerate(run) if sign == " "]
    if len(places) > _MOST_JOINED or len(run) < _SHORTEST_WHOLE:
        return
    for place in places:
        yield f"{run[:place]} {run[place:]}"
    for first, second in itertools.combinations(places, 2):
        yield f"{run[:first]} {run[first:second]} {run[second:]}"


def _over_lines(head: str, following: list[str]) -> Iterator[tuple[int, str]]:
    """Candidates that go on over lines, each with its number of lines, the likeliest first."""
    block = [head, *itertools.takewhile(lambda line: not line.startswith(PREFIX), following)]
    bare = [line.removesuffix("=").removesuffix("\\") for line in block]
    plain = [*itertools.takewhile(_RUN.fullmatch, bare)]
    # The last line may go on with something else.
    plain += bare[len(plain) : len(plain) + 1]
    for number in range(len(plain), 1, -1):
        yield number, _run("".join(plain[:number])).rstrip()
    for number in range(len(bare), 1, -1):
        for text in _decoded("".join(bare[:number])):
            yield number, _run(text).rstrip()
    for number in range(min(len(plain), _MOST_JOINED), 1, -1):
        for joined in _joined(plain[:number]):
            yield number, _run(joined).rstrip()
        for cut in _shorter(_run(plain[number - 1])):
            yield number, "".join(plain[: number - 1]) + cut
    for number in range(len(plain), max(1, len(plain) - 2), -1):
        for spaced in _spaced(_run("".join(plain[:number])).rstrip()):
            yield number, spaced


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines put together with the blanks that were lost where they were wrapped."""
    stripped = [line.strip() for line in lines]
    width = max(map(len, stripped[:-1]))
    yield " ".join(stripped)
    # Of lines of one width, those that are shorter have lost a blank at their end or beginning.
    yield "".join(line.ljust(width) for line in stripped[:-1]) + stripped[-1]
    yield stripped[0] + "".join(line.rjust(width) for line in stripped[1:-1]) + stripped[-1]
    yield "".join(line if len(line) == width else f"{line} " for line in stripped).rstrip()
    yield "".join(line if line.endswith("-") else f"{line} " for line in stripped).rstrip()
    yield "".join(stripped)
    # Where lines end between words, a double blank is lost, too.
    for place in range(1, len(stripped)):
        yield f"{' '.join(stripped[:place])}  {' '.join(stripped[place:])}"
