"""How fast are passports signed? Ratios from one process: python benchmarks/issuing.py [--json].

Prints, for ES256 and PS256 on one core: the rate of `Passports.issue` (a record in, a signed text out)
beside the rate of the signature alone in pyca/cryptography, as it is and with the r and s that COSE
wants; that of the general `encode`; and the time for a record's digest. All sides take turns, so that a
machine that changes its speed changes all of them; medians and quartiles of the ratios are printed. CPU
time is measured, since other programs may use the same cores.

Each round has records of its own, of people and days drawn at random; 100,000 others come before: a run
of millions has seen most names and days.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from vaxpass import Certificate, encode
from vaxpass.crypto import Algorithm
from vaxpass.records import Conditions, Issued, Passports, Record, Terms, UvciMaker
from vaxpass.testing import Authority, IssuedKey

ROUNDS: Final = 21
SIZE: Final = 2_000
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
MILLIONS: Final = 40
_FAMILY: Final = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 9), ("Phạm", 7), ("Hoàng", 5), ("Phan", 5), ("Vũ", 4),
    ("Đặng", 2), ("Bùi", 2), ("Đỗ", 1), ("Hồ", 1), ("Ngô", 1), ("Dương", 1), ("Lý", 1),
)  # fmt: skip
_MIDDLE: Final = (
    "Văn Thị Ngọc Minh Quốc Hữu Đức Thanh Hoàng Kim Bảo Xuân Thu Gia Anh Phương Quang Trọng".split()
)
_GIVEN: Final = (
    "An Anh Bình Châu Chi Cường Dũng Duy Dung Đạt Giang Hà Hải Hạnh Hiền Hiếu Hoa Hòa Hùng Hương Huy"
    " Khánh Lan Linh Long Mai Minh Nam Nga Ngân Nhung Oanh Phong Phúc Phương Quân Sơn Tâm Thảo Thắng"
    " Thành Thủy Tiến Trang Trung Tú Tuấn Tuyết Uyên Vân Việt Vy Yến"
).split()
_VACCINES: Final = (
    ("AstraZeneca", 2, 30), ("Pfizer", 2, 25), ("Moderna", 2, 8), ("Vero Cell", 2, 25),
    ("Sputnik V", 2, 3), ("Abdala", 3, 5), ("Hayat-Vax", 2, 3), ("Janssen", 1, 1),
)  # fmt: skip


def records(count: int, seed: int) -> list[Record]:
    """Records of people and days drawn at random."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    found = []
    for number in range(count):
        middle = rng.sample(_MIDDLE, 1 + (rng.random() < 0.3))
        family = rng.choices([name for name, _ in _FAMILY], [share for _, share in _FAMILY])
        vaccine, series, _ = rng.choices(_VACCINES, [share for *_, share in _VACCINES])[0]
        born = date(1935, 1, 1) + timedelta(days=rng.randrange(27_000))
        given = date(2021, 6, 1) + timedelta(days=rng.randrange(365))
        found.append(
            Record(
                *(f"{seed:03}-{number:08}", "79", f"79{rng.randrange(300):03}"),
                " ".join((*family, *middle, rng.choice(_GIVEN))),
                *(f"{born:%d/%m/%Y}", "1", f"{rng.randrange(10**12):012}", "0901234567"),
                *(vaccine, str(rng.randint(1, series)), str(series), given.isoformat(), "LOT"),
            )
        )
    return found


def seconds(job: Callable[[Record], object], given: list[Record]) -> float:
    """CPU seconds that one call takes."""
    begin = time.process_time()
    for record in given:
        job(record)
    return (time.process_time() - begin) / len(given)


def raw(key: IssuedKey, size: int) -> tuple[Callable[[Record], object], Callable[[Record], object]]:
    """The signature alone over as many bytes, and with what COSE wants of it."""
    private, data = key.key, bytes(size)
    if isinstance(private, EllipticCurvePrivateKey):
        ecdsa = ECDSA(SHA256())

        def cose(_: Record) -> bytes:
            r, s = decode_dss_signature(private.sign(data, ecdsa))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        return lambda _: private.sign(data, ecdsa), cose
    pss, sha256 = PSS(MGF1(SHA256()), salt_length=32), SHA256()

    def sign(_: Record) -> bytes:
        return private.sign(data, pss, sha256)

    return sign, sign


def measure(algorithm: Algorithm) -> dict[str, object]:
    """Rates and ratios for one algorithm."""
    authority = Authority.create("VN", valid_from=START, days=900)
    key = authority.issue_signer(days=800, algorithm=algorithm)
    terms = Terms.of(key.certificate, START, Conditions("Bộ Y tế"))
    signer = key.signer()
    passports = Passports(signer, UvciMaker("VN", bytes(32)), terms)
    alone, with_numbers = raw(key, 290)
    times = {"issued_at": terms.issued_at, "expires_at": terms.expires_at}

    def general(record: Record) -> str:
        certificate = passports.certificate(record)
        assert isinstance(certificate, Certificate)  # noqa: S101 - all records are good
        return encode(certificate, signer, issuer="VN", **times)

    lengths: list[int] = []

    def issue(record: Record) -> None:
        found = passports.issue(record)
        if not isinstance(found, Issued):
            raise SystemExit(f"the benchmark's own record was refused: {found.codes}")
        lengths.append(len(found.text))

    for record in records(50 * SIZE, 999):
        passports.issue(record)
    rows = []
    for number in range(ROUNDS):
        given = records(SIZE if algorithm is Algorithm.ES256 else SIZE // 10, number)
        rows.append(
            (
                *(seconds(issue, given), seconds(alone, given), seconds(with_numbers, given)),
                *(seconds(general, given), seconds(lambda one: one.digest, given)),
            )
        )
    issued, bare, numbers, general_way, digest = (
        statistics.median(column) for column in zip(*rows, strict=True)
    )
    return {
        "issued_per_second": round(1 / issued),
        "signature_per_second": round(1 / bare),
        "signature_for_cose_per_second": round(1 / numbers),
        "general_encode_per_second": round(1 / general_way),
        "digest_microseconds": round(digest * 1e6, 2),
        "ratio_quartiles": quartiles([row[1] / row[0] for row in rows]),
        "ratio_for_cose_quartiles": quartiles([row[2] / row[0] for row in rows]),
        "text_characters": round(statistics.mean(lengths), 1),
        f"core_hours_for_{MILLIONS}_million": round(issued * MILLIONS * 1e6 / 3600, 2),
    }


def quartiles(values: list[float]) -> list[float]:
    """First quartile, median and third quartile."""
    return [round(value, 3) for value in statistics.quantiles(values, n=4)]


def main() -> None:
    """Measure, and print for people or (`--json`) for machines."""
    found = {algorithm.name: measure(algorithm) for algorithm in (Algorithm.ES256, Algorithm.PS256)}
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name}, one core:")
        for what, value in row.items():
            print(f"  {what.replace('_', ' '):<38} {value}")


if __name__ == "__main__":
    main()
