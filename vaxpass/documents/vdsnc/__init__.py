"""VDS-NC: visible digital seals for health proofs (ICAO Technical Report VDS-NC, version 1.x).

A seal is JSON with a header, a message, a signature, and the certificate of its signer. `decode` reads
it, `profile` checks its form, `chain` finds the authority that vouches for its signer, and `content`
says what is in it. All of them are imported when a seal comes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vaxpass.codes import Stage
from vaxpass.documents.family import Family

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified
    from vaxpass.policy import Limits

_TYPE: Final = re.compile(r'"t"\s*:\s*"icao\.')


def recognises(text: str) -> bool:
    """Whether a text looks like a seal: JSON with a type of ICAO in its header.

    Whether it is well formed, reading says: damaged, it is still a seal.

    >>> recognises('{"data": {"hdr": {"t": "icao.vacc"}}}'), recognises('{"t": "icao.vacc"}')
    (True, False)
    """
    return text.lstrip()[:1] in ("{", "[") and '"hdr"' in text and _TYPE.search(text) is not None


def _read(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.vdsnc.decode import read  # noqa: PLC0415 - when a seal comes

    return read(text, limits, VDS_NC)


VDS_NC: Final = Family("vds-nc", recognises, _read, (Stage.PREFIX, Stage.JSON), is_lenient=True)
"""The family of ICAO's visible digital seals."""
