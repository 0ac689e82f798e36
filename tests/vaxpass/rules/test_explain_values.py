"""Values in reasons: codes by their names, numbers, lists, and what is not stated."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rule_judging import clock, payload, plus, reason, var, why
from vaxpass.rules import RuleCode

V = "payload.v.0."
COMIRNATY = "Vaccine: Comirnaty. Austria"


@pytest.mark.parametrize(
    "logic",
    [
        {">=": [var(V + "dn"), var(V + "sd")]},
        {"<=": [var(V + "sd"), var(V + "dn")]},
        {"===": [var(V + "dn"), var(V + "sd")]},
        {"===": [var(V + "sd"), var(V + "dn")]},
        {"!": [{"<": [var(V + "dn"), var(V + "sd")]}]},
        {"!": [{">": [var(V + "sd"), var(V + "dn")]}]},
    ],
)
def test_a_series_that_is_incomplete_is_so_however_it_is_asked(logic: object) -> None:
    assert why(logic, payload(dn=1)).reason.code is RuleCode.SERIES_INCOMPLETE


def test_more_doses_than_the_series_has() -> None:
    for logic in ({"===": [var(V + "dn"), var(V + "sd")]}, {"===": [var(V + "sd"), var(V + "dn")]}):
        assert reason(logic, payload(dn=3)) == "Dose: 3. Austria asks for 2 or fewer."


@pytest.mark.parametrize(
    ("logic", "told"),
    [
        ({"<": [2, var(V + "dn")]}, "Dose: 2. Austria asks for 3 or more."),
        ({">=": [var(V + "dn"), 3]}, "Dose: 2. Austria asks for 3 or more."),
        ({"<=": [3, var(V + "dn")]}, "Dose: 2. Austria asks for 3 or more."),
        ({"!": [{"<": [var(V + "dn"), 3]}]}, "Dose: 2. Austria asks for 3 or more."),
        ({"!": [{"<=": [var(V + "dn"), 2]}]}, "Dose: 2. Austria asks for 3 or more."),
        ({"<=": [var(V + "dn"), 1]}, "Dose: 2. Austria asks for 1 or fewer."),
        ({">": [2, var(V + "dn")]}, "Dose: 2. Austria asks for 1 or fewer."),
        ({"!": [{">": [var(V + "dn"), 1]}]}, "Dose: 2. Austria asks for 1 or fewer."),
        ({"!": [{">=": [var(V + "dn"), 2]}]}, "Dose: 2. Austria asks for 1 or fewer."),
        ({"<": [2, var(V + "dn"), 9]}, "Dose: 2. Austria asks for 3 or more."),
        ({"<": [0, var(V + "dn"), 2]}, "Dose: 2. Austria asks for 1 or fewer."),
        ({"===": [var(V + "dn"), 3]}, "Dose: 2. Austria accepts only 3."),
        ({"===": [1, var(V + "dn")]}, "Dose: 2. Austria accepts only 1."),
        ({"!": [{"===": [var(V + "dn"), 2]}]}, "Dose: 2. Austria does not accept that."),
        ({"in": [var(V + "dn"), [3, 4]]}, "Dose: 2. Austria accepts only 3, 4."),
    ],
)
@pytest.mark.parametrize("dose", [2, 2.0])
def test_numbers_are_told_by_the_nearest_that_is_accepted(
    logic: object, told: str, dose: float
) -> None:
    assert reason(logic, payload(dn=dose)) == told


@pytest.mark.parametrize(
    ("logic", "told"),
    [
        ({"===": [var(V + "mp"), "EU/1/20/1507"]}, f"{COMIRNATY} accepts only Spikevax."),
        ({"===": ["EU/1/20/1507", var(V + "mp")]}, f"{COMIRNATY} accepts only Spikevax."),
        ({"!": [{"in": [var(V + "mp"), ["EU/1/20/1528"]]}]}, f"{COMIRNATY} does not accept that."),
        (
            {"in": [var("external.issuerCountryCode"), ["DE", "EL", "UK"]]},
            "Issuing country: Viet Nam. Austria accepts only Germany, Greece, United Kingdom.",
        ),
        # Nothing is accepted.
        ({"in": [var(V + "mp"), []]}, f"{COMIRNATY} does not accept that."),
        ({"in": [var(V + "mp"), ["", True, []]]}, f"{COMIRNATY} does not accept that."),
        (
            {"in": [var(V + "mp"), ["", "EU/1/20/1507", True, 7]]},
            f"{COMIRNATY} accepts only Spikevax, 7.",
        ),
    ],
)
def test_values_are_told_by_their_names(logic: object, told: str) -> None:
    assert reason(logic) == told


def test_codes_that_are_unknown_are_shown_as_they_are() -> None:
    content = payload(mp="Nanocovax-9", co="XX")
    assert reason({"in": [var(V + "mp"), ["Other-1", "EU/1/20/1528"]]}, content) == (
        "Vaccine: Nanocovax-9. Austria accepts only Other-1, Comirnaty."
    )
    assert reason({"===": [var(V + "co"), "QQ"]}, content) == (
        "Country of the certificate: XX. Austria accepts only QQ."
    )


def test_of_a_long_list_the_first_seven_are_told() -> None:
    def listed(count: int) -> str:
        return reason({"in": [var(V + "mp"), [f"P-{n}" for n in range(count)]]})

    assert listed(8).endswith("accepts only P-0, P-1, P-2, P-3, P-4, P-5, P-6, P-7.")
    assert listed(9).endswith("accepts only P-0, P-1, P-2, P-3, P-4, P-5, P-6 and 2 more.")
    found = why({"in": [var(V + "mp"), [f"P-{n}" for n in range(40)]]})
    assert "P-6 và 33 loại khác." in found.message("vi")


@pytest.mark.parametrize(
    "logic",
    [
        {"===": [var(V + "ma"), "ORG-1"]},
        {"in": [var(V + "ma"), ["ORG-1"]]},
        {"if": [var(V + "ma"), True, False]},
        {"!": [{"===": [var(V + "ma"), ""]}]},
        {"!": [{"in": [var(V + "ma"), ["", "x"]]}]},
    ],
)
def test_what_is_blank_is_not_stated(logic: object) -> None:
    assert reason(logic, payload(ma="  ")) == "Manufacturer: not stated. Austria asks for it."


def test_what_is_not_stated_is_nothing_that_is_excluded() -> None:
    both_absent = {"!": [{"===": [var(V + "is"), var(V + "ma")]}]}
    assert (
        reason(both_absent, payload("v", **{"ma": ..., "is": ...}))
        == "Issuer: not stated. Austria asks for it."
    )
    # That something be absent can't be said this way.
    assert why({"===": [var(V + "ma"), ""]}, payload(ma=...)).reason.code is RuleCode.DESCRIBED


@pytest.mark.parametrize(
    ("logic", "content"),
    [
        ({"===": [var(V + "x"), True]}, payload(x=False)),
        ({"===": [var(V + "x"), False]}, payload(x=True)),
        ({"!": [{"===": [var(V + "x"), True]}]}, payload(x=True)),
        ({"in": [var(V + "x"), [1, 2]]}, payload(x=True)),
        # Told as values these would say: 2, but only 2.
        ({"===": [var(V + "dn"), "2"]}, payload()),
        ({"in": [var(V + "dn"), ["1", "2"]]}, payload()),
        ({"===": [var(V + "mp"), 2]}, payload()),
        ({"===": [var("payload.v"), "x"]}, payload()),
        ({"!": [var("payload.v.0")]}, payload()),
        ({"in": [{"extractFromUVCI": [var(V + "ci"), 1]}, ["DE"]]}, payload()),
        ({"===": [{"+": [var(V + "dn"), 1]}, 4]}, payload()),
        ({"===": [{"reduce": [[1, 2], {"+": [var("accumulator"), var("current")]}, 0]}, 4]}, payload()),
        ({"if": [True, False, True]}, payload()),
        # Dates are the same only where they are one and the same.
        ({"===": [plus(V + "dt"), plus(V + "dt")]}, payload()),
        ({"in": [plus(V + "dt"), [plus(V + "dt"), "x"]]}, payload()),
        ({"in": [clock(), [var(V + "dt")]]}, payload()),
    ],
)
def test_what_no_sentence_fits_is_told_by_the_rules_own_words(
    logic: object, content: dict[str, Any]
) -> None:
    assert why(logic, content).reason.code is RuleCode.DESCRIBED
