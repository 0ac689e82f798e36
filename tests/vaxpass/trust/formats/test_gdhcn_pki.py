"""The second path of the WHO network: root > trust anchor > signed authority > signer."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.authorities import Owner, issue
from tests.support.certificates import pem
from tests.support.cms_messages import sign
from tests.support.gdhcn_documents import (
    AT,
    KEY,
    LONG_NAMES,
    OTHER,
    method,
    prove,
    read,
    unproved,
    who_key,
)
from tests.support.trust_lists import text
from tests.support.world import NOW, START
from vaxpass import TrustListError
from vaxpass.crypto import SignerKey
from vaxpass.crypto.chain import issued_by, issued_weakly_by, may_issue, valid_at

ROOT = issue("ROOT")
SIGN = issue("SIGN", ROOT)
TA = issue("TA", SIGN)
SCA = issue("SCA VN", cert_sign=True)
DSC = issue("DSC VN", SCA, ca=None)
STRANGER = issue("SCA VN")
FOREIGN = issue("DSC XX", STRANGER, ca=False)


def signed(authority: Owner, anchor: Owner = TA, **changes: Any) -> bytes:
    item = {
        "trustAnchorSignature": text(sign(authority.der, anchor.key, anchor.x509)),
        "certificateRawData": text(authority.der),
        "country": "VN",
    }
    return json.dumps(item | changes).encode()


CHAIN = b"".join(pem(owner.der) for owner in (TA, SIGN, ROOT))
COMPANIONS = [CHAIN, signed(SCA)]
PLAIN = unproved(method(DSC.der), method(SCA.der, usage="CSCA"), method(FOREIGN.der))
LIST = prove(PLAIN, OTHER)  # by a key that nobody pins here
PATH = "ROOT (pinned) > SIGN > TA > SCA SCA VN"


def test_only_what_the_path_leads_to_is_trusted() -> None:
    trust = read(LIST, ROOT.certificate, sidecars=COMPANIONS, at=NOW)
    assert {key.certificate.der: (key.usage, key.trusted_by) for key in trust} == {
        DSC.der: ("DSC", f"{PATH} > DSC DSC VN"),
        SCA.der: ("SCA", PATH),
    }
    (skipped,) = trust.skipped
    assert "no authority that the trust anchor signed" in skipped.reason


def test_where_both_hold_both_are_named() -> None:
    trust = read(prove(PLAIN), KEY.public_key(), ROOT.certificate, sidecars=COMPANIONS)
    words = {key.certificate.der: key.trusted_by for key in trust}
    assert words[DSC.der].startswith("WHO's proof over the list")
    assert words[DSC.der].endswith(f"; {PATH} > DSC DSC VN")
    assert ";" not in words[FOREIGN.der]


def test_a_pinned_key_whose_proof_fails_is_not_made_good_by_the_path() -> None:
    with pytest.raises(TrustListError, match="does not match"):
        read(LIST, KEY.public_key(), ROOT.certificate, sidecars=COMPANIONS)


@pytest.mark.parametrize("header", ['{"b64":false,"crit":["b64"],"alg":"EC"}', "junk"])
def test_nor_is_a_proof_that_was_made_unreadable(header: str) -> None:
    data = prove(PLAIN, header=header)
    with pytest.raises(TrustListError, match="not of the form"):
        read(data, KEY.public_key(), ROOT.certificate, sidecars=COMPANIONS)
    assert len(read(data, ROOT.certificate, sidecars=COMPANIONS)) == 2


def test_a_pinned_certificate_that_has_expired_proves_nothing() -> None:
    owner = issue("WHO", days=30)
    data = prove(PLAIN, owner.key)
    assert len(read(data, owner.certificate)) == 3
    with pytest.raises(TrustListError, match="not valid at the time asked"):
        read(data, owner.certificate, at=NOW)


@pytest.mark.parametrize("pin", [SIGN, TA])
def test_any_certificate_of_the_chain_may_be_pinned(pin: Owner) -> None:
    assert len(read(LIST, pin.certificate, sidecars=COMPANIONS)) == 2


def test_several_signed_authorities_may_stand_in_one_file() -> None:
    both = b"[" + signed(SCA) + b"," + signed(STRANGER) + b', 5, {"a": 1}]'
    assert len(read(LIST, ROOT.certificate, sidecars=[CHAIN, both])) == 3


OTHER_ROOT = issue("ROOT")
OTHER_TA = issue("TA", issue("SIGN", OTHER_ROOT))


@pytest.mark.parametrize(
    ("pin", "sidecars", "why"),
    [
        (OTHER_ROOT, COMPANIONS, "does not descend from a pinned"),
        (ROOT, [CHAIN, signed(SCA, OTHER_TA)], "does not descend from a pinned"),
        (ROOT, [pem(SIGN.der), *COMPANIONS[1:]], "does not descend from a pinned"),
        (ROOT, [CHAIN, signed(SCA, SCA)], "does not descend from a pinned"),
        (ROOT, [CHAIN, signed(SCA, certificateRawData=text(STRANGER.der))], "another one"),
        (ROOT, [CHAIN, signed(DSC)], "not an authority's"),
        (ROOT, [CHAIN, signed(SCA, trustAnchorSignature=text(b"junk"))], "CMS message"),
        (ROOT, [CHAIN, signed(SCA, trustAnchorSignature=5)], "not text"),
        (ROOT, [CHAIN], "does not match"),
        (ROOT, [CHAIN, b'{"trustAnchorSignature": '], "does not match"),
        (ROOT, [CHAIN * 11, signed(SCA)], "too long"),
    ],
)
def test_a_broken_path_leads_nowhere(pin: Owner, sidecars: list[bytes], why: str) -> None:
    with pytest.raises(TrustListError, match=why):
        read(LIST, pin.certificate, sidecars=sidecars)


@pytest.mark.parametrize("which", ["root", "sign", "anchor"])
def test_an_expired_certificate_of_the_chain_is_refused(which: str) -> None:
    root = issue("R", days=30 if which == "root" else 900)
    middle = issue("S", root, days=30 if which == "sign" else 900)
    anchor = issue("T", middle, days=30 if which == "anchor" else 900)
    sidecars = [pem(middle.der) + pem(anchor.der), signed(SCA, anchor)]
    assert len(read(LIST, root.certificate, sidecars=sidecars)) == 2
    assert len(read(LIST, root.certificate, sidecars=sidecars, at=START)) == 2
    with pytest.raises(TrustListError, match="vouches for it, is not valid at the time asked"):
        read(LIST, root.certificate, sidecars=sidecars, at=NOW)


def test_an_expired_authority_vouches_for_no_signer() -> None:
    authority = issue("SCA VN", days=30)
    signer = issue("DSC VN", authority, ca=False)
    data = prove(unproved(method(signer.der), method(authority.der, usage="CSCA")))
    options: dict[str, Any] = {"sidecars": [CHAIN, signed(authority)]}
    assert len(read(data, ROOT.certificate, **options)) == 2
    trust = read(data, ROOT.certificate, **options, at=NOW)
    assert [key.usage for key in trust] == ["SCA"]
    assert "its authority SCA VN is not valid" in trust.skipped[0].reason


@pytest.mark.parametrize(
    ("owner", "usage", "why"),
    [
        (SCA, "DSC", "listed as something else"),
        (STRANGER, "CSCA", "did not sign this authority"),
        (issue("CA under it", SCA), "DSC", "did not sign this authority"),
    ],
)
def test_an_authority_is_no_signer(owner: Owner, usage: str, why: str) -> None:
    data = prove(unproved(method(owner.der, usage=usage), method(DSC.der)), OTHER)
    trust = read(data, ROOT.certificate, sidecars=COMPANIONS)
    assert [key.certificate.der for key in trust] == [DSC.der]
    assert why in trust.skipped[0].reason


def test_test_keys_are_known_by_their_certificate_where_nothing_protects_the_list() -> None:
    authority = issue("SCA XH", country="XH")
    signer = issue("DSC XH", authority, ca=False, country="XH")
    data = prove(unproved(method(signer.der, "FRA")), OTHER)
    (key,) = read(data, ROOT.certificate, sidecars=[CHAIN, signed(authority)])
    assert key.test


RSA_CA = issue("RSA", key=rsa.generate_private_key(65537, 2048))
SMALL_CA = issue("small", key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - it must be refused
HASHES = [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()]


@pytest.mark.parametrize("how", HASHES)
def test_each_algorithm_of_certificates_is_verified(how: Any) -> None:
    for ca in (ROOT, RSA_CA):
        assert issued_by(issue("leaf", ca, hash_algorithm=how).certificate, ca.certificate)
    assert issued_by(
        issue("leaf", RSA_CA, pss=True, hash_algorithm=how).certificate, RSA_CA.certificate
    )


def test_what_another_signed_is_not_issued() -> None:
    leaf = DSC.certificate
    assert issued_by(leaf, SCA.certificate)
    assert not issued_by(leaf, STRANGER.certificate)  # the same name
    assert not issued_by(leaf, ROOT.certificate)
    assert not issued_by(SCA.certificate, leaf)
    bare = SignerKey.from_public_key(
        SCA.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    assert not issued_by(leaf, bare)
    assert not issued_by(bare, SCA.certificate)
    assert not issued_by(issue("leaf", SMALL_CA).certificate, SMALL_CA.certificate)
    assert not issued_weakly_by(leaf, SCA.certificate)


def test_who_may_issue() -> None:
    may = [ROOT, SCA, issue("a", cert_sign=True)]
    may_not = [DSC, FOREIGN, issue("b", cert_sign=False), issue("c", ca=False, cert_sign=True)]
    assert [may_issue(owner.certificate) for owner in may + may_not] == [True] * 3 + [False] * 4


def test_validity_is_inclusive() -> None:
    owner = issue("short", days=1).certificate
    for moment, valid in [
        (None, True),
        (START - timedelta(seconds=1), False),
        (START, True),
        (START + timedelta(days=1), True),
        (START + timedelta(days=1, seconds=1), False),
    ]:
        assert valid_at(owner, moment) is valid


# --- the real chain ----------------------------------------------------------------------------------


def real_pki(shared: Path) -> tuple[bytes, SignerKey, list[bytes]]:
    folder = shared / "trust_lists" / "gdhcn-prod"
    chain = (folder / "TNG_TA.chain.pem").read_bytes()
    root = SignerKey.from_pem(chain)[-1]
    items = [path.read_bytes() for path in sorted((folder / "TNG_TA-signed-SCA").glob("*.json"))]
    return (folder / "v2-trustlist-did.json").read_bytes(), root, [chain, *items]


@LONG_NAMES
def test_the_real_path_leads_to_most_keys(shared: Path) -> None:
    data, root, sidecars = real_pki(shared)
    assert len(sidecars) == 1 + 48
    trust = read(data, root, sidecars=sidecars)
    assert Counter(key.usage for key in trust) == {"DSC": 420, "SCA": 48}
    assert not any(skipped.entry.startswith("signed authority") for skipped in trust.skipped)
    # 421 signers of 438 have an issuer there; one of them by SHA-1, which is not enough.
    reasons = Counter(skipped.reason for skipped in trust.skipped)
    assert reasons["its authority signed it with SHA-1, which proves nothing any more"] == 1
    assert len(trust) + len(trust.skipped) == 501
    assert {key.participant for key in trust if key.test} == {"XXH"}
    assert all("TNG_ROOT CA (pinned) > WHO TNG_SIGN CA > WHO TNG_TA" in k.trusted_by for k in trust)


@LONG_NAMES
def test_proof_and_path_of_the_real_list_agree(shared: Path) -> None:
    data, root, sidecars = real_pki(shared)
    trust = read(data, who_key(shared, "prod"), root, sidecars=sidecars)
    assert len(trust) == 501
    assert sum("; " in key.trusted_by for key in trust) == 468


@pytest.mark.slow
@LONG_NAMES
def test_the_real_path_at_a_time(shared: Path) -> None:
    data, root, sidecars = real_pki(shared)
    trust = read(data, root, sidecars=sidecars, at=AT)
    assert Counter(key.usage for key in trust) == {"DSC": 349, "SCA": 48}
    with pytest.raises(TrustListError, match=r"TNG_SIGN CA, .* not valid"):
        read(data, root, sidecars=sidecars, at=datetime(2034, 1, 1, tzinfo=UTC))


@pytest.mark.slow
@LONG_NAMES
def test_the_chain_of_another_environment_leads_nowhere(shared: Path) -> None:
    data, _, sidecars = real_pki(shared)
    pem_text = (shared / "trust_lists" / "gdhcn-dev" / "TNG_TA.chain.pem").read_bytes()
    for pin in SignerKey.from_pem(pem_text):
        with pytest.raises(TrustListError, match="does not descend"):
            read(data, pin, sidecars=[*sidecars, pem_text])
