"""The demonstration world: what its README promises is what the library answers."""

from __future__ import annotations

import base64
import json
import re
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from tests.support.paths import ROOT
from tests.support.pictures import text_in_svg
from tests.support.world import World
from vaxpass import Certificate, Policy, Verdict, Verifier, qr, read_trust_list

SCRIPT = ROOT / "examples" / "make_demo_world.py"
PRIVATE_PEM = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")
BASE64 = re.compile(rb"\bM[A-L][A-Za-z0-9+/]{38,}")
# SEQUENCE, version, then what follows in PKCS#8, PKCS#1 and SEC 1.
PRIVATE_DER = re.compile(
    rb"\x30([\x00-\x7f]|\x81.|\x82..)\x02\x01(\x00\x30|\x00\x02|\x01\x04)", re.DOTALL
)
ROW = re.compile(
    r"\| `(?P<name>[\w-]+)` \| .+ \| (?P<outcome>\w+) \| (?P<code>.+) \| (?P<remark>.+) \|"
)


class Expected(NamedTuple):
    name: str
    outcome: str
    code: str | None
    remarks: list[str]


def folder(root: Path) -> Path:
    return root / "examples" / "passports"


def table(root: Path) -> list[Expected]:
    """The table of the README, as written by the script."""
    text = (folder(root) / "README.md").read_text(encoding="utf-8")
    found = []
    for match in ROW.finditer(text):
        code, remark = (match[key].strip("`") for key in ("code", "remark"))
        remarks = [] if remark == "-" else [remark]
        found.append(Expected(match["name"], match["outcome"], None if code == "-" else code, remarks))
    return found


def stated_time(root: Path) -> datetime:
    text = (folder(root) / "README.md").read_text(encoding="utf-8")
    match = re.search(r"`(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ)`", text)
    assert match is not None, "the README states a time"
    return datetime.fromisoformat(match[1])


def verifier(root: Path, *, test_keys: bool = True) -> Verifier:
    data = (root / "trust_lists" / "demo.json").read_bytes()
    return Verifier(read_trust_list(data, source="demo"), Policy(test_keys=test_keys))


def text_of(name: str, root: Path = ROOT) -> str:
    return (folder(root) / f"{name}.txt").read_text(encoding="ascii").rstrip("\n")


def text_in_picture(name: str, root: Path = ROOT) -> str:
    with Image.open(folder(root) / f"{name}.png") as picture:
        grey = picture.convert("L")
    (code,) = qr.read(grey.tobytes(), *grey.size)
    return code.text


def answer(name: str, verdict: Verdict) -> Expected:
    remarks = [w.code.value for w in verdict.notes if not w.code.formal]
    return Expected(name, verdict.outcome.value, verdict.code and verdict.code.value, remarks)


EXPECTED = table(ROOT)
NAMES = [expected.name for expected in EXPECTED]


@pytest.mark.parametrize("expected", EXPECTED, ids=NAMES)
def test_each_text_gives_what_the_readme_states(expected: Expected) -> None:
    verdict = verifier(ROOT).verify(text_of(expected.name), at=stated_time(ROOT))
    assert answer(expected.name, verdict) == expected


@pytest.mark.parametrize("expected", EXPECTED, ids=NAMES)
def test_each_picture_gives_what_the_readme_states(expected: Expected) -> None:
    text = text_in_picture(expected.name)
    assert text == text_of(expected.name)
    verdict = verifier(ROOT).verify(text, at=stated_time(ROOT))
    assert answer(expected.name, verdict) == expected


@pytest.mark.parametrize("year", range(2026, 2036))
def test_the_outcomes_hold_for_years(year: int) -> None:
    at = datetime(year, 5, 31, tzinfo=UTC)
    found = [answer(name, verifier(ROOT).verify(text_of(name), at=at)) for name in NAMES]
    assert found == EXPECTED


def test_the_table_names_exactly_the_files() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 20
    for ending in ("txt", "png"):
        assert sorted(file.stem for file in folder(ROOT).glob(f"*.{ending}")) == sorted(NAMES)
    assert [file.name for file in folder(ROOT).glob("*.svg")] == ["vaccination-es256.svg"]


def test_every_outcome_is_shown() -> None:
    outcomes = {expected.outcome for expected in EXPECTED}
    assert outcomes == {"accepted", "genuine", "rejected", "undecided", "unreadable"}


@pytest.mark.parametrize("name", NAMES)
def test_without_leave_for_test_keys_nothing_is_accepted(name: str) -> None:
    verdict = verifier(ROOT, test_keys=False).verify(text_of(name), at=stated_time(ROOT))
    assert not verdict
    assert verdict.code is not None


def test_the_list_says_test_in_every_place() -> None:
    document = json.loads((ROOT / "trust_lists" / "demo.json").read_bytes())
    assert document["test"] is True
    assert document["source"] == "vaxpass demonstration world (TEST)"
    assert all(entry["test"] is True for entry in document["keys"])
    trust = read_trust_list(json.dumps(document).encode(), source="demo")
    assert not trust.skipped
    assert sorted(str(key.country) for key in trust) == ["VN", "VN", "VN", "VN", "XA"]
    for key in trust:
        assert key.test
        assert "TEST" in key.certificate.subject
        assert "TEST" in key.certificate.issuer


def tracked_files() -> list[Path]:
    """What belongs to the repository: all that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is not a checkout")
    files = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


def holds_private_key(data: bytes) -> bool:
    """A PEM block with content, or a key's DER, on its own or in Base64 without the PEM lines."""
    inner = (base64.b64decode(match[0][:40]) for match in BASE64.finditer(data))
    return bool(PRIVATE_PEM.search(data)) or any(map(PRIVATE_DER.match, (data, *inner)))


def test_a_private_key_would_be_noticed(world: World) -> None:
    for issued in (world.es256, world.ps256):
        pem = issued.key_pem()
        bare = b"".join(pem.splitlines()[1:-1])
        assert holds_private_key(b"-- " + pem)
        assert holds_private_key(b'{"key": "' + bare + b'"}')
        assert holds_private_key(base64.b64decode(bare))
        assert not holds_private_key(base64.b64encode(issued.certificate.der))


def test_no_file_of_the_repository_holds_a_private_key() -> None:
    files = tracked_files()
    assert ROOT / "trust_lists" / "demo.json" in files
    assert [file for file in files if holds_private_key(file.read_bytes())] == []


def test_the_script_makes_a_world_with_the_same_outcomes(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert table(tmp_path) == EXPECTED
    at = stated_time(tmp_path)
    assert at == stated_time(ROOT)
    for name in NAMES:
        text = text_of(name, tmp_path)
        assert text_in_picture(name, tmp_path) == text
        assert answer(name, verifier(tmp_path).verify(text, at=at)) in EXPECTED
    made = {file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()}
    assert all((ROOT / file).is_file() for file in made), "it makes nothing but what is committed"
    assert not any(holds_private_key((tmp_path / file).read_bytes()) for file in made)


def holder(name: str) -> Certificate:
    verdict = verifier(ROOT).verify(text_of(name), at=stated_time(ROOT))
    assert verdict.certificate is not None
    return verdict.certificate


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("vaccination-es256", "DANG", "THI<ANH<TUYET"),
        ("vaccination-ps256", "NGUYEN", "HOANG<QUAN"),
        ("test-es256", "TRAN", "QUOC<DAT"),
        ("recovery-es256", "DO", "MINH<KHOI"),
        ("name-single", "SUWARNO", None),
        ("name-hyphen", "OEXAMPLE<NGUYEN", "ANNE<MARIE"),
        ("name-right-to-left", "KRM", "SALM<NWR"),
    ],
)
def test_machine_readable_names_follow_icao(name: str, family: str, given: str | None) -> None:
    person = holder(name).person
    assert (person.family_name_icao, person.given_name_icao) == (family, given)


def test_the_long_name_is_long_and_fits() -> None:
    person = holder("name-long").person
    assert 75 <= len(person.given_name or "") <= 80
    assert re.fullmatch("[A-Z<]{75,80}", person.given_name_icao or "")


@pytest.mark.parametrize(
    ("name", "machine_readable"),
    [
        ("Đặng", "DANG"),
        ("Ðặng", "DANG"),  # U+00D0, which looks the same
        ("đỗ", "DO"),
        ("Tôn Nữ Hường", "TON<NU<HUONG"),
        ("O’Connor-Ng.", "OCONNOR<NG"),
    ],
)
def test_the_script_makes_machine_readable_names(name: str, machine_readable: str) -> None:
    assert runpy.run_path(str(SCRIPT))["icao"](name) == machine_readable


def test_the_drawing_is_made_of_the_same_code() -> None:
    drawing = (folder(ROOT) / "vaccination-es256.svg").read_text(encoding="utf-8")
    assert text_in_svg(drawing) == text_of("vaccination-es256")
