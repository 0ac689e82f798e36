"""Vaccination records of people who do not exist, with errors whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass.identity import PROVINCES
from vaxpass.records import Record
from vaxpass.testing.synthetic.people import Person

_FIRST_DAY: Final = date(2021, 6, 1)
_DOSES: Final = (2, 1, 3, 2)
"""Doses of one person after the other: two, on average"""
_PER_PERSON: Final = 2
_FACILITIES: Final = (
    "Bệnh viện Đa khoa tỉnh",
    "Trung tâm Kiểm soát bệnh tật",
    *(f"Trung tâm Y tế huyện {name}" for name in ("Châu Thành", "Phú Tân", "Vĩnh Thuận", "An Biên")),
    *(f"Trạm Y tế phường {number}" for number in range(1, 7)),
    *(f"Trạm Y tế xã {name}" for name in ("Bình An", "Hòa Lợi", "Tân Phú", "Long Thạnh", "Mỹ Đức")),
)
_VACCINES: Final = ("AstraZeneca", "Pfizer", "Moderna", "Vero Cell", "Abdala")


class Kind(StrEnum):
    """The error in a record.

    >>> Kind("id_typo")
    <Kind.ID_TYPO: 'id_typo'>
    """

    EXACT = "exact"
    FORMAT = "other_format"
    """The same, in capitals, with another form of Unicode, date or number"""
    OLD_PHONE = "old_phone"
    SHARED_PHONE = "shared_phone"
    DIACRITICS = "name_diacritics"
    TONE = "name_tone"
    ORDER = "name_order"
    INCOMPLETE = "name_incomplete"
    NAME_TYPO = "name_typo"
    SWAPPED = "dob_swapped"
    YEAR_ONLY = "dob_year_only"
    DOB_TYPO = "dob_typo"
    OLD_NUMBER = "id_old_cmnd"
    LOST_ZEROS = "id_lost_zeros"
    ID_TYPO = "id_typo"
    NO_NUMBER = "id_missing"
    OTHERS_NUMBER = "id_of_another"
    TWO = "name_and_dob"
    DOSE_TWICE = "dose_twice"
    ABSENT = "absent"


class Truth(NamedTuple):
    """The truth about a record: whom it belongs to, and the error in it.

    >>> from vaxpass.testing.synthetic import Size, make_world
    >>> record, truth = next(make_world(Size(records=6, people=10), seed=1).records())
    >>> truth.record_id == record.record_id, truth.person_id, truth.kind.value
    (True, 'P000000002', 'exact')
    """

    record_id: str
    person_id: str
    """Empty for somebody who is not in the register"""
    kind: Kind


def records(
    everybody: Iterable[tuple[Person, bool]], people: int, count: int, seed: int
) -> Iterator[tuple[Record, Truth]]:
    """`count` records of some of the people; each comes with whether the register has the person."""
    random = Random(f"records {seed}")
    vaccinated = count // _PER_PERSON + 1
    kinds, sums = _kinds()
    made = chosen = 0
    other: Person | None = None
    for place, (person, registered) in enumerate(everybody):
        if (place + 1) * vaccinated // people == place * vaccinated // people:
            continue
        doses = _DOSES[chosen % len(_DOSES)]
        chosen += 1
        province = PROVINCES[person.province]
        facility = _FACILITIES[int(random.random() ** 2 * len(_FACILITIES))]
        vaccine = _VACCINES[int(random.random() ** 2 * len(_VACCINES))]
        series = 3 if vaccine == "Abdala" else 2
        day = _FIRST_DAY + timedelta(days=int(random.random() * 200))
        for dose in range(1, doses + 1):
            kind = random.choices(kinds, cum_weights=sums)[0]
            written = _spoil(person, kind, random, other or person)
            if written is None:
                kind, written = Kind.EXACT, person
            for _ in range(2 if kind is Kind.DOSE_TWICE else 1):
                if made == count:
                    return
                made += 1
                taken = day + timedelta(days=int(random.random() * 3))
                yield (
                    Record(
                        f"R{made:09}",
                        province,
                        facility,
                        written.full_name,
                        written.date_of_birth,
                        "Nam" if person.sex == "M" else "Nữ",
                        written.id_number,
                        written.phone,
                        vaccine,
                        str(dose),
                        str(max(dose, series)),
                        taken.isoformat(),
                        f"B{int(random.random() * 900) + 100}",
                    ),
                    Truth(
                        f"R{made:09}",
                        person.person_id if registered else "",
                        kind if registered else Kind.ABSENT,
                    ),
                )
            day += timedelta(days=60)
        other = person


def _kinds() -> tuple[list[Kind], list[int]]:
    total, sums = 0, []
    for share in _SHARES.values():
        total += share
        sums.append(total)
    return list(_SHARES), sums


_SHARES: Final = {
    Kind.EXACT: 520,
    Kind.FORMAT: 160,
    Kind.OLD_PHONE: 20,
    Kind.SHARED_PHONE: 20,
    Kind.DIACRITICS: 40,
    Kind.TONE: 15,
    Kind.ORDER: 10,
    Kind.INCOMPLETE: 10,
    Kind.NAME_TYPO: 20,
    Kind.SWAPPED: 25,
    Kind.YEAR_ONLY: 25,
    Kind.DOB_TYPO: 15,
    Kind.OLD_NUMBER: 40,
    Kind.LOST_ZEROS: 15,
    Kind.ID_TYPO: 20,
    Kind.NO_NUMBER: 20,
    Kind.OTHERS_NUMBER: 5,
    Kind.TWO: 10,
    Kind.DOSE_TWICE: 5,
}
"""How many of about a thousand records have an error; absent people come beside them"""

_OLD_PREFIXES: Final = dict(
    pair.split("=")
    for pair in (
        "070=0120 079=0121 077=0122 076=0126 078=0128 083=0123 084=0124 085=0125 081=0127"
        " 082=0129 032=0162 033=0163 034=0164 035=0165 036=0166 037=0167 038=0168 039=0169"
        " 056=0186 058=0188"
    ).split()
)
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_MARKS: Final = dict.fromkeys(range(0x300, 0x370)) | {ord("đ"): "d", ord("Đ"): "D"}


def _spoil(person: Person, kind: Kind, random: Random, other: Person) -> Person | None:
    """The person as written down with an error; None where this person can't have it.

    `other` is the person with whom things are mixed up.
    """
    change = _CHANGES.get(kind)
    if change is None:
        return person
    changed = change(person, random, other)
    return changed if changed != person else None


def _other_format(person: Person, random: Random, _: Person) -> Person:
    name = person.full_name.upper() if random.random() < 0.5 else normalize("NFD", person.full_name)
    year, *rest = person.date_of_birth.split("-")
    number, phone = person.id_number, person.phone
    return person._replace(
        full_name=name,
        date_of_birth="/".join((*reversed(rest), year)),
        id_number=" ".join((number[:3], number[3:6], number[6:])) if random.random() < 0.2 else number,
        phone=f"+84{phone[1:]}" if phone and random.random() < 0.5 else phone,
    )


def _old_phone(person: Person, *_: object) -> Person | None:
    old = _OLD_PREFIXES.get(person.phone[:3])
    return person._replace(phone=old + person.phone[3:]) if old else None


def _shared_phone(person: Person, _: Random, other: Person) -> Person:
    return person._replace(phone=other.phone)


def _without_marks(person: Person, *_: object) -> Person:
    return person._replace(full_name=normalize("NFD", person.full_name).translate(_MARKS).upper())


def _without_tone(person: Person, random: Random, _: Person) -> Person:
    letters = normalize("NFD", person.full_name)
    places = [at for at, letter in enumerate(letters) if letter in _TONES]
    if not places:
        return person
    at = random.choice(places)
    return person._replace(full_name=normalize("NFC", letters[:at] + letters[at + 1 :]))


def _order(person: Person, *_: object) -> Person:
    family, _space, rest = person.full_name.partition(" ")
    return person._replace(full_name=f"{rest} {family}")


def _incomplete(person: Person, *_: object) -> Person:
    parts = person.full_name.split()
    return person._replace(full_name=f"{parts[0]} {parts[-1]}")


def _name_typo(person: Person, random: Random, _: Person) -> Person | None:
    name = _typo(person.full_name, random, "aeiounthgc")
    # A capital that became a small letter is no error: matching does not look at it.
    return None if name.lower() == person.full_name.lower() else person._replace(full_name=name)


def _number_typo(person: Person, random: Random, _: Person) -> Person:
    return person._replace(id_number=_typo(person.id_number, random, "0123456789"))


def _year_only(person: Person, *_: object) -> Person | None:
    birth = person.date_of_birth
    if birth[5:] in ("", "01-01"):
        return None
    return person._replace(date_of_birth=f"01/01/{birth[:4]}")


def _old_number(person: Person, *_: object) -> Person | None:
    return person._replace(id_number=person.old_id_number) if person.old_id_number else None


def _lost_zeros(person: Person, *_: object) -> Person:
    return person._replace(id_number=person.id_number.lstrip("0"))


def _no_number(person: Person, *_: object) -> Person:
    return person._replace(id_number="")


def _others_number(person: Person, _: Random, other: Person) -> Person:
    return person._replace(id_number=other.id_number)


def _name_and_dob(person: Person, random: Random, other: Person) -> Person | None:
    swapped = _swapped(person)
    return swapped and _without_marks(swapped, random, other)


def _typo(text: str, random: Random, letters: str) -> str:
    """The text with a character more, less or another one, or two that changed places."""
    at = 1 + int(random.random() * (len(text) - 2))
    letter = random.choice(letters)
    if not text[at].isalnum() or not text[at + 1].isalnum():
        return text[:at] + letter + text[at:]
    typos = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
    )
    # Most typos leave as many digits as there were.
    return typos[random.choices((0, 1, 2, 3), weights=(5, 3, 1, 1))[0]]


def _swapped(person: Person, *_: object) -> Person | None:
    year, *rest = person.date_of_birth.split("-")
    if len(rest) < 2 or rest[0] == rest[1] or int(rest[1]) > 12:
        return None
    return person._replace(date_of_birth=f"{rest[0]}/{rest[1]}/{year}")


def _dob_typo(person: Person, random: Random, _: Person) -> Person | None:
    year, *rest = person.date_of_birth.split("-")
    if len(rest) < 2:
        return None
    if random.random() < 0.5:
        tens = (int(year[2]) + 1) % 10
        return person._replace(date_of_birth="-".join((f"{year[:2]}{tens}{year[3]}", *rest)))
    day = int(rest[1])
    changed_day = day + 1 if day % 10 < 8 and day < 28 else day - 1
    if changed_day < 1 or changed_day // 10 != day // 10:
        return None
    return person._replace(date_of_birth=f"{year}-{rest[0]}-{changed_day:02}")


_CHANGES: Final[Mapping[Kind, Callable[[Person, Random, Person], Person | None]]] = {
    Kind.FORMAT: _other_format,
    Kind.OLD_PHONE: _old_phone,
    Kind.SHARED_PHONE: _shared_phone,
    Kind.DIACRITICS: _without_marks,
    Kind.TONE: _without_tone,
    Kind.ORDER: _order,
    Kind.INCOMPLETE: _incomplete,
    Kind.NAME_TYPO: _name_typo,
    Kind.SWAPPED: _swapped,
    Kind.YEAR_ONLY: _year_only,
    Kind.DOB_TYPO: _dob_typo,
    Kind.OLD_NUMBER: _old_number,
    Kind.LOST_ZEROS: _lost_zeros,
    Kind.ID_TYPO: _number_typo,
    Kind.NO_NUMBER: _no_number,
    Kind.OTHERS_NUMBER: _others_number,
    Kind.TWO: _name_and_dob,
}
