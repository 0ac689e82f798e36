"""Settings: from the file, overridden by options, and told when they are wrong."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.settings import Settings

from tests.support.command import Run
from vaxpass.messages import LANGUAGES


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_all_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.load() == Settings()


def test_a_file_changes_some_and_an_option_changes_them_again(tmp_path: Path) -> None:
    path = write(tmp_path, '[scan]\ncamera = 2\nlang = "vi"\nkiosk = true\nshow_accepted = 3\n')
    found = settings.load(path)
    assert (found.camera, found.lang, found.kiosk, found.timing.accepted) == ("2", "vi", True, 3.0)
    changed = found.with_options(lang="en", kiosk=False, camera=None)
    assert (changed.lang, changed.kiosk, changed.camera) == ("en", False, "2")


def test_lines_may_end_as_on_any_system_and_another_encoding_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for end in (b"\r", b"\r\n", b"\n"):
        path.write_bytes(end.join((b"[scan]", b"# a comment", b"camera = 2", b"")))
        assert settings.load(path).camera == "2"
    path.write_bytes("# Größe\n[scan]\n".encode("latin-1"))
    with pytest.raises(UsageError) as raised:
        settings.load(path)
    assert raised.value.message("en").startswith(f"{path}: this is not text in UTF-8")


def test_what_is_printed_makes_the_same_settings(tmp_path: Path) -> None:
    some = Settings(
        trust_list=("a b", 'quo"te\\'), lang="vi", takeover=0.5, mute=True, destination="AT"
    )
    assert settings.load(write(tmp_path, some.to_toml())) == some


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[scan]\ncamra = 0\n", "there is no setting 'camra'"),
        ("[scan]\nkiosk = 1\n", "kiosk must be true or false"),
        ('[scan]\nlang = "xx"\n', f"lang must be one of {', '.join(LANGUAGES)}"),
        ("[scan]\nmax_age = -1\n", "must not be less than 0"),
        ('[scan]\ntz = "Asia/Nowhere"\n', "'Asia/Nowhere' is not a time zone"),
        ("[scan]\nwidth = 1.5\n", "width must be a whole number"),
        ("[scan]\nwidth = true\n", "width must be a whole number"),
        ("[scan]\ntrust_list = [1]\n", "trust_list must be a text or a list of texts"),
        ("[scna]\n", "only a table [scan]"),
        ("scan = 1\n", "only a table [scan]"),
        ("[scan\n", "not a TOML file"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        settings.load(write(tmp_path, text))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        settings.load(tmp_path / "none.toml")


def test_the_commands_show_settings_and_their_place(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = run("config", "path")
    assert path.code == 0
    assert path.out.strip() == str(tmp_path / "vaxpass" / "config.toml")
    shown = run("config", "show")
    assert shown.code == 0
    assert settings.load(write(tmp_path, shown.out)) == Settings()


def test_a_settings_file_is_begun_with_every_setting_explained(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "new" / "config.toml"
    assert run("config", "init", "--out", place).code == 0
    text = place.read_text("utf-8")
    assert settings.load(place) == Settings()
    # Without its comment marks it sets everything, to what counts without it.
    plain = "\n".join(re.sub(r"^#(?=\w)", "", line) for line in text.splitlines())
    place.write_text(plain, "utf-8")
    assert settings.load(place) == Settings()
    assert all(f"\n{each.name} = " in plain for each in fields(Settings))
    assert all(f"\n#{each.name} = " in text for each in fields(Settings))
    assert max(map(len, text.splitlines())) <= 80


def test_a_settings_file_that_is_there_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    place.write_text("[scan]\nmute = true\n")
    ran = run("config", "init", "--out", place)
    assert ran.code == 2
    assert "there is a settings file already" in ran.err
    assert place.read_text() == "[scan]\nmute = true\n"


def test_a_settings_file_is_begun_in_the_language_of_the_run(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    run("config", "init", "--out", place, "--lang", "vi")
    text = place.read_text("utf-8")
    assert "# Cài đặt của máy quét." in text
    assert '#lang = "vi"' in text
