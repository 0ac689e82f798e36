"""Inputs of a report whose counts are known, made without the commands that usually make them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from vaxpass.display import rfc3339
from vaxpass.records import BUILT_IN, FIELDS, Record, Terms, attest, canonical_text, write_facility_keys
from vaxpass.revocation import Entries, build, identifiers
from vaxpass.testing import Authority

AT: Final = datetime(2026, 6, 1, tzinfo=UTC)
KEY: Final = Authority.create("VN", valid_from=AT, days=99).issue_signer(days=99)
CONTENT: Final = Terms("VN", "Ministry", AT, AT, AT.date(), BUILT_IN)
"""What passports say under these terms"""
_TEXTS: Final = "record_id uvci kid issued_at expires_at text version digest confirmed person dose_key content".split()


@dataclass(frozen=True)
class Case:
    """A record, and what has become of it."""

    record: Record
    status: str = "MATCHED"
    told: tuple[str, ...] = ()
    attested: str = "attested"
    issuing: str = "issued"
    refused: str = "match.mismatch"
    passports: int = 1
    """How many, one after the other"""
    revoked: int = 0
    """How many of those are on the list, the oldest first"""
    copies: int = 1
    """How often it stands in the list; copies are one record"""
    versions: int = 1
    """How many different records have its `record_id`; where there are several, all are refused"""
    content: tuple[str, ...] = ()
    """What is wrong with its vaccination"""
    ends: datetime | None = None
    """When its last passport ends; None for long after `AT`"""
    confirmed: str = ""
    issued_at: datetime = AT
    """When its first passport was issued; each other one comes a week later"""
    person: str = ""
    """The pseudonym of the person; empty for one of its own"""

    @property
    def answer(self) -> str:
        """What became of it at issuing."""
        return "refused" if self.versions > 1 else self.issuing

    @property
    def used(self) -> bool:
        """Whether matching could use it."""
        return self.versions == 1

    @property
    def records(self) -> Sequence[Record]:
        """The different records with its identifier."""
        changed = (self.record._replace(sex=f"version {number}") for number in range(self.versions - 1))
        return [self.record, *changed]

    @property
    def in_force(self) -> bool:
        """Whether its last passport is in force."""
        ended = self.ends is not None and self.ends <= AT
        return 0 < self.passports > self.revoked and not ended


@dataclass
class Inputs:
    """The files of a world."""

    folder: Path
    cases: Sequence[Case]
    arguments: list[object] = field(init=False)

    def __post_init__(self) -> None:
        f = self.folder
        f.mkdir(parents=True, exist_ok=True)
        self.write_records()
        self.write_matches()
        self.write_attestations()
        self.write_issued()
        self.arguments = [
            *("report", f / "records.csv", "--matches", f / "matches"),
            *("--attestations", f / "attestations", "--facility-keys", f / "keys.json"),
            *("--issued", f / "issued", "--revocation", f / "revoked.bin"),
            *("--out", f / "report.html", "--csv", f / "report.csv"),
        ]

    def write_records(self, records: Iterable[Record] | None = None) -> None:
        """The list; other records than those of the cases where some are given."""
        if records is None:
            records = [each for case in self.cases for each in [*case.records] * case.copies]
        with (self.folder / "records.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([FIELDS, *records])

    def write_matches(self) -> None:
        """As vaxpass match leaves them."""
        rows = [
            {
                **{
                    name: canonical_text(getattr(case.record, name))
                    for name in ("record_id", "province", "facility")
                },
                **{"status": case.status, "person_id": "P", "told": list(case.told)},
                "content": list(case.content),
            }
            for case in self.cases
            if case.used
        ]
        statuses = Counter(case.status for case in self.cases if case.used)
        aside = sum(case.copies * case.versions for case in self.cases if not case.used)
        copies = sum(case.copies - 1 for case in self.cases if case.used)
        summary = {"statuses": statuses, "rejected": aside, "copies": copies, "people": 1234}
        folder = self.folder / "matches"
        folder.mkdir(exist_ok=True)
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        names = "record_id province facility status person_id".split()
        kinds = ", ".join(f"{name}: 'VARCHAR'" for name in names)
        _parquet(
            rows, f"{{{kinds}, told: 'VARCHAR[]', content: 'VARCHAR[]'}}", folder / "results.parquet"
        )

    def write_attestations(self) -> None:
        """Each facility's word for its records."""
        signed: dict[str, list[Record]] = {}
        for case in self.cases:
            if case.attested != "not_attested":
                record = case.record
                if case.attested == "altered":
                    record = record._replace(batch=f"{record.batch} before")
                signed.setdefault(canonical_text(record.facility), []).append(record)
        folder = self.folder / "attestations"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for number, (facility, records) in enumerate(signed.items()):
            data = attest(records, facility, KEY.signer(), AT)
            (folder / f"{number}.attestation").write_bytes(data)
        keys = {facility: [KEY.certificate.public_key] for facility in signed}
        (self.folder / "keys.json").write_bytes(write_facility_keys(keys))

    def write_issued(self) -> None:
        """As vaxpass issue leaves them, and the revocation store."""
        folder = self.folder / "issued"
        (folder / "texts").mkdir(parents=True, exist_ok=True)
        rows, entries = [], Entries()
        for case in self.cases:
            for version in range(1, case.passports + 1):
                uvci = f"URN:UVCI:01:VN:{case.record.record_id}/{version}"
                current = version == case.passports and case.issuing == "issued"
                digest = case.record.digest.hex() if current else "old"
                at = case.issued_at + timedelta(weeks=version - 1)
                ends = case.ends if case.ends and version == case.passports else AT + timedelta(365)
                person = case.person or case.record.record_id
                row = (
                    *(
                        case.record.record_id,
                        uvci,
                        "ab" * 8,
                        rfc3339(at),
                        rfc3339(ends),
                        "HC1:",
                        version,
                    ),
                    *(digest, case.confirmed if version == 1 else "", person, "1"),
                )
                rows.append(dict(zip(_TEXTS, row, strict=True)))
                if version <= case.revoked:
                    for kind, value in identifiers(uvci, "VN", None, None):
                        entries.add(b"", kind, value)
        if rows:
            kinds = ", ".join(f"{name}: 'VARCHAR'" for name in _TEXTS).replace(
                "version: 'VARCHAR'", "version: 'INTEGER'"
            )
            _parquet(rows, f"{{{kinds}}}", folder / "texts" / "part-0001-000000.parquet")
        refused = [case for case in self.cases for _ in case.records if case.answer == "refused"]
        self.write_refused(refused, sum(case.versions for case in self.cases))
        (self.folder / "revoked.bin").write_bytes(b"".join(build(entries.parts(), 0)))

    def write_refused(self, refused: Sequence[Case], listed: int) -> None:
        """The refusals and the summary of a run that had `listed` records."""
        folder = self.folder / "issued"
        with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("record_id", "province", "facility", "codes", "sentences"))
            for case in refused:
                code = "record.doubled" if case.versions > 1 else case.refused
                record = case.record
                row = (record.record_id, record.province, record.facility, f"{code} date.future", "")
                writer.writerow(row)
        summary = {"records": listed, "refused": len(refused), "country": "VN"}
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def _parquet(rows: Sequence[object], kinds: str, out: Path) -> None:
    lines = out.with_suffix(".json")
    lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    out.unlink(missing_ok=True)
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_json('{lines}', format = 'newline_delimited', columns = {kinds}))"
        f" TO '{out}' (FORMAT parquet)"
    )
    lines.unlink()
