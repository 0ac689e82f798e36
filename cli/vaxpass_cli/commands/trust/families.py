"""What each family of documents is trusted by: keys, issuers, and lists of what is revoked.

`trust show` tells it in words and for programs. The commands that write lists and bundles say how many
keys there are of each family.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.table import Table
from rich.text import Text

from vaxpass import TrustList
from vaxpass.codes import IssuerType
from vaxpass.display import escape_for_display
from vaxpass.trust import BSC, CSCA, DIVOC, DSC, SHC, TrustedKey
from vaxpass_cli.commands.trust.rows import say, state
from vaxpass_cli.output import jsonl

_USAGES: Final = {"hcert": (DSC,), "shc": (SHC,), "vds-nc": (CSCA, BSC), "divoc": (DIVOC,)}
"""The families, and the usages of the keys that each is verified with"""
_OF_COUNTRIES: Final = ("hcert", "vds-nc")


@dataclass(frozen=True, slots=True)
class Family:
    """What one family is trusted by."""

    name: str
    keys: tuple[TrustedKey, ...]
    trust: TrustList

    @property
    def usages(self) -> dict[str, int]:
        """How many keys there are of each usage."""
        counts = Counter(key.usage for key in self.keys)
        return {usage: counts[usage] for usage in _USAGES[self.name]}

    @property
    def domains(self) -> dict[str, tuple[int, int]]:
        """How many signers of how many countries each domain of the WHO network has."""
        named: dict[str, list[TrustedKey]] = {}
        for key in self.keys:
            if key.domain is not None:
                named.setdefault(key.domain, []).append(key)
        return {name: (len(keys), len(_countries(keys))) for name, keys in sorted(named.items())}

    @property
    def issuer_types(self) -> dict[IssuerType | None, int]:
        """How many issuers are of each type; None counts those of which no list says it."""
        types = {key.issuer.identifier: key.issuer.type for key in self.keys if key.issuer}
        counts = Counter(types.values())
        return {each: counts[each] for each in (*IssuerType, None) if counts[each]}

    @property
    def issuers(self) -> int:
        """How many issuers there are."""
        return sum(self.issuer_types.values())

    @property
    def countries(self) -> int:
        """How many countries the keys are of."""
        return len(_countries(self.keys))

    @property
    def made_at(self) -> datetime | None:
        """When the oldest list was made that a key is from; None where none says so."""
        return _oldest([key.made_at for key in self.keys])

    @property
    def oldest_retrieved(self) -> datetime | None:
        """When the keys of an issuer were last fetched, of the one for which it is longest ago."""
        return _oldest([key.issuer.retrieved_at for key in self.keys if key.issuer])

    def valid(self, moment: datetime) -> int:
        """How many keys are valid at a time. A bare key of an issuer has no end."""
        ends = ("valid", "not known") if self.name not in _OF_COUNTRIES else ("valid",)
        return sum(state(key, moment) in ends for key in self.keys)


def families(trust: TrustList) -> list[Family]:
    """Every family that can be verified, also where nothing of it is trusted."""
    return [
        Family(name, tuple(key for key in trust if key.usage in usages), trust)
        for name, usages in _USAGES.items()
    ]


def row(family: Family, moment: datetime) -> dict[str, jsonl.Json]:
    """A family for programs."""
    of_countries = family.name in _OF_COUNTRIES
    domains: dict[str, jsonl.Json] = {
        name: {"signers": signers, "countries": countries}
        for name, (signers, countries) in family.domains.items()
    }
    shown: dict[str, jsonl.Json] = {
        "family": family.name,
        "usages": dict(family.usages),
        "keys": len(family.keys),
        "test_keys": sum(key.test for key in family.keys),
        "valid": family.valid(moment),
        "countries": family.countries if of_countries else None,
        "domains": domains if family.name == "hcert" else None,
        "issuers": None if of_countries else family.issuers,
        "issuer_types": None
        if of_countries
        else {kind.value if kind else "unknown": count for kind, count in family.issuer_types.items()},
        "made": _time(family.made_at),
        "oldest_retrieved": _time(family.oldest_retrieved),
        "revoked_cards": None,
        "revoked_rids": None,
        "crls": None,
    }
    if family.name == "shc":
        cards = family.trust.revoked_cards
        shown |= {"revoked_cards": len(cards), "revoked_rids": sum(len(each.rids) for each in cards)}
    if family.name == "vds-nc":
        periods = [crl.period() for crl in family.trust.crls]
        shown["crls"] = [{"made": _time(made), "next": _time(following)} for made, following in periods]
    return shown


def table(trust: TrustList, moment: datetime) -> Table:
    """A row for each family: what its documents are trusted by, in words."""
    shown = Table(box=None, pad_edge=False)
    shown.add_column(say("family.documents"), min_width=24)
    shown.add_column(say("family.trusted_by"), overflow="fold")
    for family in families(trust):
        text = "\n".join(_words(family, moment))
        shown.add_row(Text(say(f"family.{_named(family)}")), Text(text))
    return shown


def counts(trust: TrustList) -> str:
    """How many keys of each family, and lists of what is revoked, there are; in one line.

    Empty where there are only signers of HCERTs, which is what everybody expects.
    """
    usages = Counter(key.usage for key in trust)
    known = [usage for each in _USAGES.values() for usage in each]
    parts = [f"{usage} {usages[usage]}" for usage in known if usages[usage]]
    other = sum(count for usage, count in usages.items() if usage not in known)
    parts += [say("family.count.other", keys=other)] if other else []
    parts += [say("family.count.cards", lists=len(trust.revoked_cards))] if trust.revoked_cards else []
    parts += [say("family.count.crls", lists=len(trust.crls))] if trust.crls else []
    if not set(usages) - {DSC} and not trust.revoked_cards and not trust.crls:
        return ""
    return say("family.counts", counts=escape_for_display(", ".join(parts), 400))


def _named(family: Family) -> str:
    return family.name.replace("-", "_")


def _words(family: Family, moment: datetime) -> Iterator[str]:
    if not family.keys:
        yield say("family.nothing")
    else:
        yield from _of_keys(family, moment)
    if family.name == "shc" and family.trust.revoked_cards:
        cards = family.trust.revoked_cards
        yield say("family.cards", lists=len(cards), cards=sum(len(each.rids) for each in cards))
    if family.name == "vds-nc" and family.trust.crls:
        yield say("family.crls", lists=len(family.trust.crls))
        for crl in family.trust.crls:
            made, following = crl.period()
            values = {"made": _day(made), "next": _day(following), "source": crl.source}
            over = following is not None and following < moment
            shown = {name: escape_for_display(value, 40) for name, value in values.items()}
            yield say("family.crl_over" if over else "family.crl", **shown)
    tests = sum(key.test for key in family.keys)
    if tests:
        yield say("tests", tests=tests)


def _of_keys(family: Family, moment: datetime) -> Iterator[str]:
    usages, valid = family.usages, family.valid(moment)
    match family.name:
        case "hcert":
            yield say("family.signers", signers=usages[DSC], countries=family.countries, valid=valid)
            for name, (signers, countries) in family.domains.items():
                domain = escape_for_display(name, 20)
                yield say("family.domain", domain=domain, signers=signers, countries=countries)
        case "vds-nc":
            authorities, signers = usages[CSCA], usages[BSC]
            countries = family.countries
            yield say(
                "family.authorities",
                authorities=authorities,
                signers=signers,
                countries=countries,
                valid=valid,
            )
        case _:
            yield say("family.issuers", issuers=family.issuers, keys=len(family.keys))
            if family.name == "shc":
                types = [(_type(kind), count) for kind, count in family.issuer_types.items()]
                yield say("family.types", types=", ".join(f"{kind}: {count}" for kind, count in types))
    if family.made_at is not None:
        made, days = family.made_at.date().isoformat(), (moment - family.made_at).days
        yield say("family.made", date=made, days=days)
    if family.oldest_retrieved is not None:
        yield say("family.retrieved", date=family.oldest_retrieved.date().isoformat())


def _type(kind: IssuerType | None) -> str:
    return say(f"family.type.{kind.value if kind else 'unknown'}")


def _countries(keys: Iterable[TrustedKey]) -> set[str]:
    return {key.country or key.participant or "-" for key in keys}


def _day(moment: datetime | None) -> str:
    return "-" if moment is None else moment.date().isoformat()


def _oldest(times: list[datetime | None]) -> datetime | None:
    return min((time.astimezone(UTC) for time in times if time is not None), default=None)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else jsonl.rfc3339(moment)
