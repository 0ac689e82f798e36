"""Reads plain lists: a text with one hash or one UCI on a line.

    # a comment
    f1642c66cf0fdd71954281a8cbb2ae23              16 or 32 bytes in hexadecimal (of 32 the first 16)
    8WQsZs8P3XGVQoGoy7KuIw==                      or in Base64
    uvci:URN:UVCI:01:VN:1                         the UCI itself; only its hash is kept

A line of hexadecimal digits is never read as Base64.
"""

from __future__ import annotations

import re
from typing import Final

from vaxpass.encoding import strict_base64
from vaxpass.errors import RevocationError
from vaxpass.revocation.entries import Entries
from vaxpass.revocation.identifiers import ANY_TYPE, HASH_BYTES, Type, identifiers

__all__ = ["read"]

_UVCI: Final = "uvci:"
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")
_LENGTHS: Final = (HASH_BYTES, 32)


def read(data: bytes, entries: Entries, *, kid: bytes = b"", types: Type = ANY_TYPE) -> None:
    """Add the hashes of a list to `entries`, for the signer `kid` (empty: for every signer).

    `types` says what the hashes are made from, if that is known; a UCI has its own type. Raises
    `RevocationError` with the number of the first line that can't be read: discard `entries` then.

    >>> entries = Entries()
    >>> read(b"# two certificates\\nuvci:URN:UVCI:01:VN:1\\nuvci:URN:UVCI:01:VN:2\\n", entries)
    >>> len(entries)
    2
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RevocationError("failure.revocation.not_text") from None
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if content[: len(_UVCI)].lower() == _UVCI:
            uvci = content[len(_UVCI) :].strip()
            if not uvci:
                raise RevocationError("failure.revocation.line_uci", number=number)
            (identifier,) = identifiers(uvci, None, None, None)
            entries.add(kid, *identifier)
        else:
            entries.add(kid, types, _hash(content.partition("#")[0].strip(), number))


def _hash(text: str, number: int) -> bytes:
    try:
        found = bytes.fromhex(text) if _HEX.fullmatch(text) else strict_base64.decode(text)
    except ValueError:
        found = b""
    if len(found) not in _LENGTHS:
        # The line itself is not quoted: it may be an identifier that was put in by mistake.
        raise RevocationError("failure.revocation.line_hash", number=number)
    return found[:HASH_BYTES]
