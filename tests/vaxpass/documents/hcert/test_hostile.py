"""Hostile input: each row of the reference's table, validly signed where that is possible.

Every text must end in its code, with little work and memory. The other rows are in
`test_hostile_signatures`, `dcc/test_hostile`, `test_hostile_times` and `test_hostile_tags`.
"""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable

import cbor2
import pytest

from tests.support.handmade import (
    Parts,
    Raw,
    good,
    head,
    header,
    indefinite,
    raw_map,
    signed_bytes,
    with_hcert,
)
from tests.support.work import at_most_calls
from tests.support.world import END, STAGES, VACCINATION, World, claims, forge, pack
from vaxpass import Code, Limits, Policy, Status
from vaxpass.encoding import base45, deflate

Build = Callable[[World], str]


def bomb(size: int) -> Build:
    return lambda _: pack(bytes(size))


def cwt(body: bytes) -> Build:
    """A validly signed message around these bytes."""
    return lambda world: forge(world.es256.signer(), body)


def protected(make: Callable[[World], bytes]) -> Build:
    """A good payload, validly signed under this protected header."""
    return lambda world: forge(world.es256.signer(), claims(), protected=make(world))


def unprotected(encoded: bytes) -> Build:
    def build(world: World) -> str:
        signer = world.es256.signer()
        protected_bytes = cbor2.dumps(header(signer))
        return Parts.signed(signer, protected_bytes, cbor2.dumps(claims()), encoded).text()

    return build


def cose(data: bytes) -> Build:
    return lambda _: pack(data)


def after(rest: bytes) -> Build:
    return lambda world: pack(good(world).cose() + rest)


def swapped(places: dict[object, object], keys: dict[object, object]) -> bytes:
    """A map with other keys in place of some of its own."""
    return cbor2.dumps({keys.get(key, key): value for key, value in places.items()})


def swapped_header(keys: dict[object, object]) -> Build:
    return protected(lambda world: swapped(header(world.es256.signer()), keys))


def swapped_claims(keys: dict[object, object]) -> Build:
    return cwt(swapped(dict(claims().items()), keys))


def kind_under(key: object) -> Build:
    return cwt(with_hcert(raw_map((key, VACCINATION.to_payload()))))


_GOOD = tuple(claims().items())
_DEEP = {
    "arrays": b"\x81",
    "arrays of indefinite length": b"\x9f",
    "maps": b"\xa1\0",
    "maps of indefinite length": b"\xbf\0",
    "tags": b"\xc1",
}
_LENGTHS = [
    head(major, n) for major in (2, 3, 4, 5) for n in (0xFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
]

CASES: dict[str, tuple[Build, Code]] = {
    "bomb of 2.9 MB": (bomb(2_900_000), Code.DEFLATE_TOO_LARGE),
    "bomb as large as the longest text holds": (bomb(5_000_000), Code.DEFLATE_TOO_LARGE),
    "bomb of 64 MB": (bomb(64 << 20), Code.BASE45_TOO_LONG),
    "one byte more than the cap": (bomb(65537), Code.DEFLATE_TOO_LARGE),
    # Nesting
    **{
        f"{levels} {name} as {place}": (build(opening * levels), code)
        for name, opening in _DEEP.items()
        for levels in (17, 400, 30_000)
        for place, build, code in (
            ("message", cose, Code.COSE_CBOR_TOO_DEEP),
            ("tagged message", lambda data: cose(b"\xd2" + data), Code.COSE_CBOR_TOO_DEEP),
            ("claims", cwt, Code.CWT_CBOR_TOO_DEEP),
            ("payload", lambda data: cwt(with_hcert(data)), Code.CWT_CBOR_TOO_DEEP),
            ("protected header", lambda data: protected(lambda _: data), Code.COSE_CBOR_TOO_DEEP),
            ("unprotected header", unprotected, Code.COSE_CBOR_TOO_DEEP),
        )
    },
    # Declared lengths
    **{
        f"declared length {length.hex()} as {place}": (build(length), code)
        for length in _LENGTHS
        for place, build, code in (
            ("message", cose, Code.COSE_CBOR_INVALID),
            ("tagged message", lambda data: cose(b"\xd2" + data), Code.COSE_CBOR_INVALID),
            ("protected header", lambda data: protected(lambda _: data), Code.COSE_CBOR_INVALID),
            ("claims", cwt, Code.CWT_CBOR_INVALID),
            ("payload", lambda data: cwt(with_hcert(data)), Code.CWT_CBOR_INVALID),
        )
    },
    # Keys that could be read in two ways
    "alg twice": (
        protected(lambda w: raw_map((1, -7), (4, w.es256.certificate.kid), (1, -37))),
        Code.COSE_CBOR_DUPLICATE_KEY,
    ),
    "kid twice in two spellings": (
        protected(
            lambda w: b"\xa3\x01\x26\x04\x48" + w.es256.certificate.kid + b"\x18\x04\x48" + bytes(8)
        ),
        Code.COSE_CBOR_DUPLICATE_KEY,
    ),
    "unprotected kid twice": (unprotected(raw_map((4, b"a"), (4, b"b"))), Code.COSE_CBOR_DUPLICATE_KEY),
    "exp twice": (cwt(raw_map(*_GOOD, (4, int(END.timestamp())))), Code.CWT_CBOR_DUPLICATE_KEY),
    "exp twice in two spellings": (
        cwt(raw_map(*_GOOD, (Raw(b"\x18\x04"), 0))),
        Code.CWT_CBOR_DUPLICATE_KEY,
    ),
    "two kinds of the same number": (
        cwt(with_hcert(raw_map((1, VACCINATION.to_payload()), (1, {})))),
        Code.CWT_CBOR_DUPLICATE_KEY,
    ),
    "v twice": (
        cwt(with_hcert(raw_map((1, Raw(raw_map(*VACCINATION.to_payload().items(), ("v", []))))))),
        Code.CWT_CBOR_DUPLICATE_KEY,
    ),
    **{
        f"{key!r} in place of {place}": case
        for key in (1.0, True)
        for place, case in (
            ("alg", (swapped_header({1: key}), Code.COSE_CBOR_KEY_TYPE)),
            ("iss", (swapped_claims({1: key}), Code.CWT_CBOR_KEY_TYPE)),
            ("the kind", (kind_under(key), Code.CWT_CBOR_KEY_TYPE)),
        )
    },
    "4.0 in place of kid": (swapped_header({4: 4.0}), Code.COSE_CBOR_KEY_TYPE),
    "4.0 in place of exp": (swapped_claims({4: 4.0}), Code.CWT_CBOR_KEY_TYPE),
    "6.0 in place of iat": (swapped_claims({6: 6.0}), Code.CWT_CBOR_KEY_TYPE),
    "-260.0 in place of hcert": (swapped_claims({-260: -260.0}), Code.CWT_CBOR_KEY_TYPE),
    "4.0 beside exp": (cwt(raw_map(*_GOOD, (4.0, 0))), Code.CWT_CBOR_KEY_TYPE),
    "true beside iss": (cwt(raw_map(*_GOOD, (True, "XX"))), Code.CWT_CBOR_KEY_TYPE),
    "1 as a big number beside iss": (
        cwt(raw_map(*_GOOD, (Raw(b"\xc2\x41\1"), 0))),
        Code.CWT_CBOR_KEY_TYPE,
    ),
    "4.0 in the unprotected header": (unprotected(raw_map((4.0, b"a"))), Code.COSE_CBOR_KEY_TYPE),
    # Something after the end
    "after zlib": (
        lambda w: "HC1:" + base45.encode(deflate.deflate(good(w).cose()) + b"\0"),
        Code.DEFLATE_TRAILING,
    ),
    "after COSE": (after(b"\0"), Code.COSE_CBOR_TRAILING),
    "a second message after COSE": (after(b"\xd2\x84\x40\xa0\x40\x40"), Code.COSE_CBOR_TRAILING),
    "after CWT": (cwt(cbor2.dumps(claims()) + b"\0"), Code.CWT_CBOR_TRAILING),
    "second claims after CWT": (cwt(cbor2.dumps(claims()) * 2), Code.CWT_CBOR_TRAILING),
    "after the protected header": (
        protected(lambda w: cbor2.dumps(header(w.es256.signer())) + b"\0"),
        Code.COSE_CBOR_TRAILING,
    ),
}


_CALLS = 10_000
"""Verifying an ordinary passport calls some 200 functions."""


@pytest.mark.parametrize("name", CASES)
def test_hostile_input_ends_in_its_code(world: World, name: str) -> None:
    build, code = CASES[name]
    text = build(world)
    world.verify(world.issue())  # imports what is needed first
    with at_most_calls(_CALLS):
        verdict = world.verify(text)
    assert verdict.code is code
    assert verdict.outcome is code.outcome
    assert not verdict
    assert verdict.certificate is None
    assert [check.stage for check in verdict.checks] == list(STAGES)
    place = list(STAGES).index(code.stage)
    assert {check.status for check in verdict.checks[:place]} <= {Status.PASS}
    assert {check.status for check in verdict.checks[place + 1 :]} == {Status.SKIPPED}


def test_no_hostile_input_takes_much_memory(world: World) -> None:
    texts = [build(world) for build, _ in CASES.values()]
    world.verify(world.issue())  # imports what is needed first
    peaks = []
    tracemalloc.start()
    try:
        for text in texts:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            world.verify(text)
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    assert max(peaks) < 4 << 20


_LITTLE_MEMORY = """
import resource, sys
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20),) * 2)
for line in sys.stdin:
    try:
        cbor.loads(bytes.fromhex(line), 16)
    except Refused as refused:
        print(refused.reason)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for a limit on memory")
def test_declared_lengths_reserve_no_memory_outside_python_either() -> None:
    lines = "\n".join((before + length).hex() for length in _LENGTHS for before in (b"", b"\x81" * 9))
    done = subprocess.run(
        [sys.executable, "-c", _LITTLE_MEMORY], input=lines, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["cbor_invalid"] * 2 * len(_LENGTHS)


def test_a_text_longer_than_any_passport_is_refused_unread(world: World) -> None:
    assert world.verify("HC1:" + "0" * 8193).code is Code.BASE45_TOO_LONG
    assert world.verify("HC1:" + "0" * 50_000_000).code is Code.BASE45_TOO_LONG
    assert world.verify(" " * 50_000_000).code is Code.PREFIX_MISSING


def test_the_limit_on_characters_counts_the_prefix(world: World) -> None:
    text = world.issue()
    assert world.verify(text, policy=Policy(limits=Limits(characters=len(text))))
    verdict = world.verify(text, policy=Policy(limits=Limits(characters=len(text) - 1)))
    assert verdict.code is Code.BASE45_TOO_LONG


# What the table says to accept


def test_indefinite_lengths_are_accepted_everywhere(world: World) -> None:
    signer = world.es256.signer()
    head_bytes, body = indefinite(header(signer)), indefinite(claims())
    message = [head_bytes, {}, body, signer.sign(signed_bytes(head_bytes, body))]
    verdict = world.verify(pack(b"\xd2" + indefinite(message)))
    assert verdict
    assert verdict.notes == ()
    assert verdict.certificate == VACCINATION
