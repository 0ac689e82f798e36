"""`vaxpass verify`: what goes in, what comes out, and that nothing makes it stumble."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support import divoc_documents as divoc
from tests.support.command import Ran, Run
from tests.support.paths import ROOT
from tests.support.who_documents import PAYLOADS, sign
from tests.support.world import (
    DETECTED,
    END,
    NOW,
    START,
    TEST,
    VACCINATION,
    World,
    claims,
    forge,
    of_result,
    trusted,
)
from vaxpass import Certificate, Kind, Person, TrustList, qr
from vaxpass.trust.formats import native

AT = NOW.isoformat()


@pytest.fixture(scope="module")
def trust(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "list.json"
    path.write_bytes(native.write(world.trust, source="the test world", test=False))
    return path


def verdicts(ran: Ran) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def judge(run: Run, trust: Path, *inputs: object, stdin: bytes = b"") -> list[dict[str, object]]:
    """The JSON of a run with test keys allowed: the keys of the test world are test keys."""
    ran = run("verify", *inputs, "-t", trust, "--test-keys", "--at", AT, "--json", stdin=stdin)
    assert ran.err == ""
    found = verdicts(ran)
    accepted = all(verdict["outcome"] == "accepted" for verdict in found)
    assert ran.code == (0 if accepted else 1)
    return found


def picture(text: str, kind: str, mode: str = "L") -> bytes:
    image = Image.open(BytesIO(qr.png(text))).convert(mode)
    file = BytesIO()
    image.save(file, format=kind, **({"lossless": True} if kind == "WEBP" else {}))
    return file.getvalue()


def test_the_json_has_exactly_the_documented_fields(run: Run, trust: Path, world: World) -> None:
    (found,) = judge(run, trust, world.issue())
    assert list(found) == [
        *("source", "outcome", "code", "kind", "test_key", "signer", "claims"),
        *("certificate", "document", "checks", "warnings"),
    ]
    assert found["source"] == "text"
    assert found["outcome"] == "accepted"
    assert found["code"] is None
    assert found["kind"] == "eu-dcc.vaccination"
    assert found["test_key"] is True
    assert found["signer"] == {
        "kid": base64.b64encode(world.es256.certificate.kid).decode(),
        "country": "VN",
        "source": "the test world",
    }
    assert found["claims"] == {
        "iss": "VN",
        "iat": START.isoformat().replace("+00:00", "Z"),
        "exp": END.isoformat().replace("+00:00", "Z"),
    }
    assert found["certificate"] == VACCINATION.to_payload()
    checks = found["checks"]
    assert isinstance(checks, list)
    assert len(checks) == 13
    assert checks[0] == {"stage": "prefix", "status": "pass", "code": None, "message": None}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_every_kind_of_picture_is_read(
    run: Run, trust: Path, world: World, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"passport.{kind.lower()}"
    path.write_bytes(picture(world.issue(), kind))
    (found,) = judge(run, trust, path)
    assert (found["source"], found["outcome"]) == (str(path), "accepted")


@pytest.mark.parametrize("mode", ["1", "RGB", "RGBA", "CMYK", "P"])
def test_colour_modes_and_transparency_are_read(
    run: Run, trust: Path, world: World, tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "passport"
    kind = "TIFF" if mode == "CMYK" else "PNG"
    path.write_bytes(picture(world.issue(), kind, mode))
    assert judge(run, trust, path)[0]["outcome"] == "accepted"


def test_a_code_drawn_on_nothing_is_read(run: Run, trust: Path, world: World, tmp_path: Path) -> None:
    grey = Image.open(BytesIO(qr.png(world.issue()))).convert("L")
    ink = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    ink.putalpha(grey.point(lambda value: 255 - value))
    ink.save(tmp_path / "ink.png")
    assert judge(run, trust, tmp_path / "ink.png")[0]["outcome"] == "accepted"


def test_every_page_of_a_picture_is_read(run: Run, trust: Path, world: World, tmp_path: Path) -> None:
    texts = [world.issue(), world.issue(key=world.ps256)]
    pages = [Image.open(BytesIO(qr.png(text))).convert("L").resize((700, 700)) for text in texts]
    pages[0].save(tmp_path / "two.tiff", save_all=True, append_images=pages[1:])
    found = judge(run, trust, tmp_path / "two.tiff")
    assert [str(v["source"])[-2:] for v in found] == ["#1", "#2"]
    assert {v["outcome"] for v in found} == {"accepted"}


def test_texts_lines_folders_and_standard_input(
    run: Run, trust: Path, world: World, tmp_path: Path
) -> None:
    text = world.issue()
    lines = tmp_path / "codes.txt"
    lines.write_bytes(b"\xef\xbb\xbf" + f"{text}\r\n\nnonsense\n".encode())
    found = judge(run, trust, lines)
    assert [(str(v["source"])[-2:], v["outcome"]) for v in found] == [
        (":1", "accepted"),
        (":3", "other"),
    ]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.png").write_bytes(picture(text, "PNG"))
    (tmp_path / "other.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    assert len(judge(run, trust, tmp_path)) == 4
    assert judge(run, trust, "-", stdin=text.encode())[0]["outcome"] == "accepted"
    assert judge(run, trust, "-", stdin=picture(text, "PNG"))[0]["outcome"] == "accepted"
    assert [v["source"] for v in judge(run, trust, text, "HC1:x")] == ["text 1", "text 2"]


def test_a_picture_without_a_code_is_unreadable(run: Run, trust: Path, tmp_path: Path) -> None:
    Image.new("L", (200, 200), 255).save(tmp_path / "white.png")
    (found,) = judge(run, trust, tmp_path / "white.png")
    assert (found["outcome"], found["code"]) == ("unreadable", "picture.no_code")
    checks = found["checks"]
    assert isinstance(checks, list)
    assert checks[0]["code"] == "picture.no_code"


def test_a_positive_test_has_a_plate_and_an_exit_code_of_its_own(
    run: Run, trust: Path, world: World
) -> None:
    positive = world.issue(of_result(DETECTED))
    common = ("--trust-list", trust, "--test-keys", "--at", AT)
    ran = run("verify", positive, *common)
    assert ran.code == 3
    assert "◉ LOOK AT THE RESULT" in ran.out
    assert "ACCEPTED" not in ran.out
    assert run("verify", positive, world.issue(), *common, "--json").code == 3
    assert run("verify", positive, "HC1:NCF", *common).code == 1


@pytest.mark.parametrize("cut", [5, 30, 60, 200])
def test_damaged_pictures_are_unreadable(
    run: Run, trust: Path, world: World, tmp_path: Path, cut: int
) -> None:
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        data = picture(world.issue(), kind)
        path = tmp_path / f"cut.{kind}"
        path.write_bytes(data[:cut])
        (found,) = judge(run, trust, path)
        assert found["outcome"] in ("unreadable", "other"), kind


def test_a_picture_that_would_fill_the_memory_is_refused(run: Run, trust: Path, tmp_path: Path) -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\1\0\0\0\0"
    crc = __import__("zlib").crc32(header[12:]).to_bytes(4, "big")
    (tmp_path / "huge.png").write_bytes(header + crc + b"\0\0\0\0IDAT")
    (found,) = judge(run, trust, tmp_path / "huge.png")
    assert found["code"] == "picture.too_large"


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, b"\xff\xfe\xfd", "HC1:\ud800".encode("utf-8", "surrogatepass"), b"\n\n"]
)
def test_rubbish_is_unreadable(run: Run, trust: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "rubbish").write_bytes(data)
    assert judge(run, trust, tmp_path / "rubbish")[0]["outcome"] in ("unreadable", "other")


def test_a_link_beside_a_passport_is_not_meant(
    run: Run, trust: Path, world: World, tmp_path: Path
) -> None:
    passport = Image.open(BytesIO(qr.png(world.issue()))).convert("L")
    link = Image.open(BytesIO(qr.png("https://example.org"))).convert("L")
    both = Image.new("L", (passport.width + link.width, passport.height), 255)
    both.paste(passport, (0, 0))
    both.paste(link, (passport.width, 0))
    both.save(tmp_path / "both.png")
    link.save(tmp_path / "link.png")
    assert [v["outcome"] for v in judge(run, trust, tmp_path / "both.png")] == ["accepted"]
    assert judge(run, trust, tmp_path / "link.png")[0]["code"] == "prefix.missing"


def test_the_panel_says_outcome_symbol_holder_and_reason(run: Run, trust: Path, world: World) -> None:
    ran = run("verify", world.issue(), "-t", trust, "--test-keys", "--at", AT)
    assert ran.code == 0
    for part in (
        "○ ACCEPTED AS GENUINE",
        "TEST",
        "Nguyễn Bảo Duy",
        "NGUYEN<<BAO<DUY",
        "1990-05-06",
        "Comirnaty",
    ):
        assert part in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    ran = run("verify", world.issue(), "-t", trust, "--test-keys", "--at", "2030-01-01", "--lang", "vi")
    assert ran.code == 1
    assert "✘ TỪ CHỐI" in ran.out
    assert "Giấy tờ này đã hết hiệu lực vào 2027-01-01." in ran.out


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("AT, Austria", "rapid antigen test", "NOT DETECTED")),
        ("vi", ("AT, Áo", "xét nghiệm nhanh kháng nguyên", "ÂM TÍNH")),
    ],
)
def test_codes_are_named_in_the_language_of_the_panel(
    run: Run, trust: Path, world: World, language: str, shown: tuple[str, ...]
) -> None:
    payload: dict[str, Any] = TEST.to_payload()
    payload["t"][0] |= {"co": "AT", "tt": "LP217198-3"}
    text = world.issue(Certificate.from_payload(payload))
    ran = run("verify", text, "-t", trust, "--test-keys", "--at", AT, "--lang", language)
    told = " ".join(ran.out.replace("│", " ").split())
    for part in shown:
        assert part in told


def test_a_country_that_is_unknown_is_shown_as_it_is(run: Run, trust: Path, world: World) -> None:
    payload: dict[str, Any] = TEST.to_payload()
    payload["t"][0]["co"] = "XA"
    text = world.issue(Certificate.from_payload(payload))
    ran = run("verify", text, "-t", trust, "--test-keys", "--at", AT)
    assert re.search(r"│ +XA +│", ran.out)


def test_a_test_key_counts_only_where_it_is_asked_for(run: Run, trust: Path, world: World) -> None:
    ran = run("verify", world.issue(), "-t", trust, "--at", AT)
    assert ran.code == 1
    assert "trust.test_key" in ran.out
    assert "--test-keys" in ran.out


def test_what_nobody_vouches_for_is_said_to_be_so(run: Run, world: World, tmp_path: Path) -> None:
    other = world.authority.issue_signer(days=700)
    (tmp_path / "other.der").write_bytes(other.certificate.der)
    ran = run("verify", world.issue(), "-t", tmp_path / "other.der", "--at", AT)
    assert ran.code == 1
    assert "? UNDECIDED" in ran.out
    assert "The following was not verified." in ran.out


def test_escapes_in_a_name_are_shown_not_obeyed(run: Run, trust: Path, world: World) -> None:
    evil = "Eve\x1b[2J\x07\u202eAda\x9b[bold red]"
    payload = Certificate(
        Person(evil, "EVE", evil, "EVE"), VACCINATION.date_of_birth, VACCINATION.entries
    )
    text = forge(world.es256.signer(), claims(payload))
    for command in (("verify", "-t", trust, "--test-keys", "--at", AT), ("decode",)):
        out = run(*command, text).out
        assert "Eve<U+001B>[2J<U+0007><U+202E>Ada<U+009B>" in out.replace("\n", "")
        assert not {"\x1b[2J", "\x07", "\u202e", "\x9b"} & set(out)
        assert "\x1b[2J" not in out
    ran = run("verify", text, "-t", trust, "--test-keys", "--at", AT, "--json")
    assert ran.out.isascii()
    assert json.loads(ran.out)["certificate"]["nam"]["fn"] == evil


def test_odd_values_become_json(run: Run, trust: Path, world: World) -> None:
    payload = VACCINATION.to_payload() | {"x": [float("nan"), b"\0", {1: None}], "y": 2**63}
    text = forge(world.es256.signer(), claims(hcert={1: payload}))
    (found,) = judge(run, trust, text)
    certificate = found["certificate"]
    assert isinstance(certificate, dict)
    assert certificate["x"] == ["nan", "AA==", {"1": None}]
    assert certificate["y"] == 2**63


def test_without_a_trust_list_the_error_says_how_to_get_one(run: Run, world: World) -> None:
    ran = run("verify", world.issue())
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    for part in ("--trust-list", "VAXPASS_TRUST_LIST", "trust-list.json"):
        assert part in ran.err


def test_the_variable_and_the_configuration_name_trust_lists(
    run: Run, trust: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "home" / ".config" / "vaxpass"
    place.mkdir(parents=True)
    (place / "trust-list.json").write_bytes(trust.read_bytes())
    assert run("verify", world.issue(), "--test-keys", "--at", AT).code == 0
    monkeypatch.setenv("VAXPASS_TRUST_LIST", str(tmp_path / "missing.json"))
    ran = run("verify", world.issue(), "--test-keys", "--at", AT)
    assert ran.code == 2
    assert "missing.json" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.png",), "missing.png: there is no such file"),
        (("HC1:", "--at", "yesterday"), "'yesterday' is not a time"),
        (("HC1:", "--bogus"), "--bogus"),
        ((), "INPUT"),
        (("HC1:", "--pin", "README.md"), "neither a public key"),
        (("HC1:", "-t", "README.md"), "not a trust list"),
        (("HC1:", "-t", "docs"), "no trust list"),
    ],
)
def test_wrong_use_ends_with_a_line_and_code_2(
    run: Run, trust: Path, arguments: tuple[str, ...], said: str
) -> None:
    named = () if "-t" in arguments else ("-t", trust)
    ran = run("verify", *arguments, *named)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_real_passport_of_viet_nam_is_accepted_from_its_picture(run: Run, shared: Path) -> None:
    lists = shared / "trust_lists" / "eu-national"
    arguments = (
        *("verify", shared / "vectors" / "vn" / "VAC_VN.png", "--json"),
        *(
            "-t",
            lists / "DE-signed-covpass-demo.txt",
            "--pin",
            lists / "DE-demo-dsc-list-signing-key.pem",
        ),
    )
    ran = run(*arguments, "--at", "2023-06-01T00:00:00Z")
    (found,) = verdicts(ran)
    assert (ran.code, found["outcome"], found["test_key"]) == (0, "accepted", False)
    certificate, notes = found["certificate"], found["warnings"]
    assert isinstance(certificate, dict)
    assert isinstance(notes, list)
    assert certificate["nam"]["fn"] + " " + certificate["nam"]["gn"] == "Nguyễn Bảo Duy"
    assert "valuesets.product_holder" in [warning["code"] for warning in notes]
    (found,) = verdicts(run(*arguments))
    assert (found["outcome"], found["code"]) == ("rejected", "validity.expired")


def test_a_table_that_was_issued_is_judged_row_by_row(
    run: Run, trust: Path, world: World, tmp_path: Path
) -> None:
    import duckdb  # noqa: PLC0415 - of an extra

    text = world.issue()
    duckdb.execute(
        f"COPY (FROM (VALUES ('1', '{text}'), ('2', ''), ('3', '{text[:-3]}')) AS t(record_id, text))"
        f" TO '{tmp_path / 'texts'}' (FORMAT parquet)"
    )
    found = judge(run, trust, tmp_path / "texts")
    assert [(str(v["source"])[-2:], v["outcome"], v["code"]) for v in found] == [
        (":1", "accepted", None),
        (":2", "unreadable", "table.no_text"),
        (":3", "unreadable", "deflate.truncated"),
    ]
    (tmp_path / "damaged").write_bytes((tmp_path / "texts").read_bytes()[:-9])
    assert judge(run, trust, tmp_path / "damaged")[0]["code"] == "table.unreadable"


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("decode",),
        ("check", "--to", "AT"),
        ("scan", "--source"),
        ("trust", "show"),
        ("rules", "show"),
        ("verify", "HC1:A", "--trust-list"),
        ("verify", "HC1:A", "--pin"),
        ("verify", "HC1:A", "--at"),
        ("vectors",),
        (),
    ],
)
def test_the_text_of_a_passport_is_never_printed(
    command: tuple[str, ...],
    run: Run,
    trust: Path,
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAXPASS_TRUST_LIST", str(trust))
    text = world.issue()
    for typed in (
        text,
        text[4:],
        text.lower(),
        f"]Q1{text}",
        f'"{text}',
        f"x{text[5:]}",
        f"{text[4:]}€",
    ):
        ran = run(*command, typed)
        shown = "".join((ran.out + ran.err).split()).upper()
        bare = "".join(text.split()).upper()
        for place in range(8, len(bare) - 24, 8):
            assert bare[place : place + 24] not in shown, (command, typed[:9])


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_small_terminal_shows_the_whole_verdict_and_its_outcome_last(
    run: Run, language: str, tmp_path: Path
) -> None:
    demo = ("--trust-list", ROOT / "trust_lists" / "demo.json", "--test-keys", "--lang", language)
    deep = tmp_path / "a folder with a rather long name" / "and another one in it"
    shutil.copytree(ROOT / "examples" / "passports", deep)
    for passport in sorted(deep.glob("*.txt")):
        shown = run("verify", passport, *demo).out.splitlines()
        assert passport.name in "".join(shown)
        assert len(shown) < 24
        assert all(len(line) <= 80 for line in shown)
        outcome = re.sub("[^A-ZÀ-Ỹ]", "", shown[0])
        assert outcome
        assert re.sub("[^A-ZÀ-Ỹ]", "", shown[-1]) == outcome


def test_a_divoc_certificate_is_verified_from_every_kind_of_input(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "list.json"
    listed.write_bytes(native.write(divoc.trust(), source="the test world", test=False))
    whole = divoc.signed(divoc.document())
    (tmp_path / "card.zip").write_bytes(divoc.archive(whole))
    (tmp_path / "card.json").write_text(json.dumps(whole), encoding="utf-8")
    (tmp_path / "card.txt").write_text(divoc.text(whole) + "\n", encoding="utf-8")
    inputs = [*(str(tmp_path / f"card.{end}") for end in ("zip", "json", "txt")), divoc.text(whole)]
    for given in inputs:
        ran = run("verify", given, "--trust-list", listed, "--at", AT, "--json")
        told = json.loads(ran.out)
        assert (ran.code, told["outcome"], told["kind"]) == (0, "accepted", "divoc.vaccination")
    ran = run("verify", "-", "--trust-list", listed, "--at", AT, stdin=divoc.archive(whole))
    assert ran.code == 0, ran.out


def test_without_its_extra_the_line_that_installs_it_is_told(
    run: Run, trust: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = divoc.text(divoc.signed(divoc.document()))
    monkeypatch.delitem(sys.modules, "vaxpass.documents.divoc.linked_data", raising=False)
    monkeypatch.delattr("vaxpass.documents.divoc.linked_data", raising=False)
    monkeypatch.setitem(sys.modules, "pyld", None)
    ran = run("verify", text, "--trust-list", trust, "--at", AT)
    assert ran.code == 1
    assert "[divoc]" in ran.err
    assert "pyld" in ran.err


def test_a_yellow_card_of_a_key_for_covid_is_a_choice(run: Run, world: World, tmp_path: Path) -> None:
    key = world.authority.issue_signer(kinds=[Kind.TEST], days=730)
    listed = tmp_path / "list.json"
    listed.write_bytes(native.write(TrustList([trusted(key)]), source="list", test=False))
    asked = ("verify", sign(key.signer(), PAYLOADS["E"]), "-t", listed, "--test-keys", "--at", AT)
    (found,) = verdicts(run(*asked, "--json"))
    assert (found["outcome"], found["code"]) == ("undecided", "usage.covid_only")
    (found,) = verdicts(run(*asked, "--covid-signers", "--json"))
    assert found["outcome"] == "accepted"
    assert "usage.covid_signer" in {note["code"] for note in found["warnings"]}  # type: ignore[attr-defined]
