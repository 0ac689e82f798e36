"""Master lists of ICAO count where their signer is pinned, or a pinned authority issued it for that."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.seals import Csca, Signer
from tests.support.trust_lists import only_a_trust_list_error
from tests.support.world import NOW
from vaxpass import TrustList, TrustListError, Verifier, read_trust_list
from vaxpass.crypto import SignerKey, der
from vaxpass.trust import CSCA, is_trust_list, role_of

MASTER_LISTS = "2.23.136.1.1.3"
CONTENT_TYPE = "2.23.136.1.1.2"
PUBLISHER = Csca.create("DE", "Publisher")
LISTER = PUBLISHER.issue(country="DE", usages=(MASTER_LISTS,), types=None)
UTOPIA, VIETNAM = Csca.create("UT"), Csca.create("VN", "Another")


def content(*certificates: bytes, version: bytes = b"\x02\x01\x00") -> bytes:
    return der.encode(0x30, version + der.encode(0x31, b"".join(certificates)))


def master_list(
    signed: bytes | None = None,
    signer: Signer = LISTER,
    *,
    content_type: str = CONTENT_TYPE,
    said_type: str | None = None,
    attributes: bool = True,
) -> bytes:
    """A CMS message over the content of a master list, in DER."""
    signed = content(UTOPIA.der, VIETNAM.der) if signed is None else signed
    said = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [said_type or content_type]},
            {"type": "message_digest", "values": [hashlib.sha256(signed).digest()]},
        ]
    )
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    over = said.dump() if attributes else signed
    certificate = asn1_x509.Certificate.load(signer.der)
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signature": signer.key.sign(over, ec.ECDSA(hashes.SHA256())),
    }
    if attributes:
        info["signed_attrs"] = said
    message = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {
                "content_type": content_type,
                "content": core.ParsableOctetString(signed),
            },
            "certificates": [certificate],
            "signer_infos": [info],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": message}).dump()
    return made


def read(data: bytes, *pins: SignerKey, **options: Any) -> TrustList:
    return read_trust_list(data, source="list", pins=pins, at=NOW, **options)


@pytest.mark.parametrize("pin", [LISTER, PUBLISHER], ids=["the signer", "its authority"])
def test_its_certificates_are_authorities_of_their_states(pin: Signer | Csca) -> None:
    trust = read(master_list(), pin.certificate)
    assert [key.country for key in trust.with_usage(CSCA)] == ["UT", "VN"]
    assert len(trust) == 2
    assert "master list" in next(iter(trust)).trusted_by
    assert Verifier(trust).verify(UTOPIA.issue().seal(), at=NOW)


def test_pem_is_read_too() -> None:
    text = base64.encodebytes(master_list())
    pem = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
    assert len(read(pem, PUBLISHER.certificate)) == 2
    assert role_of(pem).value == role_of(master_list()).value == "list"
    assert is_trust_list(pem)


def test_it_is_refused_without_a_pin() -> None:
    with pytest.raises(TrustListError, match="signed"):
        read(master_list())
    assert len(read(master_list(), unsigned=True)) == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (master_list(signer=UTOPIA.issue(usages=(MASTER_LISTS,))), "neither pinned nor issued"),
        (master_list(signer=PUBLISHER.issue(country="DE")), "may not sign master lists"),
        (
            master_list(
                signer=PUBLISHER.issue(usages=(MASTER_LISTS,), start=NOW - timedelta(days=9), days=5)
            ),
            "not valid at the time",
        ),
        (master_list(said_type="1.2.840.113549.1.7.1"), "content type"),
        (master_list(attributes=False), "no signed attributes"),
        (master_list(b"\x04\x02hi"), "no master list"),
        (master_list(content(version=b"")), "no master list"),
        (master_list().replace(VIETNAM.der[:40], UTOPIA.der[:39] + b"\x00"), "digest"),
    ],
)
def test_what_a_pin_does_not_vouch_for_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(TrustListError, match=why):
        read(data, PUBLISHER.certificate)


def test_what_is_no_authority_is_left_out() -> None:
    listed = content(UTOPIA.der, UTOPIA.issue(usages=()).der, UTOPIA.issue().der, b"\x30\x01\x00")
    trust = read(master_list(listed), PUBLISHER.certificate)
    assert sorted(key.usage for key in trust) == ["BSC", "CSCA"]
    assert [skipped.entry for skipped in trust.skipped] == ["certificate 2", "certificate 4"]


def test_lists_of_revoked_signers_beside_it_come_along() -> None:
    signer = UTOPIA.issue(serial=5)
    crl = UTOPIA.revoke(5)
    trust = read(master_list(), PUBLISHER.certificate, sidecars=[crl, b"a letter"])
    assert [each.der for each in trust.crls] == [crl]
    verdict = Verifier(trust).verify(signer.seal(), at=NOW)
    assert verdict.code is not None
    assert verdict.code.value == "validity.signer_revoked"


def test_a_list_of_revoked_signers_that_cannot_be_used_is_told() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    odd = UTOPIA.revoke(5, extra=unknown)
    trust = read(master_list(), PUBLISHER.certificate, sidecars=[odd, UTOPIA.revoke(6)])
    assert len(trust.crls) == 1
    assert [skipped.entry for skipped in trust.skipped] == ["CRL 1"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_no_damage_raises_another_error(place: int, damage: bytes) -> None:
    data = master_list()
    place %= len(data)
    broken = data[:place] + damage + data[place + len(damage) :]
    only_a_trust_list_error(broken, pins=[PUBLISHER.certificate])


@pytest.mark.parametrize("form", ["der", "pem"])
def test_a_list_of_revoked_signers_is_read_alone(form: str) -> None:
    crl = UTOPIA.revoke(5)
    text = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(crl) + b"-----END X509 CRL-----\n"
    trust = read(crl if form == "der" else text, named_by_user=False)
    assert (len(trust), [each.der for each in trust.crls]) == (0, [crl])
    merged = TrustList.merge(trust, TrustList([UTOPIA.trusted()]))
    verdict = Verifier(merged).verify(UTOPIA.issue(serial=5).seal(), at=NOW)
    assert verdict.code is not None
    assert verdict.code.value == "validity.signer_revoked"


def test_a_damaged_list_of_revoked_signers_is_refused() -> None:
    for data in (UTOPIA.revoke(5)[:-9], b"-----BEGIN X509 CRL-----\nAAAA"):
        with pytest.raises(TrustListError):
            read(data)
