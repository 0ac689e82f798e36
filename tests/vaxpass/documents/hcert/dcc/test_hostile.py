"""Hostile input: structures, names and numbers."""

from __future__ import annotations

import cbor2
import pytest

from tests.support.handmade import payload_with
from tests.support.world import VACCINATION, World, claims, forge, pack
from vaxpass import Code, Outcome, Stage, Verdict
from vaxpass.display import escape_for_display


def answer(verdict: Verdict) -> tuple[Outcome, Code | None]:
    return verdict.outcome, verdict.code


# Structures


@pytest.mark.parametrize(
    "message",
    [
        None,
        1,
        "text",
        b"bytes",
        [],
        {},
        [b"", {}, b""],
        [b"", {}, b"", b"", b""],
        [b"", {}, None, b""],  # a detached payload
        [b"", {}, "text", b""],
        [b"", {}, {}, b""],
        ["", {}, b"", b""],
        [{}, {}, b"", b""],
        [b"", b"", b"", b""],
        [b"", [], b"", b""],
        [b"", None, b"", b""],
        [b"", {}, b"", None],
        [b"", {}, b"", [b""]],
    ],
)
def test_anything_but_the_four_parts_is_the_wrong_structure(world: World, message: object) -> None:
    for tags in (b"\xd2", b"", b"\xd8\x3d\xd2"):
        verdict = world.verify(pack(tags + cbor2.dumps(message)))
        assert answer(verdict) == (Outcome.UNREADABLE, Code.COSE_STRUCTURE)


@pytest.mark.parametrize("body", [b"\x80", b"\xf6", b"\x01", b"\x40", b"\x60", b"\xf5"])
def test_claims_that_are_no_map_are_the_wrong_structure(world: World, body: bytes) -> None:
    verdict = world.verify(forge(world.es256.signer(), body))
    assert answer(verdict) == (Outcome.OTHER, Code.CWT_STRUCTURE)


def test_an_empty_payload_holds_no_item(world: World) -> None:
    assert world.verify(forge(world.es256.signer(), b"")).code is Code.CWT_CBOR_INVALID


@pytest.mark.parametrize(
    ("hcert", "outcome", "code"),
    [
        (..., Outcome.OTHER, Code.PAYLOAD_MISSING),
        ({}, Outcome.OTHER, Code.PAYLOAD_MISSING),
        (None, Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ([], Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ("x", Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ({1: None}, Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ({1: []}, Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ({1: b""}, Outcome.UNREADABLE, Code.PAYLOAD_STRUCTURE),
        ({2: {}}, Outcome.UNDECIDED, Code.PAYLOAD_KIND_UNSUPPORTED),
        ({"1": {}}, Outcome.UNDECIDED, Code.PAYLOAD_KIND_UNSUPPORTED),
        ({1: {}}, Outcome.REJECTED, Code.SCHEMA_REQUIRED),
    ],
)
def test_a_payload_of_another_form(world: World, hcert: object, outcome: Outcome, code: Code) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=hcert)))
    assert answer(verdict) == (outcome, code)


@pytest.mark.parametrize(
    ("name", "code"), [("exp", Code.CWT_EXP_MISSING), ("iat", Code.CWT_IAT_MISSING)]
)
def test_a_missing_time_is_refused(world: World, name: str, code: Code) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(VACCINATION, **{name: ...})))
    assert answer(verdict) == (Outcome.REJECTED, code)


# Names and numbers


def read(world: World, hcert: object) -> Verdict:
    return world.verify(forge(world.es256.signer(), claims(hcert=hcert)))


def schema_faults(verdict: Verdict) -> tuple[Outcome, Code | None, str]:
    problem = verdict.check(Stage.SCHEMA).problem
    return verdict.outcome, verdict.code, problem.path if problem else ""


NASTY = [
    "\x1b[2J",
    "\x1b]0;x\x07",
    "\u202e",
    "\u2066",
    "\r",
    "\n",
    "\0",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x7f",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_controls_in_names_are_shown_as_what_they_are(world: World, nasty: str) -> None:
    names = {"fn": f"A{nasty}B", "fnt": "A", "gn": nasty, "gnt": "B"}
    verdict = read(world, payload_with(nam=names))
    assert verdict.certificate is not None
    assert verdict.certificate.person.family_name == f"A{nasty}B"
    shown = escape_for_display(verdict.certificate.person.family_name)
    assert shown.isprintable()
    assert "<U+" in shown
    told = [verdict.reason(language) for language in ("en", "vi")]
    told += [warned.message(language) for warned in verdict.notes for language in ("en", "vi")]
    assert not any(nasty in sentence for sentence in told)


@pytest.mark.parametrize("field", ["fnt", "gnt"])
@pytest.mark.parametrize(
    "nasty", [*("A" + c for c in NASTY), "A\n", "\nA", "A\tB", "A\u200b", "A\u00a0"]
)
def test_a_machine_readable_name_holds_no_controls(world: World, field: str, nasty: str) -> None:
    names = {"fn": "A", "fnt": "A", "gn": "B", "gnt": "B"} | {field: nasty}
    found = schema_faults(read(world, payload_with(nam=names)))
    assert found == (Outcome.REJECTED, Code.SCHEMA_FORMAT, f"$.nam.{field}")


_DATES = [
    "٢٠٢٦-٠١-١٢",
    "2026-01-1٢",
    "２０２６-01-12",
    "2026-01-12\n",
    "\n2026-01-12",
    " 2026-01-12",
    "2026-01-12 ",
    "2026-1-12",
    "20260112",
    "2026-W03-1",
    "2026-012",
    "2026-02-30",
    "2026-13-01",
    "2026-00-12",
    "2026/01/12",
    "2026-01-12\0",
    "2026‐01‐12",
    "-2026-01-12",
    "02026-01-12",
    "",
]


@pytest.mark.parametrize("date", _DATES)
def test_a_date_is_one_of_the_calendar_in_ascii_digits(world: World, date: str) -> None:
    found = schema_faults(read(world, payload_with({"dt": date})))
    assert found == (Outcome.REJECTED, Code.SCHEMA_FORMAT, "$.v[0].dt")


@pytest.mark.parametrize(
    "birth", ["١٩٩٠-٠٥-٠٦", "1990-05-06\n", "199٠", "1990\n", "1890-01-01", "90", "1990-5", "x"]
)
def test_a_date_of_birth_is_in_ascii_digits(world: World, birth: str) -> None:
    found = schema_faults(read(world, payload_with(dob=birth)))
    assert found == (Outcome.REJECTED, Code.SCHEMA_FORMAT, "$.dob")


@pytest.mark.parametrize("field", ["dn", "sd"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(10**4900, Code.SCHEMA_TYPE, id="10^4900"),
        pytest.param(-(10**4900), Code.SCHEMA_TYPE, id="-10^4900"),
        (2**64, Code.SCHEMA_TYPE),
        (2**64 - 1, Code.SCHEMA_RANGE),
        (2**31, Code.SCHEMA_RANGE),
        (-1, Code.SCHEMA_RANGE),
        (-(2**64), Code.SCHEMA_RANGE),
        (1e300, Code.SCHEMA_RANGE),
        (-1.0, Code.SCHEMA_RANGE),
        (1.5, Code.SCHEMA_TYPE),
        (float("nan"), Code.SCHEMA_TYPE),
        (float("inf"), Code.SCHEMA_TYPE),
        (True, Code.SCHEMA_TYPE),
        ("2", Code.SCHEMA_TYPE),
        (None, Code.SCHEMA_REQUIRED),
    ],
)
def test_doses_are_bounded_integers(world: World, field: str, value: object, code: Code) -> None:
    found = schema_faults(read(world, payload_with({field: value})))
    assert found == (Outcome.REJECTED, code, f"$.v[0].{field}")


def test_huge_numbers_elsewhere_stay_bytes_and_are_not_computed(world: World) -> None:
    verdict = read(world, payload_with(extra=10**4900))
    assert verdict
    assert verdict.unverified is not None
    assert "Tagged(number=2" in repr(verdict.unverified.without_verification().payload["extra"])


def test_an_integer_key_in_the_document_is_only_an_extra_field(world: World) -> None:
    assert read(world, {1: {1: "x", **VACCINATION.to_payload()}})
