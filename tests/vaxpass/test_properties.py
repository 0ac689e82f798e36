"""Properties: whatever the text, a verdict; whatever is signed, not a bit of it can change.

All examples are the same in every run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cbor2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.handmade import Parts, header, payload_with, unpack
from tests.support.world import NOW, STAGES, VACCINATION, World, claims, forge, lifetime, pack
from vaxpass import Code, Outcome, Stage, Status, Verdict, decode
from vaxpass.encoding import base45

pytestmark = pytest.mark.slow

_SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    # The world is the same for all examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Mutation = Callable[[bytes], bytes]


def well_shaped(verdict: Verdict) -> Verdict:
    """What holds of every verdict."""
    assert [check.stage for check in verdict.checks] == list(STAGES)
    for check in verdict.checks:
        assert (check.problem is None) is (check.status in (Status.PASS, Status.SKIPPED))
        assert check.problem is None or check.problem.code.stage is check.stage
    assert bool(verdict) is (verdict.outcome is Outcome.ACCEPTED) is (verdict.code is None)
    assert bool(verdict) is ({check.status for check in verdict.checks} == {Status.PASS})
    for language in ("en", "vi"):
        assert verdict.reason(language)
        assert all(warned.message(language) for warned in verdict.notes)
    if verdict.signer is None:
        assert verdict.certificate is None
    elif verdict.certificate is not None:
        assert isinstance(verdict.certificate.to_payload(), dict)
    return verdict


def mutations(longest: int) -> st.SearchStrategy[Mutation]:
    """Flips, deletions, insertions and repetitions at places up to `longest`, a few at once."""
    place = st.integers(0, longest)

    def flip(at: int, bit: int) -> Mutation:
        return lambda data: bytes(
            b ^ (1 << bit) if i == at % len(data) else b for i, b in enumerate(data)
        )

    def delete(at: int, count: int) -> Mutation:
        return lambda data: data[: at % len(data)] + data[at % len(data) + count :]

    def insert(at: int, new: bytes) -> Mutation:
        return lambda data: data[: at % len(data)] + new + data[at % len(data) :]

    def repeat(at: int, count: int) -> Mutation:
        return lambda data: data[: at % len(data) + count] + data[at % len(data) :]

    one = (
        st.builds(flip, place, st.integers(0, 7))
        | st.builds(delete, place, st.integers(1, 20))
        | st.builds(insert, place, st.binary(min_size=1, max_size=5))
        | st.builds(repeat, place, st.integers(1, 20))
    )

    def together(several: list[Mutation]) -> Mutation:
        def apply(data: bytes) -> bytes:
            for mutation in several:
                data = mutation(data) if data else data
            return data

        return apply

    return st.lists(one, min_size=1, max_size=3).map(together)


@pytest.fixture(scope="module")
def text(world: World) -> str:
    return world.issue()


# Any text


@_SETTINGS
@given(st.text(max_size=60) | st.text(max_size=60).map("HC1:".__add__))
def test_any_text_has_a_verdict(world: World, anything: str) -> None:
    assert not well_shaped(world.verify(anything))


@_SETTINGS
@given(st.text(base45.ALPHABET, max_size=200))
def test_any_base45_has_a_verdict(world: World, anything: str) -> None:
    assert not well_shaped(world.verify("HC1:" + anything))


@_SETTINGS
@given(st.binary(max_size=200))
def test_any_compressed_bytes_have_a_verdict(world: World, anything: bytes) -> None:
    assert not well_shaped(world.verify(pack(anything)))


_cbor = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=9)
    | st.sampled_from([1, 4, 6, -260, -7, -37, 18, 61, "v", "nam", "ver", "dob"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from([1, 4, 5, 6, -260, 2, "v", "t", "nam"]) | st.text(max_size=2),
            inner,
            max_size=5,
        )
        | st.builds(cbor2.CBORTag, st.sampled_from([0, 1, 2, 18, 28, 35, 61, 99]), inner)
    ),
    max_leaves=15,
)


@_SETTINGS
@given(_cbor)
def test_any_cbor_as_message_claims_or_payload_has_a_verdict(world: World, value: object) -> None:
    signer = world.es256.signer()
    assert not well_shaped(world.verify(pack(cbor2.dumps(value))))
    assert not well_shaped(world.verify(pack(b"\xd2" + cbor2.dumps(value))))
    assert not well_shaped(world.verify(forge(signer, value)))
    assert not well_shaped(world.verify(forge(signer, claims(hcert=value))))
    assert not well_shaped(world.verify(forge(signer, claims(hcert={1: value}))))


@_SETTINGS
@given(_cbor, st.sampled_from(["iss", "exp", "iat", "nbf"]))
def test_any_value_as_claim_has_a_verdict(world: World, value: object, name: str) -> None:
    well_shaped(world.verify(forge(world.es256.signer(), claims(VACCINATION, **{name: value}))))


@_SETTINGS
@given(_cbor, st.sampled_from(["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci", "other"]))
def test_any_value_as_field_has_a_verdict(world: World, value: object, field: str) -> None:
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=payload_with({field: value}))))
    assert well_shaped(verdict).signer is not None
    assert verdict.certificate is not None


@_SETTINGS
@given(_cbor, st.sampled_from(["ver", "nam", "dob", "v", "t", "r", "other"]))
def test_any_value_as_group_has_a_verdict(world: World, value: object, field: str) -> None:
    hcert = {1: {**VACCINATION.to_payload(), field: value}}
    verdict = world.verify(forge(world.es256.signer(), claims(hcert=hcert)))
    assert well_shaped(verdict).signer is not None
    assert verdict.certificate is not None


@_SETTINGS
@given(_cbor, st.sampled_from([1, 2, 3, 4, 5, 33, 99, "x"]), st.booleans())
def test_any_header_has_a_verdict(
    world: World, value: object, label: object, unprotected: bool
) -> None:
    signer = world.es256.signer()
    good = header(signer)
    if unprotected:
        well_shaped(world.verify(forge(signer, claims(), unprotected={label: value})))
    else:
        well_shaped(world.verify(forge(signer, claims(), protected=good | {label: value})))


# Damage: accepted only where what is signed is unchanged


def unchanged_where_accepted(world: World, verdict: Verdict, original: str) -> None:
    if well_shaped(verdict):
        assert verdict.unverified is not None
        before = decode(original).message
        after = verdict.unverified.message
        assert (after.signed, after.signature) == (before.signed, before.signature)


@_SETTINGS
@given(mutation=mutations(600))
def test_damaged_texts(world: World, text: str, mutation: Mutation) -> None:
    damaged = mutation(text.encode()).decode("latin-1")
    unchanged_where_accepted(world, world.verify(damaged), text)


@_SETTINGS
@given(mutation=mutations(400))
def test_damaged_compressed_bytes(world: World, text: str, mutation: Mutation) -> None:
    damaged = mutation(base45.decode(text.removeprefix("HC1:")))
    unchanged_where_accepted(world, world.verify("HC1:" + base45.encode(damaged)), text)


@_SETTINGS
@given(mutation=mutations(400))
def test_damaged_messages(world: World, text: str, mutation: Mutation) -> None:
    unchanged_where_accepted(world, world.verify(pack(mutation(unpack(text)))), text)


@_SETTINGS
@given(mutation=mutations(350))
def test_damaged_claims_that_are_signed_again(world: World, text: str, mutation: Mutation) -> None:
    damaged = mutation(Parts.of(text).payload)
    well_shaped(world.verify(forge(world.es256.signer(), damaged)))


def test_every_truncation_is_unreadable(world: World, text: str) -> None:
    for length in range(len(text)):
        verdict = well_shaped(world.verify(text[:length]))
        expected = Outcome.UNREADABLE if text[:length].startswith("HC1:") else Outcome.OTHER
        assert verdict.outcome is expected, length


@pytest.mark.parametrize("field", ["protected", "payload", "signature"])
def test_every_bit_that_is_flipped_is_noticed(world: World, text: str, field: str) -> None:
    parts = Parts.of(text)
    data: bytes = getattr(parts, field)
    for place in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        verdict = world.verify(replace(parts, **{field: bytes(flipped)}).text())
        assert not verdict, place
        assert verdict.certificate is None, place
        if field == "signature":
            assert verdict.code is Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize("field", ["payload", "signature"])
def test_bits_flipped_under_an_rsa_signature_are_noticed(world: World, field: str) -> None:
    parts = Parts.of(world.issue(key=world.ps256))
    data: bytes = getattr(parts, field)
    for place in range(0, 8 * len(data), 7):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        assert not world.verify(replace(parts, **{field: bytes(flipped)}).text()), place


@_SETTINGS
@given(st.integers(0, 253402300799), st.integers(0, 253402300799), st.integers(0, 4102444800))
def test_only_times_in_their_order_are_accepted(world: World, iat: int, exp: int, now: int) -> None:
    first, last = lifetime(world.es256)
    at = NOW.fromtimestamp(now, tz=NOW.tzinfo)
    verdict = well_shaped(world.verify(forge(world.es256.signer(), claims(iat=iat, exp=exp)), at))
    assert bool(verdict) is (first <= iat <= now <= exp and now <= last)
    assume(not verdict)
    assert verdict.code is not None
    assert verdict.code.stage is Stage.VALIDITY
