"""What every reader of a published list needs: how it is to be read, and values in their usual forms.

`Reading` is what a reader is given besides the bytes: pins, time, and what the user allows. The
functions read JSON, kids, Base64, times and entries in the same way for all formats. Lists of rules
(`vaxpass.rules`) are published and signed like trust lists, and are read with the same means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, TypeVar

from vaxpass.codes import DCC_KINDS
from vaxpass.crypto.certificate import SignerKey, key_of
from vaxpass.crypto.keys import PublicKey, fingerprint
from vaxpass.crypto.passports import SEALS, extensions_of
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.errors import TrustListError, VaxpassError
from vaxpass.trust.model import (
    BSC,
    CSCA,
    DSC,
    RevokedCards,
    SignerCrl,
    SkippedEntry,
    TrustedKey,
    TrustList,
)

_LONGEST_NAME: Final = 60
MOST_VALUES: Final = 500_000
"""Values of a list, and of all that is read with it; the largest in use has about 40,000."""
MOST_ENTRIES: Final = 50_000
"""Entries of a list; the largest in use has about 1,500."""


UNSIGNED: Final = "unsigned, because the user said so"
"""The provenance of a list that nothing vouches for."""


def json_content(data: bytes, reading: Reading, lead: str = "") -> Any:
    """The JSON in the bytes; `lead` begins the sentence that says why there is none.

    Raises `reading.failure` where it is none, where a name stands twice in one of its objects, and
    where it exceeds the limits of `vaxpass.encoding.strict_json`.
    """
    try:
        return strict_json.read(data, most=MOST_VALUES)
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=f"{lead}{error}") from None


def json_object(data: bytes, reading: Reading) -> dict[str, Any]:
    """The JSON object in the bytes; raises `reading.failure` as `json_content` does."""
    content = json_content(data, reading)
    if not isinstance(content, dict):
        raise reading.refuse(f"failure.list.not_{reading.what}")
    return content


def json_list(data: bytes, reading: Reading) -> list[Any]:
    """The JSON array in the bytes; raises `reading.failure` as `json_content` does."""
    content = json_content(data, reading)
    if not isinstance(content, list):
        raise reading.refuse(f"failure.list.not_{reading.what}")
    return content


def entry_object(entry: object) -> Mapping[Any, Any]:
    """An entry that must be an object; raises `ValueError` where it is not."""
    if not isinstance(entry, Mapping):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    return entry


def base64_bytes(value: object, what: str) -> bytes:
    """Standard Base64, padded, white space allowed, as bytes.

    Raises `ValueError`, which names it by `what`, where it is not that.
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")  # noqa: TRY004 - of data
    try:
        return strict_base64.decode(value, spaces=True)
    except ValueError:
        raise ValueError(f"{what} is not Base64") from None


def any_base64(value: object, what: str) -> bytes:
    """Base64 in either alphabet, padded or not, white space allowed, as bytes.

    Raises `ValueError`, which names it by `what`, where it is not that.
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} is not text")  # noqa: TRY004 - of data
    try:
        return strict_base64.decode_any(value, spaces=True)
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
    """Seconds since 1970 in UTC (RFC 7519, section 2) as an aware time; None for None.

    Raises `ValueError`, which names it by `what`, for anything else.
    """
    if value is None:
        return None
    if type(value) not in (int, float):
        raise ValueError(f"{what} is not a time")
    try:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{what} is not a time") from None


def time_in_utc(value: object, what: str) -> datetime:
    """A time as text (RFC 3339; in UTC where it names no offset) as an aware time in UTC.

    Raises `ValueError`, which names it by `what`, where it is none, or UTC has no such year.
    """
    try:
        parsed = datetime.fromisoformat(value)  # type: ignore[arg-type]
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{what} is not a time") from None


def not_expired(expires: datetime | None, reading: Reading) -> None:
    """Raise `reading.failure` where the list says that it may not be used any more at `reading.at`."""
    if expires is not None and reading.at is not None and reading.at > expires:
        raise reading.refuse("failure.list.expired", until=f"{expires:%Y-%m-%d %H:%M}")


_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Reading:
    """How a list is to be read; the fields are the arguments of `vaxpass.trust.reader.read_trust_list`.

    `what` is the kind of list, `trust_list` or `list_of_rules`. `failure` is the error that is raised
    where nothing of the list must be used.
    """

    source: str
    pins: tuple[PublicKey | SignerKey, ...] = ()
    at: datetime | None = None
    unsigned: bool = False
    sidecars: tuple[bytes, ...] = ()
    named_by_user: bool = True
    what: str = "trust_list"
    failure: type[VaxpassError] = TrustListError

    def refuse(self, why: str, /, **values: object) -> VaxpassError:
        """The error that says why nothing of the list is used, by the key of a sentence."""
        reason = VaxpassError(why, **values)
        return self.failure("failure.list.refused", source=self.source, reason=reason)

    def accept_unsigned(self, why: str) -> str:
        """Accept an unsigned list, if the user allowed that, and return its provenance in words.

        Raises `failure` where the user did not; `why` is the key of the reason.
        """
        if not self.unsigned:
            raise self.failure(
                f"failure.unsigned_{self.what}", source=self.source, reason=VaxpassError(why)
            )
        return UNSIGNED

    def accept_own(self) -> str:
        """Accept a list in a format that can't be signed, such as a file of certificates.

        One that the user named is the user's own. One that was only found is like any unsigned list.
        """
        if self.named_by_user:
            return "the user's own file"
        return self.accept_unsigned("failure.unsigned.file")

    @property
    def pinned_keys(self) -> tuple[PublicKey, ...]:
        """The pins as bare keys."""
        return tuple(map(key_of, self.pins))

    @cached_property
    def pinned_by_fingerprint(self) -> Mapping[str, Sequence[SignerKey]]:
        """The pinned certificates of each pinned key; none where the bare key is pinned."""
        found: dict[str, list[SignerKey]] = {}
        for pin, key in zip(self.pins, self.pinned_keys, strict=True):
            found.setdefault(fingerprint(key), []).extend([pin] if isinstance(pin, SignerKey) else [])
        return found

    @property
    def pinned_certificates(self) -> tuple[SignerKey, ...]:
        """Those of the pins that are certificates."""
        return tuple(p for p in self.pins if isinstance(p, SignerKey))


def usages_of(certificate: SignerKey) -> tuple[str, ...]:
    """What a certificate of the user's own is trusted for, told by what it says of itself.

    A signer of seals (VDS-NC) is a BSC. An authority whose key signs certificates and nothing else is
    a CSCA. One that does not say what its key is for may be either, as a signer that somebody made with
    the default settings of OpenSSL. All others are signers of HCERTs (DSC).

    >>> from datetime import UTC
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> usages_of(ca.issued.certificate), usages_of(ca.issue_signer(days=365).certificate)
    (('CSCA',), ('DSC',))
    """
    try:
        said = extensions_of(certificate)
    except ValueError:
        return (DSC,)
    if SEALS in said.usages:
        return (BSC,)
    if certificate.kinds != DCC_KINDS or not said.is_ca:
        return (DSC,)
    if said.signs_certificates is None:
        return (DSC, CSCA)
    return (CSCA,) if said.signs_certificates and not said.signs_data else (DSC,)


def collect(  # noqa: PLR0913 - all that a list may have
    entries: Iterable[tuple[str, _Entry]],
    read: Callable[[_Entry], Iterable[TrustedKey]],
    source: str,
    made_at: datetime | None = None,
    *,
    skipped: Iterable[SkippedEntry] = (),
    revoked_cards: Iterable[RevokedCards] = (),
    crls: Iterable[SignerCrl] = (),
) -> TrustList:
    """Read entry by entry; one that `read` refuses (`ValueError`) is skipped, with its name and why.

    `entries` are names for people and what is to be read. `made_at` (aware) is when the list was made.
    `skipped` are those that were skipped before, `revoked_cards` and `crls` what else the list has.
    Raises `TrustListError` where there are more than `MOST_ENTRIES`.
    """
    keys: list[TrustedKey] = []
    skipped = list(skipped)
    for number, (name, entry) in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise TrustListError("failure.list.entries", source=source, most=MOST_ENTRIES)
        try:
            keys += read(entry)
        except ValueError as error:
            skipped.append(SkippedEntry(source, name, str(error)))
    return TrustList(keys, skipped, made_at, revoked_cards=revoked_cards, crls=crls)
