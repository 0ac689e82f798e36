"""The texts that `vaxpass.encode` makes, for many records on the same terms, at a fraction of its cost.

What is the same in many certificates is checked and encoded once: everything about a dose, a name, a
date of birth. A text is put together from these pieces. The places where they belong are found in what
the general way (`hcert`, `cwt`) makes of a certificate with marks in it: so there is one description of
a certificate, and this is only a faster way to write it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass import base45, cbor, cose, cwt, deflate, hcert, schema
from vaxpass.crypto.signer import Signer
from vaxpass.issuing.plausible import DoseText, GivenDose, birth, born_after, given_day, holder
from vaxpass.issuing.record import Record
from vaxpass.issuing.terms import Terms
from vaxpass.model import Certificate, Person
from vaxpass.prefix import PREFIX

# Marks that stand for values: none of them can be part of another value of the certificate.
_MARKED: Final = Person("a mark \u2460", "A<MARK", "a mark \u2461", "B<MARK")
_BORN: Final = "1919-09-19"
_DAY: Final = "1919-09-18"
_UVCI: Final = "URN:UVCI:01:XX:MARK#M"
_NAME_HEAD: Final = cbor.dumps(_MARKED.to_payload())[:1]  # a map of four fields
_MANY: Final = 1 << 16
"""Values that are kept of each sort: a few dozen megabytes at most."""


class _Frame(NamedTuple):
    """The claims of a certificate around its holder, date of birth, day and identifier."""

    first_used: str
    before_name: bytes
    before_birth: bytes
    before_day: bytes
    before_uvci: bytes
    after: bytes


class QuickEncoder:
    """Writes the texts of many certificates."""

    __slots__ = ("_build", "_frame", "_sign", "_terms", "_today")

    def __init__(self, signer: Signer, terms: Terms) -> None:
        self._build = cose.Builder(signer.algorithm, signer.kid).build
        self._sign = signer.sign
        self._terms = terms
        self._today = terms.today.isoformat()
        self._frame = lru_cache(_MANY)(self._make_frame)

    def text(self, record: Record, uvci: str) -> str | None:
        """The signed text of a record; None where the general way has to tell what is wrong."""
        frame = self._frame(record.vaccine, record.dose, record.doses)
        names, born = _names(record.full_name), _born(record.date_of_birth)
        given = _day(record.vaccinated_on)
        if frame is None or names is None or born is None or given is None:
            return None
        first_used, before_name, before_birth, before_day, before_uvci, after = frame
        day, coded_day = given
        if not first_used <= day <= self._today or born_after(born[0], day) or not record.record_id:
            return None
        claims = b"".join(
            (
                *(before_name, names, before_birth, born[1], before_day, coded_day),
                *(before_uvci, cbor.dumps(uvci), after),
            )
        )
        return PREFIX + base45.encode(deflate.store(self._build(claims, self._sign)))

    def _make_frame(self, vaccine: str, dose: str, doses: str) -> _Frame | None:
        terms = self._terms
        given = terms.read(DoseText(vaccine, dose, doses, self._today))
        if not isinstance(given, GivenDose):
            return None
        entry = terms.vaccination(given._replace(date=_DAY), _UVCI)
        payload = Certificate(_MARKED, _BORN, (entry,)).to_payload()
        if schema.check_writing(payload):
            return None
        begin, end = int(terms.issued_at.timestamp()), int(terms.expires_at.timestamp())
        rest = cwt.build(terms.country, begin, end, hcert.close_hcert(payload))
        before_name, _, rest = rest.partition(cbor.dumps(payload["nam"]))
        before_birth, _, rest = rest.partition(cbor.dumps(_BORN))
        before_day, _, rest = rest.partition(cbor.dumps(_DAY))
        before_uvci, _, after = rest.partition(cbor.dumps(_UVCI))
        first = given.vaccine.first_used.isoformat()
        return _Frame(first, before_name, before_birth, before_day, before_uvci, after)


def _names(full_name: str) -> bytes | None:
    """The map `nam` of a name of two words or more; others are left to the general way."""
    # Few family names and given names make many full names: their halves are kept, not they.
    family, _, given = full_name.partition(" ")
    one, other = _family(family), _given(given)
    return _NAME_HEAD + one + other if one and other else None


@lru_cache(_MANY)
def _family(family: str) -> bytes | None:
    # A word with another kind of space in it is two words.
    return _half(f"{family} A", "g") if len(family.split()) == 1 else None


@lru_cache(_MANY)
def _given(given: str) -> bytes | None:
    return _half(f"A {given}", "f") if given.split() else None


def _half(full_name: str, without: str) -> bytes | None:
    """The coded fields of `nam` that do not begin with `without`, as they stand in the map."""
    person = holder(full_name)
    if not isinstance(person, Person):
        return None
    fields = {key: value for key, value in person.to_payload().items() if key[0] != without}
    return None if schema.check_writing_name(fields) else cbor.dumps(fields)[1:]


@lru_cache(_MANY)
def _born(text: str) -> tuple[str, bytes] | None:
    born = birth(text)
    if not isinstance(born, str) or schema.check_writing_birth(born):
        return None
    return born, cbor.dumps(born)


@lru_cache(_MANY)
def _day(text: str) -> tuple[str, bytes] | None:
    day = given_day(text)
    return (day.isoformat(), cbor.dumps(day.isoformat())) if day else None
