"""Seals that states and projects have published, with the authorities that are known."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.paths import find_shared
from vaxpass import Code, Outcome, TrustList, Verifier, read_trust_list
from vaxpass.trust import CSCA

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
_EXPECTED = {
    "valid": None,
    "bad signature": Code.SIGNATURE_MISMATCH,
    "unknown signer": Code.TRUST_KEY_UNKNOWN,
    "chain ok but no": Code.USAGE_NOT_FOR_SEALS,
    "signer expired": Code.VALIDITY_SIGNER_EXPIRED,
}


@pytest.fixture(scope="module")
def vectors() -> Path:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published seals")
    return shared / "vectors"


def lists(*paths: Path) -> TrustList:
    return TrustList.merge(*(read_trust_list(path.read_bytes(), source=path.name) for path in paths))


def test_the_seals_of_australia_and_japan_are_accepted(vectors: Path) -> None:
    folder = vectors / "formats" / "vdsnc"
    trust = lists(*sorted((folder / "trust").glob("*.der")), folder / "trust" / "crl-au-2021.crl")
    assert {key.country for key in trust.with_usage(CSCA)} == {"AU", "JP"}
    assert len(trust.crls) == 1
    found = 0
    for path in [*(folder / "samples").glob("*.json"), *vectors.glob("who/*/ICAO*Contents.txt")]:
        verdict = Verifier(trust).verify(path.read_text(encoding="utf-8"), at=NOW)
        if path.name.startswith("uto"):
            assert verdict.code is Code.TRUST_KEY_UNKNOWN, path.name
            continue
        found += 1
        assert verdict.outcome is Outcome.ACCEPTED, (path.name, verdict.code)
        assert not verdict.notes, path.name
        assert verdict.signer is not None
        assert verdict.signer.country in ("AU", "JP")
    assert found >= 4


def test_the_health_master_list_has_the_same_authorities(vectors: Path) -> None:
    folder = vectors / "formats" / "vdsnc"
    trust = lists(folder / "trust" / "icao-health-masterlist-2022-06-certs.pem")
    assert not trust.skipped
    for path in (folder / "samples").glob("[aj]*.json"):
        assert Verifier(trust).verify(path.read_text(encoding="utf-8"), at=NOW), path.name


def test_forgeries_are_told_from_what_they_imitate(vectors: Path) -> None:
    folder = vectors / "formats" / "vdsnc-minted"
    verifier = Verifier(lists(folder / "TEST-csca.pem"))
    with (folder / "EXPECTED.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert rows
    for row in rows:
        said = next(value for key, value in row.items() if key and key.startswith("expected"))
        code = next(code for begin, code in _EXPECTED.items() if said.startswith(begin))
        text = (folder / row["file"]).read_text(encoding="utf-8")
        assert verifier.verify(text, at=NOW).code is code, row["file"]
