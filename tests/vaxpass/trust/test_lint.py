"""What is weak or odd on a list: every finding on a list made for it, and the counts on a real one."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.good_signers import GOOD, KEY, OTHER, key_usage, listed, make
from tests.support.seals import Csca
from tests.support.world import NOW, World
from vaxpass import Kind, Policy, TrustList, read_trust_list
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.crypto.profile import Profile, profile
from vaxpass.trust import BSC, CSCA, DIVOC, SHC, ListedIssuer, SignerCrl, TrustedKey
from vaxpass.trust.lint import SEVERITIES, Finding, Severity, check


def codes(*keys: TrustedKey, at: datetime = NOW) -> list[str]:
    return [finding.code.removeprefix("check.") for finding in check(TrustList(keys), at)]


def test_nothing_is_said_of_a_good_signer() -> None:
    assert codes(listed(GOOD), listed(make(OTHER, country="XB"))) == []


def test_a_signer_of_this_library_is_only_told_to_be_for_tests(world: World) -> None:
    assert codes(listed(world.es256.certificate)) == ["only_test_keys"]


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"key": rsa.generate_private_key(65537, 1024)}, "rsa_short", "RSA 1024"),  # noqa: S505
        ({"key": rsa.generate_private_key(65537, 2048)}, "rsa_below_3072", "RSA 2048"),
        ({"key": rsa.generate_private_key(65537, 3072)}, None, ""),
        ({"key": ec.generate_private_key(ec.SECP384R1())}, "curve_p384", "EC P-384"),
        ({"key": ec.generate_private_key(ec.SECP521R1())}, "curve", "EC P-521"),
        ({"usage": key_usage(signs=False)}, "key_usage", ""),
        ({"ca": True}, "ca_certificate", ""),
        ({"ca": False}, None, ""),
        (
            {"purposes": (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION)},
            "foreign_usage",
            "TLS client, e-mail",
        ),
        ({"days": 100}, "expired", "2026-04-11"),
        ({"days": 181}, "expires_30", "2026-07-01"),
        ({"days": 182}, "expires_90", "2026-07-02"),
        ({"days": 241}, "expires_90", "2026-08-30"),
        ({"days": 242}, None, ""),
        ({"start": datetime(2027, 1, 1, tzinfo=UTC)}, "not_yet_valid", "2027-01-01"),
        ({"days": 3660}, None, ""),
        ({"days": 3661}, "long_validity", "2026-01-01 / 2036-01-10"),
        ({"country": None}, "no_country", ""),
    ],
)
def test_each_weakness_of_a_certificate_has_its_code(
    changes: dict[str, Any], code: str | None, detail: str
) -> None:
    odd = listed(make(**{"key": OTHER} | changes))
    found = check(TrustList([listed(GOOD), odd]), NOW)
    expected = [Finding(f"check.{code}", odd, detail)] if code else []
    assert list(found) == expected


def test_a_certificate_without_key_identifiers_is_told() -> None:
    assert codes(listed(make(names_keys=False))) == ["no_ski", "no_aki"]


def test_what_the_list_says_is_held_against_the_certificate() -> None:
    assert codes(listed(GOOD, country="XB")) == ["country_differs"]
    assert codes(listed(make(country=None), country="XB")) == ["country_differs"]
    assert codes(listed(GOOD, kid=b"12345678")) == ["other_kid"]
    restricted = make(purposes=(x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.1"),))
    assert codes(listed(restricted, kinds=frozenset({Kind.TEST}))) == []
    assert codes(listed(restricted, kinds=frozenset({Kind.RECOVERY}))) == ["no_kinds"]


def test_keys_are_seen_together() -> None:
    assert codes(listed(GOOD), listed(make(days=731))) == ["shared_key"] * 2
    assert codes(listed(GOOD), listed(make(country="XB"))) == ["shared_key_countries"] * 2
    same_kid = [listed(make(key), kid=b"12345678") for key in (KEY, OTHER)]
    assert codes(*same_kid) == ["shared_kid"] * 2 + ["other_kid"] * 2
    # One certificate that two lists name under two kids is one certificate.
    assert codes(listed(GOOD), listed(GOOD, kid=b"12345678")) == ["other_kid"]


def test_test_keys_among_others_are_told_apart_from_lists_of_them() -> None:
    test = listed(make(OTHER), test=True)
    assert codes(test) == ["only_test_keys"]
    assert check(TrustList([listed(GOOD), test]), NOW) == (Finding("check.test_key", test),)


def test_a_bare_key_is_only_told_to_be_one() -> None:
    spki = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    bare = SignerKey.from_public_key(spki)
    assert codes(listed(bare, kid=b"12345678", country="XA")) == ["bare_key"]
    assert codes(listed(bare)) == ["bare_key", "no_country"]
    assert profile(bare) == Profile()


def test_a_list_that_verifies_nothing_is_an_error() -> None:
    found = check(TrustList([listed(make(days=10))]), NOW)
    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.MEDIUM]
    assert found[0] == Finding("check.no_valid_signer")
    assert codes() == ["no_signer"]


def test_cas_are_not_judged_as_signers() -> None:
    ca = listed(make(ec.generate_private_key(ec.SECP521R1()), ca=True, days=7000), usage="SCA")
    assert codes(listed(GOOD), ca) == []
    assert codes(ca) == ["no_signer"]


def test_findings_come_with_the_most_severe_first() -> None:
    keys = [listed(make(days=100)), listed(make(OTHER, ca=True)), listed(GOOD, kid=b"12345678")]
    ranks = [finding.severity.rank for finding in check(TrustList(keys), NOW)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 2


def test_every_code_has_its_sentences() -> None:
    for code in SEVERITIES:
        assert code.startswith("check.")
        english, vietnamese = (Finding(code).message(language) for language in ("en", "vi"))
        assert english.endswith(".")
        assert vietnamese.endswith(".")
        assert english != vietnamese


@pytest.mark.slow
@settings(max_examples=120)
@given(st.data())
def test_the_profile_never_raises(data: st.DataObject) -> None:
    der = bytearray(GOOD.der)
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        certificate = SignerKey.from_der(bytes(der))
    except ValueError:
        return
    assert isinstance(profile(certificate), Profile)
    assert isinstance(codes(listed(certificate)), list)


@pytest.fixture(scope="module")
def german(shared: Path) -> TrustList:
    folder = shared / "trust_lists/eu-national"
    pin = load_public_key((folder / "DE-dsc-list-signing-key.pem").read_bytes())
    data = (folder / "DE-signed-covpass-prod-2023-12-01.txt").read_bytes()
    return read_trust_list(data, source="DE", pins=[pin])


def test_the_findings_on_a_real_list_are_counted(german: TrustList) -> None:
    found = check(german, datetime(2023, 12, 1, tzinfo=UTC))
    assert Counter(finding.code.removeprefix("check.") for finding in found) == {
        "key_usage": 1,
        "ca_certificate": 2,
        "expired": 204,
        "expires_30": 32,
        "sha1_signature": 8,
        "version_1": 7,
        "unreadable": 6,
        "rsa_below_3072": 35,
        "shared_key": 114,
        "foreign_usage": 54,
        "expires_90": 33,
        "not_yet_valid": 1,
        "long_validity": 107,
        "serial": 4,
        "no_ski": 3,
        "no_aki": 9,
    }
    by_code: dict[str, set[str | None]] = {}
    for finding in found:
        assert finding.key
        by_code.setdefault(finding.code, set()).add(finding.key.country)
    assert by_code["check.serial"] == {"LB"}
    assert by_code["check.ca_certificate"] == {"GE", "SM"}
    assert by_code["check.unreadable"] == {"ES", "FI"}
    assert by_code["check.long_validity"] == {"NL", "NZ"}
    assert by_code["check.shared_key"] == {"DE", "IE"}


def test_three_years_later_most_have_expired_that_of_viet_nam_among_them(german: TrustList) -> None:
    found = check(german, datetime(2026, 11, 23, tzinfo=UTC))
    expired = [finding.key for finding in found if finding.code == "check.expired"]
    vietnamese = german.find(base64.b64decode("ZtJVElOdWm0="))
    assert vietnamese
    assert all(key in expired for key in vietnamese)
    assert len(expired) == 719


def test_the_age_of_a_list_is_found() -> None:
    fresh, second = listed(GOOD), listed(make(OTHER))

    def found(*lists: TrustList) -> list[tuple[str, str]]:
        return [(finding.code, finding.detail) for finding in check(TrustList.merge(*lists), NOW)]

    day = timedelta(days=1)
    assert found(TrustList([fresh], made_at=NOW - day)) == []
    assert found(TrustList([fresh], made_at=NOW - 3 * day)) == [("check.list_aging", "3 d")]
    assert found(TrustList([fresh], made_at=NOW + day)) == [("check.list_ahead", "-1 d")]
    assert found(TrustList([fresh], made_at=NOW - 15 * day)) == [("check.list_stale", "15 d")]
    old = TrustList([replace(second, source="old")], made_at=NOW - 15 * day)
    assert found(TrustList([fresh], made_at=NOW), old) == [("check.part_stale", "old: 15 d")]
    findings = check(TrustList([fresh], made_at=NOW - 5 * day), NOW, Policy(list_stale_after=4 * day))
    assert [finding.code for finding in findings] == ["check.list_stale"]


def of_family(usage: str, key: Any, **stated: Any) -> TrustedKey:
    return TrustedKey.of(SignerKey.from_key(key.public_key()), "x", usage=usage, **stated)


def test_what_is_right_for_another_family_is_no_finding() -> None:
    issuer = ListedIssuer("https://issuer.example")
    keys = (
        of_family(SHC, KEY, issuer=issuer),
        of_family(SHC, OTHER, issuer=ListedIssuer("https://other.example")),
        of_family(DIVOC, rsa.generate_private_key(65537, 3072), issuer=ListedIssuer("did:example")),
        of_family(DIVOC, ed25519.Ed25519PrivateKey.generate(), issuer=ListedIssuer("did:other")),
        # A signer of VDS-NC may be valid for ten years and use three curves; its authority is a CA.
        TrustedKey.of(
            make(ec.generate_private_key(ec.SECP384R1()), ca=True, days=7000), "x", usage=CSCA
        ),
        TrustedKey.of(make(ec.generate_private_key(ec.SECP521R1()), days=7000), "x", usage=BSC),
    )
    assert codes(*keys) == []
    # One key of several issuers, as brands have it.
    assert codes(keys[0], replace(keys[0], issuer=ListedIssuer("https://brand.example"))) == []


def test_each_family_has_weaknesses_of_its_own() -> None:
    assert codes(of_family(SHC, KEY)) == ["no_issuer"]
    issuer = ListedIssuer("https://issuer.example")
    wrong = of_family(SHC, ec.generate_private_key(ec.SECP384R1()), issuer=issuer)
    assert codes(wrong) == ["curve"]
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505
    assert codes(of_family(DIVOC, short)) == ["rsa_short"]
    # Signers of seals have one of three curves; their authorities any that is not short.
    for key in (ec.generate_private_key(ec.BrainpoolP256R1()), rsa.generate_private_key(65537, 3072)):
        assert codes(TrustedKey.of(make(key), "x", usage=BSC)) == ["curve"]
    for curve, found in ((ec.SECP192R1(), ["curve"]), (ec.SECP224R1(), []), (ec.BrainpoolP512R1(), [])):
        authority = make(ec.generate_private_key(curve), ca=True)
        assert codes(TrustedKey.of(authority, "x", usage=CSCA)) == found
    test = of_family(SHC, OTHER, issuer=issuer, test=True)
    assert codes(of_family(SHC, KEY, issuer=issuer), test) == ["test_key"]


def test_lists_of_revoked_signers_have_a_day_for_the_next() -> None:
    csca = Csca.create()
    crl = csca.revoke(7)

    def found(*crls: bytes, at: datetime) -> list[tuple[str, str]]:
        trust = TrustList([csca.trusted()], crls=[SignerCrl(each, "a list") for each in crls])
        return [(each.code, each.detail) for each in check(trust, at) if "crl" in each.code]

    assert found(crl, at=datetime(2026, 3, 1, tzinfo=UTC)) == []
    overdue = [("check.crl_overdue", "a list: 2026-04-01")]
    assert found(crl, at=NOW) == overdue
    assert found(b"damaged", at=NOW) == [("check.crl_unreadable", "a list")]


def test_keys_that_verify_nothing_are_no_signers() -> None:
    assert "no_signer" in codes(TrustedKey.of(make(ca=True), "x", usage="SCA"))
