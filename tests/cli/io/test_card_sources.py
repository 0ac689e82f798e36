"""SMART Health Cards among inputs: files with several, parts in several files, cards in letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vaxpass_cli.io import sources

from tests.support.health_cards import Issuer, immunization, patient, payload


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


def written(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    return folder


def found(*inputs: Path) -> list[tuple[str, str | None]]:
    return [(source.name, source.text) for source in sources.find(map(str, inputs))]


def test_parts_in_several_files_are_one_row(issuer: Issuer, tmp_path: Path) -> None:
    first, second, third = issuer.parts(3)
    written(tmp_path, a=third, b=first, c=second, d=first)
    ((name, text),) = found(tmp_path)
    assert text is not None
    assert text.startswith("shc:/5676")
    assert [Path(part).name for part in name.split(" + ")] == ["b.txt", "c.txt", "a.txt"]


def test_parts_in_one_file_are_one_row(issuer: Issuer, tmp_path: Path) -> None:
    written(tmp_path, a="\n".join(issuer.parts(3)) + "\n")
    ((_, text),) = found(tmp_path)
    assert text is not None
    assert len(text) > 500


def test_a_part_without_the_others_is_a_row_of_its_own(issuer: Issuer, tmp_path: Path) -> None:
    first, _, third = issuer.parts(3)
    written(tmp_path, a=first, b=third, c=issuer.text())
    rows = found(tmp_path)
    assert [Path(name).name for name, _ in rows] == ["c.txt", "a.txt", "b.txt"]
    assert [text for _, text in rows[1:]] == [first, third]


def test_parts_of_two_cards_are_told_apart(issuer: Issuer, tmp_path: Path) -> None:
    other = payload(patient(birthDate="1951-01-20"), immunization(lotNumber="OTHER"))
    mine, theirs = issuer.parts(2), issuer.parts(2, other)
    written(tmp_path, a=mine[0], b=theirs[1], c=theirs[0], d=mine[1])
    names = [[Path(part).name for part in name.split(" + ")] for name, _ in found(tmp_path)]
    assert names == [["a.txt", "d.txt"], ["c.txt", "b.txt"]]


def test_each_card_of_a_file_is_a_row(issuer: Issuer, tmp_path: Path) -> None:
    cards = [issuer.card(), issuer.card(payload(rid="abc"))]
    written(tmp_path, a=json.dumps({"verifiableCredential": cards}), b=cards[0])
    rows = found(tmp_path)
    assert [text for _, text in rows] == [*cards, cards[0]]
    assert len({name for name, _ in rows}) == 3


@pytest.mark.parametrize("form", ["text", "card"])
def test_a_card_in_a_letter_is_found(issuer: Issuer, tmp_path: Path, form: str) -> None:
    card: str = getattr(issuer, form)()
    written(tmp_path, a=f"Dear Sir,\nthis is my card: {card}\nYours\n")
    assert [text for _, text in found(tmp_path)] == [card]
