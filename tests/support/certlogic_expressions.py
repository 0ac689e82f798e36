"""Random CertLogic: expressions that mostly fit, some that don't, and contexts for them."""

from __future__ import annotations

from random import Random
from typing import Final

from hypothesis import strategies as st

from vaxpass.certlogic import Json

_TEXTS: Final = ["", "a", "b", "0", "URN:UVCI:01:NL:187/3#9", "a:b/c#d", "accumulator", "x"]
_DATES: Final = [
    *("2021", "2020-02", "2021-00", "2021-13", "0000", "9999-12-31", "2021-02-29", "2021-02-30"),
    *("2020-02-29", "2021-01-31", "2021-01-32", "2021-06-01T10:20:30", "2021-06-01T24:00:00Z"),
    *("2021-06-01T24:00:01Z", "2021-06-01T10:20:30.98765+1:30", "2021-06-01T00:00:00-0130"),
    *("2021-06-01T10:20:30+24:00", "2021-06-01t10:20:30", "1999-12-31T23:59:59.999Z", "2021-6-1"),
]
_NUMBERS: Final = [0, 1, 2, -1, 17, 1.0, 365, 2**31]
_AMOUNTS: Final = [0, 1, -1, 2, 11, 12, 13, -14, 365, -1000, 1.0, 2**40, 10**14, -(2**52)]
_UNITS: Final = ["day", "hour", "month", "year"]
_PATHS: Final = [
    *("n", "m", "f", "t", "u", "d", "e", "l", "l.0", "l.1", "l.9", "o", "o.n", "o.l.1", "o.no.no"),
    *(
        "w",
        "yes",
        "no",
        "none",
        "half",
        "l.-1",
        "l.01",
        "d.x",
        "n.x",
        "dates",
        "dates.0",
        "7",
        "+7",
        "",
    ),
]
_WITHIN: Final = [
    *(
        "accumulator",
        "current",
        "accumulator",
        "current",
        "current.n",
        "accumulator.0",
        "current.0",
        "",
    ),
    *("n", "accumulator.accumulator", "current.l.1", "0", "data", "current.current"),
]
_COMPARISONS: Final = ["<", ">", "<=", ">="]
_DATE_COMPARISONS: Final = ["before", "after", "not-before", "not-after"]
_STRANGE: Final[list[Json]] = [
    None,
    0.5,
    {},
    {"a": 1, "b": 2},
    {"or": [1, 2]},
    {"==": [1, 1]},
    {"var": 1},
    {"var": ["n"]},
    {"+": []},
    {"and": {}},
    {"!": True},
    {"if": [1, 2]},
    {"reduce": [[1]]},
    {"plusTime": ["2021", 1]},
]


def context(random: Random) -> dict[str, Json]:
    """A context in which most paths lead to something that fits."""
    made: dict[str, Json] = {
        "n": random.choice(_NUMBERS),
        "m": random.choice(_NUMBERS),
        "t": random.choice(_TEXTS),
        "u": random.choice(_TEXTS),
        "d": random.choice(_DATES),
        "e": random.choice(_DATES),
        "w": {"d": random.choice(_DATES)},
        "l": [random.choice(_NUMBERS), random.choice(_TEXTS), *random.choice(([], [True, None]))],
        "dates": [random.choice(_DATES) for _ in range(random.randrange(4))],
        "o": {"n": random.choice(_NUMBERS), "l": [[1], {"n": 1}]},
        "yes": True,
        "no": False,
        "none": None,
        "half": 0.5,
        "7": "seven",
    }
    if random.random() < 0.3:
        made[random.choice(list(made))] = random.choice([None, 0, "", [], {}, True, 0.5, "2021"])
    return made


class Maker:
    """Makes expressions; `strange` is how often a part does not fit or is none at all."""

    def __init__(self, random: Random, strange: float) -> None:
        self._random = random
        self._strange = strange
        self._lambdas = 0

    def expression(self, depth: int) -> Json:
        """Any expression."""
        ways = (self.truth, self.number, self.date, self.array, self.text)
        return self._random.choice(ways)(depth)

    def _part(self, kind: str, depth: int) -> Json:
        """A part that gives a kind of value, or, now and then, something else."""
        if self._random.random() < self._strange:
            if self._random.random() < 0.4:
                return self._random.choice(_STRANGE)
            return self.expression(depth)
        made: Json = getattr(self, kind)(depth)
        return made

    def _variable(self) -> Json:
        return {"var": self._random.choice(_WITHIN if self._lambdas else _PATHS)}

    def _mixed(self, kind: str, depth: int) -> Json:
        """What gives any kind of value: a variable, a branch, a fold."""
        way = self._random.randrange(8) if depth > 0 else 0
        if way < 3:
            return self._variable()
        if way < 5:
            return {
                "if": [self.truth(depth - 1), self._part(kind, depth - 1), self._part(kind, depth - 1)]
            }
        if way == 5:
            return {"and": [self._part(kind, depth - 1) for _ in range(self._random.randrange(2, 4))]}
        return self._fold(kind, depth)

    def _fold(self, kind: str, depth: int) -> Json:
        items, start = self._part("array", depth - 1), self._part(kind, depth - 1)
        self._lambdas += 1
        combine = self._part(kind, depth - 1)
        self._lambdas -= 1
        return {"reduce": [items, combine, start]}

    def truth(self, depth: int) -> Json:
        """True or false, mostly."""
        random = self._random
        way = random.randrange(9) if depth > 0 else random.randrange(2)
        if way == 0:
            return random.choice([True, False])
        if way == 1:
            return self._mixed("truth", depth)
        if way == 2:
            return {"!": [self._part("expression", depth - 1)]}
        if way == 3:
            return {"and": [self._part("truth", depth - 1) for _ in range(random.randrange(2, 5))]}
        if way == 4:
            return {"in": [self._part("expression", depth - 1), self._part("array", depth - 1)]}
        if way == 5:
            sides = [self._part("expression", depth - 1), self._part("expression", depth - 1)]
            return {"===": sides}
        kind, names = ("number", _COMPARISONS) if way == 6 else ("date", _DATE_COMPARISONS)
        count = random.choice((2, 2, 3))
        return {random.choice(names): [self._part(kind, depth - 1) for _ in range(count)]}

    def number(self, depth: int) -> Json:
        """A whole number, mostly."""
        way = self._random.randrange(4) if depth > 0 else 0
        if way == 0:
            path: Json = {
                "var": self._random.choice(["current", "accumulator"] if self._lambdas else ["n", "m"])
            }
            return self._random.choice([self._random.choice(_NUMBERS), path])
        if way == 1:
            return self._mixed("number", depth)
        return {"+": [self._part("number", depth - 1), self._part("number", depth - 1)]}

    def date(self, depth: int) -> Json:
        """A date-time, mostly."""
        random = self._random
        way = random.randrange(5)
        if way == 0 and depth > 0:
            return self._mixed("date", depth)
        date = self.text(0) if random.random() < 0.5 else random.choice(_DATES)
        if not self._lambdas and random.random() < 0.5:
            date = {"var": random.choice(["d", "e", "w.d", "dates.0"])}
        if way == 1:
            return {"dccDateOfBirth": [date]}
        return {"plusTime": [date, random.choice(_AMOUNTS), random.choice(_UNITS)]}

    def array(self, depth: int) -> Json:
        """An array, mostly."""
        random = self._random
        way = random.randrange(5)
        if way == 0:
            return {
                "var": random.choice(["current", "accumulator"] if self._lambdas else ["l", "dates"])
            }
        if way == 1 and depth > 0:
            return self._mixed("array", depth)
        if way == 2:
            return [*random.sample(_TEXTS, 3)]
        if way == 3:
            return [*random.sample(_NUMBERS, 2), *random.sample(_DATES, 2)]
        return [self._part("expression", depth - 1) for _ in range(random.randrange(4))]

    def text(self, depth: int) -> Json:
        """A text, mostly."""
        random = self._random
        way = random.randrange(4)
        if way == 0 and depth > 0:
            return self._mixed("text", depth)
        if way == 1 and depth > 0:
            index = random.choice([0, 1, 2, 3, -1, 9, 1.0])
            return {"extractFromUVCI": [self._part("text", depth - 1), index]}
        if way == 2:
            return self._variable()
        return random.choice([*_TEXTS, *_DATES])


_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["var", "current", "accumulator", "2021-01-31", "day", ""])
)


_operators = st.sampled_from(
    "var if and ! === in + < > <= >= before after not-before not-after plusTime reduce "
    "extractFromUVCI dccDateOfBirth or".split()
)


anything: st.SearchStrategy[Json] = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            _operators | st.text(max_size=3), inner | st.lists(inner, max_size=4), max_size=2
        )
        | st.tuples(_operators, st.lists(inner, min_size=1, max_size=3)).map(lambda pair: dict([pair]))
    ),
    max_leaves=25,
)
