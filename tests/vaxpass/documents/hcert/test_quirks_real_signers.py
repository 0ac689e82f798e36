"""Signers in use that break the rules for certificates: all of a published list are read and usable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vaxpass import TrustList, read_trust_list
from vaxpass.crypto import load_public_key


@pytest.fixture(scope="module")
def german(shared: Path) -> TrustList:
    folder = shared / "trust_lists/eu-national"
    pin = load_public_key((folder / "DE-dsc-list-signing-key.pem").read_bytes())
    data = (folder / "DE-signed-covpass-prod-2023-12-01.txt").read_bytes()
    return read_trust_list(data, source="DE", pins=[pin])


def test_every_signer_of_the_list_is_read(german: TrustList) -> None:
    assert german.skipped == ()
    assert len(german) == 829
    assert all(german.find(key.kid) and key.certificate.kinds for key in german)


# The other reader warns; the library does not (see the test above).
@pytest.mark.filterwarnings("ignore:Parsed a")
def test_the_odd_ones_are_among_them(german: TrustList) -> None:
    # The oddities as the reference names them, found by another reader.
    odd: Counter[str] = Counter()
    keys: Counter[bytes] = Counter()
    for key in german:
        parsed = x509.load_der_x509_certificate(key.certificate.der)
        spki = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        keys[spki] += 1
        odd["X.509 v1"] += parsed.version is x509.Version.v1
        odd["SHA-1"] += parsed.signature_algorithm_oid.dotted_string == "1.2.840.10045.4.1"
        odd["RSASSA-PSS"] += parsed.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.10"
        odd["serial number"] += parsed.serial_number <= 0
        days = (parsed.not_valid_after_utc - parsed.not_valid_before_utc).days
        odd["long"] += days >= 3660
        try:
            _ = parsed.extensions
        except ValueError:
            odd["extensions not read"] += 1
    assert dict(odd) == {
        "X.509 v1": 7,
        "SHA-1": 8,
        "RSASSA-PSS": 94,
        "serial number": 4,
        "long": 107,
        "extensions not read": 6,
    }
    assert sum(count > 1 for count in keys.values()) == 57, "one key stands in several certificates"
