"""`verify --file` and `decode --file`: what is in the file of a link; a link's key is never told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.links import KEY, URL, bare, encrypted, link
from tests.support.paths import find_shared
from tests.support.world import NOW, World, claims, forge
from vaxpass import qr
from vaxpass.trust.formats import native

SUMMARY = {
    "resourceType": "Bundle",
    "entry": [
        {
            "resource": {
                "resourceType": "Patient",
                "name": [{"family": "Marker", "given": ["Bao\x1b[2J"]}],
                "birthDate": "1987-06-05",
            }
        },
        {
            "resource": {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "183"}]},
                "occurrenceDateTime": "2026-01-02",
            }
        },
        {"resource": {"resourceType": "Condition"}},
    ],
}
SECRETS = (KEY, URL, "hidden-path", bare()[:40])


@pytest.fixture(scope="module")
def trust(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "list.json"
    path.write_bytes(native.write(world.trust, source="the test world", test=False))
    return path


@pytest.fixture(scope="module")
def signed(world: World) -> str:
    return forge(world.es256.signer(), claims(hcert={5: [{"u": link(flag="P")}]}))


def options(trust: Path) -> tuple[object, ...]:
    return ("-t", trust, "--test-keys", "--at", NOW.isoformat())


def file(tmp_path: Path, content: str, **header: Any) -> Path:
    path = tmp_path / "file.jwe"
    path.write_bytes(encrypted(content.encode(), **header))
    return path


def opened(run: Run, trust: Path, text: str, path: Path) -> tuple[int, dict[str, Any]]:
    ran = run("verify", text, "--file", path, "--json", *options(trust))
    assert ran.err == ""
    assert not any(secret in ran.out for secret in SECRETS)
    (line,) = map(json.loads, ran.out.splitlines())
    return ran.code, line


def test_the_summary_behind_a_signed_link_is_shown(
    run: Run, trust: Path, signed: str, tmp_path: Path
) -> None:
    path = file(tmp_path, json.dumps(SUMMARY), cty="application/fhir+json")
    code, line = opened(run, trust, signed, path)
    assert (code, line["outcome"]) == (3, "genuine")
    assert line["file"]["problem"] is None
    assert "not this file" in line["file"]["message"]
    (content,) = line["file"]["contents"]
    assert (content["kind"], content["content_type"]) == ("fhir", "application/fhir+json")
    assert content["document"]["holder"]["birth_date"] == "1987-06-05"
    assert content["document"]["events"][0]["date"] == "2026-01-02"
    assert content["other_records"] == ["Condition"]
    ran = run("verify", signed, "--file", path, *options(trust))
    assert ran.code == 3
    for said in ("Marker", "1987-06-05", "2026-01-02", "Condition", "whoever has the code"):
        assert said in ran.out
    assert "\x1b[2J" not in ran.out


def test_a_link_by_itself_and_its_file_prove_nothing(run: Run, trust: Path, tmp_path: Path) -> None:
    code, line = opened(run, trust, link(), file(tmp_path, json.dumps(SUMMARY)))
    assert (code, line["outcome"], line["code"]) == (1, "undecided", "prefix.health_link")
    assert "anybody could have written both" in line["file"]["message"]


@pytest.mark.parametrize(
    ("exp", "said"), [(1, "expired on 1970-01-01"), (4_000_000_000, "expires on 2096-10-02")]
)
def test_a_link_that_nobody_signed_names_no_key_and_its_end(
    run: Run, trust: Path, exp: int, said: str
) -> None:
    ran = run("verify", link(exp=exp), "-t", trust, "--at", NOW.isoformat())
    assert said in ran.out
    assert "Key it names" not in ran.out


def test_a_signed_document_in_the_file_has_its_own_verdict(
    run: Run, trust: Path, signed: str, world: World, tmp_path: Path
) -> None:
    code, line = opened(run, trust, signed, file(tmp_path, world.issue()))
    (content,) = line["file"]["contents"]
    assert content["kind"] == "document"
    assert content["verdict"]["outcome"] == "accepted"
    assert code == 3
    code, line = opened(run, trust, signed, file(tmp_path, world.issue()[:-9]))
    assert line["file"]["contents"][0]["verdict"]["outcome"] != "accepted"
    assert code == 1
    ran = run("verify", signed, "--file", file(tmp_path, world.issue()), *options(trust))
    assert "--file#1" in ran.out


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_file_that_cannot_be_opened_is_said_with_its_code(
    run: Run, trust: Path, signed: str, world: World, tmp_path: Path, lang: str
) -> None:
    path = tmp_path / "other.jwe"
    path.write_bytes(encrypted(b"x", bytes(32)))
    for text, found in ((signed, "linked_file.wrong_key"), (world.issue(), "linked_file.no_link")):
        code, line = opened(run, trust, text, path)
        assert (code, line["file"]["problem"]["code"]) == (1, found)
        ran = run("verify", text, "--file", path, "--lang", lang, *options(trust))
        assert ran.code == 1
        assert found in ran.out
        assert "Traceback" not in ran.out + ran.err
    ran = run("decode", signed, "--file", path, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["file"]["problem"]["code"] == "linked_file.wrong_key"


def test_a_file_that_is_not_there_is_an_error_of_use(run: Run, trust: Path, signed: str) -> None:
    ran = run("verify", signed, "--file", "missing.jwe", *options(trust))
    assert (ran.code, ran.out) == (2, "")
    assert "missing.jwe" in ran.err


def test_decode_shows_the_file_and_that_nothing_is_verified(
    run: Run, signed: str, tmp_path: Path
) -> None:
    path = file(tmp_path, json.dumps(SUMMARY))
    ran = run("decode", signed, "--file", path)
    assert ran.code == 0
    assert "Marker" in ran.out
    assert "1987-06-05" in ran.out


def test_neither_key_nor_address_is_in_anything_that_is_printed(
    run: Run, trust: Path, signed: str, tmp_path: Path
) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(qr.png(signed))
    texts = tmp_path / "texts.txt"
    texts.write_text(f"{signed}\n{link()}\nvhlink:/{KEY}!\n", encoding="utf-8")
    path = file(tmp_path, json.dumps(SUMMARY))
    for given in (signed, link(), "https://viewer.example.org/#" + link(), picture, texts):
        for line in (
            *(("verify", given, *options(trust), *more) for more in ((), ("--json",), ("--details",))),
            ("verify", given, *options(trust), "--file", path, "--details"),
            ("verify", given, *options(trust), "--lang", "vi"),
            *(("decode", given, *more) for more in ((), ("--json",), ("--file", path))),
        ):
            ran = run(*line)
            assert ran.out
            for secret in SECRETS:
                assert secret not in ran.out.replace("\n", ""), line[0]
                assert secret not in ran.err


def test_the_published_summary_is_opened_by_its_code(run: Run, trust: Path) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    folder = shared / "vectors" / "formats" / "shl"
    path = folder / "IPS_IG-bundle-01-enc.txt"
    ran = run("verify", folder / "IPS_IG-bundle-01-shl.txt", "--file", path, *options(trust))
    assert ran.code == 1
    for said in ("DeLarosa", "1972-05-01", "MedicationStatement"):
        assert said in ran.out


def test_a_link_names_nobody_and_is_not_compared_with_a_travel_document(
    run: Run, trust: Path, signed: str
) -> None:
    zone = "P<VNMMARKER<<BAO<DUY" + "<" * 24 + "|N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    ran = run("verify", signed, "--mrz", zone, "--json", *options(trust))
    holder = json.loads(ran.out)["holder"]
    assert (ran.code, holder["level"], holder["findings"]) == (1, None, [])
    assert "names nobody" in holder["message"]
