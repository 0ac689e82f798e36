"""`vaxpass print`: what stands on a certificate, that it can be scanned, and what is never printed."""

from __future__ import annotations

import csv
import json
import re
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pypdfium2
import pytest
from vaxpass_cli.io import sources
from vaxpass_cli.print import symbol
from vaxpass_cli.print.pdf_writer import Paper

from tests.support.command import Ran, Run
from tests.support.world import NOW, RECOVERY, UVCI, VACCINATION, World
from tests.support.yellow_cards import POLIO_CARD, yellow_card
from vaxpass import Certificate, Kind, Person, decode
from vaxpass.identity import to_icao
from vaxpass.trust.formats import native

AT = NOW.isoformat()
FAMILY = "Công Tằng Tôn Nữ Huyền Trân Đoàn Nguyễn Hoàng Phúc Trường Khương Đặng Nghiêm Thu"
GIVEN = "Thị Thanh Hương Giang Minh Nguyệt Ánh Dương Bích Ngọc Kim Ngân Tuyết Mai Phương"
VIETNAMESE = (
    *("Họ và tên", "Ngày sinh", "Quốc tịch", "Bệnh được phòng", "Số mũi đã tiêm", "Ngày tiêm"),
    *("Mũi tiêm số", "Vắc xin", "Sản phẩm", "Nhà sản xuất", "Mã chứng nhận"),
)
ENGLISH = (
    *("Full name", "Date of birth", "Nationality", "Disease", "Doses received"),
    *("Date of vaccination", "Dose number", "Vaccine", "Product", "Manufacturer", "Certificate code"),
)
TEST_MARK = "TEST - NOT A REAL PASSPORT"


class Printed:
    """A folder of prints, and how the command ended."""

    def __init__(self, ran: Ran, folder: Path) -> None:
        self.code, self.out, self.err = ran.code, ran.out, ran.err
        self.files = sorted(folder.iterdir()) if folder.exists() else []
        self.names = [path.name for path in self.files]

    @property
    def only(self) -> Path:
        (path,) = self.files
        return path


Print: TypeAlias = Callable[..., Printed]


@pytest.fixture
def trust(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "list.json"
    path.write_bytes(native.write(world.trust, source="the test world", test=False))
    return path


@pytest.fixture
def printed(run: Run, trust: Path, tmp_path: Path) -> Print:
    """Prints with test keys allowed, because those of the test world are such."""
    folders = iter(tmp_path / f"prints {number}" for number in range(100))

    def print_them(*arguments: object, trusting: bool = True) -> Printed:
        folder = next(folders)
        named = ("-t", trust, "--test-keys") if trusting else ()
        ran = run("print", *arguments, *named, "--at", AT, "--out", folder)
        return Printed(ran, folder)

    return print_them


def of(person: Person) -> Certificate:
    return Certificate(person, "1990-05-06", VACCINATION.entries)


def pages(path: Path) -> list[str]:
    """The text that a reader can select, a page each, on one line."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return [" ".join(text.split()) for text in texts]


def scanned(path: Path) -> list[str | None]:
    return [source.text for source in sources.find([str(path)])]


@pytest.mark.parametrize("paper", ["a4", "card"])
def test_the_eleven_fields_stand_on_it_in_both_languages(
    printed: Print, world: World, paper: str
) -> None:
    found = printed(world.issue(), "--paper", paper)
    assert (found.code, found.names) == (0, ["passport.pdf"])
    shown = pages(found.only)
    for label in (*VIETNAMESE, *ENGLISH):
        assert label in shown[0]
    for value in (
        *("Nguyễn Bảo Duy", "NGUYEN<<BAO<DUY", "1990-05-06", "COVID-19", "2025-12-12", "2 of 2"),
        *("2 trong 2 mũi", "mRNA", "Comirnaty", "BioNTech Manufacturing GmbH"),
        *("không có trong chứng nhận này", "not carried by this certificate"),
    ):
        assert value in shown[0]
    assert UVCI.removesuffix("#1") in shown[0].replace(" ", "")
    for value in ("Ministry of Health", "Việt Nam", "2026-01-01", "2027-01-01"):
        assert value in shown[-1]


@pytest.mark.parametrize(("language", "shown"), [("vi", VIETNAMESE), ("en", ENGLISH)])
def test_it_can_be_in_one_language(
    printed: Print, world: World, language: str, shown: tuple[str, ...]
) -> None:
    (text,) = pages(printed(world.issue(), "--lang", language).only)
    (other,) = {VIETNAMESE, ENGLISH} - {shown}
    assert all(label in text for label in shown)
    assert not any(re.search(rf"\d\. {label}\b", text) for label in other)


@pytest.mark.parametrize("paper", ["a4", "card"])
@pytest.mark.parametrize("algorithm", ["es256", "ps256"])
@pytest.mark.parametrize("person", [Person("Nguyễn", "NGUYEN", "An", "AN"), None])
def test_the_code_is_read_from_the_page(
    printed: Print, world: World, paper: str, algorithm: str, person: Person | None
) -> None:
    person = person or Person(FAMILY, to_icao(FAMILY), GIVEN, to_icao(GIVEN))
    text = world.issue(of(person), getattr(world, algorithm))
    assert scanned(printed(text, "--paper", paper).only) == [text]


@pytest.mark.parametrize(
    ("length", "version", "correction"), [(526, 17, "Q"), (835, 23, "Q"), (2900, 33, "L")]
)
def test_the_code_is_as_strong_as_a_camera_can_still_read(
    length: int, version: int, correction: str
) -> None:
    found = symbol.best("HC1:" + "A" * (length - 4), 46.5)
    if correction == "Q":
        assert (found.version, found.correction) == (version, correction)
        assert found.module(46.5) >= symbol.SMALLEST_MODULE
    else:
        assert found.correction == correction
    with pytest.raises(symbol.TooLong):
        symbol.best("HC1:" + "A" * 5000, 46.5)


@pytest.mark.parametrize("paper", ["a4", "card"])
@pytest.mark.parametrize("language", ["vi", "en", "both"])
def test_the_longest_names_stay_on_the_page(
    printed: Print, world: World, paper: str, language: str
) -> None:
    assert len(FAMILY) == 80
    person = Person(FAMILY, to_icao(FAMILY), GIVEN, to_icao(GIVEN))
    found = printed(world.issue(of(person)), "--paper", paper, "--lang", language)
    name = f"{FAMILY} {GIVEN}".replace(" ", "")
    assert name in pages(found.only)[0].replace(" ", "")
    document = pypdfium2.PdfDocument(found.only.read_bytes())
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars())]
        assert all(
            left >= 0 and right <= width and low >= 0 and high <= height
            for left, low, right, high in boxes
        )
    document.close()


def test_fonts_are_embedded_with_the_letters_in_use_alone(printed: Print, world: World) -> None:
    data = printed(world.issue()).only.read_bytes()
    names = re.findall(rb"/BaseFont /([^\s/]+)", data)
    assert names
    assert all(re.match(rb"[A-Z]{6}\+DejaVuSans", name) for name in names)
    assert len(re.findall(rb"/FontFile2", data)) == len(set(names)) == 2
    assert len(data) < 80_000


def test_nothing_of_the_holder_is_in_the_pdf_s_description_or_on_the_terminal(
    printed: Print, world: World
) -> None:
    found = printed(world.issue())
    document = pypdfium2.PdfDocument(found.only.read_bytes())
    told = f"{document.get_metadata_dict()}{found.names}{found.out}{found.err}"
    document.close()
    for personal in ("Nguyễn", "NGUYEN", "Duy", "1990", UVCI[-20:-2]):
        assert personal not in told
    assert stat.S_IMODE(found.only.stat().st_mode) == 0o600


def test_the_same_input_at_the_same_time_gives_the_same_file(printed: Print, world: World) -> None:
    text = world.issue()
    assert printed(text).only.read_bytes() == printed(text).only.read_bytes()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_code_alone_can_be_written(printed: Print, world: World, kind: str) -> None:
    text = world.issue()
    path = printed(text, "--format", kind).only
    assert path.suffix == f".{kind}"
    if kind == "png":
        assert scanned(path) == [text]
    else:
        assert path.read_text(encoding="utf-8").lstrip().startswith("<")


# What must not look like a passport.


def test_a_specimen_is_marked_as_one(printed: Print, world: World) -> None:
    for paper in ("a4", "card"):
        shown = pages(printed(world.issue(), "--paper", paper).only)
        assert all(TEST_MARK in text for text in shown)
    assert printed(world.issue(), "--format", "png").names == ["passport-TEST.png"]


def test_a_specimen_is_printed_only_where_test_keys_are_allowed(
    printed: Print, world: World, trust: Path
) -> None:
    found = printed(world.issue(), "-t", trust, trusting=False)
    assert (found.code, found.names) == (1, [])
    assert "--test-keys" in found.err
    assert "trust.test_key" in found.err


def test_what_is_not_verified_is_refused_and_printed_only_with_a_mark(
    printed: Print, world: World, trust: Path
) -> None:
    stranger = world.authority.issue_signer(days=730)
    text = world.issue(key=stranger)
    refused = printed(text)
    assert (refused.code, refused.names) == (1, [])
    assert "trust.key_unknown" in refused.err
    assert "--unverified" in refused.err
    marked = printed(text, "--unverified")
    assert marked.code == 0
    assert all("CHƯA XÁC MINH / NOT VERIFIED" in page for page in pages(marked.only))
    # Without any list nothing can be verified.
    assert "NOT VERIFIED" in pages(printed(text, "--unverified", trusting=False).only)[0]
    assert printed(text, "--unverified", "--format", "svg").names == ["passport-NOT-VERIFIED.svg"]


def test_what_is_rejected_or_no_passport_is_never_printed(printed: Print, world: World) -> None:
    text = world.issue()
    forged = text[:-12] + ("A" if text[-12] != "A" else "B") + text[-11:]
    for bad in (forged, "HC1:NCF", text[:100]):
        for option in ((), ("--unverified",)):
            found = printed(bad, *option)
            assert (found.code, found.names) == (1, [])
            assert len(found.err.splitlines()) == 1


def test_a_real_passport_has_no_mark(run: Run, shared: Path, tmp_path: Path) -> None:
    lists = shared / "trust_lists" / "eu-national"
    signed = lists / "DE-signed-covpass-demo.txt", lists / "DE-demo-dsc-list-signing-key.pem"
    picture = shared / "vectors" / "vn" / "VAC_VN.png"
    out = tmp_path / "prints"
    ran = run(
        *("print", picture, "-t", signed[0], "--pin", signed[1]),
        *("--at", "2023-06-01T00:00:00Z", "--out", out),
    )
    assert ran.code == 0
    (text,) = pages(out / "VAC_VN.pdf")
    assert "Nguyễn Bảo Duy" in text
    assert "TEST" not in text
    assert "NOT VERIFIED" not in text
    assert scanned(out / "VAC_VN.pdf") == scanned(picture)


def test_other_certificates_have_no_form_but_a_code(printed: Print, world: World) -> None:
    found = printed(world.issue(RECOVERY))
    assert (found.code, found.names) == (1, [])
    assert "vaccination" in found.err
    assert printed(world.issue(RECOVERY), "--format", "png").code == 0


# Names that the font can't draw right.


@pytest.mark.parametrize("own", ["سالم نور كرم", "李小龍", "ឈ្មោះ", "A\u0330b"])
def test_a_name_in_letters_without_a_font_is_printed_in_machine_letters(
    printed: Print, world: World, own: str
) -> None:
    text = pages(printed(world.issue(of(Person(own, "LI", own, "XIAO")))).only)[0]
    assert "LI<<XIAO" in text
    assert "The name in its own letters is in the QR code." in text


def test_decomposed_letters_are_printed_composed(printed: Print, world: World) -> None:
    person = Person("Nguyê\u0303n", "NGUYEN", "A\u0302\u0301n", "AN")
    text = pages(printed(world.issue(of(person))).only)[0]
    assert "Nguyễn Ấn" in text


def test_the_paper_knows_which_letters_it_can_show() -> None:
    paper = Paper(datetime(2026, 1, 1, tzinfo=UTC))
    assert paper.shows("Đặng Thị Ỷ Ỗ — O’Neil Łukasz Ωμέγα Иван")
    assert not paper.shows("李")
    assert not paper.shows("كرم")
    paper.close()


# Tables of issued texts.


def rows(world: World) -> list[dict[str, str]]:
    return [
        {"record_id": name, "text": world.issue(), "note": "x"}
        for name in ("R-1", "../../R 2", "r-1", "R-1")
    ]


def table(world: World, folder: Path, kind: str) -> Path:
    path = folder / f"issued.{kind}"
    content = rows(world)
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, content)), encoding="utf-8")
        return path
    place = path if kind == "csv" else folder / "for-parquet.csv"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(content[0]))
        writer.writeheader()
        writer.writerows(content)
    if kind == "parquet":
        duckdb = pytest.importorskip("duckdb")
        duckdb.read_csv(str(place)).write_parquet(str(path))
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_tables_of_issued_texts_are_printed_under_their_records(
    printed: Print, world: World, tmp_path: Path, kind: str
) -> None:
    path = table(world, tmp_path, kind)
    found = printed(path, "--format", "svg")
    assert found.code == 0
    assert found.names == ["R-1-3-TEST.svg", "R-1-TEST.svg", "R_2-TEST.svg", "r-1-2-TEST.svg"]
    assert printed(path, "--record", "R-1", "--record", "../../R 2").names == [
        *("R-1-2.pdf", "R-1.pdf", "R_2.pdf")
    ]
    missing = printed(path, "--record", "R-9")
    assert (missing.code, missing.names) == (2, [])
    assert "no record R-9" in missing.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"record_id,code\n1,HC1:\n", "no column named text"),
        ("a.csv", b"", "no column named text"),
        ("a.parquet", b"PAR1 but damaged", "a.parquet: it is not Parquet, or it is damaged."),
        ("a.txt", b"", "no text to read"),
        ("a.jsonl", b'{"text": 3}\n', "no text to read"),
        ("a.jsonl", b"\xff\xfe[" * 1000, "no text to read"),
        ("a.csv", b'text\n"' + b"A" * 200_000, "damaged"),
    ],
)
def test_rubbish_is_told_in_a_line(
    printed: Print, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("duckdb")
    path = tmp_path / name
    path.write_bytes(content)
    found = printed(path)
    assert found.code in (1, 2)
    assert said in found.err
    assert len(found.err.splitlines()) == 1
    assert found.names == []


def test_a_row_that_can_t_be_read_does_not_stop_the_others(
    printed: Print, world: World, tmp_path: Path
) -> None:
    path = tmp_path / "issued.jsonl"
    path.write_text(f'{{"text": "{world.issue()}"}}\nnot JSON\n{{"text": ""}}\n', encoding="utf-8")
    found = printed(path)
    assert (found.code, found.names) == (1, ["issued-1.pdf"])
    assert len(found.err.splitlines()) == 2
    assert "Printed: 1; refused: 2" in " ".join(found.out.split())


def test_many_certificates_may_be_in_one_pdf(printed: Print, world: World, tmp_path: Path) -> None:
    path = table(world, tmp_path, "csv")
    assert printed(path, "--together").names == ["passports.pdf"]
    for paper, count in (("a4", 4), ("card", 8)):
        found = printed(path, "--together", "--paper", paper)
        assert len(pages(found.only)) == count
    with path.open(encoding="utf-8", newline="") as file:
        assert scanned(found.only) == [row["text"] for row in csv.DictReader(file)]


# Wrong use.


def test_only_a_new_or_empty_folder_is_written_to(
    run: Run, world: World, trust: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept" / "letter.pdf"
    kept.parent.mkdir()
    kept.write_bytes(b"mine")
    arguments = ("print", world.issue(), "-t", trust, "--test-keys", "--at", AT, "--out", kept.parent)
    ran = run(*arguments)
    assert (ran.code, list(kept.parent.iterdir())) == (2, [kept])
    assert "not empty" in ran.err
    kept.unlink()
    # A run that was killed leaves at most this.
    (kept.parent / ".vaxpass-unfinished").write_bytes(b"half")
    assert run(*arguments).code == 0
    assert [path.name for path in kept.parent.iterdir()] == ["passport.pdf"]


def test_pictures_are_never_together(printed: Print, world: World) -> None:
    found = printed(world.issue(), "--together", "--format", "png")
    assert (found.code, found.names) == (2, [])
    assert "--together" in found.err


def test_without_the_extra_a_line_says_what_to_install(
    printed: Print, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("vaxpass_cli.print.pdf_writer", "vaxpass_cli.print.files"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "fpdf", None)
    found = printed(world.issue())
    assert found.code == 2
    assert "[issue]'" in found.err
    assert len(found.err.splitlines()) == 1


YELLOW_CARD_LABELS = (
    *("Giới tính", "Sex", "Quốc tịch", "Nationality", "National identification document"),
    *("Bệnh hoặc tình trạng", "Disease or condition", "Vaccine or prophylaxis", "Batch number"),
    *("Supervising clinician or administering centre", "Manufacturer", "Digital seal valid until"),
    *("Certificate valid from", "Date of issue"),
)
YELLOW_CARD_VALUES = (
    *("Nguyễn Bảo Duy", "1990-05-06", "nam", "male", "Việt Nam", "identity card 001090012345"),
    *("sốt vàng", "yellow fever", "STAMARIL", "2026-03-01", "Trung tâm Kiểm dịch Y tế"),
    *("Sanofi Pasteur", "YF-7", "từ 2026-03-11, suốt đời", "from 2026-03-11, for life"),
)


@pytest.mark.parametrize("paper", ["a4", "card"])
def test_a_yellow_card_has_the_fields_of_the_health_regulations(
    printed: Print, world: World, paper: str
) -> None:
    found = printed(yellow_card(world), "--paper", paper)
    assert (found.code, found.names) == (0, ["passport.pdf"]), found.err
    shown = pages(found.only)
    words = " ".join(shown)
    assert all(TEST_MARK in text for text in shown)
    assert "International Certificate of Vaccination or Prophylaxis" in shown[0]
    for text in (*YELLOW_CARD_LABELS, *YELLOW_CARD_VALUES):
        assert text in words
    assert "Ministry of Health" in shown[-1]
    # What is written and stamped by hand has room on a page only.
    for text in ("Official stamp of the administering centre", "Signature of the holder"):
        assert (text in words) is (paper == "a4")
    assert yellow_card_is_read_back(found.only)


def yellow_card_is_read_back(path: Path) -> bool:
    (text,) = {text for text in scanned(path) if text}
    return decode(text).kind is Kind.ICVP


def test_a_yellow_card_of_polio_counts_from_its_day_and_of_a_child_names_the_guardian(
    printed: Print, world: World
) -> None:
    card = yellow_card(world, POLIO_CARD, guardian="Nguyễn Thị Ánh", birth_date="2025-05-06")
    (text,) = pages(printed(card, "--lang", "en").only)
    for shown in ("from 2026-03-01", "poliomyelitis", "Parent or guardian", "Nguyễn Thị Ánh"):
        assert shown in text
    assert "for life" not in text


def test_titles_are_never_wider_than_the_paper(printed: Print, world: World) -> None:
    for paper in ("a4", "card"):
        path = printed(yellow_card(world), "--paper", paper).only
        document = pypdfium2.PdfDocument(path.read_bytes())
        for page in document:
            width, _ = page.get_size()
            texts = page.get_textpage()
            for number in range(texts.count_rects()):
                left, _, right, _ = texts.get_rect(number)
                assert 0 <= left <= right <= width
        document.close()
