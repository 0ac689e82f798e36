"""What the documents of the WHO network have in common that are HCERTs and no EU DCC.

They have the same envelope: `decode` opens it, and hands it to the module of the document. Each is a
family of its own, so that a verdict says which one it is; `decode` defines them, and `FAMILIES` does
not list them, because nothing before the payload tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaxpass.documents.family import Claims, Unverified
from vaxpass.documents.hcert.usage import check_other_usage
from vaxpass.documents.valuesets import ValueSets
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem
from vaxpass.policy import Policy
from vaxpass.trust.model import TrustedKey, TrustList


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedOther(Unverified):
    """A document of the WHO network, decoded and not verified."""

    payload: Mapping[str, Value]

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """Every signer of the list with the kid of the message; the kid is only a hint."""
        kid = self.message.kid
        return () if kid is None else trust.find(kid)

    def check_usage(self, signer: TrustedKey, policy: Policy) -> Problem | Note | None:
        """Ask whether the signer is meant for other documents."""
        return None if self.kind is None else check_other_usage(self.kind, signer, policy)

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Nothing: a document of which only drafts were published is read leniently."""
        del notes
        return []

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Nothing: no value sets are known here for the codes."""

    def check_content(self) -> Problem | None:
        """Nothing that a person must look at."""
        return None


def country_of(claims: Claims) -> str | None:
    """The issuer where it is written as the code of a country or participant: `XXA`, `CL`."""
    iss = (claims.iss or "").strip().upper()
    return iss if len(iss) in (2, 3) and iss.isascii() and iss.isalpha() else None


def only_map(content: Value) -> dict[str, Value] | None:
    """The document where it is a map, or a list of one; None for everything else."""
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    return content if isinstance(content, dict) else None


def text_of(fields: Mapping[str, Value], name: str) -> str | None:
    """A field that is text, without spaces around it; None where it is something else, or empty."""
    value = fields.get(name)
    return (value.strip() or None) if isinstance(value, str) else None
