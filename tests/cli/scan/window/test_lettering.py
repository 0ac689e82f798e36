"""Names of the world are drawn, or it is known that they can't be."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from vaxpass_cli.scan.window import lettering
from vaxpass_cli.scan.window.lettering import Lettering, drawable, missing_scripts, shapes, spelled

from tests.support.screens import ARABIC, HEBREW, NO_FONT, VIETNAMESE

needs_shapes = pytest.mark.skipif(not shapes(), reason="FriBiDi is not installed")


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_all", tuple[Path, ...])


def ink(text: str, size: int = 40) -> list[bytes]:
    """The columns of a text."""
    mask = Lettering().mask(text, size, bold=False)
    columns = [mask.opacity[x :: mask.width] for x in range(mask.width)]
    return [column for column in columns if any(column)]


@pytest.mark.usefixtures("no_system_fonts")
@pytest.mark.parametrize(
    "name",
    [
        VIETNAMESE,
        VIETNAMESE.upper(),
        "Μαρία Παπαδοπούλου",
        "Ђорђевић Юлія Гаврилова",
        "Łukasz Żółć Þórður Øystein Çelik",
        "ნინო ქავთარაძე",
        "Արամ Խաչատրյան",
    ],
)
def test_these_names_are_drawn_on_every_machine(name: str) -> None:
    assert drawable(name)
    assert drawable(unicodedata.normalize("NFD", name))


@needs_shapes
@pytest.mark.usefixtures("no_system_fonts")
@pytest.mark.parametrize("name", [HEBREW, ARABIC])
def test_names_from_right_to_left_are_drawn_where_they_can_be_joined(name: str) -> None:
    assert drawable(name)


@pytest.mark.parametrize("name", [HEBREW, ARABIC, "नेहा", "x\u0323\u0316"])
def test_without_shaping_they_are_not_drawn_wrongly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "shapes", lambda: False)
    assert not drawable(name)
    assert drawable(VIETNAMESE)


@needs_shapes
def test_the_first_letter_of_hebrew_stands_at_the_right() -> None:
    alef = ink("\u05d0")
    assert ink("\u05d0\u05d5")[-len(alef) + 2 :] == alef[2:]


@needs_shapes
def test_arabic_letters_are_joined() -> None:
    apart = Lettering().width("\u0639\u200c\u0639\u200c\u0639", 40, bold=False)
    assert Lettering().width("\u0639\u0639\u0639", 40, bold=False) < apart


def test_letters_without_a_font_are_never_boxes() -> None:
    assert not drawable(NO_FONT)
    assert spelled(f"Ministry {NO_FONT}, Hà Nội") == "Ministry ???, Hà Nội"


def test_letters_and_their_accents_are_one() -> None:
    apart = unicodedata.normalize("NFD", VIETNAMESE)
    assert apart != VIETNAMESE
    assert spelled(apart) == VIETNAMESE


def test_high_and_low_accents_are_not_cut_off() -> None:
    for bold in (False, True):
        mask = Lettering().mask("ỂẬỐgợ", 84, bold=bold)
        rows = [mask.opacity[y * mask.width : (y + 1) * mask.width] for y in range(mask.height)]
        assert not any(rows[0])
        assert not any(rows[-1])


def test_scale_makes_letters_finer_and_not_wider() -> None:
    one, two = Lettering(), Lettering(2.0)
    assert abs(one.width(VIETNAMESE, 30, bold=False) - two.width(VIETNAMESE, 30, bold=False)) < 20
    assert two.mask("A", 30, bold=False).height == pytest.approx(
        2 * one.mask("A", 30, bold=False).height, abs=2
    )


def test_missing_scripts_are_known() -> None:
    missing = missing_scripts()
    assert set(missing) <= set(lettering._SCRIPTS)
    assert ("Arabic" in missing) is not shapes()


def test_fonts_that_may_have_the_letters_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a.ttf", "NotoSansThai-Bold.ttf", "NotoSerifThai-Regular.ttf", "NotoSansThai-Regular.ttf"]
    monkeypatch.setattr(lettering, "_all", lambda: tuple(map(Path, names)))
    assert [path.name for path in lettering.of_system("ก")][:2] == [names[3], names[1]]
    assert lettering.of_system("ⴰ")[0].name == "NotoSansThai-Regular.ttf"


def test_a_font_of_the_system_is_used_where_the_carried_ones_lack_a_letter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(lettering, "_all", lambda: (broken, lettering.BOLD))
    monkeypatch.setattr(lettering, "REGULAR", broken)
    assert lettering._font_file("Đặng", bold=False) == lettering.BOLD


def test_the_fonts_come_with_their_licence() -> None:
    folder = lettering.REGULAR.parent
    carried = {path.name for path in folder.iterdir() if path.suffix in (".ttf", ".txt")}
    assert carried == {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "LICENSE.txt"}
    assert "Bitstream Vera" in (folder / "LICENSE.txt").read_text(encoding="utf-8")
