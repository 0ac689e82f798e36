"""`Verdict.to_dict` is what docs/json.md describes and what the JSON Schema of the package demands."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.support.rule_data import rule
from tests.support.who_documents import DDCC_TEST, DDCC_VACCINATION, PAYLOADS, sign
from tests.support.world import END, NOW, RECOVERY, TEST, VACCINATION, World, claims, forge
from vaxpass import Code, Outcome, Stage, Status, TrustList, Verdict, Verifier
from vaxpass.rules import RuleBook, RuleSet, SkippedRule

SCHEMA: dict[str, Any] = json.loads(
    files("vaxpass").joinpath("verdict.schema.json").read_text(encoding="utf-8")
)


def check(verdict: Verdict, language: str = "en") -> dict[str, Any]:
    """The verdict as JSON, once it has gone through JSON and satisfied the schema."""
    found = json.loads(json.dumps(verdict.to_dict(language), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert isinstance(found, dict)
    return found


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("certificate", [VACCINATION, TEST, RECOVERY], ids=["v", "t", "r"])
def test_accepted_verdicts_satisfy_the_schema(world: World, certificate: Any, language: str) -> None:
    found = check(world.verify(world.issue(certificate)), language)
    assert found["outcome"] == "accepted"
    assert found["code"] is None
    assert found["certificate"] == json.loads(json.dumps(certificate.to_payload()))
    assert [each["status"] for each in found["checks"]] == ["pass"] * len(found["checks"])


@pytest.mark.parametrize(
    "text", ["", "HC1:", "HC1:NCF", "HC1:6BF-+0", "shc:/5676", "HC2:6BF", "\N{SNOWMAN}" * 9000]
)
def test_refused_texts_satisfy_the_schema(world: World, text: str) -> None:
    found = check(world.verify(text))
    assert found["certificate"] is None
    assert found["claims"] is None


def test_odd_content_satisfies_the_schema(world: World) -> None:
    payload = VACCINATION.to_payload() | {"odd": [b"bytes", float("inf"), {1: None}, {"deep": [True]}]}
    text = forge(world.es256.signer(), claims(hcert={1: payload}))
    found = check(world.verify(text))
    assert found["certificate"]["odd"] == ["Ynl0ZXM=", "inf", {"1": None}, {"deep": [True]}]


@pytest.mark.parametrize("key", [-7, -6, 3, 4])
def test_documents_of_the_who_network_satisfy_the_schema(world: World, key: int) -> None:
    for payload in (*PAYLOADS.values(), DDCC_VACCINATION, DDCC_TEST, {"m": "X", "d": "once"}):
        for changed in (payload, {**payload, "n": 7, "gn": None, "d": "2026-02-03", "name": "An"}):
            check(world.verify(sign(world.es256.signer(), changed, key)))
            check(Verifier(TrustList([])).verify(sign(world.es256.signer(), changed, key), at=NOW))


def test_rules_satisfy_the_schema(world: World) -> None:
    gone = SkippedRule("list", "VR-XA-0009", "XA", "it is damaged")
    strict = rule(Logic={">=": [{"var": "payload.v.0.dn"}, 9]})
    book = RuleBook(RuleSet((strict,), (gone,)))
    verdict = Verifier(world.trust, rules=book).verify(world.issue(), at=NOW, destination="XA")
    found = check(verdict)
    assert [each["rule"] for each in found["rules"]] == ["VR-XA-0005", None]
    explained = list(verdict.explanations())
    assert [each.reason.code.value for each in explained] == [each["code"] for each in found["rules"]]


def test_no_rules_asked_means_no_rules_in_the_answer(world: World) -> None:
    verdict = world.verify(world.issue())
    assert list(verdict.explanations()) == []
    assert "rules" not in check(verdict)


def test_the_schema_names_every_outcome_stage_status_and_code() -> None:
    fields = SCHEMA["properties"]
    assert set(fields["outcome"]["enum"]) == set(Outcome)
    assert set(SCHEMA["$defs"]["check"]["properties"]["stage"]["enum"]) == set(Stage)
    assert set(SCHEMA["$defs"]["check"]["properties"]["status"]["enum"]) == set(Status)
    assert set(SCHEMA["$defs"]["code"]["enum"]) == set(Code)


def test_the_schema_is_not_empty_words(world: World) -> None:
    found = world.verify(world.issue(), at=END).to_dict()
    changes: list[dict[str, object]] = [
        {"outcome": "fine"},
        {"checks": [{}]},
        {"warnings": None},
        {"extra": 1},
    ]
    for wrong in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate({**found, **wrong})
