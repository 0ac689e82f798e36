"""One list and one bundle carry the trust of all families, and the tool tells what is there of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.support.certificates import ONE
from tests.support.command import Ran, Run
from tests.support.gdhcn_documents import KEY, method, prove, unproved
from tests.support.good_signers import GOOD, make
from tests.support.health_cards import Issuer
from tests.support.seals import Csca
from tests.support.world import NOW, World, trusted
from vaxpass import TrustList, read_trust_list
from vaxpass.codes import IssuerType
from vaxpass.crypto import SignerKey, to_pem
from vaxpass.crypto.keys import public_pem
from vaxpass.trust import (
    BSC,
    CSCA,
    DIVOC,
    SHC,
    ListedIssuer,
    RevokedCards,
    SignerCrl,
    TrustedKey,
    write_trust_list,
)

AT = ("--at", f"{NOW:%Y-%m-%dT%H:%M:%SZ}")
FETCHED = datetime(2022, 3, 4, tzinfo=UTC)


def bare(**stated: object) -> SignerKey:
    return SignerKey.from_key(ec.generate_private_key(ec.SECP256R1()).public_key())


def issuer(name: str, kind: IssuerType, fetched: datetime = NOW) -> ListedIssuer:
    return ListedIssuer(f"https://{name}.example", name, kind, fetched)


HEALTH_CARDS = TrustList(
    [
        TrustedKey.of(bare(), "vci", usage=SHC, issuer=issuer("state", IssuerType.GOVERNMENT)),
        TrustedKey.of(bare(), "vci", usage=SHC, issuer=issuer("state", IssuerType.GOVERNMENT)),
        TrustedKey.of(bare(), "vci", usage=SHC, issuer=issuer("shop", IssuerType.PHARMACY, FETCHED)),
    ],
    made_at=NOW - timedelta(days=3),
    revoked_cards=[RevokedCards("https://state.example", b"1", {"abc": None, "def": 1.5}, 1, "vci")],
)
SEALS = TrustList(
    [
        TrustedKey.of(make(ec.generate_private_key(ec.SECP384R1()), ca=True), "icao", usage=CSCA),
        TrustedKey.of(make(ec.generate_private_key(ec.SECP256R1()), country="XC"), "icao", usage=BSC),
    ],
    crls=[SignerCrl(Csca.create().revoke(7), "icao")],
)
DIDS = TrustList(
    [
        TrustedKey.of(
            SignerKey.from_key(ed25519.Ed25519PrivateKey.generate().public_key()),
            "divoc",
            usage=DIVOC,
            issuer=ListedIssuer("did:example"),
        )
    ]
)


@pytest.fixture
def lists(tmp_path: Path, world: World) -> list[Path]:
    """A list of each family, as a file."""
    signers = [trusted(world.es256), replace(TrustedKey.of(GOOD, "who"), domain="DCC")]
    paths = []
    for name, trust in {
        "who": TrustList(signers, made_at=NOW),
        "vci": HEALTH_CARDS,
        "icao": SEALS,
        "divoc": DIDS,
    }.items():
        path = tmp_path / f"{name}.json"
        path.write_bytes(write_trust_list(trust, source=name, test=False, made_at=trust.made_at))
        paths.append(path)
    return paths


def lines(ran: Ran) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def everything(trust: TrustList) -> object:
    keys = sorted((key.kid, key.usage, key.issuer and key.issuer.identifier) for key in trust)
    return keys, trust.revoked_cards, trust.crls


def together(lists: Sequence[Path]) -> TrustList:
    return TrustList.merge(*(read_trust_list(path.read_bytes(), source=path.stem) for path in lists))


def test_lists_of_all_families_become_one(run: Run, lists: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    ran = run("trust", "import", *lists, "--unsigned", "--out", out, *AT)
    assert ran.code == 0, ran.err
    assert "Keys by usage: DSC 2, SHC 3, CSCA 1, BSC 1, DIVOC 1, lists of revoked cards 1" in ran.out
    again = read_trust_list(out.read_bytes(), source="all")
    assert everything(again) == everything(together(lists))
    assert [key.issuer for key in again.with_usage(SHC)] == [key.issuer for key in HEALTH_CARDS]
    # Each keeps the age of its list; one without a date has none.
    made = {key.usage: key.made_at for key in again}
    assert made["SHC"] == NOW - timedelta(days=3)
    assert made["CSCA"] is None


@pytest.fixture
def published(tmp_path: Path, lists: list[Path]) -> dict[str, Path]:
    """Files of four families, as they are published."""
    csca = Csca.create()
    files = {
        "issuers.json": json.dumps(Issuer.create().snapshot()).encode(),
        "csca.pem": to_pem(csca.der),
        "other.der": Csca.create("XD", "Other").der,
        "revoked.crl": csca.revoke(7),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in files} | {"divoc": lists[3], "who": lists[0]}


def test_authorities_named_beside_published_lists_are_lists_of_their_own(
    run: Run, published: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "all.json"
    ran = run("trust", "import", *published.values(), "--unsigned", "--out", out, *AT)
    assert ran.code == 0, ran.err
    again = read_trust_list(out.read_bytes(), source="all")
    found = Counter(key.usage for key in again)
    assert found == {"DSC": 2, "SHC": 1, "CSCA": 2, "DIVOC": 1}
    assert len(again.crls) == 1
    assert all(str(path) in ran.out for path in published.values())


def test_authorities_are_companions_where_nobody_vouches_for_them(
    run: Run, published: dict[str, Path], network_list: tuple[Path, Path], tmp_path: Path
) -> None:
    """A published list may need them, and what was only found is nobody's own."""
    signed, pin = network_list
    out = tmp_path / "one.json"
    named = (signed, published["csca.pem"], published["revoked.crl"])
    ran = run("trust", "import", *named, "--pin", pin, "--out", out, *AT)
    assert ran.code == 0, ran.err
    again = read_trust_list(out.read_bytes(), source="one")
    assert {key.usage for key in again} == {"DSC"}
    # What revokes needs nobody's word: it takes trust away only.
    assert len(again.crls) == 1
    assert "Companion: " + str(published["csca.pem"]) in ran.out


@pytest.fixture
def network_list(tmp_path: Path) -> tuple[Path, Path]:
    """A list of the WHO network, and the key that it is signed with."""
    signed, pin = tmp_path / "network.json", tmp_path / "pin.pem"
    signed.write_bytes(prove(unproved(method(ONE))))
    pin.write_bytes(public_pem(KEY.public_key()))
    return signed, pin


def test_a_bundle_carries_them_all_and_vouches_for_them(
    run: Run, lists: list[Path], tmp_path: Path, world: World
) -> None:
    run("keys", "bundle", "--out", tmp_path / "maker")
    named = [part for path in lists for part in ("--trust-list", path)]
    packed, key = tmp_path / "all.bundle", tmp_path / "maker/bundle.key.pem"
    ran = run("trust", "bundle", *named, "--key", key, "--maker", "Ministry", "--out", packed, *AT)
    assert ran.code == 0, ran.err
    counted = "Keys by usage: DSC 2, SHC 3, CSCA 1, BSC 1, DIVOC 1, lists of revoked cards 1"
    assert counted in ran.out
    installed = tmp_path / "installed"
    pin = ("--pin", tmp_path / "maker/bundle.pub.pem")
    ran = run("trust", "install", packed, *pin, "--out", installed, *AT)
    assert ran.code == 0, ran.err
    assert counted in ran.out
    later = ("--at", f"{NOW + timedelta(days=10):%Y-%m-%dT%H:%M:%SZ}")
    (seals,) = [
        row
        for row in lines(run("trust", "show", installed, "--summary", "--json", *later))
        if row["family"] == "vds-nc"
    ]
    listed = [{"made": "2026-01-01T00:00:00Z", "next": "2026-04-01T00:00:00Z"}]
    assert (seals["made"], seals["crls"]) == (f"{NOW:%Y-%m-%dT%H:%M:%SZ}", listed)
    ran = run("verify", world.issue(), "--trust-list", installed, "--test-keys", *later)
    assert ran.code == 0, ran.out
    # The keys of other families are as old as the bundle, and go out of date with it.
    shown = lines(run("trust", "show", installed, "--json", *later))
    assert sorted(str(row["usage"]) for row in shown) == [
        *("BSC", "CSCA", "DIVOC", "DSC", "DSC", "SHC", "SHC", "SHC")
    ]


def test_a_bundle_needs_no_signer_of_hcerts(run: Run, lists: list[Path], tmp_path: Path) -> None:
    run("keys", "bundle", "--out", tmp_path / "maker")
    key = tmp_path / "maker/bundle.key.pem"
    made = ("--key", key, "--maker", "Ministry", "--out", tmp_path / "one.bundle", *AT)
    assert run("trust", "bundle", "--trust-list", lists[1], *made).code == 0


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_column_is_lost_in_80_columns(run: Run, tmp_path: Path, language: str) -> None:
    hospital = issuer("University Medical Center of Somewhere", IssuerType.HEALTH_SYSTEM)
    signer = Csca.create().issue().certificate
    mixed = TrustList(
        [
            TrustedKey.of(signer, "a-long-name-of-a-list.json", test=True, domain="DCC"),
            Csca.create().trusted("authorities-of-passports.ml"),
            TrustedKey.of(bare(), "snapshot.json", kid=b"k" * 32, usage=SHC, issuer=hospital),
        ]
    )
    path = tmp_path / "mixed.json"
    path.write_bytes(write_trust_list(mixed, source="mixed", test=False))
    ran = run("trust", "show", path, "--lang", language, *AT)
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    words = ran.out.split()
    listed = ("a-long-name-of-a-list.json", "authorities-of-passports.ml", "snapshot.json")
    for said in ("UT", "DSC", "SHC", "CSCA", "University", "Medical", *listed):
        assert said in words, said
    assert "a2tra2tra2t…" in words, "a long kid is cut"
    assert words.count("P-256") == 3
    assert signer.not_after is not None
    assert datetime.fromtimestamp(signer.not_after, UTC).date().isoformat() in words


def test_diff_tells_that_something_else_is_revoked(run: Run, tmp_path: Path) -> None:
    csca = Csca.create()
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    crls = [SignerCrl(csca.revoke(5), "list")]
    old.write_bytes(write_trust_list(TrustList([csca.trusted()], crls=crls), source="x", test=False))
    new.write_bytes(write_trust_list(TrustList([csca.trusted()]), source="x", test=False))
    ran = run("trust", "diff", old, new, *AT)
    assert ran.code == 1
    assert "(CRL) differ: 1 before, 0 after." in ran.out
    rows = lines(run("trust", "diff", old, new, "--json", *AT))
    assert rows == [
        {"change": "changed", "fields": ["crls"], "before": {"crls": 1}, "after": {"crls": 0}}
    ]
    assert run("trust", "diff", old, old, *AT).code == 0


def test_show_says_for_every_family_what_it_is_trusted_by(run: Run, lists: list[Path]) -> None:
    ran = run("trust", "show", *lists, *AT)
    assert ran.code == 0
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    summary = run("trust", "show", *lists, "--summary", *AT)
    assert summary.out.strip() in ran.out
    words = " ".join(summary.out.split())
    for said in (
        "Signers: 2; countries: 2; valid: 2.",
        "Domain DCC: signers 1, countries 1.",
        "Issuers: 2; keys: 3.",
        "Issuers by type: government: 1, pharmacy: 1.",
        "The list is of 2026-05-29; its age in days: 3.",
        "The keys of an issuer were fetched on 2022-03-04 or later.",
        "Lists of revoked cards: 1; cards on them: 2.",
        "Authorities (CSCA): 1; signers (BSC): 1; states: 2; valid: 2.",
        "Lists of revoked signers (CRL): 1. Of 2026-01-01, a newer one was due on 2026-04-01: icao.",
        "Issuers: 1; keys: 1.",
    ):
        assert said in words
    assert "Nothing" not in words
    alone = " ".join(run("trust", "show", lists[0], "--summary", *AT).out.split())
    assert alone.count("Nothing: they are read, and stay undecided.") == 3


def test_show_tells_programs_of_every_family(run: Run, lists: list[Path]) -> None:
    rows = lines(run("trust", "show", *lists, "--summary", "--json", *AT))
    assert [row["family"] for row in rows] == ["hcert", "shc", "vds-nc", "divoc"]
    hcert, cards, seals, dids = rows
    assert hcert["usages"] == {"DSC": 2}
    assert hcert["domains"] == {"DCC": {"signers": 1, "countries": 1}}
    assert hcert["issuers"] is None
    assert cards | {"made": None} == {
        "family": "shc",
        "usages": {"SHC": 3},
        "keys": 3,
        "test_keys": 0,
        "valid": 3,
        "countries": None,
        "domains": None,
        "issuers": 2,
        "issuer_types": {"government": 1, "pharmacy": 1},
        "made": None,
        "oldest_retrieved": "2022-03-04T00:00:00Z",
        "revoked_cards": 1,
        "revoked_rids": 2,
        "crls": None,
    }
    assert (seals["usages"], seals["countries"]) == ({"CSCA": 1, "BSC": 1}, 2)
    early = run("trust", "show", lists[2], "--summary", "--at", "2026-03-01T00:00:00Z")
    assert "the next due on 2026-04-01" in " ".join(early.out.split())
    assert dids["issuer_types"] == {"unknown": 1}
    none = lines(run("trust", "show", lists[3], "--summary", "--json", *AT))
    assert [row["keys"] for row in none] == [0, 0, 0, 1]


def test_keys_of_issuers_are_shown_with_their_issuer(run: Run, lists: list[Path]) -> None:
    (row, *_) = lines(run("trust", "show", lists[1], "--json", *AT))
    assert row["issuer"] == {
        "id": "https://state.example",
        "name": "state",
        "type": "government",
        "retrieved": "2026-06-01T00:00:00Z",
    }
    ran = run("trust", "diff", lists[1], lists[3], *AT)
    assert "shop" in ran.out
    assert "did:example" in ran.out


def test_what_revokes_is_exported_with_its_family(run: Run, lists: list[Path], tmp_path: Path) -> None:
    both = ("--format", "json", *lists[1:3], *AT)
    run("trust", "export", *both, "--usage", "all", "--out", tmp_path / "all.json")
    whole = read_trust_list((tmp_path / "all.json").read_bytes(), source="x")
    assert everything(whole) == everything(together(lists[1:3]))
    run("trust", "export", *both, "--usage", "CSCA", "--out", tmp_path / "some.json")
    some = read_trust_list((tmp_path / "some.json").read_bytes(), source="x")
    assert (len(some), len(some.revoked_cards), len(some.crls)) == (1, 0, 1)
