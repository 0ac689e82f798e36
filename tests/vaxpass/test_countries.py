"""The countries that a passport names are compared with its signer's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.world import NOW, VACCINATION, World, claims, forge
from vaxpass import Certificate, Code, NoteCode, Outcome, Policy, TrustList, Verdict, Verifier
from vaxpass.crypto import SignerKey
from vaxpass.trust import TrustedKey


def issued(world: World, iss: object, co: str) -> str:
    entry = replace(VACCINATION.entries[0], country=co)
    certificate = Certificate(VACCINATION.person, VACCINATION.date_of_birth, (entry,))
    return forge(world.es256.signer(), claims(certificate, iss=iss))


def judged(world: World, text: str, country: str | None = "VN", **policy: bool) -> Verdict:
    certificate = replace(world.es256.certificate, country=country)
    key = TrustedKey(certificate.kid, certificate, country, "list")
    return Verifier(TrustList([key]), Policy(**policy)).verify(text, at=NOW)  # type: ignore[arg-type]


def countries(verdict: Verdict) -> list[tuple[NoteCode, str]]:
    found = (NoteCode.TRUST_OTHER_COUNTRY, NoteCode.TRUST_ENTRY_COUNTRY)
    return [(note.code, note.path) for note in verdict.notes if note.code in found]


def test_an_issuer_of_another_country_is_remarked_where_people_see_it(world: World) -> None:
    verdict = judged(world, issued(world, "LA", "VN"))
    assert verdict
    assert countries(verdict) == [(NoteCode.TRUST_OTHER_COUNTRY, "iss")]
    (note,) = verdict.notes
    assert not note.code.formal
    assert "Laos" in note.message()
    assert "Viet" in note.message()


def test_an_entry_of_another_country_is_remarked_among_the_details(world: World) -> None:
    verdict = judged(world, issued(world, "VN", "TH"))
    assert verdict
    assert countries(verdict) == [(NoteCode.TRUST_ENTRY_COUNTRY, "$.v[0].co")]


@pytest.mark.parametrize(("iss", "co"), [("LA", "VN"), ("VN", "LA"), ("LA", "LA")])
def test_a_policy_refuses_another_country(world: World, iss: str, co: str) -> None:
    verdict = judged(world, issued(world, iss, co), same_country=True)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.USAGE_OTHER_COUNTRY)
    assert "$" not in verdict.reason()


@pytest.mark.parametrize(
    ("signer", "iss", "co"),
    [
        ("VN", "VN", "VN"),
        ("NL", "AW", "CW"),
        ("NL", "NL", "SX"),
        ("DK", "FO", "GL"),
        ("FR", "FR", "NC"),
        ("GB", "UK", "JE"),
        ("GR", "EL", "EL"),
        ("EL", "GR", "GR"),
        ("VN", "vn", "VN"),
        ("VN", "Ministry of Health", "VN"),
        ("VN", ..., "VN"),
    ],
)
def test_what_is_the_same_country_in_other_words_is_not_remarked(
    world: World, signer: str, iss: object, co: str
) -> None:
    verdict = judged(world, issued(world, iss, co), signer, same_country=True)
    assert verdict
    assert countries(verdict) == []


def test_a_signer_without_a_country_is_compared_with_nothing(world: World) -> None:
    text = issued(world, "VN", "TH")
    assert countries(judged(world, text, None)) == []
    verdict = judged(world, text, None, same_country=True)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.USAGE_COUNTRY_UNKNOWN)


def test_a_bare_key_has_the_country_of_its_certificate(world: World) -> None:
    bare = SignerKey.from_key(world.es256.certificate.public_key)
    kid = world.es256.certificate.kid
    certified = TrustedKey(b"other", world.es256.certificate, None, "list")
    trust = TrustList([TrustedKey.of(bare, "bare", kid=kid), certified])
    verdict = Verifier(trust).verify(issued(world, "LA", "VN"), at=NOW)
    assert countries(verdict) == [(NoteCode.TRUST_OTHER_COUNTRY, "iss")]
