"""A key in a hardware module signs, and never leaves it: SoftHSM stands for the module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.command import Run
from tests.support.issuing_data import many, texts, write_keys, write_matches, write_records
from tests.support.world import END, NOW, START, VACCINATION, World
from vaxpass import encode
from vaxpass.crypto import SignerError
from vaxpass.crypto.certificate import to_pem
from vaxpass.testing import IssuedKey

pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed: pip install '.[hsm]'")

PIN = "1234"
_PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
_LIBRARY = next((place for place in _PLACES if Path(place).is_file()), None)


@pytest.fixture(scope="module")
def token(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The beginning of the name of a key in a token that holds the keys of the world."""
    tool = shutil.which("softhsm2-util")
    if tool is None or _LIBRARY is None:
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(settings))

    def say(*arguments: str) -> None:
        subprocess.run([tool, *arguments], check=True, capture_output=True)

    say("--init-token", "--free", "--label", "vaxpass", "--pin", PIN, "--so-pin", "5678")
    for number, (name, key) in enumerate((("es256", world.es256), ("ps256", world.ps256)), 1):
        file = folder / "key.pem"
        file.write_bytes(key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        named = ("--label", name, "--id", f"{number:02}")
        say("--import", str(file), "--token", "vaxpass", *named, "--pin", PIN)
        file.unlink()
    # It stays set: the module is loaded once in a process and reads it then.
    return f"pkcs11:token=vaxpass;object={{}}?module-path={_LIBRARY}"


@pytest.mark.parametrize("name", ["es256", "ps256"])
def test_what_a_module_signs_verifies(world: World, token: str, name: str) -> None:
    from vaxpass_cli.io.hsm import HardwareSigner  # noqa: PLC0415

    key: IssuedKey = getattr(world, name)
    signer = HardwareSigner(token.format(name), key.certificate, PIN)
    try:
        text = encode(VACCINATION, signer, issuer="VN", issued_at=START, expires_at=END)
        assert world.verify(text)
    finally:
        signer.close()


def test_what_can_not_be_used_is_told_without_the_pin(world: World, token: str) -> None:
    from vaxpass_cli.io.hsm import HardwareSigner  # noqa: PLC0415

    es256 = token.format("es256")
    place = es256.partition("?")[2]
    for uri, pin, said in (
        (es256, "9999", "PIN of the token is not right"),
        (es256.replace("token=vaxpass", "token=other"), PIN, "no token"),
        (token.format("other"), PIN, "no private key"),
        (token.format("ps256"), PIN, "does not belong|can't be used"),
        (f"pkcs11:token=vaxpass?{place}", PIN, "not named"),
        (es256.partition("?")[0], PIN, "library"),
        ("pkcs11:object=es256?module-path=/nowhere.so", PIN, "can't be used"),
        (f"{es256}&pin-value=1234", PIN, "not written"),
    ):
        with pytest.raises(SignerError, match=said) as caught:
            HardwareSigner(uri, world.es256.certificate, pin)
        assert pin not in str(caught.value)


def test_passports_of_a_run_are_signed_in_the_module(
    world: World, token: str, run: Run, tmp_path: Path
) -> None:
    records = many(6, ["79001"])
    write_keys(tmp_path, world, {})
    (tmp_path / "pin").write_text(PIN, encoding="utf-8")
    (tmp_path / "signer.pem").write_bytes(to_pem(world.ps256.certificate.der))
    ran = run(
        *("issue", write_records(tmp_path / "records.csv", records), "--issuer", "MoH"),
        *("--matches", write_matches(tmp_path / "matches", records), "--allow-unattested"),
        *("--key", token.format("ps256").replace("object=ps256", "id=%02")),
        *("--cert", tmp_path / "signer.pem", "--password-file", tmp_path / "pin"),
        *("--uvci-key", tmp_path / "uvci.key", "--out", tmp_path / "out"),
        *("--at", "2026-06-01", "--processes", 2),
    )
    assert (ran.code, ran.err) == (0, "")
    found = texts(tmp_path / "out")
    assert len(found) == 6
    assert all(world.verify(str(row["text"]), NOW) for row in found)
