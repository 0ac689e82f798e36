"""The fields of a rule, read from JSON values and written again, for `vaxpass.rules.model`.

Every reader raises `ValueError` where the field is not of its form. The text of the error names the
field in its published spelling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from vaxpass.certlogic import CertLogicError, times
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass.encoding.strict_json import Json

_NAME: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
_COUNTRY: Final = re.compile(r"[A-Z]{2,3}")
_VERSION: Final = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:\.([0-9]{1,6}))?")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8}){0,3}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_REGION: Final = 60
_LONGEST_DESCRIPTION: Final = 1000
_MOST_LISTED: Final = 200

Version = tuple[int, int, int]
"""Major, minor and patch."""


def field(item: Mapping[str, object], name: str) -> object:
    """The value of a field; None where it is absent. Its name may begin in lower case."""
    other = name[0].lower() + name[1:]
    if other != name and other in item:
        if name in item:
            raise ValueError(f"{name} stands in it in two spellings")
        return item[other]
    return item.get(name)


def name(item: Mapping[str, object], field_name: str, longest: int = 80) -> str:
    """A required text of printable ASCII, of at most `longest` characters."""
    value = field(item, field_name)
    if not isinstance(value, str):
        raise ValueError(f"{field_name} is missing or not text")  # noqa: TRY004 - of data
    value = value.strip()
    if len(value) > longest or _NAME.fullmatch(value) is None:
        raise ValueError(f"{field_name} is empty, too long or not plain text")
    return value


def country(item: Mapping[str, object]) -> str:
    """The code of the country, in upper case."""
    value = name(item, "Country").upper()
    if _COUNTRY.fullmatch(value) is None:
        raise ValueError("Country is not the code of a country")
    return value


def region(item: Mapping[str, object]) -> str:
    """The region; empty where there is none."""
    value = field(item, "Region")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_REGION:
        raise ValueError("Region is too long or not text")
    value = value.strip()
    if escape_for_display(value) != value:
        # Two regions must not differ by invisible characters.
        raise ValueError("Region has characters that can't be shown")
    return value


def version(item: Mapping[str, object], field_name: str) -> Version:
    """A version of one to three numbers; those that are missing are 0.

    >>> version({"Version": "1.2"}, "Version")
    (1, 2, 0)
    """
    value = field(item, field_name)
    match = _VERSION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{field_name} is not a version")
    major, minor, patch = (int(number or 0) for number in match.groups())
    return major, minor, patch


def version_text(value: Version) -> str:
    """A version in its published form, such as `1.2.0`."""
    return ".".join(map(str, value))


def moment(item: Mapping[str, object], field_name: str) -> datetime:
    """A time, aware and in UTC. Without an offset it is in UTC; a date alone is midnight.

    A day beyond the end of its month is in the next month, as in the reference implementation: one
    published rule is valid from 31 February on.

    >>> moment({"ValidFrom": "2021-02-31"}, "ValidFrom").isoformat()
    '2021-03-03T00:00:00+00:00'
    """
    value = field(item, field_name)
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise ValueError(f"{field_name} is not a time")
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return _EPOCH + timedelta(milliseconds=times.parse(value))
    except (CertLogicError, ValueError, OverflowError):
        raise ValueError(f"{field_name} is not a time") from None


def moment_text(value: datetime) -> str:
    """An aware time in its published form, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def descriptions(item: Mapping[str, object]) -> dict[str, str]:
    """The descriptions by language. Those that can't be read are left out: they decide nothing."""
    listed = field(item, "Description")
    found: dict[str, str] = {}
    if not isinstance(listed, list):
        return found
    for entry in listed[:_MOST_LISTED]:
        language, text = (
            (entry.get("lang"), entry.get("desc")) if isinstance(entry, dict) else (None, None)
        )
        if not isinstance(language, str) or not isinstance(text, str):
            continue
        language, text = language.strip().lower(), _shown(text)
        # Some descriptions are dots only.
        if any(map(str.isalnum, text)) and _LANGUAGE.fullmatch(language):
            found.setdefault(language, text)
    return found


def affected_fields(item: Mapping[str, object]) -> tuple[str, ...]:
    """The paths that the rule says it uses; nothing relies on them."""
    listed = field(item, "AffectedFields")
    if not isinstance(listed, list):
        return ()
    texts = [_shown(path) for path in listed[:_MOST_LISTED] if isinstance(path, str)]
    return tuple(text for text in texts if text)


def logic(item: Mapping[str, object]) -> Json:
    """The expression, within the limits of `strict_json`. Some countries write it as a text of JSON."""
    if "Logic" not in item and "logic" not in item:
        raise ValueError("Logic is missing")
    value = field(item, "Logic")
    if isinstance(value, str):
        if len(value) > strict_json.LONGEST:
            raise ValueError(f"Logic has more than {strict_json.LONGEST} characters")
        # A text is an expression too, so only one that begins as an object or array is parsed.
        if value.lstrip()[:1] in ("{", "["):
            try:
                value = strict_json.parse(value)
            except ValueError:
                raise ValueError("Logic is a text that is not valid JSON") from None
    return strict_json.bounded(value, "Logic")


def _shown(text: str) -> str:
    # Escapes make it longer; it is cut once more, so that writing and reading it changes nothing.
    shown = escape_for_display(" ".join(text[: 2 * _LONGEST_DESCRIPTION].split()), _LONGEST_DESCRIPTION)
    return shown if len(shown) <= _LONGEST_DESCRIPTION else shown[: _LONGEST_DESCRIPTION - 1] + "…"
