"""The certificates in a PKCS#7 (CMS) bundle, as `.p7b` and `.p7c` files hold them."""

from __future__ import annotations

import base64
import re
import warnings
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

_PEM: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_PEM_BEGIN: Final = re.compile(rb"-----BEGIN (PKCS7|CMS)-----")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2


def looks_like_bundle(data: bytes) -> bool:
    """PEM by its header, DER by the object identifier of signed data at its beginning."""
    if data[:1] == b"\x30":
        return _SIGNED_DATA in data[:20]
    return _PEM_BEGIN.search(data) is not None


def bundled_certificates(data: bytes) -> tuple[bytes, ...]:
    """The DER of every certificate in a bundle, PEM or DER, in its order.

    Whatever signature the bundle has is not looked at. Raises `ValueError` where it can't be read.
    """
    blocks = [data]
    if data[:1] != b"\x30":
        found = _PEM.findall(data)
        if not found or len(found) != len(_PEM_BEGIN.findall(data)):
            raise ValueError("the PEM text is damaged")
        try:
            blocks = [base64.b64decode(b"".join(text.split()), validate=True) for _, text in found]
        except ValueError:
            raise ValueError("the PEM text is damaged") from None
    certificates: list[bytes] = []
    for block in blocks:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # as in SignerCertificate.from_der
                loaded = load_der_pkcs7_certificates(block)
                certificates += [one.public_bytes(Encoding.DER) for one in loaded]
        except Exception as error:
            # A bundle without certificates, one in BER, damaged bytes: all mean the same here.
            raise ValueError(f"not a readable PKCS#7 bundle: {error}") from None
    return tuple(certificates)
