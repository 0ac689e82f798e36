"""Test vectors on disk -> records: the layout of dgc-testdata, or a `vectors.jsonl`.

dgc-testdata keeps one JSON file a vector in `*/2DCode/raw/`; a JSON Lines file has one record a line
with the same facts under short names, and names the expectations that are disputed.


TODO-MERGED: One test vector -> for each expectation that it states: what vaxpass finds, and why.

The meaning of each is that of dgc-testdata's own description. An expectation that a vector does not
state is not tested; one whose ingredients are missing is not judged, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from vaxpass import DecodeError, Stage, TrustList, Unverified, Verdict, Verifier, checks, decode
from vaxpass.crypto import SignerKey
from vaxpass.documents.hcert import PREFIX
from vaxpass.encoding import base45, cbor, deflate, strict_base64, strict_json
from vaxpass.trust import TrustedKey
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import images

_RAW: Final = "2DCode/raw"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a vector: its bytes, and the text that it must give, None for no code at all."""

    data: bytes
    text: str | None


@dataclass(frozen=True, slots=True)
class Vector:
    """One test vector. What it does not give is None; `expected` holds only what it states."""

    name: str
    text: str | None
    certificates: tuple[bytes, ...]
    clock: datetime | None
    payload: Any
    pictures: tuple[Picture, ...]
    expected: Mapping[str, bool]
    disputed: Mapping[str, str]
    parts: Mapping[str, bytes]
    """The intermediate results `COMPRESSED` and `COSE`, where it gives them."""


def load(path: Path) -> Iterator[Vector]:
    """Read all vectors below `path`. Raises `UsageError` where there are none or one is not readable."""
    if path.is_file():
        yield from _lines(path)
        return
    if not path.is_dir():
        raise UsageError("error.no_file_or_folder", path=path)
    lines = path / "vectors.jsonl"
    if lines.is_file():
        yield from _lines(lines)
        return
    files = sorted(p for p in path.rglob("*.json") if p.parent.as_posix().endswith(_RAW))
    if not files:
        raise UsageError("error.no_vectors", path=path, raw=_RAW)
    for file in files:
        yield _guarded(str(file.relative_to(path)), file.read_bytes(), _raw, path)


def _lines(path: Path) -> Iterator[Vector]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            yield _guarded(f"{path.name}:{number}", line, _short, path.parent)


def _guarded(name: str, data: bytes, read: Any, folder: Path) -> Vector:
    try:
        record = strict_json.read(data)
        vector: Vector = read(name, record, folder)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise UsageError("error.not_vector", name=name, kind=type(error).__name__) from None
    return vector


def _short(name: str, record: dict[str, Any], folder: Path) -> Vector:
    """A line of a `vectors.jsonl`."""
    text = record.get("text")
    shown = record.get("image_text") or text
    images = [record.get("image"), *record.get("images_extra", ())]
    pictures = tuple(Picture((folder / image).read_bytes(), shown) for image in images if image)
    return Vector(
        name=str(record.get("id", name)),
        text=text,
        certificates=tuple(map(_base64, record.get("certificates") or ())),
        clock=_clock(record.get("clock")),
        payload=record.get("json"),
        pictures=pictures,
        expected=_flags(record.get("expected") or {}),
        disputed=dict(record.get("disputed") or {}),
        parts={},
    )


def _raw(name: str, record: dict[str, Any], _folder: Path) -> Vector:
    """A file of dgc-testdata."""
    context = record.get("TESTCTX") or {}
    parts = {key: _hexadecimal(record.get(key)) for key in ("COMPRESSED", "COSE")}
    known = {key: data for key, data in parts.items() if data is not None}
    text = _text(record, known)
    picture = record.get("2DCODE")
    certificate = context.get("CERTIFICATE")
    return Vector(
        name=name,
        text=text,
        certificates=(_base64(certificate),) if certificate else (),
        clock=_clock(context.get("VALIDATIONCLOCK")),
        payload=record.get("JSON"),
        pictures=(Picture(_base64(picture), text),) if picture else (),
        expected=_flags(record.get("EXPECTEDRESULTS") or {}),
        disputed={},
        parts=known,
    )


def _text(record: Mapping[str, Any], parts: Mapping[str, bytes]) -> str | None:
    """The text, made from a later step where a vector gives only that."""
    if record.get("PREFIX"):
        return str(record["PREFIX"])
    if record.get("BASE45"):
        return PREFIX + str(record["BASE45"])
    compressed = parts.get("COMPRESSED")
    if compressed is None and "COSE" in parts:
        compressed = deflate.deflate(parts["COSE"])
    return None if compressed is None else PREFIX + base45.encode(compressed)


def _flags(stated: Mapping[str, Any]) -> dict[str, bool]:
    """Only true and false are expectations: null means the same as absent."""
    return {key: value for key, value in stated.items() if isinstance(value, bool)}


def _clock(value: str | None) -> datetime | None:
    if not value:
        return None
    clock = datetime.fromisoformat(value)
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def _hexadecimal(value: Any) -> bytes | None:
    return bytes.fromhex(value) if isinstance(value, str) and value else None


def _base64(value: str) -> bytes:
    return strict_base64.decode(value, spaces=True)


PICTURES: Final = "(all pictures)"
"""Not an official key: every picture of a vector gives its text, or none where it has no code."""

_SCHEMA_DEPTH: Final = 16


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation: `actual` is None where it could not be judged, for the `reason` given."""

    name: str
    expected: bool
    actual: bool | None
    reason: str
    disputed: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether vaxpass finds what the vector expects."""
        return self.actual is self.expected


def evaluate(vector: Vector) -> list[Result]:
    """Judge all expectations of a vector."""
    facts = _Facts(vector)
    results = []
    for name, expected in vector.expected.items():
        judge = _JUDGES.get(name)
        actual, reason = judge(facts) if judge else (None, "not an expectation that is known here")
        if actual is True:
            reason = "" if expected else "no fault found"
        results.append(Result(name, expected, actual, reason, vector.disputed.get(name)))
    if vector.pictures:
        wrong = [p for p in vector.pictures if not _shows(p)]
        stated = vector.expected.get("EXPECTEDPICTUREDECODE", True)
        reason = f"{len(wrong)} of {len(vector.pictures)} pictures do not give the text"
        results.append(Result(PICTURES, stated, not wrong, reason if wrong else ""))
    return results


_Judgement = tuple[bool | None, str]


class _Facts:
    """What the judges need of a vector, computed once."""

    def __init__(self, vector: Vector) -> None:
        self.vector = vector
        self.signers = []
        self.broken_certificate = ""
        for der in vector.certificates:
            try:
                self.signers.append(SignerKey.from_der(der))
            except ValueError as error:
                self.broken_certificate = str(error)
        self.unverified: Unverified | None = None
        self.failed_at: Stage | None = None
        self.failure = ""
        if vector.text is not None:
            try:
                self.unverified = decode(vector.text)
            except DecodeError as error:
                self.failed_at = error.problem.code.stage
                self.failure = error.problem.code.value

    def passed(self, stage: Stage) -> _Judgement:
        """Whether decoding came through a stage."""
        if self.vector.text is None:
            return None, "the vector has no text"
        stages = list(Stage)
        ok = self.failed_at is None or stages.index(self.failed_at) > stages.index(stage)
        return ok, self.failure

    def payload(self) -> dict[str, cbor.Value] | None:
        return self.unverified.without_verification().payload if self.unverified else None

    def verdict(self) -> Verdict | None:
        if self.unverified is None or not self.signers or self.vector.clock is None:
            return None
        keys = [TrustedKey(s.kid, s, s.country, self.vector.name) for s in self.signers]
        return Verifier(TrustList(keys)).verify_decoded(self.unverified, at=self.vector.clock)


def _unprefix(facts: _Facts) -> _Judgement:
    return facts.passed(Stage.PREFIX)


def _base45(facts: _Facts) -> _Judgement:
    return facts.passed(Stage.BASE45)


def _compression(facts: _Facts) -> _Judgement:
    return facts.passed(Stage.DEFLATE)


def _decode(facts: _Facts) -> _Judgement:
    """The payload equals the vector's JSON."""
    if facts.vector.text is None:
        return None, "the vector has no text"
    payload = facts.payload()
    if payload is None:
        return False, facts.failure
    if facts.vector.payload is None:
        return True, ""
    same = _equal(payload, facts.vector.payload)
    return same, "" if same else "the payload differs from the JSON of the vector"


def _encode(facts: _Facts) -> _Judgement:
    """The vector's JSON survives being written and read, and equals what the text holds."""
    if facts.vector.payload is None:
        return None, "the vector has no JSON"
    try:
        back, _ = cbor.loads(cbor.dumps(facts.vector.payload), _SCHEMA_DEPTH)
    except cbor.Refused as refused:
        return False, refused.reason
    payload = facts.payload()
    same = _equal(back, facts.vector.payload) and (payload is None or _equal(payload, back))
    return same, "" if same else "the encoded JSON differs from the payload"


def _object(facts: _Facts) -> _Judgement:
    if facts.vector.payload is None:
        return None, "the vector has no JSON"
    is_object = isinstance(facts.vector.payload, dict)
    return is_object, "" if is_object else "the JSON is not an object"


def _verify(facts: _Facts) -> _Judgement:
    """The kid is that of the certificate and the signature holds."""
    if facts.vector.text is None or not facts.vector.certificates:
        return None, "the vector has no text or no certificate"
    if facts.unverified is None:
        return False, facts.failure
    if not facts.signers:
        return False, facts.broken_certificate
    verdict = facts.verdict()
    if verdict is None:
        return None, "the vector has no clock"
    return verdict.signer is not None, verdict.code.value if verdict.code else ""


def _expiration(facts: _Facts) -> _Judgement:
    """notBefore <= iat <= clock <= exp <= notAfter."""
    if facts.vector.text is None or facts.vector.clock is None:
        return None, "the vector has no text or no clock"
    if facts.unverified is None:
        return False, facts.failure
    if not facts.signers:
        return None, "the vector has no certificate"
    claims, now = facts.unverified.claims, facts.vector.clock.timestamp()
    reason = ""
    for signer in facts.signers:
        problem = checks.check_validity(claims, signer, now)
        if problem is None and not checks.outlives(claims, signer):
            return True, ""
        reason = problem.code.value if problem else "validity.outlives_signer"
    return False, reason


def _key_usage(facts: _Facts) -> _Judgement:
    if facts.unverified is None:
        return (None, "the vector has no text") if facts.vector.text is None else (False, facts.failure)
    if not facts.signers:
        return None, "the vector has no certificate"
    kind = facts.unverified.without_verification().kind
    if kind is None:
        return False, "the payload is not of exactly one kind"
    problems = [checks.check_usage(kind, TrustedKey.of(signer, "")) for signer in facts.signers]
    found = next((p for p in problems if p), None)
    return found is None, found.code.value if found else ""


def _schema(facts: _Facts) -> _Judgement:
    if facts.unverified is None:
        return (None, "the vector has no text") if facts.vector.text is None else (False, facts.failure)
    problems = facts.unverified.check_form([])
    return not problems, f"{problems[0].code} at {problems[0].path}" if problems else ""


def _picture(facts: _Facts) -> _Judgement:
    if not facts.vector.pictures:
        return None, "the vector has no picture"
    shown = pictures_give(facts.vector.pictures[0], facts.vector.text)
    return shown, "" if shown else "the picture does not give the text"


_JUDGES: Final[dict[str, Callable[[_Facts], _Judgement]]] = {
    "EXPECTEDVALIDOBJECT": _object,
    "EXPECTEDENCODE": _encode,
    "EXPECTEDPICTUREDECODE": _picture,
    "EXPECTEDUNPREFIX": _unprefix,
    "EXPECTEDB45DECODE": _base45,
    "EXPECTEDCOMPRESSION": _compression,
    "EXPECTEDDECODE": _decode,
    "EXPECTEDVALIDJSON": _decode,
    "EXPECTEDVERIFY": _verify,
    "EXPECTEDEXPIRATIONCHECK": _expiration,
    "EXPECTEDKEYUSAGE": _key_usage,
    "EXPECTEDSCHEMAVALIDATION": _schema,
}


def pictures_give(picture: Picture, text: str | None) -> bool:
    """Whether a picture reads as the text, or as no code at all where there is no text."""
    try:
        found = images.texts(picture.data)
    except images.UnreadablePicture:
        return False
    return text in found if text is not None else not found


def _shows(picture: Picture) -> bool:
    return pictures_give(picture, picture.text)


def _equal(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are the same number, true is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)
