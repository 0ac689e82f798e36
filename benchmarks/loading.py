"""How long until the first verdict? A bundle of 1,500 keys: python benchmarks/loading.py.

Each run is a fresh process that imports the library, reads a bundle from a file and verifies one code;
its own clock says how long each took. Medians and quartiles over the runs are printed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from vaxpass import Certificate, Person, Recovery, encode
from vaxpass.crypto.authority import new_bundle_key
from vaxpass.crypto.signer import BareSigner
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey, bundle
from vaxpass.trust.formats import native

KEYS: Final = 1500
RUNS: Final = 15
START: Final = datetime(2026, 1, 1, tzinfo=UTC)

PROGRAM: Final = """
import json, sys, time
begin = time.perf_counter()
from datetime import UTC, datetime
from vaxpass import Verifier, Policy, read_trust_list
from vaxpass.crypto import load_public_key
from vaxpass.trust import bundle
imported = time.perf_counter()
folder = sys.argv[1]
key = load_public_key(open(folder + "/key.pem", "rb").read())
data = open(folder + "/bundle", "rb").read()
at = datetime(2026, 1, 2, tzinfo=UTC)
found = bundle.open_bundle(data, [key], at=at)
trust = read_trust_list(bytes(found.content("trust-list")), source="bundle")
loaded = time.perf_counter()
verdict = Verifier(trust, Policy(test_keys=True)).verify(open(folder + "/text").read(), at=at)
assert verdict, verdict.reason()
verified = time.perf_counter()
print(json.dumps([imported - begin, loaded - imported, verified - loaded, len(trust)]))
"""


def prepare(folder: Path) -> None:
    """Write a bundle of KEYS signers, the key that it is signed with, and a text to verify."""
    authority = Authority.create("VN", valid_from=START, days=3650)
    issued = [authority.issue_signer(days=730) for _ in range(KEYS)]
    listed = native.write(
        [TrustedKey.of(key.certificate, "benchmark") for key in issued],
        source="benchmark",
        test=True,
        made_at=START,
    )
    private, public = new_bundle_key()
    pieces = bundle.pack(
        {bundle.TRUST_LIST: listed},
        BareSigner.from_key_pem(private),
        maker="benchmark",
        number=1,
        created=START,
        use_before=START + timedelta(days=14),
    )
    (folder / "bundle").write_bytes(b"".join(bytes(piece) for piece in pieces))
    (folder / "key.pem").write_bytes(public)
    entry = Recovery("840539006", "2025-05-01", "2025-05-12", "2026-10-28", "VN", "MoH", "URN:UVCI:1#1")
    passport = Certificate(Person("Nguyễn", "NGUYEN", "Duy", "DUY"), "1990-05-06", (entry,))
    end = START + timedelta(days=365)
    text = encode(passport, issued[0].signer(), issuer="VN", issued_at=START, expires_at=end)
    (folder / "text").write_text(text, encoding="ascii")


def main() -> None:
    """Prepare, run, and print for people or (`--json`) for machines."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for _ in range(RUNS + 1):
            command = [sys.executable, "-c", PROGRAM, folder]
            ran = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
            rows.append([1000 * value for value in json.loads(ran.stdout)[:3]])
    rows = rows[1:]  # the first may have had to compile the library
    rows = [[*row, row[1] + row[2]] for row in rows]
    names = ("import", "load the bundle", "verify the first code", "load and verify")
    found = {
        name: [round(value, 1) for value in statistics.quantiles([row[i] for row in rows], n=4)]
        for i, name in enumerate(names)
    }
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
        return
    for name, quartiles in found.items():
        print(f"{name:24} {quartiles} ms, quartiles over {RUNS} processes, {KEYS} keys")


if __name__ == "__main__":
    main()
