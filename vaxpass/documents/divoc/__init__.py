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
from vaxpass.documents.divoc.texts import recognises
from vaxpass.documents.family import Family

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified
    from vaxpass.policy import Limits


def _read(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.divoc.decode import read  # noqa: PLC0415 - when one comes

    return read(text, limits, DIVOC)


DIVOC: Final = Family("divoc", recognises, _read, (Stage.PREFIX, Stage.ARCHIVE, Stage.PAYLOAD))
"""The family of the certificates of India, Sri Lanka, the Philippines, Indonesia and Jamaica."""
