"""The forms of DIVOC certificates that can be judged, and what must hold before one is computed with.

JSON-LD is a language of its own: a document may bring vocabularies, be nested without end, and be made
so that its canonical form takes hours. So nothing reaches `linked_data` but what `check` has seen:
members that a known form has, texts and numbers in them, and one event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from vaxpass.codes import Code
from vaxpass.encoding.strict_json import Json
from vaxpass.findings import StageError

CREDENTIALS: Final = "https://www.w3.org/2018/credentials/v1"
"""The vocabulary of the W3C that every certificate names first."""
_LONGEST: Final = 1024
_LARGEST: Final = 10**15
"""Numbers from 10^21 on would be written in another way; none of a certificate is so large"""
_TOP: Final = frozenset(
    ("@context", "type", "credentialSubject", "issuer", "issuanceDate", "evidence", "nonTransferable",
     "proof")
)  # fmt: skip
_PROOF: Final = frozenset(("type", "created", "verificationMethod", "proofPurpose", "jws"))
_ADDRESS: Final = frozenset(
    ("streetAddress", "streetAddress2", "district", "city", "addressRegion", "addressCountry",
     "postalCode")
)  # fmt: skip
_SUBJECT: Final = frozenset(("type", "id", "refId", "name", "gender", "age", "nationality", "address"))
_EVIDENCE: Final = frozenset(
    ("id", "feedbackUrl", "infoUrl", "certificateId", "type", "batch", "vaccine", "manufacturer",
     "date", "effectiveStart", "effectiveUntil", "dose", "totalDoses", "verifier", "facility")
)  # fmt: skip
MAY_BE_MISSING: Final = frozenset(("batch",))
"""Where a register has no batch; `readings` finds out whether one may have been taken away"""
_V2: Final = frozenset(("icd11Code", "prophylaxis"))
_NAME: Final = frozenset(("name",))
_FACILITY: Final = frozenset(("name", "address"))
# An absolute identifier, of a kind that no term of a vocabulary stands for.
_ABSOLUTE: Final = re.compile(r"(?:did|urn|https?):[^\s<>\"{}|\\^`\x00-\x20]+")
# What every reader takes for a relative one: without a colon there is no scheme.
_RELATIVE: Final = re.compile(r"[^\s:<>\"{}|\\^`\x00-\x20]*")
# Line ends are written alike by all; other control characters are not.
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Form(NamedTuple):
    """The members that an issuer writes: exactly these.

    >>> "dob" in form_of({"@context": [CREDENTIALS, "https://cowin.gov.in/credentials/vaccination/v1"]}).subject
    False
    """

    subject: frozenset[str] = _SUBJECT
    subject_address: frozenset[str] = _ADDRESS
    evidence: frozenset[str] = _EVIDENCE
    facility_address: frozenset[str] = _ADDRESS
    optional: frozenset[str] = frozenset({"uhid"})
    """Of the person"""
    plain_dates: bool = False
    """Whether the date of vaccination has no time of day"""


_FIRST: Final = Form()
_SECOND: Final = Form(_SUBJECT | {"dob"}, evidence=_EVIDENCE | _V2)
_INDONESIA: Final = Form(_SUBJECT | {"dob"}, evidence=(_EVIDENCE | _V2) - {"id", "infoUrl"})
_JAMAICA: Final = Form(
    frozenset(("type", "id", "refId", "name", "gender", "dob")),
    evidence=(_EVIDENCE | _V2) - {"feedbackUrl", "infoUrl"},
    facility_address=frozenset(("addressCountry",)),
    plain_dates=True,
)
_FORMS: Final[dict[str, Form]] = {
    "https://cowin.gov.in/credentials/vaccination/v1": _FIRST,
    "https://cowin.gov.in/credentials/vaccination/v2": _SECOND,
    "https://divoc.lgcc.gov.lk/credentials/vaccination/v1": _FIRST,
    "https://divoc.lgcc.gov.lk/credentials/vaccination/v2": _SECOND,
    "https://divoc.prod/vaccine/credentials/vaccination/v1": _FIRST,
    "https://divoc.prod/vaccine/credentials/vaccination/v2": _SECOND,
    "https://www.pedulilindungi.id/credentials/vaccination/v2": _INDONESIA,
}
"""Address of the second vocabulary -> form. The second version of each adds `dob` and ICD-11."""
_ISSUERS: Final[dict[str, Form]] = {"https://www.moh.gov.jm": _JAMAICA}
"""Issuers that write another form than others with the same vocabulary"""


def form_of(document: Mapping[str, Json]) -> Form:
    """The form that a document must have, by its vocabularies and its issuer; these are never fetched.

    Raises `StageError` with `payload.vocabulary_unknown`.
    """
    named = document.get("@context")
    if (
        not isinstance(named, list)
        or len(named) != 2
        or named[0] != CREDENTIALS
        or not isinstance(named[1], str)
        or named[1] not in _FORMS
    ):
        raise StageError.of(Code.PAYLOAD_VOCABULARY_UNKNOWN, "$.@context")
    issuer = document.get("issuer")
    own = _ISSUERS.get(issuer) if isinstance(issuer, str) else None
    return own if own and named[1].endswith("/v2") else _FORMS[named[1]]


def is_absolute(identifier: Json) -> bool:
    """Whether an identifier is absolute: only then JSON-LD says anything of what it names.

    >>> is_absolute("did:india:1"), is_absolute("962433308V"), is_absolute("")
    (True, False, False)
    """
    return isinstance(identifier, str) and _ABSOLUTE.fullmatch(identifier) is not None


def check(document: Mapping[str, Json]) -> Form:
    """The form of a document, which has no member that this form has not, and only texts and numbers.

    Whether all members are there and what they say is judged after the signature. Raises `StageError`
    with `payload.vocabulary_unknown` or `payload.form_unknown`.
    """
    form = form_of(document)
    _only(document, _TOP, "$")
    _exactly(document, "type", ["VerifiableCredential", "ProofOfVaccinationCredential"], "$")
    _identifier(document.get("issuer"), "$.issuer")
    _scalars(document, ("issuanceDate", "nonTransferable"), "$")
    _check_proof(_object(document, "proof", "$"))
    subject = _object(document, "credentialSubject", "$")
    place = "$.credentialSubject"
    _only(subject, form.subject | form.optional, place)
    _exactly(subject, "type", "Person", place)
    if not is_absolute(who := subject.get("id")):
        _must(isinstance(who, str) and _RELATIVE.fullmatch(who), f"{place}.id")
    _scalars(subject, (form.subject | form.optional) - {"type", "id", "address"}, place)
    if "address" in subject:
        _flat(subject, "address", form.subject_address, place)
    events = document.get("evidence")
    _must(isinstance(events, list) and len(events) == 1, "$.evidence")
    assert isinstance(events, list)  # noqa: S101 - as above
    _check_event(events[0], form)
    return form


def _check_event(event: Json, form: Form) -> None:
    place = "$.evidence[0]"
    _must(isinstance(event, dict), place)
    assert isinstance(event, dict)  # noqa: S101 - as above
    _only(event, form.evidence, place)
    _exactly(event, "type", ["Vaccination"], place)
    if "id" in event:
        _identifier(event["id"], f"{place}.id")
    _scalars(event, form.evidence - {"type", "id", "verifier", "facility"}, place)
    if "verifier" in event:
        _flat(event, "verifier", _NAME, place)
    if "facility" in event:
        facility = _object(event, "facility", place)
        _only(facility, _FACILITY, f"{place}.facility")
        _scalars(facility, _NAME, f"{place}.facility")
        if "address" in facility:
            _flat(facility, "address", form.facility_address, f"{place}.facility")


def _check_proof(proof: dict[str, Json]) -> None:
    _only(proof, _PROOF, "$.proof")
    _scalars(proof, ("created", "jws"), "$.proof")
    _must(proof.get("type") in ("RsaSignature2018", "Ed25519Signature2018"), "$.proof.type")
    _exactly(proof, "proofPurpose", "assertionMethod", "$.proof")
    _identifier(proof.get("verificationMethod"), "$.proof.verificationMethod")
    _must(isinstance(proof.get("jws"), str), "$.proof.jws")


def missing(document: Mapping[str, Json], form: Form) -> str | None:
    """The place of a member that the form has and the document has not; None where all are there.

    The document has passed `check`.
    """
    subject, event = document["credentialSubject"], document["evidence"]
    assert isinstance(subject, dict) and isinstance(event, list)  # noqa: S101, PT018 - by `check`
    wanted = [
        ("$", document, _TOP),
        ("$.proof", document["proof"], _PROOF),
        ("$.credentialSubject", subject, form.subject),
        ("$.evidence[0]", event[0], form.evidence - MAY_BE_MISSING),
    ]
    if "address" in form.subject:
        wanted.append(("$.credentialSubject.address", subject.get("address"), form.subject_address))
    given = event[0] if isinstance(event[0], dict) else {}
    facility = given.get("facility")
    held = facility if isinstance(facility, dict) else {}
    wanted += [
        ("$.evidence[0].verifier", given.get("verifier"), _NAME),
        ("$.evidence[0].facility", facility, _FACILITY),
        ("$.evidence[0].facility.address", held.get("address"), form.facility_address),
    ]
    for place, part, names in wanted:
        for name in sorted(names):
            if not isinstance(part, Mapping) or name not in part:
                return f"{place}.{name}"
    return None


def _must(holds: object, place: str) -> None:
    if not holds:
        raise StageError.of(Code.PAYLOAD_FORM_UNKNOWN, place)


def _only(value: Mapping[str, Json], names: frozenset[str], place: str) -> None:
    """No member has another name. A name that is not known is not shown: anything may be in it."""
    _must(names.issuperset(value), place)


def _exactly(value: Mapping[str, Json], name: str, wanted: Json, place: str) -> None:
    _must(value.get(name) == wanted, f"{place}.{name}")


def _object(value: Mapping[str, Json], name: str, place: str) -> dict[str, Json]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise StageError.of(Code.PAYLOAD_FORM_UNKNOWN, f"{place}.{name}")
    return found


def _flat(value: Mapping[str, Json], name: str, names: frozenset[str], place: str) -> None:
    found = _object(value, name, place)
    _only(found, names, f"{place}.{name}")
    _scalars(found, names, f"{place}.{name}")


def _identifier(value: Json, place: str) -> None:
    _must(is_absolute(value) and isinstance(value, str) and _is_plain(value), place)


def _scalars(value: Mapping[str, Json], names: frozenset[str] | tuple[str, ...], place: str) -> None:
    for name in names:
        if name in value:
            _must(_is_plain(value[name]), f"{place}.{name}")


def _is_plain(value: Json) -> bool:
    """Whether a value is a text or a whole number that all readers write in the same way."""
    if isinstance(value, str):
        return len(value) <= _LONGEST and _CONTROLS.search(value) is None
    return type(value) is int and abs(value) < _LARGEST
