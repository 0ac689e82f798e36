"""The encoding of a text is told by its mark, the same at every door."""

from __future__ import annotations

from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings, keys, named_files
from vaxpass_cli.records import columns
from vaxpass_cli.scan import settings

from tests.support.command import Run
from tests.support.world import NOW, World
from vaxpass.crypto import to_pem
from vaxpass.trust import write_trust_list

_MARKED = ("utf-8-sig", "utf-16", "utf-32")


@pytest.mark.parametrize("encoding", _MARKED)
def test_trust_lists_rules_settings_and_mappings_are_read_by_their_mark(
    encoding: str, run: Run, world: World, tmp_path: Path
) -> None:
    def again(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    listed = write_trust_list(world.trust, source="the test world", test=True)
    trust = again("trust.json", listed.decode())
    arguments = ("--trust-list", trust, "--test-keys", "--at", NOW.isoformat())
    assert run("verify", world.issue(), *arguments).code == 0
    assert settings.load(again("settings.toml", "[scan]\nmute = true\n")).mute
    mapping = again("mapping.toml", '[records]\nfull_name = "họ tên"\n')
    assert columns.read_mapping(mapping)["records"] == {"full_name": "họ tên"}
    with encodings.open_text(again("a.csv", "họ,tên\r\n")) as file:
        assert file.read() == "họ,tên\r\n"


@pytest.mark.parametrize("encoding", _MARKED)
def test_private_keys_and_their_certificates_are_read_by_their_mark(
    encoding: str, world: World, tmp_path: Path
) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    key.write_bytes(world.es256.key_pem().decode().encode(encoding))
    cert.write_bytes(to_pem(world.es256.certificate.der).decode().encode(encoding))
    assert keys.source(str(key), cert).open().kid == world.es256.signer().kid


def test_a_file_in_no_known_encoding_is_named_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "café.toml"
    path.write_bytes(b'[scan]\nname = "caf\xe9"\n')
    for read in (settings.load, columns.read_mapping):
        with pytest.raises(UsageError) as raised:
            read(path)
        for language, said in (("en", "not text in UTF-8"), ("vi", "không phải văn bản UTF-8")):
            sentence = raised.value.message(language)
            assert str(path) in sentence
            assert said in sentence
            assert "codec" not in sentence


def test_bytes_that_are_no_text_stay_as_they_are(tmp_path: Path) -> None:
    for data in (b"0\x82\x01\x0a", b"\xff\xfe\0\xd8", b"", b"\xef\xbb"):
        (tmp_path / "file").write_bytes(data)
        assert named_files.read_bounded(tmp_path / "file", 100) == data


def test_a_mark_may_come_in_parts() -> None:
    for encoding in ("utf-8", *_MARKED):
        decoder = encodings.Decoder()
        data = "HC1:ộ\r".encode(encoding)
        assert "".join(decoder.decode(bytes((byte,))) for byte in data) == "HC1:ộ\r", encoding
