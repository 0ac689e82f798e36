"""`vaxpass trust show|diff|check|export`: what people and programs are told of lists."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cbor2
import pytest
from vaxpass_cli.io.atomic import write_folder
from vaxpass_cli.io.spelling import in_line, spelled

from tests.support.command import Ran, Run
from tests.support.good_signers import GOOD, OTHER, listed, make
from vaxpass import Kind, read_trust_list
from vaxpass.crypto import SignerKey, fingerprint
from vaxpass.crypto.keys import public_bytes
from vaxpass.messages import LANGUAGES
from vaxpass.trust import TrustedKey
from vaxpass.trust.formats import native
from vaxpass.trust.lint import Finding

AT = ("--at", "2026-06-01")
BARE = SignerKey.from_public_key(public_bytes(OTHER.public_key()))
SECOND = make(OTHER, country="XB", days=365)


def write(path: Path, *keys: TrustedKey) -> Path:
    path.write_bytes(native.write(keys, source=path.name, test=False))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good.json", listed(GOOD), listed(SECOND))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A list with the fields of the WHO network."""
    keys = [
        listed(GOOD, participant="XXA", domain="DCC", trusted_by="a proof"),
        listed(SECOND, participant="XXB", domain="DCC", test=True),
        listed(make(ca=True), participant="XXA", domain="DCC", usage="SCA"),
    ]
    return write(tmp_path / "network.json", *keys)


def lines(ran: Ran) -> list[Any]:
    return [json.loads(line) for line in ran.out.splitlines()]


def fits(ran: Ran) -> bool:
    return all(len(line) <= 80 for line in ran.out.splitlines())


def test_show_sums_up(run: Run, good: Path, network: Path) -> None:
    ran = run("trust", "show", good, *AT)
    assert (ran.code, ran.err) == (0, "")
    assert fits(ran)
    assert "usage" not in ran.out
    assert "By country (valid/all): XA 1/1, XB 1/1" in ran.out
    assert "Signers: 2; countries: 2; valid at 2026-06-01T00:00:00Z: 2." in ran.out
    ran = run("trust", "show", network, *AT)
    assert fits(ran)
    assert "By domain and usage: DCC DSC 2, DCC SCA 1" in ran.out
    assert "Test keys: 1." in ran.out


def test_show_tells_programs_everything(run: Run, network: Path) -> None:
    rows = lines(run("trust", "show", network, "--json", *AT))
    (row,) = [row for row in rows if row["trusted_by"] == "a proof"]
    assert row == {
        "country": "XA",
        "kid": base64.b64encode(GOOD.kid).decode(),
        "key": "EC P-256",
        "fingerprint": fingerprint(GOOD.public_key),
        "letters": in_line(spelled(GOOD.public_key)),
        "words": [group.words for group in spelled(GOOD.public_key)],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2028-01-01T00:00:00Z",
        "state": "valid",
        "kinds": ["recovery", "test", "vaccination"],
        "subject": GOOD.subject,
        "source": "here",
        "test_key": False,
        "participant": "XXA",
        "domain": "DCC",
        "usage": "DSC",
        "issuer": None,
        "trusted_by": "a proof",
    }
    assert sorted(row["usage"] for row in rows) == ["DSC", "DSC", "SCA"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_show_spells_the_keys_of_a_short_list(run: Run, tmp_path: Path, language: str) -> None:
    """An administrator reads out the words of a key that a desk is asked to compare."""
    alone = write(tmp_path / "alone.json", listed(GOOD))
    ran = run("trust", "show", alone, "--lang", language, *AT)
    assert fits(ran)
    assert fingerprint(GOOD.public_key)[:16] in ran.out
    for group in spelled(GOOD.public_key):
        assert f"{group.letters}  {group.words}" in ran.out
    many = [listed(make(country=country)) for country in ("XA", "XB", "XC", "XD")]
    assert "Alfa" not in run("trust", "show", write(tmp_path / "many.json", *many), *AT).out
    assert (
        "  " + spelled(GOOD.public_key)[0].letters not in run("trust", "show", alone, "--summary").out
    )


def test_the_timeline_plots_who_stays_valid_and_what_expires_next(run: Run, good: Path) -> None:
    ran = run("trust", "show", good, "--timeline", *AT)
    assert ran.code == 0
    assert fits(ran)
    plot = ran.out.partition("Valid signers\n")[2].splitlines()
    assert plot[:8] == [
        "2026-06-01      2  " + "#" * 60,
        "2026-07-01      2  " + "#" * 60,
        "2026-10-01      2  " + "#" * 60,
        "2027-01-01      2  " + "#" * 60,
        "2027-04-01      1  " + "#" * 30,
        "2027-07-01      1  " + "#" * 30,
        "2027-10-01      1  " + "#" * 30,
        "2028-01-01      1  " + "#" * 30,
    ]
    assert plot[8] == "2028-04-01      0"
    kids = [base64.b64encode(certificate.kid).decode() for certificate in (SECOND, GOOD)]
    assert plot[10:13] == [
        "Next to expire",
        f"2027-01-01  in   214 days  XB   {kids[0]}",
        f"2028-01-01  in   579 days  XA   {kids[1]}",
    ]
    assert run("trust", "show", good, "--timeline", "--json").code == 2


def test_the_timeline_of_long_lists_ends(run: Run, tmp_path: Path) -> None:
    long = write(tmp_path / "long.json", listed(make(days=30000)))
    ran = run("trust", "show", long, "--timeline", *AT)
    assert "(the last one expires on 2108-02-21)" in ran.out
    ran = run("trust", "show", long, "--timeline", "--at", "2200-01-01")
    assert "No key is left that could expire." in ran.out


def test_the_validity_of_bare_keys_is_not_known(run: Run, tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.json", listed(BARE, kid=b"12345678", country="XA"))
    ran = run("trust", "show", bare, "--timeline", *AT)
    assert ran.out.count("not known") == 3
    assert "Not known, because they are bare keys: 1" in ran.out
    (row,) = lines(run("trust", "show", bare, "--json"))
    assert (row["valid_until"], row["state"]) == (None, "not known")


def test_diff_of_equal_lists_is_empty(run: Run, good: Path) -> None:
    ran = run("trust", "diff", good, good)
    assert (ran.code, ran.out) == (0, "Added: 0; removed: 0; changed: 0; unchanged: 2.\n")
    assert run("trust", "diff", good, good, "--json").out == ""


def test_diff_tells_what_changed(run: Run, good: Path, tmp_path: Path) -> None:
    third = make(country="XC")
    changed = listed(GOOD, test=True, kinds=frozenset({Kind.TEST}))
    new = write(tmp_path / "new.json", changed, listed(third))
    ran = run("trust", "diff", good, new)
    assert ran.code == 1
    assert fits(ran)
    for part in (
        "Removed: 1\n  - XB",
        "Added: 1\n  + XC",
        "test: not a test key -> TEST",
        "kinds: all -> test",
        "By country: XA ~1, XB -1, XC +1",
        "Added: 1; removed: 1; changed: 1; unchanged: 0.",
    ):
        assert part in ran.out
    ran = run("trust", "diff", good, new, "--json", *AT)
    assert ran.code == 1
    found = {row["change"]: row for row in lines(ran)}
    assert found["added"]["before"] is found["removed"]["after"] is None
    assert found["added"]["after"]["country"] == "XC"
    assert found["changed"]["fields"] == ["test", "kinds"]
    assert found["changed"]["after"]["test_key"] is True


def test_lists_that_came_another_way_are_told_so_once(run: Run, good: Path, tmp_path: Path) -> None:
    proof = [listed(one, trusted_by="a proof") for one in (GOOD, SECOND)]
    ran = run("trust", "diff", good, write(tmp_path / "new.json", *proof))
    assert ran.code == 1
    assert "~ 2 x trusted by: " in ran.out


def test_lint_is_silent_about_a_good_list(run: Run, good: Path) -> None:
    ran = run("trust", "lint", good, *AT)
    total = "2 keys at 2026-06-01T00:00:00Z: error 0, high 0, medium 0, low 0.\n"
    assert (ran.code, ran.out) == (0, total)
    assert run("trust", "lint", good, "--json", *AT).out == ""


def test_lint_names_findings_and_keys(run: Run, tmp_path: Path) -> None:
    many = [listed(GOOD, kid=bytes([number] * 8)) for number in range(8)]
    odd = write(tmp_path / "odd.json", *many)
    ran = run("trust", "lint", odd, *AT)
    assert ran.code == 0, "a matter of form is no failure"
    assert "LOW     check.other_kid  x 8" in ran.out
    assert "... 3 more: XA" in ran.out
    assert run("trust", "lint", odd, "--all", *AT).out.count("XA ") == 8
    assert (
        Finding("check.other_kid").message("vi") in run("trust", "lint", odd, "--lang", "vi", *AT).out
    )
    rows = lines(run("trust", "lint", odd, "--json", *AT))
    assert rows[0] == {
        "severity": "low",
        "code": "check.other_kid",
        "message": Finding("check.other_kid").message(),
        "detail": None,
        "kid": "AAAAAAAAAAA=",
        "country": "XA",
        "usage": "DSC",
        "subject": GOOD.subject,
        "source": "here",
    }


def test_lint_fails_on_what_is_severe(run: Run, tmp_path: Path) -> None:
    for name, key in (("ca", make(ca=True)), ("expired", make(days=9))):
        assert run("trust", "lint", write(tmp_path / name, listed(key)), *AT).code == 1
    assert run("trust", "lint", tmp_path / "missing").code == 2


def test_export_writes_forms_that_are_read_again(run: Run, good: Path, tmp_path: Path) -> None:
    for form in ("json", "jwks", "cose", "pem"):
        out = tmp_path / "out" / form
        ran = run("trust", "export", good, "--format", form, "--out", out)
        assert (ran.code, ran.out, ran.err) == (0, f"Wrote 2 keys to {out}.\n", "")
    out = tmp_path / "out"
    assert run("trust", "diff", good, out / "json").code == 0
    files = sorted((out / "pem").iterdir())
    certificates = [SignerKey.from_pem(path.read_bytes())[0] for path in files]
    assert [one.country for one in certificates] == ["XA", "XB"]
    assert len(json.loads((out / "jwks").read_bytes())["keys"]) == 2
    assert len(cbor2.loads((out / "cose").read_bytes())) == 2
    assert sorted(path.name for path in out.iterdir()) == ["cose", "json", "jwks", "pem"]


def test_export_overwrites_no_folder_with_files_in_it(run: Run, good: Path, tmp_path: Path) -> None:
    out = tmp_path / "folder"
    out.mkdir()
    assert run("trust", "export", good, "--format", "pem", "--out", out).code == 0
    before = sorted(out.iterdir())
    ran = run("trust", "export", good, "--format", "pem", "--out", out)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert sorted(out.iterdir()) == before
    assert run("trust", "export", good, "--format", "json", "--out", out).code == 2
    assert run("trust", "export", good, "--format", "pem", "--out", good).code == 2


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ValueError, match="leads out"):
        write_folder(out, {"one": b"1", "../two": b"2"}, is_there="error.folder_not_empty")
    with pytest.raises(TypeError):
        write_folder(out, {"one": b"1", "two": None}, is_there="error.busy")  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


def test_export_keeps_usages_apart(run: Run, network: Path, tmp_path: Path) -> None:
    def export(form: str, *options: str) -> Ran:
        return run("trust", "export", network, "--format", form, "--out", tmp_path / "out", *options)

    def usages() -> list[str]:
        data = (tmp_path / "out").read_bytes()
        return sorted(key.usage for key in read_trust_list(data, source="out"))

    assert export("json").code == 0
    assert usages() == ["DSC", "DSC"]
    assert export("json", "--usage", "all").code == 0
    assert usages() == ["DSC", "DSC", "SCA"]
    assert export("json", "--usage", "TLS").code == 2
    assert "tells usages apart" in export("jwks", "--usage", "SCA").err
    assert "Test keys among them: 1" in export("cose").out


def test_export_keeps_test_marks_of_keys_only(run: Run, tmp_path: Path) -> None:
    mixed = write(tmp_path / "mixed", listed(GOOD), listed(SECOND, test=True))
    out = tmp_path / "out.json"
    assert run("trust", "export", mixed, "--format", "json", "--out", out).code == 0
    marks = {key.country: key.test for key in read_trust_list(out.read_bytes(), source="out")}
    assert marks == {"XA": False, "XB": True}


def test_a_real_list_in_80_columns(run: Run, shared: Path) -> None:
    lists = shared / "trust_lists" / "eu-national"
    signed = lists / "DE-signed-covpass-prod-2023-12-01.txt"
    options = ("--pin", lists / "DE-dsc-list-signing-key.pem", "--at", "2023-12-01")
    ran = run("trust", "show", signed, "--timeline", *options)
    assert ran.code == 0
    assert fits(ran)
    assert "2023-12-01    624  ####" in ran.out
    assert "Signers: 829; countries: 77; valid at 2023-12-01T00:00:00Z: 624." in ran.out
    ran = run("trust", "lint", signed, *options)
    assert ran.code == 1, "certificates of CAs are listed as signers"
    assert "829 keys at 2023-12-01T00:00:00Z: error 0, high 3, medium 257, low 360." in ran.out


# A name in one of its certificates is longer than X.520 allows, which the parser may warn of.
@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_the_list_of_the_who_network(run: Run, shared: Path) -> None:
    lists = shared / "trust_lists" / "gdhcn-prod"
    named = (lists / "v2-trustlist-did.json", "--pin", lists / "WHO-signing-DID.json")
    ran = run("trust", "show", *named, "--at", "2026-11-23")
    assert ran.code == 0
    assert fits(ran)
    assert "By domain and usage: DCC DECA 2, DCC DSC 438, DCC SCA 61" in ran.out
    assert "Signers: 438; countries: 33; valid at 2026-11-23T00:00:00Z: 146. Test keys: 5." in ran.out
    ran = run("trust", "lint", *named, "--at", "2026-11-23", "--json")
    assert ran.code == 0
    found = lines(ran)
    expired = [row["usage"] for row in found if row["code"] == "check.expired"]
    assert (expired.count("DSC"), expired.count("SCA")) == (292, 25)
    weak = [row["country"] for row in found if row["code"] == "check.sha1_signature"]
    assert sorted(weak) == ["IE", "IE", "IE", "IE", "TR"]
