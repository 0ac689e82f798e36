"""Lists and rules that are published as JWS (RFC 7515): who vouches for them, and until when.

Their content is a JSON object with, as far as they state it, `exp` and `iat` (RFC 7519, section 4.1:
seconds since 1970 in UTC) and `validDuration` (milliseconds after `iat`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from vaxpass.crypto import jws
from vaxpass.trust.reading import Reading, json_object, moment, not_expired


class Payload(NamedTuple):
    """The bytes that a JWS signs and that may be used, and in words why."""

    data: bytes
    trusted_by: str


class Signed(NamedTuple):
    """The content of a JWS that may be used, and in words why."""

    content: dict[str, Any]
    trusted_by: str


def payload_of(data: bytes) -> bytes | None:
    """The payload of a JWS, of which nothing is verified; None where the bytes are no JWS."""
    if not jws.looks_like_jws(data):
        return None
    try:
        return jws.parse(data).payload
    except ValueError:
        return None


def mentions(data: bytes, name: str) -> bool:
    """Whether the bytes are a JWS with this member's name in its content; nothing is verified."""
    payload = payload_of(data)
    return payload is not None and f'"{name}"'.encode() in payload


def verified(data: bytes, reading: Reading, *, leaf_name: str | None = None) -> Signed:
    """The content of a JWS that a pinned key vouches for, if it may be used at `reading.at`.

    Raises `reading.failure`.
    """
    payload = verified_payload(data, reading, leaf_name=leaf_name)
    content = json_object(payload.data, reading)
    must_be_usable(content, reading)
    return Signed(content, payload.trusted_by)


def verified_payload(data: bytes, reading: Reading, *, leaf_name: str | None = None) -> Payload:
    """The payload of a JWS that a pinned key vouches for, whatever it holds.

    Raises `reading.failure`.
    """
    try:
        message = jws.parse(data)
        if reading.pins:
            trusted_by = jws.verify(message, reading.pins, reading.at, leaf_name=leaf_name)
        else:
            trusted_by = reading.accept_unsigned("failure.unsigned.signed")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    return Payload(message.payload, trusted_by)


def must_be_usable(content: Mapping[str, Any], reading: Reading) -> None:
    """Raise `reading.failure` where the content says (`exp`) that it ended before `reading.at`."""
    try:
        expires = moment(content.get("exp"), "its end")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    not_expired(expires, reading)


def made_at(content: Mapping[str, Any], reading: Reading) -> datetime | None:
    """When the content says that it was made (`iat`, aware, in UTC), None where it does not say so.

    Raises `reading.failure` where that is not a time, and where the content says (`validDuration`, as
    in Switzerland) that it ended before `reading.at`.
    """
    try:
        made = moment(content.get("iat"), "its time of creation")
        duration = content.get("validDuration")
        if made is not None and type(duration) is int:
            not_expired(made + timedelta(milliseconds=duration), reading)
    except (ValueError, OverflowError):
        raise reading.refuse("failure.list.times") from None
    return made
