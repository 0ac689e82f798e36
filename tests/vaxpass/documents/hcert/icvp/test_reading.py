"""An ICVP is judged by the requirements of its generation and by the tables of smart-icvp.

Every document is signed by the test world, and the text of each is what a traveller would show.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import find_shared
from tests.support.who_documents import (
    IN_FORCE,
    ISSUED,
    PAYLOADS,
    POLIO_VACCINE,
    STAMARIL,
    changed,
    sign,
)
from tests.support.world import END, NOW, START, World, forge, trusted
from vaxpass import (
    Code,
    Kind,
    NoteCode,
    Outcome,
    Policy,
    Stage,
    Status,
    TrustList,
    Verdict,
    Verifier,
    decode,
    read_trust_list,
)
from vaxpass.crypto import SignerKey
from vaxpass.documents.hcert.icvp import checks
from vaxpass.documents.hcert.icvp.catalogue import products
from vaxpass.documents.hcert.icvp.model import NAMES, Generation
from vaxpass.documents.hcert.icvp.reading import UnverifiedIcvp
from vaxpass.revocation import Entries, RevocationStore, build, identifiers_of
from vaxpass.trust import TrustedKey

DAY = timedelta(days=1)
GENERATIONS = list(PAYLOADS)


def judged(world: World, payload: object, at: datetime = NOW, **stated: Any) -> Verdict:
    return world.verify(sign(world.es256.signer(), payload, **stated), at)


def codes(verdict: Verdict) -> set[NoteCode]:
    return {note.code for note in verdict.notes}


def dose_of(generation: str) -> str:
    return "v" if generation in "AB" else "vx"


def date_of(generation: str) -> str:
    return f"{dose_of(generation)}.{'dv' if generation in 'DE' else 'dt'}"


def with_vaccine(generation: str, code: str) -> dict[str, Any]:
    """The payload with another code in `vp`, and no product beside it."""
    payload = changed(PAYLOADS[generation], f"{dose_of(generation)}.vp", code)
    return changed(payload, "v.mp") if generation == "A" else payload


# --- what is accepted -----------------------------------------------------------------------------


@pytest.mark.parametrize("text_keys", [False, True])
@pytest.mark.parametrize("in_ms", [False, True])
@pytest.mark.parametrize("generation", GENERATIONS)
def test_each_generation_is_accepted_and_named(
    world: World, generation: str, in_ms: bool, text_keys: bool
) -> None:
    iat = int(ISSUED.timestamp()) * (1000 if in_ms else 1)
    verdict = judged(world, PAYLOADS[generation], iat=iat, text_keys=text_keys)
    assert verdict, verdict.code
    assert (verdict.kind, verdict.certificate) == (Kind.ICVP, None)
    assert not [note for note in verdict.notes if not note.code.formal]
    document = verdict.document
    assert document is not None
    assert (document.family, document.kind) == ("icvp", Kind.ICVP)
    assert document.version == (generation if generation in "AB" else f"1 ({generation})")
    assert document.issued_at == ISSUED


def test_the_document_has_all_that_it_says(world: World) -> None:
    payload = {**PAYLOADS["E"], "gn": "Nguyễn Văn Ba", "vx": {**PAYLOADS["E"]["vx"], "cn": "Dr. Lê"}}
    said = judged(world, payload).to_dict()["document"]
    assert said == {
        "family": "icvp",
        "kind": "icvp.vaccination",
        "holder": {
            "name": "Nguyễn Thị An",
            "birth_date": "1990-02-28",
            "sex": "female",
            "nationality": "VNM",
            "document_type": "PPN",
            "document_number": "C1234567",
            "guardian": "Nguyễn Văn Ba",
        },
        "events": [
            {
                "type": "vaccination",
                "date": "2026-02-01",
                "disease": {"code": "1D47", "name": "Yellow fever", "system": "icd11"},
                "vaccine": {"name": "Yellow Fever"},
                "product": {"code": STAMARIL, "name": "STAMARIL", "system": "icvp"},
                "manufacturer": {"name": "Sanofi Pasteur"},
                "batch": "YF-1",
                "performer": "Dr. Lê",
                "issuer": "Ministry of Health",
                "valid_from": "2026-02-11",
                "lifelong": True,
            }
        ],
        "issuer": {"name": "Ministry of Health", "country": "XXA", "identifier": "XXA"},
        "issued_at": "2026-02-03T00:00:00Z",
        "issued_on": "2026-02-03",
        "valid_until": "2027-01-01T00:00:00Z",
        "version": "1 (E)",
    }


@pytest.mark.parametrize("product", products(), ids=lambda product: product.id)
def test_each_product_of_the_catalogue_is_accepted(world: World, product: Any) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], "vx.vp", product.id))
    assert verdict
    assert verdict.document is not None
    (event,) = verdict.document.events
    assert event.manufacturer is not None
    assert event.disease is not None
    assert event.manufacturer.name == product.manufacturer
    assert event.disease.name == product.disease.name
    assert event.lifelong is (product.disease.icd11 == "1D47")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("s", "M"),
        ("s", "F"),
        ("nt", "VN"),
        ("id", ...),
        ("dt", ...),
        ("id", 1234567),
        ("vx.is", ...),
        ("d", "2026-02-01"),
        ("dob", "2026-02-01"),
        ("vx.bo", 77),
    ],
)
def test_what_issuers_write_differently_is_accepted(world: World, path: str, value: object) -> None:
    payload = changed(PAYLOADS["E"], "vx.cn", "Dr. Lê")
    verdict = judged(world, changed(payload, path, value))
    assert verdict, verdict.code
    assert not [note for note in verdict.notes if not note.code.formal]


@pytest.mark.parametrize("iss", ["XCL", "XL", "XJ", ..., 7])
def test_the_issuer_of_the_envelope_is_only_form(world: World, iss: object) -> None:
    verdict = judged(world, PAYLOADS["E"], iss=iss)
    assert verdict
    assert not [note for note in verdict.notes if not note.code.formal]


def test_it_may_stand_under_the_older_key_and_in_a_list(world: World) -> None:
    assert judged(world, PAYLOADS["A"], key=-1).kind is Kind.ICVP
    assert judged(world, [PAYLOADS["E"]])
    two = judged(world, [PAYLOADS["E"], PAYLOADS["E"]])
    assert (two.outcome, two.code) == (Outcome.UNDECIDED, Code.PAYLOAD_ICVP)


# --- what is missing or of another form ------------------------------------------------------------

REQUIRED = [
    ("A", ["n", "dob", "v", "v.dn", "v.tg", "v.vp", "v.ma", "v.dt", "v.bo"]),
    ("B", ["n", "dob", "v", "v.vp", "v.dt", "v.bo"]),
    ("C", ["n", "dob", "s", "nt", "v", "vx", "vx.vp", "vx.dt", "vx.bo", "vx.is"]),
    ("D", ["n", "dob", "s", "nt", "v", "vx", "vx.vp", "vx.dv", "vx.bo", "vx.is"]),
    ("E", ["n", "dob", "s", "nt", "v", "vx", "vx.vp", "vx.dv", "vx.bo", "vx.is"]),
]


@pytest.mark.parametrize(("generation", "path"), [(g, path) for g, paths in REQUIRED for path in paths])
@pytest.mark.parametrize("value", [..., None, "", "  "])
def test_what_the_generation_requires_must_be_there(
    world: World, generation: str, path: str, value: object
) -> None:
    verdict = judged(world, changed(PAYLOADS[generation], path, value))
    if path == "v" and generation in "AB":
        # Nothing tells the generation any more.
        assert not verdict
        return
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_REQUIRED)
    problem = verdict.check(Stage.SCHEMA).problem
    assert problem is not None
    if path not in ("vx", "vx.dt", "vx.dv"):  # which tell the generations apart
        assert problem.path.startswith(f"$.{path}")


@pytest.mark.parametrize("value", [None, "", " "])
def test_generation_e_requires_a_date_of_issue(world: World, value: object) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], "d", value))
    assert (verdict.code, verdict.check(Stage.SCHEMA).status) == (Code.SCHEMA_REQUIRED, Status.FAIL)


@pytest.mark.parametrize("generation", ["A", "B"])
def test_earlier_generations_without_an_issuer_have_a_remark(world: World, generation: str) -> None:
    """WHO's own signed example of generation A has neither a clinician nor an issuer."""
    verdict = judged(world, changed(PAYLOADS[generation], "v.is"))
    assert verdict
    assert NoteCode.SCHEMA_ISSUER_MISSING in codes(verdict)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("value", [True, 1.5, b"text", ["text"], {"text": 1}])
def test_a_value_of_another_type_is_refused(world: World, generation: str, value: object) -> None:
    holder, place, dose = NAMES[Generation(generation)]
    for path in [*holder, *(f"{place}.{name}" for name in dose)]:
        if path == "v":
            continue
        verdict = judged(world, changed(PAYLOADS[generation], path, value))
        assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_TYPE), path


@pytest.mark.parametrize(
    "value", ["", "1/2/2026", "2026-02-30", "2026-13-01", "2026-2-1", "٢٠٢٦-٠٢-٠١"]
)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_date_of_the_dose_is_a_day(world: World, generation: str, value: str) -> None:
    verdict = judged(world, changed(PAYLOADS[generation], date_of(generation), value))
    assert verdict.code is (Code.SCHEMA_FORMAT if value else Code.SCHEMA_REQUIRED)


@pytest.mark.parametrize(
    ("born", "remark"),
    [
        ("1990", NoteCode.SCHEMA_DATE_PARTIAL),
        ("1990-02", NoteCode.SCHEMA_DATE_PARTIAL),
        ("1990-00-00", NoteCode.SCHEMA_DATE_PARTIAL),
        ("1990-02-30", NoteCode.SCHEMA_BIRTH_IMPOSSIBLE),
        (" 1990-02-28", NoteCode.SCHEMA_UNTRIMMED),
    ],
)
def test_a_date_of_birth_may_be_partial(world: World, born: str, remark: NoteCode) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], "dob", born))
    assert verdict
    assert remark in codes(verdict)


def test_a_date_of_birth_is_a_date(world: World) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], "dob", "long ago"))
    assert verdict.code is Code.SCHEMA_FORMAT


@pytest.mark.parametrize("version", ["2", "0.9", "v1", 7])
def test_an_unknown_version_is_a_remark_that_matters(world: World, version: object) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], "v", version))
    assert verdict
    assert NoteCode.SCHEMA_VERSION_AMBIGUOUS in codes(verdict)
    assert not NoteCode.SCHEMA_VERSION_AMBIGUOUS.formal


def test_fields_that_no_generation_has_are_form(world: World) -> None:
    for path in ("x", "vx.x"):
        verdict = judged(world, changed(PAYLOADS["E"], path, "more"))
        assert verdict
        assert NoteCode.SCHEMA_EXTRA_FIELD in codes(verdict)


@pytest.mark.parametrize("path", ["s", "nt"])
def test_an_unknown_sex_or_nationality_is_a_remark(world: World, path: str) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], path, "XYZQ"))
    assert verdict
    assert NoteCode.VALUESETS_UNKNOWN_CODE in codes(verdict)


# --- the product -----------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("product", ["YellowFeverProduct" + "0" * 32, STAMARIL[:-1], STAMARIL + "0"])
def test_a_yellow_fever_product_that_is_not_listed_is_not_valid(
    world: World, generation: str, product: str
) -> None:
    verdict = judged(world, with_vaccine(generation, product))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_PRODUCT_UNKNOWN)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("code", ["XM0N24", "1121000221106", "871740006", "871772009", "XM28X5", "?"])
def test_a_kind_of_vaccine_proves_no_product_and_is_never_red(
    world: World, generation: str, code: str
) -> None:
    verdict = judged(world, with_vaccine(generation, code))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_PRODUCT_UNPROVEN)


@pytest.mark.parametrize(
    ("path", "value", "remark"),
    [
        ("v.tg", "1C81", NoteCode.VALUESETS_PRODUCT_DISEASE),
        ("v.tg", "RA01", NoteCode.VALUESETS_PRODUCT_DISEASE),
        ("v.vp", "XM0N50", NoteCode.VALUESETS_PRODUCT_DISEASE),
        ("v.ma", "Bio-Manguinhos", NoteCode.VALUESETS_PRODUCT_HOLDER),
        ("v.vp", POLIO_VACCINE, NoteCode.VALUESETS_PRODUCT_HOLDER),
    ],
)
def test_what_contradicts_the_product_is_a_remark(
    world: World, path: str, value: str, remark: NoteCode
) -> None:
    verdict = judged(world, changed(PAYLOADS["A"], path, value))
    assert verdict
    assert remark in codes(verdict)


@pytest.mark.parametrize("maker", ["SANOFI PASTEUR", "Sanofi", "Sanofi Pasteur SA"])
def test_a_manufacturer_may_be_written_differently(world: World, maker: str) -> None:
    verdict = judged(world, changed(PAYLOADS["A"], "v.ma", maker))
    assert NoteCode.VALUESETS_PRODUCT_HOLDER not in codes(verdict)


# --- the dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", GENERATIONS)
def test_yellow_fever_counts_from_the_tenth_day_and_for_life(world: World, generation: str) -> None:
    text = sign(world.es256.signer(), PAYLOADS[generation], exp=...)
    before = world.verify(text, IN_FORCE - timedelta(seconds=1))
    assert (before.outcome, before.code) == (Outcome.REJECTED, Code.VALIDITY_NOT_IN_FORCE)
    assert "2026-02-11" in before.reason()
    for at in (IN_FORCE, IN_FORCE + 600 * DAY):
        assert world.verify(text, at), at


def test_the_day_is_that_of_the_check_in_its_own_zone(world: World) -> None:
    text = sign(world.es256.signer(), PAYLOADS["E"])
    evening = IN_FORCE - timedelta(hours=3)
    assert not world.verify(text, evening)
    assert world.verify(text, evening.astimezone(timezone(timedelta(hours=7))))


def test_polio_counts_at_once(world: World) -> None:
    payload = changed(PAYLOADS["E"], "vx.vp", POLIO_VACCINE)
    assert judged(world, payload, ISSUED)
    assert judged(world, changed(payload, "vx.dv", "2026-02-03"), ISSUED)


def test_a_dose_in_the_future_does_not_count(world: World) -> None:
    payload = changed(changed(PAYLOADS["E"], "vx.vp", POLIO_VACCINE), "d", "2026-03-01")
    verdict = judged(world, payload, ISSUED)
    assert verdict.code is Code.VALIDITY_NOT_YET
    payload = changed(changed(PAYLOADS["D"], "vx.vp", POLIO_VACCINE), "vx.dv", "2026-03-01")
    assert judged(world, payload, ISSUED).code is Code.VALIDITY_NOT_IN_FORCE


@pytest.mark.parametrize(
    ("path", "value"),
    [("d", "2026-01-31"), ("vx.dv", "2026-02-04"), ("dob", "2026-02-02"), ("dob", "2027")],
)
def test_birth_dose_and_issue_come_in_this_order(world: World, path: str, value: str) -> None:
    verdict = judged(world, changed(PAYLOADS["E"], path, value))
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.SCHEMA_DATES)


@pytest.mark.parametrize("generation", ["A", "B"])
def test_a_period_of_its_own_is_respected(world: World, generation: str) -> None:
    later = changed(PAYLOADS[generation], "v.vls", "2026-07-01")
    verdict = judged(world, later)
    assert verdict.code is Code.VALIDITY_NOT_IN_FORCE
    assert "2026-07-01" in verdict.reason()
    earlier = changed(PAYLOADS[generation], "v.vls", "2026-02-01")
    assert judged(world, earlier, IN_FORCE - DAY).code is Code.VALIDITY_NOT_IN_FORCE
    over = changed(PAYLOADS[generation], "v.vle", "2026-05-31")
    assert judged(world, over).code is Code.VALIDITY_SEAL_EXPIRED
    assert judged(world, over, datetime(2026, 5, 31, 23, tzinfo=UTC))
    polio = changed(changed(over, "v.vp", POLIO_VACCINE), "v.mp")
    assert judged(world, polio).code is Code.VALIDITY_EXPIRED
    mixed = changed(changed(PAYLOADS[generation], "v.vls", "2026-03-01"), "v.vle", "2026-02-20")
    assert judged(world, mixed).code is Code.SCHEMA_DATES


def test_what_was_issued_before_the_rules_has_a_remark(world: World) -> None:
    payload = changed(changed(PAYLOADS["E"], "d", "2025-09-18"), "vx.dv", "2025-09-01")
    assert NoteCode.VALIDITY_BEFORE_RULES in codes(judged(world, payload))
    payload = changed(payload, "d", "2025-09-19")
    assert NoteCode.VALIDITY_BEFORE_RULES not in codes(judged(world, payload))


def test_a_dose_after_the_envelope_is_a_remark_where_no_day_of_issue_is_stated(world: World) -> None:
    verdict = judged(world, PAYLOADS["D"], iat=int(START.timestamp()))
    assert verdict
    assert NoteCode.SCHEMA_ENTRY_AFTER_ISSUE in codes(verdict)
    assert NoteCode.SCHEMA_ENTRY_AFTER_ISSUE not in codes(
        judged(world, PAYLOADS["E"], iat=int(START.timestamp()))
    )


@pytest.mark.parametrize("stated", ["lifelong", "2026-02", "31/12/2026"])
def test_a_period_that_is_no_day_is_left_to_a_person(world: World, stated: str) -> None:
    payload = changed(PAYLOADS["B"], "v.vle", stated)
    verdict = judged(world, payload)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.SCHEMA_INCOMPLETE)
    assert judged(world, changed(payload, "v.dt")).code is Code.SCHEMA_REQUIRED


@pytest.mark.parametrize("generation", ["C", "D", "E"])
def test_a_period_counts_in_generations_whose_model_has_none(world: World, generation: str) -> None:
    polio = changed(PAYLOADS[generation], "vx.vp", POLIO_VACCINE)
    assert judged(world, changed(polio, "vx.vle", "2026-06-01"))
    assert judged(world, changed(polio, "vx.vle", "2026-05-31")).code is Code.VALIDITY_EXPIRED
    assert judged(world, changed(polio, "vx.vls", "2026-07-01")).code is Code.VALIDITY_NOT_IN_FORCE


@pytest.mark.parametrize("generation", GENERATIONS)
def test_names_of_another_generation_are_read(world: World, generation: str) -> None:
    names = {"ntl": "nt", "nid": "id", "ndt": "dt", "dt": "ndt", "nt": "ntl", "id": "nid"}
    place = dose_of(generation)
    payload = {names.get(name, name): value for name, value in PAYLOADS[generation].items()}
    payload[place] = {{"dt": "dv", "dv": "dt"}.get(k, k): v for k, v in payload[place].items()}
    verdict, own = judged(world, payload), judged(world, PAYLOADS[generation])
    assert verdict, verdict.reason()
    assert verdict.document is not None
    assert own.document is not None
    assert verdict.document.holder == own.document.holder
    assert verdict.document.events == own.document.events


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_list_of_one_dose_is_that_dose_and_several_are_never_red(
    world: World, generation: str
) -> None:
    payload, place = PAYLOADS[generation], dose_of(generation)
    verdict, own = judged(world, {**payload, place: [payload[place]]}), judged(world, payload)
    assert verdict, verdict.reason()
    assert verdict.document == own.document
    for doses in ([], [payload[place]] * 2):
        several = judged(world, {**payload, place: doses})
        assert (several.outcome, several.code) == (Outcome.UNDECIDED, Code.PAYLOAD_ICVP)


@pytest.mark.parametrize("other", [-1, 3, 4, 5, -7])
def test_a_document_beside_it_is_told(world: World, other: int) -> None:
    beside = {-6: PAYLOADS["E"], other: {"n": "Another"}}
    text = forge(world.es256.signer(), {6: int(ISSUED.timestamp()), -260: beside})
    verdict = world.verify(text)
    assert verdict
    assert verdict.kind is Kind.ICVP
    assert NoteCode.PAYLOAD_OTHER_KIND in codes(verdict)
    both = forge(world.es256.signer(), {-260: {-6: PAYLOADS["E"], "-1": PAYLOADS["E"]}})
    assert NoteCode.PAYLOAD_OTHER_KIND not in codes(world.verify(both))


def test_a_tag_that_says_that_a_text_is_a_date_is_form(world: World) -> None:
    tagged = changed(PAYLOADS["E"], "vx.dv", cbor2.CBORTag(1004, "2026-02-01"))
    verdict = judged(world, tagged)
    assert verdict
    assert NoteCode.PAYLOAD_TAGGED_VALUE in codes(verdict)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_officer_reads_the_field_in_words(world: World, generation: str, language: str) -> None:
    payload, place = PAYLOADS[generation], dose_of(generation)
    paths = [f"{place}.{name}" for name in payload[place]] + [name for name in payload if name != place]
    for path in paths:
        said = re.findall(r"\((.*?)\)", judged(world, changed(payload, path, [""])).reason(language))
        assert len(said) == 1
        assert said[0][0].isupper(), "a name of the payload is in small letters"
        assert said[0] not in ("Given name", "Tên"), "of the guardian"
    version = judged(world, changed(PAYLOADS["E"], "v")).reason(language)
    assert {"en": "Version of the format", "vi": "Phiên bản"}[language] in version


# --- the end of the envelope ------------------------------------------------------------------------


def test_an_expired_seal_of_a_vaccination_for_life_is_undecided(world: World) -> None:
    for generation in GENERATIONS:
        verdict = judged(world, PAYLOADS[generation], END + DAY)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.VALIDITY_SEAL_EXPIRED)
        assert "counts for life" in verdict.reason()


def test_an_expired_signer_of_a_vaccination_for_life_is_undecided(world: World) -> None:
    short = world.authority.issue_signer(days=60)
    text = sign(short.signer(), PAYLOADS["E"])
    verdict = Verifier(TrustList([trusted(short)])).verify(text, at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.VALIDITY_SEAL_EXPIRED)
    listed = Verifier(TrustList([trusted(short)]), Policy(expired_signers=True))
    assert listed.verify(text, at=NOW)


def test_what_was_signed_after_its_signer_had_expired_is_refused(world: World) -> None:
    short = world.authority.issue_signer(days=60)
    verifier = Verifier(TrustList([trusted(short)]))
    end = short.certificate.not_after
    assert end is not None
    for payload in (PAYLOADS["E"], changed(PAYLOADS["E"], "vx.vp", POLIO_VACCINE)):
        late = verifier.verify(sign(short.signer(), payload, iat=end + 1, exp=...), at=NOW)
        assert (late.outcome, late.code) == (Outcome.REJECTED, Code.VALIDITY_SIGNER_EXPIRED)
        in_time = verifier.verify(sign(short.signer(), payload, iat=end, exp=...), at=NOW)
        assert in_time.outcome is Outcome.UNDECIDED


def test_the_end_counts_for_everything_else(world: World) -> None:
    polio = judged(world, changed(PAYLOADS["E"], "vx.vp", POLIO_VACCINE), END + DAY)
    assert (polio.outcome, polio.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    soon = int((IN_FORCE - 2 * DAY).timestamp())
    waiting = judged(world, PAYLOADS["E"], IN_FORCE - DAY, exp=soon)
    assert (waiting.outcome, waiting.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    incomplete = judged(world, changed(PAYLOADS["E"], "vx.bo"), END + DAY)
    assert (incomplete.outcome, incomplete.code) == (Outcome.REJECTED, Code.SCHEMA_REQUIRED)


def test_what_was_issued_before_the_signer_is_refused(world: World) -> None:
    verdict = judged(world, PAYLOADS["E"], iat=int((START - DAY).timestamp()))
    assert verdict.code is Code.VALIDITY_ISSUED_BEFORE_SIGNER


def test_a_list_that_revokes_its_signature_counts(world: World) -> None:
    text = sign(world.es256.signer(), PAYLOADS["A"])
    (signature,) = identifiers_of(decode(text))
    entries = Entries()
    entries.add(world.es256.certificate.kid, signature.type, signature.hash)
    store = RevocationStore(b"".join(build(entries.parts())))
    verifier = Verifier(world.trust, revocations=store)
    assert verifier.verify(text, at=NOW).code is Code.REVOCATION_LISTED
    assert verifier.verify(sign(world.es256.signer(), PAYLOADS["E"]), at=NOW)


def test_without_an_end_the_signer_decides(world: World) -> None:
    assert judged(world, PAYLOADS["E"], exp=...)
    after = judged(world, PAYLOADS["E"], START + 731 * DAY, exp=...)
    assert after.code is Code.VALIDITY_SEAL_EXPIRED


def test_an_unknown_signer_and_a_changed_text(world: World) -> None:
    stranger = world.authority.issue_signer(days=730)
    verdict = world.verify(sign(stranger.signer(), PAYLOADS["E"]))
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
    assert verdict.document is None
    impostor = TrustedKey(world.es256.certificate.kid, stranger.certificate, "VN", "list")
    forged = Verifier(TrustList([impostor])).verify(sign(world.es256.signer(), PAYLOADS["E"]), at=NOW)
    assert (forged.outcome, forged.code) == (Outcome.REJECTED, Code.SIGNATURE_MISMATCH)


def test_meeting_the_rules_of_who_is_not_called_meeting_those_of_a_country(world: World) -> None:
    text = sign(world.es256.signer(), PAYLOADS["E"])
    verdict = Verifier(world.trust).verify(text, at=NOW, destination="AO")
    assert verdict
    assert "rules of WHO" in verdict.reason()
    assert "Angola" not in verdict.reason()


def test_the_rules_of_who_are_asked_for_a_destination(world: World) -> None:
    text = sign(world.es256.signer(), PAYLOADS["E"])
    verdict = Verifier(world.trust).verify(text, at=NOW, destination="VN")
    assert verdict.check(Stage.RULES).status is Status.PASS


# --- whatever the payload is ------------------------------------------------------------------------

SCALARS: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from([STAMARIL, "2026-02-01", "9999-12-31", "0001-01-01", "1", "XM0N24"]),
)
NAMED = st.sampled_from(
    "n dob s nt ntl id nid dt ndt gn v vx d dn tg vp mp ma mid bo vls vle cn is dv x".split()
)
VALUES: Any = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMED, inner), max_leaves=8
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMED, VALUES), st.datetimes(timezones=st.just(UTC)))
def test_no_payload_makes_it_raise(world: World, payload: dict[str, Any], at: datetime) -> None:
    verdict = judged(world, payload, at, exp=...)
    assert verdict.to_dict()["kind"] in ("icvp.vaccination", None)
    for language in ("en", "vi"):
        assert verdict.explain(language)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GENERATIONS), NAMED, st.booleans(), VALUES)
def test_whatever_is_accepted_has_all_that_decides(
    world: World, generation: str, name: str, inside: bool, value: object
) -> None:
    path = f"{dose_of(generation)}.{name}" if inside else name
    payload = changed(PAYLOADS[generation], path, value)
    verdict = judged(world, payload)
    if not verdict:
        return
    unverified = verdict.unverified
    assert isinstance(unverified, UnverifiedIcvp)
    found = unverified.vaccination
    for field in (found.name, found.birth_date, found.batch):
        assert field
        assert field.strip()
    assert found.product is not None
    begin = checks.in_force_from(found)
    assert begin is not None
    assert begin <= NOW.date()
    assert isinstance(found.date, str)
    assert date.fromisoformat(found.date.strip()[:10]) <= NOW.date()


# --- the public documents ---------------------------------------------------------------------------

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
MINTED: dict[str, tuple[str, Code | None]] = {
    "A-2024": ("A", None),
    "C-2026-04": ("1 (C)", None),
    "E-2026-09-23": ("1 (E)", None),
    "E-day10": ("1 (E)", None),
    "E-no-exp": ("1 (E)", None),
    "E-polio": ("1 (E)", None),
    "E-no-batch": ("1 (E)", Code.SCHEMA_REQUIRED),
    "E-dose-after-issue": ("1 (E)", Code.SCHEMA_DATES),
    "E-iat-2025-08": ("1 (E)", Code.VALIDITY_ISSUED_BEFORE_SIGNER),
}


@pytest.mark.parametrize(("name", "expected"), MINTED.items())
def test_a_public_document_is_judged_as_it_should_be(
    name: str, expected: tuple[str, Code | None]
) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("the public test data is not here")
    folder = shared / "vectors" / "formats" / "icvp-minted"
    (certificate,) = SignerKey.from_pem((folder / "TEST-dsc.pem").read_bytes())
    verifier = Verifier(TrustList([TrustedKey.of(certificate, "test")]), Policy(test_keys=True))
    text = (folder / f"{name}.txt").read_text("utf-8").strip()
    verdict = verifier.verify(text, at=AT)
    assert verdict.document is not None
    assert (verdict.document.version, verdict.code) == expected
    if name == "E-day10":
        assert verifier.verify(text, at=AT - DAY).code is Code.VALIDITY_NOT_IN_FORCE


@pytest.mark.parametrize(
    ("name", "at", "code"),
    [
        ("DVCTestQR", datetime(2024, 10, 1, tzinfo=UTC), Code.SIGNATURE_MISMATCH),
        ("DVCTest2QR", datetime(2024, 10, 1, tzinfo=UTC), Code.SIGNATURE_MISMATCH),
        ("DVCTest3QR", datetime(2024, 10, 1, tzinfo=UTC), Code.SCHEMA_PRODUCT_UNPROVEN),
        ("DVCTest3QR", AT, Code.VALIDITY_SEAL_OVER),
    ],
)
def test_the_examples_of_who_are_told_apart(name: str, at: datetime, code: Code) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("the public test data is not here")
    listed = (shared / "trust_lists" / "gdhcn-dev" / "v1-trustlist-did.json").read_bytes()
    trust = read_trust_list(listed, source="development", unsigned=True)
    folder = shared / "vectors" / "who" / "gdhcn-validator"
    # The extended key usage of its signer names all three kinds of the EU DCC.
    policy = Policy(test_keys=True, list_stale_after=timedelta(days=9999), covid_signers=True)
    text = (folder / f"{name}.txt").read_text("utf-8").strip()
    verdict = Verifier(trust, policy).verify(text, at=at)
    assert verdict.code is code
    assert decode(text).kind is Kind.ICVP
