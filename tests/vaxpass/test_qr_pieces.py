"""A text in several codes is put together, and never by mistake."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest

from tests.support.code_pieces import pieces_of
from tests.support.pictures import beside, found_in
from vaxpass import qr
from vaxpass.qr import Piece, ReadCode

PLACE = ((0, 0), (20, 0), (20, 20), (0, 20))


@pytest.mark.parametrize("count", [2, 3, 7, 16])
@pytest.mark.parametrize("length", [100, 700, 1500])
def test_all_pieces_in_a_picture_are_one_code(count: int, length: int) -> None:
    text = ("HC1:NCF 6BF%0" * 200)[:length]
    drawn = pieces_of(text, count)
    (code,) = found_in(beside(*drawn))
    assert (code.text, code.content, code.piece) == (text, text.encode(), None)


def test_pieces_of_several_pictures_can_be_put_together_in_any_order() -> None:
    text = "HC1:" + "NCF 6BF%0" * 30
    codes = [code for drawn in pieces_of(text, 3) for code in found_in(drawn)]
    assert [code.piece and (code.piece.number, code.piece.count) for code in codes] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    assert [code.text for code in qr.join(reversed(codes))] == [text]


def test_what_is_not_complete_stays_as_it_is() -> None:
    text = "HC1:" + "NCF 6BF%0" * 30
    first, second, third = (found_in(drawn)[0] for drawn in pieces_of(text, 3))
    plain = ReadCode("HC1:OTHER", PLACE, b"HC1:OTHER")
    assert qr.join([second, plain, third]) == (second, plain, third)
    (whole,) = qr.join([first, second, third])
    assert qr.join([second, plain, third, second, first]) == (whole, plain)


def test_pieces_of_different_texts_are_not_mixed() -> None:
    content = b"HC1:ABC"
    check = reduce(xor, content) >> 4
    mixed = [
        ReadCode("HC1:", PLACE, b"HC1:", piece=Piece(1, 2, check)),
        ReadCode("\x1fx", PLACE, b"\x1fx", piece=Piece(2, 2, check)),
    ]
    assert qr.join(mixed) == tuple(mixed)


def test_a_plain_code_is_no_piece() -> None:
    for number in range(60):
        (code,) = found_in(beside(pieces_of(f"HC1:{number}" * (number + 1), 1)[0]))
        assert code.piece is None
