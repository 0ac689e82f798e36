"""The clerk's loop, from lists with errors to passports, with people who do not exist.

    python examples/clerks_loop.py [--out DIR] [--records N] [--people N] [--seed N]

Records with errors of all kinds are matched. Facilities correct their lists from papers, in two rounds;
the office that keeps the register confirms what is mechanical; passports are issued. Then the same
records come once more, saved by another program, and some in the file of another office: nothing
changes. Every count is checked. DIR (default: clerks-loop) must be new.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from clerks_papers import Papers, fill_in, records_in, save_again
from national_steps import Commands, check, plain, say
from national_world import read, repeated, write

from vaxpass import Policy, Verifier, read_trust_list
from vaxpass.identity import to_icao
from vaxpass.records import MECHANICAL_CAUSES, Record
from vaxpass.testing.synthetic import Kind, Person, Size

_PROVINCES: Final = 2
_OFFICE: Final = "TEST Cục Cảnh sát QLHC"
_ISSUER: Final = "TEST Bộ Y tế"
_OVERLAP: Final = 40
_RENAMED: Final = "X-"
"""What the other office puts before identifiers"""
_ROUNDS: Final = ("first", "round 1", "round 2")


class Loop(Commands):
    """The folder of the demonstration, and what is known about the records in it."""

    def __init__(self, out: Path, papers: Papers) -> None:
        super().__init__(out)
        self.papers = papers
        self.at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
        self.statuses: list[Mapping[str, str]] = []
        """The status of each record after each matching"""
        self.withdrawn: set[str] = set()
        self.corrected: set[str] = set()
        """Records in which a facility has changed a value, by the audit trail"""
        self.confirmed: set[str] = set()
        self.issued: set[str] = set()
        self.right: set[str] = set()
        """Records whose passport is that of the right person"""
        self.refused: Mapping[str, int] = {}

    # Matching and correcting

    def match(self, file: Path, results: str) -> Mapping[str, str]:
        """Compare a file with the register; gives the status of each record."""
        out = self.out / results
        found = self.vaxpass(
            "match", file, self.out / "registry.csv", "--out", out, "--csv", "--json", "--lang", "vi"
        )
        counted = json.loads(found)["statuses"]
        statuses = {}
        for row in read(out / "results.csv"):
            name = row["record_id"]
            statuses[name] = row["status"]
            if row["status"] == "MATCHED":
                person = self.papers.persons[name.removeprefix(_RENAMED)]
                check(row["person_id"] == person, "a record matches another person")
        check(Counter(statuses.values()) == Counter(counted), "statuses and records")
        return statuses

    def match_round(self, number: int) -> None:
        """Match the records as they stand after a round."""
        statuses = self.match(self.records(number), f"results-{number}")
        check(len(statuses) + len(self.withdrawn) == len(self.papers.declared), "a record is missing")
        matched = sum(status == "MATCHED" for status in statuses.values())
        say(f"   {matched:,} of {len(statuses):,} records match.")
        self.statuses.append(statuses)

    def records(self, number: int) -> Path:
        """The file of the records after a round."""
        return self.out / ("records.csv" if number == 0 else f"corrected-{number}.csv")

    def refused_lines(self, number: int) -> Path:
        """The workbook of what could not be used in a round."""
        return self.out / f"corrected-{number}-refused.xlsx"

    def round(self, number: int) -> None:
        """Facilities fill in their lists; what can be used of that is applied."""
        lists, returned = self.out / f"results-{number - 1}" / "cleaning", self.out / f"lists-{number}"
        filled = fill_in(self.papers, lists, returned, number)
        found = self.vaxpass(
            *("correct", self.records(number - 1), returned, "--by", "TEST Lan", "--json"),
            *("--out", self.records(number), "--audit", self.out / "audit.csv"),
            codes=(1,) if filled["unreadable"] else (0,),
        )
        counts = json.loads(found)
        check(counts["lines"] == filled.lines, "lines that were filled in")
        check(counts["applied"] + counts["unchanged"] == filled["right"] + filled["wrong"], "applied")
        check(counts["refused"] == filled["unreadable"], "what can't be read is refused")
        before = {row.record_id for row in records_in(self.records(number - 1))}
        after = {row.record_id for row in records_in(self.records(number))}
        self.withdrawn |= before - after
        check(len(before - after) == counts["withdrawn"] and after <= before, "withdrawn")
        trail = read(self.out / "audit.csv")
        check(len(trail) >= counts["noted"] == counts["changes"] + counts["withdrawn"], "audit trail")
        self.corrected |= {row["record_id"] for row in trail} - self.withdrawn
        say(f"   {counts['lines']:,} values entered, {counts['refused']:,} can't be read and are")
        say(
            f"   refused; {counts['corrected']:,} records corrected, {counts['withdrawn']:,} withdrawn."
        )

    # The office

    def confirm(self, results: str) -> None:
        """The office that keeps the register confirms what is mechanical."""
        shown = json.loads(self.vaxpass("review", "show", self.out / results, "--json"))
        self.make_key(_OFFICE, "office", self.out / "offices.json")
        causes = [each for cause in MECHANICAL_CAUSES for each in ("--cause", cause)]
        found = self.vaxpass(
            *("review", "confirm", self.out / results, *causes, "--office", _OFFICE, "--json"),
            *("--key", self.out / "office" / "facility.key.pem"),
            *("--out", self.out / "mechanical.confirmation"),
        )
        confirmed = json.loads(found)["confirmed"]
        check(confirmed == shown["queue"], "what is confirmed is what is in the queue")
        for group in shown["groups"]:
            say(f"   {group['records']:>5,}  {', '.join(group['causes'])}")

    def make_key(self, name: str, folder: str, listed: Path) -> None:
        """Make a key, and put it on a list of keys."""
        place = self.out / folder
        self.vaxpass("keys", "facility-new", "--facility", name, "--out", place, quiet=True)
        public = place / "facility.pub.pem"
        self.vaxpass("keys", "facility", listed, "--facility", name, "--key", public, quiet=True)

    # Passports

    def attest(self, file: Path, facilities: Sequence[str], name: str) -> None:
        """Facilities sign for their records in a file."""
        for place in facilities:
            folder = f"keys-{plain(place)}"
            if not (self.out / folder).exists():
                self.make_key(place, folder, self.out / "facilities.json")
            signed = self.out / "attestations" / f"{plain(place)}-{name}.attestation"
            self.vaxpass(
                *("attest", file, "--facility", place, "--at", self.at.isoformat()),
                *("--key", self.out / folder / "facility.key.pem", "--out", signed),
                quiet=True,
            )

    def issue(self, file: Path, results: str, *more: object) -> Mapping[str, int]:
        """Sign passports; gives the counts."""
        found = self.vaxpass(
            *("issue", file, "--matches", self.out / results),
            *("--attestations", self.out / "attestations"),
            *("--facility-keys", self.out / "facilities.json"),
            *("--key", self.out / "keys" / "dsc.key.pem", "--cert", self.out / "keys" / "dsc.pem"),
            *("--uvci-key", self.out / "uvci.key", "--issuer", _ISSUER),
            *("--confirmations", self.out / "mechanical.confirmation"),
            *("--office-keys", self.out / "offices.json"),
            *("--out", self.out / "passports", "--also", "csv", "--json", *more),
            codes=(0, 1),
        )
        counts: dict[str, int] = json.loads(found)
        self.refused = json.loads(found)["refused_by_first_reason"]
        together = counts["issued"] + counts["issued_before"] + counts["refused"]
        check(together == counts["records"], "issued, refused and records")
        check(sum(self.refused.values()) == counts["refused"], "refusals and their reasons")
        return counts

    def first_issue(self, number: int) -> None:
        """Sign passports for the records after the last round, and look into every one."""
        self.vaxpass("keys", "new", "--out", self.out / "keys")
        self.vaxpass("keys", "uvci", "--out", self.out / "uvci.key")
        counts = self.issue(self.records(number), f"results-{number}")
        rows = read(self.out / "passports" / "texts.csv")
        self.issued = {row["record_id"] for row in rows}
        self.confirmed = {row["record_id"] for row in rows if row["confirmed"]}
        check(len(rows) == len(self.issued) == counts["issued"], "passports and records")
        matched = {name for name, status in self.statuses[-1].items() if status == "MATCHED"}
        check(not matched & self.confirmed, "what matches needs no confirmation")
        blocked = repeated(records_in(self.records(number)))
        check(self.issued == (matched | self.confirmed) - blocked, "what is matched or confirmed")
        trust = read_trust_list((self.out / "keys" / "trust-list.json").read_bytes(), source="test")
        verifier = Verifier(trust, Policy(test_keys=True))
        for row in rows:
            verdict = verifier.verify(row["text"], at=datetime.now(UTC))
            check(bool(verdict) and verdict.certificate is not None, "a passport is not accepted")
            if verdict.certificate is not None:
                person = verdict.certificate.person
                name = "<".join(filter(None, (person.family_name_icao, person.given_name_icao)))
                if self._is(row["record_id"], name, verdict.certificate.date_of_birth):
                    self.right.add(row["record_id"])
        say(f"   {counts['issued']:,} issued, {len(self.confirmed):,} of them confirmed;")
        say(f"   {counts['refused']:,} refused. All were verified.")

    def _is(self, record_id: str, name: str, born: str | None) -> bool:
        card = self.papers.cards.get(self.papers.persons[record_id])
        return card is not None and (to_icao(card.full_name), card.date_of_birth) == (name, born)

    # What comes again

    def come_again(self, number: int) -> None:
        """The same records, saved by another program: no passport is issued, and none revoked."""
        again = self.out / "saved-again.txt"
        save_again(records_in(self.records(number)), again)
        statuses = self.match(again, "results-again")
        check(statuses == self.statuses[-1], "the same statuses")
        self.nothing_new(again, "results-again", len(self.issued))

    def overlap(self, number: int) -> None:
        """Another office sends some of the records, half of them under identifiers of its own."""
        own = [row for row in records_in(self.records(number)) if row.record_id in self.issued]
        matched = [row for row in own if row.record_id not in self.confirmed]
        facility = Counter(row.facility for row in matched).most_common(1)[0][0]
        some = [row for row in matched if row.facility == facility][:_OVERLAP]
        renamed = [row._replace(record_id=_RENAMED + row.record_id) for row in some[1::2]]
        path = self.out / "overlap.txt"
        save_again([*some[::2], *renamed], path)
        statuses = self.match(path, "results-overlap")
        check(set(statuses.values()) == {"MATCHED"}, "what overlaps matches")
        self.attest(path, [facility], "overlap")
        counts = self.nothing_new(path, "results-overlap", len(some[::2]))
        check(counts["refused"] == len(renamed), "doses that have a passport already")
        check(self.refused == {"dose.issued": len(renamed)}, "and that is the reason")

    def nothing_new(self, file: Path, results: str, before: int) -> Mapping[str, int]:
        """Issue for records that have their passports: none is issued, and none revoked."""
        more = ("--correct", "--revocation", self.out / "revoked.bin")
        counts = self.issue(file, results, *more)
        check(counts["issued"] == counts["revoked"] == 0, "a passport was issued or revoked")
        check(counts["issued_before"] == before, "what was issued before")
        check({row["record_id"] for row in self._passports()} == self.issued, "the same passports")
        say(f"   issued 0, revoked 0; {before:,} have their passport,")
        say(f"   {counts['refused']:,} are refused.")
        return counts

    def _passports(self) -> list[dict[str, str]]:
        return read(self.out / "passports" / "texts.csv")


def main() -> None:
    """Tell the story."""
    parser = argparse.ArgumentParser(description="The clerk's loop, from lists to passports.")
    parser.add_argument("--out", type=Path, default=Path("clerks-loop"))
    parser.add_argument("--records", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=25_000)
    parser.add_argument("--seed", type=int, default=15)
    given = parser.parse_args()
    if given.out.exists():
        sys.exit(f"{given.out}: this is there already; name a new folder with --out.")
    given.out.mkdir(mode=0o700, parents=True)
    started = time.monotonic()
    papers = Papers(Size(given.records, given.people, _PROVINCES), given.seed)
    tell(Loop(given.out, papers))
    say(f"\nEvery count added up, in {time.monotonic() - started:.0f} seconds.")


def tell(loop: Loop) -> None:
    """Every step, with its checks."""
    out, papers = loop.out, loop.papers
    write(out / "registry.csv", Person._fields, papers.world.registry())
    write(out / "records.csv", Record._fields, papers.declared.values())
    facilities = sorted({row.facility for row in papers.declared.values()})
    say(f"1. {len(papers.declared):,} records of {len(facilities)} facilities are matched:")
    loop.match_round(0)
    say("2. The facilities fill in their lists from papers; some people come later:")
    loop.round(1)
    loop.match_round(1)
    say("3. They fill in the new lists; some people they never reach:")
    loop.round(2)
    loop.match_round(2)
    say("4. The office that keeps the register confirms what is mechanical:")
    loop.confirm("results-2")
    say("5. The facilities sign for their records, and passports are issued (test keys):")
    loop.attest(loop.records(2), facilities, "all")
    loop.first_issue(2)
    tell_table(loop)
    tell_reasons(loop)
    say("6. The same records come again, saved by another program:")
    loop.come_again(2)
    say("7. Another office sends some of them, half with identifiers of its own:")
    loop.overlap(2)
    say("8. The whole list once more, and the report:")
    loop.nothing_new(loop.records(2), "results-2", len(loop.issued))
    report(loop)


def tell_table(loop: Loop) -> None:
    """What came of the records, by the kind of their error."""
    say("\nRecords, and how many match or have a passport, by the error in them:")
    say(
        f"{'':<16}{'records':>7}" + "".join(f"{head:>10}" for head in (*_ROUNDS, "confirmed", "issued"))
    )
    names: dict[str, set[str]] = {}
    for name, kind in loop.papers.kinds.items():
        names.setdefault(kind, set()).add(name)
    names["all"] = set(loop.papers.kinds)
    rows = {kind: _counted(loop, names[kind]) for kind in (*Kind, "all") if kind in names}
    for kind, row in rows.items():
        counts = (row[head] for head in (*_ROUNDS, "confirmed", "issued"))
        say(f"{kind:<16}{row['records']:>7,}" + "".join(f"{count:>10,}" for count in counts))
    say("\nRecall: of the records whose person is in the register, without those that were")
    say("withdrawn, the share that led to the right person; in the end, to a passport.")
    say("Precision is the share of the passports that are of the right person.")
    heads = (*_ROUNDS, "passport", "precision")
    say(f"{'':<16}{'records':>7}" + "".join(f"{head:>10}" for head in heads))
    for kind, row in rows.items():
        of = row["registered"]
        if of:
            shares = [f"{row[f'{head} right'] / of:.1%}" for head in (*_ROUNDS, "passport")]
            precise = f"{row['passport right'] / row['issued']:.1%}" if row["issued"] else "-"
            say(f"{kind:<16}{of:>7,}" + "".join(f"{share:>10}" for share in (*shares, precise)))
    total, kinds = rows.pop("all"), rows
    right, issued = total["passport right"], total["issued"]
    say(f"\nPrecision: {right:,} of {issued:,} passports are of the right person.")
    check(right == issued == len(loop.issued), "a passport of another person")
    check(not loop.issued & names.get(Kind.ABSENT, set()), "a passport of nobody in the register")
    for head in ("records", "issued", "confirmed", "withdrawn"):
        check(sum(row[head] for row in kinds.values()) == total[head], f"{head} of all kinds")
    left = total["records"] - total["withdrawn"] - total["issued"]
    check(left == sum(loop.refused.values()), "what is left and what was refused")


def _counted(loop: Loop, names: set[str]) -> Counter[str]:
    """How many of these records have come how far."""
    registered = {name for name in names - loop.withdrawn if loop.papers.persons[name]}
    row = Counter(
        {
            "records": len(names),
            "withdrawn": len(names & loop.withdrawn),
            "confirmed": len(names & loop.confirmed),
            "issued": len(names & loop.issued),
            "registered": len(registered),
            "passport right": len(registered & loop.right),
        }
    )
    for head, statuses in zip(_ROUNDS, loop.statuses, strict=True):
        matched = {name for name in names if statuses.get(name) == "MATCHED"}
        row[head] = len(matched)
        row[f"{head} right"] = len(matched & registered)
    return row


def tell_reasons(loop: Loop) -> None:
    """Where every record has gone."""
    say("\nWhere every record has gone:")
    first = {name for name, status in loop.statuses[0].items() if status == "MATCHED"}
    later = loop.issued - first - loop.confirmed
    # Nobody changed these: they match since another record of the same dose was withdrawn.
    freed = {name for name in later - loop.corrected if loop.papers.kinds[name] == Kind.DOSE_TWICE}
    ends = {
        "matched at first": len(loop.issued & first),
        "corrected": len(later & loop.corrected),
        "match since their double was withdrawn": len(freed),
        "confirmed": len(loop.confirmed),
        "withdrawn": len(loop.withdrawn),
        **{f"left: {code}": count for code, count in sorted(loop.refused.items())},
    }
    for name, count in ends.items():
        say(f"{count:>7,}  {name}")
    check(sum(ends.values()) == len(loop.papers.declared), "all records, wherever they went")
    say(f"{sum(ends.values()):>7,}  all records\n")


def report(loop: Loop) -> None:
    """The page, and whether it says what is known here."""
    out = loop.out
    written = loop.vaxpass(
        *("report", loop.records(2), "--matches", out / "results-2"),
        *("--attestations", out / "attestations", "--facility-keys", out / "facilities.json"),
        *("--issued", out / "passports", "--audit", out / "audit.csv"),
        *("--out", out / "report.html", "--json"),
    )
    total = json.loads(written)["total"]
    check(total["records"] == len(loop.papers.declared) - len(loop.withdrawn), "records in the report")
    check(total["issuing"]["issued"] == len(loop.issued), "issued in the report")
    say()
    for name, what in (
        ("report.html", "the report: open it in a browser"),
        ("results-0/cleaning", "the lists for facilities"),
        ("lists-1", "the lists as they came back"),
        ("audit.csv", "every change, by whom, and from which list"),
        ("passports", "texts, refusals, summary"),
    ):
        check((out / name).exists(), name)
        say(f"{out / name}: {what}")
    refused = loop.refused_lines(1)
    if refused.exists():
        say(f"{refused}: what of them could not be used")


if __name__ == "__main__":
    main()
