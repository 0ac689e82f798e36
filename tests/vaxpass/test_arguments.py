"""A public function that is called wrongly raises an error of the library, never another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.world import END, NOW, START, VACCINATION, World
from vaxpass import Certificate, TrustList, VaxpassError, Verifier, decode, encode
from vaxpass.documents import BUILT_IN, ValueSets
from vaxpass.errors import ArgumentError
from vaxpass.journey import calendar


def issued(world: World, **changes: Any) -> str:
    given: dict[str, Any] = {"issuer": "VN", "issued_at": START, "expires_at": END, **changes}
    return encode(VACCINATION, world.es256.signer(), **given)


NOTHING: Any = None
BYTES: Any = b"x"
WRONG: dict[str, Callable[[World], object]] = {
    "naive time": lambda _: Verifier(TrustList([])).verify("x", at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "bytes to verify": lambda _: Verifier(TrustList([])).verify(BYTES, at=NOW),
    "bytes to decode": lambda _: decode(BYTES),
    "no payload": lambda _: Certificate.from_payload(NOTHING),
    "naive issue": lambda world: issued(world, issued_at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "issued before 1970": lambda world: issued(world, issued_at=datetime(1969, 1, 1, tzinfo=UTC)),
    "end before issue": lambda world: issued(world, expires_at=START - timedelta(days=1)),
    "no issuer": lambda world: issued(world, issuer=""),
    "no field": lambda _: BUILT_IN.display("nothing", "1"),
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
