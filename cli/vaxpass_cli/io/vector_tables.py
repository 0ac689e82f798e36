"""Tables of what documents in a folder must give: `EXPECTED.tsv` and `MEASURED.tsv`.

A line names a file and says in words what a verifier must find, such as `valid`, `bad signature` or
`refused: zip is missing`. `docs/vectors.md` has the vocabulary. Words that are not in it are not
judged, and never count as agreement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from vaxpass import (
    DecodeError,
    Kind,
    Outcome,
    Policy,
    TrustList,
    TrustListError,
    Verdict,
    Verifier,
    decode,
    read_trust_list,
)
from vaxpass.codes import Code, Status
from vaxpass.crypto import SignerKey, load_public_key
from vaxpass.encoding import marks
from vaxpass.trust import DIVOC, LARGEST, SHC, ListedIssuer, TrustedKey, is_trust_list
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import sources
from vaxpass_cli.io.named_files import read_bounded

NAMES: Final = ("EXPECTED.tsv", "MEASURED.tsv")
_LARGEST: Final = 4 * 1024 * 1024
_MOST_ROWS: Final = 100_000
_MOST_FILES: Final = 5_000
_NOON: Final = time(12, tzinfo=UTC)
_LARGEST_KEY: Final = 16 * 1024
_JWKS: Final = "jwks.json"
_DID: Final = re.compile(r"did-([a-z][a-z-]{0,60})\.pem")
_UNLIMITED: Final = timedelta(days=365_000)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?")
_AT: Final = re.compile(rf"\s*at ({_MOMENT.pattern})\s*:", re.IGNORECASE)


class Meaning(StrEnum):
    """What the words of a table demand."""

    VALID = "valid"
    SIGNED = "signed"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    PART = "part"
    UNDECIDED = "undecided"
    REFUSED = "refused"


_SEAL: Final = r"(?:signature|seal)"
_OWNER: Final = r"(?:signer|issuer|key|kid|csca|authority)"
# In this order: what a phrase takes is not seen by those after it. None takes what demands nothing.
_WORDS: Final[tuple[tuple[Meaning | None, re.Pattern[str]], ...]] = tuple(
    (meaning, re.compile(rf"\b(?:{words})\b"))
    for meaning, words in (
        (None, r"(?:chain|form|structure) (?:is )?(?:ok|valid)"),
        (None, r"valid (?:from|until|since|to|for|as of)|not (?:revoked|expired|refused|rejected)"),
        (Meaning.BAD_SIGNATURE, rf"(?:bad|wrong|invalid|broken|false) {_SEAL}"),
        (
            Meaning.BAD_SIGNATURE,
            rf"{_SEAL} (?:is )?(?:bad|wrong|invalid|broken|mismatch|not valid|does not \w+)",
        ),
        (Meaning.SIGNED, rf"{_SEAL} (?:is |still )?(?:valid|ok|good|fits|holds|verifies|verified)"),
        (Meaning.SIGNED, rf"valid {_SEAL}|validly signed|genuine"),
        (Meaning.NOT_YET, r"not yet(?: valid| in force)?|not valid yet"),
        (Meaning.EXPIRED, r"expired|no longer valid"),
        (Meaning.REVOKED, r"revoked"),
        (Meaning.UNKNOWN, rf"(?:unknown|untrusted|unlisted) {_OWNER}"),
        (Meaning.UNKNOWN, rf"{_OWNER}(?: is)? (?:unknown|not (?:known|listed|trusted))|not listed"),
        (Meaning.PART, r"parts? of (?:one|several|a)"),
        (Meaning.UNDECIDED, r"undecided"),
        (
            Meaning.REFUSED,
            r"refus\w*|reject\w*|invalid|not (?:valid|accepted)|never accept\w*|"
            r"incomplete|inconsistent|malformed|implausible",
        ),
        (Meaning.VALID, r"valid|accepted|ok"),
    )
)
_CODES: Final = {
    Meaning.BAD_SIGNATURE: re.compile(r"^signature\."),
    Meaning.EXPIRED: re.compile(r"expired"),
    Meaning.NOT_YET: re.compile(r"not_yet|not_in_force|ahead"),
    Meaning.REVOKED: re.compile(r"revoked|^revocation\."),
    Meaning.UNKNOWN: re.compile(r"^trust\.\w*unknown|^payload\.issuer"),
    Meaning.PART: re.compile(r"\b(?:part|parts|piece|pieces)$"),
}
"""The codes that a meaning is found by, beside an outcome that is not accepted"""
_POSITIVE: Final = frozenset((Outcome.ACCEPTED, Outcome.GENUINE))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: the file, what is said of it, and at which time."""

    name: str
    path: Path
    said: str
    at: datetime | None = None
    """None where neither the words nor the head of the table say it"""

    @property
    def meanings(self) -> frozenset[Meaning]:
        """What the words demand; empty where none is known, or they contradict each other."""
        return meanings(self.said)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows."""

    path: Path
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what was found."""

    row: Row
    outcome: Outcome | None
    """None where the file is not there"""
    code: str | None
    agrees: bool | None
    """None where it was not judged"""
    why: str = ""
    """The key of the reason why it was not judged"""


@dataclass(frozen=True, slots=True)
class Material:
    """The trust that lies beside the documents of a table: for tests, nobody vouches for it."""

    trust: TrustList
    files: tuple[str, ...]
    left: tuple[str, ...]
    """Files that look like trust lists and could not be read"""


def meanings(said: str) -> frozenset[Meaning]:
    """What words demand of a verifier; nothing where they are not known or contradict each other.

    >>> sorted(meanings("signature valid but iat before the signer begins: refused"))
    [<Meaning.REFUSED: 'refused'>, <Meaning.SIGNED: 'signed'>]
    >>> meanings("BAD-SIGNATURE(64 bytes)"), meanings("say that it is odd")
    (frozenset({<Meaning.BAD_SIGNATURE: 'bad_signature'>}), frozenset())
    """
    text = " ".join(re.sub(r"[-_\s]+", " ", said.lower()).split())
    if _AT.match(said):
        # What is in force at a time is valid then.
        text = re.sub(r"(?<!not yet )in force", "valid", text)
    if re.match(r"same\b", text):
        return frozenset()  # as another line, which may not be there
    found = set()
    for meaning, words in _WORDS:
        text, count = words.subn(" | ", text)
        if count and meaning is not None:
            found.add(meaning)
    contradicts = Meaning.VALID in found and found - {Meaning.VALID, Meaning.SIGNED}
    both = {Meaning.SIGNED, Meaning.BAD_SIGNATURE} <= found
    return frozenset() if contradicts or both else frozenset(found)


def find(path: Path) -> list[Path]:
    """The tables in a folder and in those within it; or the file itself, where it is one."""
    if path.is_file():
        return [path] if path.suffix.lower() == ".tsv" else []
    return sorted(each for each in path.rglob("*.tsv") if each.name in NAMES and each.is_file())


def read(path: Path) -> Table:
    """Read a table. Raises `UsageError` where it is none.

    Its first line names the columns: the first is `file`, the last what is expected. A time in it is
    the clock of all lines; a day alone means its noon in UTC.
    """
    try:
        text = marks.unmarked(read_bounded(path, _LARGEST)).decode()
    except UnicodeDecodeError:
        raise UsageError("error.not_table", path=path) from None
    head, *lines = text.splitlines() or [""]
    columns = head.split("\t")
    if columns[0].strip().lower() != "file" or len(columns) < 2 or len(lines) > _MOST_ROWS:
        raise UsageError("error.not_table", path=path)
    clock = _moment(found[0]) if (found := _MOMENT.search(head)) else None
    rows: list[Row] = []
    for line in lines:
        if line.strip():
            name, *rest = line.split("\t")
            rows += _rows(path.parent, name.strip(), rest[-1].strip() if rest else "", clock)
    return Table(path, tuple(rows))


def _rows(folder: Path, name: str, said: str, clock: datetime | None) -> Iterator[Row]:
    """A line may say what must be found at several times: then it is a row for each."""
    # A table names files beside it, and no others.
    inside = Path(name)
    usable = bool(name) and not inside.is_absolute() and ".." not in inside.parts
    path = folder / inside if usable else folder / "-"
    parts = [part for part in said.split(";") if _AT.match(part)]
    if not parts:
        yield Row(name, path, said, clock)
    for part in parts:
        found = _AT.match(part)
        if found:
            yield Row(name, path, part.strip(), _moment(found[1], clock))


def _moment(text: str, clock: datetime | None = None) -> datetime | None:
    """A time; a day alone means the hour of the clock on that day, else noon."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-11-29"):
        return datetime.combine(moment.date(), clock.timetz() if clock else _NOON)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def material(table: Table, root: Path) -> Material:
    """The trust beside a table, in files that it does not list; where none is, that in `root`."""
    listed = {row.path for row in table.rows}
    found = _material(table.path.parent, listed)
    if not len(found.trust) and root.is_dir() and root != table.path.parent:
        return _material(root, listed)
    return found


def _material(folder: Path, listed: Collection[Path]) -> Material:
    contents: dict[Path, bytes] = {}
    for path in sorted(folder.rglob("*"))[:_MOST_FILES]:
        if path.is_file() and path not in listed and path.stat().st_size <= LARGEST:
            contents[path] = path.read_bytes()
    lists: dict[Path, TrustList] = {}
    left = []
    for path, data in contents.items():
        beside = [other for place, other in contents.items() if place != path]
        try:
            found = _trust(path, data, beside)
        except TrustListError:
            left.append(str(path.relative_to(folder)))
        else:
            if found is not None:
                lists[path] = found
    for path, keys in _of_issuers(lists).items():
        lists[path] = keys
    names = tuple(str(path.relative_to(folder)) for path in lists)
    return Material(TrustList.merge(*lists.values()), names, tuple(left))


def _trust(path: Path, data: bytes, beside: Sequence[bytes]) -> TrustList | None:
    """The list in a file; None where it is none."""
    if is_trust_list(data):
        return read_trust_list(data, source=path.name, unsigned=True, sidecars=beside)
    # The key of an issuer of DIVOC certificates, in a file that is called after its DID.
    named = _DID.fullmatch(path.name)
    if named is None or len(data) > _LARGEST_KEY:
        return None
    try:
        certificate = SignerKey.from_key(load_public_key(data))
    except ValueError:
        return None
    identifiers = dict.fromkeys((f"did:{named[1]}", "did:" + named[1].replace("-", ":")))
    return TrustList(
        TrustedKey.of(certificate, path.name, usage=DIVOC, issuer=ListedIssuer(identifier))
        for identifier in identifiers
    )


def _of_issuers(lists: Mapping[Path, TrustList]) -> dict[Path, TrustList]:
    """JWK sets, as the keys of whoever issued the cards beside them: a set does not say whose it is.

    An issuer publishes its keys as `jwks.json`. Where a list of issuers is beside it, that says it.
    """
    of_lists = {path.parent for path, trust in lists.items() if trust.with_usage(SHC)}
    found: dict[Path, TrustList] = {}
    for path, trust in lists.items():
        if path.name != _JWKS or path.parent in of_lists:
            continue
        issuers = dict.fromkeys(_issuers_in(path.parent))
        # A certificate beside a key is not what a card is verified with.
        found[path] = TrustList(
            TrustedKey.of(
                SignerKey.from_key(key.certificate.public_key),
                path.name,
                kid=key.kid,
                usage=SHC,
                issuer=ListedIssuer(issuer),
            )
            for issuer in issuers
            for key in trust
        )
    return {path: trust for path, trust in found.items() if len(trust)}


def _issuers_in(folder: Path) -> Iterator[str]:
    """Who issued the SMART Health Cards in a folder, as they say themselves."""
    paths = [path for path in sorted(folder.iterdir()) if path.is_file()][:_MOST_FILES]
    for source in sources.from_files(paths):
        with suppress(DecodeError):
            unverified = decode(source.text) if source.text else None
            said = None if unverified is None else unverified.claims.iss
            if unverified and said and unverified.without_verification().kind is Kind.HEALTH_CARD:
                yield said


def verifier(trust: TrustList) -> Verifier:
    """A verifier for tests: test keys count, and no list is too old, for a table is of a past day."""
    policy = Policy(test_keys=True, list_stale_after=_UNLIMITED, list_warns_after=_UNLIMITED)
    return Verifier(trust, policy)


def judge(row: Row, verifier: Verifier, otherwise: datetime) -> Judged:
    """Verify the file of a row at its clock, else at `otherwise`, and compare."""
    if not row.path.is_file():
        return Judged(row, None, None, None, "no_file")
    results = [
        (source, None if source.text is None else verifier.verify(source.text, at=row.at or otherwise))
        for source in sources.from_files([row.path])
    ]
    found = [_found(source, verdict) for source, verdict in results]
    if not found:
        return Judged(row, None, None, None, "no_file")
    worst = next((each for each in found if each.outcome not in _POSITIVE), found[0])
    demanded = row.meanings
    if not demanded:
        return Judged(row, worst.outcome, worst.code, None, "no_words")
    if any(each.only_named for each in found):
        return Judged(row, worst.outcome, worst.code, None, "only_named")
    agrees = all(_agrees(demanded, each) for each in found)
    return Judged(row, worst.outcome, worst.code, agrees)


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    code: str | None
    codes: tuple[str, ...]
    signed: bool

    @property
    def only_named(self) -> bool:
        """Whether the document is of a family that was named and not looked at."""
        code = self.code or ""
        named = code.startswith("prefix.") or code == Code.PAYLOAD_KIND_UNSUPPORTED
        return self.outcome is Outcome.UNDECIDED and named


def _found(source: sources.Source, verdict: Verdict | None) -> _Found:
    if verdict is None:
        problem = source.problem or ""
        return _Found(source.outcome, problem, (problem,), signed=False)
    failed = [each for each in verdict.checks if each.status in (Status.FAIL, Status.OPEN)]
    codes = tuple(str(each.code) for each in failed if each.code)
    code = str(verdict.code) if verdict.code else None
    return _Found(verdict.outcome, code, codes, signed=verdict.signer is not None)


def _agrees(demanded: frozenset[Meaning], found: _Found) -> bool:
    """Whether a result is what the words demand: an outcome, and of several reasons at least one.

    Words that only refuse stand beside a reason as its consequence, and demand nothing more then.
    """
    if Meaning.SIGNED in demanded and not found.signed:
        return False
    rest = demanded - {Meaning.SIGNED}
    if Meaning.VALID in rest:
        return found.outcome in _POSITIVE
    if not rest:
        return True
    if found.outcome in _POSITIVE:
        return False
    reasons = rest - {Meaning.REFUSED} or rest
    return any(_is(meaning, found) for meaning in reasons)


def _is(meaning: Meaning, found: _Found) -> bool:
    if meaning is Meaning.REFUSED:
        return True
    if meaning is Meaning.UNDECIDED:
        return found.outcome is Outcome.UNDECIDED
    return any(_CODES[meaning].search(code) for code in found.codes)


def counted(results: Sequence[Judged]) -> dict[str, int]:
    """How many rows agree, disagree, and were not judged."""
    return {
        "agree": sum(each.agrees is True for each in results),
        "disagree": sum(each.agrees is False for each in results),
        "not_judged": sum(each.agrees is None for each in results),
    }
