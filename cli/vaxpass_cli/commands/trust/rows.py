"""What `vaxpass trust show`, `install`, `diff` and `lint` share: reading lists, and a key in words."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from vaxpass import Policy, messages
from vaxpass.codes import DCC_KINDS
from vaxpass.crypto import PublicKey, fingerprint
from vaxpass.display import escape_for_display
from vaxpass.trust import TrustedKey
from vaxpass_cli import options
from vaxpass_cli.io import trust_files
from vaxpass_cli.io.spelling import in_line, spelled, to_read_out
from vaxpass_cli.io.trust_files import Trust
from vaxpass_cli.output import jsonl


def read(
    paths: Sequence[Path] | None, pins: Sequence[Path] | None, *, at: datetime, unsigned: bool
) -> Trust:
    """The keys of the lists named, else of the configured one."""
    if paths and unsigned:
        return Trust(trust_files.import_lists(paths, pins, at=at, unsigned=True).trust)
    return trust_files.read_trust(paths, pins, at=at)


def policy_of(trust: Trust) -> Policy:
    """The policy by which a list is too old, as `verify` has it without options."""
    return trust_files.policy_of(trust, test_keys=False, max_age=Policy().list_stale_after.days)


def too_old(trust: Trust, moment: datetime) -> Iterator[Panel]:
    """What is to be said, large, of each list that is too old to decide, and what follows from that."""
    limit = policy_of(trust).list_stale_after
    parts = trust.keys.parts
    stale = [(part, part.made_at) for part in parts if part.made_at and moment - part.made_at > limit]
    if stale and len(stale) == len(parts):
        # Where all are, the newest says how long nothing has been decided.
        made = max(made_at for _, made_at in stale)
        yield _large(say("old.head", count=(moment - made).days), "old.text", made, limit)
        return
    for part, made in stale:
        head = say(
            "old.part_head", count=(moment - made).days, source=escape_for_display(part.source, 60)
        )
        yield _large(head, "old.part_text", made, limit, count=part.keys)


def _large(head: str, name: str, made: datetime, limit: timedelta, **values: int) -> Panel:
    said = say(name, made=made.date().isoformat(), limit=limit.days, **values)
    return Panel(Text.assemble((head, "bold"), "\n\n", said), border_style="bold red", padding=(1, 2))


def row(key: TrustedKey, moment: datetime) -> dict[str, jsonl.Json]:
    """Everything about a key, for JSON."""
    certificate = key.certificate
    groups = spelled(certificate.public_key)
    return {
        "country": key.country,
        "kid": kid(key),
        "key": certificate.key_name,
        "fingerprint": fingerprint(certificate.public_key),
        "letters": in_line(groups),
        "words": [group.words for group in groups],
        "valid_from": time(key.not_before),
        "valid_until": time(key.not_after),
        "state": state(key, moment),
        "kinds": list(kinds(key)),
        "subject": certificate.subject,
        "source": key.source,
        "test_key": key.test,
        "participant": key.participant,
        "domain": key.domain,
        "usage": key.usage,
        "issuer": _issuer(key),
        "trusted_by": key.trusted_by or None,
    }


def _issuer(key: TrustedKey) -> dict[str, jsonl.Json] | None:
    issuer = key.issuer
    if issuer is None:
        return None
    retrieved = issuer.retrieved_at
    return {
        "id": issuer.identifier,
        "name": issuer.name,
        "type": issuer.type.value if issuer.type else None,
        "retrieved": None if retrieved is None else jsonl.rfc3339(retrieved),
    }


def maker_of_bundle(key: PublicKey) -> str:
    """The key that a bundle is signed with, in lines, to be compared with what its maker reads out."""
    language = options.language()
    signed = messages.text("bundle.signed", language, key=fingerprint(key)[:16])
    compare = messages.text("bundle.compare", language)
    return f"{signed} {compare}\n{to_read_out(spelled(key))}"


def owner(key: TrustedKey) -> str:
    """Whose a key is, for people: a country, a participant of the WHO network, or an issuer."""
    issuer = key.issuer
    named = issuer.name or issuer.identifier if issuer else None
    return key.country or key.participant or named or "-"


def kid(key: TrustedKey) -> str:
    """The kid in Base64."""
    return base64.b64encode(key.kid).decode()


def time(seconds: int | None) -> str | None:
    """Seconds since 1970 as RFC 3339."""
    return None if seconds is None else jsonl.rfc3339(datetime.fromtimestamp(seconds, UTC))


def kinds(key: TrustedKey) -> list[str]:
    """What a key may sign."""
    return sorted(kind.value.partition(".")[2] for kind in key.kinds)


def kinds_in_words(key: TrustedKey) -> str:
    """The same for people."""
    if key.kinds == DCC_KINDS:
        return say("kinds.all")
    return ", ".join(say(f"kinds.{kind}") for kind in kinds(key)) or say("kinds.nothing")


def state_in_words(key: TrustedKey, moment: datetime) -> str:
    """The state of a key for people."""
    return say(f"state.{state(key, moment).replace(' ', '_')}")


def say(name: str, **values: object) -> str:
    """What is said about trust lists, in the language of this run."""
    return messages.text(f"trust_list.{name}", options.language(), **values)


def state(key: TrustedKey, moment: datetime) -> str:
    """`valid`, `expired`, `not yet valid`, or `not known` for bare keys."""
    now = moment.timestamp()
    start, end = key.not_before, key.not_after
    if start is None or end is None:
        return "not known"
    if now < start:
        return "not yet valid"
    return "expired" if now > end else "valid"
