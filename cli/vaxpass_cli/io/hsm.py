"""Sign with keys in a hardware module, through PKCS#11. The only user of python-pkcs11.

The key never leaves the module: the module gets a hash (ES256) or the bytes to sign (PS256). A session
belongs to one process: where several processes sign, each opens the key.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import parse_qsl, unquote

import pkcs11
from pkcs11 import MGF, Mechanism, ObjectClass, SignMixin

from vaxpass.crypto import Algorithm, SignerError, SignerKey, takes, verify

SCHEME: Final = "pkcs11:"
_PSS: Final = (Mechanism.SHA256, MGF.SHA256, 32)
_PROBE: Final = b"vaxpass: is this the key of the certificate?"


class HardwareSigner:
    """A `Signer` with a key in a hardware module, which is named by a URI (RFC 7512).

    The URI is `pkcs11:token=NAME;object=LABEL?module-path=/path/of/the/library.so`, with `id=%01` in
    addition to `object` or instead of it. Without `module-path`, the variable PKCS11_MODULE names the
    library.
    """

    def __init__(self, uri: str, certificate: SignerKey, pin: str | None) -> None:
        self.certificate = certificate
        self.kid = certificate.kid
        key_type = certificate.key_type
        self.algorithm = Algorithm.PS256 if key_type.is_rsa else Algorithm.ES256
        if not takes(self.algorithm, key_type):
            raise SignerError("failure.hsm.kind", kind=certificate.key_name)
        wanted, module = _parsed(uri)
        with _explained():
            self._session = _session(module, wanted.get("token"), pin)
        try:
            self._key = self._found(wanted)
            self._compare()
        except SignerError:
            self.close()
            raise

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`."""
        with _explained():
            if self.algorithm is Algorithm.PS256:
                return bytes(
                    self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS_PSS, mechanism_param=_PSS)
                )
            digest = hashlib.sha256(data).digest()
            return bytes(self._key.sign(digest, mechanism=Mechanism.ECDSA))

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def _found(self, wanted: Mapping[str, str]) -> SignMixin:
        with _explained():
            found = self._session.get_key(
                object_class=ObjectClass.PRIVATE_KEY,
                label=wanted.get("object"),
                id=unquote_bytes(wanted["id"]) if "id" in wanted else None,
            )
        if not isinstance(found, SignMixin):
            raise SignerError("failure.hsm.cannot_sign")
        return found

    def _compare(self) -> None:
        probe = self.sign(_PROBE)
        if not verify(self.algorithm, self.certificate.public_key, probe, _PROBE):
            raise SignerError("failure.hsm.other_certificate")


def _session(module: str, token_label: str | None, pin: str | None) -> pkcs11.Session:
    token = pkcs11.lib(module).get_token(token_label=token_label)
    try:
        session: pkcs11.Session = token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        # A PIN opens the token for the whole process, and this process has given it before.
        session = token.open()
    return session


def unquote_bytes(text: str) -> bytes:
    """The bytes of an `id` in a URI (percent-encoded)."""
    return unquote(text, encoding="latin-1").encode("latin-1")


def _parsed(uri: str) -> tuple[dict[str, str], str]:
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    wanted = {}
    for part in path.split(";"):
        name, _, value = part.partition("=")
        wanted[name.strip()] = value if name.strip() == "id" else unquote(value)
    module = dict(parse_qsl(query, separator="&")).get("module-path") or os.environ.get("PKCS11_MODULE")
    if not module:
        raise SignerError("failure.hsm.library")
    if "pin-value" in query:
        raise SignerError("failure.hsm.pin_in_name")
    if not wanted.get("object") and not wanted.get("id"):
        raise SignerError("failure.hsm.no_name")
    return wanted, module


@contextmanager
def _explained() -> Iterator[None]:
    """The error of the module as a sentence; it never contains what the module was given."""
    try:
        yield
    except pkcs11.NoSuchToken:
        raise SignerError("failure.hsm.no_token") from None
    except pkcs11.NoSuchKey:
        raise SignerError("failure.hsm.no_key") from None
    except (pkcs11.MultipleObjectsReturned, pkcs11.MultipleTokensReturned):
        raise SignerError("failure.hsm.several") from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise SignerError("failure.hsm.pin_wrong") from None
    except pkcs11.PinLocked:
        raise SignerError("failure.hsm.pin_locked") from None
    except pkcs11.UserNotLoggedIn:
        raise SignerError("failure.hsm.pin_needed") from None
    except pkcs11.PKCS11Error as error:
        raise SignerError("failure.hsm.unusable", kind=type(error).__name__) from None
