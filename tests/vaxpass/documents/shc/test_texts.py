"""The forms of a card, and cards in several codes: parts are joined only where they belong together."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.health_cards import Issuer, immunization, numeric, patient, payload
from vaxpass.documents import join_parts
from vaxpass.documents.shc.texts import LONGEST, part_of, recognises, split, tokens


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


def other() -> dict[str, object]:
    return payload(patient(birthDate="1951-01-20"), immunization(lotNumber="OTHER"))


def test_parts_are_joined_in_any_order(issuer: Issuer) -> None:
    for order in itertools.permutations(issuer.parts(3)):
        joined = join_parts(order)
        assert len(joined.cards) == 1
        assert joined.left == ()


def test_repeated_parts_are_one(issuer: Issuer) -> None:
    parts = issuer.parts(3)
    joined = join_parts([*parts, parts[0], parts[2]])
    assert (len(joined.cards), joined.left) == (1, ())


def test_the_card_is_what_was_divided(issuer: Issuer) -> None:
    jws = issuer.card()
    half = len(jws) // 2
    parts = [f"shc:/{n}/2/{numeric(each)}" for n, each in enumerate((jws[:half], jws[half:]), 1)]
    assert join_parts(parts).cards == ("shc:/" + numeric(jws),)


def test_a_missing_part_leaves_the_others(issuer: Issuer) -> None:
    parts = issuer.parts(3)
    assert join_parts(parts[:2]) == ((), (), tuple(parts[:2]))


def test_two_cards_mixed_are_told_apart(issuer: Issuer) -> None:
    first, second = issuer.parts(3), issuer.parts(3, other())
    joined = join_parts([first[0], second[2], second[0], first[2], first[1], second[1]])
    assert set(joined.cards) == {*join_parts(first).cards, *join_parts(second).cards}
    assert joined.left == ()


def test_parts_of_two_cards_are_never_joined(issuer: Issuer) -> None:
    first, second = issuer.parts(3), issuer.parts(3, other())
    assert join_parts([first[0], second[1]]).cards == ()
    for mixed in ([first[0], first[1], second[2]], [second[0], first[1], first[2]]):
        # Only the signature can tell where a part of the signature alone is another card's.
        for card in join_parts(mixed).cards:
            assert card not in (*join_parts(first).cards, *join_parts(second).cards)


def test_cards_in_a_different_number_of_parts_are_told_apart(issuer: Issuer) -> None:
    two, three = issuer.parts(2), issuer.parts(3, other())
    joined = join_parts([three[1], two[1], three[0], two[0]])
    assert (joined.cards, joined.left) == (join_parts(two).cards, (three[1], three[0]))


def signed_by(*texts: str) -> Callable[[str], bool]:
    return lambda card: card in texts


def test_what_could_be_joined_in_two_ways_is_left(issuer: Issuer) -> None:
    # The cards differ in their signature alone, the end of which is the last part.
    mine, theirs = issuer.parts(20), issuer.parts(20)
    assert mine[:17] == theirs[:17]
    parts = [*mine, *theirs]
    assert join_parts(parts).cards == ()
    assert set(join_parts(parts).left) == set(parts)


def test_what_a_trusted_key_signed_counts_first(issuer: Issuer) -> None:
    mine, theirs = issuer.parts(3), issuer.parts(3, other())
    genuine = join_parts(mine).cards[0]
    joined = join_parts([theirs[0], *mine, theirs[2]], signed_by(genuine))
    assert (joined.cards, set(joined.left)) == ((genuine,), {theirs[0], theirs[2]})
    assert join_parts(mine, signed_by()).cards == ()


def test_the_cards_of_many_travellers_are_told_apart(issuer: Issuer) -> None:
    names = [
        letters * place for place, letters in enumerate("Ak Bl Cm Dn Eo Fp Gq Hr Is Jt".split(), 2)
    ]
    given = [
        payload(patient(name=[{"family": name}]), immunization(lotNumber=name[::-1])) for name in names
    ]
    divided = [issuer.parts(3, each) for each in given]
    parts = [part for each in divided for part in each]
    right = {join_parts(each).cards[0] for each in divided}
    for order in (parts, parts[::-1], parts[::3] + parts[2::3] + parts[1::3]):
        joined = join_parts(order)
        assert set(joined.cards) <= right
        assert len(joined.cards) > 5


def test_many_parts_that_do_not_fit_end_soon(issuer: Issuer) -> None:
    parts = [f"shc:/{n}/20/{'56' * 20}{place:02}" for n in range(1, 21) for place in range(10)]
    joined = join_parts(parts)
    assert (joined.cards, len(joined.left)) == ((), 200)


@pytest.mark.parametrize(
    "text", ["shc:/0/2/56", "shc:/3/2/56", "shc:/1/100/56", "shc:/1/1/56", "shc:/56", "shc:/1/2", "x"]
)
def test_what_is_no_part(text: str) -> None:
    assert part_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "shc:/5676",
        "ShC:/5676",
        " shc:/1/3/56",
        "https://viewer.example.org/a?b=1#SHC:/5676",
        "shc%3A/5676",
    ],
)
def test_a_code_is_recognised(text: str) -> None:
    assert recognises(text)


def test_other_forms_are_recognised(issuer: Issuer) -> None:
    jws = issuer.card()
    assert recognises(jws)
    assert recognises(f"\ufeff {jws}\n")
    assert recognises(json.dumps({"verifiableCredential": [jws, jws]}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shc",
        "xshc:/56",
        "https://redirect.health.apple.com/SMARTHealthCard/#about",
        "https://redirect.health.apple.com/SMARTHealthCard/",
        "see shc:/56",
        "a.b.c",
        "eyJhIjoxfQ.eyJhIjoxfQ.QQ",
        "{}",
        '{"verifiableCredential": []}',
        '{"verifiableCredential": ["x"]}',
        '{"verifiableCredential": [5]}',
        '{"verifiableCredential": ' * 3000,
        "a" * (LONGEST + 1),
    ],
)
def test_what_only_resembles_a_card_is_not(text: str) -> None:
    assert not recognises(text)


def test_a_file_is_split_into_its_cards(issuer: Issuer) -> None:
    first, second = issuer.card(), issuer.card(other())
    assert split(json.dumps({"verifiableCredential": [first, second]})) == (first, second)
    assert split(first) == (first,)


def test_a_card_within_a_line_is_found(issuer: Issuer) -> None:
    jws = issuer.card()
    assert tokens(f'"card": "{jws}", see the mail') == (jws,)
    assert tokens("eyJhIjoxfQ.eyJhIjoxfQ.QQ and www.example.org") == ()


@given(st.text(max_size=80))
def test_no_text_makes_them_raise(text: str) -> None:
    for given_text in (text, f"shc:/{text}", f"shc:/1/2/{text}", "{" + text, f"ey{text}"):
        recognises(given_text)
        part_of(given_text)
        split(given_text)
        tokens(given_text)
    join_parts([f"shc:/1/2/{text}", f"shc:/2/2/{text}"])
