"""How fast is verifying? Ratios from one process: python benchmarks/run.py [--json].

Prints the rate of `Verifier.verify` on ES256 and PS256 texts beside the rate of the same signatures in
pyca/cryptography alone, what each stage costs, and the time of `import vaxpass` beside that of
`cryptography.x509`. The two sides of a ratio take turns, so that a machine that changes its speed
changes both; the median of the ratios is printed with its quartiles.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

import vaxpass
from vaxpass.crypto import Algorithm, cose
from vaxpass.crypto.keys import PublicKey
from vaxpass.documents.family import SignedMessage
from vaxpass.documents.hcert import cwt, decode
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.valuesets import BUILT_IN
from vaxpass.encoding import base45, deflate
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey

ROUNDS: Final = 41
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
PASSPORT: Final = vaxpass.Certificate(
    vaxpass.Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY"),
    "1990-05-06",
    (
        vaxpass.Vaccination(
            disease="840539006",
            prophylaxis="1119349007",
            product="EU/1/20/1528",
            manufacturer="ORG-100030215",
            dose=2,
            doses=2,
            date="2025-09-12",
            country="VN",
            issuer="Ministry of Health",
            uvci="URN:UVCI:01:VN:FFFE3D31FABD035899134A9D3BAE9BCF#1",
        ),
    ),
)


def seconds(job: Callable[[], object], times: int) -> float:
    """Seconds that one call takes, from a loop over `times`."""
    begin = time.perf_counter()
    for _ in range(times):
        job()
    return (time.perf_counter() - begin) / times


def quartiles(values: list[float]) -> list[float]:
    """First quartile, median and third quartile."""
    return [round(value, 3) for value in statistics.quantiles(values, n=4)]


def raw_verify(message: SignedMessage, key: PublicKey) -> Callable[[], object]:
    """The same signature, verified as a program without vaxpass would."""
    if isinstance(key, EllipticCurvePublicKey):
        ecdsa = ECDSA(SHA256())

        def es256() -> None:
            r = int.from_bytes(message.signature[:32], "big")
            s = int.from_bytes(message.signature[32:], "big")
            key.verify(encode_dss_signature(r, s), message.signed, ecdsa)

        return es256
    assert isinstance(key, RSAPublicKey)  # noqa: S101 - of a benchmark
    pss = PSS(MGF1(SHA256()), salt_length=32)
    return lambda: key.verify(message.signature, message.signed, pss, SHA256())


def verifying(algorithm: Algorithm) -> dict[str, object]:
    """Rate of `Verifier.verify` and of the raw signature, and the ratio of the two."""
    authority = Authority.create("VN", valid_from=START, days=3650)
    issued = authority.issue_signer(days=730, algorithm=algorithm)
    text = vaxpass.encode(
        PASSPORT,
        issued.signer(),
        issuer="VN",
        issued_at=START,
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    trusted = TrustedKey(issued.certificate.kid, issued.certificate, "VN", "benchmark")
    verifier = vaxpass.Verifier(vaxpass.TrustList([trusted]))
    raw = raw_verify(vaxpass.decode(text).message, issued.certificate.public_key)

    def whole() -> None:
        if not verifier.verify(text, at=NOW):
            raise SystemExit("the benchmark's own passport was not accepted")

    seconds(whole, 200)
    seconds(raw, 200)
    pairs = [(seconds(whole, 200), seconds(raw, 200)) for _ in range(ROUNDS)]
    return {
        "verify_per_second": round(1 / statistics.median(w for w, _ in pairs)),
        "raw_per_second": round(1 / statistics.median(r for _, r in pairs)),
        "ratio_quartiles": quartiles([r / w for w, r in pairs]),
        "stages_microseconds": stages(text, verifier) if algorithm is Algorithm.ES256 else None,
    }


def stages(text: str, verifier: vaxpass.Verifier) -> dict[str, float]:
    """Microseconds of each stage of one text, the least of many rounds."""
    unprefixed = decode.unprefix(text, [])
    compressed = base45.decode(unprefixed)
    message = deflate.inflate(compressed, DEFAULT_LIMITS.inflated)
    unverified = vaxpass.decode(text)
    payload = unverified.without_verification().payload
    body = cose.parse(message, DEFAULT_LIMITS, []).payload
    hcert = cwt.parse(body, DEFAULT_LIMITS, []).content
    jobs: dict[str, Callable[[], object]] = {
        "prefix": lambda: decode.unprefix(text, []),
        "base45": lambda: base45.decode(unprefixed),
        "deflate": lambda: deflate.inflate(compressed, DEFAULT_LIMITS.inflated),
        "cose": lambda: cose.parse(message, DEFAULT_LIMITS, []),
        "cwt": lambda: cwt.parse(body, DEFAULT_LIMITS, []),
        "payload": lambda: cwt.open_hcert(hcert, []),
        "schema": lambda: schema.check_reading(payload, []),
        "valuesets": lambda: BUILT_IN.check(payload, []),
        "trust to valuesets, signature included": lambda: verifier.verify_decoded(unverified, at=NOW),
    }
    return {
        name: round(min(seconds(job, 200) for _ in range(ROUNDS)) * 1e6, 2)
        for name, job in jobs.items()
    }


def importing() -> dict[str, object]:
    """Times of three imports, each in a fresh process, beside `import cryptography.x509`.

    `import vaxpass` alone loads nothing; what a verifier needs comes with its name.
    """
    program = "import time; b = time.perf_counter(); {}; print(time.perf_counter() - b)"
    programs = {
        "import vaxpass": "import vaxpass",
        "Verifier": "from vaxpass import Verifier",
        "x509": "import cryptography.x509",
    }

    def once(code: str) -> float:
        command = [sys.executable, "-c", program.format(code)]
        return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)  # noqa: S603

    once(programs["Verifier"])
    rounds = [{name: once(code) for name, code in programs.items()} for _ in range(15)]
    return {
        "milliseconds": {
            name: round(statistics.median(row[name] for row in rounds) * 1e3, 1) for name in programs
        },
        "ratio_quartiles": {
            name: quartiles([row[name] / row["x509"] for row in rounds])
            for name in ("import vaxpass", "Verifier")
        },
    }


def main() -> None:
    """Measure, and print for people or (`--json`) for machines."""
    found = {
        "ES256": verifying(Algorithm.ES256),
        "PS256": verifying(Algorithm.PS256),
        "import": importing(),
    }
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
        return
    for name in ("ES256", "PS256"):
        row = found[name]
        print(f"{name}: verify {row['verify_per_second']}/s, signature alone {row['raw_per_second']}/s")
        print(f"  ratio, quartiles over {ROUNDS} rounds: {row['ratio_quartiles']}")
        for stage, cost in (row["stages_microseconds"] or {}).items():  # type: ignore[attr-defined]
            print(f"  {cost:8.2f} us  {stage}")
    row = found["import"]
    for name, cost in row["milliseconds"].items():  # type: ignore[attr-defined]
        print(f"{cost:8.1f} ms  {name}")
    for name, ratio in row["ratio_quartiles"].items():  # type: ignore[attr-defined]
        print(f"  {name} beside x509, quartiles over 15 rounds: {ratio}")


if __name__ == "__main__":
    main()
