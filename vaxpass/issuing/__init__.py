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
"""

from vaxpass.errors import IssuingError
from vaxpass.issuing.attestation import (
    Attestation,
    Attestations,
    DoubledRecords,
    attest,
    read_attestation,
)
from vaxpass.issuing.checking import Check, check
from vaxpass.issuing.codes import IssueCode
from vaxpass.issuing.facilities import FacilityKeys, read_facility_keys, write_facility_keys
from vaxpass.issuing.passports import Issued, Passports, Refused
from vaxpass.issuing.plausible import course
from vaxpass.issuing.policy import Attested, IssuePolicy
from vaxpass.issuing.record import FIELDS, Record
from vaxpass.issuing.terms import Conditions, Terms
from vaxpass.issuing.uvci import UvciMaker, checks
from vaxpass.issuing.vaccines import BUILT_IN, Vaccine, Vaccines, read_vaccines

__all__ = [
    "BUILT_IN",
    "FIELDS",
    "Attestation",
    "Attestations",
    "Attested",
    "Check",
    "Conditions",
    "DoubledRecords",
    "FacilityKeys",
    "IssueCode",
    "IssuePolicy",
    "Issued",
    "IssuingError",
    "Passports",
    "Record",
    "Refused",
    "Terms",
    "UvciMaker",
    "Vaccine",
    "Vaccines",
    "attest",
    "check",
    "checks",
    "course",
    "read_attestation",
    "read_facility_keys",
    "read_vaccines",
    "write_facility_keys",
]
