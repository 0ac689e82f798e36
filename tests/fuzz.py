"""Changes documents of every family at random: python -m tests.fuzz [SECONDS] [SEED].

What must hold is in `tests.support.hostile`: a verdict, never an error, and no change of what is signed
is accepted. Public vectors are changed, too, where they are (`VAXPASS_SHARED`). It says how many texts
there were with each outcome; where something does not hold, it ends with the error, the seed and the
number of the text, with which it can be repeated. The text itself may be personal and is not shown.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from tests.support.hostile import (
    CLOCK,
    FOR_TESTS,
    changed_inside,
    minted,
    must_hold,
    mutated,
    published_trust,
    vectors,
)
from tests.support.paths import find_shared
from vaxpass import Verdict, Verifier

_Verify = Callable[[str], Verdict]


def cases() -> list[tuple[str, str, _Verify]]:
    """Names, good texts, and what verifies them."""
    found: list[tuple[str, str, _Verify]] = [
        (made.family, made.text, made.verify) for made in minted().values()
    ]
    shared = find_shared()
    if shared is not None:
        verify = partial(Verifier(published_trust(shared), FOR_TESTS).verify, at=CLOCK)
        found += [(path.name, text, verify) for path, text in vectors(shared)]
    return found


def main() -> None:
    """Run until the time is over."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    good = [(name, text, verify, verify(text)) for name, text, verify in cases()]
    chance, outcomes, number = random.Random(seed), Counter[str](), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name, text, verify, verdict = chance.choice(good)
        changed = chance.choice((mutated, changed_inside))(text, chance)
        number += 1
        try:
            found = verify(changed)
            must_hold(verdict, found)
        except BaseException:
            sys.stderr.write(f"seed {seed}, text {number}, of {name}\n")
            raise
        outcomes[found.outcome.value] += 1
    counts = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common())
    sys.stdout.write(f"seed {seed}: {len(good)} documents, {number} changed texts: {counts}\n")


if __name__ == "__main__":
    main()
