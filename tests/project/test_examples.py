"""The examples of the README run as they stand and print what they promise."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from tests.support.paths import ROOT
from vaxpass import decode, qr

SPECIMEN = "accepted - This is a specimen: a test key signed it, and it is intact and in force."


def run(script: str, *arguments: str) -> list[str]:
    """The lines that an example prints; it must succeed and complain about nothing."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", f"examples/{script}.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("vaccination-es256", [SPECIMEN, "Holder: Đặng Thị Ánh Tuyết"]),
        ("test-ps256", [SPECIMEN, "Holder: Phạm Ngọc Hường"]),
        ("name-single", [SPECIMEN, "Holder: Suwarno"]),
        ("expired", ["rejected - The document expired on 2026-01-31.", "Holder: Đỗ Minh Khôi"]),
        (
            "tampered",
            ["rejected - The signature does not match: the certificate was altered or is a forgery."],
        ),
        (
            "unknown-key",
            ["undecided - The issuer is not on the trust list, so the signature could not be checked."],
        ),
    ],
)
def test_verify_offline_prints_outcome_reason_and_vouched_holder(name: str, printed: list[str]) -> None:
    assert run("verify_offline", f"examples/passports/{name}.txt") == printed


def test_plan_journey_says_where_and_why_not() -> None:
    assert run("plan_journey", "examples/passports/vaccination-es256.txt") == [
        "AT 2026-03-01: accepted",
        f"  {SPECIMEN.partition(' - ')[2]}",
        "IT 2026-08-20: rejected",
        "  Dose 2 of 2, given on 12 November 2025, was more than 9 months ago; Italy accepts at most"
        " 9 months. It met this rule until 11 August 2026.",
        "IT 2026-02-20 to 2026-08-12: accepted",
        "IT 2026-08-12 to 2027-01-01: rejected",
    ]
    vietnamese = run("plan_journey", "examples/passports/vaccination-es256.txt", "vi")
    assert vietnamese[3].startswith(
        "  Mũi 2/2 tiêm ngày 12/11/2025, cách đây hơn 9 tháng; Ý chỉ chấp nhận"
    )


def test_issue_passport_writes_a_code_and_verifies_it(tmp_path: Path) -> None:
    file = tmp_path / "passport.png"
    assert run("issue_passport", str(file)) == [SPECIMEN]
    with Image.open(file) as picture:
        grey = picture.convert("L")
    (code,) = qr.read(grey.tobytes(), *grey.size)
    content = decode(code.text).without_verification()
    assert content.certificate is not None
    assert content.certificate.person.family_name == "Đặng"
    assert [file.name for file in tmp_path.iterdir()] == ["passport.png"]


def test_the_demonstration_runs_from_records_to_scanned_passports(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    lines = run("national_pipeline", "--out", str(out), "--records", "400", "--people", "2000")
    assert lines[0].startswith("1. 400 records of ")
    assert lines[-1].startswith("Every count added up, in ")
    assert "   two records with the same number state." in lines
    (line,) = [line for line in lines if line.endswith("their old pictures are rejected;")]
    assert line.startswith("   20 passports replaced and revoked")
    # Each place that it names is there.
    for line in lines[lines.index("", 1) + 1 : -2]:
        assert Path(line.partition(": ")[0]).exists(), line
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.rglob("*.key.pem"))


def test_the_loop_of_the_clerk_ends_with_passports_and_changes_nothing_twice(tmp_path: Path) -> None:
    out = tmp_path / "loop"
    size = ("--records", "300", "--people", "1500", "--seed", "1")
    lines = run("clerks_loop", "--out", str(out), *size)
    assert lines[0].startswith("1. 300 records of ")
    assert lines[-1].startswith("Every count added up, in ")
    assert sum(line.startswith("   issued 0, revoked 0; ") for line in lines) == 3
    (line,) = [line for line in lines if line.startswith("Precision: ")]
    right, issued = (int(word.replace(",", "")) for word in line.split() if word[0].isdigit())
    assert right == issued > 250
    assert "    300  all records" in lines
    # A record that only its double held back has been corrected by nobody.
    (corrected,) = [int(line.split()[0]) for line in lines if line.endswith("  corrected")]
    with (out / "audit.csv").open(encoding="utf-8-sig", newline="") as trail:
        changed = {row["record_id"] for row in csv.DictReader(trail) if row["column"] != "record_id"}
    texts = duckdb.read_parquet(f"{out}/passports/texts/*.parquet")
    records = {record for (record,) in texts.project("record_id").fetchall()}
    assert corrected == len(records & changed) > 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")


def test_the_demonstration_touches_no_folder_that_is_there(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/national_pipeline.py", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}: this is there already; name a new folder with --out.\n"


def test_the_library_example_stays_short() -> None:
    text = (ROOT / "examples" / "verify_offline.py").read_text(encoding="utf-8")
    code = [line for line in text.splitlines() if re.match(r"[^#\"\s]|\s+\S", line)]
    assert len(code) <= 15
