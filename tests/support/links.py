"""Health links made for tests, whose key is searched in everything that is printed."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vaxpass.encoding import strict_base64

SECRET: Final = bytes(range(32))
KEY: Final = strict_base64.encode_url(SECRET)
HOST: Final = "vhl.example.test"
URL: Final = f"https://{HOST}/manifest/hidden-path"


def members(**changes: Any) -> dict[str, Any]:
    """The members of a good link; `changes` replace or (with `...`) remove some."""
    good = {"url": URL, "key": KEY, "exp": 2051222400, "flag": "L", "label": "TEST summary", "v": 1}
    return {name: value for name, value in (good | changes).items() if value is not ...}


def bare(body: Any = None, **changes: Any) -> str:
    """The Base64url of a link, without a scheme."""
    text = body if isinstance(body, str) else json.dumps(body or members(**changes))
    return strict_base64.encode_url(text.encode())


def link(scheme: str = "shlink:/", **changes: Any) -> str:
    """The text of a link."""
    return scheme + bare(**changes)


def encrypted(content: bytes, key: bytes = SECRET, iv: bytes = bytes(12), **header: Any) -> bytes:
    """A file as a health link leads to. With `zip` it is compressed.

    `header` replaces or (with `...`) removes members of its header.
    """
    members = {"alg": "dir", "enc": "A256GCM"} | header
    shown = {name: value for name, value in members.items() if value is not ...}
    head = strict_base64.encode_url(json.dumps(shown).encode())
    if "zip" in header:
        compressor = zlib.compressobj(9, wbits=-15)
        content = compressor.compress(content) + compressor.flush()
    return sealed(head, content, key, iv)


def sealed(head: str, content: bytes, key: bytes = SECRET, iv: bytes = bytes(12)) -> bytes:
    """The same with a header as it is given, and content that is not compressed."""
    both = AESGCM(key).encrypt(iv, content, head.encode())
    parts = (iv, both[:-16], both[-16:])
    return ".".join([head, "", *map(strict_base64.encode_url, parts)]).encode()
