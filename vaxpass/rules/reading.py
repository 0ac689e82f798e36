"""Bytes of rules, in any form known here -> `RuleSet`.

Each form is one module with `matches` and `read`; `FORMS` is the one place where it is registered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import PublicKey
from vaxpass.errors import RulesError
from vaxpass.rules.forms import austria, gateway, native, plain, signed
from vaxpass.rules.model import RuleSet
from vaxpass.trust.reading import Reading


class Form(Protocol):
    """What a form's module offers."""

    NAME: str
    """For people."""

    def matches(self, data: bytes) -> bool:
        """Whether the bytes look like this form."""

    def read(self, data: bytes, reading: Reading) -> RuleSet:
        """Read the rules; raises `RulesError` where they must not be used."""


FORMS: Final[tuple[Form, ...]] = (native, signed, austria, gateway, plain)

LARGEST: Final = 16 * 1024 * 1024
"""Bytes; longer files are refused. The rules of all countries have about 2 million."""


def is_rules(data: bytes) -> bool:
    """Whether the bytes look like rules in a form that is known here.

    >>> is_rules(b"[]"), is_rules(b"HC1:6BF")
    (True, False)
    """
    return any(known.matches(data) for known in FORMS)


def read_rules(  # noqa: PLR0913 - what a reader is told
    data: bytes,
    *,
    source: str,
    pins: Sequence[PublicKey | SignerKey] = (),
    at: datetime | None = None,
    unsigned: bool = False,
    sidecars: Sequence[bytes] = (),
    named_by_user: bool = True,
) -> RuleSet:
    """Read rules; their form is recognised from its content.

    `source` names the list where an entry is skipped. `pins` are the keys or certificates that signed
    rules are verified with: they are refused unless a signature holds under one of them, or `unsigned`
    says that they are used all the same. `at` (aware) is the time at which a signed list must be in its
    time and its signers valid; without it that is not asked. `sidecars` are the files that may hold
    a separate signature. `named_by_user` is false where files are only collected: then rules in plain
    JSON need a reason to be trusted like any other.

    A rule that can't be read is skipped and reported (`RuleSet.skipped`); whether the logic of a rule
    can be evaluated is not asked here. Raises `RulesError` where nothing may be used.

    >>> data = b'[{"Identifier": "GR-VN-0001", "Country": "VN", "Logic": true}]'
    >>> (skipped,) = read_rules(data, source="mine").skipped
    >>> skipped.entry, skipped.country, skipped.reason
    ('GR-VN-0001', 'VN', 'Type is missing or not text')
    """
    if len(data) > LARGEST:
        raise RulesError(f"{source}: the file is larger than any list of rules.")
    reading = Reading(
        source,
        tuple(pins),
        at,
        unsigned,
        tuple(sidecars),
        named_by_user,
        what="list of rules",
        failure=RulesError,
    )
    for known in FORMS:
        if known.matches(data):
            return known.read(data, reading)
    raise RulesError(f"{source}: these are not rules in a form that is known here.")
