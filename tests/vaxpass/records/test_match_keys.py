"""Keys are the equality of the identity core, and SQL gives the same keys as Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxpass_cli.records.engine import Engine, literal
from vaxpass_cli.records.match import keys, sql

from vaxpass.identity import (
    BirthDate,
    BirthMatch,
    Declared,
    NameLevel,
    NumberMatch,
    Registered,
    compare,
    compare_births,
    compare_names,
    compare_numbers,
    parse_birth,
    read_phone,
)
from vaxpass.records import (
    birth_key,
    digits_key,
    name_keys,
    phone_key,
    possible_numbers,
    registered_numbers,
)

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
ANY = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=24)
LETTERS = "aàảãáạăâđeêẽèiìoôơuưyỳAÀẢĐƯƠ ßðÖœ.'-  \u0301\u0323\u0303"
NAMES = (
    ANY
    | st.text(LETTERS, max_size=24)
    | st.sampled_from(["Nguyễn Văn An", "NGUYEN VAN AN", "nguyễn  văn an", "Hoà", "Hòa", "Y", "A" * 90])
)
VACCINES = st.sampled_from(["Pfizer", "PFIZER", "Stamaril", "stamaril ", "Sốt vàng", "bOPV", "?", ""])
DIGITS = (
    ANY
    | st.text("0123456789 .-,０１٣", max_size=15)
    | st.text("0123456789", min_size=7, max_size=13)
    | st.sampled_from(["001090000001", "1090000001", "01090000001", "12345678", "012345678", "1.09E+9"])
)
BIRTHS = (
    ANY
    | st.text("0123456789-/. X", max_size=10)
    | st.dates().map(str)
    | st.dates().map(lambda day: f"{day.day}/{day.month}/{day.year}")
    | st.sampled_from(["1990-02-29", "1990-02-30", "1990-13-01", "1990", "1990-05", "1899-12-31"])
)
PHONES = (
    ANY | st.text("0123456789+() .", max_size=16) | st.from_regex("(0|84)[0-9]{8,10}", fullmatch=True)
)
SAME = (NumberMatch.EQUAL, NumberMatch.LEADING_ZEROS, NumberMatch.OLD)
SAME_LETTERS = (NameLevel.EXACT, NameLevel.TONES, NameLevel.LETTERS)


@given(NAMES, NAMES)
@_SETTINGS
def test_names_with_one_key_are_the_same_name(one: str, other: str) -> None:
    first, second = name_keys(one), name_keys(other)
    level = compare_names(one, other)
    assert (bool(first.exact) and first.exact == second.exact) is (level is NameLevel.EXACT)
    same_letters = bool(first.exact and second.exact) and (
        first.letters == second.letters or first.plain == second.plain
    )
    assert same_letters is (level in SAME_LETTERS)


@given(NAMES)
@_SETTINGS
def test_the_form_of_unicode_makes_no_difference_to_a_key(name: str) -> None:
    assert name_keys(normalize("NFD", name)) == name_keys(normalize("NFC", name))


@pytest.mark.slow
@given(BIRTHS, BIRTHS)
@_SETTINGS
def test_dates_with_one_key_are_equal(one: str, other: str) -> None:
    same = birth_key(one) != "" and birth_key(one) == birth_key(other)
    births = parse_birth(one) or BirthDate(), parse_birth(other) or BirthDate()
    assert same is (compare_births(*births) is BirthMatch.EQUAL)
    assert (birth_key(one) != "") is (compare_births(births[0], births[0]) is BirthMatch.EQUAL)


@given(DIGITS, DIGITS, DIGITS)
@_SETTINGS
def test_a_person_is_found_by_what_is_the_same_number(declared: str, number: str, old: str) -> None:
    # The number itself, and its other forms.
    for form in (declared, number, old, number.lstrip("0")):
        found = {*possible_numbers(digits_key(form))} & {
            *registered_numbers(digits_key(number), digits_key(old))
        }
        same = digits_key(form) in (digits_key(number), digits_key(old))
        if same and len(digits_key(form)) not in (9, 12):
            continue  # malformed on both sides: the core looks no further, and nothing can match
        assert bool(found) is (compare_numbers(form, number, old) in SAME)


@pytest.mark.slow
@given(PHONES)
@_SETTINGS
def test_the_key_of_a_phone_is_its_number(text: str) -> None:
    phone = read_phone(text)
    assert phone_key(text) == (phone.number if phone else "")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("spill"), gigabytes=0.5, threads=2)
    keys.define(made)
    yield made
    made.close()


class Found(NamedTuple):
    key: str | None


def asked(engine: Engine, expression: str, texts: list[str]) -> list[str]:
    """What SQL makes of each text; empty for NULL."""
    rows = ", ".join(f"({place}, {literal(text)})" for place, text in enumerate(texts))
    source = f"FROM (SELECT n, {expression} AS key FROM (VALUES {rows}) AS t(n, x)) ORDER BY n"
    return [row.key or "" for row in engine.rows(Found, source)]


@pytest.mark.parametrize(
    ("expression", "strategy", "function"),
    [
        (keys.digits("x"), DIGITS, digits_key),
        (keys.birth("x"), BIRTHS, birth_key),
        (keys.phone("x"), PHONES, phone_key),
        (keys.name(keys.names("x"), 1), NAMES, lambda text: name_keys(text).exact),
        (keys.name(keys.names("x"), 2), NAMES, lambda text: name_keys(text).letters),
        (keys.name(keys.names("x"), 3), NAMES, lambda text: name_keys(text).plain),
        (
            keys.lookup(keys.digits("x")),
            DIGITS,
            lambda text: (*possible_numbers(digits_key(text)), "")[0],
        ),
        (
            keys.lookup2(keys.digits("x")),
            DIGITS,
            lambda text: (*possible_numbers(digits_key(text)), "", "")[1],
        ),
        (
            keys.number(keys.digits("x")),
            DIGITS,
            lambda text: (*registered_numbers(digits_key(text), ""), "")[0],
        ),
        (keys.dose("x", "''", "''"), DIGITS, lambda text: keys.dose_key(text, "", "")),
        (
            keys.dose("'2'", "'5/3/2022'", "x"),
            VACCINES,
            lambda text: keys.dose_key("2", "5/3/2022", text),
        ),
    ],
    ids="digits birth phone exact letters plain lookup lookup2 number dose vaccine".split(),
)
def test_sql_gives_the_same_keys(
    engine: Engine, expression: str, strategy: st.SearchStrategy[str], function: Callable[[str], str]
) -> None:
    @given(st.lists(strategy, min_size=1, max_size=40))
    @settings(derandomize=True, deadline=None, max_examples=60)
    def same(texts: list[str]) -> None:
        assert asked(engine, expression, texts) == [function(text) for text in texts]

    same()


TITLED = st.builds(
    " ".join,
    st.lists(
        st.sampled_from(
            "Ông ông ÔNG Bà Ba Anh Mr. Miss Nguyễn Nguyen Lê Văn An Ích H'Hen Y Ban Niê Nie (x)".split()
        ),
        max_size=5,
    ),
)


def test_sql_takes_a_title_off_as_the_library_does(engine: Engine) -> None:
    @given(st.lists(st.tuples(TITLED, TITLED), min_size=1, max_size=40))
    @settings(derandomize=True, deadline=None, max_examples=60)
    def same(pairs: list[tuple[str, str]]) -> None:
        # Beside each pair the one that only a title makes another.
        pairs = [*pairs, *((f"{title} {name}", name) for title in ("Ông", "Mr") for name, _ in pairs)]
        rows = ", ".join(f"({n}, {literal(a)}, {literal(b)})" for n, (a, b) in enumerate(pairs))
        parts = ", ".join(
            f"{keys.name(keys.names(column), place)} AS {column}{place}"
            for column in "ab"
            for place in (1, 3)
        )
        named = sql.NAMED.replace("r.name", "a1").replace("p.name", "b1").replace("p.plain", "b3")
        source = (
            f"FROM (SELECT n, {named} AS key FROM (SELECT n, {parts}"
            f" FROM (VALUES {rows}) AS t(n, a, b))) ORDER BY n"
        )
        found = [bool(row.key) for row in engine.rows(Found, source)]
        levels = [compare(Declared(one), Registered(other)).name for one, other in pairs]
        assert found == [level is NameLevel.EXACT for level in levels]

    same()


def test_a_text_with_a_null_byte_is_a_text(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("Nguyễn\x00 An\n".encode())
    read = f"read_csv({literal(path)}, auto_detect = false, columns = {{'x': 'VARCHAR'}})"
    (found,) = engine.rows(Found, f"FROM (SELECT {keys.name(keys.names('x'), 1)} AS key FROM {read})")
    assert found.key == name_keys("Nguyễn\x00 An").exact


def test_a_dose_is_a_number_however_it_is_written() -> None:
    assert {keys.dose_key(text, "", "") for text in ("2", "02", " 2 ", "2.0")} == {"2"}
    assert keys.dose_key("", "5/3/2022", "") == keys.dose_key(" ", "2022-03-05", "") != "2"
    assert keys.dose_key("Mũi  Nhắc", "", "") == keys.dose_key("mũi nhắc", "", "")
    assert keys.dose_key("0", "", "") == "0"
