"""A run of `vaxpass issue` from its inputs to its summary."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from vaxpass import messages
from vaxpass.crypto.signer import Signer
from vaxpass.records import IssueCode, Terms, UvciMaker
from vaxpass.revocation import Entries, build, edited, identifiers
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, stores
from vaxpass_cli.output import jsonl
from vaxpass_cli.records import columns, inputs
from vaxpass_cli.records.engine import Engine, quoted
from vaxpass_cli.records.issue import attested, folder, plan
from vaxpass_cli.records.issue.attested import Found
from vaxpass_cli.records.issue.folder import Folder
from vaxpass_cli.records.issue.worker import REFUSED_COLUMNS, Order, Tally

_SUMMARY: Final = "summary.json"
_REFUSED: Final = "refused.csv"
_BLOCK: Final = 1 << 20
_FORMATS: Final = {
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json, ARRAY false",
}


class Job:
    """The steps of a run, in the order in which they are called."""

    def __init__(self, found: Folder, engine: Engine, source: inputs.Input, results: Path) -> None:
        self.folder = found
        self._engine = engine
        self._source = source
        self._results = results
        self._run = found.next_run()
        self._found: list[Found] = []
        self._records = 0
        self._unread = 0
        self._pieces: list[int] = []
        self._summary: dict[str, jsonl.Json] = {}
        self._loosened: tuple[str, ...] = ()

    def attestations(
        self, paths: Sequence[Path], facility_keys: Path | None
    ) -> Mapping[str, Sequence[Path]]:
        """Read and verify all attestations; gives the files of each facility."""
        files = list(attested.files(paths))
        if files and facility_keys is None:
            raise UsageError("error.facility_keys")
        by_facility: dict[str, list[Path]] = defaultdict(list)
        if facility_keys is not None:
            pinned = attested.keys(facility_keys)
            for path in files:
                one = attested.read(path, pinned)
                by_facility[one.attestation.facility].append(path)
                self._found.append(Found(path, one.attestation.without_entries()))
        return by_facility

    def plan(self) -> list[int]:
        """Put together what is known of every record; gives the numbers of the pieces."""
        made = plan.make(self._engine, self.folder, self._source, self._results)
        self._records, self._unread = made
        self._pieces = plan.pieces(self._engine, self.folder)
        return self._pieces

    def take(self, number: int, tally: Tally) -> None:
        """Keep what a process signed."""
        if tally.issued:
            self.folder.take(self.folder.work / f"texts-{number}.parquet", self._run, number)

    def finish(
        self,
        total: Tally,
        order: Order,
        terms: Terms,
        signer: Signer,
        revocations: Path | None,
        formats: Sequence[str],
    ) -> None:
        """Revoke what has a successor, and write the tables and the summary."""
        revoked = self._revoke(revocations, terms) if revocations else 0
        atomic.write(self.folder.path / _REFUSED, self._refused(), mode=atomic.OWNER_ONLY)
        for name in formats:
            self._export(name)
        self._loosened = order.policy.loosened
        refused = sum(total.refused.values())
        if self._records != total.issued + total.before + refused:
            raise AssertionError("the counts of a run do not add up")
        self._summary = {
            "records": self._records,
            "issued": total.issued,
            "of_them_corrected": total.corrected,
            "of_them_renewed": total.renewed,
            "issued_before": total.before,
            "refused": refused,
            "refused_by_first_reason": _counts(total.refused),
            "refused_by_every_reason": _counts(total.reasons),
            "unreadable_lines": self._unread,
            "revoked": revoked,
            "policy": {
                "allow_unmatched": order.policy.allow_unmatched,
                "allow_unattested": order.policy.allow_unattested,
                "loosened": [*self._loosened],
            },
            "kid": signer.kid.hex(),
            "algorithm": signer.algorithm.name,
            "issuer": terms.issuer,
            "country": terms.country,
            "issued_at": jsonl.rfc3339(terms.issued_at),
            "expires_at": jsonl.rfc3339(terms.expires_at),
            "uvci_key": UvciMaker(terms.country, order.uvci_key).key_name,
            "attestations": [
                {
                    "file": each.path.name,
                    "facility": each.attestation.facility,
                    "at": jsonl.rfc3339(each.attestation.at),
                }
                for each in self._found
            ],
        }
        text = json.dumps(self._summary, indent=1, ensure_ascii=False) + "\n"
        atomic.write(self.folder.path / _SUMMARY, [text.encode()], mode=atomic.OWNER_ONLY)

    def show(self, *, as_json: bool, language: str) -> int:
        """Tell what became of the records; gives the exit code."""
        found = self._summary
        refused = found["refused_by_first_reason"]
        assert isinstance(refused, dict)  # noqa: S101 - made above
        if as_json:
            typer.echo(jsonl.line(found))
            return Exit.NOT_ACCEPTED if refused else Exit.OK
        corrected, renewed = found["of_them_corrected"], found["of_them_renewed"]
        counts = messages.text("issue.counts", language, corrected=corrected, renewed=renewed, **found)
        typer.echo(counts)
        for code, count in refused.items():
            typer.echo(f"{count:>9}  {code}: {IssueCode(code).message(language)}")
        if self._loosened:
            typer.echo(messages.text("issue.loosened", language, demands=", ".join(self._loosened)))
        if found["unreadable_lines"]:
            typer.echo(messages.text("issue.unreadable", language, count=found["unreadable_lines"]))
        if found["revoked"]:
            typer.echo(messages.text("issue.revoked", language, count=found["revoked"]))
        typer.echo(messages.text("issue.where", language, folder=self.folder.path))
        return Exit.NOT_ACCEPTED if refused else Exit.OK

    def _revoke(self, path: Path, terms: Terms) -> int:
        """Put every passport that has a successor on the list, those of earlier runs too.

        So a run that was killed between issuing and this is made good by the next one.
        """
        old = plan.superseded(self._engine, self.folder)
        hashes = {hash_: None for uvci in old for hash_ in identifiers(uvci, terms.country, None, None)}
        if not hashes:
            return 0
        if path.exists():
            parts = edited(stores.load(path), b"", tuple(hashes), ())
        else:
            entries = Entries()
            for type_, value in hashes:
                entries.add(b"", type_, value)
            parts = entries.parts()
        stores.write(path, build(parts, int(terms.issued_at.timestamp())))
        return len(old)

    def _refused(self) -> Iterator[bytes]:
        yield (",".join(REFUSED_COLUMNS) + "\r\n").encode()
        for number in self._pieces:
            with (self.folder.work / f"refused-{number}.csv").open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block

    def _export(self, name: str) -> None:
        """Write the table of all passports in another form."""
        place = self.folder.path / f"texts.{name}"
        unfinished = self.folder.work / place.name
        if self.folder.parts():
            rows = f"SELECT * FROM {plan.texts(self.folder)} ORDER BY record_id, version"
            self._engine.run(f"COPY ({rows}) TO {quoted(unfinished)} ({_FORMATS[name]})")
        else:
            unfinished.touch()
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(place)
        atomic.sync_folder(self.folder.path)


def _counts(counted: Counter[str]) -> dict[str, jsonl.Json]:
    return {str(code): counted[code] for code in sorted(counted)}


@contextmanager
def prepared(
    out: Path, records: Path, matches: Path, mapping: Path | None, encoding: str, memory: float
) -> Iterator[Job]:
    """A run with its inputs looked at and its folder locked."""
    results = plan.matches(matches)
    names = columns.read_mapping(mapping).get(columns.RECORDS.role, {})
    umask = os.umask(0o077)  # everything in the folder is about persons
    try:
        with folder.opened(out) as found:
            engine = Engine(found.work / "spill", gigabytes=memory, threads=_threads())
            try:
                source = inputs.open_input(
                    records, columns.RECORDS, names, encoding, engine, found.work
                )
                yield Job(found, engine, source, results)
            finally:
                engine.close()
    finally:
        os.umask(umask)


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
