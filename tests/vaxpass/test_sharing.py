"""A verifier and its verdicts can be pickled for other processes and used from threads."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.rule_data import rule
from tests.support.world import NOW, RECOVERY, TEST, VACCINATION, World
from vaxpass import Certificate, Verdict, Verifier, decode
from vaxpass.revocation import HashList, RevocationStore, build, identifiers_of
from vaxpass.rules import RuleBook, RuleSet

_READ = """
import pickle, sys
from datetime import datetime, UTC
verifier, text, at = pickle.load(open(sys.argv[1], "rb"))
verdict = verifier.verify(text, at=at, destination="XA")
sys.stdout.buffer.write(pickle.dumps(verdict))
"""


def verifier(world: World) -> Verifier:
    """One with everything: revocations that name another certificate, and rules of a country."""
    revoked = identifiers_of(decode(world.issue(RECOVERY)))[0]
    store = b"".join(build([HashList(b"", revoked.type, 16, 1, [revoked.hash])]))
    rules = RuleBook(RuleSet((rule(),)))
    return Verifier(world.trust, revocations=RevocationStore(store), rules=rules)


def judged(one: Verifier, text: str) -> Verdict:
    return one.verify(text, at=NOW, destination="XA")


@pytest.mark.parametrize(
    "certificate", [VACCINATION, TEST, RECOVERY], ids=["vaccination", "test", "recovery"]
)
def test_a_pickled_verifier_gives_the_same_verdict(world: World, certificate: Certificate) -> None:
    one, text = verifier(world), world.issue(certificate)
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
    assert judged(again, text).to_dict() == judged(one, text).to_dict()


@pytest.mark.parametrize("text", ["", "HC1:NCF", "shc:/5", "HC2:6BF"])
def test_a_pickled_verdict_of_a_refused_text_is_the_same(world: World, text: str) -> None:
    verdict = judged(verifier(world), text)
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301


def test_a_pickled_verdict_keeps_its_truth(world: World) -> None:
    verdict = judged(verifier(world), world.issue())
    again = pickle.loads(pickle.dumps(verdict))  # noqa: S301
    assert verdict
    assert again
    assert again == verdict
    assert again.certificate == VACCINATION
    assert again.to_dict("vi") == verdict.to_dict("vi")


def test_a_bare_key_is_pickled_too(world: World) -> None:
    (first, *_) = world.trust
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301


def test_another_process_verifies_with_a_pickled_verifier(world: World, tmp_path: Path) -> None:
    file = tmp_path / "verifier"
    text = world.issue()
    file.write_bytes(pickle.dumps((verifier(world), text, NOW)))
    ran = subprocess.run([sys.executable, "-c", _READ, str(file)], capture_output=True, check=True)
    verdict = pickle.loads(ran.stdout)  # noqa: S301 - written by our own child
    assert verdict.to_dict() == judged(verifier(world), text).to_dict()


def test_threads_share_a_verifier(world: World) -> None:
    one = verifier(world)
    texts = [world.issue(certificate) for certificate in (VACCINATION, TEST, RECOVERY)] * 40
    expected = [judged(one, text).to_dict() for text in texts[:3]] * 40
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: judged(verifier(world), text).to_dict(), texts[:12]))
        shared = list(threads.map(lambda text: judged(one, text).to_dict(), texts))
    assert shared == expected
    assert found == expected[:12]
