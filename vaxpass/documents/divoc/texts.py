"""What a DIVOC certificate begins with, in each of its forms: an archive, its Base64, or JSON."""

from __future__ import annotations

from typing import Final

from vaxpass.encoding import strict_json

# The beginning of an archive, each letter a byte, and the same in Base64.
_ARCHIVE: Final = ("PK\x03\x04", "B64:UEsDB")
_LONGEST: Final = 65536
WHITE: Final = " \t\r\n\ufeff"
"""What may stand before a certificate: white space and a byte order mark"""


def recognises(text: str) -> bool:
    """Whether a text looks like a DIVOC certificate: an archive, or JSON with a proof by a DID.

    >>> recognises("B64:UEsDBBQA"), recognises("PK\\x03\\x04"), recognises('{"proof": {}}')
    (True, True, False)
    """
    bare = text.lstrip(WHITE)
    if bare.startswith(_ARCHIVE):
        return True
    if not bare.startswith("{") or len(bare) > _LONGEST or "verificationMethod" not in bare:
        return False
    proof = strict_json.read_object(bare).get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return isinstance(method, str) and method.startswith("did:")
