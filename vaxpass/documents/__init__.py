"""Health documents: recognises and decodes a text, whatever its family.

    from vaxpass.documents import decode, recognise

    family = recognise(text)         # None where no family recognises the text
    unverified = decode(text)        # raises DecodeError
    unverified.message.kid           # the kid that the document names, not verified
    unverified.without_verification().payload

`family` has the types that all families share, `document` what a document says, `recognise` the list
of families, and `search` finds the texts of health passports in lists, letters and links. A family is
a package of its own: `hcert` is the EU Digital COVID Certificate. `valuesets` has the codes that
documents use, with their names.
"""

from __future__ import annotations

from vaxpass.documents.countries import alpha_2
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Link, Term
from vaxpass.documents.family import Claims, Family, SignedMessage, Unverified, UnverifiedContent
from vaxpass.documents.recognise import FAMILIES, decode, recognise, text_of
from vaxpass.documents.search import (
    CHANGED_MARK,
    CONTROLS,
    MARK,
    FoundText,
    find_texts,
    is_whole,
    looks_like_inside,
    unframed,
)
from vaxpass.documents.shc.parts import JoinedParts, is_part, join_parts
from vaxpass.documents.shc.texts import split as split_cards
from vaxpass.documents.valuesets import BUILT_IN, ValueSet, ValueSets
from vaxpass.errors import DecodeError, ValueSetError

__all__ = [
    "BUILT_IN",
    "CHANGED_MARK",
    "CONTROLS",
    "FAMILIES",
    "MARK",
    "Claims",
    "DecodeError",
    "Document",
    "Event",
    "EventType",
    "Family",
    "FoundText",
    "Holder",
    "Issuer",
    "JoinedParts",
    "Link",
    "SignedMessage",
    "Term",
    "Unverified",
    "UnverifiedContent",
    "ValueSet",
    "ValueSetError",
    "ValueSets",
    "alpha_2",
    "decode",
    "find_texts",
    "is_part",
    "is_whole",
    "join_parts",
    "looks_like_inside",
    "recognise",
    "split_cards",
    "text_of",
    "unframed",
]
