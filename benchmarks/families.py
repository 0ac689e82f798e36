"""What does verifying cost, family by family? python -m benchmarks.families [--json].

Prints for a document of each family the rate of `Verifier.verify`, the rate of its signature in
pyca/cryptography alone, and the ratio of the two, which take turns in one process. A seal (VDS-NC)
carries the certificate of its signer, so its chain is a second signature; both are counted apart.
Then it prints what one family loads that a verifier of the EU DCC does not, in a fresh process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.hostile import ACCEPTED, Minted, minted

ROUNDS: Final = 31
CALLS: Final = 40


def seconds(job: Callable[[], object]) -> float:
    """Seconds that one call takes, from a loop."""
    begin = time.perf_counter()
    for _ in range(CALLS):
        job()
    return (time.perf_counter() - begin) / CALLS


def raw(made: Minted) -> Callable[[], object]:
    """The same signature, verified as a program without vaxpass would."""
    verdict = made.verify(made.text)
    assert verdict.unverified is not None  # noqa: S101 - of a benchmark
    assert verdict.signer is not None  # noqa: S101
    message, key = verdict.unverified.message, verdict.signer.certificate.public_key
    signature, signed = message.signature, message.signed
    if isinstance(key, EllipticCurvePublicKey):
        ecdsa, half = ECDSA(SHA256()), len(signature) // 2

        def elliptic() -> None:
            r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            key.verify(encode_dss_signature(r, s), signed, ecdsa)

        return elliptic
    if isinstance(key, Ed25519PublicKey):
        return lambda: key.verify(signature, signed)
    assert isinstance(key, RSAPublicKey)  # noqa: S101
    pss = PSS(MGF1(SHA256()), salt_length=32)
    return lambda: key.verify(signature, signed, pss, SHA256())


class Cost(NamedTuple):
    """Milliseconds of verifying and of the signature alone, and the quartiles of the ratio."""

    verify_ms: float
    raw_ms: float
    times_raw: list[float]


class First(NamedTuple):
    """Milliseconds of the first document in a process, and the packages that it loads."""

    first_ms: float
    packages: list[str]


def verifying(made: Minted) -> Cost:
    """Rates of verifying and of the signature alone, and the ratio of the two."""
    verifier, alone = made.verifier, raw(made)

    def whole() -> None:
        if verifier.verify(made.text, at=made.at).outcome not in ACCEPTED:
            raise SystemExit(f"the benchmark's own document was not accepted: {made.family}")

    seconds(whole)
    seconds(alone)
    pairs = [(seconds(whole), seconds(alone)) for _ in range(ROUNDS)]
    return Cost(
        round(statistics.median(w for w, _ in pairs) * 1e3, 3),
        round(statistics.median(r for _, r in pairs) * 1e3, 3),
        [round(each, 2) for each in statistics.quantiles([w / r for w, r in pairs], n=4)],
    )


def loading() -> dict[str, First]:
    """What the first document of a family loads and how long it takes, in a process of its own."""
    return {family: _first(made.text) for family, made in minted().items()}


def _first(text: str) -> First:
    code = _PROGRAM.format(text=text)
    rounds = []
    for _ in range(5):
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
        rounds.append(json.loads(ran.stdout))
    median = statistics.median(row["seconds"] for row in rounds)
    return First(round(median * 1e3, 1), rounds[0]["packages"])


_PROGRAM: Final = """
import json, sys, time
from datetime import UTC, datetime
from vaxpass import TrustList, Verifier
verifier, at = Verifier(TrustList([])), datetime(2026, 6, 1, tzinfo=UTC)
verifier.verify("HC1:6BF", at=at)
before = set(sys.modules)
begin = time.perf_counter()
verifier.verify({text!r}, at=at)
took = time.perf_counter() - begin
new = set(sys.modules) - before
packages = sorted(set(name.partition(".")[0] for name in new) - set(sys.stdlib_module_names))
print(json.dumps(dict(seconds=took, packages=packages)))
"""


def main() -> None:
    """Measure, and print for people or (`--json`) for machines."""
    found = {family: verifying(made) for family, made in minted().items()}
    first = loading()
    if "--json" in sys.argv[1:]:
        shown = {family: cost._asdict() | first[family]._asdict() for family, cost in found.items()}
        print(json.dumps(shown))
        return
    print(f"{'family':16} {'verify ms':>10} {'raw ms':>8} {'times raw':>10}  quartiles")
    for family, cost in found.items():
        low, middle, high = cost.times_raw
        print(f"{family:16} {cost.verify_ms:10} {cost.raw_ms:8} {middle:10}  {low} to {high}")
    print("\nThe first document of a family in a process:")
    for family, each in first.items():
        print(f"{family:16} {each.first_ms:8} ms  {', '.join(each.packages)}")


if __name__ == "__main__":
    main()
