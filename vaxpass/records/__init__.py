"""From attested, matched vaccination records to signed passports.

- `record`: a record, its canonical form and digest
- `attestation`: what a facility signs about its records, and what is attested of one
- `facilities`: which keys facilities sign with
- `policy`: for which records passports may be issued at all
- `vaccines`, `plausible`: what a record says -> the values of a certificate
- `uvci`: the identifier of a certificate
- `terms`: what all certificates of a run have in common
- `passports`: record -> signed text; `quick` is its fast way

Pure functions of records, keys and times; `docs/issuing.md` has the forms and the codes.


TODO-MERGED: Vaccination records and the population register: which record may be issued, and why another may not.

    decide(declared, holders, others)   # one record and the persons it may mean -> Decision
    name_keys, birth_key, lookups ...   # the same equality as text, for tables

Pure functions; how persons are found among millions is the tool's
business. `docs/matching.md` explains.
"""

from __future__ import annotations

from vaxpass.errors import IssuingError
from vaxpass.records.attestation import (
    Attestation,
    Attestations,
    Check,
    DuplicateRecords,
    FacilityKeys,
    attest,
    check,
    read_attestation,
    read_facility_keys,
    write_facility_keys,
)
from vaxpass.records.codes import IssueCode, MatchCode, MatchField, MatchStatus
from vaxpass.records.content import BUILT_IN, Vaccine, Vaccines, course, read_vaccines
from vaxpass.records.issue import Conditions, Issued, Passports, Refused, Terms
from vaxpass.records.match import (
    Decision,
    NameKeys,
    birth_key,
    decide,
    digits_key,
    lookups,
    name_keys,
    numbers,
    phone_key,
)
from vaxpass.records.policy import Attested, IssuePolicy
from vaxpass.records.record import FIELDS, Record
from vaxpass.records.uvci import UvciMaker, checks

__all__ = [
    "BUILT_IN",
    "FIELDS",
    "Attestation",
    "Attestations",
    "Attested",
    "Check",
    "Conditions",
    "Decision",
    "DuplicateRecords",
    "FacilityKeys",
    "IssueCode",
    "IssuePolicy",
    "Issued",
    "IssuingError",
    "MatchCode",
    "MatchField",
    "MatchStatus",
    "NameKeys",
    "Passports",
    "Record",
    "Refused",
    "Terms",
    "UvciMaker",
    "Vaccine",
    "Vaccines",
    "attest",
    "birth_key",
    "check",
    "checks",
    "course",
    "decide",
    "digits_key",
    "lookups",
    "name_keys",
    "numbers",
    "phone_key",
    "read_attestation",
    "read_facility_keys",
    "read_vaccines",
    "write_facility_keys",
]
