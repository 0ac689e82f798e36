"""Values of trust lists, read the same way in every format: JSON, kids, times, use of keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from vaxpass.showing import printable
from vaxpass.trustlists.reading import Reading

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
    return printable(f"kid {kid}", _LONGEST_NAME)


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
