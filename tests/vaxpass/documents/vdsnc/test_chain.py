"""A seal is genuine where an authority of the trust list signed its signer, and for no other reason."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta

import pytest
from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.seals import DATA, SEALS, TEST_DATA, Csca, Signer, changed, name
from tests.support.world import NOW
from vaxpass import Code, NoteCode, Outcome, Policy, TrustList, Verdict, Verifier
from vaxpass.crypto.der import first_inside
from vaxpass.encoding import strict_base64
from vaxpass.trust import BSC, SignerCrl, TrustedKey

FIXED_CSCA = Csca.create()
FIXED = FIXED_CSCA.issue()


@pytest.fixture(scope="module")
def csca() -> Csca:
    return Csca.create()


@pytest.fixture(scope="module")
def signer(csca: Csca) -> Signer:
    return csca.issue()


def verify(
    text: str, *authorities: Csca, policy: Policy | None = None, crls: tuple[bytes, ...] = ()
) -> Verdict:
    trust = TrustList(
        [each.trusted() for each in authorities], crls=[SignerCrl(crl, "list") for crl in crls]
    )
    return Verifier(trust, policy or Policy()).verify(text, at=NOW)


def test_a_seal_of_a_signer_that_an_authority_certified_is_accepted(csca: Csca, signer: Signer) -> None:
    verdict = verify(signer.seal(), csca)
    assert verdict, verdict.reason()
    assert not verdict.notes[1:]
    assert verdict.signer is not None
    assert (verdict.signer.country, verdict.signer.source) == ("UT", "list")
    assert verify(csca.issue().seal(TEST_DATA), csca)


@pytest.mark.parametrize(
    ("curve", "algorithm"),
    [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384"), (ec.SECP521R1(), "ES512")],
)
def test_signers_have_one_of_three_curves(csca: Csca, curve: ec.EllipticCurve, algorithm: str) -> None:
    signer = csca.issue(curve=curve)
    verdict = verify(signer.seal(algorithm=algorithm), csca)
    assert verdict
    assert NoteCode.SIGNATURE_P384 not in {note.code for note in verdict.notes}
    other = {"ES256": "ES384", "ES384": "ES512", "ES512": "ES256"}[algorithm]
    assert verify(signer.seal(algorithm=other), csca).code is Code.SIGNATURE_KEY_TYPE


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.BrainpoolP384R1()), None])
def test_authorities_have_keys_of_many_kinds(key: ec.EllipticCurvePrivateKey | None) -> None:
    csca = Csca.create(key=key or rsa.generate_private_key(65537, 3072))
    assert verify(csca.issue().seal(), csca)


HASHES = [hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()]


@pytest.mark.parametrize("algorithm", HASHES, ids=lambda each: each.name)
def test_authorities_may_sign_with_each_hash_of_icao(algorithm: hashes.HashAlgorithm) -> None:
    for key in (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)):
        csca = Csca.create(key=key)
        signer = csca.issue(algorithm=algorithm, serial=5)
        assert verify(signer.seal(), csca)
        revoked = verify(signer.seal(), csca, crls=(csca.revoke(5, algorithm=algorithm),))
        assert revoked.code is Code.VALIDITY_SIGNER_REVOKED


@pytest.mark.parametrize("algorithm", HASHES, ids=lambda each: each.name)
def test_authorities_may_sign_with_rsa_pss(algorithm: hashes.HashAlgorithm) -> None:
    csca = Csca.create(key=rsa.generate_private_key(65537, 2048))
    padding = PSS(MGF1(algorithm), algorithm.digest_size)
    assert verify(csca.issue(algorithm=algorithm, padding=padding).seal(), csca)


def test_a_short_key_over_a_signer_proves_nothing() -> None:
    short = Csca.create(key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - meant
    assert verify(short.issue().seal(), short).code is Code.TRUST_KEY_UNKNOWN
    weak = Csca.create(key=ec.generate_private_key(ec.SECP192R1()))
    assert verify(weak.issue().seal(), weak).code is Code.TRUST_KEY_UNKNOWN


def test_sha_1_over_a_signer_proves_nothing(csca: Csca) -> None:
    issued = asn1_x509.Certificate.load(csca.issue().der)
    key = ec.generate_private_key(ec.SECP256R1())
    signer = csca.issue(key=key)
    body = asn1_x509.Certificate.load(signer.der)["tbs_certificate"]
    body["signature"] = issued["signature_algorithm"] = algos.SignedDigestAlgorithm(
        {"algorithm": "sha1_ecdsa"}
    )
    assert isinstance(csca.key, ec.EllipticCurvePrivateKey)
    issued["tbs_certificate"] = body
    issued["signature_value"] = csca.key.sign(body.dump(force=True), ec.ECDSA(hashes.SHA1()))  # noqa: S303
    made = Signer(key, issued.dump(force=True))
    csca.key.public_key().verify(
        issued["signature_value"].native,
        first_inside(made.der),
        ec.ECDSA(hashes.SHA1()),  # noqa: S303
    )
    assert verify(made.seal(), csca).code is Code.TRUST_KEY_UNKNOWN


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=4))
def test_no_damage_to_a_certificate_raises_or_is_accepted(place: int, damage: bytes) -> None:
    der = FIXED.der
    place %= len(der)
    broken = der[:place] + damage + der[place + len(damage) :]
    verdict = verify(FIXED.seal(cer=strict_base64.encode_url(broken)), FIXED_CSCA)
    body = first_inside(der)
    assert not verdict or body in broken


def test_a_made_up_chain_with_copied_names_and_identifiers_is_unknown(csca: Csca) -> None:
    forged = Csca.create(csca.country, csca.common)
    genuine = x509.AuthorityKeyIdentifier.from_issuer_public_key(csca.key.public_key())
    extended = x509.ExtendedKeyUsage([x509.ObjectIdentifier(SEALS)])
    builder = x509.load_der_x509_certificate(forged.issue().der)
    assert builder.issuer == name(csca.country, csca.common)
    key = ec.generate_private_key(ec.SECP256R1())
    copied = (
        x509.CertificateBuilder()
        .subject_name(name("UT", "Seal Signer"))
        .issuer_name(name(csca.country, csca.common))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(genuine, critical=False)
        .add_extension(extended, critical=True)
    )
    made = copied.sign(forged.key, hashes.SHA256()).public_bytes(Encoding.DER)
    for attacker in (Signer(key, made), forged.issue()):
        verdict = verify(attacker.seal(), csca)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
        assert verdict.signer is None


def test_what_one_list_trusts_another_does_not(csca: Csca, signer: Signer) -> None:
    other = Csca.create(csca.country, csca.common)
    for _ in range(2):
        assert verify(signer.seal(), csca)
        assert verify(signer.seal(), other).code is Code.TRUST_KEY_UNKNOWN
        assert verify(signer.seal()).code is Code.TRUST_KEY_UNKNOWN


def test_a_signer_certifies_no_further_signers(csca: Csca, signer: Signer) -> None:
    further = Csca(signer.key, signer.der, "UT", "Seal Signer").issue()
    assert verify(further.seal(), csca).code is Code.TRUST_KEY_UNKNOWN


def test_an_authority_between_does_not_count(csca: Csca) -> None:
    between = Csca.create("UT", "Between", by=csca)
    assert verify(between.issue().seal(), csca).code is Code.TRUST_KEY_UNKNOWN


def test_no_other_kind_of_trusted_key_certifies_a_signer(csca: Csca, signer: Signer) -> None:
    for usage in ("DSC", "SCA", "SHC", "csca"):
        trust = TrustList([TrustedKey.of(csca.certificate, "list", usage=usage)])
        assert Verifier(trust).verify(signer.seal(), at=NOW).code is Code.TRUST_KEY_UNKNOWN


def test_certificates_that_link_one_key_to_the_next_are_one_authority(csca: Csca) -> None:
    older = Csca.create("UT", "Older Authority")
    link = Csca.create("UT", csca.common, key=csca.key, by=older)
    verdict = verify(csca.issue().seal(), link, csca)
    assert verdict
    assert verify(csca.issue().seal(), link)


def test_a_signer_that_is_listed_itself_needs_no_authority(csca: Csca, signer: Signer) -> None:
    trust = TrustList([TrustedKey.of(signer.certificate, "list", usage=BSC)])
    assert Verifier(trust).verify(signer.seal(), at=NOW)
    other = Verifier(trust).verify(csca.issue().seal(), at=NOW)
    assert other.code is Code.TRUST_KEY_UNKNOWN


def test_whatever_was_changed_breaks_the_signature(csca: Csca, signer: Signer) -> None:
    seal = json.loads(signer.seal())
    seal["data"]["msg"]["pid"]["n"] = "EVE  MALLORY"
    assert verify(json.dumps(seal), csca).code is Code.SIGNATURE_MISMATCH
    other = json.loads(csca.issue().seal())
    seal = json.loads(signer.seal()) | {"sig": other["sig"]}
    seal["sig"]["sigvl"] = json.loads(signer.seal())["sig"]["sigvl"]
    assert verify(json.dumps(seal), csca).code is Code.SIGNATURE_MISMATCH


def test_a_certificate_that_is_none_is_that_of_nobody(csca: Csca, signer: Signer) -> None:
    for cer in ("", "AAAA", strict_base64.encode_url(signer.der[:-9])):
        verdict = verify(signer.seal(cer=cer), csca)
        assert verdict.code is Code.TRUST_KEY_UNKNOWN


@pytest.mark.parametrize(
    ("fields", "data", "code"),
    [
        ({"usages": ()}, DATA, Code.USAGE_NOT_FOR_SEALS),
        ({"usages": ("1.3.6.1.4.1.1847.2021.1.2",)}, DATA, Code.USAGE_NOT_FOR_SEALS),
        ({"types": ("NT",)}, DATA, Code.USAGE_NOT_FOR_VACCINATION),
        ({"types": ()}, DATA, Code.USAGE_NOT_FOR_VACCINATION),
        ({"types": ("NV", "P")}, TEST_DATA, Code.USAGE_NOT_FOR_TEST),
        ({"extra": [(x509.BasicConstraints(True, None), True)]}, DATA, Code.USAGE_NOT_FOR_SEALS),
    ],
)
def test_a_signer_signs_what_its_certificate_allows(
    csca: Csca, fields: dict[str, object], data: dict[str, object], code: Code
) -> None:
    signer = csca.issue(**fields)  # type: ignore[arg-type]
    verdict = verify(signer.seal(data), csca)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, code)


def test_a_signer_without_a_list_of_types_signs_all(csca: Csca) -> None:
    signer = csca.issue(types=None)
    assert verify(signer.seal(), csca)
    assert verify(signer.seal(TEST_DATA), csca)


def test_a_policy_may_take_signers_that_name_no_usage(csca: Csca) -> None:
    verdict = verify(csca.issue(usages=()).seal(), csca, policy=Policy(seals_without_usage=True))
    assert verdict
    assert NoteCode.USAGE_NOT_STATED in {note.code for note in verdict.notes}


@pytest.mark.parametrize("state", ["VNM", "AUS", "D"])
def test_no_state_signs_for_another(csca: Csca, state: str) -> None:
    seal = csca.issue().seal(changed(DATA, "hdr.is", state))
    verdict = verify(seal, csca)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.USAGE_FOREIGN_SIGNER)
    # Nor does it where it writes the other country into the certificate, or its list has none.
    own = {"VNM": "VN", "AUS": "AU", "D": "DE"}[state]
    seal = csca.issue(country=own).seal(changed(DATA, "hdr.is", state))
    assert verify(seal, csca).code is Code.USAGE_FOREIGN_SIGNER


@pytest.mark.parametrize(
    ("country", "state"),
    [
        ("EU", "EUE"),
        ("UN", "UNO"),
        ("UN", "UNA"),
        ("XO", "XOM"),
        ("KS", "RKS"),
        ("DE", "D"),
        ("au", "AU"),
    ],
)
def test_authorities_that_are_no_states_sign_for_themselves(country: str, state: str) -> None:
    own = Csca.create(country)
    assert verify(own.issue(country=country).seal(changed(DATA, "hdr.is", state)), own)
    other = "UNO" if country == "EU" else "EUE"
    foreign = verify(own.issue(country=country).seal(changed(DATA, "hdr.is", other)), own)
    assert foreign.code is Code.USAGE_FOREIGN_SIGNER


def test_a_state_without_a_known_code_is_none(csca: Csca, signer: Signer) -> None:
    for state in ("XYZ", "", 7, None):
        verdict = verify(signer.seal(changed(DATA, "hdr.is", state)), csca)
        assert verdict.outcome is Outcome.REJECTED
        assert verdict.code is not None
        assert verdict.code.stage.value == "schema"


def test_the_signer_must_be_valid_at_the_time_of_the_check(csca: Csca) -> None:
    past = csca.issue(start=NOW - timedelta(days=20), days=10)
    assert verify(past.seal(), csca).code is Code.VALIDITY_SIGNER_EXPIRED
    assert verify(past.seal(), csca, policy=Policy(expired_signers=True))
    ahead = csca.issue(start=NOW + timedelta(days=1), days=10)
    assert verify(ahead.seal(), csca).code is Code.VALIDITY_NOT_YET


def test_a_signer_is_not_valid_longer_than_its_authority() -> None:
    csca = Csca.create(start=NOW - timedelta(days=20), days=10)
    signer = csca.issue(start=NOW - timedelta(days=20), days=900)
    assert verify(signer.seal(), csca).code is Code.VALIDITY_SIGNER_EXPIRED
    renewed = Csca.create(key=csca.key, start=NOW - timedelta(days=20), days=900)
    assert verify(signer.seal(), csca, renewed)


def test_a_revoked_signer_is_rejected(csca: Csca) -> None:
    signer, other = csca.issue(serial=77), csca.issue(serial=78)
    crl = csca.revoke(77)
    verdict = verify(signer.seal(), csca, crls=(crl,))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.VALIDITY_SIGNER_REVOKED)
    assert verify(other.seal(), csca, crls=(crl,))
    # A list that is older than it wants to be revokes all the same.
    late = Verifier(TrustList([csca.trusted()], crls=[SignerCrl(crl, "list")]))
    assert late.verify(signer.seal(), at=NOW + timedelta(days=365)).code is Code.VALIDITY_SIGNER_REVOKED


def test_only_the_authority_itself_revokes(csca: Csca) -> None:
    signer = csca.issue(serial=77)
    forged = Csca.create(csca.country, csca.common).revoke(77)
    foreign = Csca.create("VN", "Another").revoke(77)
    renamed = csca.revoke(77, issuer=name("UT", "Another"))
    damaged = csca.revoke(77)[:-5]
    assert verify(signer.seal(), csca, crls=(forged, foreign, renamed, damaged, b"", b"0"))


def test_a_list_that_the_renewed_authority_signed_revokes(csca: Csca) -> None:
    signer = csca.issue(serial=77)
    renewed = Csca.create()
    assert verify(signer.seal(), csca, renewed)
    found = verify(signer.seal(), csca, renewed, crls=(renewed.revoke(77),))
    assert found.code is Code.VALIDITY_SIGNER_REVOKED
    # With the new key it may have taken another name: its link certificate says so.
    renamed = Csca.create(common="Utopia Country Signer 2")
    link = Csca.create(common="Utopia Country Signer 2", key=renamed.key, by=csca)
    crls = (renamed.revoke(77),)
    assert verify(signer.seal(), csca, renamed, crls=crls)
    assert verify(signer.seal(), csca, link, crls=crls).code is Code.VALIDITY_SIGNER_REVOKED
    # Nobody but a trusted authority of that state revokes.
    foreign = Csca.create("VN", csca.common)
    assert verify(signer.seal(), csca, crls=(renewed.revoke(77),))
    assert verify(
        signer.seal(), csca, foreign, crls=(foreign.revoke(77, issuer=name("UT", csca.common)),)
    )


@pytest.mark.parametrize("serial", [-5, -(2**100)])
def test_a_serial_number_may_be_negative(csca: Csca, serial: int) -> None:
    issued = asn1_x509.Certificate.load(csca.issue().der)
    key = ec.generate_private_key(ec.SECP256R1())
    body = asn1_x509.Certificate.load(csca.issue(key=key).der)["tbs_certificate"]
    body["serial_number"] = serial
    assert isinstance(csca.key, ec.EllipticCurvePrivateKey)
    issued["tbs_certificate"] = body
    issued["signature_value"] = csca.key.sign(body.dump(force=True), ec.ECDSA(hashes.SHA256()))
    signer = Signer(key, issued.dump(force=True))
    assert verify(signer.seal(), csca, crls=(csca.revoke(77),))
    # Its list may have it without the sign.
    size = (serial.bit_length() + 8) // 8
    unsigned = int.from_bytes(serial.to_bytes(size, "big", signed=True), "big")
    revoked = verify(signer.seal(), csca, crls=(csca.revoke(unsigned),))
    assert revoked.code is Code.VALIDITY_SIGNER_REVOKED


def test_an_authority_of_no_state_vouches_for_no_seal() -> None:
    nobody = Csca.create(country=None)
    for country, state in (("UT", "UTO"), ("AU", "AUS")):
        seal = nobody.issue(country=country).seal(changed(DATA, "hdr.is", state))
        verdict = verify(seal, nobody)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.USAGE_COUNTRY_UNKNOWN)


def test_a_test_authority_makes_test_signers(csca: Csca, signer: Signer) -> None:
    trust = TrustList([csca.trusted(test=True)])
    assert Verifier(trust).verify(signer.seal(), at=NOW).code is Code.TRUST_TEST_KEY
    assert Verifier(trust, Policy(test_keys=True)).verify(signer.seal(), at=NOW)


def test_a_signer_is_as_old_as_the_list_of_its_authority(csca: Csca, signer: Signer) -> None:
    trust = TrustList([csca.trusted(trusted_by="a pin")], made_at=NOW - timedelta(days=30))
    verdict = Verifier(trust).verify(signer.seal(), at=NOW)
    assert verdict.code is Code.TRUST_LIST_STALE
    assert verdict.signer is not None
    assert "a pin" in verdict.signer.trusted_by


def test_a_verdict_can_be_pickled(csca: Csca, signer: Signer) -> None:
    verdict = verify(signer.seal(), csca)
    again = pickle.loads(pickle.dumps(verdict))  # noqa: S301 - our own
    assert again.signer == verdict.signer
    assert again.document == verdict.document
