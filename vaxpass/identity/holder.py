"""Is a certificate's holder the person of a travel document?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vaxpass.documents.hcert.dcc.model import Certificate, Person
from vaxpass.identity.birth import BirthDate, BirthMatch, compare_births, parse_birth
from vaxpass.identity.codes import IdentityCode
from vaxpass.identity.comparison import IdentityFinding
from vaxpass.identity.letters import icao_or_none
from vaxpass.identity.mrz import MachineReadableZone
from vaxpass.identity.names import NameLevel, compare_names


class HolderLevel(StrEnum):
    """The answer in one word."""

    EQUAL = "equal"
    """The same name, as far as the zone had room for it, and the same date of birth."""
    PLAUSIBLE = "plausible"
    """Nothing speaks against it, and a person should look: a part is missing, or slightly different."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class HolderMatch:
    """The answer, and what disagrees. `name.truncated` may stand beside `equal`."""

    level: HolderLevel
    findings: tuple[IdentityFinding, ...]

    @property
    def codes(self) -> tuple[IdentityCode, ...]:
        """The codes of the findings."""
        return tuple(finding.code for finding in self.findings)


_PARTIAL: Final = frozenset(
    (
        IdentityCode.NAME_TRUNCATED,
        IdentityCode.NAME_SPLIT,
        IdentityCode.DOB_YEAR_ONLY,
        IdentityCode.DOB_MONTH_ONLY,
        IdentityCode.DOB_MISSING,
    )
)
"""What is missing or written in another way, and contradicts nothing."""
_AGAINST: Final = frozenset(
    (IdentityCode.NAME_DIFFERENT, IdentityCode.NAME_MISSING, IdentityCode.DOB_DIFFERENT)
)
_LEVELS: Final = {
    NameLevel.EXACT: IdentityCode.NAME_SPLIT,
    NameLevel.ORDER: IdentityCode.NAME_ORDER,
    NameLevel.INCOMPLETE: IdentityCode.NAME_INCOMPLETE,
    NameLevel.TYPO: IdentityCode.NAME_TYPO,
}
_BIRTHS: Final = {
    BirthMatch.MONTH_ONLY: IdentityCode.DOB_MONTH_ONLY,
    BirthMatch.YEAR_ONLY: IdentityCode.DOB_YEAR_ONLY,
    BirthMatch.DAY_MONTH_SWAPPED: IdentityCode.DOB_DAY_MONTH_SWAPPED,
    BirthMatch.TYPO: IdentityCode.DOB_TYPO,
    BirthMatch.DIFFERENT: IdentityCode.DOB_DIFFERENT,
}


def compare_holder(certificate: Certificate, mrz: MachineReadableZone) -> HolderMatch:
    """Compare name and date of birth of a certificate with those of a travel document. Never raises.

    >>> from vaxpass.identity.mrz import parse_mrz
    >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    >>> person = Person(family_name_icao="NGUYEN", given_name_icao="BAO<DUY")
    >>> compare_holder(Certificate(person, "1990-05-06", ()), parse_mrz(lines)).level
    <HolderLevel.EQUAL: 'equal'>
    >>> compare_holder(Certificate(person, "1990", ()), parse_mrz(lines)).level
    <HolderLevel.PLAUSIBLE: 'plausible'>

    Where the name fills its field in the zone, as much of the certificate's name is compared as has
    room there. Where the certificate lacks a machine-readable name, it is made from the other one. A
    slip in the name and one in the date together are different.
    """
    name = _compare_name(certificate.person, mrz)
    birth = _compare_birth(certificate.date_of_birth or "", mrz)
    codes = [code for code in (name, birth) if code is not None]
    level = HolderLevel.PLAUSIBLE
    if _AGAINST.intersection(codes) or len(set(codes) - _PARTIAL) > 1:
        level = HolderLevel.DIFFERENT
    elif not set(codes) - {IdentityCode.NAME_TRUNCATED} and _fits(certificate.person, mrz):
        level = HolderLevel.EQUAL
    return HolderMatch(level, tuple(map(IdentityFinding, codes)))


def _machine_name(person: Person) -> str:
    """`fnt<<gnt`, each of them made from `fn` and `gn` where it is not there."""
    parts = (
        icao_or_none(machine or "") or icao_or_none(written or "")
        for machine, written in (
            (person.family_name_icao, person.family_name),
            (person.given_name_icao, person.given_name),
        )
    )
    return "<<".join(part for part in parts if part)


def _fits(person: Person, mrz: MachineReadableZone) -> bool:
    name = _machine_name(person)
    return name.startswith(mrz.names) if mrz.truncated else name == mrz.names


def _compare_name(person: Person, mrz: MachineReadableZone) -> IdentityCode | None:
    name = _machine_name(person)
    if not name:
        return IdentityCode.NAME_MISSING
    if name == mrz.names:
        return None
    if mrz.truncated and (name.startswith(mrz.names) or _is_shortened(name, mrz.names)):
        return IdentityCode.NAME_TRUNCATED
    level = compare_names(name[: len(mrz.names)] if mrz.truncated else name, mrz.names)
    return _LEVELS.get(level, IdentityCode.NAME_DIFFERENT)


def _is_shortened(name: str, shown: str) -> bool:
    """True where each part of a name that fills its field is the beginning of the certificate's."""
    parts, shown_parts = name.replace("<<", "<").split("<"), shown.replace("<<", "<").split("<")
    return len(shown_parts) <= len(parts) and all(
        part.startswith(beginning) for part, beginning in zip(parts, shown_parts, strict=False)
    )


def _compare_birth(text: str, mrz: MachineReadableZone) -> IdentityCode | None:
    born = parse_birth(text)
    if born is None:
        return IdentityCode.DOB_MALFORMED
    there = mrz.born_near(born.year)
    if not born.year or not there.year:
        return IdentityCode.DOB_MISSING
    match = compare_births(born, there)
    if match is BirthMatch.EQUAL:
        return None if born.complete else _least(born)
    return _BIRTHS.get(match, IdentityCode.DOB_MALFORMED)


def _least(born: BirthDate) -> IdentityCode:
    """Both lack the same: they agree, and show no more than a year or a month."""
    return IdentityCode.DOB_MONTH_ONLY if born.month else IdentityCode.DOB_YEAR_ONLY
