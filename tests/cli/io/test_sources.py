"""Every input is judged, or is a row that says why not; its kind is told by its bytes."""

from __future__ import annotations

import base64
import codecs
import csv
import io
import json
import os
import quopri
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import pytest
from PIL import Image
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import containers, images, kinds, sources
from vaxpass_cli.io.kinds import Kind

from tests.support.world import World
from vaxpass import qr

Rows: TypeAlias = list[tuple[str, str | None, str | None]]
Read: TypeAlias = Callable[[str | bytes], Rows]


@pytest.fixture(scope="module")
def text(world: World) -> str:
    return world.issue()


@pytest.fixture(scope="module")
def other(world: World) -> str:
    return world.issue(key=world.ps256)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The rows of a file with this content: what its name has added, its text, what is wrong."""
    path = tmp_path / "file"

    def run(content: str | bytes) -> Rows:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = sources.find([str(path)])
        return [(row.name.removeprefix(str(path)), row.text, row.problem) for row in found]

    return run


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def picture(text: str, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(qr.png(text))).convert("RGB").save(out, kind)
    return out.getvalue()


# --- kinds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0\x03\0\0\0\x04" * 300,
        b"\x7fELF\x02\x01\x01" + bytes(500),
        b"\x1f\x8b\x08\0" + os.urandom(3000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000),
        b"ID3\x03\0" + os.urandom(3000),
        bytes(range(256)) * 40,
        os.urandom(5000),
        bytes(1000),
    ],
)
def test_a_binary_file_is_one_row(data: bytes, read: Read) -> None:
    ((place, found, problem),) = read(data.replace(b"%PDF-", b"-----"))
    assert (place, found) == ("", None)
    assert problem is not None


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_a_picture_that_is_damaged_is_one_row(brand: bytes, read: Read) -> None:
    data = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + os.urandom(4000)
    ((_, found, problem),) = read(data)
    assert found is None
    assert str(problem).startswith("picture.")


def test_the_kind_of_a_text_of_comments_is_told_at_once() -> None:
    assert kinds.of(b"<!-- -->" * 20_000) is Kind.TEXT
    assert kinds.of(b"<!-- a -->\n" * 1000 + b"<svg>") is Kind.SVG
    assert kinds.of(b"<?xml version='1.0'?><!-- a --><!DOCTYPE html>") is Kind.MARKUP


def test_kinds_are_told_by_bytes() -> None:
    for data, kind in (
        (b"%PDF-1.7\n%\xe2\xe3", Kind.PDF),
        (b"\0\1\2" * 50 + b"%PDF-1.4", Kind.PDF),
        (b"\n\n %PDF-1.4", Kind.PDF),
        (b"see the %PDF-1.4 file\nHC1:A", Kind.TEXT),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Kind.PICTURE),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.PICTURE),
        (b"8BPS\0\1", Kind.PICTURE),
        (b"P5 12 12 255 ", Kind.PICTURE),
        (b"PK\3\4", Kind.ZIP),
        (b"PAR1", Kind.PARQUET),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", Kind.SVG),
        (b"<!-- c -->\n<svg:svg>", Kind.SVG),
        (b"<!doctype html><html>", Kind.MARKUP),
        (b"From: a@example.org\nTo: b@example.org\n\nhello", Kind.MAIL),
        (b"Passport: HC1:AB\nother: line\n\nhello", Kind.TEXT),
        (b"MZ is how my name begins", Kind.TEXT),
        (b"BM is how my name begins", Kind.TEXT),
        ("Hộ chiếu: HC1:A".encode("cp1258", "replace"), Kind.TEXT),
        ("HC1:A".encode("utf-16"), Kind.TEXT),
        (b"\x02HC1:A\x03\0", Kind.TEXT),
    ):
        assert kinds.of(data) is kind, data


def test_a_drawing_says_that_it_cannot_be_read(text: str, read: Read) -> None:
    assert read(qr.svg(text)) == [("", None, "picture.svg")]


# --- encodings and framing ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_texts_are_read_by_their_mark(
    encoding: str, end: str, text: str, other: str, read: Read
) -> None:
    assert read(f"{text}{end}{other}{end}".encode(encoding)) == [
        (":1", text, None),
        (":2", other, None),
    ]
    big = codecs.BOM_UTF16_BE + f"{text}{end}".encode("utf-16-be")
    assert read(big) == [("", text, None)]


def test_framing_of_hand_scanners_is_taken_off(text: str, other: str, read: Read) -> None:
    assert [row[1] for row in read(f"\x02]Q1{text}\x03\r\n\x02]Q1{other}\x03\r\n\x04\0")] == [
        text,
        other,
    ]
    (found,) = sources.find([f"\x02]Q1{text}\x03"])
    assert found.text == text


# --- texts in other things ---------------------------------------------------------------------------


def test_a_text_without_a_passport_is_one_row(read: Read) -> None:
    assert read("Dear Sir,\nthank you\nfor your letter.\n") == [("", None, "text.no_passport")]
    assert read("id,name\n1,An\n2,Binh\n") == [("", None, "text.no_passport")]
    assert read('{"a": [1, "b"]}') == [("", None, "text.no_passport")]
    assert read("<html><p>hello<p>world") == [("", None, "text.no_passport")]
    assert read(" \r\n\t\n") == [("", None, "text.none")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_row_of_a_table_is_judged(delimiter: str, text: str, other: str, read: Read) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [
            ("id", "name", "code"),
            (1, "An", text),
            (2, "Bình\nLê", other),
            (3, "Chi", ""),
            (4, "Dao", "?"),
        ]
    )
    assert read(out.getvalue()) == [
        (":2", text, None),
        (":3", other, None),
        (":5", None, "table.no_text"),
        (":6", "?", None),
    ]
    assert read(f"text\n{text}\n{other}\n") == [(":2", text, None), (":3", other, None)]


def test_any_string_of_json_is_judged(text: str, other: str, read: Read) -> None:
    assert read(json.dumps({"a": {"b": [1, {"c": text}]}})) == [("", text, None)]
    assert read(json.dumps([text, other], indent=1)) == [("#1", text, None), ("#2", other, None)]
    assert read(json.dumps([text, "nonsense"])) == [("#1", text, None), ("#2", "nonsense", None)]
    rows = [{"id": 1, "text": text}, {"id": 2, "text": ""}, {"id": 3, "text": other}]
    lines = "\n".join(json.dumps(row).replace("/", "\\/") for row in rows)
    expected = [("1", text, None), ("2", None, "text.no_passport"), ("3", other, None)]
    assert read(lines) == [(f":{place}", *rest) for place, *rest in expected]
    assert read(json.dumps(rows)) == [(f"#{place}", *rest) for place, *rest in expected]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_that_is_json_itself_is_one_row(indent: int | None, read: Read) -> None:
    seal = {"data": {"hdr": {"t": "icao.vacc", "v": 1, "is": "UTO"}, "msg": {}}, "sig": {}}
    credential = {"proof": {"verificationMethod": "did:india"}, "credentialSubject": {"name": "A"}}
    for value in (seal, [seal], credential):
        written = json.dumps(value, indent=indent)
        assert read(written + "\n") == [("", written, None)]


def test_markup_is_read_as_people_see_it(text: str, read: Read) -> None:
    shown = text.replace("/", "&#47;").replace("+", "<wbr>+")
    assert read(f"<html><p>My code:</p><p>{shown}</p>") == [("", text, None)]
    assert read(f"<html><a href='https://example.org/#{quote(text, safe='')}'>code</a>") == [
        ("", text, None)
    ]


def test_blanks_that_do_not_break_are_blanks(text: str, read: Read) -> None:
    spaced = text[:50] + "  " + text[50:]
    for body in (f"<p>{spaced.replace(' ', '&nbsp;')}</p>", spaced.replace(" ", "\xa0")):
        assert read(body) == [("", spaced, None)]


def test_comments_and_attributes_of_markup_are_looked_at(text: str, other: str, read: Read) -> None:
    page = f"<html><p>{text}</p><!-- {other} -->"
    assert [row[1] for row in read(page)] == [text, other]
    for page in (f"<html><div data-qr='{text}'>", f'<html><input value="{text}">'):
        assert read(page) == [("", text, None)]


def mail(*parts: tuple[str, str, str, bytes]) -> bytes:
    """A mail of parts: type, encoding, name of the file, content."""
    head = b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    out = head + b'Content-Type: multipart/mixed; boundary="="\r\n\r\n'
    coders = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}
    for kind, encoding, name, content in parts:
        data = coders.get(encoding, bytes)(content)
        disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
        out += f"--=\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()
        out += f"{disposition}\r\n".encode() + data + b"\r\n"
    return out + b"--=--\r\n"


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_passports_in_a_mail_are_judged(encoding: str, text: str, other: str, read: Read) -> None:
    body = f"Hello,\r\n\r\n{text}\r\n\r\nregards".encode()
    assert read(mail(("text/plain", encoding, "", body))) == [("", text, None)]
    page = f"<p>Hello</p><p>{text}</p>".encode()
    both = (("text/plain", encoding, "", body), ("text/html", encoding, "", page))
    assert read(mail(*both)) == [("", text, None)]
    parts = (
        ("text/plain", "7bit", "", b"Two are attached."),
        ("image/png", "base64", "a.png", picture(other)),
        ("application/octet-stream", "base64", "b.bin", bytes(100)),
    )
    assert read(mail(*parts)) == [("#a.png", other, None), ("#b.bin", None, "file.kind")]
    assert read(mail(("text/plain", encoding, "", b"hello\r\nworld"))) == [
        ("", None, "text.no_passport")
    ]


def test_what_is_in_an_archive_is_judged(text: str, other: str, read: Read) -> None:
    assert read(zipped(a__png=picture(text), b__txt=b"a\nb c", c__exe=bytes(99))) == [
        ("#a.png", text, None),
        ("#b.txt", None, "text.no_passport"),
        ("#c.exe", None, "file.kind"),
    ]
    inner = mail(("application/zip", "base64", "in.zip", zipped(a__txt=other.encode())))
    assert read(zipped(m__eml=inner)) == [("#m.eml#in.zip#a.txt", other, None)]


def test_of_a_pass_the_code_is_judged(text: str, other: str, read: Read) -> None:
    wallet = {
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": text}],
        "barcode": {"message": text},
    }
    files = {"pass__json": json.dumps(wallet).encode(), "logo__png": picture("https://example.org")}
    assert read(zipped(**files)) == [("", text, None)]
    assert read(zipped(pass__json=b'{"a": 1}')) == [("", None, "text.no_passport")]
    # An archive is no pass because of one name in it.
    assert read(zipped(**files, b__png=picture(other))) == [("#b.png", other, None), ("", text, None)]


def test_of_an_office_document_the_text_is_judged(text: str, read: Read) -> None:
    runs = f"<w:p><w:r><w:t>{text[:30]}</w:t></w:r><w:r><w:t>{text[30:]}</w:t></w:r></w:p>"
    document = f"<?xml version='1.0'?><w:document><w:p>Hello</w:p>{runs}</w:document>"
    files = {"[Content_Types]__xml": b"<Types/>", "word/document__xml": document.encode()}
    assert read(zipped(**files)) == [("", text, None)]


def test_files_that_systems_keep_are_left_out_of_archives_and_named(
    text: str, read: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.png", picture(text))
        archive.writestr("__MACOSX/._a.png", bytes(50))
        archive.writestr("in/.DS_Store", bytes(99))
    assert read(data.getvalue()) == [("#a.png", text, None)]
    assert "2 files that systems keep" in capsys.readouterr().err


def test_all_pictures_of_an_archive_have_a_common_limit(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Read
) -> None:
    monkeypatch.setattr(sources, "Budget", lambda **_: containers.Budget(pixels=images.Pixels(1)))
    data = zipped(a__png=picture(text), b__png=picture(text), c__png=picture(text))
    assert read(data) == [("#a.png", text, None), ("", None, "container.too_large")]


# --- pictures within texts ---------------------------------------------------------------------------


def links(data: bytes) -> dict[str, str]:
    """Texts that hold a picture."""
    letters = base64.b64encode(data).decode()
    lines = base64.encodebytes(data).decode()
    indented = lines.replace("\n", "\n ").rstrip()
    link = f"data:image/png;base64,{letters}"
    return {
        "html": f"<html><p>see</p><img src='{link}'>",
        "html, lines": f'<html><img src="data:image/png;base64,\n{lines}">',
        "html, numbers": f"<html><img src='{link}'>".replace("+", "&#43;").replace("==", "&#x3D;="),
        "html, percent": f"<html><img src='data:image/png;base64,{quote(letters, safe='')}'>",
        "css": f"<html><style>p {{background: url({link})}}</style>",
        "mail": mail(("text/html", "quoted-printable", "", f"<img src='{link}'>".encode())).decode(),
        "json": json.dumps({"a": [link]}),
        "json, Base64 alone": json.dumps({"a": [letters]}),
        "json, escaped": json.dumps([link]).replace("/", "\\/").replace("+", "\\u002B"),
        "json, lines": json.dumps([lines]),
        "markdown": f"Your code: ![code]({link})\n\nBye\n",
        "card": f"BEGIN:VCARD\nPHOTO;ENCODING=b:{indented}\nEND:VCARD\n",
        "lines": lines,
    }


@pytest.mark.parametrize("kind", links(b""))
def test_pictures_within_a_text_are_judged(kind: str, text: str, read: Read) -> None:
    assert read(links(picture(text))[kind]) == [("#data-1", text, None)]


def test_a_text_beside_a_picture_in_it_is_judged_too(text: str, other: str, read: Read) -> None:
    link = "data:image/png;base64," + base64.b64encode(picture(other)).decode()
    both = [("#data-1", other, None), ("", text, None)]
    assert read(f"<html><p>{text}</p><img src='{link}'>") == both
    assert read(f"Dear Sir,\n\n{text}\n\nand {link}\n") == both
    unread = "data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode()
    assert read(f"<html><p>{text}</p><img src='{unread}'>") == [
        ("#data-1", None, "picture.svg"),
        ("", text, None),
    ]


def test_texts_within_texts_are_read_as_deep_as_archives(text: str, read: Read) -> None:
    content = text
    for _ in range(2):
        content = f"<a href='data:text/html;base64,{base64.b64encode(content.encode()).decode()}'>a</a>"
    assert read(content) == [("#data-1#data-1", text, None)]
    for _ in range(containers.DEEPEST):
        content = f"<a href='data:text/html;base64,{base64.b64encode(content.encode()).decode()}'>a</a>"
    ((_, found, problem),) = read(content)
    assert (found, problem) == (None, "container.too_deep")


def test_what_is_packed_is_bounded(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Read, other: str
) -> None:
    data = text.encode()
    for _ in range(containers.DEEPEST + 1):
        data = zipped(a__zip=data)
    ((_, found, problem),) = read(data)
    assert (found, problem) == (None, "container.too_deep")
    bomb = zipped(a__txt=text.encode(), b__bin=bytes(containers.MOST_BYTES), c__txt=other.encode())
    assert read(bomb) == [("#a.txt", text, None), ("", None, "container.too_large")]
    many = zipped(**{f"{number}__txt": text.encode() for number in range(containers.MOST_ENTRIES + 5)})
    rows = read(many)
    assert len(rows) == containers.MOST_ENTRIES + 1
    assert rows[-1] == ("", None, "container.too_large")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"HC1:A\r\n" * (containers.MOST_LINES_INSIDE + 1), "file.too_large"),
        (b"<html>" + b"<" * 1_000_001, "file.too_large"),
        (b"From: a@b\nTo: b@c\n\n" + b"--x\n" * 30_000, "container.too_large"),
        (b"From: a@b\n" + b"X: y\n" * 200_001, "file.too_large"),
    ],
)
def test_what_is_small_when_packed_takes_little_work(content: bytes, problem: str, read: Read) -> None:
    assert read(zipped(a__b=content))[0][2] == problem


def test_rows_of_what_is_packed_are_bounded(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Read
) -> None:
    monkeypatch.setattr(containers, "MOST_ROWS", 3)
    files = {f"{number}__txt": text.encode() for number in range(9)}
    assert [row[2] for row in read(zipped(**files))] == [None, None, None, "container.too_large"]


def test_json_of_very_many_values_is_read_as_text(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Read
) -> None:
    monkeypatch.setattr(containers, "MOST_VALUES", 50)
    values = json.dumps([*[[]] * 100, text])
    assert read(values) == [("", text, None)]


def test_an_archive_that_is_damaged_or_locked_is_told(text: str, read: Read) -> None:
    data = bytearray(zipped(a__txt=text.encode()))
    assert read(bytes(data[:60])) == [("", None, "zip.unreadable")]
    locked = bytearray(data)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.index(mark) + place] |= 1
    assert read(bytes(locked)) == [("#a.txt", None, "zip.password")]
    data[45] ^= 0xFF
    assert read(bytes(data)) == [("#a.txt", None, "zip.unreadable")]


def test_nothing_of_a_file_is_where_nobody_looks(text: str, other: str, read: Read) -> None:
    def found(content: str | bytes) -> set[str | None]:
        return {row[1] for row in read(content)}

    both = {text, other}
    # A pass, and what lies beside it.
    wallet = json.dumps({"barcode": {"message": text}}).encode()
    assert found(zipped(pass__json=wallet, b__txt=other.encode())) == both
    assert found(zipped(pass__json=wallet, **{"strip@2x__png": picture(other)})) == both
    # Comments, attributes and pictures of markup.
    shown = f"<html><p>{text}</p>"
    assert found(f"{shown}<!-- {other} -->") == both
    assert found(f"{shown}<i data-code='{other}'>") == both
    inline = base64.b64encode(picture(other)).decode()
    assert found(f"{shown}<img src='data:image/png;base64,{inline}'>") == both
    # Headers of a mail, and what is around its parts.
    whole = mail(("text/plain", "7bit", "", text.encode()))
    assert found(whole.replace(b"MIME", f"Subject: {other}\r\nMIME".encode())) == both
    assert found(whole.replace(b"--=\r\n", f"{other}\r\n--=\r\n".encode(), 1)) == both
    assert found(whole + other.encode()) == both
    # Other columns of a table, and the line above them.
    assert found(f"name,code,remark\nAn,{text},code: {other}\nBo,{text},none\n") == both
    changed = read(f"name,{other.lower()}\nAn,{text}\n")
    assert [row[2] for row in changed] == ["text.changed_letters", None]
    assert read(f"uvci,code\n{'URN:UVCI:01:VN:' + 'A' * 20},{text}\n") == [("", text, None)]


# --- folders -----------------------------------------------------------------------------------------


def test_every_file_of_a_folder_is_a_row(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, data in {
        "a.jfif": picture(text, "JPEG"),
        "b.exe": b"MZ\x90\0" * 99,
        "c.text": text.encode(),
        "d/.hidden": text.encode(),
        "d/.DS_Store": b"\0\0\0\1Bud1",
        "d/._c.text": b"\0\5\x16\7",
        "e": b"",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "f")
    (tmp_path / "g").symlink_to(tmp_path / "nowhere")
    (tmp_path / "h").symlink_to(tmp_path / "d")
    found = [
        (row.name.removeprefix(f"{tmp_path}/"), row.text, row.problem)
        for row in sources.find([str(tmp_path)])
    ]
    assert found == [
        ("a.jfif", text, None),
        ("b.exe", None, "file.kind"),
        ("c.text", text, None),
        ("d/.hidden", text, None),
        ("e", None, "text.none"),
        ("f", None, "file.special"),
        ("g", None, "file.unreadable"),
        ("h", None, "folder.link"),
    ]
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert ".DS_Store, ._c.text" in said


def test_the_name_of_a_file_of_the_system_hides_nothing(text: str, tmp_path: Path) -> None:
    for name in ("._a.txt", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_text(text)
    (tmp_path / "desktop.ini").write_text(f"[.ShellClassInfo]\n{text}")
    (tmp_path / "Desktop.ini").write_text("[.ShellClassInfo]\nIconResource=a.dll,3\n", "utf-16")
    found = list(sources.find([str(tmp_path)]))
    assert [row.text for row in found].count(text) == 4


def test_an_empty_folder_and_a_large_file_are_rows(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST", 2000)
    (tmp_path / "empty").mkdir()
    (tmp_path / "large").write_bytes(b"a" * 2001)
    inputs = [str(tmp_path / "empty"), str(tmp_path / "large"), text]
    assert [row.problem for row in sources.find(inputs)] == ["folder.empty", "file.too_large", None]


# --- arguments ---------------------------------------------------------------------------------------


def test_the_text_of_a_passport_is_never_taken_for_the_name_of_a_file(text: str) -> None:
    for given in (
        text[4:],
        f"{text[4:-5]}.A1B2",
        f"/{text[5:]}",
        f"]Q1{text}",
        f'"{text}',
        text.lower(),
        f"Passport: {text}",
        "ＨＣ１：" + text[4:],
    ):
        sources.must_exist([given])
    for given in (
        text[4:40] + ".PNG",
        "x" + text[4:],
        text[4:].lower(),
        text[4:].title(),
        f"{text[8:]}€",
    ):
        try:
            sources.must_exist([given])
        except UsageError as error:
            assert given[:20] not in str(error)  # noqa: PT017 - an error is not needed


@pytest.mark.parametrize("given", ["", " "])
def test_an_empty_argument_is_told_by_its_number(given: str) -> None:
    with pytest.raises(UsageError, match="Argument 2"):
        list(sources.find(["HC1:A", given]))


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"april/passport\.png: there is no such file"):
        sources.must_exist(["april/passport.png"])
