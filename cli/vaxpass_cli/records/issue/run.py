"""A run of `vaxpass issue` from its inputs to its summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import typer

from vaxpass import Kind, decode, messages
from vaxpass.crypto import Signer
from vaxpass.encoding import strict_json
from vaxpass.records import FacilityKeys, IssueCode, MatchStatus, Terms, UvciMaker
from vaxpass.revocation import Identifier, identifiers, identifiers_of
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import stores
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output import jsonl
from vaxpass_cli.records import attestation_files
from vaxpass_cli.records.attestation_files import AttestationFile, FacilityFiles
from vaxpass_cli.records.engine import Engine, literal
from vaxpass_cli.records.issue import memory, plan
from vaxpass_cli.records.issue.confirmed import ConfirmationFiles
from vaxpass_cli.records.issue.plan import Plan, Source, Superseded
from vaxpass_cli.records.issue.worker import Order, RefusedRow, Tally, refused_file, texts_file
from vaxpass_cli.records.run_folder import RunFolder

_FORMAT: Final = "2"
_OLD_FORMAT: Final = "1"
_SUMMARY: Final = "summary.json"
_REFUSED: Final = "refused.csv"
_DOUBLED: Final = "doubled.csv"
_UNMATCHED: Final = "unmatched.csv"
_BLOCK_BYTES: Final = 1 << 20


def settings(terms: Terms, maker: UvciMaker) -> dict[str, str]:
    """The settings that must stay the same for a folder: else a record gets a second identifier."""
    return {"format": _FORMAT, "country": terms.country, "uvci_key": maker.key_id}


def check_folder(path: Path) -> None:
    """Raises `UsageError` where a folder was made by a version that noted neither persons nor doses."""
    file = path / plan.FOLDER.settings
    try:
        found = strict_json.read(file.read_bytes()) if file.is_file() else None
    except ValueError:
        return  # `open_run_folder` says that it can't be read
    if isinstance(found, dict) and found.get("format") == _OLD_FORMAT:
        raise UsageError("error.issue.old_folder", path=path)


class IssueRun:
    """The steps of a run, in the order in which they are called."""

    def __init__(
        self, folder: RunFolder, engine: Engine, source: Source, terms: Terms, maker: UvciMaker
    ) -> None:
        self.folder = folder
        self._engine = engine
        self._source = source
        self._terms = terms
        self._maker = maker
        self._number = plan.next_run(folder.parts)
        self._attestations: list[AttestationFile] = []
        self._confirmations = ConfirmationFiles()
        self._plan = Plan(folder.scratch, 0, 0, 0, ())
        self._summary: dict[str, jsonl.Json] = {}
        self._total = Tally()
        self._loosened: tuple[str, ...] = ()
        self._revocations: Path | None = None

    def read_attestations(
        self, paths: Sequence[Path], facility_keys: Path | None
    ) -> Mapping[str, Sequence[Path]]:
        """Read and verify all attestations; gives the files of each facility."""
        files = list(attestation_files.listed(paths))
        if files and facility_keys is None:
            raise UsageError("error.facility_keys")
        keys: FacilityKeys = attestation_files.read_keys(facility_keys) if facility_keys else {}
        self._attestations = list(attestation_files.read_headers(files, keys))
        return FacilityFiles.of(self._attestations, keys).files

    def use(self, confirmations: ConfirmationFiles) -> None:
        """Find which of them count. Raises `UsageError` where the results have no review queue."""
        confirmations.load(self._engine, self._source.results)
        self._confirmations = confirmations

    def make_plan(self) -> Plan:
        """Collect what is known about every record."""
        at = jsonl.rfc3339(self._terms.issued_at)
        self._plan = plan.make(self._engine, self._source, self._maker, at, self.folder.scratch)
        return self._plan

    def keep(self, piece: int, tally: Tally) -> None:
        """Keep the passports of a piece: from now on they are issued."""
        if tally.issued:
            name = plan.part_name(self._number, piece)
            self.folder.keep(texts_file(self.folder.scratch, piece), name)
        self._total.add(tally)

    def finish(
        self,
        order: Order,
        signer: Signer,
        revocations: Path | None,
        formats: Sequence[str],
    ) -> None:
        """Revoke passports with a successor, and write the tables and the summary."""
        total, terms = self._total, self._terms
        confirmations = self._confirmations
        self._revocations = revocations
        revoked = self._revoke(revocations) if revocations and order.correct else 0
        self.folder.publish(_REFUSED, self._write_refused)
        found = self._look_back(order.language)
        for name in formats:
            self._export(name)
        self._loosened = order.policy.loosened
        refused = sum(total.refused.values())
        if self._plan.records != total.issued + total.before + refused:
            raise AssertionError("the counts of a run do not add up")
        self._summary = {
            "records": self._plan.records,
            "copies": self._plan.copies,
            "issued": total.issued,
            "of_them_corrected": total.corrected,
            "of_them_renewed": total.renewed,
            "of_them_confirmed": total.confirmed,
            "issued_before": total.before,
            "refused": refused,
            "refused_by_first_reason": _counts(total.refused),
            "refused_by_every_reason": _counts(total.reasons),
            "unreadable_lines": self._plan.unreadable,
            "revoked": revoked,
            **found,
            "policy": {
                "allow_unmatched": order.policy.allow_unmatched,
                "allow_unattested": order.policy.allow_unattested,
                "allow_confirmed": order.policy.allow_confirmed,
                "loosened": [*self._loosened],
            },
            "kid": signer.kid.hex(),
            "algorithm": signer.algorithm.name,
            "issuer": terms.issuer,
            "country": terms.country,
            "issued_at": jsonl.rfc3339(terms.issued_at),
            "expires_at": jsonl.rfc3339(terms.expires_at),
            "uvci_key": self._maker.key_id,
            "attestations": [
                {
                    "file": each.path.name,
                    "facility": each.attestation.facility,
                    "at": jsonl.rfc3339(each.attestation.at),
                }
                for each in self._attestations
            ],
            "confirmations": [
                {
                    "file": each.path.name,
                    "office": each.confirmation.office,
                    "at": jsonl.rfc3339(each.confirmation.at),
                    "records": len(each.confirmation.records),
                }
                for each in confirmations.files
            ],
            "confirmations_unused": _counts(confirmations.unused),
        }
        text = json.dumps(self._summary, ensure_ascii=False, indent=1) + "\n"
        self.folder.publish(_SUMMARY, lambda path: path.write_text(text, encoding="utf-8"))

    def show(self, *, as_json: bool, language: str) -> int:
        """Print the counts of the run; gives the exit code."""
        found, total = self._summary, self._total
        refused = total.refused
        code = Exit.NOT_ACCEPTED if refused else Exit.OK
        if as_json:
            typer.echo(jsonl.line(found))
            return code
        changed = {"corrected": total.corrected, "renewed": total.renewed}
        typer.echo(messages.text("issue.counts", language, **changed, **found))
        for reason in sorted(refused):
            sentence = IssueCode(reason).message(language)
            typer.echo(f"{refused[reason]:>9}  {reason}: {sentence}")
        if self._loosened:
            typer.echo(messages.text("issue.loosened", language, demands=", ".join(self._loosened)))
        if total.confirmed:
            typer.echo(messages.text("issue.confirmed", language, count=total.confirmed))
        for reason, count in sorted(self._confirmations.unused.items()):
            typer.echo(messages.text(f"issue.unconfirmed.{reason}", language, count=count))
        if found["unreadable_lines"]:
            typer.echo(messages.text("issue.unreadable", language, count=found["unreadable_lines"]))
        if found["copies"]:
            typer.echo(messages.text("issue.copies", language, count=found["copies"]))
        if found["revoked"]:
            told = {"count": found["revoked"], "file": self._revocations}
            typer.echo(messages.text("issue.revoked", language, **told))
        for kind, name in (("doubled", _DOUBLED), ("unmatched", _UNMATCHED), ("gone", _UNMATCHED)):
            if found[kind]:
                told = {"count": found[kind], "file": self.folder.path / name}
                typer.echo(messages.text(f"issue.{kind}", language, **told))
        typer.echo(messages.text("issue.where", language, folder=self.folder.path))
        return code

    def _look_back(self, language: str) -> dict[str, int]:
        """List the passports of all runs that somebody has to look at; gives their counts."""
        engine, every, store = self._engine, plan.passports(self.folder.parts), self._source.store
        memory.load(engine, every, jsonl.rfc3339(self._terms.issued_at))
        memory.make_doubled(engine, every, store)
        memory.make_unmatched(engine, every, store)
        what = "record_id, uvci, version, every.issued_at, every.expires_at"
        kept = f"JOIN {memory.ISSUED} USING (record_id) JOIN {every} every USING (record_id, version)"
        doubled = (
            f"SELECT dense_rank() OVER (ORDER BY first) AS dose, {what}, every.text FROM doubled {kept}"
        )
        said = " ".join(
            f"WHEN {literal(status)} THEN {literal(status.message(language))}" for status in MatchStatus
        )
        said += f" ELSE {literal(messages.text('issue.not_in_results', language))}"
        unmatched = f"SELECT {what}, status, CASE status {said} END AS sentence FROM unmatched {kept}"
        for name, rows, order in (
            (_DOUBLED, doubled, ("dose", "record_id")),
            (_UNMATCHED, unmatched, ("record_id",)),
        ):
            self.folder.publish(name, partial(engine.write_csv, select=rows, order_by=order))
        return {
            "doubled": engine.number("SELECT count(*) FROM doubled"),
            "doubled_doses": engine.number("SELECT count(DISTINCT first) FROM doubled"),
            "unmatched": engine.number("SELECT count(*) FROM unmatched WHERE status <> ''"),
            "gone": engine.number("SELECT count(*) FROM unmatched WHERE status = ''"),
        }

    def _revoke(self, path: Path) -> int:
        """Put every passport with a successor on the revocation list, also those of earlier runs.

        This also completes a run that was killed between issuing and revoking.
        """
        old = plan.superseded(self._engine, self.folder.parts)
        country = self._terms.country
        hashes = {hash_: None for each in old for hash_ in _revoked_by(each, country)}
        if not hashes:
            return 0
        stores.change(path, b"", tuple(hashes), (), self._terms.issued_at)
        return len(old)

    def _write_refused(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as head:
            Writer(head).row(RefusedRow._fields)
        with path.open("ab") as out:
            for piece in self._plan.pieces:
                with refused_file(self.folder.scratch, piece).open("rb") as file:
                    while block := file.read(_BLOCK_BYTES):
                        out.write(block)

    def _export(self, name: str) -> None:
        """Write the table of all passports in another form: `csv` or `jsonl`."""
        rows = f"SELECT * FROM {plan.passports(self.folder.parts)}"
        order = ("record_id", "version")

        def write(path: Path) -> None:
            if name == "csv":
                self._engine.write_csv(path, rows, order_by=order)
            else:
                self._engine.write_json_lines(path, f"{rows} ORDER BY {', '.join(order)}")

        self.folder.publish(f"texts.{name}", write)


def _revoked_by(old: Superseded, country: str) -> tuple[Identifier, ...]:
    """The hashes that revoke a passport: of its identifier; a yellow card has only its signature."""
    unverified = decode(old.text)
    if unverified.kind is Kind.ICVP:
        return identifiers_of(unverified)
    return identifiers(old.uvci, country, None, None)


def _counts(counted: Counter[str]) -> dict[str, jsonl.Json]:
    return {str(code): counted[code] for code in sorted(counted)}
