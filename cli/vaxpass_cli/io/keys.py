"""Open the signer of `--key` and `--cert`: PEM, PKCS#12, or a key in a hardware module."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vaxpass import messages
from vaxpass.crypto import BareSigner, KeySigner, Signer, SignerError, SignerKey
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.language import spoken

if TYPE_CHECKING:
    from vaxpass_cli.io.hsm import HardwareSigner

VARIABLE: Final = "VAXPASS_KEY_PASSWORD"
_HARDWARE: Final = "pkcs11:"
_LONGEST: Final = 1024
_LARGEST_KEY: Final = 1024 * 1024


@dataclass(frozen=True)
class KeySource:
    """Where a key is and what opens it. Worker processes get this, never the key."""

    key: str
    cert: Path | None
    secret: str | None = field(repr=False)

    def open(self) -> KeySigner | HardwareSigner:
        """Open the key. Raises `SignerError`."""
        if self.key.startswith(_HARDWARE):
            from vaxpass_cli.io.hsm import HardwareSigner  # noqa: PLC0415 - an extra

            if self.cert is None:
                raise SignerError("failure.hsm.needs_certificate")
            return HardwareSigner(self.key, certificate(self.cert), self.secret)
        data = _read(Path(self.key))
        secret = self.secret.encode() if self.secret else None
        if b"-----BEGIN" not in data:
            return KeySigner.from_pkcs12(data, secret)
        if self.cert is None:
            raise SignerError("failure.signer.needs_certificate")
        return KeySigner.from_pem(data, _read(self.cert), secret)

    def open_bare(self) -> Signer:
        """Open a key that may have no certificate, such as that of a facility. Raises `SignerError`."""
        if self.cert is None and not self.key.startswith(_HARDWARE):
            data = _read(Path(self.key))
            if b"-----BEGIN" in data:
                return BareSigner.from_key_pem(data, self.secret.encode() if self.secret else None)
        return self.open()


def source(key: str, cert: Path | None, password_file: Path | None = None) -> KeySource:
    """The key that the options name, with its password from a file, a variable or the keyboard."""
    return KeySource(key, cert, password(key, password_file))


def password(key: str, password_file: Path | None) -> str | None:
    """The password or PIN of a key; None where it has none. The user is asked only if it is needed."""
    if found := stored_password(password_file):
        return found
    if not sys.stdin.isatty() or not _needs_one(key):
        return None
    return getpass.getpass(messages.text("keys.password", spoken())) or None


def stored_password(password_file: Path | None) -> str | None:
    """The password from the first line of a file, else from the variable; None where there is none."""
    if password_file is None:
        return os.environ.get(VARIABLE) or None
    with encodings.open_text(password_file) as file:
        found = file.readline(_LONGEST).rstrip("\r\n")
    if not found:
        raise UsageError("error.password_empty", path=password_file)
    return found


def certificate(path: Path) -> SignerKey:
    """Read a signer's certificate from a file, PEM or DER. Raises `SignerError`."""
    data = _read(path)
    try:
        if b"-----BEGIN" not in data:
            return SignerKey.from_der(data)
        found = SignerKey.from_pem(data)
    except ValueError:
        raise SignerError("failure.signer.certificate_unreadable") from None
    if not found:
        raise SignerError("failure.signer.no_certificate")
    return found[0]


def _needs_one(key: str) -> bool:
    if key.startswith(_HARDWARE):
        return True
    data = _read(Path(key))
    return b"-----BEGIN" not in data or b"ENCRYPTED" in data


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise UsageError("error.folder_for_key", path=path)
    data = read_bounded(path, _LARGEST_KEY)
    if len(data) > _LARGEST_KEY:
        raise UsageError("error.key_too_large", path=path)
    return data
