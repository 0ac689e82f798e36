"""Base64 text <-> bytes, as strict as each format asks for (RFC 4648).

| function     | alphabet           | padding  | white space         | used by |
| ------------ | ------------------ | -------- | ------------------- | ------- |
| `decode`     | standard (`+/`)    | required | only where `spaces` | trust lists, PEM, `x5c` |
| `decode_url` | URL-safe (`-_`)    | refused  | refused             | segments of a JWS |
| `decode_any` | either, even mixed | optional | only where `spaces` | kids, numbers of a JWK |

A foreign character is always refused, which Python's own functions do only where they are asked to.
"""

from __future__ import annotations

import base64

from vaxpass.errors import ArgumentError

__all__ = ["decode", "decode_any", "decode_url", "encode", "encode_url"]


def decode(text: str | bytes, *, spaces: bool = False) -> bytes:
    """Decode the standard alphabet with its padding (RFC 4648, section 4).

    `spaces` allows white space anywhere, such as the line ends of PEM. Raises `ArgumentError` for
    anything else that does not belong there.

    >>> decode("aGk="), decode(" aG\\nk= ", spaces=True)
    (b'hi', b'hi')
    """
    try:
        return base64.b64decode(_joined(text) if spaces else text, validate=True)
    except ValueError:
        raise ArgumentError("this is not Base64") from None


def decode_url(text: str | bytes) -> bytes:
    """Decode the URL-safe alphabet without padding (RFC 7515, section 2), in its one right spelling.

    The last character has bits to spare. A text in which they are not zero is refused, so that no two
    texts stand for the same bytes. Raises `ArgumentError`.

    >>> decode_url("aGk")
    b'hi'
    """
    given = text.encode() if isinstance(text, str) else text
    try:
        data = base64.b64decode(given + b"=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise ArgumentError("this is not Base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=") != given:
        raise ArgumentError("this is not Base64url as it has to be written")
    return data


def decode_any(text: str, *, spaces: bool = False) -> bytes:
    """Decode either alphabet, padded or not: publishers mix them for kids and for numbers of keys.

    `spaces` allows white space anywhere. Raises `ArgumentError` for anything else that does not belong
    there.

    >>> decode_any("__8="), decode_any("//8")
    (b'\\xff\\xff', b'\\xff\\xff')
    """
    plain = ("".join(text.split()) if spaces else text).rstrip("=").replace("-", "+").replace("_", "/")
    return decode(plain + "=" * (-len(plain) % 4))


def encode(data: bytes) -> str:
    """Encode in the standard alphabet, padded, on one line (RFC 4648, section 4).

    >>> encode(b"hi")
    'aGk='
    """
    return base64.b64encode(data).decode()


def encode_url(data: bytes) -> str:
    """Encode in the URL-safe alphabet without padding (RFC 7515, section 2).

    >>> encode_url(b"hi")
    'aGk'
    """
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _joined(text: str | bytes) -> str | bytes:
    return "".join(text.split()) if isinstance(text, str) else b"".join(text.split())
