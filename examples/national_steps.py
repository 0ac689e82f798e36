"""The commands of the demonstration `national_pipeline.py`, with what must hold after each."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from national_world import Lists, read, write
from vaxpass_cli.app import app

from vaxpass import Verifier
from vaxpass.crypto.keys import public_pem
from vaxpass.identity import to_icao
from vaxpass.records import Record
from vaxpass.testing import Authority

_FOLD: Final = " \\\n       "
_ISSUER: Final = "TEST Bộ Y tế"


def say(text: str = "") -> None:
    """A line of the story."""
    print(text, flush=True)


def check(holds: bool, what: str) -> None:
    """End with what went wrong, where it did."""
    if not holds:
        sys.exit(f"This does not add up: {what}")


class Commands:
    """Runs commands in a folder, and tells which."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def vaxpass(self, *arguments: object, quiet: bool = False, codes: Sequence[int] = (0,)) -> str:
        """Run a command as a shell would; gives what it writes."""
        given = [str(each) for each in arguments]
        if not quiet:
            shown = shlex.join(each.replace(f"{self.out}/", "") for each in given)
            say("   " + _FOLD.join(textwrap.wrap(f"$ vaxpass {shown}", 70, break_on_hyphens=False)))
        written, remarks = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(remarks):
            code = app(given, standalone_mode=False)
        for line in remarks.getvalue().splitlines():
            remark = line.replace(f"{self.out}/", "")
            say("   " + "\n   ".join(textwrap.wrap(remark, 76, break_on_hyphens=False)))
        check(code in codes, f"vaxpass {given[0]} ended with {code}")
        return written.getvalue()


class Demonstration(Commands):
    """The folder, and what has become of the records in it."""

    def __init__(self, out: Path, lists: Lists) -> None:
        super().__init__(out)
        self.lists = lists

    def save(self) -> None:
        """Write the records as they have arrived."""
        write(self.out / "records.csv", Record._fields, self.lists.arrived.values())

    def match(self, name: str) -> Mapping[str, str]:
        """Compare the records with the register; gives the status of each."""
        files = (self.out / "records.csv", self.out / "registry.csv")
        found = self.vaxpass("match", *files, "--out", self.out / name, "--csv", "--json")
        counted = json.loads(found)
        statuses = {row["record_id"]: row["status"] for row in read(self.out / name / "results.csv")}
        check(statuses.keys() == self.lists.arrived.keys(), "a record has no result")
        check(sum(counted["statuses"].values()) == len(self.lists.arrived), "statuses and records")
        for status, records in counted["statuses"].items():
            say(f"   {status:<10} {records:>7,}")
        return statuses

    def attest(self, facilities: Iterable[str], at: datetime) -> None:
        """The facilities sign for the records that they have checked, each with its own key."""
        checked = self.out / "checked.csv"
        write(checked, Record._fields, self.lists.checked().values())
        keys = self.out / "facility-keys"
        for place in sorted(facilities):
            file = keys / f"{plain(place)}.key.pem"
            if not file.exists():
                keys.mkdir(mode=0o700, exist_ok=True)
                made = Authority.create("VN", valid_from=at, days=30).issued
                file.touch(0o600)
                file.write_bytes(made.key_pem())
                public = file.with_name(f"{plain(place)}.pub.pem")
                public.write_bytes(public_pem(made.certificate.public_key))
                listed = ("keys", "facility", self.out / "facilities.json", "--facility", place)
                self.vaxpass(*listed, "--key", public, quiet=True)
            signed = self.out / "attestations" / f"{plain(place)}-{at:%H%M%S}.attestation"
            asked = ("attest", checked, "--facility", place, "--key", file, "--out", signed)
            self.vaxpass(*asked, "--at", at.isoformat(), quiet=True)

    def issue(self, matches: str, *more: object) -> tuple[dict[str, int], list[dict[str, str]]]:
        """Sign passports; gives the counts, and the table of all passports."""
        out = self.out
        found = self.vaxpass(
            *("issue", out / "records.csv", "--matches", out / matches),
            *("--attestations", out / "attestations", "--facility-keys", out / "facilities.json"),
            *("--key", out / "keys" / "dsc.key.pem", "--cert", out / "keys" / "dsc.pem"),
            *("--uvci-key", out / "uvci.key", "--issuer", _ISSUER, "--out", out / "passports"),
            *("--also", "csv", "--json", *more),
            codes=(0, 1),
        )
        counts = json.loads(found)
        together = counts["issued"] + counts["issued_before"] + counts["refused"]
        check(together == counts["records"] == len(self.lists.arrived), "issued, refused and records")
        refused = counts["refused_by_first_reason"]
        check(sum(refused.values()) == counts["refused"], "refusals and their reasons")
        say(f"   issued {counts['issued']:,}, issued before {counts['issued_before']:,},")
        say(f"   refused {counts['refused']:,}:")
        for code, records in sorted(refused.items(), key=lambda each: -each[1]):
            say(f"   {records:>7,}  {code}")
        return counts, read(out / "passports" / "texts.csv")

    def verify_all(self, rows: Iterable[Mapping[str, str]], verifier: Verifier) -> tuple[int, int]:
        """Verify every text; gives how many are accepted, and revoked. Nothing else may occur."""
        accepted = revoked = 0
        for row in rows:
            verdict = verifier.verify(row["text"], at=datetime.now(UTC))
            if verdict and verdict.certificate:
                accepted += 1
                name = to_icao(self.lists.arrived[row["record_id"]].full_name)
                person = verdict.certificate.person
                parts = (person.family_name_icao, person.given_name_icao)
                check("<".join(filter(None, parts)) == name, "the name in a passport")
            else:
                check(verdict.code == "revocation.listed", f"a passport is {verdict.code}")
                revoked += 1
        return accepted, revoked

    def show(self, records: Sequence[str], place: str, trust: Sequence[object]) -> dict[str, int]:
        """Print QR pictures, verify and scan them; gives how many had which outcome at both."""
        table = self.out / "passports" / "texts.csv"
        wanted = [each for record in records for each in ("--record", record)]
        if not (self.out / place).exists():
            self.vaxpass(
                *("print", table, "--format", "png", "--out", self.out / place, *wanted),
                *("-t", self.out / "keys" / "trust-list.json", "--test-keys"),
            )
        pictures = self.out / place
        verified = self.vaxpass("verify", pictures, *trust, "--test-keys", "--json", codes=(0, 1))
        scanned = self.vaxpass(
            *("scan", "--source", pictures, "--view", "none", "--json", *trust, "--test-keys"),
            codes=(0, 1),
        )
        counts = [_outcomes(verified), _outcomes(scanned)]
        check(counts[0] == counts[1], f"verified {counts[0]}, scanned {counts[1]}")
        return counts[0]


def _outcomes(lines: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in lines.splitlines():
        found = json.loads(line).get("outcome")
        if found:
            counts[found] = counts.get(found, 0) + 1
    return counts


def plain(place: str) -> str:
    """A name for a file: the letters of the name of a place."""
    return to_icao(place.replace("(", "").replace(")", "").translate(_DIGITS)).replace("<", "-")


_DIGITS: Final = str.maketrans(dict(zip("0123456789", "ABCDEFGHIJ", strict=True)))
