"""Make people as a population register has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from vaxpass.identity import PROVINCES
from vaxpass.testing.synthetic.names import FAMILY, GIVEN, MIDDLE

_BLOCK: Final = 10_000
_PREFIXES: Final = (
    "032 033 034 035 036 037 038 039 056 058 070 076 077 078 079 081 082 083 084 085 086 088 089 090"
    " 091 093 094 096 097 098 099"
).split()
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Consecutive people get distant numbers, and all numbers are different: the factors have no divisor in
# common with powers of ten.
_STEP: Final = 618_033
_OLD_STEP: Final = 618_033_989
_OLD_NUMBERS: Final = 1_000_000_000
_SERIALS: Final = 1_000_000


class Person(NamedTuple):
    """A row of the register: texts, empty where it has nothing.

    >>> next(people(1, seed=1)).person_id
    'P000000000'
    """

    person_id: str
    id_number: str
    old_id_number: str
    full_name: str
    date_of_birth: str
    sex: str
    phone: str
    province: str


def people(count: int, seed: int, provinces: int = 63) -> Iterator[Person]:
    """`count` people from the first `provinces` of the provinces, each with a different number."""
    random = Random(f"people {seed}")
    codes = list(PROVINCES)[:provinces]
    serials: dict[str, int] = {}
    phone = ""
    for start in range(0, count, _BLOCK):
        size = min(_BLOCK, count - start)
        names = _names(random, size)
        for at in range(size):
            number = start + at
            sex, name = names[at]
            birth = _birth(random)
            code = codes[int(random.random() * len(codes))]
            head = f"{code}{_century(birth, sex)}{birth[2:4]}"
            serial = serials.get(head, number % 1000)
            serials[head] = serial + 1
            if random.random() > 0.1:  # else one phone for several of a family
                phone = _phone(random)
            old = (number * _OLD_STEP + 271_828_182) % _OLD_NUMBERS
            yield Person(
                f"P{number:09}",
                f"{head}{serial * _STEP % _SERIALS:06}",
                f"{old:09}" if birth < "2004" and random.random() < 0.75 else "",
                name,
                birth,
                sex,
                phone if random.random() < 0.85 else "",
                code,
            )


def _names(random: Random, count: int) -> Sequence[tuple[str, str]]:
    sexes = random.choices("MF", k=count)
    families = FAMILY.draw(random, count)
    drawn = {sex: (MIDDLE[sex].draw(random, count), GIVEN[sex].draw(random, count)) for sex in "MF"}
    return [
        (sex, f"{families[at]} {drawn[sex][0][at]} {drawn[sex][1][at]}") for at, sex in enumerate(sexes)
    ]


def _birth(random: Random) -> str:
    year = int(random.triangular(1930, 2018, 1990))
    chance = random.random()
    if chance < 0.01 and year < 1970:
        return str(year)  # older people may know no more
    if chance < 0.04:
        return f"{year}-01-01"
    month = int(random.random() * 12)
    return f"{year}-{month + 1:02}-{int(random.random() * _DAYS[month]) + 1:02}"


def _century(birth: str, sex: str) -> int:
    return (2 if birth >= "2000" else 0) + (sex == "F")


def _phone(random: Random) -> str:
    return f"{random.choice(_PREFIXES)}{int(random.random() * 10_000_000):07}"
