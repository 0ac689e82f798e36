"""The fields of an ICVP in all their generations, from and to the payload.

WHO changed the names of the fields four times (smart-trust-phw `DVCMin`, smart-icvp `ICVPMin`):

| generation | since | its mark |
| --- | --- | --- |
| A | 2024 | `v` is a map with `dn`, `tg`, `ma` or `mp` |
| B | October 2025 | `v` is a map without them |
| C | April 2026 | `vx` has the vaccination, with its date in `dt`; `v` is the version |
| D | 31 August 2026 | the date is `vx.dv` |
| E | 23 September 2026 (smart-icvp 0.3.0) | `d`, the date of issue, is there too |

Reading is lenient: a value of the wrong type is None, a field may have the name that it has in
another generation, and a list of one dose is that dose (`in_own_names`). `checks` beside this module
says what is wrong with a payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from vaxpass.display import without_content
from vaxpass.documents.hcert.icvp.catalogue import Disease, Product, disease_of, find
from vaxpass.encoding.cbor import Value

__all__ = ["Generation", "VaccinationCertificate", "generation_of"]


class Generation(StrEnum):
    """The five forms of an ICVP.

    >>> Generation("E").name
    'E'
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


LEGACY: Final = frozenset((Generation.A, Generation.B))
"""The generations in which `v` is the vaccination"""
_ONLY_A: Final = ("dn", "tg", "ma", "mp", "mid")


def generation_of(payload: Mapping[str, Value]) -> Generation:
    """The generation of a payload, by its form; the latest where the form says nothing.

    >>> generation_of({"v": {"vp": "XM0N24", "dn": "Primary"}}).value
    'A'
    >>> generation_of({"vx": {"dv": "2026-09-01"}, "v": "1", "d": "2026-09-20"}).value
    'E'
    """
    dose = payload.get("v")
    if isinstance(dose, Mapping) and "vx" not in payload:
        return Generation.A if any(name in dose for name in _ONLY_A) else Generation.B
    dose = payload.get("vx")
    if "d" in payload or not isinstance(dose, Mapping):
        return Generation.E
    return Generation.C if "dt" in dose and "dv" not in dose else Generation.D


def _names(generation: Generation) -> tuple[dict[str, str], str, dict[str, str]]:
    """The keys of the payload and their fields, the key of the vaccination, and its keys and fields."""
    holder = {"n": "name", "dob": "birth_date", "s": "sex"}
    dose = {"vp": "vaccine", "bo": "batch", "cn": "clinician", "is": "issuer"}
    # A period that it states counts, though models of later generations have none.
    dose |= {"vls": "valid_from", "vle": "valid_until"}
    if generation in LEGACY:
        holder |= {"ntl": "nationality", "nid": "document_number", "gn": "guardian"}
        dose |= {"dt": "date"}
        if generation is Generation.A:
            dose |= {"dn": "dose", "tg": "disease_code", "mp": "brand", "ma": "manufacturer"}
            dose |= {"mid": "manufacturer_id"}
        else:
            holder |= {"ndt": "document_type"}
        return holder, "v", dose
    holder |= {"nt": "nationality", "id": "document_number", "dt": "document_type", "gn": "guardian"}
    holder |= {"v": "version"}
    dose |= {"dt" if generation is Generation.C else "dv": "date"}
    if generation is Generation.E:
        holder |= {"d": "issued_on"}
    return holder, "vx", dose


NAMES: Final = {generation: _names(generation) for generation in Generation}
"""For each generation the keys of the payload and their fields, the key of the vaccination, its keys"""

_PLACES: Final = ("vx", "v")
_OF_HOLDER: Final = {"nt": "ntl", "ntl": "nt", "id": "nid", "nid": "id", "dt": "ndt", "ndt": "dt"}
_OF_DOSE: Final = {"dt": "dv", "dv": "dt"}
"""The names that fields have in other generations"""


def in_own_names(payload: Mapping[str, Value]) -> Mapping[str, Value]:
    """The payload with all fields under the names of its generation.

    Issuers mix the names of generations, and write the one dose as a list. What the payload has under
    its own name counts. The payload itself is returned where there is nothing of the kind.

    >>> in_own_names({"vx": [{"dv": "2026-09-01"}], "ntl": "VNM"})
    {'vx': {'dv': '2026-09-01'}, 'nt': 'VNM'}
    """
    for place in _PLACES:
        match payload.get(place):
            case [Mapping() as only]:
                payload = {**payload, place: only}
    holder, place, dose = NAMES[generation_of(payload)]
    found = _renamed(payload, holder, _OF_HOLDER)
    group = found.get(place)
    if isinstance(group, Mapping) and (inside := _renamed(group, dose, _OF_DOSE)) is not group:
        found = {**found, place: inside}
    return found


def _renamed(
    values: Mapping[str, Value], own: Mapping[str, str], elsewhere: Mapping[str, str]
) -> Mapping[str, Value]:
    """The values with a name of `own` for what another generation names otherwise."""
    for name, other in elsewhere.items():
        if name in own and other not in own and values.get(name) is None and other in values:
            found = {key: value for key, value in values.items() if key != other}
            values = {**found, name: values[other]}
    return values


@dataclass(frozen=True, slots=True)
class VaccinationCertificate:
    """One vaccination of one person, as an ICVP states it. Dates are YYYY-MM-DD.

    >>> certificate = VaccinationCertificate(
    ...     name="Nguyễn Thị An", birth_date="1990-02-28", sex="female", nationality="VNM",
    ...     vaccine="YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0", date="2026-09-01",
    ...     batch="X1", issuer="Ministry of Health", issued_on="2026-09-20",
    ... )
    >>> certificate.product.name, certificate.disease.name, certificate.to_payload()["vx"]["dv"]
    ('STAMARIL', 'Yellow fever', '2026-09-01')
    >>> VaccinationCertificate.from_payload(certificate.to_payload()) == certificate
    True
    """

    __repr__ = without_content

    name: str | None = None
    """`n`"""
    birth_date: str | None = None
    """`dob`"""
    sex: str | None = None
    """`s`: `male` or `female`, in earlier generations `M` or `F`"""
    nationality: str | None = None
    """`nt`, earlier `ntl`: ISO 3166-1, alpha-3"""
    document_number: str | None = None
    """`id`, earlier `nid`"""
    document_type: str | None = None
    """`dt`, in generation B `ndt`: such as `PPN`, a passport (HL7 v2, table 0203)"""
    guardian: str | None = None
    """`gn`"""
    vaccine: str | None = None
    """`vp`: a product of the catalogue; in generation A mostly a kind of vaccine"""
    date: str | None = None
    """`dv`, earlier `dt`: of the dose"""
    batch: str | None = None
    """`bo`"""
    clinician: str | None = None
    """`cn`: who gave it, or the centre where it was given"""
    issuer: str | None = None
    """`is`"""
    issued_on: str | None = None
    """`d`: the date of issue (generation E)"""
    version: str | None = "1"
    """`v`: the version that it states (from generation C on)"""
    generation: Generation = Generation.E
    brand: str | None = None
    """`mp`: the product, in generation A"""
    disease_code: str | None = None
    """`tg`, in generation A"""
    manufacturer: str | None = None
    """`ma`: a name, in generation A"""
    manufacturer_id: str | None = None
    """`mid`, in generation A"""
    dose: str | None = None
    """`dn`, in generation A: such as `Primary`"""
    valid_from: str | None = None
    """`vls`, in the models of generations A and B"""
    valid_until: str | None = None
    """`vle`, in the models of generations A and B"""

    @property
    def product(self) -> Product | None:
        """The product of the catalogue that it names; None where it names none that is listed."""
        return find(self.vaccine) or find(self.brand)

    @property
    def disease(self) -> Disease | None:
        """The disease: of the product, else of the kind of vaccine; None where neither is known."""
        product = self.product
        return product.disease if product else disease_of(self.vaccine)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Value]) -> VaccinationCertificate:
        """The certificate of a payload of any generation, read leniently."""
        payload = in_own_names(payload)
        generation = generation_of(payload)
        holder, place, dose = NAMES[generation]
        group = payload.get(place)
        given = {field: _text(payload.get(name)) for name, field in holder.items()}
        if isinstance(group, Mapping):
            given |= {field: _text(group.get(name)) for name, field in dose.items()}
        return cls(**{"version": None, **given}, generation=generation)

    def to_payload(self) -> dict[str, Value]:
        """The payload by the generation; absent values are left out, and those that it has no name for.

        >>> VaccinationCertificate(version=None).to_payload()
        {'vx': {}}
        """
        holder, place, dose = NAMES[self.generation]
        written = {name: getattr(self, field) for name, field in holder.items()}
        group = {name: getattr(self, field) for name, field in dose.items()}
        group = {name: value for name, value in group.items() if value is not None}
        return {
            **{name: value for name, value in written.items() if value is not None},
            place: group,
        }

    def for_rules(self) -> dict[str, Value]:
        """The payload that rules for an ICVP read (docs/rules.md): generation E, with the disease.

        `vx.vp` is the product where the certificate names one that is listed, and `vx.tg` the disease
        (ICD-11) that follows from it. So a rule needs to know one form only.

        >>> yellow = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
        >>> first = {"v": {"dn": "Primary", "vp": "XM0N24", "mp": yellow, "dt": "2026-09-01"}}
        >>> VaccinationCertificate.from_payload(first).for_rules()["vx"] == {
        ...     "vp": yellow, "dv": "2026-09-01", "tg": "1D47"}
        True
        """
        product, disease = self.product, self.disease
        latest = replace(
            self,
            generation=Generation.E,
            vaccine=product.id if product else self.vaccine,
            # Rules count in days; some generators write a time.
            date=None if self.date is None else self.date.strip()[: len("YYYY-MM-DD")],
        )
        payload = latest.to_payload()
        dose = payload["vx"]
        if disease is not None and isinstance(dose, dict):
            dose["tg"] = disease.icd11
        return payload


def _text(value: Value) -> str | None:
    """A text; a number as text: generators write versions, batches and document numbers as numbers."""
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) else None
