"""What reading tolerates, and where it disagrees with the schema of a payload's own version."""

from __future__ import annotations

from typing import Final

from tests.support.dcc_payloads import Payload
from tests.support.dcc_schema import VERSIONS, errors, faults, own_version
from tests.support.dcc_sharpened import READ
from vaxpass import Code, Note, NoteCode
from vaxpass.documents.hcert.dcc import schema

# What is read although the schema of its version refuses it, by the remark that tells it, and why: a
# quirk of real certificates, or the one liberty that this library takes when it writes.
TOLERATED: Final = {
    NoteCode.SCHEMA_NULL: "v, t, r or any absent value is null (BG)",
    NoteCode.SCHEMA_EMPTY: "co is empty (NL); a group is there with nothing in it, as with null (BG)",
    NoteCode.SCHEMA_TOO_LONG: "tc is longer than the schema allows (HU); so may other texts be",
    NoteCode.SCHEMA_DATE_TIME: "date-times stand where dates belong (PL BG SG)",
    NoteCode.SCHEMA_DATE_PARTIAL: "dob is YYYY, YYYY-MM, YYYY-00 or empty in any version (NL BE)",
    NoteCode.SCHEMA_TIME_FORM: "formats of times are tolerated and reported",
    NoteCode.SCHEMA_NAME_LETTERS: "fnt and gnt hold lowercase or signs (PL NO)",
    NoteCode.SCHEMA_NAME_MISSING: "fnt alone is missing: 1.3.2 allows it, we write it in any version",
    NoteCode.SCHEMA_DOSE_ZERO: "dn or sd is 0 (NL)",
}


def read(payload: Payload) -> tuple[list[Code], list[Note]]:
    notes: list[Note] = []
    return [problem.code for problem in schema.check_reading(payload, notes)], notes


def unexplained(payload: Payload, notes: list[Note]) -> list[tuple[str, str]]:
    """The faults that jsonschema finds and no remark on the same place, or one inside it, tells."""
    tolerated = [warned.path for warned in notes if warned.code in TOLERATED]
    found = faults(VERSIONS[own_version(payload)], payload)
    return [f for f in found if not any((t + ".").startswith(f[0] + ".") for t in tolerated)]


def disagreement(payload: Payload) -> str | None:
    """In what reading and the schema of the payload's own version disagree beyond the named points."""
    problems, notes = read(payload)
    if not errors(VERSIONS[own_version(payload)], payload):
        if (problems == []) != (errors(READ[own_version(payload)], payload) == []):
            return f"the schema allows it, reading says {problems}"
    elif not problems and unexplained(payload, notes):
        return f"read without a remark: {unexplained(payload, notes)}"
    return None
