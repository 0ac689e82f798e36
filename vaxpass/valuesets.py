"""Payload -> remarks on its codes (EU value sets, guideline 1.15). No code decides a verdict."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from vaxpass import cbor, valueset_codes
from vaxpass.codes import Remark
from vaxpass.findings import Warned

_SETS: Final[dict[str, dict[str, Container[str]]]] = {
    "v": {
        "tg": valueset_codes.DISEASES,
        "vp": valueset_codes.PROPHYLAXES,
        "mp": valueset_codes.PRODUCTS,
        "ma": valueset_codes.HOLDERS,
        "co": valueset_codes.COUNTRIES,
    },
    "t": {
        "tg": valueset_codes.DISEASES,
        "tt": valueset_codes.TEST_TYPES,
        "ma": valueset_codes.DEVICES,
        "tr": valueset_codes.TEST_RESULTS,
        "co": valueset_codes.COUNTRIES,
    },
    "r": {"tg": valueset_codes.DISEASES, "co": valueset_codes.COUNTRIES},
}

_NAMES: Final[dict[str, Mapping[str, str]]] = {
    "tg": valueset_codes.DISEASES,
    "vp": valueset_codes.PROPHYLAXES,
    "mp": {code: name for code, (name, _) in valueset_codes.PRODUCTS.items()},
    "ma": valueset_codes.HOLDERS,
    "tr": valueset_codes.TEST_RESULTS,
    "tt": valueset_codes.TEST_TYPES,
}


def check(payload: Mapping[str, cbor.Value], warnings: list[Warned]) -> None:
    """Report codes that are in no set, contradictions, and a detected infection.

    `payload` has passed `schema.check_reading`.
    """
    for group, fields in _SETS.items():
        entries = payload.get(group)
        if not isinstance(entries, list) or not entries:
            continue
        entry = entries[0]
        for key, codes in fields.items():
            value = entry.get(key)
            if value and value not in codes and value.strip() not in codes:
                warnings.append(Warned(Remark.VALUESETS_UNKNOWN_CODE, f"$.{group}[0].{key}"))
        if group == "v" and _contradictory(entry["mp"], entry["ma"]):
            warnings.append(Warned(Remark.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma"))
        elif group == "t" and entry["tr"].strip() == valueset_codes.DETECTED:
            warnings.append(Warned(Remark.VALUESETS_INFECTION_DETECTED, "$.t[0].tr"))


def display(field: str, code: str) -> str:
    """The name of a code, or the code itself where it is unknown; `field` is the schema's name.

    >>> display("mp", "EU/1/20/1528"), display("mp", "NEW-1")
    ('Comirnaty', 'NEW-1')
    """
    return _NAMES[field].get(code.strip(), code)


def _contradictory(product: str, holder: str) -> bool:
    registered = valueset_codes.PRODUCTS.get(product.strip(), ("", ""))[1]
    stated = holder.strip()
    return bool(registered) and stated in valueset_codes.HOLDERS and stated != registered
