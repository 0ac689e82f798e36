"""A public function that is called wrongly raises an error of the library, never another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import END, NOW, START, VACCINATION, World
from vaxpass import (
    Certificate,
    Stage,
    TrustList,
    VaxpassError,
    Verdict,
    Verifier,
    decode,
    encode,
    qr,
    read_trust_list,
)
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.documents import BUILT_IN, ValueSets
from vaxpass.errors import ArgumentError
from vaxpass.identity import check_digit, parse_mrz
from vaxpass.journey import Leg, calendar, travel
from vaxpass.records import UvciMaker
from vaxpass.revocation import Entries, eu
from vaxpass.rules import Rule, RuleBook, RuleSet, read_rules
from vaxpass.testing import Authority
from vaxpass.trust import load_pins, write_trust_list
from vaxpass.trust.bundle import open_bundle


def issued(world: World, **changes: Any) -> str:
    given: dict[str, Any] = {"issuer": "VN", "issued_at": START, "expires_at": END, **changes}
    return encode(VACCINATION, world.es256.signer(), **given)


def verdict_of(world: World, **changes: Any) -> Verdict:
    return Verifier(world.trust).verify(world.issue(), at=NOW, **changes)


NAIVE = datetime(2026, 6, 1)  # noqa: DTZ001
NOTHING: Any = None
BYTES: Any = b"x"
PATH: Any = Path("code.png")
TEXT: Any = "x"
NUMBER: Any = 5
WRONG: dict[str, Callable[[World], object]] = {
    "naive time": lambda _: Verifier(TrustList([])).verify("x", at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "a path to verify": lambda _: Verifier(TrustList([])).verify(PATH, at=NOW),
    "a path to decode": lambda _: decode(PATH),
    "no payload": lambda _: Certificate.from_payload(NOTHING),
    "naive issue": lambda world: issued(world, issued_at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "issued before 1970": lambda world: issued(world, issued_at=datetime(1969, 1, 1, tzinfo=UTC)),
    "end before issue": lambda world: issued(world, expires_at=START - timedelta(days=1)),
    "no issuer": lambda world: issued(world, issuer=""),
    "no field": lambda _: BUILT_IN.display("nothing", "1"),
    "a time that is none": lambda _: Verifier(TrustList([])).verify("x", at=TEXT),
    "a day for a time": lambda _: Verifier(TrustList([])).verify("x", at=NOW.date()),  # type: ignore[arg-type]
    "a decoded one at no time": lambda world: Verifier(world.trust).verify_decoded(
        decode(world.issue()), at=NOTHING
    ),
    "a list of keys for a trust list": lambda _: Verifier([]),  # type: ignore[arg-type]
    "no policy": lambda world: Verifier(world.trust, NOTHING),
    "the path of a store": lambda world: Verifier(world.trust, revocations=TEXT),
    "the bytes of a store": lambda world: Verifier(world.trust, revocations=BYTES),
    "no limits": lambda _: decode("HC1:", NUMBER),
    "text for a list": lambda _: read_trust_list(TEXT, source="x"),
    "a path for a list": lambda _: read_trust_list(Path("x"), source="x"),  # type: ignore[arg-type]
    "a path for pins": lambda _: load_pins(Path("x")),  # type: ignore[arg-type]
    "text for rules": lambda _: read_rules(TEXT, source="x"),
    "no rule": lambda _: Rule.from_json(TEXT),
    "half a rule": lambda _: Rule.from_json({"Identifier": "GR-VN-0001"}),
    "a naive time of rules": lambda world: RuleBook(RuleSet(())).admission(
        decode(world.issue()),
        "AT",
        at=datetime(2026, 1, 1),  # noqa: DTZ001
    ),
    "a list that is none": lambda _: TrustList([BYTES]),
    "a naive list": lambda _: TrustList([], made_at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "lists in a list": lambda _: TrustList.merge([TrustList([])]),  # type: ignore[arg-type]
    "bytes for a certificate": lambda world: encode(
        BYTES, world.es256.signer(), issuer="VN", issued_at=START, expires_at=END
    ),
    "a day of issue": lambda world: issued(world, issued_at=START.date()),
    "no certificate": lambda _: SignerKey.from_der(b"x"),
    "damaged PEM": lambda _: SignerKey.from_pem(
        b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----"
    ),
    "no key": lambda _: SignerKey.from_public_key(b"x"),
    "no public key": lambda _: load_public_key(b"x"),
    "no country": lambda _: Authority.create("", valid_from=START, days=1),
    "no days": lambda _: Authority.create("VN", valid_from=START, days=0),
    "too many days": lambda _: Authority.create("VN", valid_from=START, days=10**9),
    "no lines": lambda _: parse_mrz(NOTHING),
    "lines that are numbers": lambda _: parse_mrz([NUMBER, NUMBER]),
    "a small letter": lambda _: check_digit("x"),
    "an empty code": lambda _: qr.png(""),
    "a long code": lambda _: qr.svg("A" * 5000),
    "half of a character in a code": lambda _: qr.modules("\ud800"),
    "a picture of negative size": lambda _: qr.read(b"x", -1, -1),
    "a number for a country": lambda world: verdict_of(world, destination=NUMBER),
    "no families": lambda world: Verifier(world.trust, families=()),
    "no such check": lambda world: verdict_of(world).check(Stage.RULES),
    "a naive start": lambda world: calendar(
        Verifier(world.trust), decode(world.issue()), "AT", start=NAIVE, end=END, today=NOW
    ),
    "a naive leg": lambda world: travel(
        Verifier(world.trust), decode(world.issue()), [Leg("AT", NAIVE)], today=NOW
    ),
    "a naive time of a list": lambda _: read_trust_list(b"{}", source="x", at=NAIVE),
    "a naive time of rules' signers": lambda _: read_rules(b"[]", source="x", at=NAIVE),
    "a naive time of writing": lambda world: write_trust_list(
        world.trust, source="x", test=True, made_at=NAIVE
    ),
    "a naive time of a bundle": lambda _: open_bundle(b"", [], at=NAIVE),
    "a naive time of revocations": lambda _: eu.read({}, Entries(), at=NAIVE),
    "too few pixels": lambda _: qr.read(b"", 1, 1),
    "a short key of identifiers": lambda _: UvciMaker("VN", b"x"),
    "no end": lambda world: calendar(
        Verifier(world.trust), decode(world.issue()), "AT", start=END, end=START, today=NOW
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_an_error_of_the_library(world: World, name: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        WRONG[name](world)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, TypeError)
    assert str(raised.value)


LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize("extra", [{"x": object()}, {"x": LOOP}, {"x": "\ud800"}])
def test_what_no_certificate_can_hold_is_an_error_of_the_library(world: World, extra: Any) -> None:
    certificate = replace(VACCINATION, person=replace(VACCINATION.person, extra=extra))
    with pytest.raises(VaxpassError):
        world.issue(certificate)


def test_half_of_a_character_is_in_no_certificate(world: World) -> None:
    certificate = replace(VACCINATION, person=replace(VACCINATION.person, family_name="A\ud800"))
    with pytest.raises(VaxpassError):
        world.issue(certificate)
    end = START + timedelta(days=1)
    with pytest.raises(VaxpassError):
        encode(VACCINATION, world.es256.signer(), issuer="\ud800", issued_at=START, expires_at=end)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"5", b'{"a":1}', b"\xff", b"[" * 99999])
def test_anything_but_value_sets_is_an_error_of_the_library(data: bytes) -> None:
    with pytest.raises(VaxpassError):
        ValueSets.from_json(data)
