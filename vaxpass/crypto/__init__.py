"""Certificates, keys, signatures and signed messages.

The modules of this package are the only users of pyca/cryptography, and so of OpenSSL.

    from vaxpass.crypto import KeySigner, SignerKey, load_public_key

    signer = KeySigner.from_pem(key_pem, certificate_pem, password)   # signs what `encode` builds
    key = load_public_key(pem)                                        # a pin, or the key of a bundle

`keys` holds kinds of keys and reads them, `certificate` reads certificates, `chain` follows them.
`signature.verify` is the one place that says whether a signature holds. `cose`, `jws` and `cms` are the
forms of signed messages. `signer` holds private keys; `authority` makes new ones for tests.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaxpass.crypto.authority import new_bundle_key
    from vaxpass.crypto.certificate import SignerKey, key_of, load_public_key, to_pem
    from vaxpass.crypto.cose import Algorithm
    from vaxpass.crypto.keys import KeyType, PublicKey, fingerprint, public_bytes
    from vaxpass.crypto.signature import Result, takes, verify
    from vaxpass.crypto.signer import BareSigner, KeySigner, Signer
    from vaxpass.errors import SignerError

# Imported when first asked for: a verifier needs few of them.
_LATER = {
    "Algorithm": "vaxpass.crypto.cose",
    "BareSigner": "vaxpass.crypto.signer",
    "KeySigner": "vaxpass.crypto.signer",
    "KeyType": "vaxpass.crypto.keys",
    "PublicKey": "vaxpass.crypto.keys",
    "Result": "vaxpass.crypto.signature",
    "Signer": "vaxpass.crypto.signer",
    "SignerError": "vaxpass.errors",
    "SignerKey": "vaxpass.crypto.certificate",
    "fingerprint": "vaxpass.crypto.keys",
    "key_of": "vaxpass.crypto.certificate",
    "load_public_key": "vaxpass.crypto.certificate",
    "new_bundle_key": "vaxpass.crypto.authority",
    "public_bytes": "vaxpass.crypto.keys",
    "takes": "vaxpass.crypto.signature",
    "to_pem": "vaxpass.crypto.certificate",
    "verify": "vaxpass.crypto.signature",
}

__all__ = [
    "Algorithm",
    "BareSigner",
    "KeySigner",
    "KeyType",
    "PublicKey",
    "Result",
    "Signer",
    "SignerError",
    "SignerKey",
    "fingerprint",
    "key_of",
    "load_public_key",
    "new_bundle_key",
    "public_bytes",
    "takes",
    "to_pem",
    "verify",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value
