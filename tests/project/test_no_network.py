"""Verification is offline and by itself: no socket, no file, and little that is imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.paths import ROOT
from tests.support.world import NOW, RECOVERY, TEST, VACCINATION, World
from vaxpass.trust.formats import native


def run(program: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.fixture
def order(world: World) -> str:
    """A trust list and texts, good and bad, for another process."""
    texts = [
        *(world.issue(certificate) for certificate in (VACCINATION, TEST, RECOVERY)),
        world.issue(key=world.ps256),
        world.issue()[:-3],
        "HC1:NCF",
        "https://example.org/",
        "HC1:6BF" + "0" * 300,
    ]
    trust = native.write(world.trust, source="test", test=False).decode()
    return json.dumps({"trust": trust, "texts": texts, "at": NOW.isoformat()})


_READ_ORDER = """
import json, sys
from datetime import datetime
order = json.load(sys.stdin)
at = datetime.fromisoformat(order["at"])
"""

_NO_SOCKETS = (
    """
import socket

def forbidden(*_, **__):
    raise BaseException("the network was used")

for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "socketpair"):
    setattr(socket, name, forbidden)
"""
    + _READ_ORDER
    + """
def hook(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.system", "os.posix", "urllib.")):
        raise BaseException(event)

sys.addaudithook(hook)
from vaxpass import Policy, Verifier, read_trust_list
trust = read_trust_list(order["trust"].encode(), source="test")
verifier = Verifier(trust, Policy(test_keys=True))  # the world says TEST in its certificates
print(json.dumps([verifier.verify(text, at=at).outcome for text in order["texts"]]))
"""
)


def test_verification_needs_no_network(order: str) -> None:
    outcomes = json.loads(run(_NO_SOCKETS, order))
    assert outcomes[:4] == ["accepted"] * 4
    assert set(outcomes[4:]) == {"other", "unreadable"}


_NO_FILES = (
    _READ_ORDER
    + """
from vaxpass import Policy, Verifier, read_trust_list
trust = read_trust_list(order["trust"].encode(), source="test")
verifier = Verifier(trust, Policy(test_keys=True))  # the world says TEST in its certificates
for text in order["texts"]:
    verifier.verify(text, at=at)  # imports what comes later

seen = []
sys.addaudithook(lambda event, arguments: seen.append(event))
verdicts = [verifier.verify(text, at=at) for text in order["texts"]]
during = list(seen)
open("/dev/null").close()
print(json.dumps({"during": during, "hook": "open" in seen, "accepted": sum(map(bool, verdicts))}))
"""
)


def test_verification_opens_no_file_and_imports_nothing(order: str) -> None:
    found = json.loads(run(_NO_FILES, order))
    assert found["hook"], "the hook sees what is opened"
    assert found["accepted"] == 4
    touching = (
        "open",
        "import",
        "os.",
        "socket.",
        "subprocess.",
        "shutil.",
        "glob.",
        "pathlib.",
        "tempfile.",
    )
    assert [event for event in found["during"] if event.startswith(touching)] == []


_HEAVY = (
    "cv2",
    "typer",
    "rich",
    "numpy",
    "PIL",
    "zxingcpp",
    "pycose",
    "rfc8785",
    "ecdsa",
    "jsonschema",
    "vaxpass_cli",
)
_LATER = (
    "vaxpass.documents.hcert.dcc.model",
    "vaxpass.documents.hcert.encode",
    "vaxpass.qr",
    "vaxpass.trust.reader",
    "vaxpass.crypto.authority",
    "vaxpass.crypto.passports",
    "vaxpass.crypto.repair",
    "vaxpass.documents.vdsnc.decode",
    "vaxpass.documents.proper_names",
)


def test_importing_the_library_loads_nothing_heavy() -> None:
    alone = run("import sys, vaxpass; print(*sys.modules)").split()
    assert "cryptography" not in alone, "a name is imported at its first use"
    loaded = run("import sys; from vaxpass import Verifier; print(*sys.modules)").split()
    assert "vaxpass.verify" in loaded
    assert {name.partition(".")[0] for name in loaded}.isdisjoint(_HEAVY)
    assert set(loaded).isdisjoint(_LATER)


def test_verifying_loads_no_pycose_and_nothing_of_the_tool(order: str) -> None:
    program = _NO_FILES.rpartition("seen = []")[0] + "print(*sys.modules)"
    modules = run(program, order).split()
    assert {name.partition(".")[0] for name in modules}.isdisjoint(_HEAVY)
    assert "vaxpass.documents.proper_names" not in modules, "names are for people who look"


_ENTRIES = frozenset(
    f"vaxpass.documents.{name}"
    for name in ("divoc", "link", "link.texts", "shc", "shc.parts", "shc.texts", "vdsnc")
)
"""By these a family is recognised; what reads its documents comes with the first one."""
_OF_FAMILIES = (
    *("divoc", "link", "shc", "vdsnc", "fhir", "cvx"),
    *("hcert.icvp", "hcert.ddcc", "hcert.link", "hcert.medication", "hcert.other"),
)
_PACKAGES_OF_FAMILIES = ("rfc8785", "pyld", "lxml", "frozendict", "cachetools", "asn1crypto", "zipfile")


def test_verifying_a_dcc_loads_nothing_of_another_family(order: str) -> None:
    program = _NO_FILES.rpartition("seen = []")[0] + "print(*sys.modules)"
    for modules in (
        set(run("import sys; from vaxpass import Verifier; print(*sys.modules)").split()),
        set(run(program, order).split()),
    ):
        assert "vaxpass.verify" in modules
        places = tuple(f"vaxpass.documents.{name}" for name in _OF_FAMILIES)
        assert {name for name in modules if name.startswith(places)} <= _ENTRIES
    alone = set(run("import sys; from vaxpass import Verifier; print(*sys.modules)").split())
    assert alone.isdisjoint(_PACKAGES_OF_FAMILIES)


def test_importing_the_library_opens_no_socket() -> None:
    program = """
import sys
seen = []
sys.addaudithook(lambda event, _: seen.append(event))
import vaxpass
print(*{event for event in seen if event.startswith(("socket.", "subprocess.", "urllib."))}, "done")
"""
    assert run(program) == "done"
