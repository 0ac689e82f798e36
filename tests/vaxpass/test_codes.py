"""The interface: every stage, status, outcome, code and remark, written out.

A change here is a change for other programs: an addition is a minor release, anything else a major one.
"""

from __future__ import annotations

import pytest

from vaxpass import Code, Kind, NoteCode, Outcome, Stage, Status
from vaxpass.codes import DCC_KINDS
from vaxpass.crypto import SignerKey, load_public_key, new_bundle_key, public_bytes
from vaxpass.documents.hcert.usage import check_usage
from vaxpass.rules import RuleCode
from vaxpass.trust import TrustedKey

STAGES = [
    *"prefix base45 deflate cose cwt archive json jws payload".split(),
    *"trust signature validity usage schema valuesets revocation rules content".split(),
]
STATUSES = "pass fail open skipped".split()
OUTCOMES = "accepted genuine rejected undecided other unreadable".split()

# code -> what becomes of a verdict that it decides
CODES = {
    "prefix.missing": "other",
    "prefix.unsupported_version": "undecided",
    "prefix.health_link": "undecided",
    "prefix.link_file": "undecided",
    "prefix.vds_nc": "undecided",
    "prefix.divoc": "undecided",
    "prefix.dutch_pass": "undecided",
    "prefix.swiss_light": "undecided",
    "prefix.new_zealand_pass": "undecided",
    "prefix.french_2d_doc": "undecided",
    "prefix.icao_seal": "undecided",
    "prefix.wallet_link": "undecided",
    "base45.too_long": "unreadable",
    "base45.character": "unreadable",
    "base45.length": "unreadable",
    "base45.overflow": "unreadable",
    "deflate.not_compressed": "unreadable",
    "deflate.corrupt": "unreadable",
    "deflate.truncated": "unreadable",
    "deflate.trailing": "unreadable",
    "deflate.too_large": "unreadable",
    "jws.too_long": "unreadable",
    "jws.digits": "unreadable",
    "jws.part": "undecided",
    "jws.several": "undecided",
    "jws.structure": "unreadable",
    "jws.header_invalid": "unreadable",
    "jws.critical_header": "rejected",
    "jws.algorithm_unsupported": "rejected",
    "jws.not_compressed": "rejected",
    "cose.cbor_invalid": "unreadable",
    "cose.cbor_too_deep": "unreadable",
    "cose.cbor_trailing": "unreadable",
    "cose.cbor_duplicate_key": "rejected",
    "cose.cbor_key_type": "rejected",
    "cose.structure": "unreadable",
    "cose.header_invalid": "unreadable",
    "cose.critical_header": "rejected",
    "cose.algorithm_missing": "rejected",
    "cose.algorithm_unsupported": "rejected",
    "cwt.cbor_invalid": "unreadable",
    "cwt.cbor_too_deep": "unreadable",
    "cwt.cbor_trailing": "unreadable",
    "cwt.cbor_duplicate_key": "rejected",
    "cwt.cbor_key_type": "rejected",
    "cwt.structure": "other",
    "cwt.exp_missing": "rejected",
    "cwt.exp_invalid": "rejected",
    "cwt.iat_missing": "rejected",
    "cwt.iat_invalid": "rejected",
    "cwt.nbf_invalid": "rejected",
    "json.too_long": "unreadable",
    "json.invalid": "unreadable",
    "json.structure": "unreadable",
    "json.algorithm_unsupported": "rejected",
    "archive.structure": "unreadable",
    "archive.too_large": "unreadable",
    "archive.not_divoc": "other",
    "payload.missing": "other",
    "payload.structure": "unreadable",
    "payload.issuer_invalid": "rejected",
    "payload.kind_unsupported": "undecided",
    "payload.ddcc": "undecided",
    "payload.health_link": "undecided",
    "payload.icvp": "undecided",
    "payload.medication": "undecided",
    "payload.vocabulary_unknown": "undecided",
    "payload.form_unknown": "undecided",
    "payload.proof": "rejected",
    "trust.key_unknown": "undecided",
    "trust.test_key": "rejected",
    "trust.list_stale": "undecided",
    "signature.mismatch": "rejected",
    "signature.malformed": "rejected",
    "signature.key_type": "rejected",
    "signature.key_too_weak": "rejected",
    "validity.not_yet": "rejected",
    "validity.expired": "rejected",
    "validity.issued_before_signer": "rejected",
    "validity.signer_expired": "rejected",
    "validity.signer_revoked": "rejected",
    "validity.own_period": "rejected",
    "validity.not_in_force": "rejected",
    "validity.seal_expired": "undecided",
    "validity.seal_over": "undecided",
    "usage.not_for_test": "rejected",
    "usage.not_for_vaccination": "rejected",
    "usage.not_for_recovery": "rejected",
    "usage.not_for_seals": "rejected",
    "usage.foreign_signer": "rejected",
    "usage.other_country": "rejected",
    "usage.country_unknown": "undecided",
    "usage.covid_only": "undecided",
    "schema.group_missing": "rejected",
    "schema.several_groups": "rejected",
    "schema.several_entries": "rejected",
    "schema.several_persons": "rejected",
    "schema.required": "rejected",
    "schema.type": "rejected",
    "schema.format": "rejected",
    "schema.length": "rejected",
    "schema.range": "rejected",
    "schema.dates": "rejected",
    "schema.link": "undecided",
    "schema.product_unknown": "rejected",
    "schema.product_unproven": "undecided",
    "schema.incomplete": "undecided",
    "schema.unprotected": "undecided",
    "schema.holder_unprotected": "undecided",
    "revocation.listed": "rejected",
    "revocation.filtered": "rejected",
    "revocation.unreadable": "undecided",
    "rules.failed": "rejected",
    "rules.invalidated": "rejected",
    "rules.open": "undecided",
    "rules.none": "undecided",
    "rules.not_for_kind": "undecided",
    "content.detected": "genuine",
    "content.result_unknown": "genuine",
    "content.link_not_opened": "genuine",
    "content.not_completed": "genuine",
    "content.no_event": "genuine",
}

# remark -> whether only the form is unusual, so that people need not be shown it
REMARKS = {
    "prefix.surrounding_space": True,
    "prefix.from_link": True,
    "deflate.gzip_trailer": True,
    "jws.header_extra": True,
    "json.byte_order_mark": True,
    "cose.untagged": True,
    "cose.double_tagged": True,
    "cose.algorithm_unprotected": True,
    "cose.kid_unprotected": True,
    "cose.kid_twice": False,
    "cose.kid_length": True,
    "cose.kid_text": True,
    "cose.header_extra": True,
    "cwt.float_time": True,
    "cwt.tagged_time": True,
    "cwt.issuer_not_country": True,
    "cwt.text_keys": True,
    "cwt.milliseconds": True,
    "payload.other_kind": False,
    "payload.tagged_value": True,
    "payload.more_links": False,
    "trust.list_aging": False,
    "trust.clock_behind": False,
    "trust.validity_unknown": False,
    "trust.issuer_old": False,
    "trust.other_country": False,
    "trust.entry_country": True,
    "trust.other_domain": False,
    "signature.p384": False,
    "signature.short_rsa": False,
    "validity.expired_signer_listed": False,
    "validity.outlives_signer": True,
    "validity.period_ahead": False,
    "validity.period_over": False,
    "validity.link_expired": False,
    "validity.before_rules": False,
    "usage.covid_signer": False,
    "usage.not_stated": False,
    "usage.by_health_system": False,
    "usage.by_pharmacy": False,
    "usage.by_laboratory": False,
    "usage.by_other": False,
    "usage.by_unknown": False,
    "schema.other_records": False,
    "schema.version_unknown": True,
    "schema.version_ambiguous": False,
    "schema.issuer_missing": False,
    "schema.null": True,
    "schema.empty": True,
    "schema.untrimmed": True,
    "schema.too_long": True,
    "schema.extra_field": True,
    "schema.date_time": True,
    "schema.date_partial": True,
    "schema.time_form": True,
    "schema.name_letters": True,
    "schema.name_missing": True,
    "schema.dose_order": True,
    "schema.dose_zero": True,
    "schema.dose_float": True,
    "schema.birth_impossible": False,
    "schema.birth_ahead": False,
    "schema.entry_before_birth": False,
    "schema.entry_ahead": False,
    "schema.entry_after_issue": False,
    "schema.period_order": False,
    "schema.uvci_prefix": True,
    "schema.uvci_letters": True,
    "schema.uvci_checksum": True,
    "schema.link_not_https": False,
    "valuesets.unknown_code": False,
    "valuesets.product_holder": False,
    "valuesets.product_disease": False,
    "valuesets.infection_detected": False,
    "content.link_passcode": False,
    "content.link_network": False,
}

# why a rule is in the way, and when it is met
WHYS = [
    *"dose_too_old dose_too_new dose_ahead sample_too_old sample_too_new sample_ahead".split(),
    *"positive_too_old positive_too_new positive_ahead date_passed date_not_reached".split(),
    *"date_too_late date_too_early date_impossible not_accepted not_listed excluded".split(),
    *"series_incomplete number_low number_high missing no_vaccination no_test no_recovery".split(),
    *"several_events described undescribed invalidated invalidated_undescribed".split(),
    *"open_engine open_schema open_evaluation open_result skipped".split(),
    *"met_until met_from met_between met_never".split(),
]


def test_the_lists_are_complete() -> None:
    assert [stage.value for stage in Stage] == STAGES
    assert [status.value for status in Status] == STATUSES
    assert [outcome.value for outcome in Outcome] == OUTCOMES
    assert [code.value for code in Code] == list(CODES)
    assert [remark.value for remark in NoteCode] == list(REMARKS)
    assert [why.value for why in RuleCode] == [f"rule.{name}" for name in WHYS]


@pytest.mark.parametrize(("name", "outcome"), CODES.items())
def test_a_code_has_its_stage_outcome_and_status(name: str, outcome: str) -> None:
    code = Code(name)
    assert code.stage.value == name.partition(".")[0]
    assert code.outcome.value == outcome
    assert code.status.value == ("open" if outcome in ("undecided", "genuine") else "fail")


@pytest.mark.parametrize(("name", "formal"), REMARKS.items())
def test_a_remark_matters_to_people_or_is_formal(name: str, formal: bool) -> None:
    assert NoteCode(name).formal is formal


@pytest.mark.parametrize("member", [*Code, *NoteCode])
def test_a_name_in_python_follows_from_the_string(member: Code | NoteCode) -> None:
    assert member.name == member.value.upper().replace(".", "_")
    assert member.value.split(".")[0] in STAGES


def test_no_code_accepts_and_no_string_is_used_twice() -> None:
    assert Outcome.ACCEPTED not in {code.outcome for code in Code}
    assert not CODES.keys() & REMARKS.keys()


@pytest.mark.parametrize("member", [*Stage, *Status, *Outcome, *Code, *NoteCode, *RuleCode])
def test_a_member_is_printed_as_its_string(member: str) -> None:
    assert f"{member}" == str(member) == member


def test_every_kind_of_the_eu_dcc_has_the_code_of_a_key_that_may_not_sign_it() -> None:
    """A key that lists no usage may sign the kinds of the EU DCC only."""
    bare = SignerKey.from_public_key(public_bytes(load_public_key(new_bundle_key()[1])))
    for kind in DCC_KINDS:
        problem = check_usage(kind, TrustedKey.of(bare, "here", kinds=frozenset()))
        assert problem is not None
        assert problem.code.value == f"usage.not_for_{kind.value.rpartition('.')[2]}"
    assert frozenset(Kind) >= DCC_KINDS == bare.kinds
