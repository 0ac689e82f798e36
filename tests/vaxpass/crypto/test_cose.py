"""COSE_Sign1 messages are read without pycose, and pycose is the oracle of how."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycose.headers import KID
from pycose.messages.sign1message import Sign1Message

from tests.support.paths import ROOT
from tests.support.world import NOW, VACCINATION, World
from vaxpass import Code, NoteCode
from vaxpass.crypto import Algorithm, cose
from vaxpass.crypto.certificate import to_pem
from vaxpass.findings import Note, StageError
from vaxpass.policy import DEFAULT_LIMITS

_KID = b"kid-kid-"
_VERIFY = """
import json, sys
from datetime import datetime
from vaxpass import Stage, Verifier, read_trust_list

order = json.load(sys.stdin)
trust = read_trust_list(order["certificates"].encode(), source="here")
for text in order["texts"]:
    verdict = Verifier(trust).verify(text, at=datetime.fromisoformat(order["at"]))
    print(verdict.check(Stage.SIGNATURE).problem)
print(*sorted(name for name in sys.modules if name.partition(".")[0] in ("pycose", "ecdsa")), "end")
"""


def message(
    protected: dict[Any, Any] | bytes, unprotected: dict[Any, Any] | None = None, payload: bytes = b"p"
) -> bytes:
    coded = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    return cbor2.dumps(cbor2.CBORTag(18, [coded, unprotected or {}, payload, b"s" * 64]))


def parse(data: bytes) -> cose.Message:
    notes: list[Note] = []
    return cose.parse(data, DEFAULT_LIMITS, notes)


def oracle(data: bytes) -> Sign1Message:
    """The message as pycose takes it apart; raises where it refuses it."""
    protected, unprotected, payload, signature = cbor2.loads(data).value
    return Sign1Message.from_cose_obj([protected, dict(unprotected), payload, signature], True)


def accepted(data: bytes) -> bool:
    try:
        parse(data)
    except StageError as error:
        if error.problem.code is not Code.COSE_HEADER_INVALID:
            raise
        return False
    return True


def oracle_accepts(data: bytes) -> bool:
    try:
        oracle(data)
    except Exception:  # pycose raises errors of many kinds
        return False
    return True


def test_verifying_a_passport_loads_no_pycose(world: World) -> None:
    signers = (world.es256, world.ps256)
    order = {
        "certificates": b"".join(to_pem(signer.certificate.der) for signer in signers).decode(),
        "texts": [world.issue(VACCINATION, signer) for signer in signers],
        "at": NOW.isoformat(),
    }
    done = subprocess.run(
        [sys.executable, "-c", _VERIFY],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["None", "None", "end"]


@given(
    st.sampled_from([Algorithm.ES256, Algorithm.PS256]),
    st.binary(min_size=1, max_size=40),
    st.binary(max_size=300),
    st.booleans(),
)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_pycose_reads_the_same_parts_and_signed_bytes(
    algorithm: Algorithm, kid: bytes, payload: bytes, unprotected: bool
) -> None:
    header: dict[Any, Any] = {1: algorithm.value}
    if unprotected:
        data = message(header, {4: kid}, payload)
    else:
        data = message(header | {4: kid}, None, payload)
    ours, theirs = parse(data), oracle(data)
    assert (ours.kid, ours.payload, ours.signature) == (
        theirs.get_attr(KID),
        theirs.payload,
        theirs.signature,
    )
    assert ours.algorithm is algorithm
    assert ours.signed == theirs._create_sig_structure()


def test_what_was_built_is_read_by_both() -> None:
    signed = []

    def sign(data: bytes) -> bytes:
        signed.append(data)
        return b"s" * 64

    data = cose.build(b"payload", Algorithm.ES256, _KID, sign)
    ours, theirs = parse(data), oracle(data)
    assert ours == cose.Message(Algorithm.ES256, _KID, b"payload", b"s" * 64, signed[0])
    assert theirs._create_sig_structure() == signed[0]


_VALUES = [b"", b"bytes", "", "text", 0, 7, -1, 1.5, None, [], [b""], {}, {1: 2}]


@pytest.mark.parametrize("label", [0, 3, 5, 6, 7, 8, 9, 10, 11, 32, 33, 34, 35, 99, -3, -20, -21])
def test_pycose_refuses_the_same_parameters(label: int) -> None:
    header: dict[Any, Any] = {1: -7, 4: _KID}
    for value in _VALUES:
        for data in (message(header | {label: value}), message(header, {label: value})):
            assert accepted(data) is oracle_accepts(data), value


@pytest.mark.parametrize("value", _VALUES, ids=repr)
def test_a_second_kid_must_be_bytes(value: object) -> None:
    data = message({1: -7, 4: _KID}, {4: value})
    assert accepted(data) is oracle_accepts(data) is isinstance(value, bytes)


@pytest.mark.parametrize(
    "text",
    ["a2lkLWtpZC0=", "a2lkLWtpZC0", " a2lkLWtpZC0=\n", "6b69642d6b69642d", "6B69642D6B69642D"],
)
@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_a_kid_written_as_text_is_the_kid_that_it_stands_for(text: str, place: str) -> None:
    """Two generators of the Americas write it so; the notes say it."""
    notes: list[Note] = []
    header: tuple[dict[Any, Any], ...] = ({1: -7, 4: text},)
    data = message(*(header if place == "protected" else ({1: -7}, {4: text})))
    assert cose.parse(data, DEFAULT_LIMITS, notes).kid == b"kid-kid-"
    assert NoteCode.COSE_KID_TEXT in {note.code for note in notes}


@pytest.mark.parametrize("text", ["not Base64!", "a", "\u00e9"])
def test_a_kid_of_other_text_names_no_key(text: str) -> None:
    assert cose.parse(message({1: -7, 4: text}), DEFAULT_LIMITS, []).kid is None


@pytest.mark.parametrize("value", _VALUES, ids=repr)
def test_a_second_algorithm_must_be_a_number_or_text(value: object) -> None:
    data = message({1: -7, 4: _KID}, {1: value})
    assert accepted(data) is isinstance(value, int | str)


@pytest.mark.parametrize("label", ["ALG", "alg", "KID", "IV", "CONTENT_TYPE", "x", ""])
def test_a_label_that_is_text_is_no_other_name_of_a_number(label: str) -> None:
    """pycose takes some of them for the number that they name; in COSE they mean nothing."""
    data = message({1: -7, 4: _KID, label: [b"any", 1]})
    assert parse(data).kid == _KID


def test_rs256_is_for_lists_and_no_algorithm_of_a_message() -> None:
    with pytest.raises(StageError) as caught:
        parse(message({1: -257, 4: _KID}))
    assert caught.value.problem.code is Code.COSE_ALGORITHM_UNSUPPORTED
