"""What an error says to do can be done where it is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support import gdhcn_documents
from tests.support.command import Run
from tests.support.world import World
from vaxpass.crypto import new_bundle_key
from vaxpass.trust import write_trust_list


@pytest.mark.parametrize(
    "line",
    [
        "verify x",
        "check x --to AT",
        "print x --out o",
        "scan --source - --view none",
        "doctor",
        "trust show",
        "trust lint",
        "trust export --format pem --out o",
        "trust bundle --key {key} --maker M --out o",
        "verify x -t {unsigned}",
        "check x --to AT -t {unsigned}",
        "print x --out o -t {unsigned}",
        "scan --source - --view none -t {unsigned}",
        "doctor -t {unsigned}",
        "trust show {unsigned}",
        "trust lint {unsigned}",
        "trust diff {unsigned} {unsigned}",
        "trust export {unsigned} --format pem --out o",
        "trust import {unsigned} --out o",
        "trust bundle -t {unsigned} --key {key} --maker M --out o",
        "rules show",
        "check x --to AT -t {list}",
    ],
)
def test_a_hint_names_only_options_of_the_command_at_hand(
    line: str, run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    for variable in ("VAXPASS_TRUST_LIST", "VAXPASS_RULES"):
        monkeypatch.delenv(variable, raising=False)
    files = {name: tmp_path / name for name in ("unsigned", "list", "key")}
    document = gdhcn_documents.unproved(gdhcn_documents.method(world.es256.certificate.der))
    files["unsigned"].write_text(json.dumps(document), encoding="utf-8")
    files["list"].write_bytes(write_trust_list(world.trust, source="x", test=True))
    files["key"].write_bytes(new_bundle_key()[0])
    words = line.format(**files).split()
    ran = run(*words)
    assert ran.code != 0
    command = words[:2] if words[0] in ("trust", "rules") else words[:1]
    helped = run(*command, "--help").out
    # A command that is named whole, as it has to be typed, has its own options.
    told = " ".join((ran.err + ran.out.partition("Lines to copy:")[0]).split())
    said = re.sub(r"vaxpass [a-z]+ [a-z]+ .*? NEW", "", told)
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", said):
        assert f"{option} " in helped, (option, said)
