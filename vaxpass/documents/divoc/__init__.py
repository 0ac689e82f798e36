"""The family DIVOC: vaccinations of India, Sri Lanka, the Philippines, Indonesia and Jamaica.

A certificate is JSON-LD (W3C Verifiable Credentials Data Model 1.1) with a proof, in a ZIP archive. It
comes as the bytes of that (of which each letter of the text stands for one), as `B64:` and these bytes
in Base64, or as its JSON. `forms` knows the forms that can be judged, `linked_data` gives what is
signed, `readings` finds out whether the signature allows another reading. `decode` opens the archive
and puts it all together. What reads it is imported when one comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vaxpass.codes import Stage
from vaxpass.documents.family import Family
from vaxpass.encoding import strict_json

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified
    from vaxpass.policy import Limits

# The beginning of an archive, each letter a byte, and the same in Base64.
_ARCHIVE: Final = ("PK\x03\x04", "B64:UEsDB")
_LONGEST: Final = 65536
_WHITE: Final = " \t\r\n\ufeff"
"""What may stand before a certificate: white space and a byte order mark"""


def recognises(text: str) -> bool:
    """Whether a text looks like a DIVOC certificate: an archive, or JSON with a proof by a DID.

    >>> recognises("B64:UEsDBBQA"), recognises("PK\\x03\\x04"), recognises('{"proof": {}}')
    (True, True, False)
    """
    bare = text.lstrip(_WHITE)
    if bare.startswith(_ARCHIVE):
        return True
    if not bare.startswith("{") or len(bare) > _LONGEST or "verificationMethod" not in bare:
        return False
    proof = strict_json.read_object(bare).get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return isinstance(method, str) and method.startswith("did:")


def _read(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.divoc.decode import read  # noqa: PLC0415 - when one comes

    return read(text.lstrip(_WHITE), limits, DIVOC)


DIVOC: Final = Family("divoc", recognises, _read, (Stage.PREFIX, Stage.ARCHIVE, Stage.PAYLOAD))
"""The family of the certificates of India, Sri Lanka, the Philippines, Indonesia and Jamaica."""
