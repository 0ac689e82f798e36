"""Published test vectors: a test for every expectation, and the command that compares them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from vaxpass_cli.io import vectors
from vaxpass_cli.io.vectors import Result, Vector

from tests.support.command import Run
from tests.support.paths import find_shared
from tests.support.world import NOW, TEST, VACCINATION, World
from vaxpass import TestEntry, qr
from vaxpass.encoding import base45, deflate

# What a dispute comes to: the reason given for it, and what vaxpass answers where it disagrees.
_DISPUTES = {
    "groups t and r are null; dob and v.dt are date-times": set[str](),
    "groups v and t are null; dob and r dates are date-times": set[str](),
    "alg ES256 with a P-384 key and a 96-byte signature (verifies only as ECDSA-P384-SHA256)": {
        "signature.key_type"
    },
    "two v entries: valid in its own schema 1.0.0, invalid (maxItems 1) from 1.3.0": {
        "schema.several_entries at $.v"
    },
}


@cache
def published() -> dict[str, Vector]:
    place = find_shared()
    found = vectors.load(place / "vectors" / "dcc") if place else ()
    return {vector.name: vector for vector in found}


@cache
def results(name: str) -> dict[str, Result]:
    return {result.name: result for result in vectors.evaluate(published()[name])}


def _cases() -> list[object]:
    """Every expectation. Nothing is evaluated before it is tested."""
    missing = pytest.mark.skip(reason="the public test data is not here; set VAXPASS_SHARED")
    return [
        pytest.param(vector.name, expectation, id=f"{vector.name} {expectation}")
        for vector in published().values()
        for expectation in [*vector.expected, *([vectors.PICTURES] if vector.pictures else ())]
    ] or [pytest.param("none", "none", marks=missing)]


@pytest.mark.parametrize(("name", "expectation"), _cases())
def test_vaxpass_finds_what_a_vector_expects(name: str, expectation: str) -> None:
    result = results(name)[expectation]
    if result.disputed is not None:
        if result.agrees or result.disputed.startswith("NL labels this key"):
            return
        assert result.reason in _DISPUTES[result.disputed]
    elif result.actual is None:
        misspelt = result.name in ("EXPTECTEDEXPIRED", "EXPECTEDRESULTS")
        assert misspelt or result.reason == "the vector has no picture"
    else:
        assert result.actual is result.expected, result.reason


def test_disputed_labels_of_the_netherlands_are_judged_by_the_schema(shared: Path) -> None:
    found = [result for name in published() for result in results(name).values()]
    disputed = [r for r in found if r.disputed and r.disputed.startswith("NL labels")]
    assert len(disputed) == 288
    assert {r.reason for r in disputed if r.actual is False} == {"schema.format at $.dob"}
    assert sum(r.actual is False for r in disputed) == 36, "those born in 1815"


def test_the_command_shows_full_agreement(run: Run, shared: Path) -> None:
    ran = run("vectors", shared / "vectors" / "dcc")
    assert (ran.code, ran.err) == (0, "")
    assert "444 vectors" in ran.out
    assert "0 disagreements" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def raw(world: World, text: str, **expected: bool) -> dict[str, object]:
    """A vector in the layout of dgc-testdata."""
    return {
        "JSON": VACCINATION.to_payload(),
        "PREFIX": text,
        "2DCODE": base64.b64encode(qr.png(text)).decode(),
        "TESTCTX": {
            "VERSION": 1,
            "CERTIFICATE": base64.b64encode(world.es256.certificate.der).decode(),
            "VALIDATIONCLOCK": NOW.isoformat(),
            "DESCRIPTION": "made by a test",
        },
        "EXPECTEDRESULTS": {f"EXPECTED{name}": value for name, value in expected.items()},
    }


def write(folder: Path, record: dict[str, object]) -> Path:
    place = folder / "VN" / "2DCode" / "raw"
    place.mkdir(parents=True, exist_ok=True)
    (place / "1.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


_ALL = (
    *("VALIDOBJECT", "SCHEMAVALIDATION", "ENCODE", "DECODE", "VERIFY", "UNPREFIX", "VALIDJSON"),
    *("COMPRESSION", "B45DECODE", "PICTUREDECODE", "EXPIRATIONCHECK", "KEYUSAGE"),
)


def test_a_good_vector_of_the_public_layout_agrees(run: Run, world: World, tmp_path: Path) -> None:
    write(tmp_path, raw(world, world.issue(), **dict.fromkeys(_ALL, True)))
    ran = run("vectors", tmp_path, "--json")
    assert ran.code == 0
    (line,) = map(json.loads, ran.out.splitlines())
    assert [row["agrees"] for row in line["expectations"]] == [True] * 13


def test_true_false_and_absent_are_three_different_cases(
    run: Run, world: World, tmp_path: Path
) -> None:
    for name in _ALL:
        assert run("vectors", write(tmp_path, raw(world, world.issue(), **{name: True}))).code == 0
        ran = run("vectors", write(tmp_path, raw(world, world.issue(), **{name: False})))
        assert ran.code == 1, f"{name} is expected to fail and does not"
        assert f"EXPECTED{name} is true, expected false" in ran.out
    assert run("vectors", write(tmp_path, raw(world, world.issue()))).code == 0


def test_a_vector_may_give_only_a_later_step(run: Run, world: World, tmp_path: Path) -> None:
    compressed = base45.decode(world.issue()[4:])
    record = raw(world, "HC1:", VERIFY=True, EXPIRATIONCHECK=True, KEYUSAGE=True, DECODE=True)
    record |= {"PREFIX": None, "2DCODE": None}
    assert run("vectors", write(tmp_path, record | {"COMPRESSED": compressed.hex()})).code == 0
    cose = deflate.inflate(compressed, 65536).hex()
    assert run("vectors", write(tmp_path, record | {"COSE": cose})).code == 0
    ran = run("vectors", write(tmp_path, record))
    assert ran.code == 0
    assert "Not judged" in ran.out


def test_a_disagreement_is_told_with_its_reason(run: Run, world: World, tmp_path: Path) -> None:
    record = raw(world, world.issue(), EXPIRATIONCHECK=True)
    record["TESTCTX"] = record["TESTCTX"] | {"VALIDATIONCLOCK": "2031-01-01T00:00:00Z"}  # type: ignore[operator]
    ran = run("vectors", write(tmp_path, record))
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert "EXPECTEDEXPIRATIONCHECK is false, expected true: validity.expired" in told


@pytest.mark.parametrize("content", ["", "[]", "{", '{"TESTCTX": 5}', '{"COSE": "zz"}', "null"])
def test_what_is_no_vector_is_wrong_use(run: Run, tmp_path: Path, content: str) -> None:
    place = write(tmp_path, {}) / "VN" / "2DCode" / "raw" / "1.json"
    place.write_text(content, encoding="utf-8")
    ran = run("vectors", tmp_path)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1


def test_an_empty_folder_and_a_missing_path_are_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("vectors", tmp_path).code == 2
    assert run("vectors", tmp_path / "missing").code == 2


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [
        ("2025-12-30T08:00:00+07:00", True),
        ("2025-12-30T01:00:00Z", True),
        ("2025-12-30t01:00:00z", True),
        ("2025-12-30T01:00:00+00:00", True),
        ("2025-12-30T01:00:00.000Z", True),
        ("2025-12-29T20:30:00.0-04:30", True),
        ("2025-12-30T01:00:00.001Z", False),
        ("2025-12-30T01:00:00.0000000001Z", False),
        ("2025-12-30T01:00:01Z", False),
        ("2025-12-30T01:00:00", False),
        ("2025-12-30", False),
        ("2025-12-30T25:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
    ],
)
def test_the_same_instant_agrees_however_it_is_written(
    run: Run, world: World, tmp_path: Path, stated: str, agrees: bool
) -> None:
    record = raw(world, world.issue(TEST), DECODE=True, ENCODE=True)
    (entry,) = TEST.entries
    assert isinstance(entry, TestEntry)
    payload = replace(TEST, entries=(replace(entry, sampled_at=stated),)).to_payload()
    assert run("vectors", write(tmp_path, record | {"JSON": payload})).code == (not agrees)
