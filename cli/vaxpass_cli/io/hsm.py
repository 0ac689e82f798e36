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

from vaxpass import MissingExtraError
from vaxpass.crypto import Algorithm, SignerError, SignerKey, takes, verify

try:
    import pkcs11
    from pkcs11 import MGF, Mechanism, ObjectClass, SignMixin
except ModuleNotFoundError:
    raise MissingExtraError("hsm", "python-pkcs11") from None

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
            raise SignerError(
                f"A passport is not signed with a key of the kind {certificate.key_name}."
            )
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
            raise SignerError("The key in the hardware module can't sign.")
        return found

    def _compare(self) -> None:
        probe = self.sign(_PROBE)
        if not verify(self.algorithm, self.certificate.public_key, probe, _PROBE):
            raise SignerError("The private key in the module does not belong to the certificate.")


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
        raise SignerError(
            "The library of the hardware module is not named: add ?module-path=FILE to the key, or set"
            " PKCS11_MODULE."
        )
    if "pin-value" in query:
        raise SignerError("A PIN is not written into the name of a key: see --password-file.")
    if not wanted.get("object") and not wanted.get("id"):
        raise SignerError("The key in the hardware module is not named: add object=LABEL or id=%01.")
    return wanted, module


@contextmanager
def _explained() -> Iterator[None]:
    """The error of the module as a sentence; it never contains what the module was given."""
    try:
        yield
    except pkcs11.NoSuchToken:
        raise SignerError("The hardware module has no token of this name.") from None
    except pkcs11.NoSuchKey:
        raise SignerError("The token in the hardware module has no private key of this name.") from None
    except (pkcs11.MultipleObjectsReturned, pkcs11.MultipleTokensReturned):
        raise SignerError(
            "Several tokens or keys have this name: name the key by its id too."
        ) from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise SignerError("The PIN of the token is not right.") from None
    except pkcs11.PinLocked:
        raise SignerError(
            "The PIN of the token is locked: whoever keeps the module can free it."
        ) from None
    except pkcs11.UserNotLoggedIn:
        raise SignerError("The token needs its PIN: see --password-file.") from None
    except pkcs11.PKCS11Error as error:
        raise SignerError(f"The hardware module can't be used ({type(error).__name__}).") from None
