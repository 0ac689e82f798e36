"""What is exported is read again, with the same kids and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.certificates import ONE, TWO, certificate
from tests.support.trust_lists import BARE, LISTED, read
from vaxpass import TrustList, read_trust_list
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.crypto.keys import fingerprint
from vaxpass.trust import ExportError, TrustedKey, export


def kids_and_keys(trust: TrustList) -> list[tuple[bytes, str]]:
    return sorted((key.kid, fingerprint(key.certificate.public_key)) for key in trust)


def certificates(trust: TrustList) -> list[tuple[bytes, bytes]]:
    return sorted((key.kid, key.certificate.der) for key in trust)


def test_files_are_named_after_country_and_kid() -> None:
    key = TrustedKey.of(certificate(ONE), "here", kid=b"\x01\xff")
    files = export.pem_folder(TrustList([key]))
    assert list(files) == ["XA-01ff.pem"]
    assert certificates(read(files["XA-01ff.pem"])) == [(certificate(ONE).kid, ONE)]


def test_no_name_of_a_list_becomes_a_path() -> None:
    keys = [
        TrustedKey.of(certificate(ONE), "here", kid=b"\x01", country="../../etc"),
        TrustedKey.of(certificate(TWO), "here", kid=b"\x01", country="../../etc"),
        TrustedKey.of(certificate(TWO), "here", kid=b"", country="a/b"),
        TrustedKey.of(certificate(ONE), "here", kid=b"x" * 5000),
    ]
    first, second, third, fourth = export.pem_folder(TrustList(keys))
    assert (first, second, third) == ("01.pem", "01-2.pem", "key.pem")
    assert len(fourth) == len("XA-.pem") + 64


def test_a_bare_key_is_written_as_a_public_key() -> None:
    for content, key in zip(export.pem_folder(TrustList(BARE)).values(), BARE, strict=True):
        assert load_public_key(content) == key.certificate.public_key


def test_only_signers_are_written() -> None:
    trust = TrustList([TrustedKey.of(certificate(ONE), "here", usage="SCA"), *LISTED])
    assert len(export.pem_folder(trust)) == len(LISTED)
    for data in (export.jwk_set(trust), export.cose_key_set(trust)):
        assert kids_and_keys(read(data)) == kids_and_keys(TrustList(LISTED))


def test_an_empty_list_is_written() -> None:
    assert export.pem_folder(TrustList([])) == {}
    assert export.cose_key_set(TrustList([])) == b"\x80"
    assert len(read(export.jwk_set(TrustList([])))) == 0


@pytest.mark.slow
def test_the_real_german_list_keeps_every_kid_and_key(shared: Path) -> None:
    folder = shared / "trust_lists" / "eu-national"
    pin = load_public_key((folder / "DE-dsc-list-signing-key.pem").read_bytes())
    data = (folder / "DE-signed-covpass-prod-2023-12-01.txt").read_bytes()
    trust = read_trust_list(data, source="DE", pins=[pin])
    assert len(trust) == 829
    again = read(export.jwk_set(trust))
    assert certificates(again) == certificates(trust)
    assert again.skipped == ()
    assert kids_and_keys(read(export.cose_key_set(trust))) == kids_and_keys(trust)
    # Every kid of this list is the one that is computed, so that files of PEM keep it as well.
    assert certificates(read(b"".join(export.pem_folder(trust).values()))) == certificates(trust)


def test_a_key_that_a_form_has_no_place_for_is_an_error_of_the_library() -> None:
    odd = ec.generate_private_key(ec.SECP256K1()).public_key()
    trust = TrustList([TrustedKey.of(SignerKey.from_key(odd), "list")])
    for write in (export.jwk_set, export.cose_key_set):
        with pytest.raises(ExportError, match="secp256k1"):
            write(trust)
