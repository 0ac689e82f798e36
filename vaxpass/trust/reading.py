"""Values of trust lists, read the same way in every format: JSON, kids, times, use of keys.

TODO-MERGED: What the reader of a list is told besides its bytes, and what every reader needs.

Lists of rules (`vaxpass.rules`) are signed like trust lists, and are read with the same means.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from vaxpass.crypto.certificate import PublicKey, SignerKey
from vaxpass.crypto.keys import key_of
from vaxpass.display import escape_for_display
from vaxpass.errors import TrustListError, VaxpassError
from vaxpass.trust.model import SkippedEntry, TrustedKey, TrustList

_LONGEST_NAME: Final = 60


def json_content(data: bytes, reading: Reading) -> Any:
    """The JSON in the bytes; raises `reading.failure` where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise reading.refuse("the content is not valid JSON.") from None


def json_object(data: bytes, reading: Reading) -> dict[str, Any]:
    """The JSON object in the bytes; raises `reading.failure` where it is none."""
    content = json_content(data, reading)
    if not isinstance(content, dict):
        raise reading.refuse(f"the content is not a {reading.what}.")
    return content


def json_list(data: bytes, reading: Reading) -> list[Any]:
    """The JSON list in the bytes; raises `reading.failure` where it is none."""
    content = json_content(data, reading)
    if not isinstance(content, list):
        raise reading.refuse(f"the content is not a {reading.what}.")
    return content


def entry_object(entry: object) -> Mapping[Any, Any]:
    """An entry that must be an object; raises `ValueError` where it is not."""
    if not isinstance(entry, Mapping):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    return entry


def any_base64(value: object, what: str) -> bytes:
    """Base64 or Base64url text as bytes, padded or not; raises `ValueError` where it is neither."""
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")  # noqa: TRY004 - of data
    plain = "".join(value.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        raise ValueError(f"{what} is not Base64") from None


def kid_bytes(value: object) -> bytes:
    """A kid in Base64 or Base64url; raises `ValueError` where it is neither, or empty."""
    kid = any_base64(value, "kid")
    if not kid:
        raise ValueError("kid is empty")
    return kid


def kid_name(kid: str) -> str:
    """What an entry is called that has only its kid; fit to be shown, whatever the list says."""
    return escape_for_display(f"kid {kid}", _LONGEST_NAME)


def moment(value: object, what: str) -> datetime | None:
    """Seconds since 1970 as a time in UTC, None where there are none; `ValueError` for all else."""
    if value is None:
        return None
    if type(value) not in (int, float):
        raise ValueError(f"{what} is not a time")
    try:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{what} is not a time") from None


def not_expired(expires: datetime | None, reading: Reading) -> None:
    """Raise `reading.failure` where the list says that it may not be used any more at `reading.at`."""
    if expires is not None and reading.at is not None and reading.at > expires:
        raise reading.refuse(f"the list may be used until {expires:%Y-%m-%d %H:%M} UTC only.")


def base64_text(data: bytes) -> str:
    """Bytes as Base64 text."""
    return base64.b64encode(data).decode()


_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is to be read; see `vaxpass.trust.reader.read_trust_list`.

    `what` is read, in words, and `failure` is the error that says that it must not be used.
    """

    source: str
    pins: tuple[PublicKey | SignerKey, ...] = ()
    at: datetime | None = None
    unsigned: bool = False
    sidecars: tuple[bytes, ...] = ()
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
    def pinned_certificates(self) -> tuple[SignerKey, ...]:
        """Those of the pins that are certificates."""
        return tuple(p for p in self.pins if isinstance(p, SignerKey))


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
