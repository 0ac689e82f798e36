"""Decodes an HCERT (HCERT specification 1.0.8, section 3), and defines the family.

The steps, each a stage of the verdict: the prefix `HC1:`, which names the container and its version;
Base45; zlib; COSE; CWT; the payload.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.codes import GROUPS, Code, Kind, NoteCode, Outcome, Stage
from vaxpass.crypto import cose
from vaxpass.display import without_content
from vaxpass.documents.family import Claims, Family, Unverified
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.dcc import dates, schema
from vaxpass.documents.hcert.usage import check_usage
from vaxpass.documents.valueset_codes import DETECTED, NOT_DETECTED
from vaxpass.encoding import base45, deflate, percent
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import Limits, Policy

if TYPE_CHECKING:
    from datetime import datetime

    from vaxpass.documents.document import Document
    from vaxpass.documents.hcert.dcc.model import Certificate
    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.trust.model import TrustedKey, TrustList

PREFIX: Final = "HC1:"
"""What the text of every HCERT begins with (HCERT specification 1.0.8)."""

_ANY_VERSION: Final = re.compile(r"\s*HC[0-9A-Z]:")
_LINK: Final = re.compile(
    r"\s*https?://\S*?(?:HC1(?::|%(?:25)?3A)|/EU-DCC/#(?!HC1))([^\s&#]*)", re.IGNORECASE | re.ASCII
)
"""A link with a certificate in it, its colon as it is, or percent-encoded once or twice; Apple's has no
prefix"""
_WALLET: Final = re.compile(r"\s*https?://\S*?/app/wallet(?:dcc)?\b", re.IGNORECASE | re.ASCII)
"""A page of the French app, which may have another kind of code in it"""


def unprefix(text: str, notes: list[Note]) -> str:
    """The Base45 text behind `HC1:`.

    White space around the text is dropped, with a note: the Base45 of a certificate neither begins nor
    ends with a space. Spaces inside it are data and stay. Raises `StageError` with `prefix.missing` or
    `prefix.unsupported_version`.

    >>> unprefix("HC1:NCF", [])
    'NCF'
    """
    if not text.startswith(PREFIX) or text[-1].isspace() or text[4:5].isspace():
        stripped = text.strip()
        if not stripped.startswith(PREFIX):
            if _ANY_VERSION.match(stripped):
                raise StageError.of(Code.PREFIX_UNSUPPORTED_VERSION)
            raise StageError.of(Code.PREFIX_MISSING)
        notes.append(Note(NoteCode.PREFIX_SURROUNDING_SPACE))
        return stripped[len(PREFIX) :].strip()
    return text[len(PREFIX) :]


class HcertContent(NamedTuple):
    """The content of an HCERT, not verified."""

    payload: dict[str, Value]
    """The EU DCC as decoded, without CBOR tags. Do not change it."""
    claims: Claims

    def __repr__(self) -> str:
        return without_content(self)

    @property
    def kind(self) -> Kind | None:
        """What it attests; None where it attests nothing or several things."""
        return cwt.kind_of(self.payload)

    @property
    def certificate(self) -> Certificate:
        """The typed certificate, read leniently: a field of the wrong type is None."""
        from vaxpass.documents.hcert.dcc.model import Certificate  # noqa: PLC0415 - not needed for a verdict

        return Certificate.from_payload(self.payload)

    @property
    def document(self) -> Document:
        """What it says, in the shape that all families share."""
        from vaxpass.documents.hcert.dcc.document import document_of  # noqa: PLC0415 - as above

        return document_of(self.certificate, self.claims)


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedHcert(Unverified):
    """An HCERT with an EU DCC, decoded and not verified."""

    _payload: dict[str, Value]

    @property
    def kind(self) -> Kind | None:
        """Vaccination, test or recovery; None where it has none of them, or several."""
        return cwt.kind_of(self._payload)

    def without_verification(self) -> HcertContent:
        """The content, although it is not verified."""
        return HcertContent(self._payload, self.claims)

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """Every signer of the list with the kid of the message; the kid is only a hint."""
        kid = self.message.kid
        return () if kid is None else trust.find(kid)

    def countries(self, but: str | None = None) -> Sequence[tuple[str, str]]:
        """The country of each entry that does not name just `but`."""
        found = []
        for group in GROUPS:
            entries = self._payload.get(group)
            if not entries or not isinstance(entries, list):
                continue
            for number, entry in enumerate(entries):
                named = entry.get("co") if isinstance(entry, dict) else None
                if named != but and isinstance(named, str):
                    found.append((f"$.{group}[{number}].co", named))
        return found

    def check_usage(self, signer: TrustedKey, policy: Policy) -> Problem | None:
        """Ask the extended key usage of the certificate, and the trust list."""
        del policy
        kind = self.kind
        return None if kind is None else check_usage(kind, signer)

    def for_rules(self) -> dict[str, Value]:
        """The payload, for which business rules are written."""
        return self._payload

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Check the payload by the schema of the EU DCC, of the version that it states."""
        return schema.check_reading(self._payload, notes)

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Compare the codes of the payload with the value sets of the EU DCC."""
        value_sets.check(self._payload, notes)

    def check_dates(self, at: datetime) -> list[Note]:
        """Compare the dates of the EU DCC with each other, with `iat` and with `at`."""
        return dates.check_dates(self._payload, self.claims.iat or 0, at)

    def check_content(self) -> Problem | None:
        """The problem where a test found an infection, or its result is not known to be negative."""
        tests = self._payload.get("t")
        return _check_result(tests[0]) if isinstance(tests, list) and tests else None


def _check_result(test: Value) -> Problem | None:
    """The problem of a test's result. Only `not detected` needs no look."""
    result = test.get("tr") if isinstance(test, dict) else None
    code = result.strip() if isinstance(result, str) else ""
    if code == NOT_DETECTED:
        return None
    found = Code.CONTENT_DETECTED if code == DETECTED else Code.CONTENT_RESULT_UNKNOWN
    return Problem(found, "$.t[0].tr")


def recognises(text: str) -> bool:
    """Whether a text looks like an HCERT, of this version or another.

    >>> recognises("HC1:NCF"), recognises(" HC2:NCF"), recognises("https://example.org")
    (True, True, False)
    """
    return (
        text.startswith(PREFIX)
        or _ANY_VERSION.match(text) is not None
        or _LINK.match(text) is not None
        or _WALLET.match(text) is not None
    )


def read(text: str, limits: Limits) -> Unverified:
    """Decode an HCERT, from the text to the payload.

    Raises `StageError` with a code of the stages `prefix` to `payload`.
    """
    if not text.startswith(PREFIX):
        if link := _LINK.match(text):
            return _from_link(link[1], limits)
        if _WALLET.match(text):
            raise StageError.of(Code.PREFIX_WALLET_LINK)
    notes: list[Note] = []
    base45_text = unprefix(text, notes)
    if len(PREFIX) + len(base45_text) > limits.characters:
        raise StageError.of(Code.BASE45_TOO_LONG)
    compressed = base45.decode(base45_text)
    cose_bytes = deflate.inflate(compressed, limits.inflated)
    message = cose.parse(cose_bytes, limits, notes)
    opened = cwt.parse(message.payload, limits, notes)
    if opened.document != cwt.EU_DCC:
        return _read_other(message, opened, notes, limits)
    payload = cwt.open_hcert(opened.content, notes)
    return UnverifiedHcert(message, opened.claims, tuple(notes), HCERT, payload)


def _read_other(
    message: cose.Message, opened: cwt.Opened, notes: list[Note], limits: Limits
) -> Unverified:
    """A document of the WHO network. What it needs is imported when one comes.

    Raises `StageError` with a code of the stage `payload`.
    """
    if opened.document == cwt.HEALTH_LINK:
        from vaxpass.documents.hcert.link import open_link  # noqa: PLC0415

        return open_link(HEALTH_LINK, message, opened, notes, limits)
    if opened.document == cwt.ICVP:
        from vaxpass.documents.hcert.icvp.reading import open_icvp  # noqa: PLC0415

        return open_icvp(ICVP, message, opened, notes)
    if opened.document in (cwt.LEGACY_DDCC, cwt.DDCC_VACCINATION, cwt.DDCC_TEST):
        from vaxpass.documents.hcert.ddcc import open_ddcc  # noqa: PLC0415

        return open_ddcc(DDCC, message, opened, notes)
    from vaxpass.documents.hcert.medication import open_medication  # noqa: PLC0415

    return open_medication(MEDICATION, message, opened, notes)


def _from_link(inside: str, limits: Limits) -> Unverified:
    """The certificate in the link of a wallet, which is not opened; `inside` is what follows `HC1:`.

    Raises `StageError` with `prefix.wallet_link` where no whole certificate is in it.
    """
    once = percent.decode(inside)
    for base45_text in dict.fromkeys((inside, once, percent.decode(once))):
        try:
            found = read(PREFIX + base45_text, limits)
        except StageError as error:
            if error.problem.code.outcome not in (Outcome.UNREADABLE, Outcome.OTHER):
                raise
        else:
            return replace(found, notes=(Note(NoteCode.PREFIX_FROM_LINK), *found.notes))
    raise StageError.of(Code.PREFIX_WALLET_LINK)


HCERT: Final = Family(
    "hcert",
    recognises,
    read,
    (Stage.PREFIX, Stage.BASE45, Stage.DEFLATE, Stage.COSE, Stage.CWT, Stage.PAYLOAD),
)
"""The family of the EU Digital COVID Certificate."""

ICVP: Final = HCERT._replace(name="icvp", is_lenient=True)
"""The international certificate of vaccination or prophylaxis, in the same envelope."""
DDCC: Final = HCERT._replace(name="ddcc", is_lenient=True)
"""WHO's certificates of COVID-19, in the same envelope or with their fields among the claims."""
MEDICATION: Final = HCERT._replace(name="medication", is_lenient=True)
"""Statements about medicines, in the same envelope."""

HEALTH_LINK: Final = HCERT._replace(name="signed-health-link", is_lenient=True)
"""A health link that an issuer signed. One by itself is the family `health-link`."""
