"""What the reader of a list is told besides its bytes, and what every reader needs.

Lists of rules (`vaxpass.rules`) are signed like trust lists, and are read with the same means.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from vaxpass.crypto.certificate import PublicKey, SignerCertificate
from vaxpass.crypto.keys import key_of
from vaxpass.errors import TrustListError, VaxpassError
from vaxpass.trust import SkippedEntry, TrustedKey, TrustList

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is to be read; see `vaxpass.trustlists.read_trust_list`.

    `what` is read, in words, and `failure` is the error that says that it must not be used.
    """

    source: str
    pins: tuple[PublicKey | SignerCertificate, ...] = ()
    at: datetime | None = None
    unsigned: bool = False
    companions: tuple[bytes, ...] = ()
    named_by_user: bool = True
    what: str = "trust list"
    failure: type[VaxpassError] = TrustListError

    def refuse(self, why: str) -> VaxpassError:
        """The error that says why nothing of the list is used."""
        return self.failure(f"{self.source}: {why} Nothing of it is used.")

    def accept_unsigned(self, why: str) -> str:
        """How what nothing vouches for comes to be trusted; raises `failure` unless that is allowed."""
        if not self.unsigned:
            raise self.failure(
                f"{self.source}: {why} Use --unsigned to trust it because you got it safely."
            )
        return "unsigned, because the user said so"

    def accept_own(self) -> str:
        """The same for formats that can't be signed and are files of the user's own."""
        if self.named_by_user:
            return "the user's own file"
        return self.accept_unsigned("nothing vouches for this file.")

    @property
    def pinned_keys(self) -> tuple[PublicKey, ...]:
        """The pins as bare keys."""
        return tuple(map(key_of, self.pins))

    @property
    def pinned_certificates(self) -> tuple[SignerCertificate, ...]:
        """Those of the pins that are certificates."""
        return tuple(p for p in self.pins if isinstance(p, SignerCertificate))


def collect(
    entries: Iterable[tuple[str, _Entry]],
    read: Callable[[_Entry], Iterable[TrustedKey]],
    source: str,
    made_at: datetime | None = None,
) -> TrustList:
    """Read entry by entry: one that can't be read (`ValueError`) is skipped, with its name and why."""
    keys: list[TrustedKey] = []
    skipped = []
    for name, entry in entries:
        try:
            keys += read(entry)
        except ValueError as error:
            skipped.append(SkippedEntry(source, name, str(error)))
    return TrustList(keys, skipped, made_at)


def base64_bytes(value: object, what: str) -> bytes:
    """Base64 text of a list as bytes; raises `ValueError` where it is not that."""
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")  # noqa: TRY004 - of data
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        raise ValueError(f"{what} is not Base64") from None
