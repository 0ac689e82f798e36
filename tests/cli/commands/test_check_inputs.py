"""`vaxpass check`: what goes in, wrong use, and rules from a bundle."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.check_desk import AT, VACCINES, Desk, make_desk, published, why_column
from tests.support.command import Run
from tests.support.rule_data import data
from tests.support.rule_judging import payload, var
from tests.support.world import NOW, World, claims, forge
from vaxpass import qr


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return make_desk(run, world, tmp_path, monkeypatch)


def test_exit_codes(desk: Desk) -> None:
    assert desk.check(desk.text, "--to", "AT").code == 0
    assert desk.check(desk.text, "--to", "AT", "--to", "AT:2026-07-01").code == 0
    assert desk.check(desk.text, "--to", "AT", "--to", "IT").code == 1
    assert desk.check(desk.text, "--to", "FR").code == 1
    assert desk.check(desk.text, "--to", "DE").code == 1
    assert desk.check("HC1:", "--to", "AT").code == 1


def test_several_inputs_and_unreadable_ones_beside_good_ones(desk: Desk) -> None:
    lines = desk.folder / "codes.txt"
    lines.write_text(f"{desk.text}\nHC1:nonsense\n{desk.text}\n")
    Image.new("L", (200, 200), 255).save(desk.folder / "white.png")
    (desk.folder / "good.png").write_bytes(qr.png(desk.text))
    inputs = (lines, desk.folder / "white.png", desk.folder / "good.png")
    ran = desk.check(*inputs, "--to", "AT", "--json")
    assert (ran.code, ran.err) == (1, "")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [each.get("admitted", each.get("outcome")) for each in found] == [
        True,
        "unreadable",
        True,
        "unreadable",
        True,
    ]
    assert found[3]["code"] == "picture.no_code"
    ran = desk.check(*inputs, "--to", "AT")
    assert ran.code == 1
    assert ran.out.count("✔ admitted") == 3
    assert ran.out.count("UNREADABLE") == 4, "first and last line of each panel"
    assert max(map(len, ran.out.splitlines())) <= 80


def test_standard_input_is_read(desk: Desk) -> None:
    assert desk.report("-", "--to", "AT", stdin=desk.text.encode())["admitted"]
    file = BytesIO()
    Image.open(BytesIO(qr.png(desk.text))).save(file, format="PNG")
    assert desk.report("-", "--to", "AT", stdin=file.getvalue())["admitted"]
    assert desk.check("-", "--to", "AT", stdin=b"\0\xff").code == 1


def test_a_certificate_with_a_faulty_payload_is_told_its_fault(desk: Desk, world: World) -> None:
    text = forge(world.es256.signer(), claims(hcert={1: payload(dn=...)}))
    found = desk.report(text, "--to", "AT", "--when")
    (leg,) = found["legs"]
    assert leg["code"].startswith("schema.")
    assert leg["rules"] == []
    assert len(leg["messages"]) == 1
    assert desk.check(text, "--to", "AT", "--when").code == 1


def test_the_age_of_the_list_counts_from_today(desk: Desk, world: World) -> None:
    document = json.loads((desk.folder / "list.json").read_bytes())
    document["created"] = (NOW - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    (desk.folder / "list.json").write_text(json.dumps(document))
    assert desk.report(desk.text, "--to", "AT:2026-09-30")["admitted"]
    late = desk.report(desk.text, "--to", "AT", at=(NOW + timedelta(days=30)).isoformat())
    assert late["legs"][0]["code"] == "trust.list_stale"


# --- wrong use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "AUT"), "'AUT' is not an arrival"),
        (("--to", ""), "'' is not an arrival"),
        (("--to", "AT:"), "'AT:' is not an arrival"),
        (("--to", "AT/"), "'AT/' is not an arrival"),
        (("--to", "AT:yesterday"), "'yesterday' is not a day"),
        (("--to", "AT:2026-02-30"), "'2026-02-30' is not a day"),
        (("--to", "AT:9999-12-31T23:59:59-05:00"), "is not a day"),
        (("--to", "AT:0001-01-01T00:00:00+05:00"), "is not a day"),
        (("--to", "AT", "--from", "Viet Nam"), "'Viet Nam' is not a country"),
        (("--to", "AT", "--rules", "missing.json"), "missing.json"),
        (("--to", "AT", "--rules", "README.md"), "None of the files holds rules"),
        (("--to", "AT", "--at", "yesterday"), "'yesterday' is not a time"),
        (("--to", "AT", "--at", "9999-12-31T23:59:59-05:00"), "is not a time"),
        ((), "--to"),
    ],
)
def test_wrong_use_ends_with_a_line_and_code_2(
    desk: Desk, arguments: tuple[str, ...], said: str
) -> None:
    ran = desk.check(desk.text, *arguments, at=None if "--at" in arguments else AT)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    if arguments:
        assert len(ran.err.splitlines()) == 1


def test_without_rules_the_error_says_how_to_get_some(desk: Desk) -> None:
    ran = desk.run("check", desk.text, "--to", "AT", "-t", desk.folder / "list.json", "--test-keys")
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert "--rules" in ran.err
    assert "bundle" in ran.err


def test_rules_are_found_in_the_variable_and_in_the_configuration(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.folder / "home" / ".config" / "vaxpass"
    place.mkdir(parents=True)
    (place / "rules.json").write_bytes((desk.folder / "rules.json").read_bytes())
    asked = (
        "check",
        desk.text,
        "--to",
        "AT",
        "-t",
        desk.folder / "list.json",
        "--test-keys",
        "--at",
        AT,
    )
    assert desk.run(*asked).code == 0
    (desk.folder / "other.json").write_bytes(data(published("AT", 1, False)))
    monkeypatch.setenv("VAXPASS_RULES", str(desk.folder / "other.json"))
    assert desk.run(*asked).code == 1


# --- a bundle ----------------------------------------------------------------------------------


def install(desk: Desk, *options: object, number: int = 1) -> None:
    """Make a bundle with the desk's trust list and rules, and put it in use."""
    maker = desk.folder / "maker"
    if not maker.exists():
        assert desk.run("keys", "bundle", "--out", maker).code == 0
    key, pin = maker / "bundle.key.pem", maker / "bundle.pub.pem"
    made = desk.folder / "the.bundle"
    ran = desk.run(
        *("trust", "bundle", "-t", desk.folder / "list.json", "--out", made, "--maker", "Ministry"),
        *("--key", key, "--rules", desk.folder / "rules.json", "--number", number, *options),
    )
    assert ran.code == 0, ran.err
    assert desk.run("trust", "install", made, "--pin", pin).code == 0


def test_rules_of_an_installed_bundle_are_used(desk: Desk) -> None:
    install(desk)
    asked = ("check", desk.text, "--test-keys", "--at", AT)
    assert desk.run(*asked, "--to", "AT").code == 0
    assert desk.run(*asked, "--to", "IT").code == 1
    # Those that are named take their place.
    (desk.folder / "other.json").write_bytes(data(published("AT", 1, False)))
    assert desk.run(*asked, "--to", "AT", "--rules", desk.folder / "other.json").code == 1


def test_a_newer_value_set_lets_a_rule_pass_and_names_its_codes(desk: Desk, world: World) -> None:
    listed = published("AT", 1, {"in": [var("payload.v.0.mp"), var(f"external.valueSets.{VACCINES}")]})
    (desk.folder / "rules.json").write_bytes(data(listed))
    text = forge(world.es256.signer(), claims(hcert={1: payload(mp="Nova-1")}))
    asked = ("check", text, "--to", "AT", "--test-keys", "--at", AT)
    install(desk)
    ran = desk.run(*asked)
    assert ran.code == 1
    assert "Vaccine: Nova-1. That is not on the list" in why_column(ran.out)
    entries = {"Nova-1": {"display": "Nova Vaccine", "active": True}}
    sets = desk.folder / "sets.json"
    sets.write_text(json.dumps({"valueSetId": VACCINES, "valueSetValues": entries}))
    install(desk, "--value-sets", sets, number=2)
    ran = desk.run(*asked)
    assert ran.code == 0
    assert "Nova Vaccine" in ran.out


# --- published rules ---------------------------------------------------------------------------


def test_a_journey_by_published_rules_is_told_in_sentences(desk: Desk, shared: Path) -> None:
    lines = (shared / "vectors" / "rules" / "rules-testdata.jsonl").read_text().splitlines()
    rules = [json.loads(line)["rule"] for line in lines]
    (desk.folder / "rules.json").write_bytes(data(*rules))
    countries = sorted({rule["Country"] for rule in rules})
    legs = [part for country in countries for part in ("--to", f"{country}:2026-02-01")]
    for language in ("en", "vi"):
        ran = desk.check(desk.text, *legs, "--when", "--lang", language)
        assert ran.err == ""
        assert max(map(len, ran.out.splitlines())) <= 80
        found = desk.report(desk.text, *legs, "--when", "--lang", language)
        assert [leg["country"] for leg in found["legs"]] == countries
        for leg in found["legs"]:
            for told in leg["messages"]:
                assert told.endswith(".")
                assert not {"{", "}", "?"} & set(told)
