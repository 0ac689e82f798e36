"""Documents of every family to be changed at random, and what must hold of whatever comes of it."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.support import divoc_documents
from tests.support.health_cards import AT, Issuer
from tests.support.links import link
from tests.support.seals import Csca
from tests.support.world import NOW, World, claims, forge, make_world
from tests.support.yellow_cards import yellow_card
from vaxpass import (
    Outcome,
    Policy,
    TrustList,
    TrustListError,
    Verdict,
    Verifier,
    read_trust_list,
)
from vaxpass.documents import recognise
from vaxpass.encoding import base45
from vaxpass.trust import is_trust_list

ACCEPTED: Final = (Outcome.ACCEPTED, Outcome.GENUINE)
CLOCK: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
"""Of the public vectors"""
FOR_TESTS: Final = Policy(
    test_keys=True,
    list_stale_after=timedelta(days=36500),
    list_warns_after=timedelta(days=36500),
)
_TEXTS: Final = (".txt", ".json", ".smart-health-card")
_LARGEST: Final = 50_000
_INSERTED: Final = (
    *'{}[]",:0123456789.-_+/=:#?%& \n\r\t\x00\x1d\ufeff\u202e\U0001f600é',
    *("null", "true", "1e999", "NaN", "\\u0000", "\\ud800", "{}", "[[", '"":', "HC1:", "shc:/", "B64:"),
)


@dataclass(frozen=True)
class Minted:
    """A good document, and what it is verified with."""

    family: str
    text: str
    trust: TrustList
    at: datetime = NOW

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.trust, Policy(test_keys=True))

    def verify(self, text: str) -> Verdict:
        return self.verifier.verify(text, at=self.at)


@cache
def minted() -> dict[str, Minted]:
    """One of each family that can be verified."""
    world: World = make_world()
    csca = Csca.create()
    seal = csca.issue().seal()
    cards = Issuer.create()
    signed_link = forge(world.es256.signer(), claims(hcert={5: [{"u": link("vhlink:/")}]}))
    made = (
        Minted("hcert", world.issue(), world.trust),
        Minted("icvp", yellow_card(world), world.trust),
        Minted("health-link", signed_link, world.trust),
        Minted("smart-health-card", cards.text(), cards.trust(), AT),
        Minted("smart-health-card, file", _file_of(cards.card()), cards.trust(), AT),
        Minted("vds-nc", seal, TrustList([csca.trusted()])),
        Minted("vds-nc, spaced", json.dumps(json.loads(seal), indent=2), TrustList([csca.trusted()])),
        Minted(
            "divoc",
            divoc_documents.text(divoc_documents.signed(divoc_documents.document())),
            divoc_documents.trust(),
        ),
        Minted(
            "divoc, bare",
            json.dumps(divoc_documents.signed(divoc_documents.document())),
            divoc_documents.trust(),
        ),
    )
    return {each.family: each for each in made}


def _file_of(card: str) -> str:
    return json.dumps({"verifiableCredential": [card]})


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to four changes: letters, swaps, cuts, repeats, insertions."""
    for _ in range(chance.randint(1, 4)):
        if not text:
            return text
        place = chance.randrange(len(text))
        end = min(len(text), place + chance.choice((1, 1, 1, 2, 8, 64)))
        match chance.randrange(6):
            case 0:
                letter = chr(ord(text[place]) ^ (1 << chance.randrange(7)))
                text = text[:place] + letter + text[place + 1 :]
            case 1:
                text = text[:place] + chance.choice(text) + text[place + 1 :]
            case 2:
                text = text[:place] + text[end:]
            case 3:
                text = text[:end] + text[place:]
            case 4:
                text = text[:place] + chance.choice(_INSERTED) + text[place:]
            case _:
                other = chance.randrange(len(text))
                first, last = sorted((place, other))
                text = text[:first] + text[last:] + text[first:last]
    return text


def changed_inside(text: str, chance: random.Random) -> str:
    """The text with what it packs changed, and packed again, so that the readers within see it.

    What packs nothing is changed itself.
    """
    with suppress(ValueError, zlib.error, zipfile.BadZipFile):
        if text[:4].upper() == "HC1:":
            message = zlib.decompress(base45.decode(text[4:]))
            return "HC1:" + base45.encode(zlib.compress(_changed_bytes(message, chance)))
        if text.startswith("B64:"):
            with zipfile.ZipFile(io.BytesIO(base64.b64decode(text[4:]))) as packed:
                inside = packed.read(packed.namelist()[0]).decode()
            return divoc_documents.text(mutated(inside, chance).encode("utf-8", "replace"))
        if text.startswith("shc:/"):
            digits = text.rpartition("/")[2]
            jws = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits) - 1, 2))
            head, body, seal = jws.split(".")
            content = zlib.decompress(base64.urlsafe_b64decode(body + "=="), -15)
            compressor = zlib.compressobj(9, wbits=-15)
            packed_again = compressor.compress(_changed_bytes(content, chance)) + compressor.flush()
            body = base64.urlsafe_b64encode(packed_again).decode().rstrip("=")
            return "shc:/" + "".join(f"{ord(sign) - 45:02}" for sign in f"{head}.{body}.{seal}")
        if text.startswith(("{", "[")):
            content = json.loads(text)
            return json.dumps(_with_another_value(content, chance))
    return mutated(text, chance)


def _changed_bytes(data: bytes, chance: random.Random) -> bytes:
    return mutated(data.decode("latin-1"), chance).encode("latin-1", "replace")


def _with_another_value(content: Any, chance: random.Random) -> Any:
    """The JSON with another value, or none, at one place."""
    if isinstance(content, dict) and content and chance.random() < 0.8:
        name = chance.choice(list(content))
        return {**content, name: _with_another_value(content[name], chance)}
    if isinstance(content, list) and content and chance.random() < 0.8:
        place = chance.randrange(len(content))
        inside = _with_another_value(content[place], chance)
        return [*content[:place], inside, *content[place + 1 :]]
    if isinstance(content, str) and chance.random() < 0.6:
        return mutated(content, chance).encode("utf-8", "replace").decode()
    return chance.choice((None, True, 0, -1, 1e300, 2**70, "", "x", [], {}, [content], {"a": content}))


def mutations(text: str, number: int, seed: str) -> Iterator[str]:
    """Changed texts, the same ones for the same seed."""
    chance = random.Random(seed)
    ways = (mutated, changed_inside)
    return (ways[turn % 2](text, chance) for turn in range(number))


def must_hold(good: Verdict, changed: Verdict) -> None:
    """A changed document is accepted only where what was signed, and what is shown, is unchanged."""
    assert isinstance(changed, Verdict)
    assert changed.outcome in Outcome
    assert changed.reason("en")
    assert changed.reason("vi")
    if changed.outcome in ACCEPTED:
        assert good.outcome in ACCEPTED
        assert good.unverified is not None
        assert changed.unverified is not None
        assert changed.unverified.message.signed == good.unverified.message.signed
        assert changed.document == good.document


def published_trust(shared: Path) -> TrustList:
    """Every list, certificate and key that lies beside the public vectors."""
    found = []
    for path in sorted((shared / "vectors" / "formats").rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if is_trust_list(data):
            with suppress(TrustListError):
                found.append(read_trust_list(data, source=path.name, unsigned=True))
    return TrustList.merge(*found)


def vectors(shared: Path) -> Iterator[tuple[Path, str]]:
    """The public vectors that are text and of a family that is known, with their files."""
    for folder in ("formats", "who"):
        for path in sorted((shared / "vectors" / folder).rglob("*")):
            if path.suffix in _TEXTS and path.is_file() and path.stat().st_size < _LARGEST:
                text = path.read_text("utf-8", "replace").strip()
                if recognise(text):
                    yield path, text
