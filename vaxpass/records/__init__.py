"""Vaccination records: matched with the register, attested by facilities, issued as passports.

- `record`: a record, its canonical form and digest
- `codes`: the statuses of matching, and the reasons of matching and issuing
- `match`: compares one record with the candidates of the register
- `attestation`: what a facility signs about its records
- `mechanical`: differences from the register that nobody made by mistake
- `confirmation`: what the office that keeps the register signs about records that do not match
- `policy`: for which records passports may be issued
- `vaccines`: the products that passports are issued for, and what names of vaccines mean
- `content`: reads the texts of a record as the values of a certificate
- `proposal`: corrects a record as its facility proposes
- `yellow_card`: reads a record of yellow fever or polio as a yellow card of WHO
- `corrections`: what is wrong with a record's content, and in which column
- `uvci`: makes the identifier of a certificate
- `issue`: signs the passport of a record

All functions are pure: records, keys and times are arguments. The tool reads, matches and signs
millions of records with them; `docs/matching.md` and `docs/issuing.md` explain how.
"""

from __future__ import annotations

from vaxpass.documents.hcert.dcc.uvci import checksum_holds
from vaxpass.errors import IssuingError
from vaxpass.records.attestation import (
    AlteredRecord,
    Attestation,
    AttestationCheck,
    Attestations,
    DuplicateRecord,
    DuplicateRecords,
    FacilityKeys,
    attest,
    check_attestations,
    read_attestation,
    read_facility_keys,
    write_facility_keys,
)
from vaxpass.records.codes import IssueCode, MatchCode, MatchField, MatchStatus
from vaxpass.records.confirmation import (
    MAX_CONFIRMATION_BYTES,
    Confirmation,
    Confirmations,
    ConfirmedRecord,
    Unconfirmed,
    confirm,
    read_confirmation,
)
from vaxpass.records.content import (
    StatedDose,
    check_course,
)
from vaxpass.records.corrections import check_content, column_of, says_more
from vaxpass.records.issue import Conditions, Issued, Passports, Refused, Terms
from vaxpass.records.match import (
    DOSE_TWICE,
    MATCHED,
    NUMBER_TWICE,
    Decision,
    NameKeys,
    birth_key,
    decide,
    digits_key,
    name_keys,
    phone_key,
    possible_numbers,
    registered_numbers,
)
from vaxpass.records.mechanical import MECHANICAL_CAUSES, mechanical_causes
from vaxpass.records.policy import Attested, IssuePolicy
from vaxpass.records.proposal import Change, Corrected, Proposal, ProposalCode, correct_record
from vaxpass.records.record import FIELDS, Record, canonical_text, read_count
from vaxpass.records.uvci import MIN_KEY_BYTES, UvciMaker
from vaxpass.records.vaccines import BUILT_IN, Vaccine, Vaccines, read_vaccines
from vaxpass.records.yellow_card import find_products, yellow_card_key

__all__ = [
    "BUILT_IN",
    "DOSE_TWICE",
    "FIELDS",
    "MATCHED",
    "MAX_CONFIRMATION_BYTES",
    "MECHANICAL_CAUSES",
    "MIN_KEY_BYTES",
    "NUMBER_TWICE",
    "AlteredRecord",
    "Attestation",
    "AttestationCheck",
    "Attestations",
    "Attested",
    "Change",
    "Conditions",
    "Confirmation",
    "Confirmations",
    "ConfirmedRecord",
    "Corrected",
    "Decision",
    "DuplicateRecord",
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
    "Proposal",
    "ProposalCode",
    "Record",
    "Refused",
    "StatedDose",
    "Terms",
    "Unconfirmed",
    "UvciMaker",
    "Vaccine",
    "Vaccines",
    "attest",
    "birth_key",
    "canonical_text",
    "check_attestations",
    "check_content",
    "check_course",
    "checksum_holds",
    "column_of",
    "confirm",
    "correct_record",
    "decide",
    "digits_key",
    "find_products",
    "mechanical_causes",
    "name_keys",
    "phone_key",
    "possible_numbers",
    "read_attestation",
    "read_confirmation",
    "read_count",
    "read_facility_keys",
    "read_vaccines",
    "registered_numbers",
    "says_more",
    "write_facility_keys",
    "yellow_card_key",
]
