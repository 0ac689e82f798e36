"""Which reading of a certificate its signature allows."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import divoc_documents as divoc
from vaxpass import Verifier
from vaxpass.documents.divoc import forms, readings
from vaxpass.documents.divoc.readings import doubtful, is_date, is_date_time


def place_of(**changes: Any) -> str | None:
    made = divoc.signed(divoc.document(**changes))
    return doubtful(made, forms.check(made))


def test_a_usual_certificate_has_one_reading() -> None:
    assert place_of() is None
    assert place_of(effectiveStart="", effectiveUntil="") is None
    assert place_of(vaccine="SINOPHARM (VERO CELL)", manufacturer="SINOPHARM (VERO CELL)") is None
    assert place_of(dose=2, manufacturer="-") is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"vaccine": "Panacea"}, "vaccine"),
        ({"manufacturer": "Pfizer"}, "certificateId"),
        ({"manufacturer": "Panacea"}, "manufacturer"),
        ({"batch": "COVAXIN"}, "batch"),
        ({"batch": " "}, "batch"),
        ({"batch": "XM9QW8"}, "batch"),
        ({"certificateId": "92040000002"}, "certificateId"),
        ({"dose": 3}, "dose"),
        ({"dose": 0}, "dose"),
        ({"dose": "1"}, "dose"),
        ({"totalDoses": 21}, "totalDoses"),
        ({"date": "2021-05-04"}, "date"),
        ({"date": "2021-02-30T04:20:00.000Z"}, "date"),
        ({"date": "20210504"}, "date"),
        ({"effectiveStart": "2021-05-04T00:00:00Z"}, "effectiveStart"),
        ({"effectiveStart": ""}, "date"),
        ({"effectiveStart": "2022-05-05"}, "date"),
        ({"feedbackUrl": "https://cowin.gov.in/?1"}, "feedbackUrl"),
        ({"infoUrl": "https://cowin.gov.in/b?92040000001"}, "feedbackUrl"),
        ({"infoUrl": "see 92040000001"}, "infoUrl"),
    ],
)
def test_another_one_is_named(changes: dict[str, Any], name: str) -> None:
    assert place_of(**changes) == f"$.evidence[0].{name}"


def test_addresses_that_say_what_they_are_can_differ() -> None:
    assert place_of(infoUrl="https://cowin.gov.in/info/92040000001") is None


def test_the_health_number_of_india_is_told_from_the_reference() -> None:
    made = divoc.document()
    made["credentialSubject"]["uhid"] = "12-3456-7890-1234"
    whole = divoc.signed(made)
    assert doubtful(whole, forms.check(whole)) is None
    whole["credentialSubject"]["uhid"] = ""
    assert doubtful(whole, forms.check(whole)) is None
    for other in ("39790000000001", " ", "12"):
        whole["credentialSubject"]["uhid"] = other
        assert doubtful(whole, forms.check(whole)) == "$.credentialSubject.uhid"
    whole["credentialSubject"] |= {"uhid": "12-3456-7890-1234", "refId": "12-3456-7890-1234"}
    assert doubtful(whole, forms.check(whole)) == "$.credentialSubject.refId"


def jamaican(**changes: Any) -> dict[str, Any]:
    """A certificate as Jamaica writes it: with days in the place of times, and without addresses."""
    made = divoc.second()
    made["issuer"] = "https://www.moh.gov.jm"
    subject, event = made["credentialSubject"], made["evidence"][0]
    for name in ("age", "nationality", "address"):
        del subject[name]
    for name in ("feedbackUrl", "infoUrl"):
        del event[name]
    event["facility"]["address"] = {"addressCountry": "JM"}
    event |= {"date": "2021-04-15", "effectiveStart": "2021-04-15", "effectiveUntil": "2022-04-15"}
    return divoc.signed({**made, "evidence": [{**event, **changes}]})


def test_a_day_without_a_time_is_that_on_which_the_period_begins() -> None:
    made = jamaican()
    form = forms.check(made)
    assert form.plain_dates
    assert forms.missing(made, form) is None
    assert doubtful(made, form) is None
    for changes in ({"date": "2022-04-15"}, {"date": "2021-04-16"}, {"effectiveUntil": "2021-04-14"}):
        assert doubtful(jamaican(**changes), form) == "$.evidence[0].date"


NOTHING = ("", "-")
BATCHES = ("TEST-4121Z", *NOTHING, ...)
MAKERS = ("Serum Institute of India", "COVISHIELD", *NOTHING)


def with_(made: dict[str, Any], batch: Any, maker: str) -> dict[str, Any]:
    event = {**made["evidence"][0], "batch": batch, "manufacturer": maker}
    if batch is ...:
        del event["batch"]
    return {**made, "evidence": [event]}


@pytest.mark.parametrize("batch", BATCHES)
def test_a_register_without_a_batch_leaves_no_doubt(batch: Any) -> None:
    made = divoc.signed(divoc.document(batch=batch))
    form = forms.check(made)
    assert forms.missing(made, form) is None
    assert doubtful(made, form) is None


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("batch", BATCHES)
def test_neither_batch_nor_maker_can_be_exchanged_or_taken_away(batch: Any, maker: str) -> None:
    made = divoc.signed(with_(divoc.document(), batch, maker))
    verifier = Verifier(divoc.trust())
    for other in itertools.product(BATCHES, MAKERS):
        verdict = verifier.verify(divoc.text(with_(made, *other)), at=datetime(2022, 1, 1, tzinfo=UTC))
        if verdict:
            said = [None if value in (*NOTHING, ...) else value for value in other]
            assert said == [None if value in (*NOTHING, ...) else value for value in (batch, maker)]


def test_every_member_of_a_form_must_be_there() -> None:
    made = divoc.signed(divoc.document())
    form = forms.check(made)
    assert forms.missing(made, form) is None
    del made["evidence"][0]["facility"]["address"]["city"]
    assert forms.missing(made, form) == "$.evidence[0].facility.address.city"


def test_days_and_times_are_told_apart() -> None:
    assert is_date("2024-02-29")
    assert is_date_time("2021-03-03T04:28:43+05:30")
    for value in ("2023-02-29", "2021-3-3", "٢٠٢١-٠٣-٠٣", 20210303, None, "2021-03-03T25:00:00Z"):
        assert not is_date(value)
        assert not is_date_time(value)


@pytest.mark.parametrize(
    ("vaccine", "maker"),
    [
        ("COVISHIELD", "Serum Institute of India Pvt. Ltd."),
        ("COVAXIN", "Bharat Biotech International Limited"),
        ("SPUTNIK V", "Dr. Reddy's Laboratories"),
        ("COVID-19 Vaccine Moderna", "-"),
        ("Johnson & Johnson", "Janssen"),
        ("Pfizer-BioNTech", "Pfizer Inc"),
        ("CoronaVac", "Sinovac"),
    ],
)
def test_usual_names_are_known(vaccine: str, maker: str) -> None:
    assert readings.fit(vaccine, maker)
    assert not readings.fit(maker + "x", maker)


@pytest.mark.parametrize(
    ("vaccine", "maker"),
    [
        ("Moderna mRNA-1273", "Moderna"),
        ("Comirnaty (Pfizer-BioNTech)", "Pfizer Inc. / BioNTech"),
        ("Gamaleya Sputnik V", "Gamaleya Research Institute"),
        ("COVISHIELD", "Serum Institute of India Pvt. Ltd. (SII)"),
        ("Vaxzevria", "AstraZeneca AB"),
    ],
)
def test_names_may_be_made_of_several(vaccine: str, maker: str) -> None:
    assert readings.is_vaccine(vaccine)
    assert readings.fit(vaccine, maker)


@pytest.mark.parametrize(
    "name", ["Pfizer Moderna", "Covishield Covaxin", "Ltd", "Pfizer B1", "Sinovac Bharat Biotech"]
)
def test_names_of_two_vaccines_are_the_name_of_none(name: str) -> None:
    assert not readings.is_vaccine(name)
    assert not readings.fit("COVISHIELD", name)


@pytest.mark.parametrize("name", ["", "vaccine", "COVID-19", "Pfizer 123", "x" * 500, "- " * 40])
def test_what_names_no_vaccine_is_none(name: str) -> None:
    assert not readings.is_vaccine(name)
    assert not readings.is_maker(name)
