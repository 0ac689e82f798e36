"""Lists without a signature (FR, GB, IT, NO, PL): used only where the user says so."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.certificates import ONE, TWO, certificate, pem
from tests.support.trust_lists import described, only_a_trust_list_error, spki, text
from vaxpass import TrustList, TrustListError, read_trust_list

KID, OTHER_KID = text(b"12345678"), text(b"\xff\xfe\xfd45678")


def twice(der: bytes) -> str:
    return text(base64.b64encode(der))


def french(*entries: tuple[str, Any]) -> Any:
    return {"certificates2DDoc": {"a": "b"}, "certificatesDCC": dict(entries)}


FORMS: dict[str, Any] = {
    "FR": french((KID, twice(ONE)), (OTHER_KID, twice(TWO))),
    "FR, once": french((KID, text(ONE)), (OTHER_KID, text(TWO))),
    "GB, NO": [
        {"kid": KID, "publicKey": text(spki(ONE))},
        {"publicKey": text(spki(TWO)), "kid": OTHER_KID},
    ],
    "IT": {KID: text(ONE), OTHER_KID: text(TWO)},
    "IT, PEM": {KID: pem(ONE).decode(), OTHER_KID: pem(TWO).decode()},
    "IT, other alphabet": {KID: text(ONE), OTHER_KID.replace("/", "_").replace("+", "-"): text(TWO)},
    "PL": [
        {"identyfikator": "ab", "identyfikatorKlucza": KID, "certyfikat": text(ONE)},
        {"identyfikator": "cd", "identyfikatorKlucza": OTHER_KID, "certyfikat": text(TWO)},
    ],
    "FR and IT, mirrored": {KID: described(ONE), OTHER_KID: described(TWO)},
}
BARE = {"GB, NO", "FR and IT, mirrored"}


def dump(content: Any) -> bytes:
    return json.dumps(content, indent=1).encode()


def read(content: Any) -> TrustList:
    return read_trust_list(dump(content), source="here", unsigned=True)


@pytest.mark.parametrize("name", FORMS)
def test_each_is_read_where_the_user_says_so(name: str) -> None:
    trust = read(FORMS[name])
    assert [key.kid for key in trust] == [b"12345678", b"\xff\xfe\xfd45678"]
    expected = [spki(ONE), spki(TWO)] if name in BARE else [ONE, TWO]
    assert [key.certificate.der for key in trust] == expected
    assert (trust.skipped, trust.made_at) == ((), None)
    assert {key.trusted_by for key in trust} == {"unsigned, because the user said so"}


@pytest.mark.parametrize("name", FORMS)
def test_each_is_refused_without_that_word_even_with_a_pin(name: str) -> None:
    for pins in ([], [certificate(ONE)]):
        with pytest.raises(TrustListError, match=r"^here: this list is not signed\. .*unsigned=True"):
            read_trust_list(dump(FORMS[name]), source="here", pins=pins)


GOOD_PL = FORMS["PL"][0]
GOOD_GB = FORMS["GB, NO"][0]
BROKEN: list[tuple[Any, str]] = [
    (french((KID, twice(ONE)), (OTHER_KID, None)), f"kid {OTHER_KID}"),
    (french((KID, twice(ONE)), (OTHER_KID, twice(b"junk"))), f"kid {OTHER_KID}"),
    (french((KID, twice(ONE)), (OTHER_KID, text(b"\xff\xff"))), f"kid {OTHER_KID}"),
    (french((KID, twice(ONE)), ("%", twice(TWO))), "kid %"),
    (french((KID, twice(ONE)), ("", twice(TWO))), "kid "),
    ([GOOD_GB, None], "key 2"),
    ([GOOD_GB, {"kid": KID}], "key 2"),
    ([GOOD_GB, GOOD_GB | {"kid": 5}], "key 2"),
    ([GOOD_GB, GOOD_GB | {"publicKey": text(ONE)}], "key 2"),
    ([GOOD_PL, []], "certificate 2"),
    ([GOOD_PL, GOOD_PL | {"certyfikat": "%"}], "certificate 2"),
    ([GOOD_PL, GOOD_PL | {"identyfikatorKlucza": None}], "certificate 2"),
    ({KID: text(ONE), OTHER_KID: {}}, f"kid {OTHER_KID}"),
    ({KID: text(ONE), OTHER_KID: "junk"}, f"kid {OTHER_KID}"),
    ({KID: text(ONE), OTHER_KID: (pem(ONE) + pem(TWO)).decode()}, f"kid {OTHER_KID}"),
    ({KID: text(ONE), OTHER_KID: "-----BEGIN é"}, f"kid {OTHER_KID}"),
    ({KID: text(ONE), "\x1b[2J" + "x" * 99: text(TWO)}, "kid <U+001B>[2J" + "x" * 51 + "…"),
    ({KID: described(ONE), OTHER_KID: None}, f"kid {OTHER_KID}"),
    ({KID: described(ONE), OTHER_KID: {"publicKeyPem": 5}}, f"kid {OTHER_KID}"),
]


@pytest.mark.parametrize(("content", "name"), BROKEN)
def test_a_broken_entry_is_skipped_alone(content: Any, name: str) -> None:
    trust = read(content)
    assert [key.kid for key in trust] == [b"12345678"]
    assert [skipped.entry for skipped in trust.skipped] == [name]
    assert trust.skipped[0].reason


@pytest.mark.parametrize(
    ("subject", "country"),
    [
        ("C=XC, O=a", "XC"),
        ("CN=a, C=xc", "XC"),
        ("CN=AC=XD", None),
        ("", None),
        (None, None),
        (["C=XC"], None),
    ],
)
def test_the_country_of_a_described_key_is_that_of_its_subject(
    subject: object, country: str | None
) -> None:
    assert [key.country for key in read({KID: described(ONE, subject)})] == [country]


@pytest.mark.parametrize(
    "data",
    [
        b'{"certificatesDCC": []}',
        b'{"certificatesDCC": {',
        b'{"x": "certificatesDCC"}',
        b'{"x": {"certificatesDCC": {}}}',
        b'[{"publicKey": 5}',
        b'[{"certyfikat": ' + b"[" * 100_000,
        b'{"abcd": "MI',
        b'{"abcd": {"publicKeyPem": ' + b"9" * 5000 + b"}}",
    ],
    ids=range(8),
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(TrustListError):
        read_trust_list(data, source="here", unsigned=True)


@given(st.sampled_from(sorted(FORMS)), st.integers(0, 1000), st.binary(max_size=40), st.booleans())
@settings(max_examples=150, derandomize=True, deadline=None)
def test_damaged_lists_end_in_a_list_or_a_trust_list_error(
    name: str, place: int, junk: bytes, cut: bool
) -> None:
    data = dump(FORMS[name])
    only_a_trust_list_error(data[:place] + junk + (b"" if cut else data[place:]), unsigned=True)


@given(
    st.sampled_from(sorted(FORMS)),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_any_value_may_stand_in_an_entry(name: str, value: Any) -> None:
    form = FORMS[name]
    if isinstance(form, list):
        changed = [form[0], value, *({key: value} | form[1] | {key: value} for key in form[1])]
        only_a_trust_list_error(dump(changed), unsigned=True)
    else:
        only_a_trust_list_error(dump(form | {OTHER_KID: value}), unsigned=True)


# The states of the mirrors in the shared data, of February 2023 to March 2024.
REAL = [
    ("trustlist_fr.json", 670, "FR", 106),
    ("trustlist_it.json", 849, "FR", 113),
    ("trustlist_pl.json", 414, "FR", 113),
]


@pytest.mark.parametrize(("name", "count", "country", "of_it"), REAL)
def test_the_real_mirrors_are_read_whole(
    shared: Path, name: str, count: int, country: str, of_it: int
) -> None:
    data = (shared / "trust_lists" / "eu-national" / name).read_bytes()
    trust = read_trust_list(data, source="here", unsigned=True)
    assert (len(trust), trust.skipped) == (count, ())
    assert len({key.kid for key in trust}) == count
    assert [key.country for key in trust].count(country) == of_it
    with pytest.raises(TrustListError, match="not signed"):
        read_trust_list(data, source="here")
