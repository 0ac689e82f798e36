"""What is issued comes back: decode(encode(x)) is x for every certificate that the schema allows."""

from __future__ import annotations

import string
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.handmade import unpack
from tests.support.world import END, START, World, pack
from vaxpass import Certificate, Outcome, Person, Recovery, TestEntry, Vaccination, decode, encode
from vaxpass.encoding import base45, deflate

_SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    # The world is the same for all examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

_countries = st.text(string.ascii_uppercase, min_size=1, max_size=10)
# Between birth and the time of issue: other dates are refused.
_days = st.dates(date(2000, 1, 1), date(2026, 1, 1)).map(date.isoformat)
_three_days = st.lists(_days, min_size=3, max_size=3).map(sorted)
_doses = st.integers(1, 9)
_born = st.dates(date(1900, 1, 1), date(1999, 12, 31)).map(date.isoformat)
_partly_born = _born | _born.map(lambda day: day[:7]) | _born.map(lambda day: day[:4])
_moments = st.builds("{}T{:%H:%M:%S}+07:00".format, _days, st.times())
_BIRTHS: Final = {"1.0.0": _born, "1.2.1": _partly_born}


def _of(version: str) -> st.SearchStrategy[Certificate]:
    """What a version of the schema allows."""
    early = version in _BIRTHS
    longest = 50 if early else 80
    words = st.text(st.characters(codec="utf-8"), max_size=longest)
    filled = st.text(st.characters(codec="utf-8"), min_size=1, max_size=longest)
    machine = st.text(string.ascii_uppercase + "<", min_size=1, max_size=longest)
    persons = st.builds(
        Person, st.none() | words, machine, st.none() | words, st.none() | machine
    ) | st.builds(Person, filled, st.none(), filled, machine)
    vaccinations = st.builds(
        Vaccination, filled, filled, filled, filled, _doses, _doses, _days, _countries, filled, filled
    )
    tests = st.builds(
        TestEntry,
        filled,
        filled,
        _moments,
        filled,
        _countries,
        filled,
        filled,
        centre=filled if early else st.none() | filled,
        name=st.none() | filled,
        device=st.none() | filled,
    )
    recoveries = st.builds(
        lambda disease, days, *rest: Recovery(disease, *days, *rest),
        *(filled, _three_days, _countries, filled, filled),
    )
    entries = (vaccinations | tests | recoveries).map(lambda entry: (entry,))
    births = _BIRTHS.get(version, _partly_born | st.just(""))
    return st.builds(Certificate, persons, births, entries, st.just(version))


_certificates = st.sampled_from(["1.0.0", "1.2.1", "1.3.0", "1.3.2"]).flatmap(_of)


@pytest.mark.slow
@_SETTINGS
@given(certificate=_certificates, country=st.text(string.ascii_uppercase, min_size=2, max_size=2))
def test_what_is_issued_comes_back(world: World, certificate: Certificate, country: str) -> None:
    text = encode(certificate, world.es256.signer(), issuer=country, issued_at=START, expires_at=END)
    decoded = decode(text)
    assert decoded.without_verification().certificate == certificate
    assert decoded.claims.iss == country
    assert (decoded.claims.issued_at, decoded.claims.expires_at) == (START, END)
    verdict = world.verify(text)
    assert verdict.outcome in (Outcome.ACCEPTED, Outcome.GENUINE)
    assert verdict.certificate == certificate


@_SETTINGS
@given(st.binary(min_size=1, max_size=300))
def test_all_layers_of_packing_come_back(data: bytes) -> None:
    assert unpack(pack(data)) == data
    assert deflate.inflate(base45.decode(pack(data)[4:]), len(data)) == data
