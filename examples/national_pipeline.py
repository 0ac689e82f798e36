"""From vaccination records to passports, for three provinces of people who do not exist.

    python examples/national_pipeline.py [--out DIR] [--records N] [--people N] [--seed N]

Makes a register and records whose errors are known, matches them, lets facilities attest, issues
passports with test keys, prints, verifies and scans some, corrects records, and reports. Every count is
checked. DIR (default: national-pipeline) must be new.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from national_steps import Demonstration, check, say
from national_world import Lists, read, write

from vaxpass import Policy, TrustList, Verifier, read_trust_list
from vaxpass.revocation import RevocationStore
from vaxpass.testing.synthetic import Person, Size

_PROVINCES: Final = 3
_CORRECTED: Final = 20
_PICTURES: Final = 5


def main() -> None:
    """Tell the story."""
    parser = argparse.ArgumentParser(description="From vaccination records to passports.")
    parser.add_argument("--out", type=Path, default=Path("national-pipeline"))
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=6)
    given = parser.parse_args()
    if given.out.exists():
        sys.exit(f"{given.out}: this is there already; name a new folder with --out.")
    given.out.mkdir(mode=0o700, parents=True)
    started = time.monotonic()
    size = Size(given.records, given.people, _PROVINCES)
    tell(Demonstration(given.out, Lists(size, given.seed)))
    say(f"\nEvery count added up, in {time.monotonic() - started:.0f} seconds.")


def tell(demo: Demonstration) -> None:
    """Every step, with its checks."""
    begun = datetime.now(UTC).replace(microsecond=0)
    trust, statuses, issued = to_passports(demo, begun - timedelta(minutes=5))
    report(demo, *corrections(demo, begun, trust, statuses, issued))


def to_passports(
    demo: Demonstration, at: datetime
) -> tuple[TrustList, Mapping[str, str], Sequence[str]]:
    """From records to passports; gives the trust list, what was matched, and what has a passport."""
    out, lists = demo.out, demo.lists
    write(out / "registry.csv", Person._fields, lists.world.registry())
    demo.save()
    say(f"1. {len(lists.arrived):,} records of {len(lists.facilities)} facilities in {_PROVINCES}")
    say(f"   provinces, {lists.size.people:,} people in the register;")
    say(f"   record {lists.altered} was altered on its way.")
    say("2. Matching with the register:")
    statuses = demo.match("matches")
    say("3. Facilities attest what they have checked, each with its own key:")
    places = {record.facility for record in lists.checked().values()}
    demo.attest(places, at)
    attested = lists.attested()
    say(f"   {len(places)} facilities, {len(attested):,} records; one facility has not signed yet.")
    say("4. Issuing, with a CA and a signer made now (test keys):")
    demo.vaxpass("keys", "new", "--out", out / "keys")
    demo.vaxpass("keys", "uvci", "--out", out / "uvci.key")
    _, rows = demo.issue("matches")
    issued = [row["record_id"] for row in rows]
    due = {name for name in attested - lists.repeated if statuses[name] == "MATCHED"}
    check(len(issued) == len(set(issued)), "a record has two passports")
    check(set(issued) == due, "what was issued is what is matched, attested and not altered")
    say("   That is exactly what is matched, attested, not altered, and no dose that")
    say("   two records with the same number state.")
    say("5. All texts are verified; some are printed, and verified and scanned there:")
    trust = read_trust_list((out / "keys" / "trust-list.json").read_bytes(), source="test")
    counts = demo.verify_all(rows, Verifier(trust, Policy(test_keys=True)))
    check(counts == (len(rows), 0), f"accepted and revoked: {counts}")
    some = issued[:_PICTURES]
    listed = ("-t", out / "keys" / "trust-list.json")
    demo.vaxpass(
        *("print", out / "passports" / "texts.csv", "--record", some[0], "--paper", "card"),
        *("--out", out / "printed", *listed, "--test-keys"),
    )
    check(demo.show(some, "codes", listed) == {"accepted": len(some)}, "the pictures")
    say(f"   {len(rows):,} texts accepted, {len(some)} pictures verified and scanned.")
    return trust, statuses, issued


def corrections(
    demo: Demonstration,
    at: datetime,
    trust: TrustList,
    statuses: Mapping[str, str],
    issued: Sequence[str],
) -> tuple[Mapping[str, str], set[str], int]:
    """Some records are corrected; gives what is matched and what is issued now, and how many anew."""
    out, lists = demo.out, demo.lists
    listed = ("-t", out / "keys" / "trust-list.json")
    some = issued[:_PICTURES]
    say("6. Corrections: dates of passports that are out, names on the cleaning list:")
    dates = issued[:_CORRECTED]
    lists.correct_dates(dates)
    names = lists.correct_names(statuses, _CORRECTED)
    lists.send_again()
    demo.save()
    statuses = demo.match("matches-corrected")
    again = {lists.listed[name].facility for name in (*dates, *names)}
    demo.attest(again, at)
    counted, rows = demo.issue(*("matches-corrected", "--correct", "--revocation", out / "revoked.bin"))
    attested = lists.attested() - lists.repeated
    due = {name for name in attested if statuses[name] == "MATCHED"}
    check({row["record_id"] for row in rows} == due, "what has a passport after the corrections")
    check(counted["of_them_corrected"] == counted["revoked"] == len(dates), "what was issued anew")
    check(counted["issued"] == len(dates) + len(names) + 1, "what was issued for the first time")
    store = RevocationStore((out / "revoked.bin").read_bytes())
    verifier = Verifier(trust, Policy(test_keys=True), revocations=store)
    counts = demo.verify_all(rows, verifier)
    check(counts == (len(rows) - len(dates), len(dates)), f"accepted and revoked: {counts}")
    demo.vaxpass("keys", "bundle", "--out", out / "bundle-key")
    demo.vaxpass(
        *("trust", "bundle", "--key", out / "bundle-key" / "bundle.key.pem", "--maker", "TEST"),
        *("--out", out / "trust.bundle", *listed, "--revocation", out / "revoked.bin"),
    )
    newest = ("-t", out / "trust.bundle", "--pin", out / "bundle-key" / "bundle.pub.pem")
    check(demo.show(some, "codes", newest) == {"rejected": len(some)}, "the old pictures")
    say(f"   {len(dates)} passports replaced and revoked: their old pictures are rejected;")
    say(f"   {len(names) + 1} records have a passport now that had none.")
    return statuses, due, len(dates)


def report(demo: Demonstration, statuses: Mapping[str, str], due: set[str], replaced: int) -> None:
    """The page and the table, and whether they say what is known here."""
    say("7. The report:")
    out, lists = demo.out, demo.lists
    written = demo.vaxpass(
        *("report", out / "records.csv", "--matches", out / "matches-corrected"),
        *("--attestations", out / "attestations", "--facility-keys", out / "facilities.json"),
        *("--issued", out / "passports", "--revocation", out / "revoked.bin"),
        *("--out", out / "report.html", "--csv", out / "report.csv", "--json"),
    )
    found = json.loads(written)
    total = found["total"]
    check(total["records"] == len(lists.arrived), "records in the report")
    matched = sum(status == "MATCHED" for status in statuses.values())
    check(total["matching"]["matched"] == matched, "matched in the report")
    check(total["attesting"]["attested"] == len(lists.attested()), "attested in the report")
    check(total["issuing"]["issued"] == len(due), "issued in the report")
    check(total["issuing"]["pending"] == 0, "pending in the report")
    check(total["replaced"] == total["revoked"] == replaced, "replaced in the report")
    for rows in (found["provinces"], found["facilities"], read(out / "report.csv")):
        check(sum(int(row["records"]) for row in rows) == total["records"], "sums of the report")
    for row in found["provinces"]:
        came = (row["records"], row["matching"]["matched"], row["issuing"]["issued"])
        say("   {:<10} {:>7,} records {:>7,} matched {:>7,} issued".format(row["province"], *came))
    say()
    for name, what in (
        ("report.html", "the report: open it in a browser"),
        ("report.csv", "the same, a line for each facility"),
        ("matches-corrected/cleaning", "what each facility has to correct"),
        ("passports", "texts, refusals, summary"),
        ("codes", "QR pictures"),
        ("printed", "a printed card"),
    ):
        check((out / name).exists(), name)
        say(f"{out / name}: {what}")


if __name__ == "__main__":
    main()
