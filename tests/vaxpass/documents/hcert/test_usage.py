"""Which keys may sign which documents of the WHO network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.who_documents import PAYLOADS, sign
from tests.support.world import NOW, World, trusted
from vaxpass import Code, Kind, NoteCode, Outcome, Policy, TrustList, Verdict, Verifier


def judged(world: World, kinds: list[Kind], domain: str | None, *, allowed: bool = False) -> Verdict:
    key = world.authority.issue_signer(kinds=kinds, days=730)
    trust = TrustList([replace(trusted(key), domain=domain)])
    text = sign(key.signer(), PAYLOADS["E"])
    return Verifier(trust, Policy(covid_signers=allowed)).verify(text, at=NOW)


ONE = [Kind.TEST]
ALL = [Kind.VACCINATION, Kind.TEST, Kind.RECOVERY]


def test_a_key_restricted_to_covid_leaves_another_document_undecided(world: World) -> None:
    verdict = judged(world, ONE, "DCC")
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.USAGE_COVID_ONLY)


def test_a_policy_may_accept_it_with_a_note(world: World) -> None:
    verdict = judged(world, ONE, None, allowed=True)
    assert verdict
    assert NoteCode.USAGE_COVID_SIGNER in {note.code for note in verdict.notes}


def test_a_key_that_names_all_kinds_of_covid_certificates_is_for_no_other(world: World) -> None:
    assert judged(world, ALL, None).code is Code.USAGE_COVID_ONLY


def test_a_key_that_names_no_kind_may_sign_it(world: World) -> None:
    verdict = judged(world, [], None)
    assert verdict
    assert {note.code for note in verdict.notes} == {NoteCode.CWT_ISSUER_NOT_COUNTRY}


@pytest.mark.parametrize(
    ("domain", "fits"), [("DCC", False), ("IPS-PILGRIMAGE", False), ("PH4H", True), ("icvp", True)]
)
def test_a_domain_for_other_documents_is_a_remark(world: World, domain: str, fits: bool) -> None:
    verdict = judged(world, [], domain)
    assert verdict
    found = [note for note in verdict.notes if note.code is NoteCode.TRUST_OTHER_DOMAIN]
    assert (found == []) is fits
    assert all(domain in note.message() and not note.code.formal for note in found)
