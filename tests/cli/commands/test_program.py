"""The other commands: keys, encode, decode, trust show; and the program as a whole."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.command import Run
from tests.support.world import VACCINATION, World
from tests.support.yellow_cards import YELLOW_CARD
from vaxpass import __version__, decode


@pytest.fixture
def keys(run: Run, tmp_path: Path) -> Path:
    ran = run("keys", "new", "--out", tmp_path / "keys")
    assert (ran.code, ran.err) == (0, "")
    return tmp_path / "keys"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(VACCINATION.to_payload()), encoding="utf-8")
    return path


def sign(keys: Path) -> tuple[object, ...]:
    return ("--key", keys / "dsc.key.pem", "--cert", keys / "dsc.pem")


def test_keys_new_makes_a_world_that_verifies_itself(
    run: Run, keys: Path, certificate: Path, tmp_path: Path
) -> None:
    ran = run("encode", certificate, *sign(keys))
    assert ran.code == 0
    text = ran.out.strip()
    assert text.startswith("HC1:")
    for trust in (keys / "trust-list.json", keys, keys / "dsc.pem"):
        assert run("verify", text, "-t", trust, "--test-keys").code == 0
        assert "trust.test_key" in run("verify", text, "-t", trust).out
    for name in ("code.png", "code.svg"):
        ran = run("encode", certificate, *sign(keys), "--qr", tmp_path / name)
        assert (ran.code, ran.out) == (0, "")
    assert run("verify", tmp_path / "code.png", "-t", keys, "--test-keys").code == 0
    assert ET.parse(tmp_path / "code.svg").getroot().tag.endswith("svg")  # noqa: S314 - our own file


def test_private_keys_are_for_their_owner_and_never_overwritten(run: Run, keys: Path) -> None:
    for name in ("csca.key.pem", "dsc.key.pem"):
        assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600
    before = (keys / "dsc.key.pem").read_bytes()
    assert run("keys", "new", "--out", keys).code == 2
    assert (keys / "dsc.key.pem").read_bytes() == before


@pytest.mark.parametrize("command", ["new", "bundle", "uvci"])
def test_keys_that_could_not_be_written_are_not_in_the_way_of_the_next(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    out = tmp_path / "made" / "keys"
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == (1 if command == "uvci" else 2):
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr("os.fsync", full)
    ran = run("keys", command, "--out", out)
    assert (ran.code, "no room left" in ran.err) == (2, True)
    assert list(out.parent.iterdir()) == []
    monkeypatch.undo()
    # What a program leaves that was killed is not in the way either, and does not stay.
    (out.parent / ".vaxpass-unfinished-dead").mkdir()
    (out.parent / ".vaxpass-unfinished-dead" / "dsc.key.pem").write_bytes(b"half")
    assert run("keys", command, "--out", out).code == 0
    assert list(out.parent.iterdir()) == [out]
    assert stat.S_IMODE(out.stat().st_mode) == (0o600 if command == "uvci" else 0o700)
    assert run("keys", command, "--out", out).code == 2


def test_an_empty_folder_for_keys_becomes_private(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "keys"
    out.mkdir(mode=0o755)
    assert run("keys", "bundle", "--out", out).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_a_picture_of_a_passport_is_for_its_owner(
    run: Run, keys: Path, certificate: Path, tmp_path: Path
) -> None:
    for name in ("code.png", "code.svg"):
        assert run("encode", certificate, *sign(keys), "--qr", tmp_path / name).code == 0
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_keys_may_be_of_either_algorithm_and_restricted(
    run: Run, certificate: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "rsa"
    assert run("keys", "new", "--out", keys, "--algorithm", "PS256", "--kind", "test").code == 0
    text = run("encode", certificate, *sign(keys)).out.strip()
    ran = run("verify", text, "-t", keys, "--test-keys", "--json")
    assert json.loads(ran.out)["code"] == "usage.not_for_vaccination"
    assert run("keys", "new", "--out", tmp_path / "x", "--country", "Viet Nam").code == 2


def test_encode_names_everything_that_breaks_the_schema(run: Run, keys: Path) -> None:
    ran = run("encode", "-", *sign(keys), stdin=b'{"ver": "1.3.0", "nam": {"fnt": "nguyen"}}')
    assert (ran.code, ran.out) == (1, "")
    for code in ("schema.required", "schema.format", "schema.group_missing"):
        assert code in ran.err


def test_encode_signs_a_yellow_card_that_this_program_accepts(run: Run, keys: Path) -> None:
    card = json.dumps(YELLOW_CARD.to_payload()).encode()
    ran = run("encode", "-", *sign(keys), stdin=card)
    assert (ran.code, ran.err) == (0, "")
    read = decode(ran.out.strip()).without_verification()
    assert read.payload == YELLOW_CARD.to_payload()
    ran = run("verify", ran.out.strip(), "-t", keys, "--test-keys", "--json")
    assert (ran.code, json.loads(ran.out)["kind"]) == (0, "icvp.vaccination")


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"zz": "1"}, "zz"),
        ({"v": 1}, "v"),
        ({"vx": {"vp": "x", "zz": "1"}}, "vx.zz"),
        ({"vx": {"dt": "2026-03-01"}}, "vx.dt"),
        ({"vx": "text"}, "vx"),
    ],
)
def test_encode_drops_nothing_of_a_yellow_card(
    run: Run, keys: Path, change: dict[str, object], lost: str
) -> None:
    card = json.dumps(YELLOW_CARD.to_payload() | change).encode()
    ran = run("encode", "-", *sign(keys), stdin=card)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert ran.err.rstrip().endswith(f": {lost}.")


def test_encode_names_everything_that_a_yellow_card_lacks(run: Run, keys: Path) -> None:
    ran = run("encode", "-", *sign(keys), stdin=b'{"n": "A", "vx": {"vp": "x"}}')
    assert (ran.code, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 9
    assert "schema.required" in ran.err


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"nonsense", b"\xff"])
def test_encode_refuses_what_is_no_certificate(run: Run, keys: Path, data: bytes) -> None:
    ran = run("encode", "-", *sign(keys), stdin=data)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1


def test_encode_says_why_not_in_the_language_of_the_run(
    run: Run, keys: Path, certificate: Path
) -> None:
    good = certificate.read_text(encoding="utf-8")
    for written, code, said in (
        (b'{"ver": "1.3.0", "nam": {"fnt": "nguyen"}}', 1, "schema.format: Một thông tin không đúng"),
        (
            good.replace("1990-05-06", "1990-05-06\xe9").encode("latin-1", "replace"),
            2,
            "không phải văn bản UTF-8",
        ),
        (good.replace("Ministry", "\\ud800").encode(), 2, "Có một giá trị không có dạng trong CBOR"),
    ):
        certificate.write_bytes(written)
        ran = run("encode", certificate, *sign(keys), "--lang", "vi")
        assert (ran.code, ran.out) == (code, "")
        assert said in ran.err


def test_encode_refuses_keys_that_do_not_fit(
    run: Run, keys: Path, certificate: Path, tmp_path: Path
) -> None:
    other = ("--key", keys / "csca.key.pem", "--cert", keys / "dsc.pem")
    assert "does not belong" in run("encode", certificate, *other).err
    assert "name it with --cert" in run("encode", certificate, "--key", keys / "dsc.key.pem").err
    assert run("encode", certificate, "--key", certificate, "--cert", keys / "dsc.pem").code == 2
    missing = run("encode", tmp_path / "missing.json", *sign(keys))
    assert (missing.code, len(missing.err.splitlines())) == (2, 1)
    assert run("encode", certificate, *sign(keys), "--qr", tmp_path / "code.pdf").code == 2


def test_encode_takes_pkcs12_with_its_password(
    run: Run, world: World, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signer.p12").write_bytes(world.es256.to_pkcs12(b"secret"))
    assert run("encode", certificate, "--key", tmp_path / "signer.p12").code == 2
    monkeypatch.setenv("VAXPASS_KEY_PASSWORD", "secret")
    assert run("encode", certificate, "--key", tmp_path / "signer.p12").out.startswith("HC1:")


def test_decode_shows_everything_and_says_that_nothing_is_verified(run: Run, world: World) -> None:
    text = world.issue()
    ran = run("decode", text)
    assert ran.code == 0
    assert "NOT VERIFIED" in ran.out
    for part in ("Nguyễn", "ES256", "EU/1/20/1528", "2027-01-01T00:00:00Z"):
        assert part in ran.out
    found = json.loads(run("decode", text, "--json").out)
    assert found["verified"] is False
    assert found["certificate"] == VACCINATION.to_payload()
    assert found["document"]["holder"]["birth_date"] == VACCINATION.date_of_birth
    assert found["document"]["events"][0]["date"] == "2025-12-12"
    ran = run("decode", "HC1:NCF", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["problem"]["code"] == "deflate.truncated"


def test_trust_show_lists_who_is_on_it(run: Run, keys: Path) -> None:
    ran = run("trust", "show", keys)
    assert ran.code == 0
    for part in ("VN", "EC P-256", "valid, TEST", "all"):
        assert part in ran.out
    rows = [
        json.loads(line) for line in run("trust", "show", keys / "dsc.pem", "--json").out.splitlines()
    ]
    assert [row["country"] for row in rows] == ["VN"]
    assert rows[0]["test_key"] is True
    assert run("trust", "show", keys / "missing").code == 2


def test_a_signed_list_is_refused_without_its_key(run: Run, shared: Path) -> None:
    lists = shared / "trust_lists" / "eu-national"
    signed = lists / "DE-signed-covpass-prod-2023-12-01.txt"
    ran = run("trust", "show", signed)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "--pin" in ran.err
    wrong = run("trust", "show", signed, "--pin", lists / "DE-demo-dsc-list-signing-key.pem")
    assert wrong.code == 2
    assert "does not match" in wrong.err
    ran = run("trust", "show", signed, "--pin", lists / "DE-dsc-list-signing-key.pem")
    assert (ran.code, ran.err) == (0, "")
    assert "Signers: 829" in ran.out


def test_the_program_tells_its_version_and_shows_help(run: Run) -> None:
    assert run("--version").out == f"vaxpass {__version__} (JSON interface 1)\n"
    for command in ("verify", "decode", "encode", "vectors", "keys", "trust"):
        ran = run(command, "--help")
        assert ran.code == 0
        assert "Usage" in ran.out


def test_an_unexpected_error_is_a_line_without_content(
    run: Run, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Nguyễn Bảo Duy")

    monkeypatch.setattr("vaxpass_cli.commands.decode.decode_text", broken)
    ran = run("decode", world.issue())
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "RuntimeError" in ran.err
    assert "Duy" not in ran.err


@pytest.mark.parametrize(
    ("command", "module", "package"),
    [
        ("--version", "typer", "typer"),
        ("verify", "rich", "rich"),
        ("verify", "PIL", "pillow"),
        ("verify", "zxingcpp", "zxing-cpp"),
    ],
)
def test_a_missing_extra_is_a_line_that_says_what_to_install(
    command: str, module: str, package: str
) -> None:
    program = f"import sys; sys.modules[{module!r}] = None; import vaxpass_cli.main as m; m.main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, command], capture_output=True, check=False, text=True
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 1
    assert package in ran.stderr
    assert "pip install '" in ran.stderr
    assert "[cli]'" in ran.stderr


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m vaxpass_cli verify --help | head -c 1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=False, text=True)
    assert ran.stderr == ""


def test_an_ascii_terminal_is_no_error(world: World, tmp_path: Path) -> None:
    (tmp_path / "dsc.der").write_bytes(world.es256.certificate.der)
    command = [sys.executable, "-m", "vaxpass_cli", "verify", world.issue(), "-t", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr
