"""Quirks of real certificates: transport, COSE and CWT. They verify, and the verdict names what is odd.

`dcc/test_quirks` has those of the DCC, `test_quirks_signers` those of signer certificates.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.handmade import Parts, good, header, signed_bytes
from tests.support.world import END, NOW, START, VACCINATION, World, claims, forge, lifetime, trusted
from vaxpass import Code, NoteCode, Policy, TrustList, Verdict, Verifier
from vaxpass.findings import Note
from vaxpass.trust import TrustedKey


def remarks(verdict: Verdict) -> list[tuple[NoteCode, str]]:
    assert verdict, verdict.reason()
    return [(warned.code, warned.path) for warned in verdict.notes]


# Transport


@pytest.mark.parametrize("spaces", [" ", "  "])
def test_spaces_inside_a_text_are_data(world: World, spaces: str) -> None:
    # Signatures are random, so that some text has them soon.
    texts = (world.issue() for _ in range(500))
    text = next(text for text in texts if spaces in text)
    assert remarks(world.verify(text)) == []
    assert not world.verify(text.replace(spaces, "", 1))


def test_published_texts_with_double_spaces_are_read(world: World, shared: Path) -> None:
    lines = (shared / "vectors/dcc/vectors.jsonl").read_text(encoding="utf-8").splitlines()
    # Those that are broken on purpose are expected to be; the rest is left to the vectors' own tests.
    texts = [
        record["text"]
        for record in map(json.loads, lines)
        if "  " in (record["text"] or "") and False not in record["expected"].values()
    ]
    assert texts
    assert {world.verify(text).code for text in texts} == {Code.TRUST_KEY_UNKNOWN}


# COSE


def test_an_untagged_message_is_read(world: World) -> None:
    assert remarks(world.verify(good(world).text(b""))) == [(NoteCode.COSE_UNTAGGED, "")]


@pytest.mark.parametrize("tags", ["d83dd2", "d83dd812", "d9003dd2"])
def test_a_message_tagged_twice_is_read(world: World, tags: str) -> None:
    verdict = world.verify(good(world).text(bytes.fromhex(tags)))
    assert remarks(verdict) == [(NoteCode.COSE_DOUBLE_TAGGED, "")]


def test_an_unprotected_kid_is_read(world: World) -> None:
    signer = world.es256.signer()
    text = forge(signer, claims(), protected={1: -7}, unprotected={4: signer.kid})
    assert remarks(world.verify(text)) == [(NoteCode.COSE_KID_UNPROTECTED, "")]


def test_of_two_kids_the_protected_one_counts(world: World) -> None:
    signer = world.es256.signer()
    both = forge(signer, claims(), unprotected={4: bytes(8)})
    assert remarks(world.verify(both)) == [(NoteCode.COSE_KID_TWICE, "")]
    wrong = forge(signer, claims(), protected={1: -7, 4: bytes(8)}, unprotected={4: signer.kid})
    assert world.verify(wrong).code is Code.TRUST_KEY_UNKNOWN


def test_the_same_kid_twice_is_not_worth_a_remark(world: World) -> None:
    signer = world.es256.signer()
    assert remarks(world.verify(forge(signer, claims(), unprotected={4: signer.kid}))) == []


@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_a_short_kid_that_a_list_gives_is_found(world: World, place: str) -> None:
    trust = TrustList([replace(trusted(world.es256), kid=b"foo")])
    kid: dict[object, object] = {4: b"foo"}
    protected = {1: -7} | (kid if place == "protected" else {})
    unprotected = kid if place == "unprotected" else {}
    text = forge(world.es256.signer(), claims(), protected=protected, unprotected=unprotected)
    found = remarks(Verifier(trust).verify(text, at=NOW))
    assert (NoteCode.COSE_KID_LENGTH, "") in found
    assert ((NoteCode.COSE_KID_UNPROTECTED, "") in found) is (place == "unprotected")


@pytest.mark.parametrize("protected", [b"", b"\xa0"])
def test_the_algorithm_may_stand_unprotected_beside_an_empty_header(
    world: World, protected: bytes
) -> None:
    signer = world.es256.signer()
    text = forge(signer, claims(), protected=protected, unprotected=header(signer))
    assert remarks(world.verify(text)) == [
        (NoteCode.COSE_ALGORITHM_UNPROTECTED, ""),
        (NoteCode.COSE_KID_UNPROTECTED, ""),
    ]


@pytest.mark.parametrize("extra", [{3: 61}, {3: "application/cwt"}, {5: b"iv"}, {99: [1]}, {"x": None}])
def test_other_headers_are_read(world: World, extra: dict[object, object]) -> None:
    signer = world.es256.signer()
    verdict = world.verify(forge(signer, claims(), protected=header(signer) | extra))
    assert remarks(verdict) == [(NoteCode.COSE_HEADER_EXTRA, "")]


@pytest.mark.parametrize(
    "template",
    [
        "a2 04 48{kid} 01 26",  # the other order
        "a2 01 3806 04 48{kid}",  # -7 in two bytes
        "a2 1801 26 1804 5808{kid}",  # labels and length in longer forms
        "bf 01 26 04 48{kid} ff",  # of indefinite length
        "b802 01 26 04 48{kid}",
    ],
)
def test_the_signature_is_over_the_protected_header_as_received(world: World, template: str) -> None:
    signer = world.es256.signer()
    protected = bytes.fromhex(template.format(kid=signer.kid.hex()))
    assert protected != cbor2.dumps(header(signer))
    assert remarks(world.verify(forge(signer, claims(), protected=protected))) == []
    # Signed over the shortest form instead, it does not hold.
    parts = Parts.signed(signer, cbor2.dumps(header(signer)), cbor2.dumps(claims()))
    assert world.verify(replace(parts, protected=protected).text()).code is Code.SIGNATURE_MISMATCH


def test_es256_with_a_p384_key_is_refused_unless_the_policy_allows_it(world: World) -> None:
    key = generate_private_key(SECP384R1())
    certificate = replace(world.es256.certificate, public_key=key.public_key())
    verify = Verifier(TrustList([TrustedKey(certificate.kid, certificate, "ES", "P-384")])).verify
    protected, payload = cbor2.dumps({1: -7, 4: certificate.kid}), cbor2.dumps(claims())
    r, s = decode_dss_signature(key.sign(signed_bytes(protected, payload), ECDSA(SHA256())))
    text = Parts(protected, b"\xa0", payload, r.to_bytes(48, "big") + s.to_bytes(48, "big")).text()
    assert verify(text, at=NOW).code is Code.SIGNATURE_KEY_TYPE
    allowing = Verifier(
        TrustList([TrustedKey(certificate.kid, certificate, "ES", "P-384")]),
        Policy(es256_with_p384=True),
    )
    assert remarks(allowing.verify(text, at=NOW)) == [(NoteCode.SIGNATURE_P384, "")]


# CWT


@pytest.mark.parametrize("part", [0.0, 0.25])
@pytest.mark.parametrize(
    ("name", "seconds"),
    [("exp", END.timestamp() - 1), ("iat", START.timestamp()), ("nbf", START.timestamp())],
)
def test_times_may_be_floats(world: World, name: str, seconds: float, part: float) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(VACCINATION, **{name: seconds + part})))
    assert remarks(verdict) == [(NoteCode.CWT_FLOAT_TIME, name)]


def test_a_part_of_a_second_counts(world: World) -> None:
    text = forge(world.es256.signer(), claims(exp=NOW.timestamp() + 0.5))
    assert world.verify(text, NOW + timedelta(milliseconds=500))
    assert world.verify(text, NOW + timedelta(milliseconds=501)).code is Code.VALIDITY_EXPIRED


def test_claims_may_stand_in_any_order(world: World) -> None:
    turned = dict(reversed(claims(nbf=int(START.timestamp())).items()))
    assert next(iter(turned)) == 5
    assert remarks(world.verify(forge(world.es256.signer(), turned))) == []


@pytest.mark.parametrize("iss", [..., "M" * 80, "XXA", "VNM", "Bộ Y tế", "", None, 84, b"VN"])
def test_the_issuer_need_not_be_a_country(world: World, iss: object) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(iss=iss)))
    assert remarks(verdict) == [(NoteCode.CWT_ISSUER_NOT_COUNTRY, "")]


@pytest.mark.parametrize("iss", ["DE", "XX"])
def test_an_issuer_of_another_country_is_accepted_and_told(world: World, iss: str) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(iss=iss)))
    assert verdict
    assert remarks(verdict) == [(NoteCode.TRUST_OTHER_COUNTRY, "iss")]


@pytest.mark.parametrize("name", ["iat", "exp"])
def test_both_ends_and_the_signers_end_are_inclusive(world: World, name: str) -> None:
    first, exp = lifetime(world.es256)
    text = forge(world.es256.signer(), claims(exp=exp, iat=first))
    at = {"exp": exp, "iat": first}[name]
    step = timedelta(seconds=1 if name == "exp" else -1)
    clock, exact = datetime.fromtimestamp(at, tz=NOW.tzinfo), Policy(clock_tolerance=timedelta(0))
    assert remarks(world.verify(text, clock)) == []
    assert not world.verify(text, clock + step, exact)


def test_a_passport_that_outlives_its_signer_ends_with_the_signer(world: World) -> None:
    _, end = lifetime(world.es256)
    text = forge(world.es256.signer(), claims(exp=end + 1))
    clock = datetime.fromtimestamp(end, tz=NOW.tzinfo)
    assert remarks(world.verify(text, clock)) == [(NoteCode.VALIDITY_OUTLIVES_SIGNER, "")]
    verdict = world.verify(text, clock + timedelta(seconds=1))
    assert verdict.code is Code.VALIDITY_SIGNER_EXPIRED


def test_not_before_counts_where_it_is_later_than_iat(world: World) -> None:
    text = forge(world.es256.signer(), claims(nbf=int(NOW.timestamp())))
    assert remarks(world.verify(text, NOW)) == []
    assert world.verify(text, NOW - timedelta(seconds=1)).code is Code.VALIDITY_NOT_YET


def test_another_kind_beside_the_dcc_is_told(world: World) -> None:
    hcert = {1: VACCINATION.to_payload(), 2: {"x": "y"}}
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=hcert)))
    assert remarks(verdict) == [(NoteCode.PAYLOAD_OTHER_KIND, "")]
    assert Note(NoteCode.PAYLOAD_OTHER_KIND).message()
