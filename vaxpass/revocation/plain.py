"""Reads plain lists: a text with one hash or one UCI on a line.

    # a comment
    f1642c66cf0fdd71954281a8cbb2ae23              16 or 32 bytes in hexadecimal (of 32 the first 16)
    8WQsZs8P3XGVQoGoy7KuIw==                      or in Base64
    uvci:URN:UVCI:01:VN:1                         an identifier in any form; only hashes are kept

A line of hexadecimal digits is never read as Base64.
"""

from __future__ import annotations

import io
import re
from typing import Final

from vaxpass.documents.hcert.dcc.uvci import read_uvci
from vaxpass.encoding import strict_base64
from vaxpass.errors import RevocationError
from vaxpass.revocation.entries import Entries, Remark
from vaxpass.revocation.identifiers import ANY_TYPE, HASH_BYTES, Type

__all__ = ["read", "read_hash"]

_UVCI: Final = "uvci:"
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")
_COMMENT: Final = re.compile(r"\s#\s*\S\S.*")
"""Not the check character, which is one"""
_LENGTHS: Final = (HASH_BYTES, 32)


def read(data: bytes, entries: Entries, *, kid: bytes = b"", types: Type = ANY_TYPE) -> None:
    """Add the hashes of a list to `entries`, for the signer `kid` (empty: for every signer).

    `types` says what the hashes are made from, if that is known. An identifier adds the hashes of all
    its forms (`identifiers_as_typed`). Raises `RevocationError` with the number of the first line that
    can't be read: discard `entries` then.

    >>> entries = Entries()
    >>> read(b"# a certificate\\nf1642c66cf0fdd71954281a8cbb2ae23\\n", entries)
    >>> len(entries)
    1
    """
    odd: list[int] = []
    # Line by line: a list of nothing but ends of lines would take much memory as a whole.
    for number, line in enumerate(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf")), 1):
        try:
            content = line.decode().strip()
        except UnicodeDecodeError:
            raise RevocationError("failure.revocation.not_text") from None
        if not content or content.startswith("#"):
            continue
        if content[: len(_UVCI)].lower() == _UVCI:
            try:
                typed = read_uvci(_COMMENT.sub("", content[len(_UVCI) :]))
            except ValueError:
                raise RevocationError("failure.revocation.line_identifier", number=number) from None
            entries.add_typed(kid, typed)
            if typed.fits is False:
                odd.append(number)
        else:
            try:
                record = read_hash(content.partition("#")[0].strip())
            except RevocationError as error:
                raise RevocationError("failure.revocation.line", number=number, error=error) from None
            entries.add(kid, types, record)
    if odd:
        values = {"count": len(odd), "line": odd[0]}
        entries.remarks.append(Remark("imported.check_character", values))


def read_hash(text: str) -> bytes:
    """The first 16 bytes of a hash that is written in hexadecimal or Base64.

    Raises `RevocationError` where it is not one of 16 or 32 bytes.

    >>> read_hash("8WQsZs8P3XGVQoGoy7KuIw==").hex()
    'f1642c66cf0fdd71954281a8cbb2ae23'
    """
    try:
        found = bytes.fromhex(text) if _HEX.fullmatch(text) else strict_base64.decode(text)
    except ValueError:
        found = b""
    if len(found) not in _LENGTHS:
        # The text is not quoted: it may be an identifier that was put in by mistake.
        raise RevocationError("failure.revocation.not_hash")
    return found[:HASH_BYTES]
