"""What the user's own certificates are trusted for: their content tells."""

from __future__ import annotations

import pytest
from cryptography import x509

from tests.support.certificates import make_certificate, pem
from tests.support.seals import Csca
from tests.support.world import NOW, World
from vaxpass import Verifier, read_trust_list

CSCA = Csca.create()


def usages(*ders: bytes) -> list[str]:
    trust = read_trust_list(b"".join(map(pem, ders)), source="mine")
    return [key.usage for key in trust]


def test_an_authority_that_only_certifies_vouches_for_seals(world: World) -> None:
    assert usages(CSCA.der, world.es256.certificate.der) == ["CSCA", "DSC"]
    trust = read_trust_list(pem(CSCA.der), source="mine")
    assert Verifier(trust).verify(CSCA.issue().seal(), at=NOW)


def test_a_signer_of_seals_vouches_for_its_own_only(world: World) -> None:
    assert usages(CSCA.issue().der) == ["BSC"]


def test_what_certifies_and_signs_stays_a_signer_of_passports() -> None:
    both = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    made = CSCA.issue(usages=(), extra=[(x509.BasicConstraints(True, None), True), (both, True)])
    assert usages(made.der) == ["DSC"]


def test_what_does_not_say_what_its_key_is_for_is_taken_for_either() -> None:
    made = CSCA.issue(usages=(), types=None, extra=[(x509.BasicConstraints(True, None), True)])
    assert usages(made.der) == ["DSC", "CSCA"]
    assert usages(make_certificate()) == ["DSC"]


@pytest.mark.parametrize("oid", ["1.3.6.1.4.1.1847.2021.1.1", "1.3.6.1.4.1.0.1847.2021.1.2"])
def test_a_signer_of_passports_by_its_own_word_is_no_authority(oid: str) -> None:
    made = CSCA.issue(usages=(oid,), extra=[(x509.BasicConstraints(True, None), True)])
    assert usages(made.der) == ["DSC"]


def test_all_keys_are_found_by_their_usage_and_signers_by_kid(world: World) -> None:
    ders = (CSCA.der, CSCA.issue().der, world.es256.certificate.der)
    trust = read_trust_list(b"".join(map(pem, ders)), source="mine")
    assert [trust.with_usage(usage) for usage in ("CSCA", "BSC", "DSC")] == [(key,) for key in trust]
    assert [bool(trust.find(key.kid)) for key in trust] == [False, False, True]
