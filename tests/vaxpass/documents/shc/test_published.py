"""Published cards, and cards minted for tests, give what was measured of them elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from vaxpass import Code, Outcome, Policy, TrustList, TrustListError, Verdict, Verifier, read_trust_list
from vaxpass.documents import join_parts
from vaxpass.documents.shc.texts import split
from vaxpass.trust import load_pins

AT: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
SPEC: Final = "https://spec.smarthealth.cards/examples/issuer"
# What the tables say of a card -> what may come of it.
MEASURED: Final = {
    "VALID": (Outcome.ACCEPTED, None),
    "BAD-SIGNATURE": (Outcome.REJECTED, Code.SIGNATURE_MISMATCH),
    "UNKNOWN-ISSUER": (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN),
    "UNKNOWN-KEY": (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN),
    "refused: zip": (Outcome.REJECTED, Code.JWS_NOT_COMPRESSED),
    "refused: odd": (Outcome.UNREADABLE, Code.JWS_DIGITS),
    "one part": (Outcome.UNDECIDED, Code.JWS_PART),
}
EXPECTED: Final = {
    "valid": (Outcome.ACCEPTED, None),
    "part of": (Outcome.UNDECIDED, Code.JWS_PART),
    "with crl.json: revoked": (Outcome.REJECTED, Code.REVOCATION_LISTED),
    "card older than the stamp": (Outcome.REJECTED, Code.REVOCATION_LISTED),
    "exp 2026-11-01": (Outcome.REJECTED, Code.VALIDITY_EXPIRED),
    "not yet valid": (Outcome.REJECTED, Code.VALIDITY_NOT_YET),
    "refuse: issuer not https": (Outcome.REJECTED, Code.PAYLOAD_ISSUER_INVALID),
    "bad signature": (Outcome.REJECTED, Code.SIGNATURE_MISMATCH),
    "refuse (zip": (Outcome.REJECTED, Code.JWS_NOT_COMPRESSED),
}
# Nothing but white space is around these: it belongs to no card.
SURROUNDED: Final = "trailing_chars"


@pytest.fixture(scope="module")
def formats(shared: Path) -> Path:
    return shared / "vectors" / "formats"


@pytest.fixture(scope="module")
def snapshot(formats: Path) -> TrustList:
    folder = formats / "shc" / "trust"
    return read_trust_list(
        (folder / "vci_snapshot.json").read_bytes(),
        source="VCI",
        pins=load_pins((folder / "vci_snapshot.crt").read_bytes()),
        sidecars=[
            (folder / name).read_bytes() for name in ("vci_snapshot.sig", "vci-metadata-min.json")
        ],
        at=AT,
    )


@pytest.fixture(scope="module")
def verifier(formats: Path, snapshot: TrustList) -> Verifier:
    spec = formats / "shc" / "spec"
    keys = json.loads((spec / "jwks.json").read_text())["keys"]
    revoked = json.loads((spec / f"{keys[0]['kid']}.json").read_text())
    entry = {"issuer": {"iss": SPEC, "name": "Example"}, "keys": keys, "crls": [revoked]}
    minted = formats / "shc-minted"
    lists = [json.dumps({"issuerInfo": [entry]}).encode()]
    lists += [(minted / name).read_bytes() for name in ("vci-like-snapshot.json", "crl.json")]
    trust = TrustList.merge(snapshot, *(read_trust_list(each, source="own") for each in lists))
    return Verifier(trust, Policy(list_stale_after=timedelta(days=365)))


def rows(table: Path) -> list[list[str]]:
    return [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]


def check(verdicts: list[Verdict], said: str, known: dict[str, tuple[Outcome, Code | None]]) -> None:
    expected = next(value for begin, value in known.items() if said.startswith(begin))
    assert verdicts
    for verdict in verdicts:
        assert (verdict.outcome, verdict.code) == expected, said


def judge(verifier: Verifier, path: Path) -> list[Verdict]:
    text = path.read_text(encoding="utf-8")
    return [verifier.verify(each, at=AT) for each in split(text)]


def test_published_cards_give_what_was_measured(formats: Path, verifier: Verifier) -> None:
    found = rows(formats / "shc" / "MEASURED.tsv")
    assert len(found) > 40
    for name, said in found:
        measured = "VALID" if SURROUNDED in name else said
        check(judge(verifier, formats / "shc" / name), measured, MEASURED)


def test_minted_cards_give_what_they_were_made_for(formats: Path, verifier: Verifier) -> None:
    found = rows(formats / "shc-minted" / "EXPECTED.tsv")
    assert len(found) > 10
    for name, _, said in found:
        check(judge(verifier, formats / "shc-minted" / name), said, EXPECTED)


def test_parts_in_files_are_a_card(formats: Path, verifier: Verifier) -> None:
    for pattern in ("shc-minted/chunk-*.txt", "shc/devtools/*qr_chunk_too_small.txt"):
        texts = [path.read_text(encoding="utf-8") for path in sorted(formats.glob(pattern))]
        joined = join_parts(reversed(texts))
        assert (len(joined.cards), joined.left) == (1, ())
        assert verifier.verify(joined.cards[0], at=AT)


def test_the_snapshot_of_the_directory_is_vouched_for(snapshot: TrustList) -> None:
    assert len(snapshot) > 900
    assert len({key.issuer.identifier for key in snapshot if key.issuer}) > 600
    assert sum(len(cards.rids) for cards in snapshot.revoked_cards) == 1343
    assert snapshot.made_at == datetime(2026, 8, 22, 4, 43, 50, tzinfo=UTC)
    assert all("ES512" in key.trusted_by for key in snapshot)


def test_malformed_lists_of_revoked_cards_are_refused_or_told(formats: Path) -> None:
    folder = formats / "shc" / "devtools" / "badcrl"
    lists = [path for path in folder.rglob("*.json") if path.name not in ("jwks.json", "public.json")]
    assert lists
    for path in lists:
        if path.parent.name == "invalid-method":
            with pytest.raises(TrustListError, match="method"):
                read_trust_list(path.read_bytes(), source="own")
        else:
            assert read_trust_list(path.read_bytes(), source="own").revoked_cards
