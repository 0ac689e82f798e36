"""Make vaccination records of people, with known errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from vaxpass.identity import PROVINCES
from vaxpass.testing.synthetic.errors import SHARES, Kind, spoil
from vaxpass.testing.synthetic.people import Person

_FIRST_DAY: Final = date(2021, 6, 1)
_DOSES: Final = (2, 1, 3, 2)
"""Numbers of doses, used for one person after the other; two on average"""
_PER_PERSON: Final = 2
_FACILITIES: Final = (
    "Bệnh viện Đa khoa tỉnh",
    "Trung tâm Kiểm soát bệnh tật",
    *(f"Trung tâm Y tế huyện {name}" for name in ("Châu Thành", "Phú Tân", "Vĩnh Thuận", "An Biên")),
    *(f"Trạm Y tế phường {number}" for number in range(1, 7)),
    *(f"Trạm Y tế xã {name}" for name in ("Bình An", "Hòa Lợi", "Tân Phú", "Long Thạnh", "Mỹ Đức")),
)
_VACCINES: Final = ("AstraZeneca", "Pfizer", "Moderna", "Vero Cell", "Abdala")


class Record(NamedTuple):
    """A row of a facility's table: the fields of `vaxpass.records.Record`.

    >>> from vaxpass.records import FIELDS
    >>> Record._fields == FIELDS
    True
    """

    record_id: str
    province: str
    facility: str
    full_name: str
    date_of_birth: str
    sex: str
    id_number: str
    phone: str
    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str
    batch: str


class Truth(NamedTuple):
    """Which person a record is about, and which error it has.

    >>> Truth("R1", "P1", Kind.EXACT).person_id
    'P1'
    """

    record_id: str
    person_id: str
    """Empty for a person who is not in the register"""
    kind: Kind


def records(
    everybody: Iterable[tuple[Person, bool]], people: int, count: int, seed: int
) -> Iterator[tuple[Record, Truth]]:
    """`count` records of some of the people, each with its truth.

    `everybody` are `people` persons, each with whether the register has the person.
    """
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
        day = _FIRST_DAY + timedelta(days=int(random.random() * 200))
        for dose in range(1, doses + 1):
            kind = random.choices(kinds, cum_weights=sums)[0]
            written = spoil(person, kind, random, other or person)
            if written is None:
                kind, written = Kind.EXACT, person
            for _ in range(2 if kind is Kind.DUPLICATE else 1):
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
                        "2",
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
    for share in SHARES.values():
        total += share
        sums.append(total)
    return list(SHARES), sums
