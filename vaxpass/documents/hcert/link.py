"""Health links that an issuer signed: claim 5 of an HCERT (WHO SMART Trust 1.6.0, HCERT claims).

The specification calls it a SMART Health Link, its model and IHE a Verifiable Health Link; published
codes have it as a text with or without its scheme, as a list, and as an object with the member `u`. The
signature is over the link alone: what it leads to is not looked at here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.documents.document import Issuer
from vaxpass.documents.hcert.other import UnverifiedOther, country_of
from vaxpass.documents.link.decode import HealthLink, LinkContent, read_link
from vaxpass.findings import Note, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from vaxpass.crypto.cose import Message
    from vaxpass.documents.family import Family
    from vaxpass.documents.hcert.cwt import Opened
    from vaxpass.encoding.cbor import Value
    from vaxpass.policy import Limits

_MOST: Final = 16
"""Links in one code. A QR code has no room for more."""
_UNREADABLE: Final = Problem(Code.SCHEMA_LINK, "$")


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedLinkHcert(UnverifiedOther):
    """An HCERT with a health link, decoded and not verified. `payload` is what may be shown of it."""

    links: tuple[HealthLink, ...]
    """Mostly one; those that can be read"""
    all_read: bool

    @property
    def kind(self) -> Kind:
        """A link."""
        return Kind.HEALTH_LINK

    def without_verification(self) -> LinkContent:
        """What the link says of itself, although it is not verified."""
        issuer = Issuer(country=country_of(self.claims), identifier=self.claims.iss)
        return LinkContent(self.links, self.claims, issuer)

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """What breaks the form of the link."""
        del notes
        faults = [problem for link in self.links for problem in link.faults]
        return faults if self.all_read else [_UNREADABLE, *faults]

    def check_dates(self, at: datetime) -> list[Note]:
        """The note where the link itself has expired; its envelope may be in force all the same."""
        found = (link.check_expiry(at) for link in self.links)
        return [note for note in found if note is not None]

    def check_content(self) -> Problem:
        """What the link leads to was not looked at."""
        return Problem(Code.CONTENT_LINK_NOT_OPENED, details={"signer": ""})


def open_link(
    family: Family, message: Message, opened: Opened, notes: Sequence[Note], limits: Limits
) -> UnverifiedLinkHcert:
    """Read claim 5. What can't be read of it is found by `check_form`."""
    texts, all_read = _texts(opened.content)
    links = []
    for text in texts:
        try:
            links.append(read_link(text, limits.characters))
        except ValueError:
            all_read = False
    found = [*notes]
    if len(texts) > 1:
        found.append(Note(NoteCode.PAYLOAD_MORE_LINKS, details={"count": str(len(texts))}))
    for link in links:
        found += link.notes
    payload = links[0].to_payload() if links else {}
    return UnverifiedLinkHcert(
        message, opened.claims, tuple(found), family, payload, tuple(links), all_read and bool(links)
    )


def _texts(content: Value) -> tuple[list[str], bool]:
    """The texts of all links, and whether nothing else is there."""
    items = content if isinstance(content, list) else [content]
    plain = [item.get("u") if isinstance(item, dict) else item for item in items[:_MOST]]
    texts = [item for item in plain if isinstance(item, str)]
    return texts, len(texts) == len(items)
