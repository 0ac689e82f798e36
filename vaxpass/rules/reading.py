"""Reads rules from bytes, in any form in which they are published.

Each form is a module with `NAME`, `matches` and `read`; `FORMS` registers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import PublicKey
from vaxpass.encoding.marks import unmarked
from vaxpass.errors import RulesError, require, require_aware
from vaxpass.rules.forms import austria, gateway, native, plain, signed
from vaxpass.rules.model import RuleSet
from vaxpass.trust.reading import Reading


class Form(Protocol):
    """What the module of a form has."""

    NAME: str
    """The name of the form, for people."""

    def matches(self, data: bytes) -> bool:
        """Whether the bytes look like this form."""

    def read(self, data: bytes, reading: Reading) -> RuleSet:
        """Read the rules; raises `RulesError` where they must not be used."""


FORMS: Final[tuple[Form, ...]] = (native, signed, austria, gateway, plain)
"""Every form, in the order in which they are asked."""

LARGEST: Final = 16 * 1024 * 1024
"""Bytes; larger files are refused. The rules of all countries have about 2 million."""


def is_rules(data: bytes) -> bool:
    """Whether the bytes look like rules in one of `FORMS`.

    >>> is_rules(b"[]"), is_rules(b"HC1:6BF")
    (True, False)
    """
    return any(known.matches(data) for known in FORMS)


def read_rules(  # noqa: PLR0913 - the arguments of a reader
    data: bytes,
    *,
    source: str,
    pins: Sequence[PublicKey | SignerKey] = (),
    at: datetime | None = None,
    unsigned: bool = False,
    sidecars: Sequence[bytes] = (),
    named_by_user: bool = True,
) -> RuleSet:
    """Read rules in any published form, which is recognised from the content.

    - `source`: the name of the list, for skipped rules and errors.
    - `pins`: the keys or certificates with which signed rules are verified.
    - `at`: the time (aware) at which a signed list and its signers must be valid; None: not checked.
    - `unsigned`: use rules for which no pinned signature holds.
    - `sidecars`: the content of files that may have a separate signature.
    - `named_by_user`: false where a program collected the file: rules in plain JSON are then used only
      with `unsigned`.

    A rule that can't be read is skipped and listed in `RuleSet.skipped`. Whether the logic of a rule
    can be evaluated is not checked. Raises `RulesError` where the list must not be used: it is of no
    known form, or its signature does not hold; `ArgumentError` where `data` is not bytes, or
    `at` is naive.

    >>> data = b'[{"Identifier": "GR-VN-0001", "Country": "VN", "Logic": true}]'
    >>> (skipped,) = read_rules(data, source="mine").skipped
    >>> skipped.entry, skipped.country, skipped.reason
    ('GR-VN-0001', 'VN', 'Type is missing or not text')
    """
    require("data", data, bytes, bytearray)
    if at is not None:
        require_aware("at", at)
    if len(data) > LARGEST:
        raise RulesError("failure.rules.too_large", source=source)
    data = unmarked(data)
    reading = Reading(
        source,
        tuple(pins),
        at,
        unsigned,
        tuple(map(unmarked, sidecars)),
        named_by_user,
        what="list_of_rules",
        failure=RulesError,
    )
    for known in FORMS:
        if known.matches(data):
            return known.read(data, reading)
    raise RulesError("failure.rules.form", source=source)
