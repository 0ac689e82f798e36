"""Settings: from the file, overridden by options, and told when they are wrong."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import pin

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


def test_no_pin_is_shown_with_the_settings(run: Run, tmp_path: Path) -> None:
    kept = pin.kept("2468")
    shown = run("config", "show", "--config", write(tmp_path, f'[scan]\nkiosk_pin = "{kept}"\n'))
    assert shown.code == 0
    assert "scrypt" not in shown.out
    assert kept not in shown.out


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


def test_saving_changes_what_was_given_and_keeps_comments_and_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, '# my desk\n[scan]\n# the one at the door\ncamera = 2 # left\nlang = "vi"\n')
    settings.save({"lang": "en", "trust_list": ("a.json", "b.json"), "mute": True}, path)
    text = path.read_text(encoding="utf-8")
    assert "# my desk\n[scan]\n# the one at the door\ncamera = 2 # left\n" in text
    found = settings.load(path)
    assert (found.camera, found.lang, found.trust_list) == ("2", "en", ("a.json", "b.json"))
    assert found.mute
    settings.save({"trust_list": (), "lang": "vi"}, path)
    assert (settings.load(path).trust_list, settings.load(path).lang) == ((), "vi")
    assert "# the one at the door" in path.read_text(encoding="utf-8")


def test_a_setting_is_saved_below_its_explanation(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    run("config", "init", "--out", path)
    before = path.read_text(encoding="utf-8").splitlines()
    settings.save({"theme": "dark"}, path)
    after = path.read_text(encoding="utf-8").splitlines()
    place = before.index('#theme = "auto"') + 1
    assert after == [*before[:place], 'theme = "dark"', *before[place:]]


@pytest.mark.parametrize(
    "text",
    [
        '[scan]\ntrust_list = [\n  "a.json",\n]\n',
        'scan = { lang = "vi", trust_list = "a.json" }\n',
        'scan.lang = "vi"\n',
        '[scan]\n"lang" = "vi"\n',
        '["scan"]\nlang = "vi"\n',
        "",
        "# nothing yet\n",
    ],
)
def test_whatever_way_a_file_is_written_what_is_saved_is_read_again(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    before = settings.load(path)
    changes: dict[str, object] = {"lang": "vi", "trust_list": ("b.json",), "show_other": 3.0}
    settings.save(changes, path)
    assert settings.load(path) == before.with_options(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"lang": "xx"},
        {"camra": "1"},
        {"max_age": -1},
        {"kiosk": 1},
        {"kiosk_pin": "2468"},
        {"destination": "Austria"},
    ],
)
def test_what_must_not_be_is_not_saved(tmp_path: Path, changes: dict[str, object]) -> None:
    path = write(tmp_path, '[scan]\nlang = "vi"\n')
    with pytest.raises(UsageError):
        settings.save(changes, path)
    assert path.read_text(encoding="utf-8") == '[scan]\nlang = "vi"\n'


def test_a_file_that_can_not_be_read_is_not_replaced(tmp_path: Path) -> None:
    path = write(tmp_path, "[scan\n")
    with pytest.raises(UsageError):
        settings.save({"lang": "vi"}, path)
    assert path.read_text(encoding="utf-8") == "[scan\n"
