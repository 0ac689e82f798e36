"""Compare the holder of a certificate with the person of a travel document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

from vaxpass.documents.countries import alpha_2, realm_of
from vaxpass.documents.document import Holder
from vaxpass.identity.birth import BirthDate, BirthMatch, compare_births, parse_birth
from vaxpass.identity.codes import IdentityCode
from vaxpass.identity.comparison import IdentityFinding
from vaxpass.identity.letters import (
    HYPHENS,
    LONGEST,
    SPACES,
    Spellings,
    icao_or_none,
    includes,
    loose_spellings,
    spellings,
)
from vaxpass.identity.mrz import MachineReadableZone, MrzForm
from vaxpass.identity.names import NameLevel, compare_names
from vaxpass.identity.numbers import parse_sex


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
        IdentityCode.NAME_NOT_COMPARABLE,
        IdentityCode.DOB_YEAR_ONLY,
        IdentityCode.DOB_MONTH_ONLY,
        IdentityCode.DOB_MISSING,
        IdentityCode.ID_OTHER_DOCUMENT,
    )
)
"""Something is missing, or written or proved in another way, and nothing contradicts."""
_AGAINST: Final = frozenset(
    (IdentityCode.NAME_DIFFERENT, IdentityCode.NAME_MISSING, IdentityCode.DOB_DIFFERENT)
)
_LEVELS: Final = {
    NameLevel.EXACT: IdentityCode.NAME_SPELLING,
    NameLevel.ORDER: IdentityCode.NAME_ORDER,
    NameLevel.INCOMPLETE: IdentityCode.NAME_INCOMPLETE,
    NameLevel.TYPO: IdentityCode.NAME_TYPO,
}
_CLOSEST: Final = {level: place for place, level in enumerate(NameLevel)}
_BIRTHS: Final = {
    BirthMatch.MONTH_ONLY: IdentityCode.DOB_MONTH_ONLY,
    BirthMatch.YEAR_ONLY: IdentityCode.DOB_YEAR_ONLY,
    BirthMatch.DAY_MONTH_SWAPPED: IdentityCode.DOB_DAY_MONTH_SWAPPED,
    BirthMatch.TYPO: IdentityCode.DOB_TYPO,
    BirthMatch.DIFFERENT: IdentityCode.DOB_DIFFERENT,
}


# As certificates write the type of a passport: ICAO (VDS-NC), HL7 (ICVP), and in words.
_PASSPORTS: Final = frozenset(("P", "PPN", "PASSPORT"))
_VISAS: Final = (MrzForm.MRV_A, MrzForm.MRV_B)


def compare_holder(holder: Holder, mrz: MachineReadableZone) -> HolderMatch:
    """Compare the holder of a certificate of any family with a travel document. Never raises.

    The name in the zone agrees where it is the machine-readable name of the certificate (`fnt`, `gnt`)
    or one of the forms that ICAO Doc 9303, part 3, section 6, has for the other one (`fn`, `gn`): Ü is
    UE, UXX or U. Where the certificate has no national letters, a name that may have been written with
    them is `HolderLevel.PLAUSIBLE`, and so is one in letters that the section has no forms for, such as
    Chinese. A name that fills its field in the zone is compared as far as that goes. A name that is not
    divided agrees where any division of it does. A typo in the name together with one in the date of
    birth is `HolderLevel.DIFFERENT`.

    Sex, nationality and number of the identity document are compared where both state them. Each of
    them alone makes nobody another person: passports are renewed, and some people have several.

    >>> from dataclasses import replace
    >>> from vaxpass.identity.mrz import parse_mrz
    >>> lines = "P<VNMNGUYEN<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8"
    >>> holder = Holder(family_name_icao="NGUYEN", given_name_icao="BAO<DUY", birth_date="1990-05-06")
    >>> compare_holder(holder, parse_mrz(lines)).level
    <HolderLevel.EQUAL: 'equal'>
    >>> compare_holder(replace(holder, birth_date="1990"), parse_mrz(lines)).level
    <HolderLevel.PLAUSIBLE: 'plausible'>
    """
    name, fits = _compare_names(holder, mrz)
    birth = _compare_birth(holder.birth_date or "", mrz)
    others = (_compare_number(holder, mrz), _compare_sex(holder, mrz), _compare_state(holder, mrz))
    codes = [code for code in (name, birth, *others) if code is not None]
    level = HolderLevel.PLAUSIBLE
    if _AGAINST.intersection(codes) or len(set(codes) - _PARTIAL) > 1:
        level = HolderLevel.DIFFERENT
    elif fits and birth is None and not any(others):
        level = HolderLevel.EQUAL
    return HolderMatch(level, tuple(map(IdentityFinding, codes)))


def same_holder(one: Holder, other: Holder) -> bool:
    """Whether two documents are certainly about the same holder: exact agreement, no tolerance.

    The machine-readable names agree letter for letter, and so do two complete dates of birth. A written
    name stands for the machine-readable one that a document lacks. A name that is not divided agrees
    with family name and given names in either order. A year alone proves nobody the same, and neither
    does an empty name, one with letters that a zone has no forms for, or one that may have been cut
    because it fills its field: what one person holds must not count for another one.

    >>> duy = Holder(family_name_icao="NGUYEN", given_name_icao="BAO<DUY", birth_date="1990-05-06")
    >>> same_holder(duy, Holder(name="Nguyễn Bảo Duy", birth_date="1990-05-06"))
    True
    >>> same_holder(duy, Holder(name="Nguyễn Bảo Duy", birth_date="1990"))
    False
    """
    born = [parse_birth((each.birth_date or "").partition("T")[0]) for each in (one, other)]
    if born[0] is None or born[0] != born[1] or not born[0].complete:
        return False
    parts, other_parts = _machine_parts(one), _machine_parts(other)
    if len(parts) == len(other_parts) == 2:
        return parts == other_parts and any(parts)
    return not _in_any_order(parts).isdisjoint(_in_any_order(other_parts))


_LONGEST_WHOLE: Final = 39
"""The largest number of characters of a whole name (ICAO VDS-NC, `n`)"""
_GAP: Final = "  "
"""What stands there between family name and given names"""


def _machine_parts(person: Holder) -> tuple[str, ...]:
    """Family name and given names in machine-readable letters; one part where they are not divided.

    Nothing where a part is stated and has no such form, or may have been cut.
    """
    stated = [
        (person.family_name_icao, person.family_name),
        (person.given_name_icao, person.given_name),
    ]
    if not any(map(any, stated)):
        stated = [(None, person.name)]
    if not any(machine for machine, _ in stated):
        whole = _GAP.join(written.strip() for _, written in stated if written)
        if len(whole) == _LONGEST_WHOLE:
            return ()
    parts = []
    for machine, written in stated:
        # Without a form in these letters it is None, without letters it is empty.
        forms = [icao_or_none((machine or "").replace("<", " ")), icao_or_none(written or "")]
        part = forms[0] or forms[1] or ""
        if len(machine or "") == LONGEST or (not part and None in forms):
            return ()
        parts.append(part)
    return tuple(parts)


def _in_any_order(parts: tuple[str, ...]) -> set[str]:
    """A name in one piece, family name first or last; empty where there is none."""
    return {"<".join(filter(None, each)) for each in (parts, parts[::-1])} - {""}


def _compare_number(person: Holder, mrz: MachineReadableZone) -> IdentityCode | None:
    """Whether the certificate names another document. A visa has no number of a passport."""
    stated = _number(person.document_number or "")
    if not stated or mrz.form in _VISAS or stated in map(_number, (mrz.number, mrz.optional)):
        return None
    nationality = _state(person.nationality)
    is_passport = (person.document_type or "").strip().upper() in _PASSPORTS
    if is_passport and mrz.document[0] == "P" and nationality and nationality == _state(mrz.state):
        return IdentityCode.ID_OTHER_PASSPORT
    return IdentityCode.ID_OTHER_DOCUMENT


def _number(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _state(code: str | None) -> str:
    """The state of a code with two or three letters; empty where it is none."""
    return realm_of(alpha_2(code or "") or "")


def _compare_sex(person: Holder, mrz: MachineReadableZone) -> IdentityCode | None:
    sexes = parse_sex(person.sex or ""), parse_sex(mrz.sex)
    return IdentityCode.SEX_DIFFERENT if None not in sexes and sexes[0] is not sexes[1] else None


def _compare_state(person: Holder, mrz: MachineReadableZone) -> IdentityCode | None:
    states = _state(person.nationality), _state(mrz.nationality)
    return IdentityCode.NATIONALITY_DIFFERENT if all(states) and states[0] != states[1] else None


@dataclass(frozen=True, slots=True)
class _Part:
    """The family name or the given names of a certificate, in all forms that they may have."""

    machine: str
    """In the letters of a zone; made from the other one where there is none"""
    written: str
    exact: tuple[Spellings, ...]
    is_national: bool
    """Whether its national letters are known"""
    is_foreign: bool
    """Whether no form of it in a zone is known"""

    @classmethod
    def of(cls, machine: str | None, written: str | None) -> _Part:
        machine, written = machine or "", written or ""
        forms = [spellings(text) for text in (machine, written)]
        return cls(
            icao_or_none(machine) or icao_or_none(written) or "",
            written if forms[1] else machine,
            tuple(each for each in forms if each),
            bool(forms[1]) and not written.isascii(),
            forms[1] is None and not forms[0],
        )

    @property
    def loose(self) -> tuple[Spellings, ...]:
        if self.is_national or not self.machine:
            return self.exact
        return (*self.exact, loose_spellings(self.machine))

    def beside(self, shown: Sequence[str]) -> str:
        """Its words, each as the zone has it where one of `shown` is a form of it."""
        found = []
        for word in self.written.translate(_GAPS).split():
            machine = icao_or_none(word) or ""
            forms = spellings(word) if self.is_national else loose_spellings(machine)
            found.append(next((part for part in shown if forms and includes(forms, part)), machine))
        return "<".join(word for word in found if word)


_GAPS: Final = str.maketrans(dict.fromkeys(SPACES + HYPHENS + ",<", " "))
_BETWEEN: Final = (("<<",),)
_DIVIDERS: Final = ("  ", ",", "<<")
"""What divides a name into family name and given names: VDS-NC writes two blanks"""
_MOST_WORDS: Final = 12
"""A longer name is tried in its own order only"""
_RANKS: Final = {
    code: rank
    for rank, code in enumerate(
        (
            IdentityCode.NAME_TRUNCATED,
            IdentityCode.NAME_SPLIT,
            IdentityCode.NAME_SPELLING,
            *list(_LEVELS.values())[1:],
            IdentityCode.NAME_NOT_COMPARABLE,
            IdentityCode.NAME_DIFFERENT,
            IdentityCode.NAME_MISSING,
        )
    )
}
"""The codes of names, what says most for the same person first"""


def _whole(families: tuple[Spellings, ...], given: tuple[Spellings, ...]) -> Iterator[Spellings]:
    for one, other in product(families or ((),), given or ((),)):
        yield one + _BETWEEN + other if one and other else one + other


def _divisions(person: Holder) -> Iterator[tuple[_Part, _Part]]:
    """The family name and the given names; of a name that is not divided all that they may be."""
    parts = (
        _Part.of(person.family_name_icao, person.family_name),
        _Part.of(person.given_name_icao, person.given_name),
    )
    if any(part.written or part.machine for part in parts) or not person.name:
        yield parts
        return
    whole = person.name.strip()
    for sign in _DIVIDERS:
        family, found, given = whole.partition(sign)
        if found:
            yield _Part.of(None, family), _Part.of(None, given)
            return
    words = whole.split()
    last = len(words) if len(words) <= _MOST_WORDS else 1
    for place in range(1, last + 1):
        first, rest = (_Part.of(None, " ".join(part)) for part in (words[:place], words[place:]))
        yield first, rest
        if rest.written:
            yield rest, first


def _compare_names(person: Holder, mrz: MachineReadableZone) -> tuple[IdentityCode | None, bool]:
    """What disagrees in the name in its best division, and whether it is the same as far as it goes."""
    found = []
    for family, given in _divisions(person):
        code, fits = _compare_name(family, given, mrz)
        if code is None:
            return None, True
        found.append((code, fits))
    return min(found, key=lambda each: (not each[1], _RANKS[each[0]]))


def _compare_name(
    family: _Part, given: _Part, mrz: MachineReadableZone
) -> tuple[IdentityCode | None, bool]:
    """What disagrees in the name, and whether it is the same as far as the zone has room for it."""
    if family.is_foreign or given.is_foreign:
        return IdentityCode.NAME_NOT_COMPARABLE, False
    if not family.exact and not given.exact:
        return IdentityCode.NAME_MISSING, False
    shown, cut = mrz.names, mrz.truncated
    exact = list(_whole(family.exact, given.exact))
    if any(includes(name, shown) for name in exact):
        return None, True
    if cut and any(includes(name, shown, cut=True) for name in exact):
        return IdentityCode.NAME_TRUNCATED, True
    parts = shown.replace("<<", "<").split("<")
    names = [
        "<<".join(part for part in both if part)
        for both in ((family.machine, given.machine), (family.beside(parts), given.beside(parts)))
    ]
    if cut and any(_is_shortened(name, parts) for name in names):
        return IdentityCode.NAME_TRUNCATED, False
    if any(includes(_joined(name), shown.replace("<", ""), cut=cut) for name in exact):
        return IdentityCode.NAME_SPLIT, False
    if any(includes(name, shown, cut=cut) for name in _whole(family.loose, given.loose)):
        return IdentityCode.NAME_SPELLING, False
    levels = [compare_names(name[: len(shown)] if cut else name, shown) for name in names]
    return _LEVELS.get(min(levels, key=_CLOSEST.__getitem__), IdentityCode.NAME_DIFFERENT), False


def _joined(name: Spellings) -> Spellings:
    return tuple(tuple(form.replace("<", "") for form in forms) for forms in name)


def _is_shortened(name: str, shown: Sequence[str]) -> bool:
    """Whether each part of the name in the zone begins the same part of the certificate's name."""
    parts = name.replace("<<", "<").split("<")
    return len(shown) <= len(parts) and all(
        part.startswith(beginning) for part, beginning in zip(parts, shown, strict=False)
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
