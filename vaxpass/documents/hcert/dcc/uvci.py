"""The identifier of a certificate (UVCI): its parts, its check character, and how people write it down.

    URN:UVCI:01:VN:BBC453FCF8E1B248CF8E48055EE02409#W

Certificates have it with the prefix or without, with a check character or without, in capitals or not
(annex 2 of the EU's interoperability guidelines leaves it open). Prints and people vary all of these.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from vaxpass.errors import ArgumentError

__all__ = ["TypedUvci", "checksum", "checksum_holds", "read_uvci"]

PREFIX: Final = "URN:UVCI:"
"""What most identifiers begin with."""
LONGEST: Final = 80
"""Characters of an identifier without its prefix; longer ones do not occur in certificates."""
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
"""The characters that a check character is computed from, and of which it is one."""
_SIZE: Final = len(ALPHABET)
PLACES: Final = bytes(ALPHABET.index(chr(code)) if chr(code) in ALPHABET else 0 for code in range(256))
"""The value of each character."""
TWICE: Final = bytes(sum(divmod(2 * place, _SIZE)) for place in PLACES)
"""The value of every second character: counted twice, as the sum of its digits to the base 38."""
_PREFIX: Final = re.compile(r"(?:URN:)?UVCI:", re.IGNORECASE)
_USUAL: Final = re.compile(r"V?[0-9]{1,2}[:/]?([A-Z]{2})[:/][A-Z0-9/#:-]+", re.IGNORECASE)
_QUOTES: Final = "\"'`´“”„‘’‚«»<>"
_PASSPORT: Final = re.compile(r"[A-Z]{2}[0-9]:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedUvci:
    """An identifier as a person typed it or a list states it, taken apart.

    - `body`: without the prefix and the check character, in the case in which it was typed.
    - `check`: the check character after `#`, empty where none was typed.

    >>> typed = TypedUvci("01:VN:BBC453FCF8E1B248CF8E48055EE02409", "w")
    >>> typed.fits, typed.usual, typed.country
    (True, True, 'VN')
    """

    body: str
    check: str = ""

    @property
    def fits(self) -> bool | None:
        """Whether the check character is the right one; None where there is none to compare."""
        if not self.check:
            return None
        whole, alone = (_checksum(text) for text in (PREFIX + self.body.upper(), self.body.upper()))
        # Some issuers compute it without the prefix.
        return None if whole is None else self.check.upper() in (whole, alone)

    @property
    def usual(self) -> bool:
        """Whether it has the usual form: version, country, number."""
        return _USUAL.fullmatch(self.body) is not None

    @property
    def country(self) -> str | None:
        """The country that it names (two capitals), None where it has not the usual form."""
        found = _USUAL.fullmatch(self.body)
        return found[1].upper() if found else None

    def written(self) -> tuple[str, ...]:
        """Every text that a certificate may have for it, as far as that is known.

        Without a check character it stands for any; the right one can be computed.
        """
        checks = [f"#{self.check}" if self.check else ""]
        if not self.check:
            right = _checksum(PREFIX + self.body.upper())
            checks += [f"#{right}"] if right else []
        elif self.fits:
            checks.append("")
        bodies = dict.fromkeys((self.body, self.body.upper()))
        return tuple(
            dict.fromkeys(
                start + body + end for body in bodies for start in (PREFIX, "") for end in checks
            )
        )

    def plain(self) -> tuple[str, str]:
        """Two texts that are the same for all ways to write it: with its own check character, with any.

        >>> read_uvci("urn:uvci:01:vn:1#a").plain()
        ('01:VN:1#A', '01:VN:1#')
        """
        body = self.body.upper()
        return f"{body}#{self.check.upper()}" if self.check else body, f"{body}#"


def read_uvci(text: str) -> TypedUvci:
    """The identifier that a person means: blanks, quotes and the prefix are taken off.

    Full-width characters count as the usual ones. Raises `ArgumentError` where a certificate can't have
    such an identifier: it is empty, longer than 80 characters, has other than ASCII characters, or is
    the text of a whole certificate.

    >>> read_uvci(' "urn:uvci:01:VN:1# A"')
    TypedUvci(body='01:VN:1', check='A')
    """
    cleaned = text
    if not text.isascii():
        cleaned = unicodedata.normalize("NFKC", text)
        cleaned = "".join("-" if unicodedata.category(one) == "Pd" else one for one in cleaned)
        cleaned = "".join(one for one in cleaned if unicodedata.category(one) != "Cf")
    cleaned = "".join(cleaned.split()).strip(_QUOTES).rstrip(".,;")
    if _PASSPORT.match(cleaned):
        raise ArgumentError("this is the text of a certificate, not its identifier")
    found = _PREFIX.match(cleaned)
    body = cleaned[found.end() :] if found else cleaned
    check = ""
    if body[-1:] == "#":
        body = body[:-1]
    elif body[-2:-1] == "#":
        body, check = body[:-2], body[-1]
    if (
        not 1 <= len(body) <= LONGEST
        or not (body + check).isascii()
        or not (body + check).isprintable()
    ):
        raise ArgumentError(f"an identifier has 1 to {LONGEST} characters, all of them ASCII")
    return TypedUvci(body, check)


def checksum(text: str) -> str:
    """The checksum (one character) of an identifier without its checksum.

    It is Luhn's rule modulo 38 over all of it. Raises `ArgumentError` for characters that an identifier
    must not have.

    >>> checksum("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813")
    'B'
    """
    found = _checksum(text)
    if found is None:
        raise ArgumentError("an identifier has capital letters, digits, / and : only")
    return found


def checksum_holds(uvci: str) -> bool:
    """Whether an identifier ends with `#` and the right checksum. Never raises.

    >>> checksum_holds("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B")
    True
    >>> checksum_holds("URN:UVCI:01:VN:FFFE3D31FABD035899134A9D3BAE9BCF")
    False
    """
    text, mark, sum_ = uvci.rpartition("#")
    return bool(mark) and _checksum(text) == sum_


def _checksum(text: str) -> str | None:
    """The checksum; None where the text has characters that it is not defined for."""
    if text.strip(ALPHABET):
        return None
    return ALPHABET[-luhn_sum(text.encode("ascii")) % _SIZE]


def luhn_sum(text: bytes) -> int:
    """The sum of the values of all characters, from the last on every second one counted twice."""
    return sum(text[::-2].translate(TWICE)) + sum(text[-2::-2].translate(PLACES))
