"""Read test vectors from files, and compare what they expect with what vaxpass finds.

`load` reads the layout of dgc-testdata (one JSON file for each vector in `*/2DCode/raw/`), or a
`vectors.jsonl` (one vector in each line, with short names of fields, and the disputed expectations).

`evaluate` gives one result for each expectation of a vector, as the description of dgc-testdata defines
it. What a vector does not state is not tested. Where data for a test are missing, the result says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from vaxpass import (
    DecodeError,
    Policy,
    Problem,
    Stage,
    TrustList,
    Unverified,
    Verdict,
    Verifier,
    checks,
    decode,
    messages,
)
from vaxpass.crypto import SignerKey
from vaxpass.documents.hcert import PREFIX
from vaxpass.encoding import base45, cbor, deflate, marks, strict_base64, strict_json
from vaxpass.trust import TrustedKey
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import images

_RAW: Final = "2DCode/raw"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a vector."""

    data: bytes
    text: str | None
    """The text of its code; None where it must have no code"""


@dataclass(frozen=True, slots=True)
class Vector:
    """One test vector. Fields that it does not have are None."""

    name: str
    text: str | None
    certificates: tuple[bytes, ...]
    clock: datetime | None
    payload: Any
    pictures: tuple[Picture, ...]
    expected: Mapping[str, bool]
    """The expectations that it states"""
    disputed: Mapping[str, str]
    """Why an expectation is disputed, by its name"""
    parts: Mapping[str, bytes]
    """The intermediate results `COMPRESSED` and `COSE`, where it has them"""


def load(path: Path) -> Iterator[Vector]:
    """Read all vectors of a file or folder.

    Raises `UsageError` where there are none or one can't be read.
    """
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
    for number, line in enumerate(marks.unmarked(path.read_bytes()).splitlines(), 1):
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
    """The text; where a vector has only an intermediate result, it is made from that."""
    if record.get("PREFIX"):
        return str(record["PREFIX"])
    if record.get("BASE45"):
        return PREFIX + str(record["BASE45"])
    compressed = parts.get("COMPRESSED")
    if compressed is None and "COSE" in parts:
        compressed = deflate.deflate(parts["COSE"])
    return None if compressed is None else PREFIX + base45.encode(compressed)


def _flags(stated: Mapping[str, Any]) -> dict[str, bool]:
    """The expectations: values that are true or false. A null means the same as an absent value."""
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
"""The name of an additional expectation: every picture gives its text, or none without a code."""
_SCHEMA_DEPTH: Final = 16
# The fraction apart, because it may have more digits than Python keeps.
_RFC3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation and what was found."""

    name: str
    expected: bool
    actual: bool | None
    """None where it could not be tested"""
    reason: str
    """Why it is not true, or could not be tested; else empty"""
    disputed: str | None = None
    """Why the expectation is disputed; None where it is not"""

    @property
    def agrees(self) -> bool:
        """Whether vaxpass finds what the vector expects."""
        return self.actual is self.expected


def evaluate(vector: Vector) -> list[Result]:
    """Test all expectations of a vector."""
    evaluated = _Evaluated(vector)
    results = []
    for name, expected in vector.expected.items():
        test = _TESTS.get(name)
        actual, reason = test(evaluated) if test else (None, _say("unknown"))
        if actual is True:
            reason = "" if expected else _say("no_fault")
        results.append(Result(name, expected, actual, reason, vector.disputed.get(name)))
    if vector.pictures:
        wrong = [p for p in vector.pictures if not _shows(p)]
        stated = vector.expected.get("EXPECTEDPICTUREDECODE", True)
        reason = _say("pictures", wrong=len(wrong), all=len(vector.pictures))
        results.append(Result(PICTURES, stated, not wrong, reason if wrong else ""))
    return results


def _say(key: str, **values: object) -> str:
    return messages.text(f"vectors.reason.{key}", options.language(), **values)


_Tested = tuple[bool | None, str]


class _Evaluated:
    """A vector with what the tests of its expectations need, computed once."""

    def __init__(self, vector: Vector) -> None:
        self.vector = vector
        self.signers = []
        self.broken_certificate = ""
        for der in vector.certificates:
            try:
                self.signers.append(SignerKey.from_der(der))
            except ValueError:
                self.broken_certificate = _say("certificate")
        self.unverified: Unverified | None = None
        self.failed_at: Stage | None = None
        self.failure = ""
        if vector.text is not None:
            try:
                self.unverified = decode(vector.text)
            except DecodeError as error:
                self.failed_at = error.problem.code.stage
                self.failure = error.problem.code.value

    def passed(self, stage: Stage) -> _Tested:
        """Whether decoding passed a stage."""
        if self.vector.text is None:
            return None, _say("no_text")
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


def _unprefix(found: _Evaluated) -> _Tested:
    return found.passed(Stage.PREFIX)


def _base45(found: _Evaluated) -> _Tested:
    return found.passed(Stage.BASE45)


def _compression(found: _Evaluated) -> _Tested:
    return found.passed(Stage.DEFLATE)


def _decode(found: _Evaluated) -> _Tested:
    """The payload equals the vector's JSON."""
    if found.vector.text is None:
        return None, _say("no_text")
    payload = found.payload()
    if payload is None:
        return False, found.failure
    if found.vector.payload is None:
        return True, ""
    same = _equal(payload, found.vector.payload)
    return same, "" if same else _say("payload_differs")


def _encode(found: _Evaluated) -> _Tested:
    """The vector's JSON is the same after writing and reading it, and equals the text's payload."""
    if found.vector.payload is None:
        return None, _say("no_json")
    try:
        back, _ = cbor.loads(cbor.dumps(found.vector.payload), _SCHEMA_DEPTH)
    except cbor.Refused:
        return False, _say("not_cbor")
    payload = found.payload()
    same = _equal(back, found.vector.payload) and (payload is None or _equal(payload, back))
    return same, "" if same else _say("json_differs")


def _object(found: _Evaluated) -> _Tested:
    if found.vector.payload is None:
        return None, _say("no_json")
    is_object = isinstance(found.vector.payload, dict)
    return is_object, "" if is_object else _say("not_object")


def _verify(found: _Evaluated) -> _Tested:
    """The kid is that of the certificate, and the certificate's key verifies the signature."""
    if found.vector.text is None or not found.vector.certificates:
        return None, _say("no_text_certificate")
    if found.unverified is None:
        return False, found.failure
    if not found.signers:
        return False, found.broken_certificate
    verdict = found.verdict()
    if verdict is None:
        return None, _say("no_clock")
    return verdict.signer is not None, verdict.code.value if verdict.code else ""


def _expiration(found: _Evaluated) -> _Tested:
    """notBefore <= iat <= clock <= exp <= notAfter."""
    if found.vector.text is None or found.vector.clock is None:
        return None, _say("no_text_clock")
    if found.unverified is None:
        return False, found.failure
    if not found.signers:
        return None, _say("no_certificate")
    claims, now = found.unverified.claims, found.vector.clock.timestamp()
    reason = ""
    for signer in found.signers:
        problem = checks.check_validity(claims, signer, now)
        if problem is None and not checks.outlives(claims, signer):
            return True, ""
        reason = problem.code.value if problem else "validity.outlives_signer"
    return False, reason


def _key_usage(found: _Evaluated) -> _Tested:
    if found.unverified is None:
        return (None, _say("no_text")) if found.vector.text is None else (False, found.failure)
    if not found.signers:
        return None, _say("no_certificate")
    kind = found.unverified.without_verification().kind
    if kind is None:
        return False, _say("kinds")
    asked = [found.unverified.check_usage(TrustedKey.of(each, ""), Policy()) for each in found.signers]
    problem = next((each for each in asked if isinstance(each, Problem)), None)
    return problem is None, problem.code.value if problem else ""


def _schema(found: _Evaluated) -> _Tested:
    if found.unverified is None:
        return (None, _say("no_text")) if found.vector.text is None else (False, found.failure)
    problems = found.unverified.check_form([])
    return not problems, f"{problems[0].code} at {problems[0].path}" if problems else ""


def _picture(found: _Evaluated) -> _Tested:
    if not found.vector.pictures:
        return None, _say("no_picture")
    shown = pictures_give(found.vector.pictures[0], found.vector.text)
    return shown, "" if shown else _say("picture")


_TESTS: Final[dict[str, Callable[[_Evaluated], _Tested]]] = {
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
    """Equal as JSON: 1 is 1.0 and no `true`, and texts of the same instant are the same."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left != right and isinstance(left, str) and isinstance(right, str):
        instant = _instant(left)
        return instant is not None and instant == _instant(right)
    return bool(left == right)


def _instant(text: str) -> tuple[datetime, str] | None:
    """The time of a text of RFC 3339, in seconds of UTC, and its fraction; None for another text."""
    found = _RFC3339.fullmatch(text)
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found[1].upper() + found[3].upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment, (found[2] or "").rstrip("0")
