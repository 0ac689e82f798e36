"""What attestations and confirmations have in common: a signed CBOR map, read with pinned keys.

Both are COSE_Sign1 messages (RFC 9052) over a small CBOR map (RFC 8949) with text keys. What is long is
in one byte string of it, which need not be looked into before the signature holds. The signer is known
by name, and the reader has the public keys of each name; the message brings no key that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from vaxpass.crypto import cose
from vaxpass.crypto.keys import PublicKey
from vaxpass.crypto.signature import verify
from vaxpass.crypto.signer import Signer
from vaxpass.display import without_content
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS

_MAX_TIME: Final = 1 << 40
_MAX_ITEMS: Final = 32
"""Of the map: each item takes a hundred times as much memory as it has bytes"""


class SignedList(NamedTuple):
    """A message that was taken apart. Nothing of it counts before `signed_by` is true.

    >>> read(b"") is None
    True
    """

    payload: cbor.Value
    message: cose.Message

    def __repr__(self) -> str:
        return without_content(self)

    def signed_by(self, keys: Iterable[PublicKey]) -> bool:
        """Whether one of these keys has signed it."""
        algorithm, signature = self.message.algorithm, self.message.signature
        return any(verify(algorithm, key, signature, self.message.signed) for key in keys)


def sign(payload: Mapping[str, cbor.Value], signer: Signer) -> bytes:
    """The map, signed: a COSE_Sign1 message (RFC 9052) with algorithm and kid in its protected header.

    >>> from vaxpass.testing import Authority
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> key = Authority.create("VN", valid_from=now, days=9).issue_signer(days=9)
    >>> found = read(sign({"type": "x"}, key.signer()))
    >>> found.payload, found.signed_by([key.certificate.public_key])
    ({'type': 'x'}, True)
    """
    return cose.build(cbor.dumps(dict(payload)), signer.algorithm, signer.kid, signer.sign)


def read(data: bytes) -> SignedList | None:
    """Take a message apart; None where it is none. The caller limits the size of `data`.

    >>> read(b"x") is None
    True
    """
    try:
        message = cose.parse(data, DEFAULT_LIMITS, [])
        payload, _ = cbor.loads(message.payload, DEFAULT_LIMITS.depth, _MAX_ITEMS)
    except (StageError, Refused):
        return None
    return SignedList(payload, message)


def seconds(moment: datetime) -> int:
    """A time as it is signed: seconds since 1970, UTC.

    >>> seconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400
    """
    return int(moment.timestamp())


def read_time(value: cbor.Value) -> datetime | None:
    """A time that was signed; None where the value is none.

    >>> read_time(86400), read_time(-1)
    (datetime.datetime(1970, 1, 2, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    if type(value) is int and 0 <= value < _MAX_TIME:
        return datetime.fromtimestamp(value, UTC)
    return None
