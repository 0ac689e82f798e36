"""Text -> Base45 text: the context identifier (HCERT specification 1.0.8, section 3).

`HC1:` stands before the Base45 text and names the container and its version.
"""

from __future__ import annotations

import re
from typing import Final

from vaxpass.codes import Code, Remark
from vaxpass.findings import StageError, Warned

PREFIX: Final = "HC1:"

_OTHER_VERSION: Final = re.compile(r"HC[0-9A-Z]:")


def unprefix(text: str, warnings: list[Warned]) -> str:
    """Take `HC1:` away.

    Spaces and line ends around the text are dropped: valid Base45 can't end in a space nor can a
    certificate's begin with one, while spaces inside it are data and stay.

    >>> unprefix("HC1:NCF", [])
    'NCF'

    Raises `StageError` with `prefix.missing` or `prefix.unsupported_version`.
    """
    if not text.startswith(PREFIX) or text[-1].isspace() or text[4:5].isspace():
        stripped = text.strip()
        if not stripped.startswith(PREFIX):
            if _OTHER_VERSION.match(stripped):
                raise StageError.of(Code.PREFIX_UNSUPPORTED_VERSION)
            raise StageError.of(Code.PREFIX_MISSING)
        warnings.append(Warned(Remark.PREFIX_SURROUNDING_SPACE))
        return stripped[len(PREFIX) :].strip()
    return text[len(PREFIX) :]
