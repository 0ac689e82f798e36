"""Rules in the tool: shown, imported, packed into a bundle, and in use where they are configured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pytest
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import named_files, rule_files, trust_files

from tests.support import austrian_signatures as austrian
from tests.support.command import Run
from tests.support.paths import ROOT
from tests.support.rule_data import RULE, data, published, rule
from tests.support.signed import compact, issue
from tests.support.world import NOW, World
from vaxpass.crypto import new_bundle_key
from vaxpass.crypto.certificate import to_pem
from vaxpass.documents import ValueSets
from vaxpass.rules import RulesError, RuleSet, read_rules
from vaxpass.trust.formats import native

OTHER = published(Identifier="GR-XB-0001", Country="XB", Type="Invalidation", Region="North")
BROKEN = published(Identifier="TR-XB-0002", Country="XB", Version="one")
SIGNER = issue("rules", ca=True)


class Desk(NamedTuple):
    run: Run
    folder: Path

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    @property
    def configuration(self) -> Path:
        return self.folder / "home" / ".config" / "vaxpass"

    def load(self, *paths: Path, **how: Any) -> trust_files.Trust:
        pins = [self.folder / "maker" / "bundle.pub.pem"]
        return trust_files.load(list(paths) or None, pins, at=options.moment(None), **how)


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv(rule_files.VARIABLE, raising=False)
    made = Desk(run, tmp_path)
    assert run("keys", "bundle", "--out", tmp_path / "maker").code == 0
    made.file("list.json", native.write(world.trust, source="the test world", test=False))
    made.file("pin.pem", to_pem(SIGNER.der))
    return made


# --- show --------------------------------------------------------------------------------------


def test_rules_are_shown_in_eighty_columns(desk: Desk) -> None:
    long = published(Identifier="BNR-XA-0300", Description=[{"lang": "en", "desc": "word " * 99}])
    ran = desk.run("rules", "show", desk.file("r.json", data(long, OTHER, BROKEN)))
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["country", "rule", "version", "type", "kind", "from", "until"]
    assert lines[1].split() == (
        ["XA", "BNR-XA-0300", "1.0.11", "Acceptance", "Vaccination", "2026-01-01", "2027-01-01"]
    )
    assert "    Region North: One dose is enough." in lines
    assert lines[-2:] == [
        "Rules: 2; countries: 2; skipped: 1.",
        "Trusted by: the user's own file.",
    ]
    assert ran.err == (
        "vaxpass: r.json: TR-XB-0002 can't be used and was skipped: Version is not a version.\n"
    )


@pytest.mark.parametrize(("language", "kind"), [("en", "Yellow card"), ("vi", "Sổ vàng")])
def test_rules_for_yellow_cards_are_shown(desk: Desk, language: str, kind: str) -> None:
    ran = desk.run("rules", "show", ROOT / "examples/rules/polio-rules.json", "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    assert "YC-XD-0001" in ran.out
    assert kind in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_rules_are_shown_in_vietnamese_where_they_say_something_in_it(desk: Desk) -> None:
    texts = [{"lang": "en", "desc": "Enough."}, {"lang": "vi", "desc": "Đủ."}]
    ran = desk.run(
        "rules", "show", "--lang", "vi", desk.file("r.json", data(RULE | {"Description": texts}))
    )
    assert "Đủ." in ran.out
    assert "Tiêm chủng" in ran.out
    assert "Enough" not in ran.out


def test_what_a_rule_says_cannot_move_the_terminal(desk: Desk) -> None:
    evil = published(Description=[{"lang": "en", "desc": "\x1b[2J [red]x[/red]"}], Type="[b]A")
    ran = desk.run("rules", "show", desk.file("r.json", data(evil)))
    assert "<U+001B>[2J [red]x[/red]" in ran.out
    assert "[b]A" in ran.out


def test_one_country_is_chosen_and_told_to_machines(desk: Desk) -> None:
    path = desk.file("r.json", data(RULE, OTHER))
    ran = desk.run("rules", "show", path, "--country", "xb", "--json")
    (line,) = map(json.loads, ran.out.splitlines())
    assert (line["identifier"], line["region"], line["version"]) == ("GR-XB-0001", "North", "1.0.11")
    assert line["logic"] == RULE["Logic"]


def test_in_a_folder_other_json_is_passed_over_and_a_damaged_file_is_not(desk: Desk) -> None:
    folder = desk.file("rules/VR-XA-0005/rule.json", json.dumps(RULE).encode()).parent.parent
    desk.file("rules/VR-XA-0005/tests/a.json", b'{"payload": {}, "expected": true}')
    desk.file("rules/README.md", b"# Rules")
    assert desk.run("rules", "show", folder, "--json").out.count("\n") == 1
    damaged = desk.file("rules/GR-XA-0001/rule.json", json.dumps(OTHER).encode()[:60])
    ran = desk.run("rules", "show", folder)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    damaged.write_bytes(b'{"payload": {}}')
    assert desk.run("rules", "show", folder, damaged).code == 2, "it was named"
    assert "None of the files" in desk.run("rules", "show", folder / "README.md").err
    assert "no such file" in desk.run("rules", "show", folder / "missing").err


def test_without_rules_it_says_how_to_get_some(desk: Desk) -> None:
    ran = desk.run("rules", "show")
    assert (ran.code, ran.err.startswith("vaxpass: No rules. ")) == (2, True)
    assert "No bundle is installed" in desk.run("rules", "show", "--bundle").err
    path = desk.file("r.json", data(RULE))
    assert "not both" in desk.run("rules", "show", path, "--bundle").err


# --- import ------------------------------------------------------------------------------------


def test_signed_rules_are_imported_with_what_was_skipped(desk: Desk) -> None:
    signed = desk.file("rules.jws", compact({"rules": [RULE, BROKEN]}, SIGNER.key))
    out = desk.folder / "out.json"
    ran = desk.run("rules", "import", signed, "--out", out, "--at", NOW.isoformat())
    assert (ran.code, "--pin" in ran.err, out.exists()) == (2, True, False)
    pin = ("--pin", desk.folder / "pin.pem", "--at", NOW.isoformat())
    ran = desk.run("rules", "import", signed, "--out", out, *pin)
    assert ran.code == 0
    assert "Rules: 1; countries: 1; skipped: 1." in ran.out
    found = read_rules(out.read_bytes(), source="out.json")
    assert found.rules == (rule(),)
    assert [(s.entry, s.country) for s in found.skipped] == [("TR-XB-0002", "XB")]
    assert "signature over the list by the pinned key" in found.trusted_by


def test_rules_that_nothing_vouches_for_are_imported_only_if_the_user_says_so(desk: Desk) -> None:
    path, out = desk.file("r.json", data(RULE)), desk.folder / "out.json"
    assert "--unsigned" in desk.run("rules", "import", path, "--out", out).err
    assert not out.exists()
    assert desk.run("rules", "import", path, "--out", out, "--unsigned").code == 0
    assert "because the user said so" in desk.run("rules", "show", out).out


def test_austrian_rules_are_imported_with_their_signature(desk: Desk) -> None:
    listed = cbor2.dumps({"r": [{"i": RULE["Identifier"], "r": json.dumps(RULE)}]})
    desk.file("at/rules", listed)
    desk.file("at/rulessig", austrian.sign(listed))
    pin = desk.file("at.pem", to_pem(austrian.SIGNER.der))
    out = desk.folder / "out.json"
    options_ = ("--pin", pin, "--out", out, "--at", NOW.isoformat())
    assert desk.run("rules", "import", desk.folder / "at", *options_).code == 0
    assert read_rules(out.read_bytes(), source="x").made_at == NOW


# --- in use ------------------------------------------------------------------------------------


def identifiers(rules: RuleSet | None) -> list[str] | None:
    return None if rules is None else [one.identifier for one in rules.rules]


def bundle(desk: Desk, *options_: object, name: str = "a.bundle") -> Path:
    out = desk.folder / name
    ran = desk.run(
        *("trust", "bundle", "-t", desk.folder / "list.json", "--out", out, "--maker", "Ministry"),
        *("--key", desk.folder / "maker" / "bundle.key.pem", *options_),
    )
    assert ran.code == 0, ran.err
    return out


def value_set(set_id: str, code: str) -> bytes:
    entries = {code: {"display": "Some name", "active": True}}
    return json.dumps({"valueSetId": set_id, "valueSetValues": entries}).encode()


def test_a_bundle_carries_rules_and_value_sets(desk: Desk) -> None:
    rules = desk.file("rules.json", data(RULE, BROKEN))
    more = desk.file("more/rule.json", json.dumps(OTHER).encode()).parent
    sets = desk.file("sets.json", value_set("country-2-codes", "XA"))
    made = bundle(desk, "--rules", rules, "--rules", more, "--value-sets", sets)
    ran = desk.run("rules", "show", made, "--pin", desk.folder / "maker" / "bundle.pub.pem")
    assert "Rules: 2; countries: 2; skipped: 1.\nPut together at 20" in ran.out
    pin = ("--pin", desk.folder / "maker" / "bundle.pub.pem")
    assert desk.run("trust", "install", made, *pin).code == 0
    for options_ in ((), ("--bundle",)):
        assert "Rules: 2;" in desk.run("rules", "show", *options_).out
    for paths in ((), (made,)):
        trust = desk.load(*paths)
        assert identifiers(trust.rules) == ["VR-XA-0005", "GR-XB-0001"]
        assert trust.rules is not None
        assert trust.rules.made_at == trust.keys.made_at
        assert [s.entry for s in trust.rules.skipped] == ["TR-XB-0002"]
        assert ValueSets.from_json(trust.value_sets or b"").codes("country-2-codes") == ("XA",)


def test_a_bundle_without_rules_has_none(desk: Desk) -> None:
    made = bundle(desk)
    trust = desk.load(made)
    assert (trust.rules, trust.value_sets) == (None, None)
    pin = ("--pin", desk.folder / "maker" / "bundle.pub.pem")
    assert "holds no rules" in desk.run("rules", "show", made, *pin).err


def test_named_rules_take_the_place_of_those_of_the_bundle_and_these_of_the_configured(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = desk.file("other.json", data(OTHER))
    third = desk.file("third.json", data(published(Identifier="VR-XC-0003", Country="XC")))
    desk.configuration.mkdir(parents=True)
    (desk.configuration / "rules.json").write_bytes(third.read_bytes())
    made = bundle(desk, "--rules", desk.file("rules.json", data(RULE)))
    plain = desk.folder / "list.json"
    assert identifiers(desk.load(plain).rules) == ["VR-XC-0003"]
    assert identifiers(desk.load(made).rules) == ["VR-XA-0005"]
    monkeypatch.setenv(rule_files.VARIABLE, str(other))
    assert identifiers(desk.load(made).rules) == ["GR-XB-0001"]
    assert identifiers(desk.load(made, rules=[third]).rules) == ["VR-XC-0003"]


def test_rules_of_several_bundles_are_used_together_and_value_sets_are_refused(desk: Desk) -> None:
    sets = desk.file("sets.json", value_set("covid-19-lab-result", "1"))
    newer = desk.file("newer.json", value_set("covid-19-lab-result", "2"))
    one = bundle(desk, "--rules", desk.file("one.json", data(RULE)), "--value-sets", sets, name="one")
    two = bundle(desk, "--rules", desk.file("two.json", data(OTHER)), name="two")
    assert identifiers(desk.load(one, two).rules) == ["VR-XA-0005", "GR-XB-0001"]
    three = bundle(desk, "--value-sets", sets, "--value-sets", newer, name="three")
    found = ValueSets.from_json(desk.load(three).value_sets or b"")
    assert found.codes("covid-19-lab-result") == ("2",)
    with pytest.raises(UsageError, match="value sets"):
        desk.load(one, three)


def test_rules_that_must_not_be_used_end_the_command(desk: Desk) -> None:
    path = desk.file("r.json", b'[{"Identifier": "Logic"')
    ran = desk.run("verify", "HC1:X", "-t", desk.folder / "list.json", "--rules", path)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "not valid JSON" in ran.err
    with pytest.raises(RulesError):
        desk.load(desk.folder / "list.json", rules=[path])


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"NaN", b'{"a": NaN}', b"[" * 100_000])
def test_value_sets_that_are_none_are_refused(desk: Desk, content: bytes) -> None:
    sets = desk.file("sets.json", content)
    ran = desk.run(
        *("trust", "bundle", "-t", desk.folder / "list.json", "--out", desk.folder / "out"),
        *("--key", desk.folder / "maker" / "bundle.key.pem", "--maker", "M", "--value-sets", sets),
    )
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert not (desk.folder / "out").exists()


def test_pins_are_read_from_files(desk: Desk) -> None:
    (found,) = named_files.pins_in([desk.folder / "pin.pem"])
    assert found == SIGNER.certificate
    # The reason is told, not only that it is none: it may be the wrong file of the two.
    (desk.folder / "key.pem").write_bytes(new_bundle_key()[0])
    for name, why in (("list.json", "list.json: "), ("key.pem", "key.pem: it holds a private key")):
        with pytest.raises(UsageError, match=why):
            named_files.pins_in([desk.folder / name])
