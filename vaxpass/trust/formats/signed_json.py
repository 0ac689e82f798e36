"""What the national lists that are JWS have in common."""

from __future__ import annotations

from collections.abc import Mapping
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


def mentions(data: bytes, name: str) -> bool:
    """Whether the bytes are a JWS with this member's name in its content; nothing is verified."""
    if not jws.looks_like_jws(data):
        return False
    try:
        return f'"{name}"'.encode() in jws.parse(data).payload
    except ValueError:
        return False


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
            trusted_by = reading.accept_unsigned(
                "this list is signed; name the key or certificate that it is signed with (--pin)."
            )
    except ValueError as error:
        raise reading.refuse(f"{error}.") from None
    return Payload(message.payload, trusted_by)


def must_be_usable(content: Mapping[str, Any], reading: Reading) -> None:
    """Raise `reading.failure` where the content says (`exp`) that it ended before `reading.at`."""
    try:
        expires = moment(content.get("exp"), "its end")
    except ValueError as error:
        raise reading.refuse(f"{error}.") from None
    not_expired(expires, reading)
