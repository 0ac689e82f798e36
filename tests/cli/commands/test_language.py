"""What is said is said in the language that was asked for: errors, and commands without --lang."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError

from tests.support.command import Run

VARIABLE = "VAXPASS_LANG"


def test_an_error_is_told_in_the_language_of_the_command(run: Run, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.png"
    assert run("decode", nothing).err == f"vaxpass: {nothing}: there is no such file or folder.\n"
    for order in ((nothing, "--lang", "vi"), ("--lang", "vi", nothing)):
        ran = run("decode", *order)
        assert (ran.code, ran.err) == (2, f"vaxpass: {nothing}: không có tệp hay thư mục này.\n")


def test_the_language_of_one_run_is_not_that_of_the_next(run: Run, tmp_path: Path) -> None:
    run("decode", tmp_path / "a.png", "--lang", "vi")
    assert run("keys", "uvci", "--out", tmp_path / "secret").out.startswith("Wrote a secret")


def test_a_variable_chooses_the_language_of_all_commands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "vi")
    assert run("keys", "uvci", "--out", tmp_path / "secret").out.startswith("Đã ghi khóa bí mật")
    assert "không có tệp" in run("decode", tmp_path / "a.png").err
    assert "no such file" in run("decode", tmp_path / "a.png", "--lang", "en").err
    monkeypatch.setenv(VARIABLE, "xx")
    assert run("keys", "uvci", "--out", tmp_path / "other").out.startswith("Wrote a secret")


def test_an_error_crosses_from_one_process_to_another() -> None:
    inner = UsageError("error.settings.negative", name="width")
    error = UsageError("error.in_file_sentence", path="config.toml", reason=inner)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - just written
    assert type(again) is UsageError
    assert str(again) == str(error) == "config.toml: width must not be less than 0."
    assert again.message("vi") == "config.toml: width không được nhỏ hơn 0."
