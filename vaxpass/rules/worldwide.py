"""The rules of WHO for its certificate of vaccination (ICVP), which hold at every destination.

They are decision tables ICVP.DT.1 and ICVP.DT.2 of WHO's smart-icvp 0.3.0, written in CertLogic. The
payload that they read is `Unverified.for_rules()` of an ICVP, in the form of generation E with the
disease (`vx.tg`, ICD-11) that follows from the product. That a country asks for a dose of polio
vaccine between 4 weeks and 12 months before the journey is a rule of that country, not of DT.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

from vaxpass.certlogic import Json
from vaxpass.rules.model import ICVP_TYPE, WORLD, Rule

_YELLOW_FEVER: Final = "1D47"
_POLIO: Final = "1C81"
PRODUCTS: Final = "icvp-products"
"""The value set of the products that WHO lists for this certificate"""
_FROM: Final = datetime(2025, 9, 19, tzinfo=UTC)
"""The amended Annex 6 of the International Health Regulations is in force from this day on."""
_TO: Final = datetime(9999, 12, 31, tzinfo=UTC)
_DAYS: Final = 10

_DISEASE: Final[Json] = {"var": "payload.vx.tg"}
_LISTED: Final[Json] = {"in": [{"var": "payload.vx.vp"}, {"var": f"external.valueSets.{PRODUCTS}"}]}
_IN_FORCE: Final[Json] = {
    "not-before": [
        {"plusTime": [{"var": "external.validationClock"}, 0, "day"]},
        {"plusTime": [{"var": "payload.vx.dv"}, _DAYS, "day"]},
    ]
}


def _rule(identifier: str, logic: Json, fields: tuple[str, ...], text: str) -> Rule:
    return Rule(
        identifier=identifier,
        type="Acceptance",
        country=WORLD,
        region="",
        version=(0, 3, 0),
        schema_version=(1, 0, 0),
        engine="CERTLOGIC",
        engine_version=(1, 0, 0),
        certificate_type=ICVP_TYPE,
        descriptions={"en": text},
        valid_from=_FROM,
        valid_to=_TO,
        affected_fields=fields,
        logic=logic,
    )


RULES: Final = (
    _rule(
        "ICVP.DT.1",
        # Where the product is not listed, nobody knows which of the two diseases it is.
        {
            "if": [
                {"===": [_DISEASE, _POLIO]},
                True,
                {
                    "and": [
                        _LISTED,
                        {"if": [{"===": [_DISEASE, _YELLOW_FEVER]}, _IN_FORCE, True]},
                    ]
                },
            ]
        },
        ("vx.vp", "vx.dv"),
        "Yellow fever: a product that WHO lists, from the tenth day after the dose, for life.",
    ),
    _rule(
        "ICVP.DT.2",
        {"if": [{"===": [_DISEASE, _POLIO]}, _LISTED, True]},
        ("vx.vp",),
        "Polio: a product that WHO lists.",
    ),
)
"""The rules, in the order of WHO's tables"""


@cache
def codes() -> Mapping[str, list[str]]:
    """The value sets that rules for an ICVP read beside those of the EU, by their id."""
    from vaxpass.documents.hcert.icvp.catalogue import products  # noqa: PLC0415 - needed with an ICVP

    return {PRODUCTS: [product.id for product in products()]}
