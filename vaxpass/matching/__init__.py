"""Vaccination records and the population register: which record may be issued, and why another may not.

    decide(declared, holders, others)   # one record and the persons it may mean -> Decision
    name_keys, birth_key, lookups ...   # the same equality as text, for tables

Pure functions; how persons are found among millions is the tool's
business. `docs/matching.md` explains.
"""

from vaxpass.matching.codes import MatchCode, MatchField, MatchStatus
from vaxpass.matching.deciding import Decision, decide
from vaxpass.matching.keys import (
    NameKeys,
    birth_key,
    digits_key,
    lookups,
    name_keys,
    numbers,
    phone_key,
)

__all__ = [
    "Decision",
    "MatchCode",
    "MatchField",
    "MatchStatus",
    "NameKeys",
    "birth_key",
    "decide",
    "digits_key",
    "lookups",
    "name_keys",
    "numbers",
    "phone_key",
]
