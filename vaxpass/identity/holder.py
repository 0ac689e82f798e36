"""Compare the holder of a certificate with the person of a travel document."""

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
    """Whether certificate and travel document are about the same person, in one word.

    >>> HolderLevel("plausible")
    <HolderLevel.PLAUSIBLE: 'plausible'>
    """

    EQUAL = "equal"
    """The same name, as far as the zone has room for it, and the same date of birth."""
    PLAUSIBLE = "plausible"
    """Probably, but an officer should look: a part is missing or slightly different."""
    DIFFERENT = "different"
    """Another person, as far as name and date of birth show."""


@dataclass(frozen=True, slots=True)
class HolderMatch:
    """How far the holder of a certificate is the person of a travel document, and what disagrees.

    >>> HolderMatch(HolderLevel.PLAUSIBLE, (IdentityFinding(IdentityCode.NAME_ORDER),)).codes
    (<IdentityCode.NAME_ORDER: 'name.order'>,)
    """

    level: HolderLevel
    findings: tuple[IdentityFinding, ...]
    """What disagrees; `name.truncated` can also occur with `HolderLevel.EQUAL`"""

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
"""Something is missing or written in another way, and nothing contradicts."""
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

    The name is compared in the letters of ICAO Doc 9303. Where it fills its field in the zone, only as
    much of the certificate's name is compared as has room there. A machine-readable name that the
    certificate lacks is made from the other one. A typo in the name together with one in the date of
    birth is `HolderLevel.DIFFERENT`.

    >>> from vaxpass.identity.mrz import parse_mrz
    >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    >>> person = Person(family_name_icao="NGUYEN", given_name_icao="BAO<DUY")
    >>> compare_holder(Certificate(person, "1990-05-06", ()), parse_mrz(lines)).level
    <HolderLevel.EQUAL: 'equal'>
    >>> compare_holder(Certificate(person, "1990", ()), parse_mrz(lines)).level
    <HolderLevel.PLAUSIBLE: 'plausible'>
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
    """`fnt<<gnt`; a part that is missing is made from `fn` or `gn`."""
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
    """Whether each part of the name in the zone begins the same part of the certificate's name."""
    parts, shown_parts = name.replace("<<", "<").split("<"), shown.replace("<<", "<").split("<")
    return len(shown_parts) <= len(parts) and all(
        part.startswith(beginning) for part, beginning in zip(parts, shown_parts, strict=False)
    )


def _compare_birth(text: str, mrz: MachineReadableZone) -> IdentityCode | None:
    born = parse_birth(text)
    if born is None:
        return IdentityCode.DOB_MALFORMED
    zone_born = mrz.born_near(born.year)
    if not born.year or not zone_born.year:
        return IdentityCode.DOB_MISSING
    match = compare_births(born, zone_born)
    if match is BirthMatch.EQUAL:
        return None if born.complete else _partial(born)
    return _BIRTHS.get(match, IdentityCode.DOB_MALFORMED)


def _partial(born: BirthDate) -> IdentityCode:
    """The code for two dates that agree and lack the same part."""
    return IdentityCode.DOB_MONTH_ONLY if born.month else IdentityCode.DOB_YEAR_ONLY
