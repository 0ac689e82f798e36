"""`vaxpass trust bundle`: packs trust list, revocations, rules and value sets into one signed file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from vaxpass import Policy, messages
from vaxpass.crypto import BareSigner, fingerprint
from vaxpass.documents import ValueSetError, ValueSets
from vaxpass.rules import write_rules
from vaxpass.trust import bundle as bundles
from vaxpass.trust import write_trust_list
from vaxpass_cli import options
from vaxpass_cli.commands.trust import families
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, named_files, rule_files, stores, trust_files
from vaxpass_cli.io.file_bytes import FileBytes
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.io.spelling import spelled, to_read_out

_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file; the sets of the EU have about 100,000."""


def bundle(
    key: Annotated[Path, typer.Option("--key")],
    out: Annotated[Path, typer.Option("--out")],
    maker: Annotated[str, typer.Option("--maker")],
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    revocation: options.Revocation = None,
    rules: Annotated[list[Path] | None, typer.Option("--rules")] = None,
    value_sets: Annotated[list[Path] | None, typer.Option("--value-sets")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650)] = 14,
    number: Annotated[int | None, typer.Option("--number")] = None,
    next_key: Annotated[Path | None, typer.Option("--next-key")] = None,
    made_at: options.At = None,
) -> int:
    """Pack trust list, revocation data, business rules and value sets into one signed file."""
    signer = BareSigner.from_key_pem(read_bounded(key, _LARGEST))
    created = options.moment(made_at).replace(microsecond=0)
    trust = trust_files.read_lists(trust_list, pin, at=created)
    listed = write_trust_list(trust, source=maker, test=False, made_at=trust.made_at)
    parts: dict[str, bundles.Buffer] = {bundles.TRUST_LIST: listed}
    if revocation:
        parts[bundles.REVOCATION] = _store(revocation)
    packed = rule_files.read(rules, named_files.pins_in(pin), at=created) if rules else None
    if packed:
        rule_files.tell_skipped(packed)
        parts[bundles.RULES] = write_rules(packed, source=maker)
    if value_sets:
        parts[bundles.VALUE_SETS] = _value_sets(value_sets)
    following = named_files.pinned_keys([next_key])[0] if next_key else None
    sequence = int(created.timestamp()) if number is None else number
    pieces = bundles.pack(
        parts,
        signer,
        maker=maker,
        number=sequence,
        created=created,
        use_before=created + timedelta(days=days),
        next_key=following,
    )
    atomic.write(out, pieces, size=sum(map(len, parts.values())))
    _say("written", file=out, keys=len(trust), number=sequence, days=days)
    by_usage = families.counts(trust)
    if by_usage:
        typer.echo(by_usage)
    if packed:
        _say("rules", summary=rule_files.summary(packed))
    _say("signed", key=fingerprint(signer.public_key)[:16])
    _say("read_out")
    typer.echo(to_read_out(spelled(signer.public_key)))
    if trust.made_at is not None and created - trust.made_at > Policy().list_warns_after:
        _say("old_list", count=(created - trust.made_at).days)
    return Exit.OK


def _store(path: Path) -> FileBytes:
    """The part of a bundle with a revocation store. Raises `UsageError` where the file is not one."""
    stores.load(path)
    return FileBytes(path)


def _value_sets(paths: Sequence[Path]) -> bytes:
    """The part of a bundle with these value sets; of two with the same id the later one counts.

    Raises `UsageError` where a file is missing, and where it holds no value sets.
    """
    found = ValueSets([])
    for path in paths:
        if not path.is_file():
            raise UsageError("error.no_file", path=path)
        try:
            found = found.merged(ValueSets.from_json(read_bounded(path, _LARGEST)))
        except ValueSetError as error:
            raise UsageError("error.in_file_sentence", path=path, reason=error) from None
    return found.to_json()


def _say(name: str, **values: object) -> None:
    typer.echo(messages.text(f"bundle.{name}", options.language(), **values))
