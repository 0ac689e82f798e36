"""Health links made for tests, whose key is searched in everything that is printed."""

from __future__ import annotations

import json
from typing import Any, Final

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
